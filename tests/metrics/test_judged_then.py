"""Alerts and levels judged anew for a moment are those that the archive held then, whatever came later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from metrics import judged_then as module
from metrics.alert import Decision
from metrics.judged_then import judged_then
from metrics.situation import levels_to
from metrics.store import alerts as stored
from tests.metrics.test_alerts import (  # noqa: F401  fixtures
    KEYS,
    LAST,
    NOON,
    arising,
    at,
    folders,
    live,
    on,
    opened,
    the_alert,
)

pytestmark = pytest.mark.thorough


def then(room, day=LAST, as_of=None):
    lexicon = room.tagger.lexicon
    last = on(day)
    found = judged_then(
        room.archive, room.monitor, lexicon, room.attribution, last=last, as_of=as_of or at(day, 12), levels_on=[last]
    )
    assert found is not None
    return found


def levels(room, day=LAST):
    run = levels_to(room.archive, room.monitor, room.tagger.lexicon, room.attribution, last=on(day))
    return tuple(run.on(on(day)))


def by_id(alerts):
    return sorted(alerts, key=lambda one: one.id)


def test_of_all_that_is_known_it_gives_what_the_update_stored(opened):  # noqa: F811
    room = opened("whole")
    found = then(room)
    assert by_id(found.alerts) == by_id(arising(room))
    assert found.alerts
    assert found.levels[on(LAST)] == levels(room)


def late_stories(room):
    """Stories of the days before that reach us later."""
    items = []
    for n in range(6):
        text = f"There is a food shortage in Stepanakert. {' '.join(f'w{n}x{k}' for k in range(40))}."
        items.append((f"late-{n}", f"Bread queue {n} far away", text, at(LAST - 4)))
    room.archive.store([room.visit("one", at(LAST + 1), *items)], utc_offset_hours=room.monitor.utc_offset_hours)


def edits(room):
    """All that the first paper said on the day of the burst is taken back later."""
    items = [(f"one-88-{n}", f"Taken back {n}", f"A garden party {n} was held.", at(88, -1)) for n in range(1, 5)]
    room.archive.store([room.visit("one", at(LAST + 1), *items)], utc_offset_hours=room.monitor.utc_offset_hours)


def a_decision(room):
    alert = the_alert(room)
    decision = Decision(alert.id, "dismissed", "one wire story", "A. Person", alert.since, alert.last_alarm)
    stored.decide(room.archive, decision, at=at(LAST + 1), judge_from=alert.since)


def days_go_on(room):
    live(room, range(LAST + 1, LAST + 9))


LATER = (late_stories, edits, a_decision, days_go_on)


@pytest.mark.parametrize("happens", LATER, ids=[one.__name__ for one in LATER])
def test_a_moment_judged_from_what_is_stored_is_that_judged_from_the_first_day(opened, happens, monkeypatch):  # noqa: F811
    room = opened("whole")
    happens(room)
    room.count()
    stored_part, begun = then(room), []
    of = module.first_moved
    monkeypatch.setattr(module, "first_moved", lambda *args, **named: begun.append(of(*args, **named)))
    assert then(room) == stored_part
    assert begun[0] is not None  # else both were judged from the first day


@pytest.mark.parametrize("happens", LATER, ids=[one.__name__ for one in LATER])
def test_what_happens_later_changes_nothing_of_what_stood(opened, happens):  # noqa: F811
    room = opened("whole")
    before = then(room)
    happens(room)
    room.count()
    assert then(room) == before
    now = then(room, as_of=at(LAST + 20))
    assert happens is days_go_on or now != before  # the test would see a difference


def test_a_decision_made_by_then_counts(opened):  # noqa: F811
    room = opened("whole")
    a_decision(room)
    room.count()
    found = then(room, as_of=at(LAST + 2))
    assert [one.decision.action for one in found.decisions] == ["dismissed"]
    assert by_id(found.alerts) == by_id(arising(room))
    assert found.levels[on(LAST)] == levels(room)


def test_a_day_before_the_first_poll_has_nothing_to_judge(opened):  # noqa: F811
    room = opened("quiet")
    last = on(0) - timedelta(days=30)
    args = room.archive, room.monitor, room.tagger.lexicon, room.attribution
    assert judged_then(*args, last=last, as_of=NOON, levels_on=[last]) is None
