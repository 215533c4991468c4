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
from metrics.dates import Calendar, dates
from metrics.figure_words import FigureLexicon, FigureWords
from metrics.model import UNSTATED, Bound, Figure, Kind, Speaker
from metrics.numbers import Grammar, Number
from metrics.reading import Reading
from metrics.rulebook import MARKED_LANGUAGES, Finder, Hit, Meaning
from metrics.sentences import Span

NOUN_WITHIN = 4  # words between a number and the noun it counts
NO_NOUN = "people: no noun"
MOST_BARE = 1_000_000
FARTHEST = 20  # words, with what stands between counted in
PAUSE_WORDS, NUMBER_WORDS, TURN_WORDS, BEFORE_WORDS, FOREIGN_WORDS = (
    3,
    4,
    9,
    2,
    5,
)  # how much farther what lies beyond them counts
NEVER_WITHIN = 8
OWN_WITHIN = 12  # words in which a more particular subject wins
PEOPLE = ("people", "families", "children")
ELIDED = ("killed", "wounded", "missing", "detained")  # "one child killed and eight injured"
MONEY = ("amd", "azn", "rub", "usd", "eur")
SIGNS = {"$": "usd", "€": "eur", "₽": "rub", "֏": "amd", "₼": "azn"}
VERB_LAST = ("az", "tr", "hy")

# Of two subjects in one clause, the more particular: what one comes to, rather than what one is.
BEATS: Mapping[str, frozenset[str]] = {
    "registered": frozenset({"displaced"}),
    "patients": frozenset({"evacuated"}),
    "mine-victims": frozenset({"killed", "wounded"}),
    "released": frozenset({"detained", "returned", "displaced"}),
    "citizenships": frozenset({"displaced", "assisted", "residents"}),
    "certificates-issued": frozenset({"assisted", "displaced", "housing", "applications"}),
    "certificates-used": frozenset({"certificates-issued", "assisted", "displaced", "housing"}),
    "applications": frozenset({"assisted", "displaced", "citizenships"}),
    "remains-identified": frozenset({"remains-found", "killed", "missing"}),
    "remains-found": frozenset({"killed", "missing", "released", "returned"}),
    "sheltered": frozenset({"displaced", "residents"}),
    "assisted": frozenset({"displaced", "residents"}),
    "returned": frozenset({"displaced"}),
    "displaced": frozenset({"residents"}),
    "homes-destroyed": frozenset({"housing"}),
    "evacuated": frozenset({"displaced", "residents", "wounded"}),
    "killed": frozenset({"residents"}),
    "wounded": frozenset({"residents"}),
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
certificates-issued certificates-used detained housing aid sentence patients
"""
LASTING = frozenset(_LASTING.split())

PeopleOf = Callable[[Hit, Span, str], str]  # a number, its sentence and subject → whom it is about
SpeakerOf = Callable[[Hit, int, str], Speaker | None]  # a number, its sentence, whom it is about
OffTopic = Callable[[Hit, int], str]

_STOPS = re.compile(r"[,;:()\n]|\.\s|\s[—–-]\s|։")
_COMMA = re.compile(r"[,:()—–]|\s-\s")
_TURN = re.compile(r";|\.\s|։")
_NEXT = re.compile(r"[\s\"«»'’)]*([^\W\d_]+|.)?")
_LISTED = re.compile(r",?\s(?:\w{1,3}\s)?\d")
_PERCENT = re.compile(r"\s?(?:%|‰|°)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class FigureRules:
    """The words of one language, compiled."""

    language: str
    grammar: Grammar
    words: Finder
    raw: FigureWords
    counted: frozenset[str]
    bare: tuple[tuple[str, bool], ...]  # folded word, and whether endings may follow
    units_of: Mapping[str, tuple[str, ...]]  # subject → units
    calendar: Calendar | None
    days: Mapping[str, int]  # folded word → -1 today, -2 yesterday, 0 to 6 weekday


def compiled(lexicon: FigureLexicon, language: str, calendar: Calendar | None) -> FigureRules | None:
    """None: no words for this language."""
    words = lexicon.words.get(language)
    if words is None:
        return None
    marked = language in MARKED_LANGUAGES
    numbers = lexicon.numbers[language]
    days = {fold(word): day for day, listed in enumerate(words.weekdays) for word in listed}
    days |= dict.fromkeys(map(fold, words.today), -1) | dict.fromkeys(map(fold, words.yesterday), -2)
    return FigureRules(
        language=language,
        grammar=Grammar(numbers),
        words=Finder(_entries(words, language), marked=marked),
        raw=words,
        counted=frozenset(map(fold, numbers.counted)),
        bare=tuple((fold(word.rstrip("*")), word.endswith("*")) for word in words.bare),
        units_of={key: subject.units for key, subject in lexicon.lists.subjects.items()},
        calendar=calendar,
        days=days,
    )


def _entries(words: FigureWords, language: str) -> Iterator[tuple[str, Meaning]]:
    for kind, listed in (("unit", words.units), ("person", words.persons), ("subject", words.subjects)):
        for key, patterns in listed.items():
            for pattern in patterns:
                yield pattern, Meaning(kind, key, f"figure-words.yaml {language} {kind} {key} {pattern!r}")
    for name, patterns in words.kinds.items():
        for pattern in patterns:
            yield pattern, Meaning("kind", name, f"figure-words.yaml {language} kind {name} {pattern!r}")
    for field in ("parts", "includes", "never", "others", "counts"):
        for pattern in getattr(words, field):
            yield pattern, Meaning(field, "", f"figure-words.yaml {language} {field} {pattern!r}")


@dataclass(frozen=True, slots=True)
class _Counted:
    """A number with what it counts. noun_end: where number and noun end."""

    number: Number
    unit: str
    hint: Hit | None  # a noun for people that brings a subject
    noun_end: int
    rule: str


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
    listed = sorted(found, key=lambda one: (one.start < title_end, one.start))
    chosen: dict[tuple[object, ...], Figure] = {}
    for one in listed:
        chosen.setdefault((one.value, one.high, one.unit, one.subject), one)
    return sorted(chosen.values(), key=lambda one: one.start)


class _Sentence:
    """The numbers of one sentence, read from left to right."""

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
        self.reading, self.rules, self.context = reading, rules, context
        self.at = number
        self.span = reading.sentences[number]
        self.numbers = [one for one in numbers if not self._is_date(one)]
        self.hits = _longest(hits[number])
        self.title = hits.get(0, ()) if number and reading.title_end else ()
        self.before = list(before)
        self.counted: list[_Counted] = []
        self.mine: list[Figure] = []

    def figures(self) -> Sequence[Figure]:
        for number in self.numbers:
            counted = self._counted(number)
            if counted is not None:
                self.counted.append(counted)
        for counted in self.counted:
            figure = self._figure(counted)
            if figure is not None:
                self.mine.append(figure)
        return self.mine

    # --- what is counted ------------------------------------------------------------------------------------------

    def _is_date(self, number: Number) -> bool:
        """A day of a month, a year; a share."""
        whole = self.reading.whole
        if _PERCENT.match(whole, number.end):
            return True
        calendar, after = self.rules.calendar, _NEXT.match(whole, number.end)
        word = fold(after.group(1) or "") if after else ""
        if not number.digits or calendar is None or not number.value.is_integer():
            return False
        if word.isalpha() and len(word) > 2 and number.value <= 31 and calendar.month(word) and number.high is None:
            return True
        before = _WORD.findall(whole[max(0, number.start - 24) : number.start])
        month_before = (
            bool(before) and before[-1].isalpha() and len(before[-1]) > 2 and calendar.month(fold(before[-1]))
        )
        return bool(month_before) and number.plain and (number.value <= 31 or 1900 <= number.value < 2100)

    def _is_year(self, number: Number) -> bool:
        return number.plain and number.digits and 1900 <= number.value < 2100

    def _next_number(self, number: Number) -> int:
        return next((one.start for one in self.numbers if one.start >= number.end), self.span.end)

    def _counted(self, number: Number) -> _Counted | None:
        sign = self._sign(number)
        if sign is not None:
            return sign
        noun = self._noun(number)
        if noun is not None and number.lone and not self._is_counted(noun, number):
            return None
        if noun is not None:
            return noun
        return None if number.lone or self._is_year(number) else self._bare(number)

    def _is_counted(self, noun: _Counted, number: Number) -> bool:
        word = _WORD.search(self.reading.whole, number.end)
        beside = len(self.counted) > 0 or self._next_number(number) < self.span.end
        named = word is not None and fold(word.group()) in self.rules.counted
        return named or (beside and noun.hint is not None and self.rules.language == "fr")

    def _sign(self, number: Number) -> _Counted | None:
        """A currency sign beside the number."""
        whole = self.reading.whole
        for place in (
            whole[max(0, number.start - 2) : number.start].strip()[-1:],
            whole[number.end : number.end + 2].strip()[:1],
        ):
            if place in SIGNS and place:
                return _Counted(number, SIGNS[place], None, number.end, f"sign {place!r}")
        return None

    def _noun(self, number: Number) -> _Counted | None:
        """The noun after a number, or the two of "displaced families"."""
        limit = self._next_number(number)
        ruler, whole = self.reading.ruler, self.reading.whole
        shortened = number.end + (whole.startswith(".", number.end) and number.end + 1 < self.span.end)
        stop = _STOPS.search(whole, shortened, limit)
        limit = min(limit, stop.start()) if stop else limit
        after = [
            hit for hit in self.hits if number.end <= hit.start < limit and hit.kind in ("unit", "person", "others")
        ]
        after = [hit for hit in after if ruler.words(number.end, hit.start) <= NOUN_WITHIN]
        if not after:
            return None
        first = after[0]
        if first.kind == "others" or self._is_stopped(number.end, first):
            return None
        if first.kind == "unit":
            hint = next((hit for hit in after if hit.kind == "person" and hit.start <= first.end + 1), None)
            return _Counted(number, first.owner, hint if first.owner in PEOPLE else None, first.end, first.meaning.rule)
        second = next((hit for hit in after[1:] if hit.kind == "unit" and ruler.words(first.end, hit.start) <= 2), None)
        if second is not None and second.owner in PEOPLE and not self._is_stopped(first.end, second):
            return _Counted(number, second.owner, first, second.end, second.meaning.rule)
        unit = self.counted[-1].unit if self.counted and first.owner in ELIDED else ""
        return _Counted(number, unit if unit in PEOPLE else "people", first, first.end, first.meaning.rule)

    def _is_stopped(self, start: int, noun: Hit) -> bool:
        """A verb or a preposition stands between: the noun is another's."""
        between = [hit for hit in self.hits if start <= hit.start < noun.start and hit.end <= noun.start]
        if any(hit.kind in ("parts", "never") for hit in between):
            return True
        words = [fold(word) for word in _WORD.findall(self.reading.whole[start : noun.start])]
        return any(self._is_bare_word(word) for word in words) and words[0] not in ("of", "de", "d")  # "12 of its own"

    def _is_bare_word(self, word: str) -> bool:
        return any(word == stem or (open_end and word.startswith(stem)) for stem, open_end in self.rules.bare)

    def _bare(self, number: Number) -> _Counted | None:
        """A number without a noun: what the one before counted, what stands before it, or people."""
        whole = self.reading.whole
        after = _NEXT.match(whole, number.end, self.span.end)
        word = fold(after.group(1) or "") if after else ""
        closes = not word or not word[0].isalnum()
        aside = whole[self.span.start : number.start].rstrip().endswith(",") and word == ","
        close = self._close_cue(number)
        if aside or not (closes or close or self._is_bare_word(word) or self._hit_at(number.end, ("parts",))):
            return None
        if self._hit_at(number.end, ("others",)) or (close is None and _LISTED.match(whole, number.end)):
            return None
        noun = next((hit for hit in reversed(self.hits) if hit.kind == "unit" and self._leads_to(hit, number)), None)
        if noun is not None:
            return _Counted(number, noun.owner, None, number.end, noun.meaning.rule)
        if self.counted and (close is None or self.counted[-1].unit in self.rules.units_of[close.owner]):
            return _Counted(number, self.counted[-1].unit, None, number.end, self.counted[-1].rule)
        return _Counted(number, "people", None, number.end, NO_NOUN) if number.value < MOST_BARE else None

    def _close_cue(self, number: Number) -> Hit | None:
        """The word for what happened to people right beside a number."""
        ruler, whole = self.reading.ruler, self.reading.whole
        for hit in self.hits:
            if hit.kind not in ("subject", "person") or "people" not in self.rules.units_of[hit.owner]:
                continue
            first, last = (number.end, hit.start) if hit.start >= number.end else (hit.end, number.start)
            beside = 2 if hit.start >= number.end else 0
            if first <= last and ruler.words(first, last) <= beside and not _STOPS.search(whole, first, last):
                return hit
        return None

    def _leads_to(self, hit: Hit, number: Number) -> bool:
        """ "The number of families reached 255": a noun close before that no other number counts."""
        taken = any(counted.number.end <= hit.start < counted.noun_end for counted in self.counted)
        near = hit.end <= number.start and self.reading.ruler.words(hit.end, number.start) <= 3
        told = any(
            one.kind == "counts" and one.end <= number.start and abs(one.start - hit.start) < 40 for one in self.hits
        )
        return near and told and not taken and not _COMMA.search(self.reading.whole, hit.end, number.start)

    def _hit_at(self, place: int, kinds: Sequence[str]) -> Hit | None:
        ruler = self.reading.ruler
        return next(
            (
                hit
                for hit in self.hits
                if hit.kind in kinds and hit.start >= place and not ruler.words(place, hit.start)
            ),
            None,
        )

    # --- what happened to it ----------------------------------------------------------------------------------------

    def _figure(self, counted: _Counted) -> Figure | None:
        number = counted.number
        subject, rule = self._subject(counted)
        if not subject or self._is_never(counted):
            return None
        anchor = Hit(number.start, counted.noun_end, Meaning("terms", "", ""))
        if self._is_part(counted, subject) or self.context.off(anchor, self.at):
            return None
        people = self.context.people(anchor, self.span, subject) or UNSTATED
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

    def _bound_after(self, counted: _Counted) -> Bound:
        return self.rules.grammar.bound_after(fold(self.reading.whole[counted.noun_end : counted.noun_end + 20]), 0)

    def _subject(self, counted: _Counted) -> tuple[str, str]:
        """The subject whose word is nearest, or the more particular one beside it."""
        allowed = {key for key, units in self.rules.units_of.items() if counted.unit in units}
        cues = [hit for hit in self.hits if hit.kind in ("subject", "person") and hit.owner in allowed]
        cues = [hit for hit in cues if not self._is_noun_of_another(counted, hit) and not self._is_unit(hit)]
        far = {hit: self._apart(counted, hit) + self._foreign(counted, hit) for hit in cues}
        near = sorted((hit for hit in cues if far[hit] <= FARTHEST), key=lambda hit: (far[hit], hit.start))
        if counted.hint is not None and counted.hint.owner in allowed:
            chosen = counted.hint
        elif near:
            chosen = near[0]
        else:
            return self._carried(counted, allowed)
        for hit in near:
            is_own = far[hit] <= OWN_WITHIN and not self._foreign(counted, hit)
            if is_own and chosen.owner in BEATS.get(hit.owner, ()):
                chosen = hit
        if counted.rule == NO_NOUN and counted.hint is None and far[chosen] > 5:
            return "", ""
        return chosen.owner, chosen.meaning.rule

    def _carried(self, counted: _Counted, allowed: set[str]) -> tuple[str, str]:
        """Where the clause says nothing: what the number before was about, what the unit stands for, or the title."""
        if self.mine and self.mine[-1].subject in allowed and self.mine[-1].unit == counted.unit:
            return self.mine[-1].subject, "as the number before"
        if counted.unit in DEFAULT:
            return DEFAULT[counted.unit], "by its unit"
        if counted.rule == NO_NOUN:
            return "", ""
        title = next((hit for hit in self.title if hit.kind in ("subject", "person") and hit.owner in allowed), None)
        return (title.owner, f"title: {title.meaning.rule}") if title else ("", "")

    def _is_noun_of_another(self, counted: _Counted, hit: Hit) -> bool:
        return any(
            other is not counted and other.number.start <= hit.start < other.noun_end and hit.kind == "person"
            for other in self.counted
        )

    def _is_unit(self, hit: Hit) -> bool:
        """ "25 residents": what is counted is no word for what happened to it."""
        return hit.kind == "subject" and any(
            one.kind == "unit" and one.start <= hit.start and hit.end <= one.end for one in self.hits
        )

    def _foreign(self, counted: _Counted, hit: Hit) -> int:
        """A word that stands right by another number is about that one first."""
        mine = self._apart(counted, hit)
        others = [self._apart(other, hit) for other in self.counted if other is not counted]
        return FOREIGN_WORDS if others and min(others) + 1 <= mine and min(others) <= 2 else 0

    def _apart(self, counted: _Counted, hit: Hit) -> float:
        """Words between a number with its noun and a cue; pauses and other numbers make it farther."""
        whole, ruler = self.reading.whole, self.reading.ruler
        start, end = counted.number.start, counted.noun_end
        if start <= hit.start < end:
            return 0
        first, last = (end, hit.start) if hit.start >= end else (hit.end, start)
        words = ruler.words(first, last)
        pauses = len(_COMMA.findall(whole, first, last)) * PAUSE_WORDS if first < last else 0
        turns = len(_TURN.findall(whole, first, last)) * TURN_WORDS if first < last else 0
        numbers = sum(first <= one.start < last for one in self.numbers) * NUMBER_WORDS
        late = (BEFORE_WORDS if self.rules.language in VERB_LAST else 0.5) if hit.end <= start else 0
        return words + pauses + turns + numbers + late

    def _is_never(self, counted: _Counted) -> bool:
        """A plan, a denial, an export: what is counted is no claim about this crisis."""
        if counted.unit in MONEY:
            return False  # what is pledged or asked for is a claim already
        return any(hit.kind == "never" and self._is_beside(counted, hit) for hit in self.hits)

    def _is_beside(self, counted: _Counted, hit: Hit) -> bool:
        start, end = counted.number.start, counted.noun_end
        first, last = (end, hit.start) if hit.start >= end else (hit.end, start)
        if first >= last:
            return True
        near = self.reading.ruler.words(first, last) <= NEVER_WITHIN
        return near and not _COMMA.search(self.reading.whole, first, last)

    def _is_part(self, counted: _Counted, subject: str) -> bool:
        """ "Two of them women": some of those counted before, of whom nothing new is said."""
        part = self._hit_at(counted.number.end, ("parts",)) or self._included(counted)
        if part is None:
            return False
        known = self.mine or self.before[-2:]
        return not known or any((one.unit, one.subject) == (counted.unit, subject) for one in known)

    def _included(self, counted: _Counted) -> Hit | None:
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

    def _kind(self, counted: _Counted, subject: str) -> Kind:
        if subject == "price":
            return "rate"
        if subject == "sentence":
            return "total"
        cues = [(self._apart(counted, hit), hit.owner) for hit in self.hits if hit.kind == "kind"]
        if any(owner == "rate" and far <= 5 for far, owner in cues):
            return "rate"
        near = min(((far, owner) for far, owner in cues if owner != "rate" and far <= FARTHEST), default=None)
        if near is not None:
            return "total" if near[1] == "total" else "increment"
        return "total" if subject in LASTING else "increment"

    def _as_of(self, counted: _Counted) -> str:
        """The day that the sentence names, as an ISO date; "" where it names none."""
        published, calendar = self.reading.text.published, self.rules.calendar
        if published is None:
            return ""
        whole, span = self.reading.whole, self.span
        if calendar is not None:
            for when in dates(whole, span.start, span.end, calendar, published):
                if re.search(r"(?<!\d)\d{1,2}(?!\d)", whole[when.start : when.end]) and when.last <= published:
                    return when.last.isoformat()
        return next((day.isoformat() for day in self._named_days(published)), "")

    def _named_days(self, published: date) -> Iterator[date]:
        text = fold(self.reading.whole[self.span.start : self.span.end])
        for word, day in self.rules.days.items():
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text):
                back = 0 if day == -1 else 1 if day == -2 else (published.weekday() - day) % 7
                yield published - timedelta(days=back)


def _longest(hits: Sequence[Hit]) -> list[Hit]:
    """Without units and persons inside a longer one of the same kind of word."""
    nouns = [hit for hit in hits if hit.kind in ("unit", "person")]

    def is_inside(hit: Hit) -> bool:
        return hit.kind in ("unit", "person") and any(
            other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
            for other in nouns
        )

    return sorted((hit for hit in hits if not is_inside(hit)), key=lambda hit: (hit.start, hit.end))
