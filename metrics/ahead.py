"""What comes: dated hearings, deadlines and reports of ahead.yaml, and anniversaries of verified events. No clock.

An anniversary is computed, never written down: whoever verifies an event has it listed every year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from feeds.datafile import Strict, read_yaml
from feeds.monitor import Monitor
from metrics.lexicon import Event

FILE = "ahead.yaml"
DAYS = 14  # how far ahead an issue looks

Kind = Literal["hearing", "deadline", "report", "event"]


class Dated(Strict):
    """ahead.yaml: one dated thing to come. labels : the label in other languages."""

    id: str
    date: date
    kind: Kind
    label: str
    labels: dict[str, str] = {}
    sources: tuple[str, ...] = ()
    note: str = ""


class AheadFile(Strict):
    ahead: tuple[Dated, ...] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """kind : of Dated, or `anniversary`, which alone has years."""

    day: date
    kind: str
    label: str
    sources: tuple[str, ...]
    years: int | None = None


def read_ahead(monitor: Monitor) -> tuple[Dated, ...]:
    """() when the monitor has no such file. Raises DataFileError."""
    path = monitor.folder / FILE
    return read_yaml(path, AheadFile).ahead if path.exists() else ()


def coming(dated: Sequence[Dated], events: Sequence[Event], after: date, *, lang: str = "en") -> tuple[Coming, ...]:
    """What the days after `after` hold, by day; dated things before anniversaries."""
    last = after + timedelta(days=DAYS)
    told = [
        Coming(one.date, one.kind, one.labels.get(lang, one.label), one.sources)
        for one in dated
        if after < one.date <= last
    ]
    years = [found for one in events if (found := _anniversary(one, after, last)) is not None]
    return tuple(sorted([*told, *years], key=lambda one: (one.day, one.kind == "anniversary", one.label)))


def _anniversary(event: Event, after: date, last: date) -> Coming | None:
    """Of an event verified in whole. One of 29 February is remembered on the 28th where there is none."""
    if event.verified is not True:
        return None
    for year in (after.year, last.year):
        day = _in(year, event.date)
        if after < day <= last and year > event.date.year:
            return Coming(day, "anniversary", event.label, event.sources, year - event.date.year)
    return None


def _in(year: int, day: date) -> date:
    """
    >>> _in(2023, date(2020, 2, 29))
    datetime.date(2023, 2, 28)
    """
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
