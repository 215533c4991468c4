"""Write visits: ledger rows, source states and articles, together; few statements, however many visits.

look_up ──▶ sort_items ──▶ rows with numbers ──▶ bodies, articles, index, versions ──▶ ledger ──▶ states
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Table, Update, bindparam, func, insert, select, text, update

from feeds.archive.bodies import PackedBody, row_of
from feeds.archive.find import look_elsewhere, look_up
from feeds.archive.leaving import UNTOLD, clear, follow
from feeds.archive.memory import state_after, write_states
from feeds.archive.read import states_of
from feeds.archive.rows import insert_rows
from feeds.archive.schema import article_versions, articles, bodies, polls
from feeds.archive.search import index
from feeds.archive.sorting import Sorted, Sorting, first_time, sort_items
from feeds.archive.visit import PreparedVisit, Visit
from feeds.errors import ArchiveError
from feeds.gone import Held
from feeds.identity import content_hash
from feeds.model import ParsedFeed, Poll, SourceState

Row = dict[str, Any]
NOTHING = Sorting(())  # of a poll that brought no items, as most do


@dataclass(frozen=True, slots=True)
class Written:
    """One row of the ledger as it stands, and what is remembered of its source from now on."""

    poll: Poll
    state: SourceState


def store(
    connection: Connection,
    visits: Sequence[PreparedVisit],
    *,
    utc_offset_hours: float,
    states: Mapping[str, SourceState] | None = None,
) -> list[Written]:
    """Inside a write transaction. Returns one result a visit, in order.

    states : what the caller knows to be the state of sources; the others are read.
    Raises ArchiveError, before anything is kept, when an item of a feed is in none of the counts.
    """
    keys = {prepared.source for prepared in visits}
    known = {key: states[key] for key in keys & states.keys()} if states else {}
    known |= states_of(connection, sorted(keys - known.keys()))
    zone = timezone(timedelta(hours=utc_offset_hours))
    result: list[Written] = []
    for wave in _waves(visits):
        written = _store_wave(connection, wave, known, zone)
        known |= {one.state.key: one.state for one in written}
        result += written
    return result


def _waves(visits: Sequence[PreparedVisit]) -> Iterator[list[PreparedVisit]]:
    """No source twice in one: its second visit must find what the first has stored."""
    wave: dict[str, PreparedVisit] = {}
    for prepared in visits:
        if prepared.source in wave:
            yield list(wave.values())
            wave = {}
        wave[prepared.source] = prepared
    if wave:
        yield list(wave.values())


def _store_wave(
    connection: Connection, wave: Sequence[PreparedVisit], states: Mapping[str, SourceState], zone: timezone
) -> list[Written]:
    found = look_up(connection, wave)
    sortings = []
    for prepared in wave:
        if not prepared.items:
            sortings.append(Sorting((), Counter(prepared.dropped)) if prepared.dropped else NOTHING)
            continue
        before = states[prepared.source]
        look_elsewhere(connection, prepared, before, found[prepared.source])
        sortings.append(sort_items(connection, prepared, before, found[prepared.source], zone))
    counted = [
        _counted(prepared.visit, sorting, had_items=states[prepared.source].last_new is not None)
        for prepared, sorting in zip(wave, sortings, strict=True)
    ]
    held = _store_items(connection, wave, sortings)
    ledger = [_poll_row(poll) for prepared, poll in zip(wave, counted, strict=True) if not prepared.visit.backfill]
    if ledger:
        connection.execute(insert(polls), ledger)
    written = [
        Written(poll, _state(connection, prepared.visit, poll, states[prepared.source], sorting, holds))
        for prepared, poll, sorting, holds in zip(wave, counted, sortings, held, strict=True)
    ]
    write_states(connection, states, [one.state for one in written])
    return written


def _state(
    connection: Connection, visit: Visit, poll: Poll, before: SourceState, sorting: Sorting, held: Sequence[Held]
) -> SourceState:
    """With what this answer held; articles that left early, or came back, are marked so."""
    if visit.backfill:
        return before
    if poll.outcome != "ok":
        return state_after(visit, poll, before)
    clear(connection, [one.row.id for one in sorting.items if one.row is not None and _has_returned(one)])
    # What a search finds changes with its mood, and a mirror has a window of its own: neither says what has gone.
    is_own = visit.source.scope != "query" and not poll.address and not UNTOLD & poll.dropped.keys()
    holding, rhythm = follow(connection, before, held, at=poll.at, is_own=is_own)
    return state_after(visit, poll, replace(before, holding=tuple(holding), rhythm=rhythm))


def _has_returned(one: Sorted) -> bool:
    return one.fate != "repeated" and one.row is not None and one.row.gone is not None


def _counted(visit: Visit, sorting: Sorting, *, had_items: bool) -> Poll:
    """The poll with its counts. Every item that came is in one of them: counted at the door, not from the counts."""
    poll = visit.poll
    if visit.feed is None:
        return replace(poll, overlaps=True) if poll.outcome == "not-modified" else poll
    new, updated, known = sorting.count("new"), sorting.count("updated"), sorting.count("known")
    dropped = dict(sorting.dropped)
    seen = new + updated + known + sum(dropped.values())
    overlaps = known + updated > 0 if poll.outcome == "ok" and had_items and seen else poll.overlaps
    poll = replace(poll, seen=seen, new=new, updated=updated, known=known, dropped=dropped, overlaps=overlaps)
    _check_sums(poll, visit.feed)
    return poll


def _check_sums(poll: Poll, feed: ParsedFeed) -> None:
    came = len(feed.items) + sum(feed.dropped.values())
    if came != poll.seen:
        raise ArchiveError(
            f'the ledger of "{poll.source}" does not add up: {came} items came, {poll.new} new + {poll.updated} updated'
            f" + {poll.known} known + {sum(poll.dropped.values())} dropped; nothing of this poll was stored, please"
            " report it with the feed"
        )


# Articles ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Rows:
    """What a wave adds, numbered beforehand: one statement a table, and no question for the number of each row."""

    articles: Iterator[int]
    versions: Iterator[int]
    bodies: Iterator[int]
    new_bodies: list[Row] = field(default_factory=list)
    new_articles: list[Row] = field(default_factory=list)
    new_versions: list[Row] = field(default_factory=list)
    replaced: list[Row] = field(default_factory=list)  # versions that get their text back from the article
    edited: dict[tuple[str, ...], list[Row]] = field(default_factory=dict)  # by the columns that change

    def add_body(self, packed: PackedBody | None) -> int | None:
        if packed is None:
            return None
        self.new_bodies.append({"id": next(self.bodies)} | row_of(packed))
        return int(self.new_bodies[-1]["id"])

    def add_version(self, article: int, number: int, at: datetime, published: datetime | None, body: int | None) -> int:
        """Its text stands in articles until the next one replaces it."""
        row: Row = {
            "id": next(self.versions), "article": article, "version": number, "seen": at, "title": None, "text": None,
            "published": published, "body": body,
        }  # fmt: skip
        self.new_versions.append(row)
        return int(row["id"])

    def write(self, connection: Connection) -> None:
        if self.new_bodies:
            insert_rows(connection, bodies, self.new_bodies)
        if self.new_articles:
            insert_rows(connection, articles, self.new_articles)
            index(connection, self.new_articles[0]["id"], self.new_articles[-1]["id"])
        if self.replaced:
            connection.execute(_KEEP_OLD_TEXT, self.replaced)
        for names, rows in self.edited.items():
            connection.execute(_edit(names), rows)
        if self.new_versions:
            insert_rows(connection, article_versions, self.new_versions)


@cache
def _edit(names: tuple[str, ...]) -> Update:
    values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in names if name != "of"}
    return update(articles).where(articles.c.id == bindparam("of")).values(values)


def _current(column: Any) -> Any:
    return select(column).where(articles.c.id == bindparam("of")).scalar_subquery()


_KEEP_OLD_TEXT = (
    update(article_versions)
    .where(article_versions.c.article == bindparam("of"), article_versions.c.version == bindparam("number"))
    .values(title=_current(articles.c.title), text=_current(articles.c.text), url=_current(articles.c.url))
)


def _store_items(
    connection: Connection, wave: Sequence[PreparedVisit], sortings: Sequence[Sorting]
) -> list[list[Held]]:
    """Write what is new or updated. Returns what each feed holds, in its order."""
    new = sum(sorting.count("new") for sorting in sortings)
    updated = sum(sorting.count("updated") for sorting in sortings)
    rows = _Rows(
        _numbers(connection, articles, new),
        _numbers(connection, article_versions, new + updated),
        _numbers(connection, bodies, len(wave) if new + updated else 0),
    )
    held = [_add_items(rows, prepared, sorting) for prepared, sorting in zip(wave, sortings, strict=True)]
    rows.write(connection)
    return held


def _numbers(connection: Connection, table: Table, count: int) -> Iterator[int]:
    """The next free ids, ascending: nobody else writes while we do."""
    if not count:
        return iter(())
    if connection.dialect.name == "postgresql":
        query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return iter(sorted(connection.execute(query, {"name": table.name, "count": count}).scalars()))
    last = int(connection.execute(select(func.max(table.c.id))).scalar() or 0)
    return iter(range(last + 1, last + 1 + count))


def _add_items(rows: _Rows, prepared: PreparedVisit, sorting: Sorting) -> list[Held]:
    held = []
    body: int | None = None
    if any(one.fate in ("new", "updated") for one in sorting.items):
        body = rows.add_body(prepared.body())
    for one in sorting.items:
        if one.fate == "new":
            article = _add_new(rows, prepared.visit, one, body)
        elif one.row is not None:
            article = int(one.row.id)
            if one.fate == "updated":
                _add_edit(rows, prepared.visit, one, body)
        if one.fate != "repeated":
            held.append(Held(article, one.one.item.published, one.one.item.title))
    return held


def _add_new(rows: _Rows, visit: Visit, new: Sorted, body: int | None) -> int:
    one, item, when, at = new.one, new.one.item, new.when, visit.poll.at
    assert when is not None
    article = next(rows.articles)
    rows.new_articles.append({
        "id": article, "source": visit.source.key, "guid": new.name, "link": one.identity.link or None,
        "url": item.url, "title": item.title, "text": item.text, "folded": one.fold(), "language": item.language,
        "outlet": item.outlet, "published": item.published, "seen": at,
        "first_time": first_time(visit, item.published, when), "day": when.day, "late": when.late,
        "backfill": visit.backfill, "hash": one.hash, "version": 1,
        "version_id": rows.add_version(article, 1, at, item.published, body),
    })  # fmt: skip
    return article


def _add_edit(rows: _Rows, visit: Visit, edit: Sorted, body: int | None) -> None:
    """A new version: the text of the old one moves to article_versions, the day stays that of the first version."""
    one, row, at = edit.one, edit.row, visit.poll.at
    assert row is not None
    number = int(row.version) + 1
    is_elsewhere = bool(visit.poll.address and row.url)  # a mirror edits the text, never the address
    address = {} if is_elsewhere else {"url": one.item.url, "link": one.identity.link or None}
    digest = content_hash(one.item.title, one.item.text, row.url) if is_elsewhere else one.hash
    rows.replaced.append({"of": row.id, "number": row.version})
    change: Row = {
        "of": row.id, "title": one.item.title, "text": one.item.text, "folded": one.fold(), "hash": digest,
        "version": number, "changed": at,
        "version_id": rows.add_version(int(row.id), number, at, one.item.published, body), **address,
    }  # fmt: skip
    rows.edited.setdefault(tuple(change), []).append(change)


def _poll_row(poll: Poll) -> Row:
    return {
        "source": poll.source, "at": poll.at, "outcome": poll.outcome, "status": poll.status, "seconds": poll.seconds,
        "bytes": poll.bytes, "items_seen": poll.seen, "items_new": poll.new, "items_updated": poll.updated,
        "items_known": poll.known, "dropped": poll.dropped, "error": poll.error or None, "overlaps": poll.overlaps,
        "reason": poll.reason, "address": poll.address or None, "vantage": poll.vantage or None,
    }  # fmt: skip
