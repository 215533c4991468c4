"""Feeds with archive documents (RFC 5005), held against the rules of feedvalidator, and sources as OPML by address."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree

from dashboard.api.endpoints import ROOT
from feeds.monitor import Monitor
from tests.dashboard.api_archive import Reply, call, fill, newer
from tests.pace import pace

pytestmark = pytest.mark.thorough

ATOM, HISTORY = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/history/1.0}"
FEEDS = (
    "/articles?which=all&limit=20&format=atom",
    "/articles?indicator=food&limit=5&format=atom",
    "/alerts?format=atom",
    "/summaries?limit=5&format=atom",
)
Feed = etree._Element


@pytest.fixture(scope="module")
def archive(demo: Monitor, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('shelves')}/archive.db"
    fill(url, demo)
    return url


@pytest.fixture(scope="module")
def server(start_dashboard: Callable[..., Any], demo: Monitor, archive: str) -> str:
    return str(start_dashboard(archive, demo.folder, "--no-poll").url)


def read(server: str, address: str) -> Feed:
    answer = call(server, address)
    assert answer.status == 200, address
    return etree.fromstring(answer.body)


def link(feed: Feed, rel: str) -> str:
    found = [one.get("href") for one in feed.findall(f"{ATOM}link") if one.get("rel") == rel]
    assert len(found) <= 1, f"{rel} stands twice"
    return found[0] if found else ""


def ids(feed: Feed) -> list[str]:
    return [one.findtext(f"{ATOM}id") for one in feed.iter(f"{ATOM}entry")]


@pytest.fixture(scope="module")
def chains(server: str) -> dict[str, dict[str, Reply]]:
    """path → address → the feed, and its archive documents from new to old; of summaries a few weeks."""
    return {path: dict(_walked(server, path, 3 if "summaries" in path else 1_000)) for path in FEEDS}


def _walked(server: str, path: str, most: int) -> Iterator[tuple[str, Reply]]:
    address, seen = ROOT + path, set()
    while address and len(seen) < most:
        assert address not in seen, "archives lead in a circle"
        seen.add(address)
        answer = call(server, address)
        assert answer.status == 200, address
        yield address, answer
        address = link(etree.fromstring(answer.body), "prev-archive")


@pytest.mark.parametrize("path", FEEDS[:3])
def test_the_feed_and_its_archives_hold_everything(server: str, chains: dict[str, dict[str, Reply]], path: str) -> None:
    documents = [etree.fromstring(answer.body) for answer in chains[path].values()]
    found = {one for feed in documents for one in ids(feed)}
    pages, address = set(), re.sub(r"limit=\d+&", "limit=300&", ROOT + path)
    while address:
        page = read(server, address)
        pages |= set(ids(page))
        address = link(page, "next")
    assert found == pages
    assert len(documents) > 1 or "alerts" in path
    assert all(ids(feed) for feed in documents[1:]), "no empty archive"
    assert len({feed.findtext(f"{ATOM}id") for feed in documents}) == 1, "one feed"
    between = [set(ids(feed)) for feed in documents[1:]]
    assert sum(map(len, between)) == len(set().union(*between)), "an entry stands in one archive"


def test_weeks_of_summaries_follow_each_other_without_a_gap(chains: dict[str, dict[str, Reply]]) -> None:
    feeds = [etree.fromstring(answer.body) for answer in chains[FEEDS[3]].values()]
    alternates = [
        one.get("href") for feed in feeds for one in feed.iter(f"{ATOM}link") if one.get("rel") == "alternate"
    ]
    days = sorted({date.fromisoformat(one.partition("=")[2]) for one in alternates})
    assert len(days) >= 14
    assert [(after - before).days for before, after in pairwise(days)] == [1] * (len(days) - 1)


@pytest.mark.parametrize("path", FEEDS)
def test_archives_say_that_they_are_and_lead_back(server: str, chains: dict[str, dict[str, Reply]], path: str) -> None:
    for number, (address, answer) in enumerate(chains[path].items()):
        feed = etree.fromstring(answer.body)
        assert link(feed, "self") == address
        assert (feed.find(f"{HISTORY}archive") is not None) == (number > 0)
        assert link(feed, "current") == (ROOT + path if number else "")
        if after := link(feed, "next-archive"):
            assert after in list(chains[path])[1:number]


def test_archives_stay_as_they_are_while_articles_arrive(
    server: str, archive: str, demo: Monitor, chains: dict[str, dict[str, Reply]]
) -> None:
    path = FEEDS[0]
    before = {address: answer.headers["etag"] for address, answer in list(chains[path].items())[1:]}
    newer(demo, archive, 4711)
    deadline = time.monotonic() + 60 * pace()
    while "grow again, 4711" not in (first := call(server, ROOT + path)).body.decode():
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert before
    for address, tag in before.items():
        assert call(server, address, If_None_Match=tag).status == 304, address
    assert link(etree.fromstring(first.body), "prev-archive") in before


# The rules of feedvalidator: what it calls an error, or warns of ----------------------------------------------------


def _date(text: str) -> bool:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.tzinfo is not None and datetime(1970, 1, 1, tzinfo=UTC) <= moment


def _links_differ(part: Feed) -> bool:
    links = part.findall(f"{ATOM}link")
    keys = [(one.get("rel"), one.get("type"), one.get("hreflang"), one.get("href")) for one in links]
    alternates = [one.get("rel", "alternate") for one in links].count("alternate")
    return len(set(keys)) == len(keys) and alternates <= 1


def _plain(text: str) -> bool:
    return not re.search(r"&(amp|lt|gt|#\d+);", text) and text == text.strip()


def _parts(feed: Feed) -> list[Feed]:
    return [feed, *feed.iter(f"{ATOM}entry")]


RULES: dict[str, Callable[[Feed, str], bool]] = {
    "an id, a title and a time, once each": lambda feed, _: all(
        len(part.findall(f"{ATOM}{tag}")) == 1 for part in _parts(feed) for tag in ("id", "title", "updated")
    ),
    "ids are absolute addresses": lambda feed, _: all(
        re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", part.findtext(f"{ATOM}id"))
        for part in _parts(feed)
    ),
    "no id twice": lambda feed, _: len(set(ids(feed))) == len(ids(feed)),
    "titles are not empty": lambda feed, _: all(part.findtext(f"{ATOM}title").strip() for part in _parts(feed)),
    "titles hold no markup that was escaped twice": lambda feed, _: all(
        _plain(part.findtext(f"{ATOM}title")) for part in _parts(feed)
    ),
    "times are of RFC 3339, with a zone": lambda feed, _: all(
        _date(one.text) for tag in ("updated", "published") for one in feed.iter(f"{ATOM}{tag}")
    ),
    "the feed is as new as its newest entry": lambda feed, _: (
        feed.findtext(f"{ATOM}updated")
        == max((one.findtext(f"{ATOM}updated") for one in feed.iter(f"{ATOM}entry")), default="1970-01-01T00:00:00Z")
    ),
    "an author with a name": lambda feed, _: all(
        len(part.findall(f"{ATOM}author")) == 1 and part.findtext(f"{ATOM}author/{ATOM}name") for part in _parts(feed)
    ),
    "one link to itself, where it was fetched": lambda feed, address: link(feed, "self") == address,
    "the link to itself says its type": lambda feed, _: (
        next(one.get("type") for one in feed.findall(f"{ATOM}link") if one.get("rel") == "self")
        == "application/atom+xml"
    ),
    "links are addresses": lambda feed, _: all(
        not re.search(r"[\s<>\"{}|\\^`]", one.get("href")) and urlsplit(one.get("href")).scheme in ("", "http", "https")
        for one in feed.iter(f"{ATOM}link")
    ),
    "no link twice, one alternate at most": lambda feed, _: all(_links_differ(part) for part in _parts(feed)),
    "an entry has content or an alternate": lambda feed, _: all(
        one.find(f"{ATOM}content") is not None for one in feed.iter(f"{ATOM}entry")
    ),
    "categories have a term": lambda feed, _: all(one.get("term") for one in feed.iter(f"{ATOM}category")),
    "languages are language tags": lambda feed, _: all(
        re.fullmatch(r"[a-z]{2,3}", value) for value in feed.xpath("//@xml:lang")
    ),
    "entries stand behind what is said of the feed": lambda feed, _: (
        [etree.QName(one).localname == "entry" for one in feed]
        == sorted(etree.QName(one).localname == "entry" for one in feed)
    ),
    "no element that nobody knows": lambda feed, _: (
        {etree.QName(one).namespace for one in feed.iter()} <= {ATOM[1:-1], HISTORY[1:-1]}
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_feeds_and_archives_keep_the_rules_of_feedvalidator(
    chains: dict[str, dict[str, Reply]], rule: Callable[[Feed, str], bool]
) -> None:
    for documents in chains.values():
        for address, answer in documents.items():
            assert rule(etree.fromstring(answer.body), address), address


def test_a_rule_that_cannot_fail_is_no_rule() -> None:
    broken = etree.fromstring(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry xml:lang="English"><id>1</id><id>1</id>'
        "<title> &amp;amp; </title><updated>2031-01-01T00:00:00</updated>"
        '<link href="java script:x"/><link href="java script:x"/><category/>'
        '<x xmlns="y"/></entry><entry><id>1</id><title/></entry><link rel="self" href="/a"/></feed>'
    )
    kept = []
    for name, rule in RULES.items():
        try:
            kept += [name] if rule(broken, "/elsewhere") else []
        except (TypeError, AttributeError, ValueError):
            continue
    assert kept == []


def test_feedparser_finds_nothing_odd(chains: dict[str, dict[str, Reply]]) -> None:
    for answer in [one for documents in chains.values() for one in documents.values()]:
        found = feedparser.parse(answer.body, response_headers={"content-type": answer.headers["content-type"]})
        assert not found.bozo, found.get("bozo_exception")
        assert found.version == "atom10"
        assert all(one.id and one.title and one.updated_parsed for one in found.entries)


WRONG = (
    "/articles?archive=1", "/alerts?archive=1&format=json", "/summaries?archive=1", "/articles?archive=-1&format=atom",
)  # fmt: skip


@pytest.mark.parametrize("path", WRONG)
def test_only_a_feed_has_archives(server: str, path: str) -> None:
    answer = call(server, ROOT + path)
    assert answer.status == 400
    assert b"archive" in answer.body


def test_an_archive_that_holds_nothing_is_an_empty_feed_that_leads_on(server: str) -> None:
    feed = read(server, f"{ROOT}/articles?format=atom&archive=1999999")
    assert ids(feed) == []
    assert feed.find(f"{HISTORY}archive") is not None


def test_sources_as_opml_by_address(server: str) -> None:
    answer = call(server, f"{ROOT}/sources?format=opml")
    assert answer.headers["content-type"].startswith("text/x-opml")
    assert answer.headers["content-disposition"] == 'attachment; filename="INVENTED-demo-sources.opml"'
    every = etree.fromstring(answer.body).findall("body/outline")
    some = etree.fromstring(call(server, f"{ROOT}/sources?format=opml&language=ru").body).findall("body/outline")
    assert len(every) > len(some) > 0
    assert {one.get("language") for one in some} == {"ru"}
    assert call(server, f"{ROOT}/sources?format=opml", If_None_Match=answer.headers["etag"]).status == 304
