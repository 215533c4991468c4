"""Our poller as it runs for ever, two rounds and more in one process; a clock that leaps makes every feed due again.

`python -m benchmarks.polling MONITOR ARCHIVE ROUNDS` prints one JSON object a round: CPU seconds (children included),
wall seconds, polls by outcome; and at the end the peak resident memory in MB.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeds.archive import open_archive, role
from feeds.fetch import Fetcher
from feeds.model import Poll
from feeds.monitor import read_monitor
from feeds.poll import poll_for_ever
from feeds.sources import read_sources

LEAP = timedelta(hours=26)  # later than any next poll
SPACING_SECONDS = 5.2  # the next round starts when politeness lets it


class Impatient(threading.Event):
    """The poller rests until something is due; the clock has leapt meanwhile, so it need not."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(min(timeout or 0.0, 0.01))


class Rounds:
    def __init__(self, feeds: int, rounds: int) -> None:
        self.feeds, self.left, self.stop, self.leapt = feeds, rounds, Impatient(), LEAP
        self.outcomes: Counter[str] = Counter()
        self.cpu, self.wall = cpu(), time.monotonic()

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.leapt

    def heard(self, polls: Sequence[Poll]) -> None:
        self.outcomes.update(poll.outcome for poll in polls)

    def ended(self) -> None:
        if sum(self.outcomes.values()) < self.feeds:
            return
        row = {"cpu": cpu() - self.cpu, "wall": time.monotonic() - self.wall, "outcomes": dict(self.outcomes)}
        print(json.dumps(row), flush=True)
        self.outcomes.clear()
        self.left -= 1
        if not self.left:
            self.stop.set()
            return
        time.sleep(SPACING_SECONDS)
        self.leapt += LEAP
        self.cpu, self.wall = cpu(), time.monotonic()


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    folder, url, count = sys.argv[1:]
    monitor = read_monitor(Path(folder))
    sources = read_sources(monitor)
    rounds = Rounds(len(sources), int(count))
    with (
        open_archive(url) as archive,
        role(archive, "poller"),
        Fetcher(allow_local=True, stop=rounds.stop) as fetcher,
    ):
        poll_for_ever(
            archive, lambda: sources, fetch=fetcher.fetch, clock=rounds.clock, stop=rounds.stop,
            utc_offset_hours=monitor.utc_offset_hours, on_polls=rounds.heard, on_round=lambda seconds: rounds.ended(),
        )  # fmt: skip
    print(json.dumps({"rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


if __name__ == "__main__":
    main()
