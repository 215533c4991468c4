"""Questions about the archive. Each takes a connection and gives values or a frame; no row leaves this package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, func, select

from feeds.archive.schema import AnyRow, article_versions, articles, rules, sources
from feeds.archive.schema import polls as ledger
from feeds.model import Article, Poll, Rhythm, SourceState, Version

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 400
TAUGHT = frozenset(one.name for one in fields(Rhythm))


def states(connection: Connection, *, counted: bool) -> dict[str, SourceState]:
    counts: dict[str, int] = {}
    if counted:
        grouped = select(articles.c.source, func.count()).group_by(articles.c.source)
        counts = {row[0]: row[1] for row in connection.execute(grouped)}
    return {row.key: _state(row, int(counts.get(row.key, 0))) for row in connection.execute(select(sources))}


def states_of(connection: Connection, keys: Sequence[str]) -> dict[str, SourceState]:
    """One a key, without its number of articles; what was never polled has an empty one."""
    found = {key: SourceState(key) for key in keys}
    for start in range(0, len(keys), CHUNK):
        rows = connection.execute(select(sources).where(sources.c.key.in_(keys[start : start + CHUNK])))
        found.update((row.key, _state(row, 0)) for row in rows)
    return found


def _state(row: AnyRow, count: int) -> SourceState:
    return SourceState(
        key=row.key, etag=row.etag or "", last_modified=row.last_modified or "", body_hash=row.body_hash or "",
        polls=row.polls, failures=row.failures, last_poll=row.last_poll, last_success=row.last_success,
        first_success=row.first_success, last_new=row.last_new, last_outcome=row.last_outcome or "",
        last_error=row.last_error or "", moved_to=row.moved_to or "", next_poll=row.next_poll,
        next_reason=row.next_reason or "", rhythm=_rhythm(row.rhythm), holding=tuple(row.holding or ()), articles=count,
    )  # fmt: skip


def _rhythm(value: dict[str, Any] | None) -> Rhythm:
    """As it was written, by names; fields that only a newer or older program knows are left out."""
    told: dict[str, Any] = {k: v for k, v in (value or {}).items() if k in TAUGHT}
    return Rhythm(**told | {k: tuple(v) for k, v in told.items() if isinstance(v, list)})


ARTICLE_COLUMNS = (
    articles.c.id, articles.c.source, articles.c.guid, articles.c.url, articles.c.title, articles.c.text,
    articles.c.language, articles.c.outlet, articles.c.published, articles.c.seen, articles.c.first_time,
    articles.c.day, articles.c.late, articles.c.backfill, articles.c.version, articles.c.version_id, articles.c.changed,
)  # fmt: skip


def _article(row: AnyRow) -> Article:
    return Article(*row)  # ARTICLE_COLUMNS stand in the order of its fields; by name takes three times as long


def articles_by_id(connection: Connection, ids: Sequence[int]) -> list[Article]:
    found: dict[int, Article] = {}
    for start in range(0, len(ids), CHUNK):
        rows = connection.execute(select(*ARTICLE_COLUMNS).where(articles.c.id.in_(ids[start : start + CHUNK])))
        found.update((row.id, _article(row)) for row in rows)
    return [found[one] for one in ids if one in found]


def article_count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(articles)).scalar_one())


def versions(connection: Connection, article: int) -> list[tuple[int, datetime, str, str]]:
    current = articles_by_id(connection, [article])
    rows = connection.execute(
        select(article_versions).where(article_versions.c.article == article).order_by(article_versions.c.version)
    )
    return [
        (row.version, row.seen, *((current[0].title, current[0].text) if row.title is None else (row.title, row.text)))
        for row in rows
        if current
    ]


def history(connection: Connection, article: int) -> list[Version]:
    current = connection.execute(select(articles).where(articles.c.id == article)).first()
    query = select(article_versions).where(article_versions.c.article == article)
    if current is None:
        return []
    rows = connection.execute(query.order_by(article_versions.c.version))
    return [_version(row, current if row.version == current.version else row, current) for row in rows]


def _version(row: AnyRow, stands: AnyRow, current: AnyRow) -> Version:
    """stands : where its text stands. Archives before schema 0004 did not keep the addresses of old versions."""
    url = current.url if stands.url is None else stands.url
    return Version(row.version, row.seen, stands.title, stands.text, url, row.published, row.kind, row.body)


def gone(connection: Connection, article: int) -> datetime | None:
    return connection.execute(select(articles.c.gone).where(articles.c.id == article)).scalar()


def versions_after(connection: Connection, version_id: int, limit: int) -> list[Article]:
    query = (
        select(*ARTICLE_COLUMNS).where(articles.c.version_id > version_id).order_by(articles.c.version_id).limit(limit)
    )
    return [_article(row) for row in connection.execute(query)]


def superseded(connection: Connection, after: int, until: int) -> list[Article]:
    versions = article_versions
    replaced = {"title": versions.c.title, "text": versions.c.text, "version": versions.c.version,
                "version_id": versions.c.id, "changed": versions.c.seen}  # fmt: skip
    columns = [replaced.get(column.name, column) for column in ARTICLE_COLUMNS]
    query = (
        select(*columns)
        .join(articles, articles.c.id == versions.c.article)
        .where(versions.c.id > after, versions.c.id <= until, versions.c.title.is_not(None))
        .order_by(versions.c.id)
    )
    found = (_article(row) for row in connection.execute(query))
    return [one if one.version > 1 else replace(one, changed=None) for one in found]


def versions_waiting(connection: Connection, version_id: int) -> int:
    query = select(func.count()).select_from(articles).where(articles.c.version_id > version_id)
    return int(connection.execute(query).scalar_one())


def polls(
    connection: Connection, *, source: str | None, since: datetime | None, until: datetime | None, limit: int | None
) -> list[Poll]:
    """Newest first."""
    query = select(ledger).where(*_wanted(source, since, until)).order_by(ledger.c.at.desc(), ledger.c.id.desc())
    return [_poll(row) for row in connection.execute(query.limit(limit) if limit is not None else query)]


def _wanted(source: str | None, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    conditions = []
    if source is not None:
        conditions.append(ledger.c.source == source)
    if since is not None:
        conditions.append(ledger.c.at >= since)
    if until is not None:
        conditions.append(ledger.c.at < until)
    return conditions


def _poll(row: AnyRow) -> Poll:
    return Poll(
        source=row.source, at=row.at, outcome=row.outcome, status=row.status, seconds=row.seconds, bytes=row.bytes,
        seen=row.items_seen, new=row.items_new, updated=row.items_updated, known=row.items_known,
        dropped=dict(row.dropped), error=row.error or "", overlaps=row.overlaps, reason=row.reason,
        address=row.address or "", vantage=row.vantage or "",
    )  # fmt: skip


def polls_frame(connection: Connection, since: datetime | None, until: datetime | None) -> pd.DataFrame:
    import pandas as pd  # 65 MB and half a second that a poller can do without

    names = {
        "source": "source", "at": "at", "outcome": "outcome", "overlaps": "overlaps", "items_seen": "seen",
        "items_new": "new", "items_updated": "updated", "items_known": "known", "dropped": "dropped",
    }  # fmt: skip
    columns = [ledger.c[name] for name in names]
    query = select(*columns).where(*_wanted(None, since, until)).order_by(ledger.c.at, ledger.c.id)
    return pd.DataFrame(connection.execute(query).all(), columns=list(names.values()))


def arrived(connection: Connection) -> tuple[int, int]:
    newest_version = select(func.max(articles.c.version_id)).scalar_subquery()
    newest_poll = select(func.max(ledger.c.id)).scalar_subquery()
    row = connection.execute(select(newest_version, newest_poll)).one()
    return int(row[0] or 0), int(row[1] or 0)


def changed(connection: Connection) -> str:
    latest = (
        select(func.max(articles.c.version_id)).scalar_subquery(),
        select(func.max(ledger.c.id)).scalar_subquery(),
        select(func.max(rules.c.mark)).where(rules.c.is_current).scalar_subquery(),
        select(func.max(rules.c.id)).where(rules.c.is_current).scalar_subquery(),
        select(func.max(rules.c.counted)).where(rules.c.is_current).scalar_subquery(),
    )
    return "-".join(str(value or 0) for value in connection.execute(select(*latest)).one())
