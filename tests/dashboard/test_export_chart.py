"""The chart of a summary: every day one column, days that were not seen hatched, said in words in every format."""

from __future__ import annotations

import base64
import csv
import io
import re
import zipfile

import docx
import openpyxl
import pypdf
import pytest
from lxml import etree
from lxml import html as lxml_html

from dashboard import pieces
from dashboard.export import chart, render
from metrics.summary import Summary, summarise
from tests.summary_values import DAY, END, busy, days, material

SVG = "{http://www.w3.org/2000/svg}"
STATES = "f" * 20 + "uup" + "f" * 12  # two days not seen, one in part


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(material(*busy().stories, days=days(STATES)), day=DAY, as_of=END)


def test_a_day_that_was_not_seen_has_no_number(summary: Summary) -> None:
    assert [one.stories is None for one in summary.month] == [one == "u" for one in STATES]
    told = [story for story in busy().stories if story.day == DAY]
    assert summary.month[-1].stories == len(told)


def test_the_drawing_has_a_column_a_day_and_hatches_what_was_not_seen(summary: Summary) -> None:
    root = etree.fromstring(chart.svg(summary).encode())
    columns = [float(one.get("height")) for one in root.iter(f"{SVG}rect")]
    numbers = [one.stories for one in summary.month if one.stories]
    assert len(columns) == len(numbers)
    scale = max(columns) / max(numbers)
    assert columns == [pytest.approx(number * scale, abs=0.1) for number in numbers]
    hatched = [one for one in root.iter(f"{SVG}path") if (one.get("d") or "").count("M") > 10]
    assert len(hatched) == 2
    assert {"style", "href", "onload"}.isdisjoint({name for one in root.iter() for name in one.attrib})


def test_the_words_say_what_the_drawing_shows(summary: Summary) -> None:
    most = max(summary.month, key=lambda one: (one.stories or 0, one.day))
    said = chart.alt(summary)
    assert f"{most.stories} stories, on {most.day}" in said
    assert "Days not seen: 2 of 35" in said


def test_pdf_draws_it_as_lines_and_says_it(summary: Summary) -> None:
    body = render(summary, "pdf")
    pages = pypdf.PdfReader(io.BytesIO(body))
    pictures = [one for page in pages.pages for one in page.images]
    assert not pictures, "vector, no picture"
    assert b"pdfuaid" in pages.xmp_metadata.stream.get_data() if pages.xmp_metadata else False
    assert chart.alt(summary) in alternatives(pages)
    text = re.sub(r"\s+", " ", "".join(page.extract_text() for page in pages.pages))
    assert chart.caption(summary) in text


def alternatives(pages: pypdf.PdfReader) -> set[str]:
    """All alternative texts of the file's structure."""
    found: set[str] = set()
    waiting = [pages.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, pypdf.generic.DictionaryObject):
            found |= {str(node["/Alt"])} if "/Alt" in node else set()
            waiting += [node["/K"]] if "/K" in node else []
        elif isinstance(node, pypdf.generic.ArrayObject):
            waiting += list(node)
    return found


def test_word_shows_it_as_a_picture_with_its_words(summary: Summary) -> None:
    page = docx.Document(io.BytesIO(render(summary, "docx")))
    assert [one._inline.docPr.get("descr") for one in page.inline_shapes] == [chart.alt(summary)]
    assert any(chart.caption(summary) in line.text for line in page.paragraphs)


def test_excel_has_the_days_as_a_table_and_a_chart_of_its_own(summary: Summary) -> None:
    body = render(summary, "xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(body))["Days"].iter_rows(min_row=2, max_col=3, values_only=True))
    assert [(row[0].date(), row[1], row[2]) for row in rows] == [
        (one.day, one.state, one.stories) for one in summary.month
    ]
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        charts = [packed.read(name) for name in packed.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    assert sum(b"barDir" in one and b'"col"' in one for one in charts) == 1


def test_html_holds_the_drawing_itself(summary: Summary) -> None:
    page = lxml_html.fromstring(render(summary, "html"))
    (figure,) = page.iter("figure")
    assert figure.get("aria-label") == chart.alt(summary)
    assert len(figure.findall(".//svg")) == 1
    assert not [one for one in page.iter() if one.get("src")]


def test_the_package_has_the_days(summary: Summary) -> None:
    with zipfile.ZipFile(io.BytesIO(render(summary, "zip"))) as packed:
        rows = list(csv.DictReader(io.StringIO(packed.read("days.csv").decode())))
    assert [row["stories"] for row in rows] == [
        "" if one.stories is None else str(one.stories) for one in summary.month
    ]


@pytest.mark.parametrize("states", ["u" * 35, "b" * 35])
def test_nothing_is_drawn_where_nothing_was_seen(states: str) -> None:
    blind = summarise(material(days=days(states)), day=DAY, as_of=END)
    assert not chart.is_worth_drawing(blind)
    assert "<svg" not in render(blind, "html").decode()
    assert render(blind, "docx")
    assert render(blind, "xlsx")


def test_the_page_shows_it_as_a_picture(summary: Summary) -> None:
    """Streamlit lets no SVG through."""
    page = lxml_html.fromstring(pieces.summary_body(render(summary, "html").decode()))
    (figure,) = page.iter("figure")
    (picture,) = figure.iter("img")
    kind, _, packed = picture.get("src").partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert len(list(etree.fromstring(base64.b64decode(packed)).iter(f"{SVG}rect"))) == 33
    assert figure.get("aria-label") == chart.alt(summary)
