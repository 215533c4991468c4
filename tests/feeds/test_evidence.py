"""Bytes as evidence: what is kept of an answer, for how long, and what a bundle holds."""

import argparse
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from feeds.__main__ import main
from feeds.archive import Visit, open_archive
from feeds.errors import DataFileError
from feeds.evidence import edits_of
from feeds.keeping import Keeping
from feeds.model import Body, Item, Outlet, ParsedFeed, Poll, Source, Version
from feeds.options import keep_evidence_of

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SOURCE = Source("paper-en", "http://example.org/rss", Outlet("paper", "Paper", "paper"), ("en",))


def item(n, text="No fuel was left in the town.", **changes):
    base = Item(f"guid-{n}", f"http://example.org/{n}", f"Title number {n}", text, NOON - timedelta(hours=n))
    return replace(base, **changes)


def visit(*items, at=NOON, content=b"<rss>one</rss>", **changes):
    body = Body("http://example.org/rss", 200, (("content-type", "text/xml"), ("etag", '"1"')), content)
    poll = Poll(SOURCE.key, at, "ok", 200, 0.1, len(content))
    return replace(Visit(SOURCE, poll, ParsedFeed(tuple(items)), body=body), **changes)


def store(archive, *visits):
    return archive.store(visits, utc_offset_hours=4)


def test_the_bytes_that_brought_an_article_are_kept_once_for_all_it_brought(archive):
    store(archive, visit(item(1), item(2)))
    assert [version.body for version in archive.history(1) + archive.history(2)] == [1, 1]
    kept = archive.body(1)
    assert kept.content == b"<rss>one</rss>"
    assert kept.sha256 == hashlib.sha256(b"<rss>one</rss>").hexdigest()
    assert (kept.url, kept.status, kept.at, kept.size) == ("http://example.org/rss", 200, NOON, 14)
    assert kept.headers == (("content-type", "text/xml"), ("etag", '"1"'))


@pytest.mark.parametrize(("level", "as_it_came"), [(6, True), (0, False)])
def test_gzip_is_kept_as_it_came_unless_it_saves_little(archive, level, as_it_came):
    content = b"<rss>" + b"bread and milk " * 200 + b"</rss>"
    came = gzip.compress(content, level, mtime=0)
    arrived = visit(item(1), content=content)
    store(archive, replace(arrived, body=replace(arrived.body, zipped=came)))
    with archive.reading() as connection:
        stored = connection.execute(text("SELECT content FROM bodies")).scalar()
    assert (stored == came) == as_it_came
    assert len(stored) < len(content) / 3
    assert archive.body(1).content == content


def test_a_poll_that_brings_nothing_new_keeps_no_bytes_and_an_edit_keeps_its_own(archive):
    store(archive, visit(item(1)))
    store(archive, visit(item(1), at=NOON + timedelta(hours=1), content=b"<rss>other ads</rss>"))
    store(archive, visit(item(1, text="Corrected."), at=NOON + timedelta(hours=2), content=b"<rss>two</rss>"))
    assert [archive.body(version.body).content for version in archive.history(1)] == [
        b"<rss>one</rss>",
        b"<rss>two</rss>",
    ]
    assert archive.body(3) is None


def test_bytes_go_when_their_time_is_over_and_hash_and_headers_stay(archive):
    store(archive, visit(item(1)), visit(item(1), item(2), at=NOON + timedelta(days=2), content=b"<rss>two</rss>"))
    assert archive.drop_bodies(NOON + timedelta(days=1), 10) == 1
    assert archive.drop_bodies(NOON + timedelta(days=1), 10) == 0
    gone, kept = archive.body(1), archive.body(2)
    assert (gone.content, gone.size, gone.sha256) == (None, 14, hashlib.sha256(b"<rss>one</rss>").hexdigest())
    assert kept.content == b"<rss>two</rss>"


def test_bytes_are_looked_through_once_a_day(archive):
    store(archive, visit(item(1)), visit(item(1), item(2), at=NOON + timedelta(hours=30), content=b"<rss>two</rss>"))
    keeping = Keeping(days=2)
    assert keeping.sweep_if_due(archive, NOON + timedelta(hours=47)) == 0
    assert keeping.sweep_if_due(archive, NOON + timedelta(hours=49)) == 0, "too soon after the last look"
    assert keeping.sweep_if_due(archive, NOON + timedelta(hours=72)) == 1
    assert keeping.sweep_if_due(archive, NOON - timedelta(days=400)) == 0, "a clock that was set back stops nothing"
    assert keeping.sweep_if_due(archive, NOON + timedelta(days=9)) == 1


def test_one_look_drops_only_so_many_oldest_first_and_the_next_comes_soon(archive):
    visits = [visit(item(n), at=NOON + timedelta(hours=n), content=b"<rss>%d</rss>" % n) for n in range(120)]
    store(archive, *visits)
    keeping, late = Keeping(days=1, most_at_a_look=55), NOON + timedelta(days=30)
    assert keeping.sweep_if_due(archive, late) == 55
    assert [number for number in range(1, 121) if archive.body(number).content is None] == list(range(1, 56))
    assert keeping.sweep_if_due(archive, late + timedelta(seconds=30)) == 0, "rounds come between"
    assert keeping.sweep_if_due(archive, late + timedelta(minutes=2)) == 55
    assert keeping.sweep_if_due(archive, late + timedelta(minutes=4)) == 10
    assert keeping.sweep_if_due(archive, late + timedelta(hours=1)) == 0, "all is done: the next look is tomorrow's"


def test_nobody_has_to_keep_bytes(archive):
    store(archive, Keeping(days=0).of(visit(item(1))))
    assert archive.history(1)[0].body is None


KEEP = {"nothing said": (None, "", 90), "environment": (None, "7", 7), "option": (30, "7", 30), "never": (0, "7", 0)}


@pytest.mark.parametrize(("option", "environment", "days"), KEEP.values(), ids=KEEP)
def test_how_long(monkeypatch, option, environment, days):
    monkeypatch.setenv("MONITOR_KEEP_EVIDENCE", environment)
    assert keep_evidence_of(argparse.Namespace(keep_evidence=option)) == days


def test_nonsense_in_the_environment_is_one_line(monkeypatch):
    monkeypatch.setenv("MONITOR_KEEP_EVIDENCE", "forever")
    with pytest.raises(DataFileError, match="MONITOR_KEEP_EVIDENCE: 'forever' is not a whole number of days"):
        keep_evidence_of(argparse.Namespace(keep_evidence=None))


# The bundle -----------------------------------------------------------------------------------------------------------

MONITOR = Path(__file__).parents[2] / "monitors" / "demo"
HOSTILE = 'No <script>alert(1)</script> fuel \x1b[31m\u202e"left"'


@pytest.fixture
def bundled(tmp_path, capsys):
    """`bundled(*visits)`: exit status, what was printed, and the files of the bundle for article 1."""

    def run(*visits, days_later=None):
        url = f"sqlite:///{tmp_path}/bundle.db"
        with open_archive(url) as archive:
            store(archive, *visits)
            if days_later is not None:
                archive.drop_bodies(NOON + timedelta(days=days_later), 10)
        command = ["evidence", "1", "--monitor", str(MONITOR), "--archive", url, "--out", str(tmp_path / "out.zip")]
        status = main(command, clock=lambda: NOON)
        with zipfile.ZipFile(tmp_path / "out.zip") as opened:
            files = {name: opened.read(name) for name in opened.namelist()}
        return status, capsys.readouterr().out, files

    return run


def edited(*, hours=1, **changes):
    at = NOON + timedelta(hours=hours)
    return visit(item(1, **changes), item(3), at=at, content=f"<rss>{hours}</rss>".encode())


def test_a_bundle_holds_the_bytes_of_every_version_and_verifies(bundled, tmp_path):
    status, _, files = bundled(visit(item(1), item(3)), edited(text="No bread was left in the town."))
    assert status == 0
    assert (files["feed-1.xml"], files["feed-2.xml"]) == (b"<rss>one</rss>", b"<rss>1</rss>")
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    verify = [shutil.which("sha256sum"), "-c", "--strict", "SHA256SUMS"]
    told = subprocess.run(verify, cwd=folder, capture_output=True, text=True, check=True).stdout
    assert sorted(told.splitlines()) == sorted(f"{name}: OK" for name in files if name != "SHA256SUMS")
    (folder / "feed-1.xml").write_bytes(b"<rss>forged</rss>")
    assert subprocess.run(verify, cwd=folder, capture_output=True, check=False).returncode == 1


def test_the_hash_of_an_answer_is_that_of_its_file(bundled):
    _, _, files = bundled(visit(item(1)), edited(text="Corrected."))
    told = json.loads(files["article.json"])
    for version in told["versions"]:
        assert version["sha256"] == hashlib.sha256(files[version["file"]]).hexdigest()
    assert [version["text"] for version in told["versions"]] == ["No fuel was left in the town.", "Corrected."]
    assert told["changed_after_publication"] == ["2026-01-02T13:00:00+00:00"]
    headers = json.loads(files["headers.json"])
    assert headers[0]["headers"] == [["content-type", "text/xml"], ["etag", '"1"']]
    assert headers[1]["fetched"] == "2026-01-02T13:00:00+00:00"


def test_the_same_call_gives_the_same_bytes(bundled, tmp_path):
    bundled(visit(item(1)), edited(text="Corrected."))
    first = (tmp_path / "out.zip").read_bytes()
    os.utime(tmp_path / "out.zip", (0, 0))
    bundled()
    assert (tmp_path / "out.zip").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "out.zip") as opened:
        listed = [(entry.filename, entry.date_time) for entry in opened.infolist()]
    assert listed == sorted((name, (1980, 1, 1, 0, 0, 0)) for name, _ in listed), "nothing of the day is in it"


def test_the_history_says_what_was_changed_and_that_it_has_gone(bundled):
    _, told, files = bundled(
        visit(item(1), item(3)), edited(text="No bread was left in the town."), edited(hours=2, text="Some was left."),
        visit(item(3), at=NOON + timedelta(hours=9)),
    )  # fmt: skip
    assert "Changed after publication 2 times, last seen 2026-01-02 14:00 UTC." in told
    assert "Gone from the feed since 2026-01-02 21:00 UTC, while older articles were still in it." in told
    assert "text: No [-fuel-]{+bread+} was left in the town." in told
    assert hashlib.sha256(b"<rss>one</rss>").hexdigest() in told
    assert "No [-fuel-]{+bread+} was left in the town." in files["diff.txt"].decode()
    assert "No <del>fuel</del><ins>bread</ins> was left in the town." in files["diff.html"].decode()
    assert "Changed after publication 2 times" in files["README.txt"].decode()


def test_an_article_that_stayed_as_it_was_says_no_more_than_that(bundled):
    _, told, files = bundled(visit(item(1)))
    assert "No change after publication was seen, and it was not seen to leave the feed before its turn." in told
    assert "Changed" not in told
    assert "feed-2.xml" not in files


def test_when_the_bytes_are_gone_the_bundle_says_so_and_keeps_their_hash(bundled):
    _, told, files = bundled(visit(item(1)), days_later=100)
    digest = hashlib.sha256(b"<rss>one</rss>").hexdigest()
    assert "feed-1.xml" not in files
    assert digest in files["README.txt"].decode()
    assert "no longer kept" in told


def test_text_of_a_feed_steers_neither_browser_nor_terminal(bundled):
    _, told, files = bundled(visit(item(1)), edited(title=HOSTILE, text=HOSTILE))
    page = files["diff.html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    for shown in (told, page, files["diff.txt"].decode(), files["README.txt"].decode()):
        assert not set("\x1b\u202e") & set(shown)


def test_a_text_from_the_articles_own_page_is_no_edit():
    feed = Version(1, NOON, "Title", "Short.", "http://example.org/1", None)
    page = replace(feed, number=2, text="Short. And the whole of it.", kind="page", seen=NOON + timedelta(hours=1))
    again = replace(feed, number=3, text="Shorter.", seen=NOON + timedelta(hours=2))
    assert edits_of([feed, page]) == ()
    assert [edit.number for edit in edits_of([feed, page, again])] == [3]


WRONG = {
    "no such article": (["evidence", "9"], "no article 9 in the archive"),
    "a file that cannot be written": (
        ["evidence", "1", "--out", "/nowhere/x.zip"],
        "/nowhere/x.zip: cannot be written",
    ),
}


@pytest.mark.parametrize(("command", "says"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_done_is_one_line(tmp_path, capsys, command, says):
    url = f"sqlite:///{tmp_path}/a.db"
    with open_archive(url) as archive:
        store(archive, visit(item(1)))
    assert main([*command, "--monitor", str(MONITOR), "--archive", url], clock=lambda: NOON) == 2
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


# From the wire --------------------------------------------------------------------------------------------------------


@pytest.fixture
def polled(tmp_path, at, hostile):
    """`polled(*options)`: `feeds poll --once` of one source that answers with gzip; then the archive, opened."""
    shutil.copy(MONITOR.parent / "karabakh" / "monitor.yaml", tmp_path)
    (tmp_path / "outlets.yaml").write_text("- {key: lantern, name: Lantern, family: lantern, side: regional}\n")
    (tmp_path / "sources.yaml").write_text(f"- {{key: a, url: '{at('/gzip')}', outlet: Lantern, language: en}}\n")
    url = f"sqlite:///{tmp_path}/a.db"

    def run(*options, later=timedelta(0)):
        command = ["poll", "--once", "--allow-local", "--monitor", str(tmp_path), "--archive", url, *options]
        assert main(command, clock=lambda: NOON + later) == 0
        return open_archive(url, read_only=True)

    return run


def test_what_is_kept_is_what_the_server_has_without_the_coding_of_the_transfer(polled, rss):
    with polled() as archive:
        kept = archive.body(archive.history(1)[0].body)
    assert kept.content == rss("bread")
    assert kept.sha256 == hashlib.sha256(rss("bread")).hexdigest()
    assert dict(kept.headers)["content-encoding"] == "gzip"


def test_a_poll_with_zero_days_keeps_nothing_and_drops_what_was_kept(polled):
    with polled() as archive:
        assert archive.body(1).content is not None
    with polled("--keep-evidence", "0", later=timedelta(hours=1)) as archive:
        assert archive.body(1).content is None


def test_an_impossible_number_of_days_is_wrong_usage(polled, capsys):
    with pytest.raises(AssertionError):
        polled("--keep-evidence", "-3")
    assert "not a whole number of days" in capsys.readouterr().err


def test_a_version_keeps_its_own_address_and_date(archive):
    store(archive, visit(item(1)))
    redated = item(1, text="Corrected.", url="http://example.org/1-new", published=NOON)
    store(archive, visit(redated, at=NOON + timedelta(hours=1)))
    first, second = archive.history(1)
    assert (first.url, first.published) == ("http://example.org/1", NOON - timedelta(hours=1))
    assert (second.url, second.published) == ("http://example.org/1-new", NOON)
    assert archive.article(1).published == NOON - timedelta(hours=1), "it is counted on the day of its first version"
