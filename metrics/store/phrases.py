"""Stories that have some words, as the daily table counts stories: by origin, over the same denominators."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection, select

from feeds.archive import Archive
from feeds.archive import search as words_search
from feeds.archive.schema import articles, story_members, tags
from metrics.attribution import Attribution
from metrics.store.building import Rules, current_rules
from metrics.store.counting import Member, members_query, with_origins
from metrics.store.placing import in_chunks
from metrics.stories import WINDOW

COLUMNS = ("story", "date", "language", "side", "articles", "late", "backfill")


def told_in_words(archive: Archive, attribution: Attribution, words: str, *, first: date, last: date) -> pd.DataFrame:
    """COLUMNS, one row a relevant story of these days with an article that has the words, by day and number.

    words : as typed into the search of Coverage; without a letter or digit: every story. date, language, side : of the
    story's origin, as the daily table has them. articles : those that have the words. Sources that do not enter counts
    are left out.
    """
    under = current_rules(archive)
    if under is None:
        return pd.DataFrame(columns=list(COLUMNS))
    with archive.reading() as connection:
        having = _having(connection, under, words, first, last)
        members = _members(connection, under, sorted(having))
    rows = []
    for origin, group in with_origins(members, attribution):
        mine = sum(one.article in having[origin.story] for one in group)
        inside = origin.day is not None and first <= origin.day <= last
        if mine and inside:
            side = attribution.outlet(origin.source, origin.outlet).side
            rows.append((origin.story, origin.day, origin.language, side, mine, origin.late, origin.backfill))
    return pd.DataFrame(sorted(rows, key=lambda row: (row[1], row[0])), columns=list(COLUMNS))


def _having(connection: Connection, under: Rules, words: str, first: date, last: date) -> dict[int, set[int]]:
    """Story → its articles that have the words. A copy may follow its origin by as much as WINDOW."""
    parsed = words_search.parse_query(words)
    query = (
        select(story_members.c.story, articles.c.id)
        .join(story_members, story_members.c.article == articles.c.id)
        .join(tags, (tags.c.article == articles.c.id) & (tags.c.rules == under.id))
        .where(tags.c.relevant, articles.c.day.between(first, last + timedelta(days=WINDOW.days)))
    )
    if parsed.wanted:
        query = query.where(words_search.matches(connection.dialect.name, parsed))
    found: defaultdict[int, set[int]] = defaultdict(set)
    for story, article in connection.execute(query):
        found[story].add(article)
    return found


def _members(connection: Connection, under: Rules, stories: list[int]) -> list[Member]:
    """All their articles; in steps, each a look-up by key."""
    mine = select(story_members.c.article)
    ids = [row[0] for row in in_chunks(connection, mine, story_members.c.story, stories)]
    return [Member._make(row) for row in in_chunks(connection, members_query(under), articles.c.id, ids)]
