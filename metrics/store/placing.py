"""Which stories name which places: read from evidence, with the day and side that the daily table counts them under."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, exists, select

from feeds.archive import Archive
from feeds.archive.schema import articles, evidence, story_members
from metrics.attribution import Attribution
from metrics.store.building import Rules, current_rules
from metrics.store.counting import CHUNK, Member, members_query, with_origins

COLUMNS = ("story", "date", "side", "place", "indicator", "stance")
Said = tuple[str, str, str]  # place, indicator, stance


def told_of_places(archive: Archive, attribution: Attribution, *, first: date, last: date) -> pd.DataFrame:
    """COLUMNS, one row a story and what one of its sentences says of a place; no row twice.

    date, side : of the story's origin, as the daily table has them. place : places.yaml id; "": it names none.
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
    for one in sorted({each for member in group for each in said.get(member.article, ())}):
        yield (origin.story, origin.day, side, *one)


def _members(connection: Connection, under: Rules, first: date, last: date) -> list[Member]:
    """All articles of every story that has one on these days and says something of an indicator."""
    carrier = story_members.alias("carrier")
    says = exists().where(
        carrier.c.story == story_members.c.story, evidence.c.article == carrier.c.article, evidence.c.rules == under.id
    )
    touched = (
        select(story_members.c.story)
        .join(articles, articles.c.id == story_members.c.article)
        .where(articles.c.day.between(first, last), says)
    )
    query = members_query(under).where(story_members.c.story.in_(touched))
    return [Member._make(row) for row in connection.execute(query)]


def _said(connection: Connection, under: Rules, ids: Sequence[int]) -> dict[int, set[Said]]:
    found: defaultdict[int, set[Said]] = defaultdict(set)
    mine = evidence.c
    for start in range(0, len(ids), CHUNK):
        query = select(mine.article, mine.place, mine.indicator, mine.stance).where(
            mine.rules == under.id, mine.article.in_(ids[start : start + CHUNK]), mine.added_later.is_(False)
        )
        for article, place, indicator, stance in connection.execute(query):
            found[article].add((place or "", indicator, stance))
    return found
