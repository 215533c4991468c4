"""What makes a template another text every day, of many texts at once: numbers, dates, weekdays, opposite words. Pure.

Only words that begin like one of the lists are looked up, and opposites only where they count: in the title and the
lead. Farther down they are background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from metrics.story_words import MONTH, NEGATOR, NUMBER, OPPOSITE, WEEKDAY, Lookup, StoryWords
from metrics.tokens import Tokens, beginning_of

SLOTS = 24  # numbers and weekdays of a text
NEGATED = 2  # words after a negator
SHARP_WORDS = 30  # of the body, beside the title: where opposite words are looked for
REMEMBERED = 100_000  # words

TITLE, LEAD, REST = range(3)  # zones of an article
ZONES = 3


@dataclass(frozen=True, slots=True)
class Marks:
    """Of one article. slots : at most SLOTS, see `metrics.sketch.Parts`. opening, title : its opposite words there."""

    slots: list[int]
    opening: int = 0
    title: int = 0


class Marker:
    """Compiled once; for articles of any language."""

    def __init__(self, words: StoryWords) -> None:
        self._words = words
        self._rows: dict[str, int] = {}  # by language: the first of its ZONES
        self._known: dict[str, _Known] = {}
        self._table = np.zeros((0, 1 << 16), dtype=np.bool_)

    def marks(self, found: Tokens, languages: Sequence[str]) -> list[Marks]:
        """Of each article; `found` holds a title and a body of each."""
        bounds = _bounds(found)
        rows = (np.array([self._row(one) for one in languages])[:, None] + np.arange(ZONES)).ravel()
        may = self._table[np.repeat(rows, bounds[1:] - bounds[:-1]), found.beginning]
        words = np.flatnonzero(may | found.is_digit)
        articles, zones = np.divmod(np.searchsorted(bounds, words, "right") - 1, ZONES)
        marks = self._looked_up(found, words, articles, languages)
        in_body = (zones > TITLE) & (marks > 0) & (marks < OPPOSITE)
        sharp = (zones < REST) & (marks >= OPPOSITE)
        slots = _slots(found, words[in_body], marks[in_body], articles[in_body])
        made = [Marks(one) for one in slots]
        for number, parts in _by_article(articles[sharp], zones[sharp], words[sharp], marks[sharp]).items():
            made[number] = Marks(slots[number], _opposites(parts[LEAD]), _opposites(parts[TITLE]))
        return made

    def _looked_up(
        self, found: Tokens, words: NDArray[np.int64], articles: NDArray[np.int64], languages: Sequence[str]
    ) -> NDArray[np.int64]:
        """The mark of each of these words; 0: it only begins like one that has a mark."""
        marks = np.full(len(words), NUMBER)
        open_ = np.flatnonzero(~found.is_digit[words])
        asked = words[open_]
        text, known = found.text, [self._known[one] for one in languages]
        listed = zip(articles[open_].tolist(), found.starts[asked].tolist(), found.ends[asked].tolist(), strict=True)
        marks[open_] = [known[article][text[start:end]] for article, start, end in listed]
        return marks

    def _row(self, language: str) -> int:
        """Of the table that tells by the beginning of a word whether it may have a mark that counts in its zone."""
        if language not in self._rows:
            marks = self._words.of(language).marks
            table = np.zeros((ZONES, 1 << 16), dtype=np.bool_)
            for zones, wanted in (((TITLE, LEAD), _is_sharp), ((LEAD, REST), _is_slot)):
                for beginning in marks.beginnings(wanted):
                    table[zones, beginning_of(beginning)] = True
            self._rows[language] = len(self._table)
            self._known[language] = _Known(marks)
            self._table = np.concatenate((self._table, table))
        return self._rows[language]


def _is_sharp(mark: int) -> bool:
    return mark >= OPPOSITE


def _is_slot(mark: int) -> bool:
    return mark < OPPOSITE


class _Known(dict[str, int]):
    """Marks of words that begin like one that has a mark: few, and asked for again and again."""

    def __init__(self, marks: Lookup) -> None:
        super().__init__()
        self._listed = marks

    def __missing__(self, word: str) -> int:
        if len(self) >= REMEMBERED:
            self.clear()
        self[word] = mark = self._listed[word]
        return mark


def _bounds(found: Tokens) -> NDArray[np.int64]:
    """Shape (articles × ZONES + 1,): the number of each zone's first word."""
    titles, bodies, ends = found.first[:-1:2], found.first[1::2], found.first[2::2]
    firsts = np.stack((titles, bodies, np.minimum(bodies + SHARP_WORDS, ends)), axis=1).ravel()
    return np.append(firsts, found.first[-1])


def _slots(
    found: Tokens, words: NDArray[np.int64], marks: NDArray[np.int64], articles: NDArray[np.int64]
) -> list[list[int]]:
    """Of each article, its numbers and weekdays between their neighbours.

    Numbers side by side are one ("3 October 2026", "1 000").
    """
    if not len(words):
        return [[] for _ in range(len(found.first) // 2)]
    is_day = marks >= WEEKDAY
    begins = np.ones(len(words), dtype=np.bool_)
    apart = (words[1:] != words[:-1] + 1) | (articles[1:] != articles[:-1])
    begins[1:] = apart | is_day[1:] | is_day[:-1]
    runs = np.flatnonzero(begins)
    ends = np.append(runs[1:], len(words))
    where = _places(found, words[runs], words[ends - 1], articles[runs], ~is_day[runs])
    values = _values(found, words, marks, [*runs.tolist(), len(words)])
    listed = [place << 16 | value for place, value in zip(where.tolist(), values, strict=True)]
    bounds = np.searchsorted(articles[runs], np.arange(len(found.first) // 2 + 1)).tolist()
    return [list(dict.fromkeys(listed[a:b]))[:SLOTS] for a, b in pairwise(bounds)]


def _places(
    found: Tokens,
    first: NDArray[np.int64], last: NDArray[np.int64], articles: NDArray[np.int64], is_number: NDArray[np.bool_],
) -> NDArray[np.uint64]:  # fmt: skip
    """16 bits of the words before and after each run, within its body."""
    around = np.concatenate((found.hashes, np.zeros(1, dtype=np.uint64)))  # -1 and one too many: no word
    outside = len(found.hashes)
    before = around[np.where(first > found.first[1::2][articles], first - 1, outside)]
    after = around[np.where(last + 1 < found.first[2::2][articles], last + 1, outside)]
    mixed: NDArray[np.uint64] = (before * _31 + after * _17 + is_number.astype(np.uint64)) * _MIX
    return mixed >> _8 & _LOW


_31, _17, _8, _MIX, _LOW = (np.uint64(n) for n in (31, 17, 8, 0x9E3779B1, 0xFFFF))


def _values(found: Tokens, words: NDArray[np.int64], marks: NDArray[np.int64], bounds: Sequence[int]) -> list[int]:
    """16 bits of each run: digits, also of a number in words; a month by its number, a weekday by its own."""
    text = found.text
    listed = zip(found.starts[words].tolist(), found.ends[words].tolist(), marks.tolist(), strict=True)
    values = [text[start:end] if mark == NUMBER else _in_words(mark) for start, end, mark in listed]
    return [crc32("".join(values[a:b]).encode()) & 0xFFFF for a, b in pairwise(bounds)]


def _in_words(mark: int) -> str:
    return f"m{mark - MONTH}" if mark > MONTH else str(mark - NUMBER)


_Zones = tuple[list[tuple[int, int]], list[tuple[int, int]]]  # (word, mark) of the title, of the lead


def _by_article(*columns: NDArray[np.int64]) -> dict[int, _Zones]:
    """From article, zone, word and mark of each."""
    found: dict[int, _Zones] = {}
    for article, zone, word, mark in zip(*(one.tolist() for one in columns), strict=True):
        found.setdefault(article, ([], []))[zone].append((word, mark))
    return found


def _opposites(marked: Sequence[tuple[int, int]]) -> int:
    """16 bits of pairs whose first list stands there, and above them 16 of those whose second does.

    "Not opened" is of the list that "closed" stands in.
    """
    bits, negator = 0, -NEGATED - 1
    for word, mark in marked:
        if mark == NEGATOR:
            negator = word
            continue
        pair, side = divmod(mark - OPPOSITE, 2)
        is_negated = word - negator <= NEGATED
        bits |= 1 << pair + 16 * (side ^ is_negated)
    return bits
