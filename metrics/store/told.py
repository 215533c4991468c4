"""Counts of stories that no table holds (those with some words, those at a place), over the denominators of others.

Answers the same questions as the stored counts, so that one daily table is made of either.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

from metrics.store.panel import Counted, Everything

MARKED = ("late", "backfill")


class Told:
    """Stories of a list, counted by day and group; what could be seen, and of how many, is that of `counts`."""

    def __init__(self, counts: Counts, stories: pd.DataFrame) -> None:
        """stories : columns story, date, articles and those it is grouped by; no story twice in a group.

        With late and backfill (bools) it has marks of its own; without, those of the indicator are taken.
        """
        self._counts, self._stories = counts, stories

    @property
    def vintage(self) -> datetime | None:
        return self._counts.vintage

    def observed(self, *, first: date, last: date, by: Sequence[str] = ()) -> pd.DataFrame:
        return self._counts.observed(first=first, last=last, by=by)

    def totals(self, *, first: date, last: date, by: Sequence[str] = ()) -> pd.DataFrame:
        return self._counts.totals(first=first, last=last, by=by)

    def daily_rows(
        self, *, first: date, last: date, indicators: Sequence[str] | None = None,
        stances: Sequence[str] | None = None, by: Sequence[str] = (),
    ) -> pd.DataFrame:  # fmt: skip
        """Of one indicator and stance, which are what the list was made for."""
        names = ["date", "indicator", "stance", *by]
        mine = self._stories[(self._stories["date"] >= first) & (self._stories["date"] <= last)]
        if mine.empty:
            return pd.DataFrame(columns=[*names, "articles", "stories"])
        labelled = mine.assign(indicator=(indicators or [""])[0], stance=(stances or [""])[0])
        found = labelled.groupby(names, sort=True).agg(articles=("articles", "sum"), stories=("story", "nunique"))
        return found.reset_index()

    def rollup(self, *, first: date, last: date, indicators: Sequence[str] | None = None) -> pd.DataFrame:
        if not set(MARKED) <= set(self._stories.columns):
            return self._counts.rollup(first=first, last=last, indicators=indicators)
        rows = self.daily_rows(first=first, last=last, indicators=indicators)
        marks = self._stories.groupby("date", as_index=False)[list(MARKED)].sum()
        return rows.merge(marks, on="date", how="left")


Counts = Everything | Counted | Told
