"""Floors that may only rise, and the commands tag, evaluate and explain."""

import io
import json
import math
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.errors import DataFileError
from feeds.monitor import bloc_names
from metrics.__main__ import main
from metrics.cases import Case, Mirror, read_cases
from metrics.evaluate import Score, judged, mirrored, table
from metrics.model import Tagged

ROOT = Path(__file__).resolve().parents[2]
MONITOR = ROOT / "monitors" / "karabakh"
GOLD = Path(__file__).with_name("gold")
OWN = GOLD / "dev" / "own.jsonl"
FLOORS = json.loads((GOLD / "floors.json").read_text(encoding="utf-8"))  # they only rise


@pytest.fixture(scope="module")
def judged_cases(tagger):
    sets: dict[str, list] = {}
    for place in (MONITOR / "cases_dev.jsonl", GOLD / "dev", GOLD / "heldout"):
        for item in read_cases(place):
            if isinstance(item, Case):
                sets.setdefault(item.set_name, []).append(judged(item, tagger))
    return sets


@pytest.fixture(scope="module")
def tables(judged_cases, tagger):
    blocs = bloc_names(tagger.monitor)
    return {name: table(name, cases, tagger.monitor.indicator_keys, blocs) for name, cases in judged_cases.items()}


def _measured(one):
    """What floors.json holds floors for."""
    return {
        "reported": one.reported.f1,
        "relevance": one.relevance.f1,
        "whole": one.whole_items.value,
        "stance": one.stance.value,
        "people": one.people.value,
        "occurrence": one.occurrence.value,
        "speaker": one.speaker.value,
        "above naive": one.reported.f1 - one.baseline.f1,
        "worst language": min(score.f1 for score in one.by_language.values()),
    }


@pytest.mark.parametrize(("name", "figure"), [(name, figure) for name in FLOORS for figure in FLOORS[name]])
def test_the_measured_quality_stays_above_its_floor(name, figure, tables):
    one = tables[name]
    assert _measured(one)[figure] >= FLOORS[name][figure], (one.by_language, one.by_indicator)


def test_every_set_has_floors_and_every_language(tables):
    assert set(tables) == set(FLOORS)
    for one in tables.values():
        assert set(one.by_language) == {"en", "ru", "hy", "az", "tr", "fr"}


def test_both_blocs_are_read_alike(judged_cases, tagger):
    """Recall on texts that Armenian and Karabakh outlets publish, against Azerbaijani and Turkish ones."""
    halves = judged_cases["held-out"] + judged_cases["fourth held-out"]  # one alone has few labels of one bloc
    for name, cases, least in (("dev", judged_cases["dev"], 80), ("both halves", halves, 140)):
        blocs = table(name, cases, tagger.monitor.indicator_keys, bloc_names(tagger.monitor)).by_bloc
        one, other = blocs["armenian + karabakh"], blocs["azerbaijani + turkish"]
        assert min(one.labels, other.labels) >= least
        assert abs(one.recall - other.recall) <= 0.10


def test_the_interval_holds_the_score_and_is_the_same_every_time(tables, tagger):
    for one in tables.values():
        assert one.baseline.low <= one.baseline.f1 <= one.baseline.high
        assert one.stance.low <= one.stance.value <= one.stance.high
    cases = [judged(item, tagger) for item in read_cases(OWN)[:20]]
    assert table("x", cases, ["food"]).reported == table("x", cases, ["food"]).reported


def test_mirror_pairs_are_told_alike_of_both_sides(tagger):
    """Both sides' words read the same: indicator, stance, occurrence and relevance stay, speaker and people swap."""
    pairs = [
        item for item in (*read_cases(MONITOR / "mirror_dev.jsonl"), *read_cases(GOLD)) if isinstance(item, Mirror)
    ]
    results = [mirrored(pair, tagger) for pair in pairs]
    assert len(results) >= 112
    assert {result.mirror.lang for result in results} == {"en", "ru", "hy", "az", "tr", "fr"}
    assert [result.mirror.id for result in results if not result.is_same] == []
    assert [result.mirror.id for result in results if not result.is_expected] == []
    assert [result.mirror.id for result in results if not result.is_swapped] == []


def _case(**values):
    base = {"id": "P-1", "lang": "en", "title": "Stepanakert without gas", "text": "", "relevant": True}
    base["context"] = False
    return Case.model_validate({**base, **values})


def test_an_optional_label_neither_helps_nor_hurts(tagger):
    gas = {"indicator": "gas", "stance": "reported"}
    for labels, optional in (([gas], ["gas"]), ([], ["gas"])):
        item = judged(_case(indicators=labels, optional=optional), tagger)
        assert table("x", [item], ["gas"]).reported == Score(0, 0, 0)
        assert item.wrong == ""


def test_a_past_label_that_is_omitted_costs_nothing_and_reporting_it_does(tagger):
    item = judged(_case(indicators=[{"indicator": "gas", "stance": "past"}]), tagger)
    assert item.wrong == "wrongly gas"


def test_old_cases_count_context_as_relevant_and_know_only_the_first_indicators(tagger):
    case = _case(id="EN1", context=None, title="Peace treaty talks on Nagorno-Karabakh go on")
    item = judged(case, tagger)
    assert item.tagged.context
    assert item.wrong == ""


def test_without_any_label_the_score_is_unknown_not_zero():
    assert math.isnan(Score(0, 0, 0).f1)


def test_a_line_that_is_no_case_is_named(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": "1"}\n', encoding="utf-8")
    with pytest.raises(DataFileError, match=r"cases.jsonl:1: not a labelled case"):
        read_cases(path)


def test_an_empty_tagged_text_has_no_labels():
    assert Tagged("1", "en", relevant=False, context=False).evidence == ()


# The commands --------------------------------------------------------------------------------------------------------


def _run(*argv):
    return main([*map(str, argv)], clock=lambda: datetime(2023, 2, 1, tzinfo=UTC))


def _lines(text):
    return [json.loads(line) for line in text.splitlines()]


ARTICLE = {"id": "a1", "title": "Stepanakert without gas", "text": "Residents said so.", "lang": "en"}


def test_tag_answers_one_line_for_one_line(tmp_path, capsys):
    path = tmp_path / "in.jsonl"
    lines = [json.dumps(ARTICLE), "not json", json.dumps({"title": "no id"}), "", json.dumps({**ARTICLE, "id": 7})]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert _run("tag", "--monitor", MONITOR, path) == 1
    first, second, third, last = _lines(capsys.readouterr().out)
    assert list(first) == ["id", "lang", "relevant", "context", "evidence", "figures"]
    assert list(first["evidence"][0]) == [
        "indicator",
        "stance",
        "occurrence",
        "people",
        "sentence",
        "start",
        "end",
        "term",
        "term_start",
        "term_end",
        "rule",
        "speaker",
        "place",
    ]
    assert first["evidence"][0]["place"] == {"id": "stepanakert", "name": "Khankendi / Stepanakert", "zone": "core"}
    assert second["line"] == 2
    assert "not JSON" in second["error"]
    assert third["line"] == 3
    assert "id" in third["error"]
    assert last["id"] == "7"


BAD = {
    "a list": "[]",
    "a number for a title": '{"id": "1", "title": 5}',
    "a date that is none": '{"id": "1", "title": "x", "published": "yesterday"}',
    "half of a surrogate pair": '{"id": "1", "title": "\\ud800"}',
    "neither title nor text": '{"id": "1"}',
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
def test_a_bad_line_is_answered_with_an_error(line, tmp_path, capsys):
    path = tmp_path / "in.jsonl"
    path.write_text(line + "\n" + json.dumps(ARTICLE), encoding="utf-8")
    assert _run("tag", "--monitor", MONITOR, path) == 1
    bad, good = _lines(capsys.readouterr().out)
    assert set(bad) == {"line", "error"}
    assert good["relevant"] is True


def test_tag_reads_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(ARTICLE).encode()), encoding="ascii"))
    assert _run("tag", "--monitor", MONITOR) == 0
    assert _lines(capsys.readouterr().out)[0]["id"] == "a1"


def test_evaluate_prints_both_sets_apart_with_the_baseline(capsys):
    files = (MONITOR / "cases_dev.jsonl", MONITOR / "mirror_dev.jsonl")
    assert _run("evaluate", "--monitor", MONITOR, *files, "--wrong") == 0
    out = capsys.readouterr().out
    assert "Cases of 2022–23: 61 items" in out
    assert "Cases of 2024–26: 45 items" in out
    assert out.count("naive keywords") == 4
    assert "Mirror pairs: 12 of 12 same on both sides" in out


@pytest.mark.thorough
def test_evaluate_as_json_is_json(capsys):
    assert _run("evaluate", "--monitor", MONITOR, OWN, "--json") == 0
    value = json.loads(capsys.readouterr().out)
    assert value["sets"][0]["items"] == 115
    assert 0 <= value["sets"][0]["reported"]["f1"] <= 1


def test_explain_lists_what_was_kept_and_what_was_dropped(tmp_path, capsys):
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({**ARTICLE, "text": "Talks were starved of attention."}), encoding="utf-8")
    assert _run("explain", "--monitor", MONITOR, "a1", "--file", path) == 0
    out = capsys.readouterr().out
    assert "language en; relevant" in out
    assert "kept    reported" in out
    assert "dropped" in out
    assert "exclude 'starved of" in out


def test_explain_of_an_article_that_is_not_there_is_one_line(tmp_path, capsys):
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(ARTICLE), encoding="utf-8")
    assert _run("explain", "--monitor", MONITOR, "zz", "--file", path) == 2
    assert "no article with id 'zz'" in capsys.readouterr().err
