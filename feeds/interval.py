"""How long until the next poll of a source that answers, and why. Pure: no clock, no network.

Times in minutes unless the name says otherwise. Three answers are weighed: what the source's own rate makes worthwhile,
what feed and server ask for, and after how long items may be lost; the last one is never exceeded, whoever asks.
The rule and what it achieves: docs/decisions/0011-when-to-ask.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from feeds.model import Rhythm

DEFAULT_MINUTES = 15
SHORTEST_MINUTES, LONGEST_MINUTES = 5, 360
DAY_MINUTES = 1_440
NONSENSE_MINUTES = 10_080  # a hint of more than a week is a mistake, not a wish

# Delay and requests are best balanced over many feeds when intervals go with 1 ÷ √rate.
EFFORT_MINUTES = 240  # between polls of a source that brings one article a day
RATE_SHORTEST_MINUTES = 13.5  # no rate alone asks for more; half of it is the usual delay
LATELY_WEIGHT = 0.25  # of the last hours against the usual rate of this hour
DOUBT = 4  # articles an hour of the day must have brought until its profile is half believed
LEAST_BUSY = 0.25  # of the mean hour: a night may bring news too

# After how long items may be lost.
WINDOW_SHARE = 0.5  # of the shortest window: one poll may fail before an item is lost
WATCHED_SHARE = 0.25  # of the time we have known a source may pass unwatched
BURST, LATELY_BURST = 5.0, 1.5  # times the usual rate of this hour, and of the last three; 23 outlets stay below
LEAST_BURST = 12.0  # articles a day: one in two hours may come from anybody
SPREAD_OF_COUNT = 1.6  # of n expected articles, about √n more may come
CAREFUL_MINUTES = 45  # a feed that cannot wait so long is asked as often as if we knew nothing, or a little more

WISH_SHARE = 0.5  # of the time after which items may be lost: a wish takes us no nearer to it


@dataclass(frozen=True, slots=True)
class Next:
    """When a source is asked again, and why, in words."""

    at: datetime
    reason: str


def next_after_success(
    key: str, now: datetime, rhythm: Rhythm, *, fresh_seconds: float | None = None, lost: bool = False
) -> Next:
    """After a 200 that was a feed, or a 304.

    fresh_seconds : how long the server says its answer stays good; asking earlier would give the same bytes.
    lost : nothing of the last poll was left in the feed.

    >>> from datetime import UTC
    >>> fast = Rhythm(per_day=80, lately=80, window_hours=7, holds=30)
    >>> next_after_success("a", datetime(2026, 1, 1, tzinfo=UTC), fast).reason
    'every 15 minutes: 80 articles a day, the feed keeps 7 hours'
    """
    own, limit = by_rate(rhythm, now.hour), longest(rhythm, now.hour)
    wish, whose = _wish(rhythm, fresh_seconds)
    room = limit * WISH_SHARE
    minutes = max(SHORTEST_MINUTES, min(limit, max(own, min(wish, room))) * _spread(key))
    rested = max(minutes, min(room, _end_of_rest(now, minutes, rhythm)))
    why = ["items may have been lost, none of the last poll was left"] * lost
    why.append(f"every {in_words(rested)}: {_known_of(rhythm)}")
    if wish > max(own, room):
        why.append(f"{whose} for {in_words(wish)}, too long for that")
    elif wish > own:
        why.append(f"{whose} for it")
    why += ["the feed asks to be left alone at this hour"] * (rested > minutes + 1)
    return Next(now + timedelta(seconds=math.ceil(rested * 60)), "; ".join(why))


def by_rate(rhythm: Rhythm, hour: int) -> float:
    """Minutes as the rate at this hour alone would have them."""
    if rhythm.per_day is None:
        return DEFAULT_MINUTES
    usual = rhythm.per_day * busyness(rhythm.hours, hour)
    rate = usual + (rhythm.lately - usual) * LATELY_WEIGHT
    minutes = EFFORT_MINUTES / math.sqrt(rate) if rate > 0 else LONGEST_MINUTES
    return min(LONGEST_MINUTES, max(RATE_SHORTEST_MINUTES, minutes))


def longest(rhythm: Rhythm, hour: int) -> float:
    """Minutes after which items may be lost, whatever anybody wishes: the least of four limits.

    Six hours; a share of the time we have known the source; half of its shortest window, more at quiet hours; and
    what a burst may bring, see `_until_replaced`.
    """
    if rhythm.per_day is None:
        return DEFAULT_MINUTES
    busy = max(LEAST_BUSY, busyness(rhythm.hours, hour))
    limit = min(LONGEST_MINUTES, max(DEFAULT_MINUTES, rhythm.days * DAY_MINUTES * WATCHED_SHARE))
    if rhythm.holds:
        limit = min(limit, _until_replaced(rhythm, rhythm.per_day, busy))
    if rhythm.window_hours is not None:
        limit = min(limit, rhythm.window_hours * 60 * WINDOW_SHARE / min(1.0, busy))
    return max(SHORTEST_MINUTES, limit)


def _until_replaced(rhythm: Rhythm, per_day: float, busy: float) -> float:
    """Minutes in which a burst has no chance worth speaking of to replace all items the feed holds.

    Of n expected articles about √n more may come, so a feed of h items is safe while (√h − 1.6)² are expected.
    """
    usual = per_day + 1 / max(rhythm.days, 0.1)  # one more than seen: the first may come any time
    burst = max(BURST * busy * usual, LATELY_BURST * rhythm.lately, LEAST_BURST)
    minutes = max(0.0, math.sqrt(rhythm.holds) - SPREAD_OF_COUNT) ** 2 / burst * DAY_MINUTES
    return minutes if minutes > CAREFUL_MINUTES else max(RATE_SHORTEST_MINUTES, min(DEFAULT_MINUTES, minutes))


def busyness(hours: tuple[int, ...], hour: int) -> float:
    """How much more comes in this hour of the day and the next than in a mean one; near 1 while little is known.

    >>> [round(busyness((0,) * 12 + (20,) * 12, hour), 2) for hour in (3, 15)]
    [0.29, 1.71]
    """
    if not hours:
        return 1.0
    return ((hours[hour] + hours[(hour + 1) % 24]) / 2 + DOUBT) / (sum(hours) / 24 + DOUBT)


def _wish(rhythm: Rhythm, fresh_seconds: float | None) -> tuple[float, str]:
    """What feed and server ask for. A feed that brings more than it says is believed up to one article."""
    every, fresh = sensible(rhythm.every_minutes), sensible((fresh_seconds or 0) / 60)
    if every and rhythm.per_day:
        every = min(every, max(DEFAULT_MINUTES, DAY_MINUTES / rhythm.per_day))
    return max((every, "the feed asks"), (fresh, "the server's caching asks"))


def sensible(minutes: float | None) -> float:
    """A hint within bounds; 0.0 for none, and for nonsense."""
    if minutes is None or not math.isfinite(minutes) or not 0 < minutes <= NONSENSE_MINUTES:
        return 0.0
    return min(LONGEST_MINUTES, minutes)


def _end_of_rest(now: datetime, minutes: float, rhythm: Rhythm) -> float:
    """Minutes until the first moment from then on that lies in no hour or day the feed asks to be spared."""
    hours, days = rhythm.skip_hours, rhythm.skip_days
    if not (hours or days) or len(hours) > 23 or len(days) > 6:  # one that rests always says nothing
        return minutes
    at = now + timedelta(minutes=minutes)
    for _ in range(LONGEST_MINUTES // 60 + 1):
        if at.hour not in hours and at.weekday() not in days:
            break
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (at - now).total_seconds() / 60


def _spread(key: str) -> float:
    """Nine to ten tenths, the same for a source every time: sources that began together drift apart."""
    return 0.9 + crc32(key.encode()) / 2**32 / 10


def _known_of(rhythm: Rhythm) -> str:
    if rhythm.per_day is None:
        return "little is known of it yet"
    if not rhythm.per_day and rhythm.days < 7:  # too early for a rate
        return f"nothing new in {in_words(rhythm.days * DAY_MINUTES)} of watching"
    if rhythm.window_hours is None:
        return rate_in_words(rhythm.per_day)
    return f"{rate_in_words(rhythm.per_day)}, the feed keeps {in_words(rhythm.window_hours * 60)}"


def rate_in_words(per_day: float) -> str:
    """As a person says it.

    >>> [rate_in_words(one) for one in (80.4, 1.02, 0.3, 0.01)]
    ['80 articles a day', '1 article a day', '2 articles a week', 'less than an article a week']
    """
    number, unit = (per_day, "day") if per_day >= 0.95 else (per_day * 7, "week")
    if number < 0.95:
        return "less than an article a week"
    return f"{number:.0f} article{'s' if round(number) != 1 else ''} a {unit}"


def in_words(minutes: float) -> str:
    """A length of time as a person says it.

    >>> [in_words(one) for one in (1, 12.4, 90, 150, 420, 7200)]
    ['1 minute', '12 minutes', '90 minutes', '2.5 hours', '7 hours', '5 days']
    """
    if minutes < 120:
        return f"{minutes:.0f} minute{'s' if round(minutes) != 1 else ''}"
    if minutes < 2 * DAY_MINUTES:
        return f"{minutes / 60:.1f}".removesuffix(".0") + " hours"
    return f"{minutes / DAY_MINUTES:.0f} days"
