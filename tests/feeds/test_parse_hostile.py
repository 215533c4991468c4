"""Bodies made to hurt: none takes over 2 s of CPU or 200 MB, and each ends in a named outcome.

Each is read and stored, beside a good feed, in a process of its own that reports what it used. `pytest -s` prints a
line a trap. Servers that misbehave below the body: test_fetch_hostile.py, test_fetch_tls.py.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import string
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.archive import Archive, Visit
from feeds.model import Outlet, Poll, Source
from feeds.parse import LONGEST_TEXT, LONGEST_TITLE, parse
from tests.feeds.measure_visit import measured
from tests.further import further

FORKS = multiprocessing.get_context("forkserver")  # each trap in a process of its own, the project imported once
FORKS.set_forkserver_preload([measured.__module__])
MOST_SECONDS, MOST_MEGABYTES = 2.0, 200.0
SECRET = "what only this machine knows"


def rss(items: str, before: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>{before}<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def item(title: str, text: str = "About it.", more: str = "") -> str:
    link = "https://example.org/1"
    return f"<item><title>{title}</title><link>{link}</link><description>{text}</description>{more}</item>"


def laughs() -> bytes:
    names = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    return rss(item("&l9;"), f'<!DOCTYPE rss [<!ENTITY l0 "lol">{names}]>')


EVIL = "<script>alert(1)</script><iframe src='//x.example'></iframe><svg onload='alert(1)'></svg><style>p{}</style>"
ESCAPED = EVIL.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
FIELDS = ("title", "link", "guid", "description", "pubDate", "author", "category", "source", "comments")
READ, REFUSED = "ok", "unreadable"
LETTERS = "".join(random.Random(1).choices(string.ascii_lowercase, k=1_000_000))
DATES = (
    "0000-01-01T00:00:00Z", "Mon, 01 Jan 0000 00:00:00 GMT", "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 -1200",
    "Mon, 02 Nov 2026 10:00:00 GMT+4 MSK +0400 AMT Z", "2026-11-02T10:00:00+04:00+04:00", f"{'9' * 5_000}-01-01",
)  # fmt: skip

TRAPS: dict[str, tuple[Callable[[], bytes], str, int | None]] = {  # name → body, the outcome ("": either), items
    "billion laughs": (laughs, READ, 1),
    "quadratic blow-up": (
        lambda: rss(item("&a;" * 50_000), f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>'), READ, 1,
    ),
    "external entity": (lambda: rss(item("&x;"), '<!DOCTYPE rss [<!ENTITY x SYSTEM "SECRET">]>'), READ, 1),
    "external document type": (lambda: rss(item("a"), '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'), READ, 1),
    "100,000 levels": (lambda: b"<rss version='2.0'><channel><item><title>" + b"<a>" * 100_000, "", None),
    "100,000 levels of HTML": (lambda: rss(item("t", "&lt;div&gt;" * 100_000 + "deep")), READ, 1),
    "80,000 items": (lambda: rss(item("a", "b" * 250) * 80_000), READ, 5_000),
    "80,000 items that differ": (
        lambda: rss("".join(item(f"a{n}", "b" * 150, f"<guid>{n}</guid>") for n in range(80_000))), READ, 5_000,
    ),
    "80,000 malformed items": (lambda: rss(item("a & b", "b" * 20) * 80_000), "", None),
    "50,000 attributes": (
        lambda: b"<rss " + b" ".join(b'a%d="1"' % n for n in range(50_000)) + b"><channel/></rss>", REFUSED, 0,
    ),
    "a text of 10 MB": (lambda: rss(item("t", "word " * 2_000_000)), "", None),
    "a text of 10 MB, malformed": (lambda: rss(item("t & u", "слово " * 900_000)), "", None),
    "a text of 9 MB of HTML": (lambda: rss(item("t", "&lt;p&gt;word &lt;b&gt;" * 450_000)), READ, 1),
    "a title of 1 MB": (lambda: rss(item("title " * 170_000)), READ, 1),
    "a title of 1 MB and nothing else": (lambda: rss(f"<item><title>{LETTERS}</title></item>"), READ, 1),
    "a guid, a link and an outlet of 1 MB": (
        lambda: rss(
            f"<item><title>t</title><guid>{LETTERS}</guid><link>https://a.example/{LETTERS}</link>"
            f"<source url='u'>{LETTERS}</source></item>"
        ), READ, 1,
    ),
    "10 MB of references in a title": (lambda: rss(item("<![CDATA[" + "&#1;" * 2_400_000 + "]]>")), "", None),
    "a reference of 5,000 digits": (lambda: rss(item(f"<![CDATA[a &#{'9' * 5_000};]]>")), READ, 1),
    "400,000 halves of signs": (lambda: rss(item("a", "&#xD83D;" * 400_000)), READ, 1),
    "a letter of 4 million accents": (lambda: rss(item("t", "a" + "\u0301" * 4_000_000)), READ, 1),
    "4 million marks of direction": (lambda: rss(item("t", "\u200e" * 4_000_000)), "", None),
    "dates of no calendar": (
        lambda: rss("".join(item(f"d{n}", more=f"<pubDate>{date}</pubDate>") for n, date in enumerate(DATES))), READ, 7,
    ),
    "a title of 1 MB of tags": (lambda: rss(item("&lt;b&gt;&amp;amp;" * 60_000)), READ, 1),
    "NUL bytes": (lambda: rss(item("a\0b", "c\0d")), READ, 1),
    "10 MB of NUL": (lambda: b"\0" * 10_000_000, REFUSED, 0),
    "UTF-7": (lambda: b'<?xml version="1.0" encoding="utf-7"?>' + rss(item("+ADw-script+AD4-"))[38:], READ, 1),
    "200,000 angle brackets": (lambda: b"<" * 200_000, REFUSED, 0),
    "10 MB of angle brackets": (lambda: b"<" * 10_000_000, REFUSED, 0),
    "10 MB of ampersands": (lambda: rss(item("t", "&" * 10_000_000)), "", None),
    "an unclosed tag of 5 MB": (lambda: rss(item("t", "&lt;a " + "x " * 2_500_000)), READ, 1),
    "100,000 names of elements": (lambda: rss("".join(f"<n{n}>1</n{n}>" for n in range(100_000))), "", None),
    "script, frame, SVG and CSS in every field": (
        lambda: rss("<item>" + "".join(f"<{name}>{ESCAPED}</{name}>" for name in FIELDS) + "</item>"), READ, 1,
    ),
    "script unescaped in every field": (
        lambda: rss("<item>" + "".join(f"<{name}>{EVIL}</{name}>" for name in FIELDS) + "</item>"), READ, 1,
    ),
    "deep JSON": (lambda: b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000, REFUSED, 0),
    "80,000 items of JSON": (
        lambda: json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "a"}] * 80_000}).encode(),
        READ, 5_000,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", further(TRAPS, 3))
def test_no_trap_takes_much_and_each_ends_in_a_named_outcome(name: str, tmp_path: Path) -> None:
    make, outcome, items = TRAPS[name]
    secret, trap = tmp_path / "secret.txt", tmp_path / "trap.xml"
    secret.write_text(SECRET)
    trap.write_bytes(make().replace(b"SECRET", secret.as_uri().encode()))
    for _ in range(3):  # others on the machine can only add to what it costs
        with ProcessPoolExecutor(1, mp_context=FORKS) as fresh:
            cost = fresh.submit(measured, trap).result()
        if cost["cpu"] <= MOST_SECONDS * cost["pace"]:
            break
    used = f"{cost['cpu']:.2f} CPU-s, {cost['megabytes']:.0f} MB, {cost['items']} items"
    print(f"\n{name}: {used}: {cost['outcome']} {cost['error'][:110]}")
    assert cost["outcome"] in ((outcome,) if outcome else (READ, REFUSED))
    assert cost["error"].startswith("trap https://example.org/feed: " if cost["outcome"] == REFUSED else "")
    assert cost["seen"] == cost["new"] + sum(cost["dropped"].values())
    assert cost["other"] == 1, "the feed beside it is stored"
    assert items is None or cost["items"] == items
    assert cost["cpu"] <= MOST_SECONDS * cost["pace"]
    assert cost["megabytes"] <= MOST_MEGABYTES
    assert cost["longest"] <= LONGEST_TEXT + LONGEST_TITLE


def test_80_000_items_are_dropped_by_name() -> None:
    feed = parse("trap", rss(item("a") * 80_000))
    assert (len(feed.items), feed.dropped) == (5_000, {"too-many": 75_000})


def test_no_entity_brings_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    address = (tmp_path / "secret.txt").as_uri()
    for title in ("&x;", "&x; & broken"):
        feed = parse("trap", rss(item(title), f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{address}">]>'))
        assert SECRET not in repr(feed)


def test_script_frame_svg_and_css_leave_no_markup_in_texts_and_addresses() -> None:
    for evil in (EVIL, ESCAPED):
        body = "".join(f"<{name}>{evil}</{name}>" for name in FIELDS)
        (one,) = parse("trap", rss(f"<item>{body}</item>")).items
        assert "<" not in one.text
        assert "alert" not in one.text
        assert one.url == ""


@pytest.mark.thorough
def test_a_guid_that_changes_on_every_poll_leaves_the_link_to_know_the_article_by(archive: Archive) -> None:
    source, counts = Source("s", "https://example.org/feed", Outlet("o", "O", "o"), ("en",)), []
    for hour in range(4):
        feed = parse("trap", rss(item("a", more=f"<guid>{hour}</guid>")))
        poll = Poll("s", datetime(2026, 1, 1, hour, tzinfo=UTC), "ok", 200, 0.1, 1)
        counts += archive.store([Visit(source, poll, feed)], utc_offset_hours=4)
    assert [(poll.new, poll.updated, poll.known) for poll in counts] == [(1, 0, 0)] + 3 * [(0, 0, 1)]
