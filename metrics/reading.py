"""One text on its way through the tagger: signs found in it, its sentences, and what was decided of each term. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from feeds.text import Folded
from metrics.clause import Says, longest
from metrics.model import Evidence, Text
from metrics.rulebook import Hit as Cue
from metrics.sentences import Ruler, Span
from metrics.zones import Outside

TITLE_WEIGHT = 3  # one sign in the title weighs as much as three below it
LEAD_SENTENCES = 3  # the title and the two sentences after it


@dataclass(frozen=True, slots=True)
class Kept:
    """Evidence before it is grouped, with what `explain` prints."""

    anchor: Cue
    sentence: Span
    says: Says
    evidence: Evidence | None  # None: dropped, `says.why` tells why


@dataclass
class Reading:
    """One text in one language. Offsets are those of `whole`."""

    text: Text
    whole: str
    language: str
    folded: Folded
    own: list[Cue] = field(default_factory=list)  # signs of the crisis
    whole_region: list[Cue] = field(default_factory=list)  # those that name the region or its cause as such
    places: list[Cue] = field(default_factory=list)  # names of places, any zone
    parties: list[Cue] = field(default_factory=list)  # names of the states or groups at odds
    other: list[Cue] = field(default_factory=list)  # other crises
    history: list[Cue] = field(default_factory=list)
    not_about: list[Cue] = field(default_factory=list)
    context: list[Cue] = field(default_factory=list)  # politics of this crisis, or general politics of its parties
    politics: list[Cue] = field(default_factory=list)  # politics at large
    only_people: str = ""  # the one people named in title and lead, or else in the text
    implied: str = ""  # whom words stand for that make the text about the crisis without a place of it
    told: date | None = None  # the last past time that a clause read so far has dated
    zone: str = ""  # of the first place named, where the crisis or its people are
    doubtful: bool = False  # only names that are also something else; evidence beside one settles it
    sentences: list[Span] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)  # all of the text, by start
    outside: list[Outside] = field(default_factory=list)  # what is not the article; looked for only to explain it
    kept: list[Kept] = field(default_factory=list)
    _cues_of: dict[int, list[Cue]] = field(default_factory=dict)  # start of a sentence → its cues

    @property
    def title_end(self) -> int:
        return len(self.text.title)

    @cached_property
    def ruler(self) -> Ruler:
        return Ruler(self.whole)

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def _cue_starts(self) -> list[int]:
        return [cue.start for cue in self.cues]

    def sentence_at(self, position: int) -> int:
        """Index of the sentence that holds a position, or -1."""
        number = bisect_right(self._starts, position) - 1
        return number if number >= 0 and self.sentences[number].holds(position) else -1

    def sentence_of(self, position: int) -> Span | None:
        """The sentence that holds a position; None between two."""
        number = self.sentence_at(position)
        return self.sentences[number] if number >= 0 else None

    def cues_in(self, sentence: Span) -> list[Cue]:
        """The cues of one sentence, without those inside a longer one that says the opposite."""
        if sentence.start not in self._cues_of:
            first, last = bisect_left(self._cue_starts, sentence.start), bisect_left(self._cue_starts, sentence.end)
            self._cues_of[sentence.start] = longest([cue for cue in self.cues[first:last] if cue.end <= sentence.end])
        return self._cues_of[sentence.start]

    def continues_past(self, number: int) -> bool:
        """Whether the sentence before, in the same line or the title, is told of the past, and all evidence in it."""
        if not number:
            return False
        before, span = self.sentences[number - 1], self.sentences[number]
        if "\n" in self.whole[before.end : span.start] and before.end > self.title_end:
            return False
        told = [kept.says.stance for kept in self.kept if kept.sentence == before and kept.says.stance]
        return bool(told) and all(stance == "past" for stance in told)

    @cached_property
    def remembers(self) -> bool:
        """A text of remembrance: title or first sentence says so ("33 years since the massacre")."""
        return self.opens_with(cue for cue in self.cues if cue.kind == "memory")

    @cached_property
    def is_archived(self) -> bool:
        """An old text published again: title or first sentence says so ("from the archive")."""
        return self.opens_with(cue for cue in self.cues if cue.kind == "archive")

    @cached_property
    def looks_back(self) -> bool:
        """The title tells of a past time ("two years after the exodus"); the text below may be about today."""
        return self.in_title(cue for cue in self.cues if cue.kind in ("past", "later"))

    def by_sentence(self, signs: Iterable[Cue]) -> dict[int, list[Cue]]:
        """Index of the sentence → the signs in it."""
        found: dict[int, list[Cue]] = {}
        for sign in signs:
            found.setdefault(self.sentence_at(sign.start), []).append(sign)
        return found

    @property
    def lead(self) -> Sequence[Span]:
        return self.sentences[:LEAD_SENTENCES]

    def in_lead(self, signs: Iterable[Cue]) -> bool:
        return any(span.holds(sign.start) for sign in signs for span in self.lead)

    def opens_with(self, signs: Iterable[Cue]) -> bool:
        """Whether a sign stands in the title or in the first sentence below it."""
        return any(span.holds(sign.start) for sign in signs for span in self.sentences[:2])

    def in_title(self, signs: Iterable[Cue]) -> bool:
        return any(sign.start < self.title_end for sign in signs)

    def score(self, signs: Iterable[Cue]) -> int:
        return sum(TITLE_WEIGHT if sign.start < self.title_end else 1 for sign in signs)

    def evidence(self) -> list[Evidence]:
        return [kept.evidence for kept in self.kept if kept.evidence is not None]
