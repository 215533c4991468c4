"""What an address asks for that a page does not have. Pure: a bad link gives the defaults, and the page says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

ANY_TEXT: None = None
A_DATE = frozenset({"a date"})
A_NUMBER = frozenset({"a number"})

Allowed = Mapping[str, Collection[str] | None]


def odd(asked: Mapping[str, Sequence[str]], allowed: Allowed) -> list[tuple[str, str]]:
    """Each (key, value) that is not allowed, in the order of the address.

    asked : every key of the address with its values. allowed : key → what it may be; ANY_TEXT, A_DATE,
    A_NUMBER, or the choices.

    >>> odd({"by": ["day"], "day": ["never"], "q": ["x"], "z": ["1"]}, {"by": ["day"], "day": A_DATE, "q": ANY_TEXT})
    [('day', 'never'), ('z', '1')]
    """
    return [(key, value) for key, values in asked.items() for value in values if not _fits(key, value, allowed)]


def _fits(key: str, value: str, allowed: Allowed) -> bool:
    if key not in allowed:
        return False
    choices = allowed[key]
    if choices is A_DATE:
        return _is_date(value)
    if choices is A_NUMBER:
        return is_number(value)
    return choices is ANY_TEXT or value in choices


def is_number(value: str) -> bool:
    """Of an article: digits, and no more than a database takes."""
    return value.isascii() and value.isdigit() and len(value) < 10


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
