"""Is the archive itself sound: whole, of our version, writable, with room to grow? Looks, changes nothing."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from feeds.archive.connect import Archive
from feeds.archive.schema import HEAD

LOCK_SECONDS = 2.0  # a writer holds the lock for a tenth of a second
SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. problem: what is wrong and what to do; "" when nothing is."""

    what: str
    told: str
    problem: str = ""


def whole(archive: Archive) -> Finding:
    """Every page and index of the file, read. A server checks its own files, so there only that it answers."""
    if archive.engine.dialect.name != "sqlite":
        with archive.reading() as connection:
            told = str(connection.execute(text("SHOW server_version")).scalar_one())
        return Finding("archive", f"PostgreSQL {told} answers")
    with archive.reading() as connection:
        rows = [str(row[0]) for row in connection.execute(text(f"PRAGMA integrity_check({SHOWN_PROBLEMS})"))]
    if rows == ["ok"]:
        return Finding("archive", f"{archive.engine.url.database}: integrity_check ok")
    problem = f"{archive.engine.url.database}: damaged ({'; '.join(rows)}); stop everything and restore a backup"
    return Finding("archive", "", " ".join(problem.split()))


def version(archive: Archive) -> Finding:
    """The schema, as the archive itself says; opening it has checked that we can read it."""
    with archive.reading() as connection:
        found = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    problem = "" if found == HEAD else f"schema {found}, this program writes {HEAD}; open it once with `feeds poll`"
    return Finding("schema", f"version {found}", problem)


def write_lock(file: Path) -> Finding:
    """Whether a writer gets its turn. Takes the lock and gives it back; nothing is written."""
    connection = sqlite3.connect(file, timeout=LOCK_SECONDS, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        problem = f"{file}: no writer gets its turn ({error}); look for a program that holds it"
        return Finding("write lock", "", problem)
    finally:
        connection.close()
    return Finding("write lock", "free")


def room(file: Path, *, least_bytes: int) -> Finding:
    """Disk space beside the archive."""
    free = shutil.disk_usage(file.absolute().parent).free
    size = file.stat().st_size
    told = f"{_megabytes(free)} free, the archive takes {_megabytes(size)}"
    return Finding("disk", told, "" if free >= least_bytes else f"{told}; make room before polling stops")


def _megabytes(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.0f} MB"
