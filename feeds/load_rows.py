"""Tables of articles: JSON lines, CSV, Parquet. One row at a time, or a few: files may be larger than memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import IO

from feeds.errors import HouseError
from feeds.jsonfeed import two_letters
from feeds.load_model import Reading, Row
from feeds.markup import plain_text, plain_title, safe_url
from feeds.model import Item, Source
from feeds.moment import moment
from feeds.parse import LONGEST_TEXT

LONGEST_LINE = 4_000_000  # bytes of a line of JSON; characters of a line or of a field of CSV
PARQUET_ROWS = 20  # at a time: texts may be long
DELIMITERS = ",;\t|"

# The first name is ours; the others are what other tools write. In CSV and Parquet, upper and lower case are one.
FIELDS = {
    "guid": ("guid", "id"),
    "title": ("title",),
    "text": ("text", "description", "summary", "content"),
    "lang": ("lang", "language"),
    "outlet": ("outlet",),
    "published": ("published", "pubDate", "date"),
    "url": ("url", "link"),
    "source": ("source",),
}
_NAMES = {name.lower(): name for names in FIELDS.values() for name in names}


def json_lines(stream: IO[bytes], reading: Reading) -> Iterator[Row]:
    """One object a line."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if not line.strip():
            continue
        try:
            yield _row(_object(line), reading.sources)
        except HouseError as error:
            reading.problem(number, error)
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)


def comma_separated(stream: IO[bytes], reading: Reading) -> Iterator[Row]:
    """CSV with a header: comma, semicolon, tab or bar; UTF-8, or UTF-16 that says so. A row is named by its line."""
    lines = _Lines(stream, reading)
    header = next(lines, "")
    delimiter = max(DELIMITERS, key=lambda mark: len(_columns(header, mark)))
    columns = _columns(header, delimiter)
    if not set(columns.values()) & {"title", *FIELDS["text"]}:
        return reading.problem(1, f"no column is named title or text; known names: {' '.join(_NAMES.values())}")
    csv.field_size_limit(LONGEST_LINE)
    rows = csv.reader(lines, delimiter=delimiter, strict=False)
    width = len(_cells(header, delimiter))
    while True:
        first = lines.number + 1
        try:
            cells = next(rows)
            if lines.ended:
                reading.problem(
                    first, "a quote is never closed, so what follows it cannot be told apart; mend this line"
                )
            elif cells:
                yield _row(_named(cells, columns, width), reading.sources)
        except StopIteration:
            return None
        except (csv.Error, HouseError) as error:
            reading.problem(first, error)


class _Lines:
    """Lines of text of bounded length, their number counted; undecodable bytes stay visible as surrogates."""

    def __init__(self, stream: IO[bytes], reading: Reading) -> None:
        buffered = io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream
        start = buffered.peek(4)[:4] if isinstance(buffered, io.BufferedReader) else b""
        encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        self._text = io.TextIOWrapper(buffered, encoding=encoding, errors="surrogateescape", newline="")
        self._reading = reading
        self.number = 0
        self.ended = False  # a row that is there only when the file has ended stands in a quote that nobody closed

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_LINE + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        if len(line) <= LONGEST_LINE:
            return line
        self._reading.problem(self.number, f"longer than {LONGEST_LINE:,} characters")
        while line and not line.endswith("\n"):
            line = self._text.readline(LONGEST_LINE)
        return next(self)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _columns(header: str, delimiter: str) -> dict[int, str]:
    """Number of a column → its name in FIELDS; columns of other names are not read."""
    names = [cell.strip().lower() for cell in _cells(header, delimiter)]
    return {number: _NAMES[name] for number, name in enumerate(names) if name in _NAMES}


def _named(cells: Sequence[str], columns: Mapping[int, str], width: int) -> dict[str, object]:
    if len(cells) > width:
        raise HouseError(f"{len(cells)} values, but the header names {width} columns; a quote or a delimiter is amiss")
    named: dict[str, object] = {name: cells[number] for number, name in columns.items() if number < len(cells)}
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        raise HouseError("not UTF-8; save the file as UTF-8") from None
    return named


def parquet(stream: IO[bytes], reading: Reading) -> Iterator[Row]:
    """A Parquet table, some rows at a time, only the columns that are known. A row is named by its number, from 1."""
    import pyarrow as pa  # a fifth of a second that only readers of Parquet pay
    import pyarrow.parquet as pq

    number = 0
    try:
        table = pq.ParquetFile(stream, pre_buffer=False, buffer_size=1_000_000)
        names = {name: _NAMES[name.lower()] for name in table.schema_arrow.names if name.lower() in _NAMES}
        if not set(names.values()) & {"title", *FIELDS["text"]}:
            return reading.problem("schema", f"no column is named title or text; known: {' '.join(_NAMES.values())}")
        for batch in table.iter_batches(batch_size=PARQUET_ROWS, columns=list(names), use_threads=False):
            for values in _records(batch, pa):
                number += 1
                try:
                    yield _row({names[name]: value for name, value in values.items()}, reading.sources)
                except HouseError as error:
                    reading.problem(f"row {number}", error)
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        reading.problem(f"row {number + 1}", f"no Parquet that can be read: {str(error)[:200]}")


def _records(batch: object, pa: object) -> Iterator[dict[str, object]]:
    """Rows of a batch; times to the second, since Python has no nanoseconds."""
    columns = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):  # type: ignore[attr-defined]
        if pa.types.is_timestamp(column.type):  # type: ignore[attr-defined]
            column = column.cast(pa.timestamp("s", column.type.tz), safe=False)  # type: ignore[attr-defined]
        columns[name] = column.to_pylist()
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _object(line: bytes) -> dict[str, object]:
    if len(line) > LONGEST_LINE:
        raise HouseError(f"longer than {LONGEST_LINE:,} bytes")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise HouseError(f"not JSON: {' '.join(str(error).split())[:80]}") from None
    if not isinstance(value, dict):
        raise HouseError("not a JSON object; write one object a line")
    return value


def _row(value: Mapping[str, object], sources: Mapping[str, Source]) -> Row:
    """One article. Raises HouseError: what is wrong with the row."""
    said = {name: _text(value, names) for name, names in FIELDS.items()}
    title, text = plain_title(said["title"]), plain_text(said["text"])[:LONGEST_TEXT]
    if not title and not text:
        raise HouseError("neither title nor text; each article needs one of them")
    known = said["source"] in sources
    published = moment(said["published"])
    if said["published"] and published is None:
        raise HouseError(f"published {said['published'][:40]!r} is no date; write it as 2026-01-31T12:00:00Z")
    item = Item(
        guid=said["guid"].strip(),
        url=safe_url(said["url"]),
        title=title,
        text=text,
        published=published,
        language=two_letters(said["lang"]),
        outlet=plain_title(said["outlet"] or ("" if known else said["source"])),
    )
    return Row(said["source"] if known else "", item)


def _text(value: Mapping[str, object], names: Sequence[str]) -> str:
    """The first of these fields that is filled. A lone surrogate, which JSON can write, is no letter."""
    for name in names:
        found = value.get(name)
        if isinstance(found, datetime):
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat(timespec="seconds")
        if isinstance(found, date):
            return datetime.combine(found, time(), UTC).isoformat()
        if isinstance(found, (str, int, float)) and not isinstance(found, bool) and found != "":
            return str(found).encode("utf-8", "ignore").decode()
        if found not in (None, ""):
            raise HouseError(f"{name} is not text")
    return ""
