"""The detector on series one can check by eye: what is an alert, a watch, a decline, and what only looks like one."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import numpy as np
import pytest

from metrics import calibration
from metrics.detect import detect, families_of_a_week, judge
from metrics.detect_model import ALERT, DECLINE, HELD, LEARNING, QUIET, UNSEEN, WATCH, Observed
from metrics.detect_table import alert_days, table
from metrics.episodes import episodes

RULE = calibration.rule()
DAYS = 300
TODAY = 250  # the row on which something happens


def steady(stories: float = 3.0, series: int = 1, seed: int = 1) -> np.ndarray:
    """Poisson counts."""
    return np.random.default_rng(seed).poisson(stories, (DAYS, series)).astype(float)


def observed(counts: np.ndarray, **changes: np.ndarray) -> Observed:
    """Everything well observed, many families, 40 relevant stories a day: unless changed."""
    given = {"exposure": np.ones(DAYS), "observability": np.ones(DAYS), "families": np.full(counts.shape, 5.0)}
    return Observed(counts, **{**given, "relevant": np.full(DAYS, 40.0), **changes})


def states(counts: np.ndarray, **changes: np.ndarray) -> np.ndarray:
    return detect(observed(counts, **changes), RULE).state[:, 0]


def burst(days: int = 5, stories: float = 20) -> np.ndarray:
    counts = steady()
    counts[TODAY : TODAY + days] = stories
    return counts


def test_a_burst_is_an_alert_with_all_that_made_it_so():
    detection = detect(observed(burst()), RULE)
    assert ALERT not in detection.state[:TODAY]
    assert (detection.state[TODAY : TODAY + 5] == ALERT).all()
    scan = detection.scan
    assert scan.score[TODAY, 0] >= RULE.alert
    assert scan.window[TODAY, 0] in RULE.windows
    assert scan.window_count[TODAY, 0] > scan.window_expected[TODAY, 0] > 0
    assert 2 < scan.expected[TODAY, 0] < 4
    assert scan.baseline_days[TODAY, 0] == RULE.baseline_days
    assert scan.dispersion[TODAY, 0] >= 1


def test_the_bounds_are_where_a_single_day_becomes_a_watch_and_an_alert():
    counts = steady()
    detection = detect(observed(counts), RULE)
    watch_from, alert_from = detection.watch_from[TODAY, 0], detection.alert_from[TODAY, 0]
    assert detection.scan.expected[TODAY, 0] < watch_from <= alert_from
    alone = dataclasses.replace(RULE, windows=(1,))
    for bound, state in ((watch_from, WATCH), (alert_from, ALERT)):
        for count, is_reached in ((bound, True), (bound - 1, False)):
            counts[TODAY] = count
            assert (detect(observed(counts), alone).state[TODAY, 0] >= state) == is_reached


def test_fewer_than_56_seen_days_are_learning():
    found = states(steady())
    assert set(found[: 21 + 56 - 1]) == {LEARNING}
    assert LEARNING not in found[21 + 56 :]
    few = steady()
    few[60:] = np.nan
    few[200:] = 3
    assert set(states(few)[210:270]) == {LEARNING}


def test_a_day_nobody_saw_is_unseen_and_in_no_sum():
    counts = steady()
    counts[TODAY] = np.nan
    detection = detect(observed(counts), RULE)
    assert detection.state[TODAY, 0] == UNSEEN
    assert np.isnan(detection.scan.score[TODAY, 0])
    blind = np.ones(DAYS)
    blind[TODAY] = 0.4
    low = observed(np.where(np.isnan(counts), 0, counts), observability=blind, exposure=blind)
    for name in ("score", "expected", "window_count"):
        assert np.array_equal(getattr(detect(low, RULE).scan, name), getattr(detection.scan, name), equal_nan=True), (
            f"a zero that nobody saw is no zero: {name}"
        )


def test_half_the_exposure_expects_half():
    full = detect(observed(steady(30)), RULE).scan.expected[TODAY, 0]
    half = np.ones(DAYS)
    half[TODAY] = 0.5
    counts = steady(30)
    counts[TODAY] /= 2
    detection = detect(observed(counts, exposure=half), RULE)
    assert detection.scan.expected[TODAY, 0] == pytest.approx(full / 2)


def test_twice_the_sources_are_no_event():
    more = np.where(np.arange(DAYS) >= 200, 2.0, 1.0)
    counts = np.random.default_rng(5).poisson(3 * more[:, None], (DAYS, 20)).astype(float)
    assert (detect(observed(counts, exposure=more), RULE).state == ALERT).mean() < 0.005
    assert (detect(observed(counts), RULE).state[200:] == ALERT).mean() > 0.2, "and without exposure it would be one"


# What shuts a gate → the reason
GATES = {
    "few-stories": {"counts": np.where(np.arange(DAYS) == TODAY, 2.0, 0.0)[:, None]},
    "one-family": {"families": np.ones((DAYS, 1))},
    "poorly-observed": {"observability": np.where(np.arange(DAYS) % 7 < 3, 0.6, 1.0)},
}


@pytest.mark.parametrize(("reason", "changes"), GATES.items(), ids=GATES)
def test_a_gate_makes_a_watch_of_an_alert_and_says_which(reason, changes):
    given = dict(changes)
    rule = dataclasses.replace(RULE, watch=1.5, alert=1.9)
    detection = detect(observed(given.pop("counts", burst()), **given), rule)
    assert ALERT not in detection.state
    assert detection.state[TODAY, 0] == WATCH
    assert detection.held[TODAY, 0] & (1 << HELD.index(reason))


def test_an_alert_is_kept_until_the_score_is_below_release():
    detection = detect(observed(burst(days=2, stories=15)), RULE)
    kept = (detection.state[:, 0] == ALERT) & (detection.scan.score[:, 0] < RULE.alert)
    assert kept.any(), "days between the thresholds stay in the alert"
    assert (detection.scan.score[kept, 0] >= RULE.release).all()
    assert detection.state[TODAY + 30 :, 0].max() < ALERT


def test_an_alarm_lasts_while_the_crisis_does_and_is_learned_after_120_days():
    counts = np.random.default_rng(2).poisson(3, (500, 1)).astype(float)
    counts[200:] = np.random.default_rng(3).poisson(12, (300, 1))
    whole = Observed(counts, np.ones(500), np.ones(500))
    detection = detect(whole, RULE)
    assert (detection.state[205:320] == ALERT).all()
    assert (detection.state[360:] == QUIET).mean() > 0.9
    learned = detection.scan.relearned[:, 0]
    assert set(learned[:315]) == {-1}
    since = learned.max()
    assert 210 <= since <= 220, "all but the first 14 days of the run"
    assert detection.scan.expected[400, 0] > 10
    moving = detect(whole, dataclasses.replace(RULE, censored=0))
    assert (moving.state[260:320] == ALERT).mean() < 0.5, "with a moving baseline it would have died"


def test_a_dismissed_alarm_goes_back_into_the_baseline():
    counts = burst(days=30, stories=9)
    after = TODAY + 45
    without = detect(observed(counts), RULE).scan.expected[after, 0]
    dismissed = np.zeros((DAYS, 1), bool)
    dismissed[TODAY : TODAY + 30] = True
    assert detect(observed(counts, dismissed=dismissed), RULE).scan.expected[after, 0] > without * 1.2


def test_a_decline_needs_well_observed_days_and_a_smaller_share():
    counts = steady(6)
    counts[TODAY : TODAY + 14] = 0
    seen = slice(TODAY + 7, TODAY + 14)
    assert set(states(counts)[seen]) == {DECLINE}
    fading = np.full(DAYS, 40.0)
    fading[TODAY : TODAY + 14] = 1.0
    assert DECLINE not in states(counts, relevant=fading), "everything else fell too"
    patchy = np.ones(DAYS)
    patchy[TODAY : TODAY + 14] = 0.8
    assert DECLINE not in states(counts, observability=patchy, exposure=patchy)
    with_outage = np.ones(DAYS)
    with_outage[TODAY : TODAY + 14] = 0.0
    assert DECLINE not in states(counts, observability=with_outage)


def test_later_days_change_nothing_and_known_days_need_no_fit():
    counts = np.concatenate([burst(), steady(seed=9)], 1)
    whole = detect(observed(counts), RULE)
    part = Observed(*(None if p is None else p[:270] for p in observed(counts)._parts()))
    first = detect(part, RULE)
    assert np.array_equal(first.state, whole.state[:270])
    again = detect(observed(counts), RULE, known=first.scan)
    for one in dataclasses.fields(again.scan):
        assert np.array_equal(getattr(again.scan, one.name), getattr(whole.scan, one.name), equal_nan=True), one.name
    assert np.array_equal(judge(observed(counts), again.scan, RULE).state, whole.state)


def test_series_are_judged_apart():
    counts = np.concatenate([steady(3, 300), burst()], 1)
    together = detect(observed(counts), RULE)
    alone = detect(observed(counts[:, -1:]), RULE)
    assert np.array_equal(together.state[:, -1], alone.state[:, 0])
    assert np.allclose(together.scan.score[:, -1], alone.scan.score[:, 0], equal_nan=True)


def test_shapes_and_exposure_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="families has the shape"):
        observed(steady(), families=np.ones((DAYS, 3)))
    with pytest.raises(ValueError, match="exposure must be above 0"):
        detect(observed(steady(), exposure=np.zeros(DAYS)), RULE)
    with pytest.raises(ValueError, match="known has the shape"):
        detect(observed(steady()), RULE, known=detect(observed(steady(series=2)), RULE).scan)
    with pytest.raises(ValueError, match="not \\(days, series\\)"):
        Observed(np.ones(5), np.ones(5), np.ones(5))


def test_the_table_holds_every_parameter_of_an_alert():
    counts = np.concatenate([steady(seed=4), burst()], 1)
    counts[3, 0] = np.nan
    given = observed(counts)
    detection = detect(given, RULE)
    frame = table(given, detection, episodes(detection.alarms), first=date(2031, 1, 1), names=["food", "fuel"])
    assert len(frame) == 2 * DAYS
    row = frame[(frame["series"] == "fuel") & frame["opened"]].iloc[0]
    assert row["date"] == date(2031, 1, 1) + timedelta(days=TODAY)
    assert row[["state", "held", "count", "episode", "threshold"]].tolist() == ["alert", "", 20, 1, RULE.alert]
    assert row["alert_from"] <= row["count"]
    assert not row[["window", "window_count", "window_expected", "exposure", "observability", "families"]].isna().any()
    assert row["new_baseline_since"] is None
    assert np.isnan(frame["count"][3])
    assert frame["state"][3] == "unseen"
    behind = alert_days(frame, name="fuel", episode=1)
    assert behind["date"].iloc[0] <= row["date"]
    assert set(behind["series"]) == {"fuel"}
    with pytest.raises(ValueError, match="1 names for 2 series"):
        table(given, detection, episodes(detection.alarms), first=date(2031, 1, 1), names=["food"])


def test_families_of_a_week_are_told_apart():
    found = families_of_a_week([0, 0, 3, 8], [0, 0, 0, 1], [7, 8, 7, 7], shape=(12, 2))
    assert found[:, 0].tolist() == [2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 0, 0]
    assert found[:, 1].tolist() == [0] * 8 + [1] * 4


#                                           alarm days, level or None → first days of episodes
EPISODES = {
    "one run": ([10, 11, 12], None, [10]),
    "a week apart is one": ([10, 17, 24], None, [10]),
    "eight days apart, three weeks after the opening": ([10, 18, 24, 32], None, [10, 32]),
    "eight days apart, but opened less than two weeks ago": ([10, 18], None, [10]),
    "two weeks after the opening exactly": ([10, 24], None, [10]),
    "a rise in level passes": ([10, 12, 14], {10: 2, 12: 3, 14: 3}, [10, 12]),
    "a level that was there before is no rise": ([10, 12, 13, 14], {10: 3, 12: 2, 13: 3, 14: 3}, [10]),
}


@pytest.mark.parametrize(("days", "level", "opened"), EPISODES.values(), ids=EPISODES)
def test_episodes(days, level, opened):
    alarms = np.zeros((40, 1), bool)
    alarms[days] = True
    levels = None if level is None else np.array([[level.get(day, 1)] for day in range(40)])
    found = episodes(alarms, level=levels)
    assert np.flatnonzero(found.opened[:, 0]).tolist() == opened
    assert (found.number > 0).tolist() == alarms.tolist()
    assert found.number.max() == len(opened)
