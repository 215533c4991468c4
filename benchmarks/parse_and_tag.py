"""Claim: parsing and tagging keep up with any poller, and beat what most write: a pandas count per indicator.

Prints CPU seconds (user and system of this process; walls lie on a busy machine), medians of five interleaved rounds,
and the versions measured. The texts are the labelled cases of the monitor, in an order from a fixed seed. The naive
count gives no sentence, stance, speaker or place: what it is compared with does more, not less.

Run from the root: `make bench`, or `.venv/bin/python benchmarks/parse_and_tag.py`.
"""

from __future__ import annotations

import html
import json
import os
import platform
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from feeds.monitor import Monitor, read_monitor
from feeds.parse import parse
from feeds.text import fold_map
from metrics.lexicon import Lexicon, Words, read_lexicon
from metrics.model import Text
from metrics.scan import Scanner
from metrics.tag import Tagger

ROUNDS = 5
ARTICLES = 600
ITEMS = 30  # of one feed
SEED = 20260101
LIBRARIES = ("pandas", "ahocorasick_rs", "feedparser", "lxml", "selectolax")


def main() -> None:
    monitor = read_monitor(Path(os.environ.get("MONITOR") or "monitors/karabakh"))
    lexicon, texts = read_lexicon(monitor), list(_texts(monitor))
    tagger = Tagger(monitor, lexicon)
    frame = pd.Series([text.whole for text in texts])
    expressions = {key: _expression(words) for key, words in _words(lexicon).items()}
    scanner = Scanner(sorted({term for words in _words(lexicon).values() for term in _terms(words)}))
    feeds = [_rss(texts[at : at + ITEMS]) for at in range(0, len(texts), ITEMS)]
    jobs: dict[str, Callable[[], int]] = {
        "parse feeds (items)": lambda: sum(len(parse("bench", body).items) for body in feeds),
        "find the same terms in one pass": lambda: sum(bool(scanner.scan(fold_map(text.whole))) for text in texts),
        "tag (articles with evidence)": lambda: sum(bool(tagger.tag(text).evidence) for text in texts),
        "pandas str.count per indicator": lambda: _naive(frame, expressions),
    }
    size = sum(len(text.whole.encode()) for text in texts) / 1e6
    print(f"{len(texts)} articles, {size:.2f} MB, {len(expressions)} indicators, {len(monitor.languages)} languages")
    _report(_measured(jobs), len(texts))
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    print(f"Python {platform.python_version()}, {platform.machine()}, {libraries}, rules {lexicon.rules_version}")


def _texts(monitor: Monitor) -> Iterator[Text]:
    """ARTICLES texts, each one labelled case followed by two others of its language."""
    lines = (monitor.folder / "cases_dev.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    choose = random.Random(SEED)
    for number in range(ARTICLES):
        case = choose.choice(cases)
        others = [other["text"] for other in cases if other["lang"] == case["lang"]]
        body = "\n".join([case["text"], *choose.sample(others, min(2, len(others)))])
        yield Text(str(number), case["title"], body, case["lang"])


def _words(lexicon: Lexicon) -> dict[str, list[Words]]:
    return {indicator.key: list(indicator.words.values()) for indicator in lexicon.indicators}


def _expression(words: list[Words]) -> str:
    """One regular expression an indicator, all its terms of all languages, as most would write it."""
    return "|".join(sorted((_as_regex(term) for term in _terms(words)), key=len, reverse=True))


def _terms(words: list[Words]) -> set[str]:
    return {term for one in words for term in (*one.terms, *one.strong)}


def _as_regex(term: str) -> str:
    words = (re.escape(word).replace(r"\*", r"\w*") for word in term.replace('"', "").split())
    return r"\b" + r"\s+".join(words).replace(r"\s+\.\.\s+", r"(?:\W+\w+){0,5}\W+") + r"\b"


def _naive(frame: pd.Series[str], expressions: dict[str, str]) -> int:
    counts = [frame.str.count(expression, flags=re.I) for expression in expressions.values()]
    return int((pd.concat(counts, axis=1).sum(axis=1) > 0).sum())


def _rss(texts: list[Text]) -> bytes:
    items = "".join(
        f"<item><guid>{text.id}</guid><link>https://outlet.example/{text.id}</link>"
        f"<title>{html.escape(text.title)}</title><pubDate>Thu, 01 Jan 2026 10:00:00 +0000</pubDate>"
        f"<description>{html.escape(f'<p>{text.text}</p>')}</description></item>"
        for text in texts
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


def _measured(jobs: dict[str, Callable[[], int]]) -> dict[str, tuple[int, list[float]]]:
    """name → (what the job found, CPU seconds of each round); rounds are interleaved so that noise meets all alike."""
    found = {name: job() for name, job in jobs.items()}  # also warms up
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            before = time.process_time()
            job()
            seconds[name].append(time.process_time() - before)
    return {name: (found[name], seconds[name]) for name in jobs}


def _report(measured: dict[str, tuple[int, list[float]]], articles: int) -> None:
    naive = statistics.median(measured["pandas str.count per indicator"][1])
    print(f"{'':34}{'found':>7}{'CPU s':>9}{'min':>9}{'max':>9}{'articles/CPU-s':>16}{'x naive':>9}")
    for name, (found, seconds) in measured.items():
        middle = statistics.median(seconds)
        spread = f"{middle:9.3f}{min(seconds):9.3f}{max(seconds):9.3f}"
        print(f"{name:34}{found:7}{spread}{articles / middle:16.0f}{naive / middle:9.1f}")


if __name__ == "__main__":
    main()
