"""What Trends asks beyond `data`: series of words, by place, several together, another period. Cached as there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import charts, data
from dashboard.trend_asked import SERIES, Asked, Subject
from metrics.periods import Days, beside
from metrics.phrase_daily import most_told, phrase_table, place_table
from metrics.rolling import first_read
from metrics.talks import talks_daily

DRAWN_PLACES = 6  # lines that can still be told apart
KEPT = 64


def table(asked: Asked) -> pd.DataFrame:
    """What the chart draws: one row per period (× the split), columns of data.daily; SERIES in column `series`."""
    return _table(asked, (asked.first, asked.last))


def compared(asked: Asked) -> pd.DataFrame | None:
    """The days shown beside the other period, of metrics.periods.beside; None: nothing to compare with."""
    if asked.against is None:
        return None
    by = SERIES if asked.split == SERIES else None
    return beside(table(asked), _table(asked, asked.against), by=by)


def _table(asked: Asked, days: Days) -> pd.DataFrame:
    if asked.split != SERIES:
        return _of(asked.subjects[0], asked, days)
    return pd.concat(
        [_of(one, asked, days).assign(**{SERIES: one.key}) for one in asked.subjects], ignore_index=True
    )  # fmt: skip


def _of(subject: Subject, asked: Asked, days: Days) -> pd.DataFrame:
    split = None if asked.split == SERIES else asked.split
    if subject.words:
        return _words(data.key(), subject.words, *days, split, asked.period, asked.measure == "reports", asked.fixed)
    if split == "place":
        return _places(
            data.key(), subject.key, *days, asked.stance, asked.period, asked.measure == "reports", asked.fixed
        )
    return data.daily(
        subject.key, *days, stance=asked.stance, split=split, period=asked.period, reports=asked.measure == "reports",
        fixed=asked.fixed,
    )  # fmt: skip


@st.cache_resource(max_entries=KEPT, show_spinner="Counting the stories with these words …")
def _words(
    key: str, words: str, first: date, last: date, split: str | None, period: charts.Period, reports: bool, fixed: bool
) -> pd.DataFrame:
    of, start = data.watched(), first_read(first, period)
    attribution = of.attribution.only(data.panel_sources(start, last)) if fixed else of.attribution
    daily = phrase_table(
        data.archive(), of.monitor, attribution, words, first=start, last=last, by=(split,) if split else (),
        today=data.today(), counts=data.counts(start, last, fixed=fixed), reading=data.reading() if reports else None,
    )  # fmt: skip
    return data.in_periods(daily, first, last, period, fixed=fixed)


@st.cache_resource(max_entries=KEPT, show_spinner="Reading which places stories name …")
def _places(
    key: str, indicator: str, first: date, last: date, stance: str, period: charts.Period, reports: bool, fixed: bool
) -> pd.DataFrame:
    start = first_read(first, period)
    daily = place_table(
        data.archive(), data.watched().monitor, data.told_of_places(start, last, fixed=fixed), data.spots(),
        first=start, last=last, indicator=indicator, stance=stance, today=data.today(),
        counts=data.counts(start, last, fixed=fixed), reading=data.reading() if reports else None,
    )  # fmt: skip
    return data.in_periods(daily, first, last, period, fixed=fixed)


def named_most(table: pd.DataFrame) -> Sequence[str]:
    """Ids of the places that are drawn, the one with the most stories first."""
    return most_told(table, "place", DRAWN_PLACES)


def talks(first: date, last: date) -> pd.DataFrame:
    """Stories about politics and talks alone, day by day: see metrics.talks."""
    return _talks(data.key(), first, last)


@st.cache_resource(max_entries=8, show_spinner=False)
def _talks(key: str, first: date, last: date) -> pd.DataFrame:
    return talks_daily(data.archive(), first=first, last=last)
