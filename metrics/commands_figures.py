"""`python -m metrics figures`: the ledger of claimed numbers. Asks, prints; computes nothing."""

from __future__ import annotations

import argparse
import io
import json
import math
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args

import pandas as pd

from feeds.archive import open_archive
from feeds.errors import HouseError
from feeds.monitor import Monitor
from feeds.options import DONE, add_options, archive_url, given_day, monitor_of, write_out
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.figure_words import read_lists
from metrics.ledger import figures_table
from metrics.lexicon import read_lexicon
from metrics.masking import masked_claims, masker
from metrics.model import Kind

FORMATS = ("table", "csv", "json", "parquet")
DAYS = 28
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `figures`."""
    one = subparsers.add_parser("figures", help="claimed numbers over time: who claims what, of whom, since when")
    add_options(one)
    one.add_argument(
        "--from", dest="first", metavar="DAY", help=f"first day, as 2026-01-31 (default: {DAYS} days before --to)"
    )
    one.add_argument("--to", dest="last", metavar="DAY", help="last day (default: today)")
    one.add_argument("--subject", metavar="KEY", help="one subject of figures.yaml (default: all)")
    one.add_argument("--kind", choices=get_args(Kind), help="total, increment or rate (default: all)")
    one.add_argument("--people", metavar="KEY", help="one people of monitor.yaml (default: all)")
    one.add_argument("--side", metavar="KEY", help="side of the claimant (default: all)")
    one.add_argument("--format", choices=FORMATS, default="table", help="of the output (default: table)")
    one.add_argument("--out", metavar="PATH", default="-", help="file to write (default: standard output)")
    one.add_argument("--show-persons", action="store_true", help="with the names of private persons")
    one.set_defaults(run=_run)


def _run(args: argparse.Namespace, *, clock: Callable[[], datetime], stop: threading.Event) -> int:
    monitor = monitor_of(args)
    last = given_day(args.last, "--to") if args.last else monitor.day_of(monitor.now or clock())
    first = given_day(args.first, "--from") if args.first else last - timedelta(days=DAYS - 1)
    if first > last:
        raise HouseError(f"--from {first} is after --to {last}; give an earlier first day")
    chosen = _chosen(args, monitor)
    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        table = figures_table(archive, attribution, first=first, last=last, **chosen)
    if not args.show_persons:
        table = masked_claims(table, masker(monitor, read_lexicon(monitor)), monitor.languages)
    write_out(ledger_bytes(table, args.format), args.out)
    return DONE


def _chosen(args: argparse.Namespace, monitor: Monitor) -> dict[str, Sequence[str]]:
    subjects = tuple(read_lists(monitor.common).subjects)
    peoples = [people.key for people in monitor.peoples]
    return {
        "subjects": _known(args.subject, "--subject", subjects),
        "kinds": (args.kind,) if args.kind else (),
        "peoples": _known(args.people, "--people", peoples),
        "sides": _known(args.side, "--side", monitor.side_keys),
    }


def _known(value: str | None, option: str, allowed: Sequence[str]) -> tuple[str, ...]:
    if value is not None and value not in allowed:
        raise HouseError(f"{option} {value}: not one of {', '.join(allowed)}")
    return (value,) if value else ()


def ledger_bytes(table: pd.DataFrame, format: str) -> bytes:
    """The ledger as table, csv, json or parquet. No range: empty, null, NaN. Text of feeds is no formula in csv."""
    if format == "parquet":
        sink = io.BytesIO()
        table.assign(date=pd.to_datetime(table["date"])).to_parquet(sink, index=False)
        return sink.getvalue()
    plain = table.assign(date=table["date"].astype(str))
    if format == "table":
        return ("\n".join(_lines(plain)) + "\n").encode()
    if format == "csv":
        texts = [name for name in plain.columns if name not in ("value", "high", "article", "story")]
        safe = plain.assign(**{name: plain[name].map(_no_formula) for name in texts})
        return safe.to_csv(index=False, float_format="%.12g", lineterminator="\n").encode()
    records = json.loads(plain.to_json(orient="records", force_ascii=False))
    return (json.dumps(records, ensure_ascii=False, indent=1) + "\n").encode()


def _no_formula(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _lines(table: pd.DataFrame) -> Iterator[str]:
    """Per subject, unit, kind and people one block: they share no axis."""
    if table.empty:
        yield "no claimed figures on these days"
        return
    for key, claims in table.groupby(["subject", "unit", "kind", "people"], sort=True):
        yield ", ".join(map(str, key))
        yield from (_line(claim) for claim in claims.to_dict("records"))


def _line(claim: Mapping[Hashable, Any]) -> str:
    high = "" if math.isnan(claim["high"]) else f"–{claim['high']:,.10g}"
    value = f"{claim['bound']} {claim['value']:,.10g}{high}".strip()
    who = f"{claim['claimant']} ({claim['claimant_side']})" if claim["claimant_side"] else "nobody named"
    as_of = f", as of {claim['as_of']}" if claim["as_of"] else ""
    return f"  {claim['date']}  {value:>18}  {who}{as_of}; {claim['outlet']}, articles {claim['articles']}"
