"""Counting: one story once, on its origin's day and side; a recount of touched days equals a full one."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy import stats
from sqlalchemy import insert, select, update

from feeds.archive import open_archive
from feeds.archive.schema import (
    articles,
    credits,
    daily,
    daily_observed,
    daily_rollup,
    daily_totals,
    evidence,
    figures,
    first_carriers,
    rules,
    source_days,
    stale_days,
    story_members,
    tags,
)
from feeds.model import Outlet
from feeds.sources import Outlets
from metrics import store
from metrics.attribution import Attribution
from metrics.daily import COLUMNS, daily_table, observed_days
from metrics.stood import vintage
from metrics.store.revising import revisions_of
from metrics.tag import Tagger
from metrics.trend import by_period, cards
from metrics.update import _Tagging

DAY = date(2023, 1, 10)
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)  # noon in Yerevan, Stepanakert/Khankendi and Baku

FOOD = (
    "There is a food shortage in Nagorno-Karabakh, the local authorities said on Tuesday. "
    "Shops in Stepanakert sold bread by coupon."
)
FUEL = (
    "Petrol stations in Stepanakert ran out of fuel on Wednesday. "
    "Drivers in Nagorno-Karabakh queued all night, and many went home without fuel."
)
DENIAL = (
    "Azerbaijan denied on Friday that there is any food shortage in Nagorno-Karabakh. "
    "A ministry spokesman in Baku called the claims groundless."
)
OTHER = (
    "The parliament of a far country adopted a budget on Monday "
    "after a debate of eleven hours about taxes on tea and salt."
)


def hours(n):
    return NOON + timedelta(hours=n)


def reported(room, indicator="food", **options):
    rows = store.daily_rows(
        room.archive, first=DAY - timedelta(days=40), last=DAY + timedelta(days=40), indicators=[indicator], **options
    )
    return {
        (row.date, *(getattr(row, name) for name in options.get("by", ()))): row.stories
        for row in rows.itertuples()
        if row.stance == "reported"
    }


def test_copies_of_one_text_are_one_story_on_the_side_of_the_origin(newsroom, source):
    room = newsroom(source("first"), source("second", side="azerbaijani"), source("third", side="russian"))
    room.poll("second", hours(-30))
    room.poll("first", hours(-30))
    room.poll("second", hours(3), ("b", "Food runs short", f"BAKU, 10 January. {FOOD}", hours(2)))
    room.poll("first", hours(4), ("a", "Food shortage reported", FOOD, hours(1)))
    room.count()
    assert reported(room) == {(DAY,): 1}
    assert reported(room, by=("side",)) == {(DAY, "armenian"): 1}
    lines, total = store.stories(room.archive, room.attribution, store.StoryQuery(indicator="food"))
    assert (total, lines[0].articles, lines[0].outlets) == (1, 2, 2)
    copies = store.copies(room.archive, room.attribution, lines[0].story)
    assert [line.outlet for line in copies] == ["First", "Second"]


def test_a_late_original_moves_the_story_to_its_day_and_both_days_are_counted_again(newsroom, source):
    room = newsroom(source("copier"), source("origin", side="russian"))
    room.poll("copier", hours(0), ("b", "Food runs short", FOOD, hours(-1)))
    room.count()
    assert reported(room) == {(DAY,): 1}
    room.poll("origin", hours(30), ("a", "Food shortage", FOOD, hours(-30)))
    room.count()
    assert reported(room, by=("side",)) == {(DAY - timedelta(days=1), "russian"): 1}


def test_only_full_and_section_sources_are_counted(newsroom, source):
    room = newsroom(source("paper"), source("search", scope="query"))
    room.poll("search", hours(0), ("a", "Food shortage", FOOD, hours(-1)), ("b", "Fuel runs out", FUEL, hours(-1)))
    room.poll("paper", hours(1), ("c", "Food shortage", FOOD, hours(0)))
    room.count()
    assert reported(room) == {(DAY,): 1}
    assert reported(room, "fuel") == {}
    totals = store.totals(room.archive, first=DAY, last=DAY)
    assert totals["total_stories"].tolist() == [1]
    assert store.stories(room.archive, room.attribution, store.StoryQuery(words="fuel"))[1] == 1


def test_a_day_nobody_could_see_is_not_zero(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(-72), ("a", "Food shortage", FOOD, hours(-73)))
    for day in (-48, -24):
        room.poll("paper", hours(day), outcome="unreachable")
    room.poll("paper", hours(0), ("b", "Budget", OTHER, hours(-1)))
    room.count()
    table = daily_table(
        room.archive, room.monitor, first=DAY - timedelta(days=4), last=DAY, indicator="food", today=DAY
    )
    assert [None if value != value else value for value in table["count"]] == [None, 1, None, None, 0]
    assert table["state"].tolist() == ["before", "full", "unseen", "unseen", "full"]
    assert table["share"].isna().tolist() == [True, False, True, True, True]


def test_a_gap_in_which_nothing_scrolled_out_was_seen(newsroom, source):
    room = newsroom(source("paper"))
    item = ("a", "Food shortage", FOOD, hours(-73))
    room.poll("paper", hours(-72), item)
    room.poll("paper", hours(0), item, ("b", "Fuel runs out", FUEL, hours(-30)))
    room.count()
    assert observed_days(room.archive, first=DAY - timedelta(days=3), last=DAY)["state"].tolist() == ["full"] * 4
    table = daily_table(
        room.archive, room.monitor, first=DAY - timedelta(days=2), last=DAY, indicator="fuel", today=DAY
    )
    assert table["count"].tolist() == [1, 0, 0] or table["count"].tolist() == [0, 1, 0]


def test_evidence_added_by_an_edit_days_later_is_shown_and_not_counted(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    room.poll("paper", hours(60), ("a", "Food shortage", f"{FOOD}\n{FUEL}", hours(-1)))
    room.count()
    assert reported(room) == {(DAY,): 1}
    assert reported(room, "fuel") == {}
    line = store.stories(room.archive, room.attribution, store.StoryQuery(indicator="fuel"))[0][0]
    assert all(line.evidence[n].indicator == "fuel" for n in line.added_later)
    assert line.added_later


def test_evidence_added_within_two_days_counts_on_the_first_day(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.poll("paper", hours(20), ("a", "Food shortage", f"{FOOD}\n{FUEL}", hours(-1)))
    room.count()
    assert reported(room, "fuel") == {(DAY,): 1}


def test_a_new_side_is_counted_again_and_nothing_is_tagged_again(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    moved = replace(room.sources["paper"], outlet=Outlet("paper", "Paper", "paper", "regional"))
    room.attribution = Attribution([moved], Outlets([moved.outlet]))
    done = room.count()
    assert (done.tagged, done.days) == (0, 1)
    assert reported(room, by=("side",)) == {(DAY, "regional"): 1}
    assert room.count().days == 0


def test_new_rules_are_built_beside_the_old_and_switched_to(newsroom, source, monitor, tagger):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    old = store.current_rules(room.archive)

    room.tagger = Tagger(monitor, replace(tagger.lexicon, rules_version="newer"))
    assert reported(room) == {(DAY,): 1}
    done = room.count()
    assert (done.switched, done.tagged, store.current_rules(room.archive).version) == (True, 1, "newer")
    assert store.current_rules(room.archive).id != old.id
    assert reported(room) == {(DAY,): 1}
    assert room.count().tagged == 0


def test_loaded_history_has_its_own_mark(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-24 * 20)), backfill=True)
    room.count()
    day = DAY - timedelta(days=20)
    table = daily_table(
        room.archive, room.monitor, first=day - timedelta(days=1), last=day, indicator="food", today=DAY
    )
    assert table["state"].tolist() == ["before", "backfill"]
    assert table["count"].iloc[1] == 1
    assert table["backfill"].iloc[1] == 1
    assert table["late"].iloc[1] == 1


def test_the_table_has_the_columns_of_the_contract_in_order(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    table = daily_table(
        room.archive, room.monitor, first=DAY, last=DAY, indicator="food", by=("language", "side"), today=DAY
    )
    assert table.columns.tolist() == [*COLUMNS[:8], "language", "side", *COLUMNS[8:], "state"]
    assert table.iloc[0][["count", "total_count", "ratio", "share"]].tolist() == [1, 1, 1, 1]


def test_days_to_come_are_not_in_the_table(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    table = daily_table(
        room.archive, room.monitor, first=DAY, last=DAY + timedelta(days=5), indicator="food", today=DAY
    )
    assert table["date"].tolist() == [DAY]
    empty = daily_table(
        room.archive, room.monitor, first=DAY, last=DAY, indicator="food", today=DAY - timedelta(days=1)
    )
    assert empty.empty


def test_counts_add_up_over_languages_and_sides(newsroom, source):
    room = newsroom(source("a"), source("b", side="azerbaijani"), source("c", side="russian"))
    room.poll("a", hours(0), ("1", "Food shortage", FOOD, hours(-1)))
    room.poll("b", hours(0), ("2", "No shortage, says Baku", DENIAL, hours(-1)))
    room.poll("c", hours(0), ("3", "Fuel runs out", FUEL, hours(-1)), ("4", "Budget", OTHER, hours(-1)))
    room.count()
    for stance in ("reported", "denied"):
        whole = store.daily_rows(room.archive, first=DAY, last=DAY, stances=[stance])
        parts = store.daily_rows(room.archive, first=DAY, last=DAY, stances=[stance], by=("language", "side"))
        assert (
            whole.groupby("indicator")["stories"].sum().to_dict()
            == parts.groupby("indicator")["stories"].sum().to_dict()
        )
    assert store.totals(room.archive, first=DAY, last=DAY)[["total_stories", "relevant_stories"]].values.tolist() == [
        [4, 3]
    ]


def test_a_card_compares_the_week_with_the_four_weeks_before(newsroom, source):
    room = newsroom(source("paper"))
    kept = ("z", "Budget", OTHER, hours(-40 * 24))
    words = OTHER.split()
    for n in range(-34, 1):
        filler = " ".join(
            random.Random(n).sample(words, len(words))
        )  # else the daily reports are copies of one another
        item = (f"a{n}", f"Report {n}", f"{filler} There is a food shortage in Nagorno-Karabakh.", hours(24 * n - 1))
        room.poll("paper", hours(24 * n), kept, *([item] if n > -7 or n % 7 == 0 else []))
    room.count()
    card = next(one for one in cards(room.archive, room.monitor, today=DAY) if one.indicator == "food")
    assert card.stories_7 == 7
    assert card.before_28 == pytest.approx(1.0)
    assert card.change == pytest.approx(7.0)
    low, high = stats.beta(7.5, 4.5).ppf([0.025, 0.975])  # 7 of the 11 stories are of the week, a fifth of the days
    assert card.change_low == pytest.approx(low / (1 - low) * 4)
    assert card.change_high == pytest.approx(high / (1 - high) * 4)
    assert len(card.spark) == 28
    assert card.share_low < card.share_7 <= card.share_high


def test_a_card_of_an_empty_archive_says_that_nothing_is_known(newsroom, source):
    room = newsroom(source("paper"))
    room.count()
    card = cards(room.archive, room.monitor, today=DAY)[0]
    assert (card.stories_7, card.before_28, card.change, card.share_7) == (None, None, None, None)
    assert (card.change_low, card.change_high) == (None, None)
    assert set(card.spark) == {None}


def test_weeks_sum_what_could_be_seen_and_say_what_could_not(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(-72), ("a", "Food shortage", FOOD, hours(-73)))
    room.poll("paper", hours(-48), outcome="unreachable")
    room.poll("paper", hours(0), ("b", "Fuel runs out", FUEL, hours(-1)))
    room.count()
    table = daily_table(
        room.archive, room.monitor, first=DAY - timedelta(days=8), last=DAY, indicator="food", today=DAY
    )
    weeks = by_period(table, "W")
    assert weeks["date"].tolist() == [date(2023, 1, 2), date(2023, 1, 9)]
    assert weeks["count"].tolist()[0] == 1
    assert weeks["unseen_days"].tolist() == [7 - 1, 1]
    before = by_period(table[table["state"] == "before"], "W")
    assert before["count"].isna().all(), "a week nobody could see is not zero"


SHORTAGE = (
    "Since the middle of December there has been a shortage of food and medicine in Nagorno-Karabakh, "
    "as almost nothing can be brought in."
)
TEXTS = (FOOD, FUEL, DENIAL, OTHER, f"{FUEL}\n{SHORTAGE}", f"{DENIAL}\n{SHORTAGE}", f"{OTHER}\n{SHORTAGE}")
DERIVED = (
    tags, evidence, figures, credits, first_carriers, story_members, stale_days, daily, daily_rollup, daily_totals,
    source_days,
)  # fmt: skip


def snapshot(room):
    """All rows of the derived tables, without the id of the rules they stand under."""
    rows = {}
    with room.archive.reading() as connection:
        for table in (*DERIVED, daily_observed):
            columns = [column for column in table.columns if column.name != "rules"]
            rows[table.name] = sorted(map(tuple, connection.execute(select(*columns))), key=str)
    return rows


STEP = st.tuples(
    st.sampled_from(["one", "two"]),  # which source
    st.integers(0, len(TEXTS) - 1),
    st.integers(0, 3),  # which guid: the same guid with another text is an edit
    st.integers(-60, 0),  # published, hours before the poll
    st.booleans(),  # count after this step
)


@pytest.mark.thorough
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=8))
@example(  # an answer that still holds an old item shows that nothing was missed on the days before it
    [
        ("one", 0, 0, 0, False),
        ("two", 0, 0, 0, False),
        ("two", 0, 0, 0, False),
        ("two", 0, 0, 0, True),
        ("one", 0, 0, 0, False),
    ]
)
@example(  # the first to carry the paragraph loses it by an edit before it was ever counted
    [("one", 4, 0, 0, False), ("one", 5, 1, 0, False), ("one", 3, 0, 0, True), ("one", 6, 2, 0, True)]
)
@example(  # the same, when it was counted before
    [("one", 4, 0, 0, True), ("one", 5, 1, 0, True), ("one", 3, 0, 0, True), ("one", 6, 2, 0, True)]
)
@example(  # an article gains the paragraph by an edit after another carried it
    [("one", 3, 0, 0, True), ("one", 5, 1, 0, True), ("one", 4, 0, 0, True), ("one", 6, 2, 0, True)]
)
def test_recounting_touched_days_equals_counting_everything(newsroom, source, steps):
    room = newsroom(source("one"), source("two", side="russian"))
    for n, (key, text, guid, ago, count_now) in enumerate(steps):
        at = hours(13 * n)
        title = f"Title of {text} in the valley today"
        room.poll(key, at, (f"{key}{guid}", title, TEXTS[text], at + timedelta(hours=ago)))
        if count_now:
            room.count()
    room.count()
    before = snapshot(room)
    assert not before["stale_days"]
    assert room.count(everything=True).switched
    assert snapshot(room) == before


def test_days_far_apart_weigh_a_source_the_same_however_it_is_counted(newsroom, source):
    """56 observed days can reach back further than half a year: a source seen every sixth day."""
    room = newsroom(source("rare"), source("other"))
    for n in range(60):
        room.poll("rare", hours(24 * 6 * n), (f"r{n}", f"Report {n}", f"{FOOD} {n}", hours(24 * 6 * n)))
        room.poll("other", hours(24 * 6 * n), (f"o{n}", f"Notes {n}", f"{OTHER} {n}", hours(24 * 6 * n)))
    room.count()
    text = "A football club from Gyumri won the cup on Tuesday evening after extra time, its first in nine years."
    room.poll("rare", hours(24 * 6 * 60), ("last", "Football", text, hours(24 * 6 * 60)))
    assert room.count().days == 1
    before = snapshot(room)
    room.count(everything=True)
    assert snapshot(room) == before


def test_an_interruption_before_the_days_are_counted_loses_nothing(newsroom, source):
    room = newsroom(source("one"), source("two", side="russian"))
    for n in range(40):
        room.poll("one", hours(24 * n), (f"a{n}", f"Report {n}", TEXTS[n % 3], hours(24 * n)))
        room.poll("two", hours(24 * n), (f"b{n}", f"Notes {n}", TEXTS[3], hours(24 * n)))
    rules = store.prepare_rules(room.archive, room.tagger.lexicon.rules_version, now=NOON, fresh=False)
    _Tagging(room.archive, room.tagger, rules, room.attribution).run(1, lambda done, total: None)
    store.mark_all_stale(room.archive, rules)
    store.observe(room.archive, rules, room.monitor, room.attribution, since=None)
    days = store.stale_days(room.archive, rules)
    store.recount(room.archive, rules, days[:7], room.attribution)  # here somebody pulls the plug

    room.count()
    before = snapshot(room)
    assert len(before["daily_observed"]) == 80
    room.count(everything=True)
    assert snapshot(room) == before


def test_what_was_replaced_is_not_taken_for_a_build_to_go_on_with(newsroom, source):
    """Killed after the switch, before the old rows were dropped: --all must begin anew, not go on with the old ones."""
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    version = room.tagger.lexicon.rules_version
    with room.archive.writing() as connection:
        connection.execute(update(rules).values(is_current=False))
        row = {"version": version, "sources_hash": "", "mark": 0, "counted": 0, "is_current": True, "built": NOON}
        connection.execute(insert(rules).values(**row))
    assert room.count(everything=True).tagged == 1
    with room.archive.reading() as connection:
        assert connection.execute(select(rules.c.is_current, rules.c.mark)).all() == [(True, 1)]


def as_of(room, moment):
    first, last = DAY - timedelta(days=3), DAY + timedelta(days=2)
    then = vintage(room.archive, room.tagger, room.attribution, first=first, last=last, as_of=moment)
    rows = then.daily_rows(first=first, last=last, by=["side"])
    assert len(rows)
    return rows.merge(then.observed(first=first, last=last), on="date", how="outer")


def rolled_up(room):
    return store.rollup(room.archive, first=DAY - timedelta(days=40), last=DAY + timedelta(days=40))


def test_the_roll_up_that_charts_read_has_the_rows_of_its_table_by_date(newsroom, source):
    room = newsroom(source("one"), source("two", side="russian"))
    for n in range(9):
        item = (f"g{n}", f"Title number {n} of the day", f"{TEXTS[n % len(TEXTS)]} {n}", hours(13 * n - 1))
        room.poll(("one", "two")[n % 2], hours(13 * n), item)
    room.count()
    names = ["day", "indicator", "stance", "stories", "articles", "late", "backfill"]
    with room.archive.reading() as connection:
        rows = connection.execute(select(*(daily_rollup.c[name] for name in names))).all()
    found = rolled_up(room)
    assert sorted(found.itertuples(index=False, name=None)) == sorted(map(tuple, rows))
    assert len({row.indicator for row in rows}) > 1
    assert found["date"].is_monotonic_increasing
    assert list(found.columns) == ["date", *names[1:]]
    some = store.rollup(room.archive, first=DAY, last=DAY + timedelta(days=1), indicators=["fuel"])
    wanted = [row for row in rows if row.indicator == "fuel" and DAY <= row.day <= DAY + timedelta(days=1)]
    assert sorted(some.itertuples(index=False, name=None)) == sorted(map(tuple, wanted)) != []


def test_the_rows_are_the_same_on_postgresql(newsroom, source, own_database):
    rooms = [newsroom(source("one"), source("two", side="russian")) for _ in range(2)]
    rooms[1].archive.close()
    rooms[1].archive = open_archive(own_database)
    for room in rooms:
        for n in range(12):
            item = (f"g{n % 5}", f"Title number {n} of the day", TEXTS[n % len(TEXTS)], hours(13 * n - 1))
            room.poll(("one", "two")[n % 2], hours(13 * n), item)
            if n % 3 == 0:
                room.count()
        room.count()
    pd.testing.assert_frame_equal(rolled_up(rooms[1]), rolled_up(rooms[0]))
    logs = [revisions_of(room.archive) for room in rooms]
    assert logs[0] == logs[1] != []
    pd.testing.assert_frame_equal(*[as_of(room, hours(60)) for room in rooms])
    expected = snapshot(rooms[0])
    assert expected["first_carriers"]
    assert snapshot(rooms[1]) == expected
    assert rooms[1].count(everything=True).switched
    assert snapshot(rooms[1]) == expected


AGENCY = (
    f"VALE, 9 January (AFP) - {FOOD} The road has been closed for a month, and nobody knows when it will open again."
)
COPIED = [AGENCY, f"{AGENCY} Read more on our site.", AGENCY.replace("Tuesday", "Monday"), *TEXTS[:4], ""]
ARRIVAL = st.tuples(
    st.sampled_from(["one", "two"]),
    st.integers(0, len(COPIED) - 1),
    st.integers(0, 5),  # which guid: the same guid with another text is an edit
    st.integers(-400, 0),  # published, hours before the poll: late originals, up to another window
    st.booleans(),  # count after this step
)


@pytest.mark.thorough
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ARRIVAL, min_size=1, max_size=10))
@example([("one", 0, 0, 0, True), ("two", 1, 0, -300, True), ("one", 3, 0, 0, True), ("two", 0, 1, 0, True)])
def test_counted_at_once_bit_by_bit_or_found_anew_all_is_the_same_to_the_byte(newsroom, source, arrivals):
    sources = source("one"), source("two", side="russian")
    bit_by_bit, at_once = newsroom(*sources), newsroom(*sources)
    for n, (key, text, guid, ago, count_now) in enumerate(arrivals):
        at = hours(20 * n)
        item = (f"{key}{guid}", f"Headline of {text % 3} in the valley", COPIED[text], at + timedelta(hours=ago))
        for room in (bit_by_bit, at_once):
            room.poll(key, at, item)
        if count_now:
            bit_by_bit.count()
    bit_by_bit.count()
    at_once.count()
    assert snapshot(bit_by_bit) == snapshot(at_once)
    before = snapshot(at_once)
    at_once.count(stories=True)
    assert snapshot(at_once) == before


def test_an_edited_article_keeps_its_story(newsroom, source):
    room = newsroom(source("one"), source("two"))
    room.poll("one", hours(0), ("a", "Food shortage reported", AGENCY, hours(-1)))
    room.poll("two", hours(1), ("b", "Food runs short", AGENCY, hours(0)))
    room.count()
    room.poll("two", hours(2), ("b", "Budget adopted", OTHER, hours(0)))
    room.count()
    assert [row[1] for row in snapshot(room)["story_members"]] == [1, 1]
    room.count(stories=True)
    assert [row[1] for row in snapshot(room)["story_members"]] == [1, 1]


def test_history_loaded_later_finds_its_copies_of_that_time_and_of_no_other(newsroom, source):
    room = newsroom(source("one"), source("two"))
    for n, year in enumerate((2, 1, 0)):
        at = hours(-24 * 365 * year)
        room.poll("one", hours(n), (f"a{year}", "Food shortage", AGENCY, at), backfill=True)
        room.count()
    for n, year in enumerate((1, 0, 2)):
        at = hours(-24 * 365 * year + 5)
        room.poll("two", hours(10 + n), (f"b{year}", "Food runs short", AGENCY, at), backfill=True)
        room.count()
    assert {row[0]: row[1] for row in snapshot(room)["story_members"]} == {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 1}


def moved_origins(room):
    """story → its origin, of those whose origin is not the article first seen, which gave the story its id."""
    first = {}
    with room.archive.reading() as connection:
        query = select(story_members.c.story, articles.c.first_time, articles.c.seen, articles.c.id)
        for story, *time, article in connection.execute(query.join(articles, articles.c.id == story_members.c.article)):
            first[story] = min(first.get(story, (*time, article)), (*time, article))
    return {story: article for story, (*_, article) in first.items() if article != story}


def test_late_originals_edits_and_history_leave_the_same_stories_when_all_is_found_anew(newsroom, source):
    room = newsroom(source("one"), source("two", side="russian"), source("agency", side="western"))
    draw = random.Random(5)
    for n in range(12):
        told = (
            f"VALE (AFP) - {10 + n} people were wounded by shelling in Stepanakert, Nagorno-Karabakh, an officer said."
        )
        told += (
            f" {SHORTAGE} {n} Those of house {n} of street {7 * n} went to relatives in town {3 * n} by road {5 * n}."
        )
        for key in draw.sample(["one", "two", "agency"], 3):
            at = hours(30 * n + draw.randrange(20))
            published = at - timedelta(hours=draw.choice([0, 1, 30, 100]))
            room.poll(key, at, (f"{key}{n}", f"Village {n} tells of {key}", told, published), backfill=n % 5 == 4)
            if draw.random() < 0.3:
                room.count()
        if n % 4 == 3:  # an edit
            room.poll("one", at, (f"one{n}", f"Village {n} tells more", f"{told} A doctor came later.", published))
    room.count()
    before, moved = snapshot(room), moved_origins(room)
    assert len(moved) > 2
    assert before["figures"]
    assert before["credits"]
    assert len({row[1] for row in before["story_members"]}) < len(before["story_members"]) / 2
    for anew in ({"stories": True}, {"stories": True, "everything": True}):
        room.count(**anew)
        assert snapshot(room) == before
        assert moved_origins(room) == moved
