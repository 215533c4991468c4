"""The small picture of a card: a bar a day, as an SVG."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from dashboard.charts.colours import Palette
from dashboard.charts.seen import BEFORE, PARTIAL, UNSEEN

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
