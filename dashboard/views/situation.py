"""Situation: the last seven days, indicator by indicator, and the newest stories. Asks, draws, explains."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard import alerts, beginning, cards, data, heat_map, page, pieces, since, words, words_trends
from feeds.model import DROP_REASONS
from metrics import level_words
from metrics.store import MOST_COUNTED, StoryQuery

NEWEST = 10
ORDERS = {"by sector": False, "by level": True}


def show() -> None:
    if page.is_empty():
        return
    page.say_what_is_odd({"order": ORDERS, "month": words.YES_NO})
    beginning.panel()
    _strip()
    st.html(since.line())
    found = data.cards()
    of = data.watched()
    week = (data.today() - timedelta(days=6), data.today())
    order = st.segmented_control(
        "Order", list(ORDERS), default="by sector", required=True, key="order", bind="query-params",
        help="By level: the most reported first. A level says how much is reported and by whom, not how severe it is.",
    )  # fmt: skip
    sectors = cards.board(
        found, of.monitor, of.labels, data.peoples(*week), page.palette(), data.access(*week), data.levels(),
        by_level=ORDERS[order or "by sector"], origins=data.first_tellers(*week),
    )  # fmt: skip
    st.html(pieces.board(sectors))
    st.caption(f"On the ground in these 7 days: {data.access(*week)}.")
    inactive = [of.labels.indicator(card.indicator) for card in found if not card.active]
    if inactive:
        st.caption(f"Not watched at this time, as the monitor says: {words.listed(inactive)}.")
    st.caption(
        "Stories that report something, counted once however many outlets carried them. The tinted part of each "
        "picture is the 7 days the number counts; a pale column is a day partly seen, or not over yet; ▨ and hatched "
        "columns are days our sources did not show us. A share stands with its 95% interval. "
        f"The number in a frame is the level, 0 to 4; it opens to its reason. {level_words.REPORTING}"
    )
    if found and found[0].sources_changed:
        st.caption(words.changed_before(found[0].sources_changed))
    if loaded := page.loaded_notes(data.today() - timedelta(days=27), data.today()):
        st.caption(" ".join([*loaded, words_trends.LOADED_SILENT]))
    alerts.panel()
    _month()
    st.header("Newest relevant stories", anchor=False)
    lines, total = data.stories(StoryQuery(), limit=NEWEST)
    if not total:
        st.caption(f"{words.NONE_SEEN} yet.")
    page.show(lines)
    st.page_link(
        "views/coverage.py",
        label=f"All {words.stories(total)}, with search and filters"
        if total <= MOST_COUNTED
        else "All stories, with search and filters",
    )


def _month() -> None:
    """The last 28 days, indicator by day; a cell opens its stories, and the table behind it says the same."""
    lines, labels = data.month(), data.watched().labels
    if not lines:
        return
    st.header("The last 28 days", anchor=False)
    changed = {one.day: one.label for one in page.source_marks(lines[0].cells[0].day, data.today())}
    st.html(heat_map.html(lines, labels, data.today(), changed))
    ground = data.access(lines[0].cells[0].day, data.today())
    st.caption(f"A dot is a day on which none was seen in our sources. On the ground in these 28 days: {ground}.")
    with st.expander("Table: the same by day", key="month", on_change="rerun", bind="query-params") as opened:
        if opened.open:
            st.html(heat_map.by_day(lines, labels, data.today(), changed))


def _strip() -> None:
    """As of when, who answered, what came in."""
    of = data.watched()
    counts = data.day_counts(data.today())
    last = data.last_poll()
    zone = of.monitor.zone
    asked = f"{len(counts.answered)} of {len(counts.asked)}" if counts.asked else "none asked yet"
    dropped = sum(counts.dropped.values())
    why = pieces.counted(counts.dropped, DROP_REASONS)
    st.html(
        pieces.strip(
            [
                ("As of", words.a_moment(data.now(), zone), words.zone_name(zone)),
                ("Sources that answered today", asked, f"last asked {words.a_moment(last.at, zone)}" if last else ""),
                ("Articles seen today", f"{counts.seen:,}", f"{dropped:,} items dropped: {why}" if dropped else ""),
                ("Relevant today", f"{counts.relevant:,}", f"and {counts.context:,} on politics and talks alone"),
                ("Alerts", *alerts.counted()),
            ]
        )
    )


show()
