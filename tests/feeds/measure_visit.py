"""Read and store one answer in this process and say what it cost: run by test_parse_hostile.py in a process of its own.

CPU seconds are those of reading and storing, here and in feedparser's process, without starting it. Megabytes are the
most that this process held above what it holds at rest; that of feedparser has a limit, which test_child.py tests.
"""

from __future__ import annotations

import re
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feeds.archive import Visit, open_archive
from feeds.fetch import Fetched, Request
from feeds.model import Outlet, Source, SourceState
from feeds.parse_child import FEEDPARSER
from feeds.poll import visit_of
from tests.pace import pace

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
ODD = b"<rss version='2.0'><channel><item><title>a & b</title></item></channel></rss>"
GOOD = b"<rss version='2.0'><channel><item><title>bread</title></item></channel></rss>"


def used() -> tuple[float, float]:
    """CPU seconds so far of this process, and of its children that have ended."""
    mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime, theirs.ru_utime + theirs.ru_stime


def largest() -> float:
    """Megabytes this process held at most. Not ru_maxrss where it can be helped: Linux lets a child inherit it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS: bytes
    return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) * 1024 / 1e6


def visit(key: str, body: bytes) -> Visit:
    """What the poller makes of this answer."""
    source = Source(key, "https://example.org/feed", Outlet("o", "O", "o"), ("en",))
    answer = Fetched(key, source.url, 200, body)
    return visit_of(source, SourceState(key), Request(key, source.url), answer, now=NOW, reason="")


def measured(file: Path) -> dict[str, Any]:
    """What the feed in `file` costs and how it ends; the process must have read no other."""
    body = file.read_bytes()
    with tempfile.TemporaryDirectory() as folder, open_archive(f"sqlite:///{folder}/a.db") as archive:
        archive.store([visit("warm", ODD)], utc_offset_hours=4)
        FEEDPARSER.close()
        slow = pace(time.process_time)
        (mine, start), rest = used(), largest()
        trap = visit("trap", body)
        asked = FEEDPARSER.pid is not None or "reading it" in trap.poll.error
        poll, other = archive.store([trap, visit("good", GOOD)], utc_offset_hours=4)
        items = trap.feed.items if trap.feed else ()
        FEEDPARSER.close()
        now, children = used()
        return {
            "outcome": poll.outcome, "error": poll.error, "items": len(items), "new": poll.new,
            "dropped": poll.dropped, "seen": poll.seen, "other": other.new,
            "longest": max((len(item.text) + len(item.title) for item in items), default=0),
            "pace": max(slow, pace(time.process_time)),
            "cpu": now - mine + (children - 2 * start if asked else children - start),
            "megabytes": largest() - rest,
        }  # fmt: skip
