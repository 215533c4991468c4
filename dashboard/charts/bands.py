"""The two bands below a chart: what our sources could show us, and who could observe on the ground."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.colours import Palette
from dashboard.charts.marks import folded
from dashboard.charts.scales import DAY_MS
from dashboard.charts.seen import BACKFILL, PARTIAL, UNSEEN, pattern
from metrics.observers import Run, access_words

STATES = (
    ("full", "seen", "", 1.0), (PARTIAL, "partly seen", ".", 1.0), (UNSEEN, "not seen", "/", 1.0),
    (BACKFILL, "from history files", "x", 1.0),
)  # fmt: skip


def add_band(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
    """The share of the usual view, day by day; an unseen day is hatched to full height: it cannot look like 0."""
    fills = {"full": colours.seen, PARTIAL: colours.pale, UNSEEN: "rgba(0,0,0,0)", BACKFILL: colours.pale}
    for state, label, shape, _ in STATES:
        rows = days[days["state"] == state] if not days.empty else days
        if len(rows):
            full = state in (UNSEEN, BACKFILL)
            figure.add_bar(
                x=list(rows["date"]), width=DAY_MS, yaxis="y3", name=label, showlegend=False,
                y=[1.0 if full or pd.isna(value) else min(float(value), 1.0) for value in rows["observability"]],
                marker={"color": fills[state], "line": {"width": 0},
                        "pattern": pattern(shape, colours.hatch, fills[state]) if shape else {"shape": ""}},
                customdata=[_percent(value) for value in rows["observability"]],
                hovertemplate=f"%{{x|%-d %b %Y}}<br>{label}%{{customdata}}<extra>our view</extra>",
            )  # fmt: skip


GROUND = {"yes": ("with access", "", 1.0), "limited": ("limited access", ".", 1.0), "no": ("none known", "x", 1.0),
          "unknown": ("not recorded", "/", 1.0)}  # fmt: skip


def add_observers(figure: go.Figure, runs: Sequence[Run], colours: Palette) -> None:
    """One bar a run of days with the same facts; each access has its own pattern, and its words in the hover."""
    fills = {"yes": colours.seen, "limited": colours.pale, "no": "rgba(0,0,0,0)", "unknown": "rgba(0,0,0,0)"}
    for access, (label, shape, _) in GROUND.items():
        some = [run for run in runs if run.access == access]
        if some:
            figure.add_bar(
                x=[pd.Timestamp(run.first) + (run.last - run.first) / 2 for run in some], y=[1.0] * len(some),
                width=[DAY_MS * ((run.last - run.first).days + 1) for run in some], yaxis="y4", name=label,
                showlegend=False,
                marker={"color": fills[access], "line": {"width": 1, "color": colours.hatch},
                        "pattern": pattern(shape, colours.hatch, fills[access]) if shape else {"shape": ""}},
                customdata=[_who(run) for run in some],
                hovertemplate="%{customdata}<extra>on the ground</extra>",
            )  # fmt: skip


def _who(run: Run) -> str:
    days = run.first.isoformat() if run.first == run.last else f"{run.first.isoformat()} to {run.last.isoformat()}"
    return f"{days}<br>{folded(access_words(run.facts))}"


def make_room(figure: go.Figure, colours: Palette) -> None:
    """The second band stands below the first."""
    figure.update_layout(
        height=figure.layout.height + 56,
        yaxis={"domain": [0.32, 1]},
        yaxis3={"domain": [0.13, 0.22]},
        yaxis4={"domain": [0, 0.05], "range": [0, 1], "visible": False, "fixedrange": True, "anchor": "x"},
        xaxis={"anchor": "y4"},
    )
    figure.layout.annotations[0].y = 0.225
    figure.add_annotation(
        text="Who could observe on the ground", xref="paper", x=0, yref="paper", y=0.055, yanchor="bottom",
        xanchor="left", showarrow=False, font={"size": 12, "color": colours.soft},
    )  # fmt: skip


def _percent(value: float) -> str:
    return "" if pd.isna(value) else f": {min(float(value), 1.0):.0%} of what our sources usually bring"
