"""Trends: indicators and words over time, and what stands behind a point. Asks, draws, explains; never computes."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import (
    chart_more,
    charts,
    claims,
    data,
    files,
    later,
    page,
    sides,
    talks,
    trend_data,
    trend_stories,
    trend_tables,
    words,
    words_trends,
)  # fmt: skip
from dashboard.charts import TRAILING, Line, Mark
from dashboard.trend_asked import PERIODS, PICTURES, SERIES, Asked, asked, permalink
from metrics.detect_table import new_baselines
from metrics.lexicon import Event
from metrics.model import OCCURRENCES, STANCES
from metrics.observers import runs
from metrics.rolling import first_read

KEPT_PLACE = '<div class="m-place"></div>'  # Streamlit shows no container that is empty


def show() -> None:
    """The chart is sent first: its controls stand above it in a place kept for them, and come when it is on its way."""
    if not data.loaded_days(*data.span()) and page.is_empty():  # an archive may hold nothing but a data package
        return
    controls = later.Later()
    try:
        with st.container(key="controls"):
            st.html(KEPT_PLACE)
            with controls.held():
                wanted = asked()
        if wanted is not None:
            _answered(wanted, controls)
    finally:
        controls.send()


def _answered(wanted: Asked, controls: later.Later) -> None:
    table = trend_data.table(wanted)
    days = data.observed(wanted.first, wanted.last, fixed=wanted.fixed)
    lines, events = _lines(wanted, table), _events(wanted)
    left, right = st.columns([13, 8], gap="medium")
    with left:
        slot = st.container()  # the chart stands above the format of its picture, which must be known first
        below = st.container(horizontal=True, vertical_alignment="bottom")
        with below, controls.held():
            picture = _picture()
        with slot:
            _chart(wanted, table, days, lines, events, picture)
        controls.send()
        with below:
            _handed_out(wanted, table)
        _said(wanted, table, days, lines)
    with right:
        trend_stories.section(wanted, lines)
    _below(wanted, table, days, events)


def _below(wanted: Asked, table: pd.DataFrame, days: pd.DataFrame, events: list[Event]) -> None:
    """What can be looked up under the chart and its stories."""
    trend_tables.numbers(wanted, table)
    trend_tables.against(wanted)
    _of_one_indicator(wanted, days)
    if events:
        trend_tables.events(events)
    trend_tables.changes(data.source_changes(wanted.first, wanted.last))
    indicators = [one.key for one in wanted.subjects if not one.words]
    claims.section(indicators[0] if indicators else "", wanted.first, wanted.last)
    talks.section(wanted.first, wanted.last)


def _of_one_indicator(wanted: Asked, days: pd.DataFrame) -> None:
    """What can be said of an indicator that is shown alone."""
    if not wanted.indicator:
        return
    trend_tables.compared(wanted, days)
    trend_tables.revisions(wanted)
    trend_tables.judged(wanted)
    if wanted.split == "side":
        sides.section(
            wanted.indicator, wanted.label, wanted.first, wanted.last, period=wanted.period, fixed=wanted.fixed
        )


def _lines(wanted: Asked, table: pd.DataFrame) -> list[Line]:
    """The possible series, in an order that never changes: a side keeps its colour, dash and marker."""
    of, labels = data.watched().monitor, data.watched().labels
    if wanted.split is None:
        subject = wanted.subjects[0]
        return [Line("", subject.label) if subject.words else Line(wanted.stance, words.STANCES[wanted.stance])]
    if wanted.split == SERIES:
        return [Line(one.key, one.label) for one in wanted.subjects]
    if wanted.split == "place":  # too many for all of them: those named most, in the order of places.yaml
        drawn = trend_data.named_most(table)
        return [Line(spot.id, spot.name) for spot in data.spots() if spot.id in drawn]
    return {
        "stance": [Line(key, words.STANCES[key]) for key in STANCES],
        "side": [Line(key, labels.side(key)) for key in of.side_keys],
        "language": [Line(key, labels.language(key)) for key in of.languages],
        "people": [Line(key, labels.people(key)) for key in labels.peoples],
        "occurrence": [Line(key, words.OCCURRENCES[key]) for key in OCCURRENCES],
    }[wanted.split]


def _events(wanted: Asked) -> list[Event]:
    """Events of the range whose date and fact were checked, in full or in part."""
    return [
        event for event in data.watched().lexicon.events if event.verified and wanted.first <= event.date <= wanted.last
    ]


def _chart(
    wanted: Asked, table: pd.DataFrame, days: pd.DataFrame, lines: list[Line], events: list[Event], picture: str
) -> None:
    figure = data.figure(f"{wanted} {data.today()} {page.theme()}", lambda: _figure(wanted, table, days, lines, events))
    st.plotly_chart(
        figure, theme=None, key="trend", on_select=trend_stories.picked, selection_mode="points",
        config={
            "displayModeBar": True, "displaylogo": False, "responsive": True, "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {
                "format": picture.lower(), "scale": 2 if picture == "PNG" else 1,
                "filename": files.picture_name(data.watched().monitor, wanted.slug, wanted.first, wanted.last),
            },
        },
        alt=words.trend_alt(
            table, days, wanted.label, wanted.what, wanted.measure,
            within=next((name for name, key in PERIODS.items() if key == wanted.period and key in TRAILING), ""),
        ),
    )  # fmt: skip


def _figure(
    wanted: Asked, table: pd.DataFrame, days: pd.DataFrame, lines: list[Line], events: list[Event]
) -> go.Figure:
    palette, expected = page.palette(), trend_tables.expected(wanted)
    figure = charts.trend(
        table, days, lines=[] if wanted.stacked else lines, split=wanted.split, measure=wanted.measure,
        period=wanted.period, events=[Mark(event.date, event.label, event.verified == "partial") for event in events],
        observers=runs(data.observers(), wanted.first, wanted.last),
        changes=page.source_marks(wanted.first, wanted.last), expected=expected, today=data.today(), palette=palette,
    )  # fmt: skip
    look = chart_more.Look(wanted.measure, wanted.period, palette)
    if wanted.stacked:
        chart_more.stack(figure, table, look, by="stance", lines=lines)
    pairs = trend_data.compared(wanted)
    if pairs is not None:
        by = SERIES if wanted.split == SERIES else None
        chart_more.other_period(figure, pairs, look, by=by, lines=lines)
    if wanted.stacked or pairs is not None:
        chart_more.rescale(figure, wanted.measure)
    if expected is not None:
        found = [Mark(one.day, words.new_baseline(one), partial=False) for one in new_baselines(expected)]
        chart_more.new_baselines(figure, found, palette)
    chart_more.caption(figure, _caption(wanted), palette)
    return figure


def _caption(wanted: Asked) -> chart_more.Caption:
    monitor = data.watched().monitor
    split = next((name for name in ("side", "language", "place", "people", "occurrence") if name == wanted.split), "")
    unit = f" {charts.UNITS[wanted.period]}" if wanted.measure not in charts.WITH_INTERVAL else ""
    drawn = f"{charts.NOUNS[wanted.measure]}{unit}{' by ' if split else ''}{split}"
    return chart_more.Caption(
        words_trends.picture_title(wanted.named, drawn, wanted.first, wanted.last),
        words_trends.source_line(
            monitor.title, data.now(), monitor.zone, data.counted_under(), invented=monitor.invented
        ),
    )


def _picture() -> str:
    """The format of pictures of the chart."""
    picture = st.segmented_control(
        words_trends.PICTURE, PICTURES, default=PICTURES[0], required=True, key="picture", bind="query-params",
        help=words_trends.PICTURE_HELP,
    )  # fmt: skip
    return picture or PICTURES[0]


def _handed_out(wanted: Asked, table: pd.DataFrame) -> None:
    """What is seen, as a file or a link."""
    trend_tables.csv(wanted, table)
    with st.popover(words_trends.PERMALINK):
        st.code(permalink(wanted), language=None, wrap_lines=True)
        st.caption(words_trends.PERMALINK_NOTE)


def _ground(wanted: Asked) -> str:
    """The second band in words: who could observe at the end of the range, and how often that changed in it."""
    found = runs(data.observers(), wanted.first, wanted.last)
    times = len(found) - 1
    changed = f"; it changed {words.number(times, 'time', 'times')} in this range" if times else ""
    return f"On the ground on {words.a_day(wanted.last)}: {data.access(wanted.last, wanted.last)}{changed}."


def _said(wanted: Asked, table: pd.DataFrame, days: pd.DataFrame, lines: list[Line]) -> None:
    """What the chart cannot draw: days not seen, lines without a story."""
    said = [words.COUNTS_NOTE, *_about_counts(wanted), *_about_days(wanted, days)]
    said.append(_ground(wanted))
    drawn = {line.key for _, line in charts.drawn_lines(table, wanted.split, lines)}
    absent = [line.label for line in lines if line.key not in drawn]
    if wanted.split and absent:
        said.append(
            f"{words.NONE_SEEN} in this range: {words.listed(absent)} ({data.access(wanted.first, wanted.last)})."
        )
    st.caption("  \n".join(said))


def _about_counts(wanted: Asked) -> list[str]:
    said = []
    if wanted.measure == "reports":
        said.append(words.REPORTS_NOTE)
    if (judged := trend_tables.expected(wanted)) is not None:
        said += [words.expected_note(judged["state"].tolist()), *map(words.new_baseline, new_baselines(judged))]
    if wanted.against:
        unseen = data.observed(*wanted.against, fixed=wanted.fixed)["state"].isin(["unseen", "before"]).sum()
        said.append(words_trends.compared(wanted.against_name, wanted.against, int(unseen)))
    if wanted.split == SERIES:
        said.append(words_trends.SEVERAL_NOTE)
    if wanted.split == "place":
        said.append(words_trends.PLACES_NOTE)
    if wanted.stacked:
        said.append(words_trends.STACK_NOTE)
    elif wanted.split in ("stance", "people", "occurrence"):
        said.append("These lines do not add up: one story can stand under several.")
    return said


def _about_days(wanted: Asked, days: pd.DataFrame) -> list[str]:
    said = []
    begun = days.loc[days["state"] != charts.BEFORE, "date"]
    if len(begun) and begun.iloc[0] > wanted.first:
        said.append(f"No source was asked, and nothing loaded, before {words.a_day(begun.iloc[0])}.")
    if unseen := charts.unseen_runs(days):
        said.append(f"▨ Not seen: {words.runs(unseen)}. Those days are in no sum.")
    said += page.loaded_notes(wanted.first, wanted.last)
    if wanted.fixed:
        said.append(words.fixed_panel(len(data.panel_sources(first_read(wanted.first, wanted.period), wanted.last))))
    elif changed := data.source_changes(wanted.first, wanted.last):
        said.append(words.changed_in_range([(one.day, len(one.added), len(one.gone)) for one in changed]))
    return said


show()
