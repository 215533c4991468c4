"""Lists as Atom feeds (RFC 4287), for feed readers: articles under any filter, alerts, daily summaries. Pure.

A page of a list is a page of the feed; `next` leads on (RFC 5005). Nothing in a feed depends on when it was asked for:
it was last updated when its newest entry was. Text of feeds is text: no markup passes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from dashboard.api.parameters import Asked
from dashboard.export.escape import link, one_line

ATOM = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed without entries: Atom wants a time


@dataclass(frozen=True, slots=True)
class Entry:
    """id : what makes it one, in words; it never changes. lines : of its content. url : "" none. author : who tells."""

    id: str
    title: str
    updated: datetime
    author: str
    lines: tuple[str, ...] = ()
    url: str = ""
    published: datetime | None = None
    language: str = ""
    terms: tuple[str, ...] = ()


def feed(asked: Asked, title: str, monitor: str, entries: Sequence[Entry], following: str | None) -> bytes:
    """monitor : key, makes ids of this archive its own. following : address of the next page; None: there is none."""
    root = etree.Element(_name("feed"), nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the default namespace
    mine = urlencode(asked.given)  # without the place in the list: the feed stays the same feed
    address = f"{asked.address}?{mine}" if mine else asked.address
    _put(root, "id", _id(monitor, address))
    _put(root, "title", title)
    _put(root, "updated", _time(max((one.updated for one in entries), default=NEVER)))
    _link(root, "self", address, type="application/atom+xml")
    if following:
        _link(root, "next", following)
    for one in entries:
        root.append(_entry(one, monitor))
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return body


def _entry(one: Entry, monitor: str) -> etree._Element:
    entry = etree.Element(_name("entry"))
    if one.language:
        entry.set("{http://www.w3.org/XML/1998/namespace}lang", one.language)
    _put(entry, "id", _id(monitor, one.id))
    _put(entry, "title", one.title or "–")
    _put(entry, "updated", _time(one.updated))
    if one.published:
        _put(entry, "published", _time(one.published))
    _put(etree.SubElement(entry, _name("author")), "name", one.author or "–")
    if address := link(one.url):
        _link(entry, "alternate", address)
    elif one.url.startswith("/"):
        _link(entry, "alternate", one.url)  # our own page
    for term in one.terms:
        etree.SubElement(entry, _name("category"), term=one_line(term))
    _put(entry, "content", "\n".join(one_line(line) for line in one.lines) or one.title or "–", lines=True)
    return entry


def noon(day: date) -> datetime:
    """Of what has a day and no time."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _put(parent: etree._Element, tag: str, text: str, *, lines: bool = False) -> None:
    element = etree.SubElement(parent, _name(tag))
    element.text = text if lines else one_line(text)


def _link(parent: etree._Element, rel: str, href: str, **more: str) -> None:
    etree.SubElement(parent, _name("link"), {"rel": rel, "href": href, **more})


def _id(monitor: str, what: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{monitor}:{what}')}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
