"""Claim: a day with 500 relevant stories leaves the house in at most 2 CPU seconds, in every format.

Makes one summary of invented stories in four languages, two or three sentences each, and renders it in every format in
a process of its own, imports of the format's library included. Prints CPU seconds, bytes, and the
versions of what renders.

Run from the root: `.venv/bin/python benchmarks/export.py [--stories 500] [--format pdf]`. Exit status 1: a format took
longer.
"""

from __future__ import annotations

import argparse
import platform
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made import WORDS
from dashboard.export import FORMATS, render
from feeds.monitor import read_monitor
from metrics.model import STANCES
from metrics.summary import DaySeen, Material, Quote, Summary, SummaryStory, summarise

MONITOR = read_monitor(Path(__file__).resolve().parents[1] / "monitors" / "demo")
DAY, END = date(2031, 5, 20), datetime(2031, 5, 20, 22, tzinfo=UTC)  # the invented country is two hours ahead
SEED, MOST = 20261122, 2.0  # CPU seconds
LIBRARIES = {"pdf": "typst", "docx": "python-docx", "xlsx": "xlsxwriter", "parquet": "pyarrow", "html": "jinja2"}


def made(stories: int) -> Summary:
    """One day of so many stories, the same on every call; one of the days before was not seen."""
    choose = random.Random(SEED)
    days = [DAY - timedelta(days=34 - n) for n in range(35)]
    material = Material(
        monitor=MONITOR, labels=tuple((key, key.capitalize()) for key in MONITOR.indicator_keys), sources=(),
        observers=(), rules_version="made", polls=(), articles=stories, relevant=stories, context=0, untagged=0,
        languages=tuple(WORDS), sides=("valley",), stories=tuple(_story(choose, n) for n in range(1, stories + 1)),
        days=tuple(DaySeen(day, "unseen", 0.1) if n == 20 else DaySeen(day, "full", 1.0) for n, day in enumerate(days)),
    )  # fmt: skip
    return summarise(material, day=DAY, as_of=END)


def _story(choose: random.Random, number: int) -> SummaryStory:
    language = choose.choice(list(WORDS))
    words = WORDS[language].split()
    said = tuple(_quote(choose, number, language, words) for _ in range(choose.choice((2, 3))))
    return SummaryStory(
        story=number, article=number, title=" ".join(choose.choices(words, k=9)).capitalize(),
        url=f"https://example.org/{number}", outlet="Valley Post", family="valley-post", side="valley",
        side_label="Valley", language=language, day=DAY, seen=END - timedelta(hours=5), carried_by=(number,), outlets=1,
        quotes=said,
    )  # fmt: skip


def _quote(choose: random.Random, article: int, language: str, words: list[str]) -> Quote:
    stance = choose.choice(STANCES)
    return Quote(
        article=article, indicator=choose.choice(MONITOR.indicator_keys), stance=stance,
        occurrence="new" if stance == "reported" else None, people="unstated", people_label="not stated",
        sentence=" ".join(choose.choices(words, k=22)).capitalize() + ".", language=language, speaker="",
        speaker_side="", speaker_side_label="", place="", rule="made",
    )  # fmt: skip


def main() -> int:
    args = _arguments()
    if args.format:
        print(*_measured(made(args.stories), args.format))
        return 0
    slow = []
    for format in FORMATS:
        mine = [sys.executable, __file__, "--stories", str(args.stories), "--format", format]
        seconds, size = subprocess.run(mine, capture_output=True, text=True, check=True).stdout.split()
        library = LIBRARIES.get(format)
        print(
            f"{format:8} {float(seconds):6.2f} CPU s {int(size):>10,} bytes  "
            + (f"{library} {version(library)}" if library else "")
        )
        slow += [format] if float(seconds) > MOST else []
    print(f"{args.stories} stories; at most {MOST} CPU s; Python {platform.python_version()}, {platform.machine()}")
    return 1 if slow else 0


def _measured(summary: Summary, format: str) -> tuple[float, int]:
    """CPU seconds of this process while it renders, threads of libraries included; bytes."""
    import time

    start = time.process_time()
    body = render(summary, format)
    return time.process_time() - start, len(body)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPU seconds of each format of the daily summary")
    parser.add_argument("--stories", type=int, default=500)
    parser.add_argument("--format", choices=FORMATS, help="only this one, printed bare")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
