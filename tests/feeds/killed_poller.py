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

MOST_TRIES = 3
GROWTH = 1.05  # of the time, with each kill, until a round is through: five times as long after 33


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
    """Rounds killed at moments spread evenly over the time that a whole one takes, until `times` were under way.

    How long that is, is learnt anew from each: a machine that was idle during the first may be busy later.
    """
    began = time.monotonic()
    _, status = os.waitpid(start_round(monitor, archive), 0)
    whole = time.monotonic() - began
    say(whole, status)
    moments = random.Random(seed)
    killed = 0
    for _ in range(MOST_TRIES * times):
        after = moments.uniform(0, whole)
        status = ended(start_round(monitor, archive), after)
        say(after, status)
        if os.WIFSIGNALED(status):
            killed += 1
            whole *= GROWTH
        else:  # it was through before
            whole = after
        if killed == times:
            return


def say(after: float, status: int) -> None:
    print(json.dumps({"after": after, "status": status}), flush=True)


if __name__ == "__main__":
    killed_rounds(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
