"""One series of a chart: its line, its points and what they say when pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from xml.sax.saxutils import escape

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.colours import DASHES, SYMBOLS, Palette
from dashboard.charts.scales import (
    A_MONDAY,
    TRAILING,
    WITH_INTERVAL,
    XPERIOD,
    Measure,
    Period,
    alignment,
    value_words,
)
from dashboard.charts.seen import PARTIAL, days_in


@dataclass(frozen=True, slots=True)
class Line:
    """One series of a chart: the value of the split column it shows ("" when nothing is split) and its name."""

    key: str
    label: str


def drawn_lines(table: pd.DataFrame, split: str | None, lines: Sequence[Line]) -> list[tuple[int, Line]]:
    """The series that have at least one story, with their place in `lines` (which fixes colour and dash).

    Of several subjects every one: who asked for it sees that it has none.
    """
    numbered = list(enumerate(lines))
    if split == "series":
        return numbered
    if split is None or table.empty:
        return numbered[:1]
    present = set(table.loc[table["count"] > 0, split])
    return [(place, line) for place, line in numbered if line.key in present] or numbered[:1]


def add_series(
    figure: go.Figure, rows: pd.DataFrame, days: pd.DataFrame, line: Line, place: int,
    measure: Measure, period: Period, colours: Palette, *, size: int, today: date | None,
) -> None:  # fmt: skip
    colour = colours.series[place % len(colours.series)]
    notes = _notes(rows, days, period, today)
    figure.add_scatter(
        x=list(rows["date"]), y=[None if pd.isna(value) else value for value in rows[measure]], yaxis="y2",
        name=line.label, mode="lines+markers", connectgaps=False, cliponaxis=False,
        xperiod=XPERIOD[period], xperiodalignment=alignment(period),
        **({"xperiod0": A_MONDAY} if period == "W" else {}),
        line={"color": colour, "width": 2, "dash": DASHES[place % len(DASHES)]},
        marker={
            "symbol": SYMBOLS[place % len(SYMBOLS)], "size": size, "line": {"color": colour, "width": 1.5},
            "color": [colours.ground if note else colour for note in notes],
        },
        customdata=[
            [day.isoformat(), _span_of(rows, at, measure) + note, line.label]
            for at, (day, note) in enumerate(zip(rows["date"], notes, strict=True))
        ],
        hovertemplate=_hover(line, measure, period),
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 0.75}},
    )  # fmt: skip


def _span_of(rows: pd.DataFrame, at: int, measure: Measure) -> str:
    """The interval of a point in words; "" where there is none."""
    if measure not in WITH_INTERVAL or f"{measure}_low" not in rows:
        return ""
    low, high = rows[f"{measure}_low"].iloc[at], rows[f"{measure}_high"].iloc[at]
    if pd.isna(low) or pd.isna(high):
        return ""
    return f"<br>between {low:.1%} and {high:.1%}" if measure == "share" else f"<br>between {low:.1f} and {high:.1f}"


def marker_size(points: int) -> int:
    """In pixels. Every point can be clicked; many of them must not become a band."""
    return 8 if points <= 35 else 5 if points <= 120 else 3


def _notes(rows: pd.DataFrame, days: pd.DataFrame, period: Period, today: date | None) -> list[str]:
    """Why a point rests on less than a full view; "" for one that does not. Points with a note are hollow."""
    partial = set(days_in(days, PARTIAL)) if period == "D" else set()
    unseen = list(rows["unseen_days"]) if period != "D" and "unseen_days" in rows else [0] * len(rows)
    return [
        ("<br>partly seen: some sources did not answer" if day in partial else "")
        + (f"<br>{missing:.0f} days of it not seen" if missing > 0 else "")
        + ("<br>not over yet" if today is not None and _holds(day, period, today) else "")
        for day, missing in zip(rows["date"], unseen, strict=True)
    ]


def _holds(start: date, period: Period, day: date) -> bool:
    """Does the period that begins on `start` hold `day`? Trailing days end on `start`."""
    if period in TRAILING:
        return start == day
    if period == "M":
        return (start.year, start.month) == (day.year, day.month)
    return start <= day < start + timedelta(days=7 if period == "W" else 1)


def _hover(line: Line, measure: Measure, period: Period) -> str:
    when = {
        "D": "%{x|%-d %b %Y}", "W": "week from %{customdata[0]}", "M": "%{x|%B %Y}",
        "7D": "7 days to %{x|%-d %b %Y}", "28D": "28 days to %{x|%-d %b %Y}",
    }[period]  # fmt: skip
    return f"{when}<br>{value_words(measure)}%{{customdata[1]}}<extra>{escape(line.label)}</extra>"
