"""Trends: several indicators and words on one chart, another period, links, files; what was not seen is no zero."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from dashboard import address, chart_more, charts
from dashboard.chart_more import Caption, Look
from dashboard.charts import LIGHT, Line, Mark
from metrics.periods import beside
from tests.dashboard.conftest import OUTAGE, TODAY
from tests.dashboard.test_charts import FIRST, NAN, daily, view
from tests.dashboard.test_pages import figure_of, html_of, opened, words_of  # noqa: F401
from tests.further import further

LOOK = Look("count", "D", LIGHT)


def lines_of(app) -> dict[str, dict[str, object]]:
    """Name → counts by date of every line of the chart."""
    traces = [one for one in figure_of(app)["data"] if one.get("yaxis") == "y2" and "lines" in one.get("mode", "")]
    return {one["name"]: dict(zip(one["x"], one["y"], strict=True)) for one in traces}


def options_of(app) -> list[str]:
    return app.selectbox(key="only").options


@pytest.mark.thorough
def test_several_indicators_and_words_are_one_line_each(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", indicator="Food", also="Gas supply", words="insulin", range="4 weeks")
    drawn = lines_of(app)
    assert list(drawn) == ["Food", "Gas supply", "“insulin”"]
    assert drawn["“insulin”"]["2031-11-25"] == 1
    assert drawn["“insulin”"]["2031-11-24"] == 0, "seen, and none"
    assert all(counts[day.isoformat()] is None for counts in drawn.values() for day in OUTAGE)
    assert len({trace["line"]["dash"] for trace in figure_of(app)["data"] if trace.get("name") in drawn}) == 3
    assert options_of(app) == list(drawn), "each has its own stories"


def test_the_stories_of_one_line_are_beside_the_chart(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", words="insulin", only="“insulin”", day="2031-11-25")
    assert "1 story, newest first" in words_of(app)
    assert "insulin" in html_of(app)


def test_words_alone_can_be_split_by_side_and_not_by_stance(opened, filled_archive: str) -> None:  # noqa: F811
    alone = {"indicator": "none, only words", "words": "shortage", "range": "everything"}
    by_side = lines_of(opened(filled_archive, "trends", lines="by side", **alone))
    assert len(by_side) > 1
    by_stance = opened(filled_archive, "trends", lines="by stance", **alone)
    assert list(lines_of(by_stance)) == ["“shortage”"]
    assert "Words can be drawn in one line" in words_of(by_stance)


def test_nothing_chosen_says_what_to_do(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", indicator="none, only words")
    assert not app.exception
    assert "type words to search for" in words_of(app)


@pytest.mark.parametrize("measure", ["articles", "independent reports", "share of relevant", "per usual day"])
@pytest.mark.parametrize("period", further(["day", "week", "28 days"]))
def test_every_measure_draws_words_beside_an_indicator(opened, filled_archive: str, measure: str, period: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", words="bread", measure=measure, by=period)
    assert not app.exception
    assert any(value for value in lines_of(app)["“bread”"].values())


@pytest.mark.parametrize(
    "measure", ["stories", "articles", "independent reports", "share of relevant", "per usual day"]
)
def test_places_are_drawn_with_both_names_by_every_measure(opened, filled_archive: str, measure: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", lines="by place", measure=measure, range="everything", by="week")
    assert not app.exception
    assert "stories are shown" not in words_of(app), "what was asked for is drawn"
    drawn = [value for value in lines_of(app)["Perrinor / Tollem"].values() if value is not None]
    assert max(drawn) > 0


def test_by_place_the_same_sources_throughout_can_be_asked_for(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", lines="by place", sources="the same throughout", range="everything")
    assert "there throughout" in words_of(app)
    assert max(value or 0 for value in lines_of(app)["Perrinor / Tollem"].values()) > 0


def test_the_stories_of_one_place_stand_beside_the_chart(opened, filled_archive: str) -> None:  # noqa: F811
    chosen = opened(filled_archive, "trends", lines="by place", only="Perrinor / Tollem")
    assert "newest first" in words_of(chosen)


def test_another_period_is_drawn_under_the_days_shown_with_its_own_dates(opened, filled_archive: str) -> None:  # noqa: F811
    own = {"range": "own dates", "from": "2031-11-17", "to": "2031-11-23", "against": "the days before"}
    app = opened(filled_archive, "trends", indicator="Food", **own)
    drawn = lines_of(app)
    before = lines_of(opened(filled_archive, "trends", **{**own, "from": "2031-11-10", "to": "2031-11-16"}))["reported"]
    assert list(drawn["reported, compared"]) == list(drawn["reported"]), "the same days of the axis"
    assert list(drawn["reported, compared"].values()) == list(before.values())
    assert drawn["reported, compared"]["2031-11-21"] is None, "14 November was not seen"
    assert "10 Nov 2031 to 16 Nov 2031 (dotted); 2 days of it were not seen" in words_of(app)
    trace = next(one for one in figure_of(app)["data"] if one["name"] == "reported, compared")
    assert trace["customdata"][0][0] == "2031-11-10", "a click asks for the stories of that day"


def test_both_dates_stand_in_the_table(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", range="4 weeks", against="days from …", begins="2031-10-07")
    app.session_state["both"] = True
    app.run()
    table = app.dataframe[0].value
    assert list(table.columns[:4]) == ["date", "other_date", "count", "other_count"]
    assert table["other_date"].iloc[0] == date(2031, 10, 7)
    assert table["date"].iloc[0] == TODAY - timedelta(days=27)


def test_stances_are_stacked_on_each_other(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", lines="stances stacked", range="everything")
    columns = [one for one in figure_of(app)["data"] if one.get("yaxis") == "y2"]
    assert {one["type"] for one in columns} == {"bar"}
    assert len({one["marker"]["pattern"]["shape"] for one in columns}) == len(columns) == 4, "no colour stands alone"
    height: dict[str, float] = {}
    for one in columns:
        for day, base, value in zip(one["x"], one["base"], one["y"], strict=True):
            assert base == height.get(day, 0)
            height[day] = base + value
    assert max(height.values()) > max(columns[0]["y"])
    assert "its height is not a number of stories" in words_of(app)


def test_the_slider_becomes_own_dates(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", range="4 weeks")
    app.slider(key="slid").set_range(date(2031, 11, 3), date(2031, 11, 9)).run()
    assert app.selectbox(key="range").value == "own dates"
    assert list(lines_of(app)["reported"]) == [f"2031-11-{day:02}" for day in range(3, 10)]


def test_the_link_has_the_days_as_dates_and_opens_the_same_view(opened, filled_archive: str) -> None:  # noqa: F811
    wanted = {"indicator": "Food", "also": "Gas supply", "by": "week", "range": "4 weeks", "words": "a&b=c"}
    app = opened(filled_archive, "trends", **wanted)
    found = parse_qs(urlsplit(app.code[0].value).query)
    assert found["range"] == ["own dates"]
    assert (found["from"], found["to"]) == (["2031-11-04"], ["2031-12-01"])
    assert (found["also"], found["by"], found["words"]) == (["Gas supply"], ["week"], ["a&b=c"])
    again = opened(filled_archive, "trends", **{key: value[0] for key, value in found.items()})
    assert lines_of(again) == lines_of(app)
    assert not again.warning


def test_a_bad_address_gives_the_defaults_and_says_so(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", indicator="nonsense", day="never", by="[x](javascript:1)", zz="1")
    said = app.warning[0].value
    assert "indicator “nonsense”, day “never”" in said
    assert "\\[x\\]\\(javascript" in said, "an address is anybody's: shown as typed"
    assert app.selectbox(key="indicator").value == "Food"


ODD = {
    "known": ({"by": ["day"]}, []),
    "unknown value": ({"by": ["hour"]}, [("by", "hour")]),
    "unknown key": ({"x": ["1"]}, [("x", "1")]),
    "one of several": ({"by": ["day", "hour"]}, [("by", "hour")]),
    "a date": ({"day": ["2031-02-28"]}, []),
    "no date": ({"day": ["2031-02-30"]}, [("day", "2031-02-30")]),
    "any text": ({"q": ["<b>"]}, []),
}


@pytest.mark.parametrize(("asked", "expected"), ODD.values(), ids=ODD)
def test_what_an_address_may_ask_for(asked: dict[str, list[str]], expected: list[tuple[str, str]]) -> None:
    assert address.odd(asked, {"by": ["day"], "day": address.A_DATE, "q": address.ANY_TEXT}) == expected


def test_politics_and_talks_stand_apart(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", range="4 weeks")
    app.session_state["talks"] = True
    app.run()
    assert not app.exception
    figures = [figure_of(app, at)["data"] for at in range(len(app.get("plotly_chart")))]
    drawn = next(one for data in figures for one in data if one["name"] == "politics and talks")
    counts = dict(zip(drawn["x"], drawn["y"], strict=True))
    assert counts[OUTAGE[0].isoformat()] is None
    assert sum(value or 0 for value in counts.values()) == 5, "every sixth day, one of them in the outage"
    assert "Envoys meet on the valley" in html_of(app)


def test_the_picture_says_what_it_is_and_whence(opened, filled_archive: str) -> None:  # noqa: F811
    app = opened(filled_archive, "trends", indicator="Food", range="4 weeks", picture="SVG")
    said = " ".join(one["text"] for one in figure_of(app)["layout"]["annotations"]).replace("<br>", " ")
    assert "<b>Food, reported: stories a day, 4 Nov 2031 to 1 Dec 2031</b>" in said.replace("</b> <b>", " ")
    assert "Reported in our sources, not events" in said
    assert "as of 1 Dec 2031" in said
    assert "INVENTED DATA" in said
    config = app.get("plotly_chart")[0].proto.config
    assert '"format": "svg"' in config
    assert "INVENTED-demo-food-2031-11-04-2031-12-01" in config


def test_a_point_of_the_other_period_without_a_twin_is_a_gap() -> None:
    figure = charts.trend(daily([1, 2, 3]), view(["full"] * 3), lines=[Line("reported", "reported")])
    then = daily([7, NAN]).assign(date=[FIRST - timedelta(days=7), FIRST - timedelta(days=6)])
    chart_more.other_period(figure, beside(daily([1, 2, 3]), then), LOOK, by=None, lines=[Line("", "reported")])
    chart_more.rescale(figure, "count")
    trace = figure.data[-1]
    assert list(trace.y) == [7, None]
    assert trace.connectgaps is False
    assert figure.layout.yaxis2.range[1] > 7


def test_a_new_baseline_is_marked_on_its_day() -> None:
    figure = charts.trend(daily([1, 2, 3]), view(["full"] * 3), lines=[Line("reported", "reported")])
    chart_more.new_baselines(figure, [Mark(FIRST, "New baseline <b>", partial=False)], LIGHT)
    assert figure.layout.shapes[-1].x0 == FIRST
    assert figure.data[-1].text == ("New baseline &lt;b&gt;",)


def test_a_caption_is_escaped_and_makes_room_for_itself() -> None:
    figure = charts.trend(daily([1]), view(["full"]), lines=[Line("reported", "reported")])
    before = figure.layout.height
    chart_more.caption(figure, Caption("“<script>” " * 12, "source"), LIGHT)
    assert "<script" not in figure.layout.annotations[-1].text
    assert figure.layout.height > before
    assert figure.layout.paper_bgcolor == LIGHT.ground, "a saved picture is not transparent"


def test_a_stack_of_a_week_begins_on_its_monday() -> None:
    monday = date(2023, 8, 7)
    table = pd.DataFrame({"date": [monday] * 2, "stance": ["reported", "denied"], "count": [2.0, 1.0]})
    figure = charts.trend(daily([1]), view(["full"]), lines=[])
    lines = [Line("reported", "reported"), Line("denied", "denied")]
    chart_more.stack(figure, table, Look("count", "W", LIGHT), by="stance", lines=lines)
    first, second = figure.data[-2:]
    assert (first.offset, second.base) == (0.0, (2.0,))
    assert second.customdata[0][0] == "2023-08-07"


def test_a_link_with_several_indicators_opens_in_another_language(opened, filled_archive: str) -> None:  # noqa: F811
    for several in (["Gas supply", "Food"], ["Food"]):
        app = opened(filled_archive, "trends", indicator="Medicine and health care", also=several, lang="Русский")
        assert not app.exception
        assert not app.warning
        assert len(lines_of(app)) == 1 + len(several)
        assert "Food" not in lines_of(app)
