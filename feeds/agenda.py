"""Who is asked in the next minute, in order. Pure: no clock, no network.

Looking through ten thousand sources takes a hundredth of a second: once a minute that is nothing, once a round it would
cost more than the polls. No poll is ever planned less than a minute ahead, so what is polled meanwhile does not return.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from feeds.model import Source, SourceState
from feeds.schedule import is_due

AHEAD = timedelta(seconds=60)  # an edited file or a changed clock is noticed after so long at the latest


class Agenda:
    """What was due at `now` or falls due within AHEAD."""

    def __init__(self, sources: Sequence[Source], states: Mapping[str, SourceState], now: datetime) -> None:
        self._sources, self._made = sources, now
        never = datetime.min.replace(tzinfo=now.tzinfo)
        found: list[tuple[datetime, Source]] = []
        for source in sources:
            if source.is_polled:
                state = states.get(source.key)
                if state is None or is_due(state, now + AHEAD):
                    found.append((state.next_poll or never if state is not None else never, source))
        # What a wrong clock put far ahead is due at once.
        self._waiting = sorted(((at if at <= now + AHEAD else now, source) for at, source in found), key=_at)

    def is_current(self, sources: Sequence[Source], now: datetime) -> bool:
        """False: the sources are others, the minute is over, or the clock was put back."""
        return sources is self._sources and self._made <= now < self._made + AHEAD

    def take(self, now: datetime) -> list[Source]:
        """Those due by now, those that waited longest first; they are off the agenda."""
        count = bisect_right(self._waiting, now, key=_at)
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return [source for _, source in taken]

    def seconds_until_next(self, now: datetime) -> float:
        """How long there is nothing to do, at most until a new agenda is made."""
        at = self._waiting[0][0] if self._waiting else self._made + AHEAD
        return max(0.0, (at - now).total_seconds())


def _at(one: tuple[datetime, Source]) -> datetime:
    return one[0]
