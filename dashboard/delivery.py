"""When an issue is due, and what becomes of a message after a try. Pure: `now` comes in, nothing is sent here.

A message is a draft (waits for a person), waiting, sent, dead (given up; a person may try again) or withdrawn.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from feeds.delivery import Delivery
from feeds.monitor import Monitor

LONGEST_WAIT_MINUTES = 240
MOST_TRIES = 20  # about two days with these waits
HOLD = timedelta(hours=2)  # an issue waits so long for articles that are not read yet


@dataclass(frozen=True, slots=True)
class Due:
    """days : whose issue is to be made now, oldest first. missed : older ones that are not made up for."""

    days: tuple[date, ...]
    missed: tuple[date, ...]
    next_at: datetime  # when the first issue is due that is not yet


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a channel answered. error "" : taken. final : trying again will not help."""

    error: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of the message. next_try None: no further try."""

    state: str
    next_try: datetime | None = None
    error: str | None = None


def due_at(delivery: Delivery, monitor: Monitor, day: date) -> datetime:
    """When the issue of `day` is due, aware UTC: at the hour of the day after, and never before the day is over.

    An hour that the clock skips (spring) comes when it would have come without the change; of an hour that comes twice
    (autumn) the first counts.
    """
    zone: tzinfo = ZoneInfo(delivery.timezone) if delivery.timezone else monitor.zone
    after = day + timedelta(days=1)
    local = datetime.combine(after, delivery.at, tzinfo=zone)  # fold 0
    over = datetime.combine(after, datetime.min.time(), tzinfo=monitor.zone)
    return max(local.astimezone(UTC), over.astimezone(UTC))


def due_issues(delivery: Delivery, monitor: Monitor, *, issued: Collection[date], now: datetime) -> Due:
    """issued : days that have an issue; none yet: the first is that of the newest day, history is not sent."""
    newest = monitor.day_of(now) + timedelta(days=1)
    while due_at(delivery, monitor, newest) > now:
        newest -= timedelta(days=1)
    begin = min(issued, default=newest)
    first = max(begin, newest - timedelta(days=delivery.catch_up_days - 1))
    due = [day for day in _days(first, newest) if day not in issued]
    behind = max((day for day in issued if day < first), default=first)
    missed = _days(behind + timedelta(days=1), first - timedelta(days=1))
    following = newest + timedelta(days=1)
    while following in issued:
        following += timedelta(days=1)
    return Due(tuple(due), tuple(missed), due_at(delivery, monitor, following))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def key_of(monitor: str, day: date, channel: str, recipient: str) -> str:
    """What makes a message one, for ever: 32 hexadecimal digits. Sent with it, so that a receiver knows a repeat."""
    said = json.dumps(["summary", monitor, day.isoformat(), channel, recipient])
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def wait_after(tries: int) -> timedelta:
    """Before the next try: 1, 2, 4 … minutes, at most four hours."""
    return timedelta(minutes=min(2 ** (tries - 1), LONGEST_WAIT_MINUTES))


def after(outcome: Outcome, tries: int, now: datetime) -> Step:
    """tries : made so far, this one included."""
    if not outcome.error:
        return Step("sent")
    if outcome.final or tries >= MOST_TRIES:
        return Step("dead", error=outcome.error)
    return Step("waiting", now + wait_after(tries), outcome.error)
