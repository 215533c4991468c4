"""Bytes of one feed → ParsedFeed. Pure: no clock, no network, no file; feedparser objects do not leave this module.

A feed is judged by what came out of it, never by feedparser's `bozo`: most real feeds are malformed somewhere.
Hostile text stays text: pages and exports escape it.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from time import struct_time

import feedparser

from feeds.encoding import Decoded, decoded
from feeds.errors import Unreadable
from feeds.jsonfeed import MOST_ITEMS, parse_json, two_letters
from feeds.markup import absolute_url, plain_text, plain_title
from feeds.model import Item, ParsedFeed
from feeds.moment import FIRST_YEAR, is_common_form, moment

MOST_ATTRIBUTES = 2_000  # on one element; 50,000 of them take feedparser longer than a poll may last
LONGEST_TEXT = 500_000  # characters of one item that are kept

_HUGE_TAG = re.compile(r"<[A-Za-z][^<>]{20000,}>")
_ITEM = re.compile(r"<(?:[A-Za-z0-9]{1,20}:)?(?:item|entry)(?=[\s>])")
_ITEM_END = re.compile(r"</(?:[A-Za-z0-9]{1,20}:)?(?:item|entry)\s*>")
_HTML = re.compile(r"<!doctype\s+html|<(?:html|head|body)[\s>]", re.I)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.I)
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]{0,40})")
_MISC = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", re.S)
_PERIODS = {"hourly": 60.0, "daily": 1_440.0, "weekly": 10_080.0, "monthly": 43_200.0, "yearly": 525_600.0}  # minutes
# What feedparser raises on bytes that no feed has: it is a parser of foreign input, so these are no bugs of ours.
_CRASHES = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError, ArithmeticError)


def parse(source_key: str, body: bytes, *, content_type: str = "", url: str = "") -> ParsedFeed:
    """The items of one feed: RSS, RDF, Atom or JSON Feed.

    source_key : names the feed in errors. content_type : the server's header. url : where the body came from; relative
        links start there.
    Raises Unreadable: the body is no feed; the text says what it was instead and what to do.
    """
    name = source_key + (f" {url}" if url and url != source_key else "")
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable(f"{name}: the body is empty; ask again later, or look for another address")
    text = decoded(body, content_type)
    if text.text.startswith(("{", "[")):
        return parse_json(name, text.text, url=url)
    return _parse_xml(name, text, url)


def _parse_xml(name: str, text: Decoded, url: str) -> ParsedFeed:
    _refuse_traps(name, text.text)
    kept, too_many = _first_items(text.text)
    result = _feedparser(name, kept, url)
    entries = [entry for entry in _list(result, "entries") if isinstance(entry, Mapping)]
    if not entries and not _text(result, "version"):
        raise Unreadable(f"{name}: {_what_it_was(text.text)}")
    feed = _mapping(result, "feed")
    base, language = _text(feed, "link") or url, two_letters(_text(feed, "language"))
    items = tuple(_item(entry, base=base, language=language) for entry in entries[:MOST_ITEMS])
    too_many += max(0, len(entries) - MOST_ITEMS)
    return ParsedFeed(
        items=items,
        title=plain_title(_text(feed, "title")),
        language=language,
        format=_text(result, "version"),
        every_minutes=_every_minutes(feed),
        older=_older(feed, url or base),
        odd=tuple(_odd(result, entries, items, text.odd, too_many)),
        dropped={"too-many": too_many} if too_many else {},
    )


def _refuse_traps(name: str, text: str) -> None:
    for tag in _HUGE_TAG.finditer(text):
        if tag[0].count("=") > MOST_ATTRIBUTES:
            raise Unreadable(f"{name}: an element has more than {MOST_ATTRIBUTES} attributes: this is no feed")


def _first_items(text: str) -> tuple[str, int]:
    """The document with its first items only, and how many were cut off: feedparser takes minutes for 80,000."""
    starts = [match.start() for match in _ITEM.finditer(text)]
    if len(starts) <= MOST_ITEMS:
        return text, 0
    ends = list(_ITEM_END.finditer(text))
    tail = text[ends[-1].end() :] if ends and ends[-1].end() > starts[-1] else ""
    return text[: starts[MOST_ITEMS]] + tail, len(starts) - MOST_ITEMS


def _feedparser(name: str, text: str, url: str) -> Mapping[str, object]:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    # BytesIO: bare bytes that happen to be a file name or an address would be opened.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    try:
        result = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except _CRASHES as error:
        raise Unreadable(f"{name}: no XML that can be read ({type(error).__name__}); {_what_it_was(text)}") from error
    return result if isinstance(result, Mapping) else {}


def _what_it_was(text: str) -> str:
    """The second half of the sentence: what the body is, and the way out."""
    start = text[:5_000]
    bare = _MISC.sub("", start).lstrip()
    root = _ROOT.match(bare)
    if root and root[1].lower() == "opml":
        return "the answer is an OPML list of feeds, not a feed; save it and use `python -m feeds import FILE`"
    if _HTML.search(start):
        title = _TITLE.search(start)
        called = f' titled "{plain_title(title[1])[:80]}"' if title else ""
        return f"the answer is an HTML page{called}, not a feed; look for the feed's address on it"
    if root:
        return f"the answer is XML whose root is <{root[1]}>, not a feed; look for another address"
    return f'the answer is not XML (it starts "{plain_title(start[:40])}"); look for another address'


def _item(entry: Mapping[str, object], *, base: str, language: str) -> Item:
    outlet = plain_title(_text(_mapping(entry, "source"), "title"))
    updated = _date(entry, "updated")
    return Item(
        guid=_text(entry, "id").strip(),
        url=absolute_url(_text(entry, "feedburner_origlink") or _text(entry, "link"), base),
        title=_without_outlet(plain_title(_text(entry, "title")), outlet),
        text=_longest_text(entry),
        published=_date(entry, "published") or updated,
        updated=updated,
        language=_language(entry) or language,
        outlet=outlet,
    )


def _longest_text(entry: Mapping[str, object]) -> str:
    """Content or summary, whichever says more: some feeds put a teaser into one, some into the other."""
    contents = (_text(part, "value") for part in _list(entry, "content") if isinstance(part, Mapping))
    candidates = dict.fromkeys(value for value in (*contents, _text(entry, "summary")) if value)
    return max((plain_text(value) for value in candidates), key=len, default="")[:LONGEST_TEXT]


def _without_outlet(title: str, outlet: str) -> str:
    """Google News writes "Title - Outlet" and names the outlet beside it.

    >>> _without_outlet("Fuel runs out - The Daily", "The Daily")
    'Fuel runs out'
    """
    for dash in (" - ", " – ", " — ", " | "):
        if outlet and title.casefold().endswith(dash + outlet.casefold()):
            return title[: -len(dash + outlet)].rstrip() or title
    return title


def _date(entry: Mapping[str, object], field: str) -> datetime | None:
    """Our own reading, which lets nothing roll over; feedparser's for forms that only it knows."""
    raw = _text(entry, field)
    found = moment(raw) if raw else None
    if found is not None or is_common_form(raw):
        return found
    parsed = _get(entry, f"{field}_parsed")
    if not isinstance(parsed, struct_time):
        return None
    try:
        guess = datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return guess if guess.year >= FIRST_YEAR else None


def _language(entry: Mapping[str, object]) -> str:
    own = two_letters(_text(entry, "language"))
    return own or two_letters(_text(_mapping(entry, "title_detail"), "language"))


def _older(feed: Mapping[str, object], base: str) -> str:
    """Address of the page before this one: RFC 5005 names it prev-archive in archives, next in paged feeds."""
    links = [link for link in _list(feed, "links") if isinstance(link, Mapping)]
    found = {_text(link, "rel").lower(): _text(link, "href") for link in reversed(links)}
    return absolute_url(found.get("prev-archive") or found.get("next") or "", base)


def _every_minutes(feed: Mapping[str, object]) -> float | None:
    """How often the feed says it changes, in minutes; None when it says nothing, or nonsense."""
    ttl = _number(_text(feed, "ttl"))
    if ttl is not None and ttl > 0:
        return ttl
    period = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower())
    times = _number(_text(feed, "sy_updatefrequency") or "1")
    return period / times if period and times is not None and times > 0 else None


def _number(text: str) -> float | None:
    """A plain decimal number; "1e400", "nan" and "always" are none."""
    return float(text) if re.fullmatch(r"\s*\d{1,9}(?:\.\d{1,6})?\s*", text, re.A) else None


def _odd(
    result: Mapping[str, object],
    entries: Sequence[Mapping[str, object]],
    items: Sequence[Item],
    encoding: str,
    too_many: int,
) -> list[str]:
    """Quirks as sentences, for `feeds check`. None of them is an error."""
    repeated = sum(times for times in Counter(item.guid for item in items if item.guid).values() if times > 1)
    bad_dates = sum(
        1 for entry, item in zip(entries, items, strict=False) if item.published is None and _text(entry, "published")
    )
    said = {
        encoding: bool(encoding),
        f"not well-formed XML: {str(_get(result, 'bozo_exception'))[:100]}": bool(_get(result, "bozo")),
        "no items": not items,
        f"{too_many} items beyond the first {MOST_ITEMS} are not read": too_many > 0,
        f"{repeated} items share a guid with another": repeated > 0,
        f"{sum(not item.guid for item in items)} items have no guid": any(not item.guid for item in items),
        f"{sum(not item.url for item in items)} items have no link": any(not item.url for item in items),
        f"{sum(not item.text for item in items)} items have no text": any(not item.text for item in items),
        f"{sum(item.published is None for item in items)} items have no date": any(i.published is None for i in items),
        f"{bad_dates} of these dates cannot be read": bad_dates > 0,
    }
    return [sentence for sentence, holds in said.items() if holds]


def _get(value: Mapping[str, object], key: str) -> object:
    """The key itself: feedparser's own lookup answers `updated` with `published`."""
    return dict.get(value, key) if isinstance(value, dict) else value.get(key)


def _text(value: Mapping[str, object], key: str) -> str:
    found = _get(value, key)
    return found if isinstance(found, str) else ""


def _mapping(value: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = _get(value, key)
    return found if isinstance(found, Mapping) else {}


def _list(value: Mapping[str, object], key: str) -> list[object]:
    found = _get(value, key)
    return found if isinstance(found, list) else []
