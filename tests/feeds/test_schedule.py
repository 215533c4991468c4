from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.interval import next_after_success
from feeds.model import Item, Outcome, Outlet, ParsedFeed, Poll, Rhythm, Source, SourceState, Wishes
from feeds.schedule import address, asks_in_full, is_due, next_after_failure, plan

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
NEW = Rhythm()
BUSY = Rhythm(per_day=40, lately=40, days=14, holds=30, window_hours=18)
SHORT = Rhythm(per_day=40, lately=40, days=14, holds=30, window_hours=2)
CALM = Rhythm(per_day=1, days=14, holds=50, window_hours=1_200)
WAKING = replace(CALM, lately=16)
DEAD = Rhythm(per_day=0, days=14, holds=50, window_hours=9_000)
SMALL = Rhythm(per_day=20, lately=20, days=14, holds=5, window_hours=6)
NIGHT = replace(BUSY, hours=(20,) * 6 + (0,) * 12 + (20,) * 6, lately=0)
WATCHED_AN_HOUR = Rhythm(per_day=0, days=1 / 24, holds=30)
KNOWN = "40 articles a day, the feed keeps 18 hours"

SUCCESS = {  # name: (what is known, what it wishes, fresh seconds, at least and at most minutes, in the reason)
    "nothing known": (NEW, {}, None, 13, 15, "little is known of it yet"),
    "a busy feed": (BUSY, {}, None, 12, 40, KNOWN),
    "the same at night": (NIGHT, {}, None, 60, 180, KNOWN),
    "a calm feed": (CALM, {}, None, 180, 300, "1 article a day, the feed keeps 50 days"),
    "a feed that seems dead": (DEAD, {}, None, 320, 360, "less than an article a week"),
    "watched for an hour, nothing yet": (WATCHED_AN_HOUR, {}, None, 13, 15, "nothing new in 60 minutes of watching"),
    "a feed of five items": (SMALL, {}, None, 10, 15, "20 articles a day, the feed keeps 6 hours"),
    "a ttl is heard": (WAKING, {"every_minutes": 150}, None, 130, 150, "the feed asks for it"),
    "a ttl that is longer than safe is heard in part": (WAKING, {"every_minutes": 360}, None, 160, 180, "for 6 hours"),
    "a ttl of an hour, where an hour brings two": (BUSY, {"every_minutes": 60}, None, 20, 40, KNOWN),
    "a ttl of a day, where two hours lose items": (SHORT, {"every_minutes": 1440}, None, 12, 60, "the feed keeps 2"),
    "a ttl of a minute does not hurry us": (BUSY, {"every_minutes": 1}, None, 12, 40, KNOWN),
    "caching is heard": (BUSY, {}, 3_000, 45, 50, "the server's caching asks for it"),
    "caching for longer than is safe": (SHORT, {}, 7_200, 12, 60, "caching asks for 2 hours, too long for that"),
    "a night to be left alone": (CALM, {"skip_hours": tuple(range(13, 17))}, None, 180, 300, "1 article a day"),
    "half a day to be left alone": (CALM, {"skip_hours": tuple(range(14, 24))}, None, 180, 360, "1 article a day"),
}
NONSENSE = {
    "zero": ({"every_minutes": 0}, 0),
    "negative": ({"every_minutes": -60}, -5),
    "not a number": ({"every_minutes": float("nan")}, float("nan")),
    "infinite": ({"every_minutes": float("inf")}, float("inf")),
    "a year": ({"every_minutes": 525_600}, 31_536_000),
    "never at any hour": ({"skip_hours": tuple(range(24))}, None),
    "never on any day": ({"skip_days": tuple(range(7))}, None),
}


@pytest.mark.parametrize(("known", "wishes", "fresh", "least", "most", "words"), SUCCESS.values(), ids=SUCCESS)
def test_next_after_success(
    known: Rhythm, wishes: dict[str, object], fresh: float | None, least: float, most: float, words: str
) -> None:
    found = next_after_success("hetq-en", NOW, replace(known, **wishes), fresh_seconds=fresh)  # type: ignore[arg-type]
    assert least <= (found.at - NOW) / timedelta(minutes=1) <= most
    assert words in found.reason


@pytest.mark.parametrize(("wishes", "fresh"), NONSENSE.values(), ids=NONSENSE)
def test_a_nonsensical_wish_changes_nothing(wishes: dict[str, object], fresh: float | None) -> None:
    for known in (NEW, BUSY, CALM, SHORT):
        asked = next_after_success("a", NOW, replace(known, **wishes), fresh_seconds=fresh)  # type: ignore[arg-type]
        assert asked == next_after_success("a", NOW, known)


def test_a_feed_is_spared_the_hours_and_days_it_names_within_what_is_safe() -> None:
    wide = replace(CALM, lately=16, holds=500)  # asked every two hours, may be left alone for three
    assert next_after_success("a", NOW, wide).at.hour == 13
    hours = next_after_success("a", NOW, replace(wide, skip_hours=(13,)))
    assert hours.at == NOW.replace(hour=14)
    assert "left alone" in hours.reason
    longer = next_after_success("a", NOW, replace(wide, skip_hours=tuple(range(13, 23))))
    assert longer.at - NOW <= timedelta(hours=3)
    sunday = datetime(2026, 11, 1, 22, 0, tzinfo=UTC)
    assert next_after_success("a", sunday, replace(wide, skip_days=(6,))).at == datetime(2026, 11, 2, tzinfo=UTC)


def test_sources_that_began_together_drift_apart() -> None:
    times = {next_after_success(f"source-{number}", NOW, NEW).at for number in range(1_000)}
    assert len({time.replace(microsecond=0) for time in times}) > 80
    assert max(times) - min(times) > timedelta(minutes=1)
    assert next_after_success("a", NOW, NEW) == next_after_success("a", NOW, NEW)


FAILURE = {  # name: (failures before, status, retry_after in seconds, minutes until next, reason)
    "first": (0, None, None, 15, "backing off after 1 failure: no answer"),
    "fourth": (3, None, None, 60, "backing off after 4 failures: no answer"),
    "a soft one counts half": (3, 503, None, 30, "backing off after 4 failures: HTTP 503"),
    "a hard one counts whole": (3, 403, None, 60, "backing off after 4 failures: HTTP 403"),
    "never longer than a day": (4999, None, None, 1440, "backing off after 5000 failures: no answer"),
    "gone": (2, 410, None, 1440, "gone (410): asked daily until a person retires it"),
    "retry after": (0, 429, 7200, 120, "the server asked for 2 hours of rest after 1 failure: HTTP 429"),
    "retry after, too much": (0, 429, 316_800, 1440, "the server asked for 24 hours of rest after 1 failure: HTTP 429"),
    "retry after, nonsense": (0, 429, float("inf"), 15, "backing off after 1 failure: HTTP 429"),
    "retry after, sooner than we would": (7, 500, 1, 60, "backing off after 8 failures: HTTP 500"),
    "200 but no feed": (1, 200, None, 30, "backing off after 2 failures: no answer"),
}


@pytest.mark.parametrize(("failures", "status", "retry", "minutes", "reason"), FAILURE.values(), ids=FAILURE)
def test_next_after_failure(
    failures: int, status: int | None, retry: float | None, minutes: float, reason: str
) -> None:
    found = next_after_failure(SourceState("s", failures=failures), failed(status), retry_after=retry)
    assert (found.at - NOW, found.reason) == (timedelta(minutes=minutes), reason)


def failed(status: int | None, outcome: Outcome = "unreachable") -> Poll:
    return Poll("s", NOW, outcome, status, 1, 0, error="no answer")


HURRY = {  # name: (hours since the last success, window in hours, status, minutes until next)
    "items are about to be lost": (4, 5, 503, 10),
    "a day is enough of hurry": (30, 5, 503, 45),
    "nothing is lost for a week": (4, 400, 503, 150),
    "who refuses us is not hurried": (4, 5, 403, 300),
    "nor is who has too much": (4, 5, 429, 150),
}


@pytest.mark.parametrize(("hours", "window", "status", "minutes"), HURRY.values(), ids=HURRY)
def test_a_failing_feed_that_is_about_to_lose_items_is_asked_often_for_a_day(
    hours: float, window: float, status: int, minutes: float
) -> None:
    before = SourceState(
        "s", failures=19, last_success=NOW - timedelta(hours=hours), rhythm=Rhythm(window_hours=window)
    )
    assert next_after_failure(before, failed(status)).at - NOW == timedelta(minutes=minutes)


def source(key: str, **more: object) -> Source:
    return Source(key, f"https://example.org/{key}", Outlet("o", "O", "o"), ("en",), **more)  # type: ignore[arg-type]


def test_a_source_is_due_at_its_time_and_when_the_clock_was_wrong() -> None:
    assert is_due(SourceState("s"), NOW)
    assert is_due(SourceState("s", next_poll=NOW), NOW)
    assert not is_due(SourceState("s", next_poll=NOW + timedelta(seconds=1)), NOW)
    assert is_due(SourceState("s", next_poll=NOW + timedelta(days=400)), NOW)


def test_every_tenth_poll_and_every_poll_after_a_failure_is_unconditional() -> None:
    assert [number for number in range(30) if asks_in_full(SourceState("s", polls=number))] == [9, 19, 29]
    assert asks_in_full(SourceState("s", polls=3, failures=1))


def test_while_it_fails_a_source_is_asked_at_its_other_addresses_in_turn() -> None:
    one = source("a", mirrors=("https://mirror.example/a",))
    asked = [address(one, SourceState("a", failures=n, moved_to="https://new.example/a"), NOW) for n in range(4)]
    assert asked == [one.url, "https://new.example/a", "https://mirror.example/a", one.url]


def test_a_source_that_is_gone_but_has_mirrors_does_not_wait_a_day() -> None:
    poll = Poll("a", NOW, "refused", 410, 0.1, 0, error="gone")
    assert next_after_failure(SourceState("a"), poll).at - NOW == timedelta(days=1)
    assert next_after_failure(SourceState("a"), poll, has_mirrors=True).at - NOW < timedelta(hours=1)


# Whatever comes ------------------------------------------------------------------------------------------------------

any_number = st.one_of(st.none(), st.floats(), st.floats(0, 100_000))
any_wishes = st.builds(
    Wishes, any_number, any_number, any_number,
    st.lists(st.integers(0, 23)).map(tuple), st.lists(st.integers(0, 6)).map(tuple),
)  # fmt: skip
any_dates = st.lists(st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), max_size=8)
any_answer = st.tuples(
    st.floats(0, 40 * 86_400),  # seconds since the poll before
    st.sampled_from(["ok", "not-modified", "unreachable", "refused", "blocked", "unreadable"]),
    st.sampled_from([None, 200, 304, 403, 404, 410, 429, 451, 500, 503]),
    any_dates, st.integers(0, 5_000), st.sampled_from([None, True, False]), any_wishes,
)  # fmt: skip


@given(st.lists(any_answer, max_size=12))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_the_next_poll_is_after_five_minutes_and_within_a_day_and_six_hours(answers: list) -> None:
    state, at = SourceState("s"), NOW
    for seconds, outcome, status, dates, new, overlaps, wishes in answers:
        at += timedelta(seconds=seconds)
        feed = ParsedFeed(tuple(Item("", "", "", "", date and date.replace(tzinfo=UTC)) for date in dates))
        good = outcome in ("ok", "not-modified")
        poll = Poll(
            "s", at, outcome, status, 1, 0, seen=max(new, len(dates)), new=new, overlaps=overlaps,
            error="" if good else "no",
        )  # fmt: skip
        after = plan(state, poll, wishes=wishes, feed=feed if outcome == "ok" else None)
        least = 300.0
        if not good and wishes.retry_after is not None and 0 < wishes.retry_after <= 86_400 and status != 410:
            least = max(least, wishes.retry_after - 0.001)
        assert least <= (after.next.at - at).total_seconds() <= 30 * 3_600
        assert after.next.reason.strip()
        assert not is_due(replace(state, next_poll=after.next.at), at)
        state = replace(
            state, failures=0 if good else state.failures + 1, rhythm=after.rhythm,
            last_success=at if good else state.last_success,
        )  # fmt: skip
