"""Levels 0 to 4: the tables are the specification. A story is (days ago, publisher, side, stance)."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.levels import HOLD, NO_DATA, STANCES, Rows, Sources, badges, is_eased, run

DAYS = 260
SIDES = {"am": 0, "az": 1, "ru": 2, "un": 3, "?": -1}  # blocs; the UN is an institution; ? is not known
USUAL = [(ago, "p", "am", "reported") for ago in range(21, 230, 7)]  # one story a week


def rows(stories, *, days=DAYS, source=None):
    numbers = {name: number for number, name in enumerate(dict.fromkeys(one[1] for one in stories))}
    whole = {
        "story": range(len(stories)),
        "day": [days - 1 - one[0] for one in stories],
        "source": [source(one) if source else 0 for one in stories],
        "voice": [numbers[one[1]] for one in stories],
        "bloc": [SIDES[one[2]] for one in stories],
        "series": [0] * len(stories),
        "stance": [STANCES.index(one[3]) for one in stories],
    }
    arrays = {name: np.array(list(values), np.int64) for name, values in whole.items()}
    return Rows(**arrays, institution=np.array([one[2] == "un" for one in stories], bool))


def seen(pattern=None, *, days=DAYS, sources=1):
    """pattern : how much of the last days was seen, oldest first; by parts of ten sources where it is not whole."""
    shown = np.ones((sources, days), bool)
    for at, share in enumerate(pattern or (), start=days - len(pattern or ())):
        shown[round(share * sources) :, at] = False
    return Sources(shown, np.ones((sources, days)), np.ones((sources, days), bool))


def judged(stories, pattern=None, *, alert=(), usual=USUAL, days=DAYS):
    marks = np.zeros((1, days), bool)
    marks[0, [days - 1 - ago for ago in alert]] = True
    everything = sorted([*usual, *stories], key=lambda one: -one[0])
    return run(
        rows(everything, days=days), seen(pattern, days=days, sources=10 if pattern else 1), series=1, alert=marks
    )


def each(days, *stories):
    """The same stories on every one of these days."""
    return [(ago, *one) for ago in days for one in stories]


A, B, C = ("a", "am", "reported"), ("b", "az", "reported"), ("c", "ru", "reported")
A2, A3, UN = ("a2", "am", "reported"), ("a3", "am", "reported"), ("un", "un", "reported")
X = ("x", "?", "reported")
FEAR = ("a", "am", "feared")

#                                                  stories of the last days, days in alarm → level of the last day
LEVELS = {
    "nothing": ([], [], 0),
    "one story today": ([(0, *A)], [], 1),
    "one story 13 days ago": ([(13, *A)], [], 1),
    "one story 14 days ago, its level held": ([(14, *A)], [], 1),
    "one story 18 days ago is over": ([(18, *A)], [], 0),
    "one story that fears it": ([(3, *FEAR)], [], 1),
    "one that says it eased is no report": ([(0, "a", "am", "eased")], [], 0),
    "one that denies it is no report": ([(0, "a", "am", "denied")], [], 0),
    "two publishers, two stories": ([(0, *A), (1, *B)], [], 1),
    "three stories of one publisher": (each([0, 1, 2], A), [], 1),
    "three stories of two publishers": ([(0, *A), (1, *A), (2, *A2)], [], 2),
    "three stories of two publishers of unknown sides": ([(0, *X), (1, *X), (2, "y", "?", "reported")], [], 2),
    "three in 8 days are not three in 7": ([(0, *A), (3, *B), (7, *C)], [], 1),
    "three in 7 days, four days ago: held": ([(4, *A), (7, *B), (10, *C)], [], 2),
    "three in 7 days, five days ago: no more": ([(5, *A), (8, *B), (11, *C)], [], 1),
    "three in 12 days": ([(0, *A), (6, *B), (12, *C)], [], 1),
    "fears do not repeat a report": ([(0, *A), (1, *B), (2, *FEAR), (3, *FEAR)], [], 1),
    "five, two sides, five times the usual": ([*each([0, 1], A, B), (2, *A)], [], 3),
    "four are too few": (each([0, 1], A, B), [], 2),
    "five of one side": ([*each([0, 1], A, A2), (2, *A3)], [], 2),
    "five of one side and of nobody known": ([*each([0, 1], A, X), (2, *A)], [], 2),
    "five, one side, but an institution": ([*each([0, 1], A, A2), (2, *UN)], [], 3),
    "five, two sides, no more than usual": (None, [], 2),
    "five, two sides, no more than usual, in alarm": (None, [0], 3),
    "in alarm, but of one side": ([*each([0, 1], A, A2), (2, *A3)], [0], 2),
    "in alarm without stories": ([], [0], 0),
    "eight days of it, elevated on seven, three sides": (each(range(8), A, B, C), [], 4),
    "seven days of it, elevated on six, three sides": (each(range(7), A, B, C), [], 3),
    "nine days of it, two sides": (each(range(9), A, B), [], 3),
    "ten days of it, an institution and a side": (each(range(10), A, UN), [], 4),
    "ten days of it, an institution alone": (each(range(10), UN, ("un2", "un", "reported")), [], 3),
    "ten days of it, three sides, twice the usual only": ("twice", [], 3),
}  # fmt: skip
BUSY = each(range(21, 230), A, B, C)  # the same every day


@pytest.mark.parametrize(("stories", "alert", "level"), LEVELS.values(), ids=LEVELS)
def test_levels(stories, alert, level):
    usual = USUAL
    if stories is None:
        stories, usual = each([0, 2, 4], A, B), each(range(21, 230, 2), A, B)
    elif stories == "twice":
        stories = each(range(16), A, B, C, A2, A3, ("b2", "az", "reported"), ("c2", "ru", "reported"))
        usual = BUSY
    assert judged(stories, alert=alert, usual=usual).level[0, -1] == level


BADGES = {
    "two sides": ([(0, *A), (1, *B)], set()),
    "one side": ([(0, *A), (1, *A2)], {"single-side"}),
    "one story is no side's alone yet": ([(0, *A)], set()),
    "a side and a publisher not known": ([(0, *A), (1, *X)], {"single-side"}),
    "a denial for three reports": ([*each([0, 1, 2], A), (1, *B), (0, "b", "az", "denied")], set()),
    "a denial for two reports": ([(0, *A), (1, *B), (0, "b", "az", "denied")], {"disputed"}),
    "a denial alone": ([(0, "b", "az", "denied")], {"disputed"}),
}  # fmt: skip


@pytest.mark.parametrize(("stories", "expected"), BADGES.values(), ids=BADGES)
def test_badges(stories, expected):
    assert set(badges(judged(stories), at=0, day=DAYS - 1)) == expected


EASED = {
    "more eased than reported": ([(0, *A), *each([0, 1], ("a", "am", "eased"))], True),
    "as many": ([(0, *A), (1, "a", "am", "eased")], True),
    "fewer": ([*each([0, 1], A), (1, "a", "am", "eased")], False),
    "neither": ([], False),
}


@pytest.mark.parametrize(("stories", "eased"), EASED.values(), ids=EASED)
def test_the_eased_arrow(stories, eased):
    assert is_eased(judged(stories), at=0, day=DAYS - 1) is eased


# Missing days --------------------------------------------------------------------------------------------------------

UNSEEN = {  # how much was seen on the last days → level of the last day, after five days of two stories of two sides
    "all seen": ([1.0], 3),
    "four days not seen": ([0.0] * 4, 3),
    "five days not seen": ([0.0] * 5, None),
    "five days of which 60 % was seen": ([0.6] * 5, None),
    "five days of which 80 % was seen": ([0.8] * 5, 3),
    "two weeks not seen, four days seen again": ([0.0] * 14 + [1.0] * 4, None),
    "two weeks not seen, ten days seen again": ([0.0] * 14 + [1.0] * 10, 1),  # 14 usual days reach back before them
    "two weeks not seen, 20 days seen again": ([0.0] * 14 + [1.0] * 20, 0),
}


@pytest.mark.parametrize(("pattern", "level"), UNSEEN.values(), ids=UNSEEN)
def test_missing_days_give_no_data_and_no_fall(pattern, level):
    ago = len(pattern)
    stories = [(ago + n, *one) for n in range(5) for one in (A, B)]
    done = judged(stories, pattern)
    assert done.level[0, -1] == (NO_DATA if level is None else level)
    if level is None:
        assert badges(done, at=0, day=DAYS - 1) == ("no-data",)
        assert np.isnan(done.reported[0, -1])


def test_an_outage_of_half_the_sources_changes_no_level_of_steady_reports():
    steady = each(range(250), A, B)
    halved = [one for one in steady if not (10 <= one[0] < 14 and one[1] == "b")]
    pattern = [0.5] * 4 + [1.0] * 10
    assert judged(steady, usual=[]).level[0, -30:].tolist() == [2] * 30
    assert judged(halved, pattern, usual=[]).level[0, -30:].tolist() == [2] * 30


def test_the_first_days_ever_are_no_data_and_then_learning():
    done = judged(each(range(40), A, B), usual=[], days=40)
    assert done.level[0, :9].tolist() == [NO_DATA] * 9
    assert done.level[0, 9:].tolist() == [2] * 31
    assert done.learning[0, 9:].all()
    assert not judged(each(range(120), A, B), usual=[], days=120).learning[0, -1]


# Holding -------------------------------------------------------------------------------------------------------------


def test_a_level_rises_at_once_and_steps_down_after_five_days_below():
    done = judged([*each([30, 31], A, B), (32, *A)], usual=[])
    rule, level = done.rule[0, -35:].tolist(), done.level[0, -35:].tolist()
    assert rule == [0, 0, 1, 2] + [3] * 5 + [2] + [1] * 8 + [0] * 17
    assert level == [0, 0, 1, 2] + [3] * 9 + [2] + [1] * 8 + [0] * 13


STORIES = st.lists(
    st.tuples(
        st.integers(0, 80),
        st.sampled_from("abcde"),
        st.sampled_from([*SIDES]),
        st.sampled_from(STANCES),
    ),
    max_size=60,
)
PATTERN = st.lists(st.sampled_from([0.0, 0.4, 0.6, 0.8, 1.0]), max_size=40)


@pytest.mark.thorough
@settings(deadline=None)
@given(STORIES, PATTERN)
def test_a_level_never_moves_without_its_rule(stories, pattern):
    done = judged(stories, pattern)
    level, rule = done.level[0], done.rule[0]
    assert ((level == NO_DATA) == (done.unseen[0] > 4)).all()
    for day in range(1, DAYS):
        if level[day] == NO_DATA:
            continue
        assert level[day] >= rule[day]
        if level[day] > level[day - 1] != NO_DATA:
            assert level[day] == rule[day]
        if level[day] < level[day - 1]:
            assert max(rule[day - HOLD + 1 : day + 1]) < level[day - 1]
    assert set(level) <= {NO_DATA, 0, 1, 2, 3, 4}


@pytest.mark.thorough
@settings(deadline=None)
@given(STORIES, PATTERN, st.integers(1, 60))
def test_a_day_depends_on_no_later_day(stories, pattern, later):
    whole = judged(stories, pattern)
    cut = run(
        rows(sorted([*USUAL, *stories], key=lambda one: -one[0])),
        Sources(*(part[:, : DAYS - later] for part in astuple(seen(pattern, sources=10 if pattern else 1)))),
        series=1,
    )
    assert np.array_equal(cut.level, whole.level[:, : DAYS - later])


def astuple(of):
    return of.seen, of.weight, of.panel


@pytest.mark.thorough
@given(STORIES)
@settings(deadline=None)
def test_sides_of_one_bloc_count_once_and_an_unknown_one_not_at_all(stories):
    done = judged(stories, usual=[])
    known = {one[2] for one in stories if one[3] == "reported" and one[0] < 7 and one[2] != "?"}
    assert done.blocs[0, -1] == len(known)


# Sources -------------------------------------------------------------------------------------------------------------


def test_what_a_source_outside_the_panel_tells_counts_nowhere():
    stories = [*USUAL, *each([0, 1, 2], A, B, C)]
    told = rows(sorted(stories, key=lambda one: -one[0]), source=lambda one: int(one[1] in "bc"))
    panel = np.ones((2, DAYS), bool)
    panel[1, -30:] = False
    done = run(told, Sources(np.ones((2, DAYS), bool), np.ones((2, DAYS)), panel), series=1)
    assert (done.reported[0, -1], done.voices[0, -1], done.level[0, -1]) == (3, 1, 1)


def test_a_story_first_told_by_a_source_outside_the_panel_is_told_by_the_next():
    told = rows([(9, "new", "ru", "reported"), (8, "old", "am", "reported")], source=lambda one: int(one[1] == "new"))
    same = Rows(**{name: getattr(told, name) for name in Rows.__slots__} | {"story": np.zeros(2, np.int64)})
    panel = np.ones((2, DAYS), bool)
    panel[1] = False
    everyone = Sources(np.ones((2, DAYS), bool), np.ones((2, DAYS)), np.ones((2, DAYS), bool))
    inside = Sources(np.ones((2, DAYS), bool), np.ones((2, DAYS)), panel)
    assert run(same, everyone, series=1).told[0, -10:].tolist() == [1] * 10
    assert run(same, inside, series=1).told[0, -10:].tolist() == [0] + [1] * 9


def test_twenty_indicators_over_four_hundred_days_are_quick():
    """A ratio to the same with a twentieth of the series: days are judged together for all series.

    Ten runs of the one take about as long as they may of the other, so that a busy machine holds both up alike.
    """
    dice = np.random.default_rng(1)
    stories = [
        (int(ago), "abcdefgh"[v], [*SIDES][s], STANCES[n])
        for ago, v, s, n in zip(*(dice.integers(0, top, 12_000) for top in (400, 8, 5, 4)), strict=True)
    ]
    told = rows(sorted(stories, key=lambda one: -one[0]), days=400)
    spread = Rows(**{name: getattr(told, name) for name in Rows.__slots__} | {"series": dice.integers(0, 20, 12_000)})
    few = told.of(spread.series == 0)
    sources = seen(days=400, sources=60)

    def seconds(some, series, *, times):
        taken = []
        for _ in range(3):  # others on the machine can only add to what it costs
            began = time.process_time()
            for _ in range(times):
                run(some, sources, series=series)
            taken.append(time.process_time() - began)
        return min(taken)

    seconds(few, 1, times=1)
    assert seconds(spread, 20, times=1) < seconds(few, 1, times=10)
