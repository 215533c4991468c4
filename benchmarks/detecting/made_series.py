"""Invented series of story counts whose truth is known: backgrounds, weekends, outages, half days, events. Pure.

565 days a series: 200 of history, 365 that are judged. Five backgrounds, as counts of news behave: Poisson;
overdispersed (negative binomial), rare and frequent; mostly zeros; slow waves of attention. On all of them fewer
stories at weekends, 5 % of days on which half of the feeds answer, 3 % on which none does, and an outage of 3 to 6 days
a year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.detect_model import Observed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HISTORY, JUDGED = 200, 365
DAYS = HISTORY + JUDGED
WEEKDAYS = np.array([1.08, 1.15, 1.15, 1.12, 1.05, 0.68, 0.62]) / np.mean([1.08, 1.15, 1.15, 1.12, 1.05, 0.68, 0.62])
FAMILIES = (0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05)  # who publishes how much of the subject
OTHER_STORIES, OTHER_SIZE = 40.0, 8.0  # relevant stories about something else
HALF_DAYS, LOST_DAYS = 0.05, 0.03
WAVE_LENGTH = 0.95  # correlation of a wave from day to day
LATEST = DAYS - 121  # onset, so that 120 days of a lasting crisis are seen
SECOND_AFTER = 25


@dataclass(frozen=True, slots=True)
class Background:
    """mean : stories a day. size : of the negative binomial; inf: Poisson. zeros : chance of a day without any.

    waves : standard deviation of the log rate.
    """

    mean: float
    size: float = np.inf
    zeros: float = 0.0
    waves: float = 0.0


BACKGROUNDS = {
    "Poisson, 3 a day": Background(3.0),
    "overdispersed, 3 a day": Background(3.0, size=1.5),
    "overdispersed, 12 a day": Background(12.0, size=4.0),
    "mostly zeros, 0.2 a day": Background(0.4, size=1.0, zeros=0.5),
    "waves of attention, 3 a day": Background(3.0, size=3.0, waves=0.35),
}
EVENTS = ("none", "shift", "spike", "ramp", "second", "fall")
WINDOW = {"shift": 14, "spike": 3, "ramp": 42, "second": 14, "fall": 28}  # days in which it should be found


@dataclass(frozen=True, slots=True)
class Made:
    """Series of one background and event. onset : shape (series,), row of the day that has to be found."""

    observed: Observed
    onset: Ints


def made(background: Background, event: str, series: int, rng: np.random.Generator) -> Made:
    """So many series. "second" is a tenfold spike of three days and a lasting threefold shift 25 days later."""
    onset = rng.integers(HISTORY + 40, LATEST, series)
    exposure = np.where(rng.random((DAYS, series)) < HALF_DAYS, 0.5, 1.0)
    lost = _lost(series, rng)
    usual = exposure * WEEKDAYS[np.arange(DAYS) % 7][:, None]
    rate = background.mean * usual * _course(event, onset) * _waves(background, series, rng)
    counts = _counts(background, rate, rng)
    others = rng.negative_binomial(OTHER_SIZE, OTHER_SIZE / (OTHER_SIZE + OTHER_STORIES * usual))
    shown = np.where(lost, np.nan, counts)
    return Made(
        Observed(
            counts=shown,
            exposure=exposure,
            observability=np.where(lost, 0.0, exposure),
            families=_families(np.nan_to_num(shown).astype(np.int64), rng),
            relevant=np.where(lost, np.nan, counts + others),
        ),
        onset + (SECOND_AFTER if event == "second" else 0),
    )


def zero_filled(observed: Observed) -> Observed:
    """The same series from a pipeline that writes 0 where nothing came in; how well we could look is still known."""
    return Observed(
        counts=np.nan_to_num(observed.counts),
        exposure=observed.exposure,
        observability=observed.observability,
        families=observed.families,
        relevant=None if observed.relevant is None else np.nan_to_num(observed.relevant),
    )


def _lost(series: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Days on which no feed answered: single ones, and outages."""
    lost = rng.random((DAYS, series)) < LOST_DAYS
    for one, outages in enumerate(rng.poisson(DAYS / 365, series)):
        for start in rng.integers(0, DAYS - 6, outages):
            lost[start : start + rng.integers(3, 7), one] = True
    return lost


def _waves(background: Background, series: int, rng: np.random.Generator) -> Floats:
    if not background.waves:
        return np.ones((DAYS, series))
    wave = rng.normal(0, background.waves, (DAYS, series))
    for day in range(1, DAYS):
        wave[day] = WAVE_LENGTH * wave[day - 1] + np.sqrt(1 - WAVE_LENGTH**2) * wave[day]
    return np.exp(wave - background.waves**2 / 2)


def _course(event: str, onset: Ints) -> Floats:
    """What the event multiplies the rate by, shape (days, series)."""
    since = np.arange(DAYS)[:, None] - onset
    has_begun = since >= 0
    if event == "shift":
        return np.where(has_begun, 3.0, 1.0)
    if event == "spike":
        return np.where(has_begun & (since < 3), 5.0, 1.0)
    if event == "ramp":
        return np.where(has_begun, np.minimum(1 + 3 * (since + 1) / 42, 4.0), 1.0)
    if event == "second":
        return np.where(has_begun & (since < 3), 10.0, 1.0) * np.where(since >= SECOND_AFTER, 3.0, 1.0)
    if event == "fall":
        return np.where(has_begun, 0.2, 1.0)
    return np.ones(since.shape)


def _counts(background: Background, rate: Floats, rng: np.random.Generator) -> Floats:
    if np.isinf(background.size):
        counts = rng.poisson(rate)
    else:
        counts = rng.negative_binomial(background.size, background.size / (background.size + rate))
    return np.where(rng.random(rate.shape) < background.zeros, 0, counts).astype(np.float64)


def _families(counts: Ints, rng: np.random.Generator) -> Floats:
    """Distinct families in the 7 days to each day: every story belongs to one, by chance."""
    left, rest, result = counts.copy(), 1.0, np.zeros(counts.shape)
    for share in FAMILIES:
        mine = rng.binomial(left, min(share / rest, 1.0))
        told = np.cumsum(mine, axis=0)
        told[7:] -= told[:-7].copy()
        result += told > 0
        left, rest = left - mine, rest - share
    return result
