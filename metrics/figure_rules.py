"""The words of figures.yaml, figure-words.yaml and numbers.yaml compiled for one language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feeds.text import fold
from metrics.dates import Calendar
from metrics.figure_words import FigureLexicon, FigureWords
from metrics.lexicon import National
from metrics.numbers import Grammar
from metrics.rulebook import MARKED_LANGUAGES, Finder, Meaning

# The fields of figure-words.yaml that are lists of patterns, each a kind of hit.
_ALONE = [
    "parts",
    "includes",
    "never",
    "aside",
    "others",
    "counts",
    "rise",
    "more",
    "soldiers",
    "stepped",
    "courts",
    "unpriced",
    "receives",
    "arrives",
    "staff",
    "future",
    "spent",
    "used",
]


@dataclass(frozen=True, slots=True)
class FigureRules:
    """The words of one language, compiled."""

    language: str
    grammar: Grammar
    words: Finder
    raw: FigureWords
    counted: frozenset[str]
    shares: frozenset[str]
    joined: frozenset[str]
    bare: tuple[tuple[str, bool], ...]  # folded word, and whether endings may follow
    units_of: Mapping[str, tuple[str, ...]]  # subject → units
    calendar: Calendar | None
    since: re.Pattern[str]  # ends where a day begins that opens a time: "since "
    since_ending: re.Pattern[str]  # of a day that opens a time: "-dən"
    wholes: re.Pattern[str]  # ends where a number begins of which the next counts some
    whole_ending: re.Pattern[str]  # ends its noun
    spans: re.Pattern[str]  # ends where a number begins that is an age or a time
    that: re.Pattern[str]  # begins what a verb says or denies, with its comma
    of_all: frozenset[str]  # between a number of some and that of all
    future_ending: re.Pattern[str]  # a verb in the future
    days: Mapping[str, int]  # folded word → -1 today, -2 yesterday, 0 to 6 weekday


def compiled(
    lexicon: FigureLexicon, language: str, calendar: Calendar | None, nationals: Sequence[National] = ()
) -> FigureRules | None:
    """None: no words for this language. nationals : whose number stands in the meaning of their hits."""
    words = lexicon.words.get(language)
    if words is None:
        return None
    marked = language in MARKED_LANGUAGES
    numbers = lexicon.numbers[language]
    days = {fold(word): day for day, listed in enumerate(words.weekdays) for word in listed}
    days |= dict.fromkeys(map(fold, words.today), -1) | dict.fromkeys(map(fold, words.yesterday), -2)
    return FigureRules(
        language=language,
        grammar=Grammar(numbers),
        words=Finder([*_entries(words, language), *_nationals(nationals, language)], marked=marked),
        raw=words,
        counted=frozenset(map(fold, numbers.counted)),
        shares=frozenset(map(fold, words.shares)),
        joined=frozenset(map(fold, words.joined)),
        bare=tuple((fold(word.rstrip("*")), word.endswith("*")) for word in words.bare),
        units_of={key: subject.units for key, subject in lexicon.lists.subjects.items()},
        calendar=calendar,
        since=_one_of(words.since, r"(?<!\w)(?:{})\s$"),
        since_ending=_one_of(words.since_endings, r"\w*[-'’]?(?:{})(?!\w)"),
        wholes=_one_of(words.wholes, r"(?:^|[,;:.\n(–—-])\s*(?:{})\s(?:\w+\s){{0,3}}$"),
        whole_ending=_one_of(words.whole_endings, r"\w\w(?:{})$"),
        spans=_one_of(words.spans, r"(?<!\w)(?:{})\s$"),
        that=_one_of(words.that, r",\s(?:{})\s"),
        of_all=frozenset(map(fold, words.of_all)),
        future_ending=_one_of(words.future_endings, r"(?<!\w)\w{{3,}}(?:{})\w*"),
        days=days,
    )


def _one_of(words: Sequence[str], form: str) -> re.Pattern[str]:
    """A pattern with the folded words, or one that matches nothing."""
    return re.compile(form.format("|".join(re.escape(fold(word)) for word in words)) if words else r"(?!)")


def _entries(words: FigureWords, language: str) -> Iterator[tuple[str, Meaning]]:
    for kind, listed in (("unit", words.units), ("person", words.persons), ("subject", words.subjects)):
        for key, patterns in listed.items():
            for pattern in patterns:
                yield pattern, Meaning(kind, key, f"figure-words.yaml {language} {kind} {key} {pattern!r}")
    for name, patterns in words.kinds.items():
        for pattern in patterns:
            yield pattern, Meaning("kind", name, f"figure-words.yaml {language} kind {name} {pattern!r}")
    for field in _ALONE:
        for pattern in getattr(words, field):
            yield pattern, Meaning(field, "", f"figure-words.yaml {language} {field} {pattern!r}")


def _nationals(nationals: Sequence[National], language: str) -> Iterator[tuple[str, Meaning]]:
    for number, entry in enumerate(nationals):
        for pattern in entry.names.get(language, ()):
            yield (
                pattern,
                Meaning("national", str(number), f"topic.yaml nationals {entry.people} {language} {pattern!r}"),
            )
