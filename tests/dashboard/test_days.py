"""What is kept of days that did not change: the same answers as read anew, and only what changed is read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from dashboard import data
from dashboard.data import days, overview, telling, watching
from feeds.archive import Archive, open_archive
from feeds.archive.schema import daily_observed
from feeds.model import Item
from feeds.monitor import Monitor
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.level_rows import Columns, Part
from metrics.levels import Run
from metrics.situation import levels_to
from metrics.store.building import Rules, current_rules
from metrics.store.observing import observe
from metrics.store.story_tables import EventGroup, event_groups
from metrics.summary import Summary, default_as_of, summary_of
from tests.dashboard.conftest import TODAY, item, moment, store, tag, visit

LONG_AGO = TODAY - timedelta(days=40)
Weeks = list[date]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@pytest.fixture
def shown(
    tmp_path: Path, fill: Callable[[str], None], root: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Archive]:
    """An archive that pages are asked about, open for writing beside them."""
    url = f"sqlite:///{tmp_path}/archive.db"
    fill(url)
    monkeypatch.setenv("MONITOR", str(root / "monitors" / "demo"))
    monkeypatch.setenv("MONITOR_ARCHIVE", url)
    with open_archive(url) as archive:
        yield archive


@pytest.fixture
def weeks(monkeypatch: pytest.MonkeyPatch) -> Weeks:
    """The Mondays of the weeks that levels ask the archive for."""
    asked: Weeks = []
    of = days.part_of

    def noted(archive: Archive, columns: Columns, first: date, last: date) -> Part:
        asked.append(first)
        return of(archive, columns, first, last)

    monkeypatch.setattr(days, "part_of", noted)
    return asked


def plain(group: EventGroup) -> tuple[object, ...]:
    return group.id, group.said, [(story.id, story.carriers) for story in group.stories]


def assert_as_read_anew(archive: Archive) -> None:
    of = data.watched()
    anew = levels_to(archive, of.monitor, of.lexicon, of.attribution, last=TODAY)
    with data.pinned():
        kept = overview._levels(data.key(), TODAY)
        for name in [one.name for one in fields(Run)]:
            np.testing.assert_array_equal(getattr(kept.polled, name), getattr(anew.polled, name), err_msg=name)
        for day in (TODAY, LONG_AGO):
            first, last = monday(day), monday(day) + days.WEEK
            groups = event_groups(archive, data.reading(), first=first, last=last)
            whole = {story.id: group for group in groups for story in group.stories}
            assert {key: plain(group) for key, group in telling._events_of(first).items()} == {
                key: plain(group) for key, group in whole.items()
            }


def arrive(archive: Archive, monitor: Monitor, *items: Item) -> None:
    store(archive, monitor, [visit(read_sources(monitor)[0], TODAY, list(items), hour=5)])


def test_levels_and_events_are_those_that_are_read_anew(shown: Archive, demo: Monitor) -> None:
    assert_as_read_anew(shown)
    arrive(shown, demo, item("food", TODAY, 90), item("food", LONG_AGO, 91))
    assert_as_read_anew(shown)  # stored, not tagged yet
    tag(shown, demo)
    assert_as_read_anew(shown)
    # A source edits what it published weeks ago.
    arrive(shown, demo, item("food", LONG_AGO, 91, text="The football season ends with a draw."))
    assert_as_read_anew(shown)
    tag(shown, demo)
    assert_as_read_anew(shown)


def test_only_the_weeks_that_changed_are_read_again(shown: Archive, demo: Monitor, weeks: Weeks) -> None:
    assert_as_read_anew(shown)
    assert len(weeks) > 50, "the first look reads all weeks"
    weeks.clear()
    arrive(shown, demo, item("food", TODAY, 90))
    tag(shown, demo)
    assert_as_read_anew(shown)
    assert set(weeks) == {monday(TODAY)}


def test_a_poll_that_brings_nothing_leaves_what_is_kept(shown: Archive, demo: Monitor) -> None:
    with data.pinned():
        before, polls = data.key(), watching.ledger_key()
    arrive(shown, demo)
    with data.pinned():
        assert data.key() == before
        assert watching.ledger_key() != polls
    assert moment(TODAY, 5) == shown.polls(limit=1)[0].at


def test_an_update_without_a_new_number_leaves_what_is_kept(shown: Archive, demo: Monitor) -> None:
    arrive(shown, demo)
    tag(shown, demo)
    before = key_now()
    store(shown, demo, [visit(read_sources(demo)[0], TODAY, [], hour=6)])
    tag(shown, demo)
    assert key_now() == before
    unasked = read_sources(demo)[5]
    store(shown, demo, [visit(unasked, TODAY, [], hour=6)])  # answers for the first time
    tag(shown, demo)
    assert key_now() != before
    seen = observed_rows(shown)
    observe(shown, *observed_by(shown, demo), since=None)
    assert observed_rows(shown) == seen, "the same as observed anew"


def key_now() -> str:
    with data.pinned():
        return data.key()


def observed_rows(archive: Archive) -> list[tuple[object, ...]]:
    with archive.reading() as connection:
        return sorted(tuple(row) for row in connection.execute(select(daily_observed)))


def observed_by(archive: Archive, monitor: Monitor) -> tuple[Rules, Monitor, Attribution]:
    under = current_rules(archive)
    assert under is not None
    return under, monitor, Attribution(read_sources(monitor), read_outlets(monitor))


def yesterday_kept() -> Summary:
    with data.pinned():
        return data.summary(TODAY - timedelta(days=1))


def yesterday_anew(archive: Archive) -> Summary:
    of, day = data.watched(), TODAY - timedelta(days=1)
    as_of = default_as_of(of.monitor, day, now=data.now())
    return summary_of(archive, of.monitor, of.lexicon, of.sources, of.outlets, day=day, as_of=as_of)


def test_the_summary_of_an_ended_day_is_kept_whatever_comes_later(shown: Archive, demo: Monitor) -> None:
    kept = yesterday_kept()
    assert kept == yesterday_anew(shown)
    late = item("food", TODAY - timedelta(days=1), 92)
    arrive(shown, demo, item("food", TODAY, 90), late)
    arrive(shown, demo, item("food", LONG_AGO, 91, text="The football season ends with a draw."))
    assert yesterday_kept() is kept
    tag(shown, demo)
    assert yesterday_kept() is kept
    assert kept == yesterday_anew(shown)


def test_what_was_polled_by_then_and_stored_later_makes_the_summary_anew(shown: Archive, demo: Monitor) -> None:
    kept, day = yesterday_kept(), TODAY - timedelta(days=1)
    store(shown, demo, [visit(read_sources(demo)[0], day, [item("food", day, 93)], hour=19)])
    untagged = yesterday_kept()
    assert untagged == yesterday_anew(shown) != kept
    tag(shown, demo)
    assert yesterday_kept() == yesterday_anew(shown) != untagged
