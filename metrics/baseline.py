"""What a day brings as usual: a quasi-Poisson level with weekdays, for many series at once. Pure: no clock, no store.

The fit has one level and seven weekday factors, and log exposure as offset. Such a fit needs of its days nothing but
seven sums of counts and seven of exposure, so it costs the same for 84 days as for 7, and thousands of series are
solved together without one matrix.

Sources: Farrington et al., J R Stat Soc A 1996;159:547-63, and Noufaily et al., Stat Med 2013;32:1206-22: quasi-Poisson
regression on past counts, days with Anscombe residuals above 2.58 weighed down, dispersion at least 1. Ours differ:
weekdays instead of seasons, no trend, and ridge (Hoerl & Kennard, Technometrics 1970;12:55-67) on the weekdays, because
twelve Mondays of a rare subject tell little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WEEK = 7
RIDGE = 2.0  # stories by which a weekday's factor is held to 1
OUTLIER = 2.58  # Anscombe residual from which a day counts less: Noufaily et al. 2013
PRIOR = 0.5  # stories added to the sum, as by Jeffreys' prior of a Poisson rate: also an empty baseline has a level
FIRST_STEPS, LAST_STEPS = 8, 6  # of Newton; from a near start it doubles its digits at each
LONGEST_STEP = 2.0  # on the log scale, so that a first step cannot run away
LEAST_FREE = 5.0  # days minus parameters, at least


@dataclass(frozen=True, slots=True)
class Days:
    """Whole weeks of consecutive days, oldest first. Every array has the shape (weeks, 7, series).

    counts : stories; 0 where nobody looked (such a day must not be chosen). exposure : > 0, any scale.
    The others are powers of these two, computed once for all fits.
    """

    counts: Floats
    exposure: Floats
    squares: Floats  # counts² ÷ exposure
    counts_23: Floats  # counts^(2/3)
    exposure_23: Floats
    exposure_16: Floats

    @classmethod
    def of(cls, counts: Floats, exposure: Floats) -> Days:
        """From counts and exposure of any equal shape; slice and shape them with `weeks`."""
        return cls(
            counts=counts,
            exposure=exposure,
            squares=counts**2 / exposure,
            counts_23=np.cbrt(counts) ** 2,
            exposure_23=np.cbrt(exposure) ** 2,
            exposure_16=np.sqrt(np.cbrt(exposure)),
        )

    def weeks(self, start: int, stop: int) -> Days:
        """Rows start to stop (a multiple of 7) of arrays (days, series), as weeks."""
        return Days(*(_weekly(getattr(self, name)[start:stop]) for name in self.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Baseline:
    """One fit a series.

    factors : shape (7, series), stories per exposure; row 0 is the weekday of the window's first day.
    dispersion : shape (series,), variance ÷ mean of a day, ≥ 1.
    uncertainty : shape (series,), variance of the log of the level.
    drift : shape (series,), variance of the log of the level from week to week, beyond what the days' dispersion makes;
    ≥ 0.
    """

    factors: Floats
    dispersion: Floats
    uncertainty: Floats
    drift: Floats


def _weekly(days: Floats) -> Floats:
    """(days, series) as (weeks, 7, series), without a copy."""
    return days.reshape(-1, WEEK, days.shape[1])


def fit(days: Days, chosen: Bools) -> Baseline:
    """The baseline from the chosen days, days out of the ordinary weighing less.

    chosen : shape (7 × weeks, series). A series without a chosen day gets half a story in one unit of exposure.
    """
    weights = _weekly(chosen.astype(np.float64))
    counts, exposure = _sum(weights, days.counts), _sum(weights, days.exposure)
    log_factors = _solve(counts, exposure, _start(counts, exposure), FIRST_STEPS)
    dispersion = _dispersion(days, weights, counts, exposure, np.exp(log_factors.sum_()))
    weights = _weights(days, weights, np.exp(log_factors.sum_()), dispersion)
    counts, exposure = _sum(weights, days.counts), _sum(weights, days.exposure)
    factors = np.exp(_solve(counts, exposure, log_factors, LAST_STEPS).sum_())
    dispersion = _dispersion(days, weights, counts, exposure, factors)
    uncertainty = dispersion / np.maximum((exposure * factors).sum(0), PRIOR)
    return Baseline(factors, dispersion, uncertainty, _drift(days, weights, factors, dispersion))


@dataclass(frozen=True, slots=True)
class _Logs:
    """level : shape (series,); weekday : shape (7, series)."""

    level: Floats
    weekday: Floats

    def sum_(self) -> Floats:
        return self.level + self.weekday


def _sum(weights: Floats, values: Floats) -> Floats:
    """Weighted sums a weekday, shape (7, series)."""
    result: Floats = np.einsum("wds,wds->ds", weights, values)
    return result


def _start(counts: Floats, exposure: Floats) -> _Logs:
    total = exposure.sum(0)
    level = np.log((counts.sum(0) + PRIOR) / np.where(total > 0, total, 1.0))
    return _Logs(level, np.zeros_like(counts))


def _solve(counts: Floats, exposure: Floats, start: _Logs, steps: int) -> _Logs:
    """Newton on the penalised Poisson likelihood. Its matrix is an arrow: the weekdays touch only the level."""
    level, weekday = start.level, start.weekday
    for _ in range(steps):
        usual = exposure * np.exp(level + weekday)
        curve = usual + RIDGE
        slope = counts - usual - RIDGE * weekday
        of_level = (counts - usual).sum(0) + PRIOR
        share = usual / curve
        left = np.maximum((usual * RIDGE / curve).sum(0), 1e-9)
        step = np.clip((of_level - (share * slope).sum(0)) / left, -LONGEST_STEP, LONGEST_STEP)
        level = level + step
        weekday = weekday + np.clip(slope / curve - share * step, -LONGEST_STEP, LONGEST_STEP)
    return _Logs(level, weekday)


def _dispersion(days: Days, weights: Floats, counts: Floats, exposure: Floats, factors: Floats) -> Floats:
    """Pearson's: the sum of (count − usual)² ÷ usual, multiplied out, over days minus parameters."""
    pearson = (_sum(weights, days.squares) / factors - 2 * counts + exposure * factors).sum(0)
    free = (weights > 0).sum((0, 1)) - _parameters(exposure * factors)
    result: Floats = np.maximum(1.0, pearson / np.maximum(free, LEAST_FREE))
    return result


def _drift(days: Days, weights: Floats, factors: Floats, dispersion: Floats) -> Floats:
    """How much more the weeks differ than independent days would: attention comes in waves.

    The estimate of moments of DerSimonian & Laird, Control Clin Trials 1986;7:177-88, with weeks for trials.
    """
    stories = np.einsum("wds,wds->ws", weights, days.counts)
    usual = np.einsum("wds,wds,ds->ws", weights, days.exposure, factors)
    differ = ((stories - usual) ** 2 / np.maximum(usual, 1e-9)).sum(0)
    total = np.maximum(usual.sum(0), PRIOR)
    beyond = differ - dispersion * ((usual > 0).sum(0) - 1)
    drift: Floats = np.maximum(0.0, beyond / np.maximum(total - (usual**2).sum(0) / total, PRIOR))
    return drift


def _parameters(usual: Floats) -> Floats:
    """How many parameters the fit spends: 1 for the level, up to 6 for the weekdays, fewer the more the ridge holds."""
    curve = usual + RIDGE
    left = np.maximum((usual * RIDGE / curve).sum(0), 1e-9)
    held: Floats = RIDGE * (1 / curve + (usual / curve) ** 2 / left).sum(0)
    return WEEK + 1 - held


def _weights(days: Days, weights: Floats, factors: Floats, dispersion: Floats) -> Floats:
    """(2.58 ÷ residual)² for a day whose Anscombe residual is above 2.58: a past event must not pass for usual."""
    sixth = np.sqrt(np.cbrt(factors))
    residual = days.counts_23 - days.exposure_23 * sixth**4
    residual *= 1.5 / (sixth * np.sqrt(dispersion))
    residual /= days.exposure_16
    result: Floats = weights * (OUTLIER / np.maximum(residual, OUTLIER)) ** 2
    return result
