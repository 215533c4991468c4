"""How unlikely a count is, where its mean and variance are known: negative-binomial tails. Pure.

Mid-p (Lancaster, J Am Stat Assoc 1961;56:223-34): half the chance of the very count is left out, because counts are
lumpy and the plain tail of a rare subject is never near its nominal size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HIGHEST = 16.0  # −log10 p; beyond it the number says nothing more


def upper_tail(counts: Floats, mean: Floats, variance: Floats) -> Floats:
    """Mid-p of so many or more, for counts ≥ 1 and variance > mean > 0.

    >>> float(upper_tail(np.array([3.0]), np.array([1.0]), np.array([2.0]))[0])  # 1/8 − 1/32
    0.09375
    """
    from scipy.special import betainc  # half a second of import: only who tests counts waits for it

    size, chance = _shape(mean, variance)
    tail: Floats = betainc(counts, size, chance) - 0.5 * _mass(counts, size, chance)
    return tail


def lower_tail(counts: Floats, mean: Floats, variance: Floats) -> Floats:
    """Mid-p of so many or fewer, for variance > mean > 0.

    >>> float(lower_tail(np.array([0.0]), np.array([1.0]), np.array([2.0]))[0])
    0.25
    """
    from scipy.special import betainc

    size, chance = _shape(mean, variance)
    tail: Floats = betainc(size, counts + 1, 1 - chance) - 0.5 * _mass(counts, size, chance)
    return tail


def score(tail: Floats) -> Floats:
    """−log10 of a tail, at most 16."""
    result: Floats = -np.log10(np.clip(tail, 10.0**-HIGHEST, 1.0))
    return result


def first_unusual(mean: Floats, variance: Floats, threshold: float) -> Floats:
    """The smallest count above the mean whose score reaches the threshold; NaN where the mean is NaN.

    >>> first_unusual(np.array([1.0]), np.array([2.0]), 1.0).tolist()
    [3.0]
    """
    from scipy.special import betainc, nbdtrik

    result = np.full(np.shape(mean), np.nan)
    known = np.isfinite(mean)
    mu, var, p = mean[known], variance[known], 10.0**-threshold
    size, chance = _shape(mu, var)
    count = np.ceil(np.maximum(nbdtrik(1 - p, size, 1 - chance), 0)) + 1  # the plain tail; nbdtrik may be one off
    count = np.where(betainc(np.maximum(count - 1, 1), size, chance) <= p, np.maximum(count - 1, 1), count)
    count = np.where(betainc(count, size, chance) <= p, count, count + 1)
    below = np.maximum(count - 1, 1)  # mid-p is never more than one count earlier
    is_below = (below < count) & (below > mu) & (upper_tail(below, mu, var) <= p)
    result[known] = np.maximum(np.where(is_below, below, count), np.floor(mu) + 1)
    return result


def share_not_below(counts: Floats, totals: Floats, share: Floats) -> Floats:
    """How probable it is that a share, of which counts out of totals were seen, is not below the one given.

    The posterior by Jeffreys' prior, Beta(counts + ½, totals − counts + ½), as in metrics.intervals.jeffreys.
    """
    from scipy.special import betainc

    result: Floats = 1 - betainc(counts + 0.5, np.maximum(totals - counts, 0) + 0.5, np.clip(share, 0, 1))
    return result


def _shape(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Size, and the chance that goes with one story more."""
    return mean**2 / (variance - mean), (variance - mean) / variance


def _mass(counts: Floats, size: Floats, chance: Floats) -> Floats:
    from scipy.special import betaln

    log_mass = -betaln(counts + 1, size) - np.log(counts + size) + size * np.log1p(-chance) + counts * np.log(chance)
    result: Floats = np.exp(log_mass)
    return result
