"""Each case is two files: NAME.xml as it comes over the wire, NAME.json with what must come out of it and why.

Keys of NAME.json: why; content_type; items (each field that is named must be equal, and so must the number of items),
first, identities (how many distinct ones), format, title, language, every_minutes, skip_hours, skip_days, older,
dropped; odd (sentences that must be among the quirks); absent (strings
that must not come out); or unreadable (words of the error).
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.errors import Unreadable
from feeds.identity import identities
from feeds.model import Item
from feeds.parse import parse
from tests.pace import within

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.json"))


def read(name: str) -> tuple[bytes, dict[str, object]]:
    return (CASES / f"{name}.xml").read_bytes(), json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("name", NAMES)
def test_each_case_comes_out_as_its_expectation_says(name: str) -> None:
    body, expected = read(name)
    content_type = str(expected.get("content_type", ""))
    if "unreadable" in expected:
        with pytest.raises(Unreadable) as caught:
            parse("case", body, content_type=content_type, url="https://example.org/feed")
        assert str(expected["unreadable"]) in str(caught.value)
        assert "https://example.org/feed" in str(caught.value)
        assert "\n" not in str(caught.value)
        return
    feed = parse("case", body, content_type=content_type, url="https://example.org/feed")
    for field in ("format", "title", "language", "every_minutes", "skip_hours", "skip_days", "older", "dropped"):
        if field in expected:
            found = getattr(feed, field)
            assert (list(found) if isinstance(found, tuple) else found) == expected[field]
    if "identities" in expected:
        assert len({one.guid for one in identities(feed.items) if one}) == expected["identities"]
    wanted = expected["items"] if "items" in expected else [expected["first"]]
    found = feed.items if "items" in expected else feed.items[:1]
    got = [{field: plain(getattr(item, field)) for field in want} for item, want in zip(found, wanted, strict=True)]
    assert got == wanted
    assert set(expected.get("odd", [])) <= set(feed.odd)
    assert not [text for text in expected.get("absent", []) if text in repr(feed)]


def test_every_case_has_both_files_and_says_why() -> None:
    assert {path.stem for path in CASES.glob("*.xml")} == set(NAMES)
    assert all(read(name)[1].get("why") for name in NAMES)
    assert len(NAMES) >= 30


def test_items_with_one_guid_keep_their_identities() -> None:
    feed = parse("case", read("repeated-guids")[0])
    assert len({identity.guid for identity in identities(feed.items) if identity}) == 3


def test_beyond_5000_items_the_rest_is_dropped_by_name(rss) -> None:
    feed = parse("case", rss(*(f"n{number}" for number in range(5_200))))
    assert (len(feed.items), feed.dropped) == (5_000, {"too-many": 200})
    assert feed.items[-1].title == "n4999"


TRAPS = {  # inputs that take feedparser minutes, or a stack
    "50,000 attributes": b"<rss " + b" ".join(b'a%d="1"' % n for n in range(50_000)) + b"><channel/></rss>",
    "100,000 levels": b"<rss><channel><item><title>" + b"<a>" * 100_000,
    "100,000 levels of HTML": b"<rss version='2.0'><channel><item><title>t</title><description>"
    + b"&lt;div&gt;" * 100_000
    + b"deep</description></item></channel></rss>",
    "200,000 angle brackets": b"<" * 200_000,
    "deep JSON": b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000,
    "a number of 10,000 digits": b'{"version": ' + b"9" * 10_000 + b"}",
    "60,000 items": b"<rss version='2.0'><channel>" + b"<item><title>a</title></item>" * 60_000 + b"</channel></rss>",
}


@pytest.mark.parametrize("body", TRAPS.values(), ids=TRAPS)
def test_no_trap_takes_long_or_raises_anything_but_unreadable(body: bytes) -> None:
    with within(15, time.process_time), suppress(Unreadable):
        parse("trap", body)


FRAGMENTS = [
    b"<?xml version='1.0' encoding='%s'?>", b"<rss version='2.0'>", b"<channel>", b"<item>", b"</item>", b"<title>",
    b"</title>", b"<![CDATA[", b"]]>", b"<pubDate>", b"Mon, 31 Feb 2026 25:00:00 +9999", b"2026-99-99T99:99:99+99:99",
    b"<link>http://[</link>", b"<guid>", b"&#xD800;", b"&#0;", b"&amp;lt;", b"<feed xmlns='http://www.w3.org/2005/Atom'>",
    b"<entry>", b"<content type='application/octet-stream' mode='base64'>", b"</content>", b"<!DOCTYPE x [", b"<!--",
    b"{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [", b"{\"id\": 1e999}", b"]}", b"<ttl>1e400</ttl>",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", "Ջուր".encode(), "Хлеб".encode("koi8-r"), b"<source><title>", b"</rss>",
]  # fmt: skip


@given(st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(FRAGMENTS), max_size=14).map(b"".join)))
@settings(max_examples=400, deadline=None)
def test_arbitrary_bytes_are_a_feed_or_unreadable(body: bytes) -> None:
    try:
        feed = parse("fuzz", body, content_type="text/xml; charset=utf-7", url="https://example.org/")
    except Unreadable:
        return
    for item in feed.items:
        assert isinstance(item, Item)
        f"{item.title}{item.text}{item.url}{item.guid}{item.outlet}".encode()  # no lone surrogates: it can be stored


def test_no_feed_of_other_projects_raises_anything_but_unreadable(shared: Path) -> None:
    read_well, refused = 0, 0
    for path in sorted((shared / "data" / "third_party").rglob("*")):
        if not path.is_file() or path.suffix == ".gz" or path.name == "SOURCE.txt":
            continue
        try:
            feed = parse(path.name, path.read_bytes(), url="https://example.org/feed")
        except Unreadable:
            refused += 1
            continue
        read_well += bool(feed.items)
        assert all(item.published is None or item.published.tzinfo for item in feed.items)
    assert read_well > 1_200
    assert refused < 150


AZ = {  # excerpt: (items, items with text, distinct identities)
    "apa": (2, 0, 2),
    "azertag": (3, 0, 3),
    "haqqin": (2, 2, 2),
    "modern": (2, 2, 2),
    "qafqazinfo": (3, 3, 3),
}


@pytest.mark.parametrize("name", AZ)
def test_quirks_of_real_feeds_lose_nothing(shared: Path, name: str) -> None:
    path = shared / "data" / "third_party" / "az-feed-excerpts" / f"{name}.excerpt.xml"
    feed = parse(name, path.read_bytes())
    names = {identity.guid for identity in identities(feed.items) if identity}
    assert (len(feed.items), sum(bool(item.text) for item in feed.items), len(names)) == AZ[name]
    assert all(item.url.startswith("https://") and item.published and item.title for item in feed.items)
    assert not any("<" in item.text or "CDATA" in item.text for item in feed.items)
