"""stories.yaml, compiled: what stands around a text, and what makes two texts different that look alike.

Reads files and nothing else. The tagger's rules do not depend on it: stories depend on text alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from feeds.datafile import Strict, read_yaml
from feeds.monitor import Monitor
from feeds.sources import read_outlets
from feeds.text import fold
from metrics.dates import Calendar
from metrics.lexicon import Lexicon, PerLanguage
from metrics.rulebook import calendar_of

STEM = 3  # letters by which words with an open end are looked up; they have at least so many
MOST_OPPOSITES = 16  # pairs; a sketch has a bit for each of their lists

Listed = tuple[str, ...]

_WORD = re.compile(r"\w+")


class LanguageWords(Strict):
    """Of one language; see the head of stories.yaml."""

    weekdays: Listed = ()
    footer: Listed = ()
    labels: Listed = ()
    small: Listed = ()
    negators: Listed = ()
    opposites: Annotated[tuple[tuple[Listed, Listed], ...], Field(max_length=MOST_OPPOSITES)] = ()


class StoriesFile(PerLanguage):
    """stories.yaml: languages and nothing else."""

    __pydantic_extra__: dict[str, LanguageWords] = Field(init=False)

    @property
    def languages(self) -> dict[str, LanguageWords]:
        return dict(self.__pydantic_extra__ or {})


class Lookup:
    """Folded words, some with an open end ("resum*"), each with a number that is not 0."""

    def __init__(self, words: Iterable[tuple[str, int]] = ()) -> None:
        self._whole: dict[str, int] = {}
        self._stems: dict[str, list[tuple[str, int]]] = {}
        for word, value in words:
            stem = fold(word).removesuffix("*")
            if word.endswith("*"):
                self._stems.setdefault(stem[:STEM], []).append((stem, value))
            else:
                self._whole.setdefault(stem, value)

    def __getitem__(self, word: str) -> int:
        """0 : it is none of them."""
        if (value := self._whole.get(word)) is not None:
            return value
        return next((value for stem, value in self._stems.get(word[:STEM], ()) if word.startswith(stem)), 0)

    def beginnings(self, wanted: Callable[[int], bool]) -> set[str]:
        """The first letters, STEM of them, of all whose number is wanted."""
        words = {word[:STEM] for word, value in self._whole.items() if wanted(value)}
        return words | {stem for stem, listed in self._stems.items() if any(wanted(value) for _, value in listed)}


NUMBER, MONTH, WEEKDAY, OPPOSITE, NEGATOR = 1_000, 2_000, 3_000, 4_000, 5_000  # what a mark counts from


@dataclass(frozen=True, slots=True)
class Words:
    """Of one language.

    marks : NUMBER + its value, MONTH + 1 to 12, WEEKDAY + 1 to 7, OPPOSITE + 2 × number of the pair + (0 first list,
    1 second), NEGATOR.
    """

    labels: frozenset[str]
    small: frozenset[str]
    marks: Lookup


@dataclass(frozen=True, slots=True)
class StoryWords:
    """All languages. months : names of all. agencies : word by word. footer, ends : cues, folded; *: any ending."""

    languages: Mapping[str, Words]
    months: frozenset[str]
    agencies: frozenset[tuple[str, ...]]
    footer: Listed
    ends: Listed

    def of(self, language: str) -> Words:
        return self.languages.get(language) or NOTHING


NOTHING = Words(frozenset(), frozenset(), Lookup())


def read_story_words(monitor: Monitor, lexicon: Lexicon) -> StoryWords:
    """Of the common folder; agencies are those of credits.yaml and outlets.yaml. Raises DataFileError (file:line)."""
    path = monitor.common / "stories.yaml"
    languages = read_yaml(path, StoriesFile).languages if path.exists() else {}
    names = [name for agency in lexicon.credits.agencies for name in agency.names]
    names += [name for outlet in read_outlets(monitor).all for name in (outlet.name, *outlet.names)]
    boilerplate = lexicon.boilerplate.values()
    footer = [cue for one in languages.values() for cue in one.footer]
    footer += [cue for one in boilerplate for cue in one.line]
    return StoryWords(
        {language: _words(one, lexicon, language) for language, one in languages.items()},
        frozenset(fold(name) for one in lexicon.calendar.values() for names in one.months for name in names),
        frozenset(words for name in names if (words := tuple(_WORD.findall(fold(name))))),
        _cues(footer),
        _cues(cue for one in boilerplate for cue in one.rest),
    )


def _words(listed: LanguageWords, lexicon: Lexicon, language: str) -> Words:
    marks = [*_of_time(calendar_of(lexicon.calendar.get(language)))]
    marks += [(day, WEEKDAY + number) for number, day in enumerate(listed.weekdays, start=1)]
    marks += [
        (word, OPPOSITE + 2 * pair + side)
        for pair, lists in enumerate(listed.opposites)
        for side, words in enumerate(lists)
        for word in words
    ]
    marks += [(word, NEGATOR) for word in listed.negators]
    return Words(frozenset(map(fold, listed.labels)), frozenset(map(fold, listed.small)), Lookup(marks))


def _of_time(calendar: Calendar | None) -> Iterator[tuple[str, int]]:
    """Numbers and months. A month's name of five letters or more stands for words that begin so."""
    if calendar is None:
        return
    # "One" is an article in some languages.
    yield from ((word, NUMBER + number) for word, number in calendar.numbers.items() if number > 1)
    for name, number in calendar.months.items():
        if name not in calendar.numbered:
            yield name + "*" * (len(name) > 4), MONTH + number


def _cues(patterns: Iterable[str]) -> Listed:
    """Without those that have a gap: they are few, and what they would find is found by others."""
    return tuple(dict.fromkeys(fold(one) for one in patterns if " .. " not in one))
