"""The strict parser against feedparser, field by field; and parse() against feedparser's own expectations.

Over the feeds of six projects, feedparser's own cases, and made ones in four languages; `pytest -s` prints the figures.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.made import feed as made_feed
from feeds.encoding import decoded
from feeds.errors import Unreadable
from feeds.jsonfeed import two_letters
from feeds.markup import absolute_url, plain_text, plain_title
from feeds.model import Item, ParsedFeed
from feeds.moment import moment
from feeds.parse import _first_items, parse
from feeds.parse_loose import answer
from feeds.parse_raw import RawFeed
from feeds.parse_strict import Odd, read_strict

PROJECTS = {
    "az-feed-excerpts",
    "feeds-FeedReader",
    "feeds-feed-rs",
    "feeds-mediacloud",
    "feeds-miniflux",
    "feeds-newsboat",
}
ENTRY_FIELDS = ("guid", "link", "title", "title_is_html", "summary", "contents", "outlet", "origin")
FEED_FIELDS = ("version", "title", "title_is_html", "link", "language", "ttl", "period", "frequency", "older")
LEAST_AGREEMENT = 0.995
LEAST_EXPECTATIONS = 0.98

EXCEPTIONS = {  # (file, field): why we differ on purpose
    ("Rss20ItunesSample.xml", "published"): "+3000 is no zone: feedparser takes it for 30 hours, we for no date",
    ("rss_2.0_ilmessaggero.xml", "published"): 'the weekday is Italian ("mer"): feedparser finds no date, we do',
    ("rss_2.0_ch9.xml", "summary"): "feedparser takes a channel's second summary for content of its first item",
    ("rss_2.0_ch9.xml", "contents"): "the same: of two descriptions of that item feedparser loses the longer",
}


def bodies(shared: Path) -> Iterator[tuple[str, str, bytes]]:
    """(group, file, bytes) of everything that may be a feed in XML."""
    root = shared / "data" / "third_party"
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in (".gz", ".json") and path.name != "SOURCE.txt":
            yield path.relative_to(root).parts[0], path.name, path.read_bytes()
    for number in range(80):
        yield "made", f"made-{number}", made_feed(number)


def utf8(body: bytes) -> bytes:
    return _first_items(decoded(body).text)[0].encode("utf-8", "replace")


def differences(strict: RawFeed, loose: dict) -> Iterator[tuple[str, object, object]]:
    """(field, ours, feedparser's) of every field that was compared; equal ones too."""
    for field in FEED_FIELDS:
        yield f"feed {field}", getattr(strict, field), loose[field]
    yield "number of items", len(strict.entries), len(loose["entries"])
    for ours, theirs in zip(strict.entries, loose["entries"], strict=False):
        for field in ENTRY_FIELDS:
            value = getattr(ours, field)
            yield field, list(value) if isinstance(value, tuple) else value, theirs[field]
        for field in ("published", "updated"):
            yield field, utc(getattr(ours, field)), theirs[f"{field}_guess"]
        languages = two_letters(ours.language or strict.language), two_letters(theirs["language"] or loose["language"])
        yield "language", *languages


def utc(raw: str) -> str:
    found = moment(raw)
    return found.isoformat() if found else ""


def test_where_the_strict_parser_answers_it_agrees_with_feedparser(shared: Path) -> None:
    asked, answered, compared = Counter(), Counter(), 0
    found: list[tuple[str, str, object, object]] = []
    for group, name, body in bodies(shared):
        loose = answer({}, utf8(body))
        if not loose.get("version"):
            continue  # no feed
        asked[group] += 1
        try:
            strict = read_strict(utf8(body))
        except Odd:
            continue
        answered[group] += 1
        for field, ours, theirs in differences(strict, loose):
            compared += 1
            if ours != theirs:
                found.append((name, field, ours, theirs))
    real = sum(answered[group] for group in PROJECTS) / sum(asked[group] for group in PROJECTS)
    print(f"\nstrict answers: {real:.0%} of other projects' feeds; by group:")
    print("\n".join(f"  {group:25}{answered[group]:6} of {asked[group]:6}" for group in sorted(asked)))
    print(f"agreement: {compared - len(found)} of {compared} fields, {1 - len(found) / compared:.3%}")
    unexplained = [difference for difference in found if difference[:2] not in EXCEPTIONS]
    assert not unexplained
    assert {difference[:2] for difference in found} == set(EXCEPTIONS), "an exception that no longer is one"
    assert len(found) <= (1 - LEAST_AGREEMENT) * compared
    assert answered["made"] == asked["made"] == 80
    assert real >= 0.5


# feedparser's own expectations ---------------------------------------------------------------------------------------

_EXPECT = re.compile(rb"Expect:\s*(.+?)\s*-->", re.S)
_HEADER = re.compile(rb"^Header:\s*([\w-]+):\s*(.+)$", re.M)
FIELDS = {  # as feedparser's cases name a field → our field, and the form in which we keep it
    "title": ("title", plain_title),
    "title_detail.value": ("title", plain_title),
    "link": ("url", lambda link: absolute_url(link, "")),
    "id": ("guid", str),
    "guid": ("guid", str),
    "language": ("language", two_letters),
    "summary": ("text", plain_text),
    "summary_detail.value": ("text", plain_text),
    "description": ("text", plain_text),
    "content.0.value": ("text", plain_text),
    "source.title": ("outlet", plain_title),
    "published_parsed": ("published", lambda parts: datetime(*parts[:6], tzinfo=UTC)),
    "updated_parsed": ("updated", lambda parts: datetime(*parts[:6], tzinfo=UTC)),
}
OF_A_FEED = ("title", "language")
MISSED = {  # case: why we do not do what it expects. Each counts as a miss.
    "wellformed/base/http_entry_id_base_content_location.xml": "an id made absolute would change with the mirror asked",
    "wellformed/base/http_entry_id_base_docuri.xml": "the same",
    "wellformed/lang/http_content_language.xml": "a language in the headers is not read: servers send their own",
    "wellformed/cdf/channel_title.xml": "CDF, a format of 1997, is nobody's feed any more",
    "wellformed/atom10/entry_content_and_summary.xml": "of content and summary we keep the longer",
    "wellformed/rss/item_description_and_summary.xml": "the same",
    "wellformed/rss/item_summary_and_description.xml": "the same",
    "wellformed/rss/item_description_not_a_doctype.xml": "<!' and what follows it is hidden in every browser",
    "wellformed/sanitize/item_content_encoded_script_nested_cdata.xml": "marks of CDATA are not shown",
    "wellformed/sanitize/xml_declaration_unexpected_character.xml": "<!DOCTYPE is not shown, closed or not",
    "encoding/bozo_linenoise.xml": "UTF-8 taken for windows-1252 is mended, as most readers would wish",
}


def claims(expression: str) -> Iterator[tuple[str, str, object]]:
    """("feed" or the item's number, field, value) of every equation in an Expect line."""
    for node in ast.walk(ast.parse(expression.strip().replace("\n", " "), mode="eval")):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
            holder, _, field = ".".join(path(node.left)).partition(".")
            if holder == "entries":
                holder, _, field = field.partition(".")
            with suppress(ValueError):
                yield holder, field, ast.literal_eval(node.comparators[0])


def path(node: ast.expr) -> list[str]:
    """`entries[0]['title_detail'].value` → entries, 0, title_detail, value."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return [*path(node.value), str(node.slice.value)]
    if isinstance(node, ast.Attribute):
        return [*path(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else ["?"]


def test_feedparsers_own_expectations_hold_through_parse(shared: Path) -> None:
    """Our title and text are what a reader sees, so HTML that a case expects is read as text by our own function."""
    folder = shared / "data" / "third_party" / "conformance-feedparser" / "tests"
    total, missed = 0, {}
    for file in sorted(folder.rglob("*.xml")):
        name, body = file.relative_to(folder).as_posix(), file.read_bytes()
        for holder, field, wanted in expectations(body):
            if field not in FIELDS or (holder == "feed" and field not in OF_A_FEED) or wanted in ("", None):
                continue
            total += 1
            got, ours = outcome(holder, field, wanted, name, body)
            if got != ours:
                missed[name] = f"{holder} {field}: {got!r}, not {ours!r}"
    print(f"\nfeedparser's expectations on our fields: {total - len(missed)} of {total}, {1 - len(missed) / total:.2%}")
    print("\n".join(f"  {name}: {MISSED.get(name, 'not known')}\n    {what}" for name, what in missed.items()))
    assert total > 900
    assert missed.keys() == MISSED.keys(), "a new miss, or one that no longer is one"
    assert len(missed) <= (1 - LEAST_EXPECTATIONS) * total


def expectations(body: bytes) -> list[tuple[str, str, object]]:
    encoding = next((mark for start, mark in MARKS if body.startswith(start)), "utf-8")
    found = _EXPECT.search(body.decode(encoding, "replace").encode())
    try:
        return list(claims(found[1].decode())) if found else []
    except (SyntaxError, ValueError):
        return []


MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def outcome(holder: str, field: str, wanted: object, name: str, body: bytes) -> tuple[object, object]:
    """(what we have, what feedparser's case expects), in the form in which we keep such a field."""
    ours, form = FIELDS[field]
    headers = {key.decode().lower(): value.decode().strip() for key, value in _HEADER.findall(body)}
    url = headers.get("content-location") or f"http://127.0.0.1:8097/tests/{name}"
    try:
        feed = parse("case", body, content_type=headers.get("content-type", ""), url=url)
        of: Item | ParsedFeed = feed if holder == "feed" else feed.items[int(holder)]
        return getattr(of, ours), form(wanted)
    except (Unreadable, LookupError, TypeError, ValueError) as error:
        return repr(error), wanted


# Items nobody wrote --------------------------------------------------------------------------------------------------

PIECES = [
    "<title>A</title>",
    "<title/>",
    "<title> <![CDATA[B &amp; c]]></title>",
    "<link>https://a.example/1</link>",
    "<link/>",
    "<link>//b.example/2?x=1&amp;amp;y</link>",
    "<guid>g</guid>",
    '<guid isPermaLink="false">h</guid>',
    "<guid/>",
    "<description>d</description>",
    "<description/>",
    "<content:encoded>long text</content:encoded>",
    "<content:encoded/>",
    "<pubDate>Mon, 12 Jan 2026 10:00:00 +0400</pubDate>",
    "<dc:date>2026-01-12T10:00:00Z</dc:date>",
    "<pubDate/>",
    '<source url="https://o.example">Outlet</source>',
    "<media:title>M</media:title>",
    "<itunes:summary>i</itunes:summary>",
    "<media:group><media:title>N</media:title><media:description>n</media:description></media:group>",
    "<media:description>m</media:description>",
    "<image><title>P</title><link>https://p.example</link></image>",
    '<atom:link rel="self" href="https://s.example/"/>',
    "<author>x</author>",
    "<category>y</category>",
    "<!-- c -->",
    "<atom:updated>2026-01-13T10:00:00Z</atom:updated>",
    '<media:content url="u"><media:credit>z</media:credit></media:content>',
]
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=7), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_items_of_any_pieces_in_any_order_come_out_alike(items: list[list[str]]) -> None:
    inside = "".join(f"<item>{''.join(pieces)}</item>" for pieces in items)
    body = f'<rss version="2.0" {SPACES}><channel><title>T</title>{inside}</channel></rss>'.encode()
    try:
        strict = read_strict(body)
    except Odd:
        return
    assert not [found for found in differences(strict, answer({}, body)) if found[1] != found[2]]
