"""Every page on an empty and on a filled archive, in process: feed text stays text, the address holds the state."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from streamlit.runtime.caching import cache_utils
from streamlit.testing.v1 import AppTest

from dashboard import pieces, words
from feeds.monitor import Monitor
from metrics.explain import Explanation
from metrics.model import Hit
from tests.dashboard.conftest import HOSTILE, OUTAGE, TODAY, english
from tests.further import further

VIEWS = ("situation", "trends", "coverage", "places", "sources", "summary", "method")


@pytest.fixture
def opened(root: Path, monkeypatch: pytest.MonkeyPatch):
    """`opened(archive_url, page, **query)`: the app at that page, run once."""

    def at(archive: str, view: str, **query: str) -> AppTest:
        monkeypatch.setenv("MONITOR", str(root / "monitors" / "demo"))
        monkeypatch.setenv("MONITOR_ARCHIVE", archive)
        app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        return app.switch_page(f"views/{view}.py").run() if view != "situation" else app

    return at


def html_of(app: AppTest) -> str:
    return "\n".join(element.value for element in app.html)


def words_of(app: AppTest) -> str:
    """All that a reader reads, HTML pieces included."""
    shown = [element.value for kind in (app.markdown, app.caption, app.info, app.warning) for element in kind]
    return "\n".join([html_of(app), *shown])


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_opens_on_an_empty_archive_and_says_what_to_do(opened, empty_archive: str, view: str) -> None:
    app = opened(empty_archive, view)
    assert not app.exception
    assert not app.error
    if view not in ("sources", "method"):
        assert "make run" in words_of(app)


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_opens_on_a_filled_archive(opened, filled_archive: str, view: str) -> None:
    app = opened(filled_archive, view)
    assert not app.exception
    assert not app.error
    assert "<style" not in html_of(app)  # the browser would wash it letter by letter, before the first chart


@pytest.mark.parametrize("view", ["situation", "trends", "coverage"])
def test_a_page_asks_streamlits_caches_a_few_dozen_times(opened, filled_archive: str, view: str, monkeypatch) -> None:
    """Each time the question is written out and hashed; what is asked hundreds of times is kept by functools."""
    app = opened(filled_archive, view)
    asked: list[str] = []
    named = cache_utils._make_value_key

    def counted(*args, **kwargs) -> str:
        asked.append("")
        return named(*args, **kwargs)

    monkeypatch.setattr(cache_utils, "_make_value_key", counted)
    app.run()
    assert 0 < len(asked) < 60


def test_a_missing_archive_is_said_and_not_raised(opened, tmp_path: Path) -> None:
    app = opened(f"sqlite:///{tmp_path}/none.db", "situation")
    assert not app.exception
    assert "no such file yet" in words_of(app)


@pytest.mark.parametrize("view", VIEWS)
def test_an_invented_monitor_says_so_on_every_page(opened, filled_archive: str, view: str) -> None:
    assert 'class="m-invented"' in html_of(opened(filled_archive, view))


def test_hostile_titles_and_sentences_are_text(opened, filled_archive: str) -> None:
    for view in ("situation", "coverage", "trends", "summary"):
        shown = html_of(opened(filled_archive, view, **({"of": str(TODAY)} if view == "summary" else {})))
        assert "<script" not in shown
        assert "<img src=x" not in shown
        assert 'href="javascript' not in shown
        assert "\u202e" not in shown
        assert "&lt;script&gt;" in shown
        assert "[press here](javascript:alert(1))" in shown, f"{view}: Markdown of a title is shown as it was written"


def whys(app: AppTest) -> list[str]:
    return [box.label for box in app.expander if box.label == "Why?"]


def open_first_why(app: AppTest) -> str:
    """What the page shows once its first Why? is opened."""
    key = re.search(r"why-\d+-\d+", next(box for box in app.expander if box.label == "Why?").proto.id)
    assert key
    app.session_state[key[0]] = True
    app.run()
    return html_of(app)


def test_every_evidence_line_of_coverage_asks_why_and_reads_nothing_until_it_is_opened(
    opened, filled_archive: str
) -> None:
    app = opened(filled_archive, "coverage", about="Food")
    assert len(whys(app)) == html_of(app).count('class="m-evidence') > 20
    assert "Words in this sentence" not in html_of(app)


def test_an_opened_why_shows_what_became_of_every_word_and_by_which_rule(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "coverage", about="Food", says="denied")
    shown = open_first_why(app)
    assert shown.count("<caption>Words in this sentence") == 1
    assert "about what is watched" in shown
    assert "indicators/food.yaml en" in shown, "the rule, by file and field"
    assert "The words have changed" not in shown


def test_an_article_without_evidence_says_why(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "coverage", which="everything stored", q="goalkeeper")
    assert whys(app)
    shown = open_first_why(app)
    assert "not about what is watched" in shown
    assert "No word of any indicator stands in it" in shown


def test_an_explanation_escapes_every_word_that_comes_from_a_feed(demo: Monitor) -> None:
    evil = "<script>x</script>\u202e"
    hits = [Hit("food", evil, 4 * at, 4 * at + 4, at > 0, "reported", f"strong {evil}") for at in range(80)]
    one = Explanation("1", evil, "en", "relevant", "old", tuple(hits))
    line = pieces.EvidenceLine(0, 4, "", (f"{evil}; repeated from article 7",))
    shown = pieces.explanation(one, english(demo), line=line, counted_under="new")
    assert "<script" not in shown
    assert "\u202e" not in shown
    assert "repeated from article 7" in shown, "the rule of the counts, where the words alone do not give it"
    assert "The words have changed" in shown
    assert shown.count("<tr>") == 1 + 1 + 1 + pieces.MOST_HITS, "one word of the sentence, then the others, not all"
    assert "and 19 more" in shown


def test_a_title_of_any_length_is_cut(opened, filled_archive: str) -> None:
    assert HOSTILE[2].split()[-2] not in html_of(opened(filled_archive, "coverage"))


def test_the_cards_stand_in_sector_order_and_link_to_their_trend(opened, filled_archive: str) -> None:
    shown = html_of(opened(filled_archive, "situation"))
    order = [shown.index(f">{label}</a>") for label in ("Food", "Water", "Medicine and health care", "Displacement")]
    assert order == sorted(order)
    assert 'href="trends?indicator=Food"' in shown
    assert "None seen" in shown


def test_an_inactive_indicator_takes_one_line_and_no_card(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "situation")
    assert 'href="trends?indicator=Education"' not in html_of(app)
    assert any("Education" in caption.value for caption in app.caption)


def figure_of(app: AppTest, at: int = 0) -> dict[str, object]:
    return json.loads(app.get("plotly_chart")[at].proto.spec)


def test_the_outage_is_a_gap_in_the_line_and_not_a_zero(opened, filled_archive: str) -> None:
    traces = figure_of(opened(filled_archive, "trends", indicator="Food"))["data"]
    line = next(trace for trace in traces if trace["name"] == "reported" and trace["yaxis"] == "y2")
    counts = dict(zip(line["x"], line["y"], strict=True))
    hatch = next(trace for trace in traces if trace["name"] == "not seen" and trace["yaxis"] == "y")
    for day in OUTAGE:
        assert counts[day.isoformat()] is None
        assert day.isoformat() in hatch["x"]
    assert counts[date(2031, 11, 13).isoformat()] is not None


def test_the_table_is_what_the_chart_draws_under_the_columns_of_the_contract(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "trends", indicator="Food", lines="by side", table="true")
    app.session_state["table"] = True
    app.run()
    columns = list(app.dataframe[0].value.columns)
    assert columns == [
        "date", "count", "total_count", "ratio", "relevant_count", "share", "indicator", "stance", "side",
        "articles", "observability", "late", "backfill", "rules_version", "vintage",
        "share_low", "share_high", "exposure", "rate", "rate_low", "rate_high",
    ]  # fmt: skip


SPLITS = ("by stance", "by side", "by language", "by people", "by occurrence")


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("period", further(["day", "28 days", "week", "month", "7 days"], 2))
def test_every_split_and_period_draws(opened, filled_archive: str, split: str, period: str) -> None:
    app = opened(filled_archive, "trends", indicator="Food", lines=split, by=period, range="everything")
    assert not app.exception
    assert app.selectbox(key="lines").value == split
    assert figure_of(app)["data"]


@pytest.mark.parametrize("measure", ["share of relevant", "per usual day"])
def test_share_and_rate_of_trailing_days_are_drawn_with_their_interval(
    opened, filled_archive: str, measure: str
) -> None:
    app = opened(filled_archive, "trends", indicator="Food", by="7 days", measure=measure)
    traces = figure_of(app)["data"]
    line = next(trace for trace in traces if trace["name"] == "reported" and trace["yaxis"] == "y2")
    low, high = (trace for trace in traces if trace["name"] == "95 % interval")
    known = [three for three in zip(low["y"], line["y"], high["y"], strict=True) if three[1] is not None]
    assert len(known) > 40
    assert all(a <= b <= c and a < c for a, b, c in known)


def test_trends_hold_the_last_days_against_as_many_before(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "trends", indicator="Food")
    shown = html_of(app)
    assert "Food" in shown
    assert "the 7 before: " in shown
    assert "last 28: " in shown
    assert "times as many" in shown or "nothing to compare" in shown
    assert "Weekdays, of all relevant stories shown: Mon " in words_of(app)


def test_the_address_holds_the_state_of_a_page(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "coverage", about="Food", says="denied", q="Perrinor")
    assert app.selectbox(key="about").value == "Food"
    assert "denies shortages" in html_of(app)
    assert "Bread queues" not in html_of(app)


def test_a_bad_address_gives_the_defaults(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "trends", indicator="nonsense", day="never", page="-3", lines="<script>")
    assert not app.exception
    assert app.selectbox(key="indicator").value == "Food"


def test_a_search_without_a_hit_says_so(opened, filled_archive: str) -> None:
    assert "None seen in our sources" in words_of(opened(filled_archive, "coverage", q="zzzzqqq"))


def test_a_day_asks_for_its_stories_alone(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "trends", indicator="Medicine and health care", day="2031-11-25")
    assert "insulin" in html_of(app)
    assert "1 story, newest first" in words_of(app)


def test_a_copied_story_is_one_with_its_copies_in_order(opened, filled_archive: str) -> None:
    shown = html_of(opened(filled_archive, "coverage", about="Gas supply"))
    assert "2 articles of this text in 2 outlets, in order of appearance" in shown


def test_a_source_that_was_never_asked_is_counted_apart(opened, filled_archive: str) -> None:
    assert "10 not asked yet" in html_of(opened(filled_archive, "sources"))


def test_a_summary_of_a_week_stands_beside_the_week_before_in_the_readers_language(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "summary", of="2031-11-30", issue="seven days", lang="Русский", beside="true")
    assert "Что изменилось" in html_of(app)
    (table,) = (one.value for one in app.dataframe)
    assert list(table.columns) == ["Число", "с 2031-11-24 по 2031-11-30", "с 2031-11-17 по 2031-11-23"]
    assert any("сообщается" in name for name in table["Число"])


def test_a_summary_can_be_read_and_taken_in_every_format(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "summary", of="2031-11-30")
    assert {button.label for button in app.get("download_button")} >= {"Markdown", "HTML", "JSON", "CSV"}
    assert "What we did not see" in html_of(app)


def test_below_the_last_page_older_stories_go_on(opened, filled_archive: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.page.MOST_COUNTED", 40)
    monkeypatch.setattr("metrics.store.paging.MOST_COUNTED", 40)
    titles = re.compile(r'data-article="(\d+)"')
    first = opened(filled_archive, "coverage", which="everything stored")
    assert not [one for one in first.button if one.label == words.OLDER], "there are pages left"
    last = opened(filled_archive, "coverage", which="everything stored", p="2")
    before = titles.findall(html_of(last))
    older = next(one for one in last.button if one.label == words.OLDER).click().run()
    after = titles.findall(html_of(older))
    assert len(after) == 20
    assert not set(before) & set(after)
    assert max(map(int, after)) < max(map(int, before))
    assert older.query_params["p-older"] == before[-1]
    again = next(one for one in older.button if one.label == words.NEWEST_AGAIN).click().run()
    assert titles.findall(html_of(again)) == titles.findall(html_of(first))


def test_a_bad_place_to_begin_a_list_is_said(opened, filled_archive: str) -> None:
    shown = words_of(opened(filled_archive, "coverage", **{"p-older": "x"}))
    assert "asks for what is not here" in shown
    assert words.OLDER not in shown, "the newest are shown"
