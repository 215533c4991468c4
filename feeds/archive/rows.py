"""Many new rows of one table at once. SQLite is handed tuples: SQLAlchemy would make two dictionaries of every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects.sqlite import dialect

SQLITE = dialect()


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """rows : at least one, all with the same columns, their primary key among them."""
    if connection.dialect.name != "sqlite":
        connection.execute(insert(table), rows)
        return
    statement, columns = _statement(table, tuple(rows[0]))
    values = [[row[name] if bind is None else bind(row[name]) for row in rows] for name, bind in columns]
    connection.exec_driver_sql(statement, list(zip(*values, strict=True)))


@cache
def _statement(table: Table, names: tuple[str, ...]) -> tuple[str, Sequence[tuple[str, Callable[[Any], Any] | None]]]:
    """The SQL with one question mark a column, and the columns in their order, each with what its type does."""
    compiled = insert(table).inline().compile(dialect=SQLITE, column_keys=list(names))
    order = compiled.positiontup or ()
    types = [table.c[name].type.dialect_impl(SQLITE) for name in order]
    return str(compiled), [(name, one.bind_processor(SQLITE)) for name, one in zip(order, types, strict=True)]
