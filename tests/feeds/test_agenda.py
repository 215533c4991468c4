"""Who is asked in the next minute: due now, due soon, never, and when to look again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feeds.agenda import Agenda
from feeds.model import Outlet, Source, SourceState

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def source(key: str, **more: object) -> Source:
    return Source(key, f"https://example.org/{key}", Outlet("o", "O", "o"), ("en",), **more)  # type: ignore[arg-type]


def states(**seconds: float) -> dict[str, SourceState]:
    return {key: SourceState(key, next_poll=NOW + timedelta(seconds=ahead)) for key, ahead in seconds.items()}


def keys(sources: list[Source]) -> list[str]:
    return [one.key for one in sources]


def test_retired_and_switched_off_sources_are_never_due_and_the_longest_waiting_come_first() -> None:
    sources = [
        source("late"),
        source("new"),
        source("later"),
        source("dead", retired="x"),
        source("off", enabled=False),
    ]
    assert keys(Agenda(sources, states(late=-60, later=-5), NOW).take(NOW)) == ["new", "late", "later"]


def test_what_falls_due_meanwhile_is_taken_when_its_time_comes_and_once() -> None:
    sources = [source(key) for key in "abc"]
    agenda = Agenda(sources, states(a=50, b=20, c=90), NOW)
    assert (keys(agenda.take(NOW)), agenda.seconds_until_next(NOW)) == ([], 20)
    assert keys(agenda.take(NOW + timedelta(seconds=20))) == ["b"]
    assert keys(agenda.take(NOW + timedelta(seconds=59))) == ["a"]
    assert keys(agenda.take(NOW + timedelta(seconds=99))) == []
    assert agenda.seconds_until_next(NOW + timedelta(seconds=59)) == 1


def test_it_is_made_again_after_a_minute_for_other_sources_and_when_the_clock_was_put_back() -> None:
    sources = [source("a")]
    agenda = Agenda(sources, states(a=7_200), NOW)
    assert agenda.is_current(sources, NOW + timedelta(seconds=59))
    assert not agenda.is_current(sources, NOW + timedelta(seconds=60))
    assert not agenda.is_current([source("a")], NOW)
    assert not agenda.is_current(sources, NOW - timedelta(seconds=1))
    assert (agenda.seconds_until_next(NOW), Agenda([], {}, NOW).seconds_until_next(NOW)) == (60, 60)


def test_what_a_wrong_clock_put_far_ahead_is_due_at_once() -> None:
    assert keys(Agenda([source("a")], states(a=400 * 86_400), NOW).take(NOW)) == ["a"]
