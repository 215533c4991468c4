"""Two dates everywhere: `published` (the source's word) and `seen` (ours). One function decides the day. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

AHEAD = timedelta(minutes=5)  # clocks differ; a date further in the future than this is wrong
LATE_AFTER = timedelta(days=7)


class CountingDay(NamedTuple):
    """day None: stored and searchable, not counted. late: stays out of alerts."""

    day: date | None
    late: bool
    first_time: datetime


def counting_day(
    published: datetime | None, seen: datetime, *, zone: timezone, previous_success: datetime | None, window_kept: bool
) -> CountingDay:
    """The day an article counts on, and the time that decides which copy is the origin.

    published : as the source says, None when it says nothing readable.
    previous_success : the source's last success before `seen`; None on its first.
    window_kept : False after a gap longer than the feed's window: an undated item may then be of any day.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    >>> counting_day(None, noon, zone=timezone.utc, previous_success=None, window_kept=False).day is None
    True
    """
    plausible = published is not None and published <= seen + AHEAD
    if plausible:
        assert published is not None
        day: date | None = published.astimezone(zone).date()
        late = seen - published > LATE_AFTER
    else:
        day = seen.astimezone(zone).date() if window_kept and previous_success is not None else None
        late = False
    return CountingDay(day, late, first_time(published if plausible else None, seen, previous_success))


def first_time(published: datetime | None, seen: datetime, previous_success: datetime | None) -> datetime:
    """`published` clamped into [previous success, seen]; `seen` when there is no plausible date."""
    if published is None:
        return seen
    clamped = min(published, seen)
    return clamped if previous_success is None else max(clamped, min(previous_success, seen))
