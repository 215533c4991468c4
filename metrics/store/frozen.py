"""Days of another archive: counts as its open data has them, shown beside our own and never counted again. SQL only.

A day is either ours or frozen, never both. Rows stand in the same tables, under the rules in use; `frozen_days` says
which days they are, and is what every recount leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, literal, select, update

from feeds.archive import Archive
from feeds.archive.rows import insert_rows
from feeds.archive.schema import articles, daily_observed, frozen_days, rules
from metrics.store.building import Rules
from metrics.store.handing_out import STORED

DAYS = 7  # days a transaction


@dataclass(frozen=True, slots=True)
class Frozen:
    """Where the counts of a day came from. vintage : UTC, the last poll or load they know; None: not said."""

    rules_version: str
    vintage: datetime | None
    package: str
    sha256: str


def frozen_between(archive: Archive, *, first: date, last: date) -> dict[date, Frozen]:
    """By day; most archives have none."""
    query = select(frozen_days).where(frozen_days.c.day.between(first, last)).order_by(frozen_days.c.day)
    with archive.reading() as connection:
        rows = connection.execute(query).all()
    return {row.day: Frozen(row.rules_version, row.vintage, row.package, row.sha256) for row in rows}


def own_days(archive: Archive, *, first: date, last: date) -> tuple[date, date] | None:
    """First and last day of the range that this archive has seen itself; None: it has seen none."""
    mine = [
        select(func.min(column), func.max(column)).where(
            column.between(first, last), column.not_in(select(frozen_days.c.day))
        )
        for column in (articles.c.day, daily_observed.c.day)
    ]
    with archive.reading() as connection:
        found = [connection.execute(query).one() for query in mine]
    known = [day for row in found for day in row if day is not None]
    return (min(known), max(known)) if known else None


def rules_for(archive: Archive, version: str, vintage: datetime | None, *, now: datetime) -> int:
    """rules.id that readers use; in an archive where nothing is tagged yet, of a new row with the package's version."""
    with archive.writing() as connection:
        current = connection.execute(select(rules.c.id).where(rules.c.is_current)).scalar()
        if current is not None:
            return int(current)
        new = {"version": version, "sources_hash": "", "mark": 0, "counted": 0, "is_current": True, "built": now}
        made = insert(rules).values(**new, until=vintage).returning(rules.c.id)
        return int(connection.execute(made).scalar_one())


def load_days(
    archive: Archive, under: int, of: Frozen, days: Sequence[date], rows: Mapping[str, list[dict[str, Any]]],
    *, now: datetime,
) -> None:  # fmt: skip
    """These days, whole, in one transaction. rows : by name of STORED, `day` among the columns."""
    with archive.writing() as connection:
        for name, table in STORED.items():
            connection.execute(delete(table).where(table.c.rules == under, table.c.day.in_(days)))
            if rows[name]:
                insert_rows(connection, table, [{"rules": under, **row} for row in rows[name]])
        connection.execute(delete(frozen_days).where(frozen_days.c.day.in_(days)))
        told = {"rules_version": of.rules_version, "vintage": of.vintage, "package": of.package, "sha256": of.sha256}
        connection.execute(insert(frozen_days), [{"day": day, **told, "loaded": now} for day in days])
        connection.execute(update(rules).values(counted=rules.c.counted + 1))  # pages look again


def carry(archive: Archive, old: Rules, new: Rules) -> None:
    """Frozen days under the rules that are to be used next; doing it twice does no harm."""
    with archive.reading() as connection:
        days = connection.execute(select(frozen_days.c.day).order_by(frozen_days.c.day)).scalars().all()
    for start in range(0, len(days), DAYS):
        with archive.writing() as connection:
            for table in STORED.values():
                _copy(connection, table, old, new, days[start : start + DAYS])


def _copy(connection: Connection, table: Table, old: Rules, new: Rules, days: Sequence[date]) -> None:
    columns = [one.name for one in table.columns if one.name != "rules"]
    connection.execute(delete(table).where(table.c.rules == new.id, table.c.day.in_(days)))
    theirs = select(literal(new.id), *(table.c[name] for name in columns))
    theirs = theirs.where(table.c.rules == old.id, table.c.day.in_(days))
    connection.execute(insert(table).from_select(["rules", *columns], theirs))
