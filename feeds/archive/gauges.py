"""What a monitoring system asks of an archive, cheap enough for every fifteen seconds. Reads, never writes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Text, cast, func, select, text

from feeds.archive.connect import Archive
from feeds.archive.schema import article_versions, articles, polls, rules


@dataclass(slots=True)
class Tally:
    """Sums over the whole ledger, brought up to date by reading only the polls that came since."""

    upto: int = 0  # polls.id that is in the sums
    polls: Counter[str] = field(default_factory=Counter)  # outcome → polls
    items: Counter[str] = field(default_factory=Counter)  # new, updated, known → items
    dropped: Counter[str] = field(default_factory=Counter)  # reason → items


def add_new_polls(archive: Archive, tally: Tally) -> None:
    """Both queries end at the same poll, so that no row is counted twice or left out."""
    with archive.reading() as connection:
        newest = connection.execute(select(func.max(polls.c.id))).scalar() or 0
        fresh = (polls.c.id > tally.upto, polls.c.id <= newest)
        sums = select(
            polls.c.outcome, func.count(), func.sum(polls.c.items_new), func.sum(polls.c.items_updated),
            func.sum(polls.c.items_known),
        )  # fmt: skip
        grouped = connection.execute(sums.where(*fresh).group_by(polls.c.outcome)).all()
        losses = select(polls.c.dropped).where(*fresh, cast(polls.c.dropped, Text) != "{}")
        dropped = connection.execute(losses).scalars().all()
    for outcome, times, new, updated, known in grouped:
        tally.polls[outcome] += times
        tally.items.update({"new": int(new), "updated": int(updated), "known": int(known)})
    for one in dropped:
        tally.dropped.update(one)
    tally.upto = newest


def waiting_for_the_tagger(archive: Archive) -> int:
    """Articles whose current version is not in the tags that readers see; all of them before the first tagging."""
    with archive.reading() as connection:
        mark = connection.execute(select(rules.c.mark).where(rules.c.is_current)).scalar() or 0
        waiting = select(func.count()).select_from(articles).where(articles.c.version_id > mark)
        return int(connection.execute(waiting).scalar_one())


def dropped_since(archive: Archive, since: datetime) -> dict[str, Counter[str]]:
    """Source.key → reason → items dropped in polls from then on; sources that dropped nothing are left out."""
    query = select(polls.c.source, polls.c.dropped).where(polls.c.at >= since, cast(polls.c.dropped, Text) != "{}")
    found: dict[str, Counter[str]] = {}
    with archive.reading() as connection:
        for source, dropped in connection.execute(query):
            found.setdefault(source, Counter()).update(dropped)
    return found


def oldest_waiting(archive: Archive) -> datetime | None:
    """When the oldest version came that is not in the tags that readers see; None: all are. Reads one row."""
    with archive.reading() as connection:
        mark = connection.execute(select(rules.c.mark).where(rules.c.is_current)).scalar() or 0
        oldest = select(article_versions.c.seen).where(article_versions.c.id > mark).order_by(article_versions.c.id)
        return connection.execute(oldest.limit(1)).scalar()


def size_in_bytes(archive: Archive) -> int:
    """Of the database, with its write-ahead log."""
    if archive.engine.dialect.name == "sqlite":
        file = Path(str(archive.engine.url.database))
        parts = (file, file.with_name(f"{file.name}-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())
    with archive.reading() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
