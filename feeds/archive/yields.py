"""What each source brought and when it could be read: the sums that judging its silence needs. SQL only."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, Integer, String, and_, case, func, select, type_coerce

from feeds.archive.schema import articles, bodies, polls, sources

if TYPE_CHECKING:
    import pandas as pd

HOUR_COLUMNS = ("source", "hour", "polls", "answered", "kept", "lost", "stale", "new")


def hourly(connection: Connection, since: datetime, until: datetime) -> pd.DataFrame:
    """One row a source and UTC hour with polls in it, oldest hour first.

    source, hour (aware, its beginning), polls, answered (200 or 304), kept (an older item was still in the feed),
    lost (none was: items may have been missed), stale (304 although everything was asked for), new (articles; those of
    the very first answer are left out: that is the feed's stock, not what the source writes in an hour).
    """
    import pandas as pd  # a poller can do without its 65 MB

    hour = _hour(connection).label("hour")
    answered = polls.c.outcome.in_(("ok", "not-modified"))
    is_first = and_(sources.c.first_success.is_not(None), polls.c.at <= sources.c.first_success)
    query = (
        select(
            polls.c.source, hour, func.count(), _times(answered), _times(polls.c.overlaps.is_(True)),
            _times(polls.c.overlaps.is_(False)), _times(and_(polls.c.status == 304, polls.c.outcome == "refused")),
            func.sum(case((is_first, 0), else_=polls.c.items_new)),
        )
        .join(sources, sources.c.key == polls.c.source)
        .where(polls.c.at >= since, polls.c.at < until)
        .group_by(polls.c.source, hour)
        .order_by(hour, polls.c.source)
    )  # fmt: skip
    frame = pd.DataFrame(connection.execute(query).all(), columns=list(HOUR_COLUMNS))
    frame["hour"] = pd.to_datetime(frame["hour"], format="%Y-%m-%dT%H", utc=True)
    return frame.astype(dict.fromkeys(HOUR_COLUMNS[2:], "int64"))


def _hour(connection: Connection) -> ColumnElement[str]:
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", polls.c.at), 'YYYY-MM-DD"T"HH24')
    return func.substr(type_coerce(polls.c.at, String), 1, 13)


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0), type_=Integer)


def article_days(connection: Connection, since: date) -> dict[str, list[tuple[date, bool]]]:
    """source → its counting days with articles, oldest first, each with whether all of them came more than a week late
    (the stock of a first answer, pinned posts). What only files brought is left out."""
    query = (
        select(articles.c.source, articles.c.day, func.min(case((articles.c.late, 1), else_=0)))
        .where(articles.c.day >= since, articles.c.backfill.is_(False))
        .group_by(articles.c.source, articles.c.day)
        .order_by(articles.c.day)
    )
    found: dict[str, list[tuple[date, bool]]] = {}
    for source, day, late in connection.execute(query):
        found.setdefault(source, []).append((day, bool(late)))
    return found


def last_losses(connection: Connection, since: datetime) -> dict[str, tuple[int, datetime]]:
    """source → how often since then none of the items of before was still in its feed, and when last."""
    query = (
        select(polls.c.source, func.count(), func.max(polls.c.at, type_=polls.c.at.type))
        .where(polls.c.at >= since, polls.c.overlaps.is_(False))
        .group_by(polls.c.source)
    )
    return {source: (count, at) for source, count, at in connection.execute(query)}


def server_clocks(connection: Connection, limit: int) -> list[tuple[datetime, str]]:
    """(when we polled, what the server's Date header said) of the newest answers that were kept."""
    query = select(bodies.c.at, bodies.c.headers).order_by(bodies.c.id.desc()).limit(limit)
    pairs = [(at, dict(map(tuple, headers or [])).get("date", "")) for at, headers in connection.execute(query)]
    return [(at, said) for at, said in pairs if said]
