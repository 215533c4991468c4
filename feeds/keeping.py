"""How long the bytes of answers are kept as evidence, and the daily look at whose time is over. Reads no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from feeds.archive import Archive, Visit
from feeds.options import EVIDENCE_DAYS

SWEEP_EVERY = timedelta(days=1)
# After a long rest, or when less is to be kept, much is over at once: it is dropped bit by bit, between rounds.
MOST_AT_A_LOOK = 500  # answers: a second or two
LOOK_AGAIN = timedelta(minutes=1)


class Keeping:
    """days : that bytes are kept; 0: never. Hash, headers and time of an answer stay for good once they were kept."""

    def __init__(self, days: int = EVIDENCE_DAYS, most_at_a_look: int = MOST_AT_A_LOOK) -> None:
        self._days, self._most = days, most_at_a_look
        self._next: datetime | None = None

    def of(self, visit: Visit) -> Visit:
        """The visit with what is to be kept of it."""
        return visit if self._days else replace(visit, body=None)

    def sweep_if_due(self, archive: Archive, now: datetime) -> int:
        """Drop the bytes whose time is over: the first time it is asked, then once a day. Returns how many.

        When there are more than one look may drop, the next look is a minute later.
        """
        if self._next is not None and now < self._next <= now + SWEEP_EVERY:
            return 0
        self._next = now + SWEEP_EVERY
        dropped = archive.drop_bodies(now - timedelta(days=self._days), self._most)
        if dropped >= self._most:
            self._next = now + LOOK_AGAIN
        return dropped
