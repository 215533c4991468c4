"""Missing is not zero: which days could we see?"""

from datetime import date, timedelta

import pytest

from metrics.observe import SourceDay, Watched, observability, seen_days, state_of

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
