"""Every page says when poller or tagger do not work, and /healthz tells it to machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data, words
from dashboard.data import working
from feeds.archive import open_archive, role
from feeds.standing import Standing
from tests.dashboard.conftest import with_cases
from tests.dashboard.test_pages import VIEWS

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def ticking(root: Path, tmp_path: Path) -> Path:
    """A copy of the invented monitor whose clock goes."""
    folder = with_cases(root, tmp_path, {})
    head = folder / "monitor.yaml"
    lines = [line for line in head.read_text(encoding="utf-8").splitlines() if not line.startswith("now:")]
    head.write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def opened(root: Path, ticking: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    def at(archive: str, view: str) -> AppTest:
        monkeypatch.setenv("MONITOR", str(ticking))
        monkeypatch.setenv("MONITOR_ARCHIVE", archive)
        monkeypatch.setattr(working, "GONE_FOR", timedelta(0))
        monkeypatch.setattr(working, "LOOK_SECONDS", 1)
        app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300).run()
        return app.switch_page(f"views/{view}.py").run() if view != "situation" else app

    return at


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_says_that_nobody_works(opened: Callable[..., AppTest], tmp_path: Path, view: str) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    open_archive(url).close()
    said = [one.value for one in opened(url, view).warning]
    assert [one for one in said if "No poller runs" in one]
    assert [one for one in said if "No tagger runs" in one]


def test_a_page_says_nothing_while_both_work(opened: Callable[..., AppTest], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    with open_archive(url) as archive, role(archive, "poller"), role(archive, "tagger"):
        assert not opened(url, "situation").warning


def test_who_is_gone_only_for_a_moment_is_not_missed() -> None:
    since: data.Gone = {}
    assert working._settled("poller", "stopped", since, AT) == "works"
    assert working._settled("poller", "stopped", since, AT + working.GONE_FOR) == "stopped"
    assert working._settled("poller", "works", since, AT + 2 * working.GONE_FOR) == "works"
    assert working._settled("poller", "stopped", since, AT + 3 * working.GONE_FOR) == "works", "counted from anew"
    later = AT + data.UNLOOKED + timedelta(minutes=1)
    assert working._settled("poller", "stopped", since, later) == "works", "nobody looked for a minute"
    assert working._settled("poller", "stopped", since, later + working.GONE_FOR) == "stopped"


def test_words() -> None:
    zone = timezone(timedelta(hours=4))
    assert words.standing(None, zone) == []
    assert words.standing(Standing("works", AT, "works", None), zone) == []
    said = words.standing(Standing("stale", AT, "stale", AT), zone)
    assert "stands still" in said[0]
    assert "1 Mar 2026, 16:00" in said[0]
    assert "since 1 Mar 2026, 16:00" in said[1]
