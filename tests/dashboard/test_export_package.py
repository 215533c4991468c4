"""Open data: what `python -m dashboard export` writes is whole, valid, the same every time, and says what it counts."""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import frictionless
import pytest

from dashboard import commands_export
from dashboard.export.package import text_of, write_package
from feeds.archive import Archive, open_archive
from feeds.errors import HouseError
from feeds.monitor import Monitor
from feeds.sources import read_outlets, read_sources
from metrics import package, package_rows
from metrics.attribution import Attribution
from metrics.lexicon import read_lexicon
from metrics.masking import Masker, masker
from metrics.package import Table
from metrics.package_rows import Asked
from metrics.person_words import read_persons
from metrics.persons import Persons
from metrics.store import current_rules
from tests.dashboard.conftest import OUTAGE, TODAY

pytestmark = pytest.mark.thorough

FIRST, LAST = date(2031, 9, 25), date(2031, 11, 30)


@pytest.fixture(scope="module")
def exported(demo: Monitor, filled_archive: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of ten weeks, by the command."""
    folder = tmp_path_factory.mktemp("package") / "data"
    assert command(demo, filled_archive, folder) == 0
    return folder


def command(demo: Monitor, archive: str, folder: Path, *more: str, first: str = "2031-09-25") -> int:
    parser = argparse.ArgumentParser()
    commands_export.add_to(parser.add_subparsers())
    days = ["--from", first, "--to", "2031-11-30", "--out", str(folder)]
    args = parser.parse_args(["export", "--monitor", str(demo.folder), "--archive", archive, *days, *more])
    return commands_export.run(args, now=datetime(2031, 12, 1, 6, tzinfo=UTC))


def asked(archive: Archive, demo: Monitor, first: date = FIRST, last: date = LAST) -> Asked:
    lexicon, rules = read_lexicon(demo), current_rules(archive)
    assert rules is not None
    attribution = Attribution(read_sources(demo), read_outlets(demo))
    return Asked(archive, demo, lexicon, attribution, rules, first, last, TODAY, masker(demo, lexicon))


def rows(folder: Path, table: Table) -> list[dict[str, str]]:
    with (folder / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_frictionless_finds_the_package_valid_with_all_its_keys_and_hashes(exported: Path) -> None:
    report = frictionless.validate(str(exported / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert [task.name for task in report.tasks] == [table.name for table in package.TABLES]
    assert all(rows(exported, one) for one in package.TABLES if one not in (package.ALERTS, package.FIGURES))


@pytest.mark.parametrize(
    ("table", "wrong"),
    [("stories", "source"), ("evidence", "story"), ("daily", "date"), ("counts", "stories")],
)
def test_frictionless_would_see_a_broken_one(exported: Path, tmp_path: Path, table: str, wrong: str) -> None:
    for path in exported.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (exported / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    lines[1][lines[0].index(wrong)] = "nonsense"
    with (tmp_path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_the_same_archive_and_days_give_the_same_bytes(
    demo: Monitor, filled_archive: str, exported: Path, tmp_path: Path
) -> None:
    assert command(demo, filled_archive, tmp_path / "again") == 0
    names = sorted(path.name for path in exported.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    for name in names:
        assert (exported / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_every_count_of_the_daily_table_is_the_number_of_its_stories(exported: Path) -> None:
    day_of = {row["story"]: row["date"] for row in rows(exported, package.STORIES)}
    told = {
        (day_of[row["story"]], row["indicator"], row["stance"], row["story"])
        for row in rows(exported, package.EVIDENCE)
        if row["added_later"] == "false"
    }
    found = Counter(one[:3] for one in told)
    counted = {
        (row["date"], row["indicator"], row["stance"]): int(row["count"])
        for row in rows(exported, package.DAILY)
        if row["count"]
    }
    assert sum(counted.values()) > 100
    assert counted == {key: found.get(key, 0) for key in counted}


def test_a_day_that_was_not_seen_has_no_count(exported: Path) -> None:
    unseen = {row["date"]: row for row in rows(exported, package.DAILY) if row["state"] == "unseen"}
    assert {date.fromisoformat(day) for day in unseen} == set(OUTAGE)
    assert {row["count"] for row in unseen.values()} == {""}


def test_a_file_says_its_length_and_its_hash(exported: Path) -> None:
    told = json.loads((exported / "datapackage.json").read_text(encoding="utf-8"))
    for one in told["resources"]:
        body = (exported / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(body), f"sha256:{hashlib.sha256(body).hexdigest()}")
        assert one["rows"] == len(list(csv.reader(body.decode().splitlines()))) - 1
    assert told["persons_masked"] is True
    assert told["licenses"][0]["name"] == "CC-BY-4.0"
    assert "INVENTED" in told["title"]
    assert "INVENTED" in told["citation"]


def test_the_dictionary_names_every_column(exported: Path) -> None:
    text = (exported / "README.md").read_text(encoding="utf-8")
    for table in package.TABLES:
        assert f"## {table.name}.csv" in text
        for field in table.fields:
            assert f"\n| {field.name} | {field.type} | {field.unit} |" in text


def test_no_article_leaves_with_its_whole_text(demo: Monitor, filled_archive: str, exported: Path) -> None:
    with open_archive(filled_archive, read_only=True) as archive:
        bodies = [one.text for one in archive.versions_after(0, 2_000) if len(one.text.splitlines()) > 1]
    written = "".join(path.read_text(encoding="utf-8") for path in exported.glob("*.csv"))
    assert not [body for body in bodies if " ".join(body.split()) in written]


class FullDisk(Masker):
    """Stands for a disk that is full in the middle."""

    def text(self, text: str, language: str, *, story: object = None) -> str:
        raise OSError(28, "No space left on device")


def test_nothing_is_there_when_it_cannot_be_finished(demo: Monitor, filled_archive: str, tmp_path: Path) -> None:
    (tmp_path / ".out.part").mkdir()  # of a run that was killed
    with open_archive(filled_archive, read_only=True) as archive:
        of = asked(archive, demo)
        with pytest.raises(HouseError, match="No space left"):
            write_package(replace(of, mask=FullDisk(read_person_rules(of))), tmp_path / "out")
    assert not list(tmp_path.iterdir())


def read_person_rules(of: Asked) -> Persons:
    return Persons(read_persons(of.monitor, of.lexicon))


def test_a_folder_with_something_in_it_is_left_alone(
    demo: Monitor, filled_archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    assert command(demo, filled_archive, tmp_path) == 2
    assert "is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


WRONG = {
    "no day": (["--from", "yesterday"], "not a day"),
    "after the end": (["--from", "2031-12-01"], "is after --to"),
    "the future": (["--to", "2032-01-01"], "has not begun"),
}


@pytest.mark.parametrize(("more", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_range_is_one_line(
    demo: Monitor, filled_archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert command(demo, filled_archive, tmp_path / "out", *more) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_an_archive_that_nothing_is_tagged_in_says_what_to_do(
    demo: Monitor, empty_archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(demo, empty_archive, tmp_path / "out") == 2
    assert "metrics update" in capsys.readouterr().err


def test_spans_cover_every_day_once() -> None:
    found = package_rows.spans(FIRST, LAST, 7)
    assert found[0][0] == FIRST
    assert found[-1][1] == LAST
    assert sum((last - first).days + 1 for first, last in found) == (LAST - FIRST).days + 1


def test_text_of_feeds_is_marked_so_that_it_is_escaped() -> None:
    """Every column that can hold what a feed wrote; the others are ours, keys or numbers."""
    of_feeds = {one.name for table in package.TABLES for one in table.fields if one.of_feeds}
    assert of_feeds >= {"title", "sentence", "term", "speaker", "claimant", "outlet", "url", "as_of"}
    assert text_of(package.EVIDENCE.fields[7], "=1+1") == "'=1+1"


def test_an_unwritable_place_is_one_line(demo: Monitor, filled_archive: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        open_archive(filled_archive, read_only=True) as archive,
        pytest.raises(HouseError, match="cannot be written"),
    ):
        write_package(asked(archive, demo), tmp_path / "file" / "below")
