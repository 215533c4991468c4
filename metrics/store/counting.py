"""Recount days: delete and insert, some days a transaction; no increments to drift. SQL of the daily tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import add
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, delete, func, insert, select

from feeds.archive import Archive
from feeds.archive.schema import (
    AnyRow,
    articles,
    counted_days,
    daily,
    daily_rollup,
    daily_totals,
    evidence,
    frozen_days,
    revisions,
    story_members,
    tags,
)
from feeds.archive.schema import stale_days as waiting
from metrics.attribution import Attribution
from metrics.store.building import Rules

CHUNK = 400
DAYS = 30  # counted together: one transaction of at most a tenth of a second
ANY = "*"  # all occurrences or peoples together, each story once
NONE = "none"  # occurrence of a stance that has none
LABEL = ("indicator", "stance", "occurrence", "people")
Label = tuple[str, str, str, str]
Revised = Callable[[Mapping[date, list[dict[str, object]]]], list[dict[str, object]]]  # day → its new rows


class Member(NamedTuple):  # a dataclass costs twice as much
    """One article of a story, as counting needs it."""

    article: int
    story: int
    source: str
    outlet: str
    day: date | None
    first_time: datetime
    seen: datetime
    late: bool
    backfill: bool
    language: str
    relevant: bool
    context: bool


@dataclass(frozen=True, slots=True)
class _Story:
    """One story that counts on the day in hand. labels: (indicator, stance, occurrence, people) → its articles."""

    language: str
    side: str
    late: bool
    backfill: bool
    relevant: bool
    context: bool
    labels: Counter[Label]


@dataclass(frozen=True, slots=True)
class Then:
    """The archive at a moment: only what was seen by then; of an article edited since, the version that stood.

    Both mappings have the articles edited since. tags : article → (language, relevant, context). labels : what counts.
    """

    as_of: datetime
    tags: Mapping[int, tuple[str, bool, bool]]
    labels: Mapping[int, set[Label]]


def stale_days(archive: Archive, under: Rules) -> list[date]:
    """Days waiting to be recounted, oldest first. Days of another archive stay as they were loaded."""
    query = select(waiting.c.day).where(waiting.c.rules == under.id, waiting.c.day.not_in(select(frozen_days.c.day)))
    with archive.reading() as connection:
        return sorted(connection.execute(query).scalars())


def recount(
    archive: Archive, under: Rules, days: Sequence[date], attribution: Attribution, revised: Revised | None = None
) -> None:
    """Count `days` anew, some at a time. Reads and counts first; a transaction only deletes and inserts.

    revised : what of the new numbers is to be noted in the revision log, in the same transaction; None: nothing.
    """
    for start in range(0, len(days), DAYS):
        some = days[start : start + DAYS]
        with archive.reading() as connection:
            counted = _stories_of(connection, under, some, attribution)
        rows = [(day, _rows(counted[day])) for day in some]
        noted = revised({day: [*tables[daily], *tables[daily_totals]] for day, tables in rows}) if revised else []
        with archive.writing() as connection:
            if noted:
                connection.execute(insert(revisions), noted)
            for table in (daily, daily_rollup, daily_totals):
                connection.execute(delete(table).where(table.c.rules == under.id, table.c.day.in_(some)))
                values = [{"rules": under.id, "day": day, **row} for day, tables in rows for row in tables[table]]
                if values:
                    connection.execute(insert(table), values)
            _note_change(connection, under, some)
            connection.execute(delete(waiting).where(waiting.c.rules == under.id, waiting.c.day.in_(some)))


def _note_change(connection: Connection, under: Rules, days: Sequence[date]) -> None:
    """These days are counted anew: what was read of them before does not hold any more."""
    mine = counted_days.c.rules == under.id
    last = connection.execute(select(func.max(counted_days.c.change)).where(mine)).scalar() or 0
    connection.execute(delete(counted_days).where(mine, counted_days.c.day.in_(days)))
    connection.execute(insert(counted_days), [{"rules": under.id, "day": day, "change": last + 1} for day in days])


def rows_of_days(
    archive: Archive, under: Rules, days: Sequence[date], attribution: Attribution, then: Then | None = None
) -> dict[Table, list[dict[str, object]]]:
    """The rows that a recount of these days would write, without writing them; `date` in place of `day`.

    then : the moment to count them at; None: now.
    """
    found: dict[Table, list[dict[str, object]]] = {daily: [], daily_rollup: [], daily_totals: []}
    for start in range(0, len(days), DAYS):
        some = days[start : start + DAYS]
        with archive.reading() as connection:
            counted = _stories_of(connection, under, some, attribution, then)
        for day in some:
            for table, rows in _rows(counted[day]).items():
                found[table].extend({"date": day, **row} for row in rows)
    return found


def _stories_of(
    connection: Connection,
    under: Rules,
    days: Sequence[date],
    attribution: Attribution,
    then: Then | None = None,
) -> defaultdict[date, list[_Story]]:
    """Day → the stories whose origin stands on it."""
    wanted = set(days)
    here = [
        (origin.day, origin, group)
        for origin, group in with_origins(members_of(connection, under, days, then), attribution)
        if origin.day is not None and origin.day in wanted
    ]
    labels = labels_of(connection, under, [m.article for _, _, group in here for m in group if m.relevant])
    if then is not None:
        labels |= then.labels
    counted: defaultdict[date, list[_Story]] = defaultdict(list)
    for day, origin, group in here:
        counted[day].append(_story(origin, group, labels, attribution))
    return counted


def with_origins(members: Iterable[Member], attribution: Attribution) -> list[tuple[Member, list[Member]]]:
    """Each story by its articles that count, with the earliest of them: its day, language and side are the story's."""
    by_story: defaultdict[int, list[Member]] = defaultdict(list)
    for member in members:
        if attribution.counts(member.source) and not (attribution.panel is not None and member.backfill):
            by_story[member.story].append(member)
    return [(group[0] if len(group) == 1 else earliest(group), group) for _, group in sorted(by_story.items())]


def earliest(members: Iterable[Member]) -> Member:
    """The origin of a story among these articles of it."""
    return min(members, key=lambda m: (m.first_time, m.seen, m.article))


def members_query(under: Rules) -> Select[Any]:
    """The columns of Member, in order."""
    return (
        select(
            articles.c.id.label("article"), story_members.c.story, articles.c.source, articles.c.outlet, articles.c.day,
            articles.c.first_time, articles.c.seen, articles.c.late, articles.c.backfill,
            tags.c.language, tags.c.relevant, tags.c.context,
        )
        .select_from(articles)
        .join(story_members, story_members.c.article == articles.c.id)
        .join(tags, (tags.c.article == articles.c.id) & (tags.c.rules == under.id))
    )  # fmt: skip


def members_of(connection: Connection, under: Rules, days: Sequence[date], then: Then | None = None) -> list[Member]:
    """All members of every story that has a member on these days."""
    found = _members_now(connection, under, days, then.as_of if then else None)
    return found if then is None or not then.tags else [_member_then(member, then) for member in found]


def _member_then(member: Member, then: Then) -> Member:
    tagged = then.tags.get(member.article)
    return member if tagged is None else member._replace(language=tagged[0], relevant=tagged[1], context=tagged[2])


def _members_now(connection: Connection, under: Rules, days: Sequence[date], as_of: datetime | None) -> list[Member]:
    """With the tags of their newest versions; as_of: only those seen by then."""
    query = members_query(under)
    if as_of is not None:
        query = query.where(articles.c.seen <= as_of)
    found = [Member._make(row) for row in connection.execute(query.where(articles.c.day.in_(days)))]
    elsewhere = _elsewhere(connection, days, {member.article for member in found})
    for start in range(0, len(elsewhere), CHUNK):
        rows = connection.execute(query.where(articles.c.id.in_(elsewhere[start : start + CHUNK])))
        found.extend(Member._make(row) for row in rows)
    return found


def _elsewhere(connection: Connection, days: Sequence[date], here: Collection[int]) -> list[int]:
    """Articles of the stories of these days that stand on other days. Few; an index answers both lookups."""
    touched = (
        select(story_members.c.story)
        .join(articles, articles.c.id == story_members.c.article)
        .where(articles.c.day.in_(days))
    )
    members = connection.execute(select(story_members.c.article).where(story_members.c.story.in_(touched))).scalars()
    return [article for article in members if article not in here]


def labels_of(connection: Connection, under: Rules, ids: Sequence[int]) -> dict[int, set[Label]]:
    """Article → what of it counts; articles without any are left out."""
    found: defaultdict[int, set[Label]] = defaultdict(set)
    for start in range(0, len(ids), CHUNK):
        query = select(
            evidence.c.article, evidence.c.indicator, evidence.c.stance, evidence.c.occurrence, evidence.c.people
        ).where(
            evidence.c.rules == under.id,
            evidence.c.article.in_(ids[start : start + CHUNK]),
            evidence.c.added_later.is_(False),
        )
        for row in connection.execute(query):
            found[row.article].add(_label(row))
    return found


def _label(row: AnyRow) -> Label:
    return row.indicator, row.stance, row.occurrence or NONE, row.people


def _story(origin: Member, group: list[Member], labels: dict[int, set[Label]], attribution: Attribution) -> _Story:
    relevant = any(member.relevant for member in group)
    carried = [_with_margins(labels.get(member.article, set())) for member in group] if relevant else ()
    return _Story(
        language=origin.language,
        side=attribution.outlet(origin.source, origin.outlet).side,
        late=origin.late,
        backfill=origin.backfill,
        relevant=relevant,
        context=not relevant and any(member.context for member in group),
        labels=Counter(label for one in carried for label in one),
    )


def _with_margins(labels: set[Label]) -> set[Label]:
    """Each label as it is, and with `*` for any occurrence, any people, and both."""
    return {
        (indicator, stance, o, p)
        for indicator, stance, occurrence, people in labels
        for o in (occurrence, ANY)
        for p in (people, ANY)
    }


def _rows(counted: list[_Story]) -> dict[Table, list[dict[str, object]]]:
    """Rows of the three daily tables for one day, in a fixed order."""
    labelled = [(story, label, n) for story in counted for label, n in story.labels.items()]
    return {
        daily: _summed(
            (*LABEL, "language", "side"),
            ("articles", "stories"),
            (((*label, story.language, story.side), (n, 1)) for story, label, n in labelled),
        ),
        daily_rollup: _summed(
            LABEL[:2],
            ("articles", "stories", "late", "backfill"),
            (
                (label[:2], (n, 1, int(story.late), int(story.backfill)))
                for story, label, n in labelled
                if label[2:] == (ANY, ANY)
            ),
        ),
        daily_totals: _summed(
            ("language", "side"),
            ("total_stories", "relevant_stories", "context_stories", "backfill"),
            (
                ((one.language, one.side), (1, int(one.relevant), int(one.context), int(one.backfill)))
                for one in counted
            ),
        ),
    }


def _summed(
    keys: Sequence[str], names: Sequence[str], pairs: Iterable[tuple[tuple[str, ...], tuple[int, ...]]]
) -> list[dict[str, object]]:
    """Add the numbers of rows with the same keys; sorted, so that a recount writes the same rows in the same order."""
    sums: dict[tuple[str, ...], tuple[int, ...]] = {}
    for key, numbers in pairs:
        known = sums.get(key)
        sums[key] = numbers if known is None else tuple(map(add, known, numbers))
    return [
        {**dict(zip(keys, key, strict=True)), **dict(zip(names, total, strict=True))}
        for key, total in sorted(sums.items())
    ]
