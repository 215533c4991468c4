"""`python -m metrics …`: tag, count, measure, audit, check. The only place of this room that reads the clock."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from feeds.options import WRONG, run
from metrics import (
    commands_alerts,
    commands_backtest,
    commands_check,
    commands_count,
    commands_daily,
    commands_figures,
    commands_levels,
    commands_load,
    commands_revisions,
    commands_tag,
)


def main(argv: Sequence[str] | None = None, *, clock: Callable[[], datetime]) -> int:
    """Exit status 0: all done; 1: some were not; 2: wrong usage or a broken data file."""
    parser = argparse.ArgumentParser(
        prog="python -m metrics", description="What the articles mean: tag, count, measure."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    commands_tag.add_to(commands)
    commands_count.add_to(commands)
    commands_daily.add_to(commands)
    commands_load.add_to(commands)
    commands_revisions.add_to(commands)
    commands_figures.add_to(commands)
    commands_levels.add_to(commands)
    commands_backtest.add_to(commands)
    commands_alerts.add_to(commands)
    commands_check.add_to(commands)
    try:
        args = parser.parse_args(argv)
    except SystemExit as stopped:
        return int(stopped.code or 0) and WRONG
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set() if getattr(args, "watch", False) else _interrupt())
    return run(lambda: int(args.run(args, clock=clock, stop=stop)))


def _interrupt() -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(clock=lambda: datetime.now(UTC)))
