"""Rules rows: which version tags are built with, which one readers use, and dropping what nobody reads any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from feeds.archive import Archive
from feeds.archive.schema import (
    AnyRow,
    counted_days,
    credits,
    daily,
    daily_observed,
    daily_rollup,
    daily_totals,
    evidence,
    figures,
    first_carriers,
    judged_days,
    revisions,
    rules,
    rules_used,
    stale_days,
    story_members,
    tags,
)

DERIVED_BY_RULES = (
    daily, daily_rollup, daily_totals, daily_observed, counted_days, stale_days, figures, evidence, credits,
    first_carriers, tags,
)  # fmt: skip
BY_ARTICLE = (figures, evidence, credits, tags)  # many rows: dropped slice by slice
SLICE = 5_000  # articles; a writer holds the archive for a tenth of a second, not for a minute


@dataclass(frozen=True, slots=True)
class Rules:
    """A rules_version in the archive. mark: article_versions.id up to which articles are tagged.

    known, until, known_sources : what the last finished count had read; None: none was finished.
    """

    id: int
    version: str
    sources_hash: str
    mark: int
    built: datetime
    known: int | None = None
    until: datetime | None = None
    known_sources: str | None = None


def current_rules(archive: Archive) -> Rules | None:
    """The rules pages and exports read; None before the first tagging."""
    with archive.reading() as connection:
        row = connection.execute(select(rules).where(rules.c.is_current)).first()
    return _rules(row) if row else None


def _rules(row: AnyRow) -> Rules:
    return Rules(
        row.id, row.version, row.sources_hash, row.mark, row.built, row.known, row.until, row.known_sources
    )  # fmt: skip


def prepare_rules(archive: Archive, version: str, *, now: datetime, fresh: bool) -> Rules:
    """The row to tag under: the current one if it has this version, else one beside it that is not current yet.

    A build beside the current rules that was interrupted is gone on with.
    fresh : begin from the first article even if this version stands already (`update --all`).
    """
    with archive.reading() as connection:
        current = connection.execute(select(rules.c.id).where(rules.c.is_current)).scalar() or 0
        # What is older than the current rules was replaced by them and waits only for being dropped.
        row = connection.execute(
            select(rules)
            .where(rules.c.version == version, rules.c.id > current if fresh else rules.c.id >= current)
            .order_by(rules.c.id.desc())
        ).first()
    if row is not None:
        return _rules(row)
    with archive.writing() as connection:
        first = connection.execute(select(func.count()).select_from(rules)).scalar_one() == 0
        new = (
            insert(rules)
            .values(version=version, sources_hash="", mark=0, counted=0, is_current=first, built=now)
            .returning(rules.c.id)
        )
        return Rules(connection.execute(new).scalar_one(), version, "", 0, now)


def forget_stories(archive: Archive) -> None:
    """Every article waits again for its story and its tags; counts stay until they are counted anew."""
    with archive.writing() as connection:
        for table in (story_members, first_carriers):
            connection.execute(delete(table))
        connection.execute(update(rules).values(mark=0))


def switch_to(
    archive: Archive,
    chosen: Rules,
    *,
    now: datetime,
    until: datetime | None,
    sources: str,
    revised: Sequence[dict[str, object]] = (),
    is_news: bool = True,
) -> None:
    """The last step of an update: readers see these rules, whole, from one transaction to the next.

    until : the last thing that the count knew. sources : their fingerprint. revised : entries of the revision log.
    is_news : False: no number is another, and what readers keep of them holds.
    """
    with archive.writing() as connection:
        counted = func.coalesce(select(func.max(rules.c.counted)).scalar_subquery(), 0) + int(is_news)
        connection.execute(update(rules).values(is_current=rules.c.id == chosen.id))
        told = {"counted": counted, "known": rules.c.mark, "until": until, "known_sources": sources}
        connection.execute(update(rules).where(rules.c.id == chosen.id).values(**told))
        if revised:
            connection.execute(insert(revisions), list(revised))
        _note_rules(connection, chosen.version, sources, now)


def _note_rules(connection: Connection, version: str, sources: str, now: datetime) -> None:
    """Only where they are others than before."""
    last = connection.execute(select(rules_used).order_by(rules_used.c.id.desc()).limit(1)).first()
    if last is None or (last.rules_version, last.sources_hash) != (version, sources):
        connection.execute(insert(rules_used).values(at=now, rules_version=version, sources_hash=sources))


def rules_at(archive: Archive, moment: datetime) -> tuple[str, str] | None:
    """rules_version and sources_hash of the last count finished by then; None: none was, or before they were kept."""
    query = select(rules_used).where(rules_used.c.at <= moment).order_by(rules_used.c.id.desc()).limit(1)
    with archive.reading() as connection:
        row = connection.execute(query).first()
    return (row.rules_version, row.sources_hash) if row else None


def drop_others(archive: Archive, chosen: Rules) -> None:
    """Forget every other version, in short transactions; what an interruption leaves, the next update drops."""
    with archive.reading() as connection:
        others = connection.execute(select(rules.c.id).where(rules.c.id != chosen.id)).scalars().all()
    for old in others:
        for table in BY_ARTICLE:
            _drop_slices(archive, table, old)
        _drop_judged(archive, old)
        with archive.writing() as connection:
            for table in DERIVED_BY_RULES:
                connection.execute(delete(table).where(table.c.rules == old))
            connection.execute(delete(rules).where(rules.c.id == old))


def _drop_judged(archive: Archive, old: int) -> None:
    with archive.reading() as connection:
        of = select(judged_days.c.indicator).where(judged_days.c.rules == old).distinct()
        indicators = connection.execute(of).scalars().all()
    for indicator in indicators:
        with archive.writing() as connection:
            gone = delete(judged_days).where(judged_days.c.rules == old, judged_days.c.indicator == indicator)
            connection.execute(gone)


def _drop_slices(archive: Archive, table: Table, old: int) -> None:
    with archive.reading() as connection:
        lowest, highest = connection.execute(
            select(func.min(table.c.article), func.max(table.c.article)).where(table.c.rules == old)
        ).one()
    for start in range(lowest or 0, (highest or -1) + 1, SLICE):
        with archive.writing() as connection:
            inside = table.c.article.between(start, start + SLICE - 1)
            connection.execute(delete(table).where(table.c.rules == old, inside))
