"""What tags are called in the reader's language: labels.yaml, and the labels of indicators, sides and peoples.

Reads data files and nothing else: no text of a feed, no clock. Pages and summary take every tag's name from here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from feeds.datafile import Strict, read_yaml, wrong
from feeds.monitor import Monitor
from feeds.text import fold
from metrics.figure_words import NAMES as FIGURE_FILES
from metrics.figure_words import read_lists
from metrics.lexicon import Lexicon
from metrics.model import OCCURRENCES, STANCES

FILE = "labels.yaml"
FIRST = "en"  # what a missing label falls back to
ByLanguage = dict[str, str]
Forms = dict[str, str]  # plural category of a number (one, few, many, other) → the word


class Office(Strict):
    """What kind of body speaks, told by how words of its name begin."""

    names: tuple[str, ...]
    labels: ByLanguage


class LabelFile(Strict):
    """labels.yaml; what the fields mean stands at its top."""

    languages: ByLanguage
    drafted: tuple[str, ...] = ()
    numbers: ByLanguage
    stances: dict[str, ByLanguage]
    occurrences: dict[str, ByLanguage]
    offices: tuple[Office, ...] = ()
    bounds: dict[str, ByLanguage]
    after_bound: dict[str, dict[str, str]] = {}
    units: dict[str, dict[str, Forms]]
    subjects: dict[str, ByLanguage]
    rate: ByLanguage


@dataclass(frozen=True, slots=True)
class ReaderLabels:
    """All labels of a monitor in one language; what has none there is said in English, else by its key.

    offices : (beginnings of folded words, label), the first that fits counts. is_drafted : no native reader has signed.
    """

    language: str
    locale: str
    is_drafted: bool
    indicators: Mapping[str, str]
    stances: Mapping[str, str]
    occurrences: Mapping[str, str]
    sides: Mapping[str, str]
    peoples: Mapping[str, str]
    offices: tuple[tuple[tuple[str, ...], str], ...]
    bounds: Mapping[str, str]
    after_bound: Mapping[str, str]
    units: Mapping[str, Mapping[str, str]]
    subjects: Mapping[str, str]
    rate: str


def reader_languages(monitor: Monitor) -> Mapping[str, str]:
    """Code → its own name, of all languages a reader can choose. Raises DataFileError."""
    return _file(monitor.common).languages


def reader_labels(monitor: Monitor, lexicon: Lexicon, language: str = FIRST) -> ReaderLabels:
    """Raises DataFileError; a language that labels.yaml does not list is answered in English."""
    file = _file(monitor.common)
    chosen = language if language in file.languages else FIRST
    return ReaderLabels(
        language=chosen,
        locale=file.numbers[chosen],
        is_drafted=chosen in file.drafted,
        indicators=_said(lexicon.labels, chosen),
        stances=_said(file.stances, chosen),
        occurrences=_said(file.occurrences, chosen),
        sides=_said({side.key: {FIRST: side.label} | side.labels for side in monitor.sides}, chosen),
        peoples=_said({one.key: {FIRST: one.label} | one.labels for one in monitor.peoples}, chosen),
        offices=tuple((tuple(map(fold, one.names)), one.labels[chosen]) for one in file.offices),
        bounds=_said(file.bounds, chosen),
        after_bound=file.after_bound.get(chosen, {}),
        units={key: forms[chosen] for key, forms in file.units.items()},
        subjects=_said(file.subjects, chosen),
        rate=file.rate[chosen],
    )


def _said(named: Mapping[str, Mapping[str, str]], language: str) -> dict[str, str]:
    return {key: text.get(language) or text.get(FIRST) or key for key, text in named.items()}


def _file(common: Path) -> LabelFile:
    """Raises DataFileError when a word is missing in a language, or a key is not one that tags have."""
    path = common / FILE
    file = read_yaml(path, LabelFile)
    lists = read_lists(common)
    known: dict[str, tuple[Collection[str], set[str]]] = {
        "stances": (file.stances, set(STANCES)),
        "occurrences": (file.occurrences, set(OCCURRENCES)),
        "bounds": (file.bounds, set(lists.bounds)),
        "units": (file.units, set(lists.units)),
    }
    for field, (found, wanted) in known.items():
        if odd := sorted(set(found) ^ wanted):
            raise wrong(
                path, (field,), f"{odd[0]!r} stands here or in {FIGURE_FILES[1]} and the tagger, but not in both"
            )
    if odd := sorted(set(file.subjects) - set(lists.subjects)):
        raise wrong(path, ("subjects",), f"{odd[0]!r} is not a subject of {FIGURE_FILES[1]}")
    _every_language(path, file)
    return file


def _every_language(path: Path, file: LabelFile) -> None:
    for field in ("stances", "occurrences", "bounds", "units", "subjects"):
        for key, text in getattr(file, field).items():
            _complete(path, (field, key), text, file)
    for number, office in enumerate(file.offices):
        _complete(path, ("offices", number, "labels"), office.labels, file)
    _complete(path, ("rate",), file.rate, file)
    _complete(path, ("numbers",), file.numbers, file)


def _complete(path: Path, at: tuple[str | int, ...], text: Mapping[str, object], file: LabelFile) -> None:
    if missing := [language for language in file.languages if not text.get(language)]:
        raise wrong(path, at, f"no word in {missing[0]}; every language of `languages` needs one")
