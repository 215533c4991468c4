"""Places and the picture of 28 days in real Chromium: by mouse, by keyboard, as a file; no other machine is asked."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from tests.dashboard.test_screens import url, watched  # noqa: F401 fixtures
from tests.further import further

pytestmark = pytest.mark.browser
POINT = ".js-plotly-plot .scatterlayer .trace .points path.point"


def test_a_click_on_a_circle_shows_its_stories(url: str, watched, settle) -> None:  # noqa: F811
    seen = watched()
    seen.page.goto(f"{url}/places?about=Medicine+and+health+care&range=3+months")
    settle(seen.page)
    seen.page.locator(POINT).first.wait_for()
    sizes = [path.bounding_box() for path in seen.page.locator(POINT).all()]
    box = max((one for one in sizes if one), key=lambda one: one["width"])
    seen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    seen.page.locator(".m-story", has_text="insulin").first.wait_for(timeout=120_000)
    assert "place=Perrinor" in seen.page.url
    assert seen.outside == []
    assert seen.errors == []


@pytest.mark.thorough
def test_the_keyboard_reaches_the_stories_of_a_place_through_the_table(url: str, watched, settle) -> None:  # noqa: F811
    page = watched().page
    page.goto(f"{url}/places?about=Medicine+and+health+care&range=3+months")
    settle(page)
    page.locator(".m-table a", has_text="Perrinor").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/coverage\?.*place=Perrinor"))
    page.locator(".m-story", has_text="insulin").first.wait_for()


def test_layers_are_drawn_when_asked_for_and_the_picture_says_its_finding(url, watched, settle) -> None:  # noqa: F811
    seen = watched("dark")
    seen.page.goto(f"{url}/places?layers=Towns+of+the+valley+%28invented%29&range=3+months")
    settle(seen.page)
    seen.page.locator(POINT).first.wait_for()
    assert seen.page.locator(".legendtext", has_text="(schematic)").count() >= 1
    finding = seen.page.locator('[aria-label^="Map, all indicators, reported"]').first.get_attribute("aria-label")
    assert "most at Perrinor / Tollem" in finding
    assert "days seen" in finding
    seen.fits_everywhere(settle, "layers")
    assert (seen.errors, seen.outside) == ([], [])


@pytest.mark.parametrize("screen", ["light", "phone"])
def test_no_words_on_the_maps_are_written_over_others(url: str, watched, settle, screen: str) -> None:  # noqa: F811
    page = watched(screen).page
    page.goto(f"{url}/places?range=3+months")
    settle(page)
    page.locator(POINT).first.wait_for()
    page.wait_for_timeout(500)
    for at in range(page.locator(".js-plotly-plot").count()):
        words = page.locator(".js-plotly-plot").nth(at).locator(".textpoint text, text.annotation-text").all()
        boxes = [(one.text_content(), one.bounding_box()) for one in words]
        assert boxes
        over = [(a[0], b[0]) for n, a in enumerate(boxes) for b in boxes[:n] if _meet(a[1], b[1])]
        assert over == []


def _meet(a: dict[str, float], b: dict[str, float]) -> bool:
    across = a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
    return across and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]


@pytest.mark.thorough
def test_the_file_says_what_the_table_says_and_names_every_place(url: str, watched, settle, tmp_path: Path) -> None:  # noqa: F811
    page = watched().page
    page.goto(f"{url}/places?range=3+months")
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    waiting.value.save_as(tmp_path / "places.csv")
    with (tmp_path / "places.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["name"]: int(row["stories"]) for row in csv.DictReader(stream)}
    cells = page.locator(".m-table tbody tr").all()
    table = {row.locator("td").nth(0).inner_text(): int(row.locator("td").nth(1).inner_text()) for row in cells}
    assert waiting.value.suggested_filename == "INVENTED-demo-places-2031-09-02-2031-12-01.csv"
    assert {name: count for name, count in rows.items() if count} == table
    assert 0 in rows.values(), "places that no story names are in the file too"


@pytest.mark.thorough
def test_a_cell_of_the_28_days_opens_its_stories_by_mouse(url: str, watched, settle) -> None:  # noqa: F811
    seen = watched()
    seen.page.goto(url)
    settle(seen.page)
    seen.page.locator('td[title^="Medicine and health care, 25 Nov 2031"] a').click()
    seen.page.wait_for_url(re.compile(r"/coverage\?.*since=2031-11-25.*until=2031-11-25"))
    seen.page.locator(".m-story", has_text="insulin").first.wait_for()
    assert (seen.errors, seen.outside) == ([], [])


@pytest.mark.thorough
def test_and_by_keyboard_through_the_table_behind_them(url: str, watched, settle) -> None:  # noqa: F811
    page = watched("phone").page
    page.goto(url)
    settle(page)
    summary = page.locator("summary", has_text="Table: the same by day")
    summary.focus()
    page.keyboard.press("Enter")
    link = page.locator("tr", has_text="25 Nov 2031").get_by_role("link", name="Medicine and health care 1")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/coverage\?.*since=2031-11-25"))
    page.locator(".m-story", has_text="insulin").first.wait_for()


@pytest.mark.parametrize("screen", further(["phone", "light"]))
def test_what_only_one_bloc_reports_opens_by_keyboard(url: str, watched, settle, screen: str) -> None:  # noqa: F811
    seen = watched(screen)
    seen.page.goto(f"{url}/trends?indicator=Food&lines=by+side")
    settle(seen.page)
    finding = seen.page.locator('[aria-label^="Food as each side tells it"]').first
    finding.wait_for()
    assert "denied" in finding.get_attribute("aria-label")
    summary = seen.page.locator("summary", has_text="What only one bloc reports")
    summary.focus()
    seen.page.keyboard.press("Enter")
    seen.page.get_by_text("by publishers of one bloc alone").wait_for(timeout=120_000)
    links = seen.page.locator("table", has_text="Only Ambrel").locator("a")
    assert links.first.get_attribute("href").startswith("https://")
    main = seen.page.locator("[data-testid=stMain]").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert main[0] <= main[1], "nothing scrolls sideways"
    assert (seen.errors, seen.outside) == ([], [])
