"""Which days changed: what was read of the articles of a day holds until that day is touched and counted again.

And what is known of a moment that has passed: later arrivals do not change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from feeds.archive import Archive
from feeds.archive.schema import (
    alert_decisions,
    articles,
    counted_days,
    frozen_days,
    polls,
    revisions,
    stale_days,
    story_members,
    tombstones,
)
from metrics.store.building import current_rules

LATE_STORED = timedelta(days=2)  # far longer than any round of polls


@dataclass(frozen=True, slots=True)
class DayChanges:
    """rules : rules.id, 0 before the first tagging. counted : day → a number that grows when it is counted again.

    moving : days of articles, and of others of their stories, that are not tagged yet in their newest version, and
    days whose count is still to come.
    token : of the archive; changes with everything.
    """

    rules: int
    counted: Mapping[date, int]
    moving: frozenset[date]
    token: str

    def of(self, first: date, last: date) -> str:
        """Changes whenever an article of these days does: its tags, its story, what else its story holds."""
        numbers = [number for day, number in self.counted.items() if first <= day <= last]
        moves = any(first <= day <= last for day in self.moving)
        return f"{self.rules}-{max(numbers, default=0)}-{len(numbers)}{f' {self.token}' if moves else ''}"


def day_changes(archive: Archive) -> DayChanges:
    """As it is now. The tagger marks the days of an article and of its story stale as it writes its tags."""
    token = archive.changed()
    under = current_rules(archive)
    if under is None:
        return DayChanges(0, {}, frozenset(), token)
    known = select(counted_days.c.day, counted_days.c.change).where(counted_days.c.rules == under.id)
    waiting = select(stale_days.c.day).where(stale_days.c.rules == under.id)
    unread = select(articles.c.day).where(articles.c.version_id > under.mark, articles.c.day.is_not(None))
    mine, theirs, others = story_members.alias("mine"), story_members.alias("theirs"), articles.alias("others")
    beside = (
        select(others.c.day)
        .join(theirs, theirs.c.article == others.c.id)
        .join(mine, mine.c.story == theirs.c.story)
        .join(articles, articles.c.id == mine.c.article)
        .where(articles.c.version_id > under.mark, others.c.day.is_not(None))
    )
    with archive.reading() as connection:
        counted = {day: int(change) for day, change in connection.execute(known)}
        moving = {*connection.execute(waiting).scalars(), *connection.execute(unread.union(beside)).scalars()}
    return DayChanges(under.id, counted, frozenset(moving), token)


def stood_stamp(archive: Archive, as_of: datetime) -> str:
    """Changes whenever anything made from what was known at `as_of` can: what came later leaves it.

    A poll that began before the moment may be stored after it, so those of its last days are counted.
    """
    under = current_rules(archive)
    if under is None:
        return archive.changed()
    begin = as_of - LATE_STORED
    asked = (
        select(func.count()).where(polls.c.at.between(begin, as_of)),
        select(func.count()).where(articles.c.seen.between(begin, as_of)),
        select(func.count()).where(alert_decisions.c.at <= as_of),
        select(func.count()).where(revisions.c.at <= as_of),
        select(func.count()).select_from(tombstones),
        select(func.count()).select_from(frozen_days),
    )
    waiting = select(articles.c.seen).where(articles.c.version_id > under.mark)
    with archive.reading() as connection:
        numbers = [connection.execute(query).scalar_one() for query in asked]
        is_read = all(seen > as_of for seen in connection.execute(waiting).scalars())
    rest = "" if is_read else f" {archive.changed()}"
    return f"{under.id}-{'-'.join(map(str, numbers))}{rest}"
