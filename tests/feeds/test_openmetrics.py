from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.archive import Archive, Visit, open_archive
from feeds.errors import ArchiveError
from feeds.listen import PortError, metrics_served
from feeds.meter import Meter
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source
from feeds.openmetrics import CONTENT_TYPE, Family, Sample, exposition
from tests.feeds.openmetrics_grammar import Samples, read

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
ODD = 'a "quoted"\nline \\ with é'

WRONG = {
    "no EOF": "# TYPE a gauge\na 1\n",
    "text after EOF": "# TYPE a gauge\na 1\n# EOF\n\n",
    "no type": "# HELP a A.\na 1\n# EOF\n",
    "a counter without _total": "# TYPE a counter\na 1\n# EOF\n",
    "a negative counter": "# TYPE a counter\na_total -1\n# EOF\n",
    "a unit that the name lacks": "# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n",
    "two blocks": '# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# HELP a A.\na{x="1"} 1\n# EOF\n',
    "a bare quote": '# TYPE a gauge\na{x="""} 1\n# EOF\n',
    "the same sample twice": "# TYPE a gauge\na 1\na 2\n# EOF\n",
    "a blank line": "# TYPE a gauge\n\na 1\n# EOF\n",
    "a comment": "# TYPE a gauge\n# hello\na 1\n# EOF\n",
    "no number": "# TYPE a gauge\na one\n# EOF\n",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_the_grammar_of_these_tests_refuses(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)


def test_odd_labels_and_help_texts_are_escaped() -> None:
    text = exposition([Family("a", "gauge", ODD, (Sample(1.5, (("x", ODD),)),)), Family("b", "counter", "B.", ())])
    found = read(text)
    assert list(found["a"].values()) == [1.5]
    assert found["b"] == {}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(f"sqlite:///{tmp_path / 'a.db'}") as archive:
        yield archive


def source(key: str, **more: object) -> Source:
    return Source(key, f"http://{key}.example/rss", Outlet("o", "O", "o"), ("en",), **more)


SOURCES = (source("one"), source("two"), source("never"), source("off", enabled=False))


def polled(archive: Archive, key: str, at: datetime, *titles: str, outcome: str = "ok") -> None:
    items = tuple(Item(title, f"http://{key}.example/{title}", title, "text", at) for title in titles)
    feed = ParsedFeed(items, dropped={"too-many": 3}) if outcome == "ok" else None
    poll = Poll(key, at, outcome, 200, 0.1, 1, error="" if feed else "no answer")
    archive.store([Visit(source(key), poll, feed)], utc_offset_hours=4)


def only(samples: Samples) -> float:
    (value,) = samples.values()
    return value


def test_what_a_scrape_says_is_what_the_archive_holds(archive: Archive) -> None:
    polled(archive, "one", NOW - timedelta(hours=1), "bread", "water")
    polled(archive, "one", NOW - timedelta(minutes=10), "bread", "salt")
    polled(archive, "two", NOW - timedelta(hours=3), "fuel")
    polled(archive, "two", NOW - timedelta(minutes=5), outcome="unreachable")
    meter = Meter(archive, lambda: SOURCES, lambda: NOW)
    found = read(meter.text())
    assert found["monitor_polls"] == {(("outcome", "ok"),): 3, (("outcome", "unreachable"),): 1}
    assert found["monitor_articles"] == {
        (("outcome", "new"),): 4, (("outcome", "updated"),): 0, (("outcome", "known"),): 1,
        (("outcome", "dropped"), ("reason", "too-many")): 9,
    }  # fmt: skip
    assert found["monitor_source_lag_seconds"] == {(("source", "one"),): 600, (("source", "two"),): 10_800}
    assert only(found["monitor_worst_lag_seconds"]) == 10_800
    assert only(found["monitor_last_poll_age_seconds"]) == 300
    assert found["monitor_sources"] == {
        (("state", "polled"),): 3, (("state", "never-answered"),): 1,
        (("state", "failing"),): 1, (("state", "off"),): 1,
    }  # fmt: skip
    assert only(found["monitor_versions_waiting"]) == only(found["monitor_stored_articles"]) == 4
    assert only(found["monitor_sources_due"]) >= 1
    assert only(found["monitor_archive_bytes"]) > 50_000
    assert found["monitor_round_seconds"] == {}, "no round yet: unknown, not 0"
    meter.took(1.25)
    assert only(read(meter.text())["monitor_round_seconds"]) == 1.25


def test_counters_only_grow_and_a_second_meter_says_the_same(archive: Archive) -> None:
    meter = Meter(archive, lambda: SOURCES, lambda: NOW)
    before = read(meter.text())
    assert before["monitor_polls"] == {}
    for hour in range(5):
        polled(archive, "one", NOW + timedelta(hours=hour), f"item {hour}")
        after = read(meter.text())
        assert sum(after["monitor_polls"].values()) == hour + 1
        assert (
            after["monitor_articles"] == read(Meter(archive, lambda: SOURCES, lambda: NOW).text())["monitor_articles"]
        )


@pytest.mark.postgres
def test_postgresql_says_the_same(own_database: str) -> None:
    with open_archive(own_database) as archive:
        polled(archive, "one", NOW, "bread")
        found = read(Meter(archive, lambda: SOURCES, lambda: NOW).text())
    assert found["monitor_articles"][(("outcome", "dropped"), ("reason", "too-many"))] == 3
    assert only(found["monitor_archive_bytes"]) > 50_000


# The poller's own port -----------------------------------------------------------------------------------------------


def test_the_port_answers_one_path_on_this_machine(archive: Archive, free_port: Callable[[], int]) -> None:
    port = free_port()
    with metrics_served(port, Meter(archive, lambda: SOURCES, lambda: NOW).text):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            assert answer.headers["Content-Type"] == CONTENT_TYPE
            assert "monitor_polls" in read(answer.read().decode())
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/etc/passwd", timeout=60)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60)


def test_an_archive_that_does_not_answer_is_a_503_with_its_sentence(free_port: Callable[[], int]) -> None:
    def broken() -> str:
        raise ArchiveError("archive x: the disk is full")

    port = free_port()
    with metrics_served(port, broken), pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60)
    assert answer.value.code == 503
    assert answer.value.read().decode() == "archive x: the disk is full\n"


def test_a_port_that_is_taken_is_said_in_one_line(free_port: Callable[[], int]) -> None:
    port = free_port()
    taken = f"--metrics-port {port}: address already in use"
    with metrics_served(port, str), pytest.raises(PortError, match=taken), metrics_served(port, str):
        pass
    with pytest.raises(PortError, match="not between 1 and 65535"), metrics_served(70_000, str):
        pass


def test_a_client_that_says_nothing_holds_nobody_up(archive: Archive, free_port: Callable[[], int]) -> None:
    port = free_port()
    meter = Meter(archive, lambda: SOURCES, lambda: NOW)
    with metrics_served(port, meter.text), socket.create_connection(("127.0.0.1", port)):
        threads = [threading.Thread(target=_scrape, args=(port,)) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(5)
        assert not any(one.is_alive() for one in threads)


def _scrape(port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        read(answer.read().decode())
