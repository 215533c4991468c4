"""How sure a count makes of what stands behind it: intervals by Jeffreys' priors. Pure.

Source: Brown, Cai & DasGupta, Statistical Science 2001;16:101-133 (shares); the same prior of a Poisson rate is
Gamma(½, 0). Both cover about as often as they say also where counts are small; those from a standard error do not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

INTERVAL = 0.95
Floats = NDArray[np.float64]


def jeffreys(count: float, total: float, level: float = INTERVAL) -> tuple[float, float]:
    """Interval of a share: Beta(count + ½, total − count + ½); ends at 0 and 1 where count is 0 or total.

    Raises ValueError if count > total.

    >>> tuple(round(x, 3) for x in jeffreys(3, 20))
    (0.044, 0.349)
    """
    if not 0 <= count <= total:
        raise ValueError(f"count {count} is not between 0 and total {total}")
    from scipy.special import betaincinv  # half a second of import: only who asks for an interval waits for it

    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(betaincinv(count + 0.5, total - count + 0.5, tail))
    high = 1.0 if count == total else float(betaincinv(count + 0.5, total - count + 0.5, 1 - tail))
    return low, high


def jeffreys_rate(count: float, exposure: float, level: float = INTERVAL) -> tuple[float, float]:
    """Interval of count ÷ exposure, the count being Poisson: Gamma(count + ½) ÷ exposure; from 0 where count is 0.

    exposure : years, or usual days; > 0. Raises ValueError if it is not, or count < 0.

    >>> tuple(round(x, 2) for x in jeffreys_rate(3, 2))
    (0.42, 4.0)
    """
    if count < 0 or not exposure > 0:
        raise ValueError(f"no rate of {count} in {exposure}")
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(gammaincinv(count + 0.5, tail)) / exposure
    return low, float(gammaincinv(count + 0.5, 1 - tail)) / exposure


def jeffreys_ratio(
    count: float, exposure: float, before: float, exposure_before: float, level: float = INTERVAL
) -> tuple[float, float]:
    """Interval of (count ÷ exposure) ÷ (before ÷ exposure_before), both counts being Poisson.

    Of all stories together, those of now are a share like any other (Przyborowski & Wilenski, Biometrika
    1940;31:313-23); its interval, carried over. From 0 where count is 0, to infinity where before is 0.

    >>> tuple(round(x, 2) for x in jeffreys_ratio(12, 7, 5, 7))
    (0.89, 7.19)
    """
    low, high = jeffreys(count, count + before, level)
    per = exposure_before / exposure
    return low / (1 - low) * per, high / (1 - high) * per if high < 1 else float("inf")


def shares(counts: Floats, totals: Floats, level: float = INTERVAL) -> tuple[Floats, Floats]:
    """`jeffreys` of many; NaN where the total is 0 or unknown."""
    from scipy.special import betaincinv

    known = (totals > 0) & (counts <= totals)
    count, total = np.where(known, counts, 0.0), np.where(known, totals, 1.0)
    tail = (1 - level) / 2
    low = np.where(count == 0, 0.0, betaincinv(count + 0.5, total - count + 0.5, tail))
    high = np.where(count == total, 1.0, betaincinv(count + 0.5, total - count + 0.5, 1 - tail))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def rates(counts: Floats, exposures: Floats, level: float = INTERVAL) -> tuple[Floats, Floats]:
    """`jeffreys_rate` of many; NaN where the exposure is 0 or unknown."""
    from scipy.special import gammaincinv

    known = (exposures > 0) & np.isfinite(counts)
    count, exposure = np.where(known, counts, 0.0), np.where(known, exposures, 1.0)
    tail = (1 - level) / 2
    low = np.where(count == 0, 0.0, gammaincinv(count + 0.5, tail) / exposure)
    return np.where(known, low, np.nan), np.where(known, gammaincinv(count + 0.5, 1 - tail) / exposure, np.nan)
