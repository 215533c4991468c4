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
from metrics.counted import MONEY, PEOPLE, Counted
from metrics.dates import dates
from metrics.figure_clauses import HEAD_LAST, TURN
from metrics.figure_rules import FigureRules
from metrics.figure_subjects import FARTHEST, Subjects
from metrics.model import UNSTATED, Bound, Figure, Kind, Speaker
from metrics.numbers import Number
from metrics.reading import Reading
from metrics.rulebook import Hit, Meaning

_LASTING = """
displaced registered residents missing sheltered assisted mined mine-victims applications citizenships
certificates-issued certificates-used detained sentence
"""
LASTING = frozenset(_LASTING.split())
STATES = frozenset({"residents", "missing", "mined", "outage", "registered", "sheltered"})  # at any time all there are
TOLL = frozenset({"killed", "wounded", "missing"})
RATE_WITHIN = 5  # words between a number and "a month"
OPENS_WITHIN = 2  # words from the head of a sentence to a word of time that goes for all of it
RATIONS = ("litres", "kilograms")  # "half a litre of oil and a kilo of sugar a month"
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
    """A headline is short: where the text has its number, the text says what is meant.

    Within the text an equal number is said again unless it names another side, other people or another day: those are
    claims of their own (metrics.claims).
    """
    chosen: list[Figure] = []
    for one in sorted(found, key=lambda one: (one.start < title_end, one.start)):
        same = [of for of in chosen if (of.value, of.high, of.unit) == (one.value, one.high, one.unit)]
        if one.start < title_end:
            is_said = any(of.start >= title_end or of.subject == one.subject for of in same)
        else:
            is_said = any(_is_repeated(of, one) for of in same)
        if not is_said:
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.start)


def _is_repeated(one: Figure, later: Figure) -> bool:
    """Who leaves out whose, of whom or when repeats what was said before."""
    pairs = [
        (one.claimant_side, later.claimant_side, ""),
        (one.people, later.people, UNSTATED),
        (one.as_of, later.as_of, ""),
    ]
    return one.subject == later.subject and all(a == b or nothing in (a, b) for a, b, nothing in pairs)


class _Sentence(Subjects):
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
        return [self._claimed(figure) for figure in self.mine]

    def _claimed(self, figure: Figure) -> Figure:
        """One who says a number of a sentence says those beside it too, up to a turn."""
        if figure.claimant:
            return figure
        whole = self.reading.whole
        said = [
            one
            for one in self.mine
            if one.claimant and not TURN.search(whole, min(one.end, figure.end), max(one.start, figure.start))
        ]
        near = min(said, key=lambda one: abs(one.start - figure.start), default=None)
        if near is None or self._is_ruling(figure.subject, near.claimant):
            return figure
        return replace(figure, claimant=near.claimant, claimant_side=near.claimant_side)

    def _is_ruling(self, subject: str, name: str) -> bool:
        """Who passes or asks for a sentence claims nothing."""
        whole = self.reading.whole
        named = [hit for hit in self.hits if hit.kind == "courts" and whole[hit.start : hit.end] in name]
        return subject in ("sentence", "detained") and bool(named)

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
        if speaker is not None and self._is_ruling(subject, speaker.name):
            speaker = None
        bound = number.bound or self._bound_after(counted)
        return Figure(
            value=number.value,
            unit="certificates" if self.are_certificates(counted, subject) else counted.unit,
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
        mined = subject in BY_MINES and any(hit.owner in ("items", "mine-victims") for hit in self.hits)
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
        return self._people_of_harm(counted, subject) or self.context.people(asked) or before

    def _people_of_harm(self, counted: Counted, subject: str) -> str:
        """Homes hit in one attack are of the people hit; "another 21 are missing" goes on about the same people."""
        told = [*self.before, *self.mine]
        harm = [one.people for one in told if one.subject in TOLL and one.people != UNSTATED]
        goes_on = subject in TOLL and any(
            hit.kind == "more" and self._leads(hit, counted) and hit.start - self.span.start <= 2 for hit in self.hits
        )
        return harm[-1] if harm and (subject == "homes-destroyed" or goes_on) else ""

    def _bound_after(self, counted: Counted) -> Bound:
        return self.rules.grammar.bound_after(fold(self.reading.whole[counted.noun_end : counted.noun_end + 20]), 0)

    def _kind(self, counted: Counted, subject: str) -> Kind:
        """A price is a rate, a state a total; else the nearest word that says so, the number before, the headline."""
        if subject == "price":
            return "rate"
        if subject == "sentence":
            return "total"
        if self._is_rate(counted) or (subject == "housing" and self.is_worth(counted, "price")):
            return "rate"
        if subject in STATES:
            return "total"
        if counted in self.insertions and self.mine and self.mine[-1].subject == subject:
            return self.mine[-1].kind
        told = self._told_kind(counted, subject)
        return told or self._kind_around(counted, subject) or _usual_kind(subject, counted.unit)

    def _is_rate(self, counted: Counted) -> bool:
        """Not where the word of time ends a duration ("üç ayda"), and of people only beside them."""
        before = self.mine[-1] if self.mine else None
        if before is not None and before.kind == "rate" and before.unit == counted.unit and counted.unit in MONEY:
            return True  # "30,000 a month instead of 40,000"
        within = 2 if counted.unit in PEOPLE else FARTHEST if counted.unit in RATIONS else RATE_WITHIN
        return any(
            hit.kind == "kind"
            and hit.owner == "rate"
            and self._apart(counted, hit) <= within
            and not (self.rules.language in HEAD_LAST and any(one.end + 1 == hit.start for one in self.numbers))
            for hit in self.hits
        )

    def _told_kind(self, counted: Counted, subject: str) -> Kind | None:
        """The nearest word for a total or a period, but for one inserted ("…, 127 people in all, …") and, of those who
        were freed, one for captivity; "another", only right beside the number.
        """
        sums = self.insertions.values()
        captivity = {hit.start for hit in self.hits if hit.kind == "subject" and hit.owner == "detained"}
        cues = [
            (
                self._kind_apart(counted, hit),
                0 if hit.kind == "more" else 1,
                "increment" if hit.kind == "more" else hit.owner,
            )
            for hit in self.hits
            if ((hit.kind == "kind" and hit.owner != "rate") or hit.kind == "more")
            and not any(start <= hit.start < end for start, end in sums)
            and not (subject == "released" and hit.start in captivity)
        ]
        near = min((cue for cue in cues if cue[0] <= (FARTHEST if cue[1] else MORE_WITHIN)), default=None)
        if near is None:
            return "total" if self._told_count(counted.number) else None
        return "total" if near[2] == "total" else "increment"

    def _kind_apart(self, counted: Counted, hit: Hit) -> float:
        """As any cue; but "since the beginning of the year" at its head goes for the whole sentence, up to a turn."""
        ruler, apart = self.reading.ruler, self._apart(counted, hit)
        opens = hit.kind == "kind" and ruler.words(self.span.start, hit.start) <= OPENS_WITHIN
        turned = hit.end <= counted.number.start and TURN.search(self.reading.whole, hit.end, counted.number.start)
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
