"""Claim: `python -m dashboard export` writes an archive of 1,000,000 articles as open data in at most 300 MB of memory.

Makes an archive with invented articles of fixed seed put straight into its tables (one in twenty about the crisis, one
in eight of those a copy, two to three evidence sentences each, of the labelled cases), counts its days with the real
count, and runs the real command over all of them. Prints peak resident memory of the command (`ru_maxrss`, mapped pages
of the archive included), CPU seconds, and what was written. Bodies of articles are short: the command never reads them.

Run from the root: `.venv/bin/python benchmarks/export_package.py [--articles 1000000] [--archive FILE]`.
A FILE that is there already is used again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made import LANGUAGES
from feeds.archive import Archive, open_archive
from feeds.archive import schema as tables
from feeds.model import Source
from feeds.monitor import Monitor, read_monitor
from feeds.sources import read_outlets, read_sources
from metrics import store
from metrics.attribution import Attribution
from metrics.lexicon import Lexicon, read_lexicon
from metrics.model import STANCES

SEED, A_DAY, SOURCES, SOME = 20261122, 900, 60, 5_000  # SOME: articles a transaction
FIRST = date(2023, 1, 1)
RELEVANT, COPIES = 0.05, 0.125
MOST_MB = 300
Rows = dict[str, list[dict[str, object]]]  # by name of the table


def main() -> int:
    args = _arguments()
    folder = os.environ.get("MONITOR") or "monitors/karabakh"
    monitor = read_monitor(Path(folder))
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(args.archive or f"{scratch}/export.db")
        last = _prepared(file, monitor, args.articles)
        out = Path(scratch) / "package"
        command = ["export", "--from", FIRST.isoformat(), "--to", last.isoformat(), "--out", str(out)]
        megabytes, seconds, said = _measured([*command, "--monitor", folder, "--archive", f"sqlite:///{file}"])
        size = sum(path.stat().st_size for path in out.iterdir()) / 1e6
        print(said)
        print(f"archive {file.stat().st_size / 1e9:.2f} GB, package {size:.0f} MB")
    print(f"peak memory {megabytes:.0f} MB (at most {MOST_MB}); CPU {seconds:.0f} s")
    print(f"Python {platform.python_version()}, {platform.machine()}")
    return 0 if megabytes <= MOST_MB else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="peak memory of `dashboard export`")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--archive", help="SQLite file to keep, or to use again (default: a temporary one)")
    return parser.parse_args()


def _measured(command: list[str]) -> tuple[float, float, str]:
    """Peak resident megabytes, CPU seconds, what was said."""
    wrapper = (
        "import resource, runpy, sys\n"
        "sys.argv = sys.argv[1:]\n"
        "try:\n"
        "    runpy.run_module('dashboard', run_name='__main__', alter_sys=True)\n"
        "finally:\n"
        "    used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "    print(used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)\n"
    )
    run = [sys.executable, "-c", wrapper, "dashboard", *command]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    megabytes, seconds = map(float, done.stdout.split()[-2:])
    return megabytes, seconds, done.stderr.strip()


def _prepared(file: Path, monitor: Monitor, count: int) -> date:
    """The last day of the archive, which is filled unless it is there."""
    last = FIRST + timedelta(days=(count - 1) // A_DAY)
    if file.exists():
        return last
    lexicon = read_lexicon(monitor)
    sources = [one for one in read_sources(monitor) if one.scope != "query"][:SOURCES]
    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    with open_archive(f"sqlite:///{file}") as archive:
        end = datetime(last.year, last.month, last.day, 20, tzinfo=UTC)
        rules = store.prepare_rules(archive, lexicon.rules_version, now=end, fresh=False)
        _fill(archive, rules, monitor, lexicon, sources, count)
        store.recount(archive, rules, [FIRST + timedelta(days=n) for n in range((last - FIRST).days + 1)], attribution)
        store.switch_to(archive, rules, now=end, until=end, sources=attribution.fingerprint)
        with archive.writing() as connection:
            connection.execute(tables.rules.update().values(mark=count))
    return last


def _fill(
    archive: Archive, rules: store.Rules, monitor: Monitor, lexicon: Lexicon, sources: list[Source], count: int
) -> None:
    made = Making(monitor, lexicon, sources, rules.id)
    numbers = iter(range(1, count + 1))
    with archive.writing() as connection:
        connection.execute(tables.sources.insert(), [_known(one) for one in sources])
    while some := list(islice(numbers, SOME)):
        rows = made.rows(some)
        with archive.writing() as connection:
            for name, values in rows.items():
                if values:
                    connection.execute(tables.metadata.tables[name].insert(), values)


def _known(source: Source) -> dict[str, object]:
    return {"key": source.key, "polls": 0, "failures": 0}


class Making:
    """Articles by number, the same on every run."""

    def __init__(self, monitor: Monitor, lexicon: Lexicon, sources: list[Source], rules: int) -> None:
        self._choose = random.Random(SEED)
        self._sources, self._rules = sources, rules
        self._indicators = monitor.indicator_keys
        self._peoples = [one.key for one in monitor.peoples]
        lines = (monitor.folder / "cases_dev.jsonl").read_text(encoding="utf-8").splitlines()
        self._cases = [case for case in map(json.loads, lines) if case["relevant"]]
        self._places = [place for place in lexicon.places if place.names_shown]
        self._story = 0

    def rows(self, numbers: Iterable[int]) -> Rows:
        names = ("articles", "article_versions", "tags", "story_members", "evidence", "figures")
        rows: Rows = {name: [] for name in names}
        for number in numbers:
            for name, row in self._of(number):
                rows[name].append(row)
        return rows

    def _of(self, number: int) -> Iterator[tuple[str, dict[str, object]]]:
        choose, source = self._choose, self._sources[number % len(self._sources)]
        relevant = choose.random() < RELEVANT
        story = self._story if relevant and self._story and choose.random() < COPIES else number
        self._story = story if relevant else self._story
        day = FIRST + timedelta(days=(number - 1) // A_DAY)
        at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC) + timedelta(seconds=number % A_DAY * 40)
        language, case = choose.choice(LANGUAGES), choose.choice(self._cases)
        title = f"{case['title']} {number}"
        yield "articles", {
            "id": number, "source": source.key, "guid": f"guid:{number}", "url": f"https://outlet.example/{number}",
            "link": None, "title": title, "text": case["text"][:200], "folded": "", "language": language, "outlet": "",
            "published": at, "seen": at, "first_time": at, "day": day, "late": False, "backfill": False,
            "hash": number.to_bytes(16, "big"), "version": 1, "version_id": number,
        }  # fmt: skip
        yield "article_versions", {"id": number, "article": number, "version": 1, "seen": at, "kind": "feed"}
        yield "tags", {
            "rules": self._rules, "article": number, "version": 1, "language": language, "relevant": relevant,
            "context": False,
        }  # fmt: skip
        yield "story_members", {
            "article": number, "story": story, "first_time": at, "family": source.outlet.family, "title_key": "",
            "sketch": b"",
        }  # fmt: skip
        if relevant:
            yield from self._said(number, title, case["text"])

    def _said(self, number: int, title: str, text: str) -> Iterator[tuple[str, dict[str, object]]]:
        choose = self._choose
        for n in range(choose.choice((2, 3))):
            stance, place = choose.choice(STANCES), choose.choice(self._places)
            yield "evidence", {
                "rules": self._rules, "article": number, "n": n, "indicator": choose.choice(self._indicators),
                "stance": stance, "occurrence": "new" if stance == "reported" else None,
                "people": choose.choice(self._peoples), "sentence": text or title, "start": 0, "end": len(text),
                "term": (text or title)[:12], "term_start": 0, "term_end": 12, "rule": "made", "place": place.id,
                "place_name": " / ".join(place.names_shown), "place_zone": place.zone, "added_later": False,
            }  # fmt: skip
        if choose.random() < 0.3:
            yield "figures", {
                "rules": self._rules, "article": number, "n": 0, "value": float(choose.randrange(1, 9_999)),
                "unit": "people", "subject": "displaced", "kind": "total", "people": choose.choice(self._peoples),
                "claimant": "", "as_of": "", "sentence": text or title,
            }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
