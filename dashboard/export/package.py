"""Open data as a folder: one CSV a table, datapackage.json (Frictionless), data dictionary, licence and citation.

Rows go from the archive to the disk some days at a time. The folder is written beside its place and moved there whole;
the same archive, range and rules give the same bytes. Cells of feeds are never formulas: see escape.cell.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

from dashboard.export import package_words
from dashboard.export.escape import cell, link
from dashboard.export.package_words import Written
from feeds.errors import HouseError
from metrics import package, package_rows
from metrics.package import Field, Row, Table, Value
from metrics.package_rows import Asked

BY_TABLE: dict[Table, Callable[[Asked], Iterator[Row]]] = {
    package.DAILY: package_rows.daily,
    package.ALERTS: package_rows.alerts,
    package.SOURCES: package_rows.sources,
    package.EVENTS: package_rows.events,
}


def write_package(asked: Asked, folder: Path) -> tuple[Written, ...]:
    """The whole package in `folder`, which must not be there or be empty. Raises HouseError when it cannot be written.

    Returns the tables in the order of package.TABLES.
    """
    with _whole(folder) as beside:
        written = _tables(asked, beside)
        for name, body in package_words.documents(asked, written).items():
            (beside / name).write_bytes(body)
    return written


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of `folder` when all is written; nothing of it stays when that fails."""
    place = folder.resolve()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise HouseError(f"--out {folder}: is there already; give a folder that is not, or remove it")
    beside = place.parent / f".{place.name}.part"
    try:
        shutil.rmtree(beside, ignore_errors=True)  # of a run that was killed
        beside.mkdir(parents=True)
        yield beside
        beside.replace(place)
    except OSError as error:
        raise HouseError(f"--out {folder}: cannot be written: {error.strerror}; choose another folder") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _tables(asked: Asked, folder: Path) -> tuple[Written, ...]:
    done = {table: _table(table, rows(asked), folder) for table, rows in BY_TABLE.items()}
    done |= {table: _table(table, package_rows.counted(asked, table), folder) for table in package.FROZEN}
    done |= _pieces(asked, folder)
    return tuple(done[table] for table in package.TABLES)


def _table(table: Table, rows: Iterable[Row], folder: Path) -> Written:
    with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = _Sheet(table, file)
        sheet.add(rows)
    return sheet.written(folder)


def _pieces(asked: Asked, folder: Path) -> dict[Table, Written]:
    """The three files that are read together, some days at a time."""
    tables = (package.STORIES, package.EVIDENCE, package.FIGURES)
    with ExitStack() as files:
        sheets = [
            _Sheet(one, files.enter_context((folder / f"{one.name}.csv").open("w", encoding="utf-8", newline="")))
            for one in tables
        ]
        for piece in package_rows.pieces(asked):
            for sheet, rows in zip(sheets, (piece.stories, piece.evidence, piece.figures), strict=True):
                sheet.add(rows)
    return {sheet.table: sheet.written(folder) for sheet in sheets}


class _Sheet:
    """One CSV while it grows."""

    def __init__(self, table: Table, file: TextIO) -> None:
        self.table, self.rows = table, 0
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow([one.name for one in table.fields])

    def add(self, rows: Iterable[Row]) -> None:
        fields = self.table.fields
        for row in rows:
            self._writer.writerow([text_of(one, value) for one, value in zip(fields, row, strict=True)])
            self.rows += 1

    def written(self, folder: Path) -> Written:
        path = folder / f"{self.table.name}.csv"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Written(self.table, self.rows, path.stat().st_size, digest)


def text_of(field: Field, value: Value) -> str:
    """A value as it stands in a cell. Unknown is empty, never 0.

    >>> text_of(Field("count", "integer", "stories"), 3.0), text_of(Field("count", "integer", "stories"), None)
    ('3', '')
    >>> text_of(Field("title", "string", "a title", of_feeds=True), "=1+1")
    "'=1+1"
    """
    if value is None:
        return ""
    if field.name == "url":
        return cell(link(str(value)))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if field.type == "integer":
        return str(int(value))
    return cell(value) if isinstance(value, str) else repr(float(value))
