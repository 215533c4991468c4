"""Further cases of one test, which a slow machine leaves out: see TEST_MINUTES in conftest.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def further(cases: Iterable[Any], first: int = 1) -> list[Any]:
    """For `parametrize`: the cases, those after the `first` marked `thorough`."""
    every = list(cases)
    again = [case if isinstance(case, tuple) else (case,) for case in every[first:]]
    return every[:first] + [pytest.param(*case, marks=pytest.mark.thorough) for case in again]
