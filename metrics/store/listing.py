"""Articles one stretch at a time, the last stored first: what is read by machines, however many there are.

A stretch begins below a number and not after a count of rows: what arrives meanwhile has a larger number and moves
nothing, and the thousandth stretch costs what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from feeds.archive import Archive
from feeds.archive.schema import articles, story_members, tags
from metrics.attribution import Attribution
from metrics.model import StoryLine
from metrics.store.questions import CHUNK, StoryQuery, _conditions, _line_query, _lines, _under

LEAST_LOOK = 200  # articles looked at in one step when only one a story is wanted
LARGEST = 2_147_483_647  # number that an article can have

Conditions = Sequence[ColumnElement[bool]]


def articles_below(
    archive: Archive, attribution: Attribution, wanted: StoryQuery, *, below: int | None = None, limit: int = 50
) -> list[StoryLine]:
    """Articles numbered under `below` (None: all), the largest number first.

    origins_only : of every story only the matching article with the smallest number, the one that `stories` shows.
    """
    with archive.reading() as connection:
        under = _under(connection)
        conditions = _conditions(connection, under, wanted, attribution)
        look = _firsts if wanted.origins_only else _ids
        ids = look(connection, under, conditions, below, limit)
        chosen = _line_query(under).where(articles.c.id.in_(ids)).order_by(articles.c.id.desc())
        return _lines(connection, under, connection.execute(chosen).all(), attribution, wanted)


def _matching(under: int, conditions: Conditions, *columns: ColumnElement[int]) -> Select[Any]:
    query: Any = select(*columns)
    chosen: Select[Any] = (
        query.select_from(articles)
        .join(story_members, story_members.c.article == articles.c.id)
        .join(tags, and_(tags.c.article == articles.c.id, tags.c.rules == under))
        .where(*conditions)
    )
    return chosen


def _ids(connection: Connection, under: int, conditions: Conditions, below: int | None, limit: int) -> list[int]:
    return [article for article, _ in _step(connection, under, conditions, below, limit)]


def _step(
    connection: Connection, under: int, conditions: Conditions, below: int | None, limit: int
) -> list[tuple[int, int]]:
    """(article, story), largest article first."""
    # Of tags, whose key is (rules, article), and always with a bound: else SQLite reads and sorts all there are.
    bound = tags.c.article < (LARGEST if below is None else below)
    query = _matching(under, [*conditions, bound], tags.c.article, story_members.c.story)
    return [(row[0], row[1]) for row in connection.execute(query.order_by(tags.c.article.desc()).limit(limit))]


def _firsts(connection: Connection, under: int, conditions: Conditions, below: int | None, limit: int) -> list[int]:
    """Step by step, since nobody knows beforehand how many of the next articles are copies."""
    found: list[int] = []
    while len(found) < limit:
        step = _step(connection, under, conditions, below, max(limit, LEAST_LOOK))
        if not step:
            break
        first = _first_of(connection, under, conditions, {story for _, story in step})
        found += [article for article, story in step if first[story] == article]
        below = step[-1][0]
    return found[:limit]


def _first_of(connection: Connection, under: int, conditions: Conditions, stories: set[int]) -> dict[int, int]:
    """Story → its matching article with the smallest number, looked for among its members."""
    asked = select(story_members.c.article).where(story_members.c.story.in_(sorted(stories)))
    members = list(connection.execute(asked).scalars())
    first: dict[int, int] = {}
    for start in range(0, len(members), CHUNK):
        here = tags.c.article.in_(members[start : start + CHUNK])
        for article, story in connection.execute(
            _matching(under, [*conditions, here], tags.c.article, story_members.c.story)
        ):
            first[story] = min(article, first.get(story, article))
    return first
