"""History from files into the archive: articles as JSON lines, and saved feeds. Marked as backfill.

Reads the files it is given; no network, no clock. A line that cannot be read is named and the rest goes on.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from feeds.archive import Archive, Visit
from feeds.errors import HouseError, Unreadable
from feeds.jsonfeed import two_letters
from feeds.markup import plain_text, plain_title, safe_url
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source
from feeds.moment import moment
from feeds.parse import LONGEST_TEXT, parse

LOADED = "loaded"  # source of articles whose file names none that the monitor has
BATCH_ITEMS = 500
LONGEST_LINE = 4_000_000  # bytes
LARGEST_FEED = 64_000_000  # bytes of one saved feed
JSON_LINES = (".jsonl", ".ndjson")

# The first name is ours; the others are what other tools write.
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

Progress = Callable[[int], None]


@dataclass(slots=True)
class Loaded:
    """What came of some files. problems : one line each, as file:line: what is wrong."""

    read: int = 0
    new: int = 0
    updated: int = 0
    known: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def count(self, poll: Poll) -> None:
        self.new, self.updated, self.known = self.new + poll.new, self.updated + poll.updated, self.known + poll.known
        for reason, times in poll.dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + times


@dataclass(frozen=True, slots=True)
class _Line:
    source: str  # key of a source, "" when the line names none that we have
    item: Item


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
    by_key = {one.key: one for one in sources}
    result = Loaded()
    for file in files:
        for key, items in _batches(file, by_key, source or LOADED, result):
            one = by_key.get(key) or Source(key, "", Outlet(key, key, key), ())
            poll = Poll(key, now, "ok", None, 0.0, 0, reason=f"loaded from {file.name}")
            visit = Visit(one, poll, ParsedFeed(tuple(_unique(items, result))), backfill=True)
            for stored in archive.store([visit], utc_offset_hours=utc_offset_hours):
                result.count(stored)
            result.read += len(items)
            if progress is not None:
                progress(result.read)
    return result


def _batches(
    file: Path, by_key: Mapping[str, Source], fallback: str, result: Loaded
) -> Iterator[tuple[str, list[Item]]]:
    """(source key, items), at most BATCH_ITEMS at a time; problems go into `result`."""
    try:
        if _is_json_lines(file):
            yield from _grouped(_lines(file, by_key, result), fallback)
        else:
            yield from _saved_feed(file, fallback, result)
    except FileNotFoundError:
        result.problems.append(f"{file}: no such file")
    except (OSError, EOFError, zlib.error) as error:
        result.problems.append(f"{file}: cannot be read to its end: {error}")


def _is_json_lines(file: Path) -> bool:
    return any(suffix in JSON_LINES for suffix in file.suffixes[-2:])


def _open(file: Path) -> io.BufferedIOBase:
    """The file, decompressed on the way when its name ends in .gz."""
    return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")


def _grouped(lines: Iterator[_Line], fallback: str) -> Iterator[tuple[str, list[Item]]]:
    groups: dict[str, list[Item]] = {}
    for line in lines:
        group = groups.setdefault(line.source or fallback, [])
        group.append(line.item)
        if len(group) >= BATCH_ITEMS:
            yield line.source or fallback, groups.pop(line.source or fallback)
    yield from groups.items()


def _lines(file: Path, by_key: Mapping[str, Source], result: Loaded) -> Iterator[_Line]:
    with _open(file) as stream:
        number = 0
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            if not line.strip():
                continue
            try:
                yield _line(line, by_key)
            except HouseError as error:
                result.problems.append(f"{file}:{number}: {error}")
                while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                    line = stream.readline(LONGEST_LINE)


def _line(line: bytes, by_key: Mapping[str, Source]) -> _Line:
    """One article. Raises HouseError: what is wrong with the line."""
    if len(line) > LONGEST_LINE:
        raise HouseError(f"longer than {LONGEST_LINE:,} bytes")
    value = _object(line)
    said = {name: _text(value, names) for name, names in FIELDS.items()}
    title, text = plain_title(said["title"]), plain_text(said["text"])[:LONGEST_TEXT]
    if not title and not text:
        raise HouseError("neither title nor text; each line needs one of them")
    known = said["source"] in by_key
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
    return _Line(said["source"] if known else "", item)


def _object(line: bytes) -> dict[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise HouseError(f"not JSON: {' '.join(str(error).split())[:80]}") from None
    if not isinstance(value, dict):
        raise HouseError("not a JSON object; write one object a line")
    return value


def _text(value: Mapping[str, object], names: Sequence[str]) -> str:
    for name in names:
        found = value.get(name)
        if isinstance(found, (str, int, float)) and not isinstance(found, bool) and found != "":
            return str(found)
        if found not in (None, ""):
            raise HouseError(f"{name} is not text")
    return ""


def _saved_feed(file: Path, fallback: str, result: Loaded) -> Iterator[tuple[str, list[Item]]]:
    with _open(file) as stream:
        body = stream.read(LARGEST_FEED + 1)
    if len(body) > LARGEST_FEED:
        result.problems.append(f"{file}: larger than {LARGEST_FEED:,} bytes")
        return
    try:
        feed = parse(str(file), body)
    except Unreadable as error:
        result.problems.append(str(error))
        return
    for reason, times in feed.dropped.items():
        result.dropped[reason] = result.dropped.get(reason, 0) + times
    items = [_with_outlet(item, feed, fallback) for item in feed.items]
    for start in range(0, len(items), BATCH_ITEMS):
        yield fallback, items[start : start + BATCH_ITEMS]


def _with_outlet(item: Item, feed: ParsedFeed, source: str) -> Item:
    """A feed that belongs to no source of ours still says who it is: its title stands for the outlet."""
    return item if item.outlet or source != LOADED else replace(item, outlet=feed.title)


def _unique(items: Sequence[Item], result: Loaded) -> list[Item]:
    """Without earlier versions of an item in the same batch: collections that were polled often hold several."""
    kept: dict[tuple[str, ...], Item] = {}
    for number, item in enumerate(items):
        kept[(item.guid, item.url or item.title) if item.guid else (str(number),)] = item
    if repeated := len(items) - len(kept):
        result.dropped["repeated"] = result.dropped.get("repeated", 0) + repeated
    return list(kept.values())
