"""`doctor` and `ledger`: what we see, what we do not, and what became of every item. Ask and print; decide nothing."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from feeds.archive import open_archive
from feeds.commands_poll import chosen
from feeds.doctor import Report, Seen, examine
from feeds.errors import DataFileError
from feeds.model import DROP_REASONS, Poll
from feeds.monitor import Monitor
from feeds.options import DONE, IN_PART, add_options, archive_url, monitor_of
from feeds.sources import read_sources

Clock = Callable[[], datetime]
COUNTS = ("seen", "new", "updated", "known")


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `doctor` and `ledger`."""
    one = subparsers.add_parser("doctor", help="what stands well and what does not: archive, clock, every source")
    add_options(one)
    one.add_argument("--json", action="store_true", help="everything as one JSON object")
    one.set_defaults(run=_run_doctor)
    two = subparsers.add_parser("ledger", help="every poll of a day and what became of every item")
    add_options(two)
    two.add_argument("--day", metavar="YYYY-MM-DD", help="in the monitor's zone (default: today)")
    two.add_argument("--source", metavar="KEY", default="", help="of this source only")
    two.add_argument("--json", action="store_true", help="polls and sums as one JSON object")
    two.set_defaults(run=_run_ledger)


# doctor --------------------------------------------------------------------------------------------------------------


def _run_doctor(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    sources = read_sources(monitor)
    report = examine(monitor, sources, archive_url(args, monitor), now=monitor.now or clock())
    print(_as_json(report) if args.json else "\n".join(_lines(report)))
    return DONE if report.is_sound and not report.has_broken else IN_PART


def _lines(report: Report) -> Iterable[str]:
    for one in report.findings:
        yield f"{'WRONG' if one.problem else 'ok':12}  {one.what}: {one.problem or one.told}"
    for seen in report.sources:
        yield f"{seen.condition.word:12}  {seen.source.key}: {seen.condition.evidence}"
    for key, sentence in report.notes:
        yield f"{'note':12}  {key}: {sentence}"
    counts = Counter(seen.condition.word for seen in report.sources)
    yield ", ".join(f"{count} {word}" for word, count in counts.items()) or "no source"


def _as_json(report: Report) -> str:
    value = {
        "sound": report.is_sound,
        "broken": report.has_broken,
        "findings": [asdict(one) for one in report.findings],
        "sources": [condition_row(one) for one in report.sources],
        "notes": [{"source": key, "note": sentence} for key, sentence in report.notes],
    }
    return json.dumps(value, ensure_ascii=False, indent=1)


def condition_row(seen: Seen) -> dict[str, object]:
    """How a source is, as lists and JSON print it."""
    of = seen.condition
    return {
        "source": seen.source.key,
        "condition": of.word,
        "evidence": of.evidence,
        "expected_in_7_days": None if of.expected is None else round(of.expected, 1),
        "brought_in_7_days": None if of.expected is None else of.brought,
    }


# ledger --------------------------------------------------------------------------------------------------------------


def _run_ledger(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    monitor = monitor_of(args)
    day = _day(args.day, monitor.day_of(monitor.now or clock()))
    if args.source:
        chosen(read_sources(monitor), [args.source], monitor)
    since = datetime.combine(day, time(), monitor.zone)
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        found = archive.polls(source=args.source or None, since=since, until=since + timedelta(days=1))
    polls = found[::-1]
    agree = not [poll for poll in polls if not _agrees(poll)]
    print(_ledger_json(day, monitor, polls, agree) if args.json else "\n".join(_ledger(day, monitor, polls)))
    if not agree:
        print(
            "the sums do not agree: the archive was changed from outside; run `python -m feeds doctor`", file=sys.stderr
        )
    return DONE if agree else IN_PART


def _day(said: str | None, today: date) -> date:
    try:
        return date.fromisoformat(said) if said else today
    except ValueError:
        raise DataFileError(f'--day "{said}": not a day; write it as {today.isoformat()}') from None


def _agrees(poll: Poll) -> bool:
    return poll.seen == poll.new + poll.updated + poll.known + sum(poll.dropped.values())


def _ledger(day: date, monitor: Monitor, polls: Sequence[Poll]) -> Iterable[str]:
    vantages = ", ".join(sorted({poll.vantage or "a place not said" for poll in polls})) or "nowhere"
    yield f"{day}, UTC{monitor.utc_offset_hours:+g}: {len(polls)} polls, made from {vantages}"
    for poll in polls:
        yield f"{poll.at.astimezone(monitor.zone):%H:%M:%S}  {poll.source}: {_told(poll)}"
    yield ""
    for source in sorted({poll.source for poll in polls}):
        own = [poll for poll in polls if poll.source == source]
        failed = sum(bool(poll.error) for poll in own)
        yield f"{source}: {len(own)} polls, {failed} failed, {_sentence(own)}"
    for reason, count in sorted(_dropped(polls).items()):
        yield f"dropped, {reason}: {count} ({DROP_REASONS.get(reason, 'no reason we know')})"
    yield f"all: {_sentence(polls)}: {'the sums agree' if all(map(_agrees, polls)) else 'THE SUMS DO NOT AGREE'}"


def _told(poll: Poll) -> str:
    status = f" {poll.status}" if poll.status else ""
    by = f" by {poll.address}" if poll.address else ""
    return f"{poll.outcome}{status}{by}, {poll.error or _sentence([poll])}"


def _sentence(polls: Sequence[Poll]) -> str:
    seen, new, updated, known = (sum(getattr(poll, name) for poll in polls) for name in COUNTS)
    by_reason = _dropped(polls)
    named = f" ({', '.join(f'{count} {reason}' for reason, count in sorted(by_reason.items()))})" if by_reason else ""
    return f"{seen} seen = {new} new + {updated} updated + {known} known + {sum(by_reason.values())} dropped{named}"


def _dropped(polls: Iterable[Poll]) -> Counter[str]:
    return sum((Counter(poll.dropped) for poll in polls), Counter())


def _sums(polls: Sequence[Poll]) -> dict[str, object]:
    counts = {name: sum(getattr(poll, name) for poll in polls) for name in COUNTS}
    return {
        "polls": len(polls),
        "failed": sum(bool(poll.error) for poll in polls),
        **counts,
        "dropped": _dropped(polls),
    }


def _ledger_json(day: date, monitor: Monitor, polls: Sequence[Poll], agree: bool) -> str:
    value = {
        "day": day.isoformat(),
        "utc_offset_hours": monitor.utc_offset_hours,
        "sums_agree": agree,
        "all": _sums(polls),
        "sources": {
            key: _sums([one for one in polls if one.source == key]) for key in sorted({p.source for p in polls})
        },
        "polls": [asdict(poll) | {"at": poll.at.isoformat()} for poll in polls],
    }
    return json.dumps(value, ensure_ascii=False, indent=1)
