"""A real archive, the real tagger and the real counting, fed with a few articles."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.archive import Visit, open_archive
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source
from feeds.monitor import read_monitor
from feeds.sources import Outlets
from metrics.attribution import Attribution
from metrics.lexicon import read_lexicon
from metrics.tag import Tagger
from metrics.update import update

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2023, 2, 1, tzinfo=UTC)  # of every update; the counting never reads a clock


@pytest.fixture(scope="session")
def monitor():
    return read_monitor(ROOT / "monitors" / "karabakh")


@pytest.fixture(scope="session")
def tagger(monitor):
    return Tagger(monitor, read_lexicon(monitor))


def _source(key, side="armenian", scope="full", language="en"):
    return Source(key, f"http://{key}.example/rss", Outlet(key, key.title(), key, side), (language,), scope=scope)


@pytest.fixture(scope="session")
def source():
    """`source(key, side, scope, language)`: a feed of an outlet of its own."""
    return _source


class Newsroom:
    """Stores and counts; every method is one step of the real way."""

    def __init__(self, folder, monitor, tagger, *sources):
        self.monitor, self.tagger = monitor, tagger
        self.sources = {one.key: one for one in sources}
        self.archive = open_archive(f"sqlite:///{folder}/a.db")
        self.attribution = Attribution(sources, Outlets(one.outlet for one in sources))

    def poll(self, key, at, *items, outcome="ok", backfill=False):
        """items: (guid, title, text, published) or Item."""
        visit = self.visit(key, at, *items, outcome=outcome, backfill=backfill)
        return self.archive.store([visit], utc_offset_hours=self.monitor.utc_offset_hours)[0]

    def visit(self, key, at, *items, outcome="ok", backfill=False):
        """A poll to be stored together with others."""
        made = tuple(
            one if isinstance(one, Item) else Item(one[0], f"http://{key}.example/{one[0]}", *one[1:]) for one in items
        )
        feed = ParsedFeed(made) if outcome == "ok" else None
        return Visit(self.sources[key], Poll(key, at, outcome, 200, 0.1, 1), feed, backfill=backfill)

    def count(self, **options):
        return update(self.archive, self.monitor, self.tagger, self.attribution, now=NOW, **options)


@pytest.fixture(scope="session")
def room_in(monitor, tagger):
    """`room_in(folder, *sources)`: a newsroom whose archive stands in a folder, new or not; the caller closes it."""
    return lambda folder, *sources: Newsroom(folder, monitor, tagger, *sources)


@pytest.fixture
def newsroom(tmp_path, monitor, tagger):
    rooms = []

    def build(*sources):
        rooms.append(Newsroom(tmp_path / str(len(rooms)), monitor, tagger, *sources))
        return rooms[-1]

    yield build
    for room in rooms:
        room.archive.close()
