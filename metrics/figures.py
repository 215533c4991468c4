"""Claimed numbers: which numbers of a relevant article are figures, what they count, of whom, and who says so. Pure.

A number becomes a figure when a noun says its unit and a word of its clause says its subject (figure-words.yaml, closed
lists in figures.yaml). Numbers are read by metrics/numbers.py; speakers and peoples are those that evidence has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from feeds.text import fold
from metrics.counted import COMMA, MONEY, NO_NOUN, PEOPLE, Counted, Phrase
from metrics.dates import dates
from metrics.figure_rules import FigureRules
from metrics.model import UNSTATED, Bound, Figure, Kind, Speaker
from metrics.numbers import Number
from metrics.reading import Reading
from metrics.rulebook import Hit, Meaning

PART_WITHIN = 5  # words in which something new must be said of some of those counted
FARTHEST = 20  # words, with what stands between counted in
# Words by which what lies beyond a pause, another number, a turn is farther; what stands before the number where verbs
# stand last; what stands right by another number.
PAUSE_WORDS, NUMBER_WORDS, TURN_WORDS, BEFORE_WORDS, FOREIGN_WORDS = 3, 4, 9, 2, 5
JOIN_WORDS = 3  # by which what stands before "and" is farther
NEVER_WITHIN = 8
OWN_WITHIN = 16  # words in which a more particular subject wins
INSERTED = 2  # commas around a clause
VERB_LAST = ("az", "tr", "hy")

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
    "returned": frozenset({"displaced", "residents"}),
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
# What is counted where nothing says so, and of what a lasting number is a total.
DEFAULT = {
    "trucks": "transport",
    "vehicles": "transport",
    "convoys": "transport",
    "tonnes": "aid",
    "certificates": "certificates-issued",
    "applications": "applications",
}
_LASTING = """
displaced registered residents missing sheltered assisted mined mine-victims applications citizenships
certificates-issued certificates-used detained sentence
"""
LASTING = frozenset(_LASTING.split())
STATES = frozenset({"residents", "missing", "mined", "outage", "registered", "sheltered"})  # at any time all there are
TOLL = frozenset({"killed", "wounded", "missing"})
RATE_WITHIN = 5  # words between a number and "a month"
OPENS_WITHIN = 2  # words from the head of a sentence to a word of time that goes for all of it
MORE_WITHIN = 2  # words between a number and "another"
BY_MINES = ("killed", "wounded")  # beside a mine, as mine victims are


@dataclass(frozen=True, slots=True)
class Asked:
    """A number of which is asked whom it is about."""

    anchor: Hit  # the number with its noun
    number: int  # of its sentence
    subject: str
    indicator: str  # whose rules of place and time count; "": those of its subject
    nationals: tuple[int, ...]  # entries of topic.yaml nationals that its noun names
    day: date | None  # that the sentence names


PeopleOf = Callable[[Asked], str]
SpeakerOf = Callable[[Hit, int, str], Speaker | None]  # a number, its sentence, whom it is about
OffTopic = Callable[[Hit, int], str]

_APPOSITION = re.compile(r"(?:\s?[^\W\d]+){0,4}\s?[(—–-]\s?(?:[^\W\d]+\s)?")  # a noun, a dash or a bracket
_TURN = re.compile(r";|\.\s|։")


@dataclass(frozen=True, slots=True)
class Context:
    """What the tagger knows of the text besides."""

    people: PeopleOf
    speaker: SpeakerOf
    off: OffTopic


def figures_of(reading: Reading, rules: FigureRules, context: Context) -> tuple[Figure, ...]:
    """The figures of one relevant text, in order; one said twice counts once, the text before the headline."""
    numbers = _numbers(reading, rules)
    if not numbers:
        return ()
    hits: dict[int, list[Hit]] = {}
    for hit in rules.words.find(reading.folded):
        hits.setdefault(reading.sentence_at(hit.start), []).append(hit)
    found: list[Figure] = []
    for number, mine in sorted(numbers.items()):
        if number in hits and any(hit.kind in ("unit", "person", "subject") for hit in hits[number]):
            found.extend(_Sentence(reading, rules, context, number, mine, hits, found).figures())
    return tuple(_once(found, reading.title_end))


def _numbers(reading: Reading, rules: FigureRules) -> dict[int, list[Number]]:
    """Sentence → its numbers, with offsets of the original."""
    found: dict[int, list[Number]] = {}
    for one in rules.grammar.numbers(reading.folded.text):
        start, end = reading.folded.span(one.start, one.end)
        sentence = reading.sentence_at(start)
        if sentence >= 0 and end <= reading.sentences[sentence].end:
            found.setdefault(sentence, []).append(replace(one, start=start, end=end))
    return found


def _once(found: Iterable[Figure], title_end: int) -> list[Figure]:
    """A headline is short: where the text has its number, the text says what is meant."""
    listed = sorted(found, key=lambda one: (one.start < title_end, one.start))
    chosen: dict[tuple[object, ...], Figure] = {}
    for one in listed:
        if one.start >= title_end or not any(key[:3] == (one.value, one.high, one.unit) for key in chosen):
            chosen.setdefault((one.value, one.high, one.unit, one.subject), one)
    return sorted(chosen.values(), key=lambda one: one.start)


class _Sentence(Phrase):
    """The figures of one sentence."""

    def __init__(
        self,
        reading: Reading,
        rules: FigureRules,
        context: Context,
        number: int,
        numbers: Sequence[Number],
        hits: Mapping[int, Sequence[Hit]],
        before: Sequence[Figure],
    ) -> None:
        self.context = context
        super().__init__(reading, rules, number, numbers, hits, before)

    def figures(self) -> Sequence[Figure]:
        for counted in self.counted:
            figure = self._figure(counted)
            if figure is not None:
                self.mine.append(figure)
        return self.mine

    def _figure(self, counted: Counted) -> Figure | None:
        number = counted.number
        subject, rule = self._subject(counted)
        if not subject or self._is_never(counted):
            return None
        anchor = Hit(number.start, counted.noun_end, Meaning("terms", "", ""))
        if self._is_part(counted, subject) or self.context.off(anchor, self.at):
            return None
        people = self._people(counted, anchor, subject)
        speaker = self.context.speaker(anchor, self.at, people)
        bound = number.bound or self._bound_after(counted)
        return Figure(
            value=number.value,
            unit=counted.unit,
            subject=subject,
            kind=self._kind(counted, subject),
            people=people,
            claimant=speaker.name if speaker else "",
            as_of=self._as_of(counted),
            sentence=self.reading.whole[self.span.start : self.span.end],
            bound=bound,
            high=number.high,
            claimant_side=speaker.side if speaker else "",
            start=number.start,
            end=number.end,
            rule=f"{counted.rule}; {rule}",
        )

    def _people(self, counted: Counted, anchor: Hit, subject: str) -> str:
        """Whom it is about; where nothing says so, those of the number before in the same sentence."""
        told = self._told_count(counted.number)
        start = told.start if told and counted.noun_end == counted.number.end else anchor.start
        wide = Hit(start, anchor.end, anchor.meaning)
        nations = [hit for hit in self.hits if hit.kind == "national" and start <= hit.start < anchor.end]
        mined = subject in BY_MINES and any(hit.kind == "unit" and hit.owner == "items" for hit in self.hits)
        day = self._as_of(counted)
        asked = Asked(
            wide,
            self.at,
            subject,
            "mines" if mined else "",
            tuple(int(hit.owner) for hit in nations),
            date.fromisoformat(day) if day else None,
        )
        before = self.mine[-1].people if self.mine else UNSTATED
        return self.context.people(asked) or before

    def _bound_after(self, counted: Counted) -> Bound:
        return self.rules.grammar.bound_after(fold(self.reading.whole[counted.noun_end : counted.noun_end + 20]), 0)

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
        freed = any(one.subject == "released" for one in self.mine)
        if freed and chosen.owner == "residents":
            return "detained", f"those not released: {chosen.meaning.rule}"
        return chosen.owner, chosen.meaning.rule

    def _is_as_close(self, counted: Counted, hit: Hit, chosen: Hit) -> bool:
        """No pause more than to `chosen`; a clause between two commas says something of the noun and parts nothing."""
        more = self._pauses(counted, hit) - self._pauses(counted, chosen)
        between = any(counted.noun_end <= one.start < hit.start for one in self.numbers)
        return more <= 0 or (more == INSERTED and not between)

    def _whole_of(self, counted: Counted) -> Figure | None:
        """Of whom those counted are some: "among them are 71 children"."""
        if not (self._hit_at(counted.number.end, ("parts",)) or self._included(counted)):
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
        if counted.unit in PEOPLE:
            return "", ""
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

    def _pauses(self, counted: Counted, hit: Hit) -> int:
        start, end = counted.number.start, counted.noun_end
        first, last = (end, hit.start) if hit.start >= end else (hit.end, start)
        return len(COMMA.findall(self.reading.whole, first, last)) if first < last else 0

    def _apart(self, counted: Counted, hit: Hit) -> float:
        """Words between a number with its noun and a cue; pauses and other numbers make it farther."""
        whole, ruler = self.reading.whole, self.reading.ruler
        start, end = counted.number.start, counted.noun_end
        if start <= hit.start < end:
            return 0
        first, last = (end, hit.start) if hit.start >= end else (hit.end, start)
        words = ruler.words(first, last)
        pauses = len(COMMA.findall(whole, first, last)) * PAUSE_WORDS if first < last else 0
        turns = len(_TURN.findall(whole, first, last)) * TURN_WORDS if first < last else 0
        numbers = sum(first <= one.start < last for one in self.numbers) * NUMBER_WORDS
        late = (BEFORE_WORDS if self.rules.language in VERB_LAST else 0.5) if hit.end <= start else 0
        if hit.end <= start and self._is_joined(hit.end, start):
            late += JOIN_WORDS
        return words + pauses + turns + numbers + late

    def _is_joined(self, start: int, end: int) -> bool:
        """ "Dozens were hurt and five people died": what stands before "and" is said of others."""
        between = self.reading.whole[start:end].split()
        return not any(start <= one.start < end for one in self.numbers) and any(
            fold(word) in self.rules.joined for word in between
        )

    def _is_never(self, counted: Counted) -> bool:
        """A plan, a denial, an export: what is counted is no claim about this crisis."""
        if counted.unit in MONEY:
            return False  # what is pledged or asked for is a claim already
        return any(hit.kind == "never" and self._is_beside(counted, hit) for hit in self.hits)

    def _is_beside(self, counted: Counted, hit: Hit) -> bool:
        start, end = counted.number.start, counted.noun_end
        first, last = (end, hit.start) if hit.start >= end else (hit.end, start)
        if first >= last:
            return True
        near = self.reading.ruler.words(first, last) <= NEVER_WITHIN
        return near and not COMMA.search(self.reading.whole, first, last)

    def _is_part(self, counted: Counted, subject: str) -> bool:
        """ "Two of them women": some of those counted before, of whom nothing new is said."""
        part = self._hit_at(counted.number.end, ("parts",)) or self._included(counted)
        if part is None:
            return False
        known = self.mine or self.before[-2:]
        return not known or any((one.unit, one.subject) == (counted.unit, subject) for one in known)

    def _included(self, counted: Counted) -> Hit | None:
        ruler, number = self.reading.ruler, counted.number
        return next(
            (
                hit
                for hit in self.hits
                if hit.kind in ("includes", "parts")
                and hit.end <= number.start
                and ruler.words(hit.end, number.start) <= 2
            ),
            None,
        )

    def _kind(self, counted: Counted, subject: str) -> Kind:
        """A price is a rate, a state a total; else the nearest word that says so, the number before, the headline."""
        if subject == "price":
            return "rate"
        if subject == "sentence":
            return "total"
        if self._is_rate(counted):
            return "rate"
        if subject in STATES:
            return "total"
        return self._told_kind(counted) or self._kind_around(counted, subject) or _usual_kind(subject, counted.unit)

    def _is_rate(self, counted: Counted) -> bool:
        """Not where the word of time ends a duration ("üç ayda"), and of people only beside them."""
        within = RATE_WITHIN if counted.unit not in PEOPLE else 2
        return any(
            hit.kind == "kind"
            and hit.owner == "rate"
            and self._apart(counted, hit) <= within
            and not (self.rules.language in VERB_LAST and any(one.end + 1 == hit.start for one in self.numbers))
            for hit in self.hits
        )

    def _told_kind(self, counted: Counted) -> Kind | None:
        """The nearest word for a total or a period; "another", only right beside the number."""
        cues = [
            (
                self._kind_apart(counted, hit),
                0 if hit.kind == "more" else 1,
                "increment" if hit.kind == "more" else hit.owner,
            )
            for hit in self.hits
            if (hit.kind == "kind" and hit.owner != "rate") or hit.kind == "more"
        ]
        near = min((cue for cue in cues if cue[0] <= (FARTHEST if cue[1] else MORE_WITHIN)), default=None)
        if near is None:
            return "total" if self._told_count(counted.number) else None
        return "total" if near[2] == "total" else "increment"

    def _kind_apart(self, counted: Counted, hit: Hit) -> float:
        """As any cue; but "since the beginning of the year" at its head goes for the whole sentence, up to a turn."""
        ruler, apart = self.reading.ruler, self._apart(counted, hit)
        opens = hit.kind == "kind" and ruler.words(self.span.start, hit.start) <= OPENS_WITHIN
        turned = hit.end <= counted.number.start and _TURN.search(self.reading.whole, hit.end, counted.number.start)
        return min(apart, float(FARTHEST)) if opens and not turned else apart

    def _kind_around(self, counted: Counted, subject: str) -> Kind | None:
        """Of one toll all numbers are alike; a count in the headline is a total."""
        before = self.mine[-1] if self.mine else None
        if before is not None and (self._is_apposition(before, counted) or self._whole_of(counted)):
            return before.kind
        if before is not None and subject in TOLL and before.subject in TOLL:
            return before.kind
        same = next((one for one in self.before if (one.value, one.unit) == (counted.number.value, counted.unit)), None)
        if same is not None and same.end <= self.reading.title_end and same.kind == "total":
            return "total"
        return "total" if subject in TOLL and any(hit.kind == "counts" for hit in self.title) else None

    def _is_apposition(self, before: Figure, counted: Counted) -> bool:
        """ "2,704 (911 families)", "21 families – 96 people": the same said in another unit."""
        between = self.reading.whole[before.end : counted.number.start]
        return _APPOSITION.fullmatch(between) is not None

    def _as_of(self, counted: Counted) -> str:
        """The day that the sentence names, as an ISO date; "" where it names none."""
        published, calendar = self.reading.text.published, self.rules.calendar
        if published is None:
            return ""
        whole, span = self.reading.whole, self.span
        if calendar is not None:
            for when in dates(whole, span.start, span.end, calendar, published):
                has_day = re.search(r"(?<!\d)\d{1,2}(?!\d)", whole[when.start : when.end])
                if has_day and when.last <= published and not self._opens(when.start, when.end):
                    return when.last.isoformat()
        return next((day.isoformat() for day in self._named_days(published)), "")

    def _opens(self, start: int, end: int) -> bool:
        """Whether a day opens a time that lasts, "since 12 December", and is not the day of the number."""
        whole, rules = self.reading.whole, self.rules
        before, last = fold(whole[self.span.start : start]), fold(whole[end - 1 : end + 20])
        return rules.since.search(f"{before.rstrip()} ") is not None or rules.since_ending.match(last) is not None

    def _named_days(self, published: date) -> Iterator[date]:
        text = fold(self.reading.whole[self.span.start : self.span.end])
        for word, day in self.rules.days.items():
            found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
            if found and not self.rules.since.search(f"{text[: found.start()].rstrip()} "):
                back = 0 if day == -1 else 1 if day == -2 else (published.weekday() - day) % 7
                yield published - timedelta(days=back)


def _usual_kind(subject: str, unit: str) -> Kind:
    """Where nothing says it: money is pledged in all; goods, homes and the harm of an event come one by one."""
    if subject in ("aid", "housing"):
        return "total" if unit in MONEY else "increment"
    return "total" if subject in LASTING else "increment"
