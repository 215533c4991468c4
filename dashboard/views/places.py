"""Places: which places stories name, on a map without an outline and in a table. Asks, draws, explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import address, charts, data, page, pieces, place_labels, place_map, words, words_trends
from metrics.model import STANCES
from metrics.places import MapLayer, Placed, Spot
from metrics.store import StoryQuery

NEAR = ("core", "adjacent")  # zones of the first map
HEIGHTS = {"near": 520, "wide": 350}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see. None: any."""

    indicator: str | None
    stance: str | None
    side: str | None
    first: date
    last: date
    layers: tuple[MapLayer, ...]
    state: tuple[tuple[str, str], ...]  # of the address, for links to Coverage

    @property
    def what(self) -> str:
        labels = data.watched().labels
        parts = [
            labels.indicator(self.indicator) if self.indicator else "all indicators",
            words.STANCES[self.stance] if self.stance else "any stance",
            *([f"published by {labels.side(self.side)}"] if self.side else []),
        ]
        return ", ".join(parts)


def show() -> None:
    if page.is_empty():
        return
    asked = _asked()
    found = data.placed(asked.first, asked.last, indicator=asked.indicator, stance=asked.stance, side=asked.side)
    ground = "" if found.total else f" ({data.access(asked.first, asked.last)})"
    st.markdown(f"**{asked.what}**, {words.a_range(asked.first, asked.last)}: {words.placed(found)}{ground}")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _maps(asked, found)
    with right:
        _table(asked, found)
    _said(asked)
    _stories(asked)


def _allowed() -> address.Allowed:
    layers = [one.label for one in data.map_file().layers]
    dates = {"from": address.A_DATE, "to": address.A_DATE}
    return {
        **page.filters(),
        **dates,
        "range": list(page.RANGES),
        "layers": layers,
        "page": address.ANY_TEXT,
        page.older_key("page"): address.A_NUMBER,
    }


def _asked() -> Asked:
    """The widgets, whose state is the address."""
    page.say_what_is_odd(_allowed())
    of, labels = data.watched().monitor, data.watched().labels
    with st.container(horizontal=True, vertical_alignment="bottom"):
        indicators = {labels.indicator(key): key for key in of.indicator_keys}
        indicator = page.choice("Indicator", indicators, "about", 200)
        stances = {words.STANCES[key]: key for key in STANCES}
        stance = page.choice("Stance", stances, "says", 130, first=words.STANCES["reported"])
        side = page.choice("Published by", {labels.side(key): key for key in of.side_keys}, "side", 200)
        spanned = st.selectbox("Range", list(page.RANGES), key="range", bind="query-params", width=130)
        by_label = {layer.label: layer for layer in data.map_file().layers}
        chosen = _layers(by_label)
    first, last = page.dates(page.RANGES[spanned])
    state = {"about": indicator and labels.indicator(indicator), "says": stance and words.STANCES[stance],
             "side": side and labels.side(side), "since": str(first), "until": str(last)}  # fmt: skip
    layers = tuple(by_label[one] for one in by_label if one in chosen)
    return Asked(
        indicator, stance, side, first, last, layers, tuple((key, value) for key, value in state.items() if value)
    )


def _layers(by_label: Mapping[str, MapLayer]) -> Sequence[str]:
    """Labels of the layers the reader asks for; none at the beginning."""
    if not by_label:
        return ()
    notes = " ".join(f"{one.label}: {one.note}" for one in by_label.values() if one.note)
    return st.segmented_control(
        "Layers", list(by_label), key="layers", selection_mode="multi", bind="query-params",
        help=f"Points of centres, schematic: no boundary is drawn. {notes}",
    )  # fmt: skip


def _maps(asked: Asked, found: Placed) -> None:
    """Two pictures of one scale of circles: the area watched, and the rest with its frame."""
    shown = data.spots()
    near, wide = [[one for one in shown if (one.zone in NEAR) == inner] for inner in (True, False)]
    _map("near", asked, found, near, None)
    if wide:
        _map("wide", asked, found, wide, place_labels.frame_of(near))


def _map(key: str, asked: Asked, found: Placed, places: Sequence[Spot], inset: place_labels.Frame | None) -> None:
    figure = data.figure(
        f"places {key} {asked} {data.today()} {page.theme()}",
        lambda: place_map.places_map(
            places, found.stories, most=max(found.stories.values(), default=0), layers=asked.layers, inset=inset,
            height=HEIGHTS[key], palette=page.palette(),
        ),
    )  # fmt: skip
    st.plotly_chart(
        figure, theme=None, key=key, on_select=lambda: _picked(key), selection_mode="points",
        config={"displayModeBar": False, "responsive": True},
        alt=words.places_alt(found, {one.id: one.name for one in places}, asked.what, asked.first, asked.last),
    )  # fmt: skip


def _picked(key: str) -> None:
    """A click on a circle asks for its stories."""
    points = st.session_state[key].selection.points
    found = next((point["customdata"] for point in points if isinstance(point.get("customdata"), list)), None)
    names = {one.id: one.name for one in data.spots()}
    if found and found[0] in names:
        st.session_state["place"] = names[found[0]]


def _table(asked: Asked, found: Placed) -> None:
    """The same as the maps, most stories first; a link leads to the stories on Coverage."""
    address = data.watched().labels.address
    ordered = sorted(data.spots(), key=lambda one: (-found.stories.get(one.id, 0), one.name))
    named = [one for one in ordered if one.id in found.stories]
    body = [
        [
            pieces.within("coverage", pieces.plain(one.name), place=one.name, **dict(asked.state), **address),
            f"{found.stories[one.id]:,}",
            pieces.plain(words.PLACE_ZONES.get(one.zone, one.zone)),
        ]
        for one in named
    ]
    if body:
        st.html(pieces.rows(["Place", "Stories", "Where"], body, caption=f"Stories by place, {asked.what}"))
    if unnamed := [one.name for one in ordered if one.id not in found.stories]:
        with st.expander(f"{words.NONE_SEEN}: {words.number(len(unnamed), 'place', 'places')}"):
            access = data.access(asked.first, asked.last)
            st.caption(f"{words.listed(sorted(unnamed))} ({access}).")
    invented = "INVENTED-" if data.watched().monitor.invented else ""
    st.download_button(
        "Download CSV", lambda: _csv(asked, found), key="csv", mime="text/csv", on_click="ignore",
        file_name=f"{invented}{data.watched().monitor.key}-places-{asked.first}-{asked.last}.csv",
    )  # fmt: skip


def _csv(asked: Asked, found: Placed) -> bytes:
    """One row a place, those without a story too: 0 where days were seen, empty where none was."""
    rows = [
        (one.id, one.name, one.zone, one.kind, one.lat, one.lon,
         found.stories.get(one.id, 0) if found.seen else None, asked.indicator, asked.stance, asked.side,
         asked.first, asked.last, found.days, found.seen, found.total, found.nowhere)
        for one in data.spots()
    ]  # fmt: skip
    names = ("place", "name", "zone", "kind", "lat", "lon", "stories", "indicator", "stance", "side", "first", "last",
             "days", "seen_days", "all_stories", "naming_no_place")  # fmt: skip
    return pd.DataFrame(rows, columns=list(names)).to_csv(index=False, lineterminator="\n").encode()


def _said(asked: Asked) -> None:
    """What a place means here, what the numbers do not do, and what was not seen."""
    days = data.observed(asked.first, asked.last)
    said = [words.PLACES_NOTE]
    if unseen := charts.unseen_runs(days):
        said.append(f"▨ Not seen: {words.runs(unseen)}. Those days are in no number here; Coverage lists what came.")
    if loaded := page.loaded_notes(asked.first, asked.last):
        said += [*loaded, words_trends.LOADED_SILENT]
    if asked.layers:
        notes = " ".join(f"{one.label}: {one.note}" for one in asked.layers if one.note)
        said.append(f"{words.LAYERS_NOTE} {notes} {data.watched().monitor.disclaimer}")
    st.caption("  \n".join(said))


def _stories(asked: Asked) -> None:
    """The stories that name one place, or all that the filters ask for."""
    st.header("Stories of a place", anchor=False)
    names = {one.name: one for one in data.spots()}
    name = page.choice("Place (or click a circle)", {one: one for one in sorted(names)}, "place", 300)
    if name is None:
        st.caption("Choose a place, or a circle of the map.")
        return
    wanted = StoryQuery(
        first=asked.first, last=asked.last, indicator=asked.indicator, stance=asked.stance, side=asked.side,
        places=names[name].holds,
    )  # fmt: skip
    nothing = page.none_seen(asked.first, asked.last)
    page.list_stories(wanted, key="page", nothing=nothing)


show()
