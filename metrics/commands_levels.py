"""`python -m metrics levels`: how much is reported of each indicator on a day, and why. Asks and prints."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime

from feeds.archive import open_archive
from feeds.errors import HouseError
from feeds.options import DONE, add_options, archive_url, given_day, monitor_of
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.level_words import BADGES, REPORTING, name, why
from metrics.lexicon import Lexicon, read_lexicon
from metrics.situation import Level, levels_to

Clock = Callable[[], datetime]


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `levels`."""
    one = subparsers.add_parser("levels", help="how much is reported of each indicator, 0 to 4, and why")
    add_options(one)
    one.add_argument("--day", metavar="DAY", help="as 2026-01-31 (default: today)")
    one.add_argument("--json", action="store_true", help="the same as JSON, with every figure")
    one.set_defaults(run=_run_levels)


def _run_levels(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    lexicon = read_lexicon(monitor)
    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    today = monitor.day_of(monitor.now or clock())
    day = given_day(args.day, "--day") if args.day else today
    if day > today:
        raise HouseError(f"--day {day}: not over yet; the last day there is something to say about is {today}")
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        levels = levels_to(archive, monitor, lexicon, attribution, last=day).on(day)
    print(_as_json(levels) if args.json else "\n".join(_lines(levels, lexicon, day)))
    return DONE


def _as_json(levels: Sequence[Level]) -> str:
    rows = [asdict(one) | {"day": one.day.isoformat(), "name": name(one.level), "why": why(one)} for one in levels]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _lines(levels: Sequence[Level], lexicon: Lexicon, day: date) -> Iterator[str]:
    yield f"{day}: {REPORTING}"
    for one in levels:
        shown = "–" if one.level is None else str(one.level)
        label = lexicon.labels.get(one.indicator, {}).get("en", one.indicator)
        of = f"{label}, {one.people}" if one.people else label
        marks = "".join(f" [{BADGES[badge]}]" for badge in one.badges if badge != "no-data")
        yield f"{shown}  {of}: {name(one.level)}{marks}{' ▲ eased' if one.eased else ''}. {why(one)}"
