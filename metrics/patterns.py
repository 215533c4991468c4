"""Patterns of a lexicon as words, compared without a text: what one matches, and what two could share. Pure.

Pattern syntax: docs/monitor-files.md. The scanner is the yardstick; a test holds both against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

from feeds.text import fold

_SHORT_STEM = re.compile(r"\w{0,2}\*")
BOTH, GAP = " && ", " .. "
LONGEST_GAP = 5  # words
# Digits stand for any further letters and any other word: no pattern is made of these, and folding leaves them alone.
_ANY = "9073"
_WORD = re.compile(r"\*?\w+\*?")
_NEIGHBOURS = re.compile(r"[ \t\"'\-]{1,3}")
_LETTERS = re.compile(r"\w+")


def checked(pattern: str) -> str:
    """The pattern itself. Raises ValueError when no text could match it, or far too many would."""
    parts = [part for side in pattern.split(BOTH) for part in side.split(GAP)]
    if not all(re.search(r"\w", part) for part in parts):
        raise ValueError(f"pattern {pattern!r} has an empty part; see the syntax in docs/monitor-files.md")
    if any(_SHORT_STEM.fullmatch(part) for part in parts):
        raise ValueError(f"pattern {pattern!r} has * after fewer than 3 letters; write the endings out")
    return pattern


@dataclass(frozen=True, slots=True)
class Word:
    """One word, folded, with its * in a pattern; a hyphen or an apostrophe parts two.

    before : what stands between it and the word before. edge : a mark at the end or beginning of a pattern ("yok,").
    """

    text: str
    before: str = " "
    edge: str = ""

    @property
    def stem(self) -> str:
        return self.text.strip("*")


Run = tuple[Word, ...]  # words side by side
Side = tuple[Run, ...]  # runs with a gap between


def sides_of(pattern: str) -> tuple[Side, ...]:
    """A pattern as words: one side, or two of "a && b"."""
    return tuple(tuple(_run(part) for part in side.split(GAP)) for side in pattern.split(BOTH))


def _run(part: str) -> Run:
    folded, end = fold(part), 0
    words: list[Word] = []
    for match in _WORD.finditer(folded):
        before = folded[end : match.start()]
        words.append(Word(match[0], before if words else " ", "" if words else before))
        end = match.end()
    if words and (edge := folded[end:].strip("*")):
        words[-1] = replace(words[-1], edge=words[-1].edge + edge)
    return tuple(words)


def is_same(one: str, other: str) -> bool:
    """Whether one word of a text could match both.

    >>> is_same("bread*", "breadline"), is_same("bread", "breads"), is_same("*line", "bread*")
    (True, False, True)
    """
    a, b = one.strip("*"), other.strip("*")
    if "*" not in one and "*" not in other:
        return a == b
    if "*" not in one:
        return _matches(other, one)
    if "*" not in other:
        return _matches(one, other)
    begin = one.startswith("*") or other.startswith("*") or a.startswith(b) or b.startswith(a)
    return begin and (one.endswith("*") or other.endswith("*") or a.endswith(b) or b.endswith(a))


def _matches(pattern: str, word: str) -> bool:
    stem, begins, ends = pattern.strip("*"), not pattern.startswith("*"), not pattern.endswith("*")
    if begins and ends:
        return stem == word
    return word.startswith(stem) if begins else word.endswith(stem) if ends else stem in word


def examples(side: Side) -> list[Run]:
    """Texts that stand for all that one side matches: every * empty and full, every gap empty and full.

    >>> [" ".join(word.text for word in text) for text in examples(sides_of("bread* .. queue")[0])][:2]
    ['bread queue', 'bread 9073 9073 9073 9073 9073 queue']
    """
    more = ("", _ANY) if any("*" in word.text for run in side for word in run) else ("",)
    room = (0, LONGEST_GAP) if len(side) > 1 else (0,)
    return [_example(side, *one) for one in product(more, room)]


def _example(side: Side, more: str, room: int) -> Run:
    words: list[Word] = []
    for number, run in enumerate(side):
        words.extend([Word(_ANY)] * (room if number else 0))
        words.extend(replace(word, text=word.text.replace("*", more)) for word in run)
    return tuple(words)


def contains(text: Run, side: Side, *, at_start: bool = False, at_end: bool = False) -> bool:
    """Whether one side of a pattern stands in a text. at_start, at_end : only if it begins or ends with the text."""
    starts = range(1) if at_start else range(len(text))
    return any(end == len(text) or not at_end for start in starts for end in _ends(text, side, start))


def _ends(text: Run, side: Side, start: int) -> Iterable[int]:
    """Where the side may stop that begins at the word `start`."""
    run, rest = side[0], side[1:]
    end = start + len(run)
    if not _stands(text, run, start):
        return
    if not rest:
        yield end
        return
    for following in range(end, min(len(text), end + LONGEST_GAP + 1)):
        yield from _ends(text, rest, following)


def _stands(text: Run, run: Run, start: int) -> bool:
    if start + len(run) > len(text):
        return False
    return all(
        _matches(word.text, text[start + at].text)
        and (not word.edge or word.edge == text[start + at].edge)
        and (not at or _is_beside(word.before, text[start + at].before))
        for at, word in enumerate(run)
    )


def _is_beside(wanted: str, between: str) -> bool:
    """A blank in a pattern may be a hyphen in the text; a hyphen in a pattern is one."""
    return wanted == between or (wanted.isspace() and _NEIGHBOURS.fullmatch(between) is not None)


def could_share(one: Run, at: int, other: Run, place: int) -> bool:
    """Whether a text exists in which one[at] and other[place] are the same word."""
    first, last = max(-at, -place), min(len(one) - at, len(other) - place)
    return all(is_same(one[at + step].text, other[place + step].text) for step in range(first, last))


def capital_of(pattern: str) -> str:
    """Which capitals a text must have there: "all", "first" or "" for any, as the scanner wants them.

    >>> capital_of("Gaza strip"), capital_of("ANAMA"), capital_of("bread*")
    ('first', 'all', '')
    """
    word = _LETTERS.search(pattern.split(BOTH)[0])
    text = word[0] if word else ""
    return "all" if len(text) > 1 and text.isupper() else "first" if text[:1].isupper() else ""


def stems_of(pattern: str) -> set[str]:
    """The letters that every text it matches holds, folded."""
    return {word.stem for side in sides_of(pattern) for run in side for word in run}
