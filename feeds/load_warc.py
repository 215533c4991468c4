"""Web archives: the feeds and articles in WARC and WARC.gz files, each as of the time of its capture.

A broken record is named by its byte, and reading goes on at the next one that begins.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import IO, Protocol, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataException, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from feeds.fulltext import LARGEST_PAGE
from feeds.load_feeds import feed_of
from feeds.load_model import LARGEST_FEED, Capture, Reading
from feeds.load_pages import page_of
from feeds.markup import normal_url
from feeds.moment import moment

LONGEST_HEADERS = 1_000_000  # bytes of one record's headers; warcio has no limit of its own
MOST_BROKEN = 100  # places in one file; more is no web archive
CHUNK = 1_000_000
START = 5_000  # bytes that tell a feed from a page
GZIP_MARK, PLAIN_MARK = b"\x1f\x8b\x08", b"WARC/1."
IS_CONTENT = ("response", "resource")
FEED_SIGNS = (b"<rss", b"<feed", b"<rdf:rdf", b"jsonfeed.org/version/")
PAGE_SIGNS = (b"<!doctype html", b"<html", b"<head", b"<body")
# What warcio raises on bytes that are no web archive.
BROKEN = (
    ArchiveLoadFailed, StatusAndHeadersParserException, ChunkedDataException, OSError, EOFError, zlib.error,
    ValueError, TypeError, AttributeError, LookupError,
)  # fmt: skip


class _Headers(Protocol):
    def get_header(self, name: str) -> str | None: ...
    def get_statuscode(self) -> str | None: ...


class _Record(Protocol):
    """The part of a warcio record that is used here; warcio ships no types."""

    rec_type: str | None
    rec_headers: _Headers
    http_headers: _Headers | None
    raw_stream: IO[bytes]

    def content_stream(self) -> IO[bytes]: ...


class _Bounded(DecompressingBufferedReader):  # type: ignore[misc]
    """Headers without end stop here."""

    in_headers = 0

    def readline(self, length: int | None = None) -> bytes:
        line = cast(bytes, super().readline(min(length or LONGEST_HEADERS, LONGEST_HEADERS)))
        self.in_headers += len(line)
        if self.in_headers > LONGEST_HEADERS:
            raise ArchiveLoadFailed(f"headers of more than {LONGEST_HEADERS:,} bytes")
        return line

    def read(self, length: int | None = None) -> bytes:
        self.in_headers = 0
        return cast(bytes, super().read(length))


class _Records(ArchiveIterator):  # type: ignore[misc]
    INC_RECORD = ""  # warcio would print it; the count below is said by us

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        self.reader = _Bounded(stream)


def warc(stream: IO[bytes], reading: Reading) -> Iterator[Capture]:
    """What a web archive has captured, in the order of its records."""
    is_gzip = stream.read(3) == GZIP_MARK
    stream.seek(0)
    for place, record in _records(stream, reading, GZIP_MARK if is_gzip else PLAIN_MARK):
        try:
            yield from _capture(record, f"byte {place}", reading)
        except BROKEN as error:
            reading.problem(f"byte {place}", _said(error))


def _records(stream: IO[bytes], reading: Reading, mark: bytes) -> Iterator[tuple[int, _Record]]:
    """(byte, record); after a broken place, from the next mark on."""
    start: int | None = 0
    for _ in range(MOST_BROKEN):
        assert start is not None
        stream.seek(start)
        records = _Records(stream)
        try:
            for record in records:
                yield records.offset, record
            return None
        except BROKEN as error:
            if "non-chunked gzip" in str(error):  # one gzip around all records: read on as a stream
                return (yield from _in_one_gzip(stream, reading, start))
            reading.problem(f"byte {records.offset}", _said(error))
            start = _next(stream, records.offset + 1, mark)
        if start is None:
            return None
    return reading.problem(f"byte {start}", f"{MOST_BROKEN} broken places; the rest is not read")


def _in_one_gzip(stream: IO[bytes], reading: Reading, start: int) -> Iterator[tuple[int, _Record]]:
    stream.seek(start)
    with gzip.open(stream, "rb") as plain:
        inside = _records(cast(IO[bytes], plain), reading, PLAIN_MARK)
        next(inside, None)  # has been read
        yield from inside


def _next(stream: IO[bytes], start: int, mark: bytes) -> int | None:
    """Where the mark stands next, in pieces that fit into memory; None: nowhere."""
    try:
        stream.seek(start)
        held = b""
        while piece := stream.read(CHUNK):
            held += piece
            if (found := held.find(mark)) >= 0:
                return start + found
            kept = held[-len(mark) :]
            start, held = start + len(held) - len(kept), kept
    except (OSError, EOFError, zlib.error):
        return None
    return None


def _said(error: BaseException) -> str:
    return f"a broken record: {' '.join(str(error).split())[:120] or type(error).__name__}"


def _capture(record: _Record, where: str, reading: Reading) -> Iterator[Capture]:
    """The feed or the article of one record; anything else is counted under its reason."""
    if record.rec_type == "revisit":
        return reading.result.skip("revisit")
    if record.rec_type not in IS_CONTENT:
        return None  # requests, notes about the archive itself
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    if not (status or "").startswith("2"):
        return reading.result.skip("status")
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    captured = moment(record.rec_headers.get_header("WARC-Date") or "")
    kind, body = _content(record)
    if kind == "feed":
        source = reading.addresses.get(normal_url(url), "")
        yield from feed_of(body, reading, f"{where} {url[:200]}".strip(), source=source, url=url, as_of=captured)
    elif kind == "page" and len(body) <= LARGEST_PAGE:
        content_type = (record.http_headers.get_header("Content-Type") if record.http_headers else "") or ""
        yield from page_of(body, reading, where, url=url, as_of=captured, content_type=content_type)
    else:
        reading.result.skip(kind)


def _content(record: _Record) -> tuple[str, bytes]:
    """(feed, page or other; the bytes as before their transfer), no more than such a thing may have."""
    stream, body = record.content_stream(), bytearray()
    while len(body) < START and (piece := stream.read(START - len(body))):
        body += piece
    kind = _kind(bytes(body).lower())
    most = {"feed": LARGEST_FEED, "page": LARGEST_PAGE}.get(kind, 0)
    while len(body) <= most and (piece := stream.read(65_536)):
        body += piece
    if len(body) <= most:
        _check_whole(record)
    return kind, bytes(body)


def _kind(start: bytes) -> str:
    if any(sign in start for sign in FEED_SIGNS):
        return "feed"
    return "page" if any(sign in start for sign in PAGE_SIGNS) else "other"


def _check_whole(record: _Record) -> None:
    """Raises EOFError when the file ends before the record does."""
    while record.raw_stream.read(65_536):
        pass  # what follows the end of a packed body
    if missing := getattr(record.raw_stream, "limit", 0):
        raise EOFError(f"cut off, {missing:,} bytes are missing")
