"""The detector once more, one series and one day at a time, as a textbook would write it: slow, and easy to check.

metrics.detect must say the same (tests/metrics/test_detect_equal.py), many times faster (benchmarks/detect.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from metrics.baseline import OUTLIER, PRIOR, RIDGE
from metrics.detect_model import Rule

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Day:
    """What the scan of one day says of one series; score None: unseen or learning."""

    score: float | None
    window: int = 1
    expected: float = np.nan
    dispersion: float = np.nan
    drift: float = np.nan
    low: float = 0.0


def scan(counts: Floats, exposure: Floats, observability: Floats, rule: Rule, *, dismissed: set[int]) -> list[Day]:
    """One series: shapes (days,), NaN where nobody looked; dismissed : rows of days a person dismissed."""
    seen = [bool(np.isfinite(c) and o >= rule.least_observability) for c, o in zip(counts, observability, strict=True)]
    censored: set[int] = set()
    begun = last = -1000
    learned = False
    result = []
    for today in range(len(counts)):
        one = _day(today, counts, exposure, seen, censored - dismissed, rule)
        result.append(one)
        score = one.score or 0.0
        if score < rule.alert and not (score >= rule.release and today - last <= rule.release_days):
            continue
        if today - last > rule.alarm_join:
            begun, learned = today, False
        last = today
        if today - begun < rule.censored:
            censored |= set(range(today - one.window + 1, today + 1))
        elif not learned:
            censored -= set(range(begun + rule.censored_kept, today + 1))
            learned = True
    return result


def _day(today: int, counts: Floats, exposure: Floats, seen: list[bool], left_out: set[int], rule: Rule) -> Day:
    past = [day for day in range(today - rule.gap - rule.horizon + 1, today - rule.gap + 1) if day >= 0 and seen[day]]
    chosen = [day for day in past if day not in left_out][-rule.baseline_days :]
    if not seen[today] or len(past) < rule.least_observed or len(chosen) < rule.least_baseline:
        return Day(None)
    beta, spread, uncertainty, drift = _fit(np.array(chosen), counts, exposure, today - rule.gap)
    best = Day(0.0)
    low = 0.0
    for window in rule.windows:
        days = [day for day in range(max(today - window + 1, 0), today + 1) if seen[day]]
        mean = float(np.sum(np.exp(_design(np.array(days)) @ beta) * exposure[days]))
        count = float(np.sum(counts[days]))
        variance = spread * mean + mean**2 * (uncertainty + drift)
        size, chance = mean**2 / (variance - mean), mean / variance
        mass = stats.nbinom.pmf(count, size, chance)
        score = min(-np.log10(stats.nbinom.sf(count - 1, size, chance) - mass / 2), 16.0) if count > mean else 0.0
        if score > (best.score or 0.0):
            best = Day(score, window)
        if window == rule.decline_window and count < mean:
            low = min(-np.log10(stats.nbinom.cdf(count, size, chance) - mass / 2), 16.0)
    expected = float(np.exp(_design(np.array([today])) @ beta)[0] * exposure[today])
    return Day(best.score, best.window, expected, spread, drift, low)


def _design(days: NDArray[np.int64]) -> Floats:
    """Level, and a column for each of the seven weekdays."""
    return np.column_stack([np.ones(len(days)), days[:, None] % 7 == np.arange(7)]).astype(float)


def _fit(days: NDArray[np.int64], counts: Floats, exposure: Floats, end: int) -> tuple[Floats, float, float, float]:
    """Slopes, dispersion, variance of the log level, drift: twice, the second time with outliers weighed down."""
    design, count, seen = _design(days), counts[days], exposure[days]
    weight = np.ones(len(days))
    for _ in range(2):
        beta = _slopes(design, count, seen, weight)
        usual = seen * np.exp(design @ beta)
        matrix = design.T @ (design * (weight * usual)[:, None])
        parameters = np.trace(np.linalg.solve(matrix + _ridge(), matrix))
        free = max((weight > 0).sum() - parameters, 5)
        spread = max(1.0, float(np.sum(weight * (count - usual) ** 2 / usual)) / free)
        final = weight
        residual = 1.5 * (count ** (2 / 3) - usual ** (2 / 3)) / usual ** (1 / 6) / np.sqrt(spread)
        weight = np.where(residual > OUTLIER, (OUTLIER / np.maximum(residual, OUTLIER)) ** 2, 1.0)
    total = float(np.sum(final * usual))
    return beta, spread, spread / max(total, PRIOR), _drift(days, final * count, final * usual, spread, end)


def _ridge() -> Floats:
    return np.diag([0.0] + [RIDGE] * 7)


def _slopes(design: Floats, count: Floats, seen: Floats, weight: Floats) -> Floats:
    """Newton to the end, on the likelihood with ridge and half a story more."""
    beta = np.zeros(8)
    beta[0] = np.log((np.sum(weight * count) + PRIOR) / np.sum(weight * seen))
    for _ in range(100):
        usual = weight * seen * np.exp(design @ beta)
        slope = design.T @ (weight * count - usual) - _ridge() @ beta
        slope[0] += PRIOR
        step = np.linalg.solve(design.T @ (design * usual[:, None]) + _ridge(), slope)
        beta = beta + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-12:
            break
    return beta


def _drift(days: NDArray[np.int64], stories: Floats, usual: Floats, spread: float, end: int) -> float:
    """DerSimonian and Laird's variance between weeks, counted back from the last day of the baseline."""
    weeks: dict[int, list[float]] = {}
    for day, one, other in zip(days, stories, usual, strict=True):
        week = weeks.setdefault((end - day) // 7, [0.0, 0.0])
        week[0], week[1] = week[0] + one, week[1] + other
    differ = sum((told - expected) ** 2 / expected for told, expected in weeks.values())
    total = max(sum(expected for _, expected in weeks.values()), PRIOR)
    beyond = differ - spread * (len(weeks) - 1)
    return max(0.0, beyond / max(total - sum(expected**2 for _, expected in weeks.values()) / total, PRIOR))
