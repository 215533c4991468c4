"""Trends in real Chromium: a point's stories beside the chart, back and forward, pictures as files, a bad link."""

# ruff: noqa: F811 a fixture is handed to tests under its own name
from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.dashboard.test_screens import url, watched  # noqa: F401 fixtures

pytestmark = pytest.mark.browser
POINT = ".js-plotly-plot .scatterlayer .point"
WIDTH_AND_HEIGHT = re.compile(r'width="(\d+)" height="(\d+)"')


def opened(watched, settle, address: str, screen: str = "light"):
    seen = watched(screen)
    seen.page.goto(address)
    settle(seen.page)
    seen.page.locator(POINT).first.wait_for(state="attached")
    seen.page.wait_for_timeout(500)
    return seen


def chosen(page, *names: str) -> list[str]:
    return [page.get_by_role("combobox", name=name).first.input_value() for name in names]


def choose(page, settle, name: str, option: str) -> None:
    page.get_by_role("combobox", name=name).first.click()
    page.get_by_role("option", name=option, exact=True).click()
    page.wait_for_timeout(300)
    settle(page)


def test_a_clicked_point_has_its_stories_beside_the_chart_and_back_takes_it_away(url, watched, settle) -> None:
    from playwright.sync_api import expect

    page = opened(watched, settle, f"{url}/trends?indicator=Medicine+and+health+care&range=4+weeks").page
    line = page.locator(".js-plotly-plot .scatterlayer .trace", has=page.locator(".point:nth-child(20)")).first
    point = line.locator(".point").nth(19).bounding_box()  # 25 Nov: the 22nd day, two before it were not seen
    page.mouse.click(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    page.get_by_text("1 story, newest first").wait_for()
    assert "day=2031-11-25" in page.url
    chart = page.locator(".js-plotly-plot").first.bounding_box()
    story = page.locator(".m-story").first.bounding_box()
    assert story["x"] >= chart["x"] + chart["width"], "to the right of the chart"
    assert story["y"] < chart["y"] + chart["height"], "and not below it"
    page.go_back()
    expect(page.get_by_text("1 story, newest first")).to_have_count(0)
    assert "day=" not in page.url


@pytest.mark.thorough
def test_back_and_forward_move_through_what_was_chosen(url, watched, settle) -> None:
    from playwright.sync_api import expect

    page = opened(watched, settle, f"{url}/trends?range=4+weeks").page
    choose(page, settle, "Lines", "by side")
    choose(page, settle, "Range", "1 year")
    assert chosen(page, "Lines", "Range") == ["by side", "1 year"]
    lines, spanned = (page.get_by_role("combobox", name=name).first for name in ("Lines", "Range"))
    page.go_back()
    expect(spanned).to_have_value("4 weeks")
    expect(lines).to_have_value("by side")
    page.go_back()
    expect(lines).to_have_value("not split")
    page.go_forward()
    expect(lines).to_have_value("by side")
    page.go_forward()
    expect(spanned).to_have_value("1 year")
    assert page.url.endswith("/trends?range=1+year&lines=by+side") or page.url.endswith("?lines=by+side&range=1+year")


@pytest.mark.parametrize("kind", ["PNG", "SVG"])
@pytest.mark.parametrize("screen", ["light", "phone"])
def test_the_chart_is_saved_as_it_is_seen_without_asking_anybody(
    url, watched, settle, tmp_path: Path, kind: str, screen: str
) -> None:
    seen = opened(watched, settle, f"{url}/trends?range=4+weeks&picture={kind}&words=insulin", screen)
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="Download plot").first.click()
    name = waiting.value.suggested_filename
    assert name == f"INVENTED-demo-food-words-2031-11-04-2031-12-01.{kind.lower()}"
    waiting.value.save_as(tmp_path / name)
    saved = (tmp_path / name).read_bytes()
    if kind == "PNG":
        assert saved.startswith(b"\x89PNG")
        assert len(saved) > 20_000
    else:
        text = re.sub(r"<[^>]+>", " ", saved.decode())
        for said in ("Food", "“insulin”", "Reported in our sources", "INVENTED DATA", "as of 1 Dec"):
            assert said in re.sub(r"\s+", " ", text)
        assert "pattern" in saved.decode(), "the hatch of the days not seen"
    assert seen.outside == []
    assert seen.errors == []


@pytest.mark.thorough
def test_a_bad_link_shows_the_defaults_and_says_so(url, watched, settle) -> None:
    seen = opened(watched, settle, f"{url}/trends?indicator=nonsense&by=week&zz=1")
    seen.page.get_by_text("This address asks for what is not here: indicator “nonsense”").wait_for()
    assert chosen(seen.page, "Indicator") == ["Food"]
    assert seen.errors == []


@pytest.mark.thorough
def test_the_slider_by_keyboard_changes_the_days_and_the_address(url, watched, settle) -> None:
    page = opened(watched, settle, f"{url}/trends?range=4+weeks").page
    handle = page.get_by_role("slider").first
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"from=2031-11-05.*range=own\+dates|range=own\+dates.*from=2031-11-05"))
    settle(page)
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"from=2031-11-06"))


@pytest.mark.thorough
def test_the_link_to_a_view_opens_it(url, watched, settle) -> None:
    page = opened(watched, settle, f"{url}/trends?range=4+weeks&also=Gas+supply&by=week").page
    page.get_by_role("button", name="Link to this view").click()
    link = page.locator("[data-testid=stCode] code").inner_text()
    assert link.startswith(f"{url}/trends?")
    again = opened(watched, settle, link).page
    assert chosen(again, "Range") == ["own dates"]
    legend = again.locator(".js-plotly-plot .legendtext").all_text_contents()
    assert legend[:2] == ["Food", "Gas supply"]
    assert again.get_by_text("This address asks").count() == 0
