"""Peers, in a virtual environment of their own: `peer.py reader|validators|no-validators FOLDER < addresses`.

Two rounds in one process, each printed as one JSON object: CPU seconds, wall seconds, items stored; then peak memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

WORKERS = 10


def reader(folder: Path, urls: list[str]) -> Callable[[], int]:
    from reader import make_reader

    one = make_reader(str(folder / "reader.sqlite"))
    for url in urls:
        one.add_feed(url, exist_ok=True)

    def round_() -> int:
        one.update_feeds(workers=WORKERS, scheduled=False)
        return int(one.get_entry_counts().total or 0)

    return round_


def feedparser_loop(folder: Path, urls: list[str], *, validators: bool) -> Callable[[], int]:
    """What most would write, and less: parse each address, append what is new to a file."""
    import feedparser

    store, seen = (folder / "loop.jsonl").open("a"), set[tuple[str, str]]()
    kept: dict[str, dict[str, str]] = {}

    def round_() -> int:
        for url in urls:
            told = kept.get(url, {}) if validators else {}
            parsed = feedparser.parse(url, **told)
            if getattr(parsed, "status", 0) == 200:
                kept[url] = {"etag": parsed.get("etag"), "modified": parsed.get("modified")}
            for one in parsed.entries:
                name = (url, one.get("id") or one.get("link"))
                if name not in seen:
                    seen.add(name)
                    text = str(one.get("content") or one.get("summary"))
                    store.write(json.dumps([*name, one.get("title"), one.get("link"), text]) + "\n")
            store.flush()
        return len(seen)

    return round_


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    urls = sys.stdin.read().split()
    go = reader(folder, urls) if name == "reader" else feedparser_loop(folder, urls, validators=name == "validators")
    for _ in range(2):
        cpu, wall = used(), time.monotonic()
        items = go()
        print(json.dumps({"cpu": used() - cpu, "wall": time.monotonic() - wall, "items": items}), flush=True)
    print(json.dumps({"rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


def used() -> float:
    one = resource.getrusage(resource.RUSAGE_SELF)
    return one.ru_utime + one.ru_stime


if __name__ == "__main__":
    main()
