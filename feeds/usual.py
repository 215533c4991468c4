"""What is usual of a source: its past by day, its rate, what all share, and how unlikely so little is. Pure.

The words that follow from it are given in health.py, where the rules stand in short.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

RATE_DAYS = 56  # observed days that make a rate
SPANS = (1, 2, 4, 7, 14)  # days whose count is held against the rate
LEAST_EXPECTED = 3.0  # articles of a publisher in a span: with fewer, its share of the usual says nothing
LEAST_PUBLISHERS = 6  # that a shared change is told from
LEAST_SHARE = 0.2  # of the usual: however quiet the world, who brings nothing at all is looked at
FACTOR_WEIGHT = 20.0  # articles' worth of doubt about a weekday being different
SCATTER, SCATTER_WEIGHT = 1.5, 10.0  # variance over mean that is assumed, for so many days' worth
DAY = timedelta(days=1)


@dataclass(slots=True)
class Days:
    """A source's past by calendar day, from its first answer on. seen: could we see it? new: articles that came."""

    seen: dict[date, bool] = field(default_factory=dict)
    new: dict[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """One count held against what is usual."""

    days: float  # observed
    unseen: float  # days left out
    brought: int
    expected: float
    scatter: float  # variance over mean of the source's counts
    total: int  # articles that the rate rests on

    def chance(self, share: float) -> float:
        """Of so few or fewer, when all bring that share of the usual."""
        mean = self.expected * share
        # The rate is itself an estimate, the less certain the fewer articles it rests on.
        variance = self.scatter * (mean + mean**2 / self.total) if self.total else mean
        return chance_of_so_few(self.brought, mean, variance)


def shared_shares(spans: Iterable[tuple[str, Mapping[int, Span]]]) -> dict[int, float]:
    """Span in days → the share of the usual that most publishers bring; 1.0: as much or more, or too few can tell.

    spans : (publisher family, its spans) of every source. The median: it stays where it is while fewer than half of the
    publishers fall silent. A span that too few can tell of has the share of the next longer one.
    """
    brought: dict[tuple[int, str], int] = {}
    expected: dict[tuple[int, str], float] = {}
    for family, some in spans:
        for span, one in some.items():
            brought[span, family] = brought.get((span, family), 0) + one.brought
            expected[span, family] = expected.get((span, family), 0.0) + one.expected
    shares, share = {}, 1.0
    for span in reversed(SPANS):
        ratios = [brought[key] / usual for key, usual in expected.items() if key[0] == span and usual >= LEAST_EXPECTED]
        if len(ratios) >= LEAST_PUBLISHERS:
            share = max(LEAST_SHARE, min(1.0, median(ratios)))
        shares[span] = share
    return shares


def observed_days(days: Days, before: date) -> list[date]:
    """The last 56 observed days before that day; the very first day is left out, it began with the first poll."""
    first = min(days.seen, default=before)
    return sorted(day for day, seen in days.seen.items() if seen and first < day < before)[-RATE_DAYS:]


def exposure(days: Days, start: datetime, end: datetime, zone: timezone) -> dict[date, float]:
    """Observed day → the part of it that lies within the span."""
    found = {}
    day = start.astimezone(zone).date()
    while (begin := datetime(day.year, day.month, day.day, tzinfo=zone)) < end:
        part = (min(end, begin + DAY) - max(start, begin)) / DAY
        if days.seen.get(day, False):
            found[day] = part
        day += DAY
    return found


def span_of(
    brought: int,
    days: Days,
    base: Sequence[date],
    part_of: Mapping[date, float],
    factor: Mapping[int, float],
    span: int,
) -> Span:
    """A count held against the rate of the days of `base`. part_of : observed day → the part of it within the span."""
    new = days.new
    total = sum(new.get(day, 0) for day in base)
    rate = total / sum(factor[day.weekday()] for day in base)
    expected = rate * sum(part * factor[day.weekday()] for day, part in part_of.items())
    scatter = max(_scatter(base, new, rate, factor, size) for size in (1, 7))
    observed = sum(part_of.values())
    return Span(observed, span - observed, brought, expected, scatter, total)


def _scatter(
    base: Sequence[date], new: Mapping[date, int], rate: float, factor: Mapping[int, float], size: int
) -> float:
    """Variance over mean of the counts of `size` observed days each; 1 when they scatter like Poisson's, or less."""
    groups = [base[at : at + size] for at in range(0, len(base) - size + 1, size)]
    squares = 0.0
    for group in groups:
        mean = rate * sum(factor[day.weekday()] for day in group)
        squares += (sum(new.get(day, 0) for day in group) - mean) ** 2 / mean if mean else 0.0
    weight = SCATTER_WEIGHT / size
    return max(1.0, (squares + weight * SCATTER) / (max(1, len(groups) - 1) + weight))


def chance_of_so_few(count: int, mean: float, variance: float) -> float:
    """Probability of at most `count` under a negative binomial; a Poisson where the variance is not above the mean.

    >>> round(chance_of_so_few(3, 31, 31), 10), round(chance_of_so_few(3, 31, 150), 4), chance_of_so_few(0, 0, 0)
    (2e-10, 0.0003, 1.0)
    """
    from scipy.special import betainc, pdtr

    if mean <= 0:
        return 1.0
    if variance <= mean * 1.000001:
        return float(pdtr(count, mean))
    return float(betainc(mean**2 / (variance - mean), count + 1, mean / variance))


def weekday_factor(all_days: Sequence[Days]) -> dict[int, float]:
    """Weekday (0 = Monday) → how much more or less than on a usual day all sources bring; the mean is 1."""
    brought, usual = dict.fromkeys(range(7), 0.0), dict.fromkeys(range(7), 0.0)
    for days in all_days:
        base = observed_days(days, date.max)
        rate = sum(days.new.get(day, 0) for day in base) / max(1, len(base))
        for day in base:
            brought[day.weekday()] += days.new.get(day, 0)
            usual[day.weekday()] += rate
    factor = {day: (brought[day] + FACTOR_WEIGHT) / (usual[day] + FACTOR_WEIGHT) for day in range(7)}
    mean = sum(factor.values()) / 7
    return {day: value / mean for day, value in factor.items()}


def days_of(hours: pd.DataFrame, zone: timezone) -> dict[str, Days]:
    """Source.key → its hours as days in the monitor's zone."""
    if hours.empty:
        return {}
    day = (hours["hour"] + zone.utcoffset(None)).dt.date.rename("day")
    sums = hours.groupby([hours["source"], day], sort=True)[["answered", "kept", "lost", "new"]].sum()
    rows: dict[str, dict[date, tuple[int, int, int, int]]] = {}
    for (source, when), *counts in sums.itertuples():
        rows.setdefault(str(source), {})[when] = (counts[0], counts[1], counts[2], counts[3])
    return {source: _days_of(table) for source, table in rows.items()}


def _days_of(table: Mapping[date, tuple[int, int, int, int]]) -> Days:
    answered = {day: bool(kept and not lost) for day, (n, kept, lost, _) in table.items() if n}
    return Days(_seen(answered, list(table)), {day: new for day, (_, _, _, new) in table.items()})


def _seen(answered: Mapping[date, bool], polled: Sequence[date]) -> dict[date, bool]:
    """answered: day → whether items of before were still there. Silent days between count if nothing was lost."""
    if not answered:
        return {}
    seen = dict.fromkeys(answered, True)
    for one, other in pairwise(answered):
        seen.update({one + n * DAY: answered[other] for n in range(1, (other - one).days)})
    last = max(answered)
    seen.update({last + n * DAY: False for n in range(1, (max(polled) - last).days + 1)})
    return seen
