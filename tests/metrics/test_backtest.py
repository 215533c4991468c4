"""What counts as found, missed, late, or not to be seen: alarms made up, so that every answer is known."""

from datetime import date, timedelta

import pytest

from metrics.backtest import JUDGED, LEARNING, UNSEEN, Alarm, score
from metrics.lexicon import Event
from metrics.series import Series

FIRST = date(2031, 1, 1)


def day(number):
    return FIRST + timedelta(days=number)


def event(number, *indicators, **more):
    said = {"id": f"E{number}", "label": "x", "indicators": indicators or ("gas",), "eval": True}
    return Event(date=day(number), **said | more)


def alarm(first, last=None, indicator="gas", people="", stance="reported"):
    numbers = range(first, (first if last is None else last) + 1)
    return Alarm(Series(indicator, stance, people), tuple(day(n) for n in numbers))


def standing(*runs, series=(("gas", ""),), stances=("reported",)):
    """runs : (state, days), one after the other from FIRST; the same for every series."""
    states = [state for state, days in runs for _ in range(days)]
    days = {day(n): state for n, state in enumerate(states)}
    return {Series(indicator, stance, people): days for indicator, people in series for stance in stances}


YEAR = standing((JUDGED, 365))
WINDOW = {  # alarm days relative to the event on day 100 → found, lag
    "on the day": ((100, 100), True, 0),
    "a day before": ((99, 99), True, -1),
    "two days before": ((98, 98), False, None),
    "seven days after": ((107, 107), True, 7),
    "eight days after": ((108, 108), False, None),
    "in alarm since long, and still": ((60, 120), True, None),
    "in alarm until the day before": ((60, 99), True, None),
    "in alarm until two days before": ((60, 98), False, None),
    "opened beside it, and on": ((102, 180), True, 2),
}


@pytest.mark.parametrize(("days", "found", "lag"), WINDOW.values(), ids=WINDOW)
def test_an_event_is_found_from_a_day_before_to_seven_after(days, found, lag):
    done = score([event(100)], [alarm(*days)], YEAR)
    (outcome,) = done.outcomes
    assert (outcome.is_found, outcome.lag) == (found, lag)
    assert len(done.not_listed) == (not found)
    assert done.share_found == found


def test_another_indicator_finds_nothing_and_one_of_several_is_enough():
    series = (("gas", ""), ("food", ""), ("water", ""))
    looked = standing((JUDGED, 365), series=series)
    assert not score([event(100, "food", "gas")], [alarm(100, indicator="water")], looked).found
    done = score([event(100, "food", "gas")], [alarm(105), alarm(103, indicator="food", stance="eased")], looked)
    assert done.lags == (3,)
    assert done.not_listed == (), "both are of the event"


def test_an_event_of_one_people_is_found_in_their_series_only():
    looked = standing((JUDGED, 365), series=[("displacement", people) for people in ("", "valley", "hill")])
    of = event(100, "displacement", people="valley")
    assert not score([of], [alarm(100, indicator="displacement", people="hill")], looked).found
    assert score([of], [alarm(100, indicator="displacement", people="valley")], looked).found


def test_an_event_of_one_side_is_not_asked_of_the_stories_of_another():
    of = event(100, side="armenian")
    assert len(score([of], [], YEAR).outcomes) == 1
    assert len(score([of], [], YEAR, side="armenian").outcomes) == 1
    assert score([of], [], YEAR, side="azerbaijani").outcomes == ()


UNSEEABLE = {
    "its day was not seen": standing((JUDGED, 100), (UNSEEN, 1), (JUDGED, 264)),
    "the detector was learning": standing((LEARNING, 200), (JUDGED, 165)),
    "most of its days were not seen": standing((JUDGED, 101), (UNSEEN, 10), (JUDGED, 200)),
    "the archive ends beside it": standing((JUDGED, 102)),
    "the archive does not reach it": standing((JUDGED, 50)),
}


@pytest.mark.parametrize("looked", UNSEEABLE.values(), ids=UNSEEABLE)
def test_an_event_that_could_not_be_seen_is_neither_found_nor_missed(looked):
    for alarms in ([], [alarm(99)]):
        done = score([event(100)], alarms, looked)
        assert not done.outcomes[0].could_be_seen
        assert done.asked == done.found == ()
        assert done.share_found is done.by_chance is None
        assert sum(done.outcomes[0].why.values()) == 9


def test_one_series_that_could_see_is_enough():
    looked = standing((JUDGED, 365)) | standing((LEARNING, 365), series=(("food", ""),))
    assert score([event(100, "food", "gas")], [], looked).outcomes[0].could_be_seen
    assert not score([event(100, "food")], [], looked).outcomes[0].could_be_seen


def test_alerts_of_no_event_are_counted_per_year_that_was_judged():
    looked = standing((LEARNING, 100), (JUDGED, 731)) | standing((UNSEEN, 831), series=(("food", ""),))
    done = score([event(200)], [alarm(200, 210), alarm(400), alarm(500, stance="eased")], looked)
    assert [one.opened for one in done.not_listed] == [day(400), day(500)]
    assert done.by_indicator["gas"].not_listed.value == pytest.approx(2 / (731 / 365.25))
    assert done.by_indicator["food"].not_listed.value is None, "nobody looked: no rate, and not 0"
    low, high = done.rate.interval
    assert low < 1 < high


def test_years_of_an_indicator_are_not_those_of_its_series():
    looked = standing((JUDGED, 731), series=[("gas", ""), ("gas", "valley")], stances=("reported", "eased", "denied"))
    done = score([], [alarm(400), alarm(500, stance="eased")], looked)
    assert done.rate.years == pytest.approx(731 / 365.25)
    assert done.rate_of_series.years == pytest.approx(6 * 731 / 365.25)
    assert done.rate.value == pytest.approx(6 * done.rate_of_series.value)


def test_an_indicator_alone_is_found_by_its_own_alerts_only():
    series = (("gas", ""), ("food", ""), ("water", ""))
    looked = standing((JUDGED, 365), series=series[:2]) | standing((LEARNING, 365), series=series[2:])
    done = score([event(100, "food", "gas", "water")], [alarm(103, indicator="food")], looked)
    alone = {key: (one.asked, one.found) for key, one in done.by_indicator.items()}
    assert alone == {"food": (1, 1), "gas": (1, 0), "water": (0, 0)}


def test_an_alert_beside_an_event_not_meant_for_scoring_is_not_listed_but_said():
    done = score([event(100), event(200, eval=False)], [alarm(201), alarm(300)], YEAR)
    assert [one.opened for one in done.not_listed] == [day(201), day(300)]
    assert [one.opened for one in done.beside_others] == [day(201)]
    assert len(done.outcomes) == 1


def test_an_alarm_without_end_finds_all_and_says_that_chance_would_too():
    events = [event(60), event(160), event(260)]
    always, once = score(events, [alarm(0, 364)], YEAR), score(events, [alarm(60), alarm(160), alarm(260)], YEAR)
    assert always.share_found == once.share_found == 1
    assert always.by_chance == 1
    assert once.by_chance == pytest.approx(3 * 9 / 365)
    assert (always.median_lag, once.median_lag) == (None, 0)
    assert (len(always.opened), len(once.opened)) == (0, 3)
    assert always.opened_by_chance == pytest.approx(2 / 365), "its only opening is on the first day: 0 or 1 after it"
    assert once.opened_by_chance == once.by_chance


def test_the_share_found_has_an_interval():
    done = score([event(60), event(160), event(260)], [alarm(62), alarm(160)], YEAR)
    assert done.share_found == pytest.approx(2 / 3)
    assert done.interval == pytest.approx((0.177, 0.961), abs=0.001)
    assert done.lags == (2, 0)
    assert done.median_lag == 1
