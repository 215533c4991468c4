"""The revision log: numbers of days counted before that a later count changed, and why. Records, only ever added to.

A day counts as counted before when it was over at the last finished count and is older than yesterday, or when a
summary of it was handed out. An entry is written in the transaction that writes the new number: whoever is killed in
between has written both or neither, and who counts the same again writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from feeds.archive import Archive
from feeds.archive.schema import (
    article_versions,
    articles,
    daily,
    daily_observed,
    daily_totals,
    issues,
    revisions,
    tombstones,
)
from feeds.monitor import Monitor
from metrics.attribution import Attribution
from metrics.observe import state_of
from metrics.store.building import Rules
from metrics.store.counting import ANY, CHUNK, DAYS, Member, earliest, labels_of, members_of, with_origins

SHOWN = ("full", "partial", "backfill")  # states of a day whose number is shown
REASONS = ("forgotten", "late", "edit", "backfill", "origin", "rules", "sources", "stories", "other")
GLOBAL = ("rules", "sources", "stories")  # reasons that lie in no article

Key = tuple[date, str, str, str]  # day, indicator, stance, people
Numbers = dict[Key, int]  # stories; what is not in it is 0
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Revising:
    """What is to be known of a count before it begins, to tell a revision from a first count.

    settled : days counted before → were they shown, or could nobody see them? otherwise : why, where no article says.
    """

    now: datetime
    known: int
    settled: Mapping[date, bool]
    split: frozenset[str]
    otherwise: str


class Cause(NamedTuple):
    """A story that changed since the last finished count. labels : (indicator, stance, people) of its articles now."""

    reason: str
    article: int
    story: int
    labels: frozenset[tuple[str, str, str]]


def revising(
    archive: Archive, under: Rules, monitor: Monitor, attribution: Attribution, days: Sequence[date], *, now: datetime
) -> Revising | None:
    """To be asked before observability and days are counted anew. None: nothing was ever counted under these rules."""
    if under.known is None or under.until is None:
        return None
    otherwise = "stories" if under.mark < under.known else "other"
    if under.known_sources != attribution.fingerprint:
        otherwise = "sources"
    over = min(monitor.day_of(now) - timedelta(days=1), monitor.day_of(under.until))
    with archive.reading() as connection:
        issued = set(connection.execute(select(issues.c.day).distinct()).scalars())
        chosen = [day for day in days if day < over or day in issued]
        settled = _counted_before(connection, under, chosen)
    split = frozenset(key for key in monitor.indicator_keys if monitor.indicator(key).split_by_people)
    return Revising(now, under.known, settled, split, otherwise)


def revised(
    archive: Archive,
    under: Rules,
    known: Revising,
    attribution: Attribution,
    counted: Mapping[date, Iterable[Mapping[str, object]]],
) -> list[Row]:
    """Entries for the days that were counted before. counted : day → the new rows of `daily` and `daily_totals`."""
    settled = [day for day in counted if day in known.settled]
    if not settled:
        return []
    with archive.reading() as connection:
        return _revised(connection, under, known, attribution, counted, settled)


def _revised(
    connection: Connection,
    under: Rules,
    known: Revising,
    attribution: Attribution,
    counted: Mapping[date, Iterable[Mapping[str, object]]],
    settled: Sequence[date],
) -> list[Row]:
    old, new = _numbers(connection, under, settled, known.split), _numbers_of(counted, settled, known.split)
    changed = sorted(key for key in old.keys() | new.keys() if old.get(key, 0) != new.get(key, 0))
    if not changed:
        return []
    days_changed = sorted({key[0] for key in changed})
    shown = _shown(connection, under, days_changed, {day for day in days_changed if _has_backfill(counted[day])})
    causes = _causes(connection, under, days_changed, attribution, known.known)
    rows = [
        _entry(key, old, new, known, shown=key[0] in shown, causes=causes[key[0]], version=under.version)
        for key in changed
    ]
    return [row for row in rows if row["old"] != row["new"]]


def revised_by_switch(
    archive: Archive, before: Rules, after: Rules, monitor: Monitor, attribution: Attribution, *, now: datetime
) -> list[Row]:
    """Entries for all days, when tags made anew take the place of others. New words: one entry a day and label."""
    known = revising(archive, before, monitor, attribution, _all_days(archive, before, after), now=now)
    if known is None:
        return []
    has_new_words = before.version != after.version
    split = frozenset[str]() if has_new_words else known.split
    rows: list[Row] = []
    days = sorted(known.settled)
    for start in range(0, len(days), DAYS):
        some = days[start : start + DAYS]
        with archive.reading() as connection:
            old, new = _numbers(connection, before, some, split), _numbers(connection, after, some, split)
            changed = sorted(key for key in old.keys() | new.keys() if old.get(key, 0) != new.get(key, 0))
            if not changed:
                continue
            touched = sorted({key[0] for key in changed})
            shown = _counted_before(connection, after, touched)
            causes = (
                defaultdict[date, list[Cause]](list)
                if has_new_words
                else _causes(connection, after, touched, attribution, known.known)
            )
        why = Revising(now, known.known, known.settled, split, "rules" if has_new_words else known.otherwise)
        rows += [
            _entry(key, old, new, why, shown=shown.get(key[0], False), causes=causes[key[0]], version=after.version)
            for key in changed
        ]
    return [row for row in rows if row["old"] != row["new"]]


def _entry(
    key: Key, old: Numbers, new: Numbers, known: Revising, *, shown: bool, causes: Sequence[Cause], version: str
) -> Row:
    day, indicator, stance, people = key
    found = [one for one in causes if (indicator, stance, people) in one.labels]
    if not found and known.otherwise not in GLOBAL:  # what an edit took away, or a story that left the day
        found = [one for one in causes if one.reason in ("forgotten", "edit", "origin")]
    reasons = sorted({one.reason for one in found}, key=REASONS.index) or [known.otherwise]
    only = found[0] if len(found) == 1 else None
    return {
        "day": day, "indicator": indicator, "stance": stance, "people": people,
        "old": old.get(key, 0) if known.settled[day] else None, "new": new.get(key, 0) if shown else None,
        "at": known.now, "reason": "+".join(reasons), "article": only.article if only else None,
        "story": only.story if only else None, "rules_version": version,
    }  # fmt: skip


# What stood before ----------------------------------------------------------------------------------------------------


def _all_days(archive: Archive, *under: Rules) -> list[date]:
    with archive.reading() as connection:
        query = select(daily_totals.c.day).where(daily_totals.c.rules.in_([one.id for one in under])).distinct()
        return sorted(connection.execute(query).scalars())


def _counted_before(connection: Connection, under: Rules, days: Sequence[date]) -> dict[date, bool]:
    """Those of `days` that have been counted → were they shown? A day that was neither polled nor loaded was not."""
    loaded: dict[date, bool] = {}
    for start in range(0, len(days), CHUNK):
        query = (
            select(daily_totals.c.day, func.sum(daily_totals.c.backfill))
            .where(daily_totals.c.rules == under.id, daily_totals.c.day.in_(days[start : start + CHUNK]))
            .group_by(daily_totals.c.day)
        )
        loaded.update((day, bool(backfill)) for day, backfill in connection.execute(query))
    polled = _observed(connection, under, days)
    shown = _shown(connection, under, days, {day for day, some in loaded.items() if some})
    return {day: day in shown for day in days if day in loaded or day in polled}


def _observed(connection: Connection, under: Rules, days: Sequence[date]) -> dict[date, tuple[float, float]]:
    found: dict[date, tuple[float, float]] = {}
    for start in range(0, len(days), CHUNK):
        query = (
            select(daily_observed.c.day, func.sum(daily_observed.c.usual), func.sum(daily_observed.c.usual_seen))
            .where(daily_observed.c.rules == under.id, daily_observed.c.day.in_(days[start : start + CHUNK]))
            .group_by(daily_observed.c.day)
        )
        found.update((day, (usual, seen)) for day, usual, seen in connection.execute(query))
    return found


def _shown(connection: Connection, under: Rules, days: Sequence[date], loaded: Collection[date]) -> set[date]:
    """Days whose numbers are drawn: seen by half at least, or loaded from files."""
    observed = _observed(connection, under, days)
    unknown = (None, None)
    return {day for day in days if state_of(*observed.get(day, unknown), has_backfill=day in loaded) in SHOWN}


def _has_backfill(rows: Iterable[Mapping[str, object]]) -> bool:
    return any(row.get("backfill") for row in rows)


def _numbers(connection: Connection, under: Rules, days: Sequence[date], split: Collection[str]) -> Numbers:
    """Stories of these days by label as they are stored; by people too where the indicator is split."""
    keys = (daily.c.day, daily.c.indicator, daily.c.stance, daily.c.people)
    query = (
        select(*keys, func.sum(daily.c.stories))
        .where(daily.c.rules == under.id, daily.c.day.in_(days), daily.c.occurrence == ANY)
        .where((daily.c.people == ANY) | daily.c.indicator.in_(sorted(split)))
        .group_by(*keys)
    )
    return {(day, *label): int(stories) for day, *label, stories in connection.execute(query)}


def _numbers_of(
    counted: Mapping[date, Iterable[Mapping[str, object]]], days: Sequence[date], split: Collection[str]
) -> Numbers:
    """The same of rows that are not stored yet."""
    found: defaultdict[Key, int] = defaultdict(int)
    for day in days:
        for row in counted[day]:
            if row.get("occurrence") == ANY and (row["people"] == ANY or row["indicator"] in split):
                key = (day, str(row["indicator"]), str(row["stance"]), str(row["people"]))
                found[key] += int(str(row["stories"]))
    return dict(found)


# Why ------------------------------------------------------------------------------------------------------------------


def _causes(
    connection: Connection, under: Rules, days: Sequence[date], attribution: Attribution, known: int
) -> defaultdict[date, list[Cause]]:
    """Day → stories on it, or that were on it, with articles that came or were edited since version `known`."""
    groups = with_origins(members_of(connection, under, days), attribution)
    versions = _versions_since(connection, [member.article for _, group in groups for member in group], known)
    erased = _erased(connection, sorted(versions))
    touched = [(origin, group) for origin, group in groups if any(member.article in versions for member in group)]
    labels = labels_of(connection, under, [m.article for _, group in touched for m in group if m.relevant])
    found: defaultdict[date, list[Cause]] = defaultdict(list)
    for origin, group in touched:
        said = {label for member in group for label in labels.get(member.article, ())}
        reason, article, where = _cause(origin, group, versions, known)
        if gone := [member.article for member in group if member.article in erased]:
            reason, article = "forgotten", gone[0]
        marked = frozenset((i, s, p) for i, s, _, people in said for p in (people, ANY))
        for day in where:
            found[day].append(Cause(reason, article, origin.story, marked))
    return found


def _cause(
    origin: Member, group: Sequence[Member], versions: Mapping[int, int], known: int
) -> tuple[str, int, list[date]]:
    """Reason, article and days of one story. versions : article → its first version, of those touched."""
    new = [member for member in group if versions.get(member.article, 0) > known]
    before = [member for member in group if member not in new]
    old = earliest(before) if before else origin
    days = [day for day in dict.fromkeys((old.day, origin.day)) if day is not None]
    if old.day != origin.day:
        return "origin", origin.article, days
    if new:
        first = min(new, key=lambda member: member.article)
        return ("backfill" if all(member.backfill for member in new) else "late"), first.article, days
    return "edit", min(member.article for member in group if member.article in versions), days


def _versions_since(connection: Connection, ids: Sequence[int], known: int) -> dict[int, int]:
    """Article → the id of its first version, of those that came or were edited since."""
    found: dict[int, int] = {}
    for start in range(0, len(ids), CHUNK):
        query = (
            select(article_versions.c.article, func.min(article_versions.c.id))
            .join(articles, articles.c.id == article_versions.c.article)
            .where(articles.c.id.in_(ids[start : start + CHUNK]), articles.c.version_id > known)
            .group_by(article_versions.c.article)
        )
        found.update((article, first) for article, first in connection.execute(query))
    return found


def _erased(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those that were forgotten, or lost a name."""
    found: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        query = select(tombstones.c.article).where(tombstones.c.article.in_(ids[start : start + CHUNK]))
        found.update(connection.execute(query).scalars())
    return found


# Read back ------------------------------------------------------------------------------------------------------------


class Revision(NamedTuple):
    """One entry. people "*": all together. old, new : stories; None: a day that could not be seen. reason : of REASONS,
    several joined by "+". article, story : where one alone explains it."""

    id: int
    day: date
    indicator: str
    stance: str
    people: str
    old: int | None
    new: int | None
    at: datetime
    reason: str
    article: int | None
    story: int | None
    rules_version: str


def revisions_of(
    archive: Archive,
    *,
    first: date | None = None,
    last: date | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    indicator: str | None = None,
) -> list[Revision]:
    """Entries of these days, written after `since` and by `until`, in the order in which they were written."""
    column, query = revisions.c, select(revisions).order_by(revisions.c.id)
    query = query if first is None else query.where(column.day >= first)
    query = query if last is None else query.where(column.day <= last)
    query = query if since is None else query.where(column.at > since)
    query = query if until is None else query.where(column.at <= until)
    query = query if indicator is None else query.where(column.indicator == indicator)
    with archive.reading() as connection:
        return [Revision(*row) for row in connection.execute(query)]


def corrections(archive: Archive, *, since: datetime, until: datetime) -> list[Revision]:
    """Entries written after `since` and by `until` of days whose summary had been handed out before."""
    with archive.reading() as connection:
        query = select(issues.c.day, func.min(issues.c.made)).group_by(issues.c.day)
        issued = {row[0]: row[1] for row in connection.execute(query)}
    entries = revisions_of(archive, since=since, until=until)
    return [one for one in entries if one.day in issued and issued[one.day] <= one.at]
