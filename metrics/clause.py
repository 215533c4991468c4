"""A clause, the cues in it, and how far apart things stand: what the rules of stance and time look at. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from feeds.text import fold
from metrics.dates import Calendar, When, dates
from metrics.model import Occurrence, Stance
from metrics.rulebook import Hit
from metrics.sentences import Ruler, Span

CLAUSE_WORDS = 12  # a cue counts within so many words of its term
NEAR_WORDS = 6
BESIDE_WORDS = 3
LONGEST_CUE = 300  # characters
PAUSE = re.compile("[,:;–—]")

_OPENS_ASIDE = re.compile(r",\s*(?:\w+\s+)?$")  # a preposition may stand before the word: ", в которой"
_POLARITY = {
    **dict.fromkeys(["reported", "harm", "without", "absent"], "lack"),
    **dict.fromkeys(["eased", "relief"], "relief"),
    **dict.fromkeys(["denied", "nobody"], "denial"),
}


@dataclass(frozen=True, slots=True)
class Says:
    """What a clause says about one term. stance None: nothing that counts, `why` says for what reason."""

    stance: Stance | None
    occurrence: Occurrence | None
    why: str


@dataclass(frozen=True)
class Clause:
    """A clause with the cues in it. Offsets of the whole text."""

    ruler: Ruler  # of the whole text, not the clause
    start: int
    end: int
    cues: tuple[Hit, ...]
    published: date | None
    dating_words: bool = False  # the language marks years that date something ("in 2020"); else any year does
    calendar: Calendar | None = None
    verb_last: bool = False  # negation and auxiliaries follow the verb
    anchors: tuple[Hit, ...] = ()  # all terms of the clause
    places: tuple[Hit, ...] = ()  # names in the whole text: a town may begin like a month
    in_title: bool = False
    present: re.Pattern[str] | None = None  # a verb that tells what is, in folded text

    @property
    def text(self) -> str:
        return self.ruler.text

    @cached_property
    def _by_kind(self) -> dict[str, list[Hit]]:
        found: dict[str, list[Hit]] = {}
        for cue in self.cues:
            found.setdefault(cue.kind, []).append(cue)
        return found

    def of(self, *kinds: str) -> list[Hit]:
        """The cues of these kinds; of one kind in order of place."""
        return [cue for kind in kinds for cue in self._by_kind.get(kind, ())]

    @cached_property
    def whens(self) -> list[When]:
        """Expressions of time in the clause."""
        if self.calendar is None or self.published is None:
            return []
        found = dates(self.text, self.start, self.end, self.calendar, self.published)
        return [when for when in found if not any(overlap(when, place) for place in self.places)]

    def tells_what_is(self, start: int, end: int) -> bool:
        """Whether a verb in [start, end) that is none of speech tells what is. Asked of a part once: terms share it."""
        if self.present is None:
            return False
        if (start, end) not in self._told:
            part = self.text[start:end]
            for verb in self.of("verbs"):
                if start <= verb.start and verb.end <= end:
                    part = part[: verb.start - start] + " " * (verb.end - verb.start) + part[verb.end - start :]
            self._told[start, end] = self.present.search(fold(part)) is not None
        return self._told[start, end]

    @cached_property
    def _told(self) -> dict[tuple[int, int], bool]:
        return {}

    def is_span(self, cue: Hit) -> bool:
        """ "For nine months": a length of time, which may be over, unlike "still"."""
        if self.calendar is None:
            return False
        words = fold(self.text[cue.start : cue.end]).split()
        return any(word.strip(".,") in self.calendar.units for word in words)

    @cached_property
    def asides(self) -> list[tuple[int, int]]:
        """Relative and participle clauses: from a comma and a word that opens one, to the next comma or the end."""
        found = []
        for cue in self.of("relative"):
            before = self.text[max(self.start, cue.start - 30) : cue.start]
            opens = _OPENS_ASIDE.search(before)
            if opens is not None:
                end = PAUSE.search(self.text, cue.end, self.end)
                found.append((cue.start - len(before) + opens.start(), end.start() if end else self.end))
        return found

    def is_aside(self, place: int, *of: Hit) -> bool:
        """Whether a place stands in a clause within the clause that holds none of these hits."""
        return any(
            start <= place < end and not any(start <= hit.start < end for hit in of) for start, end in self.asides
        )

    def near(self, anchor: Hit, within: int, *kinds: str) -> Hit | None:
        """The nearest cue of these kinds within so many words of the anchor."""
        nearest = min(self.of(*kinds), key=lambda cue: distance(self.ruler, cue, anchor), default=None)
        return nearest if nearest and distance(self.ruler, nearest, anchor) <= within else None


def longest(cues: Sequence[Hit]) -> list[Hit]:
    """Cues without those inside a longer one that says the opposite: "not allowed" holds no relief."""
    polar = sorted((cue for cue in cues if cue.kind in _POLARITY), key=lambda cue: cue.start)
    starts = [cue.start for cue in polar]

    def is_covered(cue: Hit) -> bool:
        polarity = _POLARITY.get(cue.kind)
        if polarity is None:
            return False
        near = polar[bisect_left(starts, cue.start - LONGEST_CUE) : bisect_right(starts, cue.start)]
        return any(
            cue.end <= other.end and other.end - other.start > cue.end - cue.start and _POLARITY[other.kind] != polarity
            for other in near
        )

    return [cue for cue in cues if not is_covered(cue)]


def turns_of(cues: Sequence[Hit], anchors: Sequence[Hit], text: str, sentence: Span) -> list[int]:
    """Where a sentence turns: at words like "but". One that stands behind its subject ("the road is, however, closed")
    turns at the pause before that, and only where something was said before the pause. What is feared and the fact it
    comes of are two clauses ("families could go hungry because the road is closed").
    """
    inserted = {cue.start for cue in cues if cue.kind == "inserted"}
    said = [cue.start for cue in (*cues, *anchors) if cue.kind in _POLARITY or cue.kind == "strong"]
    fears = [cue.start for cue in cues if cue.kind == "feared"]
    turns = [cue.start for cue in cues if cue.kind == "cause" and any(fear < cue.start for fear in fears)]
    for cue in cues:
        if cue.kind != "contrast":
            continue
        place = cue.start
        while cue.start in inserted:
            pauses = [mark.start() for mark in PAUSE.finditer(text, sentence.start, place)]
            begin = pauses[-1] if pauses else sentence.start
            if any(begin <= start < place for start in said):
                break
            place = begin
            if place == sentence.start:
                break
        turns.append(place)
    return turns


def distance(ruler: Ruler, one: Hit, two: Hit) -> int:
    """Words between two hits; 0 when they touch or overlap."""
    first, second = (one, two) if one.start <= two.start else (two, one)
    return ruler.words(first.end, second.start)


def apart(clause: Clause, when: Hit | When, cue: Hit) -> int:
    if when.start <= cue.start:
        return clause.ruler.words(when.end, cue.start)
    return clause.ruler.words(cue.end, when.start)


def overlap(one: Hit | When, two: Hit | When) -> bool:
    return one.start < two.end and two.start < one.end


def between(one: Hit | When, two: Hit | When) -> tuple[int, int]:
    first, last = (one, two) if one.start <= two.start else (two, one)
    return first.end, max(first.end, last.start)
