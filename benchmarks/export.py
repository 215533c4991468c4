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
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made import WORDS
from dashboard.export import FORMATS, render
from metrics.model import STANCES
from metrics.summary import Summary, summarise
from tests.summary_values import DAY, END, MONITOR, days, material, quote, story

SEED, MOST = 20261122, 2.0  # CPU seconds
LIBRARIES = {"pdf": "typst", "docx": "python-docx", "xlsx": "xlsxwriter", "parquet": "pyarrow", "html": "jinja2"}


def made(stories: int) -> Summary:
    """One day of so many stories, the same on every call."""
    choose = random.Random(SEED)
    told = [_story(choose, number) for number in range(1, stories + 1)]
    return summarise(material(*told, days=days("f" * 20 + "u" + "f" * 14)), day=DAY, as_of=END)


def _story(choose: random.Random, number: int):  # type: ignore[no-untyped-def]  # the helper of tests says what it is
    language = choose.choice(list(WORDS))
    words = WORDS[language].split()
    said = tuple(
        quote(
            article=number, indicator=choose.choice(MONITOR.indicator_keys), stance=choose.choice(STANCES),
            sentence=" ".join(choose.choices(words, k=22)).capitalize() + ".", language=language,
        )
        for _ in range(choose.choice((2, 3)))
    )  # fmt: skip
    title = " ".join(choose.choices(words, k=9)).capitalize()
    return story(number, title=title, language=language, url=f"https://example.org/{number}", quotes=said)


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
