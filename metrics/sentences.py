"""Sentences and clauses of news text in six languages, as offsets. Pure; rules a copy editor would recognise.

A line is at least one sentence; a headline line is a sentence of its own. Armenian ends a sentence with ։ (often typed
as a colon) and uses the full stop inside sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 1000  # characters; what runs on longer without an end is cut at a blank: nobody quotes such a sentence
_LOOK_BACK = 40  # characters before a full stop that tell whether it shortens a word

_ENDS = re.compile(r"[.!?…։]+(?:[\"'»”’)\]]|[ \u00a0\u202f]»)*(?=\s)|(?<=[\u0561-\u0587]):(?=\s)")
_ARMENIAN_END = re.compile(r"։|(?<=[\u0561-\u0587]):(?:\s|$)")
_ARMENIAN_LETTER = re.compile("[\u0531-\u0587]")
_NEXT = re.compile(r"[\s\"'«“„‘(\[\-–—]*")
_WORD_BEFORE = re.compile(r"(\w+)$")
_WORDS = re.compile(r"\w+")
_DOTTED = re.compile(r"(?:\w\.)+\w?$")  # U.N., т.е., A.B.

# Words that a full stop shortens rather than ends, when the next word is capitalised.
_SHORT_WORDS = """
mr mrs ms dr prof gen col lt maj capt sgt st nos vs etc inc ltd gov sen rep
jan feb mar apr jun jul aug sep sept oct nov dec
г гг тыс млн млрд ул им см руб проф ген полк акад обл ст кв стр
թ թթ հազ մլն մլրդ պրոֆ
sn vb yrd doç müd
mm mme mlle env
"""
_SHORT = frozenset(_SHORT_WORDS.split())


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open offsets."""

    start: int
    end: int

    def holds(self, position: int) -> bool:
        return self.start <= position < self.end


class Ruler:
    """Counts the words between two places of one text, without reading it again each time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [match.start() for match in _WORDS.finditer(text)]

    def words(self, start: int, end: int) -> int:
        """How many words begin in [start, end)."""
        return bisect_left(self._starts, end) - bisect_left(self._starts, start) if start < end else 0


def sentences(text: str) -> list[Span]:
    """The sentences of a text, in order, without the white space around them.

    >>> text = "Bread ran out. The U.N. said so."
    >>> [text[s.start:s.end] for s in sentences(text)]
    ['Bread ran out.', 'The U.N. said so.']
    """
    found: list[Span] = []
    start = 0
    for line in text.split("\n"):
        found.extend(_of_line(text, start, start + len(line)))
        start += len(line) + 1
    return found


def lines(text: str) -> list[Span]:
    """The lines of a text, empty ones left out."""
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Span(start, start + len(line)))
        start += len(line) + 1
    return found


def clauses(sentence: Span, text: str, turns: Iterable[int]) -> list[Span]:
    """A sentence cut at semicolons and at `turns`: where words like "but" stand."""
    cuts = {match.end() for match in re.finditer(r";\s", text[sentence.start : sentence.end])}
    places = sorted({sentence.start + cut for cut in cuts} | {_turn(text, sentence, turn) for turn in turns})
    edges = [sentence.start, *(place for place in places if sentence.start < place < sentence.end), sentence.end]
    return [Span(one, two) for one, two in pairwise(edges)]


def _turn(text: str, sentence: Span, turn: int) -> int:
    """'X, the other side for its part …' turns at the comma, when at most two words stand between it and the word."""
    before = text[sentence.start : turn]
    comma = max(before.rfind(mark) for mark in ",՝–—")
    if comma >= 0 and len(before[comma + 1 :].split()) <= 2:
        return sentence.start + comma + 1
    return turn


def _of_line(text: str, start: int, end: int) -> Iterable[Span]:
    line = text[start:end]
    has_armenian_end = bool(_ARMENIAN_END.search(line))
    armenian = has_armenian_end or bool(_ARMENIAN_LETTER.search(line[:80]))
    begin = 0
    for match in _ENDS.finditer(line):
        if _is_end(line, match, armenian, has_armenian_end):
            yield from _trimmed(text, start + begin, start + match.end())
            begin = match.end()
    yield from _trimmed(text, start + begin, end)


def _is_end(line: str, match: re.Match[str], armenian: bool, has_armenian_end: bool) -> bool:
    mark = match.group()[0]
    if mark in "։:":
        return True
    after = _NEXT.match(line, match.end())
    position = after.end() if after else match.end()
    following = line[position : position + 1]
    if following and not (following.isupper() or following.isdigit() or not following.isalpha()):
        return False
    if mark == ".":
        return not _shortens(line, match.start(), armenian, has_armenian_end)
    return True


def _shortens(line: str, dot: int, armenian: bool, has_armenian_end: bool) -> bool:
    before = line[max(0, dot - _LOOK_BACK) : dot]
    word = _WORD_BEFORE.search(before)
    if word is None:
        return False
    if armenian and _ARMENIAN_LETTER.match(word.group()):
        return has_armenian_end or (dot <= _LOOK_BACK and len(before.split()) < 4)
    if len(word.group()) == 1 and word.group().isupper():
        return True  # an initial
    return word.group().lower() in _SHORT or bool(_DOTTED.search(before[-8:]))


def _trimmed(text: str, start: int, end: int) -> Iterable[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        blank = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = blank if blank > 0 else start + LONGEST
        yield Span(start, cut)
        start = cut + (blank > 0)
    if start < end:
        yield Span(start, end)
