"""Where a walk through a source's history stands: one row a page, written with the articles of that page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from feeds.archive.schema import AnyRow, backfills
from feeds.model import Poll


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page of history. next "": the walk ended here, `ended` says why; counts stand in the table."""

    source: str
    started: datetime  # when its walk began, to the second
    at: datetime
    since: datetime
    way: str  # links, wordpress, blogger, guess
    url: str
    next: str
    digest: str
    oldest: datetime | None
    ended: str = ""
    new: int = 0


def record(connection: Connection, page: PageRead, polls: Sequence[Poll]) -> None:
    """Inside the transaction that stores the last articles of the page; `polls` hold the counts of its parts."""
    dropped: Counter[str] = Counter()
    for poll in polls:
        dropped.update(poll.dropped)
    row = {
        "source": page.source, "started": page.started, "at": page.at, "since": page.since, "way": page.way,
        "url": page.url, "next": page.next or None, "digest": page.digest, "oldest": page.oldest,
        "items_seen": sum(poll.seen for poll in polls), "items_new": sum(poll.new for poll in polls),
        "items_known": sum(poll.known for poll in polls), "dropped": dict(dropped), "ended": page.ended or None,
    }  # fmt: skip
    connection.execute(insert(backfills).values(row))


def end(connection: Connection, source: str, started: datetime, words: str) -> None:
    """No page comes after the last one that was read: the walk ended there."""
    of_walk = select(func.max(backfills.c.id)).where(backfills.c.source == source, backfills.c.started == started)
    last = update(backfills).where(backfills.c.id == of_walk.scalar_subquery())
    connection.execute(last.values(next=None, ended=words))


def last_walk(connection: Connection, source: str) -> list[PageRead]:
    newest = select(func.max(backfills.c.started)).where(backfills.c.source == source).scalar_subquery()
    query = select(backfills).where(backfills.c.source == source, backfills.c.started == newest)
    return [_page(row) for row in connection.execute(query.order_by(backfills.c.id))]


def _page(row: AnyRow) -> PageRead:
    return PageRead(
        source=row.source, started=row.started, at=row.at, since=row.since, way=row.way, url=row.url,
        next=row.next or "", digest=row.digest, oldest=row.oldest, ended=row.ended or "", new=row.items_new,
    )  # fmt: skip
