"""What the pictures say: an unseen day is a gap and a hatched column, never a zero; no colour stands alone."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard import charts, pieces, words
from dashboard.charts import DARK, LIGHT, Line, Mark
from metrics.observers import NOBODY, AccessFact, runs

NAN = float("nan")
FIRST = date(2023, 8, 1)
REPORTED = [Line("reported", "reported")]


def daily(counts: list[float], **columns: object) -> pd.DataFrame:
    dates = [FIRST + timedelta(days=at) for at in range(len(counts))]
    return pd.DataFrame({"date": dates, "count": counts, "share": [value / 10 for value in counts]} | columns)


def view(states: list[str], seen: list[float] | None = None) -> pd.DataFrame:
    dates = [FIRST + timedelta(days=at) for at in range(len(states))]
    usual = {"full": 1.0, "partial": 0.7, "unseen": 0.1, "backfill": NAN, "before": NAN}
    return pd.DataFrame({"date": dates, "state": states, "observability": seen or [usual[state] for state in states]})


def drawn(figure: object, name: str, axis: str = "y2") -> object:
    return next(trace for trace in figure.data if trace.name == name and trace.yaxis == axis)  # type: ignore[attr-defined]


CASES = {
    # counts, states → what the line draws, the days that are hatched
    "every day seen": ([1, 0, 2], ["full", "full", "full"], [1, 0, 2], []),
    "a day on which our feeds failed": ([1, NAN, 2], ["full", "unseen", "full"], [1, None, 2], [1]),
    "an outage of two days": ([3, NAN, NAN, 1], ["full", "unseen", "unseen", "full"], [3, None, None, 1], [1, 2]),
    "nothing was ever seen": ([NAN, NAN], ["unseen", "unseen"], [None, None], [0, 1]),
    "days before the first poll are empty, not hatched": ([NAN, 2], ["before", "full"], [None, 2], []),
    "a partly seen day keeps its count": ([1, 2], ["full", "partial"], [1, 2], []),
    "a seen day without a story is a zero": ([0, 0], ["full", "full"], [0, 0], []),
}


@pytest.mark.parametrize(("counts", "states", "line", "hatched"), CASES.values(), ids=CASES)
def test_an_unseen_day_is_a_gap_and_a_hatch_never_a_zero(
    counts: list[float], states: list[str], line: list[float | None], hatched: list[int]
) -> None:
    figure = charts.trend(daily(counts), view(states), lines=REPORTED)
    series = drawn(figure, "reported")
    assert list(series.y) == line  # type: ignore[attr-defined]
    assert series.connectgaps is False  # type: ignore[attr-defined]
    hatches = [trace for trace in figure.data if trace.name == "not seen" and trace.yaxis == "y"]
    days = [day for trace in hatches for day in trace.x]
    assert days == [FIRST + timedelta(days=at) for at in hatched]
    assert all(trace.marker.pattern.shape == "/" for trace in hatches)


@pytest.mark.parametrize(("counts", "states", "line", "hatched"), CASES.values(), ids=CASES)
def test_the_small_picture_hatches_the_same_days(
    counts: list[float], states: list[str], line: list[float | None], hatched: list[int]
) -> None:
    svg = charts.sparkline([None if value != value else value for value in counts], states, LIGHT)
    assert svg.count('class="unseen"') == len(hatched)
    assert svg.count('class="full"') + svg.count('class="partial"') == sum(value is not None for value in line)


def test_a_partly_seen_day_is_drawn_hollow_and_pale() -> None:
    figure = charts.trend(daily([1, 2]), view(["full", "partial"]), lines=REPORTED)
    assert list(drawn(figure, "reported").marker.color) == [LIGHT.series[0], LIGHT.ground]  # type: ignore[attr-defined]
    assert drawn(figure, "partly seen", "y3").marker.pattern.shape == "."  # type: ignore[attr-defined]


TICKS = {"none": (0, 1), "few": (6, 1), "more": (7, 2), "many": (13, 5), "a war": (420, 100)}


@pytest.mark.parametrize(("top", "step"), TICKS.values(), ids=TICKS)
def test_stories_are_counted_on_whole_ticks(top: int, step: int) -> None:
    figure = charts.trend(daily([top]), view(["full"]), lines=REPORTED)
    assert figure.layout.yaxis2.dtick == step


def test_a_week_with_unseen_days_is_hollow_and_says_so() -> None:
    weeks = pd.DataFrame({"date": [date(2023, 7, 31)], "count": [4.0], "share": [0.2], "unseen_days": [2]})
    figure = charts.trend(weeks, view(["full"] * 5 + ["unseen"] * 2), lines=REPORTED, period="W")
    series = drawn(figure, "reported")
    assert list(series.marker.color) == [LIGHT.ground]  # type: ignore[attr-defined]
    assert "2 days of it not seen" in series.customdata[0][1]  # type: ignore[attr-defined]


OPEN = {
    "today": ("D", FIRST, FIRST, True),
    "yesterday": ("D", FIRST, FIRST + timedelta(days=1), False),
    "this week": ("W", date(2023, 7, 31), date(2023, 8, 6), True),
    "last week": ("W", date(2023, 7, 31), date(2023, 8, 7), False),
    "this month": ("M", FIRST, date(2023, 8, 31), True),
}


@pytest.mark.parametrize(("period", "start", "today", "is_open"), OPEN.values(), ids=OPEN)
def test_a_period_that_is_not_over_is_hollow(period: charts.Period, start: date, today: date, is_open: bool) -> None:
    table = pd.DataFrame({"date": [start], "count": [1.0], "share": [0.1], "unseen_days": [0]})
    figure = charts.trend(table, view(["full"]), lines=REPORTED, period=period, today=today)
    assert ("not over yet" in drawn(figure, "reported").customdata[0][1]) is is_open  # type: ignore[attr-defined]
    assert (drawn(figure, "reported").marker.color[0] == LIGHT.ground) is is_open  # type: ignore[attr-defined]


def test_an_unseen_day_stands_full_height_and_hatched_in_the_band() -> None:
    figure = charts.trend(daily([1, NAN]), view(["full", "unseen"]), lines=REPORTED)
    band = drawn(figure, "not seen", "y3")
    assert list(band.y) == [1.0]  # type: ignore[attr-defined]
    assert band.marker.pattern.shape == "/"  # type: ignore[attr-defined]


def test_colour_is_never_the_only_difference_between_two_series() -> None:
    lines = [Line(key, key) for key in "abcdefghi"]
    table = pd.concat([daily([1, 2], side=line.key) for line in lines], ignore_index=True)
    figure = charts.trend(table, view(["full", "full"]), lines=lines, split="side")
    looks = [(trace.line.dash, trace.marker.symbol) for trace in figure.data if trace.yaxis == "y2"]
    assert len(looks) == len(set(looks)) == 9


def test_a_side_keeps_its_colour_when_others_have_nothing_to_show() -> None:
    lines = [Line("armenian", "Armenian"), Line("azerbaijani", "Azerbaijani")]
    table = pd.concat([daily([0], side="armenian"), daily([3], side="azerbaijani")])
    figure = charts.trend(table, view(["full"]), lines=lines, split="side")
    names = {trace.name: trace.line.color for trace in figure.data if trace.yaxis == "y2"}
    assert names == {"Azerbaijani": LIGHT.series[1]}


def test_an_event_is_a_dated_line_and_a_partial_one_is_dotted() -> None:
    marks = [Mark(FIRST, "A <b>road</b> opens", partial=False), Mark(FIRST + timedelta(days=1), "Talks", partial=True)]
    figure = charts.trend(daily([1, 2]), view(["full", "full"]), lines=REPORTED, events=marks)
    assert [shape.line.dash for shape in figure.layout.shapes] == ["solid", "dot"]
    assert "&lt;b&gt;road&lt;/b&gt;" in drawn(figure, "event", "y").text[0]  # type: ignore[attr-defined]


def test_a_chart_of_nothing_is_still_a_chart() -> None:
    empty = pd.DataFrame({"date": [], "count": [], "share": []})
    figure = charts.trend(empty, view([]), lines=REPORTED)
    assert list(drawn(figure, "reported").x) == []  # type: ignore[attr-defined]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    bright, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_4_5_to_1_and_graphics_3_to_1(palette: charts.Palette) -> None:
    for text in (palette.ink, palette.soft):
        assert contrast(text, palette.ground) >= 4.5
        assert contrast(text, palette.card) >= 4.5
    assert contrast(palette.ink, palette.mark) >= 4.5
    for graphic in (*palette.series, palette.hatch, palette.seen, palette.event):
        assert contrast(graphic, palette.ground) >= 3, graphic


RUNS = {
    "none": (["full", "full"], []),
    "one day": (["full", "unseen"], [(1, 1)]),
    "two runs": (["unseen", "unseen", "full", "unseen"], [(0, 1), (3, 3)]),
}


@pytest.mark.parametrize(("states", "runs"), RUNS.values(), ids=RUNS)
def test_unseen_days_are_told_in_runs(states: list[str], runs: list[tuple[int, int]]) -> None:
    expected = [(FIRST + timedelta(days=first), FIRST + timedelta(days=last)) for first, last in runs]
    assert charts.unseen_runs(view(states)) == expected


CHANGES = {
    "more": (7, 5.0, "2 more than usual"),
    "fewer": (0, 3.0, "3 fewer than usual"),
    "within one story": (5, 5.6, "about the same as usual"),
    "within fifteen in a hundred": (104, 100.0, "about the same as usual"),
    "no history": (4, None, "nothing to compare yet"),
    "history unseen": (4, NAN, "nothing to compare yet"),
}


@pytest.mark.parametrize(("week", "usual", "said"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_said_in_words(week: float, usual: float | None, said: str) -> None:
    assert words.change(week, usual) == said


def test_the_alternative_text_says_the_finding_and_the_gap() -> None:
    said = words.trend_alt(daily([1, NAN, 4]), view(["full", "unseen", "full"]), "Food", "reported")
    assert said == "Food, reported, 1 Aug 2023 to 3 Aug 2023: 5 stories, most on 3 Aug 2023 (4); 1 day not seen"


def test_the_alternative_text_of_trailing_days_adds_nothing_up_twice() -> None:
    table, seen = daily([10, 14, 12]), view(["full"] * 3)
    said = words.trend_alt(table, seen, "Food", "reported", within="7 days")
    assert said == "Food, reported, 1 Aug 2023 to 3 Aug 2023: 14 stories in 7 days at most, to 2 Aug 2023"


HOSTILE = {
    "script": ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    "attribute": ('" onmouseover="x', "&quot; onmouseover=&quot;x"),
    "control characters": ("a\x00\x1bb", "ab"),
    "direction overrides": ("a\u202eb\u2066", "ab"),
}


@pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_feed_text_is_text(text: str, shown: str) -> None:
    assert pieces.plain(text) == shown


LINKS = {
    "https": ("https://a.example/x?a=1&b=2", 'href="https://a.example/x?a=1&amp;b=2"'),
    "script address": ("javascript:alert(1)", None),
    "data address": ("data:text/html,x", None),
    "a quote in it": ('https://a.example/"onclick="x', 'href="https://a.example/%22onclick=%22x"'),
    "no address": ("", None),
}


@pytest.mark.parametrize(("url", "href"), LINKS.values(), ids=LINKS)
def test_links_lead_out_only_over_http(url: str, href: str | None) -> None:
    made = pieces.link(url, "title")
    assert made == "title" if href is None else (href in made and 'rel="noopener noreferrer"' in made)


def test_a_second_band_says_who_could_observe_on_the_ground_with_a_pattern_for_each_access() -> None:
    last = FIRST + timedelta(days=2)
    facts = (
        AccessFact("ICRC", "Northtown", "yes", FIRST, FIRST, "", (), False),
        AccessFact("Mission", "Northtown", "no", FIRST - timedelta(days=9), None, "", (), True),
    )
    figure = charts.trend(daily([1, 0, 2]), view(["full"] * 3), lines=REPORTED, observers=runs(facts, FIRST, last))
    there, nobody = drawn(figure, "with access", "y4"), drawn(figure, "none known", "y4")
    assert [*there.width, *nobody.width] == [charts.DAY_MS, 2 * charts.DAY_MS]  # type: ignore[attr-defined]
    assert list(there.customdata) == ["2023-08-01<br>with access: ICRC (until 2023-08-01; partly<br>checked)"]  # type: ignore[attr-defined]
    assert NOBODY.split(" to ")[0] in nobody.customdata[0]  # type: ignore[attr-defined]
    assert there.marker.pattern.shape != nobody.marker.pattern.shape  # type: ignore[attr-defined]
    assert not [trace for trace in charts.trend(daily([1]), view(["full"]), lines=REPORTED).data if trace.yaxis == "y4"]


def test_a_change_of_sources_is_a_dated_line_with_words_and_a_sign_of_its_own() -> None:
    change = Mark(FIRST + timedelta(days=1), words.sources_changed(2, 1), partial=False)
    figure = charts.trend(daily([1, 0, 2]), view(["full"] * 3), lines=REPORTED, changes=[change])
    sign = drawn(figure, "sources changed", "y")
    assert (list(sign.x), list(sign.text)) == ([change.day], ["sources changed: +2 −1"])  # type: ignore[attr-defined]
    assert sign.marker.symbol == "diamond-open"  # type: ignore[attr-defined]
    assert [shape.x0 for shape in figure.layout.shapes] == [change.day]
    small = charts.sparkline([1, 0, 2], ["full"] * 3, LIGHT, changed=[1])
    assert small.count('class="changed"') == 1


def test_one_line_of_shares_stands_in_the_band_of_its_interval() -> None:
    table = daily([2, NAN, 4], share_low=[0.1, NAN, 0.3], share_high=[0.4, NAN, 0.6])
    figure = charts.trend(table, view(["full", "unseen", "full"]), lines=REPORTED, measure="share")
    bands = [trace for trace in figure.data if trace.name == "95 % interval"]
    assert [list(trace.y) for trace in bands] == [[0.1, None, 0.3], [0.4, None, 0.6]]
    assert [trace.fill for trace in bands] == [None, "tonexty"]
    assert figure.layout.yaxis2.range[1] > 0.6, "the band is drawn whole"
    assert drawn(figure, "reported").customdata[0][1].endswith("between 10.0% and 40.0%")  # type: ignore[attr-defined]
    assert not [trace for trace in charts.trend(table, view(["full"] * 3), lines=REPORTED).data if trace.name in bands]


@pytest.mark.parametrize(("top", "step"), [(0.05, 0.01), (0.31, 0.1), (1.0, 0.2)])
def test_shares_stand_on_round_ticks(top: float, step: float) -> None:
    figure = charts.trend(
        daily([0], share_low=[0.0], share_high=[top]), view(["full"]), lines=REPORTED, measure="share"
    )
    assert figure.layout.yaxis2.dtick == pytest.approx(step)


def test_trailing_days_say_what_they_add_up() -> None:
    table = daily([10, 12, 14], unseen_days=[0, 1, 0])
    last = FIRST + timedelta(days=2)
    figure = charts.trend(table, view(["full"] * 3), lines=REPORTED, period="7D", today=last)
    line = drawn(figure, "reported")
    assert line.hovertemplate.startswith("7 days to ")  # type: ignore[attr-defined]
    assert [point[1] for point in line.customdata] == ["", "<br>1 days of it not seen", "<br>not over yet"]  # type: ignore[attr-defined]
    assert figure.layout.yaxis2.title.text == "stories in 7 days"


def test_a_chart_is_marked_by_its_content_and_has_no_template() -> None:
    """The browser draws a chart again when its mark differs: the same on other numbers would keep the old ones."""
    marks = [charts.revised(go.Figure(go.Scatter(y=y))).layout.datarevision for y in ([1, 2], [1, 2], [1, 3])]
    assert marks[0] == marks[1] != marks[2]
    assert "template" not in charts.revised(go.Figure()).layout.to_plotly_json()
