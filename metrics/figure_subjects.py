"""What a number is about: the word of its clause that says what happened to those counted. Pure.

Each number takes the nearest word that can be about its unit, or the more particular one beside it. What is inserted
("…, 17 children among them, …") says nothing of the numbers around it, and of numbers in a list what is said of one is
said of all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from metrics.counted import COMMA, MONEY, NO_NOUN, PEOPLE, Counted
from metrics.figure_clauses import HEAD_LAST, TURN, Arranged
from metrics.model import Figure
from metrics.rulebook import Hit

PART_WITHIN = 5  # words in which something new must be said of some of those counted
FARTHEST = 20  # words, with what stands between counted in
FOREIGN_WORDS = 5  # by which what stands right by another number is farther
NEVER_WITHIN = 8
OWN_WITHIN = 16  # words in which a more particular subject wins
INSERTED = 2  # commas around a clause

# Of two subjects in one clause, the more particular: what one comes to, rather than what one is.
BEATS: Mapping[str, frozenset[str]] = {
    "registered": frozenset({"displaced"}),
    "patients": frozenset({"evacuated", "residents"}),
    "mine-victims": frozenset({"killed", "wounded"}),
    "released": frozenset({"detained", "returned", "displaced", "residents"}),
    "citizenships": frozenset({"displaced", "assisted", "residents"}),
    "certificates-issued": frozenset({"assisted", "displaced", "housing"}),
    "certificates-used": frozenset({"certificates-issued", "assisted", "displaced", "housing"}),
    "applications": frozenset({"assisted", "displaced", "citizenships", "certificates-issued", "residents"}),
    "remains-identified": frozenset({"remains-found", "killed", "missing"}),
    "remains-found": frozenset({"killed", "missing", "released", "returned"}),
    "sheltered": frozenset({"displaced", "residents"}),
    "assisted": frozenset({"displaced", "residents"}),
    "returned": frozenset({"displaced", "residents", "assisted"}),
    "displaced": frozenset({"residents"}),
    "homes-destroyed": frozenset({"housing"}),
    "evacuated": frozenset({"displaced", "residents", "wounded"}),
    "killed": frozenset({"residents"}),
    "wounded": frozenset({"residents"}),
    "missing": frozenset({"residents"}),
    "detained": frozenset({"residents"}),
    "price": frozenset({"aid", "housing"}),
    "housing": frozenset({"aid"}),
}
# What soldiers do as soldiers.
TROOPS = frozenset({"displaced", "residents", "sheltered", "registered", "assisted"})
# What is counted where nothing says so.
DEFAULT = {
    "trucks": "transport",
    "vehicles": "transport",
    "convoys": "transport",
    "tonnes": "aid",
    "certificates": "certificates-issued",
    "applications": "applications",
}


_CLOSES = re.compile(r"\w*\s*(?:[.,;։!]|$)")
_VERBAL_NOUN = re.compile(r"\w*(?:m[aəe]s[iı]\w*|m[aəe]k|ելու|ումը?)\W")


def _is_finite(whole: str, hit: Hit) -> bool:
    """A verb that closes its clause: a comma follows, and it is no verbal noun."""
    word = whole.rfind(" ", 0, hit.end - 1) + 1
    return _CLOSES.match(whole, hit.end) is not None and _VERBAL_NOUN.match(whole, word) is None


def _between(one: Counted, two: Counted) -> tuple[int, int]:
    first, last = (one, two) if one.number.start <= two.number.start else (two, one)
    return first.noun_end, max(first.noun_end, last.number.start)


class Subjects(Arranged):
    """The numbers of one sentence, and what each is about."""

    def _subject(self, counted: Counted) -> tuple[str, str]:
        """The subject whose word is nearest, or the more particular one beside it."""
        allowed = {key for key, units in self.rules.units_of.items() if counted.unit in units}
        cues = [hit for hit in self.hits if hit.kind in ("subject", "person") and hit.owner in allowed]
        cues = [
            hit for hit in cues if not self._is_noun_of_another(counted, hit) and not self._is_own_noun(counted, hit)
        ]
        far = {hit: self._apart(counted, hit) + self._foreign(counted, hit) for hit in cues}
        near = sorted((hit for hit in cues if far[hit] <= FARTHEST), key=lambda hit: (far[hit], hit.start))
        whole = self._whole_of(counted)
        others = self._said_of_whole(counted, near, allowed)
        if others[0]:
            return others
        if counted.hint is not None and counted.hint.owner in allowed:
            chosen = counted.hint
        elif whole and whole.subject in allowed and (not near or far[near[0]] > PART_WITHIN):
            return whole.subject, "as those of whom they are some"
        elif near:
            chosen = near[0]
        else:
            return self._carried(counted, allowed)
        for hit in near:
            is_own = far[hit] <= OWN_WITHIN and not self._foreign(counted, hit)
            is_own = is_own and self._is_as_close(counted, hit, chosen)
            if is_own and chosen.owner in BEATS.get(hit.owner, ()):
                chosen = hit
        if counted.rule == NO_NOUN and counted.hint is None and far[chosen] > 5:
            return "", ""
        return self._of_whom(counted, chosen, [hit for hit in near if far[hit] <= OWN_WITHIN])

    def _is_paid(self, counted: Counted) -> bool:
        """ "81,300 people received 50,000 drams": people beside a verb of receiving and what they received."""
        goods = [one for one in self.counted if one.unit in (*MONEY, "packages", "kilograms", "litres")]
        got = [hit for hit in self.hits if hit.kind == "receives" and self._direct(counted, hit) <= OWN_WITHIN]
        return any(not TURN.search(self.reading.whole, *_between(counted, one)) for one in goods for hit in got)

    def _said_of_whole(self, counted: Counted, near: Sequence[Hit], allowed: set[str]) -> tuple[str, str]:
        """What is said of those of whom an inserted number counts some, where the insertion itself says nothing."""
        whole = self.whole_of(counted)
        if whole is None:
            return "", ""
        start, end = self.insertions.get(counted, (counted.number.start, whole.number.start))
        closed = COMMA.match(self.reading.whole, end - 1) is not None or counted not in self.insertions
        within = end if closed else end + 1
        beside = [
            hit for hit in near if hit.start >= start and (hit.start < within or self._follows(counted, hit, closed))
        ]
        if any(hit.owner != "residents" for hit in beside):
            return "", ""
        subject, rule = self._subject(whole)
        return (subject, f"as those of whom they are some: {rule}") if subject in allowed else ("", "")

    def _follows(self, counted: Counted, hit: Hit, closed: bool) -> bool:
        """ "Two of whom died": beside the number, in an insertion that nothing closes."""
        part = self.part_word(counted)
        return not closed and part is not None and self._apart(counted, hit) <= PART_WITHIN

    def _of_whom(self, counted: Counted, chosen: Hit, near: Sequence[Hit]) -> tuple[str, str]:
        """Captives and soldiers who come home are released; soldiers who leave or stay are troops, no figure."""
        rule = chosen.meaning.rule
        said = {hit.owner for hit in near if self._pauses(counted, hit) == self._pauses(counted, chosen)}
        is_captive = counted.hint is not None and counted.hint.owner == "detained"
        soldiers = any(
            hit.kind == "soldiers" and counted.number.end <= hit.start <= counted.noun_end + 1 for hit in self.hits
        )
        if chosen.owner in ("displaced", "residents") and self._is_paid(counted):
            return "assisted", f"who receives something counted: {rule}"
        if is_captive and chosen.owner == "detained" and said & {"returned", "displaced"}:
            return "released", f"captives: {rule}"
        if soldiers and chosen.owner == "returned":
            return "released", f"soldiers: {rule}"
        if soldiers and chosen.owner in TROOPS:
            return "", ""
        if chosen.owner == "residents" and any(one.subject == "released" for one in self.mine):
            return "detained", f"those not released: {rule}"
        return chosen.owner, rule

    def _is_as_close(self, counted: Counted, hit: Hit, chosen: Hit) -> bool:
        """No pause more than to `chosen`; a clause between two commas says something of the noun and parts nothing."""
        more = self._pauses(counted, hit) - self._pauses(counted, chosen)
        between = any(counted.noun_end <= one.start < hit.start for one in self.numbers)
        return more <= 0 or (more == INSERTED and not between)

    def _whole_of(self, counted: Counted) -> Figure | None:
        """Of whom those counted are some: "among them are 71 children"."""
        if not (self.part_word(counted)):
            return None
        known = self.mine or self.before
        return known[-1] if known else None

    def _carried(self, counted: Counted, allowed: set[str]) -> tuple[str, str]:
        """Where the clause says nothing: what the number before was about, what the unit stands for, or the title."""
        if self.mine and self.mine[-1].subject in allowed and self.mine[-1].unit == counted.unit:
            return self.mine[-1].subject, "as the number before"
        if counted.unit in DEFAULT:
            return DEFAULT[counted.unit], "by its unit"
        if counted.rule == NO_NOUN:
            return "", ""
        stepped = next(
            (hit for hit in self.hits if hit.kind == "stepped" and self._apart(counted, hit) <= FARTHEST), None
        )
        if stepped is not None and "mine-victims" in allowed:
            return "mine-victims", stepped.meaning.rule
        if counted.unit in PEOPLE:
            return ("assisted", "who receives something counted") if self._is_paid(counted) else ("", "")
        title = next((hit for hit in self.title if hit.kind in ("subject", "person") and hit.owner in allowed), None)
        return (title.owner, f"title: {title.meaning.rule}") if title else ("", "")

    def _is_noun_of_another(self, counted: Counted, hit: Hit) -> bool:
        return any(
            other is not counted and other.number.start <= hit.start < other.noun_end and other.unit in PEOPLE
            for other in self.counted
        )

    def _is_own_noun(self, counted: Counted, hit: Hit) -> bool:
        """ "25 residents": what is counted is no word for what happened to it."""
        return (
            hit.kind == "subject"
            and counted.unit in (*PEOPLE, "homes")
            and any(
                one.kind == "unit"
                and one.start <= hit.start
                and hit.end <= one.end
                and counted.number.end <= one.start < counted.noun_end
                for one in self.hits
            )
        )

    def _foreign(self, counted: Counted, hit: Hit) -> int:
        """A word that stands right by another number is about that one first, if it can be."""
        mine = self._apart(counted, hit)
        same = (one.owner for one in self.hits if one.kind in ("subject", "person") and one.start == hit.start)
        units = {unit for owner in same for unit in self.rules.units_of[owner]}
        others = [self._apart(other, hit) for other in self.counted if other is not counted and other.unit in units]
        return FOREIGN_WORDS if others and min(others) + 1 <= mine and min(others) <= 2 else 0

    def _is_never(self, counted: Counted) -> bool:
        """A plan, a denial, an export: what is counted is no claim about this crisis."""
        if counted.unit in MONEY:  # what is pledged or asked for is a claim already
            return any(hit.kind == "unpriced" and self._is_beside(counted, hit) for hit in self.hits)
        return any(hit.kind == "never" and self._is_beside(counted, hit) for hit in self.hits)

    def _is_beside(self, counted: Counted, hit: Hit) -> bool:
        start, end = counted.number.start, counted.noun_end
        first, last = (end, hit.start) if hit.start >= end else (hit.end, start)
        if first >= last:
            return True
        words = self.reading.ruler.words(first, last)
        if words <= NEVER_WITHIN and not COMMA.search(self.reading.whole, first, last):
            return True
        return hit.start >= end and words <= FARTHEST and self._closes_all(first, hit)

    def _closes_all(self, start: int, hit: Hit) -> bool:
        """Where verbs stand last, one at the end goes for all numbers before it that have no verb of their own."""
        whole = self.reading.whole
        if self.rules.language not in HEAD_LAST or not _CLOSES.match(whole, hit.end):
            return False
        between = whole[start : hit.start]
        return not TURN.search(between) and not any(
            one.kind == "subject" and start <= one.start < hit.start and _is_finite(whole, one) for one in self.hits
        )

    def _is_part(self, counted: Counted, subject: str) -> bool:
        """ "Two of them women": some of those counted before, of whom nothing new is said."""
        part = self.part_word(counted)
        if part is None:
            return False
        known = self.mine or self.before[-2:]
        return not known or any((one.unit, one.subject) == (counted.unit, subject) for one in known)
