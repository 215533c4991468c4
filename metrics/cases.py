"""Labelled cases and mirror pairs, read and checked. What each field means: docs/labelling.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from feeds.datafile import numbered_lines
from feeds.errors import DataFileError

# Prefix of the id → name of the set; else 2022–23. Nobody writes rules or words with the held-out set open.
SETS = {
    "P-": "2024–26",
    "O-": "own",
    "B-": "second",
    "H-": "first held-out",
    "D-": "dev",
    "N-D-": "dev",
    "R-": "fresh",
    "F-": "feedback",
    "G-": "second held-out",
    "N-": "second held-out",
    "K-": "third held-out",
    "NK-": "third held-out",
    "X-": "fourth held-out",
    "XO-": "fourth held-out",
    "Y-": "held-out",
    "YO-": "held-out",
}
# What the cases of 2022–23 are labelled for; indicators that came later neither help nor hurt there.
_FIRST = """
food fuel gas electricity water medicine starvation access aid shelter education displacement casualties detention
heritage
"""
FIRST_INDICATORS = frozenset(_FIRST.split())


class Label(BaseModel):
    """One labelled statement of an item."""

    model_config = ConfigDict(frozen=True)
    indicator: str
    stance: str
    occurrence: str | None = None
    people: str | None = None
    speaker: str | None = None  # side; None: not labelled
    evidence: str = ""


class Case(BaseModel):
    """One labelled item. context None: the item was labelled before context was told apart from relevance."""

    model_config = ConfigDict(frozen=True)
    id: str
    lang: str
    title: str
    text: str
    relevant: bool
    context: bool | None = None
    published: date | None = None
    side: str = ""  # of who publishes it; "" not labelled
    indicators: tuple[Label, ...] = ()
    optional: tuple[str, ...] = ()
    notes: str = ""
    threat: str = ""
    unsure: tuple[str, ...] = ()  # who doubts, and what

    @property
    def set_name(self) -> str:
        """Items are scored in sets, told apart by the prefix of their id."""
        return next((name for prefix, name in SETS.items() if self.id.startswith(prefix)), "2022–23")

    @property
    def wants_relevant(self) -> bool:
        """Context is no relevance, whatever the labeller called it besides."""
        return self.relevant and not self.context

    @property
    def reported(self) -> set[str]:
        return {label.indicator for label in self.indicators if label.stance == "reported"}


class Side(BaseModel):
    model_config = ConfigDict(frozen=True)
    title: str
    text: str
    published: date | None = None


class Expected(BaseModel):
    model_config = ConfigDict(frozen=True)
    relevant: bool
    context: bool = False
    labels: tuple[Label, ...] = ()
    speakers: tuple[str, str] | None = None  # sides of who speaks, in a and in b
    peoples: tuple[str, str] | None = None


class Mirror(BaseModel):
    """One sentence told of both sides: tags must be the same, speaker's side and people swap."""

    model_config = ConfigDict(frozen=True)
    id: str
    lang: str
    a: Side
    b: Side
    expect: Expected
    swaps: str = ""


class FigureLabel(BaseModel):
    """One labelled figure; claimant_side None: nobody is named."""

    model_config = ConfigDict(frozen=True)
    value: float
    unit: str
    subject: str
    kind: str
    people: str
    high: float | None = None
    bound: str = ""
    claimant: str = ""
    claimant_side: str | None = None
    as_of: str = ""


class FigureCase(BaseModel):
    """One text with the figures that it claims, or none."""

    model_config = ConfigDict(frozen=True)
    id: str
    lang: str
    title: str
    text: str
    published: date | None = None
    outlet: str = ""
    figures: tuple[FigureLabel, ...]


class _Line(BaseModel):
    item: Annotated[Mirror | FigureCase | Case, Field(union_mode="left_to_right")]


def read_cases(path: Path) -> list[Case | Mirror | FigureCase]:
    """The items of a JSONL file, or of all such files in a folder, by name. Raises DataFileError naming the line."""
    if path.is_dir():
        return [item for file in sorted(path.glob("*.jsonl")) for item in _items(file)]
    return list(_items(path))


def _items(path: Path) -> Iterator[Case | Mirror | FigureCase]:
    for number, line in numbered_lines(path):
        try:
            yield _Line.model_validate({"item": json.loads(line)}).item
        except (ValueError, ValidationError) as error:
            raise DataFileError(f"{path}:{number}: not a labelled case: {str(error).splitlines()[0]}") from None
