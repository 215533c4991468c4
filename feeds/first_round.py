"""How far the first round over all sources is, and who did not answer in it. Pure: no clock, no network, no SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.model import Source, SourceState

FIRST = timedelta(hours=1)  # after its first answer an archive is no beginner any more


@dataclass(frozen=True, slots=True)
class FirstRound:
    """asked, answered : of `total` sources, at least once. failed : asked, and never answered; by outcome and key.

    first_answer : None: nobody has answered yet.
    """

    total: int
    asked: int
    answered: int
    failed: tuple[SourceState, ...]
    first_answer: datetime | None

    def is_young(self, now: datetime) -> bool:
        return self.first_answer is None or now - self.first_answer < FIRST


def first_round(sources: Iterable[Source], states: Mapping[str, SourceState]) -> FirstRound:
    """Of the sources that are polled."""
    keys = [source.key for source in sources if source.is_polled]
    asked = [states[key] for key in keys if key in states and states[key].last_poll is not None]
    failed = sorted((one for one in asked if one.last_success is None), key=lambda one: (one.last_outcome, one.key))
    answers = [one.first_success for one in asked if one.first_success is not None]
    return FirstRound(len(keys), len(asked), len(asked) - len(failed), tuple(failed), min(answers, default=None))
