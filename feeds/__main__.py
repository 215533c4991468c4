"""`python -m feeds …`: the commands of this room, below. Only here it reads the clock."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from feeds import commands_evidence, commands_forget, commands_health, commands_history, commands_list, commands_poll
from feeds.options import WRONG, run


def main(argv: Sequence[str] | None = None, *, clock: Callable[[], datetime]) -> int:
    """Exit status 0: all done; 1: done in part, the rest named on stderr; 2: wrong usage or a broken data file."""
    parser = argparse.ArgumentParser(prog="python -m feeds", description="From the wire to the archive.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    commands_poll.add_to(commands)
    commands_history.add_to(commands)
    commands_list.add_to(commands)
    commands_evidence.add_to(commands)
    commands_health.add_to(commands)
    commands_forget.add_to(commands)
    try:
        args = parser.parse_args(argv)
    except SystemExit as stopped:
        return int(stopped.code or 0) and WRONG
    stop = threading.Event()
    _stop_on_signals(stop, waits_for_it=getattr(args, "stops_by_itself", False))
    return run(lambda: int(args.run(args, clock=clock, stop=stop)))


def _stop_on_signals(stop: threading.Event, *, waits_for_it: bool) -> None:
    """The first SIGTERM or Ctrl-C asks a poller to stop; a second one, and the first one elsewhere, interrupts."""

    def heard(_number: int, _frame: object) -> None:
        if stop.is_set() or not waits_for_it:
            raise KeyboardInterrupt
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heard)


if __name__ == "__main__":
    sys.exit(main(clock=lambda: datetime.now(UTC)))
