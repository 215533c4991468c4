"""Fill source_days from the ledger and daily_observed from both. Transactions only delete and insert.

A poll can change days before it: an answer that still holds an old item says that nothing was missed since the answer
before. So the rows of a source are counted again from its answer before the first one that is new here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import Connection, delete, func, insert, select, update

from feeds.archive import Archive
from feeds.archive.schema import articles, daily_observed, frozen_days, polls, rules, source_days, tags
from feeds.monitor import Monitor
from metrics.attribution import Attribution
from metrics.observe import BROKEN_DAYS, HISTORY_DAYS, SourceDay, Watched, observability, seen_days
from metrics.store.building import Rules
from metrics.store.tagging import mark_stale

GOOD = ("ok", "not-modified")
_OWN = daily_observed.c.day.not_in(select(frozen_days.c.day))  # not loaded from another archive
SourceDays = dict[str, dict[date, SourceDay]]  # source → day → what it did
Brought = dict[str, dict[date, int]]  # source → counting day → relevant articles
Brings = Callable[[date], Brought]  # from that day on
FreshDays = dict[tuple[str, date], tuple[int, int, bool | None]]  # (source, day) → polls, answered, overlapped


def mark_all_stale(archive: Archive, under: Rules) -> None:
    """A side, family or scope changed: every day is counted again, nothing is tagged again."""
    with archive.writing() as connection:
        days = connection.execute(select(articles.c.day).where(articles.c.day.is_not(None)).distinct()).scalars().all()
        mark_stale(connection, under, days)


def observe(archive: Archive, under: Rules, monitor: Monitor, attribution: Attribution, *, since: date | None) -> bool:
    """Observability of the days that may have changed, in one transaction; False: none of them did.

    since : first day whose relevant articles changed, date.max: none did; None: all days, and remember that the sources
    are those of `attribution`. To be called before the stale days are counted: after an interruption they still say
    where to begin.
    """
    with archive.reading() as connection:
        fresh = _fresh_source_days(connection, monitor)
        is_known = since == date.max and _is_known(connection, fresh)
    if is_known:  # the sources were asked again, and showed what they had shown that day
        with archive.writing() as connection:
            _save_source_days(connection, fresh)
        return False
    with archive.reading() as connection:
        first, last = _range(connection, monitor)
        days = _source_days(connection, fresh)
        begin = _begin(connection, under, days, fresh, first, since)
        watched = _watched(connection, under, attribution, days, begin) if begin is not None else []
        frozen = set(connection.execute(select(frozen_days.c.day)).scalars())
    rows = observability(watched, begin, last) if begin is not None and last is not None else {}
    with archive.writing() as connection:
        _save_source_days(connection, fresh)
        gone = delete(daily_observed).where(daily_observed.c.rules == under.id, _OWN)
        connection.execute(gone.where(daily_observed.c.day >= begin) if begin is not None else gone)
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
            if day not in frozen
        ]
        if values:
            connection.execute(insert(daily_observed), values)
        if begin is not None:
            judge_again(connection, under.id, begin)
        if since is None:
            known = update(rules).where(rules.c.id == under.id)
            connection.execute(known.values(sources_hash=attribution.fingerprint))
    return True


def _is_known(connection: Connection, fresh: FreshDays) -> bool:
    """Does what the polls say of these days stand there already?"""
    query = select(source_days).where(source_days.c.day.in_({day for _, day in fresh}))
    known = {(row.source, row.day): (row.answered > 0, row.overlapped) for row in connection.execute(query)}
    return known == {key: (answered > 0, overlapped) for key, (_, answered, overlapped) in fresh.items()}


def judge_again(connection: Connection, under: int, begin: date) -> None:
    """The detector has to look again at the days from `begin` on; what it knew of them may have changed."""
    known = update(rules).where(rules.c.id == under, rules.c.judged_before > begin)
    connection.execute(known.values(judged_before=begin))


def _begin(
    connection: Connection, under: Rules, days: SourceDays, fresh: FreshDays, first: date | None, since: date | None
) -> date | None:
    """First day to count; None: nothing was ever polled."""
    if first is None or since is None:
        return first
    counted = select(func.max(daily_observed.c.day)).where(daily_observed.c.rules == under.id, _OWN)
    changed = [since, connection.execute(counted).scalar() or first, *(day for _, day in fresh)]
    for source, day in fresh:
        if days[source][day].answered:
            before = max((d for d, one in days[source].items() if one.answered and d < day), default=day)
            changed.append(before)
    return max(first, min(changed))


def _range(connection: Connection, monitor: Monitor) -> tuple[date | None, date | None]:
    lowest, highest = connection.execute(select(func.min(polls.c.at), func.max(polls.c.at))).one()
    return (monitor.day_of(lowest), monitor.day_of(highest)) if lowest is not None else (None, None)


def _fresh_source_days(connection: Connection, monitor: Monitor) -> FreshDays:
    """For the first day that has a poll not counted yet, and every day after it."""
    begin = _first_uncounted(connection, monitor)
    query = select(polls.c.source, polls.c.at, polls.c.outcome, polls.c.overlaps).order_by(polls.c.at, polls.c.id)
    if begin is not None:
        query = query.where(polls.c.at >= datetime(begin.year, begin.month, begin.day, tzinfo=monitor.zone))
    grouped: defaultdict[tuple[str, date], list[tuple[str, bool | None]]] = defaultdict(list)
    for source, at, outcome, overlaps in connection.execute(query):
        grouped[source, monitor.day_of(at)].append((outcome, overlaps))
    return {key: _source_day(found) for key, found in grouped.items()}


def _first_uncounted(connection: Connection, monitor: Monitor) -> date | None:
    """None: nothing is counted yet. Usually the last day counted; earlier where our clock was put back.

    The ledger only grows, so polls beyond as many as are counted are new, whatever day they say.
    """
    newest, counted = connection.execute(select(func.max(source_days.c.day), func.sum(source_days.c.polls))).one()
    if newest is None:
        return None
    earliest = connection.execute(select(func.min(polls.c.at)).where(polls.c.id > int(counted))).scalar()
    return min(newest, monitor.day_of(earliest)) if earliest is not None else cast(date, newest)


def _source_day(found: list[tuple[str, bool | None]]) -> tuple[int, int, bool | None]:
    good = [overlaps for outcome, overlaps in found if outcome in GOOD]
    return len(found), len(good), good[0] if good else None


def _source_days(connection: Connection, fresh: FreshDays) -> SourceDays:
    """All that is stored, with the fresh days in place of what stood there."""
    days: SourceDays = defaultdict(dict)
    for row in connection.execute(select(source_days)):
        days[row.source][row.day] = SourceDay(row.answered > 0, row.overlapped)
    for (source, day), (_, answered, overlapped) in fresh.items():
        days[source][day] = SourceDay(answered > 0, overlapped)
    return days


def _save_source_days(connection: Connection, fresh: FreshDays) -> None:
    for day in sorted({day for _, day in fresh}):
        connection.execute(delete(source_days).where(source_days.c.day == day))
    rows = [
        {"source": source, "day": day, "polls": asked, "answered": answered, "overlapped": overlapped}
        for (source, day), (asked, answered, overlapped) in sorted(fresh.items())
    ]
    if rows:
        connection.execute(insert(source_days), rows)


def watched_sources(
    connection: Connection, under: Rules, attribution: Attribution, begin: date, brought: Brings | None = None
) -> list[Watched]:
    """The sources that enter counts, with what they did on every day and what they brought for weights from `begin`.

    brought : says what they brought from a day on, for who keeps that of days that do not change; None: asked here.
    """
    return _watched(connection, under, attribution, _source_days(connection, {}), begin, brought)


def _watched(
    connection: Connection,
    under: Rules,
    attribution: Attribution,
    days: SourceDays,
    begin: date,
    brought: Brings | None = None,
) -> list[Watched]:
    keys = [key for key in sorted(days) if key in attribution.sources and attribution.counts(key)]
    first = min((weighed_from(days[key], begin) for key in keys), default=begin)
    relevant = brought(first) if brought is not None else brought_since(connection, under, first)
    return [watched_source(key, attribution, days[key], relevant.get(key, {})) for key in keys]


def brought_since(connection: Connection, under: Rules, first: date, last: date | None = None) -> Brought:
    """Relevant articles by source and counting day; what files brought says nothing of what a feed brings."""
    relevant: Brought = defaultdict(dict)
    query = (
        select(articles.c.source, articles.c.day, func.count())
        .join(tags, (tags.c.article == articles.c.id) & (tags.c.rules == under.id))
        .where(articles.c.backfill.is_(False), tags.c.relevant, articles.c.day >= first)
        .group_by(articles.c.source, articles.c.day)
    )
    for source, day, count in connection.execute(query if last is None else query.where(articles.c.day <= last)):
        relevant[source][day] = count
    return relevant


def weighed_from(days: dict[date, SourceDay], begin: date) -> date:
    """The first of the observed days that make the weight of a source from `begin` on; they can lie far apart."""
    seen = sorted(day for day, could_see in seen_days(days).items() if could_see)
    earlier = [day for day in seen if day < begin]
    if not earlier or seen[-1] < begin - timedelta(days=BROKEN_DAYS):
        return begin
    return earlier[-HISTORY_DAYS:][0]


def watched_source(
    key: str, attribution: Attribution, days: dict[date, SourceDay], relevant: dict[date, int]
) -> Watched:
    """One source by its entry in sources.yaml. relevant : counting day → relevant articles."""
    source = attribution.sources[key]
    language = source.languages[0] if source.languages else ""
    return Watched(key, language, source.outlet.side, days, relevant, retired=not source.is_polled)
