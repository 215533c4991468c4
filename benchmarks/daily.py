"""Claim: the roll-up of all charts (day × indicator × stance) is read in at most 1.5 times what a bare scan of as many
rows by primary key takes: with 10,000,000 pieces of evidence, while a poller writes.

Fills an archive in a temporary folder (removed afterwards): articles, their evidence, and the roll-up counted from it.
Bare: the same rows and columns through the standard library's sqlite3, in the order of the primary key, as tuples and
nothing made of them. Ours: `store.rollup`, a table with real dates. CPU seconds, medians of five, measured in turns, so
that a busy machine slows both.

Run from the root: `.venv/bin/python benchmarks/daily.py [--evidence 10000000]`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd

from feeds.archive import Archive, Visit, open_archive
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source
from metrics import store

PIECES = 10  # of evidence an article
DAYS, INDICATORS, STANCES = 1_460, 20, ("reported", "eased", "denied", "feared", "past")
FIRST = date(2022, 1, 1)
POLLS = datetime(2026, 1, 1, tzinfo=UTC)  # of the poller; later than all that is there
ROUNDS = 5
MOST = 1.5
BARE = """
SELECT day, indicator, stance, stories, articles, late, backfill FROM daily_rollup
WHERE rules = 1 ORDER BY rules, indicator, stance, day
"""

RULES = """
INSERT INTO rules (id, version, sources_hash, mark, counted, is_current, built)
VALUES (1, 'made', '', 0, 1, 1, '2022-01-01T00:00:00Z')
"""
ARTICLES = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :articles)
INSERT INTO articles (id, source, guid, url, title, text, folded, language, outlet, seen, first_time, day, late,
                      backfill, hash, version, version_id)
SELECT i, 'made', 'guid:' || i, '', 'Title ' || i, '', '', 'en', '', '2022-01-01T00:00:00Z', '2022-01-01T00:00:00Z',
       date('2022-01-01', '+' || (i % :days) || ' days'), 0, 0, x'00', 1, i FROM n
"""
EVIDENCE = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :pieces - 1)
INSERT INTO evidence (rules, article, n, indicator, stance, occurrence, people, sentence, start, end, term, term_start,
                      term_end, rule, added_later)
SELECT 1, a.id, n.i, 'indicator-' || ((a.id * 7 + n.i * 3) % :indicators),
       CASE (a.id * 31 + n.i * 17 + a.id / 97) % 5 WHEN 0 THEN 'reported' WHEN 1 THEN 'eased' WHEN 2 THEN 'denied'
            WHEN 3 THEN 'feared' ELSE 'past' END,
       NULL, 'unstated', 'There is a shortage of something in the town, an official said on ' || a.day || '.', 0, 70,
       'shortage', 11, 19, 'made', 0
FROM articles a CROSS JOIN n
"""
ROLLUP = """
INSERT INTO daily_rollup (rules, indicator, stance, day, articles, stories, late, backfill)
SELECT 1, e.indicator, e.stance, a.day, count(DISTINCT a.id), count(DISTINCT a.id), 0, 0
FROM evidence e JOIN articles a ON a.id = e.article GROUP BY e.indicator, e.stance, a.day
"""


def fill(path: Path, pieces: int) -> int:
    """The archive's rows; how many of them are in the roll-up."""
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -200000;")
    connection.execute(RULES)
    connection.execute(ARTICLES, {"articles": pieces // PIECES, "days": DAYS})
    connection.execute(EVIDENCE, {"pieces": PIECES, "indicators": INDICATORS})
    connection.execute(ROLLUP)
    connection.commit()
    rows = connection.execute("SELECT count(*) FROM daily_rollup").fetchone()[0]
    connection.close()
    return int(rows)


def poll_on(url: str, stop: Event, polls: multiprocessing.Queue[int]) -> None:
    """A poller that stores one answer of thirty new items after the other, until told to stop."""
    source = Source("live", "http://live.example/rss", Outlet("live", "Live", "live", "unknown"), ("en",))
    done = 0
    with open_archive(url) as archive:
        while not stop.is_set():
            at = POLLS + timedelta(seconds=done)
            items = tuple(
                Item(f"{done}-{n}", f"http://live.example/{done}-{n}", f"News {done} {n}", "Some text. " * 40, at)
                for n in range(30)
            )
            visit = Visit(source, Poll("live", at, "ok", 200, 0.1, 9_000), ParsedFeed(items))
            archive.store([visit], utc_offset_hours=4)
            done += 1
            stop.wait(0.1)
    polls.put(done)


def bare(path: Path) -> int:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = connection.execute(BARE).fetchall()
    connection.close()
    return len(rows)


def ours(archive: Archive) -> int:
    table: pd.DataFrame = store.rollup(archive, first=FIRST, last=FIRST + timedelta(days=DAYS))
    return len(table)


def seconds(read: Callable[[], int], rows: int) -> float:
    start = time.process_time()
    assert read() == rows
    return time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evidence", type=int, default=10_000_000, metavar="N", help="rows (default: 10,000,000)")
    pieces = parser.parse_args().evidence
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        url = f"sqlite:///{path}"
        open_archive(url).close()
        rows = fill(path, pieces)
        stop = multiprocessing.Event()
        polls: multiprocessing.Queue[int] = multiprocessing.Queue()
        poller = multiprocessing.Process(target=poll_on, args=(url, stop, polls))
        poller.start()
        with open_archive(url, read_only=True) as archive:
            measured = [
                (seconds(lambda: bare(path), rows), seconds(lambda: ours(archive), rows)) for _ in range(ROUNDS)
            ]
        stop.set()
        stored = polls.get()
        poller.join()
        size = path.stat().st_size
    scan, read = (statistics.median(column) for column in zip(*measured, strict=True))
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, pandas {pd.__version__}")
    print(f"{pieces:,} pieces of evidence, {size / 1e9:.1f} GB; {stored} polls were stored meanwhile")
    print(f"{rows:,} rows: bare scan {scan:.3f} s, roll-up {read:.3f} s of CPU: {read / scan:.2f} times (≤ {MOST})")
    return int(read / scan > MOST)


if __name__ == "__main__":
    sys.exit(main())
