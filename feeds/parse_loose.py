"""Bytes of one feed → what feedparser reads. Runs in feeds.child: it may be killed for taking too long or too much.

Only plain values leave; nothing of the archive, the network or the clock is known here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from time import struct_time

import feedparser

from feeds.parse_names import TELLING
from feeds.parse_raw import MOST_ITEMS

# What feedparser raises on bytes that no feed has: it is a parser of foreign input, so these are no bugs of ours.
_CRASHES = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError, ArithmeticError)
_HEADERS = {"content-type": "application/xml; charset=utf-8"}  # no location: links are made absolute by one function


_TAG = re.compile(rb"</?(?:[\w.-]{1,40}:)?([\w.-]{1,40})(?=[\s/>])[^<>]*>", re.A)
_NEEDED = TELLING | {"rss", "rdf", "channel", "ttl", "updateperiod", "updatefrequency", "origlink"}


def answer(question: dict[str, object], body: bytes) -> dict[str, object]:
    """UTF-8 text of a feed → fields of RawFeed as plain values, or {"crash": name of feedparser's error}.

    What it stumbles over is mostly of no use to us (maps, players, sizes of pictures): then it is asked once more, for
    a feed without all that, so that one odd element does not cost every article.
    """
    try:
        return _read(body)
    except _CRASHES as error:
        with suppress(*_CRASHES):
            return _read(_TAG.sub(lambda tag: tag[0] if tag[1].decode().lower() in _NEEDED else b"", body))
        return {"crash": type(error).__name__}


def _read(body: bytes) -> dict[str, object]:
    # BytesIO: bare bytes that happen to be a file name or an address would be opened.
    found = feedparser.parse(
        io.BytesIO(body), response_headers=dict(_HEADERS), sanitize_html=False, resolve_relative_uris=False
    )
    feed, version = _mapping(found, "feed"), _text(found, "version")
    entries = [entry for entry in _list(found, "entries") if isinstance(entry, Mapping)]
    return {
        "entries": [_entry(entry, is_atom=version.startswith("atom")) for entry in entries[:MOST_ITEMS]],
        "version": version,
        "title": _text(feed, "title"),
        "link": _text(feed, "link"),
        "language": _text(feed, "language"),
        "ttl": _text(feed, "ttl"),
        "period": _text(feed, "sy_updateperiod"),
        "frequency": _text(feed, "sy_updatefrequency"),
        "older": _link(feed, "prev-archive") or _link(feed, "next"),
        "title_is_html": version.startswith("atom") and _title_is_html(feed),
        "wrong": str(_get(found, "bozo_exception"))[:100] if _get(found, "bozo") else "",
    }


def _entry(entry: Mapping[str, object], *, is_atom: bool) -> dict[str, object]:
    contents = [_text(part, "value") for part in _list(entry, "content") if isinstance(part, Mapping)]
    return {
        "guid": _text(entry, "id"),
        "link": _text(entry, "link"),
        "title": _text(entry, "title"),
        "summary": _text(entry, "summary"),
        "contents": contents,
        "published": _text(entry, "published"),
        "published_guess": _date(entry, "published_parsed"),
        "updated": _text(entry, "updated"),
        "updated_guess": _date(entry, "updated_parsed"),
        "language": _text(entry, "language") or _text(_mapping(entry, "title_detail"), "language"),
        "outlet": _text(_mapping(entry, "source"), "title"),
        "origin": _text(entry, "feedburner_origlink"),
        "title_is_html": is_atom and _title_is_html(entry),
    }


def _title_is_html(holder: Mapping[str, object]) -> bool:
    """As declared, which only Atom can; elsewhere feedparser guesses it."""
    return _text(_mapping(holder, "title_detail"), "type") in ("text/html", "application/xhtml+xml")


def _link(feed: Mapping[str, object], relation: str) -> str:
    links = (link for link in _list(feed, "links") if isinstance(link, Mapping))
    return next((_text(link, "href") for link in links if _text(link, "rel") == relation), "")


def _date(entry: Mapping[str, object], key: str) -> str:
    parsed = _get(entry, key)
    if not isinstance(parsed, struct_time):
        return ""
    with suppress(ValueError, OverflowError):
        return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC).isoformat()
    return ""


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
