"""The summary as tables: a CSV package that Frictionless finds valid, Parquet with types."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import frictionless
import pytest
from pyarrow import parquet

from dashboard.export import csv_, render
from metrics.summary import Summary, summarise
from tests.dashboard.test_export import HOSTILE, made
from tests.summary_values import DAY, END, busy, days, material


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(busy(), day=DAY, as_of=END)


def unpacked(summary: Summary, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(render(summary, "zip"))) as packed:
        packed.extractall(folder)
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


STATES = {"a busy day": None, "a quiet day": "", "an unseen day": "u"}


@pytest.mark.parametrize("states", STATES.values(), ids=STATES)
def test_frictionless_finds_the_package_valid(summary: Summary, tmp_path: Path, states: str | None) -> None:
    of = summary if states is None else summarise(material(days=days(states)), day=DAY, as_of=END)
    report = frictionless.validate(str(unpacked(of, tmp_path) / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert [task.name for task in report.tasks] == ["evidence", "changes", "days", "lines"]


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_leaves_the_package_valid_and_is_no_formula(tmp_path: Path, hostile: str) -> None:
    folder = unpacked(made(hostile), tmp_path)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    for path in folder.glob("*.csv"):
        for row in rows(folder, path.stem):
            assert None not in row
            for value in row.values():
                assert not re.match(r"[\s'\"]*[=+\-@＝＋－＠\t\r]", value) or value.startswith("'"), value


def test_the_evidence_of_the_package_is_the_csv(summary: Summary, tmp_path: Path) -> None:
    assert (unpacked(summary, tmp_path) / "evidence.csv").read_bytes() == render(summary, "csv")


def test_the_changes_of_the_package_are_those_of_the_summary(summary: Summary, tmp_path: Path) -> None:
    found = rows(unpacked(summary, tmp_path), "changes")
    assert [(row["indicator"], int(row["week"]), row["direction"]) for row in found] == [
        (one.indicator, one.week, one.direction) for one in summary.changes
    ]
    assert [row["ratio"] for row in found] == ["" if one.ratio is None else repr(one.ratio) for one in summary.changes]


def test_the_lines_of_the_package_are_what_a_reader_sees(summary: Summary, tmp_path: Path) -> None:
    lines = rows(unpacked(summary, tmp_path), "lines")
    texts = [row["text"] for row in lines]
    for sentence in (*summary.highlights, *(one.sentence for one in summary.changes if one.direction != "same")):
        assert sentence.text in texts
    assert "В магазинах Нортауна нет хлеба и муки." in texts


def test_the_dictionary_of_the_package_names_every_column(summary: Summary, tmp_path: Path) -> None:
    text = (unpacked(summary, tmp_path) / "README.md").read_text(encoding="utf-8")
    assert all(f"\n| {field.name} | {field.type} |" in text for field in csv_.FIELDS)


def test_parquet_has_types_and_unknown_is_null(summary: Summary) -> None:
    table = parquet.read_table(io.BytesIO(render(summary, "parquet")))
    read, plain = table.to_pylist(), list(csv.DictReader(io.StringIO(render(summary, "csv").decode())))
    assert table.column_names == list(csv_.COLUMNS)
    assert len(read) == len(plain)
    assert {type(row["articles"]) for row in read} == {int}
    assert {row["date"] for row in read} == {date(2031, 5, 20)}
    assert {row["as_of"] for row in read} == {datetime(2031, 5, 20, 20, tzinfo=UTC)}
    assert [row["sentence"] for row in read] == [row["sentence"] or None for row in plain]
    assert {row["speaker"] for row in read if not row["speaker"]} <= {None}


def test_a_day_that_was_not_seen_says_so_in_parquet() -> None:
    unseen = summarise(material(days=days("u")), day=DAY, as_of=END)
    read = parquet.read_table(io.BytesIO(render(unseen, "parquet"))).to_pylist()
    assert [(row["day_state"], row["part"], row["story"], row["articles"]) for row in read] == [
        ("unseen", "none", None, None)
    ]
