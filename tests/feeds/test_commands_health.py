"""`doctor` and `ledger` as people run them, on archives that are well, ill, and damaged."""

# ruff: noqa: F811  fixtures of another module are arguments here
from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.archive import Archive, Visit
from feeds.archive.schema import HEAD
from feeds.doctor import examine, look
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source
from feeds.monitor import read_monitor
from feeds.sources import read_sources
from tests.feeds.test_commands import environment, feeds, folder  # noqa: F401  fixtures

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


def file_of(folder: Path) -> Path:
    return folder / "data" / "archive.db"


# doctor --------------------------------------------------------------------------------------------------------------


def test_the_doctor_without_an_archive_says_so_and_looks_at_the_rest(feeds) -> None:
    done = feeds("doctor")
    assert done.returncode == 1
    assert "WRONG         archive: archive " in done.stdout
    assert "no such file yet" in done.stdout
    assert "data files: " in done.stdout
    assert "new           alive: not polled yet" in done.stdout
    assert done.stderr == ""


def test_a_broken_source_is_named_with_its_evidence_and_status_1(feeds, folder: Path) -> None:
    feeds("poll", "--once", "--allow-local")
    first = feeds("doctor")
    assert first.returncode == 0, first.stdout
    for line in ("integrity_check ok", f"schema: version {HEAD}", "write lock: free", "disk: ", " authorities in "):
        assert line in first.stdout
    assert "new           dead: never answered yet" in first.stdout
    for _ in range(2):
        feeds("poll", "--once", "--allow-local")
    ill = feeds("doctor")
    assert ill.returncode == 1
    assert "broken        dead: never a success, 3 failures in a row: " in ill.stdout
    assert "switched off  off: until someone turns it on" in ill.stdout
    assert "1 broken, 1 new, 1 switched off" in ill.stdout
    value = json.loads(feeds("doctor", "--json").stdout)
    assert (value["sound"], value["broken"]) == (True, True)
    listed = {row["key"]: (row["condition"], row["evidence"]) for row in json.loads(feeds("sources", "--json").stdout)}
    assert listed == {row["source"]: (row["condition"], row["evidence"]) for row in value["sources"]}


def test_moves_farewells_and_mirrors_are_named_with_what_to_do(feeds, folder: Path, at) -> None:
    with (folder / "sources.yaml").open("a") as file:
        for key, path in (("gone", "/410"), ("moved", "/moved"), ("stale", "/304-always")):
            file.write(f"- {{key: {key}, url: '{at(path)}', outlet: Lantern, language: en}}\n")
        mirrors = f"mirrors: ['{at('/last-modified')}']"
        file.write(f"- {{key: twin, url: '{at('/404')}', {mirrors}, outlet: Lantern, language: en}}\n")
    for _ in range(2):
        feeds("poll", "--once", "--allow-local")
    told = feeds("doctor").stdout
    assert "note          gone: gone (410): asked daily; write `retired: why` into sources.yaml" in told
    assert "suspect       stale: 304 (not changed) also to requests for everything, 2 failures; last new: none" in told
    assert f"note          moved: moved for good; write `url: {at('/etag')}` into sources.yaml" in told
    assert f"note          twin: answered by {at('/last-modified')}, not by its own address" in told


def test_a_damaged_archive_is_found_and_status_1(feeds, folder: Path) -> None:
    feeds("poll", "--once", "--allow-local")
    body = bytearray(file_of(folder).read_bytes())
    body[8 * 4096 : -4096] = bytes(len(body) - 9 * 4096)
    file_of(folder).write_bytes(bytes(body))
    done = feeds("doctor")
    assert done.returncode == 1
    assert "WRONG         archive: " in done.stdout
    assert "damaged" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_writer_that_never_ends_is_found(feeds, folder: Path) -> None:
    feeds("poll", "--once", "--allow-local")
    with sqlite3.connect(file_of(folder), isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        done = feeds("doctor")
        holder.execute("ROLLBACK")
    assert done.returncode == 1
    assert "WRONG         write lock: " in done.stdout


def test_a_clock_that_is_wrong_is_found(folder: Path, feeds) -> None:
    feeds("poll", "--once", "--allow-local")
    url, monitor = environment(folder)["MONITOR_ARCHIVE"], read_monitor(folder)
    sources, now = read_sources(monitor), datetime.now(UTC)
    clocks = [
        next(one for one in examine(monitor, sources, url, now=now - behind).findings if one.what == "clock")
        for behind in (timedelta(0), timedelta(hours=3))
    ]
    assert clocks[0].problem == ""
    assert "minutes in the future; set this machine's clock" in clocks[1].problem


def test_certificates_that_are_not_there_are_found(folder: Path, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    report = examine(read_monitor(folder), (), "sqlite:////no/such.db", now=NOW)
    assert "No such file" in next(one.problem for one in report.findings if one.what == "certificates")


# what the archive says of silence ------------------------------------------------------------------------------------

SOURCE = Source("paper", "https://paper.example/rss", Outlet("o", "O", "o"), ("en",))


def history(archive: Archive, days: int, *, silent: int = 0) -> None:
    """Four polls a day, two new articles each, none in the last days; the feed keeps the four newest."""
    numbers: list[int] = []
    visits = []
    for n in range(days * 4):
        at = NOW - timedelta(days=days) + timedelta(hours=6 * (n + 1)) - timedelta(minutes=5)
        if n < (days - silent) * 4:
            numbers += [2 * n, 2 * n + 1]
        items = [
            Item(f"g{m}", f"https://paper.example/{m}", f"Title {m}", f"text {m}", at - timedelta(hours=1))
            for m in numbers[-4:]
        ]
        visits.append(Visit(SOURCE, Poll("paper", at, "ok", 200, 0.1, 10), ParsedFeed(tuple(items))))
    archive.store(visits, utc_offset_hours=4)


@pytest.mark.parametrize(("silent", "word"), [(0, "answers"), (2, "quiet"), (4, "suspect")])
def test_the_ledger_is_read_the_same_from_every_archive(archive: Archive, silent: int, word: str) -> None:
    history(archive, 40, silent=silent)
    seen = look(archive, [SOURCE], zone=read_zone(), now=NOW)[0]
    assert seen.condition.word == word, seen.condition
    assert seen.condition.expected == pytest.approx(56, rel=0.1)
    assert seen.condition.brought == (7 - silent) * 8


def read_zone():
    from datetime import timezone

    return timezone(timedelta(hours=4))


def test_a_lost_window_is_counted_and_dated(archive: Archive) -> None:
    for n, numbers in enumerate(((1, 2), (2, 3), (8, 9))):
        items = [Item(f"g{m}", f"https://paper.example/{m}", f"Title {m}", "text", NOW) for m in numbers]
        poll = Poll("paper", NOW + timedelta(hours=n), "ok", 200, 0.1, 10)
        archive.store([Visit(SOURCE, poll, ParsedFeed(tuple(items)))], utc_offset_hours=4)
    assert archive.last_losses(NOW - timedelta(days=1)) == {"paper": (1, NOW + timedelta(hours=2))}
    hours = archive.hourly_polls(NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert list(hours["new"]) == [0, 1, 2], "the stock of the first answer is not counted"
    assert list(hours["lost"]) == [0, 0, 1]


# ledger --------------------------------------------------------------------------------------------------------------


def test_the_ledger_of_a_day_prints_every_poll_and_sums_that_agree(feeds, hostile, rss, folder: Path) -> None:
    hostile.feeds["alive"] = rss("bread", "water", "bread")
    feeds("poll", "--once", "--allow-local", "--vantage", "Tbilisi, home line")
    done = feeds("ledger")
    assert done.returncode == 0
    assert "2 polls, made from Tbilisi, home line" in done.stdout
    assert "alive: ok 200, 3 seen = 2 new + 0 updated + 0 known + 1 dropped (1 repeated)" in done.stdout
    assert "dead: refused 500, " in done.stdout
    assert "dropped, repeated: 1 (the same item stands twice in one feed)" in done.stdout
    assert done.stdout.rstrip().endswith("1 dropped (1 repeated): the sums agree")
    value = json.loads(feeds("ledger", "--json", "--source", "alive").stdout)
    assert (value["sums_agree"], value["all"]["seen"], value["all"]["dropped"]) == (True, 3, {"repeated": 1})
    assert [poll["vantage"] for poll in value["polls"]] == ["Tbilisi, home line"]
    yesterday = feeds("ledger", "--day", "2020-01-01")
    assert (yesterday.returncode, "0 polls" in yesterday.stdout) == (0, True)


def test_a_ledger_that_somebody_changed_is_found_out(feeds, folder: Path) -> None:
    feeds("poll", "--once", "--allow-local")
    with sqlite3.connect(file_of(folder)) as raw:
        raw.execute("UPDATE polls SET items_seen = items_seen + 1 WHERE source = 'alive'")
    done = feeds("ledger")
    assert done.returncode == 1
    assert "THE SUMS DO NOT AGREE" in done.stdout
    assert "changed from outside" in done.stderr


WRONG = {
    "a day that is none": (["ledger", "--day", "soon"], "not a day; write it as 20"),
    "a source nobody knows": (["ledger", "--source", "fog"], 'no source "fog"'),
    "no monitor": (["doctor", "--monitor", "/no/such"], "no such monitor folder"),
}


@pytest.mark.parametrize(("arguments", "words"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_one_line_and_status_2(feeds, arguments: list[str], words: str) -> None:
    done = feeds(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
