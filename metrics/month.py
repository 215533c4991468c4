"""Indicator × day: how many stories report something, for a picture of the last weeks. Pure over frames.

Each cell says whether its day could be seen: a zero is only written where somebody looked and the indicator is watched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from feeds.monitor import Monitor
from metrics.daily import BLIND

DAYS = 28
NOT_WATCHED = "not-watched"


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one indicator. stories : distinct; None: the day could not be seen, or the indicator is not watched.

    state : of daily.observed_days (full, partial, unseen, backfill, before), or not-watched.
    """

    day: date
    stories: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator, its days oldest first."""

    indicator: str
    cells: tuple[Cell, ...]

    @property
    def stories(self) -> int:
        return sum(cell.stories or 0 for cell in self.cells)


def month(rollup: pd.DataFrame, days: pd.DataFrame, monitor: Monitor) -> list[Line]:
    """One line an indicator that is watched on one of these days, in sector order.

    rollup : of store.rollup; stance reported is counted. days : of daily.observed_days, one row a day, oldest first.
    """
    own = rollup[rollup["stance"] == "reported"]
    counted = {
        (str(key), day): int(n)
        for key, day, n in zip(own["indicator"], own["date"], own["stories"].tolist(), strict=True)
    }
    calendar: Sequence[tuple[date, str]] = list(zip(days["date"], days["state"], strict=True))
    lines = [
        Line(key, tuple(_cell(monitor, key, day, state, counted.get((key, day), 0)) for day, state in calendar))
        for key in monitor.indicator_keys
    ]
    return [line for line in lines if any(cell.state != NOT_WATCHED for cell in line.cells)]


def _cell(monitor: Monitor, indicator: str, day: date, state: str, stories: int) -> Cell:
    """What is told of an indicator that is not watched that day is shown all the same, if there is something."""
    if state in BLIND:
        return Cell(day, None, state)
    if not stories and not monitor.indicator(indicator).is_active(day):
        return Cell(day, None, NOT_WATCHED)
    return Cell(day, stories, state)
