"""What the archive knew at a moment: articles seen by then, and which of them were edited since. Asked by summaries.

Tags of an article edited since are those of its newest version; metrics/summary_material.py reads the older one again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import ColumnElement, and_, func, or_, select

from feeds.archive import Archive
from feeds.archive.schema import (
    article_versions,
    articles,
    credits,
    figures,
    polls,
    rules,
    source_days,
    story_members,
    tags,
)
from feeds.model import Article
from metrics.model import Evidence, Figure, Tagged
from metrics.observe import SourceDay
from metrics.repeats import carried, marked
from metrics.store.building import current_rules
from metrics.store.claimed import figures_of
from metrics.store.observing import GOOD
from metrics.store.questions import CHUNK, _evidence, _under
from metrics.store.tagging import carriers_of, stories_of
from metrics.stories import WINDOW


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a story. title, language, relevant, context : of its newest version; changed None: the first."""

    article: int
    story: int
    source: str
    outlet: str  # item-level name, "" for the source's default outlet
    title: str
    url: str
    day: date | None
    first_time: datetime
    seen: datetime
    changed: datetime | None
    language: str
    relevant: bool
    context: bool


@dataclass(frozen=True, slots=True)
class Arrived:
    """One article by the time it was seen. relevant and context are None before it is tagged."""

    article: int
    source: str
    outlet: str
    changed: datetime | None
    language: str
    relevant: bool | None
    context: bool | None


def members_as_of(archive: Archive, *, first: date, last: date, as_of: datetime) -> list[Member]:
    """All articles seen by `as_of` of every story with an article of these days that is relevant or was edited since.

    A story's window is added on both sides: its origin may stand on another day than the article that is relevant.
    """
    first, last = first - WINDOW, last + WINDOW
    with archive.reading() as connection:
        under = _under(connection)
        wanted = (
            select(story_members.c.story)
            .join(articles, articles.c.id == story_members.c.article)
            .join(tags, _tagged(under))
            .where(articles.c.day.between(first, last), articles.c.seen <= as_of)
            .where(or_(tags.c.relevant, articles.c.changed > as_of))
            .distinct()
        )
        query = (
            select(
                articles.c.id, story_members.c.story, articles.c.source, articles.c.outlet, articles.c.title,
                articles.c.url, articles.c.day, articles.c.first_time, articles.c.seen, articles.c.changed,
                tags.c.language, tags.c.relevant, tags.c.context,
            )
            .join(story_members, story_members.c.article == articles.c.id)
            .join(tags, _tagged(under))
            .where(story_members.c.story.in_(wanted), articles.c.seen <= as_of)
            .order_by(story_members.c.story, articles.c.first_time, articles.c.seen, articles.c.id)
        )  # fmt: skip
        rows = connection.execute(query).all()
    return [
        Member(
            row.id, row.story, row.source, row.outlet, row.title, row.url, row.day, row.first_time, row.seen,
            row.changed, row.language, row.relevant, row.context,
        )
        for row in rows
    ]  # fmt: skip


def arrived(archive: Archive, *, start: datetime, end: datetime, as_of: datetime) -> list[Arrived]:
    """Polled articles first seen within [start, end) and by `as_of`, in order of their ids."""
    with archive.reading() as connection:
        query = (
            select(
                articles.c.id, articles.c.source, articles.c.outlet, articles.c.changed,
                tags.c.language, tags.c.relevant, tags.c.context,
            )
            .join(tags, _tagged(_under(connection)), isouter=True)
            .where(articles.c.seen >= start, articles.c.seen < end, articles.c.seen <= as_of)
            .where(articles.c.backfill.is_(False))
            .order_by(articles.c.id)
        )  # fmt: skip
        return [
            Arrived(row[0], row[1], row[2], row[3], row[4] or "", row[5], row[6]) for row in connection.execute(query)
        ]


def untagged(archive: Archive, *, as_of: datetime) -> int:
    """Articles seen by `as_of` whose newest version the tagger has not read."""
    with archive.reading() as connection:
        mark = connection.execute(select(rules.c.mark).where(rules.c.is_current)).scalar() or 0
        query = select(articles.c.seen).where(articles.c.version_id > mark)  # mostly none: by the index of versions
        return sum(seen <= as_of for seen in connection.execute(query).scalars())


def seen_after(archive: Archive, *, day: date, as_of: datetime) -> int:
    """Relevant articles of this counting day that were seen after `as_of`."""
    with archive.reading() as connection:
        query = (
            select(func.count())
            .select_from(articles)
            .join(tags, _tagged(_under(connection)))
            .where(articles.c.day == day, articles.c.seen > as_of, tags.c.relevant)
        )
        return int(connection.execute(query).scalar_one())


def evidence_counted(archive: Archive, ids: Sequence[int]) -> dict[int, list[Evidence]]:
    """Evidence of these articles in order of the text, without what was added more than 48 h later."""
    with archive.reading() as connection:
        found = _evidence(connection, _under(connection), ids)
    return {article: [one for one, later in rows if not later] for article, rows in found.items()}


def credited(archive: Archive, ids: Sequence[int]) -> dict[int, str]:
    """Article → the agency that its newest version credits; those that credit nobody are left out."""
    found: dict[int, str] = {}
    with archive.reading() as connection:
        under = _under(connection)
        for start in range(0, len(ids), CHUNK):
            query = select(credits.c.article, credits.c.agency).where(
                credits.c.rules == under, credits.c.article.in_(ids[start : start + CHUNK])
            )
            found.update((article, agency) for article, agency in connection.execute(query))
    return found


def claimed(archive: Archive, ids: Sequence[int]) -> dict[int, frozenset[tuple[str, float]]]:
    """Article → (subject, value) of the figures that its newest version claims."""
    found: defaultdict[int, set[tuple[str, float]]] = defaultdict(set)
    with archive.reading() as connection:
        under = _under(connection)
        for start in range(0, len(ids), CHUNK):
            query = select(figures.c.article, figures.c.subject, figures.c.value).where(
                figures.c.rules == under, figures.c.article.in_(ids[start : start + CHUNK])
            )
            for article, subject, value in connection.execute(query):
                found[article].add((subject, value))
    return {article: frozenset(some) for article, some in found.items()}


def figures_claimed(archive: Archive, ids: Sequence[int]) -> dict[int, list[Figure]]:
    """Article → the figures that its newest version claims, in order of the text; those without any are left out."""
    with archive.reading() as connection:
        return figures_of(connection, _under(connection), ids)


def last_moment(archive: Archive, as_of: datetime | None = None) -> datetime | None:
    """When the last poll was made, or the last version stored, by `as_of`: what a table made then knew.

    None: nothing was polled or loaded by then.
    """
    asked = [
        select(polls.c.at).order_by(polls.c.at.desc()).limit(1),
        select(article_versions.c.seen).order_by(article_versions.c.id.desc()).limit(1),
    ]
    if as_of is not None:
        asked = [asked[0].where(polls.c.at <= as_of), asked[1].where(article_versions.c.seen <= as_of)]
    with archive.reading() as connection:
        found = [connection.execute(query).scalar() for query in asked]
    return max((one for one in found if one is not None), default=None)


def with_repeats(archive: Archive, article: Article, tagged: Tagged) -> Tagged:
    """The tags of an older version of an article, with its source's repeats marked as they were when it stood.

    Who carried a sentence first does not change later: versions are read in the order in which they came.
    """
    current, story = current_rules(archive), stories_of(archive, [article.id]).get(article.id)
    if current is None or story is None:
        return tagged
    first = carriers_of(archive, current, [(article.source, each) for each in carried(tagged)])
    return marked(tagged, article.source, story, first)


def source_days_until(archive: Archive, *, as_of: datetime, zone: tzinfo) -> dict[str, dict[date, SourceDay]]:
    """source → day → what it did by `as_of`. Whole days are read as counted, the day of `as_of` from the ledger."""
    last = as_of.astimezone(zone).date()
    start = datetime(last.year, last.month, last.day, tzinfo=zone)
    found: defaultdict[str, dict[date, SourceDay]] = defaultdict(dict)
    with archive.reading() as connection:
        for row in connection.execute(select(source_days).where(source_days.c.day < last)):
            found[row.source][row.day] = SourceDay(row.answered > 0, row.overlapped)
        ledger = connection.execute(
            select(polls.c.source, polls.c.outcome, polls.c.overlaps)
            .where(polls.c.at >= start, polls.c.at <= as_of)
            .order_by(polls.c.at, polls.c.id)
        ).all()
    for source in sorted({row.source for row in ledger}):
        good = [row.overlaps for row in ledger if row.source == source and row.outcome in GOOD]
        found[source][last] = SourceDay(bool(good), good[0] if good else None)
    return dict(found)


def relevant_by_source(
    archive: Archive, *, as_of: datetime, edited_before: date, first: date
) -> dict[str, dict[date, int]]:
    """source → counting day from `first` on → relevant articles seen by `as_of`.

    Without those edited since, from `edited_before` on.
    """
    with archive.reading() as connection:
        query = (
            select(articles.c.source, articles.c.day, func.count())
            .join(tags, _tagged(_under(connection)))
            .where(tags.c.relevant, articles.c.seen <= as_of, articles.c.day >= first)
            .where(articles.c.backfill.is_(False))
            .where(or_(unedited(as_of), articles.c.day < edited_before))
            .group_by(articles.c.source, articles.c.day)
        )
        found: defaultdict[str, dict[date, int]] = defaultdict(dict)
        for source, day, count in connection.execute(query):
            found[source][day] = count
        return dict(found)


def backfilled_days(archive: Archive, *, first: date, last: date, as_of: datetime) -> set[date]:
    """Days of the range that hold loaded articles, loaded by `as_of`."""
    with archive.reading() as connection:
        query = (
            select(articles.c.day)
            .where(articles.c.day.between(first, last), articles.c.backfill, articles.c.seen <= as_of)
            .distinct()
        )
        return set(connection.execute(query).scalars())


def unedited(as_of: datetime) -> ColumnElement[bool]:
    """The newest version of an article stood by then."""
    return or_(articles.c.changed.is_(None), articles.c.changed <= as_of)


def _tagged(under: int) -> ColumnElement[bool]:
    return and_(tags.c.article == articles.c.id, tags.c.rules == under)
