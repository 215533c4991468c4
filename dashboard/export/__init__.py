"""A Summary as bytes of one format. The same Summary gives the same bytes; all formats print the same figures.

Renders only: nothing is asked, counted or worded here. Feed text passes through escape.py on its way out.
"""

from __future__ import annotations

from collections.abc import Callable

from dashboard.export import csv_, docx, eml, html, json_, md, parquet, pdf, xlsx, zip_
from metrics.summary import Summary

RENDERERS: dict[str, Callable[[Summary], bytes]] = {
    "md": md.render,
    "html": html.render,
    "json": json_.render,
    "csv": csv_.render,
    "pdf": pdf.render,
    "docx": docx.render,
    "xlsx": xlsx.render,
    "zip": zip_.render,
    "parquet": parquet.render,
    "eml": eml.render,
}
FORMATS = tuple(RENDERERS)
MEDIA_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "parquet": "application/vnd.apache.parquet",
    "eml": "message/rfc822",
}


def render(summary: Summary, format: str) -> bytes:
    """Text formats are UTF-8, lines end with a line feed. Raises KeyError for a format that is not in FORMATS."""
    return RENDERERS[format](summary)


def file_name(summary: Summary, format: str) -> str:
    """Made of the monitor's key, the days and the language only: no feed text ever becomes a file name."""
    invented = "INVENTED-" if summary.invented else ""
    days = "--".join(dict.fromkeys(day.isoformat() for day in (summary.first, summary.day)))
    lang = "" if summary.lang == "en" else f"-{summary.lang}"
    return f"{invented}{summary.monitor}-summary-{days}{lang}.{format}"
