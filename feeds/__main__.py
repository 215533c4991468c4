"""`python -m feeds …`: the commands of this room, below. Only here it reads the clock."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import ModuleType

# Module → its commands. Only the module of the command that is asked for is loaded: a short poll is half start-up.
COMMANDS = {
    "commands_poll": ("poll", "check"),
    "commands_history": ("backfill", "load"),
    "commands_list": ("sources", "add", "import", "export", "retire"),
    "commands_evidence": ("evidence",),
    "commands_health": ("doctor", "ledger"),
    "commands_forget": ("forget",),
}


def main(argv: Sequence[str] | None = None, *, clock: Callable[[], datetime]) -> int:
    """Exit status 0: all done; 1: done in part, the rest named on stderr; 2: wrong usage or a broken data file."""
    words = sys.argv[1:] if argv is None else argv
    *modules, options = _loaded(*_modules_of(words[0] if words else ""), "options")
    parser = argparse.ArgumentParser(prog="python -m feeds", description="From the wire to the archive.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in modules:
        module.add_to(commands)
    try:
        args = parser.parse_args(words)
    except SystemExit as stopped:
        return int(stopped.code or 0) and int(options.WRONG)
    stop = threading.Event()
    _stop_on_signals(stop, waits_for_it=getattr(args, "stops_by_itself", False))
    return int(options.run(lambda: int(args.run(args, clock=clock, stop=stop))))


def _modules_of(command: str) -> list[str]:
    """Where this command stands; all of them for a word that is none: help and errors name every command."""
    return [module for module, commands in COMMANDS.items() if command in commands] or list(COMMANDS)


def _loaded(*names: str) -> list[ModuleType]:
    """Modules leave no garbage behind; looking for it while they are loaded takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return [importlib.import_module(f"feeds.{name}") for name in names]
    finally:
        if was_on:
            gc.enable()


def _stop_on_signals(stop: threading.Event, *, waits_for_it: bool) -> None:
    """The first SIGTERM or Ctrl-C asks a poller to stop; a second one, and the first one elsewhere, interrupts."""

    def heard(_number: int, _frame: object) -> None:
        if stop.is_set() or not waits_for_it:
            raise KeyboardInterrupt
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heard)


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # nothing here multiplies matrices: no threads for it
    sys.exit(main(clock=lambda: datetime.now(UTC)))
