"""`metrics check`: a small lexicon for every kind of finding, and the real one runs."""

import json
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.monitor import read_monitor
from feeds.text import fold_map
from metrics.__main__ import main
from metrics.check import ambiguous, dead, superfluous, unsafe
from metrics.entries import entries_of, repeated_of
from metrics.scan import Scanner
from tests.pace import within

ROOT = Path(__file__).resolve().parents[2]
MONITOR = """\
key: small
title: Small
extends: common
languages: [en]
sides: [{key: here, label: Here}]
controls: [{key: unknown, label: Not known}]
peoples: [{key: unstated, label: Not stated}]
sectors: [{key: all, label: All, indicators: [food, gas]}]
indicators: [{key: food}, {key: gas}]
"""


@pytest.fixture
def small(tmp_path):
    """`small(food, gas)`: a monitor whose two indicators have these words, as fields of `en`."""

    def made(food, gas=None, gold=()):
        folder = tmp_path / "small"
        (folder / "common" / "indicators").mkdir(parents=True)
        for name, words in (("food", food), ("gas", gas or {"terms": ["gas"]})):
            lines = [f"key: {name}", "en:"] + [
                line
                for field, patterns in words.items()
                for line in (f"  {field}:", *(f"    - {one!r}" for one in patterns))
            ]
            (folder / "common" / "indicators" / f"{name}.yaml").write_text("\n".join(lines), encoding="utf-8")
        for name in ("stance", "speech", "boilerplate", "calendar"):
            (folder / "common" / f"{name}.yaml").write_text("{}", encoding="utf-8")
        for name in ("figures", "figure-words", "numbers"):
            shutil.copy(ROOT / "monitors" / "common" / f"{name}.yaml", folder / "common")
        (folder / "topic.yaml").write_text("{}", encoding="utf-8")
        for name in ("places", "actors", "sources", "outlets"):
            (folder / f"{name}.yaml").write_text("[]", encoding="utf-8")
        head = MONITOR
        if gold:
            (folder / "gold" / "dev").mkdir(parents=True)
            (folder / "gold" / "dev" / "en.jsonl").write_text("\n".join(map(json.dumps, gold)), encoding="utf-8")
            head += "gold: gold\n"
        (folder / "monitor.yaml").write_text(head, encoding="utf-8")
        return folder

    return made


def _found(kind, folder):
    return {(one.entry.field, one.entry.pattern, one.entry.line) for one in kind(entries_of(read_monitor(folder)))}


def _patterns(kind, folder):
    return [pattern for _, pattern, _ in sorted(_found(kind, folder), key=lambda one: one[2])]


def _run(*argv):
    return main(["check", *map(str, argv)], clock=lambda: datetime(2031, 1, 1, tzinfo=UTC))


def test_a_short_stem_is_unsafe_alone_and_safe_beside_a_word(small):
    folder = small({"terms": ["oil*", "bread*", "oil", "cooking oil*"], "strong": ["bread .. cut*"]})
    assert _found(unsafe, folder) == {("terms", "oil*", 4), ("strong", "bread .. cut*", 9)}


SUPERFLUOUS = {  # pattern, another before it in the same field → is the first superfluous?
    "a stem covers a word": ("breads", "bread*", True),
    "a word covers a phrase that holds it": ("baby food", "food", True),
    "a stem covers a longer stem": ("breadline*", "bread*", True),
    "a word does not cover a stem": ("bread*", "bread", False),
    "an ending covers a word": ("breadline", "*line", True),
    "a gap covers words side by side": ("no fresh bread", "no .. bread", True),
    "words side by side do not cover a gap": ("no .. bread", "no bread", False),
    "a gap covers a longer phrase within it": ("no bread .. shops", "bread .. shops", True),
    "a gap that would grow too long covers nothing": ("bread of wheat .. shops", "bread .. shops", False),
    "a capital does not cover any case": ("lantern oil", "Lantern", False),
    "any case covers a capital": ("Lantern", "lantern", True),
    "a capital covers the same": ("Lantern oil", "Lantern", True),
    "a capital later in a phrase covers nothing": ("Old Lantern", "Lantern", False),
    "a blank covers a hyphen": ("bread-line", "bread line", True),
    "a hyphen does not cover a blank": ("bread line", "bread-line", False),
    "another order is another thing": ("line of bread", "bread line", False),
    "a mark is part of a pattern": ("bread,", "bread.", False),
    "a comma is more than a blank": ("bread, and butter", "bread and", False),
    "another spelling is the same": ("bräd", "bra\u0308d", True),
}


@pytest.mark.parametrize(("one", "other", "wanted"), SUPERFLUOUS.values(), ids=SUPERFLUOUS)
def test_superfluous(small, one, other, wanted):
    folder = small({"strong": [other, one]})
    assert (one in _patterns(superfluous, folder)) is wanted
    text = one.replace("*", "").replace(" .. ", " ")
    if wanted:  # the scanner agrees: where the one stands, the other is found
        assert {hit.index for hit in Scanner([one, other]).scan(fold_map(text))} == {0, 1}


def test_of_two_alike_the_later_one_is_superfluous(small):
    folder = small({"terms": ["bread", "flour", "Flour", "bread"]})
    assert _found(superfluous, folder) == {("terms", "Flour", 6), ("terms", "bread", 7)}


def test_another_field_or_indicator_makes_nothing_superfluous(small):
    folder = small({"terms": ["bread"], "strong": ["no bread"]}, {"terms": ["bread"]})
    assert _patterns(superfluous, folder) == []


def test_an_exclude_is_superfluous_only_if_another_drops_all_that_it_does(small):
    excludes = [
        "bread and butter",
        "bread and",
        "bread && museum",
        "bread* && museum",
        "and butter",
        "cake",
        "cake && shop",
    ]
    folder = small({"terms": ["bread", "butter", "cake"], "exclude": excludes})
    assert _patterns(superfluous, folder) == ["bread && museum"]


def test_the_scanner_and_the_tables_agree_on_what_is_superfluous():
    """Words of the real lexicon, one field: what stands in the text of each by scanner, and by tables."""
    entries = entries_of(read_monitor(ROOT / "monitors" / "karabakh"))
    some = [one for one in entries if (one.indicator, one.language, one.field) == ("food", "en", "terms")]
    plain = [one for one in some if "*" not in one.pattern and ".." not in one.pattern and one.pattern.islower()]
    plain += [replace(one, pattern=f"fresh {one.pattern}", line=one.line + 1000) for one in plain[::5]]  # covered
    scanner = Scanner([one.pattern for one in plain])
    expected = {
        (one.line, one.pattern)
        for at, one in enumerate(plain)
        if any(
            plain[hit.index].pattern != one.pattern or hit.index < at
            for hit in scanner.scan(fold_map(one.pattern))
            if hit.index != at
        )
    }
    assert expected
    assert {(one.entry.line, one.entry.pattern) for one in superfluous(plain)} == expected


DEAD = {  # exclude, term → can it never fire?
    "no word in common": ("windmill*", "mills", True),
    "the term stands in it": ("gold mine*", "mine", False),
    "a stem of the term is in it": ("breadwinner", "bread*", False),
    "the term begins as its stem does": ("flour*", "flourmill", False),
    "it ends as the term begins": ("daily bread", "bread queue", False),
    "a common word between others that differ": ("the bread basket", "no bread queue", True),
    "a gap has room for any term": ("gold .. coin", "bread", False),
    "&& is about the sentence": ("gold && museum", "bread", False),
    "a hyphen parts words": ("oven-ready", "oven", False),
    "a hyphen in the term": ("ready meal", "oven-ready", False),
    "an ending": ("*winner", "breadw*", False),
}


@pytest.mark.parametrize(("exclude", "term", "wanted"), DEAD.values(), ids=DEAD)
def test_dead(small, exclude, term, wanted):
    folder = small({"strong": [term], "exclude": [exclude]})
    assert (_patterns(dead, folder) == [exclude]) is wanted


def test_an_exclude_of_an_indicator_without_terms_is_dead(small):
    assert _patterns(dead, small({"harm": ["gone"], "exclude": ["gold && museum"]})) == ["gold && museum"]


def test_the_same_expression_in_two_indicators_is_named_at_the_second(small):
    folder = small({"strong": ["no supply", "no bread"]}, {"strong": ["No supply", "no gas"], "terms": ["no bread"]})
    (one,) = ambiguous(entries_of(read_monitor(folder)))
    assert one.entry.at.endswith("gas.yaml:4")
    assert "food.yaml:4" in one.what


def _case(number, text, *labels):
    listed = [{"indicator": one, "stance": "reported"} for one in labels]
    return {
        "id": f"D-{number}",
        "lang": "en",
        "title": text,
        "text": "",
        "relevant": bool(labels),
        "indicators": listed,
    }


def test_findings_are_printed_with_file_and_line_and_make_the_status_one(small, capsys):
    folder = small({"terms": ["bread*", "breads"]})
    assert _run("--monitor", folder) == 1
    out = capsys.readouterr().out
    assert "food.yaml:5: food en terms: 'breads' is superfluous: 'bread*' (" in out
    assert "1 finding\n" in out


def test_clean_words_make_the_status_zero_even_without_cases(small, capsys):
    assert _run("--monitor", small({"terms": ["bread"]})) == 0
    assert "no labelled cases" in capsys.readouterr().out


def test_coverage_counts_patterns_cases_exercise_and_names_the_others(small, capsys):
    words = {"terms": ["bread", "flour", "rice"], "harm": ["gone"], "exclude": ["bread && museum"]}
    gold = [_case(1, "Bread is gone", "food"), _case(2, "A loaf of bread in the museum")]
    folder = small(words, gold=gold)
    assert _run("--monitor", folder, "--coverage") == 0
    out = capsys.readouterr().out
    assert "2 labelled cases exercise 3 of 6 patterns" in out
    assert "food.yaml:5: food en terms: 'flour': no case exercises it" in out
    assert "'gone': no case" not in out
    assert "en gas: no positive case\nen gas: no negative case" in out
    assert "en food: no" not in out


def test_coverage_alone_only_reports(small):
    assert _run("--monitor", small({"terms": ["bread*", "breads"]}), "--coverage") == 0


def test_more_cases_can_be_given(small, tmp_path, capsys):
    more = tmp_path / "more.jsonl"
    more.write_text(json.dumps(_case(1, "Flour is here", "food")), encoding="utf-8")
    assert _run("--monitor", small({"terms": ["bread", "flour"]}), "--coverage", "--json", more) == 0
    plain = json.loads(capsys.readouterr().out)
    assert (plain["cases"], plain["hit"], plain["all"]) == (1, 1, 3)
    assert [one["pattern"] for one in plain["never"]] == ["bread", "gas"]
    assert {"language": "en", "indicator": "food", "lacks": "negative"} in plain["gaps"]


def test_a_missing_file_of_cases_is_one_line(small, capsys):
    assert _run("--monitor", small({"terms": ["bread"]}), "none.jsonl") == 2
    assert "none.jsonl:1: cannot be read" in capsys.readouterr().err


@pytest.mark.thorough
def test_the_real_lexicon_is_checked_in_seconds(capsys):
    with within(60, time.process_time):  # a few seconds; generous for a busy machine
        status = _run("--monitor", ROOT / "monitors" / "karabakh", "--json")
    plain = json.loads(capsys.readouterr().out)
    assert status == (1 if plain["findings"] else 0)
    assert plain["all"] > 10_000
    assert plain["gaps"] == [], "in every language each indicator has a case that reports it and one that only names it"
    assert {one["kind"] for one in plain["findings"]} <= {"unsafe", "superfluous", "dead", "ambiguous"}


def test_a_word_that_stands_twice_in_one_list_is_named_with_its_line(small, capsys):
    folder = small({"terms": ["bread shortage"]})
    lines = ["en:", "  verbs: [said, told,", "    said]", "  local: [told]"]
    (folder / "common" / "speech.yaml").write_text("\n".join(lines), encoding="utf-8")
    found = [(one.file.name, one.line, one.where, one.pattern) for one in repeated_of(read_monitor(folder))]
    assert found == [("speech.yaml", 3, "speech en verbs", "said")]
    assert _run("--monitor", folder) == 1
    assert "'said' stands twice in one list" in capsys.readouterr().out


def test_no_list_of_ours_says_a_word_twice():
    assert repeated_of(read_monitor(ROOT / "monitors" / "karabakh")) == []
