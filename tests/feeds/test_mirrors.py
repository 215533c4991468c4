"""A source has several addresses, its articles have one identity: mirrors, moves and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.archive import Archive, open_archive
from feeds.fetch import Fetcher
from feeds.model import Outlet, Poll, Source
from feeds.poll import poll_round

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
OWN, MIRROR = "https://paper.example", "https://mirror.example"


def feed(host: str, *numbers: int, guid: str = "permalink", path: str = "/news/{}", text: str = "Text {}.") -> bytes:
    """RSS of a site that writes its own host into links and, unless told otherwise, into guids."""
    items = []
    for n in numbers:
        link = host + path.format(n)
        name = link if guid == "permalink" else f"{guid}{n}"
        items.append(
            f"<item><title>Article {n}</title><link>{link}</link><guid>{name}</guid>"
            f"<description>{text.format(n)}</description><pubDate>Mon, 02 Nov 2026 {n:02}:00:00 +0000</pubDate></item>"
        )
    return f'<rss version="2.0"><channel><title>Paper</title>{"".join(items)}</channel></rss>'.encode()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(f"sqlite:///{tmp_path / 'archive.db'}") as archive:
        yield archive


@pytest.fixture
def paper(at: Callable[[str], str]) -> Source:
    address, mirror = at("/feed/own"), at("/feed/mirror")
    return Source("paper", address, Outlet("o", "O", "o"), ("en",), mirrors=(mirror,))


@pytest.fixture
def poll(archive: Archive) -> Iterator[Callable[[Source], Poll]]:
    """`poll(source)`: one real request, a quarter of an hour, or so much as is said, after the last."""
    times = [datetime(2026, 11, 2, 12, tzinfo=UTC)]
    with Fetcher(allow_local=True, spacing_seconds=0, total_seconds=5) as fetcher:

        def go(source: Source, after: timedelta = QUARTER) -> Poll:
            times.append(now := times[-1] + after)
            return poll_round(archive, [source], fetch=fetcher.fetch, clock=lambda: now, utc_offset_hours=4)[0]

        yield go


CASES = {  # how the mirror writes what it copies
    "guids are permalinks of its own host": {},
    "guids are numbers of the site": {"guid": "id-"},
    "links have another path, titles and dates are the same": {"path": "/mirrored/from-paper/{}"},
    "texts are shortened": {"text": "T{}"},
}


@pytest.mark.parametrize("look", CASES.values(), ids=CASES)
def test_a_mirror_brings_no_article_twice_and_neither_does_the_way_back(
    poll, paper: Source, archive: Archive, hostile, at, look: dict[str, str]
) -> None:
    same_guid = {"guid": look["guid"]} if "guid" in look else {}
    hostile.feeds.update(own=feed(OWN, 1, 2, 3, **same_guid), mirror=feed(MIRROR, 2, 3, 4, **look))
    assert (poll(paper).new, archive.article_count()) == (3, 3)
    hostile.misbehave["own"] = "500"
    failed = poll(paper)
    assert (failed.outcome, failed.address) == ("refused", "")
    mirrored = poll(paper)
    assert (mirrored.outcome, mirrored.address) == ("ok", at("/feed/mirror")), "the ledger says which address answered"
    assert (mirrored.new, mirrored.updated, mirrored.known) == (1, 0, 2)
    hostile.misbehave.clear()
    hostile.feeds["own"] = feed(OWN, 2, 3, 4, 5, **same_guid)
    back = poll(paper, DAY)
    assert (back.outcome, back.address, back.new) == ("ok", "", 1)
    assert archive.article_count() == 5
    assert sorted(one.title for one in archive.articles(range(1, 9))) == [f"Article {n}" for n in range(1, 6)]


def test_the_sources_own_address_takes_the_place_of_the_mirrors_and_is_no_edit(
    poll, paper: Source, archive: Archive, hostile
) -> None:
    hostile.feeds.update(own=feed(OWN, 1), mirror=feed(MIRROR, 1, 2))
    poll(paper)
    hostile.misbehave["own"] = "500"
    poll(paper)
    poll(paper)
    assert [one.url for one in archive.articles([1, 2])] == [f"{OWN}/news/1", f"{MIRROR}/news/2"]
    hostile.misbehave.clear()
    hostile.feeds["own"] = feed(OWN, 1, 2)
    assert (poll(paper, DAY).known, archive.article_count()) == (2, 2)
    assert [(one.url, one.version) for one in archive.articles([1, 2])] == [(f"{OWN}/news/{n}", 1) for n in (1, 2)]
    hostile.feeds["own"] = feed(OWN, 1, 2, text="Corrected {}.")
    assert poll(paper).updated == 2, "an edit at the own address is an edit"


def test_mirrors_are_tried_in_turn_while_the_source_fails(poll, paper: Source, at, hostile) -> None:
    hostile.feeds["third"] = feed(MIRROR, 1)
    many = Source("paper", at("/500"), paper.outlet, ("en",), mirrors=(at("/404"), at("/feed/third")))
    polls = [poll(many) for _ in range(3)]
    assert [one.address for one in polls] == ["", at("/404"), at("/feed/third")]
    assert [one.outcome for one in polls] == ["refused", "refused", "ok"]


def test_while_a_mirror_answers_the_own_address_is_asked_once_a_day(poll, paper: Source, hostile, at) -> None:
    hostile.feeds.update(own=feed(OWN, 1), mirror=feed(MIRROR, 1))
    hostile.misbehave["own"] = "410"
    asked = [poll(paper, timedelta(hours=1)).address for _ in range(52)]
    assert [hour for hour, one in enumerate(asked) if one == ""] == [0, 24, 48]
    assert set(asked) == {"", at("/feed/mirror")}
    hostile.misbehave["mirror"] = "500"
    asked = [poll(paper).address for _ in range(3)]
    assert "" in asked, "when the mirror fails, the own address need not wait"


def test_a_site_that_moves_to_another_host_keeps_its_articles(poll, paper: Source, archive: Archive, hostile) -> None:
    alone = Source("paper", paper.url, paper.outlet, ("en",))
    hostile.feeds["own"] = feed(OWN, 1, 2, 3, 4, 5)
    poll(alone)
    hostile.feeds["own"] = feed("https://new-name.example", 1, 2, 3, 4, 5)
    moved = poll(alone)
    assert (moved.new, moved.updated, moved.known) == (0, 0, 5)
    assert archive.articles([3])[0].url == "https://new-name.example/news/3"


def test_a_bulletin_of_the_same_title_on_another_day_is_another_article(
    poll, paper: Source, archive: Archive, hostile
) -> None:
    monday = feed(OWN, 1, guid="a-")
    tuesday = feed(MIRROR, 1, guid="b-", path="/bulletin/2").replace(b"02 Nov", b"03 Nov")
    hostile.feeds.update(own=monday, mirror=tuesday)
    poll(paper)
    hostile.misbehave["own"] = "500"
    poll(paper)
    assert (poll(paper).new, archive.article_count()) == (1, 2)


def test_where_the_poller_runs_is_kept_with_every_poll(archive: Archive, paper: Source, hostile) -> None:
    hostile.feeds["own"] = feed(OWN, 1)
    with Fetcher(allow_local=True, spacing_seconds=0) as fetcher:
        now = datetime(2026, 11, 2, 12, tzinfo=UTC)
        poll_round(
            archive, [paper], fetch=fetcher.fetch, clock=lambda: now, utc_offset_hours=4, vantage="Tbilisi, home line"
        )
    assert archive.polls()[0].vantage == "Tbilisi, home line"
