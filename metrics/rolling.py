"""Trailing weeks, shares and rates with their intervals, and now against the same days before. Pure over frames.

A day is worth what our sources would usually have shown of it: `exposure`, in usual days. It is the day's observability
times the weekday factor that all relevant stories share, so that a lost Sunday is a smaller loss than a lost Tuesday. A
rate is stories ÷ exposure: stories a usual day. Loaded days were not observed and have no exposure, hence no rate.

Intervals are Jeffreys', as if stories came independently. They come in bursts, so a true interval is wider: what lies
inside is noise, what lies outside may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from metrics.daily import BLIND
from metrics.intervals import jeffreys, jeffreys_ratio, rates, shares
from metrics.observe import WEEKS_ADDED

Window = Literal["7D", "28D"]
WINDOWS: dict[str, int] = {"7D": 7, "28D": 28}
LEAST_SEEN = {7: 4, 28: 14}  # days of a window that must have been seen; fewer say nothing
POLLED = ("full", "partial")
GROUPS = ("occurrence", "people", "language", "side", "place")
SUMMED = ("count", "total_count", "relevant_count", "articles", "reports", "polled_count", "exposure")
MARKED = ("late", "backfill")
INTERVALS = ("share_low", "share_high", "exposure", "rate", "rate_low", "rate_high")  # columns that `measured` adds


def first_read(first: date, period: str) -> date:
    """The first day that a chart from `first` on needs: trailing sums reach back.

    >>> first_read(date(2023, 8, 28), "28D"), first_read(date(2023, 8, 28), "W")
    (datetime.date(2023, 8, 1), datetime.date(2023, 8, 28))
    """
    return first - timedelta(days=WINDOWS.get(period, 1) - 1)


def weekday_factors(days: pd.DataFrame) -> tuple[float, ...]:
    """What each weekday brings against the average of the seven, Monday first; 1 where nothing is known.

    days : of metrics.daily.observed_days. Read are the relevant stories of all subjects, per what could be seen:
    one subject's twelve Mondays tell little. Four average weeks are added, so that one busy Sunday makes no rule.
    """
    polled = days[days["state"].isin(POLLED) & (days["observability"].astype(float) > 0)]
    weekday = np.array([day.weekday() for day in polled["date"]], int)
    stories = np.bincount(weekday, polled["relevant_stories"].astype(float).fillna(0.0), minlength=7)
    seen = np.bincount(weekday, polled["observability"].astype(float), minlength=7)
    if not stories.sum():
        return (1.0,) * 7
    mean = stories.sum() / seen.sum()
    of = (stories + WEEKS_ADDED * mean) / (seen + WEEKS_ADDED)
    return tuple(float(one) for one in of / of.mean())


def of_usual_days(days: pd.DataFrame) -> pd.Series:
    """Index date: how much of an average day could be seen; NaN on a day without polls."""
    factors = weekday_factors(days)
    weekdays = pd.Series([factors[day.weekday()] for day in days["date"]], index=days["date"], dtype=float)
    seen = pd.Series(days["observability"].to_numpy(float), index=days["date"])
    return (weekdays * seen).where(days["state"].isin(POLLED).to_numpy())


def with_exposure(table: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """A daily table with `exposure` (usual days; NaN: not polled) and `polled_count`, the stories of such days.

    table : of metrics.daily.daily_table, split or not: a line is seen as its own sources were.
    """
    polled, factors = table["state"].isin(POLLED), weekday_factors(days)
    weekdays = pd.Series([factors[day.weekday()] for day in table["date"]], index=table.index, dtype=float)
    return table.assign(
        exposure=(table["observability"].astype(float) * weekdays).where(polled),
        polled_count=table["count"].where(polled),
    )


def trailing(table: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Every row of a daily table as the sum of the days to it; ratio and share anew from the sums.

    table : every day of every line, one row each. unseen_days : of the window. A window of which fewer than LEAST_SEEN
    days were seen is NaN; the first rows have no whole window, so ask for days before those you want.
    """
    length = WINDOWS[window]
    keys = ["indicator", "stance", *(name for name in GROUPS if name in table)]
    parts = [_trailing(rows.sort_values("date"), length) for _, rows in table.groupby(keys, sort=False, dropna=False)]
    return pd.concat(parts, ignore_index=True) if parts else table.assign(unseen_days=0, days=0)


def _trailing(rows: pd.DataFrame, length: int) -> pd.DataFrame:
    result, blind = rows.copy(), rows["state"].isin(BLIND)
    within = rows.assign(unseen_days=blind.astype(int), days=1)
    unseen = within["unseen_days"].rolling(length, min_periods=1).sum()
    days = within["days"].rolling(length, min_periods=1).sum()
    too_few = (days - unseen) < LEAST_SEEN[length]
    for name in SUMMED:
        if name in rows:
            result[name] = rows[name].astype(float).rolling(length, min_periods=1).sum().mask(too_few)
    for name in MARKED:
        result[name] = rows[name].astype(float).rolling(length, min_periods=1).sum()
    result["observability"] = rows["observability"].astype(float).rolling(length, min_periods=1).mean()
    result["unseen_days"], result["days"] = unseen.astype(int), days.astype(int)
    result["state"] = np.where(too_few, "unseen", np.where(unseen > 0, "partial", "full"))
    result["ratio"] = result["count"] / result["total_count"].replace(0, np.nan)
    result["share"] = result["count"] / result["relevant_count"].replace(0, np.nan)
    return result


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """Adds share_low, share_high, rate, rate_low, rate_high (stories a usual day); NaN where share or rate is unknown.

    table : days, periods or trailing sums, with exposure and polled_count.
    """
    count, relevant = table["count"].to_numpy(float), table["relevant_count"].to_numpy(float)
    polled, exposure = table["polled_count"].to_numpy(float), table["exposure"].to_numpy(float)
    exposure = np.where(exposure > 0, exposure, np.nan)
    share_low, share_high = shares(count, relevant)
    rate_low, rate_high = rates(polled, exposure)
    return table.assign(
        share_low=share_low, share_high=share_high, rate=polled / exposure, rate_low=rate_low, rate_high=rate_high
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some days together, those that were polled. exposure : usual days; rate : stories a usual day; None: unknown."""

    first: date
    last: date
    seen_days: int
    count: int
    relevant: int
    exposure: float

    @property
    def rate(self) -> float | None:
        return self.count / self.exposure if self.exposure else None

    @property
    def share(self) -> float | None:
        return self.count / self.relevant if self.relevant else None

    @property
    def share_interval(self) -> tuple[float, float] | None:
        return jeffreys(self.count, self.relevant) if 0 < self.relevant >= self.count else None


@dataclass(frozen=True, slots=True)
class Compared:
    """The last days against the same number of days before, so that each weekday stands against itself."""

    days: int
    now: Stretch
    before: Stretch

    @property
    def ratio(self) -> float | None:
        """Of the rates. None: too few days seen in one of them, or none before to divide by."""
        now, before = self.now.rate, self.before.rate
        return now / before if self.is_known and now is not None and before else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the ratio, 95 %; the upper end is infinite where there was none before."""
        if not self.is_known or self.now.count + self.before.count == 0:
            return None
        return jeffreys_ratio(self.now.count, self.now.exposure, self.before.count, self.before.exposure)

    @property
    def is_known(self) -> bool:
        return min(self.now.seen_days, self.before.seen_days) >= LEAST_SEEN[self.days]

    @property
    def may_be_chance(self) -> bool | None:
        """Whether the interval holds 1; None: nothing to compare."""
        return None if self.interval is None else self.interval[0] <= 1 <= self.interval[1]


def now_and_before(table: pd.DataFrame, *, last: date, lengths: Sequence[int] = (7, 28)) -> list[Compared]:
    """The last 7 days against the 7 before, and 28 against 28. table : one line with exposure; absent days: unseen."""
    return [
        Compared(days, _stretch(table, last, days), _stretch(table, last - timedelta(days=days), days))
        for days in lengths
    ]


def _stretch(table: pd.DataFrame, last: date, days: int) -> Stretch:
    first = last - timedelta(days=days - 1)
    rows = table[(table["date"] >= first) & (table["date"] <= last) & (table["exposure"] > 0)]
    return Stretch(
        first, last, len(rows), int(rows["polled_count"].sum()), int(rows["relevant_count"].sum()),
        float(rows["exposure"].sum()),
    )  # fmt: skip
