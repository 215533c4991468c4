"""The data files of figures, read and checked: numbers.yaml, figures.yaml and figure-words.yaml. Reads files, no texts.

What the fields mean stands at the top of each file. An error names file, line, field and what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from feeds.datafile import Strict, read_yaml
from feeds.errors import DataFileError
from metrics.patterns import checked

NAMES = ("numbers.yaml", "figures.yaml", "figure-words.yaml")
Pattern = Annotated[str, AfterValidator(checked)]
Patterns = tuple[Pattern, ...]
Words = tuple[str, ...]
BoundName = Literal["more", "less", "about"]
KindName = Literal["total", "increment", "rate"]


class NumberWords(Strict):
    """The number words of one language; see the top of numbers.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    words: dict[int, Words]
    scales: dict[int, Words]
    alone: Words = ()
    after_bound: Words = ()
    fixed: dict[float, Words] = {}
    rough: dict[float, Words] = {}
    lone: Words = ()
    counted: Words = ()
    joins: Words = ()
    compound: bool = False  # tens and ones are also written as one word
    scores: bool = False  # four twenties are eighty
    not_numbers: Words = ()
    thousands: str = Field(min_length=1, max_length=1)
    decimal: str = Field(min_length=1, max_length=1)
    endings: Words = ()
    before: dict[BoundName, Words] = {}
    not_before: Words = ()
    after: dict[BoundName, Words] = {}
    passed: Words = ()
    ranges: Words = ()
    from_endings: Words = ()  # of the lower end of a range, before the upper one
    between: Words = ()
    and_: Words = Field(default=(), alias="and")
    labels: Words = ()
    hyphened: Words = ()  # units after digits and a hyphen: "a 20-year term"


class FigureWords(Strict):
    """What a claimed number counts, in one language; see the top of figure-words.yaml."""

    units: dict[str, Patterns] = {}
    persons: dict[str, Patterns] = {}
    subjects: dict[str, Patterns] = {}
    kinds: dict[KindName, Patterns] = {}
    parts: Patterns = ()
    includes: Patterns = ()
    bare: Words = ()
    never: Patterns = ()
    aside: Patterns = ()
    others: Patterns = ()
    counts: Patterns = ()
    rise: Patterns = ()
    soldiers: Patterns = ()
    stepped: Patterns = ()
    courts: Patterns = ()
    unpriced: Patterns = ()
    receives: Patterns = ()
    wholes: Words = ()
    whole_endings: Words = ()
    joined: Words = ()
    more: Patterns = ()
    arrives: Patterns = ()
    staff: Patterns = ()
    future: Patterns = ()
    future_endings: Words = ()
    spent: Patterns = ()
    used: Patterns = ()
    that: Words = ()
    spans: Words = ()
    of_all: Words = ()
    shares: Words = ()
    as_of: Patterns = ()
    since: Words = ()
    since_endings: Words = ()
    today: Words = ()
    yesterday: Words = ()
    weekdays: tuple[Words, ...] = ()


class Listed(Strict):
    """One entry of figures.yaml."""

    label: str
    note: str = ""
    units: Words = ()
    indicator: str = ""  # whose rules of place and time say whom a figure is about, where its sentence does not


class FigureLists(Strict):
    """figures.yaml: the closed lists."""

    kinds: dict[KindName, Listed]
    bounds: dict[BoundName, Listed]
    units: dict[str, Listed]
    subjects: dict[str, Listed]


@dataclass(frozen=True, slots=True)
class FigureLexicon:
    """All that is known of figures. `rules`: what can change one, for the rules version; labels cannot."""

    lists: FigureLists
    words: Mapping[str, FigureWords]
    numbers: Mapping[str, NumberWords]

    @property
    def rules(self) -> list[object]:
        units = {key: [subject.units, subject.indicator] for key, subject in self.lists.subjects.items()}
        return [units, dict(self.words), dict(self.numbers)]


def read_lists(folder: Path) -> FigureLists:
    """figures.yaml of a folder. Raises DataFileError."""
    return read_yaml(folder / NAMES[1], FigureLists)


def read_figures(folder: Path) -> FigureLexicon:
    """The three files of a folder. Raises DataFileError when one is wrong or they do not agree."""
    numbers, lists, words = (folder / name for name in NAMES)
    lexicon = FigureLexicon(
        read_yaml(lists, FigureLists),
        read_yaml(words, dict[str, FigureWords]),
        read_yaml(numbers, dict[str, NumberWords]),
    )
    for language, mine in lexicon.words.items():
        _known(words, language, "units", mine.units, lexicon.lists.units)
        _known(words, language, "persons", mine.persons, lexicon.lists.subjects)
        _known(words, language, "subjects", mine.subjects, lexicon.lists.subjects)
        if language not in lexicon.numbers:
            raise DataFileError(f"{numbers}:1: no number words for the language {language!r} of {words.name}")
    return lexicon


def _known(path: Path, language: str, field: str, found: Iterable[str], listed: Iterable[str]) -> None:
    for key in sorted(set(found) - set(listed)):
        raise DataFileError(f"{path}:1: {language} {field}: {key!r} is not in figures.yaml: {' '.join(listed)}")
