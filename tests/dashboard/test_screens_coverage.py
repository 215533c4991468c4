"""Coverage in a real browser: its keys, its language, and an editor who says that a tag is wrong."""

# ruff: noqa: F811  fixtures of another module are arguments here

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.monitor import Monitor
from metrics.cases import Case, read_cases
from tests.dashboard.test_screens import watched  # noqa: F401  a fixture

pytestmark = pytest.mark.browser
HERE = "document.activeElement.closest('.m-story')?.innerText.split('\\n').find(line => line.length > 20) ?? ''"
AT = "[...document.querySelectorAll('.m-story')].indexOf(document.activeElement)"


@pytest.fixture(scope="module")
def feedback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "feedback.jsonl"


@pytest.fixture(scope="module")
def url(start_dashboard, filled_archive: str, demo: Monitor, feedback: Path) -> str:
    told = {"MONITOR_FEEDBACK": str(feedback)}
    return start_dashboard(filled_archive, demo.folder, "--no-poll", "--edit", env=told).url


def test_keys_go_through_stories_open_them_and_search(url: str, watched, settle) -> None:
    seen = watched()
    page = seen.page
    page.goto(f"{url}/coverage")
    settle(page)
    page.locator(".m-story").nth(19).wait_for()
    page.keyboard.press("j")
    assert page.evaluate(AT) == 0
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate(AT) == 2
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle + document.activeElement.className")
    assert ring.startswith("solid")
    box = page.locator(".m-story").nth(2).bounding_box()
    assert 0 <= box["y"] < 2200, "what has the focus is on the screen"
    seen.context.route("https://example.org/**", lambda route: route.fulfill(body="an article"))
    wanted = page.locator(".m-story").nth(2).locator("h2 a").get_attribute("href")
    with seen.context.expect_page() as opened:
        page.keyboard.press("o")
    opened.value.wait_for_url(wanted)
    assert opened.value.evaluate("document.referrer") == ""
    assert opened.value.evaluate("window.opener") is None
    page.bring_to_front()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("jko/")
    assert page.get_by_role("searchbox").input_value() == "jko/", "whoever types is left alone"
    assert seen.errors == []
    assert [one for one in seen.outside if "example.org" not in one] == []


@pytest.mark.thorough
def test_keys_can_be_turned_off_and_stay_off_at_that_address(url: str, watched, settle) -> None:
    page = watched().page
    page.goto(f"{url}/coverage")
    settle(page)
    page.locator(".m-story").nth(19).wait_for()
    page.get_by_text("Single-letter keys").click()
    page.locator(".m-keys-off").wait_for(state="attached")
    settle(page)
    assert "keys=false" in page.url
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    assert page.evaluate(AT) == -1
    page.reload()
    page.locator(".m-keys-off").wait_for(state="attached")
    page.keyboard.press("j")
    assert page.evaluate(AT) == -1
    page.get_by_text("Single-letter keys").click()
    page.locator(".m-keys-off").wait_for(state="detached")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    assert page.evaluate(AT) == 0


@pytest.mark.thorough
def test_the_focus_goes_on_from_what_stands_between_stories(url: str, watched, settle) -> None:
    page = watched().page
    page.goto(f"{url}/coverage")
    settle(page)
    page.locator(".m-story").nth(19).wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Tab")  # into what stands below the title
    page.keyboard.press("Control+j")
    assert page.evaluate(AT) == -1, "keys of the browser are not ours"
    page.locator("summary:has-text('Why?')").first.focus()
    page.keyboard.press("j")
    assert page.evaluate(AT) == 1


@pytest.mark.thorough
def test_the_language_of_labels_is_chosen_and_no_filter_lost(url: str, watched, settle) -> None:
    page = watched().page
    page.goto(f"{url}/coverage?about=Food")
    settle(page)
    page.get_by_role("combobox", name="Labels in").click()
    page.get_by_role("option", name="Հայերեն").click()
    page.locator(".m-evidence b", has_text="Սնունդ").first.wait_for()
    settle(page)
    assert page.get_by_role("combobox", name="Indicator").input_value() == "Սնունդ"
    page.reload()
    settle(page)
    page.locator(".m-evidence b", has_text="Սնունդ").first.wait_for()
    assert page.get_by_role("combobox", name="Indicator").input_value() == "Սնունդ", "the address holds both"
    page.get_by_role("link", name="Trends").click()
    settle(page)
    assert "lang=" in page.url


def test_an_editor_says_that_a_tag_is_wrong(url: str, watched, settle, feedback: Path) -> None:
    seen = watched()
    page = seen.page
    page.goto(f"{url}/coverage?q=insulin")
    settle(page)
    page.get_by_role("link", name="whole story").first.click()
    page.get_by_role("heading", name="Who carried it, in order of appearance").wait_for()
    settle(page)
    page.get_by_text("For editors: wrong, or a note").last.click()
    page.get_by_label("Note", exact=True).fill("it is <b>over</b>")
    page.get_by_label("Your name, kept with it").fill("Anna")
    page.get_by_role("button", name="Wrong", exact=True).click()
    page.get_by_text("Kept as F-").wait_for()
    (case,) = read_cases(feedback)
    assert isinstance(case, Case)
    assert case.notes == "Anna: it is <b>over</b>"
    assert "insulin" in case.title
    page.reload()
    page.get_by_text("Called wrong by").wait_for()
    assert page.get_by_text("it is <b>over</b>").count() == 1
    assert seen.errors == []
