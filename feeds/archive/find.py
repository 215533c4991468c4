"""Which stored articles may the items of these visits be? One question to the archive for all of them together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    cast,
    exists,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from feeds.archive.schema import AnyRow, articles
from feeds.archive.visit import Prepared, PreparedVisit
from feeds.identity import Elsewhere, Stored
from feeds.model import SourceState

STRANGE_ITEMS = 5  # a feed of at least so many items, none of them known, may have moved without saying so
RECENT_ARTICLES = 2_000  # of a source, looked through when its address changes; no feed holds more for long

COLUMNS = (
    articles.c.id, articles.c.source, articles.c.guid, articles.c.link, articles.c.title, articles.c.hash,
    articles.c.version, articles.c.url, articles.c.published, articles.c.backfill, articles.c.seen,
    articles.c.changed, articles.c.gone,
)  # fmt: skip

Pairs = Iterable[tuple[str, str]]  # (source, guid) or (source, link)


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of one source that items of its feed may be."""

    by_guid: dict[str, AnyRow] = field(default_factory=dict)
    by_link: dict[str, AnyRow] = field(default_factory=dict)
    elsewhere: dict[str, AnyRow] = field(default_factory=dict)  # Identity.guid → an article that has another host

    def row(self, one: Prepared) -> AnyRow | None:
        """The article this item is. A guid is not believed when link and title both say that it is another one."""
        named = self._named(one)
        if named is not None:
            return named
        if one.identity.link and one.identity.link in self.by_link:
            return self.by_link[one.identity.link]
        return self.by_guid.get(one.identity.other) or self.elsewhere.get(one.identity.guid)

    def _named(self, one: Prepared) -> AnyRow | None:
        row = self.by_guid.get(one.identity.guid)
        if row is None or row.title == one.item.title or (row.link or "") == one.identity.link:
            return row
        contradicts = bool(one.identity.other and (row.title or row.link))  # a guid and nothing else does not
        return None if contradicts else row

    def is_plain(self, one: Prepared) -> bool:
        """Whether the guid alone has found it, as it nearly always does."""
        return self._named(one) is not None

    def name(self, one: Prepared) -> str:
        """Under which a new article is stored."""
        return one.identity.other if one.identity.guid in self.by_guid and one.identity.other else one.identity.guid


def look_up(connection: Connection, visits: Sequence[PreparedVisit]) -> dict[str, Found]:
    """What is stored of their items, by source; every source stands in `visits` once."""
    found: dict[str, Found] = {prepared.source: Found() for prepared in visits if prepared.items}
    things = _things(connection, visits)
    for row in _rows(connection, articles.c.guid, ((source, one.identity.guid) for source, one in things)):
        found[row.source].by_guid[row.guid] = row
    rest = [(source, one) for source, one in things if not found[source].is_plain(one)]
    others = ((source, one.identity.other) for source, one in rest if one.identity.other != one.identity.guid)
    for row in _rows(connection, articles.c.guid, others):
        found[row.source].by_guid[row.guid] = row
    links = ((source, one.identity.link) for source, one in rest)
    for row in sorted(_rows(connection, articles.c.link, links), key=lambda row: int(row.id)):
        found[row.source].by_link[row.link] = row
    return found


def unchanged(connection: Connection, visits: Sequence[PreparedVisit]) -> dict[str, set[bytes]]:
    """source → hashes of those articles that have the names of these items: a cheap look before the transaction."""
    hashes: dict[str, set[bytes]] = defaultdict(set)
    names = ((prepared.source, one.identity.guid) for prepared in visits for one in prepared.items)
    for row in _rows(connection, articles.c.guid, names):
        hashes[row.source].add(row.hash)
    return hashes


def _things(connection: Connection, visits: Sequence[PreparedVisit]) -> list[tuple[str, Prepared]]:
    """(source, item) of all that may be stored: a source that has no article yet is asked once, not for every item."""
    named = [prepared.source for prepared in visits if prepared.items]
    query = _stocked(connection.dialect.name)
    stocked = set(connection.execute(query, {"sources": json.dumps(named)}).scalars()) if named else ()
    return [(prepared.source, one) for prepared in visits if prepared.source in stocked for one in prepared.items]


def look_elsewhere(connection: Connection, prepared: PreparedVisit, before: SourceState, found: Found) -> None:
    """Find articles again that come under another host: from mirrors, after a move, or in a feed strange to us."""
    if not _may_be_elsewhere(prepared, before, found):
        return
    query = select(*COLUMNS).where(articles.c.source == prepared.source)
    rows = {row.id: row for row in connection.execute(query.order_by(articles.c.id.desc()).limit(RECENT_ARTICLES))}
    known = {row.id for row in map(found.row, prepared.items) if row is not None}
    recent = Elsewhere(
        Stored(row.id, row.link or "", row.title, row.published) for row in rows.values() if row.id not in known
    )
    for one in prepared.items:
        if found.row(one) is None and (article := recent.find(one.item, one.identity.link)) is not None:
            found.elsewhere[one.identity.guid] = rows[article]


def _may_be_elsewhere(prepared: PreparedVisit, before: SourceState, found: Found) -> bool:
    visit = prepared.visit
    if before.first_success is None or visit.backfill:
        return False
    strange = sum(found.row(one) is None for one in prepared.items)
    if visit.source.mirrors or visit.poll.moved_to or before.moved_to:
        return strange > 0
    return strange == len(prepared.items) >= STRANGE_ITEMS


def _rows(connection: Connection, column: Column[str], pairs: Pairs) -> Sequence[AnyRow]:
    wanted = [pair for pair in pairs if pair[1]]
    if not wanted:
        return ()
    query = _query(connection.dialect.name, column)
    return connection.execute(query, {"pairs": json.dumps(wanted, ensure_ascii=False)}).all()


@cache
def _stocked(dialect: str) -> Select[str]:
    """Those of some sources that have an article."""
    each = func.jsonb_array_elements_text if dialect == "postgresql" else func.json_each
    given: BindParameter[str] = bindparam("sources")
    wanted = each(cast(given, _jsonb()) if dialect == "postgresql" else given).table_valued("value", name="wanted")
    source: ColumnElement[str] = wanted.c.value
    return select(source).where(exists().where(articles.c.source == source))


@cache
def _query(dialect: str, column: Column[str]) -> Select[tuple[object, ...]]:
    """Rows for any number of pairs in one statement that never changes, so that it is compiled once."""
    given: BindParameter[str] = bindparam("pairs")
    source: ColumnElement[str]
    name: ColumnElement[str]
    if dialect == "postgresql":
        wanted = func.jsonb_array_elements(cast(given, _jsonb())).table_valued("value", name="wanted")
        source, name = wanted.c.value.op("->>")(0), wanted.c.value.op("->>")(1)
    else:
        wanted = func.json_each(given).table_valued("value", name="wanted")
        source, name = func.json_extract(wanted.c.value, "$[0]"), func.json_extract(wanted.c.value, "$[1]")
    return select(*COLUMNS).select_from(wanted).join(articles, and_(articles.c.source == source, column == name))


def _jsonb() -> TypeEngine[object]:
    from sqlalchemy.dialects.postgresql import JSONB  # a tenth of a second that SQLite does not need

    return JSONB()
