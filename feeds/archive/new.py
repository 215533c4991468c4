"""A new SQLite archive in one go: what all migrations together make of an empty file, kept as SQL.

Running the migrations one after the other costs a short poll as much as its work. `make docs` writes the file anew
after a schema change; a test compares what it makes with what the migrations make, rows and all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

FILE = Path(__file__).with_name("new_archive.sql")
BETWEEN = "\n;\n\n"  # between statements: those of a trigger end in a semicolon too


def is_empty(connection: Connection) -> bool:
    """Whether the file holds nothing yet."""
    return connection.exec_driver_sql("SELECT 1 FROM sqlite_schema LIMIT 1").first() is None


def create(connection: Connection) -> None:
    """All tables, indexes and triggers, in the caller's transaction. SQLite, empty."""
    for statement in _statements():
        connection.exec_driver_sql(statement)


@cache
def _statements() -> list[str]:
    return FILE.read_text(encoding="utf-8").strip().removesuffix(BETWEEN.strip()).split(BETWEEN)


def written(connection: Connection) -> str:
    """The SQL that makes an archive like this one, which holds no article yet."""
    return "".join(statement + BETWEEN for statement in _made(connection))


def _made(connection: Connection) -> Iterator[str]:
    yield from connection.exec_driver_sql(_OBJECTS).scalars()
    (version,) = connection.exec_driver_sql("SELECT version_num FROM alembic_version").one()
    yield f"INSERT INTO alembic_version VALUES ('{version}')"  # noqa: S608  # our own words
    for name, value in connection.exec_driver_sql("SELECT k, v FROM articles_fts_config WHERE k != 'version'"):
        yield f"INSERT INTO articles_fts (articles_fts, rank) VALUES ('{name}', {value})"  # noqa: S608  # the same


# The search index makes its own tables, and SQLite the indexes of keys.
_OBJECTS = """
    SELECT sql FROM sqlite_schema
    WHERE sql IS NOT NULL AND NOT (type = 'table' AND name GLOB 'articles_fts_*')
    ORDER BY rowid
"""
