"""Who tells what on which day: the articles of stories with their labels, as levels count them."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import and_, or_, select

from feeds.archive import Archive
from feeds.archive.schema import articles, credits, evidence, story_members, tags
from metrics.attribution import Attribution
from metrics.observe import Watched
from metrics.store.building import current_rules
from metrics.store.observing import watched_sources

COLUMNS = ("story", "first_time", "article", "source", "outlet", "agency", "day", "late", "backfill")
LABELS = ("indicator", "stance", "people")


def told(
    archive: Archive, *, first: date, last: date, indicators: tuple[str, ...] = (), occurrences: tuple[str, ...] = ()
) -> pd.DataFrame:  # fmt: skip
    """COLUMNS and LABELS, one row an article and label, by story and in it by appearance; without `past`.

    agency : whom the text credits, None: nobody. day : of the article itself. indicators, occurrences (of `reported`) :
    (): all.
    """
    under = current_rules(archive)
    names = [*COLUMNS, *LABELS]
    if under is None:
        return pd.DataFrame(columns=names)
    mine = articles.c
    query = (
        select(
            story_members.c.story, mine.first_time, mine.id, mine.source, mine.outlet, credits.c.agency, mine.day,
            mine.late, mine.backfill, *(evidence.c[name] for name in LABELS),
        )
        .join(story_members, story_members.c.article == mine.id)
        .join(evidence, and_(evidence.c.article == mine.id, evidence.c.rules == under.id))
        .join(tags, and_(tags.c.article == mine.id, tags.c.rules == under.id, tags.c.relevant))
        .join(credits, and_(credits.c.article == mine.id, credits.c.rules == under.id), isouter=True)
        .where(mine.day.between(first, last), evidence.c.stance != "past", evidence.c.added_later.is_(False))
        .distinct()
    )  # fmt: skip
    if indicators:
        query = query.where(evidence.c.indicator.in_(indicators))
    if occurrences:
        query = query.where(or_(evidence.c.stance != "reported", evidence.c.occurrence.in_(occurrences)))
    with archive.reading() as connection:
        rows = connection.execute(query).all()
    return pd.DataFrame(rows, columns=names).sort_values(["story", "first_time", "article"], ignore_index=True)


def watched_since(archive: Archive, attribution: Attribution, *, first: date) -> list[Watched]:
    """The sources that enter counts, with what they did on every day and brought from `first` on."""
    under = current_rules(archive)
    if under is None:
        return []
    with archive.reading() as connection:
        return watched_sources(connection, under, attribution, first)
