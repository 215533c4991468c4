"""Older entries of a feed as archive documents that do not move (RFC 5005, section 4). Pure.

Entries stand on shelves by a number that never changes: an article's own number, an alert's month, a summary's week.
The feed itself holds the newest shelf whole, which is still being filled; every older one is a document of its own,
under an address that stays, so a reader fetches it once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from dashboard.api.parameters import Asked, Number, Parameter
from dashboard.api.problems import Fault, faulty

ARTICLES = 200  # numbers on one shelf
MOST_SHELVES = 2_000_000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A document of a feed. number None: the feed itself. older : the next that holds something."""

    number: int | None = None
    older: int | None = None
    newer: int | None = None


def parameter(about: str) -> Parameter:
    return Parameter("archive", Number(0, MOST_SHELVES), f"Only of format=atom, as its links lead: {about}.")


def asked_shelf(asked: Asked) -> int | None:
    value = asked.values.get("archive")
    return value if isinstance(value, int) else None


def refuse_shelf(asked: Asked) -> None:
    """Raises Refused: a list that is no feed has pages, not shelves."""
    if asked_shelf(asked) is not None:
        raise faulty(Fault("archive", "is only of feeds", "add format=atom, or follow next"))


def of_article(number: int) -> int:
    return number // ARTICLES


def of_month(day: date) -> int:
    return day.year * 12 + day.month - 1


def of_week(day: date) -> int:
    """Monday to Sunday."""
    return (day.toordinal() - 1) // 7


def shelved(
    rows: Sequence[Row], place: Callable[[Row], int], *, number: int | None, least: int
) -> tuple[list[Row], Shelf]:
    """rows : newest first. The rows of one document, and what is beside it.

    number None: the feed itself, with at least so many rows where there are so many.
    """
    numbers = [place(row) for row in rows]
    if number is None:
        newest = numbers.count(numbers[0]) if numbers else 0
        older = numbers[newest] if newest < len(rows) else None
        return list(rows[: max(newest, least)]), Shelf(None, older)
    mine = [row for row, at in zip(rows, numbers, strict=True) if at == number]
    older = next((at for at in numbers if at < number), None)
    newer = [at for at in numbers if at > number]
    is_filled = bool(newer) and newer[-1] < numbers[0]  # the newest one is the feed itself
    return mine, Shelf(number, older, newer[-1] if is_filled else None)
