"""What is drawn around a line: the interval of a share, what the detector expected, days in alarm."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.colours import Palette, rgb
from dashboard.charts.scales import A_MONDAY, DAY_MS, XPERIOD, Measure, Period, alignment
from dashboard.charts.seen import pattern


def add_interval(figure: go.Figure, rows: pd.DataFrame, measure: Measure, period: Period, colours: Palette) -> None:
    """A pale band from the lower to the upper end; a difference within it is noise."""
    period0 = {"xperiod0": A_MONDAY} if period == "W" else {}
    for end, fill in (("low", None), ("high", "tonexty")):
        figure.add_scatter(
            x=list(rows["date"]), y=[None if pd.isna(one) else one for one in rows[f"{measure}_{end}"]], yaxis="y2",
            name="95 % interval", mode="lines", connectgaps=False, hoverinfo="skip", showlegend=fill is not None,
            legendrank=1800, fill=fill, fillcolor=f"rgba({rgb(colours.series[0])},0.16)", line={"width": 0},
            xperiod=XPERIOD[period], xperiodalignment=alignment(period), **period0,
        )  # fmt: skip


def add_expected(figure: go.Figure, rows: pd.DataFrame, colours: Palette) -> None:
    """A column a day up to the count that would be unusual, and a dotted line at what was expected.

    A day that nobody saw, or on which the detector was learning, has none.
    """
    known = rows[rows["expected"].notna()]
    if known.empty:
        return
    days, heights = _columns(list(known["date"]), [float(value) for value in known["watch_from"]])
    figure.add_scatter(
        x=days, y=heights, yaxis="y2", name="as usual", legendrank=1700, hoverinfo="skip", mode="lines",
        fill="toself", fillcolor=f"rgba({rgb(colours.hatch)},0.2)", line={"width": 0},
    )  # fmt: skip
    figure.add_scatter(
        x=list(rows["date"]), y=[None if pd.isna(value) else value for value in rows["expected"]], yaxis="y2",
        name="expected", legendrank=1701, mode="lines", connectgaps=False, hoverinfo="skip",
        line={"color": colours.soft, "width": 1.2, "dash": "dot"},
    )  # fmt: skip


def _columns(days: list[date], heights: list[float]) -> tuple[list[datetime | None], list[float | None]]:
    """The outline of a column a day, neighbours joined, None where a day is missing between: one shape to draw, not one
    a day.
    """
    xs: list[datetime | None] = []
    ys: list[float | None] = []
    half = timedelta(hours=12)
    for number, (day, height) in enumerate(zip(days, heights, strict=True)):
        middle = datetime.combine(day, time())  # the axis has a day at its midnight
        begins = number == 0 or days[number - 1] + timedelta(days=1) != day
        ends = number + 1 == len(days) or days[number + 1] != day + timedelta(days=1)
        if begins and xs:
            xs.append(None)
            ys.append(None)
        xs += [middle - half] * (1 + begins) + [middle + half] * (1 + ends)
        ys += [0.0] * begins + [height, height] + [0.0] * ends
    return xs, ys


UNUSUAL = (("alert", "alert", ""), ("watch", "watch", "/"), ("decline", "fewer than usual", "."))
STRIP = (0.955, 0.025)  # above the line, of the height of the chart


def add_alarms(figure: go.Figure, rows: pd.DataFrame, colours: Palette) -> None:
    """A strip above the line: filled on days in alarm, striped on days to watch, dotted where it fell."""
    base, height = STRIP
    for state, name, shape in UNUSUAL:
        mine = rows[rows["state"] == state]
        if len(mine):
            colour = colours.series[6]
            figure.add_bar(
                x=list(mine["date"]), y=[height] * len(mine), base=base, width=DAY_MS, yaxis="y", name=name,
                legendrank=1600,
                marker={"color": "rgba(0,0,0,0)" if shape else colour, "line": {"width": 0},
                        "pattern": pattern(shape, colour) if shape else {"shape": ""}},
                customdata=[_alarm(row) for row in mine.itertuples()],
                hovertemplate=f"%{{x|%-d %b %Y}}: {name}<br>%{{customdata}}<extra></extra>",
            )  # fmt: skip


def _alarm(row: object) -> str:
    """As "9 stories in 3 days, 2.1 expected"."""
    window, count, expected = (getattr(row, name) for name in ("window", "window_count", "window_expected"))
    days = "one day" if window == 1 else f"{window} days"
    return f"{count:g} stories in {days}, {expected:.1f} expected"
