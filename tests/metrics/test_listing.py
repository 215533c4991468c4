"""Articles a stretch at a time: each once, copies folded on demand, and no stretch reads what lies outside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from feeds.archive import open_archive
from metrics.store import StoryQuery, articles_below, copies, stories

NOON = datetime(2023, 4, 20, 12, tzinfo=UTC)
SENTENCE = "There is a shortage of food in Stepanakert, residents of house {} said."
OWN = ("bakers", "teachers", "drivers", "nurses", "farmers", "clerks", "weavers")


@pytest.fixture
def room(newsroom, source):
    made = newsroom(source("one"), source("two"))
    _fill(made)
    return made


def _fill(made):
    """Seven stories; the even ones carried by two houses."""
    for number, who in enumerate(OWN):
        body = f"{SENTENCE.format(number)} " + " ".join(f"{who}{word}" for word in range(40))
        at = NOON + timedelta(hours=number)
        made.poll("one", at, (f"a{number}", f"The {who} of the town wait for bread", body, at))
        if number % 2 == 0:
            later = at + timedelta(minutes=20)
            made.poll("two", later, (f"b{number}", f"The {who} of the town wait for bread", body, later))
    made.count()


def _walk(room, wanted, limit):
    found, below = [], None
    while stretch := articles_below(room.archive, room.attribution, wanted, below=below, limit=limit):
        found += [line.article for line in stretch]
        below = found[-1]
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("origins_only", [True, False])
def test_every_article_or_story_comes_once_the_last_stored_first(room, limit, origins_only):
    wanted = StoryQuery(origins_only=origins_only)
    found = _walk(room, wanted, limit)
    assert found == sorted(set(found), reverse=True)
    lines, total = stories(room.archive, room.attribution, wanted, limit=100)
    assert total > 4
    whole = [one.article for line in lines for one in copies(room.archive, room.attribution, line.story)]
    assert len(whole) > total, "some are copies"
    assert set(found) == ({line.article for line in lines} if origins_only else set(whole))


def test_a_copy_stands_for_its_story_where_the_first_does_not_fit(room):
    found = _walk(room, StoryQuery(source="two"), 2)
    lines, _ = stories(room.archive, room.attribution, StoryQuery(source="two"), limit=100)
    assert len(found) == len(lines) > 1
    assert set(found) == {line.article for line in lines}


@pytest.mark.parametrize("below", [None, 5])
def test_a_stretch_goes_along_the_numbers_and_sorts_nothing(room, below):
    sent = []
    event.listen(room.archive.engine, "before_cursor_execute", lambda *said: sent.append(said[2:4]))
    articles_below(room.archive, room.attribution, StoryQuery(origins_only=False), below=below, limit=3)
    query, values = next(one for one in sent if "LIMIT" in one[0])
    with room.archive.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
    steps = [str(row[-1]) for row in plan]
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


@pytest.mark.postgres
@pytest.mark.parametrize("wanted", [StoryQuery(), StoryQuery(origins_only=False), StoryQuery(words="bread -nurses")])
def test_postgresql_gives_the_same(room, on_postgresql, wanted):
    assert _walk(on_postgresql, wanted, 2) == _walk(room, wanted, 2) != []


@pytest.fixture
def on_postgresql(newsroom, source, module_database):
    made = newsroom(source("one"), source("two"))
    made.archive.close()
    made.archive = open_archive(module_database)
    _fill(made)  # the second time all are known
    return made
