"""What the detector is given, what rules it, what it says: arrays of (days, series). Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from metrics import tails
from metrics.baseline import Bools, Floats

Array = NDArray[np.generic]
Ints = NDArray[np.int64]
Codes = NDArray[np.int8]

STATES = ("unseen", "learning", "quiet", "decline", "watch", "alert")  # a state is its place here
UNSEEN, LEARNING, QUIET, DECLINE, WATCH, ALERT = range(len(STATES))
HELD = ("few-stories", "one-family", "poorly-observed")  # bits of `held`: why a score of an alert is only a watch


@dataclass(frozen=True, slots=True)
class Rule:
    """Every parameter of the detector. Thresholds are −log10, everything else in days, stories or shares.

    watch, alert, decline have no default: they come from calibration (metrics.calibration.rule).
    """

    watch: float
    alert: float
    decline: float
    windows: tuple[int, ...] = (1, 3, 7, 14)  # ascending
    baseline_days: int = 84  # the last so many observed days outside alarms …
    horizon: int = 180  # … within so many days …
    gap: int = 21  # … of which the last is so many days before today
    least_observed: int = 56  # seen days within the horizon; fewer: learning. At 28 false alarms are twice as many …
    least_baseline: int = 28  # … but during a long alarm, whose days are left out, so many chosen ones must do
    release: float = 2.0  # an alert that was raised stays while the score is not below …
    release_days: int = 7  # … and was not below for more than so many days before
    alarm_join: int = 14  # days without alarm that do not end a run of censored days
    censored: int = 120  # from the start of a run; then the baseline learns anew …
    censored_kept: int = 14  # … from all but its first days
    least_observability: float = 0.5  # below: nobody looked
    stories: int = 3  # gate of an alert: in 7 days
    families: int = 2  # gate: distinct publisher families in 7 days
    well_observed: float = 0.7  # gate: observability …
    well_observed_days: int = 5  # … on so many of the last 7 days
    decline_window: int = 7
    decline_observability: float = 0.9  # on each of these days
    decline_share: float = 0.05  # most chance that the share has not fallen


@dataclass(frozen=True, slots=True)
class Observed:
    """What was counted and how well we could look. Consecutive days, oldest first; D days, S series.

    counts : (D, S) stories; NaN: nobody looked.
    exposure : (D,) or (D, S), > 0 where looked: what our sources would usually bring that day, as far as we could see
    them (`usual_seen`); any scale. More sources are more exposure, not more events.
    observability : (D,) or (D, S), 0 to 1; NaN as 0. Below Rule.least_observability a count is not read.
    families : (D, S) distinct publisher families with such a story in the 7 days to that day; None: gate open.
    relevant : (D,) or (D, S) relevant stories, for the share; None: no decline is ever said.
    dismissed : (D, S) days of alerts that a person dismissed: they stay in the baseline. None: no such day.
    Raises ValueError when shapes do not fit or a seen day has no exposure.
    """

    counts: Floats
    exposure: Floats
    observability: Floats
    families: Floats | None = None
    relevant: Floats | None = None
    dismissed: Bools | None = None

    def __post_init__(self) -> None:
        if self.counts.ndim != 2:
            raise ValueError(f"counts have the shape {self.counts.shape}, not (days, series)")
        for one in fields(self):
            values = getattr(self, one.name)
            object.__setattr__(self, one.name, values if values is None else self._spread(one.name, values))

    def _spread(self, name: str, values: Array) -> Array:
        wide = values[:, None] if values.ndim == 1 else values
        try:
            return np.broadcast_to(wide, self.counts.shape)
        except ValueError:
            raise ValueError(f"{name} has the shape {values.shape}, counts have {self.counts.shape}") from None

    def seen(self, rule: Rule) -> Bools:
        """Days of which the count is read."""
        seen: Bools = np.isfinite(self.counts) & (np.nan_to_num(self.observability) >= rule.least_observability)
        if not (np.nan_to_num(self.exposure[seen]) > 0).all():
            raise ValueError("exposure must be above 0 on every day that was seen")
        return seen

    def series(self, which: slice) -> Observed:
        """The same days of some of the series."""
        return Observed(*(None if part is None else part[:, which] for part in self._parts()))  # type: ignore[arg-type]

    def _parts(self) -> tuple[Array | None, ...]:
        return tuple(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, slots=True)
class Scan:
    """What the fits of each day say, before any gate. Every array has the shape (days, series).

    expected : stories that day, where seen; NaN: learning or unseen. variance : of that expectation.
    score : 0 to 16; NaN: learning or unseen. window : days, of the four, that give the score.
    window_count, window_expected : stories in that window, on the days seen.
    low : −log10 of the lower tail of the last 7 days; 0 where they are not below.
    share_same : chance that the share of those days is not below that of the baseline; NaN: not asked.
    baseline_days : chosen days. dispersion : variance ÷ mean of one day in the baseline.
    relearned : the day (its row) since which the baseline was learned anew in this run of alarms; −1: it was not.
    """

    expected: Floats
    variance: Floats
    score: Floats
    window: Ints
    window_count: Floats
    window_expected: Floats
    low: Floats
    share_same: Floats
    baseline_days: Ints
    dispersion: Floats
    relearned: Ints

    @classmethod
    def empty(cls, shape: tuple[int, int]) -> Scan:
        """Nothing known of any day."""
        whole = {"window": 1, "baseline_days": 0, "relearned": -1}
        return cls(**{one.name: _filled(shape, whole.get(one.name), one.name) for one in fields(cls)})  # type: ignore[arg-type]

    def days(self, which: slice) -> Scan:
        """Some of the days."""
        return Scan(*(getattr(self, one.name)[which] for one in fields(self)))

    def series(self, which: slice) -> Scan:
        """Some of the series."""
        return Scan(*(getattr(self, one.name)[:, which] for one in fields(self)))


def _filled(shape: tuple[int, int], whole: int | None, name: str) -> Array:
    if whole is not None:
        return np.full(shape, whole, np.int64)
    return np.full(shape, 0.0 if name == "low" else np.nan)


@dataclass(frozen=True)
class Detection:
    """The state of every day and series, with what made it so. Arrays (days, series)."""

    rule: Rule
    scan: Scan
    state: Codes  # place in STATES
    held: Codes  # bits in the order of HELD: the gates that keep a score of an alert from being one; 0: none

    def days(self, which: slice) -> Detection:
        """Some of the days."""
        return Detection(self.rule, self.scan.days(which), self.state[which], self.held[which])

    @property
    def alarms(self) -> Bools:
        """Days in state alert: what episodes are made of."""
        result: Bools = self.state == ALERT
        return result

    @cached_property
    def watch_from(self) -> Floats:
        """The smallest count of one day that would be a watch; NaN: learning or unseen. Counts below are as usual."""
        return tails.first_unusual(self.scan.expected, self.scan.variance, self.rule.watch)

    @cached_property
    def alert_from(self) -> Floats:
        """The smallest count of one day whose score would be an alert's; NaN: learning or unseen."""
        return tails.first_unusual(self.scan.expected, self.scan.variance, self.rule.alert)
