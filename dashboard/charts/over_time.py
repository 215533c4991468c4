"""Indicators over time, above the bands: the chart of Trends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.bands import add_band, add_observers, make_room
from dashboard.charts.colours import LIGHT, Palette
from dashboard.charts.expectation import add_alarms, add_expected, add_interval
from dashboard.charts.marks import Mark, add_events, mark_changes
from dashboard.charts.scales import DAY_MS, NOUNS, UNITS, WITH_INTERVAL, Measure, Period, value_axis
from dashboard.charts.seen import add_partly_seen, add_unseen
from dashboard.charts.series import Line, add_series, drawn_lines, marker_size
from metrics.observers import Run


def trend(
    table: pd.DataFrame,
    days: pd.DataFrame,
    *,
    lines: Sequence[Line],
    split: str | None = None,
    measure: Measure = "count",
    period: Period = "D",
    events: Sequence[Mark] = (),
    observers: Sequence[Run] = (),
    changes: Sequence[Mark] = (),
    expected: pd.DataFrame | None = None,
    today: date | None = None,
    palette: Palette = LIGHT,
) -> go.Figure:
    """One indicator over time, above two bands: what our sources could see, and who could observe on the ground.

    table : one row per date (× `split`); columns date, count, share and, for all but days, unseen_days; share and rate
        of one line are drawn with their interval (share_low, share_high, …). NaN is "not seen" and leaves a gap.
    days : one row per day; columns date, observability (0 to 1, NaN unknown), state.
    changes : days on which the set of sources changed; what comes after is not what came before.
    expected : what the detector expected of each day; columns date, state, count, expected, watch_from, alert_from;
        NaN where it is learning or nobody looked, and there nothing is drawn. None: not drawn at all.
    observers : runs of days that cover the range; (): no second band.
    lines : the possible series in a fixed order, so that a side keeps its colour whatever is filtered.
    today : drawn hollow, since it is not over; None: every day of the range is.
    """
    figure = go.Figure()
    add_unseen(figure, days, palette)
    add_partly_seen(figure, days, palette)
    if expected is not None:
        add_expected(figure, expected, palette)
    size = marker_size(0 if table.empty else table["date"].nunique())
    for place, line in drawn_lines(table, split, lines):
        rows = table if split is None else table[table[split] == line.key]
        if split is None and measure in WITH_INTERVAL:  # of several lines, the bands would hide each other
            add_interval(figure, rows, measure, period, palette)
        add_series(figure, rows, days, line, place, measure, period, palette, size=size, today=today)
    if expected is not None:
        add_alarms(figure, expected, palette)
    add_events(figure, events, palette)
    mark_changes(figure, changes, palette, at=0.94)
    add_band(figure, days, palette)
    add_observers(figure, observers, palette)
    _layout(figure, days, measure, period, palette)
    if observers:
        make_room(figure, palette)
    return figure


def _layout(figure: go.Figure, days: pd.DataFrame, measure: Measure, period: Period, colours: Palette) -> None:
    drawn = [trace for trace in figure.data if trace.yaxis == "y2"]
    lines = sum(trace.showlegend is not False for trace in drawn)
    top = max((float(value) for trace in drawn for value in trace.y if value is not None), default=0.0)
    unit = f" {UNITS[period]}" if measure not in WITH_INTERVAL else ""
    figure.update_layout(
        template="none", height=420 + 12 * lines, margin={"l": 46, "r": 14, "t": 44, "b": 30}, barmode="overlay",
        bargap=0, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", hovermode="closest",
        dragmode="pan",  # what Streamlit makes of False; a change would draw the chart a second time
        font={"family": "Source Sans, Noto Sans, sans-serif", "size": 13, "color": colours.ink},
        hoverlabel={"bgcolor": colours.card, "bordercolor": colours.hatch, "font": {"color": colours.ink, "size": 13},
                    "align": "left"},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 12.5},
                "itemclick": "toggle", "bgcolor": "rgba(0,0,0,0)"},
        showlegend=True, clickmode="event+select",
        xaxis={"type": "date", "anchor": "y3", "showgrid": False, "linecolor": colours.hatch, "ticks": "outside",
               "tickcolor": colours.hatch, "fixedrange": True, "tickformatstops": _tick_formats(),
               "hoverformat": "%-d %b %Y", "range": _range(days)},
        yaxis={"domain": [0.24, 1], "range": [0, 1], "visible": False, "fixedrange": True, "anchor": "x"},
        yaxis2={"overlaying": "y", "side": "left", "rangemode": "tozero", "gridcolor": colours.grid, "zeroline": True,
                "zerolinecolor": colours.hatch, "fixedrange": True, "anchor": "x", **value_axis(top, measure),
                "title": {"text": f"{NOUNS[measure]}{unit}",
                          "font": {"size": 12.5, "color": colours.soft}, "standoff": 6}},
        yaxis3={"domain": [0, 0.13], "range": [0, 1], "tickvals": [0, 1], "ticktext": ["0", "100%"], "anchor": "x",
                "showgrid": False, "zeroline": False, "fixedrange": True,
                "tickfont": {"size": 11, "color": colours.soft}},
        annotations=[{"text": "What our sources could show us, of what they usually do", "xref": "paper", "x": 0,
                      "yref": "paper", "y": 0.135, "yanchor": "bottom", "xanchor": "left", "showarrow": False,
                      "font": {"size": 12, "color": colours.soft}}],
    )  # fmt: skip


def _tick_formats() -> list[dict[str, object]]:
    return [
        {"dtickrange": [None, 27 * DAY_MS], "value": "%-d %b\n%Y"},
        {"dtickrange": [27 * DAY_MS, "M11"], "value": "%b\n%Y"},
        {"dtickrange": ["M12", None], "value": "%Y"},
    ]


def _range(days: pd.DataFrame) -> list[str] | None:
    """Half a day of room on both sides, so that the first and last column are whole."""
    if days.empty:
        return None
    first, last = pd.Timestamp(days["date"].iloc[0]), pd.Timestamp(days["date"].iloc[-1])
    half = pd.Timedelta(hours=14)
    return [(first - half).isoformat(), (last + half).isoformat()]
