"""When something happened, as a sentence says it: "on 12 January", "in September 2023", "two years ago". Pure.

A small grammar over the month names, units and numbers of calendar.yaml, in six languages: dateparser reads none of
the Azerbaijani, half of the Turkish, and takes "6500 killed" for a year.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from feeds.text import fold

_TOKEN = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?")  # "1er mars", "2nd of May"
_LONGEST = 40  # letters of a word that tell what it is; so that hostile ones fill no memory
_REACH = 3  # tokens from a month to its year: "2023-cü il yanvarın 12-də"
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class When:
    """One expression of time. `last`: the latest day it can mean. Offsets of the text it was found in."""

    start: int
    end: int
    last: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The words of one language, folded. months: beginning of a word → 1 to 12."""

    months: Mapping[str, int]
    units: Mapping[str, str]  # word → day, week, month, year
    numbers: Mapping[str, int]
    ago: Sequence[str]  # after a count and a unit
    ago_before: Sequence[str]  # before them: "il y a"
    last: Sequence[str]  # "last" year
    numbered: frozenset[str]  # months that are also other words: only with a day or a year
    _beginnings: tuple[str, ...] = field(init=False)  # asked at once: hardly a word begins like a month

    def __post_init__(self) -> None:
        object.__setattr__(self, "_beginnings", tuple(name for name in self.months if len(name) > 4))

    def month(self, word: str) -> int:
        """1 to 12, or 0: by a listed name, or a beginning of five letters or more (fewer would make towns months)."""
        listed = self.months.get(word, 0)
        if listed or not word.startswith(self._beginnings):
            return listed
        return next(self.months[name] for name in self._beginnings if word.startswith(name))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


def dates(text: str, start: int, end: int, words: Calendar, published: date) -> list[When]:
    """Expressions of time in text[start:end], resolved against the day of publication."""
    tokens = [_Word(_folded(m.group()[:_LONGEST]), m.start(), m.end()) for m in _TOKEN.finditer(text, start, end)]
    return [*_absolute(tokens, words, published), *_relative(tokens, words, published)]


@lru_cache(maxsize=1 << 15)
def _folded(word: str) -> str:
    """News is written in few words; folding them one by one costs more than all else here."""
    return fold(word)


def _absolute(tokens: Sequence[_Word], words: Calendar, published: date) -> Iterator[When]:
    for at, token in enumerate(tokens):
        month = words.month(token.text) if token.text.isalpha() else 0
        if not month:
            continue
        around = range(max(0, at - _REACH), min(len(tokens), at + _REACH + 2))
        years = [(i, int(tokens[i].text)) for i in around if tokens[i].text.isdigit() and len(tokens[i].text) == 4]
        years = [(i, n) for i, n in years if 1900 <= n < 2100]
        days = [(i, n) for i in around if abs(i - at) == 1 and 1 <= (n := _day(tokens, i)) <= 31]
        if token.text in words.numbered and not (years or days):
            continue
        used = [at, *(i for i, _ in years[:1]), *(i for i, _ in days[:1])]
        last = _last_day(years[0][1] if years else 0, month, days[0][1] if days else 0, published)
        if last is not None:
            yield When(tokens[min(used)].start, tokens[max(used)].end, last)


def _day(tokens: Sequence[_Word], at: int) -> int:
    """The number of a day, 0 for none: not the 2 of "in March 2 350 families"."""
    match = _ORDINAL.fullmatch(tokens[at].text)
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    is_split = after is not None and len(after.text) == 3 and after.text.isdigit() and after.start == tokens[at].end + 1
    return int(match.group(1)) if match and not is_split else 0


def _last_day(year: int, month: int, day: int, published: date) -> date | None:
    """The day, or the last one of the month. Without a year: the one nearest to publication."""
    if not year:
        near = [_of(one, month, day) for one in (published.year - 1, published.year, published.year + 1)]
        return min((one for one in near if one), key=lambda one: abs((one - published).days), default=None)
    return _of(year, month, day)


def _of(year: int, month: int, day: int) -> date | None:
    length = calendar.monthrange(year, month)[1]
    return date(year, month, day or length) if day <= length else None


def _relative(tokens: Sequence[_Word], words: Calendar, published: date) -> Iterator[When]:
    for at, token in enumerate(tokens):
        unit = words.units.get(token.text)
        if unit is None:
            continue
        before = tokens[at - 1].text if at else ""
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        opening = " ".join(token.text for token in tokens[max(0, at - 3) : max(0, at - 1)])
        count = int(before) if before.isdigit() and len(before) < 4 else words.numbers.get(before, 0)
        if count and (after in words.ago or opening.endswith(tuple(words.ago_before))):
            yield When(tokens[at - 1].start, token.end, published - timedelta(days=min(count * _DAYS[unit], 100_000)))
        elif before in words.last or (after in words.last and unit != "day"):
            yield When(token.start, token.end, _end_of_last(unit, published))


def _end_of_last(unit: str, published: date) -> date:
    if unit == "year":
        return date(published.year - 1, 12, 31)
    if unit == "month":
        return published.replace(day=1) - timedelta(days=1)
    return published - timedelta(days=published.weekday() + 1 if unit == "week" else 1)
