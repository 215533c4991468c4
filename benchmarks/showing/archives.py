"""Archives of any size for `benchmarks/dashboard.py`: the invented country, many times over.

The nine months of the demo are polled, tagged and counted once by the real pipeline; an archive is copies of them, some
on the same days (density) and some before them (spans), each with numbers and addresses of its own. Numbers grow with
time, as they do when articles arrive one by one. Written by SQL, as the pipeline would take hours.
"""

# ruff: noqa: S608  (names of tables and columns are those of the schema)

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feeds.archive import open_archive
from feeds.archive.connect import mend_sizes

SPAN_DAYS = 280  # a little more than the demo has, so that spans do not meet
NUMBERS = 20_000  # more than any number of the demo
MOMENT = "strftime('%Y-%m-%dT%H:%M:%SZ', {0}, c.shift, c.minutes)"
DAY = "date({0}, c.shift)"
NUMBER = "({0} * c.density + c.j + c.base)"
OWN = "{0} || ':' || c.base || ':' || c.j"
TIMES = "{0} * c.density"
OF_ARTICLES = {"article": NUMBER, "story": NUMBER}
# Table → how its columns change from copy to copy; the others stay.
PER_COPY: Mapping[str, Mapping[str, str]] = {
    "articles": {
        "id": NUMBER, "guid": OWN, "link": OWN, "url": OWN, "published": MOMENT, "seen": MOMENT, "first_time": MOMENT,
        "day": DAY, "version_id": NUMBER, "changed": MOMENT, "gone": MOMENT,
    },
    "article_versions": {"id": NUMBER, "article": NUMBER, "seen": MOMENT, "published": MOMENT, "body": "NULL"},
    "polls": {"id": NUMBER, "at": MOMENT},
    "tags": OF_ARTICLES,
    "figures": OF_ARTICLES,
    "credits": OF_ARTICLES,
    "story_members": {**OF_ARTICLES, "first_time": MOMENT},
}  # fmt: skip
PER_SPAN: dict[str, Mapping[str, str]] = {
    "daily": {"day": DAY, "articles": TIMES, "stories": TIMES},
    "daily_rollup": {"day": DAY, "articles": TIMES, "stories": TIMES, "late": TIMES, "backfill": TIMES},
    "daily_totals": {"day": DAY, "total_stories": TIMES, "relevant_stories": TIMES, "context_stories": TIMES},
    "daily_observed": {"day": DAY, "usual": TIMES, "usual_seen": TIMES},
    "judged_days": {"day": DAY, "count": TIMES, "expected": TIMES, "watch_from": TIMES, "alert_from": TIMES},
    "source_days": {"day": DAY},
}
ALERT = "replace({0}, substr({0}, -10), date(substr({0}, -10), c.shift))"  # its id ends with the day it was opened
PER_SPAN |= {
    "alerts": {
        "id": ALERT, "previous": ALERT, "opened": DAY, "last_alarm": DAY, "new_baseline_since": DAY, "made": MOMENT,
        "changed": MOMENT, "superseded": MOMENT,
        "stories": f"(SELECT json_group_array({NUMBER.format('value')}) FROM json_each(t.stories))",
    },
}  # fmt: skip
LAST_ONLY: Mapping[str, Mapping[str, str]] = {"sources": {}, "rules_used": {}}


@dataclass(frozen=True, slots=True)
class Size:
    """spans : times the demo's nine months. density : copies of the same day. pieces : of one piece of evidence."""

    spans: int
    density: int
    pieces: int

    @property
    def copies(self) -> int:
        return self.spans * self.density


def words_of(path: Path) -> str | None:
    """rules_version of the tags of an archive; None: it has none."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        found = connection.execute("SELECT version FROM rules WHERE is_current").fetchone()
    return str(found[0]) if found else None


def sized(template: Path, articles: int, evidence: int, *, spans: int) -> Size:
    """The smallest archive of copies with at least so many rows."""
    with sqlite3.connect(template) as connection:
        of_articles = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        of_evidence = connection.execute("SELECT count(*) FROM evidence").fetchone()[0]
    density = max(1, -(-articles // (of_articles * spans)))
    return Size(spans, density, max(1, -(-evidence // (of_evidence * spans * density))))


def build(path: Path, template: Path, size: Size) -> tuple[int, int]:
    """A new archive at `path`; returns its articles and rows of evidence."""
    open_archive(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -1000000; PRAGMA analysis_limit = 400;"
    )
    connection.execute("ATTACH ? AS demo", (str(template),))
    indexes = _without_indexes(connection)
    _fill(connection, size)
    for statement in indexes:
        connection.execute(statement)
    connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    connection.execute("ANALYZE")  # as the tagger does when it has finished
    mend_sizes(connection.execute)
    connection.commit()
    counted = [connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("articles", "evidence")]
    connection.close()
    return int(counted[0]), int(counted[1])


def _without_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop them while rows are written; returns what makes them again."""
    found = connection.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    named = list(found)
    for name, _ in named:
        connection.execute(f"DROP INDEX main.{name}")
    return [statement for _, statement in named]


def _fill(connection: sqlite3.Connection, size: Size) -> None:
    connection.execute(
        "CREATE TEMP TABLE copies (span INTEGER, j INTEGER, base INTEGER, density INTEGER, shift TEXT, minutes TEXT)"
    )
    connection.executemany(
        "INSERT INTO copies VALUES (?, ?, ?, ?, ?, ?)",
        [
            (s, j, s * NUMBERS * size.density, size.density,
             f"-{(size.spans - 1 - s) * SPAN_DAYS} days", f"-{j} minutes")
            for s in range(size.spans) for j in range(size.density)
        ],
    )  # fmt: skip
    connection.execute("DELETE FROM main.rules")
    connection.execute("INSERT INTO main.rules SELECT * FROM demo.rules WHERE is_current")
    for tables, which in ((PER_COPY, "1"), (PER_SPAN, "c.j = 0"), (LAST_ONLY, f"c.j = 0 AND span = {size.spans - 1}")):
        for table, changes in tables.items():
            _copy(connection, table, changes, which)
    connection.execute("UPDATE main.rules SET mark = (SELECT max(id) FROM main.article_versions)")  # all is tagged
    _copy(connection, "evidence", {"article": NUMBER, "n": f"t.n * {size.pieces} + i.value"}, "1", pieces=size.pieces)


def _copy(
    connection: sqlite3.Connection, table: str, changes: Mapping[str, str], which: str, *, pieces: int = 1
) -> None:
    """Every row of the demo's table once a copy for which `which` holds, `pieces` times, in the order of its key."""
    names = [row[1] for row in connection.execute(f"PRAGMA demo.table_info({table})")]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changes.get(name, "{0}").format(f't."{name}"') for name in names)
    by_rules = "AND t.rules = (SELECT id FROM demo.rules WHERE is_current)" if "rules" in names else ""
    connection.execute(
        f"WITH RECURSIVE i(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM i WHERE value < {pieces - 1}) "
        f"INSERT INTO main.{table} ({columns}) "
        f"SELECT {values} FROM copies c CROSS JOIN demo.{table} t CROSS JOIN i WHERE {which} {by_rules}"
    )
