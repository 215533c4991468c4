"""Is an item of a feed a new article, a new version, known or dropped? Writes only where an address has moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Literal, NamedTuple

from sqlalchemy import Connection, select, update

from feeds.archive.find import Found
from feeds.archive.schema import AnyRow, article_versions, articles
from feeds.archive.visit import Prepared, PreparedVisit, Visit
from feeds.days import CountingDay, counting_day
from feeds.identity import content_hash, same_path
from feeds.model import SourceState

Fate = Literal["new", "updated", "known", "repeated"]


class Sorted(NamedTuple):
    """One item and what becomes of it. row : the article it is; None: it is new, and then has a name and a day."""

    one: Prepared
    fate: Fate
    row: AnyRow | None = None
    name: str = ""
    when: CountingDay | None = None


@dataclass(frozen=True, slots=True)
class Sorting:
    """All items of one visit that can be stored, in the order of the feed, and the counts of the rest by reason."""

    items: Sequence[Sorted]
    dropped: Counter[str] = field(default_factory=Counter)

    def count(self, fate: Fate) -> int:
        return sum(one.fate == fate for one in self.items)


def sort_items(
    connection: Connection, prepared: PreparedVisit, before: SourceState, found: Found, zone: timezone
) -> Sorting:
    visit = prepared.visit
    rows = [found.row(one) for one in prepared.items]
    kept = any(row is not None for row in rows)
    claimed: set[int] = set()
    given: set[str] = set()  # names of new articles
    result = []
    for one, row in zip(prepared.items, rows, strict=True):
        if row is None and found.name(one) in given:
            result.append(Sorted(one, "repeated"))
            continue
        if row is None:
            given.add(found.name(one))
            when = _day_of(visit, one, before, zone, window_kept=kept)
            result.append(Sorted(one, "new", name=found.name(one), when=when))
            continue
        fate: Fate = "repeated"  # two items of one feed that were one article before
        if row.id not in claimed:
            fate = "known" if _is_known(connection, visit, one, row, found) else "updated"
            claimed.add(row.id)
        result.append(Sorted(one, fate, row))
    repeated = sum(one.fate == "repeated" for one in result)
    return Sorting(result, Counter(prepared.dropped) + Counter(repeated=repeated))


def _day_of(visit: Visit, one: Prepared, before: SourceState, zone: timezone, *, window_kept: bool) -> CountingDay:
    previous = None if visit.backfill else before.last_success
    date = one.item.published or one.item.updated
    return counting_day(date, visit.poll.at, zone=zone, previous_success=previous, window_kept=window_kept)


def first_time(visit: Visit, published: datetime | None, when: CountingDay) -> datetime:
    """Backfilled history is as old as it says: clamping to our own polls would make every copy an original of today."""
    return min(published, visit.poll.at) if visit.backfill and published else when.first_time


def _is_known(connection: Connection, visit: Visit, one: Prepared, row: AnyRow, found: Found) -> bool:
    return bool(
        row.hash == one.hash
        or (visit.backfill and _is_history(connection, visit, one, row))
        or _is_same_elsewhere(connection, visit, one, row, found)
    )


def _is_history(connection: Connection, visit: Visit, one: Prepared, row: AnyRow) -> bool:
    """Whether a loaded text is older than the one we have, or was there before: it is then no new version."""
    if visit.only_new:
        return True
    if visit.as_of is not None and not row.backfill and visit.as_of < (row.changed or row.seen):
        return True
    before = select(article_versions.c.id).where(
        article_versions.c.article == row.id,
        article_versions.c.title == one.item.title,
        article_versions.c.text == one.item.text,
    )
    return connection.execute(before.limit(1)).first() is not None


def _is_same_elsewhere(connection: Connection, visit: Visit, one: Prepared, row: AnyRow, found: Found) -> bool:
    """Whether only the address differs. Our own address then takes the place of a mirror's; it is no new version.

    Another address may shorten or lengthen texts: what it says of an article of ours is an edit only if the title
    differs.
    """
    if one.item.url == row.url:
        return False
    if visit.poll.address:
        return bool(one.item.title == row.title)
    is_found_elsewhere = found.elsewhere.get(one.identity.guid) is row
    has_moved = is_found_elsewhere or same_path(one.identity.link, row.link or "")
    if not has_moved or content_hash(one.item.title, one.item.text, row.url) != row.hash:
        return False
    name = found.name(one) if is_found_elsewhere else row.guid
    own = {"guid": name, "link": one.identity.link or None, "url": one.item.url, "hash": one.hash}
    connection.execute(update(articles).where(articles.c.id == row.id).values(own))
    return True
