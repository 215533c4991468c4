"""Peace-process stories day by day: kept apart from everything that is counted as humanitarian. No SQL, no clock."""

from __future__ import annotations

from datetime import date

import pandas as pd

from feeds.archive import Archive
from metrics import store
from metrics.daily import BLIND, observed_days

COLUMNS = ("date", "count", "total_count", "ratio", "observability", "state")


def talks_daily(archive: Archive, *, first: date, last: date) -> pd.DataFrame:
    """COLUMNS, one row a day. count : distinct stories about politics and talks without anything humanitarian.

    They are in total_count (all stories), not in the relevant ones. NaN: the day could not be seen; never 0.
    """
    days = observed_days(archive, first=first, last=last)[["date", "observability", "state"]]
    totals = store.totals(archive, first=first, last=last)[["date", "context_stories", "total_stories"]]
    found = days.merge(totals, on="date", how="left")
    blind = found["state"].isin(BLIND)
    for name, column in (("count", "context_stories"), ("total_count", "total_stories")):
        found[name] = found[column].astype(float).fillna(0.0).mask(blind)
    found["ratio"] = found["count"] / found["total_count"].where(found["total_count"] > 0)
    return found[list(COLUMNS)]
