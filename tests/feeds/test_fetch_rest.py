"""Manners: whose turn it is at a host, and hosts that want to be left alone, alone and through whole rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.agenda import Agenda
from feeds.archive import Archive, open_archive
from feeds.errors import FeedError, Refused, Resting
from feeds.fetch import Fetched, Fetcher, Request
from feeds.fetch.turns import Hosts, Turns
from feeds.model import Outlet, Poll, Source
from feeds.poll import poll_round

At = Callable[[str], str]
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


# Turns, pure ---------------------------------------------------------------------------------------------------------


def turns_of(hosts: Hosts, *keys: str) -> Turns:
    """Requests by the names "host/number"."""
    turns = Turns(hosts)
    for key in keys:
        turns.add(key.split("/")[0], Request(key, key))
    return turns


def taken(turns: Turns, now: float) -> list[str]:
    """Who may start at this second; a host that rests is marked with the seconds that are left."""
    found = []
    while (turn := turns.next(now)) is not None:
        found.append(turn.request.key + (f" rests {turn.rest:g}" if turn.rest else ""))
    return found


def test_two_at_a_time_five_seconds_apart() -> None:
    turns = turns_of(Hosts(per_host=2, spacing_seconds=5), "a/1", "a/2", "a/3", "a/4", "b/1")
    assert taken(turns, 0) == ["a/1", "b/1"]
    assert taken(turns, 4.9) == []
    assert turns.seconds_until_next(4) == 1
    assert taken(turns, 5) == ["a/2"]
    assert taken(turns, 20) == []  # two are under way
    turns.done("a")
    assert taken(turns, 20) == ["a/3"]
    turns.done("a")
    turns.done("a")
    assert taken(turns, 25) == ["a/4"]
    assert not turns


def test_the_space_between_two_requests_holds_over_rounds() -> None:
    hosts = Hosts(per_host=2, spacing_seconds=5)
    assert taken(turns_of(hosts, "a/1"), 100) == ["a/1"]
    later = turns_of(hosts, "a/2")
    assert (taken(later, 104), taken(later, 105)) == ([], ["a/2"])


def test_a_host_may_want_more_space_between_two_requests() -> None:
    hosts = Hosts(per_host=2, spacing_seconds=5)
    turns = Turns(hosts)
    for key, apart in (("a/1", 30.0), ("a/2", 30.0), ("b/1", 2.0), ("b/2", 2.0)):
        turns.add(key[0], Request(key, key, apart_seconds=apart))
    assert [taken(turns, second) for second in (0, 4.9, 5, 29.9, 30)] == [["a/1", "b/1"], [], ["b/2"], [], ["a/2"]]


def test_a_host_that_rests_is_not_asked_until_the_time_is_over() -> None:
    hosts = Hosts(per_host=2, spacing_seconds=5)
    turns = turns_of(hosts, "a/1", "a/2", "a/3", "b/1")
    assert taken(turns, 0) == ["a/1", "b/1"]
    hosts.rest("a", 1, 60)
    hosts.rest("a", 1, 30)  # a shorter one does not end it
    turns.done("a")
    assert taken(turns, 5) == ["a/2 rests 56", "a/3 rests 56"]
    assert not turns
    assert taken(turns_of(hosts, "a/4"), 50) == ["a/4 rests 11"]
    assert taken(turns_of(hosts, "a/5"), 61) == ["a/5"]


def test_a_rest_shorter_than_the_space_between_two_requests_is_waited_for() -> None:
    hosts = Hosts(per_host=2, spacing_seconds=5)
    hosts.rest("a", 0, 4)
    turns = turns_of(hosts, "a/1")
    assert (taken(turns, 3), turns.seconds_until_next(3), taken(turns, 4)) == ([], 1, ["a/1"])


def test_nobody_rests_longer_than_a_day() -> None:
    hosts = Hosts(per_host=2, spacing_seconds=5)
    hosts.rest("a", 0, 7 * 86_400)
    assert hosts.rest_left("a", 0) == 86_400


# Through the fetcher -------------------------------------------------------------------------------------------------


class Stopwatch:
    """Real seconds would be too many: it stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def fetcher(stopwatch: Stopwatch) -> Iterator[Fetcher]:
    with Fetcher(allow_local=True, spacing_seconds=0, per_host=1, stopwatch=stopwatch) as fetcher:
        yield fetcher


def ask(fetcher: Fetcher, *urls: str) -> list[Fetched | FeedError]:
    found = {request.url: answer for request, answer in fetcher.fetch([Request(url, url) for url in urls])}
    return [found[url] for url in urls]


RESTS = {"/429": 7200, "/503-rest": 3600, "/429-plain": 900}  # behaviour → seconds its host is left alone


@pytest.mark.parametrize(("path", "seconds"), RESTS.items())
def test_the_whole_host_is_left_alone_in_this_round_and_the_next(
    fetcher: Fetcher, stopwatch: Stopwatch, at: At, hostile: type, path: str, seconds: float
) -> None:
    elsewhere = at("/gzip").replace("127.0.0.1", "localhost")
    first, second, other = ask(fetcher, at(path), at("/etag"), elsewhere)
    assert isinstance(first, Refused)
    assert isinstance(second, Resting)
    assert isinstance(other, Fetched)
    assert second.retry_after == seconds
    assert f"127.0.0.1 wants no requests for another {seconds // 60} minutes" in str(second)
    stopwatch.seconds = seconds - 60
    assert isinstance(ask(fetcher, at("/etag"))[0], Resting)
    assert sorted(asked for asked, _ in hostile.requests) == sorted([path, "/gzip"])  # two hosts: in either order
    stopwatch.seconds = seconds + 1
    assert isinstance(ask(fetcher, at("/etag"))[0], Fetched)


def test_a_503_that_does_not_say_how_long_is_one_feed_s_affair(fetcher: Fetcher, at: At) -> None:
    down, well = ask(fetcher, at("/503"), at("/etag"))
    assert isinstance(down, Refused)
    assert isinstance(well, Fetched)


def test_it_is_the_host_that_answered_which_rests(fetcher: Fetcher, at: At) -> None:
    there = at("/429").replace("127.0.0.1", "localhost")
    refused, here = ask(fetcher, at(f"/to?url={there}"), at("/etag"))
    assert isinstance(refused, Refused)
    assert isinstance(here, Fetched)
    assert isinstance(ask(fetcher, there)[0], Resting)


# Through whole rounds ------------------------------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(f"sqlite:///{tmp_path / 'archive.db'}") as archive:
        yield archive


def source(key: str, url: str) -> Source:
    return Source(key, url, Outlet("o", "O", "o"), ("en",))


def test_sources_of_a_resting_host_are_put_off_and_nothing_is_held_against_them(
    fetcher: Fetcher, stopwatch: Stopwatch, at: At, hostile: type, rss: Callable[..., bytes], archive: Archive
) -> None:
    hostile.feeds.update(a=rss("bread"), b=rss("water"), c=rss("fuel"))
    hostile.misbehave["a"] = "429"
    a, b, c = (source(key, at(f"/feed/{key}")) for key in "abc")
    said: list[str] = []

    def go(now: datetime, *sources: Source) -> list[tuple[str, str]]:
        stopwatch.seconds = (now - NOW).total_seconds()
        polls: list[Poll] = poll_round(
            archive, Agenda(sources, archive.states(), now).take(now), fetch=fetcher.fetch, clock=lambda: now,
            utc_offset_hours=4, on_resting=lambda one, why: said.append(f"{one.key}: {why}"),
        )  # fmt: skip
        return [(poll.source, poll.outcome) for poll in polls]

    assert go(NOW - timedelta(minutes=15), b) == [("b", "ok")]
    assert go(NOW, a, b) == [("a", "refused")]
    assert [line.split(":")[0] for line in said] == ["b"]
    states = archive.states()
    assert (states["b"].failures, states["b"].polls, states["b"].last_outcome) == (0, 1, "ok")
    assert states["b"].next_poll == NOW + timedelta(hours=2)
    assert states["b"].next_reason == "its host asked for 2 hours of rest"

    half = NOW + timedelta(hours=1)
    assert go(half, a, b, c) == []  # c is new: it is put off without ever having been asked
    assert archive.states()["c"].polls == 0
    assert archive.states()["c"].next_poll == half + timedelta(hours=1)
    assert [path for path, _ in hostile.requests] == ["/feed/b", "/feed/a"]
    assert archive.polls(source="c") == []

    hostile.misbehave.clear()
    assert sorted(go(NOW + timedelta(hours=2, seconds=1), a, b, c)) == [("a", "ok"), ("b", "not-modified"), ("c", "ok")]
    assert archive.states()["c"].polls == 1
