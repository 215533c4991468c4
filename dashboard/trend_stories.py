"""The stories behind the chart of Trends, beside it: of all of it, of one line, or of one point. Asks and shows."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from dashboard import data, page, words, words_trends
from dashboard.charts import TRAILING, Line
from dashboard.trend_asked import SERIES, Asked, Subject
from metrics.rolling import first_read
from metrics.store import StoryQuery

ALL = "all"
HEIGHT = 620  # of the list beside the chart; it scrolls


def picked() -> None:
    """A click on a point asks for its stories: the day and the line become the state of the page."""
    points = st.session_state["trend"].selection.points
    chosen = next((point["customdata"] for point in points if isinstance(point.get("customdata"), list)), None)
    if chosen and len(chosen) > 2:
        st.session_state["day"] = date.fromisoformat(chosen[0])
        st.session_state["only"] = chosen[2]


def section(asked: Asked, lines: Sequence[Line]) -> None:
    st.header(words_trends.STORIES_BESIDE, anchor=False)
    keys = {line.label: line.key for line in lines}
    day, only = _choice(asked, keys)
    first, last = window(day, asked) if day else (asked.first, asked.last)
    wanted = query(asked, first, last, keys.get(only))
    st.markdown(f"**{words_trends.as_typed(_name(asked, only))}**, {words.a_range(first, last)}")
    with st.container(height=HEIGHT, border=False):
        page.list_stories(wanted, key="page", nothing=page.none_seen(first, last))


def _choice(asked: Asked, keys: Mapping[str, str]) -> tuple[date | None, str]:
    """The day and the line. Of several subjects one must be chosen: no list holds the stories of all of them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = page.a_date(f"Of one {words.PERIODS[asked.period]} (or click a point)", None, key="day", width=215)
        if not asked.split or asked.split == "occurrence":
            return day, ALL
        options = [*keys] if asked.split == SERIES else [ALL, *keys]
        if st.session_state.get("only") not in options:
            st.session_state["only"] = options[0]
        return day, str(st.selectbox("Of one line", options, key="only", bind="query-params", width=215))


def _name(asked: Asked, only: str) -> str:
    if asked.split == SERIES:
        return only if _subject(asked, only).words else f"{only}, {asked.what}"
    return asked.named if only == ALL else f"{asked.named}, {only}"


def query(asked: Asked, first: date, last: date, line: str | None) -> StoryQuery:
    """Which stories. line : the key of one line; None: all of them, of several subjects the first."""
    subject = _subject(asked, line)
    stance = line if asked.split == "stance" else asked.stance
    return StoryQuery(
        first=first, last=last, indicator=None if subject.words else subject.key,
        stance=None if subject.words else stance, words=subject.words or None,
        side=line if asked.split == "side" else None,
        language=line if asked.split == "language" else None,
        people=line if asked.split == "people" else None,
        places=_places(line) if asked.split == "place" and line else (),
    )  # fmt: skip


def _subject(asked: Asked, line: str | None) -> Subject:
    if asked.split != SERIES:
        return asked.subjects[0]
    return next((one for one in asked.subjects if line in (one.key, one.label)), asked.subjects[0])


def _places(line: str) -> tuple[str, ...]:
    return next((spot.holds for spot in data.spots() if spot.id == line), ())


def window(day: date, asked: Asked) -> tuple[date, date]:
    """The period that a day stands in. Within the range shown, or within the one it is compared with."""
    if asked.period in TRAILING:
        return first_read(day, asked.period), day
    first, last = {
        "D": (day, day),
        "W": (day - timedelta(days=day.weekday()), day + timedelta(days=6 - day.weekday())),
        "M": (day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])),
    }[asked.period]
    shown = asked.against if asked.against and not asked.first <= last <= asked.last + timedelta(days=31) else None
    begin, end = shown or (asked.first, asked.last)
    return (max(first, begin), min(last, end)) if first <= end and last >= begin else (first, last)
