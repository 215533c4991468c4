"""Alarm days → episodes, and which of them are worth an alert of their own. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.detect_model import ALERT, Detection

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

JOIN = 7  # days without alarm that do not end an episode
REFRACTORY = 14  # days after an opening in which no other is made, unless the level rises


@dataclass(frozen=True, slots=True)
class Episodes:
    """number : (days, series), 1, 2, … on alarm days of each series' episodes, 0 on others. opened : its first days."""

    number: Ints
    opened: Bools


def episodes(
    alarms: Bools, *, level: NDArray[np.generic] | None = None, join: int = JOIN, refractory: int = REFRACTORY
) -> Episodes:
    """Number the episodes of every series.

    alarms : (days, series), Detection.alarms. level : (days, series), any number that is higher when it is worse (the
    situation level); None: it never rises.
    An alarm opens an episode when there was none in the last `join` days and none was opened in the last `refractory`
    days; and always when the level is above all that it was on the alarm days of the episode before.
    """
    days, series = alarms.shape
    number, opened = np.zeros(alarms.shape, np.int64), np.zeros(alarms.shape, bool)
    current = np.zeros(series, np.int64)
    last, begun = np.full(series, -join - refractory - 1), np.full(series, -join - refractory - 1)
    highest = np.full(series, np.inf)
    for day in range(days):
        alarm = alarms[day]
        rises = np.zeros(series, bool) if level is None else (level[day] > highest)
        opens = alarm & (((day - last > join) & (day - begun > refractory)) | rises)
        current = current + opens
        begun, last = np.where(opens, day, begun), np.where(alarm, day, last)
        if level is not None:
            highest = np.where(opens, level[day], np.where(alarm, np.maximum(highest, level[day]), highest))
        number[day], opened[day] = np.where(alarm, current, 0), opens
    return Episodes(number, opened)


def of(detection: Detection, *, level: NDArray[np.generic] | None = None) -> Episodes:
    """The episodes of a detection's alert days."""
    return episodes(detection.state == ALERT, level=level)
