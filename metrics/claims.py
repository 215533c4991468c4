"""Which figures of one story are one claim, told again by its copies, and which are two. Pure.

One claim is one number about one thing and people, said by one side. Where the same text gives it for several days
("five lorries on Monday, five on Tuesday"), each day is a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar


class Said(Protocol):
    """What makes a figure another claim; "" and None as in metrics.model.Figure."""

    @property
    def value(self) -> float: ...
    @property
    def high(self) -> float | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def people(self) -> str: ...
    @property
    def claimant_side(self) -> str: ...
    @property
    def as_of(self) -> str: ...


S = TypeVar("S", bound=Said)
Told = tuple[int, S]  # (article, figure)
T = TypeVar("T")


def claims_in(told: Iterable[Told[S]]) -> list[list[Told[S]]]:
    """The figures of one story, earliest article first → one list a claim, in order of appearance.

    Each begins with the earliest that names a side, if any does; copies that leave it out repeat that side's claim.
    """
    by_number: dict[tuple[object, ...], list[Told[S]]] = {}
    for article, one in told:
        number = (one.value, one.high, one.unit, one.subject, one.kind, one.people)
        by_number.setdefault(number, []).append((article, one))
    return [
        claim
        for rows in by_number.values()
        for of_side in _parted(rows, lambda row: row[1].claimant_side)
        for claim in (_parted(of_side, lambda row: row[1].as_of) if _is_of_several_days(of_side) else [of_side])
    ]


def _parted(rows: list[T], by: Callable[[T], str]) -> list[list[T]]:
    """By what each says; those that say "" go with the first that says more."""
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(by(row), []).append(row)
    silent = found.pop("", []) if len(found) > 1 else []
    parts = list(found.values())
    parts[0] += silent
    return parts


def _is_of_several_days(rows: Iterable[Told[S]]) -> bool:
    """Within one text: copies may come on another day and say "today" too."""
    days = {(article, one.as_of) for article, one in rows if one.as_of}
    return len(days) > len({article for article, _ in days})
