"""As each side tells it: one scale for all, denials told apart without colour, and what one bloc alone reports."""

# ruff: noqa: F811 a fixture is handed to tests under its own name
from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from dashboard import side_chart, sides
from dashboard.charts import LIGHT, Line, Mark
from feeds.monitor import Monitor
from metrics.one_bloc import reported_events
from metrics.origins import Carrier, Said, StoryOf
from metrics.store.story_tables import EventGroup
from tests.dashboard.conftest import OUTAGE
from tests.dashboard.test_pages import figure_of, html_of, opened, words_of  # noqa: F401 a fixture

NAN = float("nan")
FIRST = date(2031, 1, 2)
LINES = [Line("one", "One"), Line("two", "Two"), Line("three", "Three")]


def table(**counts: list[float]) -> pd.DataFrame:
    rows = [
        (FIRST + timedelta(days=n), side, value) for side, all_of in counts.items() for n, value in enumerate(all_of)
    ]
    return pd.DataFrame(rows, columns=["date", "side", "count"]).assign(observability=1.0)


def chart(reported: pd.DataFrame, denied: pd.DataFrame) -> object:
    return side_chart.sides(reported, denied, lines=LINES, period="D", palette=LIGHT)


def bars(figure: object) -> dict[str, list[float]]:
    return {trace.name: list(trace.y) for trace in figure.data if trace.name != "not seen"}  # type: ignore[attr-defined]


def test_reports_stand_above_the_line_and_denials_below_it() -> None:
    figure = chart(table(one=[2, 0], two=[0, 1]), table(two=[3, 0]))
    assert bars(figure) == {"One, reported": [2], "Two, reported": [1], "Two, denied": [-3]}
    shapes = {trace.name: trace.marker.pattern.shape for trace in figure.data}  # type: ignore[attr-defined]
    assert shapes["Two, denied"] == "x"
    assert not shapes["Two, reported"]


def test_all_sides_stand_on_one_scale_and_a_side_without_a_story_has_no_row() -> None:
    figure = chart(table(one=[40, 0], two=[0, 1]), table(two=[3, 0]))
    ranges = {tuple(figure.layout[name].range) for name in ("yaxis", "yaxis2")}  # type: ignore[attr-defined]
    assert len(ranges) == 1
    assert [note.text for note in figure.layout.annotations] == ["<b>One</b>", "<b>Two</b>"]  # type: ignore[attr-defined]


def test_a_day_on_which_its_own_sources_were_not_seen_is_hatched_in_its_row_alone() -> None:
    figure = chart(table(one=[1, NAN], two=[1, 1]), table())
    hatched = [trace for trace in figure.data if trace.name == "not seen"]  # type: ignore[attr-defined]
    assert [(list(trace.x), trace.yaxis) for trace in hatched] == [([FIRST + timedelta(days=1)], "y")]


def test_beside_each_other_none_is_zero_and_not_seen_is_neither() -> None:
    both = sides.beside(table(one=[1, NAN], two=[2, 2]), table(two=[1, 0]), LINES)
    assert both[both["side"] == "two"][["reported", "denied"]].values.tolist() == [[2, 1], [2, 0]]
    one = both[both["side"] == "one"]
    assert one[["reported", "denied"]].values.tolist()[0] == [1, 0]
    assert one[["reported", "denied"]].isna().all(axis=1).tolist() == [False, True]


CELLS = {"both": (3, 1, "3 reported, 1 denied"), "none": (0, 0, "·"), "a denial": (0, 2, "2 denied"),
         "nobody could see": (NAN, NAN, "▨ not seen")}  # fmt: skip


@pytest.mark.parametrize(("reported", "denied", "says"), CELLS.values(), ids=CELLS)
def test_a_cell(reported: float, denied: float, says: str) -> None:
    assert sides._cell(reported, denied) == says


def test_a_date_on_which_none_was_seen_is_left_out_of_the_table_and_one_not_seen_is_not() -> None:
    both = sides.beside(table(one=[1, 0, NAN], two=[0, 0, 0]), table(two=[1, 0, 0]), LINES[:2])
    assert sides._body(both, LINES[:2]) == [["4 Jan 2031", "▨ not seen", "·"], ["2 Jan 2031", "1 reported", "1 denied"]]


# What only one bloc reports -----------------------------------------------------------------------------------------

BLOCS = {"a": ("a", "a2"), "a2": ("a", "a2"), "b": ("b",), "unknown": ("unknown",)}
NOON = datetime(2031, 1, 2, 12, tzinfo=UTC)


def carrier(article: int, side: str, *, counts: bool = True, day: int = 0) -> Carrier:
    when = NOON + timedelta(days=day)
    return Carrier(article, article, "T", "https://example.org", "O", "o", side, "en", when.date(), when, when, "",
                   True, counts)  # fmt: skip


def group(*carriers: Carrier, denies: tuple[int, ...] = ()) -> EventGroup:
    said = {
        one.article: Said(frozenset({("food", "denied" if one.article in denies else "reported")})) for one in carriers
    }
    return EventGroup(1, tuple(StoryOf([one]) for one in carriers), said)


EVENTS = {  # who tells it: the bloc that alone does, "" for none
    "one side": ((carrier(1, "a"),), (), "a"),
    "two sides of one bloc": ((carrier(1, "a"), carrier(2, "a2")), (), "a"),
    "two blocs": ((carrier(1, "a"), carrier(2, "b")), (), ""),
    "the other bloc only denies": ((carrier(1, "a"), carrier(2, "b")), (2,), "a"),
    "a publisher of unknown side too": ((carrier(1, "a"), carrier(2, "unknown")), (), ""),
    "the other bloc in a search that does not count": ((carrier(1, "a"), carrier(2, "b", counts=False)), (), "a"),
}


@pytest.mark.parametrize(("carriers", "denies", "bloc"), EVENTS.values(), ids=EVENTS)
def test_what_one_bloc_alone_reports(carriers: tuple[Carrier, ...], denies: tuple[int, ...], bloc: str) -> None:
    found = reported_events(
        [group(*carriers, denies=denies)], lambda side: BLOCS[side], indicator="food", first=FIRST, last=FIRST
    )
    assert [one.bloc[:1] for one in found] == [(bloc,) if bloc else ()]


def test_a_copy_in_the_other_bloc_is_a_report_of_it() -> None:
    story = StoryOf([carrier(1, "a"), carrier(2, "b")])
    one = EventGroup(1, (story,), {n: Said(frozenset({("food", "reported")})) for n in (1, 2)})
    found = reported_events([one], lambda side: BLOCS[side], indicator="food", first=FIRST, last=FIRST)
    assert [event.bloc for event in found] == [()]


def test_events_of_other_days_or_indicators_are_not_there() -> None:
    later = group(carrier(1, "a", day=3))
    for indicator, last in (("food", FIRST), ("fuel", FIRST + timedelta(days=5))):
        asked = {"indicator": indicator, "first": FIRST, "last": last}
        assert reported_events([later], lambda side: BLOCS[side], **asked) == []


# The page -------------------------------------------------------------------------------------------------------------


def test_lines_by_side_bring_the_small_multiples_and_other_lines_do_not(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "trends", indicator="Food", lines="by side")
    assert "As each side tells it" in [header.value for header in app.header]
    assert "Quessin Bank (invented), denied" in [trace["name"] for trace in figure_of(app, 1)["data"]]
    other = opened(filled_archive, "trends", indicator="Food")
    assert "As each side tells it" not in [header.value for header in other.header]


def test_the_table_has_reports_and_denials_beside_each_other(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "trends", indicator="Food", lines="by side", range="everything")
    app.session_state["beside"] = True
    app.run()
    shown = html_of(app)
    row = re.search(r"<tr><td[^>]*>14 Nov 2031</td>.*?</tr>", shown)[0]
    assert OUTAGE[0] == date(2031, 11, 14)
    assert row.count("not seen") >= 2
    assert re.search(r"\d denied", shown)


def test_what_only_one_bloc_reports_is_listed_with_a_link(opened, filled_archive: str, demo: Monitor) -> None:
    app = opened(filled_archive, "trends", indicator="Food", lines="by side")
    assert "Only Ambrel" not in html_of(app), "nothing is put together until it is opened"
    app.session_state["alone"] = True
    app.run()
    shown = html_of(app)
    listed = re.search(r"<caption>Only ([^:]+): (\d+) events?", shown)
    assert "Ambrel Bank (invented)" in listed[1]
    assert int(listed[2]) > 0
    assert "by publishers of one bloc alone" in words_of(app)
    assert "<script" not in shown


@pytest.mark.parametrize("period", ["week", "month", "7 days"])
def test_every_period_draws(opened, filled_archive: str, period: str) -> None:
    app = opened(filled_archive, "trends", indicator="Food", lines="by side", by=period, range="everything")
    assert not app.exception


def test_an_indicator_that_no_side_reports_says_so(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "trends", indicator="Displacement", lines="by side")
    assert not app.exception
    assert "by no side" in words_of(app)


def test_days_on_which_sources_changed_are_a_line_through_all_sides() -> None:
    mark = Mark(FIRST + timedelta(days=1), "sources changed: +1 −0", partial=False)
    tables = table(one=[2, 0], two=[0, 1]), table(two=[3, 0])
    figure = side_chart.sides(*tables, lines=LINES, period="D", palette=LIGHT, changes=[mark])
    [line] = figure.layout.shapes
    assert (line.x0, line.yref) == (mark.day, "paper")
    [told] = [trace for trace in figure.data if trace.name == "sources changed"]
    assert (list(told.x), list(told.text)) == ([mark.day], [mark.label])
