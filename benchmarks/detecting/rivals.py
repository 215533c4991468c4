"""The rules that others publish, on the same series: scores a day, upwards and mirrored.

No kept Python library has them (R's `surveillance` and `epitweetr` do), so they are written here from their
descriptions, with no code of theirs. Each gets what it asks for: counts with NaN where nobody looked; those with a
regression also the exposure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from metrics import tails
from metrics.detect import detect
from metrics.detect_model import Observed, Rule

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Score = Callable[[Observed], Floats]
LEAST_SPREAD = 0.2  # of a week of equal counts, which has none


@dataclass(frozen=True, slots=True)
class Rival:
    """One rule. up, down : the score of each day, shape (days, series), alarm above `threshold`; down None: no mirror.

    raised : scores and threshold → alarm days, where it is more than a comparison.
    """

    name: str
    threshold: float
    up: Score
    down: Score | None = None
    raised: Callable[[Floats, float], Bools] | None = None

    def alarms(self, scores: Floats, threshold: float) -> Bools:
        """Alarm days by that threshold."""
        if self.raised:
            return self.raised(scores, threshold)
        result: Bools = scores > threshold
        return result


def _before(counts: Floats, first: int, last: int) -> tuple[Floats, Floats, Floats]:
    """Mean, standard deviation and number of the seen days from `first` to `last` days before each day."""
    seen = np.isfinite(counts)
    filled = np.nan_to_num(counts)

    def total(values: NDArray[np.generic]) -> Floats:
        sums = np.vstack([np.zeros((last + 1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
        days = np.arange(len(values)) + last + 1
        return sums[days - first] - sums[days - last - 1]

    number = total(seen)
    mean = total(filled) / np.maximum(number, 1)
    spread = np.sqrt(np.maximum(total(filled**2) - number * mean**2, 0) / np.maximum(number - 1, 1))
    return mean, spread, number


def _ears(counts: Floats, lag: int, sign: int) -> Floats:
    mean, spread, number = _before(counts, 1 + lag, 7 + lag)
    score = sign * (counts - mean) / np.maximum(spread, LEAST_SPREAD)
    return np.where(np.isfinite(score) & (number >= 4), score, 0.0)


def ears_c2(observed: Observed, sign: int = 1) -> Floats:
    """Standard deviations above the mean of 7 days, two days left out.

    Source: Hutwagner et al., J Urban Health 2003;80:i89-96.
    """
    return _ears(observed.counts, 2, sign)


def ears_c3(observed: Observed, sign: int = 1) -> Floats:
    """What C2 was above 1, summed over three days; the same source."""
    over = np.maximum(_ears(observed.counts, 2, sign) - 1, 0)
    over[2:] = over[2:] + over[1:-1] + over[:-2]
    return np.where(np.isfinite(observed.counts), over, 0.0)


def epitweetr(observed: Observed, sign: int = 1) -> Floats:
    """t of a day against the 7 before it, of which outliers weigh less.

    Source: Espinosa et al., Euro Surveill 2022;27(39):2200177. The alarm is at the 97.5 % quantile of t with 6 degrees;
    studentised residuals above the 95 % quantile of t with 5 get the weight (quantile ÷ residual)⁴, as its handbook
    says. A missing day is filled with the mean of the others.
    """
    counts, days = sign * observed.counts, 7
    most = stats.t.ppf(0.95, days - 2)
    result = np.zeros(counts.shape)
    for day in range(days, len(counts)):
        past = counts[day - days : day]
        seen = np.isfinite(past)
        mean = np.where(seen, past, 0).sum(0) / np.maximum(seen.sum(0), 1)
        past = np.where(seen, past, mean)
        gone_mean = (past.sum(0) - past) / (days - 1)
        gone_var = ((past**2).sum(0) - past**2 - (days - 1) * gone_mean**2) / (days - 2)
        residual = (past - past.mean(0)) / np.sqrt(np.maximum(gone_var, 1e-12) * (1 - 1 / days))
        weight = (most / np.maximum(residual, most)) ** 4
        weight *= days / weight.sum(0)
        level = (weight * past).mean(0)
        spread = np.sqrt((weight * (past - level) ** 2).sum(0) / (days - 1))
        result[day] = (counts[day] - level) / (np.maximum(spread, LEAST_SPREAD) * np.sqrt(1 + 1 / days))
    return np.nan_to_num(result)


def rolling_z(observed: Observed, sign: int = 1) -> Floats:
    """Standard deviations above the mean of the 28 days before: what most dashboards do."""
    mean, spread, _ = _before(observed.counts, 1, 28)
    return np.nan_to_num(sign * (observed.counts - mean) / np.maximum(spread, LEAST_SPREAD))


def record(observed: Observed) -> Floats:
    """Sum of 30 days ÷ the largest such sum of the past 366 days: alarm at 1, from an absolute floor.

    Source: the method of HDX Signals (OCHA Centre for Humanitarian Data).
    """
    sums = np.cumsum(np.nan_to_num(observed.counts), axis=0)
    sums[30:] -= sums[:-30].copy()
    result = np.zeros(sums.shape)
    for day in range(60, len(sums)):
        most = sums[max(29, day - 366) : day].max(0)
        result[day] = np.where(sums[day] >= RECORD_FLOOR, sums[day] / np.maximum(most, 1), 0)
    return result


RECORD_FLOOR = 3  # stories in 30 days. Theirs are deaths and displaced people, so the floor is ours
RECORD_REST = 180  # days after a signal without another


def record_alarms(scores: Floats, threshold: float) -> Bools:
    """Records, none for 180 days after one."""
    result = np.zeros(scores.shape, bool)
    last = np.full(scores.shape[1], -RECORD_REST - 1)
    for day in range(len(scores)):
        result[day] = (scores[day] >= threshold) & (day - last > RECORD_REST)
        last[result[day]] = day
    return result


# The baseline of ours without what is ours: 56 days, ending 8 days before, moving on whatever happens.
MOVING = Rule(watch=99, alert=99, decline=99, release=99, windows=(1,), baseline_days=56, horizon=63, gap=8)
CUSUM_SLACK = 0.5


def residuals(observed: Observed, sign: int = 1) -> Floats:
    """Anscombe residuals of the day before a quasi-Poisson regression on the days before; NaN: none."""
    scan = detect(observed, MOVING).scan
    usual = np.maximum(scan.expected, 1e-3)
    gap = np.cbrt(np.nan_to_num(observed.counts)) ** 2 - np.cbrt(usual) ** 2
    return sign * 1.5 * gap / np.sqrt(np.cbrt(usual)) / np.sqrt(scan.dispersion)


def cusum_alarms(scores: Floats, threshold: float) -> Bools:
    """Sum of what residuals are above ½, set back at an alarm. Fricker, Hegler & Dunfee, Stat Med 2008;27:3407-29."""
    total, result = np.zeros(scores.shape[1]), np.zeros(scores.shape, bool)
    for day, residual in enumerate(np.clip(scores, -4, 4)):
        total = np.where(np.isfinite(residual), np.maximum(total + np.nan_to_num(residual) - CUSUM_SLACK, 0), total)
        result[day] = (total > threshold) & np.isfinite(residual)
        total = np.where(result[day], 0, total)
    return result


FARRINGTON_DAYS, FARRINGTON_GAP, FARRINGTON_FLOOR = 56, 7, 5


def farrington(observed: Observed, sign: int = 1) -> Floats:
    """−log10 p of a day by Farrington Flexible made daily. Noufaily et al., Stat Med 2013;32:1206-22.

    Quasi-Poisson with a trend (dropped where its |z| < 1.96), weekdays for seasons, exposure as offset, residuals above
    2.58 weighed down, negative-binomial quantile; no alarm below 5 stories in 28 days. 56 days ending 8 before.
    """
    counts, seen = np.nan_to_num(observed.counts).T, np.isfinite(observed.counts).T
    offset = np.log(np.where(seen.T, observed.exposure, 1.0)).T
    result = np.zeros(observed.counts.shape)
    recent = np.cumsum(counts, axis=1)
    for day in range(FARRINGTON_DAYS + FARRINGTON_GAP, len(result)):
        past = slice(day - FARRINGTON_GAP - FARRINGTON_DAYS, day - FARRINGTON_GAP)
        design = _design(np.arange(past.start, past.stop), past.stop)
        weight = seen[:, past].astype(float)
        slopes, usual, spread, errors = _regression(counts[:, past], offset[:, past], weight, design)
        residual = 1.5 * (np.cbrt(counts[:, past]) ** 2 - np.cbrt(usual) ** 2) / np.sqrt(np.cbrt(usual))
        weight *= (2.58 / np.maximum(residual / np.sqrt(spread)[:, None], 2.58)) ** 2
        slopes, usual, spread, errors = _regression(counts[:, past], offset[:, past], weight, design, slopes)
        slopes[:, -1] = np.where(np.abs(slopes[:, -1]) > 1.96 * errors, slopes[:, -1], 0.0)
        today = _design(np.array([day]), past.stop)[0]
        mean = np.maximum(np.exp(np.clip(slopes @ today + offset[:, day], -12, 9)), 1e-3)
        variance = spread * mean + mean**2 * spread / np.maximum((weight * usual).sum(1), 0.5)
        count = counts[:, day]
        above = (sign * (count - mean) > 0) & seen[:, day]
        if sign > 0:
            above &= recent[:, day] - recent[:, day - 28] >= FARRINGTON_FLOOR
        tail = (tails.upper_tail if sign > 0 else tails.lower_tail)(count[above], mean[above], variance[above])
        result[day, above] = tails.score(tail)
    return result


def _design(days: NDArray[np.int64], origin: int) -> Floats:
    """Intercept, six weekdays, trend."""
    weekdays = (days[:, None] % 7 == np.arange(1, 7)).astype(float)
    return np.column_stack([np.ones(len(days)), weekdays, (days - origin) / FARRINGTON_DAYS])


def _regression(
    counts: Floats, offset: Floats, weight: Floats, design: Floats, start: Floats | None = None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Slopes, fitted means, dispersion, and the standard error of the trend; arrays (series, …)."""
    size = design.shape[1]
    ridge = np.r_[1e-3, np.full(6, 2.0), 0.5]  # a rare series has no story on some weekdays
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    slopes = np.zeros((len(counts), size)) if start is None else start
    if start is None:
        slopes[:, 0] = np.log(((weight * counts).sum(1) + 0.3) / ((weight * np.exp(offset)).sum(1) + 0.6))
    for _ in range(6 if start is None else 3):
        usual = np.exp(np.clip(slopes @ design.T + offset, -12, 9))
        matrix = ((weight * usual) @ products).reshape(-1, size, size) + np.diag(ridge)
        gradient = (weight * (counts - usual)) @ design - slopes * np.r_[0, ridge[1:]]
        slopes = slopes + np.clip(np.linalg.solve(matrix, gradient[:, :, None])[:, :, 0], -2, 2)
    usual = np.maximum(np.exp(np.clip(slopes @ design.T + offset, -12, 9)), 1e-3)
    pearson = (weight * (counts - usual) ** 2 / np.maximum(usual, 0.02)).sum(1)
    spread = np.maximum(1.0, pearson / np.maximum((weight > 0).sum(1) - 5, 5))
    return slopes, usual, spread, np.sqrt(np.linalg.inv(matrix)[:, -1, -1] * spread)


RIVALS = (
    Rival("EARS C2", 3.0, ears_c2, lambda one: ears_c2(one, -1)),
    Rival("EARS C3", 2.0, ears_c3, lambda one: ears_c3(one, -1)),
    Rival("epitweetr", float(stats.t.ppf(0.975, 6)), epitweetr, lambda one: epitweetr(one, -1)),
    Rival("HDX Signals record", 1.0, record, raised=record_alarms),
    Rival("Farrington Flexible, daily", 2.0, farrington, lambda one: farrington(one, -1)),
    Rival("CUSUM on residuals", 5.0, residuals, lambda one: residuals(one, -1), cusum_alarms),
    Rival("rolling z-score, 28 days", 3.0, rolling_z, lambda one: rolling_z(one, -1)),
)
