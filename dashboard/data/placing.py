"""Stories by place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from dashboard.data.trends import observed_under, panel_sources
from dashboard.data.watching import KEPT, archive, key, watched
from metrics import store
from metrics.places import MapFile, Placed, Spot, read_map
from metrics.places import placed as placed_of
from metrics.places import spots as spots_of


def map_file() -> MapFile:
    """What a map shows as one place, and its layers."""
    return _map_file(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _map_file(folder: str) -> MapFile:
    return read_map(watched().monitor, watched().lexicon.places)


def spots() -> tuple[Spot, ...]:
    """The places that are shown, in the order of places.yaml."""
    return spots_of(watched().lexicon.places, map_file().within)


def placed(first: date, last: date, *, indicator: str | None, stance: str | None, side: str | None) -> Placed:
    """Distinct stories by place, of the days that could be seen. None: any."""
    return _placed(key(), first, last, indicator, stance, side)


def told_of_places(first: date, last: date, *, fixed: bool = False) -> pd.DataFrame:
    """Which stories of these days say what of which place: see store.told_of_places. fixed : of the panel alone."""
    return _told_of_places(key(), first, last, fixed)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _placed(key: str, first: date, last: date, indicator: str | None, stance: str | None, side: str | None) -> Placed:
    told, days = _told_of_places(key, first, last, False), observed_under(key, first, last, False)
    return placed_of(told, days, spots(), indicator=indicator, stance=stance, side=side)


@st.cache_resource(max_entries=8, show_spinner="Reading which places stories name …")
def _told_of_places(key: str, first: date, last: date, fixed: bool) -> pd.DataFrame:
    attribution = watched().attribution
    of = attribution.only(panel_sources(first, last)) if fixed else attribution
    return store.told_of_places(archive(), of, first=first, last=last)


def place_names() -> Mapping[str, tuple[str, ...]]:
    """Id of a place → its names, in alphabetical order."""
    return _place_names(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _place_names(folder: str) -> Mapping[str, tuple[str, ...]]:
    return {place.id: place.names_shown for place in watched().lexicon.places}
