"""Recount days: delete and insert, in one transaction a day; no increments to drift. SQL of the daily tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Table, delete, insert, select

from feeds.archive import Archive
from feeds.archive.schema import AnyRow, articles, daily, daily_rollup, daily_totals, evidence, story_members, tags
from feeds.archive.schema import stale_days as waiting
from metrics.attribution import Attribution
from metrics.store.tagging import Rules

CHUNK = 400
ANY = "*"  # all occurrences or peoples together, each story once
NONE = "none"  # occurrence of a stance that has none
LABEL = ("indicator", "stance", "occurrence", "people")
Label = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Member:
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


def stale_days(archive: Archive, under: Rules) -> list[date]:
    """Days waiting to be recounted, oldest first."""
    with archive.reading() as connection:
        return sorted(connection.execute(select(waiting.c.day).where(waiting.c.rules == under.id)).scalars())


def recount(archive: Archive, under: Rules, day: date, attribution: Attribution) -> None:
    """Count `day` anew. Reads and counts first; the transaction only deletes and inserts."""
    with archive.reading() as connection:
        counted = _stories_of(connection, under, day, attribution)
    rows = _rows(counted)
    with archive.writing() as connection:
        for table, table_rows in rows.items():
            connection.execute(delete(table).where(table.c.rules == under.id, table.c.day == day))
            if table_rows:
                connection.execute(insert(table), [{"rules": under.id, "day": day, **row} for row in table_rows])
        connection.execute(delete(waiting).where(waiting.c.rules == under.id, waiting.c.day == day))


def _stories_of(connection: Connection, under: Rules, day: date, attribution: Attribution) -> list[_Story]:
    members = [one for one in _members(connection, under, day) if attribution.counts(one.source)]
    by_story: defaultdict[int, list[_Member]] = defaultdict(list)
    for member in members:
        by_story[member.story].append(member)
    origins = {story: min(group, key=lambda m: (m.first_time, m.seen, m.article)) for story, group in by_story.items()}
    here = {story: group for story, group in by_story.items() if origins[story].day == day}
    labels = _labels(connection, under, [m.article for group in here.values() for m in group])
    return [_story(origins[story], group, labels, attribution) for story, group in sorted(here.items())]


def _members(connection: Connection, under: Rules, day: date) -> list[_Member]:
    """All members of every story that has a member on this day."""
    on_day = (
        select(story_members.c.story)
        .join(articles, articles.c.id == story_members.c.article)
        .where(articles.c.day == day)
        .distinct()
    )
    query = (
        select(
            articles.c.id.label("article"), story_members.c.story, articles.c.source, articles.c.outlet, articles.c.day,
            articles.c.first_time, articles.c.seen, articles.c.late, articles.c.backfill,
            tags.c.language, tags.c.relevant, tags.c.context,
        )
        .join(story_members, story_members.c.article == articles.c.id)
        .join(tags, (tags.c.article == articles.c.id) & (tags.c.rules == under.id))
        .where(story_members.c.story.in_(on_day))
    )  # fmt: skip
    return [_Member(**row._mapping) for row in connection.execute(query)]


def _labels(connection: Connection, under: Rules, ids: Sequence[int]) -> dict[int, set[Label]]:
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


def _story(origin: _Member, group: list[_Member], labels: dict[int, set[Label]], attribution: Attribution) -> _Story:
    relevant = any(member.relevant for member in group)
    carried = [_with_margins(labels.get(member.article, set())) for member in group] if relevant else []
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
    """Rows of the three daily tables, in a fixed order."""
    return {
        daily: _summed(
            (dict(zip(LABEL, label, strict=True)) | _of(story), {"articles": n, "stories": 1})
            for story in counted
            for label, n in story.labels.items()
        ),
        daily_rollup: _summed(
            (
                {"indicator": label[0], "stance": label[1]},
                {"articles": n, "stories": 1, "late": int(story.late), "backfill": int(story.backfill)},
            )
            for story in counted
            for label, n in story.labels.items()
            if label[2:] == (ANY, ANY)
        ),
        daily_totals: _summed((_of(story), _totals(story)) for story in counted),
    }


def _of(story: _Story) -> dict[str, object]:
    return {"language": story.language, "side": story.side}


def _totals(story: _Story) -> dict[str, int]:
    return {
        "total_stories": 1,
        "relevant_stories": int(story.relevant),
        "context_stories": int(story.context),
        "backfill": int(story.backfill),
    }


def _summed(pairs: Iterable[tuple[dict[str, object], dict[str, int]]]) -> list[dict[str, object]]:
    """Add the numbers of rows with the same keys; sorted, so that a recount writes the same rows in the same order."""
    sums: dict[tuple[tuple[str, object], ...], Counter[str]] = {}
    for keys, numbers in pairs:
        total = sums.setdefault(tuple(keys.items()), Counter(dict.fromkeys(numbers, 0)))
        for name, number in numbers.items():
            total[name] += number
    return [dict(keys) | dict(total) for keys, total in sorted(sums.items(), key=lambda pair: str(pair[0]))]
