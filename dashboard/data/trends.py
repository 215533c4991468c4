"""What a trend chart draws: days and periods, what could be seen of them, by whom, and who reported what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, words
from dashboard.data.telling import reading
from dashboard.data.watching import KEPT, archive, chosen_language, key, today, watched
from metrics import rolling, store
from metrics.daily import daily_table, observed_days, with_reports
from metrics.model import STANCES
from metrics.observe import SourceChange
from metrics.observers import AccessFact, access_words, facts_of, observers_on
from metrics.one_bloc import Event
from metrics.one_bloc import reported_events as reported_events_of
from metrics.revision_words import Changed, since_first_counted
from metrics.store.frozen import Frozen, frozen_between
from metrics.store.revising import revisions_of
from metrics.store.story_tables import event_groups, reports_daily
from metrics.trend import by_period


def observers() -> tuple[AccessFact, ...]:
    """All dated facts of the monitor; `metrics.observers` says which hold on a day."""
    return facts_of(watched().lexicon)


def access(first: date, last: date) -> str:
    """Who could observe on the ground on any of these days, as it stands beside "none seen"."""
    return access_words(observers_on(observers(), last, since=first), a_day=words.a_day)


def revised(first: date, last: date, indicator: str) -> Sequence[Changed]:
    """Numbers of these days that are no longer what was first counted."""
    return [one for one in _revised(key(), indicator) if first <= one.day <= last]


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _revised(key: str, indicator: str) -> Sequence[Changed]:
    return since_first_counted(revisions_of(archive(), indicator=indicator))


def span() -> tuple[date, date]:
    """First and last day there is anything to show; both today on an empty archive."""
    first, last = _span(key())
    begin = min(first or today(), today())
    return begin, max(last or today(), begin)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _span(key: str) -> tuple[date | None, date | None]:
    return store.changed_days(archive())


def observed(first: date, last: date, *, fixed: bool = False) -> pd.DataFrame:
    """Every day of the range: date, usual, usual_seen, observability, state. fixed : of the panel alone."""
    return observed_under(key(), first, last, fixed)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def observed_under(key: str, first: date, last: date, fixed: bool) -> pd.DataFrame:
    return observed_days(archive(), first=first, last=last, counts=_counts(key, first, last, fixed))


def source_changes(first: date, last: date) -> list[SourceChange]:
    """Days of the range on which sources were added or lost, oldest first."""
    return [one for one in _source_changes(key(), today()) if first <= one.day <= last]


@st.cache_resource(max_entries=8, show_spinner=False)
def _source_changes(key: str, day: date) -> list[SourceChange]:
    return store.changes_of_sources(archive(), watched().attribution, last=day)


def loaded_days(first: date, last: date) -> dict[str, list[date]]:
    """Days of the range whose counts came with a data package, by the package's name; most archives have none."""
    found: dict[str, list[date]] = {}
    for day, one in _loaded(key(), first, last).items():
        found.setdefault(one.package, []).append(day)
    return found


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _loaded(key: str, first: date, last: date) -> Mapping[date, Frozen]:
    return frozen_between(archive(), first=first, last=last)


def panel_sources(first: date, last: date) -> frozenset[str]:
    """Sources present throughout the range."""
    return _panel(key(), first, last).sources


@st.cache_resource(max_entries=8, show_spinner="Counting the sources that were there throughout …")
def _panel(key: str, first: date, last: date) -> store.Panel:
    return store.Panel(archive(), watched().attribution, first=first, last=last)


def counts(first: date, last: date, *, fixed: bool) -> store.Counts:
    """Of all sources, or of those present throughout."""
    return _counts(key(), first, last, fixed)


def _counts(key: str, first: date, last: date, fixed: bool) -> store.Counts:
    return _panel(key, first, last) if fixed else store.Everything(archive())


def daily(
    indicator: str,
    first: date,
    last: date,
    *,
    stance: str,
    split: str | None,
    period: charts.Period,
    reports: bool = False,
    fixed: bool = False,
) -> pd.DataFrame:
    """What a trend chart draws: one row per period (× `split`), columns of the daily CSV, unseen_days, and the
    intervals of metrics.rolling.

    period : "7D" and "28D" are trailing: a row a day, of the days to it, also of those before `first`.

    split : None, "stance" (then `stance` is not asked), "side", "language", "people" or "occurrence".
    fixed : only sources present throughout the range.
    reports : with a column of independent reports, which are of whole events and not split but by stance.
    """
    return _daily(key(), indicator, first, last, stance, split, period, reports and split in (None, "stance"), fixed)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _daily(
    key: str,
    indicator: str,
    first: date,
    last: date,
    stance: str,
    split: str | None,
    period: charts.Period,
    reports: bool,
    fixed: bool,
) -> pd.DataFrame:
    stances: Sequence[str] = STANCES if split == "stance" else (stance,)
    by = () if split in (None, "stance") else (split,)
    start = rolling.first_read(first, period)
    counts = _counts(key, start, last, fixed)
    tables = [
        daily_table(
            archive(),
            watched().monitor,
            first=start,
            last=last,
            indicator=indicator,
            stance=one,
            by=by,
            today=today(),
            counts=counts,
        )
        for one in stances
    ]
    table = pd.concat(tables, ignore_index=True)
    table = with_reports(table, _reports(key, start, last)) if reports else table
    return in_periods(table, first, last, period, fixed=fixed)


def in_periods(table: pd.DataFrame, first: date, last: date, period: charts.Period, *, fixed: bool) -> pd.DataFrame:
    """A daily table from rolling.first_read(first, period) to `last` as periods, with the intervals."""
    start = rolling.first_read(first, period)
    table = rolling.with_exposure(table, observed(start, last, fixed=fixed))
    if period == "7D" or period == "28D":
        done = rolling.trailing(table, period)
        return rolling.measured(done[done["date"] >= first])
    return rolling.measured(by_period(table, period))


def compared(indicator: str, last: date, *, stance: str) -> list[rolling.Compared]:
    """The last 7 and 28 days against as many before, of the sources that were there throughout."""
    return _compared(key(), indicator, last, stance)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _compared(key: str, indicator: str, last: date, stance: str) -> list[rolling.Compared]:
    first = last - timedelta(days=2 * max(rolling.WINDOWS.values()) - 1)
    fixed = any(one.day > first for one in source_changes(first, last))
    table = daily_table(
        archive(), watched().monitor, first=first, last=last, indicator=indicator, stance=stance, today=today(),
        counts=_counts(key, first, last, fixed),
    )  # fmt: skip
    return rolling.now_and_before(rolling.with_exposure(table, observed(first, last, fixed=fixed)), last=last)


@st.cache_resource(max_entries=8, show_spinner="Putting stories about one event together …")
def _reports(key: str, first: date, last: date) -> pd.DataFrame:
    return reports_daily(archive(), reading(), first=first, last=last)


def reported_events(indicator: str, first: date, last: date) -> list[Event]:
    """Events with a story of these days that reports the indicator, latest first, and the bloc that alone does."""
    return _reported_events(key(), indicator, first, last)


@st.cache_resource(max_entries=16, show_spinner="Putting stories about one event together …")
def _reported_events(key: str, indicator: str, first: date, last: date) -> list[Event]:
    groups = event_groups(archive(), reading(), first=first, last=last)
    return reported_events_of(groups, watched().monitor.bloc_of, indicator=indicator, first=first, last=last)


def figure(asked: str, build: Callable[[], go.Figure]) -> go.Figure:
    """A chart, built once per state of the archive. asked : everything else it depends on, theme and day included."""
    return _figure(f"{key()} {chosen_language()}", asked, build)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _figure(key: str, asked: str, _build: Callable[[], go.Figure]) -> go.Figure:
    return charts.revised(_build())
