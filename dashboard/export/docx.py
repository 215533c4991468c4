"""Summary → Word: headings, lists and quotes as styles, so that a table of contents and a screen reader find their way.

Every run of text says its language. Addresses are printed, not linked: a link in Word is a field that somebody else's
text should not fill. The same summary gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING

from dashboard.export import chart, document, phrases
from dashboard.export.document import Block
from dashboard.export.escape import one_line
from dashboard.export.frozen import frozen
from metrics.summary import Summary

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

SMALL, BODY = 8.5, 10.5  # points
FONT = "DejaVu Serif"  # where it is missing, Word takes one that has the letters


def render(summary: Summary) -> bytes:
    from docx import Document as new_document  # 60 ms that only who asks for Word waits for

    page = new_document()
    _prepare(page, summary)
    for block in document.blocks(summary):
        if block.kind == "chart":
            _chart(page, block, chart.png(summary))
        elif block.kind != "notice":  # it stands in the header of every page
            _LAYOUT[block.kind](page, block)
    out = io.BytesIO()
    page.save(out)
    return frozen(out.getvalue())


def _prepare(page: Document, summary: Summary) -> None:
    from docx.shared import Mm, Pt

    said, moment = page.core_properties, summary.as_of.astimezone(UTC).replace(tzinfo=None)
    said.title, said.author, said.comments = one_line(phrases.title_line(summary)), summary.monitor, ""
    said.created = said.modified = moment
    said.language, said.identifier, said.last_modified_by, said.revision = summary.lang, summary.number, "", 1
    section = page.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    style = page.styles["Normal"]
    style.font.size, style.font.name = Pt(BODY), FONT
    page.styles["Quote"].font.italic = False  # slanted Armenian is hard to read
    page.styles["Quote"].paragraph_format.left_indent = Mm(6)
    if summary.invented:
        section.header.paragraphs[0].text = summary.words.fixed["invented"]


def _title(page: Document, block: Block) -> None:
    page.add_heading(block.text, level=0)
    page.add_paragraph(block.about)


def _fact(page: Document, block: Block) -> None:
    line = page.add_paragraph()
    line.paragraph_format.space_after = 0
    line.add_run(f"{block.text}: ").bold = True
    line.add_run(block.about)


def _heading(page: Document, block: Block) -> None:
    page.add_heading(block.text, level=block.level)


def _part(page: Document, block: Block) -> None:
    """A part begins on a page of its own."""
    page.add_heading(block.text, level=1).paragraph_format.page_break_before = True


def _text(page: Document, block: Block) -> None:
    page.add_paragraph(block.text)


def _chart(page: Document, block: Block, png: bytes) -> None:
    """A picture, since Word draws no SVG by itself; what it shows is said beside it and in its alternative text."""
    from docx.shared import Mm

    page.add_picture(io.BytesIO(png), width=Mm(170))
    shown = page.inline_shapes[len(page.inline_shapes) - 1]._inline.docPr
    shown.set("descr", block.about)
    shown.set("title", block.text)
    _small(page.add_paragraph(), f"{block.text} {block.about}")


def _styled(page: Document, style: str) -> Paragraph:
    """style : id in Word's own template. Looked up by name, as python-docx does, 500 stories take twice as long."""
    line = page.add_paragraph()
    line._p.style = style
    return line


def _item(page: Document, block: Block) -> None:
    line = _styled(page, "ListBullet")
    line.add_run(block.text)
    _small(line, f" [{block.ids}]" if block.ids else "")


def _story(page: Document, block: Block) -> None:
    line = page.add_paragraph()
    line.paragraph_format.keep_with_next = True
    _foreign(line, block.text, block.language).bold = True
    _small(line, f"\n{block.about} [{block.ids}]" + (f"\n{block.url}" if block.url else ""))


def _brief(page: Document, block: Block) -> None:
    line = _styled(page, "ListBullet")
    _foreign(line, block.text, block.language)
    _small(line, f" — {block.about} [{block.ids}]" + (f"\n{block.url}" if block.url else ""))


def _quote(page: Document, block: Block) -> None:
    line = _styled(page, "Quote")
    _foreign(line, f"“{block.text}”", block.language)
    _small(line, f"\n— {block.about}" + (f" [{block.ids}]" if block.ids else ""))


def _note(page: Document, block: Block) -> None:
    _small(page.add_paragraph(), f"{block.text}: {block.ids}")


def _foreign(line: Paragraph, text: str, language: str) -> Run:
    """The language goes where spelling checkers and screen readers look for it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = line.add_run(text)
    if language:
        mark = OxmlElement("w:lang")
        mark.set(qn("w:val"), language)
        run._r.get_or_add_rPr().append(mark)
    return run


def _small(line: Paragraph, text: str) -> None:
    from docx.shared import Pt

    if text:
        line.add_run(text).font.size = Pt(SMALL)


_LAYOUT: dict[document.Kind, Callable[[Document, Block], None]] = {
    "notice": _text, "title": _title, "fact": _fact, "part": _part, "chart": _text, "heading": _heading, "text": _text,
    "item": _item, "story": _story, "brief": _brief, "quote": _quote, "note": _note,
}  # fmt: skip
