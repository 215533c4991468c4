"""`python -m metrics alerts`: list alerts, show one with all that made it so, decide about one. Asks and prints."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from feeds.archive import Archive, open_archive
from feeds.errors import HouseError
from feeds.monitor import Monitor
from feeds.options import DONE, add_options, archive_url, given_day, monitor_of
from metrics.alert import STATES, Action
from metrics.alert_words import STATE_HELP, lasted, parameters, title, why
from metrics.deciding import KnownAlert, all_alerts, chosen, decide, one_alert
from metrics.lexicon import read_lexicon
from metrics.store.alerts import headlines

Clock = Callable[[], datetime]
DECISIONS: dict[str, Action] = {
    "acknowledge": "acknowledged", "dismiss": "dismissed", "close": "closed", "reopen": "reopened"
}  # fmt: skip


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `alerts`."""
    one = subparsers.add_parser("alerts", help="unusual days: list them, show one, decide about one")
    one.add_argument(
        "what", nargs="?", default="list", choices=("list", "show", *DECISIONS), help="what to do (default: list)"
    )
    one.add_argument("id", nargs="?", metavar="ID", help="of the alert, as the list names it")
    add_options(one)
    one.add_argument("--from", dest="first", metavar="DAY", help="in alarm on this day, as 2026-01-31, or later")
    one.add_argument("--to", dest="last", metavar="DAY", help="in alarm on this day or earlier")
    one.add_argument("--state", choices=STATES, action="append", default=[], help="only these; may be repeated")
    one.add_argument("--indicator", metavar="KEY", action="append", default=[], help="only these; may be repeated")
    one.add_argument("--json", action="store_true", help="the same as JSON, with every parameter")
    one.add_argument("--reason", metavar="TEXT", default="", help="of a decision; dismissing needs one")
    one.add_argument("--by", metavar="NAME", default="", help="who decides")
    one.set_defaults(run=_run_alerts)


def _run_alerts(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    if (args.what == "list") != (args.id is None):
        raise HouseError(f"alerts {args.what}: " + ("takes no ID" if args.id else "say which alert, by its ID"))
    if unknown := sorted(set(args.indicator) - set(monitor.indicator_keys)):
        raise HouseError(f"--indicator {unknown[0]}: not one of {' '.join(monitor.indicator_keys)}")
    decides = args.what in DECISIONS
    with open_archive(archive_url(args, monitor), read_only=not decides) as archive:
        if decides:
            decide(archive, args.id, DECISIONS[args.what], reason=args.reason, by=args.by, at=clock())
            print(f"{args.id}: {DECISIONS[args.what]}{_later(args.what)}")
        elif args.what == "show":
            one = one_alert(archive, args.id)
            _print(_shown(archive, one, _names(monitor)), [one], args)
        else:
            found = _listed(archive, args)
            _print(_lines(found, _names(monitor)), found, args)
    return DONE


def _later(what: str) -> str:
    return "; its days return to the baseline with the next update" if what == "dismiss" else ""


def _listed(archive: Archive, args: argparse.Namespace) -> list[KnownAlert]:
    first = given_day(args.first, "--from") if args.first else None
    last = given_day(args.last, "--to") if args.last else None
    return chosen(all_alerts(archive), first=first, last=last, states=args.state, indicators=args.indicator)


def _print(lines: Iterator[str], alerts: Sequence[KnownAlert], args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps([_as_json(one) for one in alerts], ensure_ascii=False, indent=1, default=str))
    else:
        print("\n".join(lines))


def _as_json(one: KnownAlert) -> dict[str, object]:
    decisions = [{**asdict(each.decision), "at": each.at.isoformat()} for each in one.decisions]
    return {
        **asdict(one.alert), "state": one.state, "why": why(one.alert), "decisions": decisions,
        "made": one.made.isoformat(),
        "superseded": one.superseded.isoformat() if one.superseded else None,
        "superseded_why": one.superseded_why or None,
    }  # fmt: skip


def _names(monitor: Monitor) -> dict[str, str]:
    """Key of an indicator, people or side → its name."""
    indicators = {key: of.get("en", key) for key, of in read_lexicon(monitor).labels.items()}
    return indicators | {one.key: one.label for one in (*monitor.peoples, *monitor.sides)}


def _lines(found: Sequence[KnownAlert], names: Mapping[str, str]) -> Iterator[str]:
    for one in found:
        yield f"{one.alert.id}  [{one.state}] {title(one.alert, names, names)}. {lasted(one.alert)}. {why(one.alert)}"
    if not found:
        yield "no alerts"


def _shown(archive: Archive, one: KnownAlert, names: Mapping[str, str]) -> Iterator[str]:
    yield f"{one.alert.id}: {title(one.alert, names, names)}"
    yield why(one.alert)
    yield f"state: {one.state} ({one.superseded_why or STATE_HELP[one.state]})"
    for each in one.decisions:
        reason = f": {each.decision.reason}" if each.decision.reason else ""
        yield f"  {each.at:%Y-%m-%d %H:%M} UTC {each.decision.action} by {each.decision.by}{reason}"
    yield from (f"{name}: {value}" for name, value in parameters(one.alert, names))
    yield from (f"  story {story}: {text}" for story, text in headlines(archive, one.alert.stories))
