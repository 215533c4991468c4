"""Which source is due, when it is asked next, and why. Pure: no clock, no network.

Times in minutes unless the name says otherwise. No source is ever switched off by errors: back-off is linear and ends
at a day, because feeds do come back from what looks like death.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds.model import ParsedFeed, Poll, Rhythm, Source, SourceState, Wishes

DEFAULT_MINUTES = 15
SHORTEST_MINUTES, LONGEST_MINUTES = 5, 360  # some feeds hold six hours of items: asking less often loses some
DAY_MINUTES = 1_440
NONSENSE_MINUTES = 10_080  # a hint of more than a week is a mistake, not a wish
FULL_EVERY = 10  # every tenth poll is unconditional: servers do answer 304 although the feed has changed
GONE = 410
# Live feeds answer with these for days and come back, so they slow us down half as much as silence does.
SOFT = frozenset({404, 408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


@dataclass(frozen=True, slots=True)
class Next:
    """When a source is asked again, and why, in words."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a poll has taught, and when the next one is."""

    next: Next
    rhythm: Rhythm


def plan(before: SourceState, poll: Poll, *, wishes: Wishes, feed: ParsedFeed | None) -> Plan:
    """When to ask again after `poll`, whose counts are final.

    before : what was known of the source. wishes : of feed and server, this time. feed : None after a 304, the
    same bytes or a failure.
    """
    if poll.error:
        what = {"unreadable": "no feed inside", "blocked": "blocked"}.get(poll.outcome, "no answer")
        after = next_after_failure(
            poll.at, failures=before.failures + 1, status=poll.status, error=what, retry_after=wishes.retry_after
        )
        return Plan(after, before.rhythm)
    rhythm = before.rhythm
    if feed is not None:
        rhythm = replace(
            rhythm, every_minutes=wishes.every_minutes, skip_hours=wishes.skip_hours, skip_days=wishes.skip_days
        )
    return Plan(next_after_success(poll.at, hint=rhythm.every_minutes, fresh_seconds=wishes.fresh_seconds), rhythm)


def next_after_success(now: datetime, *, hint: float | None = None, fresh_seconds: float | None = None) -> Next:
    """After a 200 that was a feed, or a 304.

    hint : how often the feed says it changes (ttl, sy:updatePeriod), minutes; None: it does not say.
    fresh_seconds : how long the server says its answer stays good; asking earlier would give the same bytes.

    >>> from datetime import UTC
    >>> next_after_success(datetime(2026, 1, 1, tzinfo=UTC), hint=60).reason
    'every 60 minutes, as the feed asks'
    """
    wish = _sensible(hint)
    fresh = _sensible(None if fresh_seconds is None else fresh_seconds / 60)
    minutes = _bounded(wish if wish is not None else DEFAULT_MINUTES)
    why = ", as the feed asks" if wish is not None else ""
    if fresh is not None and _bounded(fresh) > minutes:
        minutes, why = _bounded(fresh), ", as the server's caching asks"
    return Next(now + timedelta(minutes=minutes), f"every {_in_words(minutes)}{why}")


def next_after_failure(
    now: datetime, *, failures: int, status: int | None, error: str = "", retry_after: float | None = None
) -> Next:
    """After anything else. failures : in a row, this one included. retry_after : seconds the server asks us to wait."""
    if status == GONE:
        return Next(now + timedelta(minutes=DAY_MINUTES), "gone (410): asked daily until a person retires it")
    weight = 0.5 if status in SOFT else 1.0
    minutes = min(DAY_MINUTES, DEFAULT_MINUTES * max(1.0, weight * failures))
    wait = min(DAY_MINUTES, (retry_after or 0) / 60)
    what = f"HTTP {status}" if status and status >= 300 else error or "no answer"
    times = f"{failures} failure{'s' if failures != 1 else ''}"
    if wait > minutes:
        reason = f"the server asked for {_in_words(wait)} of rest after {times}: {what}"
        return Next(now + timedelta(minutes=wait), reason)
    return Next(now + timedelta(minutes=minutes), f"backing off after {times}: {what}")


def after_rest(now: datetime, seconds: float | None) -> Next:
    """When a source is asked whose host, for another of its feeds, has asked to be left alone for so many seconds."""
    minutes = min(DAY_MINUTES, max(1.0, (seconds or 0) / 60))
    return Next(now + timedelta(minutes=minutes), f"its host asked for {_in_words(minutes)} of rest")


def is_due(state: SourceState, now: datetime) -> bool:
    """Whether a source is asked now. A next poll more than a day ahead was written by a wrong clock."""
    if state.next_poll is None or state.next_poll <= now:
        return True
    return state.next_poll > now + timedelta(minutes=DAY_MINUTES + LONGEST_MINUTES)


def asks_in_full(state: SourceState) -> bool:
    """Whether the next poll is unconditional: every tenth, and after a failure, because a 304 then proves nothing."""
    return state.failures > 0 or (state.polls + 1) % FULL_EVERY == 0


def address(source: Source, state: SourceState) -> str:
    """Where to ask now: the source's own address; while it fails, in turn the one it moved to and its mirrors too."""
    others = [state.moved_to] if state.moved_to and state.moved_to != source.url else []
    addresses = [source.url, *others, *source.mirrors]
    return addresses[state.failures % len(addresses)]


def _sensible(minutes: float | None) -> float | None:
    if minutes is None or not math.isfinite(minutes) or not 0 < minutes <= NONSENSE_MINUTES:
        return None
    return minutes


def _bounded(minutes: float) -> float:
    return max(SHORTEST_MINUTES, min(LONGEST_MINUTES, minutes))


def _in_words(minutes: float) -> str:
    return f"{minutes / 60:g} hours" if minutes >= 120 and minutes % 60 == 0 else f"{minutes:.0f} minutes"
