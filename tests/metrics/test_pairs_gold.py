"""The labelled pairs and groups themselves: they parse, ids are unique, kinds known, no text in both halves."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

PAIRS = Path(__file__).with_name("gold") / "pairs"
HALVES = ("dev", "heldout")
LANGUAGES = ("en", "ru", "hy", "az", "tr", "fr")
SAME = {"copy", "truncated", "retitled", "rewrite"}
DIFFERENT = {"follow-up", "independent", "opposite", "template", "same-title", "number"}
EITHER = {"headline"}
FIELDS = {"title", "text", "outlet", "family", "seen"}


def rows(half, name):
    path = PAIRS / half / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def number(row):
    return int(row["id"].rsplit("-", 1)[1])


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pairs_are_well_formed(half, lang):
    pairs = rows(half, lang)
    ids = [pair["id"] for pair in pairs]
    assert len(ids) == len(set(ids))
    for pair in pairs:
        assert pair["id"].startswith(f"PAIR-{lang.upper()}-"), pair["id"]
        assert pair["lang"] == lang, pair["id"]
        assert number(pair) % 2 == (half == "dev"), pair["id"]
        assert pair["kind"] in (SAME if pair["same"] else DIFFERENT) | EITHER, pair["id"]
        assert pair["why"], pair["id"]
        for article in (pair["a"], pair["b"]):
            assert set(article) == FIELDS, pair["id"]
            assert article["title"], pair["id"]
            assert datetime.fromisoformat(article["seen"]), pair["id"]
            assert bool(article["text"]) != (pair["kind"] == "headline"), pair["id"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_in_both_halves(lang):
    dev, heldout = ({p[side]["text"] for p in rows(half, lang) for side in "ab"} - {""} for half in HALVES)
    assert not dev & heldout


@pytest.mark.parametrize("lang", LANGUAGES)
def test_about_half_of_the_pairs_are_the_same(lang):
    same = Counter(pair["same"] for half in HALVES for pair in rows(half, lang))
    assert 0.4 <= same[True] / same.total() <= 0.6


@pytest.mark.parametrize("half", HALVES)
def test_groups_are_well_formed(half):
    groups = rows(half, "groups")
    assert len({group["id"] for group in groups}) == len(groups)
    for group in groups:
        articles, events = group["articles"], group["events"]
        assert number(group) % 2 == (half == "dev"), group["id"]
        assert 3 <= len(articles) <= 6, group["id"]
        assert sorted(place for event in events for place in event) == list(range(len(articles))), group["id"]
        for event, independent in zip(events, group["independent"], strict=True):
            assert 1 <= independent <= len({articles[place]["family"] for place in event}), group["id"]
        for article in articles:
            assert set(article) == FIELDS | {"lang", "side"}, group["id"]
            assert article["lang"] in LANGUAGES, group["id"]
            assert datetime.fromisoformat(article["seen"]), group["id"]
