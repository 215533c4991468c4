"""The one daily table that charts, alerts, exports and summaries read. A day nobody could see is NaN, never 0.

Reads through metrics.store; no SQL, no clock here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import pandas as pd

from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics import store
from metrics.observe import state_of

COLUMNS = (
    "date", "count", "total_count", "ratio", "relevant_count", "share", "indicator", "stance",
    "articles", "observability", "late", "backfill", "rules_version", "vintage",
)  # fmt: skip
BLIND = ("unseen", "before")  # states in which a count says nothing


def observed_days(archive: Archive, *, first: date, last: date, counts: store.Counts | None = None) -> pd.DataFrame:
    """Every day of the range: date, usual, usual_seen, observability (0 to 1, NaN before our first poll), state.

    state : full, partial (under 0.9), unseen (under 0.5), backfill (only loaded articles), before (nothing yet).
    counts : of which sources; None: all. Observability by language and side is in `counts.observed`.
    """
    counts = counts or store.Everything(archive)
    calendar = pd.DataFrame({"date": [day.date() for day in pd.date_range(first, last)]})
    frame = calendar.merge(counts.observed(first=first, last=last), on="date", how="left")
    totals = counts.totals(first=first, last=last)[["date", "total_stories", "relevant_stories", "backfill"]]
    frame = frame.merge(totals, on="date", how="left")
    return _with_states(frame)


def _with_states(frame: pd.DataFrame) -> pd.DataFrame:
    """Adds observability and state to a frame with usual, usual_seen and backfill."""
    frame[["usual", "usual_seen"]] = frame[["usual", "usual_seen"]].astype(float)
    frame["observability"] = np.where(
        frame["usual"] > 0, frame["usual_seen"] / frame["usual"].replace(0, np.nan), np.nan
    )
    usual, seen = frame["usual"].tolist(), frame["usual_seen"].tolist()
    loaded = (frame["backfill"].astype(float).fillna(0) > 0).tolist()
    frame["state"] = [
        state_of(_known(u), _known(s), has_backfill=bool(b)) for u, s, b in zip(usual, seen, loaded, strict=True)
    ]
    return frame


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def daily_table(
    archive: Archive,
    monitor: Monitor,
    *,
    first: date,
    last: date,
    indicator: str,
    stance: str = "reported",
    by: Sequence[str] = (),
    today: date,
    counts: store.Counts | None = None,
) -> pd.DataFrame:
    """One row a day (and group of `by`), every day of the range present; columns of the CSV contract, plus `state`.

    count, articles : stories and articles; NaN on a day that could not be seen (observability < 0.5) or before our
    first poll.
    total_count, relevant_count : stories of full and section sources, of the same language and side when grouped.
    ratio, share : count ÷ total_count, count ÷ relevant_count; NaN when the denominator is 0 or unknown.
    by : any of occurrence, people, language, side, and place where `counts` knows it. A group appears if it has a story
    anywhere in the range. A language or side whose own sources could not be seen has NaN on that day, whatever the
    others showed.
    counts : of which sources and when; None: all, as stored. `store.Panel` gives those present throughout,
    `store.Vintage` what stood at a moment. rules_version : today's. vintage : when the last thing came that the
    numbers know.
    """
    counts = counts or store.Everything(archive)
    until = min(last, today)
    days = observed_days(archive, first=first, last=until, counts=counts) if first <= today else _no_days()
    rows = counts.daily_rows(first=first, last=last, indicators=[indicator], stances=[stance], by=by)
    base = _every_group(days, rows, by)
    shared = [name for name in by if name in ("language", "side")]
    if shared:
        base = _seen_by_group(base, counts, shared, first=first, last=until)
    counted = _grid(base, rows, by)
    counted = _with_denominators(counts, counted, first=first, last=last, by=by)
    return _finished(archive, counts, counted, indicator=indicator, stance=stance, by=by, first=first, last=last)


def _every_group(days: pd.DataFrame, rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Every day × every group that occurs, with what could be seen that day."""
    base = days[["date", "observability", "state"]]
    if by:
        base = base.merge(rows[list(by)].drop_duplicates().sort_values(list(by)), how="cross")
    return base


def _seen_by_group(
    base: pd.DataFrame, counts: store.Counts, shared: Sequence[str], *, first: date, last: date
) -> pd.DataFrame:
    """A language or side with sources of its own is seen as they were; one without, as all of them together."""
    keys = ["date", *shared]
    own = counts.observed(first=first, last=last, by=shared)
    loaded = counts.totals(first=first, last=last, by=shared)[[*keys, "backfill"]]
    own = _with_states(own.merge(loaded, on=keys, how="left"))[[*keys, "observability", "state"]]
    merged = base.merge(own, on=keys, how="left", suffixes=("", "_own"))
    for name in ("observability", "state"):
        merged[name] = merged[f"{name}_own"].where(merged["state_own"].notna(), merged[name])
    return merged.drop(columns=["observability_own", "state_own"])


def with_reports(table: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """The daily table, not split any further, with `reports`: independent reports; NaN on a day not seen.

    reports : of story_tables.reports_daily, for the same days.
    """
    keys = ["date", "indicator", "stance"]
    merged = table.merge(reports[[*keys, "reports"]], on=keys, how="left")
    merged["reports"] = merged["reports"].astype(float).fillna(0.0).mask(merged["count"].isna())
    return merged


def _no_days() -> pd.DataFrame:
    return pd.DataFrame(columns=["date", "usual", "usual_seen", "observability", "state"])


def _grid(base: pd.DataFrame, rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Counts of every day and group; a seen day without a story is 0."""
    keys = ["date", *by]
    grid = base.merge(rows[[*keys, "stories", "articles"]], on=keys, how="left")
    blind = grid["state"].isin(BLIND)
    for column, name in (("stories", "count"), ("articles", "articles")):
        grid[name] = grid[column].astype(float).fillna(0.0).mask(blind)
    return grid.drop(columns=["stories"])


def _with_denominators(
    counts: store.Counts, grid: pd.DataFrame, *, first: date, last: date, by: Sequence[str]
) -> pd.DataFrame:
    shared = [name for name in by if name in ("language", "side")]
    totals = counts.totals(first=first, last=last, by=shared)
    totals = totals.rename(columns={"total_stories": "total_count", "relevant_stories": "relevant_count"})
    keys = ["date", *shared]
    grid = grid.merge(totals[[*keys, "total_count", "relevant_count"]], on=keys, how="left")
    blind = grid["state"].isin(BLIND)
    for name in ("total_count", "relevant_count"):
        grid[name] = grid[name].astype(float).fillna(0.0).mask(blind)
    grid["ratio"] = grid["count"] / grid["total_count"].replace(0, np.nan)
    grid["share"] = grid["count"] / grid["relevant_count"].replace(0, np.nan)
    return grid


def _finished(
    archive: Archive,
    counts: store.Counts,
    grid: pd.DataFrame,
    *,
    indicator: str,
    stance: str,
    by: Sequence[str],
    first: date,
    last: date,
) -> pd.DataFrame:
    rules = store.current_rules(archive)
    marks = counts.rollup(first=first, last=last, indicators=[indicator])
    marks = marks[marks["stance"] == stance][["date", "late", "backfill"]]
    grid = grid.merge(marks, on="date", how="left")
    for name in ("late", "backfill"):
        grid[name] = grid[name].astype(float).fillna(0.0)
    grid["indicator"], grid["stance"] = indicator, stance
    grid["rules_version"] = rules.version if rules else ""
    vintage = counts.vintage if rules else None
    grid["vintage"] = _moment(vintage)
    frozen = counts.frozen(first=first, last=last) if isinstance(counts, store.Everything) else {}
    for day, of in frozen.items():  # what is counted anew is counted from articles of ours
        grid.loc[grid["date"] == day, ["rules_version", "vintage"]] = of.rules_version, _moment(of.vintage)
    head = [*COLUMNS[:8], *by, *COLUMNS[8:]]
    return grid[[*head, "state"]]


def _moment(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""
