"""The scan: on each day a baseline from the days before, and the last 1, 3, 7 and 14 days held against it. Pure.

What a day's score makes of later days is here too: days of an alarm stay out of later baselines.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from metrics import tails
from metrics.baseline import Bools, Days, Floats, fit
from metrics.detect_model import Observed, Rule, Scan

BLOCK = 256  # series at a time: their days stay in the processor's cache


def scan(observed: Observed, rule: Rule, *, known: Scan | None = None) -> Scan:
    """Every day of every series, one day at a time, all series of a block at once. known : as in detect.detect."""
    days, series = observed.counts.shape
    if known and (known.score.shape[0] > days or known.score.shape[1] != series):
        raise ValueError(f"known has the shape {known.score.shape}, counts have {observed.counts.shape}")
    blocks = [slice(at, at + BLOCK) for at in range(0, series, BLOCK)] or [slice(0, 0)]
    parts = [Scanner(observed.series(one), rule).run(known.series(one) if known else None) for one in blocks]
    return Scan(*(np.concatenate([getattr(part, one.name) for part in parts], 1) for one in fields(Scan)))


class Scanner:
    """One block of series, day after day. Rows of the inputs are shifted by `before`, days that nobody saw."""

    def __init__(self, observed: Observed, rule: Rule) -> None:
        self.rule = rule
        self.weeks = -(-rule.horizon // 7)
        self.before = max(self.weeks * 7 + rule.gap, rule.windows[-1])
        seen = observed.seen(rule)
        self.shape = seen.shape
        self.seen = self._later_marks(seen)
        self.days = Days.of(
            self._later(np.where(seen, observed.counts, 0.0)),
            self._later(np.where(seen, observed.exposure, 1.0), 1.0),
        )
        relevant = observed.relevant
        self.relevant = None if relevant is None else self._later(np.where(seen, np.nan_to_num(relevant), 0.0))
        self.dismissed = None if observed.dismissed is None else self._later_marks(observed.dismissed)
        self.censored = np.zeros_like(self.seen)
        series = self.shape[1]
        self.begun = np.full(series, -rule.censored - rule.alarm_join)  # row of the run's first alarm
        self.last = np.full(series, -rule.censored - rule.alarm_join)  # row of its last
        self.learned = np.full(series, -1)  # first day of the baseline that was learned anew in this run

    def _later(self, values: Floats, fill: float = 0.0) -> Floats:
        return np.concatenate([np.full((self.before, values.shape[1]), fill), values])

    def _later_marks(self, marks: Bools) -> Bools:
        return np.concatenate([np.zeros((self.before, marks.shape[1]), bool), marks])

    def run(self, known: Scan | None) -> Scan:
        """The scan of all days; those that are known are only remembered."""
        scan = Scan.empty(self.shape)
        first = 0 if known is None else len(known.score)
        for one in fields(Scan) if known else ():
            getattr(scan, one.name)[:first] = getattr(known, one.name)
        for day in range(self.shape[0]):
            if day >= first:
                self._look(day, scan)
            self._remember(day, scan)
        return scan

    def _chosen(self, day: int) -> Bools:
        """The last 84 observed days outside alarms within 180, ending 21 days before this one; whole weeks of rows."""
        stop = self.before + day - self.rule.gap + 1
        rows = slice(stop - self.weeks * 7, stop)
        usable = self.seen[rows] & ~self.censored[rows]
        if self.dismissed is not None:
            usable |= self.seen[rows] & self.dismissed[rows]
        usable[: self.weeks * 7 - self.rule.horizon] = False
        rank = np.cumsum(usable[::-1], axis=0, dtype=np.int16)[::-1]
        return usable & (rank <= self.rule.baseline_days)

    def _has_learned(self, day: int) -> Bools:
        stop = self.before + day - self.rule.gap + 1
        result: Bools = self.seen[stop - self.rule.horizon : stop].sum(0) >= self.rule.least_observed
        return result

    def _look(self, day: int, scan: Scan) -> None:
        """Fit the baseline of one day, and score its windows."""
        chosen = self._chosen(day)
        days = chosen.sum(0)
        scan.baseline_days[day] = days
        ready = self.seen[self.before + day] & self._has_learned(day) & (days >= self.rule.least_baseline)
        if not ready.any():
            return
        stop = self.before + day - self.rule.gap + 1
        start = stop - len(chosen)
        base = fit(self.days.weeks(start, stop), chosen)
        longest = max(self.rule.windows[-1], self.rule.decline_window)
        rows = np.arange(self.before + day - longest + 1, self.before + day + 1)
        usual = self.days.exposure[rows] * base.factors[(rows - start) % 7] * self.seen[rows]
        # sums of the last 1, 2, 3 … days
        mean, count = np.cumsum(usual[::-1], axis=0), np.cumsum(self.days.counts[rows][::-1], axis=0)
        variance = base.dispersion * mean + mean**2 * (base.uncertainty + base.drift)
        self._score(day, scan, ready, mean, count, variance)
        scan.expected[day] = np.where(ready, usual[-1], np.nan)
        scan.variance[day] = np.where(ready, variance[0], np.nan)
        scan.dispersion[day] = np.where(ready, base.dispersion, np.nan)
        self._score_low(day, scan, ready, mean, count, variance, chosen)

    def _score(self, day: int, scan: Scan, ready: Bools, mean: Floats, count: Floats, variance: Floats) -> None:
        at = np.array(self.rule.windows) - 1
        mean, count, variance = mean[at], count[at], variance[at]
        above = (count > mean) & ready
        scores = np.zeros_like(mean)
        scores[above] = tails.score(tails.upper_tail(count[above], mean[above], variance[above]))
        best = scores.argmax(0)
        column = np.arange(len(best))
        scan.score[day] = np.where(ready, scores[best, column], np.nan)
        scan.window[day] = np.array(self.rule.windows)[best]
        scan.window_count[day] = np.where(ready, count[best, column], np.nan)
        scan.window_expected[day] = np.where(ready, mean[best, column], np.nan)

    def _score_low(
        self, day: int, scan: Scan, ready: Bools, mean: Floats, count: Floats, variance: Floats, chosen: Bools
    ) -> None:
        at = self.rule.decline_window - 1
        below = np.flatnonzero((count[at] < mean[at]) & ready)
        low = tails.score(tails.lower_tail(count[at, below], mean[at, below], variance[at, below]))
        scan.low[day, below] = low
        if self.relevant is None:
            return
        low_ones = below[low >= self.rule.decline]
        stop = self.before + day - self.rule.gap + 1
        past, week = slice(stop - len(chosen), stop), slice(self.before + day - at, self.before + day + 1)
        stories = (self.days.counts[past][:, low_ones] * chosen[:, low_ones]).sum(0)
        relevant = (self.relevant[past][:, low_ones] * chosen[:, low_ones]).sum(0)
        now = self.relevant[week][:, low_ones].sum(0)
        share = stories / np.maximum(relevant, 1.0)
        scan.share_same[day, low_ones] = tails.share_not_below(count[at, low_ones], now, share)

    def _remember(self, day: int, scan: Scan) -> None:
        """Take the days of an alarm out of later baselines; after 120 days put them back, but for the first 14."""
        rule = self.rule
        score = np.nan_to_num(scan.score[day])
        alarm = (score >= rule.alert) | ((score >= rule.release) & (day - self.last <= rule.release_days))
        if not alarm.any():
            return
        starts = alarm & (day - self.last > rule.alarm_join)
        self.begun[starts], self.learned[starts] = day, -1
        self.last[alarm] = day
        age = np.arange(rule.windows[-1])[::-1, None]
        rows = slice(self.before + day - rule.windows[-1] + 1, self.before + day + 1)
        self.censored[rows] |= (age < scan.window[day]) & alarm & (day - self.begun < rule.censored)
        for one in np.flatnonzero(alarm & (day - self.begun >= rule.censored) & (self.learned < 0)):
            self.learned[one] = self.begun[one] + rule.censored_kept
            self.censored[self.before + self.learned[one] :, one] = False
        scan.relearned[day] = np.where(alarm, self.learned, -1)
