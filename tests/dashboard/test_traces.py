"""Coverage: what became of an article after its first appearance, beside its story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from feeds.archive import open_archive
from feeds.monitor import Monitor
from feeds.sources import read_sources
from tests.dashboard.conftest import TODAY, item, store, tag, visit

FIRST, LATER, LATEST = 1, 3, 8  # hours of the polls


@pytest.fixture
def coverage(root: Path, monkeypatch: pytest.MonkeyPatch, demo: Monitor, tmp_path: Path) -> Callable[[], str]:
    """`coverage()`: the HTML of the page, after one article was edited and the one above it was taken out."""
    url = f"sqlite:///{tmp_path}/archive.db"
    source = read_sources(demo)[0]
    newest, edited, oldest = (
        replace(one, published=one.published.replace(hour=3 - place))
        for place, one in enumerate((item("gas", TODAY, 0), item("food", TODAY, 0), item("medicine", TODAY, 0)))
    )
    told = replace(edited, title="<b>Now</b> " + edited.title, text=edited.text.replace(" ", " almost ", 1))
    with open_archive(url) as archive:
        for hour, items in (
            (FIRST, [newest, edited, oldest]),
            (LATER, [newest, told, oldest]),
            (LATEST, [told, oldest]),
        ):
            store(archive, demo, [visit(source, TODAY, items, hour=hour)])
        tag(archive, demo)
    monkeypatch.setenv("MONITOR", str(root / "monitors" / "demo"))
    monkeypatch.setenv("MONITOR_ARCHIVE", url)

    def shown() -> str:
        app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300).run()
        app.switch_page("views/coverage.py").run()
        assert not app.exception
        return "\n".join(element.value for element in app.html)

    return shown


def test_an_edit_and_a_disappearance_stand_beside_the_story_with_their_times(coverage) -> None:
    page = coverage()
    assert page.count("Changed after publication once, last seen") == 1
    assert page.count("Gone from its feed since") == 1
    assert page.count("What was changed") == 1


@pytest.mark.thorough
def test_the_words_that_were_changed_are_marked_and_text_of_a_feed_stays_text(coverage) -> None:
    page = coverage()
    mark = '<ins><span aria-hidden="true">+</span><span class="m-sr">added: </span>{}</ins>'
    assert mark.format("&lt;b&gt;Now&lt;/b&gt; ") in page
    assert mark.format("almost ") in page
    assert "<b>Now" not in page


@pytest.mark.thorough
def test_an_article_that_stayed_as_it_was_has_no_line(opened_filled) -> None:
    assert "m-traces" not in opened_filled


@pytest.fixture
def opened_filled(root: Path, monkeypatch: pytest.MonkeyPatch, filled_archive: str) -> str:
    monkeypatch.setenv("MONITOR", str(root / "monitors" / "demo"))
    monkeypatch.setenv("MONITOR_ARCHIVE", filled_archive)
    app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300).run()
    app.switch_page("views/coverage.py").run()
    return "\n".join(element.value.partition("<style>")[0] for element in app.html)
