"""The reader's language: on every page, in the address, and no filter is lost when it changes."""

# ruff: noqa: F811 a fixture is handed to tests under its own name
from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.test_pages import VIEWS, html_of, opened, words_of  # noqa: F401 a fixture

pytestmark = pytest.mark.thorough

RUSSIAN = "Русский"
FOOD = {"English": "Food", RUSSIAN: "Продовольствие", "Հայերեն": "Սնունդ", "Azərbaycanca": "Ərzaq"}
STANCES = {"сообщается", "улучшение", "отрицается", "опасения", "в прошлом"}


def choice(app: AppTest, key: str):
    return next(box for box in app.selectbox if box.key == key)


@pytest.mark.parametrize("language", FOOD)
def test_labels_are_in_the_language_of_the_address(opened, filled_archive: str, language: str) -> None:
    shown = html_of(opened(filled_archive, "situation", lang=language))
    others = [label for name, label in FOOD.items() if name != language]
    assert f">{FOOD[language]}</a>" in shown
    assert not any(f">{label}</a>" in shown for label in others)


def test_links_to_other_pages_take_the_language_with_them(opened, filled_archive: str) -> None:
    shown = html_of(opened(filled_archive, "situation", lang=RUSSIAN))
    inner = [part.split('"')[0] for part in shown.split('class="m-in" href="')[1:]]
    assert len(inner) > 20
    assert [one for one in inner if "lang=%D0%A0" not in one and not one.startswith("#")] == []
    plain = html_of(opened(filled_archive, "situation"))
    assert "?lang=" not in plain
    assert "amp;lang=" not in plain


def test_beside_every_quote_stands_a_line_of_tags_in_the_readers_language(opened, filled_archive: str) -> None:
    for view in ("coverage", "situation"):
        shown = html_of(opened(filled_archive, view, lang=RUSSIAN))
        lines = re.findall(r'<div lang="ru"><b>([^<]+)</b> <span class="m-tags"><span[^>]*>[^<]*</span> ([^<]+)', shown)
        assert len(lines) >= shown.count("<blockquote") > 0
        assert {said.split(" · ")[0] for _, said in lines} <= STANCES
        assert "<blockquote lang=" in shown, "the quote says its own language"
    sugar = html_of(opened(filled_archive, "coverage", lang=RUSSIAN, q="sugar"))
    assert "в прошлом · Perrinor / Tollem · местные власти (Совет долины (вымышлено))" in sugar


@pytest.mark.parametrize("view", VIEWS)
def test_a_drafted_language_says_so_on_every_page(opened, filled_archive: str, view: str) -> None:
    assert "no native reader has signed" in words_of(opened(filled_archive, view, lang=RUSSIAN))
    assert "no native reader has signed" not in words_of(opened(filled_archive, view))


def test_a_filter_stays_when_the_language_changes(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "coverage", about="Food", language="Armenian", q="Perrinor")
    assert choice(app, "about").value == "Food"
    for language in ("Հայերեն", RUSSIAN, "English"):
        choice(app, "lang").set_value(language).run()
        assert not app.exception
        assert choice(app, "about").value == FOOD[language]
        assert choice(app, "language").value == "Armenian", "the language of articles is no side"


def test_a_link_in_another_language_is_understood(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "coverage", about="Food", lang=RUSSIAN)
    assert choice(app, "about").value == "Продовольствие"


def test_an_unknown_language_is_english(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "situation", lang="Klingon")
    assert choice(app, "lang").value == "English"
    assert ">Food</a>" in html_of(app)
