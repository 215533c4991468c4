"""`python -m metrics revisions`: numbers of days counted before that changed since, and why. Asks and prints."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from feeds.archive import open_archive
from feeds.options import DONE, add_options, archive_url, given_day, monitor_of
from metrics.revision_words import line, why
from metrics.store.revising import Revision, revisions_of


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `revisions`."""
    one = subparsers.add_parser("revisions", help="numbers that changed after they were first counted, and why")
    add_options(one)
    one.add_argument("--from", dest="first", metavar="DAY", help="days from here on, as 2026-01-31 (default: all)")
    one.add_argument("--to", dest="last", metavar="DAY", help="days up to here (default: all)")
    one.add_argument("--json", action="store_true", help="the same as JSON")
    one.set_defaults(run=_run)


def _run(args: argparse.Namespace, **_: object) -> int:
    monitor = monitor_of(args)
    first = given_day(args.first, "--from") if args.first else None
    last = given_day(args.last, "--to") if args.last else None
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        found = revisions_of(archive, first=first, last=last)
    print(_as_json(found) if args.json else "\n".join(map(line, found)) or "no number changed after it was counted")
    return DONE


def _as_json(found: Sequence[Revision]) -> str:
    rows = [
        one._asdict() | {"day": one.day.isoformat(), "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}", "why": why(one.reason)}
        for one in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
