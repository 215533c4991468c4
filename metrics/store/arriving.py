"""What came since a moment: stories first seen after it, and who told what first. Reads, never writes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select

from feeds.archive import Archive
from feeds.archive.schema import articles, evidence, issues, story_members, tags
from metrics.attribution import Attribution
from metrics.store.building import current_rules
from metrics.store.telling import told


@dataclass(frozen=True, slots=True)
class Arrived:
    """Relevant stories first seen in a span; by indicator those that report it: one story can be under several."""

    stories: int
    by_indicator: dict[str, int]


def last_issue(archive: Archive) -> datetime | None:
    """What the newest issue of the daily summary that was handed out knew; None: none was."""
    with archive.reading() as connection:
        return connection.execute(select(func.max(issues.c.as_of))).scalar()


def new_stories(archive: Archive, since: datetime) -> Arrived:
    """Stories whose first article we saw from `since` on; none loaded from files."""
    under = current_rules(archive)
    if under is None:
        return Arrived(0, {})
    first = (
        select(articles.c.id)
        .join(story_members, and_(story_members.c.article == articles.c.id, story_members.c.story == articles.c.id))
        .join(tags, and_(tags.c.article == articles.c.id, tags.c.rules == under.id, tags.c.relevant))
        .where(articles.c.seen >= since, articles.c.backfill.is_(False))
        .subquery()
    )
    labelled = (  # counted below: grouped in SQL, the evidence of all years is walked in the order of its indicators
        select(evidence.c.indicator, evidence.c.article)
        .join(first, first.c.id == evidence.c.article)
        .where(evidence.c.rules == under.id, evidence.c.stance == "reported", evidence.c.added_later.is_(False))
    )
    with archive.reading() as connection:
        total = connection.execute(select(func.count()).select_from(first)).scalar_one()
        found = Counter(indicator for indicator, _ in {(str(row[0]), row[1]) for row in connection.execute(labelled)})
    return Arrived(int(total), dict(sorted(found.items())))


def first_tellers(archive: Archive, attribution: Attribution, *, first: date, last: date) -> dict[str, int]:
    """indicator → publisher families that were the first to report a story of these days: its origins."""
    rows = told(archive, first=first, last=last)
    rows = rows[rows["stance"] == "reported"].drop_duplicates(["story", "indicator"])  # by appearance: the first stays
    families = [attribution.outlet(*pair).family for pair in zip(rows["source"], rows["outlet"], strict=True)]
    counted = rows.assign(family=families).groupby("indicator")["family"].nunique()
    return {str(key): int(count) for key, count in counted.items()}
