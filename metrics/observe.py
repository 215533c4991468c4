"""Observability: the share of what our sources would normally show us on a day that we could see. Pure: no clock,
no SQL.

A source is seen on a day if it answered that day, or if its next answer still held an item from before (nothing
scrolled out). Weight = (its relevant articles in its last 56 observed days + 0.5) ÷ (days + 1) × a weekday factor that
all sources share, so that a quiet humanitarian source weighs what it brings and a general wire does not drown it. The
factor cancels in the ratio of one day; it matters where days are added up.

A source stands in the sums in spans: from its first answer until it was not seen for more than 28 days, or until a
person retired it. Where a span begins or ends, the scope of every number changes, and charts say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

State = Literal["full", "partial", "unseen", "backfill", "before"]
UNSEEN_BELOW = 0.5
FULL_FROM = 0.9
HISTORY_DAYS = 56  # observed days that make a weight
NEW_DAYS = 28  # a source counts after so many days, once any source has that history
BROKEN_DAYS = 28  # out of both sums after so long a silence
WEEKS_ADDED = 4  # average weeks that a weekday factor is held back by


@dataclass(frozen=True, slots=True)
class SourceDay:
    """What one source did on one day. overlapped: its first answer still held an older item; None: cannot be told."""

    answered: bool
    overlapped: bool | None


@dataclass(frozen=True, slots=True)
class Watched:
    """One source with its history. days: days on which it was polled; relevant: counting day → relevant articles.

    retired : a person switched it off: it leaves the sums after its last poll, not 28 days later.
    """

    key: str
    language: str
    side: str
    days: Mapping[date, SourceDay]
    relevant: Mapping[date, int]
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """Of one day and one group of sources, in relevant articles a day."""

    usual: float
    usual_seen: float


def state_of(usual: float | None, usual_seen: float | None, *, has_backfill: bool) -> State:
    """How a day is drawn. usual None: no source had been polled by then.

    >>> state_of(10, 9.5, has_backfill=False), state_of(10, 4, has_backfill=False)
    ('full', 'unseen')
    >>> state_of(None, None, has_backfill=True)
    'backfill'
    """
    if usual is None or usual_seen is None:
        return "backfill" if has_backfill else "before"
    if usual <= 0 or usual_seen / usual < UNSEEN_BELOW:
        return "backfill" if has_backfill else "unseen"
    return "full" if usual_seen / usual >= FULL_FROM else "partial"


def seen_days(days: Mapping[date, SourceDay]) -> dict[date, bool]:
    """For each calendar day from the first answer to the last poll: could we see this source?"""
    answered = sorted(day for day, one in days.items() if one.answered)
    if not answered:
        return {}
    seen = dict.fromkeys(answered, True)
    for before, after in pairwise(answered):
        kept = days[after].overlapped is True
        seen.update({before + timedelta(days=n): kept for n in range(1, (after - before).days)})
    seen.update(dict.fromkeys(_span(answered[-1] + timedelta(days=1), max(days)), False))
    return seen


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """Sources that entered the sums on a day, and those that stand in them no longer; keys in order."""

    day: date
    added: tuple[str, ...]
    gone: tuple[str, ...]


def spans_of(source: Watched, last: date) -> list[tuple[date, date]]:
    """First and last days between which a source stands in the sums, oldest first; not beyond `last`."""
    seen = sorted(day for day, could_see in seen_days(source.days).items() if could_see)
    spans: list[tuple[date, date]] = []
    for day in seen:
        end = min(day + timedelta(days=BROKEN_DAYS), last)
        if spans and day <= spans[-1][1] + timedelta(days=1):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((day, end))
    if spans and source.retired:
        spans[-1] = (spans[-1][0], min(spans[-1][1], max(source.days)))
    return [span for span in spans if span[0] <= last]


def source_changes(watched: Iterable[Watched], last: date) -> list[SourceChange]:
    """Days on which the set of sources changed, oldest first; the archive's first day is a beginning, not a change."""
    added: defaultdict[date, list[str]] = defaultdict(list)
    gone: defaultdict[date, list[str]] = defaultdict(list)
    for source in watched:
        for begin, end in spans_of(source, last):
            added[begin].append(source.key)
            if end < last:
                gone[end + timedelta(days=1)].append(source.key)
    opening = min(added, default=None)
    days = sorted({*added, *gone} - {opening})
    return [SourceChange(day, tuple(sorted(added[day])), tuple(sorted(gone[day]))) for day in days]


def present_throughout(watched: Iterable[Watched], first: date, last: date) -> frozenset[str]:
    """The panel: sources that stand in the sums from `first`, or from the archive's first day, until `last`."""
    spans = {source.key: spans_of(source, last) for source in watched}
    opening = min((of[0][0] for of in spans.values() if of), default=first)
    begin = max(first, opening)
    return frozenset(key for key, of in spans.items() if any(start <= begin and last <= end for start, end in of))


def observability(watched: Sequence[Watched], first: date, last: date) -> dict[tuple[date, str, str], Observed]:
    """(day, language, side) → what those sources usually bring, and how much of it we could see; days first to last.

    Days before the first answer of any source are left out: nothing was usual then.
    """
    seen = {source.key: seen_days(source.days) for source in watched}
    spans = {source.key: spans_of(source, last) for source in watched}
    begun = {key: of[0][0] for key, of in spans.items() if of}
    brought = _brought(watched, seen)
    sums: dict[tuple[date, str, str], tuple[float, float]] = {}
    for day in _span(first, last):
        settled = any((day - start).days >= NEW_DAYS for start in begun.values())
        factor = weekday_factor(brought, day) if settled else 1.0
        for source in watched:
            if not _takes_part(spans[source.key], begun.get(source.key), day, settled=settled):
                continue
            weight = factor * _weight(source, seen[source.key], begun[source.key], day) if settled else 1.0
            key = (day, source.language, source.side)
            usual, usual_seen = sums.get(key, (0.0, 0.0))
            sums[key] = (usual + weight, usual_seen + (weight if seen[source.key].get(day, False) else 0.0))
    return {key: Observed(*pair) for key, pair in sums.items()}


def _takes_part(spans: Sequence[tuple[date, date]], start: date | None, day: date, *, settled: bool) -> bool:
    if start is None or (settled and (day - start).days < NEW_DAYS):
        return False
    return any(begin <= day <= end for begin, end in spans)


def _brought(watched: Sequence[Watched], seen: Mapping[str, Mapping[date, bool]]) -> dict[date, int]:
    """Relevant articles of all sources together, of the days on which any could be seen."""
    days = {day for of in seen.values() for day, could_see in of.items() if could_see}
    return {day: sum(source.relevant.get(day, 0) for source in watched) for day in days}


def weekday_factor(brought: Mapping[date, int], day: date) -> float:
    """How much the weekday of `day` brings, against the average of the seven; 1 where nothing is known.

    brought : day → relevant articles of all sources. Read are the 56 days before `day`; four average weeks are added to
    the eight, so that one busy Sunday does not make a rule.
    """
    before = [day - timedelta(days=n) for n in range(1, HISTORY_DAYS + 1)]
    known = {one: brought[one] for one in before if one in brought}
    mean = sum(known.values()) / len(known) if known else 0.0
    if not mean:
        return 1.0
    means = [_shrunk([n for one, n in known.items() if one.weekday() == weekday], mean) for weekday in range(7)]
    return means[day.weekday()] * 7 / sum(means)


def _shrunk(counts: Sequence[int], mean: float) -> float:
    return (sum(counts) + WEEKS_ADDED * mean) / (len(counts) + WEEKS_ADDED)


def _weight(source: Watched, seen: Mapping[date, bool], start: date, day: date) -> float:
    """Relevant articles a day over the last 56 observed days before `day`. start : the first day it was seen."""
    days = articles = 0
    earlier = day
    while days < HISTORY_DAYS and earlier > start:
        earlier -= timedelta(days=1)
        if seen.get(earlier, False):
            days += 1
            articles += source.relevant.get(earlier, 0)
    return (articles + 0.5) / (days + 1)
