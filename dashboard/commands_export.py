"""`python -m dashboard export`: the archive's tables as an open-data package in a folder. Reads only.

Exit status: 0 written; 1 written, but not complete: articles wait for the tagger; 2 wrong usage or nothing to read.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

from dashboard.export.package import write_package
from dashboard.export.package_words import Written
from feeds.archive import Archive, open_archive
from feeds.errors import HouseError
from feeds.monitor import Monitor
from feeds.options import DONE, IN_PART, add_options, archive_url, given_day, monitor_of
from feeds.options import run as plainly
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.lexicon import read_lexicon
from metrics.masking import masker
from metrics.package_rows import Asked
from metrics.store import current_rules

LONGEST = 36_600  # days of one package


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("export", help="write daily counts, stories, evidence and more as open data")
    add_options(parser)
    parser.add_argument("--from", dest="first", metavar="DAY", required=True, help="first day, as 2026-01-31")
    parser.add_argument("--to", dest="last", metavar="DAY", help="last day (default: yesterday)")
    parser.add_argument("--out", metavar="DIR", required=True, help="folder to write; it must not be there yet")
    parser.add_argument("--show-persons", action="store_true", help="with the names of private persons")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """Exit status; errors are one line on stderr."""
    return plainly(lambda: _export(args, now=now))


def _export(args: argparse.Namespace, *, now: datetime) -> int:
    monitor = monitor_of(args)
    today = monitor.day_of(monitor.now or now)
    first, last = _range(args, today)
    with open_archive(archive_url(args, monitor), read_only=True, mapped=False) as archive:
        asked = _asked(archive, monitor, args, first, last, today)
        return _remarks(asked, write_package(asked, Path(args.out)), args.out)


def _range(args: argparse.Namespace, today: date) -> tuple[date, date]:
    """Raises HouseError for what is no range of days that have begun."""
    first = given_day(args.first, "--from")
    last = given_day(args.last, "--to") if args.last else today - timedelta(days=1)
    if last > today:
        raise HouseError(f"--to {last}: has not begun; today is {today} in the monitor's zone")
    if first > last:
        raise HouseError(f"--from {first} is after --to {last}; give an earlier first day")
    if (last - first).days >= LONGEST:
        raise HouseError(f"--from {first}: more than {LONGEST} days before {last}; export a long time in parts")
    return first, last


def _asked(archive: Archive, monitor: Monitor, args: argparse.Namespace, first: date, last: date, today: date) -> Asked:
    rules = current_rules(archive)
    if rules is None:
        raise HouseError("nothing is tagged yet; run `python -m metrics update` first")
    lexicon = read_lexicon(monitor)
    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    mask = None if args.show_persons else masker(monitor, lexicon)
    return Asked(archive, monitor, lexicon, attribution, rules, first, last, today, mask)


def _remarks(asked: Asked, written: tuple[Written, ...], out: str) -> int:
    """How much it is, and whether all was there."""
    print(f"{out}: rows: {', '.join(f'{one.table.name} {one.rows}' for one in written)}", file=sys.stderr)
    waiting = asked.archive.versions_waiting(asked.rules.mark)
    if waiting:
        print(f"not complete: {waiting} articles wait for the tagger; run `python -m metrics update`", file=sys.stderr)
    return IN_PART if waiting else DONE
