"""The first chart in real Chromium: drawn before the rest of its page, and the rest comes whatever becomes of it."""

# ruff: noqa: F811 a fixture is handed to tests under its own name
from __future__ import annotations

import pytest

from dashboard.own_files import FOLDER
from tests.dashboard.test_screens import url, watched  # noqa: F401 fixtures
from tests.further import further

pytestmark = pytest.mark.browser
CHART = ".js-plotly-plot .main-svg"
REST = ".m-story, .m-foot, [data-testid=stExpander]"
TOP = "(one) => one.getBoundingClientRect().top"
NOTE_ORDER = f"""
new MutationObserver((_, looker) => {{
  if (!document.querySelector("{CHART}")) return;
  window.controlsThen = document.querySelectorAll(".st-key-controls [data-testid=stWidgetLabel]").length;
  window.topThen = ({TOP})(document.querySelector(".js-plotly-plot"));
  window.besideTheFirstChart = document.querySelectorAll("{REST}").length;
  looker.disconnect();
}}).observe(document, {{ childList: true, subtree: true }});
"""


@pytest.mark.parametrize("screen", further(["light", "phone"]))
def test_the_first_chart_is_drawn_before_what_follows_it(url, watched, settle, screen: str) -> None:
    page = watched(screen).page
    page.add_init_script(NOTE_ORDER)
    patient = (FOLDER / "first.js").read_text(encoding="utf-8").replace("LONGEST = 4000", "LONGEST = 120000")
    page.route(
        "**/own/first.*.js", lambda route: route.fulfill(body=patient, content_type="text/javascript")
    )  # busy here
    for _ in range(2):  # with an empty cache and with a full one
        page.goto(f"{url}/trends")
        page.locator(".m-foot").wait_for(state="attached")
        settle(page)
        beside, controls, top = page.evaluate("[window.besideTheFirstChart, window.controlsThen, window.topThen]")
        assert (beside, controls) == (0, 0)
        assert abs(page.locator(".js-plotly-plot").first.evaluate(TOP) - top) <= 1 or screen == "phone"
        assert page.locator(".m-story").count() > 0
        assert page.locator(CHART).count() > 1


def test_a_page_whose_chart_cannot_be_drawn_comes_all_the_same(url, watched, settle) -> None:
    page = watched("light").page
    page.route("**/PlotlyChart.*.js", lambda route: None)  # asked for, never answered
    page.goto(f"{url}/trends")
    page.locator(".m-foot").wait_for(state="attached")
    assert page.locator(CHART).count() == 0
    assert page.locator(".m-story").count() > 0


@pytest.mark.thorough
def test_the_server_is_found_at_once_and_nothing_is_asked_for_below_a_page(url, watched, settle) -> None:
    page = watched("light").page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/trends")
    settle(page)
    assert [address for address in asked if "/trends/" in address] == []


def test_no_page_makes_the_browser_begin_with_a_new_process(url, watched) -> None:
    """A browser keeps compiled scripts within a process; a policy about openers would take them away at each visit."""
    answer = watched("light").page.goto(f"{url}/trends")
    assert "cross-origin-opener-policy" not in answer.headers


COUNT_DRAWS = """
new MutationObserver((_, looker) => {
  const drawn = document.querySelector(".js-plotly-plot .scatterlayer .trace")?.closest(".js-plotly-plot");
  if (!drawn) return;
  looker.disconnect();
  window.touched = 0;
  const redrawn = (changes) => { window.touched += changes.filter((one) => one.target !== drawn).length; };
  new MutationObserver(redrawn).observe(drawn, { childList: true, attributes: true, subtree: true });
}).observe(document, { childList: true, subtree: true });
"""


@pytest.mark.thorough
def test_a_chart_is_drawn_once_though_streamlit_hands_it_over_twice(url, watched, settle) -> None:
    page = watched("light").page
    page.add_init_script(COUNT_DRAWS)
    page.goto(f"{url}/trends")
    page.locator(".m-foot").wait_for(state="attached")
    settle(page)
    assert page.evaluate("window.touched") == 0
