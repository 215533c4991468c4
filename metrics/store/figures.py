"""Figures as the tagger saved them, with their articles and stories. Values out; nothing is added up or merged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from feeds.archive import Archive
from feeds.archive.schema import articles, figures, story_members
from metrics.store.questions import _under


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of one article. high None: no range; claimant_side "": nobody is named; as_of "": no day is given."""

    article: int
    story: int
    source: str
    outlet: str  # item-level name, "" for the source's default outlet
    url: str
    day: date
    first_time: datetime
    seen: datetime
    value: float
    high: float | None
    bound: str
    unit: str
    subject: str
    kind: str
    people: str
    claimant: str
    claimant_side: str
    as_of: str
    sentence: str


def figures_between(archive: Archive, *, first: date, last: date) -> list[FigureRow]:
    """All figures of articles counted on these days, inclusive, the earliest article first."""
    columns = (
        articles.c.id, story_members.c.story, articles.c.source, articles.c.outlet, articles.c.url, articles.c.day,
        articles.c.first_time, articles.c.seen, figures.c.value, figures.c.high, figures.c.bound, figures.c.unit,
        figures.c.subject, figures.c.kind, figures.c.people, figures.c.claimant, figures.c.claimant_side,
        figures.c.as_of, figures.c.sentence,
    )  # fmt: skip
    with archive.reading() as connection:
        query = (
            select(*columns)
            .join(articles, articles.c.id == figures.c.article)
            .join(story_members, story_members.c.article == figures.c.article, isouter=True)
            .where(figures.c.rules == _under(connection), articles.c.day.between(first, last))
            .order_by(articles.c.first_time, articles.c.seen, articles.c.id, figures.c.n)
        )
        return [
            FigureRow(
                row.id, row.story or row.id, row.source, row.outlet, row.url, row.day, row.first_time, row.seen,
                row.value, row.high, row.bound, row.unit, row.subject, row.kind, row.people, row.claimant,
                row.claimant_side, row.as_of, row.sentence,
            )
            for row in connection.execute(query)
        ]  # fmt: skip
