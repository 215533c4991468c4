"""What an open-data package asks: stored counts as they are, and some days' stories with what they say. SQL only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, select

from feeds.archive import Archive
from feeds.archive.schema import (
    AnyRow,
    articles,
    daily,
    daily_observed,
    daily_rollup,
    daily_totals,
    evidence,
    figures,
)
from metrics.attribution import Attribution
from metrics.store.building import Rules
from metrics.store.counting import CHUNK, Member, members_of, with_origins

STORED = {"counts": daily, "rollup": daily_rollup, "totals": daily_totals, "observed": daily_observed}
MONTH = 31  # days read at once: readers hold no snapshot for long, and nobody holds a year in memory


@dataclass(frozen=True, slots=True)
class Told:
    """A story of one day: its origin and all its articles that count, in the order of their ids."""

    day: date
    origin: Member
    members: tuple[Member, ...]
    title: str
    url: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Days:
    """Stories about the crisis whose origin falls on some days, with what was found in their articles.

    evidence, figures : rows of these tables with source, outlet, url, published and seen of the article.
    """

    stories: tuple[Told, ...]
    evidence: tuple[AnyRow, ...]
    figures: tuple[AnyRow, ...]


def stored_rows(
    archive: Archive, under: Rules, name: str, columns: Sequence[str], *, spans: Sequence[tuple[date, date]]
) -> Iterator[tuple[Any, ...]]:
    """Rows of one of STORED, `date` for its day, span by span; in a span by key."""
    table = STORED[name]
    wanted = [table.c["day" if one == "date" else one] for one in columns]
    for first, last in spans:
        with archive.reading() as connection:
            rows = connection.execute(_span(table, wanted, under, first, last)).all()
        yield from (tuple(row) for row in rows)


def _span(table: Table, wanted: Sequence[Any], under: Rules, first: date, last: date) -> Select[Any]:
    order = [table.c.day, *(one for one in table.primary_key.columns if one.name not in ("rules", "day"))]
    return select(*wanted).where(table.c.rules == under.id, table.c.day.between(first, last)).order_by(*order)


def told_on(archive: Archive, under: Rules, attribution: Attribution, days: Sequence[date]) -> Days:
    """What is counted on these days and relevant."""
    wanted = set(days)
    with archive.reading() as connection:
        members = members_of(connection, under, days)
        here = [
            (origin, group)
            for origin, group in with_origins(members, attribution)
            if origin.day in wanted and any(one.relevant for one in group)
        ]
        said = {
            row.id: row
            for row in _of(connection, _articles(), [origin.article for origin, _ in here])
        }  # fmt: skip
        ids = sorted(one.article for _, group in here for one in group)
        found = [_of(connection, _found(table, under), ids) for table in (evidence, figures)]
    return Days(
        tuple(_told(origin, group, said[origin.article]) for origin, group in here), tuple(found[0]), tuple(found[1])
    )


def _told(origin: Member, group: Sequence[Member], row: AnyRow) -> Told:
    assert origin.day is not None
    ordered = tuple(sorted(group, key=lambda one: one.article))
    return Told(origin.day, origin, ordered, row.title, row.url, row.published)


def _articles() -> Select[Any]:
    return select(articles.c.id, articles.c.title, articles.c.url, articles.c.published)


def _found(table: Table, under: Rules) -> Select[Any]:
    more = (articles.c.source, articles.c.outlet, articles.c.url, articles.c.published, articles.c.seen)
    return (
        select(table, *more, articles.c.id)
        .join(articles, articles.c.id == table.c.article)
        .where(table.c.rules == under.id)
        .order_by(table.c.article, table.c.n)
    )


def _of(connection: Any, query: Select[Any], ids: Sequence[int]) -> list[AnyRow]:
    """In the order of the ids, some at a time."""
    found: list[AnyRow] = []
    for start in range(0, len(ids), CHUNK):
        found += connection.execute(query.where(articles.c.id.in_(ids[start : start + CHUNK])))
    return found
