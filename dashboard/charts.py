"""Tables become pictures: Plotly figures and one small SVG. Pure: no Streamlit, no clock, no archive.

A day on which our feeds failed is a gap in the line and a hatched column, never a zero. A colour never carries
a meaning alone: every series has its own dash and marker as well, every state of a day its own pattern.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from xml.sax.saxutils import escape

import pandas as pd
import plotly.graph_objects as go

from metrics.observers import Run, access_words

Measure = Literal["count", "articles", "reports", "share", "rate"]
NOUNS: dict[Measure, str] = {
    "count": "stories", "articles": "articles", "reports": "independent reports", "share": "share of relevant stories",
    "rate": "stories a usual day",
}  # fmt: skip
WITH_INTERVAL: tuple[Measure, ...] = ("share", "rate")
Period = Literal["D", "W", "M", "7D", "28D"]
TRAILING: tuple[Period, ...] = ("7D", "28D")  # a point a day, of the days to it
UNITS: dict[Period, str] = {"D": "a day", "W": "a week", "M": "a month", "7D": "in 7 days", "28D": "in 28 days"}
DAY_MS = 86_400_000  # Plotly's unit on a date axis
XPERIOD: dict[Period, float | str] = {"D": DAY_MS, "W": 7 * DAY_MS, "M": "M1", "7D": DAY_MS, "28D": DAY_MS}
A_MONDAY = "2018-01-01"  # Plotly counts week periods from here
UNSEEN, PARTIAL, BACKFILL, BEFORE = "unseen", "partial", "backfill", "before"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme. Every `series` colour has at least 3:1 against `ground`, every text colour 4.5:1."""

    ground: str
    ink: str
    soft: str  # secondary text
    grid: str
    hatch: str
    pale: str  # a partly seen day
    seen: str  # a seen day in the observability band
    event: str
    mark: str  # behind a matched term; carries `ink`
    card: str
    link: str
    series: tuple[str, ...]


LIGHT = Palette(
    ground="#ffffff", ink="#111111", soft="#4a5361", grid="#e3e7ed", hatch="#8b94a3", pale="#b9c6d8", seen="#5b7da6",
    event="#5d6673", mark="#ffe08a", card="#f2f4f7", link="#0b5cad",
    series=("#0b5cad", "#b35900", "#00795c", "#a0348a", "#5b5b5b", "#846800", "#c0203a", "#007a99", "#6b4fbb"),
)  # fmt: skip
DARK = Palette(
    ground="#10151c", ink="#f2f4f7", soft="#b3bcc9", grid="#2a3441", hatch="#8791a0", pale="#4d6380", seen="#7ea6d6",
    event="#a9b3c0", mark="#6b5300", card="#1b232e", link="#8ec5ff",
    series=("#6cb2ff", "#ffab5e", "#3fd1a6", "#f08fd8", "#c2c8d0", "#e0c040", "#ff8a8a", "#5fd3f0", "#b5a1ff"),
)  # fmt: skip
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "cross", "star", "triangle-down", "pentagon")


@dataclass(frozen=True, slots=True)
class Line:
    """One series of a chart: the value of the split column it shows ("" when nothing is split) and its name."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One dated event on a chart."""

    day: date
    label: str
    partial: bool  # the exact day or one detail is not settled


def palette(theme: str | None) -> Palette:
    """The palette of a theme's name; anything but "dark" is light."""
    return DARK if theme == "dark" else LIGHT


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
    _hatch(figure, days, palette)
    _pale(figure, days, palette)
    if expected is not None:
        _expected(figure, expected, palette)
    size = _marker_size(0 if table.empty else table["date"].nunique())
    for place, line in drawn_lines(table, split, lines):
        rows = table if split is None else table[table[split] == line.key]
        if split is None and measure in WITH_INTERVAL:  # of several lines, the bands would hide each other
            _interval(figure, rows, measure, period, palette)
        _series(figure, rows, days, line, place, measure, period, palette, size=size, today=today)
    if expected is not None:
        _alarms(figure, expected, palette)
    _events(figure, events, palette)
    mark_changes(figure, changes, palette, at=0.94)
    _band(figure, days, palette)
    _observers(figure, observers, palette)
    _layout(figure, days, measure, period, palette)
    if observers:
        _make_room(figure, palette)
    return figure


def _days_in(days: pd.DataFrame, state: str) -> list[date]:
    return [] if days.empty else list(days.loc[days["state"] == state, "date"])


def _hatch(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
    """One hatched column per day that our sources did not see."""
    unseen = _days_in(days, UNSEEN)
    if unseen:
        figure.add_bar(
            x=unseen, y=[1] * len(unseen), width=DAY_MS, yaxis="y", name="not seen", legendrank=2000,
            marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}, "pattern": _pattern("/", colours.hatch)},
            hovertemplate="%{x|%-d %b %Y}<br>not seen: our sources did not answer<extra></extra>",
        )  # fmt: skip


def _pale(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
    """A dotted pale column per day that was partly seen: its count is a lower bound."""
    partial = _days_in(days, PARTIAL)
    if partial:
        figure.add_bar(
            x=partial, y=[1] * len(partial), width=DAY_MS, yaxis="y", name="partly seen", legendrank=2001, opacity=0.45,
            marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}, "pattern": _pattern(".", colours.hatch)},
            hovertemplate="%{x|%-d %b %Y}<br>partly seen: some sources did not answer<extra></extra>",
        )  # fmt: skip


def _pattern(shape: str, colour: str, ground: str = "rgba(0,0,0,0)") -> dict[str, object]:
    return {"shape": shape, "fgcolor": colour, "bgcolor": ground, "size": 6, "solidity": 0.25}


def _interval(figure: go.Figure, rows: pd.DataFrame, measure: Measure, period: Period, colours: Palette) -> None:
    """A pale band from the lower to the upper end; a difference within it is noise."""
    period0 = {"xperiod0": A_MONDAY} if period == "W" else {}
    for end, fill in (("low", None), ("high", "tonexty")):
        figure.add_scatter(
            x=list(rows["date"]), y=[None if pd.isna(one) else one for one in rows[f"{measure}_{end}"]], yaxis="y2",
            name="95 % interval", mode="lines", connectgaps=False, hoverinfo="skip", showlegend=fill is not None,
            legendrank=1800, fill=fill, fillcolor=f"rgba({_rgb(colours.series[0])},0.16)", line={"width": 0},
            xperiod=XPERIOD[period], xperiodalignment=alignment(period), **period0,
        )  # fmt: skip


def _expected(figure: go.Figure, rows: pd.DataFrame, colours: Palette) -> None:
    """A column a day up to the count that would be unusual, and a dotted line at what was expected.

    Columns, not an area: a day that nobody saw, or on which the detector was learning, has none.
    """
    known = rows[rows["expected"].notna()]
    if known.empty:
        return
    figure.add_bar(
        x=list(known["date"]), y=[float(value) for value in known["watch_from"]], width=DAY_MS, yaxis="y2",
        name="as usual", legendrank=1700, hoverinfo="skip",
        marker={"color": f"rgba({_rgb(colours.hatch)},0.2)", "line": {"width": 0}},
    )  # fmt: skip
    figure.add_scatter(
        x=list(rows["date"]), y=[None if pd.isna(value) else value for value in rows["expected"]], yaxis="y2",
        name="expected", legendrank=1701, mode="lines", connectgaps=False, hoverinfo="skip",
        line={"color": colours.soft, "width": 1.2, "dash": "dot"},
    )  # fmt: skip


UNUSUAL = (("alert", "alert", ""), ("watch", "watch", "/"), ("decline", "fewer than usual", "."))
STRIP = (0.955, 0.025)  # above the line, of the height of the chart


def _alarms(figure: go.Figure, rows: pd.DataFrame, colours: Palette) -> None:
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
                        "pattern": _pattern(shape, colour) if shape else {"shape": ""}},
                customdata=[_alarm(row) for row in mine.itertuples()],
                hovertemplate=f"%{{x|%-d %b %Y}}: {name}<br>%{{customdata}}<extra></extra>",
            )  # fmt: skip


def _alarm(row: object) -> str:
    """As "9 stories in 3 days, 2.1 expected"."""
    window, count, expected = (getattr(row, name) for name in ("window", "window_count", "window_expected"))
    days = "one day" if window == 1 else f"{window} days"
    return f"{count:g} stories in {days}, {expected:.1f} expected"


def _rgb(colour: str) -> str:
    """
    >>> _rgb("#0b5cad")
    '11,92,173'
    """
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


def alignment(period: Period) -> str:
    """Where in its period a point stands."""
    return "middle" if period in ("W", "M") else "start"


def _series(
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


def _marker_size(points: int) -> int:
    """In pixels. Every point can be clicked; many of them must not become a band."""
    return 8 if points <= 35 else 5 if points <= 120 else 3


def _notes(rows: pd.DataFrame, days: pd.DataFrame, period: Period, today: date | None) -> list[str]:
    """Why a point rests on less than a full view; "" for one that does not. Points with a note are hollow."""
    partial = set(_days_in(days, PARTIAL)) if period == "D" else set()
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


def value_words(measure: Measure, of: str = "y") -> str:
    """The value of a point in a hover; of : where Plotly finds it."""
    digits = {"share": ".1%", "rate": ".1f"}.get(measure, ".0f")
    return f"%{{{of}:{digits}}} {'of relevant stories' if measure == 'share' else NOUNS[measure]}"


def when(day: date, period: Period) -> str:
    """The date of a point in words.

    >>> when(date(2023, 8, 7), "W"), when(date(2023, 8, 1), "M"), when(date(2023, 8, 7), "7D")
    ('week from 7 Aug 2023', 'August 2023', '7 days to 7 Aug 2023')
    """
    named = f"{day.day} {day:%b %Y}"
    return {
        "D": named, "W": f"week from {named}", "M": f"{day:%B %Y}", "7D": f"7 days to {named}",
        "28D": f"28 days to {named}",
    }[period]  # fmt: skip


def _events(figure: go.Figure, events: Sequence[Mark], colours: Palette) -> None:
    """A thin dated line per event; dashed when the day or a detail is not settled. Its words are in the hover."""
    for event in events:
        figure.add_shape(
            type="line", x0=event.day, x1=event.day, y0=0, y1=1, yref="y domain", layer="below",
            line={"color": colours.event, "width": 1, "dash": "dot" if event.partial else "solid"},
        )  # fmt: skip
    if events:
        figure.add_scatter(
            x=[event.day for event in events], y=[1] * len(events), yaxis="y", mode="markers", name="event",
            legendrank=1900, cliponaxis=False,
            marker={"symbol": ["triangle-down-open" if event.partial else "triangle-down" for event in events],
                    "size": 10, "color": colours.event},
            text=[folded(event.label) + ("<br>(partial: see the table)" if event.partial else "") for event in events],
            hovertemplate="%{x|%-d %b %Y}<br>%{text}<extra>event</extra>",
        )  # fmt: skip


def mark_changes(
    figure: go.Figure, changes: Sequence[Mark], colours: Palette, *, at: float, yref: str = "y domain"
) -> None:
    """A dated line of dashes per change of the set of sources, with an open diamond where an event has a triangle.

    at : where the diamond stands on the first y axis. yref : what the line reaches over; "paper": all of the figure.
    """
    for change in changes:
        figure.add_shape(
            type="line", x0=change.day, x1=change.day, y0=0, y1=1, yref=yref, layer="below",
            line={"color": colours.event, "width": 1.5, "dash": "longdashdot"},
        )  # fmt: skip
    if changes:
        figure.add_scatter(
            x=[change.day for change in changes], y=[at] * len(changes), yaxis="y", mode="markers",
            name="sources changed", legendrank=1901, cliponaxis=False,
            marker={"symbol": "diamond-open", "size": 10, "color": colours.event, "line": {"width": 2}},
            text=[folded(change.label) for change in changes],
            hovertemplate="%{x|%-d %b %Y}<br>%{text}<extra></extra>",
        )  # fmt: skip


def folded(words: str, width: int = 46) -> str:
    """Text broken into lines that a hover label holds; escaped, since Plotly reads a little HTML."""
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(escape(line) for line in lines)


STATES = (
    ("full", "seen", "", 1.0), (PARTIAL, "partly seen", ".", 1.0), (UNSEEN, "not seen", "/", 1.0),
    (BACKFILL, "from history files", "x", 1.0),
)  # fmt: skip


def _band(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
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
                        "pattern": _pattern(shape, colours.hatch, fills[state]) if shape else {"shape": ""}},
                customdata=[_percent(value) for value in rows["observability"]],
                hovertemplate=f"%{{x|%-d %b %Y}}<br>{label}%{{customdata}}<extra>our view</extra>",
            )  # fmt: skip


GROUND = {"yes": ("with access", "", 1.0), "limited": ("limited access", ".", 1.0), "no": ("none known", "x", 1.0),
          "unknown": ("not recorded", "/", 1.0)}  # fmt: skip


def _observers(figure: go.Figure, runs: Sequence[Run], colours: Palette) -> None:
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
                        "pattern": _pattern(shape, colours.hatch, fills[access]) if shape else {"shape": ""}},
                customdata=[_who(run) for run in some],
                hovertemplate="%{customdata}<extra>on the ground</extra>",
            )  # fmt: skip


def _who(run: Run) -> str:
    days = run.first.isoformat() if run.first == run.last else f"{run.first.isoformat()} to {run.last.isoformat()}"
    return f"{days}<br>{folded(access_words(run.facts))}"


def _make_room(figure: go.Figure, colours: Palette) -> None:
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


def _layout(figure: go.Figure, days: pd.DataFrame, measure: Measure, period: Period, colours: Palette) -> None:
    drawn = [trace for trace in figure.data if trace.yaxis == "y2"]
    lines = sum(trace.showlegend is not False for trace in drawn)
    top = max((float(value) for trace in drawn for value in trace.y if value is not None), default=0.0)
    unit = f" {UNITS[period]}" if measure not in WITH_INTERVAL else ""
    figure.update_layout(
        template="none", height=420 + 12 * lines, margin={"l": 46, "r": 14, "t": 44, "b": 30}, barmode="overlay",
        bargap=0, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", hovermode="closest", dragmode=False,
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


def value_axis(top: float, measure: Measure) -> dict[str, object]:
    """Range and ticks of the axis of values up to `top`."""
    digits = {"share": ".0%", "rate": "~g"}.get(measure, "d")
    return {"range": _up_to(top, measure), "tickformat": digits, **_ticks(top, measure)}


def _up_to(top: float, measure: Measure) -> list[float]:
    """The value axis always starts at zero and never looks full with one story."""
    least = {"share": 0.1, "rate": 1.0}.get(measure, 4.0)
    return [0, max(top, least) * 1.12]


def _ticks(top: float, measure: Measure) -> dict[str, object]:
    """About six ticks at round numbers; counts only at whole stories. Left alone, Plotly copies the places of the
    hidden axis below, which are no round numbers here.
    """
    if measure in WITH_INTERVAL:
        steps = (step / 100 * 10**power for power in range(9) for step in (1, 2, 5))
    else:
        steps = (step * 10**power for power in range(7) for step in (1, 2, 5))
    return {"dtick": next(step for step in steps if top <= 6 * step)}


SPARK_WIDTH, SPARK_HEIGHT = 232.0, 44.0


def sparkline(
    values: Sequence[float | None],
    states: Sequence[str],
    colours: Palette,
    *,
    recent: int = 7,
    is_open: bool = False,
    changed: Sequence[int] = (),
) -> str:
    """An SVG of one bar per day, oldest first: zero is a tick on the base line, an unseen day a hatched column.

    The last `recent` days stand on a tinted ground, since the number on the card counts those. is_open : the last
    day is not over, so it is as pale as a partly seen one. changed : places of the days on which sources changed.
    """
    if is_open and states and states[-1] == "full":
        states = [*states[:-1], PARTIAL]
    step = SPARK_WIDTH / max(len(values), 1)
    top = max([value for value in values if value is not None and not math.isnan(value)] + [3.0])
    bars = [_spark_bar(at * step, step, value, state, top, colours) for at, (value, state) in
            enumerate(zip(values, states, strict=True))]  # fmt: skip
    ground = SPARK_WIDTH - step * min(recent, len(values))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SPARK_WIDTH:g} {SPARK_HEIGHT:g}" '
        'preserveAspectRatio="none">'
        f'<defs><pattern id="h" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="1.4" height="5" fill="{colours.hatch}"/></pattern></defs>'
        f'<rect x="{ground:.1f}" width="{SPARK_WIDTH - ground:.1f}" height="{SPARK_HEIGHT:g}" fill="{colours.grid}" '
        f'opacity=".55"/>{"".join(bars)}{"".join(_spark_change(at * step, colours) for at in changed)}'
        f'<line x1="0" x2="{SPARK_WIDTH:g}" y1="{SPARK_HEIGHT - 0.5}" y2="{SPARK_HEIGHT - 0.5}" '
        f'stroke="{colours.hatch}" stroke-width="1"/></svg>'
    )


def _spark_change(x: float, colours: Palette) -> str:
    return (
        f'<line class="changed" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{SPARK_HEIGHT:g}" stroke="{colours.event}" '
        'stroke-width="1.5" stroke-dasharray="5 2 1 2"/>'
    )


def _spark_bar(x: float, step: float, value: float | None, state: str, top: float, colours: Palette) -> str:
    if state == BEFORE:
        return ""
    if state == UNSEEN or value is None or math.isnan(value):
        high = SPARK_HEIGHT - 1
        return f'<rect class="unseen" x="{x:.1f}" y="0" width="{step:.1f}" height="{high:g}" fill="url(#h)"/>'
    high = max(1.5, (SPARK_HEIGHT - 4) * value / top)
    fill = colours.pale if state == PARTIAL else colours.series[0]
    edge = f' stroke="{colours.series[0]}" stroke-width=".8" stroke-dasharray="2 1.5"' if state == PARTIAL else ""
    return (
        f'<rect class="{escape(state)}" x="{x + 1:.1f}" y="{SPARK_HEIGHT - 1 - high:.1f}" width="{step - 2:.1f}" '
        f'height="{high:.1f}" fill="{fill}"{edge}/>'
    )


def data_uri(svg: str) -> str:
    """An SVG as an address that an <img> takes: no request, and no script inside it can run."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def unseen_runs(days: pd.DataFrame) -> list[tuple[date, date]]:
    """First and last day of every run of unseen days, oldest first."""
    runs: list[tuple[date, date]] = []
    for day in _days_in(days, UNSEEN):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
