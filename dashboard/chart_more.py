"""What Trends adds to a chart of `charts.trend`: another period, stacked stances, new baselines, a caption. Pure.

The caption makes a picture that can be quoted: what is counted, as of when, and that these are reports, not events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import pandas as pd
import plotly.graph_objects as go

from dashboard import charts, words_trends
from dashboard.charts import A_MONDAY, DAY_MS, SYMBOLS, XPERIOD, Line, Mark, Measure, Palette, Period

CAPTION_WIDTH = 58  # letters in a line of the caption: as many as a phone shows
LINE_HEIGHT = 15
PATTERNS = ("", "/", "x", ".", "\\")
WIDTHS = {"D": 0.86, "W": 6.2, "M": 26.0, "7D": 0.86, "28D": 0.86}  # of a stacked column, in days


@dataclass(frozen=True, slots=True)
class Caption:
    """title : what is drawn. source : whence, as of when."""

    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Look:
    """How the chart counts and looks that something is added to."""

    measure: Measure
    period: Period
    palette: Palette


def other_period(figure: go.Figure, pairs: pd.DataFrame, look: Look, *, by: str | None, lines: Sequence[Line]) -> None:
    """Thin dotted lines of another period, each point under the date it is held against; its own date in the hover.

    pairs : of metrics.periods.beside; a point that was not seen is a gap.
    """
    measure, period, palette = look.measure, look.period, look.palette
    weeks = {"xperiod0": A_MONDAY} if period == "W" else {}
    for place, line in enumerate(lines):
        rows = pairs if by is None else pairs[pairs[by] == line.key]
        rows = rows[rows["date"].notna() & rows["other_date"].notna()]
        if rows.empty:
            continue
        colour = palette.series[place % len(palette.series)] if len(lines) > 1 else palette.series[1]
        figure.add_scatter(
            x=list(rows["date"]), y=_known(rows[f"other_{measure}"]), yaxis="y2", mode="lines+markers",
            name=f"{line.label}, compared", legendrank=1500, connectgaps=False,
            xperiod=XPERIOD[period], xperiodalignment=charts.alignment(period), **weeks,
            line={"color": colour, "width": 1.2, "dash": "dot"}, opacity=0.85,
            marker={"symbol": f"{SYMBOLS[place % len(SYMBOLS)]}-open", "size": 4, "color": colour},
            customdata=[[day.isoformat(), charts.when(day, period), line.label] for day in rows["other_date"]],
            hovertemplate=f"%{{customdata[1]}}<br>{charts.value_words(measure)}<extra>compared</extra>",
            selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 0.75}},
        )  # fmt: skip


def _known(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]


def stack(figure: go.Figure, table: pd.DataFrame, look: Look, *, by: str, lines: Sequence[Line]) -> None:
    """One column a date, a pattern and a colour a line, on each other in the order of `lines`."""
    measure, period, palette = look.measure, look.period, look.palette
    heights: dict[date, float] = {}
    for place, line in charts.drawn_lines(table, by, lines):
        rows = table[(table[by] == line.key) & (table[measure] > 0)]
        values = [float(value) for value in rows[measure]]
        colour, shape = palette.series[place % len(palette.series)], PATTERNS[place % len(PATTERNS)]
        figure.add_bar(
            x=list(rows["date"]), y=values, base=[heights.get(day, 0.0) for day in rows["date"]], yaxis="y2",
            name=line.label, width=DAY_MS * WIDTHS[period], offset=_offset(period), legendrank=1000 + place,
            marker={"color": colour if not shape else palette.ground, "line": {"color": colour, "width": 1},
                    "pattern": {"shape": shape, "fgcolor": colour, "size": 6, "solidity": 0.4}},
            customdata=[[day.isoformat(), charts.when(day, period), line.label, value]
                        for day, value in zip(rows["date"], values, strict=True)],
            hovertemplate=f"%{{customdata[1]}}<br>{charts.value_words(measure, of='customdata[3]')}"
            f"<extra>{escape(line.label)}</extra>",
        )  # fmt: skip
        for day, value in zip(rows["date"], values, strict=True):
            heights[day] = heights.get(day, 0.0) + value


def _offset(period: Period) -> float:
    """A column of a day stands on its day; one of a week or month begins with its first."""
    return 0.0 if period in ("W", "M") else -DAY_MS * WIDTHS[period] / 2


def new_baselines(figure: go.Figure, marks: Sequence[Mark], palette: Palette) -> None:
    """A dashed line on a day from which on a long alarm is what is usual, with an hourglass; words in the hover."""
    for mark in marks:
        figure.add_shape(
            type="line", x0=mark.day, x1=mark.day, y0=0, y1=1, yref="y domain", layer="below",
            line={"color": palette.series[0], "width": 1.5, "dash": "dash"},
        )  # fmt: skip
    if marks:
        figure.add_scatter(
            x=[mark.day for mark in marks], y=[0.88] * len(marks), yaxis="y", mode="markers",
            name=words_trends.NEW_BASELINE, legendrank=1702, cliponaxis=False,
            marker={"symbol": "hourglass-open", "size": 11, "color": palette.series[0], "line": {"width": 2}},
            text=[charts.folded(mark.label) for mark in marks],
            hovertemplate="%{x|%-d %b %Y}<br>%{text}<extra></extra>",
        )  # fmt: skip


def rescale(figure: go.Figure, measure: Measure) -> None:
    """Make room for what was added after the axis was made."""
    tops = [
        base + value
        for trace in figure.data
        if trace.yaxis == "y2" and trace.y is not None
        for base, value in zip(_bases(trace), trace.y, strict=True)
        if value is not None
    ]
    figure.update_layout(yaxis2=charts.value_axis(max(tops, default=0.0), measure))


def _bases(trace: go.Scatter | go.Bar) -> Sequence[float]:
    """Where each value of a trace begins: only stacked columns do not begin at zero."""
    return trace.base if trace.type == "bar" and trace.base is not None else [0.0] * len(trace.y)


def caption(figure: go.Figure, words: Caption, palette: Palette) -> None:
    """Below the axis, inside the picture; on the colour of the page, so that a saved file can be read anywhere."""
    lines = [f"<b>{line}</b>" for line in _lines(words.title)] + _lines(words.source)
    figure.update_layout(
        height=figure.layout.height + LINE_HEIGHT * len(lines) + 8,
        margin={**figure.layout.margin.to_plotly_json(), "b": 40 + LINE_HEIGHT * len(lines) + 8},
        paper_bgcolor=palette.ground, plot_bgcolor=palette.ground,
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": palette.soft, "activecolor": palette.ink},
    )  # fmt: skip
    figure.add_annotation(
        text="<br>".join(lines), xref="paper", x=0, xanchor="left", xshift=-40, yref="paper", y=0, yanchor="top",
        yshift=-40,        align="left", showarrow=False, font={"size": 11.5, "color": palette.soft},
    )  # fmt: skip


def _lines(text: str) -> list[str]:
    return charts.folded(text, CAPTION_WIDTH).split("<br>")
