"""Observability: the share of what our sources would normally show us on a day that we could see. Pure: no clock,
no SQL.

A source is seen on a day if it answered that day, or if its next answer still held an item from before (nothing
scrolled
out). Weight = (its relevant articles in its last 56 observed days + 0.5) ÷ (days + 1), so that a quiet humanitarian
source
weighs what it brings and a general wire does not drown it. The shared weekday factor cancels in the ratio of one day.
"""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class SourceDay:
    """What one source did on one day. overlapped: its first answer still held an older item; None: cannot be told."""

    answered: bool
    overlapped: bool | None


@dataclass(frozen=True, slots=True)
class Watched:
    """One source with its history. days: days on which it was polled; relevant: counting day → relevant articles."""

    key: str
    language: str
    side: str
    days: Mapping[date, SourceDay]
    relevant: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Observed:
    """Of one day and one group of sources, in relevant articles a day."""

    usual: float
    usual_seen: float


def state_of(usual: float | None, usual_seen: float | None, *, has_backfill: bool) -> State:
    """How a day is drawn. usual None: no source had been polled by then.

    >>> state_of(10, 9.5, has_backfill=False), state_of(10, 4, has_backfill=False), state_of(None, None,
    has_backfill=True)
    ('full', 'unseen', 'backfill')
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


def observability(watched: list[Watched], first: date, last: date) -> dict[tuple[date, str, str], Observed]:
    """(day, language, side) → what those sources usually bring, and how much of it we could see; days first to last.

    Days before the first answer of any source are left out: nothing was usual then.
    """
    seen = {source.key: seen_days(source.days) for source in watched}
    begun = {key: min(days) for key, days in seen.items() if days}
    sums: dict[tuple[date, str, str], tuple[float, float]] = {}
    for day in _span(first, last):
        settled = any((day - start).days >= NEW_DAYS for start in begun.values())
        for source in watched:
            if not _takes_part(seen[source.key], begun.get(source.key), day, settled=settled):
                continue
            weight = _weight(source, seen[source.key], day) if settled else 1.0
            key = (day, source.language, source.side)
            usual, usual_seen = sums.get(key, (0.0, 0.0))
            sums[key] = (usual + weight, usual_seen + (weight if seen[source.key].get(day, False) else 0.0))
    return {key: Observed(*pair) for key, pair in sums.items()}


def _takes_part(seen: Mapping[date, bool], start: date | None, day: date, *, settled: bool) -> bool:
    if start is None or day < start or (settled and (day - start).days < NEW_DAYS):
        return False
    return any(seen.get(day - timedelta(days=n), False) for n in range(BROKEN_DAYS + 1))


def _weight(source: Watched, seen: Mapping[date, bool], day: date) -> float:
    """Relevant articles a day over the last 56 observed days before `day`."""
    days = articles = 0
    earlier = day
    while days < HISTORY_DAYS and earlier > min(seen):
        earlier -= timedelta(days=1)
        if seen.get(earlier, False):
            days += 1
            articles += source.relevant.get(earlier, 0)
    return (articles + 0.5) / (days + 1)
