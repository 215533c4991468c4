"""What edited words would change: counted on a real archive, shown with examples, and nothing is stored."""

import json
import random
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from feeds.errors import HouseError
from feeds.monitor import read_monitor
from metrics.__main__ import main
from metrics.compare import compared
from metrics.lexicon import read_lexicon
from metrics.tag import Tagger

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)
SHORTAGE = (
    "Since the middle of December there has been a food shortage in all shops of Stepanakert, and nobody can help."
)
WORDS = ("roads", "tea", "vote", "hall", "river", "bridge", "cup", "goal", "train", "music", "school", "fog", "coast")
ZORBLES = (
    "All zorbles of Stepanakert were gone by day {n}, a teacher in Nagorno-Karabakh told our reporter by telephone."
)
BUDGET = "The parliament of a far country adopted budget number {n} on Monday after a debate of eleven hours about tea."
FOOTBALL = (
    "A football club from the coast won cup number {n} on Tuesday evening after extra time, its first in nine years."
)


def other_news(n):
    """Of its own each day: else the daily reports are copies of one another."""
    return " ".join(random.Random(n).choices(WORDS, k=60)).capitalize() + "."


def hours(n):
    return NOON + timedelta(hours=n)


@pytest.fixture
def room(newsroom, source):
    """Six days: food shortages, a word that no rule knows yet, a repeated paragraph, an edit, a copy, other news."""
    room = newsroom(source("paper"), source("radio", side="azerbaijani"))
    for n in range(6):
        at = hours(24 * n)
        room.poll("paper", at, (f"a{n}", f"Evening report {n}", f"{other_news(n)}\n{SHORTAGE}", at))
        room.poll(
            "radio",
            at,
            (f"b{n}", f"Notes {n}", BUDGET.format(n=n), at),
            (f"c{n}", f"News {n}", FOOTBALL.format(n=n), at),
        )
        room.poll("radio", at + timedelta(hours=1), (f"z{n}", f"Telephone {n}", ZORBLES.format(n=n), at))
    room.poll("paper", hours(150), ("a1", "Evening report 1", f"{other_news(1)}\nCorrected.", hours(24)))
    room.count()
    return room


@pytest.fixture
def edited(monitor, tmp_path):
    """`edited(terms)`: a copy of the monitor whose food has other English words."""

    def build(change):
        shutil.copytree(ROOT / "monitors", tmp_path / "monitors", dirs_exist_ok=True)
        file = tmp_path / "monitors" / "common" / "indicators" / "food.yaml"
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
        return tmp_path / "monitors" / "karabakh"

    return build


def with_zorbles(text):
    head, mark, tail = text.partition("  strong: [")  # English stands first
    assert mark
    return f'{head}{mark}"zorbles of .. were gone", {tail}'


def compare(room, folder, **options):
    monitor = read_monitor(folder)
    return compared(room.archive, Tagger(monitor, read_lexicon(monitor)), room.attribution, others=None, **options)


def test_the_same_rules_make_no_difference(room):
    found = compared(room.archive, room.tagger, room.attribution, others=None)
    assert (found.days, found.examples) == ((), ())
    assert sum(one.old for one in found.sums if one.indicator == "food") == 1, (
        "five of the six reports repeat the first"
    )
    assert found.old_rules == found.new_rules
    assert {one.indicator: one.difference for one in found.sums}["food"] == 0
    assert (found.chosen.before + found.chosen.others, found.chosen.others) == (24, found.chosen.others_in_all)


def test_a_new_word_shows_the_days_and_sentences_it_would_add(room, edited):
    found = compare(room, edited(with_zorbles))
    assert [(one.indicator, one.day, one.difference) for one in found.days] == [
        ("food", date(2023, 1, 10) + timedelta(days=n), 1) for n in range(6)
    ]
    total = next(one for one in found.sums if one.indicator == "food")
    assert total.difference == total.new - total.old == 6
    assert len(found.examples) == 5, "at most five"
    example = found.examples[0]
    assert (example.gained, example.indicator, example.title) == (True, "food", "Telephone 0")
    assert example.sentence == ZORBLES.format(n=0)
    assert "zorbles of .. were gone" in example.rule
    assert example.instead == ""


def test_a_word_taken_away_shows_what_would_be_lost(room, tagger):
    """The lexicon without food's words: everything food is lost."""
    indicators = tuple(replace(one, words={}) if one.key == "food" else one for one in tagger.lexicon.indicators)
    poorer = Tagger(tagger.monitor, replace(tagger.lexicon, indicators=indicators, rules_version="poorer"))
    found = compared(room.archive, poorer, room.attribution, others=0)
    total = next(one for one in found.sums if one.indicator == "food")
    assert total.old > 0
    assert total.new == 0
    assert {one.gained for one in found.examples if one.indicator == "food"} == {False}
    assert found.new_rules == "poorer"


def test_nothing_is_stored(room, edited):
    before = room.archive.changed()
    compare(room, edited(with_zorbles))
    assert room.archive.changed() == before
    assert room.count().tagged == 0


def test_a_limit_reads_some_of_the_others_evenly(room):
    found = compared(room.archive, room.tagger, room.attribution, others=4)
    assert found.chosen.others == 4
    assert found.chosen.others_in_all > 4
    assert compared(room.archive, room.tagger, room.attribution, others=0).chosen.others == 0


def test_an_archive_without_tags_is_one_clear_line(newsroom, source):
    room = newsroom(source("paper"))
    with pytest.raises(HouseError, match="nothing is tagged yet"):
        compared(room.archive, room.tagger, room.attribution, others=None)


def test_the_command_prints_lines_and_json(room, edited, capsys):
    folder = edited(with_zorbles)
    args = ["compare", "--monitor", str(folder), "--archive", str(room.archive.engine.url)]
    assert main([*args, "--all"], clock=lambda: NOON) == 0
    out = capsys.readouterr().out
    assert "+ food: article" in out
    assert ZORBLES.format(n=0) in out
    assert main([*args, "--limit", "100", "--json"], clock=lambda: NOON) == 0
    value = json.loads(capsys.readouterr().out)
    assert list(value) == [
        "old_rules", "new_rules", "relevant_before", "others_read", "others", "sums", "days", "examples",
    ]  # fmt: skip
    assert value["days"][0] == {"indicator": "food", "day": "2023-01-10", "old": 1, "new": 2, "difference": 1}
    assert list(value["examples"][0]) == ["indicator", "gained", "article", "title", "sentence", "rule", "instead"]
    assert main([*args, "--limit", "-1"], clock=lambda: NOON) == 2
    assert "--limit -1" in capsys.readouterr().err
