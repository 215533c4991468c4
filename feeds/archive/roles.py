"""One poller and one tagger an archive, over processes and machines. The lock goes with the process that held it.

SQLite: a file lock beside the archive, freed by the operating system. PostgreSQL: an advisory lock of a connection of
its own, freed by the server when that connection ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import text

from feeds.archive.connect import Archive, sqlite_file, where
from feeds.errors import ArchiveError

PATIENCE_SECONDS = 0.5  # somebody who only asks whether a role is held has it for an instant
ROLES = 0x4B4E  # first half of the advisory locks of roles; the second half is made of the role's name


@contextmanager
def role(archive: Archive, name: str) -> Iterator[None]:
    """Hold the role `name` ("poller", "tagger" …) on an archive. Raises ArchiveError when somebody else holds it."""
    file = sqlite_file(archive.engine.url.render_as_string(hide_password=False))
    with _file_role(file, name) if file is not None else _server_role(archive, name):
        yield


def is_held(archive: Archive, name: str) -> bool:
    """Does anybody hold the role now, on any machine that can reach the archive? Raises ArchiveError."""
    file = sqlite_file(archive.engine.url.render_as_string(hide_password=False))
    return _is_file_held(_lock_file(file, name)) if file is not None else _is_held_on_server(archive, name)


def _lock_file(file: Path, name: str) -> Path:
    return file.with_name(f"{file.name}.{name}.lock")


def _is_file_held(file: Path) -> bool:
    """A lock can only be asked about by trying to take it."""
    if not file.exists():
        return False
    try:
        with FileLock(file, timeout=0):
            return False
    except Timeout:
        return True
    except OSError as error:
        raise ArchiveError(f"archive {file}: its lock cannot be looked at: {error.strerror}") from None


def _is_held_on_server(archive: Archive, name: str) -> bool:
    query = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :a AND objid = :b "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with archive.reading() as connection:
        return bool(connection.execute(query, {"a": ROLES, "b": _number(name) & 0xFFFFFFFF}).scalar_one())


def _number(name: str) -> int:
    """The second half of the advisory lock of a role."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), signed=True)


@contextmanager
def _file_role(file: Path, name: str) -> Iterator[None]:
    lock = FileLock(_lock_file(file, name), timeout=PATIENCE_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise _taken(str(file), name) from None
    except OSError as error:
        raise ArchiveError(f"archive {file}: no lock can be put beside it: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _server_role(archive: Archive, name: str) -> Iterator[None]:
    key = _number(name)
    with archive.reading() as connection:
        # Outside a transaction: the lock belongs to the session, and an open snapshot would hold up cleaning for days.
        session = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not session.execute(text("SELECT pg_try_advisory_lock(:a, :b)"), {"a": ROLES, "b": key}).scalar():
            raise _taken(where(archive.engine), name)
        try:
            yield
        finally:
            session.execute(text("SELECT pg_advisory_unlock(:a, :b)"), {"a": ROLES, "b": key})


def _taken(archive: str, name: str) -> ArchiveError:
    return ArchiveError(f"archive {archive}: another {name} works on it; stop that one first")
