"""A whole archive of hostile feed texts leaves the house by every door: nothing is executed, all of it validates.

test_injection.py holds one text against one writer. Here every hostile text stands in title, text, outlet, address and
identity of a stored article, goes through tagger, stories, alerts and masking, and out by the real commands.
"""

from __future__ import annotations

import argparse
import csv
import email
import email.policy
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import docx
import feedparser
import frictionless
import jsonschema
import openpyxl
import pypdf
import pytest
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from pyarrow import parquet

from dashboard import commands_summary
from dashboard.export import FORMATS, escape
from feeds.archive import open_archive
from feeds.monitor import Monitor
from metrics import package
from tests.dashboard import test_send
from tests.dashboard.api_archive import call
from tests.dashboard.package_archive import fill_whole
from tests.dashboard.test_api_archives import RULES
from tests.dashboard.test_export_package import command
from tests.dashboard.test_export_package import rows as rows_of
from tests.dashboard.test_injection import FORMULA, STRINGS
from tests.dashboard.test_send import House, authority, house  # noqa: F401 fixtures

pytestmark = pytest.mark.thorough

WORDS = [
    *(one for one in STRINGS.values() if "\ud83d" not in one),  # half of a pair never gets past the parser
    "nul\x00in a word", "\u202e" + "W" * 10_000, "\u05d0\u200f" + "\u0623" * 10_000,
    "a" * 10_000 + "=1+1",
]  # fmt: skip
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MARKUP = {"script", "img", "iframe", "object", "embed", "form", "input", "base", "details", "math", "link"}
HOSTS = re.compile(r"([a-z0-9-]+\.)*example(\.org)?|localhost|127\.0\.0\.1")
YESTERDAY = test_send.YESTERDAY


@pytest.fixture(scope="session")
def few(demo: Monitor, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive; under this name the fixture `house` sends from it."""
    file = tmp_path_factory.mktemp("hostile") / "archive.db"
    fill_whole(f"sqlite:///{file}", demo, WORDS)
    return file


@pytest.fixture(scope="session")
def exported(demo: Monitor, few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "data"
    assert command(demo, f"sqlite:///{few}", folder, first="2031-04-01") == 0
    return folder


@pytest.fixture(scope="session")
def files(demo: Monitor, few: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The summary of the day on which all of them came, in every format."""
    folder = tmp_path_factory.mktemp("issues")
    made = {}
    for name in FORMATS:
        assert summary(demo, few, name, folder / name) == 0, name
        made[name] = (folder / name).read_bytes()
    return made


def summary(demo: Monitor, few: Path, name: str, out: Path) -> int:
    parser = argparse.ArgumentParser()
    commands_summary.add_to(parser.add_subparsers())
    place = ["--monitor", str(demo.folder), "--archive", f"sqlite:///{few}", "--out", str(out)]
    args = parser.parse_args(["summary", "--day", str(YESTERDAY), "--format", name, *place])
    return commands_summary.run(args, now=datetime(2031, 12, 1, 6, tzinfo=UTC))


def is_formula(text: str) -> bool:
    return bool(FORMULA.match(text)) and not text.startswith("'")


def outside(addresses: set[Any]) -> list[str]:
    """Addresses that lead where no source of the archive is, or that are no web addresses."""
    found = [urlsplit(str(one)) for one in addresses if one and not str(one).startswith("#")]
    return [one.geturl() for one in found if one.scheme != "https" or not HOSTS.fullmatch(one.hostname or "")]


def test_every_hostile_text_is_in_the_archive_and_was_read(few: Path) -> None:
    with open_archive(f"sqlite:///{few}", read_only=True) as archive, archive.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT a.title, a.outlet, (SELECT count(*) FROM evidence e WHERE e.article = a.id) FROM articles a"
            " WHERE a.url LIKE 'https://example.org/%?q=%'"
        ).all()
    assert len(rows) == len(WORDS)
    assert sum(found > 0 for _, _, found in rows) > len(WORDS) // 2, "most must get as far as the evidence"


# Open data -----------------------------------------------------------------------------------------------------------


def test_the_package_is_valid_with_rows_in_every_table(exported: Path) -> None:
    report = frictionless.validate(str(exported / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert [one.name for one in package.TABLES if not rows_of(exported, one)] == []


def test_no_cell_of_the_package_is_a_formula_or_steers(exported: Path) -> None:
    for path in sorted(exported.iterdir()):
        body = path.read_bytes().decode()
        assert not STEERING.search(body), path.name
        cells = [cell for row in csv.reader(io.StringIO(body, newline="")) for cell in row]
        assert path.suffix != ".csv" or not [cell for cell in cells if is_formula(cell)], path.name


def test_addresses_of_the_package_lead_to_the_web_alone(exported: Path) -> None:
    tables = [(one, field.name) for one in package.TABLES for field in one.fields if field.name == "url"]
    assert tables
    for table, column in tables:
        for row in rows_of(exported, table):
            assert re.match(r"https?://[^\s<>\"]*$|$", row[column]), (table.name, row[column])


def test_what_describes_the_package_holds_nothing_of_a_feed(exported: Path) -> None:
    for name in ("datapackage.json", "README.md"):
        body = (exported / name).read_text(encoding="utf-8")
        assert not [word for word in WORDS if len(escape.one_line(word)) > 6 and escape.one_line(word) in body], name


# The summary ---------------------------------------------------------------------------------------------------------


def no_markup(page: Any, allowed: set[str]) -> None:
    """allowed : tags of MARKUP that are ours."""
    assert not {str(one.tag) for one in page.iter()} & (MARKUP - allowed)
    assert not [one for one in page.iter() for name in one.attrib if str(name).startswith("on")]
    assert not [one.get("src") for one in page.iter() if one.get("src")]
    assert outside({one.get("href") for one in page.iter("a")}) == []


def markdown(body: bytes) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(body.decode())
    inside = [child for one in tokens for child in one.children or []]
    kinds = {one.type for one in [*tokens, *inside]}
    assert not kinds & {"image", "code_block", "fence", "html_block"}
    assert not [one.content for one in inside if one.type == "html_inline"]
    assert outside({one.attrs.get("href") for one in inside if one.type == "link_open"}) == []


def html(body: bytes) -> None:
    no_markup(lxml_html.fromstring(body), set())


def sheet(body: bytes) -> None:
    rows = list(csv.reader(io.StringIO(body.decode(), newline="")))
    assert len({len(row) for row in rows if row}) == 1
    assert not [cell for row in rows for cell in row if is_formula(cell)]


def json_(body: bytes) -> None:
    jsonschema.validate(json.loads(body), json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert not re.search(rb"[<>\x00-\x09\x0b-\x1f\x7f]", body)


SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "summary.schema.json"


def parquet_(body: bytes) -> None:
    for column in parquet.read_table(io.BytesIO(body)).columns:
        assert not [one for one in column.to_pylist() if isinstance(one, str) and STEERING.search(one)]


def zip_(body: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert not [name for name in packed.namelist() if "/" in name or ".." in name]
        for name in packed.namelist():
            if name.endswith(".csv"):
                sheet(packed.read(name))


def xlsx(body: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [cell for one in book for row in one.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert outside({cell.hyperlink.target for cell in cells if cell.hyperlink}) == []


def docx_(body: bytes) -> None:
    page = docx.Document(io.BytesIO(body))
    assert not page.element.xpath("//w:fldSimple|//w:instrText|//w:object|//w:altChunk")
    assert outside({one.target_ref for one in page.part.rels.values() if one.is_external}) == []


def pdf(body: bytes) -> None:
    pages = pypdf.PdfReader(io.BytesIO(body))
    shown = "".join(page.extract_text() for page in pages.pages)
    assert "root:x:" not in shown
    assert "/OpenAction" not in pages.trailer["/Root"]
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(pages.trailer["/Root"].get("/Names", {}))
    links = [
        one.get_object()["/A"] for page in pages.pages for one in page.get("/Annots", ()) if "/A" in one.get_object()
    ]
    assert {one["/S"] for one in links} <= {"/URI", "/GoTo"}
    assert outside({one.get("/URI") for one in links}) == []
    assert '#eval("1")' in shown, "typst code stands there as text"


def eml(body: bytes) -> None:
    letter = email.message_from_bytes(body, policy=email.policy.default)
    assert not any(part.defects for part in letter.walk())
    assert not {"bcc", "cc", "reply-to"} & {name.lower() for name in letter}
    assert not [value for _, value in letter.items() if "evil" in str(value)]
    markup = letter.get_body(("html",))
    assert markup is not None
    no_markup(lxml_html.fromstring(markup.get_content()), set())


READERS: dict[str, Callable[[bytes], None]] = {
    "md": markdown, "html": html, "csv": sheet, "json": json_, "parquet": parquet_, "zip": zip_, "xlsx": xlsx,
    "docx": docx_, "pdf": pdf, "eml": eml,
}  # fmt: skip


def test_no_format_is_forgotten() -> None:
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("name", READERS)
def test_a_summary_of_hostile_texts_is_text_alone(files: dict[str, bytes], name: str) -> None:
    READERS[name](files[name])


# Feeds, mail and webhook ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(start_dashboard: Callable[..., Any], demo: Monitor, few: Path) -> Any:
    return start_dashboard(f"sqlite:///{few}", demo.folder, "--no-poll")


AS_WRITTEN = "titles hold no markup that was escaped twice"  # one of the texts is such a title: it is shown as it is
FEEDS = (
    "/articles?which=all&limit=300",
    "/articles?indicator=food&limit=300",
    "/alerts?limit=50",
    "/summaries?limit=3",
)


@pytest.mark.parametrize("path", FEEDS)
def test_feeds_of_hostile_texts_are_valid(server: Any, path: str) -> None:
    address = f"/api/v1{path}&format=atom"
    answer = call(server.url, address)
    assert answer.status == 200
    feed = etree.fromstring(answer.body, etree.XMLParser(resolve_entities=False))
    assert [name for name, rule in RULES.items() if name != AS_WRITTEN and not rule(feed, address)] == []
    read = feedparser.parse(answer.body)
    assert not read.bozo
    assert read.entries
    assert not [one for one in feed.iter() if etree.QName(one).localname in MARKUP - {"link"}]


def test_sources_and_the_log_of_the_server_are_plain(server: Any) -> None:
    answer = call(server.url, "/api/v1/sources?format=opml")
    root = etree.fromstring(answer.body, etree.XMLParser(resolve_entities=False))
    assert {str(one.tag) for one in root.iter()} == {"opml", "head", "title", "body", "outline"}
    assert not STEERING.search(server.log)
    assert not [line for line in server.log.splitlines() if "evil.example" in line]


def test_mail_and_webhook_of_hostile_texts(house: House) -> None:  # noqa: F811 a fixture
    assert house.round()
    assert len(house.box.taken) == len(test_send.READERS)
    for to, body in house.box.taken:
        assert email.message_from_bytes(body, policy=email.policy.default)["To"] == to
        eml(body)
    ((_, body, headers),) = house.calls.taken
    assert house.calls.forged == 0
    assert json.loads(body)["data"]["day"] == YESTERDAY.isoformat()
    assert not [name for name in headers if name in ("bcc", "x-evil")]
    for file in house.shelf.iterdir():
        READERS[file.suffix[1:]](file.read_bytes())
    assert not [line for line in house.said if STEERING.search(line)]
