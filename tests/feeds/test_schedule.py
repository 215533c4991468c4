from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.model import Outlet, Source, SourceState
from feeds.schedule import (
    address,
    asks_in_full,
    is_due,
    next_after_failure,
    next_after_success,
)

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)

SUCCESS = {  # name: (hint in minutes, fresh seconds, minutes until next, reason)
    "no hint": (None, None, 15, "every 15 minutes"),
    "a ttl of an hour": (60, None, 60, "every 60 minutes, as the feed asks"),
    "a ttl of a minute is bounded": (1, None, 5, "every 5 minutes, as the feed asks"),
    "a daily feed is bounded": (1440, None, 360, "every 6 hours, as the feed asks"),
    "a ttl of a year is nonsense": (525_600, None, 15, "every 15 minutes"),
    "zero is nonsense": (0, None, 15, "every 15 minutes"),
    "not a number is nonsense": (float("nan"), None, 15, "every 15 minutes"),
    "a short cache does not hurry us": (None, 60, 15, "every 15 minutes"),
    "a longer cache is waited for": (None, 3600, 60, "every 60 minutes, as the server's caching asks"),
    "a cache of a year is nonsense": (None, 31_536_000, 15, "every 15 minutes"),
    "the longer of wish and cache": (30, 7200, 120, "every 2 hours, as the server's caching asks"),
}


@pytest.mark.parametrize(("hint", "fresh", "minutes", "reason"), SUCCESS.values(), ids=SUCCESS)
def test_next_after_success(hint: float | None, fresh: float | None, minutes: float, reason: str) -> None:
    found = next_after_success(NOW, hint=hint, fresh_seconds=fresh)
    assert (found.at - NOW, found.reason) == (timedelta(minutes=minutes), reason)


FAILURE = {  # name: (failures, status, retry_after in seconds, minutes until next, reason)
    "first": (1, None, None, 15, "backing off after 1 failure: no answer"),
    "fourth": (4, None, None, 60, "backing off after 4 failures: no answer"),
    "a soft one counts half": (4, 503, None, 30, "backing off after 4 failures: HTTP 503"),
    "a hard one counts whole": (4, 403, None, 60, "backing off after 4 failures: HTTP 403"),
    "never longer than a day": (5000, None, None, 1440, "backing off after 5000 failures: no answer"),
    "gone": (3, 410, None, 1440, "gone (410): asked daily until a person retires it"),
    "retry after": (1, 429, 7200, 120, "the server asked for 2 hours of rest after 1 failure: HTTP 429"),
    "retry after, too much": (1, 429, 316_800, 1440, "the server asked for 24 hours of rest after 1 failure: HTTP 429"),
    "retry after, sooner than we would": (8, 500, 1, 60, "backing off after 8 failures: HTTP 500"),
    "200 but no feed": (2, 200, None, 30, "backing off after 2 failures: no answer"),
}


@pytest.mark.parametrize(("failures", "status", "retry", "minutes", "reason"), FAILURE.values(), ids=FAILURE)
def test_next_after_failure(
    failures: int, status: int | None, retry: float | None, minutes: float, reason: str
) -> None:
    found = next_after_failure(NOW, failures=failures, status=status, retry_after=retry)
    assert (found.at - NOW, found.reason) == (timedelta(minutes=minutes), reason)


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
    asked = [address(one, SourceState("a", failures=n, moved_to="https://new.example/a")) for n in range(4)]
    assert asked == [one.url, "https://new.example/a", "https://mirror.example/a", one.url]
