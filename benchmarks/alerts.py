"""Claim: judging four years of an archive anew takes seconds of CPU, and one new day well under one.

Makes an archive of invented articles the way a poller does: 60 feeds polled every day for four years, sentences of the
labelled cases among everyday words. Then, in CPU seconds: reading the daily table (what charts do), judging every day
and series from the archive (reading who told what; the detector), storing days and alerts, and one new day of all that.
Each also as a ratio to reading the daily table, which is the fair measure of a busy machine.

`.venv/bin/python benchmarks/alerts.py [--days 1461] [--articles 24] [--archive FILE]`; a FILE that is there already is
used again. --articles : relevant ones a day, of all feeds.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import metrics.update as updating
from benchmarks.update import PLAIN
from feeds.archive import Archive, Visit, open_archive
from feeds.model import Item, ParsedFeed, Poll, Source
from feeds.monitor import Monitor, read_monitor
from feeds.sources import read_outlets, read_sources
from metrics import calibration, store
from metrics.attribution import Attribution
from metrics.judging import judge_days
from metrics.lexicon import Lexicon, read_lexicon
from metrics.situation import series_of
from metrics.tag import Tagger
from metrics.watching import judged, material

SEED, SOURCES, DAYS, RELEVANT = 20260401, 60, 1461, 24
FIRST = date(2022, 1, 1)
WORDS, LONGEST = 40, 7  # everyday words of a text; articles of one poll
T = TypeVar("T")


class World:
    """One archive with all that reads it."""

    def __init__(self, archive: Archive, monitor: Monitor, lexicon: Lexicon) -> None:
        self.archive, self.monitor, self.lexicon = archive, monitor, lexicon
        self.tagger = Tagger(monitor, lexicon)
        sources = [source for source in read_sources(monitor) if source.scope != "query" and source.is_polled]
        self.sources = sources[:SOURCES]
        self.attribution = Attribution(read_sources(monitor), read_outlets(monitor))
        lines = (monitor.folder / "cases_dev.jsonl").read_text(encoding="utf-8").splitlines()
        self.cases = [case for case in map(json.loads, lines) if case["relevant"]]
        self.plain = {language: text.split() for language, text in PLAIN.items()}

    def fill(self, days: range, articles: int) -> None:
        """Polls of every feed on each of these days, one transaction a day; then tags, stories and counts."""
        for day in days:
            self.archive.store(list(self._visits(day, articles)), utc_offset_hours=self.monitor.utc_offset_hours)
        self.count(_noon(days[-1]))

    def count(self, now: datetime) -> None:
        """All of an update but its last step, which is what is measured, apart."""
        judge, updating.judge_days = updating.judge_days, _not_yet
        updating.update(self.archive, self.monitor, self.tagger, self.attribution, now=now)
        updating.judge_days = judge

    def _visits(self, day: int, articles: int) -> Iterator[Visit]:
        choose = random.Random(SEED * 10_000 + day)
        of = Counter(choose.choices(range(len(self.sources)), k=articles))
        for number, source in enumerate(self.sources):
            items = tuple(self._item(choose, source, day, n) for n in range(min(of[number], LONGEST)))
            yield Visit(source, Poll(source.key, _noon(day), "ok", 200, 0.1, 1), ParsedFeed(items))

    def _item(self, choose: random.Random, source: Source, day: int, number: int) -> Item:
        case = choose.choice(self.cases)
        words = choose.choices(self.plain[case["lang"]], k=WORDS)
        key, at = f"{source.key}-{day}-{number}", _noon(day) - timedelta(hours=2)
        text = f"{case['text']} {' '.join(words)}."
        return Item(key, f"https://{source.key}.example/{key}", " ".join(words[:9]), text, at, language=case["lang"])


def _noon(day: int) -> datetime:
    return datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), UTC) + timedelta(hours=10)


def _not_yet(*args: object, **more: object) -> int:
    return 0


def main() -> int:
    args = _arguments()
    monitor = read_monitor(Path("monitors/karabakh"))
    lexicon = read_lexicon(monitor)
    print(f"Python {platform.python_version()}, {platform.machine()}")
    with (
        tempfile.TemporaryDirectory() as folder,
        open_archive(f"sqlite:///{args.archive or f'{folder}/a.db'}") as archive,
    ):
        world = World(archive, monitor, lexicon)
        if archive.article_count():
            world.count(_noon(args.days - 1))
        else:
            world.fill(range(args.days), args.articles)
        return _measure(world, args.days, args.articles)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPU seconds of judging an archive anew")
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--articles", type=int, default=RELEVANT, help="relevant ones a day")
    parser.add_argument("--archive", help="SQLite file to keep, or to use again (default: a temporary one)")
    return parser.parse_args()


def _measure(world: World, days: int, articles: int) -> int:
    archive, monitor, lexicon, attribution = world.archive, world.monitor, world.lexicon, world.attribution
    last, keys = FIRST + timedelta(days=days - 1), series_of(monitor)
    reading, table = _cpu(lambda: store.daily_rows(archive, first=FIRST, last=last, by=("people",)))
    gathering, found = _cpu(lambda: material(archive, monitor, lexicon, attribution, last=last))
    assert found is not None
    detecting, watched = _cpu(lambda: judged(found, keys, calibration.rule()))
    print(f"{archive.article_count()} articles, {days} days, {len(watched.series)} series, {len(table)} rows read")
    whole, judged_days = _cpu(lambda: judge_days(archive, monitor, lexicon, attribution, now=_noon(days)))
    print(
        f"judged and stored: {judged_days} days" if judged_days else "already judged: use a fresh archive for that line"
    )
    world.fill(range(days, days + 1), articles)
    day, _ = _cpu(lambda: judge_days(archive, monitor, lexicon, attribution, now=_noon(days + 1)))
    parts = {
        "reading the daily table": reading,
        "reading who told what": gathering,
        "judging all days": detecting,
        "both": gathering + detecting,
        "the same, with days and alerts stored": whole,
        "one new day, stored": day,
    }
    for name, seconds in parts.items():
        print(f"{name:<40}{seconds:>8.2f} CPU-s{seconds / reading:>8.1f} times reading the daily table")
    per_day = detecting / days / len(watched.series) * 1e6
    print(f"{per_day:.1f} µs a series-day to judge")
    return 0


def _cpu(job: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = job()
    return time.process_time() - start, result


if __name__ == "__main__":
    sys.exit(main())
