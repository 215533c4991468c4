"""The daily table of stories that have some words, and of an indicator by place: not stored, counted when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics import store
from metrics.attribution import Attribution
from metrics.daily import BLIND, daily_table
from metrics.places import Spot
from metrics.store.story_tables import Reading, reports_by, reports_of

PHRASE_GROUPS = ("language", "side")  # what a series of words can be split by


def phrase_name(words: str) -> str:
    """What stands as the indicator of such a table. In quotes: no spreadsheet takes it for a formula.

    >>> phrase_name("bread queue")
    '“bread queue”'
    """
    return f"“{words.strip()}”"


def phrase_table(
    archive: Archive, monitor: Monitor, attribution: Attribution, words: str, *,
    first: date, last: date, by: Sequence[str] = (), today: date, counts: store.Counts,
    reading: Reading | None = None,
) -> pd.DataFrame:  # fmt: skip
    """As metrics.daily.daily_table, of relevant stories with an article that has the words; indicator phrase_name,
    stance "". by : any of PHRASE_GROUPS. attribution : of the sources that `counts` counts.

    reading : with a column of independent reports, which are not split. None: without.
    """
    told = store.told_in_words(archive, attribution, words, first=first, last=last)
    table = daily_table(
        archive, monitor, first=first, last=last, indicator=phrase_name(words), stance="", by=by, today=today,
        counts=store.Told(counts, told),
    )  # fmt: skip
    if reading is None:
        return table
    return _with_reports(table, reports_of(archive, reading, frozenset(told["story"]), first=first, last=last))


def _with_reports(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """found : date (and what the table is grouped by), reports. A day without any has 0, one that was not seen NaN."""
    merged = table.merge(found, on=[name for name in found.columns if name != "reports"], how="left")
    merged["reports"] = merged["reports"].astype(float).fillna(0.0).mask(merged["state"].isin(BLIND))
    return merged


def place_table(
    archive: Archive, monitor: Monitor, told: pd.DataFrame, shown: Sequence[Spot], *,
    first: date, last: date, indicator: str, stance: str, today: date, counts: store.Counts,
    reading: Reading | None = None,
) -> pd.DataFrame:  # fmt: skip
    """As metrics.daily.daily_table by place: stories, and articles, that say it of the place. A story can name several.

    told : of store.told_of_places, for the same days and sources. shown : a place within another counts as that one.
    reading : with a column of independent reports of these stories, at each place apart. None: without.
    """
    of = {one: spot.id for spot in shown for one in spot.holds}
    mine = told[(told["indicator"] == indicator) & (told["stance"] == stance)]
    mine = mine.assign(place=mine["place"].map(of)).dropna(subset=["place"]).explode("articles")
    at = mine.groupby(["story", "date", "place"])["articles"].nunique().reset_index()
    table = daily_table(
        archive, monitor, first=first, last=last, indicator=indicator, stance=stance, by=("place",), today=today,
        counts=store.Told(counts, at),
    )  # fmt: skip
    if reading is None:
        return table
    lists = {str(key): frozenset(group) for key, group in at.groupby("place")["story"]}
    found = reports_by(archive, reading, lists, first=first, last=last)
    return _with_reports(table, found.rename(columns={"key": "place"}))


def most_told(table: pd.DataFrame, by: str, most: int) -> list[str]:
    """The values of `by` with the most stories, the most first; equal ones by name."""
    sums = table.groupby(by)["count"].sum()
    return sorted(sums[sums > 0].index, key=lambda key: (-sums[key], str(key)))[:most]
