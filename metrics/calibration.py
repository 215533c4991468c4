"""The thresholds of the detector and how it compares: two files of data, made by benchmarks/detect.py. Reads, only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from metrics.detect_model import Rule

THRESHOLDS = Path(__file__).with_name("calibration.json")
COMPARISON = Path(__file__).with_name("comparison.json")


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """One method of the comparison, over invented series whose truth is known.

    false_alerts : alert episodes a series-year on series without an event, average of five backgrounds; worst : of the
    worst. shift, spike, ramp, second : share found in 14, 3, 42 and 14 days. in_alarm : share of days 60 to 120 of a
    lasting crisis. false_declines : episodes a series-year where outages are written as zeros; fall : share of
    falls to a fifth found in 28 days; None: the rule says no decline.
    threshold : of the method's score. as_published : False: set so that it raises about as many false alerts as ours.
    """

    method: str
    threshold: float
    as_published: bool
    false_alerts: Measured
    worst: Measured
    shift: Measured
    spike: Measured
    ramp: Measured
    in_alarm: Measured
    second: Measured
    false_declines: Measured | None
    fall: Measured | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """command : what made it. series : invented series a column. by_mean : stories a day → false alerts a year, worst
    of the backgrounds at that mean.
    """

    command: str
    series: int
    lines: tuple[Line, ...]
    by_mean: Mapping[float, Measured]


@lru_cache
def rule() -> Rule:
    """The calibrated rule: all of Rule's defaults, with the thresholds of calibration.json."""
    stored = json.loads(THRESHOLDS.read_text(encoding="utf-8"))
    return Rule(watch=stored["watch"], alert=stored["alert"], decline=stored["decline"])


def rival_thresholds() -> Mapping[str, float]:
    """The threshold of each other method at which it raises about as many false alerts as ours."""
    stored: Mapping[str, float] = json.loads(THRESHOLDS.read_text(encoding="utf-8"))["rivals"]
    return stored


@lru_cache
def comparison() -> Comparison:
    """The table of the Method page."""
    stored = json.loads(COMPARISON.read_text(encoding="utf-8"))
    return Comparison(
        command=stored["command"],
        series=stored["series"],
        lines=tuple(_line(one) for one in stored["lines"]),
        by_mean={float(mean): Measured(*figure) for mean, figure in stored["by_mean"].items()},
    )


def _line(stored: Mapping[str, object]) -> Line:
    figures = {name: Measured(*value) if isinstance(value, list) else value for name, value in stored.items()}
    return Line(**figures)  # type: ignore[arg-type]
