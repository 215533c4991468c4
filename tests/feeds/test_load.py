from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.archive import Archive, open_archive
from feeds.load import Loaded, load
from feeds.model import Outlet, Source

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SOURCES = [Source("lantern", "https://lantern.example/rss", Outlet("lantern", "Lantern", "lantern"), ("en",))]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(f"sqlite:///{tmp_path / 'archive.db'}") as archive:
        yield archive


@pytest.fixture
def load_files(archive: Archive) -> Callable[..., Loaded]:
    def go(*files: Path, source: str = "") -> Loaded:
        result = load(archive, files, SOURCES, now=NOW, utc_offset_hours=4, source=source)
        assert result.read == result.new + result.updated + result.known + result.dropped.get("repeated", 0)
        return result

    return go


def test_articles_as_json_lines_are_stored_as_history(tmp_path: Path, load_files, archive: Archive) -> None:
    file = tmp_path / "a.jsonl"
    lines = [
        {"id": 1, "title": "Bread &amp; milk", "text": "<p>Ran out.</p>", "lang": "EN", "outlet": "The Fog",
         "published": "2022-12-13T10:00:00+04:00", "url": "http://fog.example/1"},
        {"guid": "g", "title": "Water", "source": "lantern"},
        {"id": "3", "title": "Fuel", "url": "javascript:x"},
    ]  # fmt: skip
    file.write_text("\n\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert load_files(file).new == 3
    one, two, three = sorted(archive.articles([1, 2, 3]), key=lambda article: article.guid)
    assert (one.title, one.text, one.language, one.outlet) == ("Bread & milk", "Ran out.", "en", "The Fog")
    assert (one.source, one.backfill, str(one.day)) == ("loaded", True, "2022-12-13")
    assert (two.source, two.url) == ("loaded", "")
    assert three.source == "lantern"
    again = load_files(file)
    assert (again.new, again.known) == (0, 3)


BAD_LINES = {
    "not json": "not JSON",
    "[1]": "not a JSON object",
    '{"id": "1"}': "neither title nor text",
    '{"title": ["a"]}': "title is not text",
    '{"title": "a", "published": "2022-02-31"}': "published '2022-02-31' is no date",
    "[" * 100_000: "not JSON",
}


@pytest.mark.parametrize(("line", "words"), BAD_LINES.items(), ids=[key[:20] for key in BAD_LINES])
def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path, load_files, line: str, words: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(f'{{"title": "before"}}\n{line}\n{{"title": "after"}}\n', encoding="utf-8")
    result = load_files(file)
    assert result.new == 2
    assert len(result.problems) == 1
    assert result.problems[0].startswith(f"{file}:2: ")
    assert words in result.problems[0]


def test_a_saved_feed_is_stored_under_the_source_that_is_named(tmp_path: Path, load_files, archive, rss) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(rss("bread", "water"))
    assert load_files(file, source="lantern").new == 2
    assert {article.source for article in archive.articles([1, 2])} == {"lantern"}


def test_a_saved_feed_of_nobody_keeps_its_title_as_outlet(tmp_path: Path, load_files, archive: Archive, rss) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(rss("bread"))
    load_files(file)
    assert archive.articles([1])[0].outlet == "Test"


def test_files_that_cannot_be_read_are_named_and_the_rest_goes_on(tmp_path: Path, load_files, rss) -> None:
    good, html, cut, gone = (tmp_path / name for name in ("a.xml", "b.xml", "c.jsonl.gz", "d.jsonl"))
    good.write_bytes(rss("bread"))
    html.write_bytes(b"<html><body>no</body></html>")
    cut.write_bytes(gzip.compress(b'{"title": "a"}\n' * 1_000)[:40])
    result = load_files(html, cut, gone, good)
    assert result.new == 1
    assert [problem.split(":")[0] for problem in result.problems] == [str(html), str(cut), str(gone)]


def test_two_weeks_of_a_real_collection_load(shared: Path, load_files, archive: Archive) -> None:
    folder = shared / "data" / "third_party" / "rss-archive"
    files = sorted(folder.glob("*.ndjson.gz"))
    result = load_files(*files)
    assert len(files) == 2
    assert result.problems == []
    assert archive.article_count() == result.new > 11_000
