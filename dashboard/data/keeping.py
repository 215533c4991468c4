"""Values that are dear to make and cheap to name, kept for all sessions.

Streamlit's own caches write every argument out and hash it, which for a story costs as much as drawing it. Here the
argument itself is the name: whatever can be the key of a dictionary.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The last `most` values that were asked for. Two sessions that ask at once may both make one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable, make: Callable[[], Value]) -> Value:
        """name : all that the value depends on."""
        with self._lock:
            if name in self._values:
                self._values.move_to_end(name)
                return self._values[name]
        value = make()
        with self._lock:
            self._values[name] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
