"""Walks through real paged feeds on a loopback server: RFC 5005, WordPress, Blogger, and servers that lead astray."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from feeds.archive import Archive, open_archive, role
from feeds.backfill import Walk, backfill
from feeds.errors import ArchiveError
from feeds.fetch import Fetcher
from feeds.model import Outlet, Source
from feeds.paging import older_address, way_back
from feeds.parse import parse
from feeds.poll import poll_round

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
PER_PAGE = 10


def dated(number: int) -> datetime:
    """Article 0 is of today, each further one a day older."""
    return NOW - timedelta(days=number, hours=1)


def item(number: int) -> str:
    return (
        f"<item><title>News {number}</title><link>https://paper.example/{number}</link><guid>n{number}</guid>"
        f"<description>Text {number}.</description><pubDate>{format_datetime(dated(number))}</pubDate></item>"
    )


def rss(numbers: range | list[int], *, links: str = "", generator: str = "") -> bytes:
    named = f"<generator>{generator}</generator>" if generator else ""
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Paper</title>'
        f"{named}{links}{''.join(item(number) for number in numbers)}</channel></rss>"
    ).encode()


def entry(number: int) -> str:
    return (
        f"<entry><id>tag:{number}</id><title>News {number}</title><link href='https://paper.example/{number}'/>"
        f"<updated>{dated(number).isoformat()}</updated><content>Text {number}.</content></entry>"
    )


def atom(numbers: range, links: str) -> bytes:
    entries = "".join(entry(number) for number in numbers)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title>{links}{entries}</feed>'.encode()


class Library(BaseHTTPRequestHandler):
    """Each first part of a path is one way to keep history; 45 articles, ten a page, five on the last."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]] = []
    broken: ClassVar[dict[str, int]] = {}  # path and query → HTTP status, or 0: no answer for a long time
    ending: ClassVar[threading.Event] = threading.Event()
    total = 45

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        status = type(self).broken.get(self.path)
        if status == 0:
            type(self).ending.wait(20)
        if status is not None:
            return self.answer(status or 500, b"broken")
        parts = urlsplit(self.path)
        query = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
        way, _, rest = parts.path.strip("/").partition("/")
        return getattr(self, f"on_{way}")(rest, query)

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def page(self, number: int) -> range:
        return range((number - 1) * PER_PAGE, min(number * PER_PAGE, self.total))

    def on_wordpress(self, _: str, query: dict[str, int]) -> None:
        """As WordPress does: 404, and a page for people, behind the last one."""
        numbers = self.page(query.get("paged", 1))
        if not numbers:
            return self.answer(404, b"<!DOCTYPE html><html><title>Page not found</title></html>")
        return self.answer(200, rss(numbers, generator="https://wordpress.org/?v=6.4.2"))

    def on_silent(self, _: str, query: dict[str, int]) -> None:
        """WordPress that does not say so, and answers with an empty feed behind the last page."""
        self.answer(200, rss(self.page(query.get("paged", 1))))

    def on_ignores(self, _: str, query: dict[str, int]) -> None:
        """The first page for ever, whatever is asked; an advertisement on it changes every time."""
        self.answer(200, rss([*range(PER_PAGE), 100 + len(type(self).asked)]))

    def on_clamps(self, _: str, query: dict[str, int]) -> None:
        """The last page again behind the last page."""
        self.answer(200, rss(self.page(min(query.get("paged", 1), 3)), generator="wordpress.org"))

    def on_no_history(self, _: str, query: dict[str, int]) -> None:
        self.answer(404, b"") if query else self.answer(200, rss(range(PER_PAGE)))

    def on_archive(self, rest: str, _: dict[str, int]) -> None:
        """RFC 5005, section 4: the feed, and archive documents that link to the one before, by relative addresses."""
        number = int(rest or 1)
        older = f'<link rel="prev-archive" href="/archive/{number + 1}"/>' if number < 5 else ""
        trap = '<link rel="next" href="/trap"/>' if number == 1 else ""  # the feed is paged too; its archive is better
        self.answer(200, atom(self.page(number), trap + older))

    def on_paged(self, _: str, query: dict[str, int]) -> None:
        """RFC 5005, section 3, in RSS; the third page is empty and goes on."""
        number = query.get("p", 1)
        numbers = [] if number == 3 else self.page(number)
        older = f'<atom:link rel="next" href="?p={number + 1}"/>' if number < 5 else ""
        self.answer(200, rss(numbers, links=older))

    def on_circle(self, rest: str, _: dict[str, int]) -> None:
        """1 → 2 → 3 → 1."""
        number = int(rest or 1)
        older = f"/{number + 1}" if number < 3 else ""
        self.answer(200, atom(self.page(number), f'<link rel="prev-archive" href="/circle{older}"/>'))

    def on_maze(self, rest: str, _: dict[str, int]) -> None:
        """Ever new addresses of the same three pages."""
        number = int(rest or 1)
        self.answer(200, atom(self.page((number - 1) % 3 + 1), f'<link rel="next" href="/maze/{number + 1}"/>'))

    def on_blogger(self, _: str, query: dict[str, int]) -> None:
        start = query.get("start-index", 1) - 1
        self.answer(200, rss(range(start, min(start + PER_PAGE, self.total)), generator="Blogger"))

    def on_json(self, _: str, query: dict[str, int]) -> None:
        number = query.get("page", 1)
        items = [
            {"id": f"n{n}", "url": f"https://paper.example/{n}", "content_text": f"Text {n}.",
             "date_published": dated(n).isoformat()} for n in self.page(number)
        ]  # fmt: skip
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "items": items}
        self.answer(200, json.dumps(feed | ({"next_url": f"?page={number + 1}"} if number < 5 else {})).encode())

    def on_undated(self, _: str, query: dict[str, int]) -> None:
        body = rss(self.page(query.get("paged", 1)), generator="wordpress.org").replace(b"pubDate", b"noDate")
        self.answer(200, body)

    def on_poller(self, _: str, query: dict[str, int]) -> None:
        self.on_wordpress("", query)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients are killed on purpose here."""


@pytest.fixture
def library() -> Iterator[type[Library]]:
    Library.asked.clear()
    Library.broken.clear()
    Library.ending.clear()
    yield Library
    Library.ending.set()


@pytest.fixture
def base(library: type[Library]) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), library)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(f"sqlite:///{tmp_path / 'archive.db'}") as archive:
        yield archive


@pytest.fixture
def walk(archive: Archive, base: str) -> Iterator[Callable[..., Walk]]:
    """`walk("wordpress", days=60)`: one source, back that many days."""
    with Fetcher(allow_local=True, spacing_seconds=0, total_seconds=2) as fetcher:

        def go(name: str, *, days: int = 1_000, most_pages: int = 50, now: datetime = NOW) -> Walk:
            walks = backfill(
                archive, [source(name, base)], since=NOW - timedelta(days=days), fetch=fetcher.fetch,
                clock=lambda: now, utc_offset_hours=4, most_pages=most_pages,
            )  # fmt: skip
            return walks[0]

        yield go


def source(name: str, base: str) -> Source:
    return Source(name, f"{base}/{name}", Outlet("o", "O", "o"), ("en",))


def titles(archive: Archive) -> set[str]:
    return {one.url.rsplit("/", 1)[1] for one in archive.articles(list(range(1, archive.article_count() + 1)))}


WHOLE = {  # way to keep history → (state, words, pages read)
    "wordpress": ("done", "HTTP 404 after page 5", 5),
    "silent": ("done", "an empty page after page 5", 6),
    "archive": ("done", "names no page before", 5),
    "blogger": ("done", "an empty page", 6),
    "json": ("done", "names no page before", 5),
}


@pytest.mark.parametrize("way", WHOLE)
def test_the_whole_history_is_walked_stored_once_and_marked(walk, archive: Archive, way: str) -> None:
    state, words, pages = WHOLE[way]
    done = walk(way)
    assert (done.state, done.pages, done.new) == (state, pages, 45)
    assert words in done.ended
    assert titles(archive) == {str(number) for number in range(45)}
    stored = archive.articles(list(range(1, 46)))
    assert all(one.backfill for one in stored)
    assert {one.day for one in stored} == {(dated(number) + timedelta(hours=4)).date() for number in range(45)}
    assert all(one.first_time == one.published for one in stored)
    assert archive.polls() == []  # history is no poll: it says nothing about what could be seen on those days


def test_a_walk_ends_at_its_day_and_leaves_older_articles_out(walk, archive: Archive, library) -> None:
    done = walk("wordpress", days=15)
    assert (done.state, done.ended) == ("done", "back to the day that was asked for")
    assert titles(archive) == {str(number) for number in range(15)}
    assert library.asked == ["/wordpress", "/wordpress?paged=2", "/wordpress?paged=3"]
    with archive.reading() as connection:
        rows = connection.execute(text("SELECT items_seen, items_new, items_known, dropped FROM backfills")).all()
    assert [tuple(row[:3]) for row in rows] == [(10, 10, 0), (10, 5, 0), (10, 0, 0)]
    assert [json.loads(row[3]) for row in rows] == [{}, {"too-old": 5}, {"too-old": 10}]


ASTRAY = {  # server that leads astray → (state, words, articles, requests)
    "ignores": ("none", "the same page", 11, 2),
    "clamps": ("done", "the same page after page 3", 30, 4),
    "no_history": ("none", "HTTP 404 instead of page 2", 10, 2),
    "circle": ("done", "in a circle", 30, 3),
    "maze": ("done", "repeat themselves", 30, 4),
    "paged": ("done", "names no page before", 35, 5),
    "undated": ("done", "an empty page", 45, 6),
}


@pytest.mark.parametrize("way", ASTRAY)
def test_a_server_that_leads_astray_is_left(walk, archive: Archive, library, way: str) -> None:
    state, words, articles, requests = ASTRAY[way]
    done = walk(way)
    assert (done.state, archive.article_count(), len(library.asked)) == (state, articles, requests)
    assert words in done.ended


def test_articles_without_a_date_are_stored_and_not_counted(walk, archive: Archive) -> None:
    walk("undated", days=3)
    assert {(one.day, one.published) for one in archive.articles(list(range(1, 46)))} == {(None, None)}


def test_a_page_that_fails_is_tried_again_and_the_next_run_goes_on_there(walk, archive: Archive, library) -> None:
    library.broken["/wordpress?paged=3"] = 503
    failed = walk("wordpress")
    assert (failed.state, failed.new) == ("failed", 20)
    assert "HTTP 503" in failed.ended
    assert library.asked.count("/wordpress?paged=3") == 3
    library.broken.clear()
    library.asked.clear()
    done = walk("wordpress")
    assert (done.state, done.new, done.pages, done.pages_now) == ("done", 25, 5, 3)
    assert library.asked[0] == "/wordpress?paged=3"
    assert archive.article_count() == 45


def test_a_feed_that_cannot_be_read_at_all_has_failed(walk, library) -> None:
    library.broken["/wordpress"] = 404
    assert walk("wordpress").state == "failed"


def test_a_run_reads_no_more_pages_than_it_may_and_the_next_one_goes_on(walk, archive: Archive, library) -> None:
    states = [walk("archive", most_pages=2).state for _ in range(3)]
    assert states == ["paused", "paused", "done"]
    assert library.asked == ["/archive", *(f"/archive/{number}" for number in range(2, 6))]
    assert archive.article_count() == 45


def test_a_finished_walk_starts_anew_and_adds_nothing(walk, archive: Archive) -> None:
    walk("wordpress")
    again = walk("wordpress", now=NOW + timedelta(hours=1))
    assert (again.state, again.pages, again.new, again.known) == ("done", 5, 0, 45)


def test_a_walk_broken_off_long_ago_or_less_far_reaching_starts_anew(walk, library) -> None:
    walk("wordpress", days=30, most_pages=1)
    walk("wordpress", days=40, most_pages=1)
    walk("wordpress", days=40, most_pages=1, now=NOW + timedelta(days=8))
    assert library.asked == ["/wordpress"] * 3
    walk("wordpress", days=20, most_pages=1, now=NOW + timedelta(days=8))
    assert library.asked[3] == "/wordpress?paged=2"


def test_the_first_page_of_a_polled_source_is_left_to_the_poller(walk, archive: Archive, base: str) -> None:
    one = source("poller", base)
    with Fetcher(allow_local=True, spacing_seconds=0) as fetcher:
        poll_round(archive, [one], fetch=fetcher.fetch, clock=lambda: NOW, utc_offset_hours=4)
    state = archive.states()["poller"]
    done = walk("poller", now=NOW + timedelta(minutes=1))
    assert (done.state, done.new) == ("done", 35)
    assert [one.backfill for one in archive.articles(list(range(1, 46)))] == [False] * 10 + [True] * 35
    after = archive.states()["poller"]
    assert (after.polls, after.last_success, after.next_poll) == (state.polls, state.last_success, state.next_poll)


def test_history_does_not_replace_what_is_there(walk, archive: Archive, library, monkeypatch) -> None:
    """An archive may hold an older text than the feed: walks go from new to old, and never back."""
    walk("wordpress", days=5)
    old = rss(range(PER_PAGE)).replace(b"Text ", b"As first written ")
    monkeypatch.setattr(library, "on_wordpress", lambda self, rest, query: self.answer(200, old))
    again = walk("wordpress", days=5, now=NOW + timedelta(hours=1))
    assert (again.new, again.known) == (0, 5)
    assert {one.text.split()[0] for one in archive.articles(list(range(1, 6)))} == {"Text"}


def test_a_page_of_thousands_is_stored_in_parts_and_counted_whole(walk, archive: Archive, library, monkeypatch) -> None:
    monkeypatch.setattr(
        library, "on_huge", lambda self, rest, query: self.answer(200, rss(range(1_000))), raising=False
    )
    assert walk("huge").new == 1_000
    with archive.reading() as connection:
        assert connection.execute(text("SELECT items_seen, items_new FROM backfills LIMIT 1")).one() == (1_000, 1_000)


def test_sources_walk_side_by_side_and_one_that_fails_stops_no_other(archive: Archive, base: str, library) -> None:
    library.broken["/archive/2"] = 403
    ended: list[str] = []
    with Fetcher(allow_local=True, spacing_seconds=0, per_host=8) as fetcher:
        walks = backfill(
            archive, [source(name, base) for name in ("wordpress", "archive", "ignores")],
            since=NOW - timedelta(days=90), fetch=fetcher.fetch, clock=lambda: NOW, utc_offset_hours=4,
            on_end=lambda walk: ended.append(walk.source.key),
        )  # fmt: skip
    assert [one.state for one in walks] == ["done", "failed", "none"]
    assert sorted(ended) == ["archive", "ignores", "wordpress"]


def test_two_requests_to_one_host_keep_their_distance(archive: Archive, base: str) -> None:
    with Fetcher(allow_local=True, spacing_seconds=0.3) as fetcher:
        began = time.monotonic()
        backfill(
            archive, [source("wordpress", base)], since=NOW - timedelta(days=25), fetch=fetcher.fetch,
            clock=lambda: NOW, utc_offset_hours=4,
        )  # fmt: skip
        assert time.monotonic() - began >= 3 * 0.3  # four pages


def test_two_backfills_at_once_are_one_too_many_and_a_poller_may_work_beside(tmp_path: Path) -> None:
    with (
        open_archive(f"sqlite:///{tmp_path / 'a.db'}") as archive,
        role(archive, "poller"),
        role(archive, "backfill"),
        pytest.raises(ArchiveError, match="another backfill"),
    ):
        role(archive, "backfill").__enter__()


def test_feeds_say_where_their_older_pages_are() -> None:
    both = atom(range(1), '<link rel="next" href="/n"/><link rel="prev-archive" href="../p"/>')
    feed = parse("a", both, url="https://a.example/x/feed")
    assert (feed.older, way_back(feed, both)) == ("https://a.example/p", "links")
    hostile = atom(range(1), '<link rel="next" href="file:///etc/passwd"/>')
    assert parse("a", hostile, url="https://a.example/").older == ""
    plain = parse("a", rss(range(1)))
    generators = {"https://wordpress.org/?v=6": "wordpress", "Blogger": "blogger", "Drupal": "guess", "": "guess"}
    assert {name: way_back(plain, rss(range(1), generator=name)) for name in generators} == generators
    assert older_address("guess", "http://a/?q=x&paged=2x", plain) == "http://a/?q=x&paged=2"
    assert older_address("blogger", "http://a/feed?max-results=1&start-index=7", plain).endswith("&start-index=8")


# The command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, root: Path, base: str) -> Path:
    """A monitor with two sources in the library: one with history, one without."""
    shutil.copy(root / "monitors" / "karabakh" / "monitor.yaml", tmp_path)
    (tmp_path / "outlets.yaml").write_text("- {key: lantern, name: Lantern, family: lantern, side: regional}\n")
    (tmp_path / "sources.yaml").write_text(
        f"- {{key: blog, url: '{base}/wordpress', outlet: Lantern, language: en}}\n"
        f"- {{key: flat, url: 'http://localhost:{urlsplit(base).port}/ignores', outlet: Lantern, language: en}}\n"
    )
    return tmp_path


@pytest.fixture
def start(folder: Path, root: Path) -> Callable[..., subprocess.Popen[str]]:
    def go(*arguments: str) -> subprocess.Popen[str]:
        environment = os.environ | {"MONITOR": str(folder), "MONITOR_ARCHIVE": f"sqlite:///{folder / 'a.db'}"}
        return subprocess.Popen(
            [sys.executable, "-m", "feeds", "backfill", *arguments],
            cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return go


def test_the_command_says_a_line_a_source_and_a_total(start, folder: Path) -> None:
    process = start("--since", "2026-10-25", "--allow-local")
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said.startswith("blog: 2 pages back to 2026-10-14, 9 new, 0 known: done: back to the day")
    assert "flat: " in errors
    assert "none: no older pages" in errors
    assert "1 of 2 sources walked back, 1 have no history; 4 pages read" in errors


def test_one_source_as_json_with_status_0(start) -> None:
    process = start("--since", "2026-10-30", "--allow-local", "--source", "blog", "--json")
    said, _ = process.communicate(timeout=120)
    row = json.loads(said)
    assert process.returncode == 0
    assert (row["source"], row["state"], row["way"], row["next"]) == ("blog", "done", "wordpress", None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--since", "soon"], "not a day"),
        (["--since", "2999-01-01"], "still to come"),
        (["--since", "2026-01-01", "--source", "fog"], 'no source "fog"'),
        (["--since", "2026-01-01", "--max-pages", "0"], "not a number of pages"),
        ([], "--since"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(start, arguments: list[str], words: str) -> None:
    process = start(*arguments)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert words in errors
    assert "Traceback" not in errors


def test_a_walk_that_is_killed_goes_on_where_it_stood(start, folder: Path, library) -> None:
    library.broken["/wordpress?paged=2"] = 0
    arguments = ("--since", "2026-10-10", "--allow-local", "--source", "blog")
    process = start(*arguments)
    deadline = time.monotonic() + 180
    while "/wordpress?paged=2" not in library.asked and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=120)
    assert library.asked == ["/wordpress", "/wordpress?paged=2"]
    with open_archive(f"sqlite:///{folder / 'a.db'}", read_only=True) as archive:
        assert archive.article_count() == 10
    library.broken.clear()
    library.asked.clear()
    again = start(*arguments)
    said, _ = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert library.asked == ["/wordpress?paged=2", "/wordpress?paged=3", "/wordpress?paged=4"][: len(library.asked)]
    with open_archive(f"sqlite:///{folder / 'a.db'}", read_only=True) as archive:
        assert titles(archive) == {str(number) for number in range(archive.article_count())}
        assert archive.article_count() > 20
