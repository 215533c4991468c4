"""Folding and title keys: one normal form for search, matching and comparing. Pure: no clock, no network, no files.

HTML and URLs are the business of feeds/markup.py. Folding is language-neutral; language-aware checks happen at hits.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

# Zero-width characters, soft hyphen, direction marks, variation selectors; Armenian marks that stand inside words.
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_ARMENIAN_MARKS = "\u055a\u055b\u055c\u055e"
_GONE = re.compile(f"[{INVISIBLE}{_ARMENIAN_MARKS}]+")

_SAME_LENGTH = {
    **dict.fromkeys("«»„“”‟‹›″〝〞＂", '"'),
    **dict.fromkeys("‘’‚‛′ʼʻ`´＇ʹ", "'"),
    **dict.fromkeys("‐‑‒–—―−﹣－֊", "-"),
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " "),
    **dict.fromkeys("İIı", "i"),
    **dict.fromkeys("Ёё", "е"),
    **dict.fromkeys("Әә", "ə"),  # the Cyrillic schwa of old Azerbaijani keyboards
    "․": ".",  # U+2024, typed for a full stop in Armenian
}
# What folding looks at besides letters; "I" is not among it, because lower() does the same to it.
_ODD = re.compile(f"[{''.join(_SAME_LENGTH).replace('I', '')}{INVISIBLE}\u055a-\u055c\u055e\u0300-\u036f]")

# i with a dot above is what lower() elsewhere makes of İ.
_DOTTED = re.compile("i\u0307+")

# Reformed Armenian spelling, for texts in the classical one (Western Armenian): մէջ → մեջ, կեանք → կյանք,
# -ութիւն → -ություն, վիրաւոր → վիրավոր, տեղահանուած → տեղահանված, թոյլ → թույլ, յայտնել → հայտնել; and the three ways
# to write "and": և, եւ, եվ.
# Patterns are folded in the same way.
# A pattern begins with its letter and looks back over it: the search then leaps from letter to letter.
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("է(?<=[\u0561-\u0587]է)"), "ե"),
    (re.compile("եա"), "յա"),
    (re.compile("իւ"), "յու"),
    (re.compile("ւ(?<=աւ)"), "վ"),
    (re.compile("ու(?<=[\u0561-\u0587]ու)(?=[աեէիոօ])"), "վ"),
    (re.compile("ոյ(?=[^\\Wաեէըիոօւ_])"), "ույ"),
    (re.compile("ե[ւվ]"), "և"),
    (re.compile("յ(?<![\u0561-\u0587]յ)(?=[\u0561-\u0587])"), "հ"),
)

_MIXED = re.compile(r"[a-zəöüçşğ](?:(?=[а-я])|(?<=[а-я][a-zəöüçşğ]))")
# Bytes that letters of a script begin with in UTF-8: looking for a byte costs a tenth of looking for a letter.
_ARMENIAN_BYTES = (b"\xd4", b"\xd5", b"\xd6")
_CYRILLIC_BYTES = (b"\xd0", b"\xd1")
_WORD = re.compile(r"[^\W\d_]+")
_TO_LATIN = str.maketrans("асеорхуікмтнв", "aceopxyikmthb")
_TO_CYRILLIC = str.maketrans("aceopxyikmthb", "асеорхуікмтнв")
_CYRILLIC = re.compile("[а-я]")

_LETTERS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class _Map:
    """Where one step moved things: `after[k]` of its output is `before[k]` of its input; between them, step by step."""

    after: tuple[int, ...]
    before: tuple[int, ...]

    def back(self, i: int) -> int:
        k = bisect_right(self.after, i) - 1
        if k < 0:
            return i
        position = self.before[k] + i - self.after[k]
        return min(position, self.before[k + 1]) if k + 1 < len(self.before) else position


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where each of its characters stood. Offsets count code points."""

    text: str
    raw: str
    maps: tuple[_Map, ...] = ()  # first step first

    def original(self, i: int) -> int:
        """Offset in the original of offset `i` of the folded text; never decreasing, 0 ≤ result ≤ len(original)."""
        for step in reversed(self.maps):
            i = step.back(i)
        return min(i, len(self.raw))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Half-open offsets in the original of folded [start, end), without invisible characters at its end."""
        first, last = self.original(start), self.original(end)
        while last > first + 1 and _GONE.fullmatch(self.raw[last - 1]):
            last -= 1
        return first, last


def fold(text: str) -> str:
    """The folded form: NFC, one kind of quote and dash, no invisible characters, one spelling, lower case. Idempotent.

    >>> fold("«İŞIQLAR» — ԵՐԵՎԱՆ, Ёлка")
    '"işiqlar" - երևան, елка'
    """
    quick = _looked_up(text)
    if quick is None:  # most Armenian texts need no more than to lose their marks, as the first step would do
        text = _without_armenian_marks(text)
        quick = _looked_up(text)
    if quick is None:
        return _step_by_step(text).text
    return quick if quick.isascii() else _one_spelling(quick, None)


def _without_armenian_marks(text: str) -> str:
    for mark in _ARMENIAN_MARKS:  # letter by letter: a twentieth of the price of a pattern
        text = text.replace(mark, "")
    return text


def fold_map(text: str) -> Folded:
    """`fold` with the way back to the original."""
    quick = _looked_up(text)
    if quick is None:
        return _step_by_step(text)
    maps: list[_Map] = []
    return Folded(quick if quick.isascii() else _one_spelling(quick, maps), text, tuple(maps))


def _step_by_step(text: str) -> Folded:
    """What the table cannot do: marks apart from their letters, invisible characters, other scripts."""
    maps: list[_Map] = []
    folded, odd = text, set(_ODD.findall(text))
    if odd and _GONE.search("".join(odd)):
        folded = _step(_GONE, "", folded, maps)
    if not unicodedata.is_normalized("NFC", folded):
        folded = _composed(folded, maps)
        odd = set(_ODD.findall(folded))
    for letter in odd & _SAME_LENGTH.keys():
        folded = folded.replace(letter, _SAME_LENGTH[letter])
    folded = folded.lower()
    if any("\u0300" <= letter <= "\u036f" for letter in odd):
        folded = _step(_DOTTED, "i", folded, maps)
        if not unicodedata.is_normalized("NFC", folded):  # a few capitals have a small letter that composes with a mark
            folded = _composed(folded, maps)
    return Folded(folded if folded.isascii() else _one_spelling(folded, maps), text, tuple(maps))


def _looked_up(text: str) -> str | None:
    """Letter for letter; None: a letter of it needs more than that."""
    return text.replace("`", "'").lower() if text.isascii() else by_table(text, letter_table())


Table = npt.NDArray[np.uint16]  # UTF-16 unit → what takes its place; 0: more than one, or it depends on its neighbours


def by_table(text: str, table: Table) -> str | None:
    """Every letter replaced, at a quarter of the price of looking for those that change; None: not by this table."""
    # Every unit is an index of the table: "clip" spares the check of each, a third of the price of table[…].
    found = table.take(units(text), mode="clip")
    return found.tobytes().decode("utf-16-le", "surrogatepass") if np.count_nonzero(found) == len(found) else None


def units(text: str) -> Table:
    """The text as UTF-16."""
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")


def table_of(change: Callable[[str], str]) -> Table:
    """For Latin, Greek, Cyrillic, Armenian, signs and emoji; a letter that becomes none or several is left out."""
    table = np.zeros(0x10000, dtype="<u2")
    for code in (*range(1, 0x590), *range(0x1E00, 0x27C0)):
        changed = change(chr(code))
        # Marks compose with what stands before them.
        if len(changed) == 1 and unicodedata.category(chr(code))[0] != "M":
            table[code] = ord(changed)
    for emoji in (range(0xD83C, 0xD83F), range(0xDC00, 0xE000)):  # halves of U+1F000 to U+1FBFF: they stay
        table[emoji.start : emoji.stop] = emoji
    return table


@cache
def letter_table() -> Table:
    """What `fold` makes of a letter that stands alone; 0: that depends on others."""
    table = table_of(lambda letter: _step_by_step(letter).text)
    table[ord("Σ")] = 0  # lowered by what stands after it
    return table


def _one_spelling(folded: str, maps: list[_Map] | None) -> str:
    """Armenian in the reformed spelling; every word in one script. maps None: nobody asks for the way back."""
    encoded = folded.encode("utf-8", "surrogatepass")
    if any(byte in encoded for byte in _ARMENIAN_BYTES):
        for pattern, replacement in _SPELLINGS:
            folded = _step(pattern, replacement, folded, maps)
    if any(byte in encoded for byte in _CYRILLIC_BYTES) and _MIXED.search(folded):
        folded = _WORD.sub(_one_script, folded)
    return folded


def title_key(title: str) -> str:
    """What two spellings of one title share: its folded letters and digits, single spaces. "" when it has none.

    >>> title_key("  Gas supply — cut, again! ")
    'gas supply cut again'
    """
    return _LETTERS.sub(" ", fold(title)).strip()


def _step(pattern: re.Pattern[str], replacement: str, text: str, maps: list[_Map] | None) -> str:
    """Replace, and note where lengths changed."""
    if maps is None:
        return pattern.sub(replacement, text)
    found = [match.span() for match in pattern.finditer(text)]
    if not found:
        return text
    maps.append(_map_of(((start, end, len(replacement)) for start, end in found)))
    return pattern.sub(replacement, text)


def _map_of(changes: Iterator[tuple[int, int, int]]) -> _Map:
    """From (start, end, new length) of every change."""
    after, before, shift = [0], [0], 0
    for start, end, length in changes:
        for k in range(length):
            after.append(start + shift + k)
            before.append(min(start + k, end - 1))
        shift += length - (end - start)
        after.append(end + shift)
        before.append(end)
    return _Map(tuple(after), tuple(before))


def _composed(text: str, maps: list[_Map]) -> str:
    """NFC, cluster by cluster, so that offsets survive. A slow path: nearly all feeds send NFC."""
    parts, changes = [], []
    for start, end in _clusters(text):
        cluster = unicodedata.normalize("NFC", text[start:end])
        parts.append(cluster)
        if cluster != text[start:end]:
            changes.append((start, end, len(cluster)))
    maps.append(_map_of(iter(changes)))
    return "".join(parts)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """A character with all that NFC could join to it."""
    start = 0
    for i in range(1, len(text)):
        if text[i] < "\u0300" or (not unicodedata.combining(text[i]) and _stays_apart(text[start:i], text[i])):
            yield start, i
            start = i
    if text:
        yield start, len(text)


def _stays_apart(cluster: str, character: str) -> bool:
    joined = unicodedata.normalize("NFC", cluster + character)
    return joined == unicodedata.normalize("NFC", cluster) + unicodedata.normalize("NFC", character)


def _one_script(match: re.Match[str]) -> str:
    """Look-alike letters of a word that mixes Latin and Cyrillic go to the script that most of it is in."""
    word = match.group()
    cyrillic = len(_CYRILLIC.findall(word))
    if not cyrillic or cyrillic == len(word):
        return word
    return word.translate(_TO_CYRILLIC if cyrillic * 2 > len(word) else _TO_LATIN)
