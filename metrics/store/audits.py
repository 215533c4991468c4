"""What an audit asks of the archive: which articles there are to draw from, and the record of what readers found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, insert, select

from feeds.archive import Archive
from feeds.archive.schema import articles, audits, evidence, rules, tags
from metrics.store.questions import _under


@dataclass(frozen=True, slots=True)
class Drawable:
    """One article as the tagger left it. relevant None: not tagged yet. stances : of its evidence."""

    article: int
    language: str
    relevant: bool | None
    context: bool
    stances: frozenset[str]


@dataclass(frozen=True, slots=True)
class AuditNote:
    """An audit that was recorded. items : articles that were read and decide."""

    at: datetime
    rules_version: str
    items: int
    readers: int


def drawable(archive: Archive) -> list[Drawable]:
    """Every article of the archive by id, tagged or not; language as detected, else as the feed says."""
    stances: defaultdict[int, set[str]] = defaultdict(set)
    with archive.reading() as connection:
        under = _under(connection)
        said = select(evidence.c.article, evidence.c.stance).where(evidence.c.rules == under).distinct()
        for article, stance in connection.execute(said):
            stances[article].add(stance)
        rows = connection.execute(
            select(articles.c.id, articles.c.language, tags.c.language, tags.c.relevant, tags.c.context)
            .join(tags, and_(tags.c.article == articles.c.id, tags.c.rules == under), isouter=True)
            .order_by(articles.c.id)
        ).all()
    return [
        Drawable(row[0], row[2] or row[1] or "", row[3], bool(row[4]), frozenset(stances.get(row[0], ())))
        for row in rows
    ]


def current_version(archive: Archive) -> str:
    """The rules_version the tags were made with; "" before the first tagging."""
    with archive.reading() as connection:
        return connection.execute(select(rules.c.version).where(rules.c.is_current)).scalar() or ""


def record_audit(
    archive: Archive, *, at: datetime, rules_version: str, items: int, readers: int, result: dict[str, object]
) -> None:
    """Keep what an audit found. result : plain JSON, unknown figures null."""
    values = {"at": at, "rules_version": rules_version, "items": items, "readers": readers, "result": result}
    with archive.writing() as connection:
        connection.execute(insert(audits).values(**values))


def last_audit(archive: Archive) -> AuditNote | None:
    """The audit recorded last; None: none yet."""
    query = select(audits).order_by(audits.c.at.desc(), audits.c.id.desc()).limit(1)
    with archive.reading() as connection:
        row = connection.execute(query).first()
    return AuditNote(row.at, row.rules_version, row.items, row.readers) if row else None
