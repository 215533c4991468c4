"""The tables of stories: from the wire to who carried them, whose report they are, and how many report on their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.export import json_, md
from feeds.model import Item
from metrics import store
from metrics.store.story_tables import COLUMNS, REPORT_COLUMNS, event_groups, reading_of, reports_daily, story_table
from metrics.summary import summary_of

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
DAY = date(2026, 1, 2)


@pytest.fixture
def room(newsroom, source):
    """One shortage: a wire, its copy, a paper that rewrites it and says so, and one that was there itself."""
    return newsroom(
        source("wire"), source("copyist", side="russian"), source("rewriter"), source("witness", side="western"),
        source("other"), source("topic", scope="query"),
    )  # fmt: skip


WIRE = (
    "There is no bread in the shops of Stepanakert since Friday morning, the bakers' union said, because flour ran out."
    " Queues of two hundred people stood before the only open bakery, and many went home with nothing at all."
)
REWRITE = (
    "Residents of Stepanakert are without bread, Wire reports. Two hundred of them queued at a bakery in the centre on "
    "Friday, the last one still working after flour had run out across the town."
)
WITNESS = (
    "Our correspondent stood in a queue of 200 people in Stepanakert on Friday and got no bread. The baker said there"
    " is no flour left and that he would close the shop in the evening."
)


def polled(room, *, order=("wire", "copyist", "rewriter", "witness")):
    texts = {"wire": WIRE, "copyist": WIRE, "rewriter": REWRITE, "witness": WITNESS}
    for n, key in enumerate(order):
        at = NOON + timedelta(minutes=10 * n)
        room.poll(key, at, (f"{key}-1", f"No bread in Stepanakert, {key}", texts[key], NOON))
    room.count()
    return reading_of(room.tagger.lexicon, room.attribution)


def table(room, reading, **options):
    return story_table(room.archive, reading, first=DAY, last=DAY, **options)


def test_one_row_a_story_with_who_carried_it(room):
    found = table(room, polled(room))
    assert tuple(found.columns) == COLUMNS
    assert len(found) == 3
    wire = found.iloc[0]
    assert (wire["outlet"], wire["articles"], wire["outlets"]) == ("Wire", 2, 2)
    assert wire["families"] == ("copyist", "wire")
    assert wire["sides"] == ("armenian", "russian")
    assert wire["languages"] == ("en",)
    assert wire["last_seen"] - wire["first_seen"] == timedelta(minutes=10)


def test_a_credited_rewrite_adds_no_independent_report(room):
    found = table(room, polled(room)).set_index("outlet")
    assert found.loc["Rewriter", "credited"] == "wire"
    assert found.loc["Witness", "credited"] == ""
    assert found["group"].nunique() == 1
    assert set(found["group_stories"]) == {3}
    assert set(found["independent_reports"]) == {2}


def test_what_was_not_yet_seen_is_not_in_it(room):
    reading = polled(room)
    early = table(room, reading, as_of=NOON + timedelta(minutes=15))
    assert list(early["outlet"]) == ["Wire"]
    assert list(early["independent_reports"]) == [1]


def test_reports_a_day_beside_articles_and_stories(room):
    reading = polled(room)
    found = reports_daily(room.archive, reading, first=DAY, last=DAY)
    assert tuple(found.columns) == REPORT_COLUMNS
    food = found[(found["indicator"] == "food") & (found["stance"] == "reported")].iloc[0]
    assert (food["articles"], food["stories"], food["reports"]) == (4, 3, 2)


def test_articles_and_stories_are_those_of_the_daily_table(room):
    reading = polled(room)
    room.poll(
        "topic",
        NOON + timedelta(hours=1),
        ("t-1", "No bread in Askeran", WITNESS.replace("Stepanakert", "Askeran"), NOON),
    )
    room.count()
    ours = reports_daily(room.archive, reading, first=DAY, last=DAY)
    theirs = store.rollup(room.archive, first=DAY, last=DAY)
    keys = ["date", "indicator", "stance"]
    both = ours.merge(theirs, on=keys, suffixes=("", "_counted"))
    assert len(both) == len(ours) == len(theirs)
    assert list(both["articles"]) == list(both["articles_counted"])
    assert list(both["stories"]) == list(both["stories_counted"])


def test_an_empty_archive_has_no_rows_but_all_columns(room):
    room.count()
    reading = reading_of(room.tagger.lexicon, room.attribution)
    assert tuple(table(room, reading).columns) == COLUMNS
    assert reports_daily(room.archive, reading, first=DAY, last=DAY).empty
    assert event_groups(room.archive, reading, first=DAY, last=DAY) == []


def test_an_edit_that_takes_the_credit_out_is_read_again(room):
    reading = polled(room)
    polled_edit(room)
    found = table(room, reading).set_index("outlet")
    assert found.loc["Rewriter", "credited"] == ""
    assert set(found["independent_reports"]) == {3}


def summarised(room, at):
    found = summary_at(room, at)
    stories = [*found.others, *(story for section in found.sections for story in section.stories)]
    return json_.render(found), {story.outlet: story for story in stories}


def test_the_summary_says_whose_report_a_story_is_and_stays_so_after_a_later_edit(room):
    polled(room)
    at = NOON + timedelta(hours=1)
    before, told = summarised(room, at)
    assert told["Rewriter"].credited == "Wire"
    assert told["Wire"].independent_reports == 2
    assert len(told["Wire"].event) == 3
    assert "says it has this from Wire" in md.render(summary_at(room, at)).decode()
    polled_edit(room)
    assert summarised(room, at)[0] == before
    assert summarised(room, NOON + timedelta(hours=3))[1]["Rewriter"].credited == ""


def summary_at(room, at):
    return summary_of(
        room.archive, room.monitor, room.tagger.lexicon, tuple(room.sources.values()), room.attribution.outlets,
        day=DAY, as_of=at,
    )  # fmt: skip


def polled_edit(room):
    later = Item("rewriter-1", "http://rewriter.example/rewriter-1", "No bread in Stepanakert, rewriter",
                 REWRITE.replace(", Wire reports", ""), NOON)  # fmt: skip
    room.poll("rewriter", NOON + timedelta(hours=2), later)
    room.count()
