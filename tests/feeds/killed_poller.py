"""A poller that is killed again and again: run by test_crash.py, as a process without threads, so that it may fork.

python tests/feeds/killed_poller.py MONITOR ARCHIVE SEED TIMES
Prints one JSON line a kill: seconds after which the round was killed, and how it ended (0: it had ended by itself).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime

from feeds.__main__ import main


def start_round(monitor: str, archive: str) -> int:
    """The process id of one round of the real command."""
    child = os.fork()
    if child:
        return child
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    arguments = ["poll", "--once", "--allow-local", "--monitor", monitor, "--archive", archive]
    os._exit(main(arguments, clock=lambda: datetime.now(UTC)))


def ended(child: int, seconds: float) -> int:
    """Status of the round; killed when it is not through after `seconds`."""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def killed_rounds(monitor: str, archive: str, seed: int, times: int) -> None:
    began = time.monotonic()
    _, status = os.waitpid(start_round(monitor, archive), 0)
    whole = time.monotonic() - began
    print(json.dumps({"after": whole, "status": status}), flush=True)
    moments = random.Random(seed)
    for _ in range(times):
        after = moments.uniform(0, whole)
        print(json.dumps({"after": after, "status": ended(start_round(monitor, archive), after)}), flush=True)


if __name__ == "__main__":
    killed_rounds(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
