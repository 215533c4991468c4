from __future__ import annotations

import gzip
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from feeds.archive import Archive, open_archive
from feeds.load import Loaded, load
from feeds.load_rows import LONGEST_LINE
from feeds.model import Outlet, Source
from tests.further import further

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


# Tables --------------------------------------------------------------------------------------------------------------

HEADER = "ID;Title;Text;pubDate;Link;Source;Colour"
CSV = {
    "semicolons, a byte-order mark, quoted line breaks": (
        "\ufeff" + HEADER + '\r\n1;"Bread; milk";"Ran\r\nout ""today"".";2022-12-13;https://a.example/1;lantern;red\r\n'
    ).encode(),
    "commas": b"title,text,id,published,url,source\nBread; milk,\"Ran\nout \"\"today\"\".\",1,2022-12-13,"
    b"https://a.example/1,lantern\n",
    "tabs, UTF-16": HEADER.replace(";", "\t").encode("utf-16")
    + '\n1\tBread; milk\t"Ran\nout ""today""."\t2022-12-13\thttps://a.example/1\tlantern\n'.encode("utf-16-le"),
}  # fmt: skip


@pytest.mark.parametrize("body", CSV.values(), ids=CSV)
def test_csv_as_people_save_it(tmp_path: Path, load_files, archive: Archive, body: bytes) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(body)
    assert load_files(file).problems == []
    one = archive.articles([1])[0]
    assert (one.source, one.title, one.text) == ("lantern", "Bread; milk", 'Ran\nout "today".')
    assert (one.url, str(one.day), one.backfill, one.late) == ("https://a.example/1", "2022-12-13", True, True)


def test_bad_rows_of_csv_are_named_by_their_line(tmp_path: Path, load_files) -> None:
    file = tmp_path / "a.csv"
    long = b"x" * (LONGEST_LINE + 10)
    file.write_bytes(
        b'title,published\nBread,\n"Two\nlines",\n,2022-01-01\nWater,never\n\nFuel,1,2\n\xff\xfe,\n'
        + long
        + b",\nLast,\n"
    )
    result = load_files(file)
    assert result.new == 3
    assert [problem.removeprefix(str(file)).split(":")[1] for problem in result.problems] == ["5", "6", "8", "9", "10"]
    words = ("neither title", "no date", "names 2 columns", "not UTF-8", "longer than")
    assert all(word in problem for word, problem in zip(words, result.problems, strict=True))


def test_a_quote_that_nobody_closes_is_named_and_swallows_nothing_in_silence(tmp_path: Path, load_files) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b'title,text\nBread,"ran ""out"""\n"Fuel,too\nWater,too\nGas,too')
    result = load_files(file)
    assert (result.new, result.bad) == (1, 1)
    assert result.problems[0].startswith(f"{file}:3: a quote is never closed")
    file.write_bytes(b'title,text\nBread,"ran out"')  # the last line needs no line feed
    assert load_files(file).bad == 0


def test_csv_without_a_header_we_know_says_which_names_it_may_have(tmp_path: Path, load_files) -> None:
    file = tmp_path / "a.csv"
    file.write_text("headline,body\nBread,none\n")
    assert "known names: guid id title text" in load_files(file).problems[0]


def test_parquet_with_times_of_any_kind(tmp_path: Path, load_files, archive: Archive) -> None:
    file = tmp_path / "a.parquet"
    hour = datetime(2022, 12, 13, 10, tzinfo=UTC)
    kinds = {
        "nanoseconds": pa.array([hour], pa.timestamp("ns", "UTC")), "naive": pa.array([hour], pa.timestamp("us")),
        "zone": pa.array([hour], pa.timestamp("ms", "Asia/Tokyo")), "day": pa.array([hour.date()], pa.date32()),
        "text": pa.array(["2022-12-13T10:00:00Z"]), "none": pa.array([None], pa.string()),
    }  # fmt: skip
    for name, published in kinds.items():
        pq.write_table(pa.table({"id": [name], "Title": [name], "date": published, "x": [[1]]}), file)
        assert load_files(file).new == 1, name
    days = {one.guid: one.published for one in archive.articles(list(range(1, 7)))}
    assert days.pop("guid:none") is None
    assert days.pop("guid:day") == hour.replace(hour=0)
    assert set(days.values()) == {hour}


def test_parquet_is_read_in_parts_and_a_bad_row_is_named(tmp_path: Path, load_files) -> None:
    file = tmp_path / "a.parquet.gz"
    with gzip.open(file, "wb") as stream:
        pq.write_table(pa.table({"title": [f"t{n}" if n != 777 else "" for n in range(1_000)]}), stream)
    result = load_files(file)
    assert (result.new, result.problems) == (
        999, [f"{file}:row 778: neither title nor text; each article needs one of them"],
    )  # fmt: skip


# Versions ------------------------------------------------------------------------------------------------------------


def test_versions_in_one_collection_are_kept_in_their_order_and_loading_again_adds_none(
    tmp_path: Path, load_files, archive: Archive
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        "".join(json.dumps({"id": "1", "title": "a", "text": text}) + "\n" for text in ("x", "y", "y", "z"))
    )
    assert (load_files(file).new, load_files(file).known) == (1, 4)
    assert [text for _, _, _, text in archive.versions(1)] == ["x", "y", "z"]


# Web archives --------------------------------------------------------------------------------------------------------

Record = tuple[str, str, bytes, str]  # address, date, body, content type
LANTERN = "http://lantern.example/rss"  # its source is asked by https today


def web_archive(
    file: Path, *records: Record, gzip: bool = False, kind: str = "response", status: str = "200 OK"
) -> Path:
    with file.open("ab") as stream:
        writer = WARCWriter(stream, gzip=gzip)
        if not stream.tell():
            writer.write_record(writer.create_warcinfo_record(file.name, {"software": "test"}))
        for url, date, body, content_type in records:
            headers = StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url, kind, payload=io.BytesIO(body), http_headers=headers, warc_headers_dict={"WARC-Date": date}
                )
            )
    return file


def captures(rss, *texts: str) -> list[Record]:
    """One feed, captured once a day, whose first item is edited; a new one comes with every capture."""
    days = [f"2026-11-{number:02}T10:00:00Z" for number in range(3, 3 + len(texts))]
    bodies = [
        rss("bread", *(f"more {n}" for n in range(number))).replace(b"About bread", text.encode())
        for number, text in enumerate(texts)
    ]
    return [(LANTERN, day, body, "application/rss+xml") for day, body in zip(days, bodies, strict=True)]


@pytest.mark.parametrize("packed", ["", "record by record", "as a whole"])
def test_a_feed_captured_many_times_gives_each_article_once_with_its_versions(
    tmp_path: Path, load_files, archive: Archive, rss, packed: str
) -> None:
    file = tmp_path / ("a.warc.gz" if packed else "a.warc")
    web_archive(file, *captures(rss, "First", "Second", "Second", "Third"), gzip=packed == "record by record")
    if packed == "as a whole":
        file.write_bytes(gzip.compress(file.read_bytes()))
    result = load_files(file)
    assert (result.problems, result.new, result.updated, result.known) == ([], 4, 2, 4)
    assert {one.source for one in archive.articles([1, 2, 3, 4])} == {"lantern"}
    first = archive.articles([1])[0]
    assert (first.backfill, first.seen, first.first_time) == (True, NOW, first.published)
    assert [text for _, _, _, text in archive.versions(1)] == ["First.", "Second.", "Third."]
    again = load_files(file)
    assert (again.new, again.updated) == (0, 0)


def test_no_item_is_younger_than_the_capture_that_holds_it(tmp_path: Path, load_files, archive, rss) -> None:
    early = (LANTERN, "2026-10-01T00:00:00Z", rss("bread"), "text/xml")
    load_files(web_archive(tmp_path / "a.warc", early))
    one = archive.articles([1])[0]
    assert (one.published, one.day) == (None, None)


def test_what_is_no_feed_is_counted_under_its_reason(tmp_path: Path, load_files, rss) -> None:
    file = tmp_path / "a.warc"
    page = b"<!DOCTYPE html><html><body>News</body></html>"
    web_archive(file, ("http://a.example/", "2026-11-03T10:00:00Z", page, "text/html"))
    web_archive(file, ("http://a.example/x.png", "2026-11-03T10:00:00Z", b"\x89PNG" * 99, "image/png"))
    web_archive(file, ("http://a.example/", "2026-11-03T10:00:00Z", page, "text/html"), status="404 Not Found")
    web_archive(file, ("http://a.example/rss", "2026-11-03T10:00:00Z", rss("bread"), "text/xml"), kind="request")
    web_archive(file, ("http://a.example/f", "2026-11-03T10:00:00Z", b"<rss><channel", "text/xml"))
    empty = b"<html><head><meta name='pubdate' content='2026-11-02'></head><body><nav>Home</nav></body></html>"
    web_archive(file, ("http://a.example/e", "2026-11-03T10:00:00Z", empty, "text/html"))
    result = load_files(file)
    assert result.skipped == {"page": 1, "other": 1, "status": 1, "text": 1}
    assert result.new == 0


PARAGRAPHS = "".join(
    f"<p>In the town of Lower Fog bread ran out for the {n}th day, shop owners said.</p>" for n in range(9)
)
DATED = {
    "property": '<meta property="article:published_time" content="2026-11-02T08:00:00+04:00"/>',
    "itemprop, the other way round": "<meta content='2026-11-02T04:00:00Z' itemprop='datePublished'>",
    "JSON-LD": '<script type="application/ld+json">{"@type":"Article","datePublished": "2026-11-02T04:00Z"}</script>',
}


@pytest.mark.parametrize("date", DATED.values(), ids=DATED)
def test_a_page_that_says_when_it_was_published_is_an_article(tmp_path: Path, load_files, archive, date: str) -> None:
    page = (
        f'<!DOCTYPE html><html lang="en-GB"><head><title>No bread | Lantern</title><meta property="og:title" '
        f'content="No bread &amp; no milk">{date}</head><body><nav>Home</nav><article><h1>No bread</h1>{PARAGRAPHS}'
        f"</article><footer>Donate</footer></body></html>"
    ).encode()
    record = ("http://www.lantern.example/2026/no-bread", "2026-11-03T10:00:00Z", page, "text/html; charset=utf-8")
    assert load_files(web_archive(tmp_path / "a.warc.gz", record, record, gzip=True)).new == 1
    one = archive.articles([1])[0]
    assert (one.source, one.title, one.language, one.backfill) == ("lantern", "No bread & no milk", "en", True)
    assert one.published == datetime(2026, 11, 2, 4, tzinfo=UTC)
    assert one.text.count("Lower Fog") == 9
    assert "Donate" not in one.text


def test_the_page_of_an_article_we_have_changes_nothing(tmp_path: Path, load_files, archive: Archive, rss) -> None:
    page = (
        f"<html><head><title>bread</title>{DATED['property']}</head><body><article>{PARAGRAPHS}</article></body></html>"
    )
    records = (
        (LANTERN, "2026-11-03T10:00:00Z", rss("bread"), "text/xml"),
        ("https://example.org/bread", "2026-11-03T11:00:00Z", page.encode(), "text/html"),
    )
    result = load_files(web_archive(tmp_path / "a.warc", *records), source="lantern")
    assert (result.new, result.known) == (1, 1)
    assert archive.articles([1])[0].text == "About bread."


@pytest.mark.parametrize("packed", [False, True])
def test_a_broken_record_is_named_and_the_next_ones_are_read(tmp_path: Path, load_files, rss, packed: bool) -> None:
    file = tmp_path / ("a.warc.gz" if packed else "a.warc")
    places = []
    for title in ("bread", "water", "fuel", "salt"):
        places.append(file.stat().st_size if file.exists() else 0)
        web_archive(file, (LANTERN, "2026-11-03T10:00:00Z", rss(title), "text/xml"), gzip=packed)
    body = bytearray(file.read_bytes())
    start = places[1] + (40 if packed else 0)
    body[start : start + 40] = b"\0" * 40
    file.write_bytes(body)
    result = load_files(file)
    assert (result.new, result.bad) == (3, 1)
    assert result.problems[0].startswith(f"{file}:byte {places[1]}: a broken record")
    assert result.problems[0].isprintable()


def test_a_web_archive_that_is_cut_off_keeps_what_came_before(tmp_path: Path, load_files, rss) -> None:
    file = web_archive(tmp_path / "a.warc.gz", *captures(rss, "First", "Second"), gzip=True)
    file.write_bytes(file.read_bytes()[:-200])
    result = load_files(file)
    assert result.new >= 1
    assert result.bad == 1


# Zips ----------------------------------------------------------------------------------------------------------------


def test_saved_feeds_in_a_zip_come_in_the_order_of_their_time(
    tmp_path: Path, load_files, archive: Archive, rss
) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as bundle:
        for name, day, text in (("z.xml", 1, b"old"), ("b.rss", 3, b"new"), ("c.atom", 2, b"mid")):
            bundle.writestr(zipfile.ZipInfo(name, (2026, 11, day, 0, 0, 0)), rss("bread").replace(b"About", text))
        bundle.writestr(
            "f.json",
            json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "j", "title": "Salt"}]}),
        )
        bundle.writestr("readme.txt", "hello")
        bundle.writestr("bad.xml", "<html>no</html>")
    result = load_files(file)
    assert (result.skipped, result.bad) == ({"other": 1}, 1)
    assert f"{file}:bad.xml: the answer is an HTML page" in result.problems[0]
    assert [text for _, _, _, text in archive.versions(1)] == ["old bread.", "mid bread.", "new bread."]


def test_a_zip_bomb_is_named_and_the_rest_is_read(tmp_path: Path, load_files, rss) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        with bundle.open("bomb.xml", "w", force_zip64=True) as member:
            for _ in range(100):
                member.write(b" " * 1_000_000)
        bundle.writestr("good.xml", rss("bread"))
    result = load_files(file)
    assert (result.new, result.problems) == (1, [f"{file}:bomb.xml: larger than 64,000,000 bytes"])


# Hostile and large files ---------------------------------------------------------------------------------------------

ENDINGS = {
    ".csv": b"title,text\n", ".jsonl": b'{"title": "', ".parquet": b"PAR1", ".warc": b"WARC/1.0\r\n",
    ".zip": b"PK\x03\x04",
    ".warc.gz": b"\x1f\x8b\x08", ".csv.gz": b"\x1f\x8b\x08", ".parquet.gz": b"", ".xml": b"<rss", "": b"",
}  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=400), honest=st.booleans(), packed=st.booleans())
def test_no_bytes_raise_whatever_the_file_is_called(
    tmp_path: Path, archive: Archive, ending: str, body: bytes, honest: bool, packed: bool
) -> None:
    whole = ENDINGS[ending] + body if honest else body
    file = tmp_path / f"a{ending}"
    file.write_bytes(gzip.compress(whole) if packed and ending.endswith(".gz") else whole)
    result = load(archive, [file], SOURCES, now=NOW, utc_offset_hours=4)
    assert all(problem.startswith(str(file)) for problem in result.problems)


def _real(folder: Path, rss) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / "r.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("a.xml", rss("bread", "water"))
    pq.write_table(pa.table({"title": ["bread", "water"], "published": ["2022-01-01", None]}), folder / "r.parquet")
    web_archive(folder / "r.warc", *captures(rss, "First", "Second"))
    web_archive(folder / "r.warc.gz", *captures(rss, "First", "Second"), gzip=True)
    (folder / "r.csv").write_bytes(next(iter(CSV.values())))
    return {file.name.removeprefix("r"): file.read_bytes() for file in folder.glob("r.*")}


@pytest.mark.thorough
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_to_a_real_file_raises(tmp_path: Path, archive: Archive, rss, data: st.DataObject) -> None:
    files = _REAL or _REAL.update(_real(tmp_path, rss)) or _REAL
    ending = data.draw(st.sampled_from(sorted(files)))
    body = bytearray(files[ending])
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(body) - 1), st.integers(0, 255)), max_size=5)):
        body[place] = byte
    del body[data.draw(st.integers(len(body) // 2, len(body))) :]
    file = tmp_path / f"damaged{ending}"
    file.write_bytes(body)
    load(archive, [file], SOURCES, now=NOW, utc_offset_hours=4)


_REAL: dict[str, bytes] = {}

MEASURE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from feeds.archive import open_archive
from feeds.load import load
with open_archive(sys.argv[1]) as archive:
    result = load(archive, [Path(sys.argv[2])], [], now=datetime(2026, 11, 2, tzinfo=UTC), utc_offset_hours=0)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))  # ru_maxrss knows its parent's
print(result.read, int(peak.split()[1]) // 1024)
"""


def large(file: Path, megabytes: int, rss) -> None:
    """A file of that size whose articles are few: it is reading that is measured."""
    filler = random.Random(1).randbytes(100_000).hex()
    rows = megabytes * 5
    if file.suffix == ".jsonl":
        file.write_text(f'{{"id": "a", "title": "a", "junk": "{filler}"}}\n' * rows)
    elif file.suffix == ".csv":
        file.write_text("id,title,junk\n" + f"a,a,{filler}\n" * rows)
    elif file.suffix == ".parquet":
        table = pa.table({"id": ["a"] * 50, "title": ["a"] * 50, "text": [filler] * 50})
        with pq.ParquetWriter(file, table.schema, compression="none", use_dictionary=False) as writer:
            for _ in range(rows // 50):
                writer.write_table(table)
    else:
        picture = ("http://a.example/x.png", "2026-11-03T10:00:00Z", filler.encode(), "image/png")
        web_archive(file, *[picture] * rows, (LANTERN, "2026-11-03T10:00:00Z", rss("bread"), "text/xml"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@pytest.mark.parametrize("ending", further([".jsonl", ".warc", ".csv", ".parquet"]))
def test_memory_does_not_grow_with_the_file(tmp_path: Path, root: Path, rss, ending: str) -> None:
    peaks = []
    for megabytes in (20, 100):
        file = tmp_path / f"{megabytes}{ending}"
        large(file, megabytes, rss)
        command = [sys.executable, "-c", MEASURE, f"sqlite:///{tmp_path / f'{megabytes}.db'}", str(file)]
        said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split()
        assert int(said[0]) > 0
        peaks.append(int(said[1]))
    assert peaks[1] - peaks[0] < 25, f"megabytes of memory: {peaks}"
