"""A sender that is killed again and again: run by test_send_killed.py, without threads, so that it may fork.

python tests/dashboard/killed_sender.py MONITOR ARCHIVE
Reads one line a run from standard input: "" for a whole run, a number for kill -9 at that call, "settle N" for kill -9
before what became of the Nth message is written down. Prints one JSON line a run: its status, the calls it made, and
before which call the first try to send began.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import dashboard.issue  # what a run would load is loaded before the fork
import dashboard.notify
from dashboard.__main__ import main
from feeds.archive import connect
from metrics.store import outbox

WATCHED = {str(Path(module.__file__)) for module in (dashboard.notify, outbox, connect) if module.__file__}
WATCHED |= {str(Path(dashboard.notify.__file__).with_name("sender.py"))}
ENDINGS = ("/smtplib.py", "/http/client.py", "/sqlite3/dbapi2.py", "/sqlalchemy/engine/base.py", "/ssl.py")
DUE = datetime(2031, 12, 1, 5, tzinfo=UTC)


class Counted:
    """Counts calls and returns of what sends and of what writes down; kills this process where it was told to."""

    def __init__(self, where: str, pipe: int) -> None:
        self.at = int(where) if where.isdigit() else 0
        self.settle = int(where.split()[1]) if where.startswith("settle") else 0
        self.pipe, self.calls, self.settled, self.began = pipe, 0, 0, 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if code.co_filename not in WATCHED and not code.co_filename.endswith(ENDINGS):
            return
        self.calls += 1
        if event == "call" and code.co_filename == outbox.__file__:
            if code.co_name == "begin" and not self.began:
                self.began = self.calls
            if code.co_name == "settle":
                self.settled += 1
        if self.calls == self.at or (self.settle and self.settled == self.settle):
            os.kill(os.getpid(), signal.SIGKILL)


def run(monitor: str, archive: str, where: str) -> dict[str, int]:
    """One run of the real command in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        counted = Counted(where, writing)
        sys.setprofile(counted)
        status = main(["send", "--allow-local", "--monitor", monitor, "--archive", archive], now=DUE)
        sys.setprofile(None)
        os.write(writing, json.dumps({"calls": counted.calls, "began": counted.began}).encode())
        os._exit(status)
    os.close(writing)
    status = os.waitpid(child, 0)[1]
    with os.fdopen(reading, "rb") as told:
        said = told.read()
    return {"status": status, **(json.loads(said) if said else {})}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(sys.argv[1], sys.argv[2], line.strip())), flush=True)
