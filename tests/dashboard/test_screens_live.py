"""A page that stays open, in real Chromium: news without a reload, a dead poller, a server that is started again."""

# ruff: noqa: F811  fixtures of another module are arguments here
from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path

import pytest

from feeds.archive import is_held, open_archive
from feeds.monitor import Monitor, read_monitor
from feeds.opml import to_opml
from feeds.sources import read_sources
from tests.dashboard.conftest import TODAY, item, store, tag, visit
from tests.dashboard.test_screens import PICTURES, watched  # noqa: F401  watched is a fixture
from tests.dashboard.test_standing import ticking  # noqa: F401  a fixture
from tests.further import further
from tests.pace import pace

pytestmark = pytest.mark.browser
WITHIN = 15_000 * pace()  # ms from being stored to being seen
EVIL = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> "
NUMBERS = itertools.count(1)  # of the articles that arrive: each its own
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"


@pytest.fixture
def live(fill: Callable[[str], None], tmp_path: Path) -> str:
    """An archive of its own, that a test may write into."""
    url = f"sqlite:///{tmp_path}/live.db"
    fill(url)
    return url


@pytest.fixture(scope="module")
def newsroom(fill: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> str:
    """An archive into which several tests write, each its own title."""
    url = f"sqlite:///{tmp_path_factory.mktemp('newsroom')}/live.db"
    fill(url)
    return url


@pytest.fixture(scope="module")
def open_all_day(start_dashboard, newsroom: str, demo: Monitor) -> str:
    """The address of a server that shows it."""
    return start_dashboard(newsroom, demo.folder, "--no-poll").url


def arrive(url: str, demo: Monitor, title: str) -> None:
    """One more article is stored and read, as poller and tagger do it."""
    new = item("fresh", TODAY, next(NUMBERS), title=title, text=f"{title}, residents said.")
    with open_archive(url) as archive:
        store(archive, demo, [visit(read_sources(demo)[0], TODAY, [new], hour=5)])
        tag(archive, demo)


@pytest.mark.parametrize("screen", further(["light", "phone"]))
def test_news_appear_and_neither_place_nor_focus_nor_what_is_typed_is_lost(
    open_all_day: str, newsroom: str, demo: Monitor, watched, settle, screen: str
) -> None:
    seen = watched(screen)
    page = seen.page
    page.goto(f"{open_all_day}/coverage")
    settle(page)
    page.locator(".m-story").nth(5).wait_for()
    page.evaluate("window.untouched = true")
    box = page.get_by_role("searchbox")
    box.focus()
    page.keyboard.type("not yet sent")
    page.evaluate(f"{SCROLLED} = 700")
    page.wait_for_timeout(300)
    before = page.evaluate(SCROLLED)
    assert before == 700
    title = f"Bakeries in Perrinor ran out of flour, seen on {screen}"
    arrive(newsroom, demo, EVIL + title)
    page.locator(".m-story", has_text=title).first.wait_for(timeout=WITHIN, state="attached")
    settle(page)
    page.wait_for_timeout(500)
    assert page.evaluate("document.activeElement.matches('input')")
    assert box.input_value() == "not yet sent"
    page.keyboard.type(", still typing")
    assert box.input_value() == "not yet sent, still typing"
    assert page.evaluate("window.untouched === true"), "no reload"
    assert not page.evaluate("'hacked' in window")
    assert seen.errors == []


TOP_OF = "article => document.querySelector(`[data-article='${article}']`).getBoundingClientRect().top"
IN_SIGHT = """() => [...document.querySelectorAll('.m-story')]
    .find(one => one.getBoundingClientRect().top > 100).dataset.article"""


@pytest.mark.thorough
@pytest.mark.parametrize(("path", "screen"), [("coverage", "phone"), ("", "dark"), ("coverage", "light")])
def test_the_story_that_is_read_stays_where_it_is_when_news_come_above_it(
    open_all_day: str, newsroom: str, demo: Monitor, watched, settle, path: str, screen: str
) -> None:
    page = watched(screen).page
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 800})
    page.goto(f"{open_all_day}/{path}")
    settle(page)
    page.locator(".m-story").nth(5).wait_for()
    page.evaluate("document.querySelectorAll('.m-story')[3].scrollIntoView()")
    page.wait_for_timeout(300)
    read = page.evaluate(IN_SIGHT)
    before = page.evaluate(TOP_OF, read)
    title = f"Bakeries in Perrinor ran out of flour above {path or 'situation'} on {screen}"
    for number in (1, 2):
        arrive(newsroom, demo, f"{title} {number}")
    page.locator(".m-story", has_text=f"{title} 2").first.wait_for(timeout=WITHIN, state="attached")
    settle(page)
    page.wait_for_timeout(500)
    after = page.evaluate(TOP_OF, read)
    assert abs(after - before) < 2, "the story moved under who reads it"


@pytest.mark.thorough
def test_what_is_opened_and_focused_in_a_story_stays_so_when_news_come(
    start_dashboard, live: str, demo: Monitor, watched, settle
) -> None:
    page = watched().page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{start_dashboard(live, demo.folder, '--no-poll').url}/coverage?about=Gas")
    settle(page)
    fold = page.locator("details", has_text="about this event").nth(1)
    fold.locator("summary").click()
    link = fold.locator("a").last
    address = link.get_attribute("href")
    link.focus()
    arrive(live, demo, "Gas supply to the mills of Tollem cut")
    page.locator(".m-story", has_text="the mills of Tollem").first.wait_for(timeout=WITHIN, state="attached")
    settle(page)
    page.wait_for_timeout(500)
    assert page.evaluate("document.activeElement.getAttribute('href')") == address
    assert page.locator(f"details[open] a[href='{address}']").count() == 1


@pytest.mark.thorough
def test_at_the_top_of_the_page_news_come_into_sight(
    open_all_day: str, newsroom: str, demo: Monitor, watched, settle
) -> None:
    page = watched().page
    page.goto(f"{open_all_day}/coverage")
    settle(page)
    page.locator(".m-story").nth(5).wait_for()
    arrive(newsroom, demo, "Bakeries in Perrinor ran out of flour at the top")
    page.locator(".m-story", has_text="ran out of flour at the top").first.wait_for(timeout=WITHIN)
    assert page.evaluate(SCROLLED) == 0


@pytest.mark.thorough
def test_on_situation_news_leave_what_was_opened_open(
    open_all_day: str, newsroom: str, demo: Monitor, watched, settle
) -> None:
    page = watched().page
    page.goto(open_all_day)
    settle(page)
    table = page.locator("summary", has_text="Table: the same by day")
    table.click()
    page.get_by_text("The same by day, newest first").wait_for()
    settle(page)
    page.evaluate(f"{SCROLLED} = 900")
    before = page.evaluate(SCROLLED)
    arrive(newsroom, demo, "Bakeries in Tollem ran out of flour")
    page.locator(".m-story", has_text="Bakeries in Tollem").first.wait_for(timeout=WITHIN, state="attached")
    settle(page)
    assert page.get_by_text("The same by day, newest first").is_visible()
    assert abs(page.evaluate(SCROLLED) - before) < 120


def test_a_killed_poller_is_said_on_the_open_page_and_a_new_one_takes_it_back(
    start_dashboard, live: str, ticking: Path, root: Path, watched, settle
) -> None:
    command = [sys.executable, "-m", "feeds", "poll", "--monitor", str(ticking), "--archive", live]

    def started() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60 * pace()
        with open_archive(live, read_only=True) as archive:
            while not is_held(archive, "poller"):
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.2)
        return process

    poller = started()
    try:
        seen = watched()
        server = start_dashboard(live, ticking, "--no-poll")
        seen.page.goto(f"{server.url}/method")
        settle(seen.page)
        said = seen.page.get_by_text("No poller runs")
        seen.page.get_by_text("No tagger runs").wait_for(timeout=120_000)
        assert said.count() == 0
        assert server.health()["poller"] == "works"
        poller.kill()
        poller.wait()
        said.wait_for(timeout=120_000)
        if PICTURES:
            seen.page.screenshot(path=Path(PICTURES) / "poller-killed.png")
        assert server.health()["poller"] == "stopped"
        poller = started()
        said.wait_for(state="detached", timeout=120_000)
        assert seen.errors == []
    finally:
        poller.kill()
        poller.wait()


@pytest.mark.thorough
def test_a_poller_beside_the_server_that_is_killed_comes_back_by_itself(
    start_dashboard, live: str, ticking: Path, watched, settle
) -> None:
    server = start_dashboard(live, ticking)
    with open_archive(live, read_only=True) as archive:
        deadline = time.monotonic() + 60 * pace()
        while not is_held(archive, "poller"):
            assert time.monotonic() < deadline, server.log
            time.sleep(0.2)
        killed = _holder(live)
        os.kill(killed, 9)
        while not is_held(archive, "poller") or _holder(live) in (killed, 0):
            assert time.monotonic() < deadline, server.log
            time.sleep(0.2)
    assert "the poller was ended by SIGKILL; starting it again" in server.log


def test_a_poller_that_cannot_come_back_is_a_503_of_healthz_and_the_pages_go_on(
    start_dashboard, live: str, ticking: Path, watched, settle
) -> None:
    server = start_dashboard(live, ticking)
    deadline = time.monotonic() + 90 * pace()
    with open_archive(live, read_only=True) as archive:
        while not is_held(archive, "poller"):
            assert time.monotonic() < deadline, server.log
            time.sleep(0.2)
    with (ticking / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write("- a mistake\n")
    os.kill(_holder(live), 9)
    status, told = 200, {}
    while status != 503 or told["poller"] != "stopped":
        assert time.monotonic() < deadline, told
        time.sleep(1)
        try:
            status, told = 200, server.health()
        except urllib.error.HTTPError as error:
            status, told = error.code, json.load(error)
    assert told["articles"], "the archive answers"
    page = watched().page
    page.goto(f"{server.url}/sources")
    settle(page)
    page.get_by_text("No poller runs").wait_for()
    assert page.get_by_text("Every source that is asked").is_visible(), "with the list as it was before the mistake"


def _holder(url: str) -> int:
    """The process that polls into this archive: a child of the server."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "dashboard.beside" in words and "poll" in words and url in words:
            return int(folder.name)
    return 0


@pytest.mark.thorough
def test_an_open_page_finds_the_server_again_after_a_restart(
    start_dashboard, live: str, demo: Monitor, root: Path, watched, settle
) -> None:
    first = start_dashboard(live, demo.folder, "--no-poll")
    page = watched().page
    page.goto(f"{first.url}/coverage?about=Food")
    settle(page)
    page.locator(".m-story").first.wait_for()
    page.evaluate("window.untouched = true")
    first.stop()
    arrive(live, demo, "Bakeries in Perrinor shut for want of flour")
    port = first.url.rpartition(":")[2]
    again = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "--port", port, "--monitor", str(demo.folder), "--archive", live,
         "--no-poll"],
        cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        page.locator(".m-story", has_text="Bakeries in Perrinor shut").first.wait_for(timeout=120_000)
        assert page.evaluate("window.untouched === true"), "without a reload"
        assert "about=Food" in page.url
        settle(page)
    finally:
        again.terminate()
        again.wait(20)


@pytest.mark.thorough
def test_an_empty_archive_counts_its_first_round_live(
    start_dashboard, demo: Monitor, tmp_path: Path, watched, settle
) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    open_archive(url).close()
    total = sum(source.is_polled for source in read_sources(demo))
    seen = watched("dark")
    seen.page.goto(start_dashboard(url, demo.folder, "--no-poll", "--edit").url)
    settle(seen.page)
    seen.page.get_by_text(f"0 of {total} sources answered").wait_for()
    with open_archive(url) as archive:
        for number, source in enumerate(read_sources(demo)[:3]):
            store(archive, demo, [visit(source, TODAY, [item("food", TODAY, number)], hour=5)])
    seen.page.get_by_text(f"3 of {total} sources answered (3 asked so far), 3 articles stored").wait_for(timeout=WITHIN)
    assert seen.page.get_by_role("button", name="Bring history in").is_visible()
    seen.fits_everywhere(settle, "beginning")
    assert seen.errors == []


@pytest.mark.thorough
def test_with_edit_a_list_is_uploaded_and_a_source_retired_and_the_page_shows_it(
    start_dashboard, live: str, ticking: Path, tmp_path: Path, watched, settle
) -> None:
    here = read_monitor(ticking)
    body = to_opml(read_sources(here)[:1], "x").replace(b"morning.ambrel.example", b"evening.ambrel.example")
    (tmp_path / "list.opml").write_bytes(body)
    seen = watched()
    page = seen.page
    page.goto(f"{start_dashboard(live, ticking, '--no-poll', '--edit').url}/sources")
    settle(page)
    page.locator("summary", has_text="Import a list").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "list.opml")
    page.get_by_text("list.opml").wait_for()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("added ambrel-morning-en-2").wait_for(timeout=120_000)
    settle(page)
    page.locator("summary", has_text="Retire a source").click()
    page.get_by_role("button", name="Retire", exact=True).click()
    page.get_by_text("Pick a source.", exact=True).wait_for()
    box = page.get_by_role("combobox", name="Source").last
    box.click()
    page.keyboard.type("ambrel-morning-en-2")
    page.keyboard.press("Enter")
    page.get_by_label("Why; kept with it and shown").fill("a copy of the other")
    page.get_by_role("button", name="Retire", exact=True).click()
    page.get_by_text("retired ambrel-morning-en-2: a copy of the other").wait_for(timeout=120_000)
    assert read_sources(here)[-1].retired == "a copy of the other"
    page.locator("summary", has_text="Retired, kept for their history (1)").wait_for()
    assert seen.errors == []
    assert seen.outside == []
