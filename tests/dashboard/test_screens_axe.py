"""For everyone: axe-core on every page, light and dark, wide and 390 px; every chart says its finding and has a table.

One server and one browser for all; axe is the file inside axe-playwright-python, so nothing is loaded from elsewhere.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from feeds.monitor import Monitor
from tests.dashboard.test_screens import GROUND, url  # noqa: F401 fixture
from tests.further import further

pytestmark = pytest.mark.browser
PAGES = (
    "",
    "trends?indicator=Food",
    "coverage",
    "places?range=3+months",
    "sources",
    "summary",
    "method",
    "coverage?story=1",
    "trends?indicator=Food&also=Gas+supply&words=bread&against=the+days+before",
    "trends?indicator=Food&lines=by+side",
    "summary?beside=true&mail=true",
)
SCREENS = {"light": ("light", 1280), "dark": ("dark", 1280), "phone": ("light", 390), "dark phone": ("dark", 390)}
# A page is loaded on the first of these and turns into the others: every page stands on all, half of them begin small.
ORDERS = (("light", "dark", "dark phone", "phone"), ("dark phone", "phone", "light", "dark"))
OPEN_ALL = "() => document.querySelectorAll('details:not([open]) > summary').forEach(one => one.click())"
FINDING = r"\d|none|not seen|no claim"
CHARTS = """() => [...document.querySelectorAll('.js-plotly-plot, .m-spark, [data-testid=stVegaLiteChart]')].map(
  one => one.alt ?? one.closest('[role=figure],[role=img]')?.getAttribute('aria-label') ?? '')"""
FOCUSED = """() => { const one = document.activeElement; return [one.tagName, one.textContent.trim().slice(0, 40),
  one.closest('nav,header,[data-testid=stHeader],[data-testid=stTopNavLinkContainer]') != null,
  one.closest('[data-testid=stMain]') != null]; }"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The script, from the wheel that carries it."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed: make test installs it")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


AT_REST = "() => !document.getAnimations().some(one => one instanceof CSSTransition && one.playState === 'running')"


@pytest.fixture(scope="module")
def page(browser) -> Iterator[Any]:
    """One page for all tests, so that Streamlit's scripts are loaded once. The size and scheme are each test's own."""
    context = browser.new_context(bypass_csp=True)  # our script is let in
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


def shown_on(page: Any, screen: str) -> None:
    """As when the reader's system turns dark, or the phone is turned."""
    scheme, width = SCREENS[screen]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 2000})


def opened(page: Any, address: str, settle: Callable[..., None]) -> None:
    """The page with everything unfolded; what that asks for may still be drawn."""
    page.goto(address)
    page.wait_for_selector(".m-foot")
    settle(page)
    page.evaluate(OPEN_ALL)


def rest(page: Any, settle: Callable[..., None]) -> None:
    """Wait until nothing is being drawn."""
    page.wait_for_timeout(300)  # an opened "Why?", another width or scheme asks the server
    settle(page)
    page.wait_for_function("() => document.querySelector('[data-stale=true]') === null")
    page.wait_for_function(AT_REST)  # what was stale fades in, and half faded in it is too pale


def findings(page: Any, axe: str) -> list[str]:
    """What axe finds, one line an element. Nothing is let off: the nameless sparkline of Streamlit is not used."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    violations = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in violations for node in one["nodes"]]


@pytest.mark.parametrize(
    ("path", "screens"), further(zip(PAGES, itertools.cycle(ORDERS)), 4), ids=[path or "situation" for path in PAGES]
)
def test_axe_finds_nothing_and_charts_say_their_finding(
    url: str,  # noqa: F811
    page: Any,
    settle: Callable[..., None],
    axe: str,
    path: str,
    screens: tuple[str, ...],
) -> None:
    shown_on(page, screens[0])
    opened(page, f"{url}/{path}", settle)
    grounds, found, mute = set(), [], []
    for screen in screens:
        shown_on(page, screen)
        rest(page, settle)
        grounds.add((page.evaluate(GROUND), page.evaluate("innerWidth")))
        found += [(screen, one) for one in findings(page, axe)]
        said = findings_said(page, path)
        mute += [(screen, alt) for alt in said if len(alt) <= 30 or not re.search(FINDING, alt)]
        if said:
            assert page.locator(".m-table, [data-testid=stDataFrame], [data-testid=stTable]").count() > 0
    assert found == []
    assert mute == [], "a finding has a number"
    assert len(grounds) == len(SCREENS), "each was shown in its own colours and width"


@pytest.fixture(scope="module")
def edited(start_dashboard, filled_archive: str, demo: Monitor) -> str:
    """A server on which sources may be edited."""
    return start_dashboard(filled_archive, demo.folder, "--no-poll", "--edit").url


@pytest.mark.parametrize("path", further(["sources", "coverage?story=1", ""]), ids=["sources", "story", "situation"])
def test_axe_finds_nothing_in_the_forms_of_who_edits(edited: str, page, settle, axe: str, path: str) -> None:
    shown_on(page, "light")
    opened(page, f"{edited}/{path}", settle)
    rest(page, settle)
    if path == "sources":
        page.locator("[data-testid=stFileUploaderDropzone]").wait_for()
    assert findings(page, axe) == []


def findings_said(page: Any, path: str) -> list[str]:
    """What each chart says to who cannot see it; "" for one that says nothing."""
    is_drawn = path.startswith(("trends", "places"))
    if is_drawn:  # charts come after the script has ended
        page.locator(".js-plotly-plot .scatterlayer, .js-plotly-plot .barlayer").first.wait_for(state="attached")
    said: list[str] = page.evaluate(CHARTS)
    assert bool(said) == (is_drawn or path == ""), "pages with charts"
    return said


def test_the_keyboard_alone_goes_from_the_top_to_a_control_and_to_the_next_page(url: str, page, settle) -> None:  # noqa: F811
    shown_on(page, "light")
    page.goto(f"{url}/coverage")
    page.wait_for_selector(".m-foot")
    settle(page)
    page.evaluate("document.activeElement.blur()")
    path = []
    while not path or (not path[-1][3] and len(path) < 40):
        page.keyboard.press("Tab")
        path.append(page.evaluate(FOCUSED))
    names = [text for _, text, _, _ in path]
    for title in ("Situation", "Trends", "Places", "Sources", "Daily summary", "Method"):
        assert any(title in name for name in names), f"the link to {title} is reached: {names}"
    assert path[-1][3], f"the page's own controls are reached: {names}"
    page.evaluate("window.reached = new Set()")
    for _ in range(12):  # and it goes on: no trap
        page.keyboard.press("Tab")
        reached = page.evaluate("window.reached.add(document.activeElement).size")
    assert reached >= 10
