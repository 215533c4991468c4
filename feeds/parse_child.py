"""feedparser's process, as `parse` sees it: UTF-8 in, RawFeed out. Started by the first feed that needs it."""

from __future__ import annotations

import atexit
import os
import threading
from typing import Any, cast

from feeds.child import Child, ChildError
from feeds.parse_raw import RawEntry, RawFeed

SECONDS = 1.4  # for one feed; with what is done before and after it, no feed takes 2
MEGABYTES = 200  # of address space


class NoAnswer(Exception):
    """feedparser gave no answer to this body. The text is one half of a sentence: what it did instead."""


class Feedparser:
    """Threads wait for each other; a forked process gets one of its own."""

    def __init__(self) -> None:
        self.fresh()

    def fresh(self) -> None:
        """Let go of the child without ending it: after a fork it is the other process's."""
        self._child, self._lock = Child("feeds.parse_loose", seconds=SECONDS, megabytes=MEGABYTES), threading.Lock()

    @property
    def pid(self) -> int | None:
        """None: it does not run now."""
        return self._child.pid

    def read(self, body: bytes) -> RawFeed:
        """`body` is UTF-8. Raises NoAnswer."""
        with self._lock:
            try:
                answer = self._child.ask({}, body)
            except ChildError as error:
                raise NoAnswer(f"reading it {error}") from None
        return _raw(cast(dict[str, object], answer))

    def close(self) -> None:
        """End the process; the next feed that needs it starts another."""
        with self._lock:
            self._child.close()


def _raw(answer: dict[str, object]) -> RawFeed:
    if "crash" in answer:
        raise NoAnswer(f"no XML that can be read ({answer['crash']})")
    entries = cast(list[dict[str, object]], answer.pop("entries"))
    return RawFeed(tuple(_entry(entry) for entry in entries), **cast(dict[str, Any], answer))


def _entry(entry: dict[str, object]) -> RawEntry:
    contents = tuple(cast(list[str], entry.pop("contents")))
    return RawEntry(contents=contents, **cast(dict[str, Any], entry))


FEEDPARSER = Feedparser()
atexit.register(FEEDPARSER.close)
os.register_at_fork(after_in_child=FEEDPARSER.fresh)
