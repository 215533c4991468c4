"""Unusual days: counts of stories in, how unusual each day is out. Pure and deterministic: no clock, no store.

One day at a time, all series at once. On each day a baseline is fitted to the days before (metrics.baseline), and the
sums of the last 1, 3, 7 and 14 days are held against it by a negative-binomial tail (metrics.tails). The score is the
largest −log10 of the four. It is an index and no chance: what it takes for a *watch* or an *alert* is chosen by
calibration (metrics.calibration, benchmarks/detect.py), since four windows, a guessed variance and 365 days a year
leave nothing of the nominal size of a test.

Two repairs matter more than the choice of the test. Days of an alarm stay out of later baselines, for at most 120 days:
otherwise the alarm dies while the crisis goes on, and one episode hides the next. A day nobody saw is in no sum, and a
day half seen is expected to bring half.

Sources: the quasi-Poisson baseline is that of Noufaily et al. 2013 (see metrics.baseline); scanning several windows
that end today is Naus & Wallenstein's, Stat Med 2006;25:495-503, and Kulldorff's, J R Stat Soc A 2001;164:61-72; one
threshold by calibration as in Fricker, Hegler & Dunfee, Stat Med 2008;27:3407-29; floor, publishers and a refractory
time as OCHA's HDX Signals has them. Leaving alarm days out is ours, and measured in benchmarks/detect.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from metrics.baseline import Bools, Floats
from metrics.detect_model import (
    ALERT,
    DECLINE,
    LEARNING,
    QUIET,
    UNSEEN,
    WATCH,
    Array,
    Detection,
    Ints,
    Observed,
    Rule,
    Scan,
)
from metrics.detect_scan import scan


def detect(observed: Observed, rule: Rule, *, known: Scan | None = None) -> Detection:
    """The state of every day of every series. A day's state depends on the days to it, and never on later ones.

    known : the scan of an earlier call for the first days of the same series, which have not changed since: only the
    days after it are fitted. One new day then costs one day's fits. Raises ValueError when it does not fit.
    """
    return judge(observed, scan(observed, rule, known=known), rule)


def judge(observed: Observed, scanned: Scan, rule: Rule, *, known: Bools | None = None) -> Detection:
    """Scores and gates → states. Thresholds and gates may differ from those of the scan, its censoring may not.

    known : (days, series), days of alarm as said before, of the first days, which are not judged again.
    """
    seen, scored = observed.seen(rule), np.isfinite(scanned.score)
    score = np.nan_to_num(scanned.score)
    shut = _shut(observed, seen, rule)
    held = np.where(scored & (score >= rule.alert), shut, 0)
    state = np.full(seen.shape, QUIET, np.int8)
    state[_declines(observed, seen, scanned, rule)] = DECLINE
    state[score >= rule.watch] = WATCH
    state[_alerts(score, shut == 0, rule, known)] = ALERT
    state[~scored] = LEARNING
    state[~seen] = UNSEEN
    return Detection(rule, scanned, state, np.where(state == ALERT, 0, held).astype(np.int8))


def _alerts(score: Floats, is_open: Bools, rule: Rule, known: Bools | None) -> Bools:
    """Raised by the threshold through open gates; kept, gates or not, while the score is above that of release."""
    result = np.zeros(score.shape, bool)
    before = 0 if known is None else len(known)
    result[:before] = False if known is None else known
    last = np.full(score.shape[1], -rule.release_days - 1)
    for day in range(len(score)):
        kept = (score[day] >= rule.release) & (day - last <= rule.release_days)
        if day >= before:
            result[day] = ((score[day] >= rule.alert) & is_open[day]) | kept
        last[result[day]] = day
    return result


def _shut(observed: Observed, seen: Bools, rule: Rule) -> Ints:
    """Bits of the gates that are shut."""
    stories = _of_a_week(np.where(seen, observed.counts, 0.0))
    well = _of_a_week((np.nan_to_num(observed.observability) >= rule.well_observed) & seen)
    shut = (stories < rule.stories) + 4 * (well < rule.well_observed_days)
    if observed.families is not None:
        shut = shut + 2 * (np.nan_to_num(observed.families) < rule.families)
    return shut.astype(np.int64)


def _declines(observed: Observed, seen: Bools, scanned: Scan, rule: Rule) -> Bools:
    """Fewer stories than usual, on days that were all well observed, and a smaller share of the relevant ones."""
    well = (np.nan_to_num(observed.observability) >= rule.decline_observability) & seen
    result: Bools = (
        (scanned.low >= rule.decline)
        & (np.nan_to_num(scanned.share_same, nan=1.0) <= rule.decline_share)
        & (_of_a_week(well, rule.decline_window) == rule.decline_window)
    )
    return result


def _of_a_week(values: Array, days: int = 7) -> Floats:
    """Sums of the last days, today included."""
    sums = np.cumsum(values, axis=0, dtype=np.float64)
    sums[days:] -= sums[:-days].copy()
    return sums


def families_of_a_week(
    days: Sequence[int], series: Sequence[int], families: Sequence[int], *, shape: tuple[int, int]
) -> Floats:
    """Distinct families with a story in the 7 days to each day, shape (days, series): what Observed.families wants.

    days, series, families : one entry a story and family, as numbers from 0; rows of a story told by several families
    may stand several times.
    """
    result = np.zeros(shape)
    for one in sorted(set(families)):
        told = np.zeros(shape)
        mine = np.asarray(families) == one
        told[np.asarray(days)[mine], np.asarray(series)[mine]] = 1
        result += _of_a_week(told) > 0
    return result
