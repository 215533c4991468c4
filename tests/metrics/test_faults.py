"""Injected faults through the real pipeline on SQLite: what happens to us must not look like what happens to people.

Six sources of four sides write every day: each two relevant articles, of which one on food every other day. Then one
thing goes wrong. Share, level and comparison must stay, and the fault must be drawn as what it is.
"""

import random
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from dashboard import words
from feeds.model import Outlet
from feeds.sources import Outlets
from metrics import store
from metrics.attribution import Attribution
from metrics.daily import daily_table, observed_days
from metrics.detect_model import ALERT, QUIET, STATES
from metrics.lexicon import read_lexicon
from metrics.situation import levels_to
from metrics.store.alerts import stored_alerts
from metrics.tag import Tagger
from metrics.trend import cards
from metrics.watching import watch

pytestmark = pytest.mark.thorough

DAY = date(2023, 1, 10)
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)
WEEKS = 16
LAST = 7 * WEEKS - 1
START = 77  # days before anything goes wrong: the first that the detector judges
OLD = ("one", "two", "three", "four", "five", "six")
SIDES = ("armenian", "azerbaijani", "russian", "western", "regional", "armenian")
PLAIN = """the man walked slowly towards an old house and looked at trees while his sister read long letters by window
green hills stood behind quiet garden where children played songs under yellow light of evening after school"""
FOOD, GAS = "There is a food shortage in Stepanakert.", "Gas is cut in Stepanakert."


def text(key, day, number):
    """Plain words without a subject; no two articles are copies of each other."""
    return " ".join(random.Random(f"{key} {day} {number}").choices(PLAIN.split(), k=40)).capitalize() + "."


def articles(key, day, *, times=1):
    """What a source publishes on a day: `times` two articles."""
    place = OLD.index(key) if key in OLD else sum(map(ord, key))
    told = [GAS, FOOD if (day + place) % 2 else GAS] * times
    return [
        (f"{key}-{day}-{n}", f"Stepanakert, {text(key, day, n)[9:60]}", f"{said} {text(key, day, n)}", at(day, -1))
        for n, said in enumerate(told)
    ]


def at(day, hours=0):
    return NOON + timedelta(days=day, hours=hours)


def on(day):
    return DAY + timedelta(days=day)


def live(room, days, fault=lambda room, key, day: False):
    """Days of the ordinary world; fault(room, key, day) polls in its own way and says so by True."""
    for day in days:
        keys = [key for key in room.sources if not fault(room, key, day) and key in OLD]
        visits = [room.visit(key, at(day), *articles(key, day)) for key in keys]
        room.archive.store(visits, utc_offset_hours=room.monitor.utc_offset_hours)


@pytest.fixture(scope="module")
def before(tmp_path_factory, room_in, source):
    """An archive of the first ordinary weeks, which every fault begins with."""
    folder = tmp_path_factory.mktemp("before")
    room = room_in(folder, *(source(key, side) for key, side in zip(OLD, SIDES, strict=True)))
    live(room, range(START))
    room.count()
    room.archive.close()
    return folder


@pytest.fixture
def world(before, tmp_path, room_in, source):
    rooms = []

    def build(*more, until=LAST, fault=lambda room, key, day: False):
        folder = tmp_path / str(len(rooms))
        shutil.copytree(before, folder)
        old = [source(key, side) for key, side in zip(OLD, SIDES, strict=True)]
        room = room_in(folder, *old, *(source(key, "western") for key in more))
        rooms.append(room)
        live(room, range(START, until + 1), fault)
        room.count()
        return room

    yield build
    for room in rooms:
        room.archive.close()


def card(room, day=LAST, indicator="food"):
    found = cards(room.archive, room.monitor, today=on(day), attribution=room.attribution)
    return next(one for one in found if one.indicator == indicator)


def levels(room, day=LAST, indicator="food"):
    """Levels of the last weeks, oldest first, and the last in full."""
    run = levels_to(room.archive, room.monitor, read_lexicon(room.monitor), room.attribution, last=on(day))
    shown = [next(one for one in run.on(on(n)) if one.indicator == indicator) for n in range(14, day + 1)]
    return [one.level for one in shown], shown[-1]


def shares(room, first, last, **options):
    table = daily_table(
        room.archive, room.monitor, first=on(first), last=on(last), indicator="food", today=on(last), **options
    )
    return table["share"], table["state"]


def changes(room, day=LAST):
    return [
        ((one.day - DAY).days, len(one.added), len(one.gone))
        for one in store.changes_of_sources(room.archive, room.attribution, last=on(day))
    ]


def watched(room, day=LAST):
    return watch(room.archive, room.monitor, read_lexicon(room.monitor), room.attribution, last=on(day))


def calm(room, day=LAST, *, judged=LAST - START):
    """Of `judged` days at least the detector says something, and of none that it is unusual."""
    found = watched(room, day)
    states = found.detection.state
    food = found.series.index(("food", "reported", ""))
    assert (states[:, food] >= QUIET).sum() >= judged, states[:, food]
    unusual = np.argwhere(states > QUIET)
    assert not len(unusual), [(at, found.series[one], STATES[states[at, one]]) for at, one in unusual]
    assert stored_alerts(room.archive) == []


def steady(room, day=LAST, *, judged=LAST - START):
    """No rise and no fall: neither in the level, nor against the days before, nor to the detector."""
    calm(room, day, judged=judged)
    seen, last = levels(room, day)
    assert set(seen) <= {2, None}, seen
    assert last.level == 2
    found = card(room, day)
    assert found.change == pytest.approx(1, abs=0.12)
    assert words.change(found.rate_7, found.before_28) == "about the same as usual"


def test_without_a_fault_nothing_rises_and_nothing_falls(world):
    room = world()
    steady(room)
    share, state = shares(room, 0, LAST)
    assert share.tolist() == pytest.approx([0.25] * (LAST + 1))
    assert set(state) == {"full"}
    assert changes(room) == []


def test_a_burst_that_is_none_of_these_is_an_alert(world):
    """The detector can see what happens in this world; otherwise its silence would say nothing."""

    def fault(room, key, day):
        if day == LAST - 3:
            room.poll(key, at(day), *articles(key, day, times=4))
            return True
        return False

    found = watched(world(fault=fault))
    assert found.detection.state[LAST - 3, found.series.index(("food", "reported", ""))] == ALERT


@pytest.mark.parametrize(
    ("down", "days", "state"), [(2, 4, "partial"), (4, 3, "unseen"), (1, 5, "partial"), (6, 2, "unseen")]
)
@pytest.mark.parametrize("ago", [4, 0, 12])
def test_k_of_n_feeds_down_for_d_days(world, down, days, state, ago):
    lost = range(LAST - ago - days + 1, LAST - ago + 1)

    def fault(room, key, day):
        if day in lost and key in OLD[:down]:
            room.poll(key, at(day), outcome="unreachable")
            return True
        return False

    room = world(fault=fault)
    steady(room, judged=LAST - START - days)
    share, states = shares(room, 0, LAST)
    assert set(states[lost.start : lost.stop]) == {state}
    assert share.isna().tolist() == [day in lost and state == "unseen" for day in range(LAST + 1)]
    assert changes(room) == []


def test_a_feed_that_is_down_for_good_leaves_both_sums_and_the_day_is_marked(world):
    def fault(room, key, day):
        if key == "one":
            room.poll(key, at(day), outcome="unreachable")
            return True
        return False

    room = world(fault=fault)
    for day in range(START, LAST + 1, 4):
        found = card(room, day)
        assert words.change(found.rate_7, found.before_28) == "about the same as usual", day
    assert set(levels(room)[0]) == {2}
    calm(room)
    days = observed_days(room.archive, first=on(0), last=on(LAST))
    assert days["state"].tolist() == ["full"] * START + ["partial"] * 28 + ["full"] * (LAST - START - 27)
    assert changes(room) == [(START + 28, 0, 1)]


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("ago", [10, 2, 27])
def test_sources_added(world, count, ago):
    names = [f"new{n}" for n in range(count)]

    def fault(room, key, day):
        if key in names and day >= LAST - ago:
            room.poll(key, at(day), *articles(key, day))
        return key in names

    room = world(*names, fault=fault)
    steady(room)
    assert changes(room) == [(LAST - ago, count, 0)]
    share, _ = shares(room, LAST - 34, LAST)
    assert share.max() < 0.5 if count == 1 else True
    panel = store.Panel(room.archive, room.attribution, first=on(LAST - 34), last=on(LAST))
    fixed, _ = shares(room, LAST - 34, LAST, counts=panel)
    assert fixed.tolist() == pytest.approx([0.25] * 35)
    assert card(room).sources_changed == ((on(LAST - ago), count, 0),)


def test_sources_that_enter_levels_and_change_them_say_so(newsroom, source):
    names = [f"new{n}" for n in range(4)]
    room = newsroom(source("one"), *(source(key, "western") for key in names))
    for day in range(120):
        room.poll("one", at(day), *articles("one", day))
        for key in names:
            if day >= 40:
                room.poll(key, at(day), *articles(key, day))
    room.count()
    run = levels_to(room.archive, room.monitor, read_lexicon(room.monitor), room.attribution, last=on(119))
    shown = {n: next(one for one in run.on(on(n)) if one.indicator == "food") for n in range(14, 120)}
    assert {shown[n].level for n in range(14, 96)} == {1}
    calm(room, 119, judged=20)
    risen = [n for n in shown if shown[n].level == 2]
    assert risen[0] in range(96, 100)
    assert all("sources" in shown[n].badges and shown[n].without_new == 1 for n in risen)


def test_the_first_poll_ever_brings_a_stock_that_is_no_rise(newsroom, source):
    room = newsroom(*(source(key, side) for key, side in zip(OLD, SIDES, strict=True)))
    for key in OLD:  # what the feeds still hold of the ten days before
        room.poll(key, at(0), *(one for day in range(-10, 1) for one in articles(key, day)))
    room.count()
    share, state = shares(room, -10, 0)
    assert state.tolist() == ["before"] * 10 + ["full"]
    assert share.isna().tolist() == [True] * 10 + [False]
    counts = daily_table(room.archive, room.monitor, first=on(-10), last=on(0), indicator="food", today=on(0))["count"]
    assert counts.isna().tolist() == [True] * 10 + [False]
    assert card(room, 0).change is None
    assert words.change(card(room, 0).stories_7 or 0, card(room, 0).before_28) == "nothing to compare yet"
    run = levels_to(room.archive, room.monitor, read_lexicon(room.monitor), room.attribution, last=on(0))
    assert {one.level for one in run.on(on(0))} == {None}
    assert changes(room, 0) == []


def test_a_source_that_doubles_its_output(world):
    def fault(room, key, day):
        if key == "two" and day > LAST - 14:
            room.poll(key, at(day), *articles(key, day, times=2))
            return True
        return False

    room = world(fault=fault)
    calm(room)
    seen, last = levels(room)
    assert set(seen) == {2}
    share, _ = shares(room, 0, LAST)
    assert share.tolist() == pytest.approx([0.25] * (LAST + 1), abs=0.05)
    assert last.ratio < 1.3


def test_a_source_renamed_keeps_its_history(world):
    room = world(until=80)
    sources = [
        replace(one, outlet=replace(one.outlet, name="New name", names=("One",))) if one.key == "one" else one
        for one in room.sources.values()
    ]
    room.sources = {one.key: one for one in sources}
    room.attribution = Attribution(sources, Outlets(one.outlet for one in sources))
    for day in range(81, LAST + 1):
        for key in OLD:
            room.poll(key, at(day), *articles(key, day))
    room.count()
    steady(room)
    assert changes(room) == []
    assert {
        line.outlet for line in store.stories(room.archive, room.attribution, store.StoryQuery(source="one"))[0]
    } == {"New name"}


def test_words_taken_away_and_put_back_change_all_days_alike(world, tagger):
    """All days are read again with the new words: no day is held against days that were read with others."""
    room = world(until=90)
    indicators = tuple(replace(one, words={}) if one.key == "gas" else one for one in tagger.lexicon.indicators)
    poorer = Tagger(tagger.monitor, replace(tagger.lexicon, indicators=indicators, rules_version="poorer"))
    for tags, days in ((poorer, range(91, 100)), (tagger, range(100, LAST + 1))):
        live(room, days)
        room.tagger = tags
        assert room.count().switched
        calm(room, days[-1], judged=days[-1] - START)
    steady(room)


@pytest.mark.parametrize("ahead", [-5, 30])
def test_our_clock_changed_for_an_hour(world, ahead):
    def fault(room, key, day):
        if day == 80 and key == "one":
            room.poll(key, at(day + ahead, 1))
            room.count()
        return False

    room = world(fault=fault)
    steady(room)
    assert set(shares(room, 0, LAST)[1]) == {"full"}
    assert changes(room) == []


@pytest.mark.parametrize("days", [range(LAST - 20, LAST - 8), range(30), range(-60, -1)])
def test_a_late_backfill(world, source, days):
    def fault(room, key, day):
        return key == "files"

    room = world("files", fault=fault)
    before = levels(room)[0]
    history = [one for day in days for number in (1, 2, 3) for one in articles("files", day, times=number)]
    unique = {
        one[0] + str(n): (one[0] + str(n), *one[1:2], one[2] + f" z{n}" * 12, one[3]) for n, one in enumerate(history)
    }
    room.poll("files", at(LAST, 2), *unique.values(), backfill=True)
    room.count()
    assert levels(room)[0] == before
    steady(room)
    if days.start < 0:
        assert set(shares(room, days.start, -2)[1]) == {"backfill"}


def test_a_backfill_of_days_we_missed_is_drawn_as_history(world):
    lost = range(LAST - 20, LAST - 17)

    def fault(room, key, day):
        if day in lost:
            room.poll(key, at(day), outcome="unreachable")
        return day in lost

    room = world(fault=fault)
    history = [one for key in OLD for day in lost for one in articles(key, day, times=3)]
    room.poll("one", at(LAST, 2), *history, backfill=True)
    room.count()
    assert set(shares(room, lost.start, lost.stop - 1)[1]) == {"backfill"}
    steady(room, judged=LAST - START - len(lost))


def test_an_outlet_of_two_feeds_is_one_publisher(newsroom, source):
    """Two feeds of one family, one of them new: no second publisher appears."""
    one = source("one")
    twin = replace(source("twin"), outlet=Outlet("twin", "Twin", "one", "armenian"))
    room = newsroom(one, twin)
    for day in range(70):
        for key in ("one", "twin"):
            room.poll(key, at(day), *articles(key, day))
    room.count()
    run = levels_to(room.archive, room.monitor, read_lexicon(room.monitor), room.attribution, last=on(69))
    food = next(one for one in run.on(on(69)) if one.indicator == "food")
    assert (food.publishers_7, food.level) == (1, 1)
    assert "single-side" in food.badges
