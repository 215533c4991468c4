"""What alarms are worth on series whose truth is known: episodes, finds, days in alarm, with intervals. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from benchmarks.detecting.made_series import HISTORY, JUDGED, WINDOW
from metrics.episodes import JOIN
from metrics.episodes import episodes as numbered

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
LASTING = (60, 120)  # days after a lasting shift on which it should still be in alarm


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f}-{self.high:.2f})"


def mean(values: NDArray[np.generic]) -> Figure:
    """Mean a series, by the spread between series."""
    at = float(np.mean(values))
    error = 1.96 * float(np.std(values)) / np.sqrt(max(len(values), 1))
    return Figure(at, max(at - error, 0.0), at + error)


def together(figures: list[Figure]) -> Figure:
    """The plain average of independent figures, each background counting the same."""
    at = float(np.mean([one.value for one in figures]))
    error = float(np.sqrt(np.sum([((one.high - one.low) / 2) ** 2 for one in figures]))) / len(figures)
    return Figure(at, max(at - error, 0.0), at + error)


def share(found: NDArray[np.generic]) -> Figure:
    """Share of true values, Jeffreys interval."""
    right, all_ = float(np.sum(found)), found.size
    low, high = beta.ppf([0.025, 0.975], right + 0.5, all_ - right + 0.5)
    return Figure(right / all_, float(low), float(high))


def episodes(alarms: Bools) -> Ints:
    """Episodes a series in the judged year; alarms no more than 7 days apart are one. The same for every rule."""
    number, last = np.zeros(alarms.shape[1], np.int64), np.full(alarms.shape[1], -JOIN - 1)
    for day in range(HISTORY, HISTORY + JUDGED):
        number += alarms[day] & (day - last > JOIN)
        last = np.where(alarms[day], day, last)
    return number


def found(alarms: Bools, onset: Ints, event: str) -> Bools:
    """Series with an alarm on a day of the event's window."""
    days = onset + np.arange(WINDOW[event])[:, None]
    result: Bools = np.take_along_axis(alarms, days, 0).any(0)
    return result


def in_alarm(alarms: Bools, onset: Ints) -> NDArray[np.float64]:
    """Share of days 60 to 120 in alarm, a series. Days nobody saw are days without."""
    days = onset + np.arange(*LASTING)[:, None]
    result: NDArray[np.float64] = np.take_along_axis(alarms, days, 0).mean(0)
    return result


def opened(alarms: Bools, onset: Ints, event: str) -> Bools:
    """Series in which an alert of its own was opened in the event's window."""
    days = onset + np.arange(WINDOW[event])[:, None]
    result: Bools = np.take_along_axis(numbered(alarms).opened, days, 0).any(0)
    return result
