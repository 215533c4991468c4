"""Pages in a web archive → articles. Only a page that says when it was published is one: front pages do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from feeds.characters import unreferenced
from feeds.child import ChildError
from feeds.days import AHEAD
from feeds.encoding import decoded
from feeds.jsonfeed import two_letters
from feeds.load_model import Capture, Reading
from feeds.markup import plain_title, safe_url
from feeds.model import Item, ParsedFeed
from feeds.moment import moment
from feeds.parse import LONGEST_TEXT

HEAD_CHARACTERS = 300_000  # where pages say what they are; scripts before the text can be long
LEAST_TEXT = 80  # characters; less is a caption or a menu
DATES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "pubdate",
    "parsely-pub-date",
    "dc.date.issued",
)

_META = re.compile(r"<meta\b([^<>]{0,2000})>", re.I)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,20})\s*=\s*(?:"([^"]{0,1000})"|'([^']{0,1000})')""", re.I)
_JSON_DATE = re.compile(r'"datePublished"\s{0,5}:\s{0,5}"([^"]{8,40})"')
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{1,1000})", re.I)
_LANGUAGE = re.compile(r"""<html\b[^>]{0,500}?\blang\s*=\s*["']?([A-Za-z-]{2,10})""", re.I)


def page_of(
    body: bytes, reading: Reading, where: str, *, url: str, as_of: datetime | None, content_type: str
) -> Iterator[Capture]:
    """The article of a page, or nothing, counted under its reason."""
    start = decoded(body, content_type).text[:HEAD_CHARACTERS]
    said = _metas(start)
    published = _published(said, start)
    if published is None or (as_of is not None and published > as_of + AHEAD):
        return reading.result.skip("page")
    title = plain_title(said.get("og:title") or _first(_TITLE, start))
    try:
        text = str(reading.extract.ask({"content_type": content_type, "title": title}, body))[:LONGEST_TEXT]
    except ChildError as error:
        return reading.problem(where, f"reading the page {error}")
    if len(text) < LEAST_TEXT:
        return reading.result.skip("text")
    item = Item("", safe_url(url), title, text, published, language=two_letters(_first(_LANGUAGE, start)))
    outlet = plain_title(said.get("og:site_name", ""))
    source = reading.hosts.get(host_of(url), "")
    yield Capture(source, ParsedFeed((item,), title=outlet or host_of(url)), as_of, only_new=True)


def host_of(url: str) -> str:
    """Whose page it is: the host, without www."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _metas(start: str) -> dict[str, str]:
    """name, property or itemprop of each meta element, in lower case → its content; the first of each."""
    found: dict[str, str] = {}
    for meta in _META.finditer(start):
        attributes = {name.lower(): unreferenced(one or two) for name, one, two in _ATTRIBUTE.findall(meta[1])}
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        found.setdefault(name.lower(), attributes.get("content", ""))
    return found


def _published(said: dict[str, str], start: str) -> datetime | None:
    candidates = [*(said.get(name, "") for name in DATES), _first(_JSON_DATE, start)]
    return next((date for text in candidates if text and (date := moment(text))), None)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
