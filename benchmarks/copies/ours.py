"""Our way, as a process of its own: `python -m benchmarks.copies.ours FILE COUNT` prints JSON: stories, cost."""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from datetime import timedelta
from pathlib import Path

from benchmarks.copies.corpus import FIRST, read
from feeds.monitor import read_monitor
from metrics.lexicon import read_lexicon
from metrics.sketch import Asked
from metrics.stories import StoryIndex
from metrics.tag import Tagger

BATCH = 500  # articles, as in metrics/update.py
ROOT = Path(__file__).resolve().parents[2]


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    monitor = read_monitor(Path(os.environ.get("MONITOR") or ROOT / "monitors" / "karabakh"))
    sketcher = Tagger(monitor, read_lexicon(monitor)).sketcher
    articles = read(Path(sys.argv[1]), int(sys.argv[2]))
    sketcher.sketch("", "warm", "en")
    gc.freeze()  # the articles that wait are no part of the work, here and in peer.py
    before, held, index, stories = cpu(), _megabytes(), StoryIndex(), []
    for start in range(0, len(articles), BATCH):  # as metrics/update.py does
        some = articles[start : start + BATCH]
        sketches = sketcher.sketches([Asked(one.title, one.text, one.language, one.outlet) for one in some])
        for one, sketch in zip(some, sketches, strict=True):
            stories.append(index.assign(one.number, FIRST + timedelta(hours=one.hours), one.outlet, sketch).story)
        index.saved()
    print(json.dumps({"cpu": cpu() - before, "rss": _megabytes(), "before": held, "stories": stories}))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
