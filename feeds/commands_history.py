"""`backfill` and `load`: the commands that bring history in. Ask and print; decide nothing."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path

from feeds.archive import open_archive, role
from feeds.backfill import MOST_PAGES, Walk, backfill
from feeds.commands_poll import add_network_options, chosen
from feeds.errors import HouseError
from feeds.fetch import Fetcher
from feeds.load import Loaded, load
from feeds.load_model import SKIPPED
from feeds.monitor import Monitor
from feeds.options import DONE, IN_PART, add_options, archive_url, monitor_of
from feeds.sources import read_sources

Clock = Callable[[], datetime]


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `backfill` and `load`."""
    one = subparsers.add_parser("backfill", help="walk paged and archived feeds back in time, marked as backfill")
    add_options(one)
    one.add_argument("--since", metavar="DATE", required=True, help="how far back, as 2022-12-12")
    one.add_argument(
        "--source", metavar="KEY", nargs="+", default=[], help="only these, also when they are switched off or retired"
    )
    one.add_argument(
        "--max-pages", metavar="N", type=_pages, default=MOST_PAGES,
        help=f"pages read of one source in this run (default: {MOST_PAGES}); the next run goes on",
    )  # fmt: skip
    add_network_options(one)
    one.add_argument("--json", action="store_true", help="one JSON object a source instead of a line")
    one.set_defaults(run=_run_backfill, stops_by_itself=True)
    two = subparsers.add_parser("load", help="articles from tables, saved feeds and web archives, marked as backfill")
    add_options(two)
    two.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=Path,
        help=".jsonl, .csv, .parquet, .warc, a saved feed or a .zip of them; .gz of each; many: in order of time",
    )
    two.add_argument("--source", metavar="KEY", default="", help="the source of articles that name none of ours")
    two.add_argument("--json", action="store_true", help="the counts as one JSON object")
    two.set_defaults(run=_run_load)


def _pages(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of pages, 1 or more")
    return int(text)


# backfill ------------------------------------------------------------------------------------------------------------


def _run_backfill(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    since = _midnight(args.since, monitor, clock())
    wanted = [source for source in chosen(read_sources(monitor), args.source, monitor) if source.is_polled]
    url = archive_url(args, monitor)
    with (
        open_archive(url) as archive,
        role(archive, "backfill"),
        Fetcher(allow_local=args.allow_local, proxy=args.proxy, stop=stop) as fetcher,
    ):
        walks = backfill(
            archive, wanted, since=since, fetch=fetcher.fetch, clock=clock, most_pages=args.max_pages,
            utc_offset_hours=monitor.utc_offset_hours, on_end=_say_json if args.json else _say,
        )  # fmt: skip
    print(_total(walks), file=sys.stderr)
    return DONE if all(walk.state == "done" for walk in walks) else IN_PART


def _midnight(text: str, monitor: Monitor, now: datetime) -> datetime:
    """The start of a day in the monitor's zone, as UTC."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise HouseError(f"--since {text}: not a day; write it as 2022-12-12") from None
    if day > monitor.day_of(now):
        raise HouseError(f"--since {text}: that day is still to come; give one in the past")
    return datetime.combine(day, time(), monitor.zone).astimezone(UTC)


def _say(walk: Walk) -> None:
    pages = f"{walk.pages} page" + ("s" if walk.pages != 1 else "")
    reached = f" back to {walk.oldest:%Y-%m-%d}" if walk.oldest else ""
    line = f"{walk.source.key}: {pages}{reached}, {walk.new} new, {walk.known} known: {walk.state}: {walk.ended}"
    print(line, file=sys.stdout if walk.state == "done" else sys.stderr, flush=True)


def _say_json(walk: Walk) -> None:
    value = {
        "source": walk.source.key, "state": walk.state, "why": walk.ended, "way": walk.way, "pages": walk.pages,
        "pages_now": walk.pages_now, "new": walk.new, "known": walk.known, "since": walk.since.isoformat(),
        "oldest": walk.oldest.isoformat() if walk.oldest else None, "next": walk.url if walk.state != "done" else None,
    }  # fmt: skip
    print(json.dumps(value, ensure_ascii=False), flush=True)


def _total(walks: Sequence[Walk]) -> str:
    counts = {state: sum(walk.state == state for walk in walks) for state in ("done", "none", "failed", "paused")}
    words = {"none": "have no history", "failed": "failed", "paused": "are to be gone on with"}
    rest = "".join(f", {counts[state]} {text}" for state, text in words.items() if counts[state])
    pages, new = sum(walk.pages_now for walk in walks), sum(walk.new for walk in walks)
    return f"{counts['done']} of {len(walks)} sources walked back{rest}; {pages} pages read, {new} new articles"


# load ----------------------------------------------------------------------------------------------------------------


def _run_load(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    sources = read_sources(monitor)
    if args.source:
        chosen(sources, [args.source], monitor)
    with open_archive(archive_url(args, monitor)) as archive:
        result = load(
            archive, args.files, sources, now=clock(), utc_offset_hours=monitor.utc_offset_hours, source=args.source,
            progress=_progress(),
        )  # fmt: skip
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for problem in result.problems:
        print(problem, file=sys.stderr)
    if more := result.bad - len(result.problems):
        print(f"and {more} more that cannot be read", file=sys.stderr)
    print(json.dumps(asdict(result), ensure_ascii=False) if args.json else _loaded(result))
    return IN_PART if result.bad else DONE


def _loaded(result: Loaded) -> str:
    dropped = "".join(f", {times} dropped ({reason})" for reason, times in sorted(result.dropped.items()))
    skipped = "".join(f"; {times} {SKIPPED[reason]}" for reason, times in sorted(result.skipped.items()))
    counts = f"{result.new} new, {result.updated} updated, {result.known} known{dropped}"
    bad = f"; {result.bad} could not be read" if result.bad else ""
    return f"{result.read} articles read: {counts}{skipped}{bad}"


def _progress() -> Callable[[int], None]:
    if not sys.stderr.isatty():
        return lambda read: None
    return lambda read: print(f"\r{read} articles", end="", file=sys.stderr, flush=True)
