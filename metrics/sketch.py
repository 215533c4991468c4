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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from feeds.text import fold
from metrics.story_words import MONTH, NUMBER, OPPOSITE, WEEKDAY, StoryWords, Words
from metrics.trimmed import Trimmer

GRAM = 4  # words
KEYS = 16  # smallest hashes by which candidates are found
KEPT = 64  # smallest hashes by which they are compared
LEAD_WORDS = 40
LEAD_KEYS = 4
LEAD_KEPT = 8
SLOTS = 24  # numbers and weekdays of a text
LEAST_WORDS = 12  # of a body; a shorter one is compared by its title
LEAST_TITLE_WORDS = 4
SHARP_WORDS = 30  # of the body, beside the title: where opposite words are looked for
DOMAIN = 3  # letters: what follows the dot of a site that is named as one
REMEMBERED = 300_000  # words with their hashes, a language

_WORD = re.compile(r"\w+")
_ENDING = re.compile(r"\s[-|]\s*([^|-]{2,60})$")
_HEAD = struct.Struct("<HHIIBBB")
_BITS = 0xFFFFFFFF
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLIERS = np.array([0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53, 0x9FB21C651E98DF25, _ODD], dtype=np.uint64)
_LOW = np.uint64(_BITS)
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


class Sketcher:
    """Compiled once; `sketch` is the same for the same text, anywhere."""

    def __init__(self, words: StoryWords) -> None:
        self._words = words
        self._trimmer = Trimmer(words)
        self._known: dict[str, _Vocabulary] = {}

    def sketch(self, title: str, text: str, language: str, outlet: str = "") -> Sketch:
        """language : detected. outlet : its publisher's name; a title may end with it ("… - The Lantern")."""
        folded = fold(f"{title}\n{text}")
        head, _, body = folded.partition("\n")
        words = self._words.of(language)
        body_words = _WORD.findall(self._trimmer.trimmed(body)) if body else []
        key = _title_key(head, language, words, fold(outlet))
        if len(body_words) < LEAST_WORDS:
            return Sketch(key)
        vocabulary = self._vocabulary(language, words)
        return Sketch(key, _blob(body_words, _WORD.findall(head), vocabulary))

    def _vocabulary(self, language: str, words: Words) -> _Vocabulary:
        known = self._known.get(language)
        if known is None or len(known) > REMEMBERED:
            known = self._known[language] = _Vocabulary(words)
        return known


class _Vocabulary(dict[str, int]):
    """Word → its hash, with a mark above 32 bits for numbers, weekdays and opposites. Computed when first asked for."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._marks = words.marks

    def __missing__(self, word: str) -> int:
        mark = NUMBER if word[0].isdigit() else self._marks[word]
        self[word] = found = crc32(word.encode()) | mark << 32
        return found


def _title_key(title: str, language: str, words: Words, outlet: str) -> str:
    """The words of a title in order, without labels, small words and the name of its outlet.

    Followed by "/" and the same without what stands after its last dash or bar, which may be a site's name too.
    """
    ending = _ENDING.search(title)
    if ending and outlet and _is_outlet(_WORD.findall(ending[1]), _WORD.findall(outlet)):
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


def _blob(body: Sequence[str], title: Sequence[str], vocabulary: _Vocabulary) -> bytes:
    marked = np.fromiter(map(vocabulary.__getitem__, body), dtype=np.uint64, count=len(body))
    grams = _grams(marked & _LOW)
    lead = np.sort(grams[: LEAD_WORDS - GRAM + 1] ^ _OTHER_ORDER)[:LEAD_KEPT]
    grams.sort()
    smallest = grams[:KEPT]
    if (smallest[1:] == smallest[:-1]).any():
        smallest = np.unique(grams)[:KEPT]
    places = np.flatnonzero(marked > _LOW).tolist()
    slots = _slots(body, places, marked.tolist()) if places else []
    # An opposite in the lead counts, farther down it is background.
    sharp = [int(marked[place]) for place in places if place < SHARP_WORDS]
    opposites = _opposites(sharp), _opposites(vocabulary[word] for word in title)
    head = _HEAD.pack(min(len(body), 65535), min(len(grams), 65535), *opposites, len(smallest), len(lead), len(slots))
    numbers: bytes = np.concatenate((smallest, lead)).astype("<u4").tobytes()
    return head + numbers + struct.pack(f"<{len(slots)}I", *slots)


def _grams(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Shape (n,) → (n - 3,): 32 bits of each run of four words."""
    a, b, c, d = _MULTIPLIERS
    n = len(words) - GRAM + 1
    return _mixed((words[:n] * a) ^ (words[1 : n + 1] * b) ^ (words[2 : n + 2] * c) ^ (words[3:] * d))


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed: NDArray[np.uint64] = ((values ^ (values >> _29)) * _MULTIPLIERS[1]) >> _32
    return mixed


def _slots(body: Sequence[str], places: Sequence[int], marked: Sequence[int]) -> list[int]:
    """Numbers and weekdays between their neighbours; numbers side by side are one ("3 October 2026", "1 000")."""
    slots: dict[int, None] = {}
    last = -1
    for place in places:
        mark = marked[place] >> 32
        if place <= last or mark >= OPPOSITE:
            continue
        last, is_number = place, mark < WEEKDAY
        while is_number and last + 1 < len(body) and NUMBER <= marked[last + 1] >> 32 < WEEKDAY:
            last += 1
        value = crc32("".join(_value(body[n], marked[n] >> 32) for n in range(place, last + 1)).encode())
        before = marked[place - 1] & _BITS if place else 0
        after = marked[last + 1] & _BITS if last + 1 < len(body) else 0
        where = (before * 31 + after * 17 + is_number) * 0x9E3779B1 >> 8 & 0xFFFF
        slots[where << 16 | value & 0xFFFF] = None
        if len(slots) == SLOTS:
            break
    return list(slots)


def _value(word: str, mark: int) -> str:
    """The digits, also of a number in words; a month by its number."""
    if mark == NUMBER:
        return word
    return f"m{mark - MONTH}" if mark > MONTH else str(mark - NUMBER)


def _opposites(marked: Iterable[int]) -> int:
    """16 bits of pairs whose first list stands there, and above them 16 of those whose second does."""
    bits = 0
    for one in marked:
        if one >> 32 >= OPPOSITE:
            pair, side = divmod((one >> 32) - OPPOSITE, 2)
            bits |= 1 << pair + 16 * side
    return bits
