"""What is kept of days that did not change: the same answers as read anew, and only what changed is read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from dashboard import data
from dashboard.data import days, overview, telling, watching
from feeds.archive import Archive, open_archive
from feeds.model import Item
from feeds.monitor import Monitor
from feeds.sources import read_sources
from metrics.level_rows import Columns, Part
from metrics.levels import Run
from metrics.situation import levels_to
from metrics.store.story_tables import EventGroup, event_groups
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
