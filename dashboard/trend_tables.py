"""The tables of Trends: exactly what is drawn, and what stands behind its marks. Asks and shows; never computes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data, files, pieces, trend_data, words
from dashboard.trend_asked import Asked
from metrics.lexicon import Event
from metrics.observe import SourceChange
from metrics.revision_words import MANY, WHY, Changed, number
from metrics.rolling import Stretch, weekday_factors
from metrics.series import WATCHED

PERCENT = ("share", "share_low", "share_high", "ratio", "observability", "other_share")


def compared(asked: Asked, days: pd.DataFrame) -> None:
    """The last days of the range against as many before; and what a weekday brings."""
    if asked.split == "stance":
        return
    found = data.compared(asked.indicator, asked.last, stance=asked.stance)
    head = ["Days", "Stories", "Stories a usual day", "Share of relevant stories", "Against the days before"]
    body = []
    for one in found:
        said = words.times_as_many(one.ratio, one.interval, may_be_chance=one.may_be_chance)
        body += [
            _stretch(f"last {one.days}", one.now, said), _stretch(f"the {one.days} before", one.before, "")
        ]  # fmt: skip
    with st.expander(f"The last 7 and 28 days to {words.a_day(asked.last)}, and as many before", key="before"):
        st.html(pieces.rows(head, body, caption=f"{asked.label}, {asked.what}: now and before"))
        st.caption(
            words.COMPARED_NOTE
            + f"  \nWeekdays, of all relevant stories shown: {words.weekdays(weekday_factors(days))}."
        )


def _stretch(name: str, one: Stretch, said: str) -> list[str]:
    low, high = one.share_interval or (None, None)
    share = words.share_sentence(one.share, low, high) if one.seen_days else ""
    return [
        f"{name}: {words.a_range(one.first, one.last)}",
        f"{one.count:,}" if one.seen_days else "not seen",
        words.a_per_day(one.rate),
        pieces.plain(share),
        said,
    ]


def numbers(asked: Asked, table: pd.DataFrame) -> None:
    """The table behind the chart."""
    with st.expander("Table: exactly what is drawn", key="table", on_change="rerun") as opened:
        if opened.open:
            st.dataframe(
                _columns(asked, table), hide_index=True, height=320, key="numbers", column_config=_percent(),
                alt=f"{asked.label}, {asked.what}, one row per {words.PERIODS[asked.period]}",
            )  # fmt: skip


def csv(asked: Asked, table: pd.DataFrame) -> None:
    """The same as a file."""
    st.download_button(
        "Download CSV", lambda: files.daily_csv(_columns(asked, table)), mime="text/csv", key="csv", on_click="ignore",
        file_name=files.daily_name(data.watched().monitor, asked.slug, asked.first, asked.last),
    )  # fmt: skip


def _columns(asked: Asked, table: pd.DataFrame) -> pd.DataFrame:
    """Places by both names, as everywhere; the id says nothing to a reader."""
    names = {spot.id: spot.name for spot in data.spots()} if asked.split == "place" else {}
    named = table.assign(place=table["place"].map(names)) if names else table
    return files.daily_columns(named, split=asked.split, period=asked.period)


def against(asked: Asked) -> None:
    """Two periods row by row, with both dates."""
    pairs = trend_data.compared(asked)
    if pairs is None or asked.against is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.expander("Table: both periods, with both dates", key="both", on_change="rerun") as opened:
            if opened.open:
                st.dataframe(
                    pairs, hide_index=True, height=320, key="pairs", column_config=_percent(),
                    alt=f"{asked.label}: {words.a_range(asked.first, asked.last)} beside "
                    f"{words.a_range(*asked.against)}, one row per {words.PERIODS[asked.period]}",
                )  # fmt: skip
        st.download_button(
            "Download both as CSV", lambda: files.daily_csv(pairs), key="both-csv", mime="text/csv",
            file_name=files.daily_name(data.watched().monitor, f"{asked.slug}-compared", asked.first, asked.last),
            on_click="ignore",
        )  # fmt: skip


def _percent() -> dict[str, Any]:
    return {name: st.column_config.NumberColumn(format="percent") for name in PERCENT}


def revisions(asked: Asked) -> None:
    """Numbers of the chart that are no longer what was first counted, newest first."""
    chosen = [one for one in data.revised(asked.first, asked.last, asked.indicator) if _is_of(asked, one)]
    if not chosen:
        return
    labels = data.watched().labels
    body = [
        [
            words.a_day(one.day),
            words.STANCES[one.stance],
            pieces.plain("all together" if one.people == MANY else labels.people(one.people)),
            number(one.first),
            number(one.now),
            "; ".join(WHY[reason] for reason in one.reasons),
            ", ".join(map(str, one.articles)),
            words.a_day(data.watched().monitor.day_of(one.at)),
        ]
        for one in reversed(chosen)
    ]
    with st.expander(f"Changed since first counted ({len(chosen)})"):
        head = ["Date", "Stance", "People", "First", "Now", "Why", "Articles", "Last changed"]
        st.html(pieces.rows(head, body, caption="Stories of days that were counted before, all sources, newest first"))


def _is_of(asked: Asked, one: Changed) -> bool:
    is_stance = asked.split == "stance" or one.stance == asked.stance
    return is_stance and (one.people == MANY) == (asked.split != "people")


def events(found: list[Event]) -> None:
    body = [
        [
            words.a_day(event.date),
            pieces.plain(event.label) + (f"<br><small>{pieces.plain(event.note)}</small>" if event.note else ""),
            "partly checked" if event.verified == "partial" else "checked",
            " ".join(_source_link(at, source) for at, source in enumerate(event.sources, 1)),
        ]
        for event in sorted(found, key=lambda one: one.date, reverse=True)
    ]
    with st.expander(f"Events on the chart ({len(found)})"):
        st.html(pieces.rows(["Date", "Event", "Date and fact", "Sources"], body, caption="Dated events, newest first"))


def changes(found: list[SourceChange]) -> None:
    """Which sources were added and lost, newest first."""
    body = [
        [
            words.a_day(one.day),
            words.sources_changed(len(one.added), len(one.gone)),
            pieces.plain(", ".join(one.added)),
            pieces.plain(", ".join(one.gone)),
        ]
        for one in reversed(found)
    ]
    if body:
        with st.expander(f"Sources changed ({len(body)})"):
            head = ["Date", "Change", "Seen from this day on", "In no sum from this day on"]
            st.html(pieces.rows(head, body, caption="Days on which the set of sources changed, newest first"))


def _source_link(at: int, source: str) -> str:
    return pieces.link(source, f"[{at}]") if source.startswith("http") else pieces.plain(source)


def expected(asked: Asked) -> pd.DataFrame | None:
    """What was expected of each day; drawn where the line counts stories of all, day by day, of one indicator."""
    if not asked.indicator or asked.split or asked.period != "D" or asked.measure != "count" or asked.fixed:
        return None
    return data.expected(asked.indicator, asked.stance, asked.first, asked.last) if asked.stance in WATCHED else None


def judged(asked: Asked) -> None:
    """The table behind the band: what the detector expected of each day, and what it says of it."""
    found = expected(asked)
    if found is None or found.empty:
        return
    with st.expander("Table: expected and unusual days", key="judged", on_change="rerun") as opened:
        if opened.open:
            st.caption(words.JUDGED_NOTE)
            st.dataframe(
                found, hide_index=True, height=320, key="expected",
                alt=f"{asked.label}, {asked.what}: what was expected of each day, one row a day",
                column_config=_percent(),
            )  # fmt: skip
