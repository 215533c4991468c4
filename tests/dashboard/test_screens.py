"""What only a browser shows: the real server, real Chromium; light, dark, 390 px; alone, live, by mouse and keys."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dashboard import words
from feeds.archive import open_archive
from feeds.monitor import Monitor
from feeds.sources import read_sources
from tests.dashboard.conftest import TODAY, item, store, tag, visit, with_cases
from tests.dashboard.test_method import DEV, HELD_OUT
from tests.further import further

pytestmark = pytest.mark.browser
VIEWS = ("", "trends", "coverage", "places", "sources", "summary", "method")
SCREENS = {"light": (1280, 2200), "dark": (1280, 2200), "phone": (390, 1400)}
GROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
PROBES = (
    "/_stcore/health",
    "/_stcore/host-config",
)  # on a deep link Streamlit looks for its base path; a 404 is expected
PICTURES = os.environ.get("SCREENS")  # a folder: every page is kept there as a picture


@pytest.fixture(scope="module")
def url(start_dashboard, filled_archive: str, demo: Monitor) -> str:
    return start_dashboard(filled_archive, demo.folder, "--no-poll").url


class Watched:
    """A page whose console, failed requests and addresses are written down."""

    def __init__(self, browser, screen: str) -> None:
        self.context = browser.new_context()
        self.context.set_default_timeout(120_000)
        self.page = self.context.new_page()
        self.screen = screen
        self.turn(screen)
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._look)

    def turn(self, screen: str) -> None:
        """As when the reader's system turns dark, or the window is made narrow."""
        width, height = SCREENS[screen]
        self.page.emulate_media(color_scheme="dark" if screen == "dark" else "light")
        self.page.set_viewport_size({"width": width, "height": height})

    def fits_everywhere(self, settle: Callable[..., None], name: str) -> None:
        """What the page shows now, on every screen, the one it was loaded on last; pictures of it when asked for."""
        first, grounds = self.screen, set()
        for screen in (*(one for one in SCREENS if one != first), first):
            self.turn(screen)
            self.page.wait_for_timeout(300)  # another width or scheme asks the server
            settle(self.page)
            main = self.page.locator("[data-testid=stMain]").evaluate("e => [e.scrollWidth, e.clientWidth]")
            grounds.add((self.page.evaluate(GROUND), self.page.evaluate("innerWidth")))
            if PICTURES:
                self.page.screenshot(path=Path(PICTURES) / f"{name}-{screen}.png")
            assert main[0] <= main[1], f"nothing scrolls sideways: {screen}"
        assert len(grounds) == len(SCREENS), "each was shown in its own colours and width"

    def _note(self, message) -> None:
        where = message.location.get("url", "") if message.location else ""
        if message.type == "error" and not where.endswith(PROBES):
            self.errors.append(f"{message.text} {where}")

    def _look(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK:
            self.outside.append(request.url)


@pytest.fixture
def watched(browser) -> Iterator[Callable[[str], Watched]]:
    open_ones: list[Watched] = []

    def one(screen: str = "light") -> Watched:
        open_ones.append(Watched(browser, screen))
        return open_ones[-1]

    yield one
    for each in open_ones:
        each.context.close()


@pytest.mark.parametrize(("view", "screen"), further(zip(VIEWS, itertools.cycle(SCREENS)), 3))
def test_a_page_fits_is_quiet_and_stays_on_this_machine(url: str, watched, settle, view: str, screen: str) -> None:
    seen = watched(screen)
    seen.page.goto(f"{url}/{view}")
    settle(seen.page)
    seen.page.wait_for_selector(".m-foot")
    points = ".js-plotly-plot .scatterlayer .point"
    drawn = {"trends": points, "places": points, "sources": "[data-testid=stDataFrame] canvas"}
    if view in drawn:  # charts and grids come after the script has ended
        seen.page.locator(drawn[view]).first.wait_for(timeout=120_000, state="attached")
    seen.fits_everywhere(settle, view or "situation")
    assert seen.page.locator("[data-testid=stException]").count() == 0
    assert seen.errors == []
    assert seen.outside == []
    assert not seen.page.evaluate("'hacked' in window"), "script in a title has run"


def test_every_answer_carries_the_security_policy(url: str, watched) -> None:
    headers = watched().page.request.get(url).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.thorough
def test_links_out_open_apart_and_give_nothing_away(url: str, watched, settle) -> None:
    page = watched().page
    page.goto(f"{url}/coverage?about=Food")
    settle(page)
    links = page.locator(".m-story h2 a")
    links.first.wait_for()
    for at in range(links.count()):
        link = links.nth(at)
        assert link.get_attribute("href").startswith("https://")
        assert link.get_attribute("target") == "_blank"
        assert set(link.get_attribute("rel").split()) >= {"noopener", "noreferrer"}


@pytest.mark.thorough
def test_a_card_leads_to_its_trend(url: str, watched, settle) -> None:
    page = watched().page
    page.goto(url)
    settle(page)
    page.get_by_role("heading", name="Medicine and health care").get_by_role("link").click()
    page.wait_for_selector(".js-plotly-plot")
    settle(page)
    assert page.get_by_role("combobox", name="Indicator").first.input_value() == "Medicine and health care"


@pytest.mark.thorough
def test_a_click_on_a_point_shows_its_stories(url: str, watched, settle) -> None:
    page = watched().page
    page.goto(f"{url}/trends?indicator=Medicine+and+health+care&range=4+weeks")
    settle(page)
    page.wait_for_selector(".js-plotly-plot .scatterlayer .point")
    points = page.locator(".js-plotly-plot .scatterlayer .trace", has=page.locator(".point:nth-child(20)")).first
    box = points.locator(".point").nth(19).bounding_box()  # 25 Nov: the 22nd day, two before it were not seen
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_text("1 story, newest first").wait_for(timeout=120_000)
    assert "day=2031-11-25" in page.url


def test_a_filter_by_keyboard_reaches_the_address_and_comes_back_from_it(url: str, watched, settle) -> None:
    page = watched().page
    page.goto(f"{url}/coverage")
    settle(page)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("insulin")
    page.keyboard.press("Enter")
    page.get_by_text("10 stories, newest first").wait_for()
    assert page.url.endswith("q=insulin")
    again = watched().page
    again.goto(page.url)
    again.locator(".m-story").nth(9).wait_for()
    from playwright.sync_api import expect

    expect(again.get_by_role("searchbox")).to_have_value("insulin")  # waits: the stories may be there first
    assert again.locator(".m-story").count() == 10


@pytest.mark.thorough
def test_why_opens_in_place_by_keyboard_and_shows_feed_text_as_text(url: str, watched, settle) -> None:
    seen = watched("phone")
    seen.page.goto(f"{url}/coverage?q=%22press+here%22")
    settle(seen.page)
    why = seen.page.locator("summary", has_text="Why?").first
    why.focus()
    seen.page.keyboard.press("Enter")
    seen.page.get_by_text("Words in this sentence").first.wait_for()
    seen.fits_everywhere(settle, "why")
    assert seen.page.locator(".m-story").count() == 1, "in place: the story is still there"
    assert seen.page.locator(".m-table mark", has_text="Bread queues").count() >= 1
    assert not seen.page.evaluate("'hacked' in window")
    assert seen.errors == []
    why.focus()
    seen.page.keyboard.press("Enter")
    seen.page.locator(".m-table", has_text="Counted as").first.wait_for(state="hidden")


def test_labelled_cases_are_measured_when_asked_by_keyboard(
    start_dashboard, root: Path, filled_archive: str, tmp_path: Path, watched, settle
) -> None:
    folder = with_cases(root, tmp_path, {"heldout": HELD_OUT, "dev": DEV})
    seen = watched("phone")
    seen.page.goto(f"{start_dashboard(filled_archive, folder, '--no-poll').url}/method")
    settle(seen.page)
    box = seen.page.locator("summary", has_text="Labelled cases")
    box.focus()
    seen.page.keyboard.press("Enter")
    button = seen.page.get_by_role("button", name="Measure now")
    button.wait_for()
    button.focus()
    seen.page.keyboard.press("Enter")
    seen.page.get_by_text("What each label says besides").first.wait_for(timeout=120_000)
    settle(seen.page)
    assert seen.page.get_by_role("button", name="Measure now").count() == 0
    assert seen.page.locator("summary", has_text="Cases of held-out (3)").count() == 1
    seen.page.get_by_text("Last audit of collected articles").scroll_into_view_if_needed()
    seen.fits_everywhere(settle, "measured")
    assert seen.errors == []


@pytest.mark.thorough
def test_the_numbers_can_be_downloaded(url: str, watched, settle, tmp_path: Path) -> None:
    page = watched().page
    page.goto(f"{url}/trends?indicator=Food&range=4+weeks")
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    waiting.value.save_as(tmp_path / "table.csv")
    lines = (tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()
    assert waiting.value.suggested_filename == "INVENTED-demo-food-2031-11-04-2031-12-01.csv"
    assert lines[0].startswith("date,count,total_count,ratio,relevant_count,share,indicator,stance,articles")
    outage = next(line for line in lines if line.startswith("2031-11-14"))
    assert outage.split(",")[1] == "", "a day that was not seen is empty, not 0"


def test_a_new_article_appears_without_a_reload(
    start_dashboard, fill, demo: Monitor, tmp_path: Path, watched, settle
) -> None:
    archive_url = f"sqlite:///{tmp_path}/live.db"
    fill(archive_url)
    page = watched().page
    page.goto(start_dashboard(archive_url, demo.folder, "--no-poll").url)
    settle(page)
    page.evaluate("window.untouched = true")
    title = "Bakeries in Perrinor ran out of flour"
    new = item("fresh", TODAY, 1, title=title, text="Bakeries in Perrinor ran out of flour, residents said.")
    with open_archive(archive_url) as archive:
        store(archive, demo, [visit(read_sources(demo)[0], TODAY, [new], hour=5)])
        tag(archive, demo)
    page.locator(".m-story", has_text=title).first.wait_for(timeout=120_000)  # its neighbours name it too
    assert page.evaluate("window.untouched === true")


def test_an_empty_archive_says_what_to_do_and_fills_by_itself(
    start_dashboard, fill, demo: Monitor, tmp_path: Path, watched, settle
) -> None:
    archive_url = f"sqlite:///{tmp_path}/new.db"
    seen = watched("phone")
    seen.page.goto(start_dashboard(archive_url, demo.folder, "--no-poll").url)
    settle(seen.page)
    seen.page.get_by_text("Nothing in the archive yet").wait_for()
    seen.fits_everywhere(settle, "empty")
    fill(archive_url)
    seen.page.locator(".m-card").first.wait_for(timeout=120_000)
    assert seen.errors == []


@pytest.mark.thorough
def test_the_day_after_and_the_day_before_move_through_summaries(url: str, watched, settle) -> None:
    page = watched().page
    page.goto(f"{url}/summary")
    settle(page)
    page.get_by_role("button", name=words.ISSUE_BEFORE).click()
    page.wait_for_url(f"**of={TODAY - timedelta(days=2)}**")
    settle(page)
    assert page.locator(".m-summary").count() == 1
