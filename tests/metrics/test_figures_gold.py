"""The labelled figures themselves: files parse, keys are on the closed lists, claimants are quotations."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

GOLD = Path(__file__).with_name("gold") / "figures"
ROOT = Path(__file__).resolve().parents[2]
LISTS = yaml.safe_load((ROOT / "monitors" / "common" / "figures.yaml").read_text(encoding="utf-8"))
LANGUAGES = {"en", "ru", "hy", "az", "tr", "fr"}
PEOPLE = {"karabakh-armenians", "azerbaijanis-displaced-and-returning", "other", "unstated"}
SIDES = {"armenian", "azerbaijani", "karabakh", "russian", "turkish", "western", "international", "regional"}
SPEAKERS = SIDES | {"unknown", "local", "media", None}
FIELDS = {"value", "unit", "subject", "kind", "people", "bound", "claimant", "claimant_side", "as_of"}
FILES = sorted(GOLD.glob("*/*.jsonl"))
# Prefix of the ids, and what is left of their numbers by two. `spent` and those numbered after it were held out until
# their errors were read; `built` was written for building, each item before the rules that it tried.
HALVES = {
    "dev": ("FIG", 1),
    "spent": ("FIG", 0),
    "spent2": ("FIG2", 0),
    "built": ("FIGB", 1),
    "spent3": ("FIG3", 0),
    "heldout": ("FIG4", 0),
}


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def cases():
    return [case for path in FILES for case in read(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_number_of_an_item_says_its_language_and_half(path):
    for case in read(path):
        prefix, language, number = case["id"].split("-")
        assert (language.lower(), case["lang"]) == (path.stem, path.stem), case["id"]
        assert (prefix, int(number) % 2) == HALVES[path.parent.name], case["id"]
        assert set(case) == {"id", "lang", "title", "text", "published", "outlet", "figures"}, case["id"]
        assert case["title"], case["id"]
        assert case["text"], case["id"]
        date.fromisoformat(case["published"])


def test_ids_and_texts_are_unique(cases):
    assert len({case["id"] for case in cases}) == len(cases)
    assert len({case["text"] for case in cases}) == len(cases)


def test_every_key_is_on_the_closed_lists(cases):
    for case in cases:
        for figure in case["figures"]:
            assert FIELDS <= set(figure) <= FIELDS | {"high"}, case["id"]
            assert figure["subject"] in LISTS["subjects"], case["id"]
            assert figure["unit"] in LISTS["subjects"][figure["subject"]]["units"], case["id"]
            assert figure["kind"] in LISTS["kinds"], case["id"]
            assert figure["bound"] in {"", *LISTS["bounds"]}, case["id"]
            assert figure["people"] in PEOPLE, case["id"]
            assert figure["claimant_side"] in SPEAKERS, case["id"]
            assert 0 < figure["value"] < figure.get("high", float("inf")), case["id"]


def test_claimants_are_quoted_and_days_are_not_in_the_future(cases):
    for case in cases:
        for figure in case["figures"]:
            assert figure["claimant"] in f"{case['title']}\n{case['text']}", case["id"]
            assert bool(figure["claimant"]) == bool(figure["claimant_side"]), case["id"]
            if figure["as_of"]:
                assert date.fromisoformat(figure["as_of"]) <= date.fromisoformat(case["published"]), case["id"]


def test_no_figure_is_labelled_twice(cases):
    for case in cases:
        keys = Counter(json.dumps(figure, sort_keys=True) for figure in case["figures"])
        assert max(keys.values(), default=1) == 1, case["id"]


def test_both_halves_are_alike(cases):
    """As many items without a figure, and as many with several, in either half of a language: give or take two.

    Of the items that were written together; those from 100 on came later, for building alone.
    """

    def load(figures):
        return min(len(figures), 2)

    counts = Counter(
        (case["lang"], int(case["id"][-3:]) % 2, load(case["figures"]))
        for case in cases
        if case["id"].startswith("FIG-") and int(case["id"][-3:]) < 100
    )
    for language in LANGUAGES:
        for few_or_many in range(3):
            assert abs(counts[language, 1, few_or_many] - counts[language, 0, few_or_many]) <= 2, language


def test_units_and_subjects_are_labelled_and_every_unit_belongs_to_a_subject():
    used = {unit for subject in LISTS["subjects"].values() for unit in subject["units"]}
    assert used == set(LISTS["units"])
    for group in LISTS.values():
        assert all(entry["label"] for entry in group.values())
