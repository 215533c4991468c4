"""Intervals are those of scipy's distributions, and cover what they promise."""

import numpy as np
import pytest
from scipy import stats

from metrics.intervals import jeffreys, jeffreys_rate


@pytest.mark.parametrize(("count", "total"), [(0, 5), (1, 9), (3, 20), (17, 17), (240, 1000)])
def test_a_share_has_the_interval_of_the_beta_distribution(count, total):
    low, high = jeffreys(count, total)
    posterior = stats.beta(count + 0.5, total - count + 0.5)
    assert low == pytest.approx(posterior.ppf(0.025) if count else 0)
    assert high == pytest.approx(posterior.ppf(0.975) if count < total else 1)


@pytest.mark.parametrize(("count", "exposure"), [(0, 3.0), (1, 0.5), (12, 7.0), (300, 7.0)])
def test_a_rate_has_the_interval_of_the_gamma_distribution(count, exposure):
    low, high = jeffreys_rate(count, exposure)
    posterior = stats.gamma(count + 0.5, scale=1 / exposure)
    assert low == pytest.approx(posterior.ppf(0.025) if count else 0)
    assert high == pytest.approx(posterior.ppf(0.975))


@pytest.mark.parametrize("mean", [2.0, 8.0, 40.0])
def test_the_interval_of_a_rate_holds_it_about_as_often_as_it_says(mean):
    drawn = np.random.default_rng(4).poisson(mean, 3000)
    held = [low <= mean <= high for low, high in (jeffreys_rate(int(one), 1.0) for one in drawn)]
    assert 0.92 < np.mean(held) < 0.99


def test_what_has_no_interval_is_refused():
    with pytest.raises(ValueError, match="not between"):
        jeffreys(3, 2)
    with pytest.raises(ValueError, match="no rate of 2 in 0"):
        jeffreys_rate(2, 0)
    assert jeffreys(0, 0) == (0.0, 1.0)
