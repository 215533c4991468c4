"""Whom a text says it has its report from: a labelled table of sentences in six languages, and the rules one by one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from feeds.datafile import read_yaml
from feeds.model import Outlet
from feeds.monitor import read_monitor
from feeds.sources import Outlets, read_outlets
from metrics.credits import Credits, CreditsFile

ROOT = Path(__file__).parents[2]
ROWS = [
    json.loads(line) for line in (ROOT / "tests/metrics/gold/credits/credits.jsonl").read_text("utf-8").splitlines()
]
LANGUAGES = ("az", "en", "fr", "hy", "ru", "tr")
NOBODY = Outlet("somebody", "Somebody", "somebody")


@pytest.fixture(scope="module")
def outlets() -> Outlets:
    return read_outlets(read_monitor(ROOT / "monitors/karabakh"))


@pytest.fixture(scope="module")
def credits(outlets: Outlets) -> Credits:
    return Credits(read_yaml(ROOT / "monitors/common/credits.yaml", CreditsFile), outlets)


def agency(credits: Credits, text: str, language: str, outlet: Outlet = NOBODY, title: str = "") -> str | None:
    found = credits.find(title, text, language, outlet)
    return found.agency if found else None


def test_the_labelled_sentences_are_read_right(credits: Credits, outlets: Outlets) -> None:
    """Floors may only rise."""
    counted: Counter[str] = Counter()
    wrong = []
    for row in ROWS:
        found = agency(credits, row["text"], row["lang"], outlets.find(row["outlet"]) or NOBODY)
        counted["right"] += found is not None and found == row["credit"]
        counted["found"] += found is not None
        counted["there"] += row["credit"] is not None
        if found != row["credit"]:
            wrong.append(f"{row['id']}: {found}, not {row['credit']}: {row['text']}")
    assert counted["right"] / counted["found"] >= 0.98, wrong
    assert counted["right"] / counted["there"] >= 0.98, wrong


def test_the_table_has_every_language_and_enough_traps() -> None:
    by_language = Counter(row["lang"] for row in ROWS)
    assert len(ROWS) >= 120
    assert set(by_language) == set(LANGUAGES)
    assert min(by_language.values()) >= 15
    assert sum(row["credit"] is None for row in ROWS) >= 50


def test_offsets_point_at_the_name(credits: Credits) -> None:
    title, text = "Flour arrives", "Flour arrived on Friday, «Armenpress» reports."
    found = credits.find(title, text, "en", NOBODY)
    assert found is not None
    assert f"{title}\n{text}"[found.start : found.end] == "Armenpress"


def test_who_is_cited_goes_before_who_passes_it_on(credits: Credits) -> None:
    assert agency(credits, "Reuters reports, citing TASS, that the talks are off.", "en") == "tass"


def test_an_agency_that_names_itself_credits_whoever_else_it_names(credits: Credits, outlets: Outlets) -> None:
    own = outlets.find("Report")
    assert own is not None
    assert agency(credits, "Report informs citing TASS that the talks are off.", "en", own) == "tass"
    assert agency(credits, "The talks are off, Report informs.", "en", own) is None


def test_the_same_house_is_no_other_voice(credits: Credits, outlets: Outlets) -> None:
    day = outlets.find("Day.az")
    assert day is not None
    assert day.family == "trend"
    assert agency(credits, "Twelve families returned, Trend reports.", "en", day) is None


def test_what_is_cited_far_down_is_background(credits: Credits) -> None:
    own = "Our correspondent counted the trucks at the bridge. " * 20
    assert agency(credits, own + "In May, Armenpress reported otherwise. " + own, "en") is None
    assert agency(credits, own + "\nSource: AFP", "en") == "afp"


def test_an_organisation_that_speaks_is_no_credit(credits: Credits) -> None:
    assert agency(credits, "According to Amnesty International, they saw no lawyer.", "en") is None


def test_an_unknown_outlet_that_is_an_agency_has_its_family(credits: Credits) -> None:
    assert credits.family_of(Outlet("reuters-x", "Reuters", "reuters-x")) == "reuters"
    assert credits.family_of(Outlet("somebody", "Somebody", "somebody")) == "somebody"


def test_a_text_in_no_language_of_ours_credits_nobody(credits: Credits) -> None:
    assert agency(credits, "Laut Reuters ist die Straße gesperrt (Reuters).", "de") is None


@pytest.mark.parametrize("text", ["", "\n", "(AFP", "/ТАСС", '"' * 3000, "according to " * 500, "AFP " * 2000])
def test_odd_texts_are_read_too(credits: Credits, text: str) -> None:
    for language in LANGUAGES:
        credits.find("", text, language, NOBODY)
