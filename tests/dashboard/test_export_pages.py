"""PDF, Word and Excel: the words of the other formats, every script, typed cells, and feed text that does nothing."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from datetime import datetime

import docx
import openpyxl
import pypdf
import pytest

from dashboard.export import document, render
from dashboard.export.escape import one_line
from dashboard.export.xlsx import CHANGES
from metrics.summary import Summary, summarise
from tests.dashboard.test_export import HOSTILE, text_of
from tests.further import further
from tests.summary_values import DAY, END, busy, material, quote, story

OFFICE = ("pdf", "docx", "xlsx")
SCRIPTS = {
    "ru": "Хлеба в посёлке нет.", "hy": "Հացը վերջացել է, ասաց բնակիչը։", "az": "Əhali çörək üçün növbədədir, ığüş.",
    "tr": "Ekmek kuyruğu uzuyor, şöyle.", "fr": "L'hôpital est à court d'œufs.",
}  # fmt: skip


def summary_of(*texts: tuple[str, str]) -> Summary:
    stories = [
        story(n, title=text, language=language, quotes=(quote(article=n, sentence=text, language=language),))
        for n, (language, text) in enumerate(texts, start=1)
    ]
    return summarise(material(*stories), day=DAY, as_of=END)


def squeezed(text: str) -> str:
    """Without white space: pages break lines where they must."""
    return "".join(one_line(text).split())


@pytest.mark.parametrize("format", OFFICE)
def test_the_bytes_do_not_hang_on_when_they_were_made(format: str) -> None:
    summary = summarise(busy(), day=DAY, as_of=END)
    first = render(summary, format)
    time.sleep(2.1)  # zip files count time in steps of two seconds
    assert render(summary, format) == first


@pytest.mark.parametrize("format", OFFICE)
def test_every_script_is_there_as_text(format: str) -> None:
    text = squeezed(text_of(render(summary_of(*SCRIPTS.items()), format), format))
    for sentence in SCRIPTS.values():
        assert squeezed(sentence) in text


def test_pdf_and_word_say_every_line_of_the_document() -> None:
    summary = summarise(busy(), day=DAY, as_of=END)
    for format in ("pdf", "docx"):
        text = squeezed(text_of(render(summary, format), format)).replace("-", "")
        for block in document.blocks(summary):
            assert squeezed(block.text).replace("-", "") in text, (format, block)


def test_the_pdf_is_tagged_for_readers_and_embeds_its_fonts() -> None:
    pages = pypdf.PdfReader(io.BytesIO(render(summary_of(*SCRIPTS.items()), "pdf")))
    root = pages.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part>1" in root["/Metadata"].get_object().get_data()
    fonts = [font.get_object() for page in pages.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert any(key.startswith("/FontFile") for key in described)


def test_word_marks_the_language_of_a_quote() -> None:
    with zipfile.ZipFile(io.BytesIO(render(summary_of(*SCRIPTS.items()), "docx"))) as packed:
        body = packed.read("word/document.xml").decode()
    for language in SCRIPTS:
        assert f'<w:lang w:val="{language}"/>' in body


def test_excel_has_typed_cells_filters_and_a_chart() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(summarise(busy(), day=DAY, as_of=END), "xlsx")))
    assert book.sheetnames == ["Summary", "Changes", "Days", "Evidence", "Not seen"]
    changes, evidence = book["Changes"], book["Evidence"]
    assert tuple(cell.value for cell in changes[1]) == CHANGES
    assert all(isinstance(row[3], int) for row in changes.iter_rows(min_row=2, values_only=True) if row[0])
    names = [cell.value for cell in evidence[1]]
    first = dict(zip(names, (cell.value for cell in evidence[2]), strict=True))
    assert isinstance(first["date"], datetime)
    assert isinstance(first["article"], int)
    assert evidence.auto_filter.ref
    assert len(changes._charts) == 1


def test_excel_says_the_figures_of_the_summary() -> None:
    summary = summarise(busy(), day=DAY, as_of=END)
    sheet = openpyxl.load_workbook(io.BytesIO(render(summary, "xlsx")))["Changes"]
    shown = [tuple(row[2:7]) for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]]
    assert shown == [(one.day, one.week, one.week_days, one.before, one.before_days) for one in summary.changes]


@pytest.mark.parametrize("hostile", further(HOSTILE.values(), 10), ids=HOSTILE)
def test_hostile_text_is_text_on_every_page(hostile: str) -> None:
    summary = summary_of(("en", f"{hostile} bread"), ("", hostile))
    summary = replace(summary, title=f"{hostile} title")
    wanted = squeezed(hostile)
    for format in OFFICE:
        body = render(summary, format)
        said = text_of(body, format)
        shown = wanted.replace("＝", "=") if format == "pdf" else wanted  # its fonts have no full-width signs
        assert shown.replace("-", "") in squeezed(said).replace("-", ""), format
    book = openpyxl.load_workbook(io.BytesIO(render(summary, "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    links = [
        rel.target_ref
        for rel in docx.Document(io.BytesIO(render(summary, "docx"))).part.rels.values()
        if rel.is_external
    ]
    assert links == []


def test_a_pdf_holds_no_script_and_no_file() -> None:
    body = render(summary_of(*(("en", text) for text in HOSTILE.values())), "pdf")
    for sign in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction"):
        assert sign not in body


def test_what_the_fonts_lack_is_named_and_the_rest_stays() -> None:
    text = text_of(render(summary_of(("en", "Bread \U0001f4e2 პური نان 面包 is short ✊🏽.")), "pdf"), "pdf")
    assert "[public address loudspeaker]" in text
    assert "is short" in text
    assert "□" in text
