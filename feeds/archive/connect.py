"""Open an archive: SQLite in WAL by default, PostgreSQL by URL. Migrates on opening. No clock, no network of its own.

Several processes write, one at a time: BEGIN IMMEDIATE, short, no CPU work inside; readers hold no snapshot for long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from feeds.archive import backfills, bodies, find, memory, new, read, search, write, yields
from feeds.archive.forgotten import cleaned, graves
from feeds.archive.schema import HEAD, sources
from feeds.archive.visit import PreparedVisit, Visit, prepare
from feeds.errors import ArchiveError
from feeds.model import Article, KeptBody, Poll, SourceState, Version

if TYPE_CHECKING:
    import pandas as pd

BUSY_MILLISECONDS = 10_000
# Of a new archive; one that is there keeps its own. An article with its whole text takes 6 KB: pages of 4 KB cut it
# into three that are chained, summed up and copied one by one; on 16 KB two articles stand whole, or a dozen short
# ones. The file of whole texts grows by a tenth. 32 KB saves no more, and a small change would write twice as much.
PAGE_BYTES = 16_384
WAL_BYTES = 16_000_000  # written before they are copied back into the file
WRITERS_LOCK = 0x4B4D  # PostgreSQL advisory lock: one writer at a time, as in SQLite
SAMPLED = 400  # entries of an index that are looked at to tell how many rows stand behind a key
MIGRATIONS = Path(__file__).parent / "migrations"


class Archive:
    """An open archive. Use as a context manager; `read_only` never creates, migrates or writes."""

    def __init__(self, engine: Engine, *, read_only: bool) -> None:
        self.engine = engine
        self.read_only = read_only

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leaves no write-ahead log behind when nobody else has the archive open."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with _plain_errors(self.engine), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its first statement. Raises ArchiveError."""
        if self.read_only:
            raise ArchiveError("the archive was opened read-only")
        with _plain_errors(self.engine), self.engine.connect() as connection:
            writer = connection.execution_options(immediate=True)
            with writer.begin():
                if self.engine.dialect.name == "postgresql":
                    writer.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})
                yield writer

    # The questions. Each opens its own short connection.

    def states(self, *, counted: bool = True) -> dict[str, SourceState]:
        """By source. counted False: without the numbers of articles, which are the only thing that takes time."""
        with self.reading() as connection:
            return read.states(connection, counted=counted)

    def store(
        self, visits: Sequence[Visit], *, utc_offset_hours: float, states: dict[str, SourceState] | None = None
    ) -> list[Poll]:
        """Ledger rows, source states and articles of these visits, in one transaction. Returns the polls as written.

        states : what the only poller of this archive remembers of sources; it is believed, and kept up to date.
        """
        prepared = self._prepared(visits)
        with self.writing() as connection:
            written = write.store(connection, prepared, utc_offset_hours=utc_offset_hours, states=states)
        if states is not None:
            states.update((one.state.key, one.state) for one in written)
        return [one.poll for one in written]

    def put_off(
        self, later: Mapping[str, tuple[datetime, str]], *, states: dict[str, SourceState] | None = None
    ) -> None:
        """Source key → when it is asked next, and why: of sources that were due and could not be asked.

        states : as for `store`.
        """
        if later:
            with self.writing() as connection:
                after = memory.put_off(connection, later, states or {})
            if states is not None:
                states.update(after)

    def store_history(
        self, visit: Visit, page: backfills.PageRead, parts: Sequence[Poll] = (), *, utc_offset_hours: float
    ) -> Poll:
        """Articles of a page of history and the place where its walk goes on, in one transaction.

        parts : polls of parts of the page that were stored before; the page's row counts them too.
        """
        prepared = self._prepared([visit])
        with self.writing() as connection:
            poll = write.store(connection, prepared, utc_offset_hours=utc_offset_hours)[0].poll
            backfills.record(connection, page, [*parts, poll])
            return poll

    def end_walk(self, source: str, started: datetime, words: str) -> None:
        """There is nothing behind the last page of this walk."""
        with self.writing() as connection:
            backfills.end(connection, source, started, words)

    def _prepared(self, visits: Sequence[Visit]) -> list[PreparedVisit]:
        """All CPU work that needs no write lock; what seems to be stored already is spared most of it.

        What was forgotten is left out here: whoever forgets holds the roles of all that store.
        """
        with self.reading() as connection:
            known_graves = graves(connection)
        prepared = [prepare(cleaned(known_graves, visit)) for visit in visits]
        if any(one.items for one in prepared):
            with self.reading() as connection:
                known = find.unchanged(connection, prepared)
            for one in prepared:
                one.finish(known.get(one.source, ()))
        return prepared

    def last_walk(self, source: str) -> list[backfills.PageRead]:
        """The pages of the newest walk through the history of a source, in the order they were read."""
        with self.reading() as connection:
            return backfills.last_walk(connection, source)

    def article(self, article: int) -> Article | None:
        return next(iter(self.articles([article])), None)

    def articles(self, ids: Sequence[int]) -> list[Article]:
        """In the order of `ids`; unknown ids are left out."""
        with self.reading() as connection:
            return read.articles_by_id(connection, ids)

    def article_count(self) -> int:
        with self.reading() as connection:
            return read.article_count(connection)

    def versions(self, article: int) -> list[tuple[int, datetime, str, str]]:
        """(version, first seen, title, text), oldest first."""
        with self.reading() as connection:
            return read.versions(connection, article)

    def history(self, article: int) -> list[Version]:
        """Every version, oldest first; [] when there is no such article."""
        with self.reading() as connection:
            return read.history(connection, article)

    def gone(self, article: int) -> datetime | None:
        """When its feed first lacked the article while older ones were still in; None: not noticed."""
        with self.reading() as connection:
            return read.gone(connection, article)

    def body(self, body: int) -> KeptBody | None:
        """The answer that brought a version (Version.body); None: there is none of this number."""
        with self.reading() as connection:
            return bodies.kept(connection, body)

    def drop_bodies(self, before: datetime, most: int) -> int:
        """Drop the bytes of answers older than `before`, at most so many, oldest first, in short transactions.

        Returns how many had some.
        """
        dropped = 0
        while dropped < most and (ids := self._expired_bodies(before, most - dropped)):
            with self.writing() as connection:
                bodies.empty(connection, ids)
            dropped += len(ids)
        return dropped

    def _expired_bodies(self, before: datetime, most: int) -> list[int]:
        with self.reading() as connection:
            return bodies.expired(connection, before, min(most, bodies.SWEPT_AT_ONCE))

    def versions_after(self, version_id: int, limit: int) -> list[Article]:
        """Articles whose current version is newer than `version_id`, in the order they arrived."""
        with self.reading() as connection:
            return read.versions_after(connection, version_id, limit)

    def superseded(self, after: int, until: int) -> list[Article]:
        """Versions numbered after < version_id ≤ until that a newer one has replaced, as articles with their text."""
        with self.reading() as connection:
            return read.superseded(connection, after, until)

    def versions_waiting(self, version_id: int) -> int:
        """How many articles `versions_after` has still to give."""
        with self.reading() as connection:
            return read.versions_waiting(connection, version_id)

    def search(
        self,
        query: str,
        *,
        sources: Sequence[str] | None = None,
        first: date | None = None,
        last: date | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[int], int]:
        """Ids of articles that hold all words of `query`, newest first, and how many there are. "quotes" and -minus."""
        with self.reading() as connection:
            return search.search(connection, query, sources=sources, first=first, last=last, limit=limit, offset=offset)

    def polls(
        self,
        *,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> list[Poll]:
        """Newest first."""
        with self.reading() as connection:
            return read.polls(connection, source=source, since=since, until=until, limit=limit)

    def polls_frame(self, since: datetime | None = None, until: datetime | None = None) -> pd.DataFrame:
        """One row a poll: source, at (UTC), outcome, overlaps, seen, new, updated, known, dropped (dict)."""
        with self.reading() as connection:
            return read.polls_frame(connection, since, until)

    def hourly_polls(self, since: datetime, until: datetime) -> pd.DataFrame:
        """One row a source and hour: source, hour (UTC), polls, answered, kept, lost, stale, new; see yields.hourly."""
        with self.reading() as connection:
            return yields.hourly(connection, since, until)

    def article_days(self, since: date) -> dict[str, list[tuple[date, bool]]]:
        """source → its counting days with polled articles, oldest first; True: all of that day came late."""
        with self.reading() as connection:
            return yields.article_days(connection, since)

    def last_losses(self, since: datetime) -> dict[str, tuple[int, datetime]]:
        """source → how often none of the items of before was still in its feed, and when last."""
        with self.reading() as connection:
            return yields.last_losses(connection, since)

    def server_clocks(self, limit: int) -> list[tuple[datetime, str]]:
        """(when we polled, what the server's Date header said) of the newest answers kept."""
        with self.reading() as connection:
            return yields.server_clocks(connection, limit)

    def arrived(self) -> tuple[int, int]:
        """Numbers of the newest version and the newest poll: what a tagger waits for."""
        with self.reading() as connection:
            return read.arrived(connection)

    def changed(self) -> str:
        """A cheap token that changes whenever articles, polls or tags do."""
        with self.reading() as connection:
            return read.changed(connection)

    def learn_sizes(self) -> None:
        """Tell SQLite how many rows stand behind a key, from samples: 0.1 s at 10,000,000 rows.

        Without, it takes the index on more columns for the narrower one, and asks 500,000 rows for those of an article.
        PostgreSQL looks by itself.
        """
        if self.engine.dialect.name == "sqlite":
            with self.writing() as connection:
                connection.exec_driver_sql(f"PRAGMA analysis_limit = {SAMPLED}")
                connection.exec_driver_sql("ANALYZE")
                mend_sizes(connection.exec_driver_sql)


def mend_sizes(execute: Callable[..., Iterable[Any]]) -> None:
    """Behind one `rules` stand nearly all rows; a sample meets that one value alone and takes it for a rare one."""
    led = "SELECT s.idx, s.stat FROM sqlite_stat1 s JOIN pragma_index_info(s.idx) i ON i.seqno = 0 AND i.name = 'rules'"
    for index, stat in list(execute(led)):
        rows, _, *further = str(stat).split()
        execute("UPDATE sqlite_stat1 SET stat = ? WHERE idx = ?", (" ".join([rows, rows, *further]), index))


def open_archive(url: str, *, read_only: bool = False, mapped: bool = True) -> Archive:
    """Open, create and migrate the archive at `url`.

    read_only : open what is there; neither create nor migrate. mapped : may hold 256 MB of the file in memory when it
    only reads; False: for a command that goes once over everything.
    Raises ArchiveError: not a database, newer version, cannot be written, no such archive.
    """
    parsed = _parsed(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    engine = _sqlite(parsed, read_only=read_only, mapped=mapped) if is_sqlite else _postgresql(parsed)
    archive = Archive(engine, read_only=read_only)
    try:
        _check_or_migrate(archive)
    except BaseException:
        archive.close()
        raise
    return archive


def migrated(url: str, version: str = "head") -> Archive:
    """A new archive, made by the migrations one after the other: what `new_archive.sql` is made from."""
    archive = Archive(_sqlite(_parsed(url), read_only=False, mapped=False), read_only=False)
    _migrate(archive, version)
    return archive


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite URL; None for a server. Role locks stand beside it."""
    parsed = _parsed(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError:
        raise ArchiveError(f"archive {url}: not an address; write sqlite:///data/name.db or postgresql://…") from None
    if backend not in ("sqlite", "postgresql"):
        raise ArchiveError(f"archive {_public(parsed)}: {backend} is not supported; use sqlite or postgresql")
    if backend == "sqlite" and not parsed.database:
        raise ArchiveError("archive sqlite://: give a file, sqlite:///data/name.db; several processes share it")
    return parsed


def _public(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _sqlite(url: URL, *, read_only: bool, mapped: bool) -> Engine:
    file = Path(url.database or "").absolute()
    if read_only and not file.exists():
        raise ArchiveError(f"archive {file}: no such file yet; start `make run` or `python -m feeds poll` to create it")
    if not read_only:
        _make_folder(file)
    mode = "ro" if read_only else "rwc"
    address = f"file:{_quoted(file)}?mode={mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=BUSY_MILLISECONDS / 1000, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        if not read_only:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            # Pages that are freed are not written once more to be emptied: what has to go, `forget` sweeps out itself.
            connection.execute("PRAGMA secure_delete = FAST")
            # A transaction of new articles is larger than the usual 2 MB, and is not copied back page by page.
            connection.execute("PRAGMA cache_size = -16000")
            (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
            connection.execute(f"PRAGMA wal_autocheckpoint = {WAL_BYTES // page_bytes}")
        connection.execute("PRAGMA foreign_keys = ON")
        if read_only and mapped:  # a poller reads little, and would be charged for every page it writes
            connection.execute("PRAGMA mmap_size = 268435456")
        return connection

    engine = create_engine(url.set(database=str(file)), creator=connect)
    event.listen(engine, "begin", _begin)
    return engine


def _quoted(file: Path) -> str:
    return str(file).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"archive {file}: its folder cannot be made: {error.strerror}; choose another --archive"
        ) from None


def _begin(connection: Connection) -> None:
    """A transaction that reads and then writes fails at once under a writer, whatever the time-out: lock first."""
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _postgresql(url: URL) -> Engine:
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)


@contextmanager
def _plain_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise ArchiveError(f"archive {where(engine)}: {_hint(str(error.orig))}") from error
    except DatabaseError as error:
        if not any(sign in str(error.orig) for sign in ("not a database", "malformed")):
            raise
        raise ArchiveError(f"archive {where(engine)}: {_hint(str(error.orig))}") from error
    except sqlite3.DatabaseError as error:  # raised while connecting, before SQLAlchemy wraps it
        raise ArchiveError(f"archive {where(engine)}: {_hint(str(error))}") from error


def where(engine: Engine) -> str:
    """The archive as people know it: a file, or an address without its password."""
    return str(engine.url.database) if engine.dialect.name == "sqlite" else _public(engine.url)


def _hint(problem: str) -> str:
    hints = {
        "readonly": "cannot be written (read-only); choose another --archive or give the user write permission",
        "unable to open": "cannot be opened or created; check that the folder exists and can be written",
        "not a database": "not an SQLite database; choose another --archive, nothing was changed",
        "malformed": "damaged; stop everything that uses it and restore a backup",
        "disk I/O": "the disk reports an error; check space and health",
        "is full": "the disk is full; free some space, nothing already stored is lost",
        "locked": "another program has held it for 10 s; end that program or try again",
    }
    found = next((hint for sign, hint in hints.items() if sign in problem), None)
    return found or f"{problem}; check the address and that the server is up"


def _check_or_migrate(archive: Archive) -> None:
    version = _version(archive)
    if version == HEAD:
        if not archive.read_only and archive.engine.dialect.name == "sqlite":
            _check_writable(archive)
        return
    if version is not None and version not in _known_versions():
        raise ArchiveError(
            f"archive {where(archive.engine)}: written by a newer version of this program (schema {version},"
            f" this one knows {HEAD}); update the program, nothing was changed"
        )
    if archive.read_only:
        state = "not yet set up" if version is None else f"of an older version of this program (schema {version})"
        raise ArchiveError(
            f"archive {where(archive.engine)}: {state}; start `make run` or `python -m feeds poll` once"
            + ("" if version is None else ", which brings it up to date and loses nothing")
        )
    if version is not None or _made_at_once(archive) != HEAD:
        _migrate(archive)


def _version(archive: Archive) -> str | None:
    with archive.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found) if found is not None else None


def _known_versions() -> set[str]:
    return {file.stem.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _check_writable(archive: Archive) -> None:
    with archive.writing() as connection:
        connection.execute(sources.update().where(sources.c.key == "").values(polls=0))


def _made_at_once(archive: Archive) -> str | None:
    """The version of the archive that an empty SQLite file has become; None: it was no such file."""
    if archive.engine.dialect.name != "sqlite":
        return None
    with archive.writing() as connection:
        if not new.is_empty(connection):  # somebody else was faster
            return None
        new.create(connection)
    return _version(archive)


def _migrate(archive: Archive, version: str = "head") -> None:
    from alembic import command  # only an old archive pays for the import
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with archive.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
