"""A story's own page: copies with how much later, the sentence in its paragraph, who says it, what was changed."""

# ruff: noqa: F811 a fixture is handed to tests under its own name
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data, story_pieces
from feeds.archive import open_archive
from feeds.errors import HouseError
from feeds.monitor import Monitor
from feeds.sources import read_sources
from metrics.cases import Case, read_cases
from metrics.model import Evidence, StoryLine
from tests.dashboard.conftest import TODAY, english, item, moment, store, tag, visit
from tests.dashboard.test_pages import html_of, opened, words_of  # noqa: F401 a fixture

HARM = "<script>window.hacked = 1</script> \u202e"
TEXT = (
    f"Before it {HARM} stood another paragraph, which tells of the weather on the river and of nothing else at all.\n"
    "The mayor spoke at noon. Homes in Perrinor are without gas since Monday, the mayor's office said. Nobody asked "
    "him when the pipe would be repaired, and he did not say so himself.\n"
    "After it came a last paragraph, which tells where the mayor was born and how long he has been in office."
)


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory, demo: Monitor) -> str:
    """URL of an archive with one text in three outlets, 26 minutes and 2 hours after the first; one edited it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('story')}/archive.db"
    first, second, third = read_sources(demo)[:3]
    text = replace(item("gas", TODAY, 0), text=TEXT, title="Gas supply to Perrinor cut")
    begin = moment(TODAY, 2)
    copies = [replace(text, published=begin + timedelta(minutes=later)) for later in (0, 26, 125)]
    edited = replace(copies[1], text=TEXT.replace("at noon", "at <b>ten</b>"))
    with open_archive(url) as archive:
        store(archive, demo, [visit(one, TODAY, [], hour=1) for one in (first, second, third)])
        store(archive, demo, [visit(second, TODAY, [copies[1]], hour=3)])
        store(archive, demo, [visit(first, TODAY, [copies[0]], hour=4), visit(third, TODAY, [copies[2]], hour=5)])
        store(archive, demo, [visit(second, TODAY, [edited], hour=5)])
        tag(archive, demo)
    return url


@pytest.fixture
def shown(opened, carried: str) -> str:
    app = opened(carried, "coverage", story="1")
    assert not app.exception
    return html_of(app)


def test_a_story_is_linked_from_its_lines(opened, carried: str) -> None:
    assert 'href="coverage?story=1"' in html_of(opened(carried, "coverage"))


def test_copies_stand_in_order_of_appearance_with_how_much_later(shown: str) -> None:
    table = shown[shown.index("<table") :]
    rows = re.findall(r'data-head="Later than the first">([^<]*)<', table)
    assert rows == ["first", "26 minutes", "2 hours 5 minutes"]
    assert re.findall(r'data-head="Appeared">([^<]*)<', table) == [
        "1 Dec 2031, 04:00",
        "1 Dec 2031, 04:26",
        "1 Dec 2031, 06:05",
    ]
    assert "first of 3 articles; the last 2 hours 5 minutes later" in table


def test_the_sentence_is_marked_in_its_paragraph_and_no_other_is_shown(shown: str) -> None:
    quote = next(one for one in re.findall(r"<blockquote.*?</blockquote>", shown) if "The mayor spoke" in one)
    sentence = re.search(r'<mark class="m-sentence">(.*?)</mark><bdi', quote)
    assert sentence
    assert "Homes in Perrinor are" in re.sub("<.*?>", "", sentence[1])
    assert "The mayor spoke" not in sentence[1]
    assert "another paragraph" not in quote
    assert "a last paragraph" not in quote


def test_a_long_paragraph_is_cut_and_says_so(demo: Monitor) -> None:
    whole = "T\n" + "a" * 5_000 + " It is so. " + "b" * 5_000
    start = whole.index("It is so.")
    one = Evidence("gas", "reported", "new", "unstated", "It is so.", start, start + 9, "so", start + 6, start + 8, "r")
    line = StoryLine(1, 1, "T", "", "o", "", "en", None, "", (), "", None, "", "", "", "", "", 1, 1, evidence=(one,))
    html = story_pieces.in_paragraph(line, [one], whole, english(demo))
    letters = len(re.sub("<.*?>", "", html))
    assert story_pieces.LONGEST_PARAGRAPH < letters + 20 < story_pieces.LONGEST_PARAGRAPH + 200
    assert "… aaa" in html
    assert "bbb …" in html
    moved = story_pieces.in_paragraph(line, [one], "T\nnow another text", english(demo))
    assert "now another" not in moved
    assert "so</mark>" in moved


def test_what_was_changed_is_marked_by_signs_and_words(shown: str) -> None:
    assert '<del><span aria-hidden="true">−</span><span class="m-sr">removed: </span>noon</del>' in shown
    assert '<span class="m-sr">added: </span>&lt;b&gt;ten&lt;/b&gt;</ins>' in shown


def test_text_of_a_feed_is_text(shown: str) -> None:
    assert "<script" not in shown
    assert "<b>ten" not in shown
    assert "\u202e" not in shown


def test_who_says_it_has_a_side_beside_the_name(shown: str) -> None:
    assert "First published by" in shown
    assert "Named as saying it:" in shown or "Its sentences name nobody" in shown
    assert "Its text credits no agency" in shown


def test_a_story_is_listed_once_or_with_all_its_copies(opened, carried: str) -> None:
    assert "1 story, newest first" in words_of(opened(carried, "coverage"))
    assert "3 articles, newest first" in words_of(opened(carried, "coverage", show="every article"))


@pytest.fixture
def edited(opened, carried: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], AppTest]:
    """`edited()`: the story's page on a server with --edit, its feedback in `tmp_path`."""
    monkeypatch.setenv("MONITOR_EDIT", "1")
    monkeypatch.setenv("MONITOR_FEEDBACK", str(tmp_path / "feedback.jsonl"))
    return lambda: opened(carried, "coverage", story="1")


def form_of(app: AppTest) -> tuple[AppTest, str]:
    """The page with the form of its last sentence open, and what its keys end in."""
    key = re.findall(r"feedback-(\d+-\d+)", " ".join(box.proto.id for box in app.expander))[-1]
    app.session_state[f"feedback-{key}"] = True
    return app.run(), key


def test_only_an_editor_is_asked_what_is_wrong(opened, carried: str, edited, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [box.label for box in edited().expander].count("For editors: wrong, or a note") > 0
    monkeypatch.setenv("MONITOR_EDIT", "0")
    assert [box.label for box in opened(carried, "coverage", story="1").expander].count("Why?") > 0
    assert "For editors" not in str([box.label for box in opened(carried, "coverage", story="1").expander])
    with pytest.raises(HouseError, match="only shows"):
        data.record_feedback(Case(id="F-1-1", lang="en", title="", text="", relevant=True))


def test_a_wrong_tag_is_kept_as_a_labelled_case_and_shown(edited, tmp_path: Path) -> None:
    app, key = form_of(edited())
    next(box for box in app.selectbox if box.key == f"stance-{key}").set_value("eased")
    next(box for box in app.text_input if box.key == f"note-{key}").set_value(HARM)
    next(box for box in app.text_input if box.key == f"by-{key}").set_value("Anna")
    app = next(one for one in app.button if one.label == "Wrong" and key in str(one.key)).click().run()
    assert not app.exception
    (case,) = read_cases(tmp_path / "feedback.jsonl")
    assert "Kept as" in app.success[0].value
    assert isinstance(case, Case)
    assert [one.stance for one in case.indicators if one.evidence.startswith("Homes in")] == ["eased"]
    assert case.title == "Gas supply to Perrinor cut"
    assert case.lang == "en"
    shown = html_of(app.run())
    assert "Called wrong by" in shown
    assert "<script" not in shown


def test_an_unsigned_note_is_refused_in_one_line(edited, tmp_path: Path) -> None:
    app, key = form_of(edited())
    next(box for box in app.text_input if box.key == f"note-{key}").set_value("a note")
    app = next(one for one in app.button if one.label == "Keep the note" and key in str(one.key)).click().run()
    assert not app.exception
    assert app.error[0].value.startswith("sign it")
    assert not (tmp_path / "feedback.jsonl").exists()


@pytest.mark.parametrize("given", ["999", "x", "-1", "1" * 40, "１"])
def test_a_bad_address_shows_all_stories_and_says_so(opened, carried: str, given: str) -> None:
    app = opened(carried, "coverage", story=given)
    assert not app.exception
    assert "a story that is not in this archive" in words_of(app)
    assert "1 story, newest first" in words_of(app)
