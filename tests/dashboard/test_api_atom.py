"""Atom feeds of the real server on loopback: valid for two parsers, complete page by page, the same as the JSON."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import feedparser
import pytest
from lxml import etree

from dashboard.api.endpoints import ROOT
from feeds.monitor import Monitor
from feeds.parse import parse
from tests.dashboard.api_archive import call, fill
from tests.dashboard.conftest import TODAY

pytestmark = pytest.mark.thorough

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = (
    "/articles?format=atom",
    "/articles?indicator=food&format=atom",
    "/summaries?format=atom",
    "/alerts?format=atom",
)


@pytest.fixture(scope="module")
def server(start_dashboard: Callable[..., Any], demo: Monitor, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('atom')}/archive.db"
    fill(url, demo)
    return str(start_dashboard(url, demo.folder, "--no-poll").url)


def body_of(server: str, path: str) -> bytes:
    with urllib.request.urlopen(urljoin(server, ROOT + path), timeout=300) as reply:
        assert reply.headers["content-type"].startswith("application/atom+xml")
        assert reply.headers["content-disposition"] is None, "a feed is read where it is"
        body: bytes = reply.read()
    return body


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_what_atom_asks_for(server: str, path: str) -> None:
    root = etree.fromstring(body_of(server, path))
    assert root.tag == f"{ATOM}feed"
    for part in [root, *root.iter(f"{ATOM}entry")]:
        for tag in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{tag}")) == 1, (part.tag, tag)
            assert part.findtext(f"{ATOM}{tag}")
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", part.findtext(f"{ATOM}id"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", part.findtext(f"{ATOM}updated"))
    entries = list(root.iter(f"{ATOM}entry"))
    assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    assert root.findtext(f"{ATOM}updated") == max(
        (entry.findtext(f"{ATOM}updated") for entry in entries), default="1970-01-01T00:00:00Z"
    )
    assert next(link.get("rel") for link in root.findall(f"{ATOM}link")) == "self"


def test_our_own_parser_and_feedparser_read_the_same(server: str) -> None:
    body = body_of(server, "/articles?format=atom")
    ours, theirs = parse("atom", body), feedparser.parse(body)
    assert not theirs.bozo
    pairs = [(one.title, other.title) for one, other in zip(ours.items, theirs.entries, strict=True)]
    assert [one for one, other in pairs if "<" not in other] == [other for _, other in pairs if "<" not in other]
    assert [one.guid for one in ours.items] == [one.id for one in theirs.entries]
    assert len(ours.items) > 20


def test_all_pages_together_are_all_articles_once_and_in_order(server: str) -> None:
    path, titles, pages = "/articles?limit=7&format=atom", [], 0
    while path:
        root = etree.fromstring(body_of(server, path))
        titles += [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]
        following = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "next"]
        path = following[0].removeprefix(ROOT) if following else ""
        pages += 1
    told = call(server, f"{ROOT}/articles?limit=500").data
    assert titles == [re.sub(r"\s+", " ", row["article"]["title"]).strip() or "–" for row in told]
    assert pages > 3


def test_a_filter_holds_in_the_feed_and_its_pages_are_one_feed(server: str) -> None:
    every = etree.fromstring(body_of(server, "/articles?format=atom"))
    food = etree.fromstring(body_of(server, "/articles?indicator=food&format=atom"))
    terms = [[one.get("term") for one in entry.iter(f"{ATOM}category")] for entry in food.iter(f"{ATOM}entry")]
    assert terms
    assert all("food" in one for one in terms)
    assert food.findtext(f"{ATOM}id") != every.findtext(f"{ATOM}id")
    same = "/articles?indicator=food&limit=3&format=atom"
    first = etree.fromstring(body_of(server, same))
    second = etree.fromstring(body_of(server, first.xpath("string(*[@rel='next']/@href)").removeprefix(ROOT)))
    assert first.findtext(f"{ATOM}id") == second.findtext(f"{ATOM}id")


def test_what_has_not_changed_is_not_sent_again(server: str) -> None:
    for path in FEEDS:
        tag = call(server, ROOT + path).headers["etag"]
        assert call(server, ROOT + path, If_None_Match=tag).status == 304


def test_summaries_are_of_days_that_are_over_and_lead_to_their_page(server: str) -> None:
    root = etree.fromstring(body_of(server, "/summaries?limit=4&format=atom"))
    links = [entry.xpath("string(*[@rel='alternate']/@href)") for entry in root.iter(f"{ATOM}entry")]
    assert len(links) == 3, "today is not over"
    assert f"/summary?of={TODAY}" not in links
    for link in links:
        with urllib.request.urlopen(urljoin(server, link), timeout=300) as page:
            assert page.status == 200
    listed = call(server, f"{ROOT}/summaries?limit=4").data
    assert [row["complete"] for row in listed] == [False, True, True, True]
    assert all(call(server, row["address"]).status == 200 for row in listed)


def test_text_of_feeds_is_text(server: str) -> None:
    body = body_of(server, "/articles?which=all&limit=500&format=atom")
    root = etree.fromstring(body)
    known = {"feed", "id", "title", "updated", "link", "entry", "published", "author", "name", "category", "content"}
    assert {etree.QName(part).localname for part in root.iter()} <= known
    assert not [link for link in root.iter(f"{ATOM}link") if not re.match(r"https?://|/", link.get("href"))]
    assert {part.get("type") for part in root.iter(f"{ATOM}content")} <= {None}, "plain text"
