"""Which characters are text. Pure.

Controls, halves of surrogate pairs and noncharacters say nothing to a reader; tables, XML and databases refuse them.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_PLANE_ENDS = "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
_STRAY = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
# White space is none of them: tab, line feed, vertical tab and form feed are controls that part words.
_NOT_TEXT = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff{_STRAY}]")
# Of what has no white space: names, addresses.
_NOT_IN_LINES = re.compile(rf"[\x00-\x1f\x7f-\x9f{_STRAY}{_PLANE_ENDS}]")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_ENDS = re.compile(f"[{_PLANE_ENDS}]")  # apart: in one class with the others each sign costs ten times as much
STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")  # categories of what leaves no mark on a page

# References as html.unescape finds them; the two halves of one character are one.
_REFERENCE = re.compile(
    r"(&(?:#(?:5[56]\d{3};&#5[67]\d{3};|[xX][dD][89abAB]..;&#[xX][dD][c-fC-F]..;|[0-9]+;?|[xX][0-9a-fA-F]+;?)"
    r"|[^\t\n\f <&#;]{1,32};?))",
    re.A,
)
LONGEST_REFERENCE = 40  # characters; of a number of thousands of digits, html.unescape raises
_PAIR = re.compile(r"&#(?:x(d[89ab][0-9a-f]{2});&#x(d[c-f][0-9a-f]{2})|(5[56]\d{3});&#(5[67]\d{3}));", re.I | re.A)
# Numbers that may be of half a sign, or of none at all: the others are too many to look at one by one.
_NUMBER = re.compile(
    r"&#(?:x(0*(?:d[89a-f][0-9a-f]{2}(?![0-9a-f])|[1-9a-f][0-9a-f]{5,}))|(0*(?:5[5-7][0-9]{3}(?![0-9])|[1-9][0-9]{6,})));?",
    re.I | re.A,
)


def is_unseen(line: str) -> bool:
    """Whether nothing of a line shows: white space, direction marks, joiners.

    >>> is_unseen("\\u200e\\u200b "), is_unseen("\\u200eհաց")
    (True, False)
    """
    return all(unicodedata.category(character) in _UNSEEN for character in line)


def only_text(line: str) -> str:
    """Without what is no text."""
    line = _NOT_TEXT.sub("", line)
    return _ENDS.sub("", line) if _BEYOND.search(line) else line


def in_one_line(text: str) -> str:
    """A name or an address without what is no text, and without controls of any kind."""
    return text if text.isprintable() else _NOT_IN_LINES.sub("", text)


def one_line(text: str) -> str:
    """Text for a log or a terminal: what breaks a line, steers a terminal or turns its direction is a space.

    >>> one_line("refused\\r\\nall is well \\x1b[2K")
    'refused all is well  [2K'
    """
    return text if text.isprintable() else STEERS.sub(" ", text)


def paired(markup: str) -> str:
    """References to the two halves of one character, as programs write them that think in UTF-16, made that character.

    >>> paired("&#55357;&#56832; &#xD83D;&#xDE00; &#38;")
    '😀 😀 &#38;'
    """
    return _PAIR.sub(_joined, markup)


def _joined(pair: re.Match[str]) -> str:
    high, low = (int(pair[1], 16), int(pair[2], 16)) if pair[1] else (int(pair[3]), int(pair[4]))
    if not 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return pair[0]
    return chr(0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00))


def unreferenced(text: str) -> str:
    """What html.unescape makes of it, at a third of the price: a feed writes the same few references all over.

    Unlike it, this bears numbers of any length, and knows signs that were written in two halves.
    """
    pieces = _REFERENCE.split(text)
    pieces[1::2] = map(_meaning, pieces[1::2])
    return "".join(pieces)


@lru_cache(maxsize=1_000)
def _meaning(reference: str) -> str:
    return html.unescape(paired(reference)) if len(reference) <= LONGEST_REFERENCE else "\ufffd"


def with_possible_references(markup: str) -> str:
    """Without references to what no text can hold: one of them, and feedparser reads nothing of a feed.

    >>> with_possible_references("a&#xD800;b &#99999999999;c &#38;")
    'ab c &#38;'
    """
    return _NUMBER.sub(lambda number: "" if _is_impossible(number) else number[0], paired(markup))


def _is_impossible(number: re.Match[str]) -> bool:
    digits, base = (number[1], 16) if number[1] else (number[2], 10)
    digits = digits.lstrip("0")
    code = int(digits, base) if 0 < len(digits) < 9 else bool(digits) * 0x110000
    return 0xD800 <= code <= 0xDFFF or code > 0x10FFFF
