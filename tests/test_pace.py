"""The limit in time: wide where the machine is slow before or after, and none that holds nothing."""

from __future__ import annotations

import pytest

from tests.pace import USUAL, within


def _clock(*lengths: float):
    """A clock that goes on by these lengths: three looks at the pace, the work, three looks more."""
    marks = [0.0]
    for length in lengths:
        marks.append(marks[-1] + length)
    looks = iter([*marks[:4], *marks[3:]])  # the last look at the pace before is looked at again as the beginning
    return lambda: next(looks)


@pytest.mark.parametrize(
    ("before", "work", "after", "holds"),
    [
        (1, 0.9, 1, True),
        (1, 1.1, 1, False),
        (3, 2.9, 1, True),
        (1, 2.9, 3, True),
        (3, 3.1, 2, False),
        (0.2, 0.9, 0.2, True),
    ],
)
def test_who_takes_longer_than_the_slower_pace_allows_fails(before, work, after, holds):
    clock = _clock(*[before * USUAL] * 3, work, 0, *[after * USUAL] * 3)

    def takes() -> None:
        with within(1, clock):
            pass

    if holds:
        takes()
    else:
        with pytest.raises(AssertionError, match="at the usual pace"):
            takes()
