"""What was read of some days and is kept while they do not change: a poll that brings a few articles costs their week.

A week is read again when the tagger touched an article of it, or of a story with one in it (metrics.store.changing).
"""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from dashboard.data.watching import archive, key, lists_stamp, today, url, watched
from metrics.level_rows import Columns, Part, joined
from metrics.situation import Reads, part_of, series_of
from metrics.store.changing import DayChanges, day_changes
from metrics.store.observing import Brought
from metrics.store.telling import brought_of
from metrics.watching import alarming

WEEK = timedelta(days=6)  # from its Monday to its Sunday
WEEKS = 512  # kept of each answer: those of eight years, or of two in a few states


def days_key(first: date, last: date) -> str:
    """What an answer depends on that is read from the articles of these days alone."""
    return f"{watched().monitor.folder} {url()} {lists_stamp()} {_changes(key()).of(first, last)}"


@st.cache_resource(max_entries=8, show_spinner=False)
def _changes(key: str) -> DayChanges:
    return day_changes(archive())


def reads() -> Reads:
    """What is kept of weeks that did not change, for levels and alerts."""
    return Reads(_told, _alarming, _brought)


def mondays(first: date, last: date) -> list[date]:
    """Of every week that holds one of these days."""
    begin = first - timedelta(days=first.weekday())
    return [begin + timedelta(days=7 * n) for n in range((last - begin).days // 7 + 1)]


def _told(first: date, last: date) -> Part:
    return _cut([_told_week(days_key(monday, monday + WEEK), monday) for monday in mondays(first, last)], first, last)


def _alarming(first: date, last: date) -> Part:
    weeks = [_alarming_week(days_key(monday, monday + WEEK), monday) for monday in mondays(first, last)]
    return _cut(weeks, first, last)


def _cut(weeks: list[Part], first: date, last: date) -> Part:
    whole = joined(weeks)
    return whole.where((whole.day >= first.toordinal()) & (whole.day <= last.toordinal()))


@st.cache_resource(max_entries=WEEKS, show_spinner=False)
def _told_week(key: str, monday: date) -> Part:
    of = watched()
    columns = Columns(of.monitor, of.lexicon, of.attribution, series_of(of.monitor))
    return part_of(archive(), columns, monday, monday + WEEK)


@st.cache_resource(max_entries=WEEKS, show_spinner=False)
def _alarming_week(key: str, monday: date) -> Part:
    of = watched()
    return alarming(archive(), of.monitor, of.lexicon, of.attribution, monday, monday + WEEK)


def _brought(first: date) -> Brought:
    whole: Brought = {}
    for monday in mondays(first, today()):
        for source, days in _brought_week(days_key(monday, monday + WEEK), monday).items():
            whole.setdefault(source, {}).update({day: count for day, count in days.items() if day >= first})
    return whole


@st.cache_resource(max_entries=WEEKS, show_spinner=False)
def _brought_week(key: str, monday: date) -> Brought:
    return brought_of(archive(), monday, monday + WEEK)
