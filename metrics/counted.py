"""What a number in a sentence counts: its unit, from the noun beside it or from what was counted before. Pure.

Years, days of a month, shares and numbers that count something else are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from feeds.text import fold
from metrics.figure_rules import FigureRules
from metrics.model import Figure
from metrics.numbers import Number
from metrics.reading import Reading
from metrics.rulebook import Hit

NOUN_WITHIN = 4  # words between a number and the noun it counts
NO_NOUN = "people: no noun"
LARGEST_SHARE = 100
MOST_BARE = 1_000_000
COUNT_WITHIN = 20  # words between a word for a count and its number
COUNTED_WITHIN = 4  # words between a word for a count and what it counts: "the number of displaced families"
LONGEST_NAME = 6  # words
LONGEST_ENDING = 6  # letters of a case
SHARED_WITHIN = 4  # words between two numbers that count the same thing
NEAR_COUNT = 40  # characters between that word and what happened to those it counts
PEOPLE = ("people", "families", "children")
TIMES = ("years", "months")
PAPERS = ("certificates", "applications")  # of which one is any
MONEY = ("amd", "azn", "rub", "usd", "eur")
ELIDED = ("killed", "wounded", "missing", "detained")  # "one child killed and eight injured"
SIGNS = {"$": "usd", "€": "eur", "₽": "rub", "֏": "amd", "₼": "azn"}
_STOPS = re.compile(r"[,;:()\n]|\.\s|\s[—–-]\s|։")
COMMA = re.compile(r"[,:()—–]|\s-\s")
_DASH = re.compile(r"\s[—–-]\s")
_TURNS = re.compile(r"[;:()\n]|\.\s|\s[—–-]\s|։")
_NEXT = re.compile(r"[\s\"«»'’)]*([^\W\d_]+|.)?")
_YEAR_BEFORE = re.compile(r"(?:19|20)\d\d[-–/]\Z")
_LISTED = re.compile(r",?\s(?:\w{1,3}\s)?\d")
_PERCENT = re.compile(r"\s?(?:%|‰|°)")
_WORD = re.compile(r"\w+")
_BLANK = re.compile(r"\s")
_TURKIC = re.compile(
    r"\d['’-]?(?:s?[iu]|[nş]?[iu]n?[iu]?)$|(?:ikisi|ucu|dordu|besi|altisi|yed+isi|se[kt]+izi|do[kq]+uzu)$"
)
_OF_MANY = re.compile(r"l[aəe]rd[aəe]n$|երից$")  # "of those who", where the case is an ending
_POSSESSED = {"tr": _TURKIC, "az": _TURKIC, "hy": re.compile(r"\d-?[ըն]$")}


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with what it counts. noun_end: where number and noun end."""

    number: Number
    unit: str
    hint: Hit | None  # a noun for people that brings a subject
    noun_end: int
    rule: str


class Phrase:
    """The numbers of one sentence and what each counts, from left to right. before: the figures found before it."""

    def __init__(
        self,
        reading: Reading,
        rules: FigureRules,
        number: int,
        numbers: Sequence[Number],
        hits: Mapping[int, Sequence[Hit]],
        before: Sequence[Figure],
    ) -> None:
        self.reading, self.rules = reading, rules
        self.at = number
        self.span = reading.sentences[number]
        self.hits = _longest(self._outside_names(hits[number]), rules.units_of)
        self.numbers = self._without_dates(numbers)
        self.numbers = self._without_shares()
        self.title = _longest(hits.get(0, ()), rules.units_of) if number and reading.title_end else []
        self.before = list(before)
        self.counted: list[Counted] = []
        self.mine: list[Figure] = []
        self._count()

    def _outside_names(self, hits: Sequence[Hit]) -> list[Hit]:
        """Without the words of an office's name, or of a fixed expression: the Committee for Refugees says nothing of
        refugees, "the liberated territories" nothing of releases.
        """
        names = [cue for cue in self.reading.cues_in(self.span) if cue.kind == "actor" and self._is_name(cue)]
        names += [hit for hit in hits if hit.kind == "aside"]
        return [
            hit
            for hit in hits
            if hit.kind not in ("subject", "person")
            or not any(name.start <= hit.start and hit.end <= name.end and _size(name) > _size(hit) for name in names)
        ]

    def _is_name(self, actor: Hit) -> bool:
        """What two words far apart hold between them is a clause, no name."""
        said = self.reading.whole[actor.start : actor.end]
        return len(said.split()) <= LONGEST_NAME and not re.search(r"[\d,]", said)

    def _count(self) -> None:
        for number in self.numbers:
            counted = self._counted(number)
            if counted is not None:
                self.counted.append(counted)

    def _both_ends(self, numbers: Iterable[Number]) -> Iterator[Number]:
        """ "Rose from 68 to 170": the ends of a change are two numbers, those of a range are one."""
        rises = any(hit.kind == "rise" for hit in self.hits)
        for one in numbers:
            if one.high is not None and rises and one.digits:
                yield replace(one, high=None)
                yield replace(one, value=one.high, high=None)
            else:
                yield one

    def _without_dates(self, numbers: Iterable[Number]) -> list[Number]:
        """Without years and days of a month; of "from the 25th to the 26th of May" neither."""
        kept: list[Number] = []
        last: Number | None = None
        for one in self._both_ends(numbers):
            follows = (
                last is not None and one.value <= 31 and len(self.reading.whole[last.end : one.start].split()) <= 1
            )
            if self._is_date(one) or (follows and one.digits and self._is_case(one)):
                last = one
            else:
                kept.append(one)
        return kept

    def _is_case(self, number: Number) -> bool:
        """Digits with the ending of a case, as days of a month have it."""
        return not self.reading.whole[number.end - 1].isdigit()

    def _without_shares(self) -> list[Number]:
        """Without "one in five": both are small, and a word of sharing stands between."""
        gone: set[Number] = set()
        for one, two in pairwise(self.numbers):
            whole = self.reading.whole
            between, first = fold(whole[one.end : two.start]).strip(), fold(whole[one.start : one.end])
            parts = between in self.rules.shares or (not between and first.endswith(tuple(self.rules.shares)))
            if parts and max(one.value, two.value) <= LARGEST_SHARE:
                gone |= {one, two}
        return [one for one in self.numbers if one not in gone]

    def _is_date(self, number: Number) -> bool:
        """A day of a month, a year; a share."""
        whole = self.reading.whole
        if _PERCENT.match(whole, number.end):
            return True
        calendar, after = self.rules.calendar, _NEXT.match(whole, number.end)
        word = fold(after.group(1) or "") if after else ""
        if self._is_only_year(number):
            return True
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

    def _is_only_year(self, number: Number) -> bool:
        """A year with its case, the second of "1988-91"; a number like a year has its noun beside it."""
        whole = self.reading.whole
        if _YEAR_BEFORE.search(whole, max(0, number.start - 6), number.start) and number.value < 100:
            return True
        if number.high is not None:
            return self._is_year(number) and 1900 <= number.high < 2100
        return self._is_year(number) and not whole[number.end - 1].isdigit()

    def _next_number(self, number: Number) -> int:
        return next((one.start for one in self.numbers if one.start >= number.end), self.span.end)

    def _counted(self, number: Number) -> Counted | None:
        sign = self._sign(number)
        if sign is not None:
            return sign
        noun = self._noun(number)
        if noun is not None and number.lone and not self._is_counted(noun, number):
            return None
        if noun is not None:
            return None if self._is_span(number, noun) or (noun.unit in PAPERS and number.value == 1) else noun
        if number.lone or self._is_year(number):
            return None
        return self._bare(number) or self._shared(number)

    def _is_span(self, number: Number, noun: Counted) -> bool:
        """ "He is 57 years old", "in 15 months", "since the year 2020": an age, a time, a year, no length of a term."""
        before = fold(self.reading.whole[self.span.start : number.start])
        return noun.unit in TIMES and (self._is_year(number) or self.rules.spans.search(before) is not None)

    def _shared(self, number: Number) -> Counted | None:
        """ "43 anti-tank and 118 anti-personnel mines": the noun stands once, after the last of them."""
        following = next((one for one in self.numbers if one.start >= number.end), None)
        if following is None or self.reading.ruler.words(number.end, following.start) > SHARED_WITHIN:
            return None
        between = self.reading.whole[number.end : following.start]
        joined = "," in between or any(fold(word) in self.rules.joined for word in _WORD.findall(between))
        joined = joined or self._is_of_all(number, following)
        said = any(number.end <= hit.start < following.start and hit.kind != "national" for hit in self.hits)
        if not joined or said or _TURNS.search(between):
            return None
        noun = self._noun(following)
        return Counted(number, noun.unit, noun.hint, number.end, noun.rule) if noun is not None else None

    def _is_of_all(self, some: Number, whole: Number) -> bool:
        """ "Fourteen of the 62"."""
        return fold(self.reading.whole[some.end : whole.start]).strip() in self.rules.of_all

    def is_all(self, counted: Counted) -> bool:
        """Of whom the number right before counts some."""
        return any(self._is_of_all(one, counted.number) for one in self.numbers if one.end <= counted.number.start)

    def _is_counted(self, noun: Counted, number: Number) -> bool:
        word = _WORD.search(self.reading.whole, number.end)
        beside = len(self.counted) > 0 or self._next_number(number) < self.span.end
        named = word is not None and fold(word.group()) in self.rules.counted
        return named or (beside and noun.hint is not None and self.rules.language == "fr")

    def _sign(self, number: Number) -> Counted | None:
        """A currency sign beside the number."""
        whole = self.reading.whole
        for place in (
            whole[max(0, number.start - 2) : number.start].strip()[-1:],
            whole[number.end : number.end + 2].strip()[:1],
        ):
            if place in SIGNS and place:
                return Counted(number, SIGNS[place], None, number.end, f"sign {place!r}")
        return None

    def _noun(self, number: Number) -> Counted | None:
        """The noun after a number, or the two of "displaced families"."""
        limit = self._next_number(number)
        ruler, whole = self.reading.ruler, self.reading.whole
        shortened = number.end + (whole.startswith(".", number.end) and number.end + 1 < self.span.end)
        part = self._hit_at(number.end, ("parts",))
        dash = _DASH.match(whole, part.end, limit) if part is not None else None
        stop = _STOPS.search(whole, dash.end() if dash else shortened, limit)  # "two of whom - children"
        limit = min(limit, stop.start()) if stop else limit
        after = [
            hit for hit in self.hits if number.end <= hit.start < limit and hit.kind in ("unit", "person", "others")
        ]
        within = 0 if self._is_year(number) else NOUN_WITHIN
        after = [hit for hit in after if ruler.words(number.end, hit.start) <= within]
        if not after:
            return None
        first = after[0]
        last = self._last()
        if (
            last is not None
            and first.owner not in (*PEOPLE, *MONEY)
            and first.kind == "unit"
            and self._is_some_of(number)
        ):
            return Counted(number, last.unit, None, number.end, last.rule)
        if first.kind == "others" or self._is_stopped(number.end, first):
            return None
        if first.kind == "unit":
            hint = next((hit for hit in after if hit.kind == "person" and hit.start <= first.end + 1), None)
            end, named = first.end, first
            for hit in after[1:]:  # "civilian residents", "Armenian families"
                if hit.kind == "unit" and not ruler.words(end, hit.start):
                    end = hit.end
                    named = hit if self._is_national(first) and hit.owner in PEOPLE else named
            return Counted(number, named.owner, hint if named.owner in PEOPLE else None, end, named.meaning.rule)
        second = next((hit for hit in after[1:] if hit.kind == "unit" and ruler.words(first.end, hit.start) <= 2), None)
        if second is not None and second.owner in PEOPLE and not self._is_stopped(first.end, second):
            return Counted(number, second.owner, first, second.end, second.meaning.rule)
        last = self._last() if first.owner in ELIDED else None
        unit = last.unit if last is not None else ""
        return Counted(number, unit if unit in PEOPLE else "people", first, first.end, first.meaning.rule)

    def _is_national(self, noun: Hit) -> bool:
        """A name of a people, which may be said of the noun behind it."""
        return self.reading.whole[noun.start].isupper() or any(
            hit.kind == "national" and hit.start < noun.end and noun.start < hit.end for hit in self.hits
        )

    def _is_stopped(self, start: int, noun: Hit) -> bool:
        """A verb or a preposition stands between: the noun is another's."""
        between = [hit for hit in self.hits if start <= hit.start < noun.start and hit.end <= noun.start]
        part = (
            noun.owner == "children" and not self.reading.ruler.words(between[-1].end, noun.start) if between else False
        )
        if any(hit.kind == "never" or (hit.kind == "parts" and not part) for hit in between):
            return True
        if part:
            return False  # "1,428 of them children"
        words = [fold(word) for word in _WORD.findall(self.reading.whole[start : noun.start])]
        if words[1:2] == ["of"] and noun.owner not in PEOPLE:
            return False  # "11 pieces of unexploded ordnance"
        return any(self._is_bare_word(word) for word in words) and words[0] not in ("of", "de", "d")  # "12 of its own"

    def _is_bare_word(self, word: str) -> bool:
        return any(word == stem or (open_end and word.startswith(stem)) for stem, open_end in self.rules.bare)

    def _bare(self, number: Number) -> Counted | None:
        """A number without a noun: what the one before counted, what stands before it, or people."""
        whole = self.reading.whole
        after = _NEXT.match(whole, number.end, self.span.end)
        word = fold(after.group(1) or "") if after else ""
        closes = not word or not word[0].isalnum()
        last = self._last() or (self.counted[-1] if self.counted else None)
        aside = whole[self.span.start : number.start].rstrip().endswith(",") and word == ","
        close = self._close_cue(number)
        told = self._told_count(number)
        if aside or not (closes or close or told or self._is_bare_word(word) or self._hit_at(number.end, ("parts",))):
            return None
        listed = close is None and told is None and _LISTED.match(whole, number.end)
        partitive = last is not None and last.unit not in PEOPLE and self.is_partitive(last)
        if partitive and last is not None and not self._hit_at(number.end, ("others",)):
            return Counted(number, last.unit, None, number.end, last.rule)
        if self._hit_at(number.end, ("others",)) or (listed and not self._is_scaled(number)):
            return None
        noun = next((hit for hit in reversed(self.hits) if hit.kind == "unit" and self._leads_to(hit, number)), None)
        if noun is not None:
            return Counted(number, noun.owner, None, number.end, noun.meaning.rule)
        if told is not None and all(told.start >= counted.noun_end for counted in self.counted):
            return Counted(number, "people", None, number.end, told.meaning.rule)
        if last is not None and (close is None or last.unit in self.rules.units_of[close.owner]):
            return Counted(number, last.unit, None, number.end, last.rule)
        if self._hit_at(number.end, ("parts",)) and self.before:
            return Counted(number, self.before[-1].unit, None, number.end, "as the number before")
        if told is not None:
            return Counted(number, "people", None, number.end, told.meaning.rule)
        return Counted(number, "people", None, number.end, NO_NOUN) if number.value < MOST_BARE else None

    def _is_some_of(self, number: Number) -> bool:
        """ "3.870'i ev aldı": a number with the ending of whose it is; what follows is no noun of its own."""
        return (
            self.rules.language in _POSSESSED
            and _POSSESSED[self.rules.language].search(fold(self.reading.whole[number.start : number.end])) is not None
        )

    def _is_scaled(self, number: Number) -> bool:
        """ "3 million drams, 4 million there and 5 million here": after money, a number in the same words is money."""
        return bool(self.counted) and self.counted[-1].unit in MONEY and not number.plain and number.value >= 1_000

    def _told_count(self, number: Number) -> Hit | None:
        """ "The toll has climbed to 170", "the number of those killed rose to 170": a count of people stands before."""
        return next(
            (
                hit
                for hit in self.hits
                if hit.kind == "counts"
                and hit.end <= number.start
                and self.reading.ruler.words(hit.end, number.start) <= COUNT_WITHIN
                and any(
                    one.kind in ("subject", "person") and abs(one.start - hit.start) <= NEAR_COUNT for one in self.hits
                )
                and not COMMA.search(self.reading.whole, hit.end, number.start)
            ),
            None,
        )

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
        if hit.end > number.start or taken or COMMA.search(self.reading.whole, hit.end, number.start):
            return False
        near = self.reading.ruler.words(hit.end, number.start) <= 3
        return any(
            one.kind == "counts"
            and one.end <= number.start
            and (abs(one.start - hit.start) < 40 if near else self._is_count_of(one, hit))
            for one in self.hits
        )

    def _is_count_of(self, count: Hit, noun: Hit) -> bool:
        """ "The number of displaced families", "ailələrin sayı": the two stand side by side."""
        first, last = (count.end, noun.start) if noun.start >= count.end else (noun.end, count.start)
        return self.reading.ruler.words(first, last) <= (COUNTED_WITHIN if noun.start >= count.end else 0)

    def is_partitive(self, counted: Counted) -> bool:
        """ "Of 150 houses", "150 evden": a number of which others count some."""
        whole = self.reading.whole
        before, noun = whole[self.span.start : counted.number.start], whole[counted.number.end : counted.noun_end]
        return bool(self.rules.wholes.search(fold(before)) or self.rules.whole_ending.search(fold(noun)))

    def _last(self) -> Counted | None:
        """The number counted last, but for those that are some of others."""
        return next((one for one in reversed(self.counted) if not self._is_some(one)), None)

    def part_word(self, counted: Counted) -> Hit | None:
        """ "Among them", "including", "of whom": what makes it some of others, behind or before."""
        leading = (hit for hit in self.hits if hit.kind in ("includes", "parts") and self._leads(hit, counted))
        return self._hit_at(counted.number.end, ("parts",)) or next(leading, None) or self._of_those(counted)

    def _of_those(self, counted: Counted) -> Hit | None:
        """ "Of the dead, four", "ölenlerden 4'ü": a word for those of whom the number counts some."""
        before = self.reading.whole[self.span.start : counted.number.start].rstrip(" ,")
        end = self.span.start + len(before)
        named = [
            hit
            for hit in self.hits
            if hit.kind in ("person", "subject")
            and "people" in self.rules.units_of[hit.owner]
            and hit.start < end <= hit.end + LONGEST_ENDING
        ]
        if not named or _BLANK.search(before, max(0, named[-1].end - self.span.start)):
            return None
        framed = self.rules.wholes.search(fold(before) + " ") is not None
        return named[-1] if framed or _OF_MANY.search(fold(before)) else None

    def _leads(self, hit: Hit, counted: Counted) -> bool:
        """Right before the number."""
        return hit.end <= counted.number.start and self.reading.ruler.words(hit.end, counted.number.start) <= 2

    def _is_some(self, counted: Counted) -> bool:
        """Some of those counted before."""
        return self.part_word(counted) is not None or self._hit_at(counted.noun_end, ("parts",)) is not None

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


def _longest(hits: Sequence[Hit], units_of: Mapping[str, Sequence[str]]) -> list[Hit]:
    """Without the words inside a longer one of the same kind: "cannot return" is no return."""
    nouns = [hit for hit in hits if hit.kind in ("unit", "person", "others")]
    phrases = [hit for hit in hits if hit.kind == "subject" and ".." not in hit.meaning.rule]

    def is_rival(hit: Hit, other: Hit) -> bool:
        return hit.kind != "subject" or not set(units_of[hit.owner]).isdisjoint(units_of[other.owner])

    def is_inside(hit: Hit) -> bool:
        longer = nouns if hit.kind in ("unit", "person") else phrases if hit.kind == "subject" else []
        return any(
            other.start <= hit.start and hit.end <= other.end and _size(other) > _size(hit) and is_rival(hit, other)
            for other in longer
        )

    return sorted((hit for hit in hits if not is_inside(hit)), key=lambda hit: (hit.start, hit.end))


def _size(hit: Hit) -> int:
    return hit.end - hit.start
