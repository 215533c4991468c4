"""Write visits: ledger row, source state and articles, together. `prepare` does the CPU work before the transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta, timezone

from sqlalchemy import Connection, insert, select, update

from feeds.archive.bodies import Carrier, PackedBody, pack
from feeds.archive.leaving import UNTOLD, clear, follow
from feeds.archive.read import state_of
from feeds.archive.schema import AnyRow, article_versions, articles, polls, sources
from feeds.archive.search import search_fold
from feeds.days import CountingDay, counting_day
from feeds.errors import ArchiveError
from feeds.gone import Held
from feeds.identity import Elsewhere, Identity, Stored, content_hash, identities, same_path
from feeds.model import Body, Item, ParsedFeed, Poll, Source, SourceState, Wishes
from feeds.schedule import plan

LOOKUP_CHUNK = 200  # SQLite takes 999 variables in old builds
STRANGE_ITEMS = 5  # a feed of at least so many items, none of them known, may have moved without saying so
RECENT_ARTICLES = 2_000  # of a source, looked through when its address changes; no feed holds more for long


@dataclass(frozen=True, slots=True)
class Visit:
    """One poll of one source and what came of it. feed None: nothing to store (304 or an error)."""

    source: Source
    poll: Poll
    feed: ParsedFeed | None = None
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    body: Body | None = None  # what brought the feed; None: not kept
    backfill: bool = False
    only_new: bool = False  # articles that are there stay as they are: pages of history are read from new to old
    as_of: datetime | None = None  # when the bytes were captured; None: at poll.at, or nobody knows


@dataclass(frozen=True, slots=True)
class _Prepared:
    item: Item
    identity: Identity
    folded: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class PreparedVisit:
    """A visit with identities, folds and hashes worked out, and its body packed."""

    visit: Visit
    items: tuple[_Prepared, ...]
    dropped: dict[str, int]
    body: PackedBody | None = None


@dataclass(slots=True)
class _Counts:
    new: int = 0
    updated: int = 0
    known: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    held: list[Held] = field(default_factory=list)  # in the order of the feed
    returned: list[int] = field(default_factory=list)  # articles that had gone from it


def prepare(visit: Visit) -> PreparedVisit:
    """Identity, fold and hash of every item; what cannot be stored is counted under a reason. Pure."""
    items = visit.feed.items if visit.feed else ()
    dropped = Counter(visit.feed.dropped if visit.feed else {})
    prepared: dict[str, _Prepared] = {}
    for item, identity in zip(items, identities(items), strict=True):
        if identity is None or not (item.title or item.text or item.url):
            dropped["empty"] += 1
        elif identity.guid in prepared:
            dropped["repeated"] += 1
        else:
            digest = content_hash(item.title, item.text, item.url)
            prepared[identity.guid] = _Prepared(item, identity, search_fold(f"{item.title}\n{item.text}"), digest)
    body = pack(visit.source.key, visit.poll.at, visit.body) if visit.body and prepared else None
    return PreparedVisit(visit, tuple(prepared.values()), dict(dropped), body)


def store(connection: Connection, prepared: PreparedVisit, *, utc_offset_hours: float) -> Poll:
    """Inside a write transaction: articles first, then ledger row and state. Returns the poll with its counts.

    Raises ArchiveError, before anything is kept, when an item of the feed is in none of the counts.
    """
    visit = prepared.visit
    before = state_of(connection, visit.source.key)
    zone = timezone(timedelta(hours=utc_offset_hours))
    counts = _store_items(connection, prepared, before, zone)
    counts.dropped.update(prepared.dropped)
    poll = _counted(visit.poll, counts, had_items=before.last_new is not None)
    _check_sums(poll, visit.feed)
    if not visit.backfill:
        connection.execute(insert(polls).values(_poll_row(poll)))
    _store_state(connection, visit, poll, _followed(connection, visit, poll, before, counts))
    return poll


def _followed(connection: Connection, visit: Visit, poll: Poll, before: SourceState, counts: _Counts) -> SourceState:
    """The state with what this answer held; articles that left early, or came back, are marked so."""
    if visit.backfill:
        return before
    clear(connection, counts.returned)
    # What a search finds changes with its mood, and a mirror has a window of its own: neither says what has gone.
    is_own = poll.outcome == "ok" and visit.source.scope != "query" and not poll.address
    is_own = is_own and not UNTOLD & poll.dropped.keys()
    holding, rhythm = follow(connection, before, counts.held, at=poll.at, is_own=is_own)
    return replace(before, holding=tuple(holding), rhythm=rhythm)


def _counted(poll: Poll, counts: _Counts, *, had_items: bool) -> Poll:
    seen = counts.new + counts.updated + counts.known + sum(counts.dropped.values())
    overlaps = poll.overlaps
    if poll.outcome == "not-modified":
        overlaps = True
    elif poll.outcome == "ok" and had_items and seen:
        overlaps = counts.known + counts.updated > 0
    return replace(
        poll, seen=seen, new=counts.new, updated=counts.updated, known=counts.known,
        dropped=dict(counts.dropped), overlaps=overlaps,
    )  # fmt: skip


def _check_sums(poll: Poll, feed: ParsedFeed | None) -> None:
    """Every item that came is new, updated, known or dropped by name: counted at the door, not from the counts."""
    came = len(feed.items) + sum(feed.dropped.values()) if feed else 0
    if came != poll.seen:
        raise ArchiveError(
            f'the ledger of "{poll.source}" does not add up: {came} items came, {poll.new} new + {poll.updated} updated'
            f" + {poll.known} known + {sum(poll.dropped.values())} dropped; nothing of this poll was stored, please"
            " report it with the feed"
        )


def _store_items(connection: Connection, prepared: PreparedVisit, before: SourceState, zone: timezone) -> _Counts:
    visit, counts = prepared.visit, _Counts()
    stored = _stored(connection, visit.source.key, prepared.items)
    if _may_be_elsewhere(visit, before, prepared.items, stored):
        _find_elsewhere(connection, visit.source.key, prepared.items, stored)
    kept = any(_find(stored, item) is not None for item in prepared.items)
    carrier = Carrier(connection, prepared.body)
    claimed: set[int] = set()
    for one in prepared.items:
        found = _find(stored, one)
        if found is None:
            when = _day_of(visit, one.item, before, zone, window_kept=kept)
            _hold(counts, _insert(connection, visit, one, _name(stored, one), when, carrier), one.item)
            counts.new += 1
        elif found.id in claimed:  # two items of one feed that were one article before
            counts.dropped["repeated"] += 1
        elif (
            found.hash == one.hash
            or (visit.backfill and _is_history(connection, visit, one, found))
            or _is_same_elsewhere(connection, visit, one, found, stored)
        ):
            counts.known += 1
            claimed.add(found.id)
            _hold(counts, found.id, one.item, gone=found.gone)
        else:
            _update(connection, visit, one, found, carrier)
            counts.updated += 1
            claimed.add(found.id)
            _hold(counts, found.id, one.item, gone=found.gone)
    return counts


def _hold(counts: _Counts, article: int, item: Item, gone: datetime | None = None) -> None:
    counts.held.append(Held(article, item.published, item.title))
    if gone is not None:
        counts.returned.append(article)


def _is_history(connection: Connection, visit: Visit, one: _Prepared, found: AnyRow) -> bool:
    """Whether a loaded text is older than the one we have, or was there before: it is then no new version."""
    if visit.only_new:
        return True
    if visit.as_of is not None and not found.backfill and visit.as_of < (found.changed or found.seen):
        return True
    before = select(article_versions.c.id).where(
        article_versions.c.article == found.id,
        article_versions.c.title == one.item.title,
        article_versions.c.text == one.item.text,
    )
    return connection.execute(before.limit(1)).first() is not None


STORED_COLUMNS = (
    articles.c.id, articles.c.guid, articles.c.link, articles.c.title, articles.c.hash, articles.c.version,
    articles.c.url, articles.c.published, articles.c.backfill, articles.c.seen, articles.c.changed,
    articles.c.gone,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stored:
    by_guid: dict[str, AnyRow]
    by_link: dict[str, AnyRow]
    elsewhere: dict[str, AnyRow]  # identity.guid → the article that has another host in guid and link


def _stored(connection: Connection, source: str, items: Sequence[_Prepared]) -> _Stored:
    """Rows of this source that any of these items may be."""
    result = _Stored({}, {}, {})
    for start in range(0, len(items), LOOKUP_CHUNK):
        chunk = items[start : start + LOOKUP_CHUNK]
        base = select(*STORED_COLUMNS).where(articles.c.source == source)
        for row in connection.execute(base.where(articles.c.guid.in_(_names(chunk)))):
            result.by_guid[row.guid] = row
        links = [one.identity.link for one in chunk if one.identity.link]
        if links:
            for row in connection.execute(base.where(articles.c.link.in_(links)).order_by(articles.c.id)):
                result.by_link[row.link] = row
    return result


def _names(chunk: Sequence[_Prepared]) -> list[str]:
    return [name for one in chunk for name in {one.identity.guid, one.identity.other} if name]


def _find(stored: _Stored, one: _Prepared) -> AnyRow | None:
    """The article this item is. A guid alone is not believed when link and title both say that it is another one."""
    named = stored.by_guid.get(one.identity.guid)
    if named is not None and (named.title == one.item.title or (named.link or "") == one.identity.link):
        return named
    if one.identity.link and one.identity.link in stored.by_link:
        return stored.by_link[one.identity.link]
    return stored.by_guid.get(one.identity.other) or stored.elsewhere.get(one.identity.guid)


def _may_be_elsewhere(visit: Visit, before: SourceState, items: Sequence[_Prepared], stored: _Stored) -> bool:
    """Articles can come under another host: from mirrors, after a move, or when a whole feed is strange to us."""
    if before.first_success is None or visit.backfill:
        return False
    strange = sum(_find(stored, one) is None for one in items)
    if visit.source.mirrors or visit.poll.moved_to or before.moved_to:
        return strange > 0
    return strange == len(items) >= STRANGE_ITEMS


def _find_elsewhere(connection: Connection, source: str, items: Sequence[_Prepared], stored: _Stored) -> None:
    query = select(*STORED_COLUMNS).where(articles.c.source == source)
    rows = {row.id: row for row in connection.execute(query.order_by(articles.c.id.desc()).limit(RECENT_ARTICLES))}
    known = {row.id for row in (_find(stored, one) for one in items) if row is not None}
    recent = Elsewhere(
        Stored(row.id, row.link or "", row.title, row.published) for row in rows.values() if row.id not in known
    )
    for one in items:
        if _find(stored, one) is None and (found := recent.find(one.item, one.identity.link)) is not None:
            stored.elsewhere[one.identity.guid] = rows[found]


def _is_same_elsewhere(connection: Connection, visit: Visit, one: _Prepared, found: AnyRow, stored: _Stored) -> bool:
    """Whether only the address differs. Our own address then takes the place of a mirror's; it is no new version.

    Another address may shorten or lengthen texts: what it says of an article of ours is an edit only if the title
    differs.
    """
    if one.item.url == found.url:
        return False
    if visit.poll.address:
        return bool(one.item.title == found.title)
    is_found_elsewhere = stored.elsewhere.get(one.identity.guid) is found
    has_moved = is_found_elsewhere or same_path(one.identity.link, found.link or "")
    if not has_moved or content_hash(one.item.title, one.item.text, found.url) != found.hash:
        return False
    name = _name(stored, one) if is_found_elsewhere else found.guid
    own = {"guid": name, "link": one.identity.link or None, "url": one.item.url, "hash": one.hash}
    connection.execute(update(articles).where(articles.c.id == found.id).values(own))
    return True


def _name(stored: _Stored, one: _Prepared) -> str:
    return one.identity.other if one.identity.guid in stored.by_guid and one.identity.other else one.identity.guid


def _day_of(visit: Visit, item: Item, before: SourceState, zone: timezone, *, window_kept: bool) -> CountingDay:
    previous = None if visit.backfill else before.last_success
    return counting_day(
        item.published or item.updated, visit.poll.at, zone=zone, previous_success=previous, window_kept=window_kept
    )


def _insert(
    connection: Connection, visit: Visit, one: _Prepared, name: str, when: CountingDay, carrier: Carrier
) -> int:
    item, at = one.item, visit.poll.at
    # Backfilled history is as old as it says: clamping to our own polls would make every copy an original of today.
    first_time = min(item.published, at) if visit.backfill and item.published else when.first_time
    article = connection.execute(
        insert(articles).values(
            source=visit.source.key, guid=name, link=one.identity.link or None, url=item.url,
            title=item.title, text=item.text, folded=one.folded, language=item.language, outlet=item.outlet,
            published=item.published, seen=at, first_time=first_time, day=when.day,
            late=when.late, backfill=visit.backfill, hash=one.hash, version=1, version_id=0, changed=None,
        ).returning(articles.c.id)
    ).scalar_one()  # fmt: skip
    _add_version(connection, article, 1, at, item.published, carrier)
    return int(article)


def _update(connection: Connection, visit: Visit, one: _Prepared, found: AnyRow, carrier: Carrier) -> None:
    """A new version: the text of the old one moves to article_versions, the day stays that of the first version."""
    number = int(found.version) + 1
    is_elsewhere = bool(visit.poll.address and found.url)  # a mirror edits the text, never the address
    address = {} if is_elsewhere else {"url": one.item.url, "link": one.identity.link or None}
    digest = content_hash(one.item.title, one.item.text, found.url) if is_elsewhere else one.hash
    current = (articles.c.title, articles.c.text, articles.c.url)
    old = connection.execute(select(*current).where(articles.c.id == found.id)).one()
    connection.execute(
        update(article_versions)
        .where(article_versions.c.article == found.id, article_versions.c.version == found.version)
        .values(title=old.title, text=old.text, url=old.url)
    )
    connection.execute(
        update(articles)
        .where(articles.c.id == found.id)
        .values(
            title=one.item.title, text=one.item.text, folded=one.folded, hash=digest,
            version=number, changed=visit.poll.at, **address,
        )
    )  # fmt: skip
    _add_version(connection, int(found.id), number, visit.poll.at, one.item.published, carrier)


def _add_version(
    connection: Connection, article: int, number: int, at: datetime, published: datetime | None, carrier: Carrier
) -> None:
    row = insert(article_versions).values(
        article=article, version=number, seen=at, title=None, text=None, published=published, body=carrier.id()
    )
    version_id = connection.execute(row.returning(article_versions.c.id)).scalar_one()
    connection.execute(update(articles).where(articles.c.id == article).values(version_id=version_id))


def _poll_row(poll: Poll) -> dict[str, object]:
    return {
        "source": poll.source, "at": poll.at, "outcome": poll.outcome, "status": poll.status, "seconds": poll.seconds,
        "bytes": poll.bytes, "items_seen": poll.seen, "items_new": poll.new, "items_updated": poll.updated,
        "items_known": poll.known, "dropped": poll.dropped, "error": poll.error or None, "overlaps": poll.overlaps,
        "reason": poll.reason, "address": poll.address or None, "vantage": poll.vantage or None,
    }  # fmt: skip


def _store_state(connection: Connection, visit: Visit, poll: Poll, before: SourceState) -> None:
    row = _backfill_state(before) if visit.backfill else _polled_state(visit, poll, before)
    if before.polls or before.first_success or _exists(connection, visit.source.key):
        connection.execute(update(sources).where(sources.c.key == visit.source.key).values(row))
    else:
        connection.execute(insert(sources).values(key=visit.source.key, **row))


def put_off(connection: Connection, later: Mapping[str, tuple[datetime, str]]) -> None:
    """Inside a write transaction: a later next poll, and nothing else, for sources that were not asked."""
    for key, (at, reason) in later.items():
        row: dict[str, object] = {"next_poll": at, "next_reason": reason}
        if _exists(connection, key):
            connection.execute(update(sources).where(sources.c.key == key).values(row))
        else:
            connection.execute(insert(sources).values(key=key, polls=0, failures=0, **row))


def _exists(connection: Connection, key: str) -> bool:
    return connection.execute(select(sources.c.key).where(sources.c.key == key)).first() is not None


def _backfill_state(before: SourceState) -> dict[str, object]:
    return {"polls": before.polls, "failures": before.failures}


def _polled_state(visit: Visit, poll: Poll, before: SourceState) -> dict[str, object]:
    after = plan(before, poll, wishes=visit.wishes, feed=visit.feed)
    good = poll.outcome in ("ok", "not-modified")
    fresh = poll.outcome == "ok"
    return {
        "etag": (visit.etag if fresh else before.etag) or None,
        "last_modified": (visit.last_modified if fresh else before.last_modified) or None,
        "body_hash": (visit.body_hash if fresh else before.body_hash) or None,
        "polls": before.polls + 1,
        "failures": 0 if good else before.failures + 1,
        "last_poll": poll.at,
        "last_success": poll.at if good else before.last_success,
        "first_success": (before.first_success or poll.at) if good else before.first_success,
        "last_new": poll.at if poll.new else before.last_new,
        "last_outcome": poll.outcome,
        "last_error": poll.error or None,
        "moved_to": poll.moved_to or before.moved_to or None,
        "next_poll": after.next.at,
        "next_reason": after.next.reason,
        "rhythm": asdict(after.rhythm),
        "holding": list(before.holding) or None,
    }
