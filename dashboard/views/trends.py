"""Trends: one indicator over time, and what stands behind a point. Asks, draws, explains; never computes."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard import charts, claims, data, files, page, pieces, sides, words
from dashboard.charts import TRAILING, Line, Mark, Measure, Period
from metrics.detect_table import new_baselines
from metrics.lexicon import Event
from metrics.model import OCCURRENCES, STANCES
from metrics.observe import SourceChange
from metrics.observers import runs
from metrics.revision_words import MANY, WHY, Changed, number
from metrics.rolling import Stretch, first_read, weekday_factors
from metrics.series import WATCHED
from metrics.store import StoryQuery

SPLITS = {
    "not split": None, "by stance": "stance", "by side": "side", "by language": "language",
    "by people": "people", "by occurrence": "occurrence",
}  # fmt: skip
PANELS = {"all": False, "the same throughout": True}
PERIODS: dict[str, Period] = {"day": "D", "week": "W", "month": "M", "7 days": "7D", "28 days": "28D"}
MEASURES: dict[str, Measure] = {
    "stories": "count", "articles": "articles", "independent reports": "reports", "share of relevant": "share",
    "per usual day": "rate",
}  # fmt: skip
ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see."""

    indicator: str
    label: str
    stance: str
    split: str | None
    period: Period
    measure: Measure
    fixed: bool
    first: date
    last: date

    @property
    def what(self) -> str:
        return "all stances" if self.split == "stance" else words.STANCES[self.stance]


def show() -> None:
    if page.is_empty():
        return
    asked = _asked()
    table = data.daily(
        asked.indicator, asked.first, asked.last, stance=asked.stance, split=asked.split, period=asked.period,
        reports=asked.measure == "reports", fixed=asked.fixed,
    )  # fmt: skip
    days = data.observed(asked.first, asked.last, fixed=asked.fixed)
    events = _events(asked)
    _chart(asked, table, days, events)
    _said(asked, table, days)
    _compared(asked, days)
    _numbers(asked, table)
    _revision_table(asked)
    if asked.split == "side":
        sides.section(asked.indicator, asked.label, asked.first, asked.last, period=asked.period, fixed=asked.fixed)
    _judged(asked)
    if events:
        _event_table(events)
    _change_table(data.source_changes(asked.first, asked.last))
    _stories(asked)
    claims.section(asked.indicator, asked.first, asked.last)


def _asked() -> Asked:
    """The widgets, whose state is the address."""
    labels = data.watched().labels
    keys = {labels.indicator(key): key for key in data.watched().monitor.indicator_keys}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox("Indicator", list(keys), key="indicator", bind="query-params", width=200)
        split = st.selectbox("Lines", list(SPLITS), key="lines", bind="query-params", width=140)
        by_stance = SPLITS[split] == "stance"
        stance = st.selectbox(
            "Stance", STANCES, key="stance", bind="query-params", width=130, disabled=by_stance,
            help="\n".join(f"- **{name}**: {text}" for name, text in words.STANCE_HELP.items()),
        )  # fmt: skip
        spanned = st.selectbox("Range", list(page.RANGES), index=1, key="range", bind="query-params", width=130)
        period = st.segmented_control(
            "By", list(PERIODS), default="day", required=True, key="by", bind="query-params", help=words.BY_HELP
        )
        measure = st.segmented_control(
            "Measure", list(MEASURES), default="stories", required=True, key="measure", bind="query-params",
            help=words.MEASURE_HELP,
        )  # fmt: skip
        panel = st.segmented_control(
            "Sources", list(PANELS), default="all", required=True, key="sources", bind="query-params",
            help="“the same throughout” counts only sources that were there from the first day shown to the last: "
            "a source added or lost changes nothing.",
        )  # fmt: skip
    first, last = page.dates(page.RANGES[spanned])
    fixed = PANELS[panel or "all"]
    if MEASURES[measure or "stories"] == "reports" and (fixed or SPLITS[split] not in (None, "stance")):
        st.caption(words.REPORTS_NOT_SPLIT)
        measure = "stories"
    return Asked(
        keys[label],
        label,
        stance,
        SPLITS[split],
        PERIODS[period or "day"],
        MEASURES[measure or "stories"],
        fixed,
        first,
        last,
    )


def _lines(asked: Asked) -> list[Line]:
    """The possible series, in an order that never changes: a side keeps its colour, dash and marker."""
    of, labels = data.watched().monitor, data.watched().labels
    return {
        None: [Line(asked.stance, words.STANCES[asked.stance])],
        "stance": [Line(key, words.STANCES[key]) for key in STANCES],
        "side": [Line(key, labels.side(key)) for key in of.side_keys],
        "language": [Line(key, labels.language(key)) for key in of.languages],
        "people": [Line(key, labels.people(key)) for key in labels.peoples],
        "occurrence": [Line(key, words.OCCURRENCES[key]) for key in OCCURRENCES],
    }[asked.split]


def _events(asked: Asked) -> list[Event]:
    """Events of the range whose date and fact were checked, in full or in part."""
    return [
        event for event in data.watched().lexicon.events if event.verified and asked.first <= event.date <= asked.last
    ]


def _chart(asked: Asked, table: pd.DataFrame, days: pd.DataFrame, events: list[Event]) -> None:
    marks = [Mark(event.date, event.label, event.verified == "partial") for event in events]
    figure = data.figure(
        f"{asked} {data.today()} {page.theme()}",
        lambda: charts.trend(
            table, days, lines=_lines(asked), split=asked.split, measure=asked.measure, period=asked.period,
            events=marks, observers=runs(data.observers(), asked.first, asked.last),
            changes=page.source_marks(asked.first, asked.last),
            expected=_expected(asked), today=data.today(), palette=page.palette(),
        ),
    )  # fmt: skip
    st.plotly_chart(
        figure, theme=None, key="trend", on_select=_picked, selection_mode="points",
        config={"displayModeBar": False, "responsive": True},
        alt=words.trend_alt(
            table, days, asked.label, asked.what, asked.measure,
            within=next((name for name, key in PERIODS.items() if key == asked.period and key in TRAILING), ""),
        ),
    )  # fmt: skip


def _expected(asked: Asked) -> pd.DataFrame | None:
    """What was expected of each day; drawn where the line counts stories of all, day by day."""
    if asked.split or asked.period != "D" or asked.measure != "count" or asked.fixed or asked.stance not in WATCHED:
        return None
    return data.expected(asked.indicator, asked.stance, asked.first, asked.last)


def _judged(asked: Asked) -> None:
    """The table behind the band: what the detector expected of each day, and what it says of it."""
    judged = _expected(asked)
    if judged is None or judged.empty:
        return
    with st.expander("Table: expected and unusual days", key="judged", on_change="rerun") as opened:
        if opened.open:
            st.caption(words.JUDGED_NOTE)
            st.dataframe(
                judged, hide_index=True, height=320, key="expected",
                alt=f"{asked.label}, {asked.what}: what was expected of each day, one row a day",
                column_config={"observability": st.column_config.NumberColumn(format="percent")},
            )  # fmt: skip


def _picked() -> None:
    """A click on a point asks for its stories: the day and the line become the state of the page."""
    points = st.session_state["trend"].selection.points
    chosen = next((point["customdata"] for point in points if isinstance(point.get("customdata"), list)), None)
    if chosen and len(chosen) == 3:
        st.session_state["day"] = date.fromisoformat(chosen[0])
        st.session_state["only"] = chosen[2]


def _ground(asked: Asked) -> str:
    """The second band in words: who could observe at the end of the range, and how often that changed in it."""
    found = runs(data.observers(), asked.first, asked.last)
    times = len(found) - 1
    changed = f"; it changed {words.number(times, 'time', 'times')} in this range" if times else ""
    return f"On the ground on {words.a_day(asked.last)}: {data.access(asked.last, asked.last)}{changed}."


def _said(asked: Asked, table: pd.DataFrame, days: pd.DataFrame) -> None:
    """What the chart cannot draw: days not seen, lines without a story."""
    said = [words.COUNTS_NOTE]
    if asked.measure == "reports":
        said.append(words.REPORTS_NOTE)
    if (judged := _expected(asked)) is not None:
        said += [words.expected_note(judged["state"].tolist()), *map(words.new_baseline, new_baselines(judged))]
    begun = days.loc[days["state"] != charts.BEFORE, "date"]
    if len(begun) and begun.iloc[0] > asked.first:
        said.append(f"No source was asked, and nothing loaded, before {words.a_day(begun.iloc[0])}.")
    if unseen := charts.unseen_runs(days):
        said.append(f"▨ Not seen: {words.runs(unseen)}. Those days are in no sum.")
    if asked.fixed:
        said.append(words.fixed_panel(len(data.panel_sources(first_read(asked.first, asked.period), asked.last))))
    elif changed := data.source_changes(asked.first, asked.last):
        said.append(words.changed_in_range([(one.day, len(one.added), len(one.gone)) for one in changed]))
    said.append(_ground(asked))
    drawn = {line.key for _, line in charts.drawn_lines(table, asked.split, _lines(asked))}
    absent = [line.label for line in _lines(asked) if line.key not in drawn]
    if asked.split and absent:
        said.append(
            f"{words.NONE_SEEN} in this range: {words.listed(absent)} ({data.access(asked.first, asked.last)})."
        )
    if asked.split in ("stance", "people", "occurrence"):
        said.append("These lines do not add up: one story can stand under several.")
    st.caption("  \n".join(said))


def _compared(asked: Asked, days: pd.DataFrame) -> None:
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


def _numbers(asked: Asked, table: pd.DataFrame) -> None:
    """The table behind the chart, and the same as a file."""
    shown = files.daily_columns(table, split=asked.split, period=asked.period)
    name = files.daily_name(data.watched().monitor, asked.indicator, asked.first, asked.last)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.expander("Table: exactly what is drawn", key="table", on_change="rerun") as opened:
            if opened.open:
                st.dataframe(
                    shown, hide_index=True, height=320, key="numbers",
                    alt=f"{asked.label}, {asked.what}, one row per {words.PERIODS[asked.period]}",
                    column_config={
                        "share": st.column_config.NumberColumn(format="percent"),
                        "share_low": st.column_config.NumberColumn(format="percent"),
                        "share_high": st.column_config.NumberColumn(format="percent"),
                        "ratio": st.column_config.NumberColumn(format="percent"),
                        "observability": st.column_config.NumberColumn(format="percent"),
                    },
                )  # fmt: skip
        st.download_button(
            "Download CSV", lambda: files.daily_csv(shown), file_name=name, mime="text/csv", key="csv",
            on_click="ignore",
        )  # fmt: skip


def _revision_table(asked: Asked) -> None:
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


def _event_table(events: list[Event]) -> None:
    body = [
        [
            words.a_day(event.date),
            pieces.plain(event.label) + (f"<br><small>{pieces.plain(event.note)}</small>" if event.note else ""),
            "partly checked" if event.verified == "partial" else "checked",
            " ".join(_source_link(at, source) for at, source in enumerate(event.sources, 1)),
        ]
        for event in sorted(events, key=lambda one: one.date, reverse=True)
    ]
    with st.expander(f"Events on the chart ({len(events)})"):
        st.html(pieces.rows(["Date", "Event", "Date and fact", "Sources"], body, caption="Dated events, newest first"))


def _change_table(changes: list[SourceChange]) -> None:
    """Which sources were added and lost, newest first."""
    body = [
        [
            words.a_day(one.day),
            words.sources_changed(len(one.added), len(one.gone)),
            pieces.plain(", ".join(one.added)),
            pieces.plain(", ".join(one.gone)),
        ]
        for one in reversed(changes)
    ]
    if body:
        with st.expander(f"Sources changed ({len(body)})"):
            head = ["Date", "Change", "Seen from this day on", "In no sum from this day on"]
            st.html(pieces.rows(head, body, caption="Days on which the set of sources changed, newest first"))


def _source_link(at: int, source: str) -> str:
    return pieces.link(source, f"[{at}]") if source.startswith("http") else pieces.plain(source)


def _stories(asked: Asked) -> None:
    """The stories behind the chart: of all of it, or of one point."""
    st.header("Stories behind the chart", anchor=False)
    lines = {line.label: line.key for line in _lines(asked)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = page.a_date(f"Of one {words.PERIODS[asked.period]} (or click a point)", None, key="day", width=230)
        only = ALL
        if asked.split and asked.split != "occurrence":
            if st.session_state.get("only") not in (ALL, *lines):
                st.session_state["only"] = ALL
            only = st.selectbox("Of one line", [ALL, *lines], key="only", bind="query-params", width=220)
    first, last = _window(day, asked) if day else (asked.first, asked.last)
    line = lines[only] if only != ALL else None
    stance = line if asked.split == "stance" else asked.stance
    wanted = StoryQuery(
        first=first, last=last, indicator=asked.indicator, stance=stance,
        side=line if asked.split == "side" else None,
        language=line if asked.split == "language" else None,
        people=line if asked.split == "people" else None,
    )  # fmt: skip
    st.markdown(f"**{asked.label}**, {stance or 'any stance'}, {words.a_range(first, last)}")
    page.list_stories(wanted, key="page", nothing=f"{words.NONE_SEEN} ({data.access(first, last)}).")


def _window(day: date, asked: Asked) -> tuple[date, date]:
    """The period that a day stands in, within the range shown; trailing days also reach before it."""
    if asked.period in TRAILING:
        return first_read(day, asked.period), day
    first, last = {
        "D": (day, day),
        "W": (day - timedelta(days=day.weekday()), day + timedelta(days=6 - day.weekday())),
        "M": (day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])),
    }[asked.period]
    return max(first, asked.first), min(last, asked.last)


show()
