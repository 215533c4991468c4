"""One indicator as each side tells it → small multiples on one scale: reports up, denials down. Pure: no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import DAY_MS, Line, Mark, Palette, mark_changes

ROW = 104  # pixels of one side
HEAD = 70
LEAST = 3.0  # stories; the scale never looks full with one
WIDTH_DAYS = {"D": 1, "W": 7, "M": 28}


def sides(
    reported: pd.DataFrame, denied: pd.DataFrame, *, lines: Sequence[Line], period: str, palette: Palette,
    changes: Sequence[Mark] = (),
) -> go.Figure:  # fmt: skip
    """One row a side that has a story. reported, denied : of daily_table by side; NaN: not seen.

    lines : all sides in a fixed order, so that a side keeps its colour. changes : days on which sources changed.
    """
    drawn = told(reported, denied, lines)
    figure = go.Figure()
    up, down = _top(reported), _top(denied)
    for at, (place, line) in enumerate(drawn):
        axis = f"y{at + 1}" if at else "y"
        mine, theirs = (table[table["side"] == line.key] for table in (reported, denied))
        _unseen(figure, mine if len(mine) else theirs, axis, up, down, period, palette, first=at == 0)
        _bars(figure, mine, axis, line, palette.series[place % len(palette.series)], period, is_report=True)
        _bars(figure, theirs, axis, line, palette.series[place % len(palette.series)], period, is_report=False)
    mark_changes(figure, changes, palette, at=0.94 * _reach(up, down)[0], yref="paper")
    _layout(figure, [line for _, line in drawn], up, down, _span(reported, denied, period), palette)
    return figure


def told(reported: pd.DataFrame, denied: pd.DataFrame, lines: Sequence[Line]) -> list[tuple[int, Line]]:
    """The sides with a story, with their place in `lines`."""
    having = {side for table in (reported, denied) for side in table.loc[table["count"] > 0, "side"]}
    return [(place, line) for place, line in enumerate(lines) if line.key in having]


def _span(reported: pd.DataFrame, denied: pd.DataFrame, period: str) -> list[str]:
    """From the first date to the end of the last one's day, week or month."""
    dates = [*reported["date"], *denied["date"]]
    if not dates:
        return []
    return [min(dates).isoformat(), (max(dates) + timedelta(days=WIDTH_DAYS[period])).isoformat()]


def _top(table: pd.DataFrame) -> float:
    return max(float(table["count"].max()), 0.0) if table["count"].notna().any() else 0.0


def _bars(
    figure: go.Figure, rows: pd.DataFrame, axis: str, line: Line, colour: str, period: str, *, is_report: bool
) -> None:
    """Reports are filled, denials hatched and below the line: colour is not what tells them apart."""
    some = rows[rows["count"] > 0]
    if not len(some):
        return
    what = "reported" if is_report else "denied"
    counts = some["count"].astype(float)
    figure.add_bar(
        x=list(some["date"]), y=list(counts if is_report else -counts), yaxis=axis, name=f"{line.label}, {what}",
        width=DAY_MS * WIDTH_DAYS[period] * 0.9, offset=0, showlegend=False,
        marker={"color": colour if is_report else "rgba(0,0,0,0)", "line": {"color": colour, "width": 1},
                "pattern": {"shape": "" if is_report else "x", "fgcolor": colour, "size": 5, "solidity": 0.35}},
        customdata=[[day.isoformat(), f"{count:.0f} {'story' if count == 1 else 'stories'} {what}", line.label]
                    for day, count in zip(some["date"], counts, strict=True)],
        hovertemplate="%{x|%-d %b %Y}<br>%{customdata[1]}<extra>%{customdata[2]}</extra>",
    )  # fmt: skip


def _unseen(
    figure: go.Figure, rows: pd.DataFrame, axis: str, up: float, down: float, period: str, palette: Palette, *,
    first: bool,
) -> None:  # fmt: skip
    """Hatched over the whole height where this side's own sources were not seen."""
    days = list(rows.loc[rows["count"].isna(), "date"])
    if days:
        high, low = _reach(up, down)
        figure.add_bar(
            x=days, y=[high - low] * len(days), base=[low] * len(days), yaxis=axis, name="not seen", legendrank=2000,
            width=DAY_MS * WIDTH_DAYS[period], offset=0, showlegend=first,
            marker={"color": "rgba(0,0,0,0)", "line": {"width": 0},
                    "pattern": {"shape": "/", "fgcolor": palette.hatch, "size": 6, "solidity": 0.25}},
            hovertemplate="%{x|%-d %b %Y}<br>not seen: its sources did not answer<extra></extra>",
        )  # fmt: skip


def _reach(up: float, down: float) -> tuple[float, float]:
    """Ends of the one scale of all sides."""
    return max(up, LEAST) * 1.1, -max(down, 1.0) * 1.1 if down else 0.0


def _layout(
    figure: go.Figure, lines: Sequence[Line], up: float, down: float, span: list[str], palette: Palette
) -> None:
    high, low = _reach(up, down)
    rows, step = max(len(lines), 1), max(1, round(max(up, down, LEAST) / 3))
    values = [step * n for n in range(-int(down // step), int(max(up, LEAST) // step) + 1)]
    share = 1 / rows
    for at, line in enumerate(lines):
        bottom = 1 - share * (at + 1)
        figure.update_layout({f"yaxis{at + 1}" if at else "yaxis": {
            "domain": [bottom, bottom + share * 0.72], "range": [low, high], "fixedrange": True, "anchor": "x",
            "tickvals": values, "ticktext": [f"{abs(value)}" for value in values], "gridcolor": palette.grid,
            "zeroline": True, "zerolinecolor": palette.hatch, "tickfont": {"size": 11, "color": palette.soft},
        }})  # fmt: skip
        figure.add_annotation(
            text=f"<b>{line.label}</b>", xref="paper", x=0, yref="paper", y=bottom + share * 0.73, yanchor="bottom",
            xanchor="left", showarrow=False, font={"size": 13, "color": palette.ink},
        )  # fmt: skip
    figure.update_layout(
        template="none", height=HEAD + ROW * rows, margin={"l": 34, "r": 8, "t": 26, "b": 44}, barmode="overlay",
        bargap=0, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", hovermode="closest", dragmode=False,
        font={"family": "Source Sans, Noto Sans, sans-serif", "size": 13, "color": palette.ink},
        hoverlabel={"bgcolor": palette.card, "bordercolor": palette.hatch, "align": "left",
                    "font": {"color": palette.ink, "size": 13}},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1, "xanchor": "right", "itemclick": False,
                "itemdoubleclick": False, "bgcolor": "rgba(0,0,0,0)"},
        xaxis={"type": "date", "showgrid": False, "ticks": "outside", "tickcolor": palette.hatch, "fixedrange": True,
               "linecolor": palette.hatch, "hoverformat": "%-d %b %Y", "tickformat": "%-d %b\n%Y",
               "range": span or None, "anchor": f"y{rows}" if rows > 1 else "y"},
    )  # fmt: skip
