"""Tables become pictures: Plotly figures and one small SVG. Pure: no Streamlit, no clock, no archive.

A day on which our feeds failed is a gap in the line and a hatched column, never a zero. A colour never carries
a meaning alone: every series has its own dash and marker as well, every state of a day its own pattern. One module a
subject: `over_time` puts together what the others draw.
"""

from __future__ import annotations

from dashboard.charts.colours import DARK, LIGHT, SYMBOLS, Palette, both, palette
from dashboard.charts.marks import Mark, folded, mark_changes
from dashboard.charts.over_time import trend
from dashboard.charts.revision import revised
from dashboard.charts.scales import (
    A_MONDAY,
    DAY_MS,
    NOUNS,
    TRAILING,
    UNITS,
    WITH_INTERVAL,
    XPERIOD,
    Measure,
    Period,
    alignment,
    value_axis,
    value_words,
    when,
)
from dashboard.charts.seen import BEFORE, unseen_runs
from dashboard.charts.series import Line, drawn_lines
from dashboard.charts.spark import data_uri, sparkline

__all__ = [
    "A_MONDAY",
    "BEFORE",
    "DARK",
    "DAY_MS",
    "LIGHT",
    "NOUNS",
    "SYMBOLS",
    "TRAILING",
    "UNITS",
    "WITH_INTERVAL",
    "XPERIOD",
    "Line",
    "Mark",
    "Measure",
    "Palette",
    "Period",
    "alignment",
    "both",
    "data_uri",
    "drawn_lines",
    "folded",
    "mark_changes",
    "palette",
    "revised",
    "sparkline",
    "trend",
    "unseen_runs",
    "value_axis",
    "value_words",
    "when",
]
