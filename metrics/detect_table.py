"""What the detector says, as a table with one row a day and series: for records, charts and downloads. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from metrics.detect_model import HELD, STATES, Array, Detection, Observed
from metrics.episodes import Episodes


def table(
    observed: Observed, detection: Detection, episodes: Episodes, *, first: date, names: Sequence[str], since: int = 0
) -> pd.DataFrame:
    """Every day of every series, with all that made its state so; series after series, oldest day first.

    first : the day of row 0. names : one a series. since : leave out the rows before it.
    Columns: date, series, state (a word of STATES), held (gates that keep a score of an alert from being one, joined by
    spaces), count (NaN: nobody looked), expected, watch_from, alert_from (stories of one day), score, window (days),
    window_count, window_expected, threshold (of an alert), exposure, observability, families, baseline_days,
    dispersion, episode (0: none), opened (bool), new_baseline_since (date or None). Unknown is NaN or None.
    Raises ValueError if there are not as many names as series.
    """
    days, series = observed.counts.shape
    if len(names) != series:
        raise ValueError(f"{len(names)} names for {series} series")
    calendar = np.array([day.date() for day in pd.date_range(first, periods=days)], dtype=object)
    rows, shape = slice(since, None), (days - since, series)
    detection, scan = detection.days(rows), detection.scan.days(rows)
    nothing = np.full(shape, np.nan)
    columns: dict[str, Array] = {
        "date": np.broadcast_to(calendar[rows, None], shape),
        "series": np.broadcast_to(np.array(names, dtype=object), shape),
        "state": np.array(STATES, dtype=object)[detection.state],
        "held": np.array(_HELD_WORDS, dtype=object)[detection.held],
        "count": observed.counts[rows],
        "expected": scan.expected,
        "watch_from": detection.watch_from,
        "alert_from": detection.alert_from,
        "score": scan.score,
        "window": scan.window,
        "window_count": scan.window_count,
        "window_expected": scan.window_expected,
        "threshold": np.full(shape, detection.rule.alert),
        "exposure": observed.exposure[rows],
        "observability": observed.observability[rows],
        "families": nothing if observed.families is None else observed.families[rows],
        "baseline_days": scan.baseline_days,
        "dispersion": scan.dispersion,
        "episode": episodes.number[rows],
        "opened": episodes.opened[rows],
        "new_baseline_since": np.concatenate([calendar, [None]])[scan.relearned],  # −1, the last: none
    }
    return pd.DataFrame({name: values.T.ravel() for name, values in columns.items()})


_HELD_WORDS = [
    " ".join(word for bit, word in enumerate(HELD) if held & (1 << bit)) for held in range(1 << len(HELD))
]  # of every combination of bits


def alert_days(frame: pd.DataFrame, *, name: str, episode: int) -> pd.DataFrame:
    """The rows of one episode and of the days its windows reach back to: where to look for the stories behind it."""
    mine = frame[frame["series"] == name]
    alarm = mine[mine["episode"] == episode]
    if alarm.empty:
        return alarm
    reach = min(
        pd.Timestamp(day) - pd.Timedelta(days=int(window) - 1)
        for day, window in zip(alarm["date"], alarm["window"], strict=True)
    )
    dates = pd.to_datetime(mine["date"])
    return mine[(dates >= reach) & (dates <= pd.Timestamp(alarm["date"].iloc[-1]))]


@dataclass(frozen=True, slots=True)
class NewBaseline:
    """A day from which on the days of a long alarm are what is usual.

    since : the first day that the new baseline learns from. expected : stories, on `day`; before : on the day before,
    by the old one.
    """

    day: date
    since: date
    expected: float
    before: float


def new_baselines(frame: pd.DataFrame) -> list[NewBaseline]:
    """One each time that a long alarm became what is usual.

    frame : days of one series, oldest first; columns date, expected, new_baseline_since, of `table` or as stored. A day
    that names a new baseline was still judged by the old one.
    """
    found: list[NewBaseline] = []
    learned: tuple[date, float] | None = None  # on the day before: since when, and what the old baseline expected
    known: set[date] = set()
    for day, expected, since in zip(frame["date"], frame["expected"], frame["new_baseline_since"], strict=True):
        if pd.isna(expected):
            continue
        if learned is not None:
            found.append(NewBaseline(day, learned[0], float(expected), learned[1]))
            learned = None
        if not pd.isna(since) and since not in known:
            known.add(since)
            learned = since, float(expected)
    return found
