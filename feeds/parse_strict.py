"""The plain majority of feeds, read by lxml: RSS 2.0, RSS 1.0 (RDF) and Atom 1.0. Pure: no network, no entity, no DTD.

A fraction of feedparser's cost, because it does not guess: on anything it was not written for it raises Odd, and
feedparser decides. What it does answer is what feedparser answers: tests/feeds/test_parse_agreement.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from lxml import etree

from feeds.moment import is_common_form
from feeds.parse_names import ATOM, KINDS, LANG, MEDIA, PLAIN_TYPES, RDF, RSS1, SILENT, SILENT_IN_HEAD, TELLING
from feeds.parse_raw import RawEntry, RawFeed, mended

ABOUT, LINK, TITLE, ITEMS = RDF + "about", ATOM + "link", ATOM + "title", RSS1 + "items"
BESIDE = {RSS1 + name for name in ("channel", "item", "image", "textinput")}  # what RDF may hold
MOST_NAMES = 2_000  # of elements, in a large document: lxml never forgets a name it has seen

_NAME = re.compile(rb"<([A-Za-z_][^\s/>]{0,500})")
_ROOT = re.compile(rb"<[A-Za-z_]")
_C1 = re.compile(rb"\xc2[\x80-\x9f]")  # windows-1252 that became control characters: feedparser maps them back
_TWICE = re.compile(rb"\xc3[\x82-\xb4]\xc2[\x80-\xbf]")
_C1_REFERENCE = re.compile(rb"&#(?:0*1[2-5]\d|[xX]0*[89][0-9a-fA-F]);")
_OF_XML = re.compile(rb"xml:")  # a pattern is found in half the time that `in` takes
_REFERENCE = re.compile(r"&[A-Za-z0-9_]+;")
_PARSER = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False,
    remove_comments=True, remove_pis=True,
)  # fmt: skip


class Odd(Exception):
    """Not plain enough for this parser; says nothing about whether it is a feed."""


def read_strict(body: bytes) -> RawFeed:
    """`body` has no XML declaration and should be UTF-8: that it is not, is odd too. Raises Odd."""
    start = _ROOT.search(body)
    if start is None or b"<!DOCTYPE" in body[: start.start()] or _C1.search(body):
        raise Odd("a document type or control characters")
    if len(body) > 250_000 and len(set(_NAME.findall(body))) > MOST_NAMES:
        raise Odd("more names than a feed has")
    if _C1_REFERENCE.search(body):
        raise Odd("control characters")
    try:
        root = etree.fromstring(body, _PARSER)
        if _OF_XML.search(body) and (b"xml:base" in body or body.count(b"xml:lang") > (LANG in root.attrib)):
            raise Odd("a base, or languages of parts")
        feed = _document(root)
    except (etree.XMLSyntaxError, UnicodeError) as error:
        raise Odd(str(error)) from None
    return mended(feed) if b"\xc3" in body and _TWICE.search(body) else feed


def _document(root: etree._Element) -> RawFeed:
    tag, names = root.tag, root.keys()
    if tag == "rss" and names == ["version"] and root.get("version", "").startswith("2."):
        if [child.tag for child in root] != ["channel"] or root[0].keys() or RSS1[1:-1] in root.nsmap.values():
            raise Odd("more than a channel")
        return _feed("rss20", root[0], root[0])
    if tag == ATOM + "feed" and names in ([], [LANG]):
        return _feed("atom10", root, root)
    if tag == RDF + "RDF" and not names:  # its items stand beside the channel
        channels = root.findall(RSS1 + "channel")
        if len(channels) != 1 or not {child.tag for child in root} <= BESIDE:
            raise Odd("not one channel and its items")
        return _feed("rss10", channels[0], root)
    raise Odd(f"the root {tag}")


def _feed(version: str, head: etree._Element, items: etree._Element) -> RawFeed:
    item, item_names, head_names = KINDS[version]
    entries = tuple(_entry(child, item_names) for child in items.iterchildren(item))
    found = _Fields((child for child in head if child.tag not in (item, ITEMS)), head_names, SILENT_IN_HEAD)
    get, links = found.text.get, found.links
    return RawFeed(
        entries, version, get("title", ""), get("link", "") or links.get("alternate", "") or get("guid", ""),
        head.get(LANG) or get("language", ""), get("ttl", ""), get("period", ""), get("frequency", ""),
        links.get("prev-archive") or links.get("next", ""), title_is_html=found.title_is_html,
    )  # fmt: skip


def _entry(item: etree._Element, names: Mapping[str, str]) -> RawEntry:
    found = _Fields(item, names, SILENT)
    get = found.text.get
    guid, about = get("guid", ""), item.get(ABOUT, "")
    if item.keys() not in ([], [ABOUT]) or (about and "guid" in found.text):
        raise Odd("attributes of an item")
    link = found.links.get("alternate", get("link", guid if found.guid_is_link else "")).replace("&amp;", "&")
    dates = get("published", ""), get("updated", "")
    if any(date and not is_common_form(date) for date in dates) or ("&" in link and _REFERENCE.search(link)):
        raise Odd("a date or a link that has to be guessed")
    return RawEntry(
        about or guid, link, get("title", ""), get("summary", ""), tuple(found.contents), dates[0], "", dates[1], "",
        "", get("outlet", ""), get("origin", ""), found.title_is_html,
    )  # fmt: skip


class _Fields:
    """The fields of one item or head, as feedparser would have them after reading its children in their order."""

    def __init__(self, children: Iterable[etree._Element], names: Mapping[str, str], silent: set[str]) -> None:
        self.text: dict[str, str] = {}
        self.contents: list[str] = []
        self.links: dict[str, str] = {}  # relation → address
        self.guid_is_link, self.title_is_html = True, False
        self._depth = 1_000_000  # of the element that gave the summary
        titles: set[str] = set()  # kinds of elements with a title in them
        for child in children:
            tag = child.tag  # made anew whenever it is asked for
            field = names.get(tag)
            if field is not None:
                self._add(field, self._value(field, child))
            elif tag == LINK:
                self._add_link(child)
            elif len(child) or (tag not in silent and _tells(tag)):
                titles |= self._pass_over(child, silent)
        is_hidden = not self.text.get("title") or len(titles) > 1 or "outlet" in self.text
        if (titles and is_hidden) or ("alternate" in self.links and "link" in self.text):
            raise Odd("a title inside another element, or two kinds of link")

    def _add(self, field: str, value: str) -> None:
        if field == "summary":
            self._describe(value, 0)
        elif field in self.text or (field == "content" and self.contents):
            raise Odd(f"{field} twice")
        elif field == "content":
            self.contents.append(value)
            self.text.setdefault("summary", value)
        else:
            self.text[field] = value

    def _value(self, field: str, child: etree._Element) -> str:
        for name, value in child.items():
            if field == "guid" and name == "isPermaLink":
                self.guid_is_link = value == "true"
            elif name == "type" and value in PLAIN_TYPES:
                self.title_is_html |= child.tag == TITLE and value.endswith("html")
            elif (field, name) != ("outlet", "url"):
                raise Odd(f"attributes of {field}")
        if len(child):
            raise Odd(f"elements in {field}")
        return (child.text or "").strip()

    def _describe(self, value: str, depth: int) -> None:
        """A second description is the content, unless there is content: then the outermost, last one is the summary."""
        if "summary" in self.text and not self.contents:
            self.contents.append(value)
        elif depth <= self._depth:
            self.text["summary"], self._depth = value, depth

    def _add_link(self, link: etree._Element) -> None:
        relation, kind = link.get("rel", "alternate").lower(), link.get("type", "text/html").lower()
        if not link.get("href"):
            raise Odd("a link without an address")
        if relation != "alternate":
            self.links.setdefault(relation, link.get("href", "").strip())
        elif kind in ("text/html", "application/xhtml+xml"):
            self.links[relation] = link.get("href", "").strip()

    def _pass_over(self, child: etree._Element, silent: set[str]) -> set[str]:
        """The kinds of titles in it, which count when the item has none. Raises Odd: it may tell something."""
        titles: set[str] = set()
        is_picture = child.tag in ("image", "textInput")
        for element in child.iter():
            tag = str(element.tag)
            if not _tells(tag) or tag in silent:
                continue
            if tag == MEDIA + "description":
                depth = sum(1 for _ in element.iterancestors()) - sum(1 for _ in child.iterancestors())
                self._describe(self._value("summary", element), depth)
            elif tag == MEDIA + "title" or (is_picture and tag == "title"):
                titles.add(tag)
            elif tag != "link" or not is_picture:
                raise Odd(tag)
        return titles


@lru_cache(maxsize=1_000)
def _tells(tag: str) -> bool:
    """Whether feedparser would take an element of this name for one of our fields, wherever it stands."""
    return str(tag).rpartition("}")[2].lower() in TELLING
