"""Claim: a feed as most are is parsed, down to plain text, dates and addresses, at an eighth of feedparser's cost.

Prints CPU seconds (user and system of this process; walls lie on a busy machine), medians of five interleaved rounds,
and the versions measured. feedparser gives HTML and raw addresses; ours undoes them too, so what it is compared with
does less. The floor is what building the tree costs.

Run from the root: `make bench`, or `.venv/bin/python benchmarks/parse.py`.
"""

from __future__ import annotations

import io
import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import feedparser
from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from made import LANGUAGES, feed

from feeds.encoding import decoded
from feeds.parse import parse
from feeds.parse_strict import read_strict

ROUNDS = 5
FEEDS = 80
LIBRARIES = ("feedparser", "lxml", "selectolax")


def main() -> None:
    bodies = [feed(number) for number in range(FEEDS)]
    plain = [decoded(body).text.encode() for body in bodies]
    jobs: dict[str, Callable[[], int]] = {
        "feedparser": lambda: sum(len(feedparser.parse(io.BytesIO(body)).entries) for body in bodies),
        "feedparser, nothing cleaned": lambda: sum(_entries_uncleaned(body) for body in bodies),
        "parse (to text, dates, addresses)": lambda: sum(len(parse("bench", body).items) for body in bodies),
        "  of which the strict parser": lambda: sum(len(read_strict(body).entries) for body in plain),
        "  of which the tree (floor)": lambda: sum(_tree_has_items(body) for body in plain),
    }
    size = sum(map(len, bodies)) / FEEDS / 1000
    print(f"{FEEDS} feeds of {size:.0f} KB in {len(LANGUAGES)} languages, a fifth Atom, an eighth windows-1251")
    _report(_measured(jobs))
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    print(f"Python {platform.python_version()}, {platform.machine()}, {libraries}")


def _entries_uncleaned(body: bytes) -> int:
    return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries)


def _tree_has_items(body: bytes) -> int:
    return len(etree.fromstring(body, etree.XMLParser(resolve_entities=False)))


def _measured(jobs: dict[str, Callable[[], int]]) -> dict[str, list[float]]:
    """CPU seconds of each round; rounds are interleaved so that noise meets all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()  # warms up
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            before = time.process_time()
            job()
            seconds[name].append(time.process_time() - before)
    return seconds


def _report(measured: dict[str, list[float]]) -> None:
    slowest = statistics.median(measured["feedparser"])
    print(f"{'':36}{'ms a feed':>11}{'min':>8}{'max':>8}{'feeds/CPU-s':>13}{'x feedparser':>14}")
    for name, seconds in measured.items():
        middle, least, most = statistics.median(seconds), min(seconds), max(seconds)
        spread = "".join(f"{1000 * value / FEEDS:{width}.2f}" for value, width in ((middle, 11), (least, 8), (most, 8)))
        print(f"{name:36}{spread}{FEEDS / middle:13.0f}{slowest / middle:14.1f}")


if __name__ == "__main__":
    main()
