"""Which source is due, when it is asked next, and why. Pure: no clock, no network.

Times in minutes unless the name says otherwise. What polls teach stands in `rhythm.py`, how often a source that answers
is asked in `interval.py`. No source is ever switched off by errors: back-off is linear and ends at a day, because feeds
do come back from what looks like death.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds.interval import (
    DAY_MINUTES,
    DEFAULT_MINUTES,
    LONGEST_MINUTES,
    WINDOW_SHARE,
    Next,
    in_words,
    next_after_success,
)
from feeds.model import ParsedFeed, Poll, Rhythm, Source, SourceState, Wishes
from feeds.rhythm import learned

FULL_EVERY = 10  # every tenth poll is unconditional: servers do answer 304 although the feed has changed
GONE, TOO_MANY = 410, 429
# Live feeds answer with these for days and come back, so they slow us down half as much as others do.
SOFT = frozenset({404, 408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
REFUSALS = frozenset({401, 403, TOO_MANY, 451})  # somebody does not want us: no hurry, whatever gets lost
HURRY_MINUTES, HURRY_DAYS = 10.0, 1.0  # so often, and for so long, is a failing feed asked that is about to lose items


@dataclass(frozen=True, slots=True)
class Plan:
    """What a poll has taught, and when the next one is."""

    next: Next
    rhythm: Rhythm


def plan(
    before: SourceState, poll: Poll, *, wishes: Wishes, feed: ParsedFeed | None, has_mirrors: bool = False
) -> Plan:
    """When to ask again after `poll`, whose counts are final.

    before : what was known of the source. wishes : of feed and server, this time. feed : None after a 304, the
    same bytes or a failure.
    """
    if poll.error:
        rest = next_after_failure(before, poll, retry_after=wishes.retry_after, has_mirrors=has_mirrors)
        return Plan(rest, _which_answers(before.rhythm, poll))
    rhythm = _which_answers(learned(before, poll, wishes=wishes, feed=feed), poll)
    lost = poll.overlaps is False
    return Plan(next_after_success(poll.source, poll.at, rhythm, fresh_seconds=wishes.fresh_seconds, lost=lost), rhythm)


def _which_answers(rhythm: Rhythm, poll: Poll) -> Rhythm:
    """With what this poll says of the source's addresses."""
    if poll.address:
        return replace(rhythm, elsewhere="" if poll.error else poll.address)
    if poll.error:
        return replace(rhythm, own_failed=poll.at.timestamp())
    return replace(rhythm, elsewhere="", own_failed=0.0) if rhythm.own_failed else rhythm


def next_after_failure(
    before: SourceState, poll: Poll, *, retry_after: float | None = None, has_mirrors: bool = False
) -> Next:
    """After anything else. before : its failures in a row, this one not included. retry_after : seconds of rest.

    has_mirrors : the next poll asks another address, which may answer although this one is gone for good.
    """
    failures, now = before.failures + 1, poll.at
    times = f"{failures} failure{'s' if failures != 1 else ''}: {_what_failed(poll)}"
    if poll.status == GONE and not has_mirrors:
        return Next(now + timedelta(minutes=DAY_MINUTES), "gone (410): asked daily until a person retires it")
    weight = 0.5 if poll.status in SOFT else 1.0
    slow = min(DAY_MINUTES, DEFAULT_MINUTES * max(1.0, weight * failures))
    minutes = slow if poll.status in REFUSALS or poll.outcome == "blocked" else min(slow, _in_hurry(before, now))
    wait = min(DAY_MINUTES, retry_after / 60) if retry_after and math.isfinite(retry_after) else 0.0
    if wait > minutes:
        return Next(now + timedelta(minutes=wait), f"the server asked for {in_words(wait)} of rest after {times}")
    hurry = f"; every {in_words(minutes)}, because its feed keeps few hours" if minutes < slow else ""
    return Next(now + timedelta(minutes=minutes), f"backing off after {times}{hurry}")


def _what_failed(poll: Poll) -> str:
    if poll.status is not None and poll.status >= 300:
        return f"HTTP {poll.status}"
    return {"unreadable": "no feed inside", "blocked": "blocked"}.get(poll.outcome, "no answer")


def _in_hurry(before: SourceState, now: datetime) -> float:
    """Minutes a failing source may rest before items are lost.

    The less of half its window is left, the shorter; never under ten minutes, and after a day longer again: an eighth
    of the time it has been away since.
    """
    window, last = before.rhythm.window_hours, before.last_success
    if window is None or last is None:
        return DAY_MINUTES
    away = (now - last).total_seconds() / 60
    left = window * 60 * WINDOW_SHARE - away
    return max(HURRY_MINUTES, left / 4, (away - HURRY_DAYS * DAY_MINUTES) / 8)


def after_rest(now: datetime, seconds: float | None) -> Next:
    """When a source is asked whose host, for another of its feeds, has asked to be left alone for so many seconds."""
    minutes = min(DAY_MINUTES, max(1.0, (seconds or 0) / 60))
    return Next(now + timedelta(minutes=minutes), f"its host asked for {in_words(minutes)} of rest")


def is_due(state: SourceState, now: datetime) -> bool:
    """Whether a source is asked now. A next poll more than a day ahead was written by a wrong clock."""
    if state.next_poll is None or state.next_poll <= now:
        return True
    return state.next_poll > now + timedelta(minutes=DAY_MINUTES + LONGEST_MINUTES)


def asks_in_full(state: SourceState) -> bool:
    """Whether the next poll is unconditional: every tenth, and after a failure, because a 304 then proves nothing."""
    return state.failures > 0 or (state.polls + 1) % FULL_EVERY == 0


def address(source: Source, state: SourceState, now: datetime) -> str:
    """Where to ask now: the source's own address; while it fails, in turn the one it moved to and its mirrors too.

    The other address that then answers is asked again, and the own one, should it have come back, once a day.
    """
    others = [state.moved_to] if state.moved_to and state.moved_to != source.url else []
    addresses = [source.url, *others, *source.mirrors]
    asked = state.rhythm.elsewhere
    is_fresh = now.timestamp() - state.rhythm.own_failed < DAY_MINUTES * 60
    if asked in addresses[1:] and is_fresh and state.failures <= 1:
        return asked
    return addresses[state.failures % len(addresses)]
