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

import numpy as np
from numpy.typing import NDArray

from feeds.text import fold
from metrics.marks import Marker, Marks
from metrics.story_words import StoryWords, Words
from metrics.tokens import Tokens, tokens
from metrics.trimmed import Trimmer

GRAM = 4  # words
KEYS = 16  # smallest hashes by which candidates are found
KEPT = 64  # smallest hashes by which they are compared
LEAD_WORDS = 40
LEAD_KEYS = 4
LEAD_KEPT = 8
LEAST_WORDS = 12  # of a body; a shorter one is compared by its title
LEAST_TITLE_WORDS = 4
MOST = 65_535  # words that are counted
DOMAIN = 3  # letters: what follows the dot of a site that is named as one
REMEMBERED = 100_000  # outlets
TOGETHER = 64  # articles; what more would gain, it would lose beside the processor's cache

_WORD = re.compile(r"\w+")
_TITLE_WORD = re.compile(r"(?:(?<!\S)[+-](?=\d))?\w+")  # "-5" is not "+5", "covid-19" is two words
_ENDING = re.compile(r"\s[-|]\s*([^|-]{2,60})$")
_HEAD = struct.Struct("<HHIIBBB")
_KEPT_AT = struct.calcsize("<HHII")  # where the head says how many hashes are kept
_MULTIPLIERS = np.array(
    [0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53, 0x9FB21C651E98DF25, 0x9E3779B97F4A7C15], dtype=np.uint64
)
_OTHER_ORDER = np.uint64(0xB5297A4D)  # so that the smallest of the lead are not the smallest of the text
_29, _32 = np.uint64(29), np.uint64(32)


@dataclass(frozen=True, slots=True)
class Sketch:
    """title_key : "" when the title is too short to tell articles by. blob : see Parts; b"" without a body.

    A body of a few words is compared by its title; of it the blob has only numbers and opposite words, if any.
    """

    title_key: str
    blob: bytes = b""

    @property
    def has_text(self) -> bool:
        """Whether there is a text to compare, beside the title."""
        return len(self.blob) > _HEAD.size and self.blob[_KEPT_AT] > 0

    @property
    def keys(self) -> tuple[int, ...]:
        """At most 20 numbers; copies share some of them."""
        if not self.blob:
            return ()
        _, _, _, _, kept, lead, _ = _HEAD.unpack_from(self.blob)
        first = struct.unpack_from(f"<{min(kept, KEYS)}I", self.blob, _HEAD.size)
        start = _HEAD.size + 4 * kept
        return first + struct.unpack_from(f"<{min(lead, LEAD_KEYS)}I", self.blob, start)


class Parts:
    """What a blob holds. Made anew whenever two articles are compared, so as cheap as can be.

    words, grams : of the trimmed body, counted. opening, title : opposite words there, 16 bits for the first lists of
    the pairs and above them 16 for the second. kept, lead : smallest hashes, ascending, shape (≤ 64,) and (≤ 8,).
    slots : neighbours << 16 | value, 16 bits each.
    """

    __slots__ = ("_hashes", "grams", "kept", "lead", "opening", "slots", "title", "words")
    words: int
    grams: int
    opening: int
    title: int

    def __init__(self, blob: bytes) -> None:
        self.words, self.grams, self.opening, self.title, kept, lead, slots = _HEAD.unpack_from(blob)
        numbers: tuple[int, ...] = struct.unpack_from(f"<{kept + lead + slots}I", blob, _HEAD.size)
        self.kept = numbers[:kept]
        self.lead = numbers[kept : kept + lead]
        self.slots = numbers[kept + lead :]
        self._hashes: frozenset[int] | None = None

    @property
    def hashes(self) -> frozenset[int]:
        """Those kept; asked only of the article in hand, for all it is compared with."""
        if self._hashes is None:
            self._hashes = frozenset(self.kept)
        return self._hashes


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
        self._marker = Marker(words)
        self._outlets: dict[str, list[str]] = {}  # words of their names

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
        marks = self._marker.marks(found, [one.language for one in asked])
        return [Sketch(key, blob) for key, blob in zip(keys, _blobs(found, marks), strict=True)]

    def _name(self, outlet: str) -> list[str]:
        if outlet not in self._outlets:
            if len(self._outlets) >= REMEMBERED:
                self._outlets.clear()
            self._outlets[outlet] = _WORD.findall(fold(outlet))
        return self._outlets[outlet]


def _title_key(title: str, language: str, words: Words, outlet: list[str]) -> str:
    """The words of a title in order, without labels, small words and the name of its outlet.

    Followed by "/" and the same without what stands after its last dash or bar, which may be a site's name too; but
    not where that has a number or tells what happened ("- 2 wounded", "- restored").
    """
    ending = _ENDING.search(title)
    if ending and outlet and _is_outlet(_WORD.findall(ending[1]), outlet):
        title, ending = title[: ending.start()], None
    key = _hashed(title, language, words)
    may_be_site = key and ending and not any(word.isdigit() or words.marks[word] for word in _WORD.findall(ending[1]))
    shorter = _hashed(title[: ending.start()], language, words) if ending and may_be_site else ""
    return f"{key}/{shorter}" if shorter else key


def _hashed(title: str, language: str, words: Words) -> str:
    listed = _TITLE_WORD.findall(title)
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


def _smallest(found: Tokens) -> tuple[list[int], list[bytes], list[bytes]]:
    """Of each body: how many 4-grams it has, the smallest hashes of them and of its lead's, as they are stored.

    All bodies are sorted at once: their number stands above the 32 bits of the hash.
    """
    starts, ends = found.first[1::2], found.first[2::2]
    counts = np.maximum(ends - starts - GRAM + 1, 0)
    grams = _grams(found.hashes)
    body = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(body)) - np.repeat(np.cumsum(counts) - counts, counts)
    mine = grams[np.repeat(starts, counts) + place]
    above = body.astype(np.uint64) << _32
    lead = (above | mine ^ _OTHER_ORDER)[place <= LEAD_WORDS - GRAM]
    kept, first = (_first_of_each(one, len(counts), most) for one, most in ((above | mine, KEPT), (lead, LEAD_KEPT)))
    return counts.tolist(), kept, first


def _first_of_each(numbered: NDArray[np.uint64], bodies: int, most: int) -> list[bytes]:
    """At most `most` of the smallest hashes of each body, four bytes each."""
    numbered.sort()
    if len(numbered):  # np.unique takes four times as long
        numbered = numbered[np.concatenate(([True], numbered[1:] != numbered[:-1]))]
    bounds = np.searchsorted(numbered, np.arange(bodies + 1, dtype=np.uint64) << _32).tolist()
    stored = numbered.astype("<u4").tobytes()
    return [stored[4 * a : 4 * min(b, a + most)] for a, b in pairwise(bounds)]


def _blobs(found: Tokens, marks: Sequence[Marks]) -> Iterator[bytes]:
    smallest = _smallest(found)
    words = (found.first[2::2] - found.first[1::2]).tolist()
    for size, grams, kept, lead, marked in zip(words, *smallest, marks, strict=True):
        slots = marked.slots
        if size < LEAST_WORDS:
            kept = lead = b""
        sizes = len(kept) // 4, len(lead) // 4, len(slots)
        head = _HEAD.pack(min(size, MOST), min(grams, MOST), marked.opening, marked.title, *sizes)
        is_empty = not (kept or slots or marked.opening)
        yield b"" if is_empty else head + kept + lead + struct.pack(f"<{len(slots)}I", *slots)


def _grams(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Shape (n,) → (n - 3,): 32 bits of each run of four words."""
    a, b, c, d = _MULTIPLIERS
    n = max(0, len(words) - GRAM + 1)
    sums = (words[:n] * a) ^ (words[1 : n + 1] * b) ^ (words[2 : n + 2] * c) ^ (words[3 : n + 3] * d)
    mixed: NDArray[np.uint64] = ((sums ^ (sums >> _29)) * _MULTIPLIERS[1]) >> _32
    return mixed
