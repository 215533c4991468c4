"""Krippendorff's alpha for names: how far readers agree beyond chance. Pure.

Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania 2011, whose worked
examples A, B and C are the tests. Fifteen lines: the package of that name also does scales that we do not have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def alpha(units: Iterable[Sequence[Hashable | None]]) -> float:
    """1 − observed ÷ expected disagreement. 1: always alike; 0: as by chance; NaN: nobody differs from anybody.

    units : per thing judged, what each reader called it; None: not judged. Units judged once say nothing.

    >>> alpha([("a", "a"), ("b", "b"), ("a", "b"), ("b", "b")])
    0.5333333333333333
    """
    values: Counter[Hashable] = Counter()
    observed = 0.0
    for unit in units:
        named = Counter(name for name in unit if name is not None)
        many = named.total()
        if many < 2:
            continue
        values.update(named)
        observed += (many**2 - sum(count**2 for count in named.values())) / (many - 1)
    total = values.total()
    expected = total**2 - sum(count**2 for count in values.values())
    return 1 - (total - 1) * observed / expected if expected else float("nan")
