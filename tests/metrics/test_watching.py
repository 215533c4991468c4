"""From an archive to the detector: what is counted; and judging the last days alone gives what judging all gives."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from metrics import calibration
from metrics.detect_model import Scan
from metrics.levels import REPORTED, Rows, Sources
from metrics.series import WATCHED, Material, observed, spans
from metrics.watching import Known, judged

RULE = calibration.rule()
KEYS = (("food", ""), ("food", "them"))
FIRST = date(2022, 3, 7)
DAYS = 260


def world(seed=3, *, joins=140, lasts=DAYS):
    """Three sources, the third from day `joins` on; one story in two is on food; a burst from day 200 to 205."""
    random = np.random.default_rng(seed)
    panel = np.ones((3, DAYS), bool)
    panel[2, :joins] = False
    seen = random.random(panel.shape) > 0.03
    seen[:2, 160] = False
    weight = np.array([[2.0], [3.0], [4.0]]) + random.random(panel.shape)
    rows = []
    for day in range(DAYS):
        for source in range(3):
            for _ in range(random.poisson(1.2 if day not in range(200, 206) else 9.0)):
                story = len(rows) if random.random() < 0.9 else max(0, len(rows) - 4)
                rows.append((story, day, source, source, 0, False, int(random.integers(2)), REPORTED))
    rows.sort(key=lambda row: row[0])
    columns = dict(zip(Rows.__slots__, map(np.array, zip(*rows, strict=True)), strict=True))
    made = Material(FIRST, len(KEYS), Rows(**columns), Sources(seen, weight, panel), panel * 5.0)
    return until(made, lasts)


def until(whole, days):
    """The same archive, some days before."""
    sources = Sources(*(getattr(whole.sources, one)[:, :days] for one in Sources.__slots__))
    rows = whole.rows.of(whole.rows.day < days)
    return Material(whole.first, whole.keys, rows, sources, whole.relevant[:, :days])


def judge(material, **more):
    return judged(material, KEYS, RULE, **more)


def test_spans_end_where_sources_change_and_with_each_month():
    cuts = [begin for begin, _ in spans(world())]
    firsts = [(date(2022, month, 1) - FIRST).days for month in range(4, 12)]
    assert cuts == sorted([0, 140, *firsts])


def test_a_story_is_counted_once_on_the_day_of_its_first_article_among_the_sources_that_count():
    one = np.array([7, 7, 7])
    rows = Rows(
        story=one, day=np.array([3, 5, 5]), source=np.array([0, 1, 1]), voice=np.array([0, 1, 1]), bloc=one * 0,
        institution=one < 0, series=np.array([0, 0, 0]), stance=one * 0 + REPORTED,
    )  # fmt: skip
    for panel, day in (([True, True], 3), ([False, True], 5)):
        shown = np.broadcast_to(np.array(panel)[:, None], (2, 9))
        material = Material(FIRST, 1, rows, Sources(np.ones((2, 9), bool), np.ones((2, 9)), shown), np.ones((2, 9)))
        found = observed(material, 6, 9, RULE)
        assert found.counts[:, WATCHED.index("reported")].tolist() == [float(at == day) for at in range(9)]
        assert found.exposure[0, 0] == sum(panel)
        assert found.counts[:, WATCHED.index("eased")].sum() == 0


def test_what_a_source_brings_does_not_follow_the_days_that_are_judged():
    """Otherwise a lasting crisis would soon be what we expect."""
    material = world()
    material.sources.weight[:, 201:] *= 10
    assert observed(material, 200, DAYS, RULE).exposure[DAYS - 1, 0] < 20


@pytest.mark.parametrize("since", [199, 203, 207, 214, 215, 230, 259])
def test_the_last_days_alone_are_judged_as_all_days_are(since):
    """Only scores that keep an alarm are remembered of the days before, as an archive stores them."""
    whole = judge(world())
    assert whole.detection.alarms[200:206].any()
    scan = Scan.empty(whole.detection.state.shape)
    kept = np.nan_to_num(whole.detection.scan.score) >= RULE.release
    for name in ("score", "window"):
        getattr(scan, name)[kept] = getattr(whole.detection.scan, name)[kept]
    again = judge(world(), known=Known(since, scan, whole.detection.alarms))
    assert (again.detection.state[since:] == whole.detection.state[since:]).all()
    for one in fields(Scan):
        np.testing.assert_array_equal(
            getattr(again.detection.scan, one.name)[since:], getattr(whole.detection.scan, one.name)[since:], one.name
        )


@pytest.mark.parametrize("days", [205, 231, 246])
def test_later_days_change_no_day_before(days):
    whole, then = judge(world()), judge(world(lasts=days))
    assert (whole.detection.state[:days] == then.detection.state).all()


def test_dismissed_days_return_to_the_baseline():
    shape = (DAYS, len(KEYS) * len(WATCHED))
    dismissed = np.zeros(shape, bool)
    dismissed[190:206] = True
    expected = [judge(world(), dismissed=one).detection.scan.expected[240, 0] for one in (dismissed, None)]
    assert expected[0] > 1.2 * expected[1]
