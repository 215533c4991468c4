"""Alerts through the real pipeline: what they carry, what becomes of them, and that nothing of them depends on when we
looked.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.archive import open_archive
from feeds.archive.schema import judged_days
from feeds.sources import Outlets
from metrics import calibration
from metrics.alert import ACTIONS, Decision, state_of, why_not
from metrics.attribution import Attribution
from metrics.episodes import REFRACTORY
from metrics.judging import judge_days
from metrics.situation import levels_to
from metrics.store import alerts as stored
from tests.further import further

DAY, NOON = date(2023, 1, 10), datetime(2023, 1, 10, 8, tzinfo=UTC)
NOW = datetime(2023, 6, 1, tzinfo=UTC)
KEYS, SIDES = ("one", "two", "three"), ("armenian", "azerbaijani", "western")
QUIET = 85  # days of the ordinary world
BURST = range(88, 92)
LAST = 100
PLAIN = """the man walked slowly towards an old house and looked at trees while his sister read long letters by window
green hills stood behind quiet garden where children played songs under yellow light of evening after school"""


def on(day):
    return DAY + timedelta(days=day)


def at(day, hours=0):
    return NOON + timedelta(days=day, hours=hours)


def told(key, day, times):
    """A story on gas, and so many on food; no two are copies."""
    for n in range(times + 1):
        plain = " ".join(random.Random(f"{key} {day} {n}").choices(PLAIN.split(), k=40)).capitalize()
        said = "There is a food shortage in Stepanakert." if n else "Gas is cut in Stepanakert."
        yield f"{key}-{day}-{n}", f"Stepanakert, {plain[9:60]}", f"{said} {plain}.", at(day, -1)


def food(key, day):
    return 4 if day in BURST else int((day + KEYS.index(key)) % 3 == 0)


def live(room, days, *, counted=()):
    for day in days:
        visits = [room.visit(key, at(day), *told(key, day, food(key, day))) for key in KEYS]
        room.archive.store(visits, utc_offset_hours=room.monitor.utc_offset_hours)
        if day in counted:
            room.count()


@pytest.fixture(scope="module")
def folders(tmp_path_factory, room_in, source):
    """Archives of the ordinary days, and of all days; both counted."""
    made = {}
    for name, until in (("quiet", QUIET), ("whole", LAST + 1)):
        folder = tmp_path_factory.mktemp(name)
        if name == "whole":
            shutil.copytree(made["quiet"], folder, dirs_exist_ok=True)
        room = room_in(folder, *(source(key, side) for key, side in zip(KEYS, SIDES, strict=True)))
        live(room, range(QUIET if name == "whole" else 0, until))
        room.count()
        room.archive.close()
        made[name] = folder
    return made


@pytest.fixture
def opened(folders, tmp_path, room_in, source):
    rooms = []

    def build(name):
        folder = tmp_path / str(len(rooms))
        shutil.copytree(folders[name], folder)
        rooms.append(room_in(folder, *(source(key, side) for key, side in zip(KEYS, SIDES, strict=True))))
        return rooms[-1]

    yield build
    for room in rooms:
        room.archive.close()


def arising(room):
    return [one.alert for one in stored.stored_alerts(room.archive) if one.superseded is None]


def the_alerts(room, people=""):
    """Oldest first: the burst, and each rise of the level in it."""
    mine = [one for one in arising(room) if (one.indicator, one.people) == ("food", people)]
    return sorted(mine, key=lambda one: one.opened)


def the_alert(room, people=""):
    return the_alerts(room, people)[0]


def days_of(room):
    """All judged days of the archive, as rows."""
    with room.archive.reading() as connection:
        return sorted(map(tuple, connection.execute(judged_days.select())), key=str)


def test_an_alert_carries_all_that_made_it_so(opened):
    room = opened("whole")
    found = the_alert(room)
    rule = calibration.rule()
    assert found.opened == on(BURST[0])
    assert found.id == f"food-reported-{on(BURST[0])}"
    assert found.last_alarm >= on(BURST[-1])
    assert found.score >= found.threshold == rule.alert
    assert found.observed > 3 * found.expected > 0
    assert found.window in rule.windows
    assert (found.families, found.sides) == (3, tuple(sorted(SIDES)))
    assert found.observability == 1
    assert found.exposure > 0
    assert found.baseline_days >= rule.least_baseline
    assert found.rules_version == room.tagger.lexicon.rules_version
    told_in_days = sum(
        food(key, day) for key in KEYS for day in range(LAST + 1) if found.since <= on(day) <= found.last_alarm
    )
    assert len(found.stories) == told_in_days
    assert found.previous is None
    assert {one.indicator for one in arising(room)} == {"food"}


def test_a_rise_of_the_level_is_an_alert_of_its_own_whatever_was_decided(opened):
    """Levels read days in alarm and not how these make alerts: a decision moves neither level nor alert."""
    room = opened("whole")
    first, *others = the_alerts(room)
    assert others, "the burst goes on until it is sustained"
    run = levels_to(room.archive, room.monitor, room.tagger.lexicon, room.attribution, last=on(LAST))
    for before, one in pairwise([first, *others]):
        assert one.level > before.level
        assert one.previous == before.id
        assert (one.opened - before.opened).days <= REFRACTORY
    for one in (first, *others):
        shown = run.on(one.opened)
        assert one.level == next(level.level for level in shown if (level.indicator, level.people) == ("food", ""))
    ids = [one.id for one in (first, *others)]
    decide(room, "dismissed")
    room.count()
    assert [one.id for one in the_alerts(room)] == ids


def test_counting_every_day_gives_the_days_and_alerts_of_counting_once(opened):
    once, daily = opened("whole"), opened("quiet")
    live(daily, range(QUIET, LAST + 1), counted=range(QUIET, LAST + 1))
    assert arising(daily) == arising(once)
    assert [row[1:] for row in days_of(daily)] == [row[1:] for row in days_of(once)]


@pytest.mark.thorough
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_whenever_we_look_the_alerts_are_the_same(opened, seed):
    """Late originals and gaps come with the archive; when it is counted, and how often, changes nothing."""
    chance = random.Random(seed)
    late = [(chance.randrange(QUIET, LAST), chance.randrange(QUIET, LAST), chance.choice(KEYS)) for _ in range(6)]
    rooms = [opened("quiet"), opened("quiet")]
    for room, counted in zip(rooms, ({LAST}, {d for d in range(QUIET, LAST) if chance.random() < 0.4}), strict=True):
        for day in range(QUIET, LAST + 1):
            live(room, [day])
            for of, comes, key in late:
                if comes == day and of <= day:
                    items = [("late-" + one[0], one[1] + " again", "x " + one[2], one[3]) for one in told(key, of, 3)]
                    room.poll(key, at(day, 2), *items)
            if day in counted:
                room.count()
        room.count()
    assert arising(rooms[0]) == arising(rooms[1])
    assert [row[1:] for row in days_of(rooms[0])] == [row[1:] for row in days_of(rooms[1])]


def test_nothing_new_judges_today_again_and_changes_nothing(opened):
    room = opened("whole")
    before = stored.stored_alerts(room.archive)
    assert judge_days(room.archive, room.monitor, room.tagger.lexicon, room.attribution, now=NOW) == 0
    room.count()
    assert stored.stored_alerts(room.archive) == before


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", further(range(1, 12), 4))
def test_killed_at_any_transaction_nothing_is_lost(opened, step):
    """The process ends before its n-th transaction of an update; the next update makes up for it."""
    whole, room = opened("whole"), opened("quiet")
    live(room, range(QUIET, LAST + 1))
    url, writing, begun = room.archive, room.archive.writing, iter(range(1, 1000))

    def ends():
        if next(begun) == step:
            raise Killed
        return writing()

    object.__setattr__(url, "writing", ends)
    try:
        room.count()
    except Killed:
        object.__setattr__(url, "writing", writing)
        room.count()
    assert arising(room) == arising(whole)
    assert [row[1:] for row in days_of(room)] == [row[1:] for row in days_of(whole)]


def decide(room, action, reason="known: a list published once a year"):
    """About all alerts of the burst; gives the first."""
    found = the_alerts(room)
    for one in found:
        decision = Decision(one.id, action, reason, "A. Reader", one.since, one.last_alarm)
        judge_from = one.since if action in ("dismissed", "reopened") else None
        stored.decide(room.archive, decision, at=NOW, judge_from=judge_from)
    return found[0]


def expected_in(room, day):
    with room.archive.reading() as connection:
        rows = connection.execute(judged_days.select().where(judged_days.c.day == on(day)))
        return next(row.expected for row in rows if (row.indicator, row.stance, row.people) == ("food", "reported", ""))


def level_in(room, day):
    run = levels_to(room.archive, room.monitor, room.tagger.lexicon, room.attribution, last=on(LAST))
    return next(one for one in run.on(on(day)) if (one.indicator, one.people) == ("food", ""))


def test_dismissed_days_return_to_the_baseline_and_leave_it_when_reopened(opened):
    later = BURST[-1] + 24
    room = opened("whole")
    live(room, range(LAST + 1, later + 1))
    room.count()
    before = expected_in(room, later)
    assert level_in(room, BURST[0]).alert
    decide(room, "dismissed")
    room.count()
    assert not level_in(room, BURST[0]).alert
    assert expected_in(room, later) > 1.02 * before  # single days of a burst weigh less, also in the baseline
    assert the_alert(room).opened == on(BURST[0])
    assert stored.levels_alarms(room.archive, first=on(0), last=on(later)) == []
    decide(room, "reopened", "")
    room.count()
    assert expected_in(room, later) == before
    assert stored.levels_alarms(room.archive, first=on(0), last=on(later)) != []


def test_an_alert_that_no_longer_arises_is_superseded_and_stays(opened):
    """Here because a source turns out to be a topic search, which enters no count: its burst is gone."""
    room = opened("whole")
    before = the_alert(room)
    sources = [replace(one, scope="query") if one.key != "one" else one for one in room.sources.values()]
    whole, room.attribution = room.attribution, Attribution(sources, Outlets(one.outlet for one in sources))
    room.count()
    assert arising(room) == []
    kept = next(one for one in stored.stored_alerts(room.archive) if one.alert.id == before.id)
    assert kept.alert == before
    assert kept.superseded is not None
    assert "counted again" in kept.superseded_why
    assert state_of(kept.alert, None, superseded=True, last_day=on(LAST)) == "superseded"
    room.attribution = whole
    room.count()
    assert the_alert(room) == before


STATES = {  # last decision, days since the last alarm → state
    "new": (None, 0, "open"),
    "nobody decided for long": (None, 15, "closed"),
    "acknowledged": ("acknowledged", 3, "acknowledged"),
    "acknowledged and over": ("acknowledged", 15, "closed"),
    "dismissed": ("dismissed", 0, "dismissed"),
    "dismissed stays": ("dismissed", 99, "dismissed"),
    "closed": ("closed", 0, "closed"),
    "reopened": ("reopened", 99, "open"),
}


@pytest.mark.parametrize(("action", "days", "state"), STATES.values(), ids=STATES)
def test_states(opened, action, days, state):
    found = the_alert(opened("whole"))
    last = Decision(found.id, action, "", "x", found.since, found.last_alarm) if action else None
    assert state_of(found, last, superseded=False, last_day=found.last_alarm + timedelta(days=days)) == state


def test_a_decision_is_not_made_twice():
    assert [why_not(action, "superseded") is None for action in ACTIONS] == [False] * 4
    assert why_not("reopened", "open") is not None
    assert why_not("reopened", "dismissed") is None
    assert why_not("closed", "closed") is not None
    assert why_not("closed", "acknowledged") is None


def test_postgresql_keeps_the_same_alerts(opened, postgres, room_in, source):
    sqlite = opened("quiet")
    live(sqlite, range(QUIET, LAST + 1))
    sqlite.count()
    room = opened("quiet")
    room.archive.close()
    room.archive = open_archive(postgres)
    live(room, range(LAST + 1))
    room.count()
    assert arising(room) == arising(sqlite)
    decide(room, "dismissed")
    room.count()
    assert {one.action for one in stored.last_decided(room.archive, "dismissed")} == {"dismissed"}
