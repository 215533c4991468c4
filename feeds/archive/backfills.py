"""Where a walk through a source's history stands: one row a page, written with the articles of that page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from feeds.archive.schema import AnyRow, backfills
from feeds.model import Poll


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page of history. next "": the walk ended here, `ended` says why; counts stand in the table."""

    source: str
    started: datetime  # when its walk began, to the second
    at: datetime
    since: datetime
    way: str  # links, wordpress, blogger, guess; "": no older pages
    url: str
    next: str
    digest: str
    oldest: datetime | None
    ended: str = ""
    new: int = 0


def record(connection: Connection, page: PageRead, poll: Poll) -> None:
    """Inside the transaction that stores the articles of the page; `poll` holds their counts."""
    row = {
        "source": page.source, "started": page.started, "at": page.at, "since": page.since, "way": page.way,
        "url": page.url, "next": page.next or None, "digest": page.digest, "oldest": page.oldest,
        "items_seen": poll.seen, "items_new": poll.new, "items_known": poll.known + poll.updated,
        "dropped": poll.dropped, "ended": page.ended or None,
    }  # fmt: skip
    connection.execute(insert(backfills).values(row))


def last_walk(connection: Connection, source: str) -> list[PageRead]:
    newest = select(func.max(backfills.c.started)).where(backfills.c.source == source).scalar_subquery()
    query = select(backfills).where(backfills.c.source == source, backfills.c.started == newest)
    return [_page(row) for row in connection.execute(query.order_by(backfills.c.id))]


def _page(row: AnyRow) -> PageRead:
    return PageRead(
        source=row.source, started=row.started, at=row.at, since=row.since, way=row.way, url=row.url,
        next=row.next or "", digest=row.digest, oldest=row.oldest, ended=row.ended or "", new=row.items_new,
    )  # fmt: skip
