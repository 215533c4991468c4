"""One page of a list, and the token where the next begins. Pure.

A token holds what the last row of a page is sorted by, not how many rows came before it: rows that arrive meanwhile
move nothing, so a walk gives every row that was there once.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Row = TypeVar("Row")
Position = tuple[int | float | str, ...]
LONGEST_TOKEN = 2_000
LARGEST = 2**53 - 1


def token(place: Position) -> str:
    text = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def token_schema() -> dict[str, object]:
    return {"type": "string", "minLength": 1, "maxLength": LONGEST_TOKEN, "pattern": "^[A-Za-z0-9_-]+$"}


def position(text: str, types: Sequence[type]) -> Position | None:
    """What a token stands for; None: it is none of a list sorted by values of these types.

    >>> position(token((7, "food")), (int, str)), position("x", (int,))
    ((7, 'food'), None)
    """
    if len(text) > LONGEST_TOKEN or not text.isascii():
        return None
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(found, list) or [type(one) for one in found] != list(types):
        return None
    is_bounded = all(isinstance(one, str) or abs(one) <= LARGEST for one in found)
    return tuple(found) if is_bounded else None


def page(
    rows: Iterable[Row], place: Callable[[Row], Position], after: Position | None, limit: int
) -> tuple[list[Row], Position | None]:
    """The rows after a place in the order of `place`, and the place of the last when more follow."""
    ordered = sorted(rows, key=place)
    rest = [row for row in ordered if after is None or place(row) > after]
    shown = rest[:limit]
    return shown, place(shown[-1]) if len(rest) > limit else None
