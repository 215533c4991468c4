"""Stories about the same event, in any language: for display only, no story leaves a count. Pure: no clock, no SQL.

Two stories can be of one event when they appeared within 72 hours and share an indicator and stance, or one stance and
a claimed figure. Then signs that no language changes are weighed: the place, figures and other numbers, names. Those
that disagree weigh against it.
Pairs are joined strongest first, as long as the whole group fits on average; the order of the input changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from math import cos, hypot, inf, radians

APART = timedelta(hours=72)  # farther apart it is another event, or its aftermath
SOON = timedelta(hours=24)
ENOUGH = 2.5  # the sum of signs that makes two stories one event; chosen on the labelled groups
FREQUENT = 60  # stories of the window with one name or number: it tells no event from another
SETTLEMENT, DISTRICT, WIDE = 2.0, 1.5, 0.5
PLACE_WEIGHTS = {"city": SETTLEMENT, "town": SETTLEMENT, "village": SETTLEMENT, "capital": WIDE, "region": WIDE}
NEAR, NEARBY = 20.0, 1.0  # km: a road or district beside a town; two towns are neither one place nor two events
NAME, OFFICIAL, MOST_NAMES = 1.0, 0.75, 2.5
RARE_LABELS = (
    (6, 1.5),
    (15, 1.0),
    (40, 0.5),
)  # stories under a label within 72 hours: what few speak of is one event more often
MOST_NUMBERS = 3.0
SAME_DAY, LATER = 0.5, -0.75
IMPOSSIBLE = -9.0
TELLING = 3  # the least figure that two texts seldom share by chance
OTHER_FIGURE, OTHER_NUMBERS, OTHER_PLACE, OTHER_NAMES = -1.5, -0.5, -1.5, -1.0
ELSEWHERE = -0.75  # a village here, a capital there: where it happened, or where it was said

Label = tuple[str, str]  # indicator, stance
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of places.yaml; degrees, None: unknown."""

    id: str
    kind: str = ""
    lat: float | None = None
    lon: float | None = None

    @property
    def weight(self) -> float:
        return PLACE_WEIGHTS.get(self.kind, DISTRICT)


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells the event of one story from others.

    figures : (subject, value). numbers : any others. names : see metrics/names.py.
    """

    story: int
    time: datetime  # when it was first published
    labels: frozenset[Label]
    places: frozenset[Spot] = frozenset()
    figures: frozenset[tuple[str, float]] = frozenset()
    numbers: frozenset[float] = frozenset()
    names: frozenset[str] = frozenset()
    officials: frozenset[str] = frozenset()  # names of who often speaks


def groups(stories: Iterable[Signs]) -> dict[int, int]:
    """Story → its event group, named by the group's earliest story. A story alone is a group of one."""
    ordered = sorted(stories, key=lambda one: (one.time, one.story))
    alike = _Alike(ordered)
    strong = {pair: score for pair in _paired(ordered) if (score := alike.score(*pair)) >= ENOUGH}
    group_of = {at: [at] for at in range(len(ordered))}
    apart: dict[Pair, tuple[list[int], list[int]]] = {}  # groups that do not fit; kept, so that no id comes again
    for (a, b), _ in sorted(strong.items(), key=lambda item: (-item[1], item[0])):
        mine, theirs = group_of[a], group_of[b]
        if mine is theirs or (id(mine), id(theirs)) in apart:
            continue
        if _fits(ordered, alike, mine, theirs):
            joined = sorted([*mine, *theirs])
            group_of.update(dict.fromkeys(joined, joined))
        else:
            apart[id(mine), id(theirs)] = mine, theirs
    return {one.story: ordered[group_of[at][0]].story for at, one in enumerate(ordered)}


def rarity(ordered: Sequence[Signs]) -> dict[tuple[int, Label], float]:
    """(story, label) → weight of sharing that label, by how many stories of 72 hours before and after carry it."""
    times: defaultdict[Label, list[datetime]] = defaultdict(list)
    for one in ordered:
        for label in one.labels:
            times[label].append(one.time)
    found = {}
    for one in ordered:
        for label in one.labels:
            near = bisect_right(times[label], one.time + APART) - bisect_left(times[label], one.time - APART)
            found[one.story, label] = next((weight for most, weight in RARE_LABELS if near <= most), 0.0)
    return found


def likeness(a: Signs, b: Signs, rare: Mapping[tuple[int, Label], float]) -> float:
    """The sum of signs for and against one event; below zero where they cannot be one."""
    apart = abs(a.time - b.time)
    if apart > APART or not are_comparable(a, b):
        return IMPOSSIBLE
    return _sum(a, b, apart, rare, _weighed(a, b))


def are_comparable(a: Signs, b: Signs) -> bool:
    """An indicator and stance in common; or one stance and a claimed figure, which is a subject of its own."""
    if a.labels & b.labels:
        return True
    stances = {stance for _, stance in a.labels} & {stance for _, stance in b.labels}
    return bool(stances) and any(value >= TELLING for _, value in a.figures & b.figures)


def _place(a: Signs, b: Signs) -> float:
    """Of places in common, else of places near each other; places apart speak against one event."""
    shared = max((place.weight for place in a.places & b.places), default=0.0)
    mine, theirs = _narrow(a), _narrow(b)
    if shared > WIDE:
        return shared
    if not mine or not theirs:
        elsewhere = not shared and any(place.kind != "region" for place in (mine and b.places) or (theirs and a.places))
        return ELSEWHERE if elsewhere else shared
    near = [(one, other) for one in mine for other in theirs if _km(one, other) <= NEAR]
    if near:
        return max(0.0 if SETTLEMENT == one.weight == other.weight else NEARBY for one, other in near)
    return OTHER_PLACE


def _narrow(signs: Signs) -> list[Spot]:
    return [place for place in signs.places if place.weight > WIDE]


def _km(a: Spot, b: Spot) -> float:
    """On a flat map: near enough for neighbours. Places without coordinates are far from all."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return inf
    return hypot(a.lat - b.lat, (a.lon - b.lon) * cos(radians(a.lat))) * 111.2


def _numbers(a: Signs, b: Signs) -> float:
    """Figures of one subject that differ are two events, or one that grew; any shared number speaks for one event."""
    figures = a.figures & b.figures
    values = {value for _, value in figures}
    mine, theirs = a.numbers | {value for _, value in a.figures}, b.numbers | {value for _, value in b.figures}
    loose = (mine & theirs) - values
    weight = sum(_weight(value) for value in values) + sum(_weight(value) / 2 for value in loose)
    if weight:
        return min(weight, MOST_NUMBERS)
    if {subject for subject, _ in a.figures} & {subject for subject, _ in b.figures}:
        return OTHER_FIGURE
    return OTHER_NUMBERS if mine and theirs else 0.0


def _weight(value: float) -> float:
    """One and two stand in every text; a number that is not round is seldom shared by chance."""
    if value < 3:
        return 0.5
    if value < 10:
        return 1.0
    return 1.5 if value % 100 == 0 else 2.0


def _names(a: Signs, b: Signs) -> float:
    shared = len(a.names & b.names) * NAME + len(a.officials & b.officials) * OFFICIAL
    if shared:
        return min(shared, MOST_NAMES)
    named = (a.names or a.officials) and (b.names or b.officials)
    return OTHER_NAMES if named else 0.0


class _Alike:
    """Likeness of stories by their place in the order. What only their signs decide is weighed once for all that have
    the same ones: of a text in many copies there are hundreds of pairs.
    """

    def __init__(self, ordered: Sequence[Signs]) -> None:
        self._ordered, self._rare = ordered, rarity(ordered)
        known: dict[tuple[object, ...], int] = {}
        self._kind = [known.setdefault(_said(one), len(known)) for one in ordered]
        self._weighed: dict[Pair, _Weighed] = {}
        self._scores: dict[Pair, float] = {}

    def score(self, a: int, b: int) -> float:
        """As `likeness` has it."""
        if (a, b) not in self._scores:
            self._scores[a, b] = self._score(a, b)
        return self._scores[a, b]

    def _score(self, a: int, b: int) -> float:
        mine, theirs = self._ordered[a], self._ordered[b]
        apart = abs(mine.time - theirs.time)
        weighed = self.weighed(a, b)
        if apart > APART or not weighed.comparable:
            return IMPOSSIBLE
        return _sum(mine, theirs, apart, self._rare, weighed)

    def weighed(self, a: int, b: int) -> _Weighed:
        kinds = self._kind[a], self._kind[b]
        if kinds not in self._weighed:
            self._weighed[kinds] = _weighed(self._ordered[a], self._ordered[b])
        return self._weighed[kinds]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What the signs of two stories say, whenever they appeared."""

    comparable: bool
    labels: tuple[Label, ...]  # in common
    place: float
    numbers: float
    names: float


def _weighed(a: Signs, b: Signs) -> _Weighed:
    return _Weighed(are_comparable(a, b), tuple(a.labels & b.labels), _place(a, b), _numbers(a, b), _names(a, b))


def _said(one: Signs) -> tuple[object, ...]:
    return one.labels, one.places, one.figures, one.numbers, one.names, one.officials


def _sum(a: Signs, b: Signs, apart: timedelta, rare: Mapping[tuple[int, Label], float], found: _Weighed) -> float:
    seldom = max((min(rare[a.story, label], rare[b.story, label]) for label in found.labels), default=0.0)
    soon = SAME_DAY if apart <= SOON else LATER
    return soon + seldom + found.place + found.numbers + found.names


def _paired(ordered: Sequence[Signs]) -> list[Pair]:
    """Every pair within 72 hours that shares a place, a figure or something infrequent."""
    found: set[Pair] = set()
    for members in _sharing(ordered).values():
        until = 0
        times = [ordered[at].time for at in members]
        for n, a in enumerate(members):
            until = bisect_right(times, times[n] + APART, lo=max(until, n))
            found.update((a, b) for b in members[n + 1 : until])
    return sorted(found)


def _sharing(ordered: Sequence[Signs]) -> Mapping[Hashable, list[int]]:
    index: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at, one in enumerate(ordered):
        for sign in _keys(one):
            index[sign].append(at)
    return {
        key: members for key, members in index.items() if len(members) <= FREQUENT or not isinstance(key, (str, float))
    }


def _keys(one: Signs) -> Iterable[Hashable]:
    """A place counts per label, a figure per stance: only such stories are ever compared."""
    for label in one.labels:
        yield from ((label, place) for place in one.places)
    for stance in sorted({stance for _, stance in one.labels}):
        yield from ((stance, figure) for figure in one.figures)
    yield from one.names
    yield from one.numbers


def _fits(ordered: Sequence[Signs], alike: _Alike, mine: Sequence[int], theirs: Sequence[int]) -> bool:
    """All within 72 hours, none that cannot be one event, and like enough on average."""
    times = [ordered[at].time for at in (*mine, *theirs)]
    if max(times) - min(times) > APART:
        return False
    found = []
    for a, b in product(mine, theirs):
        score = alike.score(min(a, b), max(a, b))
        if score == IMPOSSIBLE or alike.weighed(a, b).place == OTHER_PLACE:
            return False
        found.append(score)
    return sum(found) / len(found) >= ENOUGH - 0.5
