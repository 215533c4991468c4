"""One article, from the wire to the summary: a real server, poller, tagger, pages in a real browser, and export.

The two seed articles stand as items in feeds of their outlets, among real feeds of others in several encodings. Feed
bytes that are not ours are read from ../shared and never copied.
"""

import html
import json
import re
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
from feeds.monitor import read_monitor

ROOT = Path(__file__).resolve().parents[1]
SEEDS = {"moscow-times-en": "000_857c8cba49c3c060.txt", "iwpr": "004_6cb7ac752f18925c.txt"}
OTHERS = {  # source of the monitor → real feed bytes, with the encoding they come in
    "apa-az": "az-feed-excerpts/apa.excerpt.xml",
    "qafqazinfo": "az-feed-excerpts/qafqazinfo.excerpt.xml",
    "rbc-ru": "feeds-miniflux/internal/reader/parser/testdata/encoding_WINDOWS-1251.xml",
    "le-monde-international": "feeds-miniflux/internal/reader/parser/testdata/no_encoding_ISO-8859-1.xml",
    "bbc-world": "feeds-miniflux/internal/reader/parser/testdata/encoding_ISO-8859-1.xml",
    "dw-world": "feeds-miniflux/internal/reader/parser/testdata/large_atom.xml",
}


def seed(shared, name):
    """Title and text: the first line that is a headline, and all that follows."""
    lines = (shared / "data" / "seeds" / name).read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("Armenia "))
    return lines[at].strip(), "\n".join(lines[at + 1 :])


def rss(outlet, title, text, published):
    body = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{outlet}</title>
<link>http://example.org/</link><item><title>{html.escape(title)}</title><guid>{outlet}-1</guid>
<link>http://example.org/{outlet}/1</link><pubDate>{format_datetime(published)}</pubDate>
<content:encoded><![CDATA[{body}]]></content:encoded></item></channel></rss>""".encode()


class Wire(BaseHTTPRequestHandler):
    """Serves feeds with an ETag; answers 304 to whoever has it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.server.feeds.get(self.path.strip("/"))
        etag = f'"{hash(body)}"'
        known = self.headers.get("If-None-Match") == etag
        self.server.answers.append((self.path, 404 if body is None else 304 if known else 200))
        self.send_response(self.server.answers[-1][1])
        self.send_header("ETag", etag)
        self.send_header("Content-Length", "0" if known or body is None else str(len(body)))
        self.end_headers()
        if body is not None and not known:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Newspapers:
    """Every feed on a loopback address of its own, as in real life, so that the spacing per host costs no time."""

    def __init__(self, feeds):
        self.feeds, self.answers = feeds, []
        self.servers = {key: self._server(f"127.0.0.{n}") for n, key in enumerate(feeds, start=2)}
        for server in self.servers.values():
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def _server(self, address):
        try:
            server = ThreadingHTTPServer((address, 0), Wire)
        except OSError:  # a system with one loopback address only
            server = ThreadingHTTPServer(("127.0.0.1", 0), Wire)
        server.feeds, server.answers = self.feeds, self.answers
        return server

    def url(self, key):
        host, port = self.servers[key].server_address
        return f"http://{host}:{port}/{key}"

    def close(self):
        for server in self.servers.values():
            server.shutdown()
            server.server_close()


@pytest.fixture(scope="module")
def wire(shared):
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    feeds = {key: rss(key, *seed(shared, name), an_hour_ago) for key, name in SEEDS.items()}
    feeds |= {key: (shared / "data" / "third_party" / path).read_bytes() for key, path in OTHERS.items()}
    newspapers = Newspapers(feeds)
    yield newspapers
    newspapers.close()


@pytest.fixture(scope="module")
def monitor(wire, tmp_path_factory):
    """The real monitor, with these sources at the loopback server and the others left out."""
    folder = tmp_path_factory.mktemp("monitors")
    for file in (ROOT / "monitors").rglob("*.yaml"):
        copy = folder / file.relative_to(ROOT / "monitors")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    listed = yaml.safe_load((folder / "karabakh" / "sources.yaml").read_text(encoding="utf-8"))
    kept = [one for one in listed if one["key"] in wire.feeds]
    assert {one["key"] for one in kept} == set(wire.feeds), "a source of this test is not in sources.yaml any more"
    for one in kept:
        one |= {"url": wire.url(one["key"]), "mirrors": [], "enabled": True, "retired": None}
    (folder / "karabakh" / "sources.yaml").write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    return folder / "karabakh"


@pytest.fixture(scope="module")
def archive_url(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('archive')}/life.db"


def command(*words):
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def polled(wire, monitor, archive_url):
    """Two polls and one tagging, by the commands a person would type."""
    where = ("--monitor", str(monitor), "--archive", archive_url)
    command("feeds", "poll", "--once", "--allow-local", *where)
    first = list(wire.answers)
    command("feeds", "poll", "--once", "--allow-local", *where)
    command("metrics", "update", *where)
    return {"where": where, "first": first, "second": wire.answers[len(first) :]}


def test_the_second_poll_gets_304_and_stores_nothing_twice(polled, wire, archive_url):
    assert sorted(polled["first"]) == sorted((f"/{key}", 200) for key in wire.feeds)
    assert sorted(polled["second"]) == sorted((f"/{key}", 304) for key in wire.feeds)
    with open_archive(archive_url, read_only=True) as archive:
        polls = archive.polls()
        assert len(polls) == 2 * len(wire.feeds)
        assert {poll.outcome for poll in polls} == {"ok", "not-modified"}
        assert archive.article_count() == sum(poll.new for poll in polls) > 30
        for poll in polls:
            assert poll.seen == poll.new + poll.updated + poll.known + sum(poll.dropped.values())


def test_every_encoding_arrives_as_text(polled, archive_url):
    with open_archive(archive_url, read_only=True) as archive:
        whole = "\n".join(one.title + one.text for one in archive.articles(range(1, archive.article_count() + 1)))
    assert "\ufffd" not in whole
    assert not re.search("Ð[°-¿]|Ã©|â€", whole), "text decoded twice"
    for letters in ("[а-я]{5}", "[əğışçö]", "[éèê]"):
        assert re.search(letters, whole)


def evidence_of(archive_url, source):
    from metrics import store

    with open_archive(archive_url, read_only=True) as archive:
        article = next(one for one in archive.articles(range(1, archive.article_count() + 1)) if one.source == source)
        found = store.evidence_of(archive, [article.id])[article.id]
    whole = f"{article.title}\n{article.text}"
    assert all(whole[one.start : one.end] == one.sentence for one in found)
    assert all(whole[one.term_start : one.term_end] == one.term for one in found)
    return found


def test_the_moscow_times_article_says_what_a_reader_finds_in_it(polled, archive_url):
    found = evidence_of(archive_url, "moscow-times-en")
    short_of = [one for one in found if "running short of food, medicines, and fuel" in one.sentence]
    assert {one.indicator for one in short_of if one.stance == "reported"} >= {"food", "medicine", "fuel"}
    assert {one.stance for one in found if one.indicator == "casualties"} <= {"past"}
    assert any(one.indicator == "access" and one.stance == "reported" for one in found)
    assert not any("support" in one.sentence or "newsletter" in one.sentence for one in found)


def test_the_iwpr_article_says_what_a_reader_finds_in_it(polled, archive_url):
    found = evidence_of(archive_url, "iwpr")
    reported = {one.indicator for one in found if one.stance == "reported"}
    assert {"food", "fuel", "access"} <= reported
    assert not any("dictatorial" in one.sentence for one in found), "a reader comment is no evidence"


@pytest.fixture(scope="module")
def site(polled, start_dashboard, monitor, archive_url):
    return start_dashboard(archive_url, monitor, "--no-poll")


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 2200})
    yield page
    page.close()


SENTENCE = "running short of food, medicines, and fuel"
PAGES = {
    "situation": ("", ["Food", "The Moscow Times", "blocking the only road"]),
    "trends": ("trends", ["Food", "stories"]),
    "coverage": ("coverage?q=%22running+short+of+food%22", ["The Moscow Times", "1 story"]),
    "coverage of one indicator": ("coverage?about=Food", ["The Moscow Times", SENTENCE]),
}


@pytest.mark.parametrize(("path", "expected"), PAGES.values(), ids=PAGES)
def test_the_page_shows_the_article(site, page, settle, path, expected):
    page.goto(f"{site.url}/{path}")
    settle(page)
    page.wait_for_function("words => words.every(one => document.body.innerText.includes(one))", arg=expected)


def test_the_words_that_matched_are_marked_in_their_sentence(site, page, settle):
    page.goto(f"{site.url}/coverage")
    settle(page)
    page.wait_for_selector("mark")
    marked = {one.inner_text() for one in page.query_selector_all("mark")}
    assert any("food" in one or "short of" in one for one in marked)


@pytest.mark.parametrize("form", ["md", "html", "json", "csv"])
def test_the_summary_of_the_day_quotes_it(polled, monitor, form, tmp_path):
    day = read_monitor(monitor).day_of(datetime.now(UTC) - timedelta(hours=1)).isoformat()
    out = tmp_path / f"summary.{form}"
    as_of = ("--as-of", datetime.now(UTC).isoformat())
    command("dashboard", "summary", *polled["where"], "--day", day, *as_of, "--format", form, "--out", str(out))
    text = out.read_text(encoding="utf-8-sig")
    plain = html.unescape(re.sub(r"<[^>]+>", "", text)) if form == "html" else text
    assert SENTENCE in plain.replace("\\", "")
    assert "Moscow Times" in plain
    if form == "json":
        assert json.loads(text)
