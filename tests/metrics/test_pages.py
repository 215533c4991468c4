"""`metrics update` with full texts, by the commands a person types: six newspapers on loopback, each with its page."""

from __future__ import annotations

import html
import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from feeds.archive import open_archive
from feeds.archive.pages import remember_attempt, store_page
from feeds.model import Item, Outlet, PageAttempt, Source
from metrics import store
from metrics.daily import daily_table
from metrics.pages import Pages, in_words

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
SAVED = ROOT / "tests" / "feeds" / "pages"
EXPECTED = json.loads((SAVED / "expected.json").read_text(encoding="utf-8"))
CHARSET = {"ru": "windows-1251"}


class Newspaper(ThreadingHTTPServer):
    """One feed with one short item, and the page behind it; a loopback address of its own, as in real life."""

    daemon_threads = True

    def __init__(self, address: str, language: str) -> None:
        self.language, self.asked = language, []
        super().__init__((address, 0), _Answering)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]}:{self.server_port}"

    def body(self, path: str) -> tuple[int, str, bytes]:
        if path == "/page":
            kind = f"text/html; charset={CHARSET[self.language]}" if self.language in CHARSET else "text/html"
            return 200, kind, (SAVED / f"{self.language}.html").read_bytes()
        if path == "/rss":
            return 200, "application/rss+xml", self.feed().encode()
        return 404, "text/plain", b""

    def feed(self) -> str:
        page = EXPECTED[self.language]
        told = format_datetime(datetime.now(UTC) - timedelta(hours=1))
        return (
            f'<rss version="2.0"><channel><title>N</title><link>{self.url}</link><item><guid>1</guid>'
            f"<title>{html.escape(page['title'])}</title><link>{self.url}/page</link><pubDate>{told}</pubDate>"
            f"<description>{html.escape(page['lead'])}</description></item></channel></rss>"
        )


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, kind, body = self.server.body(self.path)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def newspapers():
    made = {language: Newspaper(f"127.0.0.{n}", language) for n, language in enumerate(EXPECTED, start=21)}
    yield made
    for one in made.values():
        one.shutdown()
        one.server_close()


@pytest.fixture(scope="module")
def where(newspapers, tmp_path_factory):
    """Options that name a copy of the real monitor with these newspapers as its sources, and an archive."""
    folder = tmp_path_factory.mktemp("monitors")
    for file in (ROOT / "monitors").rglob("*.yaml"):
        copy = folder / file.relative_to(ROOT / "monitors")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    outlet = yaml.safe_load((folder / "karabakh" / "outlets.yaml").read_text(encoding="utf-8"))[0]["key"]
    listed = [
        {"key": f"paper-{language}", "url": f"{one.url}/rss", "outlet": outlet, "language": language}
        | ({} if language == "fr" else {"fulltext": "relevant"})
        for language, one in newspapers.items()
    ]
    (folder / "karabakh" / "sources.yaml").write_text(yaml.safe_dump(listed), encoding="utf-8")
    return ("--monitor", str(folder / "karabakh"), "--archive", f"sqlite:///{folder}/a.db")


def command(*words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def updates(newspapers, where):
    """What `metrics update` printed: first without full texts, then with, then once more."""
    command("feeds", "poll", "--once", "--allow-local", *where)
    without = command("metrics", "update", "--no-fulltext", *where)
    assert not any("/page" in one.asked or "/robots.txt" in one.asked for one in newspapers.values())
    first = command("metrics", "update", "--allow-local", *where)
    return [without, first, command("metrics", "update", "--allow-local", *where)]


@pytest.fixture(scope="module")
def articles(updates, where):
    with open_archive(where[3], read_only=True) as archive:
        found = {one.source.removeprefix("paper-"): one for one in archive.articles(range(1, 7))}
        evidence = store.evidence_of(archive, [one.id for one in found.values()])
    return found, {language: evidence[one.id] for language, one in found.items()}


def test_each_page_is_asked_once_and_only_where_the_source_asks_for_it(updates, newspapers):
    assert [one.asked.count("/page") for one in newspapers.values()] == [1, 1, 1, 1, 1, 0]
    assert [one.asked.count("/robots.txt") for one in newspapers.values()] == [1, 1, 1, 1, 1, 0]
    assert "5 of 5 pages read" in updates[1].stdout
    assert "5 articles tagged" in updates[1].stdout.splitlines()[-1]
    assert "pages" not in updates[0].stdout + updates[2].stdout


@pytest.mark.parametrize("language", [one for one in EXPECTED if one != "fr"])
def test_the_article_is_there_whole_and_nothing_else_of_its_page(articles, language):
    article, page = articles[0][language], EXPECTED[language]
    assert [one for one in page["body"] if one not in article.text] == []
    assert [one for one in page["gone"] if one in article.text] == []


def test_the_page_says_more_than_the_item_did(articles):
    found, evidence = articles
    for language, article in found.items():
        beyond = [one for one in evidence[language] if one.sentence not in EXPECTED[language]["lead"]]
        assert (article.version, len(beyond) >= 3) == ((1, False) if language == "fr" else (2, True))


def test_the_next_poll_finds_the_items_known(updates, where, articles):
    command("feeds", "poll", "--once", "--allow-local", *where)
    with open_archive(where[3], read_only=True) as archive:
        assert {(one.updated, one.new) for one in archive.polls(limit=6)} == {(0, 0)}
        assert archive.articles([1])[0].text == next(one for one in articles[0].values() if one.id == 1).text


# What is wanted ------------------------------------------------------------------------------------------------------

NOW = datetime(2023, 2, 1, tzinfo=UTC)
RELEVANT = "Nagorno-Karabakh blockade: no bread in Stepanakert"


@pytest.fixture
def desk(newsroom):
    outlet = Outlet("a", "A", "a", "armenian")
    asking = Source("a", "http://a.example/rss", outlet, ("en",), fulltext="relevant")
    silent = Source("b", "http://b.example/rss", Outlet("b", "B", "b", "armenian"), ("en",))
    return newsroom(asking, silent)


def wanted(room, days=7, now=NOW):
    pages = Pages(room.archive, room.tagger, tuple(room.sources.values()), fetch=None, days=days)
    return [one.article.guid for one in pages.wanted(now)]


def test_only_short_relevant_recent_articles_with_an_address_are_wanted(desk):
    long_text = "People in Stepanakert stand in line for bread. " * 20
    day = timedelta(days=1)
    desk.poll(
        "a", NOW - 2 * day,
        ("short", RELEVANT, "No bread.", NOW - 2 * day), ("long", RELEVANT, long_text, NOW - 2 * day),
        ("cut", RELEVANT, f"{long_text}[…]", NOW - 3 * day),
        ("football", "The cup final ended in a draw", "Two goals.", NOW - 2 * day),
        Item("no address", "", RELEVANT + " again", "No bread.", NOW - 2 * day),
    )  # fmt: skip
    desk.poll("b", NOW - 2 * day, ("other", RELEVANT, "No bread at all.", NOW - 2 * day))
    desk.poll("a", NOW - day, ("old", RELEVANT, "No bread, in the archive.", NOW - 40 * day), backfill=True)
    assert wanted(desk) == [], "nothing is tagged yet"
    desk.count()
    assert [one.removeprefix("guid:") for one in wanted(desk)] == ["short", "cut"]
    assert [one.removeprefix("guid:") for one in wanted(desk, days=60)] == ["short", "cut", "old"]
    assert wanted(desk, now=NOW + 10 * day) == []


@pytest.mark.parametrize(("hours", "counted"), [(1, 1), (49, 0)], ids=["within 48 hours", "later"])
def test_what_only_the_page_says_counts_on_the_item_s_day_unless_it_came_too_late(desk, hours, counted):
    desk.poll("a", NOW, ("one", RELEVANT, "No bread.", NOW))
    desk.count()
    (article,) = desk.archive.articles([1])
    text = "No bread.\nIn Stepanakert the hospitals have run out of medicines, doctors said."
    assert store_page(desk.archive, article, text, at=NOW + timedelta(hours=hours))
    desk.count()
    assert {one.indicator for one in store.evidence_of(desk.archive, [1])[1]} >= {"food", "medicine"}
    last = NOW.date() + timedelta(days=5)
    for indicator, expected in (("food", 1), ("medicine", counted)):
        table = daily_table(
            desk.archive, desk.monitor, first=NOW.date(), last=last, indicator=indicator, stance="reported", by=(),
            today=last,
        )  # fmt: skip
        assert list(table["count"].fillna(0))[:3] == [expected, 0, 0]


@pytest.mark.postgres
def test_postgresql_finds_and_stores_the_same_pages(desk, own_database):
    desk.archive.close()
    desk.archive = open_archive(own_database)
    long_text = "People in Stepanakert stand in line for bread. " * 20
    items = [("short", RELEVANT, "No bread."), ("long", RELEVANT, long_text), ("cut", RELEVANT, f"{long_text}[…]")]
    desk.poll("a", NOW, *[(*one, NOW - timedelta(hours=n)) for n, one in enumerate(items)])
    desk.count()
    assert [one.removeprefix("guid:") for one in wanted(desk)] == ["short", "cut"]
    (article,) = desk.archive.articles([1])
    remember_attempt(desk.archive, PageAttempt(1, NOW, "unreachable", 1, "no answer"))
    assert [one.removeprefix("guid:") for one in wanted(desk)] == ["cut"]
    assert store_page(desk.archive, article, "In Stepanakert the hospitals have run out of insulin.", at=NOW)
    assert desk.archive.search("insulin") == ([1], 1)
    assert desk.count().tagged == 1
    assert {one.indicator for one in store.evidence_of(desk.archive, [1])[1]} >= {"medicine"}


def test_attempts_are_summed_up_in_one_line():
    attempts = [PageAttempt(n, NOW, outcome, 1) for n, outcome in enumerate(["ok", "ok", "forbidden", "refused"])]
    assert in_words(attempts) == "2 of 4 pages read, 1 forbidden, 1 refused"
    assert in_words([]) == ""
