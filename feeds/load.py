"""History from files into the archive, marked as backfill: tables, saved feeds, web archives.

    file ──reader──▶ rows, captures ──batches──▶ visits ──archive.store──▶ counts

Reads the files it is given; no network, no clock. What cannot be read is named and the rest goes on; memory holds one
batch, however large the file. `seen` of what is loaded is the time of loading: nobody saw it before.
"""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from feeds.archive import Archive, Visit
from feeds.fulltext import extractor
from feeds.load_feeds import saved_feed, zipped
from feeds.load_model import LOADED, Capture, Loaded, Reading, Row
from feeds.load_pages import host_of
from feeds.load_rows import comma_separated, json_lines, parquet
from feeds.load_warc import warc
from feeds.markup import normal_url
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source

__all__ = ["Loaded", "load"]

BATCH_ITEMS = 300  # in one transaction: it must end within a tenth of a second
BATCH_CHARACTERS = 4_000_000
LARGEST_UNPACKED = 4_000_000_000  # bytes of a Parquet file or zip inside a .gz, which need a place on disk

Reader = Callable[[IO[bytes], Reading], Iterator[Row] | Iterator[Capture]]
Progress = Callable[[int], None]

READERS: dict[str, Reader] = {
    ".jsonl": json_lines, ".ndjson": json_lines, ".csv": comma_separated, ".tsv": comma_separated,
    ".parquet": parquet, ".pq": parquet, ".warc": warc, ".zip": zipped,
}  # fmt: skip
BEGINNINGS: dict[bytes, Reader] = {b"PAR1": parquet, b"PK\x03\x04": zipped, b"WARC/": warc}
LEAPS = (parquet, zipped)  # need to jump about in the file


def load(
    archive: Archive,
    files: Sequence[Path],
    sources: Sequence[Source],
    *,
    now: datetime,
    utc_offset_hours: float,
    source: str = "",
    progress: Progress | None = None,
) -> Loaded:
    """Store the articles of these files, one transaction a batch.

    source : key under which articles go that name no source of ours; "" = "loaded".
    progress : called with the number of articles read so far.
    """
    result = Loaded()
    by_key = {one.key: one for one in sources}
    addresses = {normal_url(url): one.key for one in sources for url in (one.url, *one.mirrors)}
    with extractor() as extract:  # it starts when the first page needs it
        for file in files:
            reading = Reading(file, by_key, addresses, _hosts(sources), extract, result)
            for visits in _transactions(_found(reading), by_key, source or LOADED, file.name, now):
                for stored in archive.store(visits, utc_offset_hours=utc_offset_hours):
                    result.count(stored)
                result.read += sum(_size(visit) for visit in visits)
                if progress is not None:
                    progress(result.read)
    return result


def _hosts(sources: Sequence[Source]) -> dict[str, str]:
    """host → key of its source; a host that several sources share tells nothing."""
    pairs = {(host_of(url), one.key) for one in sources for url in (one.url, *one.mirrors, one.home) if url}
    counts = Counter(host for host, _ in pairs)
    return {host: key for host, key in pairs if host and counts[host] == 1}


def _found(reading: Reading) -> Iterator[Row | Capture]:
    """All that a file holds; a file that cannot be opened or ends too early is named."""
    try:
        with ExitStack() as stack:
            reader, stream = _opened(reading.file, stack)
            yield from reader(stream, reading)
    except FileNotFoundError:
        reading.result.problem(f"{reading.file}: no such file")
    except (OSError, EOFError, zlib.error) as error:
        reading.result.problem(f"{reading.file}: cannot be read to its end: {error}")


def _opened(file: Path, stack: ExitStack) -> tuple[Reader, IO[bytes]]:
    """How to read a file, by its name, else by how it begins; unpacked when its name ends in .gz."""
    raw = stack.enter_context(file.open("rb"))
    is_packed = file.suffix.lower() == ".gz"
    reader = READERS.get(Path(file.stem).suffix.lower() if is_packed else file.suffix.lower())
    if is_packed and reader is not warc:  # warcio unpacks for itself: its gzips begin anew with every record
        stream = cast(IO[bytes], stack.enter_context(gzip.open(raw, "rb")))  # noqa: SIM115 (the stack closes it)
    else:
        stream = raw
    if reader is None:
        start = stream.read(8)
        stream.seek(0)
        reader = next((reader for mark, reader in BEGINNINGS.items() if start.startswith(mark)), saved_feed)
    return reader, _on_disk(stream, stack) if is_packed and reader in LEAPS else stream


def _on_disk(stream: IO[bytes], stack: ExitStack) -> IO[bytes]:
    """Unpacked into a nameless file, within bounds."""
    place = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
    for _ in range(LARGEST_UNPACKED // 1_000_000):
        if not (piece := stream.read(1_000_000)):
            break
        place.write(piece)
    else:
        raise OSError(f"more than {LARGEST_UNPACKED:,} bytes unpacked")
    place.seek(0)
    return cast(IO[bytes], place)


def _batches(found: Iterator[Row | Capture]) -> Iterator[list[Row | Capture]]:
    """As many as go into one transaction."""
    batch: list[Row | Capture] = []
    items = characters = 0
    for one in found:
        batch.append(one)
        held = (one.item,) if isinstance(one, Row) else one.feed.items
        items, characters = items + len(held), characters + sum(len(item.text) + len(item.title) for item in held)
        if items >= BATCH_ITEMS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, items, characters = [], 0, 0
    if batch:
        yield batch


def _visits(
    batch: Sequence[Row | Capture], by_key: dict[str, Source], fallback: str, name: str, now: datetime
) -> Iterator[Visit]:
    """What is stored of a batch, in order: rows of one source together, each capture of a feed alone."""
    rows: dict[str, list[Item]] = {}
    for one in batch:
        if isinstance(one, Row):
            rows.setdefault(one.source or fallback, []).append(one.item)
            continue
        key = one.source or fallback
        items = [_with_outlet(item, one.feed, key) for item in one.feed.items]
        parts = [items[start : start + BATCH_ITEMS] for start in range(0, len(items), BATCH_ITEMS)] or [[]]
        for visit in _of_source(key, parts, by_key, name, now, dropped=one.feed.dropped):
            yield replace(visit, as_of=one.as_of, only_new=one.only_new)
    for key, items in rows.items():
        yield from _of_source(key, _waves(items), by_key, name, now)


def _transactions(
    found: Iterator[Row | Capture], by_key: dict[str, Source], fallback: str, name: str, now: datetime
) -> Iterator[list[Visit]]:
    """Visits in order, as many as go into one transaction."""
    for batch in _batches(found):
        together: list[Visit] = []
        for visit in _visits(batch, by_key, fallback, name, now):
            if together and sum(map(_size, together)) + _size(visit) > BATCH_ITEMS:
                yield together
                together = []
            together.append(visit)
        if together:
            yield together


def _size(visit: Visit) -> int:
    return len(visit.feed.items) if visit.feed else 0


def _of_source(
    key: str,
    parts: Sequence[Sequence[Item]],
    by_key: dict[str, Source],
    name: str,
    now: datetime,
    *,
    dropped: dict[str, int] | None = None,
) -> Iterator[Visit]:
    source = by_key.get(key) or Source(key, "", Outlet(key, key, key), ())
    poll = Poll(key, now, "ok", None, 0.0, 0, reason=f"loaded from {name}")
    for number, items in enumerate(parts, start=1):
        feed = ParsedFeed(tuple(items), dropped=(dropped or {}) if number == len(parts) else {})
        yield Visit(source, poll, feed, backfill=True)


def _with_outlet(item: Item, feed: ParsedFeed, source: str) -> Item:
    """A feed that belongs to no source of ours still says who it is: its title stands for the outlet."""
    return item if item.outlet or source != LOADED else replace(item, outlet=feed.title)


def _waves(items: Sequence[Item]) -> list[list[Item]]:
    """One after the other what is one article in several versions: collections that were polled often hold them all."""
    waves: list[list[Item]] = []
    times: dict[tuple[str, str], int] = {}
    for number, item in enumerate(items):
        name = (item.guid, item.url or item.title) if item.guid else ("", str(number))
        wave = times[name] = times.get(name, -1) + 1
        if wave == len(waves):
            waves.append([])
        waves[wave].append(item)
    return waves
