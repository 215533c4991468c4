"""What polls teach about a source: how many articles a day it brings and when, and how long one stays in its feed.

Pure: no clock, no network. Everything is learned from the counts of a poll and, where a feed has them, from the
published dates of its items; a 304 teaches too, namely that nothing came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from feeds.model import ParsedFeed, Poll, Rhythm, SourceState, Wishes

MEMORY_DAYS = 14.0  # how long a rate is remembered
WINDOW_DAYS = 1.0  # in which the shortest window may double: a feed that was once overrun will be again
LATELY_DAYS = 0.125  # three hours: how quickly a burst is noticed and forgotten
HOURS_KEPT = 600  # articles in the profile of the day; more than that, and older ones fade
BATCH = timedelta(minutes=5)  # items dated closer together than this were put into the feed at once
LEAST_HOURS = 0.25  # no window is believed to be shorter
USUAL_HOURS = 0.75  # asking more often than every quarter of an hour would not help a feed that is filled at once
LEAST_DATED = 0.8  # of the items, for dates to be believed; the oldest fifth may be pinned


def learned(before: SourceState, poll: Poll, *, wishes: Wishes, feed: ParsedFeed | None) -> Rhythm:
    """What is known of a source after a poll that succeeded. feed : None after a 304 or the same bytes."""
    known = before.rhythm
    days = _days_since(before.last_success, poll.at)
    if feed is None:
        return _counted(known, poll, days) if days else known
    known = replace(
        known, every_minutes=wishes.every_minutes, skip_hours=wishes.skip_hours, skip_days=wishes.skip_days,
        holds=len(feed.items) or known.holds,
    )  # fmt: skip
    stamps = _stamps(feed, poll.at)
    if known.per_day is None and _dated(stamps):
        known = _first(known, stamps, poll.at)
    elif days:
        known = _counted(known, poll, days)
    if poll.address:  # a mirror has a window of its own
        return known
    return _windowed(known, poll, stamps, days, before.last_success)


def _days_since(then: datetime | None, now: datetime) -> float:
    """0.0 when unknown, or when a clock was wrong."""
    return max(0.0, (now - then).total_seconds() / 86_400) if then is not None else 0.0


def _stamps(feed: ParsedFeed, now: datetime) -> Sequence[datetime]:
    """Published dates, oldest first; () when too few items have a believable one."""
    stamps = sorted(item.published for item in feed.items if item.published is not None and item.published <= now)
    return stamps if len(stamps) >= LEAST_DATED * len(feed.items) else ()


def _dated(stamps: Sequence[datetime]) -> bool:
    """Whether the dates say when items came; all within minutes, they say when the feed was made."""
    return len(stamps) > 1 and stamps[-1] - stamps[0] >= BATCH


def _first(known: Rhythm, stamps: Sequence[datetime], now: datetime) -> Rhythm:
    """A first look: a feed that dates its items tells its rate and its hours at once."""
    days = max(0.01, (now - stamps[0]).total_seconds() / 86_400)
    per_day = round(len(stamps) / days, 3)
    by_hour = Counter(stamp.hour for stamp in stamps)
    hours = tuple(by_hour[hour] for hour in range(24))
    return replace(known, per_day=per_day, lately=per_day, days=round(min(days, MEMORY_DAYS / 2), 3), hours=hours)


def _counted(known: Rhythm, poll: Poll, days: float) -> Rhythm:
    """Rates move towards what this interval brought, the more the longer it was."""
    rate, old = poll.new / days, known.per_day or 0.0
    per_day = old + (rate - old) * days / (known.days + days)
    lately = known.lately + (rate - known.lately) * days / (LATELY_DAYS + days)
    return replace(
        known, per_day=round(per_day, 3), lately=round(lately, 3), days=round(min(MEMORY_DAYS, known.days + days), 3),
        hours=_with_hour(known.hours, poll, days) if poll.new else known.hours,
    )  # fmt: skip


def _with_hour(hours: tuple[int, ...], poll: Poll, days: float) -> tuple[int, ...]:
    """New articles came in the middle of the interval, as far as we can tell."""
    fresh = list(hours or (0,) * 24)
    fresh[(poll.at - timedelta(days=min(days, 0.25) / 2)).hour] += poll.new
    return tuple(one // 2 for one in fresh) if sum(fresh) > HOURS_KEPT else tuple(fresh)


def _windowed(
    known: Rhythm, poll: Poll, stamps: Sequence[datetime], days: float, last_success: datetime | None
) -> Rhythm:
    """The shortest window stands, and is forgotten slowly."""
    if poll.overlaps is False and days:
        return replace(known, window_hours=_after_gap(known, stamps, days, last_success))
    seen = _window_now(known, poll, stamps, days)
    if seen is None:
        return known
    old = known.window_hours
    hours = seen if old is None else min(seen, old * (1 + days / WINDOW_DAYS))
    return replace(known, window_hours=round(max(LEAST_HOURS, hours), 3))


def _window_now(known: Rhythm, poll: Poll, stamps: Sequence[datetime], days: float) -> float | None:
    """How long the items now in the feed have stayed, hours: by their dates, else by their number and the rate."""
    rate = max(known.lately, known.per_day or 0.0)
    replaced = known.holds / rate * 24 if rate and days else None
    if not _dated(stamps):
        return replaced
    dated = (poll.at - stamps[len(stamps) // 10]).total_seconds() / 3600
    if poll.known and dated < days * 24:  # what we know from the last poll is older than that: the dates are made up
        return replaced
    return dated


def _after_gap(known: Rhythm, stamps: Sequence[datetime], days: float, last_success: datetime | None) -> float:
    """Nothing of the last poll is left: the window was shorter than the time since, and half of that is safe."""
    hours = days * 24 / 2 if known.window_hours is None else min(known.window_hours, days * 24 / 2)
    is_other = bool(stamps) and last_success is not None and stamps[0] < last_success  # the feed was filled anew
    at_once = bool(stamps) and not _dated(stamps)
    return round(max(hours, USUAL_HOURS if is_other or at_once else LEAST_HOURS), 3)
