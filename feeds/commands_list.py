"""Commands about the list of feeds: `sources`, `add`, `retire`, `import`, `export`. Ask and print; decide nothing."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from feeds.archive import open_archive
from feeds.commands_poll import fetched_feed
from feeds.doctor import Seen, look, unlooked
from feeds.edit import add_sources, retire_source
from feeds.errors import ArchiveError, DataFileError, FeedError
from feeds.health import TROUBLE
from feeds.model import Source
from feeds.monitor import Monitor
from feeds.opml import from_opml, to_opml
from feeds.options import DONE, IN_PART, add_options, archive_url, monitor_of
from feeds.sources import SourceEntry, read_sources, slug

Clock = Callable[[], datetime]


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sources`, `add`, `retire`, `import` and `export`."""
    one = subparsers.add_parser("sources", help="state of every source: last success, next poll and why, yield")
    add_options(one)
    one.add_argument("--json", action="store_true", help="one JSON list")
    one.set_defaults(run=_run_sources)
    two = subparsers.add_parser("add", help="check one feed and append it to sources.yaml")
    add_options(two)
    two.add_argument("url", metavar="URL")
    two.add_argument("--key", default="", help="of the new source (default: made from its outlet and language)")
    two.add_argument("--outlet", default="", help="name or key of the publisher (default: the feed's title)")
    two.add_argument("--language", nargs="+", default=[], metavar="XX", help="default: as the feed says")
    two.add_argument("--scope", choices=("full", "section", "query"), default="full", help="default: full")
    two.add_argument("--allow-local", action="store_true", help="private and loopback addresses may be asked")
    two.add_argument("--proxy", metavar="URL", default="", help="ask through this proxy (default: none)")
    two.set_defaults(run=_run_add)
    three = subparsers.add_parser("import", help="append the feeds of an OPML file to sources.yaml")
    add_options(three)
    three.add_argument("file", metavar="FILE", type=Path)
    three.set_defaults(run=_run_import)
    four = subparsers.add_parser("export", help="all sources as OPML, side, language and family included")
    add_options(four)
    four.add_argument("--out", metavar="PATH", default="-", help="file to write (default: standard output)")
    four.set_defaults(run=_run_export)
    five = subparsers.add_parser("retire", help="ask a source no more and keep its history")
    add_options(five)
    five.add_argument("key", metavar="KEY")
    five.add_argument("--reason", metavar="TEXT", required=True, help="why; kept with it and shown")
    five.set_defaults(run=_run_retire)


# sources -------------------------------------------------------------------------------------------------------------


def _run_sources(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    sources = read_sources(monitor)
    rows = [_row(one) for one in _seen(archive_url(args, monitor), sources, monitor, monitor.now or clock())]
    print(json.dumps(rows, ensure_ascii=False, indent=1) if args.json else _table(rows))
    return DONE


def _seen(url: str, sources: Sequence[Source], monitor: Monitor, now: datetime) -> Sequence[Seen]:
    """What the archive says, in the order of sources.yaml; nothing before the first poll has made one."""
    try:
        with open_archive(url, read_only=True) as archive:
            found = {one.source.key: one for one in look(archive, sources, zone=monitor.zone, now=now)}
    except ArchiveError as error:
        print(f"{error} (states are not shown)", file=sys.stderr)
        return unlooked(sources, zone=monitor.zone, now=now)
    return [found[source.key] for source in sources]


def _row(seen: Seen) -> dict[str, object]:
    source, state, condition = seen.source, seen.state, seen.condition
    return {
        "key": source.key,
        "outlet": source.outlet.name,
        "side": source.outlet.side,
        "languages": list(source.languages),
        "scope": source.scope,
        "url": source.url,
        "moved_to": state.moved_to,
        "condition": condition.word,
        "evidence": condition.evidence,
        "last_success": state.last_success.isoformat() if state.last_success else None,
        "next_poll": state.next_poll.isoformat() if state.next_poll and source.is_polled else None,
        "next_reason": state.next_reason if source.is_polled else "",
        "articles_per_day": state.rhythm.per_day,
        "window_hours": state.rhythm.window_hours,
        "articles": state.articles,
        "new_in_7_days": condition.brought,
        "expected_in_7_days": None if condition.expected is None else round(condition.expected, 1),
        "last_error": state.last_error,
    }


def _table(rows: Sequence[dict[str, object]]) -> str:
    """Columns for a terminal; below its line stand its new address and the evidence of trouble."""
    names = {
        "key": "source", "condition": "condition", "last_success": "last success (UTC)", "next_poll": "next poll (UTC)",
        "articles": "articles", "new_in_7_days": "new in 7 d", "expected_in_7_days": "expected",
        "next_reason": "why then",
    }  # fmt: skip
    cells = [list(names.values())] + [[_cell(name, row[name]) for name in names] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    for number, row in reversed(list(enumerate(rows, 1))):
        if row["moved_to"]:
            lines.insert(number + 1, f"  moved for good to {row['moved_to']}: put that address into sources.yaml")
        if row["last_error"] or row["condition"] in TROUBLE:
            lines.insert(number + 1, f"  {' '.join(str(row['evidence']).split())}")
    return "\n".join(lines)


def _cell(name: str, value: object) -> str:
    if value is None or value == "":
        return "–"
    if name in ("last_success", "next_poll"):
        return str(value)[:16].replace("T", " ")
    return " ".join(str(value).split())[: None if name == "next_reason" else 60]  # the last column may be long


# add, retire, import, export -----------------------------------------------------------------------------------------


def _run_add(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    answer, feed = fetched_feed(args.url, allow_local=args.allow_local, proxy=args.proxy, stop=stop)
    if isinstance(answer, FeedError):
        print(f"{answer} (not added)", file=sys.stderr)
        return IN_PART
    assert feed is not None
    languages = tuple(args.language) or tuple(one for one in (feed.language,) if one in monitor.languages)
    outlet = args.outlet or feed.title or urlsplit(args.url).hostname or args.url
    entry = SourceEntry(
        key=args.key or "-".join([slug(outlet), *languages[:1]]),
        url=answer.moved_to or args.url,
        outlet=outlet,
        language=languages or monitor.languages,
        scope=args.scope,
        seen=f"working {monitor.day_of(clock()).isoformat()}",
    )
    return _append(monitor, [entry])


def _run_retire(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    source = retire_source(monitor_of(args), args.key, args.reason)
    print(f"retired {source.key}: {source.retired}")
    return DONE


def _run_import(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    try:
        body = args.file.read_bytes()
    except OSError as error:
        raise DataFileError(f"{args.file}:1: cannot be read: {error.strerror}") from None
    return _append(monitor, from_opml(str(args.file), body, languages=monitor.languages, taken=()))


def _append(monitor: Monitor, entries: Sequence[SourceEntry]) -> int:
    added = add_sources(monitor, entries)
    for source in added.sources:
        unknown = " (side unknown: add the outlet to outlets.yaml)" if source.outlet.side == "unknown" else ""
        print(f"added {source.key}: {source.outlet.name}, {' '.join(source.languages)}{unknown}")
    for url in added.known:
        print(f"already there: {url}")
    return DONE


def _run_export(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    title = f"{monitor.title} (INVENTED)" if monitor.invented else monitor.title
    body = to_opml(read_sources(monitor), title)
    if args.out == "-":
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return DONE
    try:
        Path(args.out).write_bytes(body)
    except OSError as error:
        raise DataFileError(f"{args.out}:1: cannot be written: {error.strerror}") from None
    return DONE
