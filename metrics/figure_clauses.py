"""How the numbers of a sentence stand to each other and to its words: lists, insertions, and how far apart. Pure.

What is inserted ("…, 17 children among them, …") parts nothing: it adds no distance between what stands around it. Of
numbers in a list ("58 mines, 31 shells and 4 bombs") what is said of one is said of all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise

from feeds.text import fold
from metrics.counted import COMMA, PEOPLE, Counted, Phrase
from metrics.rulebook import Hit

# Words by which what lies beyond a pause, another number, a turn is farther; what stands before the number where verbs
# stand last; what stands before "and".
PAUSE_WORDS, NUMBER_WORDS, TURN_WORDS, BEFORE_WORDS, JOIN_WORDS = 3, 4, 9, 2, 3
LISTED_WITHIN = 5  # words between two numbers of a list
INSERTED_WITHIN = 6  # words of an insertion behind its number
OWN_CLAUSE = 40  # characters behind a number in which a clause of its own says what happened
WHOLE_WITHIN = 12  # words between a number of all and that of some of them
OPENED_WITHIN = 3  # words of an insertion before its number
HEAD_LAST = ("az", "tr", "hy")  # what explains a word stands before it; who.VERB_LAST is about verbs
ATTRIBUTE_WORDS = 5  # by which a participle before the number is farther
_WORD = re.compile(r"\w+")
_PARTICIPLE = re.compile(r"\w{3}(?:an|en|ən|ող|ած)$")
TURN = re.compile(r";|\.\s|։")


class Arranged(Phrase):
    """The numbers of one sentence, what each counts, and how they stand to each other."""

    @cached_property
    def insertions(self) -> Mapping[Counted, tuple[int, int]]:
        """Number → where the insertion that it stands in begins and ends: some of those counted before, or the same."""
        found: dict[Counted, tuple[int, int]] = {}
        for before, counted in pairwise(self.counted):
            span = self._insertion(before, counted)
            if span is not None:
                found[counted] = span
        return found

    def _insertion(self, before: Counted, counted: Counted) -> tuple[int, int] | None:
        """From the comma, dash or bracket before a number of people to the one behind it, or to its noun's end."""
        whole, ruler = self.reading.whole, self.reading.ruler
        opened = next(COMMA.finditer(whole, before.noun_end, counted.number.start), None)
        if counted.unit not in PEOPLE or before.unit not in PEOPLE or opened is None:
            return None
        if (
            ruler.words(opened.end(), counted.number.start) > OPENED_WITHIN
            or ruler.words(before.noun_end, opened.start()) > OPENED_WITHIN + 1
        ):
            return None
        own_clause = self.rules.language in HEAD_LAST and self._is_closed(before, opened.start())
        bare = not own_clause and counted.unit != before.unit and self._is_bare_insertion(opened.end(), counted)
        if not (self._is_some(counted) or bare):
            return None
        return opened.start(), self._closed(counted)

    def _is_closed(self, counted: Counted, end: int) -> bool:
        """Whether a verb stands between a number and a comma behind it, and what follows is a clause of its own."""
        return any(
            hit.kind == "subject"
            and counted.noun_end < hit.end <= end
            and counted.unit in self.rules.units_of[hit.owner]
            for hit in self.hits
        )

    def _closed(self, counted: Counted) -> int:
        """Where an insertion ends: behind the next comma; at its noun where a verb stands before that, which is said of
        the whole, but for a clause of its own ("…, of whom two died").
        """
        closed = COMMA.search(self.reading.whole, counted.noun_end, self.span.end)
        if self._is_clause(counted):
            return closed.end() if closed else self.span.end
        if closed is None or self.reading.ruler.words(counted.noun_end, closed.start()) > INSERTED_WITHIN:
            return counted.noun_end
        return counted.noun_end if self._happens(counted.noun_end, closed.start()) else closed.end()

    def _is_clause(self, counted: Counted) -> bool:
        part = next((hit for hit in self.hits if hit.kind == "parts" and self._leads(hit, counted)), None)
        return part is not None and self._happens(counted.noun_end, min(counted.noun_end + OWN_CLAUSE, self.span.end))

    def _is_bare_insertion(self, start: int, counted: Counted) -> bool:
        """Nothing happens in it: "31 families, 127 people in all, were taken"."""
        between = self.reading.whole[start : counted.number.start]
        joined = self.rules.joined - {"or"}
        return (
            counted.hint is None
            and not self._happens(start, counted.noun_end)
            and not any(fold(word) in joined for word in between.split())
        )

    def whole_of(self, counted: Counted) -> Counted | None:
        """Of whom an inserted number counts some, or whom it counts in another unit."""
        place = self.counted.index(counted)
        if counted in self.insertions:
            return next(one for one in reversed(self.counted[:place]) if one not in self.insertions)
        following = self.counted[place + 1] if place + 1 < len(self.counted) else None
        return following if following is not None and self._is_led(counted, following) else None

    def _is_led(self, counted: Counted, following: Counted) -> bool:
        """ "17'si çocuk 63 kişi": where nouns stand last, children of those counted next."""
        between = self.reading.whole[counted.noun_end : following.number.start]
        return (
            self.rules.language in HEAD_LAST
            and counted.unit == "children"
            and following.unit == "people"
            and len(between.split()) <= OPENED_WITHIN
            and not COMMA.search(between)
            and not any(fold(word) in self.rules.joined for word in between.split())
            and not any(
                counted.noun_end <= hit.start < following.number.start and hit.kind == "subject" for hit in self.hits
            )
        )

    def is_whole(self, counted: Counted) -> bool:
        """ "Of 5,930 families 2,417 have …": what is said behind the next number is said of that one alone."""
        place = self.counted.index(counted)
        following = self.counted[place + 1] if place + 1 < len(self.counted) else None
        if following is None or self.reading.ruler.words(counted.noun_end, following.number.start) > WHOLE_WITHIN:
            return False
        return self.is_partitive(counted)

    def _happens(self, start: int, end: int) -> bool:
        return any(start <= hit.start < end and hit.kind == "subject" for hit in self.hits)

    @cached_property
    def lists(self) -> Mapping[Counted, Counted]:
        """Number → the next of the same list."""
        return {one: two for one, two in pairwise(self.counted) if self._is_list(one, two)}

    def _is_list(self, one: Counted, two: Counted) -> bool:
        """Nothing happens between them, they count alike, and a comma or "and" joins them."""
        between = self.reading.whole[one.noun_end : two.number.start]
        words = [fold(word) for word in re.findall(r"\w+", between)]
        alike = one.unit == two.unit or (one.unit in PEOPLE and two.unit in PEOPLE)
        if (
            not alike
            or one.hint is not None
            or two.hint is not None
            or two in self.insertions
            or TURN.search(between)
            or len(words) > LISTED_WITHIN
        ):
            return False
        happens = any(
            one.noun_end <= hit.start < two.number.start and hit.kind in ("subject", "parts", "includes")
            for hit in self.hits
        )
        return not happens and ("," in between or any(word in self.rules.joined for word in words))

    def _pauses(self, counted: Counted, hit: Hit) -> int:
        start, end = counted.number.start, counted.noun_end
        first, last = (end, hit.start) if hit.start >= end else (hit.end, start)
        return sum(len(COMMA.findall(self.reading.whole, *ground)) for ground in self._open_ground(first, last))

    def _open_ground(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """What is left between two places without the insertions that lie whole between them."""
        for start, end in sorted(self.insertions.values()):
            if first <= start and end <= last:
                if first < start:
                    yield first, start
                first = end
        if first < last:
            yield first, last

    @cached_property
    def _known_far(self) -> dict[tuple[int, int, int], float]:
        return {}

    def _apart(self, counted: Counted, hit: Hit) -> float:
        """Words between a number with its noun and a cue; along a list, those of the member that stands nearer."""
        key = (counted.number.start, hit.start, hit.end)
        if key not in self._known_far:
            self._known_far[key] = self._measured(counted, hit)
        return self._known_far[key]

    def _measured(self, counted: Counted, hit: Hit) -> float:
        if self.is_whole(counted) and hit.start >= self.counted[self.counted.index(counted) + 1].number.start:
            return math.inf
        direct = self._direct(counted, hit)
        following = self.lists.get(counted)
        if following is not None and hit.start >= following.noun_end:
            return min(direct, self._apart(following, hit) + 1)
        before = next((one for one, two in self.lists.items() if two is counted), None)
        if before is not None and hit.end <= before.number.start:
            return min(direct, self._apart(before, hit) + 1)
        return direct

    def _direct(self, counted: Counted, hit: Hit) -> float:
        """Words between; pauses, turns and other numbers make it farther."""
        start, end = counted.number.start, counted.noun_end
        if start <= hit.start < end:
            return 0
        first, last = (end, hit.start) if hit.start >= end else (hit.end, start)
        words = sum(self._stretch(*ground) for ground in self._open_ground(first, last))
        late = (BEFORE_WORDS if self.rules.language in HEAD_LAST else 0.5) if hit.end <= start else 0
        if hit.end <= start and self._is_joined(hit.end, start):
            late += JOIN_WORDS
        if hit.end <= start and self.rules.language in HEAD_LAST and self._is_attribute(hit):
            late += ATTRIBUTE_WORDS
        return words + late

    def _is_attribute(self, hit: Hit) -> bool:
        """ "Yurtlarda yaşayan 18 aile … yerleştirildi": a participle before the noun says less than the verb behind."""
        word = _WORD.match(self.reading.whole, self.reading.whole.rfind(" ", 0, hit.end - 1) + 1)
        return word is not None and _PARTICIPLE.search(fold(word.group())) is not None

    def _stretch(self, first: int, last: int) -> float:
        whole = self.reading.whole
        pauses = len(COMMA.findall(whole, first, last)) * PAUSE_WORDS
        turns = len(TURN.findall(whole, first, last)) * TURN_WORDS
        numbers = sum(first <= one.start < last for one in self.numbers) * NUMBER_WORDS
        return self.reading.ruler.words(first, last) + pauses + turns + numbers

    def _is_joined(self, start: int, end: int) -> bool:
        """ "Dozens were hurt and five people died": what stands before "and" is said of others."""
        between = self.reading.whole[start:end].split()
        return not any(start <= one.start < end for one in self.numbers) and any(
            fold(word) in self.rules.joined for word in between
        )
