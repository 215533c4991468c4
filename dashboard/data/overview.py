"""What Situation asks: cards, levels, alerts, the last 28 days, and what is new."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from dashboard.data.days import reads
from dashboard.data.trends import observed_under
from dashboard.data.watching import KEPT, archive, key, ledger_key, today, watched
from metrics import store
from metrics.deciding import KnownAlert, all_alerts
from metrics.month import DAYS, Line
from metrics.month import month as month_of
from metrics.situation import Level, LevelRun, levels_to
from metrics.store import DayCounts
from metrics.store.alerts import judged_range
from metrics.store.arriving import Arrived, last_issue
from metrics.store.arriving import first_tellers as first_tellers_of
from metrics.store.arriving import new_stories as arrived_since
from metrics.trend import Card
from metrics.trend import cards as trend_cards


def article_count() -> int:
    return _article_count(key())


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _article_count(key: str) -> int:
    return archive().article_count()


def is_tagged() -> bool:
    return store.current_rules(archive()) is not None


def cards() -> list[Card]:
    return _cards(key(), today())


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _cards(key: str, day: date) -> list[Card]:
    return trend_cards(archive(), watched().monitor, today=day, attribution=watched().attribution)


def levels() -> dict[tuple[str, str], Level]:
    """(indicator, people; "" all) → how much is reported of it today, and why."""
    return levels_on(today())


def levels_on(day: date) -> dict[tuple[str, str], Level]:
    """The same of an earlier day, by what is known now."""
    return {(one.indicator, one.people): one for one in _levels(key(), today()).on(day)}


@st.cache_resource(max_entries=8, show_spinner="Judging how much is reported …")
def _levels(key: str, last: date) -> LevelRun:
    of = watched()
    return levels_to(archive(), of.monitor, of.lexicon, of.attribution, last=last, read=reads())


def alerts() -> list[KnownAlert]:
    """All that ever arose, newest first."""
    return _alerts(key())


@st.cache_resource(max_entries=8, show_spinner=False)
def _alerts(key: str) -> list[KnownAlert]:
    return all_alerts(archive())


def expected(indicator: str, stance: str, first: date, last: date) -> pd.DataFrame:
    """What the detector expected of every day of one indicator, and what it says of it: see judged_range."""
    return _expected(key(), indicator, stance, first, last)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _expected(key: str, indicator: str, stance: str, first: date, last: date) -> pd.DataFrame:
    return judged_range(archive(), first=first, last=last, indicator=indicator, stance=stance)


def last_summary() -> tuple[datetime, bool]:
    """When the last summary ended, and True where it was handed out; else the start of today: yesterday's end."""
    issued = _last_issue(key())
    begin = datetime.combine(today(), time(), watched().monitor.zone)
    return (issued, True) if issued is not None else (begin, False)


@st.cache_resource(max_entries=8, show_spinner=False)
def _last_issue(key: str) -> datetime | None:
    return last_issue(archive())


def new_stories(since: datetime) -> Arrived:
    """Relevant stories first seen since then."""
    return _new_stories(key(), since)


@st.cache_resource(max_entries=8, show_spinner=False)
def _new_stories(key: str, since: datetime) -> Arrived:
    return arrived_since(archive(), since)


def first_tellers(first: date, last: date) -> dict[str, int]:
    """indicator → publishers that were the first to report a story of these days."""
    return _first_tellers(key(), first, last)


@st.cache_resource(max_entries=8, show_spinner=False)
def _first_tellers(key: str, first: date, last: date) -> dict[str, int]:
    return first_tellers_of(archive(), watched().attribution, first=first, last=last)


def peoples(first: date, last: date) -> dict[str, dict[str, int]]:
    """indicator → people → stories reported in the range. Never added up: a story can be about several."""
    return _peoples(key(), first, last)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _peoples(key: str, first: date, last: date) -> dict[str, dict[str, int]]:
    rows = store.daily_rows(archive(), first=first, last=last, stances=["reported"], by=("people",))
    found: dict[str, dict[str, int]] = {}
    for indicator, people, count in zip(rows["indicator"], rows["people"], rows["stories"], strict=True):
        of = found.setdefault(str(indicator), {})
        of[str(people)] = of.get(str(people), 0) + int(count)
    return found


def month() -> list[Line]:
    """The last 28 days, one line an indicator: stories that report it, or why a day cannot say."""
    return _month(key(), today())


@st.cache_resource(max_entries=8, show_spinner=False)
def _month(key: str, day: date) -> list[Line]:
    first = day - timedelta(days=DAYS - 1)
    rollup = store.rollup(archive(), first=first, last=day)
    return month_of(rollup, observed_under(key, first, day, False), watched().monitor)


def day_counts(day: date) -> DayCounts:
    return _day_counts(ledger_key(), day)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _day_counts(key: str, day: date) -> DayCounts:
    return store.day_counts(archive(), day, zone=watched().monitor.zone)


def arrived(since: datetime | None) -> tuple[int, int]:
    """Articles stored since the day of that moment, to today, and how many of them are relevant."""
    first = watched().monitor.day_of(since) if since else today()
    days = [day_counts(first + timedelta(days=n)) for n in range((today() - first).days + 1)]
    return sum(one.seen for one in days), sum(one.relevant for one in days)


def counted_under() -> str:
    """The rules_version that the archive's counts were made with; "" before the first tagging."""
    rules = store.current_rules(archive())
    return rules.version if rules is not None else ""
