"""The table as it stood: what `daily` printed after each step is printed again, to the byte, when all is over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feeds.errors import HouseError
from metrics.attribution import Attribution
from metrics.commands_daily import moment, table_bytes
from metrics.daily import daily_table
from metrics.stood import vintage
from metrics.store import Everything, Panel

DAY = date(2023, 1, 10)
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)  # noon in Yerevan, Stepanakert/Khankendi and Baku
FIRST, LAST = DAY - timedelta(days=12), DAY + timedelta(days=12)

FOOD = "There is a food shortage in Nagorno-Karabakh, the local authorities said on Tuesday. Bread is sold by coupon."
FUEL = "Petrol stations in Stepanakert ran out of fuel on Wednesday. Drivers queued all night in the cold for nothing."
DENIAL = "Azerbaijan denied on Friday that there is any food shortage in Nagorno-Karabakh; the claims were groundless."
OTHER = "The parliament of a far country adopted a budget on Monday after a long debate about taxes on tea and salt."
RUSSIAN = "В Степанакерте нет хлеба: в Нагорном Карабахе острая нехватка продовольствия, сообщили власти во вторник."
BACKGROUND = "Since the middle of December there has been a shortage of food and medicine in Nagorno-Karabakh for all."
TEXTS = (FOOD, FUEL, DENIAL, OTHER, RUSSIAN, f"{FUEL}\n{BACKGROUND}", f"{OTHER}\n{BACKGROUND}")


def hours(n):
    return NOON + timedelta(hours=n)


def printed(room, at, counts):
    """What `metrics daily` prints of the range on the day of `at`."""
    today = room.monitor.day_of(at)
    tables = [
        daily_table(
            room.archive, room.monitor, first=FIRST, last=LAST, indicator=indicator, stance=stance, by=by, today=today,
            counts=counts,
        )
        for indicator, stance, by in (
            ("food", "reported", ()), ("food", "denied", ()), ("fuel", "reported", ("people", "language", "side"))
        )
    ]  # fmt: skip
    return [table_bytes(table.drop(columns="state"), "csv").decode() for table in tables]


def as_of(room, at, **options):
    last = min(LAST, room.monitor.day_of(at))
    return vintage(room.archive, room.tagger, room.attribution, first=FIRST, last=last, as_of=at, **options)


STEP = st.tuples(
    st.sampled_from(["one", "two", "three"]),
    st.integers(0, len(TEXTS) - 1),
    st.integers(0, 3),  # which guid: the same guid with another text is an edit
    st.integers(-150, 2),  # published, hours before the poll: late originals; ahead of our clock
    st.sampled_from(["poll", "poll", "poll", "down", "load"]),
    st.integers(0, 40),  # hours since the step before
)


@pytest.mark.thorough
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=8))
@example(  # a copy, then its original; an edit into another subject within two days, and one after them
    [
        ("one", 0, 0, -1, "poll", 10), ("two", 0, 0, -40, "poll", 20), ("one", 1, 0, -1, "poll", 5),
        ("one", 5, 0, -1, "poll", 40), ("two", 2, 0, -1, "poll", 40), ("two", 0, 0, -1, "poll", 40),
    ]
)  # fmt: skip
@example(  # a source that was down, history for those days, and a paragraph that becomes background by an edit
    [
        ("one", 5, 0, 0, "poll", 0), ("one", 0, 0, 0, "down", 30), ("one", 0, 1, -90, "load", 3),
        ("two", 6, 0, -10, "poll", 30), ("one", 6, 1, 0, "poll", 30), ("one", 3, 0, 0, "poll", 9),
    ]
)  # fmt: skip
def test_the_table_as_of_a_moment_is_what_was_printed_then(newsroom, source, steps):
    room = newsroom(source("one"), source("two", side="russian", language="ru"), source("three", scope="query"))
    kept, at = [], hours(-60)
    for key, text, guid, ago, kind, gap in steps:
        at += timedelta(hours=gap, seconds=1)
        item = (f"{key}{guid}", f"Title of {text} in the valley", TEXTS[text], at + timedelta(hours=ago))
        items = () if kind == "down" else (item,)
        room.poll(key, at, *items, outcome="unreachable" if kind == "down" else "ok", backfill=kind == "load")
        room.count()
        panel = Panel(room.archive, room.attribution, first=FIRST, last=min(LAST, room.monitor.day_of(at)))
        kept.append((at, printed(room, at, Everything(room.archive)), printed(room, at, panel)))
    for then, everything, panel in kept:
        assert printed(room, then, as_of(room, then)) == everything
        assert printed(room, then, as_of(room, then, fixed=True)) == panel


def test_a_late_original_moves_the_story_only_from_its_arrival_on(newsroom, source):
    room = newsroom(source("copier"), source("origin", side="russian"))
    room.poll("origin", hours(-60))
    room.poll("copier", hours(-60))
    room.poll("copier", hours(0), ("b", "Food runs short", FOOD, hours(-1)))
    room.poll("origin", hours(30), ("a", "Food shortage", FOOD, hours(-30)))
    room.count()

    def food(at):
        rows = as_of(room, at).daily_rows(first=FIRST, last=DAY, indicators=["food"], stances=["reported"], by=["side"])
        return {(row.date, row.side): row.stories for row in rows.itertuples()}

    assert food(hours(29)) == {(DAY, "armenian"): 1}
    assert food(hours(30)) == {(DAY - timedelta(days=1), "russian"): 1}


def test_weights_of_long_ago_are_those_of_then(newsroom, source):
    """After 28 days a source weighs what it brought: an edit, a load and a retirement since then change nothing."""
    room = newsroom(source("paper"), source("wire", side="russian"))
    kept = []
    for n in range(45):
        at = hours(24 * (n - 45))
        for key, every in (("paper", 1), ("wire", 3)):
            text = f"{FOOD if n % every == 0 else OTHER} {key} number {n} " + " ".join(f"w{n}x{m}" for m in range(30))
            down = "unreachable" if key == "wire" and n in (33, 40) else "ok"
            room.poll(key, at, *(() if down != "ok" else ((f"{n}", f"Report {n}", text, at),)), outcome=down)
        room.count()
        if n > 30:
            kept.append((at, printed(room, at, Everything(room.archive))))
    for n in range(0, 40, 5):
        room.poll("paper", hours(n), (f"{n}", f"Report {n}", OTHER, hours(24 * (n - 45))))
    room.poll("paper", hours(41), *((f"h{n}", "Old", f"{FOOD} {n}", hours(-24 * n)) for n in range(9)), backfill=True)
    room.count()
    retired = [room.sources["paper"], replace(room.sources["wire"], retired="closed")]
    room.poll("wire", hours(42))
    room.attribution = Attribution(retired, room.attribution.outlets)
    room.count()
    for then, table in kept:
        assert printed(room, then, as_of(room, then)) == table
    assert any(",0." in line for line in kept[2][1][0].splitlines()), "some day was seen in part"


def test_before_the_first_poll_there_was_nothing(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    table = daily_table(
        room.archive, room.monitor, first=FIRST, last=DAY, indicator="food", today=DAY, counts=as_of(room, hours(-1))
    )
    assert table["count"].isna().all()
    assert set(table["vintage"]) == {""}


def test_the_vintage_of_a_table_asks_for_the_same_table_again(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    before = printed(room, hours(5), Everything(room.archive))
    [said] = set(pd.read_csv(pd.io.common.StringIO(before[0]))["vintage"])
    room.poll("paper", hours(30), ("b", "More food shortage", f"{FUEL} {FOOD}", hours(-1)))
    room.count()
    at = moment(said, room.monitor, now=hours(99))
    assert printed(room, hours(5), as_of(room, at)) == before


@pytest.mark.parametrize(("text", "reason"), [("soon", "not a time"), ("2024-01-01T00:00", "lies in the future")])
def test_an_as_of_that_cannot_be_answered_is_named(monitor, text, reason):
    with pytest.raises(HouseError, match=reason):
        moment(text, monitor, now=NOON)


def test_words_edited_but_not_counted_are_not_mixed_with_those_counted(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    edited = type("Edited", (), {})()
    edited.lexicon = replace(room.tagger.lexicon, rules_version="edited")
    edited.monitor = room.monitor
    with pytest.raises(HouseError, match="metrics update"):
        vintage(room.archive, edited, room.attribution, first=FIRST, last=LAST, as_of=hours(1))
