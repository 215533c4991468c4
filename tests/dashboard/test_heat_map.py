"""The picture of the last 28 days: unseen, none seen, not watched and partly seen are four different cells."""

# ruff: noqa: F811 a fixture is handed to tests under its own name
from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest

from dashboard import heat_map
from dashboard.charts import DARK, LIGHT
from feeds.monitor import Monitor
from metrics.month import NOT_WATCHED, month
from tests.dashboard.conftest import HALF, OUTAGE, TODAY, english
from tests.dashboard.test_pages import html_of, opened  # noqa: F401 a fixture

FIRST = date(2031, 11, 8)  # two days before the invented monitor stops watching education
STATES = ("full", "partial", "unseen", "backfill", "before")


def calendar(*states: str) -> pd.DataFrame:
    return pd.DataFrame({"date": [FIRST + timedelta(days=n) for n in range(len(states))], "state": states})


def rollup(*rows: tuple[int, str, str, int]) -> pd.DataFrame:
    made = [(FIRST + timedelta(days=at), key, stance, stories) for at, key, stance, stories in rows]
    return pd.DataFrame(made, columns=["date", "indicator", "stance", "stories"])


def cells(monitor: Monitor, indicator: str, days: pd.DataFrame, *rows: tuple[int, str, str, int]) -> list[object]:
    line = next(one for one in month(rollup(*rows), days, monitor) if one.indicator == indicator)
    return [(cell.stories, cell.state) for cell in line.cells]


def test_a_day_not_seen_has_no_number_whatever_came(demo: Monitor) -> None:
    rows = [(at, "food", "reported", 3) for at in range(len(STATES))]
    assert cells(demo, "food", calendar(*STATES), *rows) == [
        (3, "full"), (3, "partial"), (None, "unseen"), (3, "backfill"), (None, "before"),
    ]  # fmt: skip


def test_none_seen_is_zero_and_other_stances_are_not_counted(demo: Monitor) -> None:
    assert cells(demo, "food", calendar("full", "full"), (0, "food", "denied", 4)) == [(0, "full"), (0, "full")]


def test_a_day_on_which_an_indicator_is_not_watched_is_no_zero(demo: Monitor) -> None:
    found = cells(demo, "education", calendar(*["full"] * 5), (3, "education", "reported", 1))
    assert found == [(0, "full")] * 3 + [(1, "full"), (None, NOT_WATCHED)], "what is told all the same is shown"


def test_an_indicator_watched_on_none_of_the_days_has_no_line(demo: Monitor) -> None:
    days = calendar(*["full"] * 5).assign(date=[TODAY - timedelta(days=n) for n in range(5)])
    assert "education" not in [line.indicator for line in month(rollup(), days, demo)]


def drawn(monitor: Monitor, *rows: tuple[int, str, str, int]) -> str:
    lines = month(rollup(*rows), calendar(*STATES), monitor)
    return heat_map.html(lines, english(monitor), TODAY)


def test_four_kinds_of_cells_look_different_and_say_so(demo: Monitor) -> None:
    shown = drawn(demo, *[(at, "food", "reported", 3) for at in (1, 2, 3)])
    row = re.search(r"<tr><th scope=\"row\">[^\n]*?Food.*?</tr>", shown)[0]
    found = re.findall(r'<td class="([^"]+)" title="([^"]+)"', row)
    assert [look for look, _ in found] == [
        "m-zero", "m-c2 m-part-seen", "m-blind", "m-c2 m-part-seen", "m-off",
    ]  # fmt: skip
    assert [said.split(": ")[1] for _, said in found] == [
        "none seen in our sources", "3 stories, partly seen", "not seen", "3 stories, from history files",
        "before the first poll",
    ]  # fmt: skip


def test_every_number_opens_its_day_and_indicator(demo: Monitor) -> None:
    shown = drawn(demo, (0, "food", "reported", 3))
    assert 'href="coverage?about=Food&amp;says=reported&amp;since=2031-11-08&amp;until=2031-11-08"' in shown


def test_the_sentence_says_most_and_what_was_not_seen(demo: Monitor) -> None:
    shown = drawn(demo, (0, "food", "reported", 3), (1, "fuel", "reported", 5), (2, "gas", "reported", 99))
    said = re.search(r'aria-label="([^"]+)"', shown)[1]
    assert said == (
        "Reports by indicator and day, 8 Nov 2031 to 12 Nov 2031: most of Fuel (5 stories) and Food (3 stories); "
        "1 day not seen; 1 day partly seen; 1 day before the first poll"
    )


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_can_be_read_and_classes_told_apart_without_colour(palette: object) -> None:
    steps = heat_map.STEPS[palette.ground]  # type: ignore[attr-defined]
    levels = [luminance(fill) for fill, _ in steps]
    for (_, ink), level in zip(steps, levels, strict=True):
        light, dark = sorted((luminance(ink), level), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    ordered = sorted(levels, reverse=palette is LIGHT)
    assert levels == ordered, "lightness alone carries the order"
    assert all(max(a, b) / min(a, b) > 1.3 for a, b in pairwise(levels))


# The page ---------------------------------------------------------------------------------------------------------


def cell_of(shown: str, label: str, day: date) -> str:
    said = f"{label}, {day.day} {day:%b %Y}: "
    return re.search(rf'<td class="[^"]+" title="{re.escape(said)}[^"]+"', shown)[0]


def test_situation_shows_28_days_and_the_outage_is_hatched(opened, filled_archive: str) -> None:
    shown = html_of(opened(filled_archive, "situation"))
    row = re.search(r"<tr><th scope=\"row\">[^\n]*?Food.*?</tr>", shown)[0]
    assert row.count("<td") == 28
    assert all('class="m-blind"' in cell_of(shown, "Food", day) for day in OUTAGE)
    assert "partly seen" in cell_of(shown, "Food", HALF)
    assert "not over yet" in cell_of(shown, "Food", TODAY)


def test_the_table_behind_the_picture_has_the_same_numbers(opened, filled_archive: str) -> None:
    app = opened(filled_archive, "situation")
    picture = html_of(app)
    app.session_state["month"] = True
    app.run()
    table = html_of(app).removeprefix(picture)
    drawn_cells = re.findall(r'title="Medicine and health care, (\d+ \w+ \d+): (\d+) stor', picture)
    assert drawn_cells
    for day, count in drawn_cells:
        line = re.search(rf">{day}</td>.*?</tr>", table)[0]
        assert f"Medicine and health care {count}</a>" in line


def test_days_on_which_sources_changed_are_marked_in_the_head_and_in_the_table(demo: Monitor) -> None:
    lines = month(rollup((1, "food", "reported", 3)), calendar(*STATES), demo)
    day, labels = lines[0].cells[2].day, english(demo)
    changed = {day: "sources changed: +2 −1"}
    shown = heat_map.html(lines, labels, TODAY, changed)
    assert shown.count("◇") == 2  # the day and the legend
    assert f'title="sources changed: +2 −1">{day.day}<br>◇' in shown
    assert "◇" not in heat_map.html(lines, labels, TODAY)
    assert "not seen, sources changed: +2 −1" in heat_map.by_day(lines, labels, TODAY, changed)
