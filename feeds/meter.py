"""One scrape: asks the archive, lays the answer out. Reads only; sources and clock come in as arguments."""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from feeds.agenda import Agenda
from feeds.archive import Archive
from feeds.archive.gauges import Tally, add_new_polls, size_in_bytes, waiting_for_the_tagger
from feeds.archive.schema import HEAD
from feeds.model import Source
from feeds.openmetrics import Reading, exposition, families


class Meter:
    """What `/metrics` answers. May be asked from several threads."""

    def __init__(
        self, archive: Archive, sources: Callable[[], Sequence[Source]], clock: Callable[[], datetime]
    ) -> None:
        self._archive, self._sources, self._clock = archive, sources, clock
        self._tally, self._lock = Tally(), threading.Lock()
        self.round_seconds: float | None = None  # of the poller's last round; None: not the poller

    def took(self, seconds: float) -> None:
        """Told by the poller after each round."""
        self.round_seconds = seconds

    def text(self) -> str:
        """In the OpenMetrics format. Raises ArchiveError, DataFileError."""
        now, sources = self._clock(), tuple(self._sources())
        states = self._archive.states()
        with self._lock:
            add_new_polls(self._archive, self._tally)
            polls, items, dropped = dict(self._tally.polls), dict(self._tally.items), dict(self._tally.dropped)
        reading = Reading(
            polls=polls, items=items, dropped=dropped, sources=sources, states=states,
            due=len(Agenda(sources, states, now).take(now)),
            waiting=waiting_for_the_tagger(self._archive),
            articles=self._archive.article_count(),
            archive_bytes=size_in_bytes(self._archive),
            versions={"schema": HEAD, "python": platform.python_version()},
            round_seconds=self.round_seconds,
        )  # fmt: skip
        return exposition(families(reading, now))
