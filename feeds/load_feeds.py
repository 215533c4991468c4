"""Saved feeds: one file, or many in a zip. Sizes are bounded: what unpacks without end is named and left."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import IO

from feeds.days import AHEAD
from feeds.errors import Unreadable
from feeds.load_model import LARGEST_FEED, Capture, Reading
from feeds.model import Item, ParsedFeed
from feeds.parse import parse

MEMBERS = (".xml", ".rss", ".atom", ".rdf", ".json")
MOST_UNPACKED = 2_000_000_000  # bytes of feeds in one zip; overlapping members make bombs of any size
# What the standard library raises on bytes that are no zip: a parser of foreign input, so these are no bugs of ours.
ZIP_ERRORS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError,
    NotImplementedError, LookupError, OverflowError,
)  # fmt: skip


def saved_feed(stream: IO[bytes], reading: Reading, where: str = "") -> Iterator[Capture]:
    """The feed in a stream, or nothing and a problem. where : its name inside the file."""
    yield from feed_of(stream.read(LARGEST_FEED + 1), reading, where)


def feed_of(
    body: bytes, reading: Reading, where: str, *, source: str = "", url: str = "", as_of: datetime | None = None
) -> Iterator[Capture]:
    """The feed that these bytes are, as of a time, or nothing and a problem. source : key, "" = none of ours."""
    name = f"{reading.file}:{where}" if where else str(reading.file)
    if len(body) > LARGEST_FEED:
        return reading.result.problem(f"{name}: larger than {LARGEST_FEED:,} bytes")
    try:
        feed = parse(name, body, url=url)
    except Unreadable as error:
        return reading.result.problem(str(error))
    yield Capture(source, _as_of(feed, as_of), as_of)


def _as_of(feed: ParsedFeed, as_of: datetime | None) -> ParsedFeed:
    """No item can be younger than the capture that holds it: a date after it is wrong."""
    if as_of is None:
        return feed
    return replace(feed, items=tuple(_plausible(item, as_of) for item in feed.items))


def _plausible(item: Item, as_of: datetime) -> Item:
    if item.published is None or item.published <= as_of + AHEAD:
        return item
    return replace(item, published=None, updated=None)


def zipped(stream: IO[bytes], reading: Reading) -> Iterator[Capture]:
    """The feeds in a zip, oldest first as far as the zip tells: later versions of an article come later."""
    try:
        with zipfile.ZipFile(stream) as bundle:
            yield from _members(bundle, reading)
    except ZIP_ERRORS as error:
        reading.problem("zip", f"cannot be read: {str(error)[:200] or type(error).__name__}")


def _members(bundle: zipfile.ZipFile, reading: Reading) -> Iterator[Capture]:
    left = MOST_UNPACKED
    for member in sorted(bundle.infolist(), key=lambda one: one.date_time):
        if member.is_dir():
            continue
        if not member.filename.lower().endswith(MEMBERS):
            reading.result.skip("other")
            continue
        if left <= 0:
            return reading.problem(member.filename[:200], f"more than {MOST_UNPACKED:,} bytes unpacked; split the zip")
        body = _unpacked(bundle, member, reading)
        left -= len(body or b"")
        if body is not None:
            yield from feed_of(body, reading, member.filename[:200])


def _unpacked(bundle: zipfile.ZipFile, member: zipfile.ZipInfo, reading: Reading) -> bytes | None:
    try:
        with bundle.open(member) as stream:
            return stream.read(LARGEST_FEED + 1)
    except ZIP_ERRORS as error:
        reading.problem(member.filename[:200], f"cannot be unpacked: {str(error)[:200] or type(error).__name__}")
        return None
