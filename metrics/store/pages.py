"""Relevant articles whose feed gave only their beginning: what full texts are fetched for. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select

from feeds.archive import Archive
from feeds.archive.pages import attempts_of
from feeds.archive.schema import articles, pages, rules, tags
from feeds.fulltext import SHORT, TAIL, TRIED_AGAIN, is_due, is_short
from feeds.model import Article


def pages_wanted(archive: Archive, sources: Collection[str], *, since: datetime, now: datetime) -> list[Article]:
    """Relevant articles of these sources, first told since then, whose page is worth asking now; newest first."""
    length = func.length(articles.c.text)
    tail = func.substr(articles.c.text, length - (TAIL - 1))
    query = (
        select(articles.c.id, length.label("length"), tail.label("tail"))
        .join(tags, tags.c.article == articles.c.id)
        .join(rules, (rules.c.id == tags.c.rules) & rules.c.is_current)
        .outerjoin(pages, pages.c.article == articles.c.id)
        .where(
            articles.c.seen >= since,
            articles.c.first_time >= since,
            articles.c.source.in_(sorted(sources)),
            articles.c.url != "",
            tags.c.relevant,
            or_(pages.c.article.is_(None), pages.c.version != articles.c.version, pages.c.outcome.in_(TRIED_AGAIN)),
        )
        .order_by(articles.c.first_time.desc(), articles.c.id.desc())
    )
    with archive.reading() as connection:
        ids = [row.id for row in connection.execute(query) if row.length < SHORT or is_short(row.length, row.tail)]
        attempts = attempts_of(connection, ids)
    return [one for one in archive.articles(ids) if is_due(attempts.get(one.id), one, now)]
