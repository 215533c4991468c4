"""The article of a web page: its own text, without menus, other headlines, pleas, comments, tickers and cookie texts.

    in a child (feeds/child.py): bytes → text → tree, pruned → trafilatura → plain text, one line a paragraph

Two signs say what is no article: names of classes and ids, which newspapers of all languages write in English, and the
shape of the text, which trafilatura knows. Words are the business of the monitor's data, not of this module. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import trafilatura
from lxml import etree, html

from feeds.encoding import decoded
from feeds.markup import tidy

MOST_TAGS = 60_000  # no newspaper writes so many on one page
SILENT = re.compile("nav|aside|footer|form|iframe|noscript|button|dialog|marquee|select|svg|object")
NO_TEXT = re.compile("script|style|template|noscript|iframe")
ROLES = re.compile("navigation|complementary|contentinfo|dialog|alertdialog|search|marquee|menu|banner")
FEW = 500  # characters
NAMES = re.compile(
    r"(?<![a-z])(?:donat\w*|support-us|crowdfund\w*|patreon|comments?|commentlist|comment-\w+|disqus\w*|respond|replies"
    r"|ticker|marquee|breaking|cookies?|consent|gdpr|newsletter|subscri\w+|paywall|related|recommend\w*|popular|trending"
    r"|most-read|mostread|read-also|readmore|read-more|see-also|more-news|latest-news|news-list|news-feed|newsfeed"
    r"|sidebar|share|sharing|social|socials|breadcrumbs?|advert\w*|ads?|promo\w*|popup|modal|pagination|prev-next"
    r"|copyright|author-box|tags)(?![a-z])"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.I)


def answer(question: dict[str, object], body: bytes) -> object:
    """For feeds.child: `question` has content_type and title, both texts; "" when the page holds no article."""
    return page_text(body, content_type=str(question["content_type"]), title=str(question["title"]))


def page_text(body: bytes, *, content_type: str = "", title: str = "") -> str:
    """The article's text, NFC, one line a paragraph; "" when there is none. `title` is not repeated at its top."""
    text = decoded(body, _with_charset(content_type, body)).text
    if not text.strip() or text.count("<") > MOST_TAGS:
        return ""
    tree = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False, remove_comments=True))
    _prune(tree)
    found = trafilatura.extract(tree, include_comments=False, include_tables=True, include_formatting=False)
    lines = tidy(found or "").split("\n")
    return "\n".join(lines[1:] if lines and _same(lines[0], title) else lines)


def _with_charset(content_type: str, body: bytes) -> str:
    """What the server says, else what the page says of itself."""
    found = _META.search(body[:4_096])
    return content_type if "charset" in content_type.lower() or not found else f"charset={found[1].decode('ascii')}"


def _prune(tree: html.HtmlElement) -> None:
    """Take out what is named as something else; but never what holds most of the text, whatever it is called."""
    size = _sizes(tree)
    most = size[tree] / 2
    for cell in [one for one in tree.iter("td") if size[one] > most]:
        _open_table(cell)
    for element in list(_suspects(tree)):
        if element.getparent() is not None and size[element] <= most:
            element.drop_tree()


def _open_table(cell: html.HtmlElement) -> None:
    """A table that lays out the page, with the article in one cell, is no table of figures."""
    table = _table_of(cell)
    if table is not None:
        for one in [table, *[part for part in table.iter("tbody", "tr", "td") if _table_of(part) is table]]:
            one.tag = "div"


def _table_of(part: html.HtmlElement) -> html.HtmlElement | None:
    return next(part.iterancestors("table"), None)


def _suspects(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for element in tree.iter(etree.Element):
        if element.tag in ("html", "body", "head", "main", "article"):
            continue
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        style = (element.get("style") or "").replace(" ", "")
        is_hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true" or "display:none" in style
        if (
            is_hidden
            or SILENT.fullmatch(element.tag)
            or ROLES.fullmatch(element.get("role") or "")
            or NAMES.search(_CAMEL.sub("-", named).lower().replace("_", "-"))
        ):
            yield element


def _sizes(tree: html.HtmlElement) -> dict[html.HtmlElement, int]:
    """Characters of paragraphs inside each element; of all text where a newspaper breaks lines instead."""
    whole: dict[html.HtmlElement, int] = {}
    inside: dict[html.HtmlElement, int] = {}
    for element in reversed(list(tree.iter(etree.Element))):
        children = [one for one in element if one in whole]
        text = "" if NO_TEXT.fullmatch(element.tag) else element.text or ""
        whole[element] = len(text) + sum(whole[one] + len(one.tail or "") for one in children)
        inside[element] = whole[element] if element.tag == "p" else sum(inside[one] for one in children)
    return inside if inside[tree] >= FEW else whole


def _same(line: str, title: str) -> bool:
    return bool(title) and re.sub(r"\W+", "", line.casefold()) == re.sub(r"\W+", "", title.casefold())
