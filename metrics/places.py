"""Stories by place: which place stands for which on a map, and how many stories name it. Pure but for reading map.yaml.

Where displaced people live now is shown no finer than a province, whatever a story is about: a place that lies in
another (`within`) is counted and drawn as that one. A story that names several places counts once at each of them, so
numbers of places never add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from pydantic import Field

from feeds.datafile import Strict, read_yaml
from feeds.errors import DataFileError
from feeds.monitor import Monitor
from metrics.daily import BLIND
from metrics.lexicon import PlaceEntry

FILE = "map.yaml"


class MapLayer(Strict):
    """Places that belong together, shown as points when the reader asks for it; never an outline."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    label: str
    note: str = ""
    places: tuple[str, ...] = Field(min_length=1)


class MapFile(Strict):
    """map.yaml. within : id of a place → ids of the places that are shown as it."""

    within: dict[str, tuple[str, ...]] = {}
    layers: tuple[MapLayer, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as it is shown. holds : ids that are counted here, its own first. lat, lon : degrees; None: not known."""

    id: str
    name: str  # both names in alphabetical order
    zone: str
    kind: str
    lat: float | None
    lon: float | None
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Stories by place in a range of days.

    stories : place id → distinct stories that name it; only > 0. total : distinct stories asked for. nowhere : of
    them, those of which no sentence names a place. days, seen : days of the range, and those that could be seen.
    """

    stories: dict[str, int]
    total: int
    nowhere: int
    days: int
    seen: int


def read_map(monitor: Monitor, places: Sequence[PlaceEntry]) -> MapFile:
    """map.yaml of a monitor; an empty one where it has none. Raises DataFileError."""
    path = monitor.folder / FILE
    if not path.exists():
        return MapFile()
    found, ids = read_yaml(path, MapFile), {place.id for place in places}
    named = [*found.within, *(one for some in found.within.values() for one in some)]
    named += [one for layer in found.layers for one in layer.places]
    if unknown := sorted(set(named) - ids):
        raise DataFileError(f"{path}:1: {', '.join(unknown)}: no such id in places.yaml")
    if twice := sorted(one for one in set(named) if sum(one in some for some in found.within.values()) > 1):
        raise DataFileError(f"{path}:1: within: {', '.join(twice)} lies in two places; a place is shown as one")
    return found


def spots(places: Sequence[PlaceEntry], within: dict[str, tuple[str, ...]]) -> tuple[Spot, ...]:
    """The places that are shown, in the order of places.yaml."""
    inner = {one for some in within.values() for one in some}
    return tuple(
        Spot(one.id, one.shown, one.zone, one.kind, one.lat, one.lon, (one.id, *within.get(one.id, ())))
        for one in places
        if one.id not in inner
    )


def placed(
    told: pd.DataFrame, days: pd.DataFrame, shown: Sequence[Spot], *,
    indicator: str | None = None, stance: str | None = None, side: str | None = None,
) -> Placed:  # fmt: skip
    """Distinct stories by place. told : of store.told_of_places. days : of daily.observed_days, for the same range.

    Stories of days that could not be seen are in no sum, as on every chart. None: any.
    """
    blind: set[date] = set(days.loc[days["state"].isin(BLIND), "date"])
    keep = ~told["date"].isin(blind)
    for name, wanted in (("indicator", indicator), ("stance", stance), ("side", side)):
        keep &= (told[name] == wanted) if wanted is not None else True
    of = {one: spot.id for spot in shown for one in spot.holds}
    asked = told.loc[keep, ["story", "place"]]
    at = asked.assign(place=asked["place"].map(of)).dropna().drop_duplicates()
    counts = at.groupby("place")["story"].size()
    stories = {spot.id: int(counts[spot.id]) for spot in shown if spot.id in counts.index}
    total = asked["story"].nunique()
    return Placed(stories, total, total - at["story"].nunique(), len(days), len(days) - len(blind))
