"""Do poller and tagger work? Judged by who holds their roles, and by what should have happened by now.

A poller stands still when a source could have been asked twice by now and no source at all was asked since it was due.
No clock, no network; `now` comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from feeds.archive import Archive, is_held
from feeds.archive.gauges import oldest_waiting
from feeds.model import BY_HAND, Poll, Source, SourceState

State = Literal["works", "stopped", "stale"]
LEAST = timedelta(minutes=1)  # a round may take so long
LATE = timedelta(minutes=5)  # an article is read within seconds; after so long nobody reads


@dataclass(frozen=True, slots=True)
class Standing:
    """since : the last poll; of the tagger, since when the oldest unread article waits. None: none yet."""

    poller: State
    polled: datetime | None
    tagger: State
    waiting: datetime | None

    @property
    def works(self) -> bool:
        return self.poller == self.tagger == "works"


def standing(archive: Archive, sources: Iterable[Source], *, now: datetime) -> Standing:
    """How both stand. Raises ArchiveError."""
    last = next(iter(archive.polls(limit=1)), None)
    states = archive.states(counted=False)
    asked = [states[source.key] for source in sources if source.is_polled and source.key in states]
    waiting = oldest_waiting(archive)
    return Standing(
        poller_state(is_held(archive, "poller"), last, asked, now=now),
        last.at if last else None,
        tagger_state(is_held(archive, "tagger"), waiting, now=now),
        waiting,
    )


def poller_state(is_there: bool, last: Poll | None, asked: Iterable[SourceState], *, now: datetime) -> State:
    """asked : the states of the sources that are polled. last : the newest poll of all."""
    if _is_overdue(last, asked, now):
        return "stale" if is_there else "stopped"
    is_run_by_hand = last is not None and last.reason == BY_HAND  # `poll --once`: nobody needs to be there in between
    return "works" if is_there or is_run_by_hand else "stopped"


def _is_overdue(last: Poll | None, asked: Iterable[SourceState], now: datetime) -> bool:
    """Two intervals of the source that is due first are over, and since it was due nobody was asked."""
    plans = [(one.next_poll, one.last_poll) for one in asked if one.next_poll and one.last_poll]
    if last is None or not plans:
        return False
    due, before = min(plans)
    return last.at < due and now > due + max(due - before, LEAST)


def tagger_state(is_there: bool, waiting: datetime | None, *, now: datetime) -> State:
    """waiting : when the oldest article that nobody has read came; None: all are read."""
    if not is_there:
        return "stopped"
    return "stale" if waiting is not None and now - waiting > LATE else "works"
