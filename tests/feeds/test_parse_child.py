"""feedparser's process, as `parse` uses it: started when needed, kept, ended by what it cannot bear, started again."""

from __future__ import annotations

import os
import signal

import pytest

from feeds.errors import Unreadable
from feeds.parse import parse
from feeds.parse_child import FEEDPARSER, MEGABYTES, SECONDS

PLAIN = b"<rss version='2.0'><channel><item><title>a</title></item></channel></rss>"
MALFORMED = b"<rss version='2.0'><channel><item><title>bread & gas</title></item></channel></rss>"
ENDLESS = b"<rss version='2.0'><channel><item><title>" + b"<" * 5_000_000


def test_a_plain_feed_starts_no_process() -> None:
    FEEDPARSER.close()
    parse("plain", PLAIN)
    assert FEEDPARSER.pid is None


def test_malformed_feeds_share_one_process() -> None:
    pids = set()
    for _ in range(3):
        assert parse("malformed", MALFORMED).items[0].title == "bread & gas"
        pids.add(FEEDPARSER.pid)
    assert len(pids) == 1
    assert None not in pids


def test_a_feed_that_takes_too_long_is_unreadable_and_the_next_one_is_read() -> None:
    with pytest.raises(Unreadable, match=rf"^endless: reading it took more than {SECONDS:g} seconds; .*address$"):
        parse("endless", ENDLESS)
    assert FEEDPARSER.pid is None
    assert parse("malformed", MALFORMED).items


def test_the_limits_are_those_the_documents_name() -> None:
    assert (SECONDS, MEGABYTES) == (1.4, 200)


def test_a_process_that_somebody_else_ended_is_started_again_without_a_word() -> None:
    parse("malformed", MALFORMED)
    first = FEEDPARSER.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)  # until it is dead
    assert parse("malformed", MALFORMED).items
    assert FEEDPARSER.pid not in (None, first)


def test_a_forked_process_reads_by_one_of_its_own() -> None:
    parse("malformed", MALFORMED)
    first, (reading, writing) = FEEDPARSER.pid, os.pipe()
    if (child := os.fork()) == 0:
        own = parse("malformed", MALFORMED).items and FEEDPARSER.pid not in (None, first)
        FEEDPARSER.close()
        os.write(writing, b"own" if own else b"shared")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        assert answer.read() == b"own"
    os.waitpid(child, 0)
    assert parse("malformed", MALFORMED).items
    assert FEEDPARSER.pid == first
