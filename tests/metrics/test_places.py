"""Stories by place: counted as the daily table counts, shown no finer than a province where displaced people live."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from feeds.errors import DataFileError
from metrics import store
from metrics.lexicon import read_lexicon
from metrics.places import MapFile, placed, read_map, spots
from tests.dashboard.conftest import with_cases

DAY = date(2023, 1, 10)
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)
FOOD = (
    "There is a food shortage in Nagorno-Karabakh, the local authorities said on Tuesday. "
    "Shops in Stepanakert sold bread by coupon. A shortage of sugar was felt in Askeran."
)
DENIAL = "Azerbaijan denied on Friday that there is any food shortage in Nagorno-Karabakh, a spokesman in Baku said."
GORIS = "Displaced families from Nagorno-Karabakh in Goris are without shelter, and winter is near."
KAPAN = "Displaced families from Nagorno-Karabakh in Kapan are without shelter; hotels in Syunik are full."
LATER = "There is a shortage of medicine in Stepanakert, doctors of the main hospital said on Friday."


def hours(n):
    return NOON + timedelta(hours=n)


@pytest.fixture
def room(newsroom, source):
    """Four days; a copy on another side, a late original, a search that does not count, a sentence added later."""
    made = newsroom(
        source("paper"), source("other", side="azerbaijani"), source("late", side="russian"),
        source("search", scope="query"),
    )  # fmt: skip
    made.poll("paper", hours(0), ("a", "Food runs short", FOOD, hours(-1)), ("g", "In Goris", GORIS, hours(-1)))
    made.poll("other", hours(3), ("b", "Food runs short", FOOD, hours(2)), ("d", "No shortage", DENIAL, hours(2)))
    made.poll("search", hours(4), ("s", "Shelter in Kapan", KAPAN.replace("winter", "spring"), hours(3)))
    made.poll("late", hours(30), ("c", "Food runs short", FOOD, hours(-26)))
    made.poll("paper", hours(72), ("g", "In Goris", f"{GORIS} {LATER}", hours(-1)))
    made.poll("other", hours(72), ("k", "Kapan", KAPAN, hours(70)))
    made.count()
    return made


def told(room, first=DAY - timedelta(days=5), last=DAY + timedelta(days=5)):
    return store.told_of_places(room.archive, room.attribution, first=first, last=last)


def test_stories_by_place_are_those_of_the_daily_table_day_by_day_and_side_by_side(room):
    for first, last in ((DAY - timedelta(days=5), DAY + timedelta(days=5)), (DAY, DAY)):
        keys = ["date", "indicator", "stance", "side"]
        mine = told(room, first, last).groupby(keys)["story"].nunique().to_dict()
        rows = store.daily_rows(room.archive, first=first, last=last, by=("side",))
        theirs = rows.set_index(keys)["stories"].astype(int).to_dict()
        assert mine == theirs
        assert mine


def test_a_story_is_at_every_place_it_names_once_and_the_places_do_not_add_up(room, monitor):
    lexicon = read_lexicon(monitor)
    shown = spots(lexicon.places, read_map(monitor, lexicon.places).within)
    days = calendar(*["full"] * 5, first=DAY - timedelta(days=1))
    found = placed(told(room), days, shown, indicator="food", stance="reported")
    assert found.total == 1
    assert set(found.stories) > {"askeran"}
    assert set(found.stories.values()) == {1}
    assert sum(found.stories.values()) > found.total


def test_a_town_where_displaced_people_live_is_shown_and_counted_as_its_province(room, monitor):
    lexicon = read_lexicon(monitor)
    shown = spots(lexicon.places, read_map(monitor, lexicon.places).within)
    days = calendar(*["full"] * 5, first=DAY - timedelta(days=1))
    found = placed(told(room), days, shown, indicator="shelter", stance="reported")
    assert found.stories["syunik"] == 2, "Goris, and Kapan with Syunik: each story once"
    assert "goris" not in found.stories


def frame(*rows):
    names = ["story", "date", "side", "place", "indicator", "stance"]
    return pd.DataFrame([(n, DAY + timedelta(days=d), *rest) for n, d, *rest in rows], columns=names)


def calendar(*states, first=DAY):
    return pd.DataFrame({"date": [first + timedelta(days=n) for n in range(len(states))], "state": states})


CASES = {  # filters: stories by place, total, nowhere
    "all of it": ({}, {"shusha": 2, "goris": 1}, 3, 1),
    "one indicator": ({"indicator": "food"}, {"shusha": 1}, 2, 1),
    "one stance": ({"stance": "denied"}, {"shusha": 1}, 1, 0),
    "one side": ({"side": "b"}, {"shusha": 1, "goris": 1}, 1, 0),
}


@pytest.mark.parametrize(("asked", "stories", "total", "nowhere"), CASES.values(), ids=CASES)
def test_placed(asked, stories, total, nowhere):
    rows = frame(
        (1, 0, "a", "shusha", "food", "reported"), (1, 0, "a", "", "food", "reported"),
        (2, 1, "a", "", "food", "reported"),
        (3, 2, "b", "shusha", "fuel", "denied"), (3, 2, "b", "goris", "aid", "reported"),
        (4, 3, "b", "shusha", "food", "reported"),
    )  # fmt: skip
    found = placed(rows, calendar("full", "partial", "full", "unseen"), PLACES, **asked)
    assert (found.stories, found.total, found.nowhere) == (stories, total, nowhere)
    assert (found.seen, found.days) == (3, 4), "the story of a day that could not be seen is in no sum"


class _Entry:
    def __init__(self, key):
        self.id, self.shown, self.zone, self.kind, self.lat, self.lon = key, key, "core", "town", 1.0, 2.0


PLACES = spots([_Entry("shusha"), _Entry("goris")], {})


def test_what_lies_in_another_place_is_not_shown_beside_it():
    entries = [_Entry("syunik"), _Entry("goris"), _Entry("shusha")]
    assert [(one.id, one.holds) for one in spots(entries, {"syunik": ("goris",)})] == [
        ("syunik", ("syunik", "goris")), ("shusha", ("shusha",)),
    ]  # fmt: skip


def test_a_monitor_without_map_yaml_shows_every_place_as_itself(root, tmp_path):
    from feeds.monitor import read_monitor

    folder = with_cases(root, tmp_path, {})
    monitor = read_monitor(folder)
    (folder / "map.yaml").unlink()
    assert read_map(monitor, read_lexicon(monitor).places) == MapFile()


WRONG = {
    "a place nobody knows": ("within: {narbel: [atlantis]}", "atlantis: no such id"),
    "shown as two": ("within: {narbel: [gromsel], hestary: [gromsel]}", "gromsel lies in two places"),
    "a layer without a place": ("layers: [{key: a, label: A, places: []}]", "places"),
}


@pytest.mark.parametrize(("text", "says"), WRONG.values(), ids=WRONG)
def test_a_wrong_map_is_said_in_one_line(root, tmp_path, text, says):
    from feeds.monitor import read_monitor

    folder = with_cases(root, tmp_path, {})
    monitor = read_monitor(folder)
    (folder / "map.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=says):
        read_map(monitor, read_lexicon(monitor).places)


def test_displaced_people_are_shown_no_finer_than_a_province(monitor):
    """Of Armenia, where they came in 2023, every place but a province lies in one."""
    lexicon = read_lexicon(monitor)
    shown = spots(lexicon.places, read_map(monitor, lexicon.places).within)
    hosts = [one for one in shown if one.zone == "host"]
    provinces = {one.id for one in hosts if one.kind == "province"}
    assert len(provinces) == 10
    fine = {one.id for one in hosts} - provinces
    assert fine == {
        "sumgait", "ganja", "mingachevir", "barda", "tartar", "yevlakh", "aghjabadi", "beylagan", "imishli",
    }, "cities and districts of Azerbaijan, which has no larger division"  # fmt: skip


def test_the_two_layers_are_equal_and_stand_in_alphabetical_order(monitor):
    layers = read_map(monitor, read_lexicon(monitor).places).layers
    assert len(layers) == 2
    assert [one.label for one in layers] == sorted(one.label for one in layers)
    assert all(one.note for one in layers)
