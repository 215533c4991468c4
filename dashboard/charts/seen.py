"""States of days: what our sources saw, as hatched and dotted columns. A day not seen is never a zero."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.colours import Palette
from dashboard.charts.scales import DAY_MS

UNSEEN, PARTIAL, BACKFILL, BEFORE = "unseen", "partial", "backfill", "before"


def days_in(days: pd.DataFrame, state: str) -> list[date]:
    return [] if days.empty else list(days.loc[days["state"] == state, "date"])


def add_unseen(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
    """One hatched column per day that our sources did not see."""
    unseen = days_in(days, UNSEEN)
    if unseen:
        figure.add_bar(
            x=unseen, y=[1] * len(unseen), width=DAY_MS, yaxis="y", name="not seen", legendrank=2000,
            marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}, "pattern": pattern("/", colours.hatch)},
            hovertemplate="%{x|%-d %b %Y}<br>not seen: our sources did not answer<extra></extra>",
        )  # fmt: skip


def add_partly_seen(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
    """A dotted pale column per day that was partly seen: its count is a lower bound."""
    partial = days_in(days, PARTIAL)
    if partial:
        figure.add_bar(
            x=partial, y=[1] * len(partial), width=DAY_MS, yaxis="y", name="partly seen", legendrank=2001, opacity=0.45,
            marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}, "pattern": pattern(".", colours.hatch)},
            hovertemplate="%{x|%-d %b %Y}<br>partly seen: some sources did not answer<extra></extra>",
        )  # fmt: skip


def pattern(shape: str, colour: str, ground: str = "rgba(0,0,0,0)") -> dict[str, object]:
    return {"shape": shape, "fgcolor": colour, "bgcolor": ground, "size": 6, "solidity": 0.25}


def unseen_runs(days: pd.DataFrame) -> list[tuple[date, date]]:
    """First and last day of every run of unseen days, oldest first."""
    runs: list[tuple[date, date]] = []
    for day in days_in(days, UNSEEN):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
