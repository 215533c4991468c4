"""Summary → Excel: one sheet a table, typed cells, filters, a native chart. Text of feeds is no formula and no link.

Sheets: Summary (head and highlights), Changes (the week against the four before, with a chart), Days (stories a day,
with a chart), Evidence (the rows of the CSV), Not seen. The same summary gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from dashboard.export import chart, csv_, phrases
from dashboard.export.escape import one_line
from dashboard.export.frozen import frozen
from metrics.package import Value
from metrics.summary import Summary

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST = 32_767  # characters of a cell; Excel takes no longer text, and a longer one would be left out whole
WIDE = {"sentence": 80, "title": 50, "url": 40, "monitor": 24}
CHANGES = (
    "indicator", "people", "stories of the day", "stories in 7 days", "days seen of 7", "stories in the 28 days before",
    "days seen of 28", "per 7 days before", "times as many", "direction", "eased in 7 days", "denied in 7 days",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Formats:
    head: Format
    day: Format
    time: Format
    wrapped: Format
    large: Format


def render(summary: Summary) -> bytes:
    import xlsxwriter  # 30 ms that only who asks for Excel waits for

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    moment = summary.as_of.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": one_line(phrases.title_line(summary)), "created": moment})
    formats = _Formats(
        head=book.add_format({"bold": True, "bottom": 1}),
        day=book.add_format({"num_format": "yyyy-mm-dd"}),
        time=book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        large=book.add_format({"bold": True, "font_size": 14}),
    )
    _head(book.add_worksheet("Summary"), summary, formats)
    _changes(book, book.add_worksheet("Changes"), summary, formats)
    _days(book, book.add_worksheet("Days"), summary, formats)
    _evidence(book.add_worksheet("Evidence"), summary, formats)
    _not_seen(book.add_worksheet("Not seen"), summary, formats)
    for sheet in book.worksheets():
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    book.close()
    return frozen(out.getvalue())


def _head(sheet: Worksheet, summary: Summary, formats: _Formats) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 110, formats.wrapped)
    lines = [summary.words.fixed["invented"]] if summary.invented else []
    for row, text in enumerate([*lines, phrases.title_line(summary)]):
        sheet.write_string(row, 0, one_line(text), formats.large)
    row = len(lines) + 2
    for name, value in phrases.facts(summary):
        sheet.write_string(row, 0, name, formats.head)
        sheet.write_string(row, 1, one_line(value), formats.wrapped)
        row += 1
    row += 1
    for sentence in summary.highlights:
        sheet.write_string(row, 0, summary.words.headings["highlights"], formats.head)
        sheet.write_string(row, 1, one_line(sentence.text), formats.wrapped)
        row += 1
    for text in (summary.names_rule, summary.disclaimer):
        sheet.write_string(row, 1, one_line(text), formats.wrapped)
        row += 1


def _changes(book: Workbook, sheet: Worksheet, summary: Summary, formats: _Formats) -> None:
    rows: list[Sequence[Value]] = [
        (
            summary.label(one.indicator), one.label if one.people else "", one.day, one.week, one.week_days, one.before,
            one.before_days, round(one.before_per_week, 3), None if one.ratio is None else round(one.ratio, 3),
            one.direction, one.eased, one.denied,
        )
        for one in summary.changes
    ]  # fmt: skip
    _table(sheet, CHANGES, rows, formats)
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, len(CHANGES) - 1, 20)
    if rows:
        _chart(book, sheet, len(rows))


def _chart(book: Workbook, sheet: Worksheet, rows: int) -> None:
    bars = book.add_chart({"type": "bar"})
    for column, name in ((3, "7 days"), (7, "usual in 7 days")):
        categories, values = ["Changes", 1, 0, rows, 1], ["Changes", 1, column, rows, column]
        bars.add_series({"name": name, "categories": categories, "values": values})
    bars.set_title({"name": "Stories reported: the last 7 days and the usual week"})
    bars.set_y_axis({"reverse": True})
    bars.set_x_axis({"name": "stories"})
    bars.set_size({"width": 720, "height": max(240, 60 + 34 * rows)})
    sheet.insert_chart(rows + 2, 0, bars, {"description": "The figures are in the table above."})


def _days(book: Workbook, sheet: Worksheet, summary: Summary, formats: _Formats) -> None:
    """A day that was not seen has an empty cell and no column; its state says why."""
    _table(sheet, ("day", "state", "stories"), [(one.day, one.state, one.stories) for one in summary.month], formats)
    sheet.set_column(0, 2, 14)
    if not chart.is_worth_drawing(summary):
        return
    columns, last = book.add_chart({"type": "column"}), len(summary.month)
    columns.add_series(
        {"name": "stories", "categories": ["Days", 1, 0, last, 0], "values": ["Days", 1, 2, last, 2], "gap": 30}
    )
    columns.set_title({"name": chart.caption(summary).split(".")[0], "name_font": {"size": 11}})
    columns.set_legend({"none": True})
    columns.set_x_axis({"date_axis": True, "num_format": "mm-dd"})
    columns.set_size({"width": 900, "height": 300})
    sheet.insert_chart(1, 4, columns, {"description": chart.alt(summary)})


def _evidence(sheet: Worksheet, summary: Summary, formats: _Formats) -> None:
    _table(sheet, csv_.COLUMNS, csv_.typed(summary), formats)
    for number, name in enumerate(csv_.COLUMNS):
        sheet.set_column(number, number, WIDE.get(name, 14))


def _not_seen(sheet: Worksheet, summary: Summary, formats: _Formats) -> None:
    _table(sheet, ("what we did not see",), [(one_line(line),) for line in phrases.gaps(summary)], formats)
    sheet.set_column(0, 0, 140)


def _table(sheet: Worksheet, head: Sequence[str], rows: Sequence[Sequence[Value]], formats: _Formats) -> None:
    for column, name in enumerate(head):
        sheet.write_string(0, column, name, formats.head)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _cell(sheet, number, column, value, formats)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows)), len(head) - 1)


def _cell(sheet: Worksheet, row: int, column: int, value: Value, formats: _Formats) -> None:
    """Text only as text: whatever a feed writes, no formula and no link comes of it."""
    if isinstance(value, str):
        sheet.write_string(row, column, value[:LONGEST])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), formats.time)  # Excel knows no zone: UTC
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats.day)
    elif value is not None:
        sheet.write_number(row, column, value)
