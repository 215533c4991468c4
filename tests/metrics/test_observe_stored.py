"""Observability through the real archive: whose days, by side, on a clock that was put back, on a fixed panel."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from metrics import store
from metrics.attribution import Attribution
from metrics.daily import daily_table, observed_days

pytestmark = pytest.mark.thorough

DAY = date(2023, 1, 10)
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)
FOOD = "There is a food shortage in Stepanakert. {}"


def at(day, hours=0):
    return NOON + timedelta(days=day, hours=hours)


def words(seed):
    """Invented words: no two articles are copies of each other."""
    return " ".join(f"w{seed:03}x{n:02}" for n in range(40))


def item(key, day, number=0):
    seed = sum(map(ord, key)) * 100 + (day + 50) * 7 + number
    return (f"{key}{day}-{number}", f"Report {seed} of {key}", FOOD.format(words(seed)), at(day, -1))


def filled(room, key, days, *, down=()):
    for day in days:
        if day in down:
            room.poll(key, at(day), outcome="unreachable")
        else:
            room.poll(key, at(day), item(key, day))


def table(room, days, **options):
    first, last = DAY + timedelta(days=days[0]), DAY + timedelta(days=days[-1])
    return daily_table(room.archive, room.monitor, first=first, last=last, indicator="food", today=last, **options)


def test_a_side_whose_sources_were_all_down_is_not_zero_while_the_others_were_seen(newsroom, source):
    room = newsroom(source("one"), source("two"), source("three"), source("other", side="azerbaijani"))
    for key in ("one", "two", "three"):
        filled(room, key, range(4))
    filled(room, "other", range(4), down=(1, 2))
    room.count()
    rows = table(room, range(4), by=("side",))
    other = rows[rows["side"] == "azerbaijani"]
    assert [None if pd.isna(n) else n for n in other["count"]] == [1, None, None, 1]
    assert list(other["state"]) == ["full", "unseen", "unseen", "full"]
    assert list(rows[rows["side"] == "armenian"]["count"]) == [3, 3, 3, 3]
    assert list(table(room, range(4))["state"]) == ["full", "partial", "partial", "full"]


def test_topic_searches_are_in_no_sum_of_what_could_be_seen(newsroom, source):
    room = newsroom(source("paper"), source("search", scope="query"))
    filled(room, "paper", range(3))
    filled(room, "search", range(3), down=(1, 2))
    room.count()
    days = observed_days(room.archive, first=DAY, last=DAY + timedelta(days=2))
    assert list(days["usual"]) == [1, 1, 1]
    assert list(days["state"]) == ["full"] * 3


def test_what_files_brought_says_nothing_of_what_a_feed_brings(newsroom, source):
    room = newsroom(source("paper"), source("wire"))
    filled(room, "paper", range(40))
    filled(room, "wire", range(40))
    room.count()
    before = store.observed(room.archive, first=DAY, last=DAY + timedelta(days=39))
    history = [item("paper", day, number) for day in range(10, 20) for number in (1, 2, 3)]
    room.poll("paper", at(40), *history, backfill=True)
    room.count()
    after = store.observed(room.archive, first=DAY, last=DAY + timedelta(days=39))
    pd.testing.assert_frame_equal(before, after)


def test_a_clock_that_ran_ahead_and_was_put_back_hides_no_later_poll(newsroom, source):
    room = newsroom(source("paper"))
    filled(room, "paper", range(3))
    room.poll("paper", at(200))  # our clock said so, for a minute
    room.count()
    filled(room, "paper", range(3, 8))
    room.count()
    days = observed_days(room.archive, first=DAY, last=DAY + timedelta(days=7))
    assert list(days["state"]) == ["full"] * 8


def test_counting_in_steps_is_counting_at_once_also_with_a_clock_put_back(newsroom, source):
    rooms = [newsroom(source("paper"), source("wire")) for _ in range(2)]
    for room in rooms:
        for day in (*range(35), 60, *range(35, 40)):
            for key in ("paper", "wire"):
                filled(room, key, [day], down=(7, 8, 36) if key == "wire" else ())
            if room is rooms[0]:
                room.count()
        room.count()
    observed = [store.observed(one.archive, first=DAY, last=DAY + timedelta(days=60)) for one in rooms]
    pd.testing.assert_frame_equal(*observed)


@pytest.mark.parametrize("joins", [5, 20])
def test_an_added_source_changes_a_fixed_panel_by_nothing(newsroom, source, joins):
    sources = [source("paper"), source("wire", side="russian"), source("new", side="azerbaijani")]
    alone, joined = newsroom(*sources), newsroom(*sources)
    for day in range(40):
        for room in (alone, joined):
            filled(room, "paper", [day])
            filled(room, "wire", [day], down=(30,))
        if day >= joins:  # it also has first what the paper tells an hour later
            joined.poll("new", at(day), item("new", day), ("c" + str(day), *item("paper", day)[1:3], at(day, -2)))
    for room in (alone, joined):
        room.count()
    first, last = DAY, DAY + timedelta(days=39)
    panels = [store.Panel(one.archive, one.attribution, first=first, last=last) for one in (alone, joined)]
    assert panels[0].sources == panels[1].sources == {"paper", "wire"}
    for by in ((), ("side",)):
        fixed = [
            table(room, range(40), counts=panel, by=by).drop(columns="vintage")
            for room, panel in zip((alone, joined), panels, strict=True)
        ]
        pd.testing.assert_frame_equal(*fixed)
    assert table(joined, range(40))["count"].sum() > fixed[0]["count"].sum()
    changes = store.changes_of_sources(joined.archive, joined.attribution, last=last)
    assert [(one.day, one.added, one.gone) for one in changes] == [(DAY + timedelta(days=joins), ("new",), ())]


def test_a_panel_of_all_sources_counts_what_is_stored(newsroom, source):
    room = newsroom(source("paper"), source("wire", side="russian"), source("search", scope="query"))
    for key in ("paper", "wire", "search"):
        filled(room, key, range(12), down=(4,))
    room.count()
    panel = store.Panel(room.archive, room.attribution, first=DAY, last=DAY + timedelta(days=11))
    for by in ((), ("side",), ("language",), ("people",), ("occurrence",)):
        pd.testing.assert_frame_equal(table(room, range(12), counts=panel, by=by), table(room, range(12), by=by))


def test_retiring_a_source_counts_the_days_again_and_marks_the_day(newsroom, source):
    room = newsroom(source("paper"), source("wire"))
    filled(room, "paper", range(10))
    filled(room, "wire", range(4))
    room.count()
    last = DAY + timedelta(days=9)
    assert list(observed_days(room.archive, first=last, last=last)["state"]) == ["partial"]
    retired = [room.sources["paper"], replace(room.sources["wire"], retired="closed")]
    room.attribution = Attribution(retired, room.attribution.outlets)
    room.count()
    assert list(observed_days(room.archive, first=last, last=last)["state"]) == ["full"]
    [change] = store.changes_of_sources(room.archive, room.attribution, last=last)
    assert (change.day, change.gone) == (DAY + timedelta(days=4), ("wire",))
