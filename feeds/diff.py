"""What was changed between two texts, word by word. Pure.

A word is a run of letters and digits with the marks, apostrophes and hyphens that stand inside it, so that Bakı'dan,
l'aide, Ханкенди́, Ինչո՞ւ and кого-то stay whole. Everything else is a token of its own: the parts put together give both
texts back, to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Kind = Literal["same", "removed", "added"]
MOST_TOKENS = 6_000  # that differ, of both texts together; what is longer is compared by line, and then not at all

_ON_LETTERS = "\u0300-\u036f\u055a-\u055c\u055e\u055f"  # stress and accents; the Armenian signs of tone
_INSIDE = "'’ʼ`´\u00ad\u200c\u200d\u2010\u2011-"
_WORD = re.compile(rf"\w(?:[\w{_ON_LETTERS}]|[{_INSIDE}](?=\w))*|\s+|.", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Part(NamedTuple):
    """A stretch of text: in both, only in the old one (removed), or only in the new one (added)."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> tuple[Part, ...]:
    """Parts in order, none empty; where words were replaced, the removed ones stand before the added ones.

    >>> [tuple(part) for part in word_diff("No fuel left.", "Little fuel left.")]
    [('removed', 'No'), ('added', 'Little'), ('same', ' fuel left.')]
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    middle = _middle(before[head : len(before) - tail], after[head : len(after) - tail])
    parts = [Part("same", "".join(after[:head])), *middle, Part("same", "".join(after[len(after) - tail :]))]
    return tuple(_joined(parts))


def old_text(parts: Iterable[Part]) -> str:
    """The text before the change."""
    return "".join(part.text for part in parts if part.kind != "added")


def new_text(parts: Iterable[Part]) -> str:
    """The text after the change."""
    return "".join(part.text for part in parts if part.kind != "removed")


def shortened(parts: Sequence[Part], around: int) -> tuple[Part, ...]:
    """The changes with at most so many characters of what stayed beside them; nothing where nothing was changed.

    >>> [part.text for part in shortened(word_diff("No fuel left in the town.", "Little fuel left in the town."), 5)]
    ['No', 'Little', ' fuel…']
    """
    if all(part.kind == "same" for part in parts):
        return ()
    last = len(parts) - 1
    return tuple(
        part._replace(text=_near(part.text, around if place else 0, around if place < last else 0))
        if part.kind == "same"
        else part
        for place, part in enumerate(parts)
    )


def _near(text: str, start: int, end: int) -> str:
    return text if len(text) <= start + end + 3 else f"{text[:start]}…{text[len(text) - end :]}"


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


def _middle(before: list[str], after: list[str]) -> Iterator[Part]:
    """By word; a long text by line; one of very many lines as a whole: the time must end for any text."""
    if len(before) + len(after) > MOST_TOKENS:
        before, after = _LINE.findall("".join(before)), _LINE.findall("".join(after))
    if len(before) + len(after) > MOST_TOKENS:
        before, after = ["".join(before)], ["".join(after)]
    # Blanks begin no match: else every text would be alike in its blanks.
    for _, i, j, k, m in SequenceMatcher(str.isspace, before, after).get_opcodes():
        if before[i:j] == after[k:m]:
            yield Part("same", "".join(after[k:m]))
        else:
            yield Part("removed", "".join(before[i:j]))
            yield Part("added", "".join(after[k:m]))


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Neighbours of one kind as one part; a blank between two words that were replaced is part of the change."""
    removed = added = same = ""
    for kind, text in parts:
        if kind == "same" or not text:
            same += text
            continue
        if same.isspace() and removed and added:
            removed, added = removed + same, added + same
        elif same:
            yield from _parts(removed, added, same)
            removed = added = ""
        same = ""
        removed, added = (removed + text, added) if kind == "removed" else (removed, added + text)
    yield from _parts(removed, added, same)


def _parts(removed: str, added: str, same: str) -> Iterator[Part]:
    pairs: tuple[tuple[Kind, str], ...] = (("removed", removed), ("added", added), ("same", same))
    return (Part(kind, text) for kind, text in pairs if text)
