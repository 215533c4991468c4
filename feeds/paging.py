"""Where the page before a page of a feed is: RFC 5005 links, WordPress `?paged=N`, Blogger `?start-index=N`. Pure.

Sources: RFC 5005 (prev-archive, next); JSON Feed 1.1 (next_url); WordPress query variables; Blogger's feed parameters.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from feeds.model import ParsedFeed

Way = Literal["links", "wordpress", "blogger", "guess"]

HEAD_BYTES = 20_000  # the generator stands before the items
_GENERATOR = re.compile(rb"<(?:\w+:)?generator\b([^>]{0,300})>([^<]{0,300})", re.I)


def way_back(feed: ParsedFeed, body: bytes) -> Way:
    """How older pages of this feed are asked for; guess: as of WordPress, which many sites are without saying so."""
    if feed.older:
        return "links"
    generator = _GENERATOR.search(body[:HEAD_BYTES])
    name = b" ".join(generator.groups()).lower() if generator else b""
    if b"wordpress" in name:
        return "wordpress"
    return "blogger" if b"blogger" in name else "guess"


def older_address(way: Way, url: str, feed: ParsedFeed) -> str:
    """Address of the page before `feed`, which came from `url`; "" when the feed names none.

    >>> older_address("wordpress", "https://a.example/feed/?cat=3&paged=2", ParsedFeed(()))
    'https://a.example/feed/?cat=3&paged=3'
    """
    if way == "links":
        return feed.older
    if way == "blogger":
        return _with(url, "start-index", _number(url, "start-index") + len(feed.items))
    return _with(url, "paged", _number(url, "paged") + 1)


def _number(url: str, name: str) -> int:
    """The number of a page in its address; the first page bears none."""
    found = re.search(rf"(?:^|&){name}=([1-9]\d{{0,8}})(?:&|$)", urlsplit(url).query)
    return int(found[1]) if found else 1


def _with(url: str, name: str, number: int) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and not pair.startswith(f"{name}=")]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join([*kept, f"{name}={number}"]), ""))
