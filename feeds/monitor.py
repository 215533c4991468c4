"""The head of a monitor: `monitor.yaml`. What is watched, in whose words, on whose calendar. Pure but for reading
the file.

A monitor is a folder of data files; no code names the crisis it watches.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from feeds.datafile import Strict, read_yaml
from feeds.delivery import Delivery
from feeds.errors import DataFileError

Zone = Literal["core", "adjacent", "host", "capital", "outside"]
SPEAKER_ONLY_SIDES = ("local", "media")  # residents and witnesses; the newsroom's own voice


class Named(Strict):
    """label : in English; labels : in other languages a reader can choose."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    label: str
    labels: dict[str, str] = {}
    note: str = ""


class ActivePeriod(Strict):
    """When and where an indicator is watched. `until` None: still."""

    since: date | None = None
    until: date | None = None
    zones: tuple[Zone, ...] = ()  # () = everywhere


class ActiveIndicator(Strict):
    key: str
    active: tuple[ActivePeriod, ...] = (ActivePeriod(),)
    split_by_people: bool = False

    def is_active(self, day: date) -> bool:
        return any((p.since is None or p.since <= day) and (p.until is None or day <= p.until) for p in self.active)


class Sector(Strict):
    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    label: str
    labels: dict[str, str] = {}  # in other languages
    indicators: tuple[str, ...]


class Pillar(Strict):
    """One pillar of humanitarian access, and the indicators whose stories speak about it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    label: str
    labels: dict[str, str] = {}
    indicators: tuple[str, ...]


class Said(Strict):
    """The monitor's own sentences in another language; "" is said in English."""

    title: str = ""
    names_rule: str = ""
    disclaimer: str = ""


class Institutions(Strict):
    """Publishers that can look for themselves, as the UN, the ICRC and courts: of these sides under these controls."""

    sides: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()


class Monitor(Strict):
    """`monitor.yaml`, checked. `folder` is where it was read."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    subtitle: str = ""
    extends: str = "../common"
    utc_offset_hours: float = 0
    languages: tuple[str, ...]
    language_labels: dict[str, str] = {}
    invented: bool = False  # True: marked INVENTED on every page, picture and export
    now: datetime | None = None  # a fixed clock, for an invented monitor only
    sides: tuple[Named, ...]
    controls: tuple[Named, ...]
    blocs: tuple[tuple[str, ...], ...] = ()  # sides that do not corroborate each other
    institutions: Institutions = Institutions()
    peoples: tuple[Named, ...]
    sectors: tuple[Sector, ...]
    pillars: tuple[Pillar, ...] = ()  # of access, after ACAPS
    indicators: tuple[ActiveIndicator, ...]
    delivery: Delivery = Delivery()  # when summaries are sent, and where
    names_rule: str = ""
    disclaimer: str = ""
    said: dict[str, Said] = {}  # language → title, names_rule, disclaimer
    loaded_words: dict[str, tuple[str, ...]] = {}  # never in our own voice, per language
    gold: str = ""  # folder of labelled cases, from here; see gold_folder
    folder: Path = Path()

    @field_validator("now")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value

    @model_validator(mode="after")
    def _names_agree(self) -> Monitor:
        sides = set(self.side_keys)
        for bloc in self.blocs:
            if unknown := set(bloc) - sides:
                raise ValueError(f"blocs name sides that are not listed under sides: {', '.join(sorted(unknown))}")
        if unknown := set(self.institutions.sides) - sides:
            raise ValueError(f"institutions name sides that are not listed under sides: {', '.join(sorted(unknown))}")
        active = [indicator.key for indicator in self.indicators]
        in_sectors = [key for sector in self.sectors for key in sector.indicators]
        if sorted(active) != sorted(in_sectors):
            different = sorted(set(active) ^ set(in_sectors)) or ["one of them twice"]
            raise ValueError(
                f"indicators and sectors must name the same indicators; they differ in {', '.join(different)}"
            )
        for pillar in self.pillars:
            if unknown := set(pillar.indicators) - set(active):
                raise ValueError(f"pillars name indicators that are not watched: {', '.join(sorted(unknown))}")
        if self.now is not None and not self.invented:
            raise ValueError("now: a fixed clock is allowed only with invented: true")
        return self

    @property
    def side_keys(self) -> tuple[str, ...]:
        return tuple(side.key for side in self.sides)

    @property
    def zone(self) -> timezone:
        return timezone(timedelta(hours=self.utc_offset_hours))

    @property
    def common(self) -> Path:
        return (self.folder / self.extends).resolve()

    @property
    def gold_folder(self) -> Path | None:
        """Where labelled cases lie: `heldout`, for which no word is written, and `dev`, each a folder of JSONL files.

        None: monitor.yaml names none, or the folder is not there (an installation without the tests).
        """
        folder = (self.folder / self.gold).resolve()
        return folder if self.gold and folder.is_dir() else None

    @property
    def indicator_keys(self) -> tuple[str, ...]:
        """In sector order, an order that ranks nothing."""
        return tuple(key for sector in self.sectors for key in sector.indicators)

    def indicator(self, key: str) -> ActiveIndicator:
        return next(indicator for indicator in self.indicators if indicator.key == key)

    def day_of(self, moment: datetime) -> date:
        """Calendar day of an aware moment in the monitor's zone."""
        return moment.astimezone(self.zone).date()

    def side_label(self, key: str) -> str:
        return next((side.label for side in self.sides if side.key == key), key)

    def bloc_of(self, side: str) -> tuple[str, ...]:
        """The sides that do not corroborate `side`, itself included."""
        return next((bloc for bloc in self.blocs if side in bloc), (side,))


def bloc_names(monitor: Monitor) -> dict[str, str]:
    """side → "one + other" of the bloc it belongs to, for tables."""
    return {side: " + ".join(bloc) for bloc in monitor.blocs for side in bloc}


def read_monitor(folder: Path) -> Monitor:
    """The monitor of a folder. Raises DataFileError."""
    if not folder.is_dir():
        raise DataFileError(f"{folder}:1: no such monitor folder; give --monitor a folder that holds monitor.yaml")
    monitor = read_yaml(folder / "monitor.yaml", Monitor)
    return monitor.model_copy(update={"folder": folder.resolve()})


def default_archive(monitor: Monitor) -> str:
    """`sqlite:///data/<monitor key>.db`, below the folder the program was started in."""
    return f"sqlite:///data/{re.sub('[^a-z0-9-]', '', monitor.key)}.db"
