"""Dated lines: events, and days on which the set of sources changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

import plotly.graph_objects as go

from dashboard.charts.colours import Palette


@dataclass(frozen=True, slots=True)
class Mark:
    """One dated event on a chart."""

    day: date
    label: str
    partial: bool  # the exact day or one detail is not settled


def add_events(figure: go.Figure, events: Sequence[Mark], colours: Palette) -> None:
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
