"""Stories by place → a Plotly figure: circles on a grid of degrees, no outline. Pure: no Streamlit, no clock.

A plain pair of axes of equal scale, not a map service: nothing is fetched, and there is no boundary to choose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from dashboard.charts import Palette
from dashboard.place_labels import (
    EDGES,
    KM_A_DEGREE,
    SIDES,
    THE_OTHER_MAP,
    Frame,
    Sheet,
    bar_end,
    frame_of,
    label_lines,
    labelled,
    scale_km,
    width_of,
)
from metrics.places import MapLayer, Spot

PALE = 6.0  # across the mark of a place that no story names
LAYER_SYMBOLS = ("square-open", "diamond-open", "hexagon-open", "triangle-up-open")


def places_map(
    places: Sequence[Spot], stories: Mapping[str, int], *, most: int, layers: Sequence[MapLayer] = (),
    inset: Frame | None = None, height: int, palette: Palette,
) -> go.Figure:  # fmt: skip
    """Points of `places`. stories : place id → distinct stories, only > 0. most : of the largest circle of all maps.

    inset : the part that another map shows, framed here; its places are there.
    """
    frame = frame_of([*places, *_corners(inset)])
    figure = go.Figure()
    if frame is None:
        return figure
    known = [one for one in places if one.lat is not None and one.lon is not None]
    named = sorted((one for one in known if one.id in stories), key=lambda one: -stories[one.id])
    _unnamed(figure, [one for one in known if one.id not in stories], palette)
    for whole in (True, False):
        _circles(figure, [one for one in named if (one.kind == "region") == whole], stories, most, palette, whole=whole)
    for at, layer in enumerate(layers):
        _layer(figure, at, layer, known, palette)
    _labels(figure, named, labelled(named, stories, most, Sheet(frame, height), inset), stories, most, palette)
    if inset is not None:
        _inset(figure, inset, palette)
    _layout(figure, frame, height, palette)
    return figure


def _corners(inset: Frame | None) -> list[Spot]:
    if inset is None:
        return []
    ends = ((inset.south, inset.west), (inset.north, inset.east))
    return [Spot("", "", "", "", lat, lon, ()) for lat, lon in ends]


def _unnamed(figure: go.Figure, places: Sequence[Spot], palette: Palette) -> None:
    """A place without a story is pale and has a size of its own: none seen is not none."""
    if places:
        figure.add_scatter(
            x=[one.lon for one in places], y=[one.lat for one in places], mode="markers", name="none seen",
            marker={"size": PALE, "color": palette.ground, "line": {"color": palette.hatch, "width": 1}},
            customdata=[[one.id] for one in places], text=[escape(one.name) for one in places],
            hovertemplate="%{text}<br>none seen in our sources<extra></extra>",
        )  # fmt: skip


def _circles(
    figure: go.Figure, places: Sequence[Spot], stories: Mapping[str, int], most: int, palette: Palette, *, whole: bool
) -> None:
    """Filled for a place; a ring for a region that is named as a whole, whose point is only its middle."""
    if not places:
        return
    colour = palette.series[1] if whole else palette.series[0]
    figure.add_scatter(
        x=[one.lon for one in places], y=[one.lat for one in places], mode="markers",
        name="a region, named as a whole" if whole else "stories that name the place",
        marker={"size": [width_of(stories[one.id], most) for one in places], "color": colour, "opacity": 1 if whole
                else 0.6, "symbol": "circle-open" if whole else "circle",
                "line": {"color": colour, "width": 2.5 if whole else 1}},
        customdata=[[one.id] for one in places],
        text=[f"{escape(one.name)}<br>{stories[one.id]:,} {'story' if stories[one.id] == 1 else 'stories'}"
              for one in places],
        hovertemplate="%{text}<extra></extra>",
        selected={"marker": {"opacity": 0.9}}, unselected={"marker": {"opacity": 0.6}},
    )  # fmt: skip


def _layer(figure: go.Figure, at: int, layer: MapLayer, known: Sequence[Spot], palette: Palette) -> None:
    """Points in an open mark, all layers of one size and weight; nothing joins them."""
    held = [one for one in known if set(one.holds) & set(layer.places)]
    if held:
        figure.add_scatter(
            x=[one.lon for one in held], y=[one.lat for one in held], mode="markers", hoverinfo="skip",
            name=f"{escape(layer.label)} (schematic)",
            marker={"symbol": LAYER_SYMBOLS[at % len(LAYER_SYMBOLS)], "size": 17,
                    "color": palette.series[(at + 2) % len(palette.series)], "line": {"width": 2}},
        )  # fmt: skip


def _labels(
    figure: go.Figure, named: Sequence[Spot], chosen: Mapping[str, str], stories: Mapping[str, int], most: int,
    palette: Palette,
) -> None:  # fmt: skip
    """Name and number beside the larger circles, as many as find room; the table has all. chosen : of `labelled`."""
    for side in SIDES:
        some = [one for one in named if chosen.get(one.id) == side]
        if some:
            figure.add_scatter(
                x=[one.lon for one in some], y=[one.lat for one in some], mode="markers+text", hoverinfo="skip",
                showlegend=False, textposition=side, cliponaxis=False,
                text=["<br>".join(label_lines(one, stories[one.id])) for one in some],
                textfont={"size": 12.5, "color": palette.ink},
                marker={"size": [width_of(stories[one.id], most) for one in some], "opacity": 0},
            )  # fmt: skip


def _inset(figure: go.Figure, inset: Frame, palette: Palette) -> None:
    """The frame of the other map: of a picture, and no boundary of anything."""
    figure.add_shape(
        type="rect", x0=inset.west, x1=inset.east, y0=inset.south, y1=inset.north, layer="below",
        fillcolor=palette.card, line={"color": palette.grid, "width": 1},
    )  # fmt: skip
    figure.add_annotation(
        x=(inset.west + inset.east) / 2, y=inset.south, yanchor="top", text=THE_OTHER_MAP, showarrow=False,
        font={"size": 12, "color": palette.soft},
    )  # fmt: skip


def ticks(low: float, high: float, positive: str, negative: str) -> tuple[list[float], list[str]]:
    """About four round degrees with their words.

    >>> ticks(45.8, 47.6, "E", "W")
    ([46.0, 46.5, 47.0, 47.5], ['46°E', '46.5°E', '47°E', '47.5°E'])
    """
    steps = (0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20)
    step = next((one for one in steps if (high - low) / one <= 5), 45)
    values = [round(n * step, 3) for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return values, [f"{abs(one):g}°{positive if one >= 0 else negative}" for one in values]


def _layout(figure: go.Figure, frame: Frame, height: int, palette: Palette) -> None:
    km = scale_km(frame)
    long = km / KM_A_DEGREE / frame.squeeze
    x1, y = bar_end(frame)
    figure.add_shape(type="line", x0=x1 - long, x1=x1, y0=y, y1=y, line={"color": palette.ink, "width": 2})
    figure.add_annotation(
        x=x1 - long / 2, y=y, yshift=9, text=f"{km} km", showarrow=False, font={"size": 11, "color": palette.soft}
    )
    axis = {
        "showline": True, "mirror": True, "linecolor": palette.grid, "gridcolor": palette.grid, "zeroline": False,
        "fixedrange": True, "tickfont": {"size": 11, "color": palette.soft}, "tickmode": "array", "constrain": "range",
    }  # fmt: skip
    lons, lats = ticks(frame.west, frame.east, "E", "W"), ticks(frame.south, frame.north, "N", "S")
    figure.update_layout(
        template="none", height=height, margin=EDGES, hovermode="closest",
        dragmode=False, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", clickmode="event+select",
        font={"family": "Source Sans, Noto Sans, sans-serif", "size": 13, "color": palette.ink},
        hoverlabel={"bgcolor": palette.card, "bordercolor": palette.hatch, "align": "left",
                    "font": {"color": palette.ink, "size": 13}},
        showlegend=True, legend={"orientation": "h", "y": 1.01, "yanchor": "bottom", "x": 0, "font": {"size": 12.5},
                                 "itemclick": False, "itemdoubleclick": False, "itemsizing": "constant",
                                 "bgcolor": "rgba(0,0,0,0)"},
        xaxis={**axis, "range": [frame.west, frame.east], "tickvals": lons[0], "ticktext": lons[1]},
        yaxis={**axis, "range": [frame.south, frame.north], "tickvals": lats[0], "ticktext": lats[1],
               "scaleanchor": "x", "scaleratio": 1 / frame.squeeze},
    )  # fmt: skip
