"""Write what the tagger says: tags, evidence, story members, and which days that touches. One transaction a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from feeds.archive import Archive
from feeds.archive.schema import (
    articles,
    daily,
    daily_observed,
    daily_rollup,
    daily_totals,
    evidence,
    figures,
    rules,
    stale_days,
    story_members,
    tags,
)
from feeds.model import Article
from metrics.model import Evidence, Tagged
from metrics.stories import WINDOW, Member, Sketch

DERIVED_BY_RULES = (daily, daily_rollup, daily_totals, daily_observed, stale_days, figures, evidence, tags)


@dataclass(frozen=True, slots=True)
class Rules:
    """A rules_version in the archive. mark: article_versions.id up to which articles are tagged."""

    id: int
    version: str
    sources_hash: str
    mark: int
    built: datetime


@dataclass(frozen=True, slots=True)
class TaggedArticle:
    """One article with its tags; `later`: positions of evidence added more than 48 h after the first version."""

    article: Article
    tagged: Tagged
    later: frozenset[int] = frozenset()


def current_rules(archive: Archive) -> Rules | None:
    """The rules pages and exports read; None before the first tagging."""
    with archive.reading() as connection:
        row = connection.execute(select(rules).where(rules.c.is_current)).first()
    return Rules(row.id, row.version, row.sources_hash, row.mark, row.built) if row else None


def prepare_rules(archive: Archive, version: str, *, now: datetime, fresh: bool) -> Rules:
    """The row to tag under: the current one if it has this version, else one beside it that is not current yet.

    fresh : begin from the first article even if this version stands already (`update --all`).
    """
    with archive.reading() as connection:
        rows = connection.execute(select(rules).where(rules.c.version == version).order_by(rules.c.id.desc())).all()
    usable = [row for row in rows if not (fresh and row.is_current)]
    if usable:
        row = usable[0]
        return Rules(row.id, row.version, row.sources_hash, row.mark, row.built)
    with archive.writing() as connection:
        first = connection.execute(select(func.count()).select_from(rules)).scalar_one() == 0
        new = (
            insert(rules)
            .values(version=version, sources_hash="", mark=0, counted=0, is_current=first, built=now)
            .returning(rules.c.id)
        )
        return Rules(connection.execute(new).scalar_one(), version, "", 0, now)


def switch_to(archive: Archive, chosen: Rules) -> None:
    """Readers see the new version from one transaction to the next; the old one is dropped in the same."""
    with archive.writing() as connection:
        old = connection.execute(select(rules.c.id).where(rules.c.id != chosen.id)).scalars().all()
        connection.execute(update(rules).values(is_current=rules.c.id == chosen.id))
        for table in DERIVED_BY_RULES:
            connection.execute(delete(table).where(table.c.rules.in_(old)))
        connection.execute(delete(rules).where(rules.c.id.in_(old)))


def recent_members(archive: Archive, *, until: datetime | None = None) -> list[Member]:
    """Members of the ten days before the newest one, oldest first: what StoryIndex starts from."""
    with archive.reading() as connection:
        newest = until or connection.execute(select(func.max(story_members.c.seen))).scalar_one_or_none()
        if newest is None:
            return []
        rows = connection.execute(
            select(story_members)
            .where(story_members.c.seen >= newest - WINDOW)
            .order_by(story_members.c.seen, story_members.c.article)
        )
        return [Member(r.article, r.story, r.seen, Sketch.from_bytes(r.title_key, r.sketch)) for r in rows]


def known_members(archive: Archive, ids: Sequence[int]) -> set[int]:
    """Which of these articles have a story already."""
    with archive.reading() as connection:
        return set(
            connection.execute(select(story_members.c.article).where(story_members.c.article.in_(ids))).scalars()
        )


def save_tagged(
    archive: Archive, under: Rules, batch: Sequence[TaggedArticle], members: Sequence[Member], mark: int
) -> None:
    """Tags, evidence, stories, touched days and the mark of one batch, in one transaction."""
    ids = [one.article.id for one in batch]
    with archive.writing() as connection:
        for table in (evidence, figures, tags):
            connection.execute(delete(table).where(table.c.rules == under.id, table.c.article.in_(ids)))
        _insert(connection, tags, [_tag_row(under, one) for one in batch])
        _insert(connection, evidence, [row for one in batch for row in _evidence_rows(under, one)])
        _insert(connection, figures, [row for one in batch for row in _figure_rows(under, one)])
        _insert(connection, story_members, [_member_row(member) for member in members])
        mark_stale(connection, under, _days_of(connection, ids))
        connection.execute(update(rules).where(rules.c.id == under.id).values(mark=mark))


def mark_stale(connection: Connection, under: Rules, days: Iterable[date]) -> None:
    waiting = set(connection.execute(select(stale_days.c.day).where(stale_days.c.rules == under.id)).scalars())
    _insert(connection, stale_days, [{"rules": under.id, "day": day} for day in sorted(set(days) - waiting)])


def _days_of(connection: Connection, ids: Sequence[int]) -> set[date]:
    """Days of all members of the stories of these articles: a late original can move a story to another day."""
    own = select(story_members.c.story).where(story_members.c.article.in_(ids))
    query = (
        select(articles.c.day)
        .join(story_members, story_members.c.article == articles.c.id)
        .where(story_members.c.story.in_(own), articles.c.day.is_not(None))
        .distinct()
    )
    return set(connection.execute(query).scalars())


def _insert(connection: Connection, table: object, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(insert(table), rows)  # type: ignore[arg-type]


def _tag_row(under: Rules, one: TaggedArticle) -> dict[str, object]:
    tagged = one.tagged
    return {
        "rules": under.id, "article": one.article.id, "version": one.article.version,
        "language": tagged.language, "relevant": tagged.relevant, "context": tagged.context,
    }  # fmt: skip


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
            "rules": under.id, "article": one.article.id, "n": n, "value": each.value, "unit": each.unit,
            "subject": each.subject, "kind": each.kind, "people": each.people, "claimant": each.claimant,
            "as_of": each.as_of, "sentence": each.sentence,
        }
        for n, each in enumerate(one.tagged.figures)
    ]  # fmt: skip


def _member_row(member: Member) -> dict[str, object]:
    return {
        "article": member.article, "story": member.story, "seen": member.seen,
        "title_key": member.sketch.title_key, "sketch": member.sketch.to_bytes(),
    }  # fmt: skip
