"""Bytes of one feed → ParsedFeed. No clock, no network, no file.

    bytes ──decoded──▶ text ──read_strict──▶ RawFeed ──▶ ParsedFeed       the plain majority, in this process
                         └──Odd──▶ FEEDPARSER ──▲                         the rest: feedparser in one that may be killed

A feed is judged by what came out of it, never by feedparser's `bozo`: most real feeds are malformed somewhere.
Hostile text stays text: pages and exports escape it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from feeds.characters import with_possible_references
from feeds.encoding import Decoded, as_utf8, decoded
from feeds.errors import Unreadable
from feeds.jsonfeed import parse_json, two_letters
from feeds.markup import absolute_url, html_title, plain_text, plain_title
from feeds.model import Item, ParsedFeed
from feeds.moment import FIRST_YEAR, is_common_form, moment
from feeds.parse_child import FEEDPARSER, NoAnswer
from feeds.parse_raw import MOST_ITEMS, RawEntry, RawFeed
from feeds.parse_strict import Odd, read_strict

MOST_ATTRIBUTES = 2_000  # on one element; 50,000 of them take feedparser longer than a poll may last
LARGEST_WHOLE = 250_000  # characters or bytes of a document that is read without counting its items
LONGEST_TEXT = 500_000  # characters of one item that are kept
LONGEST_TITLE, LONGEST_OUTLET = 20_000, 300  # some feeds have no more than a title

_SKIP = re.compile(rb"<skip")  # found in half the time that `in` takes
_HUGE_TAG = re.compile(r"<[A-Za-z][^<>]{20000,}>")
_ITEM = re.compile(r"<(?:[A-Za-z0-9]{1,20}:)?(?:item|entry)(?=[\s>])")
_ITEM_END = re.compile(r"</(?:[A-Za-z0-9]{1,20}:)?(?:item|entry)\s*>")
_HTML = re.compile(r"<!doctype\s+html|<(?:html|head|body)[\s>]", re.I)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.I)
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]{0,40})")
_MISC = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", re.S)
_PERIODS = {"hourly": 60.0, "daily": 1_440.0, "weekly": 10_080.0, "monthly": 43_200.0, "yearly": 525_600.0}  # minutes
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse(source_key: str, body: bytes, *, content_type: str = "", url: str = "") -> ParsedFeed:
    """The items of one feed: RSS, RDF, Atom or JSON Feed.

    source_key : names the feed in errors. content_type : the server's header. url : where the body came from; relative
        links start there.
    Raises Unreadable: the body is no feed; the text says what it was instead and what to do.
    """
    name = source_key + (f" {url}" if url and url != source_key else "")
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable(f"{name}: the body is empty; ask again later, or look for another address")
    with suppress(Odd):
        if len(body) <= LARGEST_WHOLE and (plain := as_utf8(body, content_type)) is not None:
            return _parsed(read_strict(plain), plain, url)
    text = decoded(body, content_type)
    if text.text.startswith(("{", "[")):
        return parse_json(name, text.text, url=url)
    return _parse_xml(name, text, url)


def _parse_xml(name: str, text: Decoded, url: str) -> ParsedFeed:
    kept, too_many = _first_items(text.text)
    body = kept.encode("utf-8", "replace")
    feed = _read(name, kept, body)
    if not feed.entries and not feed.version:
        raise Unreadable(f"{name}: {_what_it_was(text.text)}")
    return _parsed(feed, body, url, odd=text.odd, too_many=too_many)


def _read(name: str, text: str, body: bytes) -> RawFeed:
    """The strict parser's word, else feedparser's."""
    with suppress(Odd):
        return read_strict(body)
    _refuse_traps(name, text)
    try:
        return FEEDPARSER.read(with_possible_references(text).encode("utf-8", "replace"))
    except NoAnswer as reason:
        raise Unreadable(f"{name}: {reason}; {_what_it_was(text)}") from None


def _parsed(feed: RawFeed, body: bytes, url: str, *, odd: str = "", too_many: int = 0) -> ParsedFeed:
    base, language = absolute_url(feed.link, url) or url, two_letters(feed.language)
    items = tuple(_item(entry, base=base, language=language) for entry in feed.entries)
    skips = _SKIP.search(body) is not None
    return ParsedFeed(
        items=items,
        title=_title(feed),
        language=language,
        format=feed.version,
        every_minutes=_every_minutes(feed),
        skip_hours=_skip_hours(body) if skips else (),
        skip_days=_skip_days(body) if skips else (),
        older=absolute_url(feed.older, url or base),
        odd=tuple(_odd(feed, items, odd, too_many)),
        dropped={"too-many": too_many} if too_many else {},
    )


def _refuse_traps(name: str, text: str) -> None:
    for tag in _HUGE_TAG.finditer(text):
        if tag[0].count("=") > MOST_ATTRIBUTES:
            raise Unreadable(f"{name}: an element has more than {MOST_ATTRIBUTES} attributes: this is no feed")


def _first_items(text: str) -> tuple[str, int]:
    """The document with its first items only, and how many were cut off: feedparser takes minutes for 80,000."""
    if len(text) <= LARGEST_WHOLE:
        return text, 0
    starts = [match.start() for match in _ITEM.finditer(text)]
    if len(starts) <= MOST_ITEMS:
        return text, 0
    ends = list(_ITEM_END.finditer(text))
    tail = text[ends[-1].end() :] if ends and ends[-1].end() > starts[-1] else ""
    return text[: starts[MOST_ITEMS]] + tail, len(starts) - MOST_ITEMS


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
    if root and root[1].lower() in ("rss", "feed", "rdf:rdf"):
        return "it starts like a feed; open it in a browser, or look for another address"
    if root:
        return f"the answer is XML whose root is <{root[1]}>, not a feed; look for another address"
    return f'the answer is not XML (it starts "{plain_title(start[:40])}"); look for another address'


def _item(entry: RawEntry, *, base: str, language: str) -> Item:
    outlet = plain_title(entry.outlet[: 4 * LONGEST_OUTLET])[:LONGEST_OUTLET]
    updated = _date(entry.updated, entry.updated_guess)
    has_one_date = entry.published == entry.updated and entry.published_guess == entry.updated_guess
    published = updated if has_one_date else _date(entry.published, entry.published_guess) or updated
    return Item(
        guid=entry.guid.strip(),
        url=absolute_url(entry.origin or entry.link, base),
        title=_without_outlet(_title(entry), outlet),
        text=_longest_text(entry),
        published=published,
        updated=updated,
        language=two_letters(entry.language) or language,
        outlet=outlet,
    )


def _title(of: RawFeed | RawEntry) -> str:
    markup = of.title[: 4 * LONGEST_TITLE]
    return (html_title(markup) if of.title_is_html else plain_title(markup))[:LONGEST_TITLE]


def _longest_text(entry: RawEntry) -> str:
    """Content or summary, whichever says more: some feeds put a teaser into one, some into the other."""
    longest = before = ""
    for markup in sorted((*entry.contents, entry.summary), key=lambda value: (-len(value), value)):
        if len(markup) <= len(longest):  # markup does not get longer by being read
            break
        if markup != before:
            longest = max(longest, plain_text(markup[: 4 * LONGEST_TEXT]), key=len)
        before = markup
    return longest[:LONGEST_TEXT]


def _without_outlet(title: str, outlet: str) -> str:
    """Google News writes "Title - Outlet" and names the outlet beside it.

    >>> _without_outlet("Fuel runs out - The Daily", "The Daily")
    'Fuel runs out'
    """
    for dash in (" - ", " – ", " — ", " | "):
        if outlet and title.casefold().endswith(dash + outlet.casefold()):
            return title[: -len(dash + outlet)].rstrip() or title
    return title


def _date(raw: str, guess: str) -> datetime | None:
    """Our own reading, which lets nothing roll over; feedparser's for forms that only it knows."""
    found = moment(raw) if raw else None
    if found is not None or not guess or is_common_form(raw):
        return found
    guessed = datetime.fromisoformat(guess)
    return guessed if guessed.year >= FIRST_YEAR else None


def _every_minutes(feed: RawFeed) -> float | None:
    """How often the feed says it changes, in minutes; None when it says nothing, or nonsense."""
    ttl = _number(feed.ttl)
    if ttl is not None and ttl > 0:
        return ttl
    period = _PERIODS.get(feed.period.strip().lower())
    times = _number(feed.frequency or "1")
    return period / times if period and times is not None and times > 0 else None


def _skip_hours(body: bytes) -> tuple[int, ...]:
    """RSS: hours of the day, GMT. 24 is what RSS 0.91 calls midnight."""
    hours = (int(hour) for hour in _skipped(body, b"skipHours", rb"<hour>\s*(\d{1,2})\s*<"))
    return tuple(sorted({hour % 24 for hour in hours if hour <= 24}))


def _skip_days(body: bytes) -> tuple[int, ...]:
    found = (day.decode().lower() for day in _skipped(body, b"skipDays", rb"<day>\s*([A-Za-z]+)\s*<"))
    return tuple(sorted({_DAYS.index(day) for day in found if day in _DAYS}))


def _skipped(body: bytes, name: bytes, pattern: bytes) -> list[bytes]:
    """Read off the text: feedparser keeps the last hour only."""
    start = body.find(b"<%b>" % name)
    end = body.find(b"</%b>" % name, start) if start >= 0 else -1
    return re.findall(pattern, body[start : min(end, start + 4_000)]) if end > start else []


def _number(text: str) -> float | None:
    """A plain decimal number; "1e400", "nan" and "always" are none."""
    return float(text) if re.fullmatch(r"\s*\d{1,9}(?:\.\d{1,6})?\s*", text, re.A) else None


def _odd(feed: RawFeed, items: Sequence[Item], encoding: str, too_many: int) -> list[str]:
    """Quirks as sentences, for `feeds check`. None of them is an error."""
    repeated = sum(times for times in Counter(item.guid for item in items if item.guid).values() if times > 1)
    bad_dates = sum(
        1 for entry, item in zip(feed.entries, items, strict=True) if item.published is None and entry.published
    )
    said = {
        encoding: bool(encoding),
        f"not well-formed XML: {feed.wrong}": bool(feed.wrong),
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
