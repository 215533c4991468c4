"""`metrics load`: a second archive shows the daily table of the first, and nothing ever counts those days again."""

# ruff: noqa: F811 a fixture is handed to tests under its own name
from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from dashboard import words, words_trends
from feeds.archive import open_archive
from feeds.monitor import Monitor
from feeds.sources import read_sources
from metrics.__main__ import main
from metrics.store import frozen
from tests.dashboard.conftest import TODAY, store, tag, visits
from tests.dashboard.test_export_package import FIRST, LAST, command
from tests.dashboard.test_pages import opened, words_of  # noqa: F401 a fixture

pytestmark = pytest.mark.thorough

NOW = datetime(2031, 12, 1, 6, tzinfo=UTC)
TABLES = ("daily", "daily_rollup", "daily_totals", "daily_observed")


@pytest.fixture(scope="module")
def package(demo: Monitor, filled_archive: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "data"
    assert command(demo, filled_archive, folder) == 0
    return folder


@pytest.fixture
def second(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/second.db"


@pytest.fixture(scope="module")
def loaded(demo: Monitor, package: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of an archive that holds the package and nothing else. For tests that only read it; the others copy it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('loaded')}/archive.db"
    assert load(demo, url, package) == 0
    return url


@pytest.fixture
def own_copy(loaded: str, tmp_path: Path) -> str:
    """URL of a copy of it."""
    return copied(loaded, tmp_path / "copy.db")


@pytest.fixture(scope="module")
def polled_since(demo: Monitor, loaded: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The archive polled since: some days are its own, most are counts from elsewhere. For tests that only read it."""
    url = copied(loaded, tmp_path_factory.mktemp("polled") / "archive.db")
    with open_archive(url) as archive:
        store(archive, demo, [one for one in visits(read_sources(demo)) if one.poll.at.date() >= TODAY])
        tag(archive, demo)
    return url


def copied(archive: str, path: Path) -> str:
    """SQLite's own copy, which takes what still stands in the log beside the file along."""
    with closing(sqlite3.connect(archive.removeprefix("sqlite:///"))) as connection:
        connection.execute("vacuum into ?", (str(path),))
    return f"sqlite:///{path}"


def load(demo: Monitor, archive: str, folder: Path) -> int:
    return main(["load", "--monitor", str(demo.folder), "--archive", archive, str(folder)], clock=lambda: NOW)


def daily(demo: Monitor, archive: str, out: Path, *more: str) -> bytes:
    days = ["--from", FIRST.isoformat(), "--to", LAST.isoformat()]
    args = ["daily", "--monitor", str(demo.folder), "--archive", archive, *days, *more, "--out", str(out)]
    assert main(args, clock=lambda: NOW) == 0
    return out.read_bytes()


def rows(archive: str) -> dict[str, list[tuple[object, ...]]]:
    with open_archive(archive, read_only=True) as held, held.reading() as connection:
        chosen = "rules in (select id from rules where is_current)"
        return {
            table: sorted(tuple(row)[1:] for row in connection.execute(text(f"select * from {table} where {chosen}")))
            for table in TABLES
        }


@pytest.mark.parametrize("by", ["", "language,side", "occurrence", "people", "language", "side"])
def test_a_second_archive_shows_the_same_daily_table(
    demo: Monitor, filled_archive: str, loaded: str, tmp_path: Path, by: str
) -> None:
    for stance in ("reported", "eased"):
        more = ("--stance", stance, "--by", by)
        mine, theirs = (daily(demo, one, tmp_path / "out", *more) for one in (filled_archive, loaded))
        assert theirs == mine
        assert mine.count(b"\n") > 60


def test_frozen_days_are_marked(demo: Monitor, loaded: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    daily(demo, loaded, tmp_path / "out")
    assert "frozen: 67 days from 2031-09-25 to 2031-11-30, as demo-2031-09-25-2031-11-30" in capsys.readouterr().err
    with open_archive(loaded, read_only=True) as archive:
        assert len(frozen.frozen_between(archive, first=FIRST, last=LAST)) == 67


def test_a_page_says_which_of_its_days_were_loaded(
    filled_archive: str, loaded: str, opened: Callable[..., AppTest]
) -> None:
    days = {"range": "own dates", "from": "2031-11-01", "to": "2031-11-30"}
    said = "Days loaded from a package: 30 days, 1 Nov 2031 to 30 Nov 2031 (demo-2031-09-25-2031-11-30)"
    assert said in words_of(opened(loaded, "trends", **days))
    assert "loaded from a package" not in words_of(opened(filled_archive, "trends", **days))


@pytest.mark.parametrize("view", ["situation", "coverage", "places", "summary"])
def test_an_archive_of_nothing_but_a_package_says_so_and_not_that_it_is_empty(
    loaded: str, opened: Callable[..., AppTest], view: str
) -> None:
    shown = words_of(opened(loaded, view))
    assert "holds counts that were loaded from a data package, and no articles" in shown
    assert "67 days, 25 Sep 2031 to 30 Nov 2031 (demo-2031-09-25-2031-11-30)" in shown
    assert "Nothing in the archive yet" not in shown
    assert words.NONE_SEEN not in shown


LOADED = {"from": "2031-11-01", "to": "2031-11-20", "since": "2031-11-01", "until": "2031-11-20"}
SILENT = {  # page and its address, of days that were loaded → where it must not say "none seen" alone
    "coverage": {"since": LOADED["since"], "until": LOADED["until"]},
    "places": {"range": "own dates", "from": LOADED["from"], "to": LOADED["to"], "place": "Perrinor / Tollem"},
    "summary": {"of": "2031-11-20"},
    "situation": {},
    "trends": {"range": "own dates", "from": LOADED["from"], "to": LOADED["to"]},
}


@pytest.mark.parametrize(("view", "query"), SILENT.items(), ids=SILENT)
def test_of_loaded_days_no_page_says_only_that_none_was_seen(
    polled_since: str, opened: Callable[..., AppTest], view: str, query: dict[str, str]
) -> None:
    app = opened(polled_since, view, **query)
    assert not app.exception
    shown = words_of(app)
    assert "loaded from a package" in shown
    said = words_trends.LOADED_ISSUE if view == "summary" else words_trends.LOADED_SILENT
    assert said in shown
    if view == "summary":
        assert words.NONE_SEEN not in shown
        assert not app.get("download_button"), "no file says of such a day that none was seen"


def test_no_update_counts_frozen_days_again(demo: Monitor, own_copy: str, tmp_path: Path) -> None:
    """The archive polls from the last day on, and late articles of frozen days come in: their counts stay."""
    before = {name: [row for row in of if str(LAST) not in map(str, row)] for name, of in rows(own_copy).items()}
    table = daily(demo, own_copy, tmp_path / "out")
    with open_archive(own_copy) as archive:
        some = [one for one in visits(read_sources(demo)) if one.poll.at.date() >= LAST - timedelta(days=3)]
        store(archive, demo, some)
        tag(archive, demo)
    everything = ["update", "--all", "--monitor", str(demo.folder), "--archive", own_copy]
    assert main(everything, clock=lambda: NOW) == 0  # built anew beside what is in use, and switched to
    after = rows(own_copy)
    for name, of in before.items():
        assert set(of) <= set(after[name]), name
    assert daily(demo, own_copy, tmp_path / "out") == table
    assert any(TODAY.isoformat() in map(str, row) for row in after["daily_totals"])


def test_a_day_is_counted_here_or_loaded_never_both(
    demo: Monitor, filled_archive: str, package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(filled_archive.removeprefix("sqlite:///"), copy)
    assert load(demo, f"sqlite:///{copy}", package) == 2
    assert "has seen days from 2031-09-2" in capsys.readouterr().err


def test_loading_the_same_again_changes_nothing(demo: Monitor, own_copy: str, package: Path) -> None:
    before = rows(own_copy)
    assert load(demo, own_copy, package) == 0
    assert rows(own_copy) == before


def test_two_packages_do_not_share_a_day(
    demo: Monitor, filled_archive: str, own_copy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(demo, filled_archive, tmp_path / "other", first="2031-11-20") == 0
    assert load(demo, own_copy, tmp_path / "other") == 2
    assert "were loaded from demo-2031-09-25-2031-11-30 before" in capsys.readouterr().err


def broken(package: Path, folder: Path, file: str, old: str, new: str) -> Path:
    """A copy with one thing changed and its hash told rightly."""
    shutil.copytree(package, folder)
    path = folder / file
    body = path.read_text(encoding="utf-8")
    assert old in body
    path.write_text(body.replace(old, new, 1), encoding="utf-8")
    if file != "datapackage.json":
        head = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        for one in head["resources"]:
            if one["path"] == file:
                one["hash"] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        (folder / "datapackage.json").write_text(json.dumps(head), encoding="utf-8")
    return folder


BROKEN = {
    "another monitor": ("datapackage.json", '"monitor": "demo"', '"monitor": "other"', "is of the monitor 'other'"),
    "no package": ("datapackage.json", '"first_day"', '"first"', "no package of ours"),
    "not JSON": ("datapackage.json", "{", "", "no package of ours"),
    "other columns": ("counts.csv", "indicator,", "subject,", "counts.csv:1: columns are not"),
    "a word for a number": ("totals.csv", ",0,0", ",none,0", "'none': no integer"),
    "a negative number": ("totals.csv", ",0,0", ",-1,0", "'-1': no integer"),
    "an unknown indicator": ("rollup.csv", "food,", "famine,", "'famine': not one of food,"),
    "a day outside": ("observed.csv", "2031-09-25", "2031-09-24", "out of order, or outside"),
    "a cell too many": ("counts.csv", ",1,1\n", ",1,1,1\n", "10 cells in place of 9"),
}


@pytest.mark.parametrize(("file", "old", "new", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_package_is_one_line_and_leaves_the_archive_as_it_was(
    demo: Monitor, second: str, package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    file: str, old: str, new: str, said: str,
) -> None:  # fmt: skip
    assert load(demo, second, broken(package, tmp_path / "broken", file, old, new)) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not Path(second.removeprefix("sqlite:///")).exists()


def test_a_file_that_was_changed_on_the_way_is_seen(
    demo: Monitor, second: str, package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(package, folder)
    with (folder / "counts.csv").open("a", encoding="utf-8") as file:
        file.write("food,reported,2031-11-30,*,*,en,valley,1,1\n")
    assert load(demo, second, folder) == 2
    assert "its hash differs" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_one_line(
    demo: Monitor, second: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(demo, second, tmp_path / "nowhere") == 2
    assert "cannot be read" in capsys.readouterr().err
