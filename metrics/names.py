"""Names and numbers that stay recognisable from one language to another. Pure: no clock, no network, no archive.

A capitalised word is reduced to the sounds of its consonants, so that Рубен, Ռուբեն and Ruben are one. That loses much,
and is meant for nothing but asking whether two texts may name the same person or village.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from feeds.text import fold

KEPT = 4  # sounds: what follows is mostly an ending
WORDS_KEPT = 65_536  # words whose sounds are kept: the names of a monitor are asked for at every start
LEAST = 3  # sounds: shorter names are alike by chance

# Languages that write days and months with a capital do so inside sentences too.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PLAIN = re.compile(r"(?<![\w.,:/-])\d{1,3}(?:[ \u00a0.,]\d{3})+(?![\w])|(?<![\w.,:/-])\d{1,6}(?![\w%:/]|[.,]\d)")
_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d.:])")
_OPENS = re.compile(r"(?:^|[.!?։:\n«\"“])\W*$")

# Sounds that the alphabets here write differently, several letters first.
_SOUNDS = (
    ("tch", "s"), ("dzh", "s"), ("sch", "s"), ("tsch", "s"), ("дж", "s"), ("ch", "s"), ("sh", "s"), ("zh", "s"),
    ("ts", "s"), ("dz", "s"), ("dj", "s"), ("kh", "k"), ("gh", "k"), ("ph", "p"), ("th", "t"), ("ck", "k"),
    ("ու", ""), ("ou", ""), ("ow", ""),
)  # fmt: skip
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("bpбпբպփ", "p"), **dict.fromkeys("dtдтդտթ", "t"), **dict.fromkeys("vwfвфվւֆ", "v"),
        **dict.fromkeys("gkqxğкгхգկքղխ", "k"), **dict.fromkeys("szcçjşžсзцчшщжսզցծձճչշժջ", "s"),
        **dict.fromkeys("lлլ", "l"), **dict.fromkeys("mмմ", "m"), **dict.fromkeys("nнն", "n"),
        **dict.fromkeys("rрրռ", "r"),
    }
)  # fmt: skip
_NOT_A_SOUND = re.compile("[^ptvkslmnr]+")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=WORDS_KEPT)
def sounds(word: str) -> str:
    """The consonants of a name as they sound; "" when it has too few to tell names apart.

    >>> sounds("Vardanyan"), sounds("Варданяну"), sounds("Վարդանյանի"), sounds("Goris")
    ('vrtn', 'vrtn', 'vrtn', 'krs')
    """
    plain = fold(word).split("'")[0]
    for written, said in _SOUNDS:
        plain = plain.replace(written, said)
    heard = _TWICE.sub(r"\1", _NOT_A_SOUND.sub("", plain.translate(_LETTERS)))
    return heard if len(heard) >= LEAST else ""


def is_among(heard: str, known: frozenset[str]) -> bool:
    """Whether it is a known name, with at most two sounds of an ending behind it."""
    return heard in known or any(heard[:length] in known for length in range(max(KEPT, len(heard) - 2), len(heard)))


def names(text: str, known: frozenset[str]) -> frozenset[str]:
    """Sounds of the capitalised words inside sentences, without those of `known` (places, publishers, months)."""
    words = list(_WORD.finditer(text))
    if sum(word.group()[0].isupper() for word in words) * 2 > len(words):
        return frozenset()  # a headline in capitals, or with a capital on every word
    found = {
        sounds(word.group())
        for word in words
        if _is_name(word.group()) and (_inside(text, word.start()) or _is_followed(text, word.end()))
    }
    return frozenset(one for one in found if one and not is_among(one, known))


def _is_name(word: str) -> bool:
    return len(word) >= 4 and word[0].isupper() and not word.isupper()


def _inside(text: str, start: int) -> bool:
    """Not the first word of a sentence, which has its capital from there."""
    return not _OPENS.search(text[max(0, start - 4) : start])


def _is_followed(text: str, end: int) -> bool:
    """ "Ruben Vardanyan" at the beginning of a sentence: the next word has a capital too."""
    return bool(re.match(r"[ \u00a0][^\W\d_]", text[end : end + 2])) and text[end + 1].isupper()


def numbers(text: str, months: Iterable[str] = ()) -> frozenset[float]:
    """Numbers in digits, without years, days of a month, decimals and percentages."""
    found = set()
    for match in _PLAIN.finditer(text):
        value = float(re.sub(r"\D", "", match.group()))
        is_year = len(match.group()) == 4 and 1900 <= value <= 2100
        if not is_year and not (value <= 31 and _is_day(text, match, months)):
            found.add(value)
    return frozenset(found - {0.0}) | times(text)


def times(text: str) -> frozenset[float]:
    """Clock times, as numbers that nothing else has: 9:40 is 100940. Power, gas and ceasefires are told by them."""
    return frozenset(100_000.0 + int(one.group(1)) * 100 + int(one.group(2)) for one in _CLOCK.finditer(text))


def _is_day(text: str, match: re.Match[str], months: Iterable[str]) -> bool:
    after, before = fold(text[match.end() : match.end() + 14]), fold(text[max(0, match.start() - 14) : match.start()])
    following = re.match(r"\W*([^\W\d_]+)", after)
    preceding = re.search(r"([^\W\d_]+)\W*$", before)
    beside = [one.group(1) for one in (following, preceding) if one]
    return any(word.startswith(month) for word in beside for month in months)
