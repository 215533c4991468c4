"""What comes: dated hearings, deadlines and reports of ahead.yaml, and anniversaries of verified events. No clock.

An anniversary is computed, never written down: whoever verifies an event has it listed every year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """ahead.yaml: one dated thing to come. labels : the label in other languages; yearly : of every year."""

    id: str
    date: date
    kind: Kind
    label: str
    labels: dict[str, str] = {}
    sources: tuple[str, ...] = ()
    note: str = ""
    yearly: bool = False


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
        Coming(day, one.kind, in_language(one.label, one.labels, lang), one.sources)
        for one in dated
        for day in _days(one, after, last)
    ]
    years = [found for one in events if (found := _anniversary(one, after, last, lang)) is not None]
    return tuple(sorted([*told, *years], key=lambda one: (one.day, one.kind == "anniversary", one.label)))


def in_language(label: str, labels: Mapping[str, str], lang: str) -> str:
    """In the reader's language, else the English one, marked as such.

    >>> in_language("A bridge", {"ru": "Мост"}, "ru"), in_language("A bridge", {"ru": "Мост"}, "hy")
    ('Мост', 'A bridge [en]')
    """
    return label if lang == "en" else labels.get(lang) or f"{label} [en]"


def _days(one: Dated, after: date, last: date) -> list[date]:
    """Of a yearly thing the day of this year or the next, never before the year it is written down for."""
    years = sorted({after.year, last.year}) if one.yearly else [one.date.year]
    return [day for year in years if after < (day := _in(year, one.date)) <= last and year >= one.date.year]


def _anniversary(event: Event, after: date, last: date, lang: str) -> Coming | None:
    """Of an event verified in whole. One of 29 February is remembered on the 28th where there is none."""
    if event.verified is not True:
        return None
    for year in (after.year, last.year):
        day = _in(year, event.date)
        if after < day <= last and year > event.date.year:
            label = in_language(event.label, event.labels, lang)
            return Coming(day, "anniversary", label, event.sources, year - event.date.year)
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
