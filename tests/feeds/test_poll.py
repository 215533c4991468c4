from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event

from feeds.archive import Archive, open_archive
from feeds.errors import FeedError
from feeds.fetch import Fetch, Fetched, Fetcher, Request
from feeds.model import Outlet, Poll, Source, SourceState
from feeds.poll import poll_for_ever, poll_round
from tests.pace import within

At = Callable[[str], str]
START = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(f"sqlite:///{tmp_path / 'archive.db'}") as archive:
        yield archive


@pytest.fixture
def poll(archive: Archive, clock: Clock) -> Callable[..., dict[str, Poll]]:
    """`poll(*sources)`: one round, a quarter of an hour after the last; source key → row of the ledger."""

    def go(*sources: Source) -> dict[str, Poll]:
        clock.forward(15)
        # A fetcher a round: the server's rests are seconds of a stop-watch, which does not go forward with the clock.
        with Fetcher(
            allow_local=True, spacing_seconds=0, per_host=16, total_seconds=6, largest_bytes=300_000
        ) as fetcher:
            polls = poll_round(archive, sources, fetch=fetcher.fetch, clock=clock, utc_offset_hours=4)
        for one in polls:
            assert one.seen == one.new + one.updated + one.known + sum(one.dropped.values())
        return {one.source: one for one in polls}

    return go


def source(key: str, url: str, **more: object) -> Source:
    return Source(key, url, Outlet("o", "O", "o"), ("en",), **more)  # type: ignore[arg-type]


def test_one_dead_feed_does_not_stop_the_others(poll, at, hostile, rss, archive) -> None:
    hostile.feeds.update(alive=rss("bread", "water"), also=rss("fuel"))
    polls = poll(
        source("alive", at("/feed/alive")),
        source("hang", at("/hang")),
        source("nowhere", "http://no-such-host.invalid/"),
        source("html", at("/html")),
        source("broken", at("/500")),
        source("also", at("/feed/also")),
    )
    assert {key: one.outcome for key, one in polls.items()} == {
        "alive": "ok", "also": "ok", "hang": "unreachable", "nowhere": "unreachable", "html": "unreadable",
        "broken": "refused",
    }  # fmt: skip
    assert (polls["alive"].new, polls["also"].new) == (2, 1)
    assert archive.article_count() == 3


def test_the_second_poll_is_a_304_and_an_edited_item_is_a_new_version(poll, at, hostile, rss, archive) -> None:
    hostile.feeds["a"] = rss("bread", "water")
    one = source("a", at("/feed/a"))
    assert poll(one)["a"].new == 2
    second = poll(one)["a"]
    assert (second.outcome, second.status, second.seen, second.bytes) == ("not-modified", 304, 0, 0)
    hostile.feeds["a"] = rss("bread", "water").replace(b"About water", b"Update: water")
    third = poll(one)["a"]
    assert (third.outcome, third.new, third.updated, third.known) == ("ok", 0, 1, 1)
    assert archive.article_count() == 2


def test_the_same_bytes_from_a_server_without_304_are_not_read_again(poll, at, archive) -> None:
    one = source("a", at("/gzip"))
    assert poll(one)["a"].outcome == "ok"
    again = poll(one)["a"]
    assert (again.outcome, again.status, again.seen) == ("not-modified", 200, 0)


MISBEHAVIOUR = {  # behaviour of the server → (outcome, what it says)
    "404": ("refused", "HTTP 404"),
    "410": ("refused", "gone"),
    "429": ("refused", "too many requests"),
    "500": ("refused", "HTTP 500"),
    "hang": ("unreachable", "within 6 seconds"),
    "drip": ("unreachable", "within 6 seconds"),
    "endless": ("unreachable", "larger than"),
    "gzip-bomb": ("unreachable", "larger than"),
    "cut-off": ("unreachable", "shorter than"),
    "no-answer": ("unreachable", "closed the connection"),
    "loop": ("refused", "redirects"),
    "to-file": ("refused", "not http"),
    "html": ("unreadable", 'HTML page titled "Welcome"'),
    "empty": ("unreadable", "empty"),
    "not-xml": ("unreadable", "not XML"),
}


@pytest.mark.parametrize("behaviour", MISBEHAVIOUR)
def test_nothing_stored_is_lost_and_the_next_good_answer_is_read_whole(
    poll, at, hostile, rss, archive, behaviour
) -> None:
    outcome, words = MISBEHAVIOUR[behaviour]
    hostile.feeds["a"] = rss("bread", "water")
    one = source("a", at("/feed/a"))
    poll(one)
    hostile.misbehave["a"] = behaviour
    bad = poll(one)["a"]
    assert bad.outcome == outcome
    assert words in bad.error
    assert archive.article_count() == 2
    state = archive.states()["a"]
    assert (state.failures, state.last_outcome) == (1, outcome)
    assert state.next_poll is not None
    assert state.next_reason.startswith(("backing off after 1 failure", "gone (410)", "the server asked for"))
    hostile.misbehave.clear()
    hostile.feeds["a"] = rss("bread", "water", "fuel")
    good = poll(one)["a"]
    assert (good.outcome, good.new, good.known) == ("ok", 1, 2)
    assert archive.states()["a"].failures == 0


def test_after_a_failure_the_next_request_is_unconditional(poll, at, hostile, rss) -> None:
    hostile.feeds["a"] = rss("bread")
    one = source("a", at("/feed/a"))
    poll(one)
    poll(one)
    hostile.misbehave["a"] = "html"
    poll(one)
    hostile.misbehave.clear()
    poll(one)
    assert ["if-none-match" in headers for _, headers in hostile.requests] == [False, True, True, False]


def test_a_304_after_bytes_that_were_no_feed_is_no_success(poll, at, hostile, rss, archive) -> None:
    """A server that sends 304 to whatever it is asked would otherwise turn a broken feed into a quiet one."""
    hostile.feeds["a"] = rss("bread")
    one = source("a", at("/feed/a"))
    poll(one)
    for behaviour, failures in (("html", 1), ("304-always", 2), ("304-always", 3)):
        hostile.misbehave["a"] = behaviour
        assert poll(one)["a"].error
        assert archive.states()["a"].failures == failures
    hostile.misbehave.clear()
    assert poll(one)["a"].outcome == "ok"


def test_a_304_to_the_tenth_request_which_has_no_condition_is_no_success(poll, at, hostile, rss) -> None:
    hostile.feeds["a"] = rss("bread")
    one = source("a", at("/feed/a"))
    for _ in range(9):
        poll(one)
    hostile.misbehave["a"] = "304-always"
    assert (poll(one)["a"].outcome, poll(one)["a"].outcome) == ("refused", "refused")


def test_every_tenth_poll_is_unconditional_and_read_again(poll, at, hostile, rss) -> None:
    hostile.feeds["a"] = rss("bread")
    outcomes = [poll(source("a", at("/feed/a")))["a"].outcome for _ in range(10)]
    assert outcomes == ["ok", *["not-modified"] * 8, "ok"]


def test_a_permanent_redirect_is_remembered_and_a_mirror_is_asked_while_the_address_fails(
    poll, at, hostile, rss, archive
) -> None:
    moved = poll(source("m", at("/moved")))["m"]
    assert moved.moved_to == at("/etag")
    assert archive.states()["m"].moved_to == at("/etag")
    hostile.feeds["b"] = rss("water")
    mirrored = source("x", at("/500"), mirrors=(at("/feed/b"),))
    assert [poll(mirrored)["x"].outcome for _ in range(2)] == ["refused", "ok"]


def test_text_in_a_wrongly_declared_encoding_arrives_readable(poll, at, archive) -> None:
    poll(source("a", at("/wrong-encoding")))
    assert archive.articles([1])[0].title == "Хлеб"


def test_hostile_titles_are_stored_as_text(poll, at, hostile, rss, archive) -> None:
    hostile.feeds["a"] = rss("&lt;script&gt;alert(1)&lt;/script&gt; water")
    poll(source("a", at("/feed/a")))
    assert archive.articles([1])[0].title == "<script>alert(1)</script> water"


def test_a_retry_after_is_kept_to(poll, at, archive, clock) -> None:
    poll(source("a", at("/429")))
    assert archive.states()["a"].next_poll == clock.now + timedelta(hours=2)


def test_a_round_that_is_broken_off_keeps_what_was_answered(at, hostile, rss, archive, clock) -> None:
    hostile.feeds.update(a=rss("bread"))

    def breaks_off(requests, *, idle=None):
        with Fetcher(allow_local=True, spacing_seconds=0) as fetcher:
            yield from fetcher.fetch(requests[:1])
        raise KeyboardInterrupt

    both = [source("a", at("/feed/a")), source("b", at("/feed/a?2"))]
    with pytest.raises(KeyboardInterrupt):
        poll_round(archive, both, fetch=breaks_off, clock=clock, utc_offset_hours=4)
    assert archive.article_count() == 1


def test_polling_for_ever_asks_what_is_due_and_stops_within_a_second(at, hostile, rss, archive) -> None:
    hostile.feeds["a"] = rss("bread")
    stop, polls = threading.Event(), list[Poll]()
    sources = [source("a", at("/feed/a")), source("slow", at("/hang")), source("off", at("/500"), enabled=False)]
    with Fetcher(allow_local=True, spacing_seconds=0, stop=stop) as fetcher:
        worker = threading.Thread(
            target=poll_for_ever,
            args=(archive, lambda: sources),
            kwargs={
                "fetch": fetcher.fetch, "clock": lambda: datetime.now(UTC), "stop": stop, "utc_offset_hours": 4,
                "on_polls": polls.extend,
            },
        )  # fmt: skip
        worker.start()
        deadline = time.monotonic() + 60
        while not polls and time.monotonic() < deadline:
            time.sleep(0.05)
        stored_while_another_hangs = bool(polls)
        with within(1):
            stop.set()
            worker.join(60)
    assert stored_while_another_hangs
    assert [one.source for one in polls] == ["a"]


def statements(archive: Archive, go: Callable[[], object]) -> int:
    """How many statements `go` sends to the database, transactions' own among them."""
    count = 0

    def one_more(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(archive.engine, "before_cursor_execute", one_more)
    go()
    event.remove(archive.engine, "before_cursor_execute", one_more)
    return count


def answering(status: int, body: Callable[[str], bytes]) -> Fetch:
    def fetch(
        requests: Sequence[Request], *, idle: Callable[[], None] | None = None
    ) -> Iterator[tuple[Request, Fetched | FeedError]]:
        for request in requests:
            yield (
                request,
                Fetched(
                    request.key, request.url, status, body(request.key), not_modified=status == 304, asked=request.url
                ),
            )

    return fetch


def test_polls_share_their_statements(archive, clock, rss) -> None:
    """Five times the polls, and five times the articles, need the same statements: they share one transaction."""
    states: dict[str, SourceState] = {}
    few, many = (
        [source(f"{name}-{n}", f"https://{name}-{n}.example/rss") for n in range(count)]
        for name, count in (("few", 20), ("many", 100))
    )

    def go(sources: list[Source], fetch: Fetch) -> int:
        clock.forward(15)
        ask = partial(poll_round, archive, sources, fetch=fetch, clock=clock, utc_offset_hours=4, states=states)
        return statements(archive, ask)

    first = answering(200, lambda key: rss(f"bread {key}", f"water {key}"))
    second = answering(200, lambda key: rss(f"fuel {key}", f"bread {key}").replace(b"About bread", b"Update: bread"))
    for fetch, most in ((first, 20), (second, 20), (answering(304, lambda key: b""), 5)):
        counts = go(few, fetch), go(many, fetch)
        assert counts[0] == counts[1] <= most
    assert archive.article_count() == 3 * (len(few) + len(many))
    assert archive.states(counted=False) == states | {key: replace(state, articles=0) for key, state in states.items()}
