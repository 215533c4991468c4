"""The report says what was found, what could not be seen, and what the figures cannot say."""

from datetime import date, timedelta

from metrics.backtest import JUDGED, LEARNING, Alarm, score
from metrics.backtest_runs import ALL, Backtest
from metrics.backtest_words import as_json, lines
from metrics.lexicon import Event
from metrics.series import Series

FIRST = date(2023, 1, 1)
GAS = Series("gas", "reported", "")


def day(number):
    return FIRST + timedelta(days=number)


def event(key, when, *, scored=True):
    return Event(id=key, date=when, label=f"event {key}", indicators=("gas",), eval=scored)


EVENTS = [
    event("E0", date(2020, 9, 27)),
    event("E1", day(20)),
    event("E2", day(120)),
    event("E3", day(200)),
    event("E4", day(300), scored=False),
]
ALARMS = [Alarm(GAS, tuple(day(n) for n in days)) for days in (range(122, 130), (301, 303), (340,))]
STANDING = {GAS: {day(n): LEARNING if n < 60 else JUDGED for n in range(365)}}


def made():
    held = [one for one in EVENTS if one.date >= FIRST]
    return [
        Backtest(False, FIRST, day(364), {side: score(held, ALARMS, STANDING) for side in (ALL, "armenian + karabakh")})
    ]


def report(of):
    return "\n".join(lines(of, [one for one in EVENTS if one.eval], str.title))


def test_the_report_in_words():
    said = report(made())
    assert "found 1 of 2 events: 50% (95 % interval 6% to 94%; the same alarms on days drawn at random: 12%)" in said
    assert "an alert opened beside 1 of 2 events: 50% (" in said
    assert "; 1 more could not be seen, and are neither found nor missed" in said
    assert "median +2 days, mean +2.0 (+2)" in said
    assert "2 of 3 alerts not in the list: 2.40 (0.50 to 7.68) per indicator-year" in said
    assert "an upper bound of false alerts, because the list of events is not complete" in said
    assert "could not be seen: E1 2023-01-21 event E1 (9 days learning)" in said
    assert "MISSED: E3" in said
    assert "found (+2 days): E2" in said
    assert "not in the list: Gas reported, 2023-10-29 to 2023-10-31 (beside an event not meant for scoring)" in said
    assert "not in the list: Gas reported, 2023-12-07 to 2023-12-07\n" in said
    assert "Gas alone: found 1 of 2; 2.40 (0.50 to 7.68) not in the list per year" in said
    assert said.count("MISSED") == 1, "of a side alone, only the sums"
    assert "Published by armenian + karabakh, alone:" in said


def test_what_feeds_do_not_hold_is_said_first():
    said = report(made()).splitlines()
    assert said[0].startswith(
        "Feeds hold no archive of 2020: they bring what is new. This archive begins on 2023-01-01"
    )
    assert "1 of 4 events are before it" in said[0]
    assert "`python -m feeds load`" in said[0]
    assert "not what would have been found live" in said[1]
    empty = report([])
    assert empty.startswith(
        "Feeds hold no archive of 2020 to 2023: they bring what is new. This archive is empty, so 4 of 4"
    )


def test_as_json_it_is_the_same():
    stored = as_json(made(), [one for one in EVENTS if one.eval])
    run, side = stored["tests"][0]["runs"]
    assert (run["side"], side["side"]) == (None, "armenian + karabakh")
    assert (run["events"], run["found"], run["median_lag_days"]) == (2, 1, 2.0)
    assert [one["found"] for one in run["outcomes"]] == [None, True, False]
    assert [one["beside_other"] for one in run["not_listed"]] == [True, False]
    assert "upper bound" in stored["limits"][-1]
