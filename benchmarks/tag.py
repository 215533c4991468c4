"""Claim: the whole tagger, from folding to evidence, costs a fraction of the keyword count that most would write.

Articles: the real items of an open archive of feeds where it lies beside the project, and generated ones in six
languages, a twentieth of them about the crisis. Prints CPU seconds (user and system of this process; walls lie on a
busy machine), medians of five rounds, megabytes and articles a CPU-second, ratios, peak memory and versions. What is
slow is measured on a part, and its rate stands for the whole. The keyword counts find no sentence, stance, speaker or
place: what they are compared with does more, not less.

Run from the root: `.venv/bin/python benchmarks/tag.py [ARTICLES]` (default 100000).
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import random
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from feeds.monitor import read_monitor
from feeds.text import fold_map
from metrics.frame import tag_frame
from metrics.lexicon import Lexicon, read_lexicon
from metrics.scan import Scanner
from metrics.tag import Tagger

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
SEED = 20261122
RELEVANT = 0.05
SLOW = 1_000  # articles, for what would take minutes
ARCHIVE = ROOT.parent / "shared" / "data" / "third_party" / "rss-archive"
GOLD = ROOT / "tests" / "metrics" / "gold" / "dev"
LIBRARIES = ("pandas", "ahocorasick_rs", "fasttext-predict")


def main(argv: Sequence[str]) -> None:
    monitor = read_monitor(Path(os.environ.get("MONITOR") or ROOT / "monitors" / "karabakh"))
    lexicon = read_lexicon(monitor)
    tagger = Tagger(monitor, lexicon)
    real = pd.DataFrame(list(_real()), columns=["id", "title", "text", "language"])
    size = int(argv[0]) if argv else 100_000
    frame = pd.concat([real, pd.DataFrame(list(_made(max(0, size - len(real)))), columns=real.columns)])
    terms = sorted({term for indicator in _terms(lexicon).values() for term in indicator})
    scanner = Scanner(terms)
    folded = [fold_map(f"{title}\n{text}") for title, text in zip(frame["title"], frame["text"], strict=True)]
    slow = frame.sample(SLOW, random_state=SEED)
    texts = slow["title"] + "\n" + slow["text"]
    alternation = re.compile("|".join(map(_as_regex, terms)), re.I)
    expressions = {key: re.compile("|".join(map(_as_regex, words)), re.I) for key, words in _terms(lexicon).items()}
    jobs: dict[str, tuple[Callable[[], object], pd.DataFrame]] = {
        "tag_frame, real items": (lambda: tag_frame(real, tagger), real),
        "tag_frame, all": (lambda: tag_frame(frame, tagger), frame),
        "our scan of all terms of all languages": (lambda: [scanner.scan(one) for one in folded], frame),
        "one re alternation": (lambda: [alternation.findall(text) for text in texts], slow),
        "pandas str.contains per indicator": (lambda: [texts.str.contains(e) for e in expressions.values()], slow),
    }
    print(f"{len(frame)} articles, {len(real)} of them real, {len(terms)} terms, {len(expressions)} indicators")
    rates = {name: _measured(job, over) for name, (job, over) in jobs.items() if len(over)}
    naive = rates["pandas str.contains per indicator"]
    for name, (articles, megabytes) in rates.items():
        print(
            f"{name:<40}{articles:>12,.0f} articles/CPU-s{megabytes:>9.2f} MB/CPU-s{articles / naive[0]:>9.1f} x pandas"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    print(f"Python {platform.python_version()}, {platform.machine()}, {libraries}, rules {lexicon.rules_version}")


def _real() -> Iterator[tuple[str, str, str, str]]:
    for path in sorted(ARCHIVE.glob("*.ndjson.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                item = json.loads(line)
                yield str(item["id"]), item["title"] or "", item.get("description") or "", "en"


def _made(count: int) -> Iterator[tuple[str, str, str, str]]:
    """Articles put together from labelled ones: each a title and three texts of one language and one kind."""
    cases = [json.loads(line) for path in sorted(GOLD.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    kinds: dict[tuple[str, bool], list[dict[str, str]]] = {}
    for case in cases:
        kinds.setdefault((case["lang"], bool(case["indicators"])), []).append(case)
    languages = sorted({language for language, _ in kinds})
    choose = random.Random(SEED)
    for number in range(count):
        language = choose.choice(languages)
        group = kinds[language, choose.random() < RELEVANT]
        picked = [choose.choice(group) for _ in range(3)]
        yield f"made-{number}", picked[0]["title"], "\n".join(case["text"] for case in picked), language


def _terms(lexicon: Lexicon) -> dict[str, list[str]]:
    return {
        indicator.key: sorted({t for words in indicator.words.values() for t in (*words.terms, *words.strong)})
        for indicator in lexicon.indicators
    }


def _as_regex(term: str) -> str:
    words = (re.escape(word).replace(r"\*", r"\w*") for word in term.split())
    return r"\b" + r"\s+".join(words).replace(r"\s+\.\.\s+", r"(?:\W+\w+){0,5}\W+") + r"\b"


def _measured(job: Callable[[], object], over: pd.DataFrame) -> tuple[float, float]:
    """(articles, megabytes of UTF-8) a CPU-second, median of the rounds."""
    seconds = []
    for _ in range(ROUNDS):
        before = time.process_time()
        job()
        seconds.append(time.process_time() - before)
    size = sum(len(text.encode("utf-8", "replace")) for column in ("title", "text") for text in over[column]) / 1e6
    return len(over) / statistics.median(seconds), size / statistics.median(seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
