"""How sure a count makes of what stands behind it: intervals by Jeffreys' priors. Pure.

Source: Brown, Cai & DasGupta, Statistical Science 2001;16:101-133 (shares); the same prior of a Poisson rate is
Gamma(½, 0). Both cover about as often as they say also where counts are small; those from a standard error do not.
"""

from __future__ import annotations

INTERVAL = 0.95


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
