"""Share with an interval, comparison with the days before, periods. Pure over frames; no SQL, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics import store
from metrics.daily import BLIND, observed_days

WEEK = 7
BEFORE = 28  # days before the week that it is compared with
LEAST_SEEN_BEFORE = 14  # fewer seen days give nothing to compare with
LEAST_SEEN_NOW = 4
INTERVAL = 0.95
Period = Literal["D", "W", "M"]


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator as the Situation page shows it. Counts are distinct stories, stance reported unless said.

    before_28 : stories per 7 seen days in the 28 days before; None: fewer than 14 of them could be seen.
    change : stories per seen day now ÷ before; None: nothing to compare with.
    share, share_low, share_high : of the relevant stories in 7 days, with a 95 % Jeffreys interval; None: none
    relevant.
    spark : stories a day, 28 days to today; None: that day could not be seen.
    """

    indicator: str
    active: bool
    stories_7: int | None
    articles_7: int | None
    relevant_7: int
    total_7: int
    share_7: float | None
    share_low: float | None
    share_high: float | None
    before_28: float | None
    change: float | None
    eased_7: int
    denied_7: int
    feared_7: int
    sides_7: dict[str, int]
    spark: tuple[float | None, ...]
    spark_states: tuple[str, ...]
    seen_days_7: int
    last_seen: date | None


def jeffreys(count: float, total: float, level: float = INTERVAL) -> tuple[float, float]:
    """Interval of a share: Beta(count + ½, total − count + ½); ends at 0 and 1 where count is 0 or total.

    Source: Brown, Cai & DasGupta, Statistical Science 2001;16:101-133. Raises ValueError if count > total.

    >>> tuple(round(x, 3) for x in jeffreys(3, 20))
    (0.044, 0.352)
    """
    if not 0 <= count <= total:
        raise ValueError(f"count {count} is not between 0 and total {total}")
    from scipy.special import betaincinv  # half a second of import: only who asks for an interval waits for it

    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(betaincinv(count + 0.5, total - count + 0.5, tail))
    high = 1.0 if count == total else float(betaincinv(count + 0.5, total - count + 0.5, 1 - tail))
    return low, high


def cards(archive: Archive, monitor: Monitor, *, today: date) -> list[Card]:
    """One card an indicator of the monitor, in sector order, for the 7 days ending `today`."""
    first = today - timedelta(days=WEEK + BEFORE - 1)
    days = observed_days(archive, first=first, last=today)
    rows = store.rollup(archive, first=first, last=today)
    sides = store.daily_rows(
        archive, first=today - timedelta(days=WEEK - 1), last=today, stances=["reported"], by=("side",)
    )
    return [_card(key, monitor, days, rows, sides, today) for key in monitor.indicator_keys]


def _card(key: str, monitor: Monitor, days: pd.DataFrame, rows: pd.DataFrame, sides: pd.DataFrame, today: date) -> Card:
    own = rows[rows["indicator"] == key]
    counts = days.merge(own[own["stance"] == "reported"][["date", "stories", "articles"]], on="date", how="left")
    counts[["stories", "articles"]] = counts[["stories", "articles"]].astype(float).fillna(0.0)
    counts["is_seen"] = ~counts["state"].isin(BLIND)
    week, before = counts.iloc[-WEEK:], counts.iloc[:-WEEK]
    seen_now, seen_before = int(week["is_seen"].sum()), int(before["is_seen"].sum())
    stories = float(week.loc[week["is_seen"], "stories"].sum())
    relevant = float(week.loc[week["is_seen"], "relevant_stories"].astype(float).fillna(0).sum())
    low, high = jeffreys(stories, relevant) if 0 < relevant >= stories else (None, None)
    rate = _rate(before, seen_before, LEAST_SEEN_BEFORE)
    now = _rate(week, seen_now, LEAST_SEEN_NOW)
    others = own[own["date"] >= week["date"].iloc[0]].groupby("stance")["stories"].sum()
    spark = counts.iloc[-BEFORE:]
    by_side = sides[sides["indicator"] == key].groupby("side")["stories"].sum()
    reported = own[(own["stance"] == "reported") & (own["stories"] > 0)]["date"]
    return Card(
        indicator=key,
        active=monitor.indicator(key).is_active(today),
        stories_7=int(stories) if seen_now else None,
        articles_7=int(week.loc[week["is_seen"], "articles"].sum()) if seen_now else None,
        relevant_7=int(relevant),
        total_7=int(week.loc[week["is_seen"], "total_stories"].astype(float).fillna(0).sum()),
        share_7=stories / relevant if relevant else None,
        share_low=low,
        share_high=high,
        before_28=rate * WEEK if rate is not None else None,
        change=now / rate if rate and now is not None else None,
        eased_7=int(others.get("eased", 0)),
        denied_7=int(others.get("denied", 0)),
        feared_7=int(others.get("feared", 0)),
        sides_7={str(side): int(n) for side, n in sorted(by_side.items())},
        spark=tuple(float(n) if seen else None for n, seen in zip(spark["stories"], spark["is_seen"], strict=True)),
        spark_states=tuple(spark["state"]),
        seen_days_7=seen_now,
        last_seen=max(reported) if len(reported) else None,
    )


def _rate(days: pd.DataFrame, seen: int, least: int) -> float | None:
    """Stories a seen day; None when too few days could be seen to say."""
    return float(days.loc[days["is_seen"], "stories"].sum()) / seen if seen >= least else None


def by_period(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """A daily table (metrics.daily) by day, week (from Monday) or month.

    Sums count, articles, total_count and relevant_count over the days that could be seen; ratio and share anew from the
    sums. unseen_days : days of the period that could not be seen; count is NaN when none of its days could be.
    """
    if period == "D":
        return table.assign(unseen_days=table["state"].isin(BLIND).astype(int), days=1)
    dates = pd.to_datetime(table["date"])
    if period == "W":
        start = dates - pd.to_timedelta(dates.dt.day_of_week, unit="D")
    else:
        start = dates.dt.to_period("M").dt.start_time
    groups = [name for name in ("occurrence", "people", "language", "side") if name in table.columns]
    frame = table.assign(date=start.dt.date, unseen_days=table["state"].isin(BLIND).astype(int), days=1)
    keys = ["date", "indicator", "stance", *groups]
    sums = frame.groupby(keys, sort=True, dropna=False).agg(
        **{
            name: (name, _sum_seen)
            for name in ("count", "total_count", "relevant_count", "articles", "reports")
            if name in frame
        },
        late=("late", "sum"),
        backfill=("backfill", "sum"),
        unseen_days=("unseen_days", "sum"),
        days=("days", "sum"),
        observability=("observability", "mean"),
        rules_version=("rules_version", "first"),
        vintage=("vintage", "first"),
    )
    result = sums.reset_index()
    result["ratio"] = result["count"] / result["total_count"].replace(0, np.nan)
    result["share"] = result["count"] / result["relevant_count"].replace(0, np.nan)
    result["state"] = np.where(
        result["unseen_days"] == result["days"], "unseen", np.where(result["unseen_days"] > 0, "partial", "full")
    )
    return result


def _sum_seen(values: pd.Series) -> float:
    return float(values.sum(min_count=1))
