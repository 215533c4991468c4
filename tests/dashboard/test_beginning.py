"""The first hour of an archive: how far the first round is, who does not answer by name, and the way back in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from feeds.archive import Visit, open_archive
from feeds.first_round import first_round
from feeds.model import Poll, SourceState
from feeds.monitor import Monitor
from feeds.sources import read_sources
from tests.dashboard.conftest import TODAY, item, moment, store, tag, visit
from tests.dashboard.test_pages import html_of
from tests.pace import pace

EVIL = "<script>window.hacked = 1</script> HTTP 403"


@pytest.fixture
def opened(root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    def at(archive: str, view: str = "situation", *, edit: bool = False) -> AppTest:
        monkeypatch.setenv("MONITOR", str(root / "monitors" / "demo"))
        monkeypatch.setenv("MONITOR_ARCHIVE", archive)
        monkeypatch.setenv("MONITOR_EDIT", str(int(edit)))
        app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300).run()
        return app.switch_page(f"views/{view}.py").run() if view != "situation" else app

    return at


@pytest.fixture
def young(demo: Monitor, tmp_path: Path) -> str:
    """Half an hour after the first answer: two sources answered, one refuses us, one is not there."""
    url = f"sqlite:///{tmp_path}/young.db"
    first, second, third, fourth = [source for source in read_sources(demo) if source.is_polled][:4]
    blocked = Poll(third.key, moment(TODAY, 5), "blocked", 403, 0.1, 0, error=EVIL)
    gone = Poll(fourth.key, moment(TODAY, 5), "unreachable", None, 30.0, 0, error="no answer within 30 s")
    with open_archive(url) as archive:
        store(archive, demo, [visit(first, TODAY, [item("food", TODAY, 1), item("football", TODAY, 2)], hour=5)])
        store(archive, demo, [visit(second, TODAY, [], hour=5), Visit(third, blocked), Visit(fourth, gone)])
        tag(archive, demo)
    return url


def test_progress_names_who_does_not_answer_and_counts_are_usable(
    opened: Callable[..., AppTest], young: str, demo: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.first_round.FIRST", timedelta(hours=3))  # the fixed clock of this monitor says 8 o'clock
    total = sum(source.is_polled for source in read_sources(demo))
    app = opened(young)
    shown = html_of(app)
    assert f"2 of {total} sources answered (4 asked so far), 2 articles stored, 1 relevant." in shown
    assert "Sources that have not answered yet (2)" in shown
    assert "refuses us" in shown
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "feeds backfill --since 2031-11-03" in shown
    assert not app.button, "without --edit nothing can be started"
    assert '<article class="m-card"' in shown, "counts can be used"
    assert "learning" in shown or "no data" in shown


def test_an_hour_after_the_first_answer_nobody_speaks_of_the_beginning(
    opened: Callable[..., AppTest], filled_archive: str
) -> None:
    assert "The first round" not in html_of(opened(filled_archive))


def test_on_an_empty_archive_every_page_shows_how_far_it_is(opened: Callable[..., AppTest], empty_archive: str) -> None:
    for view in ("situation", "coverage"):
        assert "0 of" in html_of(opened(empty_archive, view))


def test_history_is_brought_in_beside_the_server_only_with_edit(
    opened: Callable[..., AppTest], empty_archive: str
) -> None:
    app = opened(empty_archive, edit=True)
    app.date_input(key="back-to").set_value(date(2020, 1, 1))  # the command goes by the real clock
    app.button(key="walk-back").click().run()
    assert not app.exception
    assert not app.error
    deadline = time.monotonic() + 60 * pace()
    while "The walk back has ended" not in html_of(app):
        assert time.monotonic() < deadline, html_of(app)
        time.sleep(0.5)
        app.run()
    assert "of 15 sources walked back" in html_of(app), "what the command itself says"
    app.button(key="walk-back")  # and it can be started again


def test_first_round() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    nobody = first_round([], {})
    assert (nobody.total, nobody.asked, nobody.is_young(now)) == (0, 0, True)


def test_first_round_counts_only_what_is_polled(demo: Monitor) -> None:
    sources = list(read_sources(demo))
    sources[0] = replace(sources[0], enabled=False)
    at = moment(TODAY, 5)
    states = {
        source.key: SourceState(source.key, last_poll=at, last_success=at, first_success=at) for source in sources
    }
    found = first_round(sources, states)
    assert found.answered == found.total == sum(source.is_polled for source in sources) < len(sources)
    assert found.is_young(at + timedelta(minutes=59))
    assert not found.is_young(at + timedelta(minutes=60))
