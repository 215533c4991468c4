"""Tables of the pages as files: what a page offers for download and the API hands out, to the byte. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from dashboard.export import escape
from feeds.monitor import Monitor
from metrics.daily import COLUMNS
from metrics.rolling import INTERVALS

GROUPS = ("side", "language", "people", "occurrence", "place")
FEED_TEXTS = ("claimant", "outlet", "url", "sentence")


def daily_columns(table: pd.DataFrame, *, split: str | None, period: str) -> pd.DataFrame:
    """The columns of the daily CSV and the intervals; all but days also say how many of their days were not seen.

    table : of data.daily. split : None, "stance" or one of GROUPS. period : D, W, M, 7D or 28D.
    """
    by = [split] if split in GROUPS else []
    more: Sequence[str] = ["days", "unseen_days"] if period != "D" else []
    reports = ["reports"] if "reports" in table else []
    return table[[*COLUMNS[:8], *by, *COLUMNS[8:], *reports, *INTERVALS, *more]]


def daily_csv(shown: pd.DataFrame) -> bytes:
    return shown.to_csv(index=False).encode()


def daily_name(monitor: Monitor, indicator: str, first: date, last: date) -> str:
    return f"{_prefix(monitor)}{monitor.key}-{indicator}-{first}-{last}.csv"


def picture_name(monitor: Monitor, indicator: str, first: date, last: date) -> str:
    """Of a chart, without the ending."""
    return daily_name(monitor, indicator, first, last).removesuffix(".csv")


def claims_csv(chosen: pd.DataFrame) -> bytes:
    """Rows of metrics.ledger, private persons masked already. Cells of feeds are never formulas."""
    safe = chosen.assign(**{name: chosen[name].map(escape.cell) for name in FEED_TEXTS})
    return safe.to_csv(index=False, float_format="%.12g", lineterminator="\n").encode()


def claims_name(monitor: Monitor, *parts: str) -> str:
    return f"{_prefix(monitor)}{'-'.join([monitor.key, 'figures', *parts])}.csv"


def opml_name(monitor: Monitor) -> str:
    return f"{_prefix(monitor)}{monitor.key}-sources.opml"


def _prefix(monitor: Monitor) -> str:
    return "INVENTED-" if monitor.invented else ""
