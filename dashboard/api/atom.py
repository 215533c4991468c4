"""Lists as Atom feeds (RFC 4287), for feed readers: articles under any filter, alerts, daily summaries. Pure.

A page of a list is a page of the feed; `next` leads on, `prev-archive` to older entries in documents that stay (RFC
5005, dashboard/api/shelves.py). Nothing in a feed depends on when it was asked for: it was last updated when its newest
entry was. Text of feeds is text: no markup passes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from dashboard.api.paging import token
from dashboard.api.parameters import Asked
from dashboard.api.shelves import Shelf
from dashboard.export.escape import link, one_line

ATOM = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
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


def feed(
    asked: Asked, title: str, monitor: str, entries: Sequence[Entry], following: str | None, shelf: Shelf | None = None
) -> bytes:
    """monitor : key, makes ids of this archive its own. following : address of the next page; None: there is none.

    shelf : which document of the feed it is; None: a page behind the first, which is none of them.
    """
    root = etree.Element(_name("feed"), nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the default namespace
    _put(root, "id", _id(monitor, _address(asked, None)))  # without the place in the list: it stays the same feed
    _put(root, "title", title)
    _put(root, "updated", _time(max((one.updated for one in entries), default=NEVER)))
    _put(etree.SubElement(root, _name("author")), "name", title.partition(": ")[0])
    _link(root, "self", _self(asked, shelf), type="application/atom+xml")
    if following:
        _link(root, "next", following)
    if shelf is not None:
        _links_of(root, asked, shelf)
    for one in entries:
        root.append(_entry(one, monitor))
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return body


def _address(asked: Asked, shelf: int | None) -> str:
    given = [(name, value) for name, value in asked.given if name != "archive"]
    given += [("archive", str(shelf))] if shelf is not None else []
    return f"{asked.address}?{urlencode(given)}" if given else asked.address


def _self(asked: Asked, shelf: Shelf | None) -> str:
    place = asked.after()
    if place is not None:
        return f"{asked.address}?{urlencode([*asked.given, ('cursor', token(place))])}"
    return _address(asked, shelf.number if shelf else None)


def _links_of(root: etree._Element, asked: Asked, shelf: Shelf) -> None:
    """RFC 5005: documents that stay, and the way from one to the other."""
    if shelf.number is not None:
        etree.SubElement(root, f"{{{HISTORY}}}archive", nsmap={"fh": HISTORY})
        _link(root, "current", _address(asked, None))
    if shelf.older is not None:
        _link(root, "prev-archive", _address(asked, shelf.older))
    if shelf.newer is not None:
        _link(root, "next-archive", _address(asked, shelf.newer))


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
