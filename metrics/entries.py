"""The patterns of a monitor's indicators, each with the file and line it stands at. Reads files, judges nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from feeds.monitor import Monitor
from metrics.lexicon import Words

_TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Entry:
    """One pattern as a linguist wrote it."""

    file: Path
    line: int
    indicator: str
    language: str
    field: str  # of Words
    pattern: str

    @property
    def at(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def where(self) -> str:
        return f"{self.indicator} {self.language} {self.field}"


def entries_of(monitor: Monitor) -> list[Entry]:
    """Common files first, then the monitor's own, each in its order. The lexicon has been read: all is well formed."""
    return [
        entry
        for key in monitor.indicator_keys
        for folder in dict.fromkeys((monitor.common, monitor.folder))
        for entry in _entries(key, folder / "indicators" / f"{key}.yaml")
    ]


def repeated_of(monitor: Monitor) -> list[Entry]:
    """Words that stand a second time in one list, in any data file of the monitor. indicator: the name of the file."""
    files = (path.resolve() for folder in (monitor.common, monitor.folder) for path in sorted(folder.rglob("*.yaml")))
    return [entry for path in dict.fromkeys(files) for entry in _repeated(path)]


def _repeated(path: Path) -> Iterator[Entry]:
    shown = _shown(path)
    for fields, node in _lists(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), ()):
        seen: set[str] = set()
        for word in node.value:
            if not isinstance(word, yaml.ScalarNode) or word.tag != _TEXT:
                continue
            if word.value in seen:
                language, field = (fields[0] if fields else "", " ".join(fields[1:]))
                yield Entry(shown, word.start_mark.line + 1, path.stem, language, field, word.value)
            seen.add(word.value)


def _lists(node: yaml.Node | None, fields: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], yaml.SequenceNode]]:
    """Every list below a node, with the fields that lead to it."""
    if isinstance(node, yaml.SequenceNode):
        yield fields, node
        for inner in node.value:
            yield from _lists(inner, fields)
    for key, value in _pairs(node):
        yield from _lists(value, (*fields, key))


def _entries(key: str, path: Path) -> Iterator[Entry]:
    if not path.exists():
        return
    shown = _shown(path)
    for language, block in _pairs(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)):
        for field, listed in _pairs(block):
            if field in Words.model_fields and isinstance(listed, yaml.SequenceNode):
                for node in listed.value:
                    yield Entry(shown, node.start_mark.line + 1, key, language, field, node.value)


def _pairs(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    return [(key.value, value) for key, value in node.value] if isinstance(node, yaml.MappingNode) else []


def _shown(path: Path) -> Path:
    """As a person in this folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
