"""Trailing sums, weekday factors, rates and comparisons, worked by hand or held against scipy."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from metrics import calibration, episodes
from metrics.detect import detect
from metrics.detect_model import Observed
from metrics.detect_table import new_baselines, table
from metrics.intervals import jeffreys_ratio, rates, shares
from metrics.rolling import measured, now_and_before, trailing, weekday_factors, with_exposure
from metrics.trend import by_period

MONDAY = date(2023, 5, 1)
NAN = float("nan")


def days_of(seen, relevant=10.0, states=None):
    """observed_days of consecutive days. seen : observability a day."""
    dates = [MONDAY + timedelta(days=n) for n in range(len(seen))]
    states = states or ["full" if one >= 0.9 else "partial" if one >= 0.5 else "unseen" for one in seen]
    brought = list(relevant) if isinstance(relevant, list) else [relevant] * len(seen)
    return pd.DataFrame({"date": dates, "observability": seen, "state": states, "relevant_stories": brought})


def table_of(counts, days, **columns):
    """A daily table of the counts; unseen days are NaN as in metrics.daily."""
    frame = days[["date", "observability", "state"]].copy()
    blind = frame["state"].isin(["unseen", "before"])
    frame["count"] = pd.Series(counts, dtype=float).mask(blind)
    frame["relevant_count"] = days["relevant_stories"].astype(float).mask(blind)
    frame = frame.assign(total_count=frame["relevant_count"] * 2, articles=frame["count"] * 3, late=0.0, backfill=0.0)
    return frame.assign(
        indicator="food", stance="reported", ratio=NAN, share=NAN, rules_version="r", vintage="v", **columns
    )


def test_seven_days_are_the_sum_of_seven_days():
    days = days_of([1.0] * 10)
    done = measured(trailing(with_exposure(table_of(range(10), days), days), "7D"))
    assert done["count"].tolist()[6:] == [21, 28, 35, 42]
    assert done["count"].tolist()[3] == 0 + 1 + 2 + 3, "four days are enough to say something"
    assert done["count"].isna().tolist()[:3] == [True] * 3
    last = done.iloc[-1]
    assert last["share"] == pytest.approx(42 / 70)
    low, high = stats.beta(42.5, 28.5).ppf([0.025, 0.975])
    assert (last["share_low"], last["share_high"]) == (pytest.approx(low), pytest.approx(high))
    assert last["rate"] == pytest.approx(6.0)
    low, high = stats.gamma(42.5, scale=1 / 7).ppf([0.025, 0.975])
    assert (last["rate_low"], last["rate_high"]) == (pytest.approx(low), pytest.approx(high))


def test_a_rate_is_of_usual_days_and_a_half_seen_day_is_half_of_one():
    days = days_of([1, 1, 0.5, 0.2, 1, 1, 1])
    done = measured(trailing(with_exposure(table_of([2, 2, 1, 9, 2, 2, 2], days), days), "7D")).iloc[-1]
    assert done["count"] == 11, "what an unseen day holds is in no sum"
    factors = weekday_factors(days)
    assert done["exposure"] == pytest.approx(sum(np.array([1, 1, 0.5, 0, 1, 1, 1]) * factors))
    assert done["exposure"] == pytest.approx(5.5, abs=0.1)
    assert done["rate"] == pytest.approx(2.0, abs=0.04)
    assert (done["unseen_days"], done["days"], done["state"]) == (1, 7, "partial")


def test_a_window_with_too_few_seen_days_is_unknown_and_not_small():
    days = days_of([1.0] * 3 + [0.0] * 6)
    done = trailing(with_exposure(table_of([5] * 9, days), days), "7D")
    assert done["count"].isna().all()
    assert done["state"].eq("unseen").all()


def test_lines_do_not_flow_into_each_other():
    days = days_of([1.0] * 8)
    table = pd.concat([table_of([1] * 8, days, side="a"), table_of([10] * 8, days, side="b")])
    done = trailing(with_exposure(table, days), "7D").set_index(["side", "date"])["count"]
    assert done["a"].tolist()[-2:] == [7, 7]
    assert done["b"].tolist()[-2:] == [70, 70]


def test_weekday_factors_are_of_all_relevant_stories_and_held_back_by_four_weeks():
    weeks = 8
    days = days_of([1.0] * 7 * weeks, relevant=[20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 6.0] * weeks)
    factors = weekday_factors(days)
    mean = (6 * 20 + 6) / 7
    high, low = (8 * 20 + 4 * mean) / 12, (8 * 6 + 4 * mean) / 12
    assert factors[0] == pytest.approx(high / ((6 * high + low) / 7))
    assert factors[6] == pytest.approx(low / ((6 * high + low) / 7))
    assert sum(factors) == pytest.approx(7)


def test_weekday_factors_do_not_take_a_lost_day_for_a_quiet_one():
    seen = [0.5 if n % 7 == 2 else 1.0 for n in range(56)]
    days = days_of(seen, relevant=[10.0 * one for one in seen])
    assert weekday_factors(days) == pytest.approx((1.0,) * 7)
    assert weekday_factors(days_of([0.0] * 14)) == (1.0,) * 7


def test_a_lost_sunday_is_a_smaller_loss_than_a_lost_tuesday():
    relevant = [20.0] * 5 + [6.0] * 2
    losses = []
    for lost in (1, 6):
        days = days_of([0.0 if n == 49 + lost else 1.0 for n in range(56)], relevant=relevant * 8)
        losses.append(7 - with_exposure(table_of([1] * 56, days), days)["exposure"].tail(7).sum())
    tuesday, sunday = losses
    assert sunday < 0.7 * tuesday


def test_loaded_days_have_counts_but_no_rate():
    days = days_of([NAN] * 7, states=["backfill"] * 7)
    done = measured(trailing(with_exposure(table_of([3] * 7, days), days), "7D")).iloc[-1]
    assert done["count"] == 21
    assert done["share_low"] < done["share"] < done["share_high"]
    assert np.isnan([done["rate"], done["rate_low"], done["rate_high"]]).all()


def test_weeks_have_the_same_rate_as_seven_days_that_end_on_sunday():
    days = days_of([1.0] * 10 + [0.6] + [1.0] * 10, relevant=50.0)
    table = with_exposure(table_of(range(21), days), days)
    weeks, week = measured(by_period(table, "W")), measured(trailing(table, "7D"))
    for name in ("count", "exposure", "rate", "rate_low", "share", "share_high"):
        assert weeks[name].tolist() == pytest.approx(week[name].tolist()[6::7])


def test_the_last_days_are_held_against_as_many_before_of_the_same_weekdays():
    days = days_of([1.0] * 56)
    table = with_exposure(table_of([1] * 28 + [1] * 21 + [4] * 7, days), days)
    week, month = now_and_before(table, last=days["date"].iloc[-1])
    assert (week.days, week.now.count, week.before.count) == (7, 28, 7)
    assert (week.now.first.weekday(), week.before.first.weekday()) == (0, 0)
    assert week.before.last == week.now.first - timedelta(days=1)
    assert week.ratio == pytest.approx(4)
    assert week.may_be_chance is False
    assert (month.now.count, month.before.count, month.may_be_chance) == (49, 28, False)
    assert week.now.share_interval == pytest.approx(tuple(stats.beta(28.5, 42.5).ppf([0.025, 0.975])))


def test_too_few_days_before_are_nothing_to_compare_with():
    days = days_of([0.0] * 5 + [1.0] * 9)
    week, month = now_and_before(with_exposure(table_of([1] * 14, days), days), last=days["date"].iloc[-1])
    assert (week.ratio, week.interval, week.may_be_chance) == (None, None, None)
    assert month.before.seen_days == 0
    assert month.before.rate is month.before.share is None


def test_none_before_has_no_ratio_but_an_interval():
    days = days_of([1.0] * 14)
    week, _ = now_and_before(with_exposure(table_of([0] * 7 + [2] * 7, days), days), last=days["date"].iloc[-1])
    assert week.ratio is None
    assert week.interval[0] > 1
    assert week.interval[1] == float("inf")
    assert week.may_be_chance is False


@pytest.mark.parametrize(("now", "before"), [(5.0, 5.0), (12.0, 3.0), (40.0, 60.0)])
def test_the_interval_of_a_ratio_holds_it_about_as_often_as_it_says(now, before):
    rng = np.random.default_rng(11)
    pairs = zip(rng.poisson(now, 2000), rng.poisson(before * 2, 2000), strict=True)
    ends = [jeffreys_ratio(int(a), 7, int(b), 14) for a, b in pairs if a + b]
    assert 0.92 < np.mean([low <= now / before <= high for low, high in ends]) < 0.985


def test_many_intervals_are_those_of_one():
    counts, totals = np.array([0.0, 3, 20, 5, NAN]), np.array([9.0, 20, 20, 0, 9])
    low, high = shares(counts, totals)
    assert low[:3] == pytest.approx(
        np.where(counts[:3] == 0, 0, stats.beta(counts[:3] + 0.5, totals[:3] - counts[:3] + 0.5).ppf(0.025))
    )
    assert high[1] == pytest.approx(stats.beta(3.5, 17.5).ppf(0.975))
    assert high[2] == 1
    assert np.isnan(low[3:]).all()
    assert np.isnan(high[3:]).all()
    low, high = rates(np.array([0.0, 4, NAN, 4]), np.array([2.0, 2, 2, 0]))
    assert high[:2] == pytest.approx(stats.gamma([0.5, 4.5], scale=0.5).ppf(0.975))
    assert np.isnan([*low[2:], *high[2:]]).all()


def test_a_new_baseline_is_said_once_with_what_was_expected_before_and_after():
    dates = [MONDAY + timedelta(days=n) for n in range(6)]
    since = MONDAY - timedelta(days=106)
    expected = [0.8, 0.9, NAN, 4.1, 4.2, 4.0]
    told = [None, since, None, since, None, since]
    frame = pd.DataFrame({"date": dates, "expected": expected, "new_baseline_since": told})
    (one,) = new_baselines(frame)
    assert (one.day, one.since, one.expected, one.before) == (dates[3], since, 4.1, 0.9)
    assert new_baselines(frame.iloc[:2]) == [], "what comes after is not known yet"


def test_a_lasting_crisis_gets_a_new_baseline_after_120_days():
    counts = np.random.default_rng(2).poisson(np.where(np.arange(420) < 200, 2.0, 12.0))[:, None].astype(float)
    ones = np.ones(counts.shape)
    looked = Observed(counts, ones * 10, ones)
    done = detect(looked, calibration.rule())
    frame = table(looked, done, episodes.of(done), first=MONDAY, names=["food"])
    (one,) = new_baselines(frame)
    assert (one.since - MONDAY).days == 200 + 14
    assert (one.day - MONDAY).days == 200 + 121
    assert one.before < 4
    assert one.expected > 8
