"""What is kept of a text to know its copies by, in about 300 bytes. Pure: no clock, no SQL.

Hashes of word 4-grams, the smallest of them: two texts that share much share many of the same smallest ones. The 16
smallest find candidates; up to 64 say how much of each stands in the other; a few of the beginning find a text that was
cut off. Beside them, what makes a template another text every day: numbers, dates and weekdays between the same words,
and opposite words in the lead ("cut", "restored").
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from feeds.text import fold
from metrics.story_words import MONTH, NEGATOR, NUMBER, OPPOSITE, WEEKDAY, Lookup, StoryWords, Words
from metrics.tokens import Tokens, beginning_of, tokens
from metrics.trimmed import Trimmer

GRAM = 4  # words
KEYS = 16  # smallest hashes by which candidates are found
KEPT = 64  # smallest hashes by which they are compared
LEAD_WORDS = 40
LEAD_KEYS = 4
LEAD_KEPT = 8
SLOTS = 24  # numbers and weekdays of a text
NEGATED = 2  # words after a negator
LEAST_WORDS = 12  # of a body; a shorter one is compared by its title
LEAST_TITLE_WORDS = 4
MOST = 65_535  # words that are counted
SHARP_WORDS = 30  # of the body, beside the title: where opposite words are looked for
DOMAIN = 3  # letters: what follows the dot of a site that is named as one
REMEMBERED = 100_000  # words
TOGETHER = 64  # articles; what more would gain, it would lose beside the processor's cache

_WORD = re.compile(r"\w+")
_ENDING = re.compile(r"\s[-|]\s*([^|-]{2,60})$")
_HEAD = struct.Struct("<HHIIBBB")
_MULTIPLIERS = np.array(
    [0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53, 0x9FB21C651E98DF25, 0x9E3779B97F4A7C15], dtype=np.uint64
)
_OTHER_ORDER = np.uint64(0xB5297A4D)  # so that the smallest of the lead are not the smallest of the text
_29, _32 = np.uint64(29), np.uint64(32)


@dataclass(frozen=True, slots=True)
class Sketch:
    """title_key : "" when the title is too short to tell articles by. blob : see Parts; b"" without a body."""

    title_key: str
    blob: bytes = b""

    @property
    def keys(self) -> tuple[int, ...]:
        """At most 20 numbers; copies share some of them."""
        if not self.blob:
            return ()
        _, _, _, _, kept, lead, _ = _HEAD.unpack_from(self.blob)
        first = struct.unpack_from(f"<{min(kept, KEYS)}I", self.blob, _HEAD.size)
        start = _HEAD.size + 4 * kept
        return first + struct.unpack_from(f"<{min(lead, LEAD_KEYS)}I", self.blob, start)

    @property
    def parts(self) -> Parts:
        words, grams, opening, title, kept, lead, slots = _HEAD.unpack_from(self.blob)
        numbers = struct.unpack_from(f"<{kept + lead + slots}I", self.blob, _HEAD.size)
        return Parts(
            words, grams, opening, title, numbers[:kept], numbers[kept : kept + lead],
            numbers[kept + lead :], frozenset(numbers[:kept]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """What a blob holds. words, grams : of the trimmed body, counted.

    opening, title : opposite words there, 16 bits for the first lists of the pairs and above them 16 for the second.

    kept, lead : smallest hashes, ascending, shape (≤ 64,) and (≤ 8,). slots : neighbours << 16 | value, 16 bits each.
    """

    words: int
    grams: int
    opening: int
    title: int
    kept: tuple[int, ...]
    lead: tuple[int, ...]
    slots: tuple[int, ...]
    hashes: frozenset[int]  # those kept


@dataclass(frozen=True, slots=True)
class Asked:
    """An article to sketch. language : detected. outlet : its publisher's name; a title may end with it."""

    title: str
    text: str
    language: str
    outlet: str = ""


class Sketcher:
    """Compiled once; a sketch is the same for the same text, anywhere, alone or among others."""

    def __init__(self, words: StoryWords) -> None:
        self._words = words
        self._trimmer = Trimmer(words)
        self._rows: dict[str, int] = {}  # by language
        self._marks: dict[str, _Marks] = {}
        self._outlets: dict[str, list[str]] = {}  # words of their names
        self._table = np.zeros((0, 1 << 16), dtype=np.bool_)

    def sketch(self, title: str, text: str, language: str, outlet: str = "") -> Sketch:
        """Of one article; of many, `sketches` takes half the time."""
        return self.sketches([Asked(title, text, language, outlet)])[0]

    def sketches(self, asked: Sequence[Asked]) -> list[Sketch]:
        """In order."""
        return [one for n in range(0, len(asked), TOGETHER) for one in self._some(asked[n : n + TOGETHER])]

    def _some(self, asked: Sequence[Asked]) -> list[Sketch]:
        keys, texts = [], []
        for one in asked:
            head, _, body = fold(f"{one.title}\n{one.text}").partition("\n")
            keys.append(_title_key(head, one.language, self._words.of(one.language), self._name(one.outlet)))
            texts += [head, self._trimmer.trimmed(body) if body else ""]
        found = tokens(texts)
        marked = self._marked(found, asked)
        smallest = _smallest(found)
        return [Sketch(key, _blob(found, smallest, n, marked[n])) for n, key in enumerate(keys)]

    def _name(self, outlet: str) -> list[str]:
        if outlet not in self._outlets:
            if len(self._outlets) >= REMEMBERED:
                self._outlets.clear()
            self._outlets[outlet] = _WORD.findall(fold(outlet))
        return self._outlets[outlet]

    def _marked(self, found: Tokens, asked: Sequence[Asked]) -> list[list[tuple[int, int]]]:
        """For each article (number of the word, its mark) of its numbers, weekdays and opposites."""
        first = found.first[::2]  # a title and a body each
        rows = np.array([self._row(one.language) for one in asked])
        table = self._table[np.repeat(rows, first[1:] - first[:-1]), found.beginning]
        likely = np.flatnonzero(table | found.is_digit)
        places = (np.searchsorted(first, likely, "right") - 1).tolist()
        marks = [self._marks[one.language] for one in asked]
        marked: list[list[tuple[int, int]]] = [[] for _ in asked]
        listed = (
            likely.tolist(),
            found.is_digit[likely].tolist(),
            found.starts[likely].tolist(),
            found.ends[likely].tolist(),
        )
        for n, word, is_digit, start, end in zip(places, *listed, strict=True):
            if mark := NUMBER if is_digit else marks[n][found.text[start:end]]:
                marked[n].append((word, mark))
        return marked

    def _row(self, language: str) -> int:
        """Of the table that tells by the beginning of a word whether it may have a mark."""
        if language not in self._rows:
            row = np.zeros((1, 1 << 16), dtype=np.bool_)
            row[0, [beginning_of(stem) for stem in self._words.of(language).marks.beginnings]] = True
            self._rows[language] = len(self._table)
            self._marks[language] = _Marks(self._words.of(language).marks)
            self._table = np.concatenate((self._table, row))
        return self._rows[language]


class _Marks(dict[str, int]):
    """Marks of words that begin like one that has a mark: few, and asked for again and again."""

    def __init__(self, marks: Lookup) -> None:
        super().__init__()
        self._listed = marks

    def __missing__(self, word: str) -> int:
        if len(self) >= REMEMBERED:
            self.clear()
        self[word] = mark = self._listed[word]
        return mark


def _title_key(title: str, language: str, words: Words, outlet: list[str]) -> str:
    """The words of a title in order, without labels, small words and the name of its outlet.

    Followed by "/" and the same without what stands after its last dash or bar, which may be a site's name too.
    """
    ending = _ENDING.search(title)
    if ending and outlet and _is_outlet(_WORD.findall(ending[1]), outlet):
        title, ending = title[: ending.start()], None
    key = _hashed(title, language, words)
    shorter = _hashed(title[: ending.start()], language, words) if key and ending else ""
    return f"{key}/{shorter}" if shorter else key


def _hashed(title: str, language: str, words: Words) -> str:
    listed = _WORD.findall(title)
    while listed and listed[0] in words.labels:
        listed.pop(0)
    while listed and listed[-1] in words.labels:
        listed.pop()
    if len(listed) < LEAST_TITLE_WORDS:
        return ""
    kept = [word for word in listed if word not in words.small]
    return hashlib.blake2b(" ".join([language, *kept]).encode(), digest_size=12).hexdigest()


def _is_outlet(ending: list[str], outlet: list[str]) -> bool:
    """Its name, with a date or ".am" behind it, or without."""
    stem = outlet[:-1] if len(outlet) > 1 and len(outlet[-1]) <= DOMAIN else outlet
    rest = ending[len(stem) :]
    return ending[: len(stem)] == stem and all(word.isdigit() or len(word) <= DOMAIN or word in outlet for word in rest)


@dataclass(frozen=True, slots=True)
class _Smallest:
    """Of each body of a chunk: how many 4-grams it has, and its smallest hashes, as they are stored."""

    counts: list[int]
    kept: list[bytes]
    lead: list[bytes]


def _smallest(found: Tokens) -> _Smallest:
    """All bodies sorted at once: their number stands above the 32 bits of the hash."""
    starts, ends = found.first[1::2], found.first[2::2]
    counts = np.maximum(ends - starts - GRAM + 1, 0)
    grams = _grams(found.hashes)
    body = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(body)) - np.repeat(np.cumsum(counts) - counts, counts)
    mine = grams[np.repeat(starts, counts) + place]
    above = body.astype(np.uint64) << _32
    lead = (above | mine ^ _OTHER_ORDER)[place <= LEAD_WORDS - GRAM]
    kept, first = (_first_of_each(one, len(counts), most) for one, most in ((above | mine, KEPT), (lead, LEAD_KEPT)))
    return _Smallest(counts.tolist(), kept, first)


def _first_of_each(numbered: NDArray[np.uint64], bodies: int, most: int) -> list[bytes]:
    """At most `most` of the smallest hashes of each body, four bytes each."""
    numbered.sort()
    if len(numbered):  # np.unique takes four times as long
        numbered = numbered[np.concatenate(([True], numbered[1:] != numbered[:-1]))]
    bounds = np.searchsorted(numbered, np.arange(bodies + 1, dtype=np.uint64) << _32).tolist()
    stored = numbered.astype("<u4").tobytes()
    return [stored[4 * a : 4 * min(b, a + most)] for a, b in pairwise(bounds)]


def _blob(found: Tokens, smallest: _Smallest, n: int, marked: Sequence[tuple[int, int]]) -> bytes:
    start, end = found.first[2 * n + 1 : 2 * n + 3].tolist()
    if end - start < LEAST_WORDS:
        return b""
    # An opposite in the lead counts, farther down it is background.
    sharp = [(word, mark) for word, mark in marked if mark >= OPPOSITE and word < start + SHARP_WORDS]
    opening = _opposites([one for one in sharp if one[0] >= start]) if sharp else 0
    title = _opposites([one for one in sharp if one[0] < start]) if sharp else 0
    slots = _slots(found, start, end, [one for one in marked if one[0] >= start and one[1] < OPPOSITE])
    kept, lead = smallest.kept[n], smallest.lead[n]
    sizes = len(kept) // 4, len(lead) // 4, len(slots)
    head = _HEAD.pack(min(end - start, MOST), min(smallest.counts[n], MOST), opening, title, *sizes)
    return head + kept + lead + struct.pack(f"<{len(slots)}I", *slots)


def _grams(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Shape (n,) → (n - 3,): 32 bits of each run of four words."""
    a, b, c, d = _MULTIPLIERS
    n = max(0, len(words) - GRAM + 1)
    sums = (words[:n] * a) ^ (words[1 : n + 1] * b) ^ (words[2 : n + 2] * c) ^ (words[3 : n + 3] * d)
    mixed: NDArray[np.uint64] = ((sums ^ (sums >> _29)) * _MULTIPLIERS[1]) >> _32
    return mixed


def _slots(found: Tokens, start: int, end: int, marked: Sequence[tuple[int, int]]) -> list[int]:
    """Numbers and weekdays between their neighbours; numbers side by side are one ("3 October 2026", "1 000")."""
    slots: dict[int, None] = {}
    for run in _runs(marked):
        first, last = run[0][0], run[-1][0]
        value = crc32("".join(_value(found, word, mark) for word, mark in run).encode())
        before = int(found.hashes[first - 1]) if first > start else 0
        after = int(found.hashes[last + 1]) if last + 1 < end else 0
        where = (before * 31 + after * 17 + (run[0][1] < WEEKDAY)) * 0x9E3779B1 >> 8 & 0xFFFF
        slots[where << 16 | value & 0xFFFF] = None
        if len(slots) == SLOTS:
            break
    return list(slots)


def _runs(marked: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    run: list[tuple[int, int]] = []
    for word, mark in marked:
        if run and not (word == run[-1][0] + 1 and mark < WEEKDAY and run[0][1] < WEEKDAY):
            yield run
            run = []
        run.append((word, mark))
    if run:
        yield run


def _value(found: Tokens, word: int, mark: int) -> str:
    """The digits, also of a number in words; a month by its number, a weekday by its own."""
    if mark == NUMBER:
        return found.text[found.starts[word] : found.ends[word]]
    return f"m{mark - MONTH}" if mark > MONTH else str(mark - NUMBER)


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
