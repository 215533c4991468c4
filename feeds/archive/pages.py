"""Texts of articles' own pages: stored as versions, and attempts remembered.

`articles.hash` stays that of the feed item: the next poll of the same item finds it known, and does not put the short
text back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from feeds.archive.connect import Archive
from feeds.archive.forgotten import graves
from feeds.archive.schema import article_versions, articles, pages
from feeds.archive.search import search_fold
from feeds.model import Article, PageAttempt

CHUNK = 400  # values in one IN list


def store_page(archive: Archive, article: Article, text: str, *, at: datetime) -> bool:
    """The page's text becomes the article's, as a version of its own. One transaction.

    False, and nothing is stored: the feed brought another version meanwhile, or the article is gone.
    """
    with archive.reading() as connection:
        _, text = graves(connection).redact(article.title, text)
    folded = search_fold(f"{article.title}\n{text}")
    with archive.writing() as connection:
        current = select(articles.c.version, articles.c.title, articles.c.text, articles.c.url)
        row = connection.execute(current.where(articles.c.id == article.id)).first()
        if row is None or row.version != article.version:
            return False
        number = article.version + 1
        connection.execute(
            update(article_versions)
            .where(article_versions.c.article == article.id, article_versions.c.version == article.version)
            .values(title=row.title, text=row.text, url=row.url)
        )
        new = insert(article_versions).values(
            article=article.id, version=number, seen=at, kind="page", published=article.published
        )
        version_id = connection.execute(new.returning(article_versions.c.id)).scalar_one()
        connection.execute(
            update(articles)
            .where(articles.c.id == article.id)
            .values(text=text, folded=folded, version=number, version_id=version_id, changed=at)
        )
        _remember(connection, PageAttempt(article.id, at, "ok", number))
    return True


def remember_attempt(archive: Archive, attempt: PageAttempt) -> None:
    """The newest attempt of its article; one that was erased meanwhile is left alone."""
    with archive.writing() as connection:
        if connection.execute(select(articles.c.id).where(articles.c.id == attempt.article)).first() is not None:
            _remember(connection, attempt)


def attempts_of(connection: Connection, ids: Sequence[int]) -> dict[int, PageAttempt]:
    """Article → its newest attempt; one whose page was never asked for is not among them."""
    found: dict[int, PageAttempt] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(pages).where(pages.c.article.in_(ids[start : start + CHUNK]))
        for row in connection.execute(query):
            found[row.article] = PageAttempt(row.article, row.at, row.outcome, row.version, row.error or "")
    return found


def _remember(connection: Connection, attempt: PageAttempt) -> None:
    connection.execute(delete(pages).where(pages.c.article == attempt.article))
    connection.execute(
        insert(pages).values(
            article=attempt.article, at=attempt.at, outcome=attempt.outcome, version=attempt.version,
            error=attempt.error or None,
        )
    )  # fmt: skip
