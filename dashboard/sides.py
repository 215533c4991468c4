"""Sides, a part of Trends: an indicator as each side tells it, and what one bloc alone reports. Asks and draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import charts, data, page, pieces, side_chart, words
from dashboard.charts import Line
from metrics.one_bloc import Event
from metrics.origins import StoryOf

MOST = 25  # events shown of one bloc; the number says how many there are
NONE = "·"
CALENDAR: dict[str, charts.Period] = {"D": "D", "W": "W", "M": "M"}  # else by day


def section(indicator: str, label: str, first: date, last: date, *, period: str, fixed: bool) -> None:
    """Below a page that has chosen its indicator, its days and what one column is."""
    st.header("As each side tells it", anchor=False)
    by = CALENDAR.get(period, "D")
    reported, denied = (
        data.daily(indicator, first, last, stance=stance, split="side", period=by, fixed=fixed)
        for stance in ("reported", "denied")
    )
    lines = _lines()
    shown = [line for _, line in side_chart.told(reported, denied, lines)]
    if not shown:
        st.caption(f"{words.NONE_SEEN}, by no side ({data.access(first, last)}).")
        return
    alt = words.sides_alt(label, first, last, _sums(reported, denied, shown))
    changes = page.source_marks(first, last)
    _chart(reported, denied, lines, changes, f"{indicator} {first} {last} {fixed}", alt, by)
    absent = [line.label for line in lines if line not in shown]
    said = [words.SIDES_NOTE]
    if absent:
        said.append(f"{words.NONE_SEEN}: {words.listed(absent)} ({data.access(first, last)}).")
    st.caption("  \n".join(said))
    _table(reported, denied, shown, indicator, by, first, last)
    _alone(indicator, label, first, last)


def _lines() -> list[Line]:
    of, labels = data.watched().monitor, data.watched().labels
    return [Line(key, labels.side(key)) for key in of.side_keys]


def _sums(reported: pd.DataFrame, denied: pd.DataFrame, lines: Sequence[Line]) -> list[tuple[str, int, int]]:
    """Label of a side, its stories that report, and that deny."""
    both = [table.groupby("side")["count"].sum() for table in (reported, denied)]
    return [(line.label, *(int(sums.get(line.key, 0)) for sums in both)) for line in lines]  # type: ignore[misc]


def _chart(
    reported: pd.DataFrame, denied: pd.DataFrame, lines: Sequence[Line], changes: Sequence[charts.Mark], asked: str,
    alt: str, period: charts.Period,
) -> None:  # fmt: skip
    figure = data.figure(
        f"sides {asked} {period} {data.today()} {page.theme()}",
        lambda: side_chart.sides(reported, denied, lines=lines, period=period, palette=page.palette(), changes=changes),
    )
    st.plotly_chart(
        figure, theme=None, key="sides", config={"displayModeBar": False, "responsive": True}, alt=alt
    )  # fmt: skip


def beside(reported: pd.DataFrame, denied: pd.DataFrame, lines: Sequence[Line]) -> pd.DataFrame:
    """One row a date and side, oldest first: date, side, reported, denied, observability; NaN: not seen."""
    keys = ["date", "side"]
    both = reported[[*keys, "count", "observability"]].merge(
        denied[[*keys, "count", "observability"]], on=keys, how="outer", suffixes=("", "_denied")
    )
    both["observability"] = both["observability"].fillna(both["observability_denied"])
    # A side without any report, or any denial, in the range has no rows of it; where it was seen that is none.
    blind = both["count"].isna() & both["count_denied"].isna()
    for name in ("count", "count_denied"):
        both[name] = both[name].fillna(0.0).mask(blind)
    both = both.rename(columns={"count": "reported", "count_denied": "denied"})
    both = both[both["side"].isin([line.key for line in lines])]
    return both[[*keys, "reported", "denied", "observability"]].sort_values(keys, ignore_index=True)


def _table(
    reported: pd.DataFrame, denied: pd.DataFrame, lines: Sequence[Line], indicator: str, period: charts.Period,
    first: date, last: date,
) -> None:  # fmt: skip
    invented = "INVENTED-" if data.watched().monitor.invented else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.expander(
            f"Table: side by side, {words.PERIODS[period]} by {words.PERIODS[period]}", key="beside", on_change="rerun"
        ) as opened:
            if opened.open:
                head = ["Date", *(line.label for line in lines)]
                st.html(pieces.rows(head, _body(beside(reported, denied, lines), lines), caption=words.BESIDE_CAPTION))
        st.download_button(
            "Download CSV", lambda: beside(reported, denied, lines).to_csv(index=False, lineterminator="\n").encode(),
            file_name=f"{invented}{data.watched().monitor.key}-{indicator}-by-side-{first}-{last}.csv",
            mime="text/csv", key="beside-csv", on_click="ignore",
        )  # fmt: skip


def _body(table: pd.DataFrame, lines: Sequence[Line]) -> list[list[str]]:
    """One row a date, newest first; a date on which all sides were seen and none had a story is left out."""
    cells = {
        (day, side): _cell(reports, denials)
        for day, side, reports, denials in zip(
            table["date"], table["side"], table["reported"].tolist(), table["denied"].tolist(), strict=True
        )
    }
    return [
        [words.a_day(day), *(pieces.plain(cells.get((day, line.key), "")) for line in lines)]
        for day in sorted(set(table["date"]), reverse=True)
        if any(cells.get((day, line.key), NONE) != NONE for line in lines)
    ]


def _cell(reported: float, denied: float) -> str:
    """ "3 reported, 1 denied"; a dot where none was seen, a hatched sign where nobody could see."""
    if math.isnan(reported):
        return "▨ not seen"
    parts = [f"{reported:.0f} reported"] * bool(reported) + [f"{denied:.0f} denied"] * bool(denied)
    return ", ".join(parts) or NONE


def _alone(indicator: str, label: str, first: date, last: date) -> None:
    """Made when opened: events are put together from all stories of the range."""
    with st.expander("What only one bloc reports", key="alone", on_change="rerun") as opened:
        if not opened.open:
            return
        events = data.reported_events(indicator, first, last)
        alone = [one for one in events if one.bloc]
        ground = "" if events else f" On the ground in these days: {data.access(first, last)}."
        st.caption(f"{words.one_bloc(len(alone), len(events), label)}{ground}")
        for bloc in dict.fromkeys(one.bloc for one in _in_order(alone)):
            st.html(_listed(bloc, [one for one in alone if one.bloc == bloc]))


def _in_order(events: Sequence[Event]) -> list[Event]:
    """Blocs in the order of the monitor's sides, which ranks nothing."""
    keys = data.watched().monitor.side_keys
    return sorted(events, key=lambda one: min(keys.index(side) for side in one.bloc if side in keys))


def _listed(bloc: tuple[str, ...], events: Sequence[Event]) -> str:
    """Events of one bloc, latest first, each by its first story; it opens to the article."""
    labels = data.watched().labels
    name = " + ".join(labels.side(side) for side in bloc)
    body = [_row(one.stories) for one in events[:MOST]]
    more = f", the latest {MOST}" if len(events) > MOST else ""
    caption = f"Only {name}: {words.number(len(events), 'event', 'events')}{more}"
    return pieces.rows(["First told", "By", "Title"], body, caption=caption)


def _row(stories: Sequence[StoryOf]) -> list[str]:
    origin = stories[0].origin
    title = pieces.foreign(pieces.clipped(origin.title, pieces.LONGEST_TITLE) or "(no title)")
    more = f"<br><small>{words.stories(len(stories))}</small>" if len(stories) > 1 else ""
    return [
        pieces.plain(words.a_day(origin.day)),
        f"{pieces.side(origin.side, data.watched().labels)} {pieces.foreign(origin.outlet)}",
        f"{pieces.link(origin.url, title)}{more}",
    ]
