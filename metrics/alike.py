"""Are two articles copies or light rewrites of one text? Pure. The thresholds, and why they are what they are.

Nearly all of a text in common is a copy, whoever prints it and whenever. Less than that is a rewrite when another house
prints it within a day; the same house the day after has written a new report over an old background, or filled in its
template again. A number, date or weekday that differs between the same words makes two texts of a template, and so do
opposite words in the lead.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from metrics.sketch import Parts

SURE = 0.85  # Jaccard similarity: the same text whoever prints it
LEAST_SHARED = 4  # hashes; fewer are chance

# Least Jaccard similarity by hours between the two articles. Half of a text taken over and the rest told in other words
# is 0.33; the background of a follow-up is 0.25 to 0.3.
OTHER_HOUSE = ((30, 0.24), (80, 0.4), (1_000, 0.5))
SAME_HOUSE = ((8, 0.3), (14, 0.5), (1_000, SURE))
PROMISING = 0.4
SHORT = 40  # words; of fewer, a phrase that everybody uses is a large part
CUT_OFF = 0.75  # of the shorter text stands in the longer one
CUT_OFF_LEAD = 0.3  # of their beginnings in common: a round-up holds a whole report too, but further down
CUT_OFF_HOURS = {True: 8, False: 80}  # of the same house, of another
ROUND_UP = 0.7  # a text in which the other stands whole, and makes at most so much of it
RETITLED = 0.7  # of texts with so much in common, titles are no sign: every house writes its own
TOLERATED = 0.15  # of the numbers both have between the same words; a correction, in a text with many
DAILY = 14  # hours; a house that prints nearly the same text later has a template, and one number may be all its news


class Overlap(NamedTuple):
    """jaccard : of the 4-grams. contained : share of the shorter text that stands in the other. shared : hashes."""

    jaccard: float
    contained: float
    shared: int


OTHER_LEAD = 0.35  # for a rewrite by another house that begins anew: a paragraph of background is no copy


def least_shared(hours: float, same_house: bool, keys: int) -> int:
    """Keys that two sketches of `keys` keys share, if they are likely to be alike: a cheap look before `likeness`.

    Less than PROMISING of what the least similarity makes two texts share on the average is rare.
    """
    return max(2, int(PROMISING * _least(hours, same_house) * keys))


def _least(hours: float, same_house: bool) -> float:
    for until, share in SAME_HOUSE if same_house else OTHER_HOUSE:
        if hours <= until:
            return share
    return SURE


def likeness(one: Parts, other: Parts, *, hours: float, same_house: bool) -> float:
    """0 : two stories. Else how much they have in common, 0 to 1, for choosing the best of several."""
    found = overlap(one, other)
    if found.shared < min(LEAST_SHARED, one.grams, other.grams):
        return 0.0
    if not _enough(found, one, other, hours, same_house):
        return 0.0
    mine, theirs = one.opening, other.opening
    if found.jaccard < RETITLED:
        mine, theirs = mine | one.title, theirs | other.title
    tolerated = 0.0 if same_house and hours > DAILY else TOLERATED
    if contradict(one.slots, other.slots, tolerated) or opposed(mine, theirs):
        return 0.0
    return max(found.jaccard, 0.5 * found.contained)


def _enough(found: Overlap, one: Parts, other: Parts, hours: float, same_house: bool) -> bool:
    if found.jaccard >= SURE:
        return True
    least = _least(hours, same_house)
    if found.jaccard < least and found.contained < CUT_OFF:  # most: their leads need no look
        return False
    lead = lead_in_common(one, other)
    if found.contained >= CUT_OFF and lead >= CUT_OFF_LEAD and hours <= CUT_OFF_HOURS[same_house]:
        return True
    if found.contained >= CUT_OFF and lead == 0 and _size(one, other) <= ROUND_UP:
        return False
    missing = max(0, SHORT - min(one.words, other.words)) / SHORT
    if found.jaccard < least + 0.4 * missing:
        return False
    # Outlets end their own texts alike, so that short ones have a footer in common; and several tell one background.
    return lead > 0 or found.jaccard >= (0.6 if same_house else OTHER_LEAD)


def _size(one: Parts, other: Parts) -> float:
    """The shorter text, as a share of the longer."""
    return min(one.grams, other.grams) / max(one.grams, other.grams)


def overlap(one: Parts, other: Parts) -> Overlap:
    """Estimated where a text has more than 64 4-grams, else exact."""
    limit = min(_limit(one), _limit(other))
    both = len(one.hashes.intersection(other.kept))  # none above the limit: each stands in both sketches
    mine, theirs = bisect_right(one.kept, limit), bisect_right(other.kept, limit)
    shorter = mine if one.grams <= other.grams else theirs
    return Overlap(both / (mine + theirs - both or 1), both / (shorter or 1), both)


def lead_in_common(one: Parts, other: Parts) -> float:
    """Jaccard similarity of the beginnings, estimated."""
    leads: list[int] = sorted({*one.lead, *other.lead})[: max(len(one.lead), len(other.lead))]
    return sum(h in one.lead and h in other.lead for h in leads) / len(leads) if leads else 0.0


def _limit(parts: Parts) -> int:
    """Below it the sketch holds every hash of its text."""
    return parts.kept[-1] if parts.grams > len(parts.kept) else 1 << 32


def contradict(one: Sequence[int], other: Sequence[int], tolerated: float = TOLERATED) -> bool:
    """Whether numbers, dates or weekdays between the same words differ: the same template, filled in twice."""
    mine, theirs = _by_place(one), _by_place(other)
    agree = differ = 0
    for place in mine.keys() & theirs.keys():
        agree += len(mine[place] & theirs[place])
        differ += min(len(mine[place] - theirs[place]), len(theirs[place] - mine[place]))
    return differ > tolerated * (agree + differ)


def _by_place(slots: Sequence[int]) -> dict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for slot in slots:
        found[slot >> 16].add(slot & 0xFFFF)
    return found


def tell_apart(one: Parts, other: Parts) -> bool:
    """Of one title, a few words under at least one: whether they tell two things, other numbers or the opposite."""
    if opposed(one.opening, other.opening):
        return True
    if one.kept or other.kept:
        return contradict(one.slots, other.slots, 0.0)
    mine, theirs = ({slot & 0xFFFF for slot in parts.slots} for parts in (one, other))
    return bool(mine - theirs and theirs - mine)


def opposed(one: int, other: int) -> bool:
    """Whether one has a word whose opposite the other has, and neither has both. Bits as in Parts."""
    mine, theirs = one & ~_crossed(one), _crossed(other & ~_crossed(other))
    return bool(mine & theirs)


def _crossed(bits: int) -> int:
    """First lists in the place of second ones."""
    return bits >> 16 | (bits & 0xFFFF) << 16
