"""All series together are at least ten times as fast as the same detector one series at a time."""

import time

import numpy as np

from benchmarks.detecting import plain
from benchmarks.detecting.made_series import BACKGROUNDS, made
from metrics import calibration
from metrics.detect import detect
from metrics.detect_model import Observed

RULE = calibration.rule()
SERIES, DAYS, SLOW = 75, 330, 2


def cpu(job, times):
    """The least CPU time of some runs: others on the machine can only add to it."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        job()
        taken.append(time.process_time() - start)
    return min(taken)


def test_all_series_at_once_are_ten_times_as_fast_as_one_by_one():
    one = made(BACKGROUNDS["overdispersed, 3 a day"], "none", SERIES, np.random.default_rng(5)).observed
    part = Observed(one.counts[:DAYS], one.exposure[:DAYS], one.observability[:DAYS])
    detect(part.series(slice(0, 1)), RULE)  # what is loaded once

    def one_by_one():
        for n in range(SLOW):
            plain.scan(part.counts[:, n], part.exposure[:, n], part.observability[:, n], RULE, dismissed=set())

    together = cpu(lambda: detect(part, RULE), times=3) / SERIES
    alone = cpu(one_by_one, times=1) / SLOW
    assert alone >= 10 * together
