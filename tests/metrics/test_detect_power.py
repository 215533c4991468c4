"""A small, seeded piece of benchmarks/detect.py: floors and ceilings that a broken detector does not meet."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.detecting import judging
from benchmarks.detecting.made_series import BACKGROUNDS, EVENTS, made, zero_filled
from metrics import calibration
from metrics.detect import detect
from metrics.detect_model import DECLINE, Rule

pytestmark = pytest.mark.thorough

SERIES = 32  # of each background and event
SEED = 77


@pytest.fixture(scope="module")
def detected():
    """(event, background) → series and detection, by the thresholds that are stored."""
    rule = calibration.rule()
    result = {}
    for number, event in enumerate(EVENTS):
        for other, background in enumerate(BACKGROUNDS):
            one = made(BACKGROUNDS[background], event, SERIES, np.random.default_rng([SEED, number, other]))
            result[event, background] = (one, detect(one.observed, rule))
    return result


def of(detected, event):
    return [pair for (kind, _), pair in detected.items() if kind == event]


def test_false_alerts_are_about_one_a_year(detected):
    each = [judging.episodes(detection.alarms).mean() for _, detection in of(detected, "none")]
    assert 0.6 < np.mean(each) < 1.5, "none at all would be a detector that sleeps"
    assert max(each) < 3.3


# The benchmark's targets, less two and a half standard errors of so few series
FLOORS = {"shift": 0.77, "spike": 0.60, "ramp": 0.88, "second": 0.74, "fall": 0.40}


@pytest.mark.parametrize(("event", "floor"), FLOORS.items(), ids=FLOORS)
def test_events_are_found(detected, event, floor):
    found = [
        judging.found(detection.state == DECLINE if event == "fall" else detection.alarms, one.onset, event).mean()
        for one, detection in of(detected, event)
    ]
    assert np.mean(found) >= floor


def test_a_lasting_crisis_stays_in_alarm(detected):
    assert np.mean([judging.in_alarm(d.alarms, one.onset).mean() for one, d in of(detected, "shift")]) >= 0.70


def test_zeros_in_outages_make_no_decline(detected):
    rule = calibration.rule()
    for one, detection in of(detected, "none"):
        filled = detect(zero_filled(one.observed), rule)
        assert np.array_equal(filled.state == DECLINE, detection.state == DECLINE)


def test_the_stored_thresholds_say_how_they_were_made():
    stored = json.loads(calibration.THRESHOLDS.read_text())
    assert stored["command"].startswith("python benchmarks/detect.py --calibrate")
    rule = calibration.rule()
    assert isinstance(rule, Rule)
    assert rule.release < rule.watch < rule.alert
