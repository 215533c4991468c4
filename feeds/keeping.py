"""How long the bytes of answers are kept as evidence, and the daily look at whose time is over. Reads no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from feeds.archive import Archive, Visit
from feeds.options import EVIDENCE_DAYS

SWEEP_EVERY = timedelta(days=1)


class Keeping:
    """days : that bytes are kept; 0: never. Hash, headers and time of an answer stay for good once they were kept."""

    def __init__(self, days: int = EVIDENCE_DAYS) -> None:
        self._days = days
        self._next: datetime | None = None

    def of(self, visit: Visit) -> Visit:
        """The visit with what is to be kept of it."""
        return visit if self._days else replace(visit, body=None)

    def sweep_if_due(self, archive: Archive, now: datetime) -> int:
        """Drop the bytes whose time is over: the first time it is asked, then once a day. Returns how many."""
        if self._next is not None and now < self._next <= now + SWEEP_EVERY:
            return 0
        self._next = now + SWEEP_EVERY
        return archive.drop_bodies(now - timedelta(days=self._days))
