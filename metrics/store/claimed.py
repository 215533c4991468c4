"""Claimed figures of given articles, as the tagger saved them: for who shows the articles themselves."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from feeds.archive.schema import AnyRow, figures
from metrics.model import Figure
from metrics.store.counting import CHUNK


def figures_of(connection: Connection, under: int, ids: Sequence[int]) -> dict[int, list[Figure]]:
    """Article → its figures in order of the text; an article without any is left out. under : rules.id."""
    found: dict[int, list[Figure]] = {}
    for start in range(0, len(ids), CHUNK):
        query = (
            select(figures)
            .where(figures.c.rules == under, figures.c.article.in_(ids[start : start + CHUNK]))
            .order_by(figures.c.article, figures.c.n)
        )
        for row in connection.execute(query):
            found.setdefault(row.article, []).append(_figure(row))
    return found


def _figure(row: AnyRow) -> Figure:
    return Figure(
        value=row.value, unit=row.unit, subject=row.subject, kind=row.kind, people=row.people, claimant=row.claimant,
        as_of=row.as_of, sentence=row.sentence, bound=row.bound, high=row.high, claimant_side=row.claimant_side,
        start=row.start, end=row.end, rule=row.rule,
    )  # fmt: skip
