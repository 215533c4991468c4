"""Pages behind short items, with a real server and a real archive: what is asked, what is stored, what is left."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest

from feeds.archive import Archive, Visit, open_archive
from feeds.archive.pages import attempts_of
from feeds.child import Child
from feeds.fetch import Fetcher
from feeds.fulltext import Wanted, extractor, is_due, is_short, one_a_site, read_pages, what_it_lacks
from feeds.model import Article, Item, Outlet, PageAttempt, ParsedFeed, Poll, Source
from feeds.robots import Robots

PAGES = Path(__file__).parent / "pages"
EN = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))["en"]
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
HTML = "text/html; charset=utf-8"


class Site(ThreadingHTTPServer):
    """`pages`: path → (status, body, headers). Everything it was asked stands in `asked`."""

    daemon_threads = True

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, bytes, Mapping[str, str]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), _Answering)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def has(self, path: str, body: bytes, *, status: int = 200, **headers: str) -> None:
        self.pages[path] = (status, body, {"Content-Type": HTML} | {k.replace("_", "-"): v for k, v in headers.items()})


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site = cast(Site, self.server)
        site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        status, body, headers = site.pages.get(self.path, (404, b"", {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def _serving() -> Iterator[Site]:
    site = Site()
    threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    yield from _serving()


@pytest.fixture
def other_site() -> Iterator[Site]:
    yield from _serving()


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with extractor() as one:
        yield one


class Desk:
    """An archive with one source that asks for full text, and a clock that tests move."""

    def __init__(self, archive: Archive, site: Site, child: Child) -> None:
        self.archive, self.site, self.child = archive, site, child
        self.now, self.robots, self.allow_local = START, Robots(), True
        outlet = Outlet("courier", "Courier", "courier")
        self.source = Source("courier", f"{site.url}/rss", outlet, ("en",), fulltext="relevant")

    def polled(self, text: str = EN["lead"], *, title: str = EN["title"], path: str = "/bread") -> Poll:
        feed = ParsedFeed((Item("g1", f"{self.site.url}{path}", title, text, self.now),))
        visit = Visit(self.source, Poll("courier", self.now, "ok", 200, 0.1, 1), feed)
        return self.archive.store([visit], utc_offset_hours=4)[0]

    @property
    def article(self) -> Article:
        (article,) = self.archive.articles([1])
        return article

    @property
    def attempt(self) -> PageAttempt | None:
        with self.archive.reading() as connection:
            return attempts_of(connection, [1]).get(1)

    def read(self, clean: Callable[[Article, str], str] = lambda _, text: text) -> PageAttempt:
        with Fetcher(
            allow_local=self.allow_local, spacing_seconds=0, total_seconds=2, largest_bytes=1_000_000
        ) as fetcher:
            (attempt,) = read_pages(
                self.archive, [Wanted(self.article, self.source)], fetch=fetcher.fetch, robots=self.robots,
                extract=self.child, clean=clean, clock=lambda: self.now,
            )  # fmt: skip
        if attempt.error != "the article changed meanwhile":
            assert self.attempt == attempt
        return attempt


@pytest.fixture
def desk(tmp_path: Path, site: Site, child: Child) -> Iterator[Desk]:
    site.has("/bread", (PAGES / "en.html").read_bytes())
    with open_archive(f"sqlite:///{tmp_path / 'a.db'}") as archive:
        one = Desk(archive, site, child)
        one.polled()
        yield one


def test_the_page_becomes_a_version_of_its_own_and_search_finds_it(desk: Desk) -> None:
    desk.now += timedelta(minutes=10)
    assert desk.archive.search("anaemia")[1] == 0
    assert desk.read() == PageAttempt(1, desk.now, "ok", 2)
    article = desk.article
    assert all(one in article.text for one in EN["body"])
    assert (article.version, article.changed, article.title) == (2, desk.now, EN["title"])
    assert article.day == (START + timedelta(hours=4)).date()
    assert next(text for number, _, _, text in desk.archive.versions(1) if number == 1) == EN["lead"]
    assert desk.archive.search("anaemia") == ([1], 1)
    assert [one.version for one in desk.archive.versions_after(1, 10)] == [2]


def test_the_next_poll_of_the_same_item_is_known_and_leaves_the_text_alone(desk: Desk) -> None:
    desk.read()
    for _ in range(3):
        desk.now += timedelta(minutes=15)
        poll = desk.polled()
        assert (poll.known, poll.updated, poll.new) == (1, 0, 0)
    assert desk.article.version == 2
    assert EN["body"][-1] in desk.article.text


def test_a_real_edit_of_the_item_is_a_new_version_and_worth_another_look_at_the_page(desk: Desk) -> None:
    attempt = desk.read()
    assert not is_due(attempt, desk.article, desk.now + timedelta(days=5))
    desk.now += timedelta(hours=2)
    assert desk.polled(EN["lead"] + " Corrected.").updated == 1
    assert desk.article.text.endswith("Corrected.")
    assert is_due(attempt, desk.article, desk.now)
    assert desk.read().outcome == "ok"
    assert desk.article.version == 4
    assert desk.polled(EN["lead"] + " Corrected.").known == 1


def test_the_request_is_that_of_a_reader_under_our_own_name(desk: Desk) -> None:
    desk.read()
    assert [path for path, _ in desk.site.asked] == ["/robots.txt", "/bread"]
    headers = desk.site.asked[1][1]
    assert headers["user-agent"].startswith("humanitarian-monitor/")
    assert headers["accept"].startswith("text/html")


def test_what_robots_txt_forbids_is_not_asked(desk: Desk) -> None:
    desk.site.has("/robots.txt", b"User-agent: *\nDisallow: /bread", Content_Type="text/plain")
    assert desk.read().outcome == "forbidden"
    assert [path for path, _ in desk.site.asked] == ["/robots.txt"]
    assert not is_due(desk.attempt, desk.article, START + timedelta(days=5))


@pytest.mark.parametrize(("delay", "asked"), [("1.5", ["/bread", "/salt"]), ("61", ["/bread"])])
def test_a_crawl_delay_is_kept(desk: Desk, delay: str, asked: list[str]) -> None:
    desk.site.has("/robots.txt", f"User-agent: *\nCrawl-delay: {delay}".encode(), Content_Type="text/plain")
    items = (Item(path, desk.site.url + path, EN["title"], EN["lead"], desk.now) for path in ("/bread", "/salt"))
    poll = Poll("courier", desk.now, "ok", 200, 0.1, 1)
    desk.archive.store([Visit(desk.source, poll, ParsedFeed(tuple(items)))], utc_offset_hours=4)
    wanted = [Wanted(one, desk.source) for one in desk.archive.articles([1, 2])]
    began = time.monotonic()
    with Fetcher(allow_local=True, spacing_seconds=0, total_seconds=2) as fetcher:
        attempts = list(read_pages(
            desk.archive, wanted, fetch=fetcher.fetch, robots=desk.robots, extract=desk.child,
            clean=lambda _, text: text, clock=lambda: desk.now,
        ))  # fmt: skip
    assert [path for path, _ in desk.site.asked] == ["/robots.txt", *asked]
    assert len(attempts) == len(asked), "what was not asked is no attempt: it is wanted again"
    assert time.monotonic() - began >= 1.5 * (len(asked) - 1)


def test_while_robots_txt_cannot_be_had_nothing_is_asked_and_later_it_is(desk: Desk) -> None:
    desk.site.has("/robots.txt", b"", status=503)
    assert desk.read().outcome == "unreachable"
    assert [path for path, _ in desk.site.asked] == ["/robots.txt"]
    del desk.site.pages["/robots.txt"]
    desk.now += timedelta(hours=1)
    assert is_due(desk.attempt, desk.article, desk.now)
    assert desk.read().outcome == "ok"


def test_a_page_that_was_led_elsewhere_is_judged_by_that_site_too(desk: Desk, other_site: Site) -> None:
    desk.site.has("/bread", b"", status=302, Location=f"{other_site.url}/bread")
    other_site.has("/bread", (PAGES / "en.html").read_bytes())
    other_site.has("/robots.txt", b"User-agent: *\nDisallow: /", Content_Type="text/plain")
    assert desk.read().outcome == "forbidden"
    assert desk.article.text == EN["lead"]
    desk.robots = Robots()
    other_site.has("/robots.txt", b"", Content_Type="text/plain")
    assert desk.read().outcome == "ok"


def test_a_private_address_is_refused_unless_allowed(desk: Desk) -> None:
    desk.allow_local = False
    attempt = desk.read()
    assert attempt.outcome == "unreachable"
    assert "not of the open internet" in attempt.error
    assert desk.site.asked == []


SHORT_PAGE = f"<article><h1>{EN['title']}</h1><p>{EN['lead'][:60]}</p></article>".encode()
PARTNERS = "".join(f"<p>Before you go on, choose whether partner {n} may follow you around.</p>" for n in range(40))
CONSENT = f"<main>{PARTNERS}</main>".encode()
ANSWERS = {  # what the page answers → (outcome, words of the reason)
    "less than the feed": ((200, SHORT_PAGE, {"Content-Type": HTML}), "nothing-more", "the feed's text is kept"),
    "a consent page": ((200, CONSENT, {"Content-Type": HTML}), "nothing-more", "something else"),
    "an empty page": ((200, b"", {"Content-Type": HTML}), "nothing-more", "no article"),
    "a PDF": ((200, b"%PDF", {"Content-Type": "application/pdf"}), "unreadable", "application/pdf"),
    "not found": ((404, b"", {}), "refused", "HTTP 404"),
    "server trouble": ((500, b"", {}), "refused", "HTTP 500"),
    "too many requests": ((429, b"", {"Retry-After": "600"}), "refused", "HTTP 429"),
    "too large": ((200, b"<p>x</p>" * 200_000, {"Content-Type": HTML}), "unreachable", "larger than"),
    "led to a file": ((302, b"", {"Location": "file:///etc/passwd"}), "refused", "not http or https"),
}


@pytest.mark.parametrize(("page", "outcome", "words"), ANSWERS.values(), ids=ANSWERS)
def test_a_page_that_gives_nothing_leaves_the_feed_s_text(
    desk: Desk, page: tuple[int, bytes, Mapping[str, str]], outcome: str, words: str
) -> None:
    desk.site.pages["/bread"] = page
    attempt = desk.read()
    assert attempt.outcome == outcome
    assert words in attempt.error
    assert "\n" not in attempt.error
    assert (desk.article.text, desk.article.version) == (EN["lead"], 1)


def test_an_edit_that_comes_while_the_page_is_read_wins(desk: Desk) -> None:
    def edited(_: Article, text: str) -> str:
        desk.polled("Edited meanwhile.")
        return text

    assert desk.read(clean=edited).error == "the article changed meanwhile"
    assert desk.article.text == "Edited meanwhile."
    assert desk.attempt is None


def test_a_child_that_dies_is_an_outcome(desk: Desk) -> None:
    with Child("tests.feeds.work_of_a_child", seconds=1, megabytes=512) as broken:
        desk.child = broken  # it knows none of our questions
        assert desk.read().outcome == "unreadable"


WAITS = {  # hours known when it was tried, hours since → tried again
    "at once": (0, 0.5, False),
    "after an hour": (0, 1, True),
    "known for ten hours, waited for nine": (10, 9, False),
    "known for ten hours, waited for ten": (10, 10, True),
}


@pytest.mark.parametrize(("known", "since", "again"), WAITS.values(), ids=WAITS)
def test_a_failure_is_tried_again_ever_more_rarely(desk: Desk, known: float, since: float, again: bool) -> None:
    tried = START + timedelta(hours=known)
    attempt = PageAttempt(1, tried, "unreachable", 1, "no answer")
    assert is_due(attempt, desk.article, tried + timedelta(hours=since)) is again


TEXTS = {
    "the whole article": ("word " * 200 + "end.", False),
    "a teaser": ("One sentence.", True),
    "an ellipsis": ("word " * 200 + "and then…", True),
    "three dots": ("word " * 200 + "and then...", True),
    "as WordPress cuts": ("word " * 200 + "[…] The post Bread first appeared on Courier.", True),
    "read more": ("word " * 200 + "Read more »", True),
    "in Russian": ("слово " * 200 + "Читать далее", True),
    "in Turkish": ("kelime " * 200 + "Devamını oku", True),
    "an ellipsis in the middle": ("word " * 100 + "well… " + "word " * 100 + "end.", False),
}


@pytest.mark.parametrize(("text", "short"), TEXTS.values(), ids=TEXTS)
def test_which_text_is_only_a_beginning(text: str, short: bool) -> None:
    assert is_short(len(text), text) is short


def test_a_longer_page_about_the_same_lacks_nothing_in_any_language() -> None:
    for page in json.loads((PAGES / "expected.json").read_text(encoding="utf-8")).values():
        article = Article(1, "s", "g", "u", page["title"], page["lead"], "", "", None, START, START, None)
        assert what_it_lacks(article, "\n".join(page["body"])) == ""


def test_a_round_that_others_wait_for_takes_one_page_of_each_site(desk: Desk) -> None:
    urls = ["http://a.example/1", "http://b.example/1", "http://a.example/2"]
    articles = [Article(n, "s", "g", url, "", "", "", "", None, START, START, None) for n, url in enumerate(urls)]
    assert [one.article.id for one in one_a_site([Wanted(one, desk.source) for one in articles])] == [0, 1]
