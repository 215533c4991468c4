from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.model import Item, ParsedFeed, Poll, SourceState, Wishes
from feeds.schedule import Plan, plan

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def feed(ages: list[float] | int) -> ParsedFeed:
    """ages : of the items, in hours before NOW; or how many undated ones."""
    dates = [None] * ages if isinstance(ages, int) else [NOW - timedelta(hours=age) for age in ages]
    return ParsedFeed(tuple(Item(str(n), "", "", "", date) for n, date in enumerate(dates)))


def asked(
    ages: list[float] | int | None, *, before: Plan | None = None, hours: float = 1, new: int = 0,
    overlaps: bool | None = True, at: datetime = NOW,
) -> Plan:  # fmt: skip
    """A poll `hours` after the one that `before` came of. ages None: a 304."""
    parsed = None if ages is None else feed(ages)
    seen = len(parsed.items) if parsed else 0
    poll = Poll(
        "s", at, "ok" if parsed else "not-modified", 200, 1, 0, seen=seen, new=new, known=seen - new, overlaps=overlaps
    )
    state = (
        SourceState("s") if before is None else SourceState("s", last_success=at - hours * HOUR, rhythm=before.rhythm)
    )
    return plan(state, poll, wishes=Wishes(), feed=parsed)


def minutes(found: Plan, at: datetime = NOW) -> float:
    return (found.next.at - at) / timedelta(minutes=1)


FIRST = {  # name: (ages of the items or how many undated ones, articles a day, window in hours)
    "thirty items over a day": ([0.8 * n for n in range(30)], 31, 21),
    "thirty over seven hours": ([0.25 * n for n in range(29)], 99, 6.5),
    "one a week": ([168.0 * n for n in range(10)], 0.16, 1_344),
    "no dates": (20, None, None),
    "all dated as the feed was made": ([0.01] * 20, None, None),
    "two pinned since last year": ([8_000, 9_000] + [0.5 * n for n in range(38)], None, 18.5),
    "dated in the future": ([-5.0] * 10, None, None),
}


@pytest.mark.parametrize(("ages", "per_day", "window"), FIRST.values(), ids=FIRST)
def test_a_first_look_tells_rate_and_window_where_items_are_dated(
    ages: list[float] | int, per_day: float | None, window: float | None
) -> None:
    known = asked(ages, overlaps=None).rhythm
    if per_day is not None:
        assert known.per_day == pytest.approx(per_day, rel=0.1)
    assert known.window_hours == (None if window is None else pytest.approx(window, rel=0.15))


def test_a_new_source_starts_at_a_quarter_of_an_hour() -> None:
    assert 13 <= minutes(asked(20, overlaps=None)) <= 15


def test_items_that_may_have_been_lost_are_told_and_the_interval_shortens_at_once_and_stays_short() -> None:
    calm = asked([48.0 * n for n in range(20)], overlaps=None)
    assert minutes(calm) > 120
    lost = asked(20, before=calm, hours=5, new=20, overlaps=False)
    assert lost.next.reason.startswith("items may have been lost, none of the last poll was left; every ")
    assert minutes(lost) <= 75
    assert lost.rhythm.window_hours == 2.5, "half of the time since the last poll"
    later = lost
    for hour in range(1, 13):  # half a day in which nothing comes
        later = asked(None, before=later, hours=1, at=NOW + hour * HOUR)
    again = asked([48.0 * n for n in range(20)], before=later, hours=1, new=1, at=NOW + 13 * HOUR)
    assert minutes(again, NOW + 13 * HOUR) <= 110 < minutes(calm) / 1.5
    assert again.rhythm.window_hours <= 3
    assert "lost" not in again.next.reason


def test_a_poller_that_was_away_learns_nothing_about_the_window() -> None:
    known = asked([0.25 * n for n in range(29)], overlaps=None)
    back = asked([0.25 * n for n in range(29)], before=known, hours=72, new=29, overlaps=False)
    assert back.rhythm.window_hours == known.rhythm.window_hours
    assert "may have been lost" in back.next.reason


def test_a_feed_filled_anew_with_older_items_is_not_asked_every_five_minutes() -> None:
    """Asking more often would not help: what is new to us is older than our last look."""
    known = asked([2.0 * n for n in range(20)], overlaps=None)
    for _ in range(6):
        known = asked([2.0 * n for n in range(20)], before=known, hours=0.25, new=20, overlaps=False)
    assert minutes(known) >= 10


def test_a_quiet_source_slows_down_and_wakes_when_something_comes() -> None:
    found, at = asked(30, overlaps=None), NOW
    for _ in range(14 * 4):
        at += 6 * HOUR
        found = asked(None, before=found, hours=6, at=at)
    slow = minutes(found, at)
    assert slow > 320
    woken = asked(30, before=found, hours=slow / 60, new=8, at=at)
    assert minutes(woken, at) < slow / 3


def test_hours_in_which_nothing_comes_are_learned() -> None:
    found, at = asked(100, overlaps=None), NOW
    for _ in range(24 * 10):
        at += HOUR
        new = 6 if at.hour >= 8 else 0
        found = asked(100 if new else None, before=found, hours=1, new=new, at=at)
    night = asked(None, before=found, hours=3, at=at.replace(hour=3) + 24 * HOUR)
    noon = asked(100, before=found, hours=1, new=6, at=at.replace(hour=12) + 24 * HOUR)
    assert minutes(night, at.replace(hour=3) + 24 * HOUR) > 1.8 * minutes(noon, at.replace(hour=12) + 24 * HOUR)


def test_a_clock_that_went_back_teaches_nothing() -> None:
    known = asked([0.8 * n for n in range(30)], overlaps=None)
    back = asked(None, before=known, hours=-5)
    assert back.rhythm == known.rhythm
