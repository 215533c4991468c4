"""Share with an interval, comparison with the days before, periods. Pure over frames; no SQL, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics import store
from metrics.attribution import Attribution
from metrics.daily import BLIND, observed_days
from metrics.intervals import jeffreys, jeffreys_ratio
from metrics.rolling import GROUPS, POLLED, SUMMED, of_usual_days

WEEK = 7
BEFORE = 28  # days before the week that it is compared with
LEAST_SEEN_BEFORE = 14  # fewer seen days give nothing to compare with
LEAST_SEEN_NOW = 4
Values = NDArray[np.float64]
Period = Literal["D", "W", "M"]


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator as the Situation page shows it. Counts are distinct stories, stance reported unless said.

    rate_7, before_28 : stories per 7 usual days now and in the 28 days before, of the sources that were there
    throughout and without loaded articles; None: fewer than 4 and 14 of the days could be seen.
    change : rate_7 ÷ before_28; None: nothing to compare with. change_low, change_high : its 95 % interval, as if
    stories came independently; None: not known, or none in all 35 days.
    sources_changed : days of the 35 on which sources were added or lost, with how many of each.
    share, share_low, share_high : of the relevant stories in 7 days, with a 95 % Jeffreys interval; None: none
    relevant.
    spark : stories a day, 28 days to today; None: that day could not be seen.
    """

    indicator: str
    day: date
    active: bool
    stories_7: int | None
    articles_7: int | None
    relevant_7: int
    total_7: int
    share_7: float | None
    share_low: float | None
    share_high: float | None
    rate_7: float | None
    before_28: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    eased_7: int
    denied_7: int
    feared_7: int
    sides_7: dict[str, int]
    spark: tuple[float | None, ...]
    spark_states: tuple[str, ...]
    seen_days_7: int
    last_seen: date | None
    sources_changed: tuple[tuple[date, int, int], ...] = ()


def cards(archive: Archive, monitor: Monitor, *, today: date, attribution: Attribution | None = None) -> list[Card]:
    """One card an indicator of the monitor, in sector order, for the 7 days ending `today`.

    attribution : whose sources are compared over time; None: all together, whether or not they were there throughout.
    """
    first = today - timedelta(days=WEEK + BEFORE - 1)
    changed = store.changes_of_sources(archive, attribution, last=today) if attribution else []
    changed = [one for one in changed if one.day > first]
    compared = _compared(archive, attribution, monitor.indicator_keys, first, today, has_changed=bool(changed))
    days = observed_days(archive, first=first, last=today)
    rows = store.rollup(archive, first=first, last=today)
    sides = store.daily_rows(
        archive, first=today - timedelta(days=WEEK - 1), last=today, stances=["reported"], by=("side",)
    )
    marks = tuple((one.day, len(one.added), len(one.gone)) for one in changed)
    return [
        replace(_card(key, monitor, days, rows, sides, compared[key], today), sources_changed=marks)
        for key in monitor.indicator_keys
    ]


def _compared(
    archive: Archive,
    attribution: Attribution | None,
    indicators: Sequence[str],
    first: date,
    today: date,
    *,
    has_changed: bool,
) -> dict[str, tuple[_Part | None, _Part | None]]:
    """Indicator → what is compared, now and before: reported, of the same sources, without what files brought."""
    counts: store.Counts = store.Everything(archive)
    loaded = counts.totals(first=first, last=today)["backfill"].astype(float).sum() > 0
    if attribution is not None and (has_changed or loaded):
        counts = store.Panel(archive, attribution, first=first, last=today)
    days = observed_days(archive, first=first, last=today, counts=counts)
    rows = counts.rollup(first=first, last=today)
    rows = rows[rows["stance"] == "reported"]
    stories = rows.pivot_table(index="date", columns="indicator", values="stories", aggfunc="sum", fill_value=0)
    stories = stories.astype(float).reindex(days["date"], fill_value=0.0)
    week = slice(len(days) - WEEK, None), LEAST_SEEN_NOW
    before = slice(0, len(days) - WEEK), LEAST_SEEN_BEFORE
    polled = days["state"].isin(POLLED).to_numpy()
    usual = of_usual_days(days).fillna(0.0).to_numpy()
    found = {key: stories[key].to_numpy() if key in stories else np.zeros(len(days)) for key in indicators}
    return {key: (_part(of, usual, polled, *week), _part(of, usual, polled, *before)) for key, of in found.items()}


@dataclass(frozen=True, slots=True)
class _Part:
    """Stories of some days, and how many usual days those were worth."""

    stories: float
    exposure: float

    @property
    def rate(self) -> float:
        return self.stories / self.exposure


def _part(stories: Values, usual: Values, polled: NDArray[np.bool_], days: slice, least: int) -> _Part | None:
    """A half-seen day is expected to bring half; None when too few days were seen to say."""
    if polled[days].sum() < least:
        return None
    return _Part(float(stories[days][polled[days]].sum()), float(usual[days].sum()))


def _change(now: _Part | None, before: _Part | None) -> tuple[float | None, float | None, float | None]:
    """The ratio of the rates, and the ends of its interval."""
    if now is None or before is None or now.stories + before.stories == 0:
        return None, None, None
    ends = jeffreys_ratio(now.stories, now.exposure, before.stories, before.exposure)
    return now.rate / before.rate if before.stories else None, *ends


def _card(
    key: str, monitor: Monitor, days: pd.DataFrame, rows: pd.DataFrame, sides: pd.DataFrame,
    compared: tuple[_Part | None, _Part | None], today: date,
) -> Card:  # fmt: skip
    own = rows[rows["indicator"] == key]
    counts = days.merge(own[own["stance"] == "reported"][["date", "stories", "articles"]], on="date", how="left")
    counts[["stories", "articles"]] = counts[["stories", "articles"]].astype(float).fillna(0.0)
    counts["is_seen"] = ~counts["state"].isin(BLIND)
    week = counts.iloc[-WEEK:]
    seen_now = int(week["is_seen"].sum())
    stories = float(week.loc[week["is_seen"], "stories"].sum())
    relevant = float(week.loc[week["is_seen"], "relevant_stories"].astype(float).fillna(0).sum())
    low, high = jeffreys(stories, relevant) if 0 < relevant >= stories else (None, None)
    now, before = compared
    change, change_low, change_high = _change(now, before)
    others = own[own["date"] >= week["date"].iloc[0]].groupby("stance")["stories"].sum()
    spark = counts.iloc[-BEFORE:]
    by_side = sides[sides["indicator"] == key].groupby("side")["stories"].sum()
    reported = own[(own["stance"] == "reported") & (own["stories"] > 0)]["date"]
    return Card(
        indicator=key,
        day=today,
        active=monitor.indicator(key).is_active(today),
        stories_7=int(stories) if seen_now else None,
        articles_7=int(week.loc[week["is_seen"], "articles"].sum()) if seen_now else None,
        relevant_7=int(relevant),
        total_7=int(week.loc[week["is_seen"], "total_stories"].astype(float).fillna(0).sum()),
        share_7=stories / relevant if relevant else None,
        share_low=low,
        share_high=high,
        rate_7=now.rate * WEEK if now is not None else None,
        before_28=before.rate * WEEK if before is not None else None,
        change=change,
        change_low=change_low,
        change_high=change_high,
        eased_7=int(others.get("eased", 0)),
        denied_7=int(others.get("denied", 0)),
        feared_7=int(others.get("feared", 0)),
        sides_7={str(side): int(n) for side, n in sorted(by_side.items())},
        spark=tuple(float(n) if seen else None for n, seen in zip(spark["stories"], spark["is_seen"], strict=True)),
        spark_states=tuple(spark["state"]),
        seen_days_7=seen_now,
        last_seen=max(reported) if len(reported) else None,
    )


def by_period(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """A daily table (metrics.daily) by day, week (from Monday) or month.

    Sums counts, articles and exposure over the days that could be seen; ratio and share anew from the sums.
    unseen_days : days of the period that could not be seen; count is NaN when none of its days could be.
    """
    if period == "D":
        return table.assign(unseen_days=table["state"].isin(BLIND).astype(int), days=1)
    dates = pd.to_datetime(table["date"])
    if period == "W":
        start = dates - pd.to_timedelta(dates.dt.day_of_week, unit="D")
    else:
        start = dates.dt.to_period("M").dt.start_time
    groups = [name for name in GROUPS if name in table.columns]
    frame = table.assign(date=start.dt.date, unseen_days=table["state"].isin(BLIND).astype(int), days=1)
    keys = ["date", "indicator", "stance", *groups]
    sums = frame.groupby(keys, sort=True, dropna=False).agg(
        **{name: (name, _sum_seen) for name in SUMMED if name in frame},
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
