"""Which stories name which places: read from evidence, with the day and side that the daily table counts them under."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Column, Connection, Select, select

from feeds.archive import Archive
from feeds.archive.schema import AnyRow, articles, evidence, story_members, tags
from metrics.attribution import Attribution
from metrics.store.building import Rules, current_rules
from metrics.store.counting import CHUNK, Member, members_query, with_origins

COLUMNS = ("story", "date", "side", "place", "indicator", "stance", "articles")
Said = tuple[str, str, str]  # place, indicator, stance


def told_of_places(archive: Archive, attribution: Attribution, *, first: date, last: date) -> pd.DataFrame:
    """COLUMNS, one row a story and what one of its sentences says of a place; no row twice.

    date, side : of the story's origin, as the daily table has them. place : places.yaml id; "": it names none.
    articles : ids of those of its articles that say so, in order.
    Sentences that were added later, and sources that do not enter counts, are left out, as they are there.
    """
    under = current_rules(archive)
    if under is None:
        return pd.DataFrame(columns=list(COLUMNS))
    with archive.reading() as connection:
        groups = with_origins(_members(connection, under, first, last), attribution)
        here = [(origin, group) for origin, group in groups if origin.day is not None and first <= origin.day <= last]
        said = _said(connection, under, [one.article for _, group in here for one in group if one.relevant])
    rows = [row for origin, group in here for row in _rows(origin, group, said, attribution)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(
    origin: Member, group: list[Member], said: dict[int, set[Said]], attribution: Attribution
) -> Iterator[tuple[object, ...]]:
    side = attribution.outlet(origin.source, origin.outlet).side
    by: defaultdict[Said, list[int]] = defaultdict(list)
    for member in sorted(group, key=lambda one: one.article):
        for one in said.get(member.article, ()):
            by[one].append(member.article)
    for one in sorted(by):
        yield (origin.story, origin.day, side, *one, tuple(by[one]))


def _members(connection: Connection, under: Rules, first: date, last: date) -> list[Member]:
    """All articles of every story that has one on these days and is about the crisis.

    In steps, each a look-up by key: as one statement SQLite walks all tags of the archive.
    """
    on = select(story_members.c.story).join(articles, articles.c.id == story_members.c.article)
    touched = sorted(set(connection.execute(on.where(articles.c.day.between(first, last))).scalars()))
    pairs = select(story_members.c.article, story_members.c.story)
    story_of = {row[0]: row[1] for row in in_chunks(connection, pairs, story_members.c.story, touched)}
    relevant = select(tags.c.article).where(tags.c.rules == under.id, tags.c.relevant)
    told = {story_of[row[0]] for row in in_chunks(connection, relevant, tags.c.article, list(story_of))}
    wanted = [article for article, story in story_of.items() if story in told]
    return [Member._make(row) for row in in_chunks(connection, members_query(under), articles.c.id, wanted)]


def _said(connection: Connection, under: Rules, ids: Sequence[int]) -> dict[int, set[Said]]:
    mine = evidence.c
    query = select(mine.article, mine.place, mine.indicator, mine.stance).where(
        mine.rules == under.id, mine.added_later.is_(False)
    )
    found: defaultdict[int, set[Said]] = defaultdict(set)
    for article, place, indicator, stance in in_chunks(connection, query, mine.article, ids):
        found[article].add((place or "", indicator, stance))
    return found


def in_chunks(connection: Connection, query: Select[Any], column: Column[Any], ids: Sequence[int]) -> Iterator[AnyRow]:
    """The rows of a query whose column is one of ids, however many these are."""
    for start in range(0, len(ids), CHUNK):
        yield from connection.execute(query.where(column.in_(ids[start : start + CHUNK])))
