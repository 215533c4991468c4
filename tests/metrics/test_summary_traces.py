"""Every sentence of a summary stands on articles of the archive, and every figure in it on what the archive counts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest

from dashboard.export import FORMATS, render
from feeds.sources import Outlets
from metrics import store
from metrics.ledger import figures_table
from metrics.situation import levels_to
from metrics.store import alerts as stored
from metrics.summary import SEEN_STATES, Sentence, summary_of, window_of
from tests.metrics.test_alerts import BURST, LAST, folders, on, opened  # noqa: F401  fixtures
from tests.metrics.test_judged_then import LATER, days_go_on, late_stories

pytestmark = pytest.mark.thorough

FIRST_ALARM = on(BURST[0])


def summarised(room, day, *, first=None, lang="en", as_of=None):
    sources = tuple(room.sources.values())
    outlets = Outlets(one.outlet for one in sources)
    moment = as_of or window_of(room.monitor, day)[1]
    return summary_of(
        room.archive, room.monitor, room.tagger.lexicon, sources, outlets, day=day, first=first, as_of=moment, lang=lang
    )  # fmt: skip


def sentences(summary) -> list[Sentence]:
    """Every sentence of ours that speaks of stories."""
    told = chain(summary.alerts, summary.levels, summary.corrections, summary.changes, summary.pillars)
    lines = (summary.unchanged, summary.unchanged_named, summary.none_seen)
    return [*summary.highlights, *(one.sentence for one in told), *(one for one in lines if one)]


def figures(text):
    return [float(number) for number in re.findall(r"(?<![\d.-])\d+(?:\.\d+)?(?![\d.-])", text.replace(",", ""))]


@pytest.fixture(scope="module")
def issue(folders, tmp_path_factory, room_in, source):  # noqa: F811
    """The archive of the burst, and the issue of its first day in alarm."""
    import shutil

    from tests.metrics.test_alerts import KEYS, SIDES

    folder = tmp_path_factory.mktemp("traces") / "room"
    shutil.copytree(folders["whole"], folder)
    room = room_in(folder, *(source(key, side) for key, side in zip(KEYS, SIDES, strict=True)))
    yield room, summarised(room, FIRST_ALARM)
    room.archive.close()


def test_every_article_that_a_sentence_names_is_in_the_archive(issue):
    room, summary = issue
    named = {article for one in sentences(summary) for article in one.articles}
    named |= {article for one in summary.figures for article in one.articles}
    named |= {one.article for one in summary.publications}
    assert len(named) > 10
    assert {one.id for one in room.archive.articles(sorted(named))} == named


def test_every_sentence_with_a_number_of_stories_names_them(issue):
    _, summary = issue
    told = chain(summary.alerts, summary.levels, summary.changes)
    assert all(one.sentence.articles for one in told)
    assert {one.turn for one in summary.alerts} == {"opened"}
    assert summary.levels


def test_the_figures_of_an_alert_are_those_that_were_stored(issue):
    room, summary = issue
    known = {one.alert.id: one.alert for one in stored.stored_alerts(room.archive)}
    for note in summary.alerts:
        alert = known[note.id]
        wanted = [alert.observed, alert.window, alert.baseline_days, alert.families, 7, len(alert.sides)]
        assert set(figures(note.sentence.text)) >= {float(one) for one in wanted}
        assert f"{int(alert.expected * 10 + 0.5) / 10:.1f}" in note.sentence.text
        assert alert.opened.isoformat() in note.sentence.text


def test_a_level_moves_from_where_it_was_to_where_it_is(issue):
    room, summary = issue
    args = room.archive, room.monitor, room.tagger.lexicon, room.attribution
    run = levels_to(*args, last=on(LAST))
    now = {(one.indicator, one.people): one for one in run.on(FIRST_ALARM)}
    before = {(one.indicator, one.people): one for one in run.on(FIRST_ALARM - timedelta(days=1))}
    for move in summary.levels:
        key = move.indicator, move.people
        assert (move.before, move.now) == (before[key].level, now[key].level)
        assert float(now[key].reported_7) in figures(move.sentence.text)
    moved = {key for key, one in now.items() if one.level != before[key].level and key[1] != "unstated"}
    active = {key for key in room.monitor.indicator_keys if room.monitor.indicator(key).is_active(FIRST_ALARM)}
    assert {(one.indicator, one.people) for one in summary.levels} == {key for key in moved if key[0] in active}


def test_counts_of_a_range_equal_the_daily_table(issue):
    room, _ = issue
    first, last = on(84), on(90)
    summary = summarised(room, last, first=first)
    frame = store.rollup(room.archive, first=first - timedelta(days=7), last=last)

    def counted(indicator, stance, since, until):
        rows = frame[(frame.indicator == indicator) & (frame.stance == stance)]
        return int(rows[(rows.date >= since) & (rows.date <= until)].stories.sum())

    assert {one.indicator for one in summary.changes} >= {"food", "gas"}
    for change in (one for one in summary.changes if not one.people):
        assert change.week == change.day == counted(change.indicator, "reported", first, last)
        assert change.before == counted(
            change.indicator, "reported", first - timedelta(days=7), first - timedelta(days=1)
        )
        assert float(change.week) in figures(change.sentence.text)
    for section in summary.sections:
        for stance, number in section.by_stance:
            assert number == counted(section.indicator, stance, first, last)
    by_indicator = {section.indicator: dict(section.by_stance) for section in summary.sections}
    for pillar, known in zip(summary.pillars, room.monitor.pillars, strict=True):
        if len(known.indicators) == 1:
            assert dict(pillar.by_stance) == by_indicator.get(known.indicators[0], {})


def test_claims_are_those_of_the_ledger(issue):
    room, summary = issue
    table = figures_table(room.archive, room.attribution, first=summary.first, last=summary.day)
    shown = sorted((one.article, one.value, one.subject, one.kind) for one in summary.figures)
    ledger = sorted(table[["article", "value", "subject", "kind"]].itertuples(index=False, name=None))
    assert shown == ledger


# The same for ever ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("happens", LATER, ids=[one.__name__ for one in LATER])
def test_a_week_in_russian_is_the_same_to_the_byte_after_later_arrivals(opened, happens):  # noqa: F811
    room = opened("whole")
    asked = {"day": on(LAST), "first": on(LAST - 6), "lang": "ru"}
    before = {format: render(summarised(room, **asked), format) for format in FORMATS}
    happens(room)
    room.count()
    again = summarised(room, **asked)
    for format in FORMATS:
        assert render(again, format) == before[format], format
    later = render(summarised(room, **asked, as_of=datetime(2023, 5, 15, tzinfo=UTC)), "json")
    assert happens is days_go_on or later != before["json"]  # the test would see a difference


def test_an_alert_that_late_articles_raise_is_told_by_the_next_issue_though_its_day_is_past(opened):  # noqa: F811
    """Its first day lies before the issue's: what counts is that the issue before did not know it."""
    room = opened("quiet")
    day = on(84)
    assert summarised(room, day).alerts == ()
    items = []
    for n in range(9):
        text = f"There is a food shortage in Stepanakert. {' '.join(f'q{n}x{k}' for k in range(40))}."
        items.append((f"q-{n}", f"Bread queue {n} by the road", text, datetime(2023, 4, 4, 9, n, tzinfo=UTC)))
    for key in ("one", "two", "three"):
        mine = [(f"{key}-{guid}", f"{key} {title}", text.replace("x", key), at) for guid, title, text, at in items]
        room.archive.store(
            [room.visit(key, datetime(2023, 4, 5, 8, tzinfo=UTC), *mine)],
            utc_offset_hours=room.monitor.utc_offset_hours,
        )
    room.count()
    told = summarised(room, date(2023, 4, 5)).alerts
    assert [(one.turn, one.indicator, one.day) for one in told if not one.people] == [("opened", "food", day)]


def test_the_night_after_stands_apart_and_is_counted_by_the_next_issue(opened):  # noqa: F811
    room = opened("whole")
    day = on(50)
    end = window_of(room.monitor, day)[1]
    at_end, next_noon = summarised(room, day), summarised(room, day, as_of=end + timedelta(hours=14))
    assert at_end.overnight == ()
    assert next_noon.overnight
    assert {one.day for one in next_noon.overnight} == {day + timedelta(days=1)}
    assert [one.sentence for one in at_end.changes] == [one.sentence for one in next_noon.changes]
    assert next_noon.state in SEEN_STATES


def test_what_came_late_is_no_part_of_the_issue(opened):  # noqa: F811
    room = opened("whole")
    late_stories(room)
    room.count()
    assert summarised(room, on(LAST)).late == ()
    assert summarised(room, on(LAST + 1)).late
