"""The fast detector says what the plain one says, day by day; and its tails are those of scipy's distribution."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from benchmarks.detecting import plain
from benchmarks.detecting.made_series import BACKGROUNDS, made
from metrics import calibration, tails
from metrics.detect import detect
from metrics.detect_model import Observed

RULE = dataclasses.replace(calibration.rule(), horizon=100, baseline_days=50, least_observed=40, censored=40)


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_equal_to_one_series_at_a_time(background):
    one = made(BACKGROUNDS[background], "second", 3, np.random.default_rng(8)).observed
    cut = slice(150, 480)
    dismissed = np.zeros(one.counts[cut].shape, bool)
    dismissed[120:140, 1] = True
    part = Observed(one.counts[cut], one.exposure[cut], one.observability[cut], dismissed=dismissed)
    scan = detect(part, RULE).scan
    alarms = 0
    for number in range(3):
        days = plain.scan(
            part.counts[:, number], part.exposure[:, number], part.observability[:, number], RULE,
            dismissed=set(np.flatnonzero(dismissed[:, number]).tolist()),
        )  # fmt: skip
        slow = np.array([np.nan if day.score is None else day.score for day in days])
        assert np.allclose(scan.score[:, number], slow, rtol=1e-6, atol=1e-8, equal_nan=True)
        assert np.allclose(scan.expected[:, number], [day.expected for day in days], rtol=1e-6, equal_nan=True)
        assert np.allclose(scan.low[:, number], [day.low for day in days], rtol=1e-5, atol=1e-8)
        known = np.isfinite(slow) & (slow > 0)
        assert np.array_equal(scan.window[known, number], np.array([day.window for day in days])[known])
        alarms += int((slow[known] >= RULE.alert).sum())
    assert alarms > 10 or background.startswith("mostly"), "a comparison without alarms would prove little"


means = st.floats(0.01, 500)
beyond = st.floats(0.012, 50)


@given(means, beyond, st.integers(0, 2000))
def test_tails_are_those_of_the_distribution(mean, over, count):
    variance = mean * (1 + over)
    size, chance = mean**2 / (variance - mean), mean / variance
    half = stats.nbinom.pmf(count, size, chance) / 2
    args = (np.array([float(count)]), np.array([mean]), np.array([variance]))
    lower = stats.nbinom.cdf(count, size, chance) - half
    assert tails.lower_tail(*args)[0] == pytest.approx(lower, rel=1e-6, abs=1e-12)
    if count > 0:
        upper = stats.nbinom.sf(count - 1, size, chance) - half
        assert tails.upper_tail(*args)[0] == pytest.approx(upper, rel=1e-5, abs=1e-14)


@given(means, beyond, st.floats(0.5, 6))
def test_the_first_unusual_count_is_the_first(mean, over, threshold):
    means_, variances = np.array([mean]), np.array([mean * (1 + over)])
    first = tails.first_unusual(means_, variances, threshold)[0]

    def score(count: float) -> float:
        tail = tails.upper_tail(np.array([count]), means_, variances)
        return float(tails.score(tail)[0]) if count > mean else 0.0

    assert score(first) >= threshold - 1e-9
    assert first < 1.5 or score(first - 1) < threshold + 1e-9
