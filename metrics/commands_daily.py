"""`python -m metrics daily`: the daily table, of today or as it stood at a moment. Asks and writes."""

from __future__ import annotations

import argparse
import io
import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from feeds.archive import Archive, open_archive
from feeds.errors import HouseError
from feeds.monitor import Monitor
from feeds.options import DONE, add_options, archive_url, given_day, monitor_of, write_out
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.daily import daily_table
from metrics.lexicon import read_lexicon
from metrics.model import STANCES
from metrics.stood import vintage
from metrics.store import BREAKDOWNS, Counts, Panel, changes_of_sources, current_rules, rules_at
from metrics.store.frozen import frozen_between
from metrics.tag import Tagger

Clock = Callable[[], datetime]


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `daily`."""
    one = subparsers.add_parser("daily", help="the daily table: stories per day of one indicator, or of all")
    add_options(one)
    one.add_argument(
        "--from", dest="first", metavar="DAY", help="first day, as 2026-01-31 (default: 28 days before --to)"
    )
    one.add_argument("--to", dest="last", metavar="DAY", help="last day (default: today)")
    one.add_argument("--indicator", metavar="KEY", help="one indicator (default: all)")
    one.add_argument("--stance", choices=STANCES, default="reported", help="what the sentence says (default: reported)")
    one.add_argument("--by", default="", metavar="A,B", help=f"break down by any of {', '.join(BREAKDOWNS)}")
    one.add_argument(
        "--panel", choices=("all", "fixed"), default="all",
        help="fixed: only sources that were there throughout; one added or lost changes nothing (default: all)",
    )  # fmt: skip
    one.add_argument(
        "--as-of", metavar="T",
        help="the table as it stood then: YYYY-MM-DDTHH:MM[+HH:MM] (without offset: the monitor's zone); --to is then"
        " that day unless given",
    )  # fmt: skip
    one.add_argument("--format", choices=("csv", "json", "parquet"), default="csv", help="of the output (default: csv)")
    one.add_argument("--out", metavar="PATH", default="-", help="file to write (default: standard output)")
    one.set_defaults(run=_run_daily)


def _run_daily(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    now = monitor.now or clock()
    as_of = moment(args.as_of, monitor, now=now) if args.as_of else None
    today = monitor.day_of(as_of or now)
    first, last = _range(args, today)
    indicators = [_known(args.indicator, monitor)] if args.indicator else list(monitor.indicator_keys)
    by = _breakdowns(args.by)
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        _say_frozen(archive, first, last)
        counts = _counts(archive, monitor, first, min(last, today), as_of, fixed=args.panel == "fixed")
        tables = [
            daily_table(
                archive, monitor, first=first, last=last, indicator=one, stance=args.stance, by=by, today=today,
                counts=counts,
            )
            for one in indicators
        ]  # fmt: skip
    table = pd.concat(tables, ignore_index=True).drop(columns=["state"])
    write_out(table_bytes(table, args.format), args.out)
    return DONE


def moment(text: str, monitor: Monitor, *, now: datetime) -> datetime:
    """--as-of as aware UTC, to the second. Raises HouseError for what is no time, or lies in the future."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise HouseError(f"--as-of {text}: not a time; write YYYY-MM-DDTHH:MM[+HH:MM]") from None
    found = (found if found.tzinfo else found.replace(tzinfo=monitor.zone)).astimezone(UTC).replace(microsecond=0)
    if found > now:
        raise HouseError(f"--as-of {text}: lies in the future; give a time that is over")
    return found


def _range(args: argparse.Namespace, today: date) -> tuple[date, date]:
    last = given_day(args.last, "--to") if args.last else today
    first = given_day(args.first, "--from") if args.first else last - timedelta(days=27)
    if first > last:
        raise HouseError(f"--from {first} is after --to {last}; give an earlier first day")
    return first, last


def _counts(
    archive: Archive, monitor: Monitor, first: date, last: date, as_of: datetime | None, *, fixed: bool
) -> Counts | None:
    """None: all sources, as stored. Whatever else is said on standard error: such a table means something else."""
    if as_of is None and not fixed:
        return None
    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    last = max(first, last)
    if as_of is None:
        panel = Panel(archive, attribution, first=first, last=last)
        _say_panel(archive, attribution, panel.sources, first, last)
        return panel
    tagger = Tagger(monitor, read_lexicon(monitor))
    then = vintage(archive, tagger, attribution, first=first, last=last, as_of=as_of, fixed=fixed)
    _say_rules(archive, as_of)
    if fixed:
        _say_panel(archive, attribution, then.sources, first, last)
    return then


def _say_rules(archive: Archive, as_of: datetime) -> None:
    rules, then = current_rules(archive), rules_at(archive, as_of)
    if rules is None or then == (rules.version, rules.known_sources):
        return
    of_then = f"rules {then[0]}" if then else "rules that were not noted"
    print(
        f"as of {as_of:%Y-%m-%dT%H:%M:%SZ}: what had been seen by then, by the words, sides and sources of today (rules"
        f" {rules.version}); in use then: {of_then}, whose tags are not kept",
        file=sys.stderr,
    )


def _say_frozen(archive: Archive, first: date, last: date) -> None:
    """Which rows are not ours; rules_version and vintage in them are those of their package."""
    frozen = frozen_between(archive, first=first, last=last)
    for name in sorted({one.package for one in frozen.values()}):
        days = [day for day, one in frozen.items() if one.package == name]
        print(f"frozen: {len(days)} days from {days[0]} to {days[-1]}, as {name} counts them", file=sys.stderr)


def _say_panel(archive: Archive, attribution: Attribution, panel: frozenset[str], first: date, last: date) -> None:
    changed = [one for one in changes_of_sources(archive, attribution, last=last) if one.day > first]
    said = ", ".join(f"{one.day} +{len(one.added)} −{len(one.gone)}" for one in changed) or "none"
    print(f"panel: {len(panel)} sources present throughout; sources changed: {said}", file=sys.stderr)


def _known(indicator: str, monitor: Monitor) -> str:
    if indicator not in monitor.indicator_keys:
        raise HouseError(f"--indicator {indicator}: not one of {', '.join(monitor.indicator_keys)}")
    return indicator


def _breakdowns(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if wrong := [one for one in chosen if one not in BREAKDOWNS]:
        raise HouseError(f"--by {', '.join(wrong)}: not one of {', '.join(BREAKDOWNS)}")
    return chosen


def table_bytes(table: pd.DataFrame, format: str) -> bytes:
    """A daily table as csv, json or parquet. Counts are whole numbers; unknown is empty, null or NaN, never 0."""
    whole = dict.fromkeys(("count", "total_count", "relevant_count", "articles", "late", "backfill"), "Int64")
    table = table.astype({name: kind for name, kind in whole.items() if name in table.columns})
    if format == "parquet":
        sink = io.BytesIO()
        table.assign(date=pd.to_datetime(table["date"])).to_parquet(sink, index=False)
        return sink.getvalue()
    table = table.assign(date=table["date"].astype(str))
    if format == "csv":
        return table.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode()
    records = json.loads(table.to_json(orient="records", double_precision=6, force_ascii=False))
    return (json.dumps(records, ensure_ascii=False, indent=1) + "\n").encode()
