"""Parse one file in this process and print what it cost: run by test_parse_hostile.py, which must not cost itself.

CPU seconds are those of parsing, here and in feedparser's process, without starting it. Megabytes are the most that
this process held above what it holds at rest; that of feedparser has a limit, which test_child.py tests.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path

from feeds.errors import Unreadable
from feeds.parse import parse
from feeds.parse_child import FEEDPARSER

ODD = b"<rss version='2.0'><channel><item><title>a & b</title></item></channel></rss>"


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


def main(file: str) -> None:
    body = Path(file).read_bytes()
    parse("warm", ODD)
    FEEDPARSER.close()
    (mine, start), rest = used(), largest()
    try:
        feed = parse("trap", body, url="https://example.org/feed")
        outcome, items, dropped = "ok", len(feed.items), feed.dropped
        text = max((len(item.text) + len(item.title) for item in feed.items), default=0)
    except Unreadable as error:
        outcome, items, dropped, text = str(error), 0, {}, 0
    asked = FEEDPARSER.pid is not None or "reading it" in outcome
    FEEDPARSER.close()
    now, children = used()
    print(
        json.dumps(
            {
                "outcome": outcome, "items": items, "dropped": dropped, "longest": text,
                "cpu": now - mine + (children - 2 * start if asked else children - start),
                "megabytes": largest() - rest,
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
