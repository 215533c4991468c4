"""Erase an article, or a person's name, from every table, and leave tombstones. First a plan, then the deed.

An erased article keeps its row, number, day and publisher, without a word of what it said: stories and counts that it
was part of stay whole, and are counted anew when the tagger has read that nothing is left. SQLite keeps what is deleted
in free pages, in its log and in the search index: `sweep` writes the file anew.
"""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, text, update

from feeds.archive.connect import Archive
from feeds.archive.forgotten import LEAST_TITLE, Forgotten, Tombstone, beginnings, of_article, of_name
from feeds.archive.schema import (
    AnyRow,
    alert_decisions,
    article_versions,
    articles,
    bodies,
    credits,
    evidence,
    figures,
    first_carriers,
    issues,
    outbox,
    pages,
    story_members,
    tags,
    tombstones,
)
from feeds.archive.search import search_fold
from feeds.characters import unreferenced
from feeds.encoding import decoded
from feeds.errors import ArchiveError
from feeds.identity import content_hash, folded_title, link_of

CHUNK = 500
DERIVED = (evidence, figures, credits, tags, first_carriers)
REWRITTEN = (articles, article_versions, bodies, *DERIVED, story_members, pages, outbox)  # PostgreSQL: by VACUUM FULL
_TAG = re.compile(r"<[^>]*>")
Says = Callable[[str], bool]  # whether the text of an answer holds what is to be forgotten


@dataclass(frozen=True, slots=True)
class Affected:
    """An article that is touched. title : as it stands, for the person who decides."""

    id: int
    source: str
    day: date | None
    seen: datetime
    title: str
    versions: int


@dataclass(frozen=True, slots=True)
class Handed:
    """A message that stands on such an article. state : of the outbox."""

    id: int
    day: date
    channel: str
    recipient: str
    state: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go. name "" : whole articles. copies : other articles of the same stories, which stay.

    rows : table → rows of it. issued : days of summaries that were handed out since the first of these articles came.
    """

    stones: tuple[Tombstone, ...]
    salt: str
    articles: tuple[Affected, ...]
    by_name: bool
    copies: tuple[int, ...] = ()
    bodies: tuple[int, ...] = ()
    handed: tuple[Handed, ...] = ()
    decisions: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    issued: tuple[date, ...] = ()

    @property
    def since(self) -> datetime | None:
        """When the first of them came: older copies of the archive cannot hold it."""
        return min((one.seen for one in self.articles), default=None)

    @property
    def forgotten(self) -> Forgotten:
        return Forgotten(self.salt, self.stones)


# Plan ----------------------------------------------------------------------------------------------------------------


def plan_article(archive: Archive, article: int) -> Plan:
    """Raises ArchiveError when there is no such article, or it was forgotten before."""
    with archive.reading() as connection:
        row = connection.execute(select(articles).where(articles.c.id == article)).first()
        if row is None:
            raise ArchiveError(f"no article {article} in the archive; search for it on the page Coverage")
        if row.guid == f"forgotten:{article}":
            raise ArchiveError(f"article {article} was forgotten before")
        salt = _salt(connection)
        versions = _version_texts(connection, article)
        stones = of_article(salt, row.source, row.guid, row.link or "", row.title, row.published)
        said = {title for title, _ in versions} | {row.title}
        names = [row.guid.partition(":")[2], row.url, row.link or ""]
        kept = _bodies_that(connection, _says_article(names, said), source=row.source, since=row.seen)
        return _plan(connection, salt, tuple(stones), [article], by_name=False, kept=kept)


def plan_names(archive: Archive, names: Sequence[str]) -> Plan:
    """Raises ArchiveError for what is no whole name. Spellings in other scripts are names of their own."""
    with archive.reading() as connection:
        salt = _salt(connection)
        try:
            stones = tuple(dict.fromkeys(stone for name in names for stone in of_name(salt, name)))
        except ValueError as error:
            raise ArchiveError(f"--person: {error}") from None
        known = Forgotten(salt, stones)
        ids = [row.id for row in _candidates(connection, names) if _is_named(connection, known, row)]
        starts = [beginnings(name) for name in names]
        kept = _bodies_that(connection, lambda said: _names_stand(known, starts, said))
        return _plan(connection, salt, stones, ids, by_name=True, kept=kept)


def _salt(connection: Connection) -> str:
    """One an archive, so that an item of a feed is hashed once."""
    found = connection.execute(select(tombstones.c.salt).limit(1)).scalar()
    return str(found) if found else secrets.token_hex(16)


def _plan(
    connection: Connection, salt: str, stones: tuple[Tombstone, ...], ids: Sequence[int], *, by_name: bool,
    kept: Sequence[int],
) -> Plan:  # fmt: skip
    affected = [one for some in _chunks(ids) for one in _affected(connection, some)]
    known, decided = Forgotten(salt, stones), 0
    if by_name:
        decided = sum(known.names_in(f"{row.reason}\n{row.by}") for row in connection.execute(select(alert_decisions)))
    first = min((one.seen for one in affected), default=None)
    days: set[date] = set()
    if first is not None:
        days |= set(connection.execute(select(issues.c.day).where(issues.c.made >= first).distinct()).scalars())
    return Plan(
        stones, salt, tuple(affected), by_name, copies=tuple(_copies(connection, ids)), bodies=tuple(kept),
        handed=tuple(_handed(connection, set(ids))), decisions=decided, rows=_rows_of(connection, ids),
        issued=tuple(sorted(days)),
    )  # fmt: skip


def _affected(connection: Connection, ids: Sequence[int]) -> Iterator[Affected]:
    columns = (articles.c.id, articles.c.source, articles.c.day, articles.c.seen, articles.c.title, articles.c.version)
    for row in connection.execute(select(*columns).where(articles.c.id.in_(ids)).order_by(articles.c.id)):
        yield Affected(*row)


def _rows_of(connection: Connection, ids: Sequence[int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in (article_versions, evidence, figures):
        for some in _chunks(ids):
            count = select(func.count()).select_from(table).where(table.c.article.in_(some))
            found[table.name] = found.get(table.name, 0) + int(connection.execute(count).scalar_one())
    return found


def _copies(connection: Connection, ids: Sequence[int]) -> list[int]:
    mine, theirs = story_members.alias("mine"), story_members.alias("theirs")
    found: set[int] = set()
    for some in _chunks(ids):
        query = select(theirs.c.article).join(mine, mine.c.story == theirs.c.story).where(mine.c.article.in_(some))
        found |= set(connection.execute(query).scalars())
    return sorted(found - set(ids))


def _handed(connection: Connection, ids: set[int]) -> Iterator[Handed]:
    columns = (outbox.c.id, outbox.c.day, outbox.c.channel, outbox.c.recipient, outbox.c.state, outbox.c.articles)
    for row in connection.execute(select(*columns).where(outbox.c.content.is_not(None)).order_by(outbox.c.id)):
        if not ids.isdisjoint(row.articles):
            yield Handed(row.id, row.day, row.channel, row.recipient, row.state)


def _candidates(connection: Connection, names: Sequence[str]) -> list[AnyRow]:
    """Articles that hold words that begin like those of a name, in any version: a first look."""
    columns = (articles.c.id, articles.c.title, articles.c.text, articles.c.url, articles.c.guid)
    old = select(article_versions.c.article).where(article_versions.c.text.is_not(None)).distinct()
    begin = [_all_begin(beginnings(name)) for name in names]
    query = select(*columns).where(or_(articles.c.id.in_(old), *begin)).order_by(articles.c.id)
    return list(connection.execute(query))


def _all_begin(words: Sequence[str]) -> ColumnElement[bool]:
    in_text = and_(*(articles.c.folded.contains(word, autoescape=True) for word in words))
    in_url = and_(*(func.lower(articles.c.url).contains(word, autoescape=True) for word in words))
    return or_(in_text, in_url)


def _is_named(connection: Connection, known: Forgotten, row: AnyRow) -> bool:
    texts = [(row.title, row.text), *_version_texts(connection, row.id)]
    return known.url(row.url) != row.url or any(known.names_in(said) for pair in texts for said in pair)


def _version_texts(connection: Connection, article: int) -> list[tuple[str, str]]:
    """Title and text of versions that a newer one has replaced."""
    query = select(article_versions.c.title, article_versions.c.text).where(article_versions.c.article == article)
    return [(row.title, row.text or "") for row in connection.execute(query) if row.title is not None]


# Kept bytes ----------------------------------------------------------------------------------------------------------


def _bodies_that(
    connection: Connection, says: Says, *, source: str | None = None, since: datetime | None = None
) -> list[int]:
    """Answers whose bytes are kept and hold it. One at a time: they are large."""
    query = select(bodies.c.id).where(bodies.c.content.is_not(None))
    query = query if source is None else query.where(bodies.c.source == source)
    query = query if since is None else query.where(bodies.c.at >= since)
    found = []
    for body in connection.execute(query.order_by(bodies.c.id)).scalars().all():
        content = connection.execute(select(bodies.c.content).where(bodies.c.id == body)).scalar()
        if content is not None and says(_plain(zlib.decompress(content))):
            found.append(body)
    return found


def _plain(body: bytes) -> str:
    """The text of an answer as a reader would see it, roughly: entities undone twice, as in escaped HTML."""
    said = unreferenced(unreferenced(decoded(body).text))
    return f"{said}\n{_TAG.sub(' ', said)}"


def _says_article(names: Sequence[str], titles: set[str]) -> Says:
    folded = {" ".join(search_fold(title).split()) for title in titles if len(title) >= LEAST_TITLE}
    exact = [re.compile(re.escape(name) + r"(?![\w/-])") for name in names if name]

    def says(said: str) -> bool:
        if any(name.search(said) for name in exact):
            return True
        flat = " ".join(search_fold(said).split())
        return any(title in flat for title in folded)

    return says


def _names_stand(known: Forgotten, starts: Sequence[tuple[str, ...]], said: str) -> bool:
    folded = search_fold(said)
    if not any(all(word in folded for word in words) for words in starts):
        return False
    return known.names_in(said)


# The deed ------------------------------------------------------------------------------------------------------------


def erase(archive: Archive, plan: Plan, *, at: datetime, reason: str) -> None:
    """All of it in one transaction. Nobody else may work on the archive meanwhile: hold its roles."""
    with archive.writing() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        known = plan.forgotten
        for affected in plan.articles:
            row = connection.execute(select(articles).where(articles.c.id == affected.id)).one()
            (_redact if plan.by_name else _empty)(connection, row, known)
            _take_out(connection, affected.id, keep_sketch=plan.by_name)
            _read_again(connection, row)
        for some in _chunks(plan.bodies):
            connection.execute(update(bodies).where(bodies.c.id.in_(some)).values(content=None))
        _empty_outbox(connection, plan.handed)
        if plan.decisions:
            _redact_decisions(connection, known)
        _bury(connection, plan, at=at, reason=reason)


def _empty(connection: Connection, row: AnyRow, known: Forgotten) -> None:
    connection.execute(
        update(articles).where(articles.c.id == row.id).values(
            guid=f"forgotten:{row.id}", link=None, url="", title="", text="", folded="", outlet="",
            hash=content_hash("", "", ""),
        )
    )  # fmt: skip
    mine = article_versions.c.article == row.id
    connection.execute(update(article_versions).where(mine).values(body=None))
    old = mine & article_versions.c.title.is_not(None)
    connection.execute(update(article_versions).where(old).values(title="", text="", url=""))


def _redact(connection: Connection, row: AnyRow, known: Forgotten) -> None:
    """Without the name, in every version; known again by the next poll, which takes the name out too."""
    title, said = known.redact(row.title, row.text)
    url = known.url(row.url)
    link = link_of(url) if row.link and url != row.url else row.link
    guid = _guid(row, known, url=url, link=link or "", title=title)
    is_page = row.hash != content_hash(row.title, row.text, row.url)  # its hash is that of the feed's shorter text
    values = {
        "guid": guid, "link": link, "url": url, "title": title, "text": said,
        "folded": search_fold(f"{title}\n{said}"), "hash": row.hash if is_page else content_hash(title, said, url),
    }  # fmt: skip
    connection.execute(update(articles).where(articles.c.id == row.id).values(values))
    old = select(article_versions).where(article_versions.c.article == row.id, article_versions.c.title.is_not(None))
    for version in connection.execute(old).all():
        title, said = known.redact(version.title, version.text or "")
        changed = {"title": title, "text": said, "url": known.url(version.url or "")}
        connection.execute(update(article_versions).where(article_versions.c.id == version.id).values(changed))


def _guid(row: AnyRow, known: Forgotten, *, url: str, link: str, title: str) -> str:
    """The name under which the next poll of the item, cleaned as this row is, looks for it (feeds/identity.py)."""
    kind, _, name = str(row.guid).partition(":")
    if kind == "link" and url != row.url:
        return f"link:{link}"
    if kind == "title":
        return f"title:{link} {folded_title(title)}".replace("title: ", "title:")
    return f"{kind}:{known.guid(name)}"


def _take_out(connection: Connection, article: int, *, keep_sketch: bool) -> None:
    """Of what was read from it. The story keeps its members; the sketch of an erased text goes."""
    for table in (*DERIVED, pages):
        connection.execute(delete(table).where(table.c.article == article))
    if not keep_sketch:
        mine = story_members.c.article == article
        connection.execute(update(story_members).where(mine).values(sketch=b"", title_key=""))


def _read_again(connection: Connection, row: AnyRow) -> None:
    """The version gets a number that the tagger has not read yet; for readers it stays the version it was."""
    if connection.dialect.name == "postgresql":
        number = connection.execute(text("SELECT nextval(pg_get_serial_sequence('article_versions', 'id'))")).scalar()
    else:
        number = int(connection.execute(select(func.max(article_versions.c.id))).scalar_one()) + 1
    current = article_versions.c.id == row.version_id
    connection.execute(update(article_versions).where(current).values(id=number))
    connection.execute(update(articles).where(articles.c.id == row.id).values(version_id=number))


def _empty_outbox(connection: Connection, handed: Sequence[Handed]) -> None:
    """What was not sent yet is withdrawn: `send --day` makes it anew, without what was forgotten."""
    for some in _chunks([one.id for one in handed]):
        mine = outbox.c.id.in_(some)
        connection.execute(update(outbox).where(mine).values(content=None))
        waits = outbox.c.state.in_(("draft", "waiting", "dead"))
        connection.execute(update(outbox).where(mine & waits).values(state="withdrawn", by="forget", next_try=None))


def _redact_decisions(connection: Connection, known: Forgotten) -> None:
    for row in connection.execute(select(alert_decisions)).all():
        reason, by = known.redact(row.reason, row.by)
        connection.execute(update(alert_decisions).where(alert_decisions.c.id == row.id).values(reason=reason, by=by))


def _bury(connection: Connection, plan: Plan, *, at: datetime, reason: str) -> None:
    common = {"salt": plan.salt, "at": at, "reason": reason, "shape": None, "article": None, "day": None}
    only = plan.articles[0] if plan.articles and not plan.by_name else None
    rows = [
        common | {"kind": one.kind, "hash": one.hash, "shape": list(one.shape) or None}
        | ({"article": only.id, "day": only.day} if only else {})
        for one in plan.stones
    ]  # fmt: skip
    if plan.by_name:  # so that a number that changes by it says why
        rows += [common | {"kind": "touched", "hash": "", "article": a.id, "day": a.day} for a in plan.articles]
    for row in rows:
        connection.execute(insert(tombstones).values(row))


def sweep(archive: Archive) -> None:
    """Leave nothing of what was deleted in the files. Raises ArchiveError when somebody else has the archive open.

    SQLite: the search index is merged, the file written anew, the log emptied. PostgreSQL: the tables are written anew;
    its own log and its replicas are out of our reach.
    """
    with archive.reading() as connection:
        if archive.engine.dialect.name == "postgresql":
            raw = connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in REWRITTEN:
                raw.exec_driver_sql(f"VACUUM (FULL) {table.name}")
            return
        driver = connection.connection.driver_connection  # a file is written anew outside of any transaction
        assert driver is not None
        driver.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
        driver.execute("VACUUM")
        busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise ArchiveError("erased, but somebody reads the archive: its log may still hold it; stop the server and try"
                           " `feeds forget --sweep`")  # fmt: skip


def _chunks(values: Sequence[int]) -> list[Sequence[int]]:
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
