"""The plain majority of feeds, read by lxml: RSS 2.0, RSS 1.0 (RDF) and Atom 1.0. Pure: no network, no entity, no DTD.

A fraction of feedparser's cost, because it does not guess: on anything it was not written for it raises Odd, and
feedparser decides. What it does answer is what feedparser answers: tests/feeds/test_parse_agreement.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import etree

from feeds.moment import is_common_form
from feeds.parse_names import ATOM, KINDS, LANG, MEDIA, PLAIN_TYPES, RDF, RSS1, SILENT, SILENT_IN_HEAD, TELLING
from feeds.parse_raw import RawEntry, RawFeed, mended

ABOUT, LINK, TITLE, ITEMS = RDF + "about", ATOM + "link", ATOM + "title", RSS1 + "items"
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
    if root.tag == "rss" and root.keys() == ["version"] and root.get("version", "").startswith("2."):
        return _rss(root)
    if root.tag == RDF + "RDF" and not root.keys():
        return _rdf(root)
    if root.tag == ATOM + "feed" and root.keys() in ([], [LANG]):
        return _feed("atom10", root)
    raise Odd(f"the root {root.tag}")


def _rss(root: etree._Element) -> RawFeed:
    if [child.tag for child in root] != ["channel"] or root[0].keys() or RSS1[1:-1] in root.nsmap.values():
        raise Odd("more than a channel")
    return _feed("rss20", root[0])


def _rdf(root: etree._Element) -> RawFeed:
    """The items stand beside the channel."""
    channels = root.findall(RSS1 + "channel")
    if {child.tag for child in root} - {RSS1 + name for name in ("channel", "item", "image", "textinput")}:
        raise Odd("an element beside channel and items")
    if len(channels) != 1:
        raise Odd("not one channel")
    return _feed("rss10", channels[0], root)


def _feed(version: str, head: etree._Element, beside: etree._Element | None = None) -> RawFeed:
    item, item_names, head_names = KINDS[version]
    items = head if beside is None else beside
    entries = tuple(_entry(child, item_names) for child in items if child.tag == item)
    found = _Fields((child for child in head if child.tag not in (item, ITEMS)), head_names, SILENT_IN_HEAD)
    get, links = found.text.get, found.links
    return RawFeed(
        entries, version, get("title", ""), get("link", "") or links.get("alternate", "") or get("guid", ""),
        head.get(LANG) or get("language", ""), get("ttl", ""), get("period", ""), get("frequency", ""),
        links.get("prev-archive") or links.get("next", ""), title_is_html=found.title_is_html,
    )  # fmt: skip


def _entry(item: etree._Element, names: Mapping[str, str]) -> RawEntry:
    about = item.get(ABOUT, "")
    found = _Fields(item, names, SILENT)
    get = found.text.get
    if item.keys() not in ([], [ABOUT]) or (about and "guid" in found.text):
        raise Odd("attributes of an item")
    guid = get("guid", "")
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
        self.guid_is_link = self.title_is_html = False
        self._depth = 1_000_000  # of the element that gave the summary
        titles: set[str] = set()  # kinds of elements with a title in them
        for child in children:
            tag = child.tag  # made anew whenever it is asked for
            field = names.get(tag)
            if field is not None:
                self._add(field, child, tag)
            elif tag == LINK:
                self._add_link(child)
            elif tag not in silent or len(child):
                titles |= self._pass_over(child, silent)
        is_hidden = not self.text.get("title") or len(titles) > 1 or "outlet" in self.text
        if (titles and is_hidden) or ("alternate" in self.links and "link" in self.text):
            raise Odd("a title inside another element, or two kinds of link")

    def _add(self, field: str, child: etree._Element, tag: str) -> None:
        value = _text(child, field)
        if field == "summary":
            self._describe(value, 0)
        elif field in self.text or (field == "content" and self.contents):
            raise Odd(f"{field} twice")
        elif field == "content":
            self.contents.append(value)
            self.text.setdefault("summary", value)
        else:
            self.text[field] = value
        if field == "guid":
            self.guid_is_link = child.get("isPermaLink", "true") == "true"
        elif tag == TITLE:
            self.title_is_html = child.get("type", "").endswith("html")  # of PLAIN_TYPES

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
        if not len(child) and str(child.tag).rpartition("}")[2].lower() not in TELLING:  # as most are
            return titles
        for element in child.iter():
            tag = str(element.tag)
            if tag.rpartition("}")[2].lower() not in TELLING or tag in silent:
                continue
            if tag == MEDIA + "description":
                self._describe(_text(element, "summary"), _depth(element) - _depth(child))
            elif tag == MEDIA + "title" or (child.tag in ("image", "textInput") and tag == "title"):
                titles.add(tag)
            elif tag != "link" or child.tag not in ("image", "textInput"):
                raise Odd(tag)
        return titles


def _depth(element: etree._Element) -> int:
    return sum(1 for _ in element.iterancestors())


def _text(child: etree._Element, field: str) -> str:
    for name, value in child.items():
        is_plain = (field, name) in (("guid", "isPermaLink"), ("outlet", "url")) or (
            name == "type" and value in PLAIN_TYPES
        )
        if not is_plain:
            raise Odd(f"attributes of {field}")
    if len(child):
        raise Odd(f"elements in {field}")
    return (child.text or "").strip()
