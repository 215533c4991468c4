"""Claimed figures → a Plotly figure: every claim a point, by the side that claims it. Pure: no Streamlit, no clock.

One subject, unit, kind and people a chart: nothing is averaged, joined by a line, or drawn beside what it cannot be
compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import SYMBOLS, Line, Mark, Palette, mark_changes

BOUNDS = {"more": "more than ", "less": "less than ", "about": "about ", "": ""}


def value_words(value: float, high: float | None, bound: str, unit: str) -> str:
    """
    >>> value_words(1200, None, "more", "persons"), value_words(20, 30, "", "trucks")
    ('more than 1,200 persons', '20 to 30 trucks')
    """
    ends = [f"{value:,.10g}"] + ([] if high is None or pd.isna(high) else [f"{high:,.10g}"])
    return f"{BOUNDS.get(bound, '')}{' to '.join(ends)} {unit}"


def points(table: pd.DataFrame) -> pd.DataFrame:
    """What is drawn, oldest first: those of one side, day and number are one point. claims : how many it is."""
    same = ["date", "claimant_side", "value", "high", "bound"]
    counted = table.assign(claims=table.groupby(same, dropna=False)["value"].transform("size"))
    return counted.drop_duplicates(same).sort_values("date", kind="stable")


def claims(
    table: pd.DataFrame, *, lines: Sequence[Line], unit: str, palette: Palette, changes: Sequence[Mark] = ()
) -> go.Figure:
    """table : rows of the ledger, all of one subject, unit, kind and people, or `points` of them.

    lines : sides in a fixed order. changes : days on which the set of sources changed; who claims most may be new.
    """
    table = table if "claims" in table else points(table)
    figure = go.Figure()
    for place, line in enumerate(lines):
        rows = table[table["claimant_side"] == line.key]
        if len(rows):
            _points(figure, rows, line, place, unit, palette)
    mark_changes(figure, changes, palette, at=0.94 * float(table["value"].max()))
    _layout(figure, unit, palette)
    return figure


def _points(figure: go.Figure, rows: pd.DataFrame, line: Line, place: int, unit: str, palette: Palette) -> None:
    colour = palette.series[place % len(palette.series)]
    reach = (rows["high"] - rows["value"]).fillna(0.0)
    hovers = [_said(row, unit) for _, row in rows.iterrows()]
    figure.add_scatter(
        x=list(rows["date"]), y=list(rows["value"]), mode="markers", name=line.label, cliponaxis=False,
        marker={"color": colour, "size": 10, "symbol": SYMBOLS[(place + place // len(SYMBOLS)) % len(SYMBOLS)]},
        error_y={"type": "data", "symmetric": False, "array": list(reach), "arrayminus": [0.0] * len(rows),
                 "color": colour, "thickness": 1.5, "width": 4, "visible": bool(reach.any())},
        customdata=[[at, said] for at, said in zip(rows["article"].tolist(), hovers, strict=True)],
        hovertemplate="%{x|%-d %b %Y}<br>%{customdata[1]}<br>" + escape(line.label) + "<extra></extra>",
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 0.75}},
    )  # fmt: skip


def _said(row: pd.Series, unit: str) -> str:
    """Feed text is escaped: a hover is read as markup."""
    who = row["claimant"] or "the newsroom itself"
    more = f" and {row['claims'] - 1:,} more of that day" if row["claims"] > 1 else ""
    return escape(f"{value_words(row['value'], row['high'], row['bound'], unit)}: {who}, in {row['outlet']}{more}")


def _layout(figure: go.Figure, unit: str, palette: Palette) -> None:
    figure.update_layout(
        template="none", height=360, margin={"l": 56, "r": 14, "t": 44, "b": 30}, hovermode="closest", dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", showlegend=True, clickmode="event+select",
        font={"family": "Source Sans, Noto Sans, sans-serif", "size": 13, "color": palette.ink},
        hoverlabel={"bgcolor": palette.card, "bordercolor": palette.hatch, "align": "left",
                    "font": {"color": palette.ink, "size": 13}},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 12.5},
                "itemclick": "toggle", "bgcolor": "rgba(0,0,0,0)"},
        xaxis={"type": "date", "showgrid": False, "linecolor": palette.hatch, "ticks": "outside",
               "tickcolor": palette.hatch, "fixedrange": True, "hoverformat": "%-d %b %Y", "tickformat": "%-d %b\n%Y"},
        yaxis={"rangemode": "tozero", "gridcolor": palette.grid, "zerolinecolor": palette.hatch, "fixedrange": True,
               "tickformat": ",", "title": {"text": unit, "font": {"size": 12.5, "color": palette.soft}}},
    )  # fmt: skip
