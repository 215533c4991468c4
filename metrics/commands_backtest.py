"""`python -m metrics backtest`: which dated events the alerts find, and what else they raise. Asks and prints."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable
from datetime import datetime

from feeds.archive import open_archive
from feeds.errors import HouseError
from feeds.options import DONE, add_options, archive_url, given_day, monitor_of
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.backtest_runs import backtests
from metrics.backtest_words import as_json, lines
from metrics.lexicon import read_lexicon

Clock = Callable[[], datetime]


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `backtest`."""
    one = subparsers.add_parser("backtest", help="hold alerts against events.yaml: found, how late, and what else")
    add_options(one)
    one.add_argument("--from", dest="first", metavar="DAY", help="first day, as 2026-01-31 (default: all there is)")
    one.add_argument("--to", dest="last", metavar="DAY", help="last day (default: today)")
    one.add_argument("--json", action="store_true", help="the same as JSON, with every alert")
    one.set_defaults(run=_run)


def _run(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    lexicon = read_lexicon(monitor)
    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    today = monitor.day_of(monitor.now or clock())
    last = given_day(args.last, "--to") if args.last else today
    first = given_day(args.first, "--from") if args.first else None
    if last > today:
        raise HouseError(f"--to {last}: not over yet; the last day there is something to say about is {today}")
    if first and first > last:
        raise HouseError(f"--from {first} is after --to {last}; give an earlier first day")
    events = [one for one in lexicon.events if one.eval and one.date <= last and (not first or one.date >= first)]
    if not events:
        raise HouseError(f"{monitor.folder / 'events.yaml'}: no event with eval: true in these days; nothing to score")
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        tests = backtests(archive, monitor, lexicon, attribution, first=first, last=last)
    if args.json:
        print(json.dumps(as_json(tests, events), ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines(tests, events, lambda key: lexicon.labels.get(key, {}).get("en", key))))
    return DONE
