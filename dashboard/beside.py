"""Child processes beside the server: kept running, restarted with back-off, stopped together.

May not read articles, the archive or the network: it only starts programs of ours and watches them. Run as a module,
it is the thin shell around one child: `python -m dashboard.beside feeds poll …` is `python -m feeds poll …`, but
gentle to the server (a lower priority) and gone when the server is gone, even when that was killed (end of stdin).
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

FIRST_WAIT_SECONDS = 1.0  # before a child that died is started again; doubles up to the longest
LONGEST_WAIT_SECONDS = 60.0
STEADY_SECONDS = 60.0  # a child that ran this long is healthy: the next death waits the first time again
LOOK_EVERY_SECONDS = 0.25
GRACE_SECONDS = 2.0  # between SIGTERM and SIGKILL


class Child:
    """One program that should always run. `name` is what people are told."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self.arguments = tuple(arguments)
        self.environment = dict(environment)
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._wait = FIRST_WAIT_SECONDS
        self._again_at = 0.0  # monotonic; when a dead child is started next

    def start(self) -> None:
        """In a process group of its own, so that Ctrl-C reaches it through us, and its own children end with it."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.beside", *self.arguments],
            stdin=subprocess.PIPE,
            env=self.environment,
            process_group=0,
        )
        self._started = time.monotonic()

    def look(self, now: float) -> str:
        """Start it again when it has been dead long enough. Returns news for a person, once per trouble, else ""."""
        if self.process is None:
            if now >= self._again_at:
                self.start()
            return ""
        status = self.process.poll()
        if status is None:
            return ""
        return self._died(status, now)

    def _died(self, status: int, now: float) -> str:
        self.end_group()
        if now - self._started >= STEADY_SECONDS:
            self._wait = FIRST_WAIT_SECONDS
        is_first = self._wait == FIRST_WAIT_SECONDS
        self._again_at, self._wait = now + self._wait, min(self._wait * 2, LONGEST_WAIT_SECONDS)
        how = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        return (
            f"the {self.name} {how}; starting it again, at most every {LONGEST_WAIT_SECONDS:.0f} s" if is_first else ""
        )

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end_group(self) -> None:
        """Kill what is left of the child and of the processes it started."""
        if self.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None


class Beside:
    """All children, watched by one thread. `start` and `stop` are each called once, from one thread."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = tuple(children)
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="beside", daemon=True)

    def start(self) -> None:
        self._watcher.start()

    def stop(self) -> None:
        """All gone when this returns, at most GRACE_SECONDS and a little later."""
        self._stopping.set()
        if self._watcher.ident is not None:
            self._watcher.join()
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._children:
            if child.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.0, deadline - time.monotonic()))
            child.end_group()

    @property
    def is_expected(self) -> bool:
        """Is anything to be kept running here?"""
        return bool(self._children)

    def pids(self) -> dict[str, int]:
        """Name → process id of the children that run now."""
        running = ((child.name, child.process) for child in self._children)
        return {name: process.pid for name, process in running if process is not None}

    def _watch(self) -> None:
        while not self._stopping.is_set():
            for child in self._children:
                if told := child.look(time.monotonic()):
                    print(told, file=sys.stderr, flush=True)
            self._stopping.wait(LOOK_EVERY_SECONDS)


def _end_with_the_parent() -> None:
    os.read(0, 1)  # os.read, not sys.stdin: a daemon thread that holds the buffer's lock aborts the interpreter's exit
    os.kill(os.getpid(), signal.SIGTERM)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt  # as for Ctrl-C: `finally` blocks run, transactions roll back


def main(arguments: Sequence[str]) -> None:
    """Become `python -m MODULE ARGUMENTS…`, ending with the parent."""
    signal.signal(signal.SIGTERM, _interrupt)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    os.nice(5)
    sys.argv = list(arguments)
    try:
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1:])
