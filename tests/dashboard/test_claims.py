"""Claimed figures as points, what stands around a story, and the switch between stories, articles and reports."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox, UnknownElement

from dashboard import claim_chart, pieces, words
from dashboard.charts import LIGHT, Line, Mark
from feeds.archive import open_archive
from feeds.monitor import Monitor
from feeds.sources import read_sources
from metrics.ledger import LEDGER
from metrics.origins import Carrier
from tests.dashboard.conftest import TODAY, english, item, store, tag, visit
from tests.dashboard.test_pages import html_of, opened, words_of  # noqa: F401 a fixture

SIDES = [Line("one", "One"), Line("two", "Two"), Line("", "nobody named")]
NOON = datetime(2031, 1, 2, 12, tzinfo=UTC)


def claim(article: int, value: float, side: str, **other: object) -> dict[str, object]:
    of = {"date": date(2031, 1, 2), "value": value, "high": None, "bound": "", "claimant": "a <b>mayor</b>",
          "claimant_side": side, "outlet": "Paper", "article": article, "articles": str(article), **other}  # fmt: skip
    return {name: of.get(name, "") for name in LEDGER}


def table(*claims: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(claims, columns=list(LEDGER)).astype({"value": float, "high": float})


def test_every_claim_is_a_point_of_its_side_and_no_line_joins_them() -> None:
    figure = claim_chart.claims(
        table(claim(1, 10, "one"), claim(2, 12, "one"), claim(3, 300, "two")), lines=SIDES, unit="people", palette=LIGHT
    )
    assert [(trace.name, list(trace.y), trace.mode) for trace in figure.data] == [
        ("One", [10, 12], "markers"), ("Two", [300], "markers"),
    ]  # fmt: skip
    assert [point[0] for point in figure.data[0].customdata] == [1, 2]


def test_a_range_reaches_to_its_upper_end_and_a_bound_is_said() -> None:
    figure = claim_chart.claims(
        table(claim(1, 20, "one", high=30.0), claim(2, 5, "", bound="more")), lines=SIDES, unit="trucks", palette=LIGHT
    )
    assert list(figure.data[0].error_y.array) == [10]
    assert "20 to 30 trucks" in figure.data[0].customdata[0][1]
    assert "more than 5 trucks" in figure.data[1].customdata[0][1]


def test_equal_numbers_of_one_day_and_side_are_one_point_that_says_how_many() -> None:
    found = table(claim(1, 10, "one"), claim(2, 10, "one"), claim(3, 10, "two"), claim(4, 10, "one", bound="more"))
    assert claim_chart.points(found)["claims"].tolist() == [2, 1, 1]
    figure = claim_chart.claims(found, lines=SIDES, unit="people", palette=LIGHT)
    assert [list(trace.y) for trace in figure.data] == [[10, 10], [10]]
    assert "and 1 more of that day" in figure.data[0].customdata[0][1]


def test_the_name_of_a_claimant_stays_text_in_the_hover() -> None:
    figure = claim_chart.claims(table(claim(1, 1, "one")), lines=SIDES, unit="people", palette=LIGHT)
    assert "<b>" not in figure.data[0].customdata[0][1]


def other(title: str) -> Carrier:
    return Carrier(
        7, 7, title, "https://example.org/7", "Far Post", "far", "overseas", "en", date(2031, 1, 2), NOON, NOON, "",
        True, True,
    )  # fmt: skip


def test_the_other_stories_of_an_event_open_to_their_articles(demo: Monitor) -> None:
    labels = english(demo)
    shown = pieces.event_of(pieces.EventLine("Wire", (other("<script>x</script>"),), 2), labels)
    assert "Its text says it has this from" in shown
    assert "2 stories about this event, 2 independent reports" in shown
    assert 'href="https://example.org/7"' in shown
    assert "<script>" not in shown


def test_a_story_alone_says_nothing_of_an_event(demo: Monitor) -> None:
    assert pieces.event_of(pieces.EventLine("", (), 1), english(demo)) == ""


@pytest.mark.parametrize("measure", ["stories", "articles", "independent reports", "share of relevant"])
def test_every_measure_draws(opened, filled_archive: str, measure: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", measure=measure, indicator="Food")
    assert not app.exception
    assert ("Independent reports: the distinct families" in words_of(app)) is (measure == "independent reports")


def test_independent_reports_are_not_split_by_side_and_the_page_says_so(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", measure="independent reports", lines="by side")
    assert not app.exception
    assert "Independent reports are of whole events" in words_of(app)


def test_trends_shows_the_figures_of_its_days_or_that_there_are_none(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", range="everything")
    assert not app.exception
    assert "Figures as claimed" in [header.value for header in app.header]
    assert "They are never added" in words_of(app) or "claims a number" in words_of(app)


@pytest.fixture
def claimed(tmp_path: Path, demo: Monitor) -> str:
    """An archive in which two sides claim how many were displaced."""
    said = (
        "Some 1,200 people were displaced from Perrinor, the valley council said.",
        "Quessin spokesperson Yessel Dorm said 300 people were displaced from Perrinor.",
    )
    items = [item("claim", TODAY, n, title=f"Families leave Perrinor {n}", text=text) for n, text in enumerate(said)]
    url = f"sqlite:///{tmp_path}/claimed.db"
    with open_archive(url) as archive:
        store(archive, demo, [visit(read_sources(demo)[0], TODAY - timedelta(days=1), [])])
        store(archive, demo, [visit(read_sources(demo)[0], TODAY, items, hour=5)])
        tag(archive, demo)
    return url


def test_claims_of_one_side_can_be_asked_for_and_the_address_keeps_it(opened, claimed: str) -> None:  # noqa: F811
    box = claimed_by(opened(claimed, "trends"))
    any_side, *sides = box.options
    assert (box.value, any_side) == ("any", "any")
    assert len(sides) > 1
    for side in sides:
        one = opened(claimed, "trends", **{"claimed-by": side})
        assert claimed_by(one).value == side
        drawn = [names_of(each) - {CHANGED} for each in one.get("plotly_chart")]
        assert {side} in drawn
        assert set(sides) not in drawn
    assert set(sides) in [names_of(each) - {CHANGED} for each in opened(claimed, "trends").get("plotly_chart")]


def claimed_by(app: AppTest) -> Selectbox:
    return next(one for one in app.selectbox if one.label == words.CLAIMED_BY)


CHANGED = "sources changed"


def names_of(chart: UnknownElement) -> set[str]:
    return {trace.get("name", "") for trace in json.loads(chart.proto.spec)["data"]}


def test_a_story_of_the_page_names_the_others_about_its_event(opened, filled_archive: str) -> None:  # noqa: F811
    assert "stories about this event" in html_of(opened(filled_archive, "coverage", about="Food"))


def test_days_on_which_sources_changed_are_marked_among_the_claims() -> None:
    mark = Mark(date(2023, 1, 2), "sources changed: +1 −0", partial=False)
    figure = claim_chart.claims(table(claim(1, 10, "one")), lines=SIDES, unit="people", palette=LIGHT, changes=[mark])
    assert [shape.x0 for shape in figure.layout.shapes] == [mark.day]
    assert [list(trace.text) for trace in figure.data if trace.name == "sources changed"] == [[mark.label]]
