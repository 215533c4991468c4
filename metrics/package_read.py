"""An open-data package that somebody hands us, read days by days and checked line by line. Files only, no archive.

Only the four tables of counts are read. A file is held against the hash that datapackage.json gives, its header against
ours, every cell against its type; what is wrong is named with file and line.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from feeds.errors import DataFileError
from feeds.monitor import Monitor
from metrics import package
from metrics.package import Field, Table, Value
from metrics.package_rows import spans
from metrics.store.frozen import DAYS

LARGEST = 5_000_000  # bytes of a datapackage.json


@dataclass(frozen=True, slots=True)
class Package:
    """What datapackage.json says, as far as we need it. vintage : None: not said."""

    folder: Path
    name: str
    sha256: str
    rules_version: str
    vintage: datetime | None
    first: date
    last: date


def read_head(folder: Path, monitor: Monitor) -> Package:
    """Raises DataFileError for what is no package of ours, of another monitor, or not as its hashes say."""
    path = folder / "datapackage.json"
    try:
        body = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        told = json.loads(body)
        vintage = datetime.fromisoformat(told["vintage"]) if told["vintage"] else None
        first, last = (date.fromisoformat(told[name]) for name in ("first_day", "last_day"))
        name, version = str(told["name"]), str(told["rules_version"])[:16]
        head = Package(folder, name, hashlib.sha256(body).hexdigest(), version, vintage, first, last)
        hashes = {one["name"]: one["hash"] for one in told["resources"]}
        named = str(told["monitor"])
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}; give a folder of `dashboard export`") from None
    except (ValueError, KeyError, TypeError):
        raise DataFileError(f"{path}:1: no package of ours; give a folder that `dashboard export` wrote") from None
    if named != monitor.key:
        raise DataFileError(f"{path}:1: is of the monitor {named!r}, not of {monitor.key!r}; counts of both do not mix")
    if not first <= last:
        raise DataFileError(f"{path}:1: first_day {first} is after last_day {last}")
    for table in package.FROZEN:
        _check_hash(folder / f"{table.name}.csv", str(hashes.get(table.name)))
    return head


def _check_hash(path: Path, told: str) -> None:
    try:
        with path.open("rb") as file:
            found = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}") from None
    if found != told:
        raise DataFileError(f"{path}: is not what datapackage.json describes (its hash differs); export it again")


Rows = dict[str, list[dict[str, Any]]]


def days_of(head: Package, monitor: Monitor) -> Iterator[tuple[list[date], Rows]]:
    """Some days and their rows by table, oldest first; columns as in the archive. Raises DataFileError."""
    with ExitStack() as files:
        tables = {
            table: _Rows(table, files.enter_context(_open(head.folder / f"{table.name}.csv")), head, monitor)
            for table in package.FROZEN
        }
        for first, last in spans(head.first, head.last, DAYS):
            days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
            yield days, {table.name: rows.until(last) for table, rows in tables.items()}


def _open(path: Path) -> TextIO:
    return path.open(encoding="utf-8", newline="")


class _Rows:
    """The rows of one file, in the order of their days."""

    def __init__(self, table: Table, file: TextIO, head: Package, monitor: Monitor) -> None:
        self._table, self._head, self._path = table, head, head.folder / f"{table.name}.csv"
        self._known: Mapping[str, Collection[str]] = {"indicator": monitor.indicator_keys}
        self._rows = csv.reader(file)
        if next(self._rows, None) != [one.name for one in table.fields]:
            raise DataFileError(f"{self._path}:1: columns are not {', '.join(one.name for one in table.fields)}")
        self._waiting: dict[str, Any] | None = None
        self._last = head.first

    def until(self, last: date) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while (row := self._waiting or self._next()) is not None and row["day"] <= last:
            found.append(row)
            self._waiting = None
        self._waiting = row
        return found

    def _next(self) -> dict[str, Any] | None:
        cells = next(self._rows, None)
        if cells is None:
            return None
        row = self._row(cells)
        if not self._last <= row["day"] <= self._head.last:
            raise self._wrong(f"date {row['day']}: out of order, or outside {self._head.first} to {self._head.last}")
        self._last = row["day"]
        return row

    def _row(self, cells: Sequence[str]) -> dict[str, Any]:
        if len(cells) != len(self._table.fields):
            raise self._wrong(f"{len(cells)} cells in place of {len(self._table.fields)}")
        named = zip(self._table.fields, cells, strict=True)
        return {"day" if one.name == "date" else one.name: self._value(one, text) for one, text in named}

    def _value(self, field: Field, text: str) -> Value:
        allowed = field.values or self._known.get(field.name, ())
        try:
            value = value_of(field, text)
        except ValueError:
            raise self._wrong(f"{field.name} {text!r}: no {field.type}") from None
        if allowed and text not in allowed:
            raise self._wrong(f"{field.name} {text!r}: not one of {', '.join(allowed)}")
        return value

    def _wrong(self, what: str) -> DataFileError:
        return DataFileError(f"{self._path}:{self._rows.line_num}: {what}")


def value_of(field: Field, text: str) -> Value:
    """What a cell of a table of counts holds; an empty text is one. Raises ValueError.

    >>> value_of(Field("stories", "integer", "stories"), "3"), value_of(Field("language", "string", "code"), "")
    (3, '')
    """
    if field.type == "string":
        if len(text) > 80:
            raise ValueError(text)
        return text
    if field.type == "date":
        return date.fromisoformat(text)
    number = int(text) if field.type == "integer" else float(text)
    if not 0 <= number < 10**12:  # neither negative nor nan
        raise ValueError(text)
    return number
