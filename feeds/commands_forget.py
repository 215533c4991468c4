"""`forget`: erase an article, or a person's name, from everything the archive holds. Asks, says, and does it.

Exit status: 0 done (or, with --dry-run, told); 1 erased, but the files could not be written anew; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime

from feeds.archive import open_archive, role
from feeds.archive.forgetting import Plan, erase, plan_article, plan_names, sweep
from feeds.errors import ArchiveError, HouseError
from feeds.options import DONE, IN_PART, add_options, archive_url, monitor_of

Clock = Callable[[], datetime]
ROLES = ("poller", "tagger", "backfill", "sender")  # whoever could write again what is erased
SHOWN = 20  # articles listed one by one


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `forget`."""
    one = subparsers.add_parser("forget", help="erase an article or a person's name for good, and keep it out")
    add_options(one)
    one.add_argument("id", metavar="ID", type=int, nargs="?", help="the article's number in the archive")
    one.add_argument(
        "--person", metavar="NAME", action="append", default=[],
        help="a whole name, taken out wherever it stands; give it again for every spelling and script",
    )  # fmt: skip
    one.add_argument("--reason", metavar="TEXT", default="", help="why, kept with the tombstone; name nobody in it")
    one.add_argument("--dry-run", action="store_true", help="only say what would go")
    one.add_argument("--sweep", action="store_true", help="only write the files anew, after an erasure that could not")
    one.add_argument("--json", action="store_true", help="what goes as one JSON object")
    one.set_defaults(run=_run_forget)


def _run_forget(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    _check(args)
    monitor = monitor_of(args)
    with open_archive(archive_url(args, monitor)) as archive, ExitStack() as held:
        if not args.dry_run:
            for name in ROLES:
                held.enter_context(role(archive, name))
        if args.sweep:
            sweep(archive)
            return DONE
        plan = plan_names(archive, args.person) if args.person else plan_article(archive, args.id)
        print(_as_json(plan) if args.json else "\n".join(_told(plan, args.dry_run)))
        if args.dry_run:
            return DONE
        erase(archive, plan, at=clock(), reason=" ".join(args.reason.split()))
        try:
            sweep(archive)
        except ArchiveError as error:
            print(f"erased, but not yet from the files: {error}; `feeds forget --sweep` tries again", file=sys.stderr)
            return IN_PART
        return DONE


def _check(args: argparse.Namespace) -> None:
    """Raises HouseError."""
    asked = (args.id is not None) + bool(args.person) + args.sweep
    if asked != 1:
        raise HouseError("forget: give the ID of one article, or --person NAME, or --sweep")
    if not (args.reason.strip() or args.dry_run or args.sweep):
        raise HouseError("forget: say why, --reason TEXT; --dry-run only tells what would go")


def _told(plan: Plan, dry: bool) -> Iterator[str]:
    verb = "would be" if dry else "are"
    what = "lose the name" if plan.by_name else "lose every word"
    yield f"{len(plan.articles)} articles {what}:"
    for one in plan.articles[:SHOWN]:
        day = one.day.isoformat() if one.day else "no day"
        title = "" if plan.by_name else f"  {one.title}"
        yield f"  {one.id}  {one.source}  {day}  {one.versions} versions{title}"
    if len(plan.articles) > SHOWN:
        yield f"  and {len(plan.articles) - SHOWN} more"
    yield "rows: " + ", ".join(f"{table} {rows}" for table, rows in plan.rows.items())
    yield f"bytes of {len(plan.bodies)} answers {verb} dropped; their SHA-256 stays"
    if plan.decisions:
        yield f"{plan.decisions} decisions about alerts {verb} changed"
    yield from _messages(plan)
    if plan.copies:
        ids = ", ".join(map(str, plan.copies[:SHOWN]))
        yield f"not touched, but in the same stories, perhaps copies: {ids}"
    yield from notice(plan)


def _messages(plan: Plan) -> Iterator[str]:
    for one in plan.handed:
        done = {"sent": "was sent; ask the receiver to delete it", "withdrawn": "is withdrawn"}.get(
            one.state, "is withdrawn; `python -m dashboard send --day` makes it anew"
        )
        yield f"message of {one.day.isoformat()} by {one.channel} to {one.recipient}: erased here; it {done}"


def notice(plan: Plan) -> Iterator[str]:
    """What this command cannot reach, for the person who must."""
    if plan.since is None:
        yield "Nothing stands in the archive; the tombstone keeps it out."
        return
    since = plan.since.date().isoformat()
    yield "Not reached by this command, look through them yourself:"
    yield f"  backups and copies of the archive made since {since} (of PostgreSQL also its log and replicas)"
    yield f"  files made since {since}: exports, summaries, evidence bundles, downloads, saved pages, samples to label,"
    yield "    and what editors noted (data/feedback.jsonl)"
    if plan.issued:
        yield f"  summaries that were handed out: {_days(plan.issued)}"
    yield "Next: `python -m metrics update` reads what is left, counts the days again and writes down what changed."


def _days(days: tuple[date, ...]) -> str:
    named = ", ".join(day.isoformat() for day in days[:SHOWN])
    return f"{named} and {len(days) - SHOWN} more" if len(days) > SHOWN else named


def _as_json(plan: Plan) -> str:
    value = {
        "articles": [
            {"id": one.id, "source": one.source, "day": one.day.isoformat() if one.day else None}
            for one in plan.articles
        ],
        "rows": plan.rows, "bodies": list(plan.bodies), "copies": list(plan.copies), "decisions": plan.decisions,
        "messages": [
            {"day": one.day.isoformat(), "channel": one.channel, "recipient": one.recipient, "state": one.state}
            for one in plan.handed
        ],
        "since": plan.since.isoformat().replace("+00:00", "Z") if plan.since else None,
        "issued": [day.isoformat() for day in plan.issued],
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, indent=1)
