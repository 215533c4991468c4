"""Write what the tagger says: tags, evidence, story members, and which days that touches. One transaction a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection, Table, delete, insert, select, update

from feeds.archive import Archive
from feeds.archive.schema import (
    articles,
    credits,
    evidence,
    figures,
    first_carriers,
    rules,
    stale_days,
    story_members,
    tags,
)
from feeds.model import Article
from metrics.model import Credit, Evidence, Tagged
from metrics.repeats import Carried, Carrier
from metrics.sketch import Sketch
from metrics.store.building import Rules
from metrics.stories import Member

CHUNK = 400  # values in one IN list
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TaggedArticle:
    """One article with its tags; `later`: positions of evidence added more than 48 h after the first version."""

    article: Article
    tagged: Tagged
    later: frozenset[int] = frozenset()
    credit: Credit | None = None


def members_between(archive: Archive, start: datetime, end: datetime) -> list[Member]:
    """Members that appeared within [start, end), in order of their articles: what StoryIndex reads back."""
    table = story_members
    query = select(table).where(table.c.first_time >= start, table.c.first_time < end).order_by(table.c.article)
    with archive.reading() as connection:
        rows = connection.execute(query)
        return [Member(r.article, r.story, r.first_time, r.family, Sketch(r.title_key, r.sketch)) for r in rows]


def stories_of(archive: Archive, ids: Sequence[int]) -> dict[int, int]:
    """Article → story, for those of these articles that have one already."""
    found: dict[int, int] = {}
    with archive.reading() as connection:
        for some in _chunks(ids):
            query = select(story_members.c.article, story_members.c.story).where(story_members.c.article.in_(some))
            found.update((article, story) for article, story in connection.execute(query))
    return found


def carriers_of(archive: Archive, under: Rules, wanted: Iterable[Carried]) -> dict[Carried, Carrier]:
    """Who carried these fingerprints of these sources first; those that nobody has carried are left out."""
    asked, found = set(wanted), {}
    table = first_carriers
    with archive.reading() as connection:
        for some in _chunks(sorted({fingerprint for _, fingerprint in asked})):
            query = select(table.c.source, table.c.fingerprint, table.c.article, table.c.story)
            for row in connection.execute(query.where(table.c.rules == under.id, table.c.fingerprint.in_(some))):
                if (row.source, row.fingerprint) in asked:
                    found[row.source, row.fingerprint] = Carrier(row.article, row.story)
    return found


def save_tagged(
    archive: Archive,
    under: Rules,
    batch: Sequence[TaggedArticle],
    members: Sequence[Member],
    carriers: Mapping[Carried, Carrier],
    mark: int,
) -> None:
    """Tags, evidence, stories, who carried what first, touched days and the mark of one batch, in one transaction."""
    ids = [one.article.id for one in batch]
    with archive.writing() as connection:
        _forget_tags(connection, under, ids)
        _insert(connection, tags, TAG_COLUMNS, [_tag_row(under, one) for one in batch])
        _insert_named(connection, evidence, [row for one in batch for row in _evidence_rows(under, one)])
        _insert_named(connection, figures, [row for one in batch for row in _figure_rows(under, one)])
        _insert_named(connection, credits, [row for one in batch for row in _credit_rows(under, one)])
        _insert_named(connection, story_members, [_member_row(member) for member in members])
        _insert_named(connection, first_carriers, [_carrier_row(under, *pair) for pair in carriers.items()])
        own = {one.article.day for one in batch if one.article.day is not None}
        mark_stale(connection, under, own | _days_of_others(connection, ids))
        connection.execute(update(rules).where(rules.c.id == under.id).values(mark=mark))


def _forget_tags(connection: Connection, under: Rules, ids: Sequence[int]) -> None:
    """Of these articles, where an earlier version was tagged under these rules; nearly always there is nothing."""
    for some in _chunks(ids):
        known = select(tags.c.article).where(tags.c.rules == under.id, tags.c.article.in_(some))
        if stood := connection.execute(known).scalars().all():
            for table in (evidence, figures, credits, tags):
                connection.execute(delete(table).where(table.c.rules == under.id, table.c.article.in_(stood)))


def mark_stale(connection: Connection, under: Rules, days: Iterable[date]) -> None:
    for some in _chunks(sorted(set(days))):
        asked = select(stale_days.c.day).where(stale_days.c.rules == under.id, stale_days.c.day.in_(some))
        waiting = set(connection.execute(asked).scalars())
        new = [{"rules": under.id, "day": day} for day in some if day not in waiting]
        _insert_named(connection, stale_days, new)


def _days_of_others(connection: Connection, ids: Sequence[int]) -> set[date]:
    """Days of the other members of the stories of these articles: a late original can move a story to another day."""
    mine, theirs = story_members.alias("mine"), story_members.alias("theirs")
    days: set[date] = set()
    for some in _chunks(ids):
        others = (
            select(theirs.c.article)
            .join(mine, mine.c.story == theirs.c.story)
            .where(mine.c.article.in_(some), theirs.c.article != mine.c.article)
        )
        query = select(articles.c.day).where(articles.c.id.in_(others), articles.c.day.is_not(None)).distinct()
        days.update(connection.execute(query).scalars())
    return days


def _chunks(values: Sequence[T]) -> list[Sequence[T]]:
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]


def _insert_named(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _insert(connection: Connection, table: Table, columns: Sequence[str], rows: list[tuple[object, ...]]) -> None:
    """Many rows as plain tuples of what the driver takes: a third of the cost of naming every value."""
    if not rows:
        return
    if connection.dialect.paramstyle != "qmark":
        _insert_named(connection, table, [dict(zip(columns, row, strict=True)) for row in rows])
        return
    statement = insert(table).compile(dialect=connection.dialect, column_keys=list(columns))
    connection.exec_driver_sql(str(statement), rows)


TAG_COLUMNS = ("rules", "article", "version", "language", "relevant", "context")


def _tag_row(under: Rules, one: TaggedArticle) -> tuple[object, ...]:
    """In the order of TAG_COLUMNS, which is that of the table."""
    tagged = one.tagged
    return under.id, one.article.id, one.article.version, tagged.language, tagged.relevant, tagged.context


def _evidence_rows(under: Rules, one: TaggedArticle) -> list[dict[str, object]]:
    return [
        {"rules": under.id, "article": one.article.id, "n": n, "added_later": n in one.later, **_evidence_row(each)}
        for n, each in enumerate(one.tagged.evidence)
    ]


def _evidence_row(each: Evidence) -> dict[str, object]:
    return {
        "indicator": each.indicator, "stance": each.stance, "occurrence": each.occurrence, "people": each.people,
        "sentence": each.sentence, "start": each.start, "end": each.end,
        "term": each.term, "term_start": each.term_start, "term_end": each.term_end, "rule": each.rule,
        "speaker_name": each.speaker.name if each.speaker else None,
        "speaker_side": each.speaker.side if each.speaker else None,
        "place": each.place.id if each.place else None,
        "place_name": each.place.name if each.place else None,
        "place_zone": each.place.zone if each.place else None,
    }  # fmt: skip


def _figure_rows(under: Rules, one: TaggedArticle) -> list[dict[str, object]]:
    return [
        {
            "rules": under.id, "article": one.article.id, "n": n, "value": each.value, "high": each.high,
            "bound": each.bound, "unit": each.unit, "subject": each.subject, "kind": each.kind, "people": each.people,
            "claimant": each.claimant, "claimant_side": each.claimant_side, "as_of": each.as_of,
            "sentence": each.sentence, "start": each.start, "end": each.end, "rule": each.rule,
        }
        for n, each in enumerate(one.tagged.figures)
    ]  # fmt: skip


def _credit_rows(under: Rules, one: TaggedArticle) -> list[dict[str, object]]:
    """One or none: the family is looked up when read, so that an edited list retags nothing."""
    found = one.credit
    if found is None:
        return []
    place = {"agency": found.agency, "start": found.start, "end": found.end, "rule": found.rule}
    return [{"rules": under.id, "article": one.article.id, **place}]


def _member_row(member: Member) -> dict[str, object]:
    return {
        "article": member.article, "story": member.story, "first_time": member.at, "family": member.family,
        "title_key": member.sketch.title_key, "sketch": member.sketch.blob,
    }  # fmt: skip


def _carrier_row(under: Rules, carried: Carried, carrier: Carrier) -> dict[str, object]:
    source, fingerprint = carried
    return {
        "rules": under.id, "fingerprint": fingerprint, "source": source,
        "article": carrier.article, "story": carrier.story,
    }  # fmt: skip
