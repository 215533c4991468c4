"""The lists of sources and outlets while a program runs: read again when their files change.

No clock, no network. A broken edit is told, and what was read before is kept: nobody stops for a typing mistake.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic, TypeVar

from feeds.errors import DataFileError
from feeds.monitor import Monitor

FILES = ("sources.yaml", "outlets.yaml")
Read = TypeVar("Read")


def stamp(monitor: Monitor) -> tuple[int, ...]:
    """Changes when one of the two files does."""
    return tuple(_changed(f"{monitor.folder}/{name}") for name in FILES)


def _changed(path: str) -> int:
    """When a file was written last, in ns; 0: there is none. Pages ask often, and a Path would take three times as
    long."""
    try:
        return os.stat(path).st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return 0


class Lists(Generic[Read]):
    """What `read` makes of the files; the same value until they change. Raises DataFileError only the first time."""

    def __init__(self, monitor: Monitor, read: Callable[[], Read], on_trouble: Callable[[DataFileError], None]) -> None:
        self._monitor, self._read, self._on_trouble = monitor, read, on_trouble
        self._stamp = stamp(monitor)
        self._value = read()

    def __call__(self) -> Read:
        now = stamp(self._monitor)
        if now != self._stamp:
            self._stamp = now
            try:
                self._value = self._read()
            except DataFileError as error:
                self._on_trouble(error)
        return self._value
