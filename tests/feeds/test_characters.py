"""What is no text goes, wherever a feed writes it; what a program wrote in halves is put together."""

from __future__ import annotations

import json
import random
import sys
import unicodedata
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from feeds.archive import Archive, Visit
from feeds.archive.schema import article_versions, articles
from feeds.characters import is_unseen, paired, with_possible_references
from feeds.model import Outlet, Poll, Source
from feeds.parse import LONGEST_OUTLET, LONGEST_TITLE, parse


def is_no_text(code: int) -> bool:
    """By Unicode's own words: a control that is no white space, half of a pair, or a noncharacter."""
    is_noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return is_noncharacter or (unicodedata.category(chr(code)) in ("Cc", "Cs") and not chr(code).isspace())


SPACES = "\t\n\r"  # which XML allows
NO_TEXT = "".join(chr(code) for code in range(sys.maxunicode + 1) if is_no_text(code) and not 0xD900 <= code < 0xDF00)
PARTED = "".join(f"{character}a" for character in NO_TEXT + "\x1c\x1f\x85\u2028")
REFERENCES = "".join(f"&#x{ord(character):x};a" for character in NO_TEXT)


def in_json() -> bytes:
    item = {"id": f"g{PARTED}", "url": f"https://e.example/{PARTED}", "title": PARTED, "content_text": PARTED}
    head = {"version": "https://jsonfeed.org/version/1.1", "title": PARTED, "home_page_url": "https://e.example/"}
    return json.dumps(head | {"items": [item]}).encode()


def in_xml(value: str, more: str = "") -> bytes:
    return (
        f"<rss version='2.0'><channel><title>{value}</title><item><title>{value}</title><guid>g{value}</guid>"
        f"<link>https://e.example/{value}</link><description>{value}</description>"
        f"<source url='https://o.example'>{value}</source></item>{more}</channel></rss>"
    ).encode("utf-8", "ignore")


FEEDS = {
    "JSON": in_json(),
    "XML": in_xml(PARTED),
    "what XML allows of it": in_xml("".join(f"{c}a" for c in NO_TEXT if c >= "\ufdd0" and c not in "\ufffe\uffff")),
    "malformed XML": in_xml(PARTED, "<item><title>a & b</title></item>"),
    "references": in_xml(REFERENCES),
    "references in CDATA": in_xml(f"<![CDATA[{REFERENCES}]]>"),
    "references in HTML": in_xml(f"<![CDATA[<p>{REFERENCES}<blink>{REFERENCES}</blink></p>]]>"),
}


@pytest.mark.parametrize("body", FEEDS.values(), ids=FEEDS)
def test_nothing_but_text_is_stored_in_any_field(body: bytes, archive: Archive) -> None:
    feed = parse("case", body, url="https://e.example/feed")
    source = Source("case", "https://e.example/feed", Outlet("o", "O", "o"), ("en",))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    archive.store([Visit(source, Poll("case", now, "ok", 200, 0.1, len(body)), feed)], utc_offset_hours=4)
    with archive.reading() as connection:
        stored = [
            *connection.execute(select(articles)).mappings(),
            *connection.execute(select(article_versions)).mappings(),
        ]
    texts = [(name, value) for row in stored for name, value in row.items() if isinstance(value, str)]
    assert sum("aaa" in value for _, value in texts) >= 5, "the letters between stay"
    for name, value in texts:
        assert not [hex(ord(character)) for character in value if is_no_text(ord(character))], name
    assert not [character for character in feed.title if is_no_text(ord(character))]


def test_an_outlet_of_invisible_signs_is_no_outlet() -> None:
    for unseen in ("\u200e\u200f", "\u202a \u202c", "\u200b", "\ufeff", "\x01\x02", "\ufdd0"):
        (one,) = parse("case", in_xml(unseen)).items
        assert (one.outlet, one.title, one.text) == ("", "", ""), hex(ord(unseen[0]))
    (one,) = parse("case", in_xml("\u200fبغداد\u200e")).items
    assert one.outlet == "\u200fبغداد\u200e", "marks of direction that direct something stay"


EMOJI = {
    "decimal": "fire &#55357;&#56613; in town",
    "hexadecimal": "fire &#xD83D;&#xDD25; in town",
    "in CDATA": "<![CDATA[fire &#55357;&#56613; in town]]>",
    "in HTML": "<![CDATA[<p>fire &#xd83d;&#xdd25; in town</p>]]>",
    "in strange HTML": "<![CDATA[<blink>fire &#xd83d;&#xdd25; in town</blink>]]>",
}


@pytest.mark.parametrize("written", EMOJI.values(), ids=EMOJI)
def test_a_sign_written_in_two_halves_is_that_sign_and_costs_no_feed(written: str) -> None:
    """Programs that think in UTF-16 write them; feedparser reads nothing of such a feed."""
    (one,) = parse(
        "case", in_xml("x").replace(b"<title>x</title><guid>", b"<title>%b</title><guid>" % written.encode())
    ).items
    assert one.title.replace("<blink>", "").replace("</blink>", "") == "fire \N{FIRE} in town"
    (one,) = parse("case", in_xml("x").replace(b"<description>x<", b"<description>%b<" % written.encode())).items
    assert one.text == "fire \N{FIRE} in town"


def test_one_impossible_reference_costs_one_sign_and_not_the_feed() -> None:
    for reference in (
        "&#xD800;",
        "&#xDFFF;",
        "&#x110000;",
        "&#1114112;",
        f"&#{'9' * 5_000};",
        "&#xD83D",
        "&#xffffffffffff",
    ):
        feed = parse("case", in_xml("bread", f"<item><title>oil{reference} out</title></item>"))
        assert [item.title for item in feed.items] == ["bread", "oil out"], reference[:20]


ENDLESS = f"&#{'9' * 5_000};"  # Python refuses to make a number of it
ENDLESS_IN = {
    "CDATA": f"<![CDATA[oil {ENDLESS} out]]>",
    "HTML": f"<![CDATA[<p>oil {ENDLESS} out</p>]]>",
    "HTML of strange tags": f"<![CDATA[<blink>oil {ENDLESS} out</blink>]]>",
    "HTML escaped twice": f"&lt;p&gt;oil &amp;{ENDLESS[1:]} out&lt;/p&gt;",
    "HTML of very many tags": f"<![CDATA[oil {ENDLESS} out{'<b>' * 11_000}]]>",
}


@pytest.mark.parametrize("written", ENDLESS_IN.values(), ids=ENDLESS_IN)
def test_a_reference_of_thousands_of_digits_ends_no_poller(written: str) -> None:
    item = f"<item><title>{written}</title><description>{written}</description></item>"
    one, other = parse("case", in_xml("bread", item)).items
    assert one.title == "bread"
    assert other.title.replace("<blink>", "").startswith("oil")
    assert other.text.startswith("oil")


def test_names_longer_than_an_index_holds_are_names_all_the_same(archive: Archive) -> None:
    """A title of a megabyte without guid or link, and guids and links as long: each is one article, met again."""
    long = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=1_000_000))
    items = [
        f"<item><title>{long}</title></item>",
        f"<item><title>a</title><guid>{long}</guid></item>",
        f"<item><title>b</title><guid>{long}x</guid></item>",
        f"<item><title>c</title><link>https://e.example/{long[:3_900]}</link></item>",
        f"<item><title>d</title><link>https://e.example/{long[:3_900]}x</link></item>",
        f"<item><title>e</title><source url='u'>{long}</source></item>",
    ]
    feed = parse("case", f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode())
    source = Source("case", "https://e.example/feed", Outlet("o", "O", "o"), ("en",))
    counts = []
    for hour in (1, 2):
        poll = Poll("case", datetime(2026, 1, 1, hour, tzinfo=UTC), "ok", 200, 0.1, 1)
        counts += archive.store([Visit(source, poll, feed)], utc_offset_hours=4)
    assert [(poll.new, poll.known, poll.dropped) for poll in counts] == [(6, 0, {}), (0, 6, {})]
    assert (len(feed.items[0].title), len(feed.items[-1].outlet)) == (LONGEST_TITLE, LONGEST_OUTLET)


def test_references_to_real_signs_stay_as_they_are() -> None:
    for plain in ("&#38; &#x26;", "&#128293;", "&#x1F525;", "&#0;", "& #", "&#;"):
        assert with_possible_references(plain) == plain
        assert paired(plain) == plain
    assert not is_unseen("a")
