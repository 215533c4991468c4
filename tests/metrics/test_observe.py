"""Missing is not zero: which days could we see?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from metrics.observe import (
    SourceChange,
    SourceDay,
    Watched,
    observability,
    present_throughout,
    seen_days,
    source_changes,
    state_of,
    weekday_factor,
)

FIRST = date(2026, 1, 1)


def day(n):
    return FIRST + timedelta(days=n)


def polled(pattern):
    """One letter a day: A answered, O and overlapped, G after a gap without overlap, F failed, . not polled."""
    days = {}
    for n, letter in enumerate(pattern):
        if letter != ".":
            days[day(n)] = SourceDay(letter in "AOG", {"O": True, "G": False}.get(letter))
    return days


#                                                      what happened → what we could see
SEEN = {
    "answered every day": ("AAAA", "1111"),
    "failed at the end": ("AAFF", "1100"),
    "failed, then nothing had scrolled out": ("AFFO", "1111"),
    "failed, then everything had scrolled out": ("AFFG", "1001"),
    "failed, then it could not be told": ("AFFA", "1001"),
    "not polled (program stopped), then overlap": ("A..O", "1111"),
    "not polled, then no overlap": ("A..G", "1001"),
    "never answered": ("FFFF", ""),
    "days before the first answer are nobody's": ("FFAA", "--11"),
}


@pytest.mark.parametrize(("pattern", "expected"), SEEN.values(), ids=SEEN)
def test_seen_days(pattern, expected):
    found = seen_days(polled(pattern))
    assert "".join("-" if day(n) not in found else str(int(found[day(n)])) for n in range(len(expected))) == expected
    assert len(found) == len(expected.replace("-", ""))


def watched(key, pattern, relevant=0, language="en", side="a"):
    days = polled(pattern)
    return Watched(key, language, side, days, dict.fromkeys(days, relevant))


def ratio(sources, n):
    rows = [one for (when, _, _), one in observability(sources, day(0), day(n)).items() if when == day(n)]
    return sum(one.usual_seen for one in rows) / sum(one.usual for one in rows)


def test_until_there_is_history_every_source_weighs_one():
    sources = [watched("busy", "AAF", relevant=50), watched("quiet", "AAA"), watched("other", "AAA")]
    assert ratio(sources, 2) == pytest.approx(2 / 3)


def test_with_history_a_source_weighs_what_it_brings():
    long = "A" * 60
    sources = [watched("busy", long + "F", relevant=9), watched("wire", long + "A", relevant=1)]
    assert ratio(sources, 60) == pytest.approx(1 / 10, abs=0.02)


def test_a_source_broken_for_more_than_28_days_leaves_both_sums():
    sources = [watched("gone", "A" * 40 + "F" * 40, relevant=5), watched("here", "A" * 80, relevant=5)]
    assert ratio(sources, 50) == pytest.approx(0.5, abs=0.01)
    assert ratio(sources, 79) == 1.0


def test_a_new_source_counts_after_28_days():
    sources = [watched("old", "A" * 80), watched("new", "." * 50 + "A" * 10 + "F" * 20)]
    assert ratio(sources, 65) == 1.0
    assert ratio(sources, 79) < 1.0


def test_a_source_that_never_answered_is_not_usual():
    assert ratio([watched("dead", "FFF"), watched("here", "AAA")], 2) == 1.0


def test_days_before_the_first_answer_have_no_rows():
    assert observability([watched("later", "..A")], day(0), day(1)) == {}


def test_groups_keep_language_and_side_apart():
    rows = observability([watched("a", "A", side="x"), watched("b", "A", language="ru", side="y")], day(0), day(0))
    assert set(rows) == {(day(0), "en", "x"), (day(0), "ru", "y")}


STATES = {
    "all seen": (10, 10, False, "full"),
    "nine tenths": (10, 9, False, "full"),
    "less": (10, 8.9, False, "partial"),
    "half": (10, 5, False, "partial"),
    "under half": (10, 4.9, False, "unseen"),
    "under half with loaded articles": (10, 4.9, True, "backfill"),
    "before our first poll": (None, None, False, "before"),
    "before our first poll, loaded": (None, None, True, "backfill"),
    "nothing usual": (0, 0, False, "unseen"),
}


@pytest.mark.parametrize(("usual", "seen", "backfill", "state"), STATES.values(), ids=STATES)
def test_states(usual, seen, backfill, state):
    assert state_of(usual, seen, has_backfill=backfill) == state


# Scope: who stands in the sums ---------------------------------------------------------------------------------------

CHANGES = {  # patterns of the sources → (day, added, gone)
    "the archive's first day is a beginning": (["AAA", "AAA"], []),
    "a source that answers later is added": (["AAA", ".AA"], [(1, "b", "")]),
    "on the 29th day of silence it is out": (["A" * 30, "A" + "F" * 29], [(29, "", "b")]),
    "silence of 27 days changes nothing": (["A" * 29, "A" + "F" * 28], []),
    "a broken source that comes back is added again": (
        ["A" * 40, "A" + "F" * 33 + "A" * 6],
        [(29, "", "b"), (34, "b", "")],
    ),
    "a gap that was caught up is no silence": (["A" * 40, "A" + "F" * 33 + "O" * 6], []),
    "one that never answered was never there": (["AAA", "FFF"], []),
}  # fmt: skip


@pytest.mark.parametrize(("patterns", "expected"), CHANGES.values(), ids=CHANGES)
def test_when_the_set_of_sources_changes(patterns, expected):
    sources = [watched(key, pattern) for key, pattern in zip("ab", patterns, strict=True)]
    found = source_changes(sources, day(max(len(one) for one in patterns) - 1))
    assert [((one.day - FIRST).days, "".join(one.added), "".join(one.gone)) for one in found] == expected


def test_a_retired_source_leaves_after_its_last_poll_and_not_28_days_later():
    gone = replace(watched("b", "AAAA"), retired=True)
    sources = [watched("a", "A" * 10), gone]
    assert source_changes(sources, day(9)) == [SourceChange(day(4), (), ("b",))]
    assert ratio(sources, 9) == 1.0
    assert ratio([sources[0], replace(gone, retired=False)], 9) == 0.5


def test_the_panel_is_who_was_there_throughout():
    sources = [
        watched("all", "A" * 40),
        watched("late", "..." + "A" * 37),
        watched("short", "A" * 10 + "F" * 30),
        watched("gap", "A" * 10 + "F" * 5 + "A" * 25),
    ]
    assert present_throughout(sources, day(0), day(39)) == {"all", "gap"}
    assert present_throughout(sources, day(5), day(39)) == {"all", "gap", "late"}
    assert present_throughout(sources, day(-99), day(20)) == {"all", "gap", "short"}


def test_the_weekday_factor_is_shared_and_averages_one_over_a_week():
    brought = {day(n): 2 if day(n).weekday() == 6 else 10 for n in range(60)}
    factors = {weekday_factor(brought, day(n)) for n in range(56, 63)}
    sunday = min(factors)
    assert sum(weekday_factor(brought, day(n)) for n in range(56, 63)) == pytest.approx(7, abs=0.1)
    assert 2 / 10 < sunday < 0.6  # held back by four average weeks
    assert weekday_factor({}, day(3)) == 1.0


def test_the_weekday_factor_is_in_what_is_usual_and_cancels_in_what_was_seen_of_it():
    relevant = {day(n): 1 if day(n).weekday() == 6 else 8 for n in range(70)}
    sources = [
        replace(watched("a", "A" * 70), relevant=relevant),
        replace(watched("b", "A" * 69 + "F"), relevant=relevant),
    ]
    rows = observability(sources, day(56), day(69))
    usual = {key[0]: one.usual for key, one in rows.items()}
    sundays = [usual[one] for one in usual if one.weekday() == 6]
    others = [usual[one] for one in usual if one.weekday() != 6]
    assert max(sundays) < min(others)
    assert ratio(sources, 69) == pytest.approx(0.5)
