"""What a comparison of rules asks of the archive: which articles to read again, and where their stories count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from feeds.archive import Archive
from feeds.archive.schema import articles, first_carriers, story_members, tags
from metrics.attribution import Attribution
from metrics.store.building import Rules

CHUNK = 400


@dataclass(frozen=True, slots=True)
class Chosen:
    """Articles to read again. ids : in the order in which their current versions came."""

    ids: tuple[int, ...]
    version_ids: tuple[int, ...]
    before: int  # of them relevant under the present rules
    others: int  # of them not
    others_in_all: int  # articles of the archive that are not


def chosen(archive: Archive, under: Rules, *, others: int | None) -> Chosen:
    """All articles with tags that count, and of the others as many as wanted, evenly over time. others None: all."""
    with archive.reading() as connection:
        query = (
            select(articles.c.version_id, articles.c.id, tags.c.relevant)
            .join(tags, (tags.c.article == articles.c.id) & (tags.c.rules == under.id))
            .order_by(articles.c.version_id)
        )
        listed = connection.execute(query).all()
        # Their older versions may have been relevant: without them a repeat would look like the first to say it.
        carriers = select(first_carriers.c.article).where(first_carriers.c.rules == under.id).distinct()
        kept = set(connection.execute(carriers).scalars())
    rest = [row.id for row in listed if not row.relevant and row.id not in kept]
    picked = set(
        rest if others is None or others >= len(rest) else [rest[n * len(rest) // others] for n in range(others)]
    )
    taken = [row for row in listed if row.relevant or row.id in kept or row.id in picked]
    before = sum(bool(row.relevant) for row in taken)
    return Chosen(
        tuple(row.id for row in taken),
        tuple(row.version_id for row in taken),
        before,
        len(taken) - before,
        len(listed) - before,
    )


def story_days(archive: Archive, attribution: Attribution, ids: Sequence[int]) -> dict[int, tuple[int, date]]:
    """Article → its story and the day that story counts on; left out: what enters no count."""
    story_of: dict[int, int] = {}
    origins: defaultdict[int, list[tuple[datetime, datetime, int, date | None]]] = defaultdict(list)
    members = select(
        story_members.c.story, articles.c.id, articles.c.source, articles.c.first_time, articles.c.seen, articles.c.day
    ).join(articles, articles.c.id == story_members.c.article)
    wanted = set(ids)
    with archive.reading() as connection:
        for start in range(0, len(ids), CHUNK):
            mine = select(story_members.c.story).where(story_members.c.article.in_(ids[start : start + CHUNK]))
            for row in connection.execute(members.where(story_members.c.story.in_(mine))):
                if attribution.counts(row.source):
                    origins[row.story].append((row.first_time, row.seen, row.id, row.day))
                    if row.id in wanted:
                        story_of[row.id] = row.story
    days = {story: min(found)[3] for story, found in origins.items()}
    found = ((article, story, days[story]) for article, story in story_of.items())
    return {article: (story, day) for article, story, day in found if day is not None}
