"""A period beside another one: which days, and their numbers row by row with both dates. Pure over frames."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import zip_longest

import pandas as pd

Days = tuple[date, date]
MEASURES = ("count", "articles", "reports", "share", "rate")


def days_before(first: date, last: date) -> Days:
    """As many days, right before.

    >>> days_before(date(2023, 8, 8), date(2023, 8, 14))
    (datetime.date(2023, 8, 1), datetime.date(2023, 8, 7))
    """
    return first - (last - first) - timedelta(days=1), first - timedelta(days=1)


def year_before(first: date, last: date) -> Days:
    """As many days, to the same date a year earlier; 29 February becomes the 28th.

    >>> year_before(date(2024, 2, 23), date(2024, 2, 29))
    (datetime.date(2023, 2, 22), datetime.date(2023, 2, 28))
    """
    is_leap_day = (last.month, last.day) == (2, 29)
    end = last.replace(year=last.year - 1, day=28 if is_leap_day else last.day)
    return end - (last - first), end


def from_day(start: date, first: date, last: date) -> Days:
    """As many days, from `start` on.

    >>> from_day(date(2023, 1, 1), date(2023, 8, 1), date(2023, 8, 7))
    (datetime.date(2023, 1, 1), datetime.date(2023, 1, 7))
    """
    return start, start + (last - first)


def beside(table: pd.DataFrame, other: pd.DataFrame, *, by: str | None = None) -> pd.DataFrame:
    """The first row of one period beside the first of the other, and so on: date, other_date, *by, and every measure
    with its twin, as count and other_count. Unknown stays NaN; where one period has more rows, the other has none.

    table, other : one row a date (and line, column `by`), as the daily table; of each line the oldest first.
    """
    lines: list[str | None] = [None] if by is None else list(dict.fromkeys([*table[by], *other[by]]))
    parts = [_beside(_of(table, by, line), _of(other, by, line), by, line) for line in lines]
    return pd.concat([part for part in parts if not part.empty] or parts[:1], ignore_index=True)


def _of(table: pd.DataFrame, by: str | None, line: str | None) -> pd.DataFrame:
    mine = table if by is None else table[table[by] == line]
    return mine.sort_values("date", kind="stable", ignore_index=True)


def _beside(mine: pd.DataFrame, theirs: pd.DataFrame, by: str | None, line: str | None) -> pd.DataFrame:
    names: Sequence[str] = [name for name in MEASURES if name in mine and name in theirs]
    pairs = zip_longest(mine["date"], theirs["date"])
    result = pd.DataFrame(list(pairs), columns=["date", "other_date"])
    if by is not None:
        result[by] = line
    for name in names:
        result[name], result[f"other_{name}"] = mine[name].astype(float), theirs[name].astype(float)
    return result
