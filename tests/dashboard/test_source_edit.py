"""The Sources page: one source with its polls, what was dropped, OPML; and with --edit, changes of the list itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import data
from feeds.errors import HouseError
from feeds.monitor import Monitor, read_monitor
from feeds.opml import from_opml, to_opml
from feeds.sources import read_sources
from tests.dashboard.test_pages import html_of, words_of

pytestmark = pytest.mark.thorough

TITLE = "<script>window.hacked = 1</script> Fog & Mist"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>&lt;script&gt;window.hacked = 1&lt;/script&gt; Fog &amp; '
    "Mist</title><language>en</language><item><title>&lt;img src=x onerror=alert(1)&gt;</title>"
    "<link>https://fog.example/1</link></item></channel></rss>"
)


@pytest.fixture
def here(root: Path, tmp_path: Path) -> Monitor:
    """A copy of the invented monitor that may be edited."""
    shutil.copytree(root / "monitors" / "demo", tmp_path / "monitors" / "demo")
    shutil.copytree(root / "monitors" / "common", tmp_path / "monitors" / "common")
    return read_monitor(tmp_path / "monitors" / "demo")


@pytest.fixture
def feeds(tmp_path: Path) -> Iterator[str]:
    """Address of a real server of feeds on this machine."""
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "rss.xml").write_text(FEED, encoding="utf-8")
    (tmp_path / "www" / "page.html").write_text("<html><body>no feed</body></html>", encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "www"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def opened(root: Path, here: Monitor, filled_archive: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    def at(*, edit: bool, **query: str) -> AppTest:
        monkeypatch.setenv("MONITOR", str(here.folder))
        monkeypatch.setenv("MONITOR_ARCHIVE", filled_archive)
        monkeypatch.setenv("MONITOR_EDIT", str(int(edit)))
        monkeypatch.setenv("MONITOR_NETWORK", "--allow-local")
        app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300)
        for key, value in query.items():
            app.query_params[key] = value
        return app.run().switch_page("views/sources.py").run()

    return at


def click(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_link_opens_one_source_with_its_polls(opened: Callable[..., AppTest]) -> None:
    app = opened(edit=False, source="ambrel-morning-en")
    assert not app.exception
    shown = html_of(app)
    assert "The last 20 polls, newest first" in shown
    assert "<dt>Dropped in 7 days</dt>" in shown
    assert "no answer" in shown, "the outage of two days stands among them, or before"
    assert "Pick a source" not in words_of(app)
    bad = opened(edit=False, source="nobody")
    assert not bad.exception
    assert "Pick a source" in words_of(bad)
    assert "source “nobody”" in words_of(bad).replace("\\", "")
    odd = opened(edit=False, condition="[x](y)", source="ambrel-morning-en")
    assert "condition “[x](y)”" in words_of(odd).replace("\\", "")
    assert "source “" not in words_of(odd)


def test_without_edit_nothing_can_be_changed(opened: Callable[..., AppTest], here: Monitor) -> None:
    app = opened(edit=False)
    assert not [button.label for button in app.button if button.label in ("Add", "Test", "Retire", "Import")]
    assert "Edit the list" not in words_of(app)
    for refused in (
        lambda: data.check_feed("http://a.example"),
        lambda: data.add_source("http://a.example", outlet="", languages=[], scope="full"),
        lambda: data.retire_source("ambrel-morning-en", "x"),
        lambda: data.import_sources(b""),
    ):
        with pytest.raises(HouseError, match="--edit"):
            refused()
    body = data.opml()
    assert len(from_opml("x", body, languages=here.languages, taken=())) == len(read_sources(here))


def test_a_feed_is_tested_then_added_by_the_command_and_shows_as_text(
    opened: Callable[..., AppTest], here: Monitor, feeds: str
) -> None:
    before = (here.folder / "sources.yaml").read_text(encoding="utf-8")
    app = opened(edit=True)
    app.text_input(key="add-url").input(f"{feeds}/rss.xml")
    app = click(app, "Test")
    assert not app.exception
    shown = html_of(app)
    assert "answers with 1 item (rss20, says it is in en). Nothing was stored." in shown
    assert "<img src=x" not in shown
    assert "<script" not in shown
    assert (here.folder / "sources.yaml").read_text(encoding="utf-8") == before
    app.text_input(key="add-url").input(f"{feeds}/rss.xml")
    app.text_input(key="add-outlet").input("Fog & <Mist>")
    app = click(app, "Add")
    assert "added fog-mist-en: Fog &amp; &lt;Mist&gt;, en" in html_of(app)
    after = (here.folder / "sources.yaml").read_text(encoding="utf-8")
    assert after.startswith(before)
    assert read_sources(here)[-1].url == f"{feeds}/rss.xml"
    assert "fog-mist-en" in list(app.dataframe[0].value["Key"]), "the page shows it without a restart"


WRONG = {
    "no address": ("javascript:alert(1)", "begins with http"),
    "no feed": ("{feeds}/page.html", "not a feed"),
    "nothing there": ("{feeds}/none", "404"),
    "an option": ("--help", "begins with http"),
}


@pytest.mark.parametrize(("address", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_added_is_one_line_and_changes_nothing(
    opened: Callable[..., AppTest], here: Monitor, feeds: str, address: str, said: str
) -> None:
    before = (here.folder / "sources.yaml").read_text(encoding="utf-8")
    app = opened(edit=True)
    app.text_input(key="add-url").input(address.format(feeds=feeds))
    app = click(app, "Add")
    (line,) = [one.value for one in app.html if 'role="alert"' in one.value]
    assert said in line
    assert "\n" not in line
    assert (here.folder / "sources.yaml").read_text(encoding="utf-8") == before


def test_a_source_is_retired_with_a_reason(opened: Callable[..., AppTest], here: Monitor) -> None:
    app = opened(edit=True)
    app.selectbox(key="retire-which").select_index(0)
    app = click(app, "Retire")
    assert "Say why" in html_of(app)
    assert "Say why" in html_of(app.run()), "news that draw the page anew take nothing back"
    app.selectbox(key="retire-which").select_index(0)
    app.text_input(key="retire-reason").input('--help "closed" <b>')
    app = click(app, "Retire")
    assert "retired ambrel-morning-en: --help &quot;closed&quot; &lt;b&gt;" in html_of(app)
    assert read_sources(here)[0].retired == '--help "closed" <b>'
    assert "ambrel-morning-en" not in list(app.dataframe[0].value["Key"])
    app = app.run()
    assert "retired ambrel-morning-en" in html_of(app)
    app = click(app, "Retire")
    assert "Pick a source." in html_of(app)
    assert "retired ambrel-morning-en" not in html_of(app), "what was done before is said no longer"


@pytest.mark.parametrize("turn", ["asked", "done"])
def test_a_press_is_answered_once_whatever_ends_its_run(
    opened: Callable[..., AppTest], here: Monitor, monkeypatch: pytest.MonkeyPatch, turn: str
) -> None:
    app = opened(edit=True)
    app.selectbox(key="retire-which").select_index(0)
    app.text_input(key="retire-reason").input("closed")
    spinner, broken = st.spinner, []

    @contextmanager
    def broken_off(text: str) -> Iterator[None]:
        """Where Streamlit may end a run for another: before the work, and when it is through."""
        if turn == "asked" and not broken:
            broken.append(turn)
            st.stop()
        with spinner(text):
            yield
        if turn == "done" and not broken:
            broken.append(turn)
            st.stop()

    monkeypatch.setattr(st, "spinner", broken_off)
    app = click(app, "Retire")
    assert broken == [turn]
    app = app.run()
    assert "retired ambrel-morning-en: closed" in html_of(app)
    assert [source.key for source in read_sources(here) if source.retired] == ["ambrel-morning-en"]


def test_a_list_is_imported_and_a_wrong_one_refused(opened: Callable[..., AppTest], here: Monitor) -> None:
    opened(edit=True)
    body = to_opml(read_sources(here), "x").replace(b"morning.ambrel.example", b"evening.ambrel.example")
    assert "added ambrel-morning-en-2" in data.import_sources(body)
    assert read_sources(here)[-1].url == "https://evening.ambrel.example/rss"
    with pytest.raises(HouseError, match="not XML"):
        data.import_sources(b"nonsense")
