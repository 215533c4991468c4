"""`send` and `outbox`: issues by mail, webhook and folder, and what became of each message.

Exit status: 0 all sent; 1 something waits, is held or was given up; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime

from dashboard.notify import Outside
from dashboard.sender import Sender
from feeds.archive import Archive, open_archive, role
from feeds.errors import ArchiveError, HouseError
from feeds.monitor import Monitor
from feeds.options import DONE, IN_PART, add_options, archive_url, given_day, monitor_of
from feeds.options import run as plainly
from metrics.store import outbox
from metrics.store.outbox import STATES, Letter

LOOK_EVERY_SECONDS = 20.0  # for what became due or was released
ACTIONS = {  # action → state before, state after
    "release": ("draft", "waiting"),
    "withdraw": ("draft", "withdrawn"),
    "retry": ("dead", "waiting"),
}
Clock = Callable[[], datetime]


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_send(subparsers)
    _add_outbox(subparsers)


def _add_send(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("send", help="make the issues that are due, and send what waits")
    add_options(parser)
    parser.add_argument("--watch", action="store_true", help="for ever, as they come due (serve does it by itself)")
    parser.add_argument("--day", metavar="DAY", help="the issue of this day, now, whatever the schedule says")
    parser.add_argument("--review", action="store_true", help="keep new issues as drafts until a person releases them")
    parser.add_argument("--allow-local", action="store_true", help="webhooks may lead to private addresses")
    parser.set_defaults(run=send)


def _add_outbox(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("outbox", help="what was sent, what waits, what was given up; release drafts")
    add_options(parser)
    parser.add_argument("action", nargs="?", choices=("list", "show", *ACTIONS), default="list", help="default: list")
    parser.add_argument("key", nargs="?", default="", help="a message, by the first digits of its key; else --day")
    parser.add_argument("--day", metavar="DAY", help="all messages of the issue of this day")
    parser.add_argument("--state", choices=STATES, help="list only these")
    parser.add_argument("--by", metavar="NAME", default="", help="who releases, withdraws or tries again")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=show_outbox)


def send(args: argparse.Namespace, *, now: datetime) -> int:
    """Exit status; errors are one line on stderr."""
    return plainly(lambda: _send(args, now))


def _send(args: argparse.Namespace, now: datetime) -> int:
    monitor = monitor_of(args)
    if args.review:
        monitor = monitor.model_copy(update={"delivery": monitor.delivery.model_copy(update={"review": True})})
    if not monitor.delivery.channels:
        raise HouseError(f"{monitor.folder / 'monitor.yaml'}: delivery names no channels; see docs/monitor-files.md")
    clock = clock_of(args, monitor, now)
    day = None if args.day is None else given_day(args.day, "--day")
    with open_archive(archive_url(args, monitor)) as archive, role(archive, "sender"):
        sender = Sender(archive, monitor, Outside(os.environ, args.allow_local), _tell)
        if args.watch:
            return watch(sender, clock)
        return send_once(sender, clock, day)


def clock_of(args: argparse.Namespace, monitor: Monitor, now: datetime) -> Clock:
    """An invented monitor's clock stands still; a command that was given none keeps the time it began at."""
    fixed = monitor.now
    if fixed is not None:
        return lambda: fixed
    given: Clock | None = getattr(args, "clock", None)
    return given or (lambda: now)


def send_once(sender: Sender, clock: Clock, day: date | None) -> int:
    """One round; of one day when it is given. Exit status."""
    if day is not None:
        if day >= sender.monitor.day_of(clock()):
            raise HouseError(f"--day {day.isoformat()}: is not over; an issue is sent once, and then of the whole day")
        sender.make(day, clock(), hold=False)
        done = sender.send_waiting(clock)
    else:
        done = sender.round(clock(), clock)
    left = outbox.letters(sender.archive, states=("waiting", "dead"))
    return DONE if done and not left else IN_PART


def watch(sender: Sender, clock: Clock, stop: threading.Event | None = None) -> int:
    """Until it is interrupted. An archive that is locked or gone for a while is said once and tried again."""
    sender.since, stop, trouble = clock(), stop or threading.Event(), ""
    try:
        while not stop.is_set():
            try:
                sender.round(clock(), clock)
                trouble = ""
            except ArchiveError as error:
                if str(error) != trouble:
                    _tell(trouble := str(error))
            stop.wait(LOOK_EVERY_SECONDS)
    except KeyboardInterrupt:
        pass
    return DONE


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def show_outbox(args: argparse.Namespace, *, now: datetime) -> int:
    """Exit status; errors are one line on stderr."""
    return plainly(lambda: _outbox(args))


def _outbox(args: argparse.Namespace) -> int:
    monitor = monitor_of(args)
    day = None if args.day is None else given_day(args.day, "--day")
    with open_archive(archive_url(args, monitor)) as archive:
        if args.action in ACTIONS:
            return decide(archive, args.action, by=args.by, day=day, key=args.key)
        found = chosen(archive, day=day, key=args.key, state=args.state)
        if args.action == "show":
            return _show(archive, found, args.key)
    print(_as_json(found) if args.json else "\n".join(lines(found)))
    return IN_PART if any(one.state == "dead" for one in found) else DONE


def chosen(archive: Archive, *, day: date | None = None, key: str = "", state: str | None = None) -> list[Letter]:
    found = outbox.letters(archive, day=day, states=(state,) if state else ())
    return [one for one in found if one.key.startswith(key)]


def decide(archive: Archive, action: str, *, by: str, day: date | None, key: str) -> int:
    """Raises HouseError when nobody says who decides, about what, or nothing is there to decide about."""
    before, after = ACTIONS[action]
    by = " ".join(by.split())
    if not by:
        raise HouseError(f"outbox {action}: say who decides, --by NAME")
    if day is None and not key:
        raise HouseError(f"outbox {action}: give --day DAY, or the key of one message")
    changed = outbox.decide(archive, before, after, by=by, day=day, key=key)
    if not changed:
        raise HouseError(f"outbox {action}: there is no such message that is {before}; `outbox` lists them")
    print(f"{changed} messages are {after} now")
    return DONE


def _show(archive: Archive, found: Sequence[Letter], key: str) -> int:
    if len(found) != 1 or not key:
        raise HouseError(f"outbox show: {len(found)} messages begin with {key!r}; give the key of one")
    content = outbox.content(archive, found[0].id)
    if content is None:
        raise HouseError(f"outbox show {key}: its content was erased")
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return DONE


def lines(found: Sequence[Letter]) -> list[str]:
    """One line a message for a person."""
    return [_one(letter) for letter in found] or ["nothing in the outbox"]


def _one(letter: Letter) -> str:
    when = {"sent": letter.sent, "waiting": letter.next_try}.get(letter.state)
    parts = [letter.day.isoformat(), letter.key[:8], letter.state.ljust(9), letter.channel, letter.recipient]
    parts += [f"{when:%Y-%m-%d %H:%M} UTC"] if when else []
    parts += [f"tries: {letter.tries}"] if letter.tries > 1 or letter.state == "dead" else []
    parts += [letter.error] if letter.error and letter.state != "sent" else []
    return "  ".join(parts)


def _as_json(found: Sequence[Letter]) -> str:
    return json.dumps([asdict(one) for one in found], default=_plain, ensure_ascii=False, indent=1)


def _plain(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, date) else str(value)
