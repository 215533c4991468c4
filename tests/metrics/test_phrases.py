"""Stories with some words and stories by place, as the daily table counts; a period beside another one."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from metrics import store
from metrics.daily import daily_table
from metrics.lexicon import read_lexicon
from metrics.periods import beside, days_before, from_day, year_before
from metrics.phrase_daily import most_told, phrase_table, place_table
from metrics.places import read_map, spots
from metrics.store.story_tables import reading_of
from tests.metrics.test_places import DAY, DENIAL, FOOD, GORIS, hours

LAST = DAY + timedelta(days=3)
ARMENIAN = "Ստեփանակերտում հացի պակաս կա, Լեռնային Ղարաբաղում սննդի պակաս է, ասել են տեղի իշխանությունները։"


@pytest.fixture
def room(newsroom, source):
    """A story with a copy on another side, a denial, a search that does not count, Armenian text, a blind day."""
    made = newsroom(
        source("paper"), source("other", side="azerbaijani"), source("hayeren", language="hy"),
        source("search", scope="query"),
    )  # fmt: skip
    made.poll("paper", hours(0), ("a", "Food runs short", FOOD, hours(-1)), ("g", "In Goris", GORIS, hours(-1)))
    made.poll("other", hours(3), ("b", "Food runs short", FOOD, hours(2)), ("d", "No shortage", DENIAL, hours(2)))
    made.poll("hayeren", hours(3), ("h", "Հացի պակաս", ARMENIAN, hours(2)))
    made.poll("search", hours(4), ("s", "Sugar again", FOOD.replace("coupon", "card"), hours(3)))
    for key in ("paper", "other", "hayeren"):
        made.poll(key, hours(24), outcome="unreachable")
        made.poll(key, hours(48), ("z", "Football", "The cup final was played in the rain.", hours(47)))
    made.count()
    return made


def table(room, words, by=(), **more):
    return phrase_table(
        room.archive, room.monitor, room.attribution, words, first=DAY, last=LAST, by=by, today=LAST,
        counts=store.Everything(room.archive), **more,
    )  # fmt: skip


def indicator(room, by=()):
    return daily_table(
        room.archive, room.monitor, first=DAY, last=LAST, indicator="food", by=by, today=LAST,
        counts=store.Everything(room.archive),
    )  # fmt: skip


WORDS = {
    # words → stories, articles on the first day
    "sugar": (1, 2),  # the copy is an article, not a story; the search feed enters no count
    "SUGAR coupon": (1, 2),
    '"sold bread by coupon"': (1, 2),
    '"bread sold"': (0, 0),
    "Karabakh -sugar": (2, 2),  # the denial and the displaced
    "հացի": (1, 1),
    "cup": (0, 0),  # not relevant, so outside the denominator
    "shortage*": (2, 3),
}


@pytest.mark.parametrize(("words", "expected"), WORDS.items())
def test_words_count_stories_by_origin(room, words, expected):
    found = table(room, words)
    assert (found["count"].iloc[0], found["articles"].iloc[0]) == expected
    assert (found["count"].sum(), found["articles"].sum()) == expected, "nothing on the other days"


def test_words_stand_over_the_denominators_of_the_indicators(room):
    mine, theirs = table(room, "sugar"), indicator(room)
    for name in ("date", "total_count", "relevant_count", "observability", "state"):
        pd.testing.assert_series_equal(mine[name], theirs[name])
    assert mine["share"].iloc[0] == 1 / mine["relevant_count"].iloc[0]
    assert list(mine.columns) == list(theirs.columns)


def test_a_day_not_seen_is_unknown_and_not_zero(room):
    mine = table(room, "sugar", reading=reading_of(read_lexicon(room.monitor), room.attribution))
    assert list(mine["state"])[:3] == ["full", "unseen", "full"]
    assert mine["count"].isna().tolist()[:3] == [False, True, False]
    assert mine["reports"].isna().tolist()[:3] == [False, True, False]
    assert mine["count"].iloc[2] == 0
    assert mine["reports"].iloc[0] == 1, "two houses carry one text"


def test_words_by_side_and_language_add_up_to_the_whole(room):
    whole = table(room, "shortage*")["count"].sum()
    for by in ("side", "language"):
        assert table(room, "shortage*", by=(by,))["count"].sum() == whole == 2


def test_a_copy_after_the_range_belongs_to_its_story_in_it(room):
    room.poll("hayeren", hours(96), ("late", "Food runs short", FOOD + " Reprinted later.", hours(95)))
    room.count()
    assert table(room, "reprinted")["count"].iloc[0] == 1, "a story stands on the day of its origin"
    after = LAST + timedelta(days=1)
    assert store.told_in_words(room.archive, room.attribution, "reprinted", first=after, last=after).empty


def test_the_panel_counts_words_of_its_own_sources(room):
    only = room.attribution.only(frozenset({"other"}))
    found = store.told_in_words(room.archive, only, "sugar", first=DAY, last=LAST)
    assert found[["date", "side", "articles"]].values.tolist() == [[DAY, "azerbaijani", 1]]


def test_no_words_and_no_rules(newsroom, source):
    empty = newsroom(source("paper"))
    assert store.told_in_words(empty.archive, empty.attribution, "bread", first=DAY, last=LAST).empty


def by_place(room, indicator, *, reading=None):
    lexicon = read_lexicon(room.monitor)
    shown = spots(lexicon.places, read_map(room.monitor, lexicon.places).within)
    told = store.told_of_places(room.archive, room.attribution, first=DAY, last=LAST)
    found = place_table(
        room.archive, room.monitor, told, shown, first=DAY, last=LAST, indicator=indicator, stance="reported",
        today=LAST, counts=store.Everything(room.archive), reading=reading,
    )  # fmt: skip
    return found, {spot.name: spot.id for spot in shown}


def test_where_displaced_people_live_is_a_province(room):
    found, _ = by_place(room, "shelter")
    assert set(found["place"]) == {"syunik"}, "Goris lies in it"


def test_by_place_a_story_stands_at_each_place_it_names(room):
    mine, names = by_place(room, "food")
    at = mine[mine["date"] == DAY].set_index("place")["count"]
    assert at[next(key for name, key in names.items() if "Stepanakert" in name)] == 2
    assert at[next(key for name, key in names.items() if "Askeran" in name)] == 1
    assert mine[mine["date"] == DAY + timedelta(days=1)]["count"].isna().all()
    said = mine[mine["date"] == DAY].set_index("place")["articles"]
    assert said[next(key for name, key in names.items() if "Stepanakert" in name)] == 3, "one of them is a copy"
    assert mine[mine["date"] == DAY + timedelta(days=1)]["articles"].isna().all()
    assert len(most_told(mine, "place", 1)) == 1


def test_periods_stand_beside_each_other_day_by_day():
    first, last = date(2024, 3, 1), date(2024, 3, 3)
    assert days_before(first, last) == (date(2024, 2, 27), date(2024, 2, 29))
    assert year_before(first, last) == (date(2023, 3, 1), date(2023, 3, 3))
    assert from_day(date(2020, 1, 1), first, last) == (date(2020, 1, 1), date(2020, 1, 3))
    now = pd.DataFrame({"date": pd.date_range(first, last).date, "count": [1.0, float("nan"), 3.0]})
    then = pd.DataFrame({"date": pd.date_range("2023-03-01", "2023-03-02").date, "count": [5.0, 0.0]})
    found = beside(now, then)
    assert found["other_date"].tolist()[:2] == [date(2023, 3, 1), date(2023, 3, 2)]
    assert found["other_date"].isna().tolist() == [False, False, True]
    assert found["other_count"].isna().tolist() == [False, False, True], "a row without a twin is unknown, not 0"
    assert found["count"].isna().tolist() == [False, True, False]


def test_periods_of_several_lines_stay_apart():
    day = datetime(2024, 3, 1, tzinfo=UTC).date()
    now = pd.DataFrame({"date": [day, day], "side": ["a", "b"], "count": [1.0, 2.0]})
    then = pd.DataFrame({"date": [day - timedelta(days=366)], "side": ["b"], "count": [7.0]})
    found = beside(now, then, by="side").set_index("side")
    assert found.loc["b", "other_count"] == 7
    assert found.loc["a", "other_count"] != found.loc["a", "other_count"]


def test_by_place_independent_reports_are_of_the_stories_there(room):
    reading = reading_of(read_lexicon(room.monitor), room.attribution)
    mine, names = by_place(room, "food", reading=reading)
    at = mine[mine["date"] == DAY].set_index("place")["reports"]
    assert at[next(key for name, key in names.items() if "Stepanakert" in name)] == 2
    assert at[next(key for name, key in names.items() if "Askeran" in name)] == 1
    assert mine[mine["date"] == DAY + timedelta(days=1)]["reports"].isna().all(), "not seen is not none"
