"""A fixed panel: the same questions asked of some sources only, counted anew for one range and stored nowhere.

A source that is added or lost changes the counts of all sources together; it changes those of a panel by nothing,
because a story's origin, side and day are chosen among the panel's own articles. Loaded articles are left out: nobody
observed them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd
from sqlalchemy import Table, func, select

from feeds.archive import Archive
from feeds.archive.schema import daily, daily_rollup, daily_totals, source_days
from metrics.attribution import Attribution
from metrics.observe import SourceChange, SourceDay, Watched, observability, present_throughout, source_changes
from metrics.store import questions
from metrics.store.asof import last_moment
from metrics.store.building import current_rules
from metrics.store.counting import ANY, LABEL, rows_of_days
from metrics.store.frozen import Frozen, frozen_between
from metrics.store.observing import watched_sources

SUMMED = ("articles", "stories")
OBSERVED = ("usual", "usual_seen")


@dataclass(frozen=True, slots=True)
class Everything:
    """All sources, as counted and stored. The questions of metrics.store.questions."""

    archive: Archive

    @property
    def vintage(self) -> datetime | None:
        """When the last thing came that the numbers know; None: nothing yet."""
        return _vintage(self.archive)

    def frozen(self, *, first: date, last: date) -> Mapping[date, Frozen]:
        return frozen_between(self.archive, first=first, last=last)

    def observed(self, *, first: date, last: date, by: Sequence[str] = ()) -> pd.DataFrame:
        return questions.observed(self.archive, first=first, last=last, by=by)

    def totals(self, *, first: date, last: date, by: Sequence[str] = ()) -> pd.DataFrame:
        return questions.totals(self.archive, first=first, last=last, by=by)

    def rollup(self, *, first: date, last: date, indicators: Sequence[str] | None = None) -> pd.DataFrame:
        return questions.rollup(self.archive, first=first, last=last, indicators=indicators)

    def daily_rows(
        self, *, first: date, last: date, indicators: Sequence[str] | None = None,
        stances: Sequence[str] | None = None, by: Sequence[str] = (),
    ) -> pd.DataFrame:  # fmt: skip
        return questions.daily_rows(
            self.archive, first=first, last=last, indicators=indicators, stances=stances, by=by
        )  # fmt: skip


class Counted:
    """Answers counted for one range and kept in memory; asked for days of that range only."""

    def __init__(
        self,
        tables: Mapping[Table, list[dict[str, object]]],
        watched: Sequence[Watched],
        first: date,
        last: date,
        *,
        vintage: datetime | None,
    ) -> None:
        """watched : the sources, for their observability. last : the last day that could be observed."""
        self.vintage = vintage
        self._daily = _frame(tables.get(daily, []), ("date", *LABEL, "language", "side", *SUMMED))
        self._rollup = _frame(tables.get(daily_rollup, []), ("date", *LABEL[:2], *SUMMED[::-1], "late", "backfill"))
        names = ("total_stories", "relevant_stories", "context_stories", "backfill")
        self._totals = _frame(tables.get(daily_totals, []), ("date", "language", "side", *names))
        seen = observability(watched, first, last)
        self._observed = pd.DataFrame(
            [(day, language, side, one.usual, one.usual_seen) for (day, language, side), one in sorted(seen.items())],
            columns=["date", "language", "side", *OBSERVED],
        )

    def observed(self, *, first: date, last: date, by: Sequence[str] = ()) -> pd.DataFrame:
        return _summed(_between(self._observed, first, last), ("date", *by), OBSERVED)

    def totals(self, *, first: date, last: date, by: Sequence[str] = ()) -> pd.DataFrame:
        names = ("total_stories", "relevant_stories", "context_stories", "backfill")
        return _summed(_between(self._totals, first, last), ("date", *by), names)

    def rollup(self, *, first: date, last: date, indicators: Sequence[str] | None = None) -> pd.DataFrame:
        found = _between(self._rollup, first, last)
        return found if indicators is None else found[found["indicator"].isin(indicators)]

    def daily_rows(
        self, *, first: date, last: date, indicators: Sequence[str] | None = None,
        stances: Sequence[str] | None = None, by: Sequence[str] = (),
    ) -> pd.DataFrame:  # fmt: skip
        found = _between(self._daily, first, last)
        for name in ("occurrence", "people"):
            found = found[(found[name] != ANY) if name in by else (found[name] == ANY)]
        for name, wanted in (("indicator", indicators), ("stance", stances)):
            found = found if wanted is None else found[found[name].isin(wanted)]
        return _summed(found, ("date", "indicator", "stance", *by), SUMMED)


class Panel(Counted):
    """The answers for the sources that were there throughout a range."""

    def __init__(self, archive: Archive, attribution: Attribution, *, first: date, last: date) -> None:
        under = current_rules(archive)
        with archive.reading() as connection:
            sources = watched_sources(connection, under, attribution, first) if under else []
        self.sources = present_throughout(sources, first, last)
        only = attribution.only(self.sources)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        counted = rows_of_days(archive, under, days, only) if under else {}
        watched = [one for one in sources if one.key in self.sources]
        polled = _last_polled(archive) or first - timedelta(days=1)  # a day that nobody was asked on is not seen yet
        super().__init__(counted, watched, first, min(last, polled), vintage=_vintage(archive))


def _vintage(archive: Archive) -> datetime | None:
    under = current_rules(archive)
    if under is None:
        return None
    return under.until or last_moment(archive)  # counted before it was noted


def changes_of_sources(archive: Archive, attribution: Attribution, *, last: date) -> list[SourceChange]:
    """Days up to `last` on which sources that enter counts began or ceased to be seen, oldest first."""
    with archive.reading() as connection:
        rows = connection.execute(select(source_days).where(source_days.c.day <= last)).all()
    days: dict[str, dict[date, SourceDay]] = {}
    for row in rows:
        days.setdefault(row.source, {})[row.day] = SourceDay(row.answered > 0, row.overlapped)
    counted = {key: of for key, of in days.items() if key in attribution.sources and attribution.counts(key)}
    watched = [Watched(key, "", "", of, {}, not attribution.sources[key].is_polled) for key, of in counted.items()]
    return source_changes(watched, last)


def first_polled(archive: Archive) -> date | None:
    """The day of the first poll ever; None: none yet."""
    with archive.reading() as connection:
        found: date | None = connection.execute(select(func.min(source_days.c.day))).scalar()
    return found


def _last_polled(archive: Archive) -> date | None:
    with archive.reading() as connection:
        found: date | None = connection.execute(select(func.max(source_days.c.day))).scalar()
    return found


def _frame(rows: Sequence[object], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _between(table: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    return table[(table["date"] >= first) & (table["date"] <= last)]


def _summed(table: pd.DataFrame, keys: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    if table.empty:
        return pd.DataFrame(columns=[*keys, *names])
    return table.groupby(list(keys), sort=True, as_index=False)[list(names)].sum()
