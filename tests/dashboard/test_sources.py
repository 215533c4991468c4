"""The Sources page says of every source what `python -m feeds doctor` says, worst first, and can be narrowed down."""

# ruff: noqa: F811  fixtures of another module are arguments here
from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from feeds.archive import Visit, open_archive
from feeds.doctor import look
from feeds.health import TROUBLE
from feeds.model import ParsedFeed, Poll, Source
from feeds.monitor import Monitor
from feeds.sources import read_sources
from tests.dashboard.conftest import TODAY, item, moment, store, tag, visits
from tests.dashboard.test_pages import html_of, opened, words_of  # noqa: F401  opened is a fixture
from tests.dashboard.test_screens import watched  # noqa: F401  watched is a fixture

pytestmark = pytest.mark.thorough

EVIL = '<script>window.hacked = 1</script> HTTP 503 " & so on'
WHERE = "Tbilisi, home line"


def failing(source: Source, outcome: str, times: int, error: str) -> list[Visit]:
    at = moment(TODAY, 4)
    polls = [
        Poll(source.key, at + timedelta(minutes=15 * n), outcome, None, 1.0, 0, error=error, vantage=WHERE)  # type: ignore[arg-type]
        for n in range(times)
    ]
    return [Visit(source, poll) for poll in polls]


def writing(source: Source, a_day: int, *, silent_days: int) -> list[Visit]:
    """Seventy days of one poll each; nothing new in the last ones, though the feed holds what it held."""
    made, last = [], []
    for back in range(70, -1, -1):
        day = TODAY - timedelta(days=back)
        if back >= silent_days:
            last = [item(source.key, day, n, title=f"{source.key} {day} {n}", text="Nothing.") for n in range(a_day)]
        poll = Poll(source.key, moment(day, 5), "ok", 200, 0.1, 1_000, vantage=WHERE)
        made.append(Visit(source, poll, ParsedFeed(tuple(last))))
    return made


@pytest.fixture(scope="module")
def troubled_archive(tmp_path_factory: pytest.TempPathFactory, demo: Monitor) -> str:
    """Ten weeks of the invented monitor, and one source of each kind of trouble."""
    url = f"sqlite:///{tmp_path_factory.mktemp('troubled')}/archive.db"
    sources = read_sources(demo)
    more = [source for source in sources[5:] if source.is_polled]
    with open_archive(url) as archive:
        store(archive, demo, visits(sources))
        store(archive, demo, failing(more[0], "unreachable", 3, EVIL))
        store(
            archive, demo, failing(more[1], "blocked", 1, "HTTP 403 with a challenge page; try another vantage point")
        )
        store(archive, demo, writing(more[2], 1, silent_days=5))
        store(archive, demo, writing(more[3], 8, silent_days=2))
        tag(archive, demo)
    return url


def test_the_page_says_of_each_source_what_the_doctor_says(
    opened,
    troubled_archive: str,
    demo: Monitor,
    root: Path,
) -> None:
    app = opened(troubled_archive, "sources")
    shown = unescape(html_of(app))
    with open_archive(troubled_archive, read_only=True) as archive:
        seen = look(archive, read_sources(demo), zone=demo.zone, now=demo.now)
    trouble = [one for one in seen if one.condition.is_trouble]
    assert [one.condition.word for one in trouble] == list(TROUBLE), "one of each, worst first"
    places = [shown.index(f"<b>{one.condition.word}</b><br>{one.condition.evidence}") for one in trouble]
    assert places == sorted(places)
    for word in TROUBLE:
        assert f"<dt>{word.capitalize()}</dt><dd>1</dd>" in shown
    frame = app.dataframe[0].value
    asked = [one for one in seen if one.source.is_polled]
    assert list(frame["Condition"]) == [one.condition.word for one in asked]
    assert list(frame["Evidence"]) == [one.condition.evidence for one in asked]
    doctor = subprocess.run(
        [sys.executable, "-m", "feeds", "doctor"], cwd=root, capture_output=True, text=True, timeout=600,
        env=os.environ | {"MONITOR": str(demo.folder), "MONITOR_ARCHIVE": troubled_archive},
    )  # fmt: skip
    assert doctor.returncode == 1
    for one in trouble:
        assert f"{one.condition.word:12}  {one.source.key}: {one.condition.evidence}" in doctor.stdout


def test_the_address_narrows_the_page_to_one_condition(opened, troubled_archive: str) -> None:
    app = opened(troubled_archive, "sources", condition="quiet")
    assert app.selectbox(key="condition").value == "quiet"
    assert set(app.dataframe[0].value["Condition"]) == {"quiet"}
    assert "<b>broken</b>" not in html_of(app)
    assert "chance explains it less than once in a hundred" in words_of(app)
    none = opened(troubled_archive, "sources", condition="answers")
    assert "<b>quiet</b>" not in html_of(none)


def test_expected_and_brought_stand_side_by_side_and_the_vantage_above(opened, troubled_archive: str) -> None:
    app = opened(troubled_archive, "sources", condition="quiet")
    row = app.dataframe[0].value.iloc[0]
    assert row["New, 7 days"] == 40
    assert row["Expected"] == pytest.approx(56, rel=0.05)
    assert "40 of about 5" in html_of(app)
    assert f"<dt>Asked from</dt><dd>{WHERE}</dd>" in html_of(app)


def test_without_trouble_the_page_says_so(opened, empty_archive: str) -> None:
    app = opened(empty_archive, "sources")
    assert "No source that was asked is in trouble." in words_of(app)
    assert "No source is broken now." in words_of(opened(empty_archive, "sources", condition="broken"))


@pytest.mark.browser
def test_trouble_fits_every_screen_and_errors_of_servers_stay_text(
    start_dashboard,
    troubled_archive: str,
    demo: Monitor,
    watched,
    settle,
) -> None:
    seen = watched("phone")
    seen.page.goto(f"{start_dashboard(troubled_archive, demo.folder, '--no-poll').url}/sources")
    settle(seen.page)
    seen.page.get_by_text("In trouble: 4").wait_for()
    seen.page.locator("[data-testid=stDataFrame] canvas").first.wait_for(timeout=120_000, state="attached")
    seen.fits_everywhere(settle, "trouble")
    assert not seen.page.evaluate("'hacked' in window")
    assert seen.errors == []
