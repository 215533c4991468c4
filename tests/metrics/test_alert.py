"""Days in alarm → alerts, on days one can check by eye."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from metrics import calibration
from metrics.alert import AlarmDay, Told, alerts_of, detector_of, why_superseded, with_stories
from metrics.series import Series

FOOD = Series("food", "reported", "")
FIRST = date(2023, 1, 1)


def alarm(day: int, series: Series = FOOD, **changes: object) -> AlarmDay:
    values: dict[str, object] = {
        "series": series, "day": on(day), "window": 3, "observed": 9.0, "expected": 2.0, "score": 6.0,
        "exposure": 10.0, "observability": 1.0, "families": 3, "baseline_days": 84, "dispersion": 1.0,
        "new_baseline_since": None,
    }  # fmt: skip
    return AlarmDay(**(values | changes))  # type: ignore[arg-type]


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def made(*days: AlarmDay) -> list[tuple[str, int, int, str | None]]:
    found = alerts_of(days, threshold=5.0, rules_version="r1", detector="d1")
    return [(one.id, (one.last_alarm - FIRST).days, one.alarm_days, one.previous) for one in found]


def food(day: int) -> str:
    return f"food-reported-{on(day)}"


RUNS = {  # days in alarm → first day, last day, days in alarm, the one before
    "one day": ([4], [(4, 4, 1, None)]),
    "a gap of seven days is one alert": ([4, 11], [(4, 11, 2, None)]),
    "a longer one is two, after 14 days": ([4, 20], [(4, 4, 1, None), (20, 20, 1, 4)]),
    "none opens within 14 days of the last": ([4, 14], [(4, 14, 2, None)]),
    "three, each with the one before": ([0, 30, 60], [(0, 0, 1, None), (30, 30, 1, 0), (60, 60, 1, 30)]),
}


@pytest.mark.parametrize(("days", "runs"), RUNS.values(), ids=RUNS)
def test_runs(days: list[int], runs: list[tuple[int, int, int, int | None]]) -> None:
    expected = [(food(a), b, n, None if before is None else food(before)) for a, b, n, before in runs]
    assert made(*map(alarm, days)) == expected


RISES = {  # (day, level) → first and last day of each alert
    "a level that stays opens none": ([(4, 2), (5, 2), (6, 2)], [(4, 6)]),
    "a rise opens another in the midst of an alarm": ([(4, 2), (5, 3), (6, 3)], [(4, 4), (5, 6)]),
    "and within 14 days of the last": ([(4, 2), (14, 3)], [(4, 4), (14, 14)]),
    "a fall and a return to what it was is none": ([(4, 3), (5, 2), (6, 3)], [(4, 6)]),
    "each step is one": ([(4, 2), (5, 3), (9, 4)], [(4, 4), (5, 5), (9, 9)]),
    "no level never rises": ([(4, None), (5, None)], [(4, 5)]),
    "a level that becomes known is no rise": ([(4, None), (5, 3), (6, 4)], [(4, 5), (6, 6)]),
    "nor is one that becomes known again": ([(4, 3), (5, None), (6, 3), (7, None)], [(4, 7)]),
}


@pytest.mark.parametrize(("days", "runs"), RISES.values(), ids=RISES)
def test_a_rise_of_the_level_always_opens_another(
    days: list[tuple[int, int | None]], runs: list[tuple[int, int]]
) -> None:
    found = alerts_of(
        [alarm(day, level=level) for day, level in days], threshold=5.0, rules_version="r1", detector="d1"
    )
    assert [((one.opened - FIRST).days, (one.last_alarm - FIRST).days) for one in found] == runs
    assert [one.previous for one in found] == [None, *(one.id for one in found[:-1])]
    assert [one.level for one in found] == [dict(days)[first] for first, _ in runs]


def test_series_are_apart_and_the_order_of_days_says_nothing() -> None:
    gas = Series("gas", "reported", "")
    days = [alarm(day, series) for day in (3, 4, 40) for series in (FOOD, gas)]
    expected = made(*days)
    assert [one[3] for one in expected] == [None, food(3), None, f"gas-reported-{on(3)}"]
    random.Random(1).shuffle(days)
    assert made(*days) == expected


def test_parameters_are_those_of_the_first_day() -> None:
    found = alerts_of([alarm(5, score=9.0, window=1), alarm(4)], threshold=5.0, rules_version="r1", detector="d1")
    assert (found[0].score, found[0].window, found[0].opened) == (6.0, 3, on(4))


def test_stories_from_the_first_day_of_the_window_to_the_last_in_alarm() -> None:
    found = alerts_of([alarm(4), alarm(6)], threshold=5.0, rules_version="r1", detector="d1")[0]
    told = [Told(n, on(n), "russian" if n < 2 else "western") for n in range(10)]
    assert with_stories(found, told).stories == (2, 3, 4, 5, 6)
    assert with_stories(found, told).sides == ("western",)


def test_why_an_alert_no_longer_arises() -> None:
    found = alerts_of([alarm(4)], threshold=5.0, rules_version="r1", detector="d1")[0]
    assert "rules r1 to r2" in why_superseded(found, rules_version="r2", detector="d1")
    assert "parameters" in why_superseded(found, rules_version="r1", detector="d2")
    assert "counted again" in why_superseded(found, rules_version="r1", detector="d1")


def test_the_detector_is_named_by_its_parameters() -> None:
    from dataclasses import replace

    rule = calibration.rule()
    assert detector_of(rule, 56) == detector_of(rule, 56)
    assert len({detector_of(rule, 56), detector_of(rule, 28), detector_of(replace(rule, gap=7), 56)}) == 3
