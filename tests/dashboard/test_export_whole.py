"""Open data with rows in every table: valid by frictionless, told by the archive itself, and the same when loaded."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import frictionless
import pytest
from sqlalchemy import text

from feeds.archive import open_archive
from feeds.monitor import Monitor
from metrics import package
from tests.dashboard.package_archive import fill_whole
from tests.dashboard.test_export_package import command
from tests.dashboard.test_export_package import rows as rows_of
from tests.dashboard.test_frozen import daily, load

pytestmark = pytest.mark.thorough

FROM = "2031-04-01"  # the invented events lie months before the articles


@pytest.fixture(scope="module")
def archive(demo: Monitor, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('whole')}/archive.db"
    fill_whole(url, demo)
    return url


@pytest.fixture(scope="module")
def exported(demo: Monitor, archive: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every name stands in it, so that its texts can be held against the archive's."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    assert command(demo, archive, folder, "--show-persons", first=FROM) == 0
    return folder


def asked(archive: str, query: str) -> list[tuple[object, ...]]:
    """Rows as the archive holds them, without any code of the export."""
    with open_archive(archive, read_only=True) as opened, opened.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_every_table_has_rows_and_is_valid(exported: Path) -> None:
    report = frictionless.validate(str(exported / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert [one.name for one in package.TABLES if not rows_of(exported, one)] == []


BROKEN = {
    "a figure of no story": ("figures", "story", "999999"),
    "a figure that is no number": ("figures", "value", "many"),
    "a figure without its sentence": ("figures", "sentence", ""),
    "an alert in a state there is not": ("alerts", "state", "perhaps"),
    "an alert without a score": ("alerts", "score", ""),
    "an alert of no day": ("alerts", "opened", "soon"),
    "a story of no source": ("stories", "source", "nobody"),
    "an event without a label": ("events", "label", ""),
}


@pytest.mark.parametrize(("table", "column", "wrong"), BROKEN.values(), ids=BROKEN)
def test_frictionless_would_see_a_broken_row(
    exported: Path, tmp_path: Path, table: str, column: str, wrong: str
) -> None:
    for path in exported.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (exported / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    lines[1][lines[0].index(column)] = wrong
    with (tmp_path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    found = frictionless.validate(str(tmp_path / "datapackage.json")).flatten(["type"])
    assert {kind for (kind,) in found} - {"hash-count", "byte-count"}, "a change that only the hash tells is no test"


def test_loaded_into_another_archive_it_shows_the_same(
    demo: Monitor, archive: str, exported: Path, tmp_path: Path
) -> None:
    second = f"sqlite:///{tmp_path}/second.db"
    assert load(demo, second, exported) == 0
    mine, theirs = (daily(demo, one, tmp_path / "out") for one in (archive, second))
    assert theirs == mine
    assert command(demo, second, tmp_path / "again", first=FROM) == 0, "what was loaded can be exported again"
    assert frictionless.validate(str(tmp_path / "again" / "datapackage.json")).valid
    for table in package.FROZEN:
        assert (tmp_path / "again" / f"{table.name}.csv").read_bytes() == (exported / f"{table.name}.csv").read_bytes()


# Against the archive itself ------------------------------------------------------------------------------------------


def test_only_stories_about_the_crisis_stand_in_the_stories(archive: str, exported: Path) -> None:
    relevant = "select article from tags where relevant and rules in (select id from rules where is_current)"
    about = {str(one) for (one,) in asked(archive, f"select story from story_members where article in ({relevant})")}
    every = {str(one) for (one,) in asked(archive, "select story from story_members")}
    told = {row["story"] for row in rows_of(exported, package.STORIES)}
    assert len(every - about) > 50, "the archive must hold stories that do not belong here"
    assert told <= about
    assert not [row for row in rows_of(exported, package.STORIES) if "FC Velunda" in row["title"]]


def test_the_stories_of_a_day_are_as_many_as_the_totals_say(exported: Path) -> None:
    found = Counter((row["date"], row["language"], row["side"]) for row in counting(exported))
    totals = {
        (row["date"], row["language"], row["side"]): int(row["relevant_stories"])
        for row in rows_of(exported, package.TOTALS)
    }
    assert found
    assert found == {key: number for key, number in totals.items() if number}


def counting(folder: Path) -> list[dict[str, str]]:
    scope = {row["key"]: row["scope"] for row in rows_of(folder, package.SOURCES)}
    return [row for row in rows_of(folder, package.STORIES) if scope[row["source"]] != "query"]


# column of the package → column of the archive's evidence
SAME = {"term": "term", "rule": "rule", "indicator": "indicator", "stance": "stance", "occurrence": "occurrence",
        "people": "people", "speaker": "speaker_name", "place": "place", "place_name": "place_name"}  # fmt: skip


def test_evidence_is_what_the_tagger_found_column_by_column(archive: str, exported: Path) -> None:
    query = f"select article, n, {', '.join(SAME.values())} from evidence"
    query += " where rules in (select id from rules where is_current)"
    held = {(str(row[0]), str(row[1])): row[2:] for row in asked(archive, query)}
    rows = rows_of(exported, package.EVIDENCE)
    assert len(rows) > 300
    for row in rows:
        theirs = dict(zip(SAME, held[(row["article"], row["n"])], strict=True))
        assert {name: row[name].removeprefix("'") for name in SAME} == {k: plain(v) for k, v in theirs.items()}


def plain(value: object) -> str:
    return " ".join(str(value or "").split())


def test_a_term_stands_in_the_text_of_its_article(archive: str, exported: Path) -> None:
    texts = {str(one): f"{title} {body}".casefold() for one, title, body in asked(archive, ARTICLES)}
    rows = rows_of(exported, package.EVIDENCE)
    assert all(row["term"].casefold() in " ".join(texts[row["article"]].split()) for row in rows)
    assert all(len(row["term"]) < len(row["sentence"]) or row["term"] == row["sentence"] for row in rows)


ARTICLES = "select id, title, text from articles"
