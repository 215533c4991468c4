"""What a number is about: the word of its clause that says what happened to those counted. Pure.

Each number takes the nearest word that can be about its unit, or the more particular one beside it. What is inserted
("…, 17 children among them, …") says nothing of the numbers around it, and of numbers in a list what is said of one is
said of all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from feeds.text import fold
from metrics.counted import COMMA, MONEY, NO_NOUN, PEOPLE, Counted
from metrics.figure_clauses import HEAD_LAST, TURN, Arranged
from metrics.model import Figure
from metrics.rulebook import Hit

PART_WITHIN = 5  # words in which something new must be said of some of those counted
FARTHEST = 20  # words, with what stands between counted in
FOREIGN_WORDS = 5  # by which what stands right by another number is farther
FOREIGN_WITHIN = 2  # words by which a word stands right by another number
NEVER_WITHIN = 8
OWN_WITHIN = 16  # words in which a more particular subject wins
INSERTED = 2  # commas around a clause
# What goes on in the future as it does today: a ration, a term, an outage.
RATIONED = frozenset({"litres", "kilograms", "years", "months", "hours", "days"})
PROMISED = frozenset({"tonnes", "packages"})  # as money, a claim already, unless they are to follow others
MORE_WITHIN = 3  # words
OPENS_WITHIN = 2  # words before what a sentence is about

# Of two subjects in one clause, the more particular: what one comes to, rather than what one is.
BEATS: Mapping[str, frozenset[str]] = {
    "registered": frozenset({"displaced"}),
    "patients": frozenset({"evacuated", "residents"}),
    "mine-victims": frozenset({"killed", "wounded"}),
    "released": frozenset({"detained", "returned", "displaced", "residents"}),
    "citizenships": frozenset({"displaced", "assisted", "residents", "certificates-issued"}),
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
# What money is spent on, by what the numbers before are about.
COSTS = {
    **dict.fromkeys(("certificates-issued", "certificates-used", "housing"), "housing"),
    **dict.fromkeys(("assisted", "aid"), "aid"),
}
# What is counted where nothing says so.
DEFAULT = {
    "trucks": "transport",
    "vehicles": "transport",
    "convoys": "transport",
    "tonnes": "aid",
    "certificates": "certificates-issued",
    "applications": "applications",
}


_CLAUSE = re.compile(r"[,;:()–—]|\.\s|։|\s-\s")
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
        every = next((one for one in self.counted if self._is_of_all(counted.number, one.number)), None)
        if every is not None:
            return self._subject_among(every, allowed)
        whole = self._whole_of(counted)
        others = self._said_of_whole(counted, near, allowed)
        if others[0]:
            return others
        if counted.hint is not None and counted.hint.owner in allowed:
            chosen = counted.hint
        elif whole and whole.subject in allowed and (not near or far[near[0]] > PART_WITHIN):
            return whole.subject, "as those of whom they are some"
        elif self._spent(counted, near):
            return self._spent_on(), "what the money was spent on"
        elif near:
            chosen = near[0]
        elif counted.unit in PEOPLE and self._arrives(counted) and self._tells_return():
            return "returned", "who arrive, where a return is told"
        elif counted.unit in MONEY and self._is_per_measure(counted):
            return "price", "a kilogram, a litre"
        else:
            return self._carried(counted, allowed)
        for hit in near if not self.is_all(counted) else ():
            is_own = far[hit] <= OWN_WITHIN and not self._foreign(counted, hit)
            is_own = is_own and self._is_as_close(counted, hit, chosen)
            if is_own and chosen.owner in BEATS.get(hit.owner, ()):
                chosen = hit
        if counted.rule == NO_NOUN and counted.hint is None and far[chosen] > 5:
            return ("", "") if not self._is_headline_count(counted, chosen) else (chosen.owner, chosen.meaning.rule)
        return self._of_whom(counted, chosen, [hit for hit in near if far[hit] <= OWN_WITHIN])

    def _subject_among(self, every: Counted, allowed: set[str]) -> tuple[str, str]:
        """Of "nine of the 47 sets of remains unearthed … have been identified" the most particular that is said."""
        chosen = every.hint
        for hit in self.hits:
            if hit.kind == "subject" and hit.owner in allowed and self._direct(every, hit) <= OWN_WITHIN:
                chosen = hit if chosen is None or chosen.owner in BEATS.get(hit.owner, ()) else chosen
        return (chosen.owner, f"some of all: {chosen.meaning.rule}") if chosen is not None else ("", "")

    def _is_headline_count(self, counted: Counted, named: Hit) -> bool:
        """ "Mine victims since 2020: almost 400"."""
        before = self.reading.whole[named.end : counted.number.start]
        short = len(before.rpartition(":")[2].split()) <= 2
        return named.kind == "person" and not self.at and ":" in before and short

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
        soldiers = self._is_own(counted, "soldiers")
        if chosen.owner in ("patients", "residents") and self._is_own(counted, "staff"):
            return "", ""
        if chosen.owner == "price" and self._is_of_no_need(counted):
            return "", ""
        if chosen.owner == "returned" and counted.noun_end == counted.number.end and self._exchanges():
            return "released", f"one side of an exchange: {rule}"
        if chosen.owner == "displaced" and counted.hint is None and self._arrives(counted) and self._tells_return():
            return "returned", f"who arrive, where a return is told: {rule}"
        if chosen.owner in ("aid", "price") and self.is_worth(counted, chosen.owner):
            return "housing", f"the worth of a certificate: {rule}"
        if chosen.owner == "aid" and counted.unit in MONEY and self._is_per_measure(counted):
            return "price", f"a kilogram, a litre: {rule}"
        if chosen.owner == "registered" and any(hit.owner == "missing" for hit in self.title):
            return "missing", f"on a list of the missing: {rule}"
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

    def _is_own(self, counted: Counted, kind: str) -> bool:
        """Whether the number's own noun is of a kind."""
        return any(hit.kind == kind and counted.number.end <= hit.start <= counted.noun_end + 1 for hit in self.hits)

    def _exchanges(self) -> bool:
        return any(one.subject == "released" for one in self.mine)

    def _is_of_no_need(self, counted: Counted) -> bool:
        """ "The book has 210 pages, costs 30 manats": what has the price opens the sentence, and no goods are named."""
        ruler, start = self.reading.ruler, self.span.start
        priced = [hit for hit in self.hits if hit.kind == "unpriced" and ruler.words(start, hit.start) <= OPENS_WITHIN]
        paid = [one for one in self.counted if one.unit in MONEY and one.number.start < counted.number.start]
        return bool(priced) and not paid and not any(hit.kind == "subject" and hit.owner == "aid" for hit in self.hits)

    def _tells_return(self) -> bool:
        """News of a return: the headline or a number before says so, and none before says that people fled."""
        told = {one.subject for one in (*self.before, *self.mine)}
        title = {hit.owner for hit in self.title if hit.kind == "subject"}
        return "displaced" not in told | title and ("returned" in told or "returned" in title)

    def _arrives(self, counted: Counted) -> bool:
        return any(hit.kind == "arrives" and self._apart(counted, hit) <= OWN_WITHIN for hit in self.hits)

    def is_worth(self, counted: Counted, subject: str) -> bool:
        """ "A certificate is worth 3 million drams": one certificate, before the money in its clause."""
        if counted.unit not in MONEY or any(one.unit == "certificates" for one in self.counted):
            return False
        within = OWN_WITHIN if subject == "price" else NEVER_WITHIN
        ahead = self._units_before(counted, ("certificates",), within)
        return any(not COMMA.search(self.reading.whole, hit.end, counted.number.start) for hit in ahead)

    def _units_before(self, counted: Counted, units: Sequence[str], within: int) -> list[Hit]:
        """Nouns of these units at most so many words before its number."""
        ruler, start = self.reading.ruler, counted.number.start
        nouns = (hit for hit in self.hits if hit.kind == "unit" and hit.owner in units and hit.end <= start)
        return [hit for hit in nouns if ruler.words(hit.end, start) <= within]

    def _is_per_measure(self, counted: Counted) -> bool:
        """ "The kilogram of sugar – already 3,000 drams": a measure that no number counts, before the money."""
        return any(
            "," not in self.reading.whole[hit.end : counted.number.start]
            and not any(one.number.start <= hit.start < one.noun_end for one in self.counted)
            for hit in self._units_before(counted, ("kilograms", "litres"), PART_WITHIN)
        )

    def are_certificates(self, counted: Counted, subject: str) -> bool:
        """ "2,110 families got certificates, 640 were used": no families are used."""
        return (
            subject == "certificates-used"
            and counted.noun_end == counted.number.end
            and any(hit.kind == "used" and self._apart(counted, hit) <= PART_WITHIN for hit in self.hits)
        )

    def _spent(self, counted: Counted, near: Sequence[Hit]) -> bool:
        """Money of which nothing is said but that it was spent."""
        spent = [hit for hit in self.hits if hit.kind == "spent" and self._apart(counted, hit) <= NEVER_WITHIN]
        if counted.unit not in MONEY or not spent or not self._spent_on():
            return False
        return not near or any(hit.start < near[0].end and near[0].start < hit.end for hit in spent)

    def _spent_on(self) -> str:
        """What the numbers before are about, if it costs money."""
        told = [COSTS[one.subject] for one in (*self.before, *self.mine) if one.subject in COSTS]
        return told[-1] if told else ""

    def _is_as_close(self, counted: Counted, hit: Hit, chosen: Hit) -> bool:
        """No pause more than to `chosen`; a clause between two commas says something of the noun and parts nothing."""
        more = self._pauses(counted, hit) - self._pauses(counted, chosen)
        between = any(counted.noun_end <= one.start < hit.start for one in self.numbers)
        return more <= 0 or (more == INSERTED and not between)

    def _whole_of(self, counted: Counted) -> Figure | None:
        """Of whom those counted are some: "among them are 71 children"."""
        if self.part_word(counted) is None:
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
        paused = 0.5 if self._pauses(counted, hit) else 0
        is_theirs = others and min(others) + 1 - paused <= mine and min(others) <= FOREIGN_WITHIN + paused
        return FOREIGN_WORDS if is_theirs else 0

    def _is_never(self, counted: Counted) -> bool:
        """A plan, a denial, an export: what is counted is no claim about this crisis."""
        if counted.unit in MONEY:  # what is pledged or asked for is a claim already
            return any(hit.kind == "unpriced" and self._is_beside(counted, hit) for hit in self.hits)
        if any(hit.kind == "never" and self._is_beside(counted, hit) for hit in self.hits):
            return True
        if self._goes_on_with_plans(counted):
            return True
        if counted.unit in RATIONED or (counted.unit in PROMISED and not self._is_more(counted)):
            return False
        return self._is_to_come(counted)

    def _goes_on_with_plans(self, counted: Counted) -> bool:
        """ "Plans to resettle 140,000 people by 2026 and to build 34,500 flats"."""
        place = self.counted.index(counted)
        before = self.counted[place - 1] if place else None
        if before is None or self.rules.language in HEAD_LAST or before.unit in MONEY:
            return False
        between = self.reading.whole[before.noun_end : counted.number.start]
        joined = any(fold(word) in self.rules.joined for word in between.split())
        planned = any(hit.kind == "never" and hit.end <= before.number.start for hit in self.hits)
        return planned and joined and not COMMA.search(between) and not TURN.search(between) and self._is_never(before)

    def _is_more(self, counted: Counted) -> bool:
        """ "Another 30 tonnes"."""
        return any(hit.kind == "more" and self._apart(counted, hit) <= MORE_WITHIN for hit in self.hits)

    def _is_to_come(self, counted: Counted) -> bool:
        """A verb in the future in the clause of the number: nothing has happened yet."""
        if any(hit.kind == "future" and self._is_said_of(counted, hit) for hit in self.hits):
            return True
        closed = _CLAUSE.search(self.reading.whole, counted.noun_end, self.span.end)
        clause = self.reading.whole[counted.noun_end : closed.start() if closed else self.span.end]
        return self.rules.future_ending.search(fold(clause)) is not None

    def _is_said_of(self, counted: Counted, verb: Hit) -> bool:
        """Beside it, and not behind an "and"."""
        between = self.reading.whole[counted.noun_end : verb.start].split()
        return self._is_beside(counted, verb) and not any(fold(word) in self.rules.joined for word in between)

    def _is_beside(self, counted: Counted, hit: Hit) -> bool:
        start, end = counted.number.start, counted.noun_end
        first, last = (end, hit.start) if hit.start >= end else (hit.end, start)
        if first >= last:
            return True
        words = self.reading.ruler.words(first, last)
        that = self.rules.that.match(fold(self.reading.whole[first:last])) if hit.end <= start else None
        first += that.end() if that else 0  # "denied, that": its comma parts nothing
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
        if not known:
            return part.kind in ("parts", "includes")
        return any((one.unit, one.subject) == (counted.unit, subject) for one in known)
