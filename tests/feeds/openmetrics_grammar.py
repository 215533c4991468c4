"""OpenMetrics 1.0 text, read as strictly as its grammar is written: whatever is not allowed raises ValueError.

Rules after the specification's sections "ABNF", "Metric families", "Text format": one block a family, metadata before
samples, suffixes by type, units at the end of names, escapes, no blank line, `# EOF` at the end and nothing after it.
"""

from __future__ import annotations

import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r"[a-zA-Z_][a-zA-Z0-9_]*"
ESCAPED = r'(?:[^"\\\n]|\\["\\n])*'
NUMBER = r"[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+|[iI]nf(?:inity)?)|[nN]a[nN]"
METADATA = re.compile(rf"# (TYPE|UNIT|HELP) ({NAME}) (.*)")
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL}=\"{ESCAPED}\")(?:,{LABEL}=\"{ESCAPED}\")*)?\}})? ({NUMBER})(?: \S+)?")
PAIR = re.compile(rf'({LABEL})="({ESCAPED})"')
SUFFIXES = {"counter": {"_total", "_created"}, "gauge": {""}, "info": {"_info"}, "unknown": {""}, "stateset": {""}}

Samples = dict[tuple[tuple[str, str], ...], float]


def read(text: str) -> dict[str, Samples]:
    """Family → labels → value. Raises ValueError naming the line."""
    if not text.endswith("# EOF\n"):
        raise ValueError("the last line is not # EOF, or has no line feed")
    families: dict[str, Samples] = {}
    kinds: dict[str, str] = {}
    said: set[tuple[str, str]] = set()
    current = ""
    for number, line in enumerate(text.removesuffix("# EOF\n").split("\n")[:-1], 1):
        if meta := METADATA.fullmatch(line):
            word, name, value = meta.groups()
            if name != current and name in families:
                raise ValueError(f"{number}: family {name} in two blocks")
            if (word, name) in said or families.get(name):
                raise ValueError(f"{number}: {word} of {name} twice, or after its samples")
            said.add((word, name))
            current = name
            families.setdefault(name, {})
            _check(number, word, name, value)
            if word == "TYPE":
                kinds[name] = value
            continue
        sample = SAMPLE.fullmatch(line)
        if sample is None:
            raise ValueError(f"{number}: neither metadata nor a sample: {line!r}")
        _add(number, families, kinds, current, sample)
    if missing := [name for name in families if name not in kinds]:
        raise ValueError(f"no TYPE: {missing}")
    return families


def _check(number: int, word: str, name: str, value: str) -> None:
    if word == "TYPE" and value not in SUFFIXES:
        raise ValueError(f"{number}: type {value!r} is not known here")
    if word == "UNIT" and (not re.fullmatch(r"[a-z0-9_]+", value) or not name.endswith(f"_{value}")):
        raise ValueError(f"{number}: {name} does not end with its unit {value}")
    if word == "HELP" and not re.fullmatch(ESCAPED, value):
        raise ValueError(f"{number}: help text is not escaped")
    if word == "TYPE" and re.search(r"_(total|created|bucket|count|sum|info)$", name):
        raise ValueError(f"{number}: {name} ends like a sample")


def _add(number: int, families: dict[str, Samples], kinds: dict[str, str], current: str, sample: re.Match[str]) -> None:
    name, labels, value = sample[1], sample[2] or "", float(sample[3])
    kind = kinds.get(current, "")
    if name not in {current + suffix for suffix in SUFFIXES.get(kind, ())}:
        raise ValueError(f"{number}: sample {name} does not belong to {kind} {current}")
    pairs = tuple(sorted(PAIR.findall(labels)))
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError(f"{number}: a label twice")
    if pairs in families[current]:
        raise ValueError(f"{number}: the same sample twice")
    if kind == "counter" and not 0 <= value < float("inf"):
        raise ValueError(f"{number}: a counter of {value}")
    if kind == "info" and value != 1:
        raise ValueError(f"{number}: an info of {value}")
    families[current][pairs] = value
