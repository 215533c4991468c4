"""A page of stories newest first says what reading all of them would say, by whichever way it is found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from feeds.archive import open_archive
from metrics.store import StoryQuery, newest, stories, story_count
from metrics.store.listing import articles_below
from tests.further import further

NOON = datetime(2023, 4, 20, 12, tzinfo=UTC)
ASKED = {
    "all": StoryQuery(),
    "every article": StoryQuery(origins_only=False),
    "a side": StoryQuery(side="azerbaijani"),
    "an indicator": StoryQuery(indicator="food", stance="reported"),
    "another stance": StoryQuery(indicator="food", stance="denied"),
    "words": StoryQuery(words="bakers -nothing"),
    "words of all": StoryQuery(words="wait"),
    "days": StoryQuery(first=date(2023, 4, 20), last=date(2023, 4, 20)),
    "one source": StoryQuery(source="two", origins_only=False),
    "words, days and a side": StoryQuery(words="wait", first=NOON.date(), last=NOON.date(), side="armenian"),
    "none": StoryQuery(language="fr"),
    "everything stored": StoryQuery(relevant=False),
}


@pytest.fixture(scope="module")
def room(room_in, source, tmp_path_factory):
    made = room_in(tmp_path_factory.mktemp("sqlite"), source("one"), source("two", "azerbaijani"))
    yield filled(made)
    made.archive.close()


def filled(made):
    """Seven stories; the even ones carried by two houses of different sides, the second first seen but later."""
    for number, who in enumerate(("bakers", "teachers", "drivers", "nurses", "farmers", "clerks", "weavers")):
        said = f"There is a shortage of food in Stepanakert, residents of house {number} said. "
        body = said + " ".join(f"{who}{word}" for word in range(40))
        at = NOON + timedelta(hours=number)
        made.poll("one", at, (f"a{number}", f"The {who} of the town wait for bread", body, at))
        if number % 2 == 0:
            later = at + timedelta(minutes=20)
            made.poll("two", later, (f"b{number}", f"The {who} of the town wait for bread", body, later))
    made.count()
    return made


def slowly(room, wanted):
    """All that match by the other way of reading, in the order that is promised."""
    found = articles_below(room.archive, room.attribution, wanted, limit=1000)
    return [line.article for line in sorted(found, key=lambda one: (one.appeared, one.article), reverse=True)]


@pytest.mark.parametrize("few", further([3, 0, 1000]))
@pytest.mark.parametrize("wanted", ASKED.values(), ids=ASKED)
def test_both_ways_give_all_pages_in_order(room, wanted, few, monkeypatch):
    monkeypatch.setattr("metrics.store.paging.FEW", few)
    monkeypatch.setattr("metrics.store.paging.STEP", 3)
    expected = slowly(room, wanted)
    found = [
        line.article
        for offset in range(0, 12, 2)
        for line in newest(room.archive, room.attribution, wanted, limit=2, offset=offset)
    ]
    assert found == expected
    assert story_count(room.archive, room.attribution, wanted) == len(expected)
    assert stories(room.archive, room.attribution, wanted, limit=1)[1] == len(expected)


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("wanted", ASKED.values(), ids=ASKED)
def test_what_is_older_than_an_article_goes_on_where_it_stood(room, wanted, few, monkeypatch):
    """No page is out of reach: each stretch begins where the one before ended, nothing twice, nothing left out."""
    monkeypatch.setattr("metrics.store.paging.FEW", few)
    monkeypatch.setattr("metrics.store.paging.STEP", 3)
    expected = slowly(room, wanted)
    found: list[int] = []
    for _ in range(len(expected) + 1):
        older = found[-1] if found else None
        left = story_count(room.archive, room.attribution, wanted, older_than=older)
        assert left == len(expected) - len(found)
        found += [one.article for one in newest(room.archive, room.attribution, wanted, limit=2, older_than=older)]
    assert found == expected


def test_an_article_that_is_not_there_begins_with_the_newest(room):
    asked = [newest(room.archive, room.attribution, StoryQuery(), older_than=one) for one in (None, 999_999)]
    assert asked[0] == asked[1]


@pytest.fixture(scope="module")
def on_postgresql(room_in, source, tmp_path_factory, module_database):
    made = room_in(tmp_path_factory.mktemp("unused"), source("one"), source("two", "azerbaijani"))
    made.archive.close()
    made.archive = open_archive(module_database)
    yield filled(made)
    made.archive.close()


@pytest.mark.postgres
@pytest.mark.parametrize("few", further([3, 0, 1000]))
@pytest.mark.parametrize("wanted", ASKED.values(), ids=ASKED)
def test_postgresql_gives_the_same_pages(on_postgresql, wanted, few, monkeypatch):
    test_both_ways_give_all_pages_in_order(on_postgresql, wanted, few, monkeypatch)


def test_more_than_the_most_is_said_and_not_counted(room, monkeypatch):
    monkeypatch.setattr("metrics.store.paging.MOST_COUNTED", 3)
    monkeypatch.setattr("metrics.store.paging.STEP", 2)
    assert story_count(room.archive, room.attribution, StoryQuery()) == 4


def test_articles_of_one_moment_stand_on_one_page_each(newsroom, source, monkeypatch):
    monkeypatch.setattr("metrics.store.paging.STEP", 2)
    made = newsroom(source("one"))
    food = "There is a shortage of food in Stepanakert, residents said. "
    items = [
        (f"a{n}", f"Bread {n}{word}", food + " ".join(f"{word}{n}x{k}" for k in range(40)), NOON)
        for n, word in enumerate(("oak", "elm", "ash", "fir", "yew"))
    ]
    made.poll("one", NOON, *items)
    made.count()
    expected = slowly(made, StoryQuery())
    assert len(expected) > 2
    pages = [newest(made.archive, made.attribution, StoryQuery(), limit=1, offset=at) for at in range(len(expected))]
    assert [page[0].article for page in pages] == expected
