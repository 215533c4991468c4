"""How slow the machine is now, for tests that hold the code to a time.

A limit in seconds says nothing on a machine that is shared; a limit in the time of a fixed piece of work does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

USUAL = 0.1  # seconds that the work below takes at most on an idle core of 2.6 GHz


def pace(clock: Callable[[], float] = time.perf_counter) -> float:
    """How many times as long as usual everything takes; never less than 1: a fast machine makes no limit narrower.

    clock : that of the limit. By the wall's, who waits for a core waits as long as everybody does; a limit in CPU
    seconds asks for `time.process_time`. Of some runs the slowest counts: a machine is busy in bursts.
    """
    marks = [clock()]
    for _ in range(3):
        sum(n * n for n in range(2_000_000))
        marks.append(clock())
    return max(1.0, *((end - begin) / USUAL for begin, end in pairwise(marks)))


@contextmanager
def within(seconds: float, clock: Callable[[], float] = time.perf_counter) -> Iterator[None]:
    """What is done inside takes less than `seconds` at the pace before or after it, whichever is slower.

    The two looks at the pace are no part of what is measured, and neither is taken while the work runs.
    """
    slow, began = pace(clock), clock()
    yield
    took = clock() - began
    assert took < seconds * max(slow, pace(clock)), f"{took:.2f} s, and {seconds} s may be taken at the usual pace"
