"""Fill source_days from the ledger and daily_observed from both. Transactions only delete and insert."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from feeds.archive import Archive
from feeds.archive.schema import articles, daily_observed, polls, rules, source_days, tags
from feeds.monitor import Monitor
from metrics.attribution import Attribution
from metrics.observe import SourceDay, Watched, observability
from metrics.store.tagging import Rules, mark_stale

GOOD = ("ok", "not-modified")
WEIGHED = timedelta(days=180)  # 56 observed days lie within these; older ones say nothing about a source's weight


def mark_all_stale(archive: Archive, under: Rules, sources_hash: str) -> None:
    """A side, family or scope changed: every day is counted again, nothing is tagged again."""
    with archive.writing() as connection:
        days = connection.execute(select(articles.c.day).where(articles.c.day.is_not(None)).distinct()).scalars().all()
        mark_stale(connection, under, days)
        connection.execute(update(rules).where(rules.c.id == under.id).values(sources_hash=sources_hash))


def observe(archive: Archive, under: Rules, monitor: Monitor, attribution: Attribution, *, since: date | None) -> None:
    """Observability from `since` on (None: from our first poll), or from the first day polled since the last call."""
    with archive.reading() as connection:
        fresh = _fresh_source_days(connection, monitor)
        first, last = _range(connection, monitor)
    if first is None or last is None:
        with archive.writing() as connection:
            _say_counted(connection, under)
        return
    _save_source_days(archive, fresh)
    begin = max(first, min([since or first, *(day for _, day in fresh)]))
    with archive.reading() as connection:
        watched = _watched(connection, under, attribution, since=begin - WEIGHED)
    rows = observability(watched, begin, last)
    with archive.writing() as connection:
        connection.execute(
            delete(daily_observed).where(daily_observed.c.rules == under.id, daily_observed.c.day >= begin)
        )
        values = [
            {
                "rules": under.id,
                "day": day,
                "language": language,
                "side": side,
                "usual": one.usual,
                "usual_seen": one.usual_seen,
            }
            for (day, language, side), one in sorted(rows.items())
        ]
        if values:
            connection.execute(insert(daily_observed), values)
        _say_counted(connection, under)


def _say_counted(connection: Connection, under: Rules) -> None:
    """The last step of an update: readers that kept an answer ask again."""
    connection.execute(update(rules).where(rules.c.id == under.id).values(counted=rules.c.counted + 1))


def _range(connection: Connection, monitor: Monitor) -> tuple[date | None, date | None]:
    lowest, highest = connection.execute(select(func.min(polls.c.at), func.max(polls.c.at))).one()
    return (monitor.day_of(lowest), monitor.day_of(highest)) if lowest is not None else (None, None)


def _fresh_source_days(
    connection: Connection, monitor: Monitor
) -> dict[tuple[str, date], tuple[int, int, bool | None]]:
    """(source, day) → polls, answered, overlapped; for the last day counted and every day after it."""
    newest = connection.execute(select(func.max(source_days.c.day))).scalar_one_or_none()
    query = select(polls.c.source, polls.c.at, polls.c.outcome, polls.c.overlaps).order_by(polls.c.at, polls.c.id)
    if newest is not None:
        start = datetime(newest.year, newest.month, newest.day, tzinfo=monitor.zone)
        query = query.where(polls.c.at >= start)
    grouped: defaultdict[tuple[str, date], list[tuple[str, bool | None]]] = defaultdict(list)
    for source, at, outcome, overlaps in connection.execute(query):
        grouped[source, monitor.day_of(at)].append((outcome, overlaps))
    return {key: _source_day(found) for key, found in grouped.items()}


def _source_day(found: list[tuple[str, bool | None]]) -> tuple[int, int, bool | None]:
    good = [overlaps for outcome, overlaps in found if outcome in GOOD]
    return len(found), len(good), good[0] if good else None


def _save_source_days(archive: Archive, fresh: dict[tuple[str, date], tuple[int, int, bool | None]]) -> None:
    with archive.writing() as connection:
        for day in sorted({day for _, day in fresh}):
            connection.execute(delete(source_days).where(source_days.c.day == day))
        rows = [
            {"source": source, "day": day, "polls": asked, "answered": answered, "overlapped": overlapped}
            for (source, day), (asked, answered, overlapped) in sorted(fresh.items())
        ]
        if rows:
            connection.execute(insert(source_days), rows)


def _watched(connection: Connection, under: Rules, attribution: Attribution, *, since: date) -> list[Watched]:
    days: defaultdict[str, dict[date, SourceDay]] = defaultdict(dict)
    for row in connection.execute(select(source_days)):
        days[row.source][row.day] = SourceDay(row.answered > 0, row.overlapped)
    relevant: defaultdict[str, dict[date, int]] = defaultdict(dict)
    query = (
        select(articles.c.source, articles.c.day, func.count())
        .join(tags, (tags.c.article == articles.c.id) & (tags.c.rules == under.id))
        .where(tags.c.relevant, articles.c.day >= since)
        .group_by(articles.c.source, articles.c.day)
    )
    for source, day, count in connection.execute(query):
        relevant[source][day] = count
    return [
        _watched_source(key, attribution, days[key], relevant[key])
        for key in sorted(days)
        if key in attribution.sources and attribution.counts(key)
    ]


def _watched_source(
    key: str, attribution: Attribution, days: dict[date, SourceDay], relevant: dict[date, int]
) -> Watched:
    source = attribution.sources[key]
    return Watched(key, source.languages[0] if source.languages else "", source.outlet.side, days, relevant)
