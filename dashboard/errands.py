"""Commands of ours that a page starts, where the server was started with --edit: waited for, or left to run beside it.

The same commands as in a terminal, as lists of arguments and never through a shell. What is left to run ends with the
server, like everything beside it.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from feeds.errors import HouseError

PATIENCE_SECONDS = 90  # for a command that a reader waits for: a server may take 30 to answer, and redirect
LONGEST_TOLD = 4_000  # bytes of what a command said last


class ErrandError(HouseError):
    """A command could not be run, or did not do what was asked; the message is its own line."""


def network() -> list[str]:
    """The options of the server that say how it may ask: handed on by serve.py."""
    return shlex.split(os.environ.get("MONITOR_NETWORK", ""))


def waited_for(*arguments: str) -> str:
    """What `python -m ARGUMENTS` prints. Raises ErrandError with its last line of complaint when it fails."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            encoding="utf-8", errors="replace", timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ErrandError(f"no answer within {PATIENCE_SECONDS} seconds; nothing was changed") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise ErrandError(said[-1].strip() if said else f"it ended with status {done.returncode}")
    return done.stdout


@dataclass(slots=True)
class Errand:
    """A command that was left to run. `told` is what it said so far."""

    process: subprocess.Popen[bytes]
    log: int  # a file descriptor

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    @property
    def told(self) -> list[str]:
        size = os.fstat(self.log).st_size
        said = os.pread(self.log, LONGEST_TOLD, max(0, size - LONGEST_TOLD)).decode("utf-8", "replace")
        return [line for line in said.splitlines() if line.strip()]


def started(arguments: Sequence[str]) -> Errand:
    """Start `python -m ARGUMENTS…` beside the server; it ends with the server. Raises ErrandError."""
    log, name = tempfile.mkstemp(prefix="errand-")
    os.unlink(name)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.beside", *arguments], stdin=subprocess.PIPE, stdout=log,
            stderr=subprocess.STDOUT, process_group=0,
        )  # fmt: skip
    except OSError as error:
        os.close(log)
        raise ErrandError(f"cannot be started: {error.strerror}") from None
    return Errand(process, log)
