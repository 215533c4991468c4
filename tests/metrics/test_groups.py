"""Stories about one event: the signs one by one, that order means nothing, and labelled sets in six languages."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.monitor import read_monitor
from feeds.sources import read_outlets
from metrics.__main__ import main
from metrics.evaluate_groups import judged_set, read_sets, totals
from metrics.groups import (
    APART,
    ENOUGH,
    FREQUENT,
    IMPOSSIBLE,
    OTHER_PLACE,
    Signs,
    Spot,
    _keys,
    _place,
    are_comparable,
    groups,
    likeness,
    rarity,
)
from metrics.lexicon import read_lexicon
from metrics.names import names, numbers, sounds
from metrics.origins import Carrier, StoryOf, independent, stories_of
from metrics.tag import Tagger

GOLD = Path(__file__).with_name("gold")
MONITOR = Path(__file__).parents[2] / "monitors/karabakh"
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
MILL = Spot("mill", "village", 40.0, 46.0)
BESIDE, FAR = Spot("by-the-mill", "village", 40.05, 46.05), Spot("far", "village", 41.0, 46.0)
ONE = Signs(
    1,
    NOON,
    frozenset({("mines", "reported")}),
    frozenset({MILL}),
    frozenset({("killed", 1.0)}),
    frozenset(),
    frozenset({"klv"}),
)
OTHER = replace(ONE, story=2, time=NOON + timedelta(hours=3))

PAIRS = {
    "the same signs": (OTHER, True),
    "a village beside it": (replace(OTHER, places=frozenset({BESIDE})), True),
    "a village far from it": (replace(OTHER, places=frozenset({FAR})), False),
    "another stance": (replace(OTHER, labels=frozenset({("mines", "denied")})), False),
    "another indicator": (replace(OTHER, labels=frozenset({("gas", "reported")})), False),
    "another indicator, one stance and a telling figure": (
        replace(OTHER, labels=frozenset({("casualties", "reported")}), figures=frozenset({("killed", 17.0)})), False,
    ),
    "the village here, the capital there, and another name": (
        replace(OTHER, places=frozenset({Spot("seat", "capital")}), names=frozenset({"mmtv"})), False,
    ),
    "four days later": (replace(OTHER, time=NOON + timedelta(hours=73)), False),
    "another count and another name": (
        replace(OTHER, figures=frozenset({("killed", 3.0)}), names=frozenset({"mmtv"})), False,
    ),
    "the next day, nothing in common but the place": (
        replace(OTHER, time=NOON + timedelta(hours=30), figures=frozenset(), names=frozenset({"mmtv"})), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("other", "same"), PAIRS.values(), ids=PAIRS)
def test_two_stories(other: Signs, same: bool) -> None:
    found = groups([ONE, other])
    assert (found[1] == found[2]) is same


def made(seed: int, stories: int = 40) -> list[Signs]:
    draw = random.Random(seed)
    spots = [Spot(f"p{n}", draw.choice(["village", "district", "region"]), 39 + n / 5, 46) for n in range(8)]
    labels = [(i, s) for i in ("mines", "gas", "aid") for s in ("reported", "eased")]
    return [
        Signs(
            story=n,
            time=NOON + timedelta(hours=draw.randrange(200)),
            labels=frozenset(draw.sample(labels, 2)),
            places=frozenset(draw.sample(spots, 1)),
            figures=frozenset({("killed", float(draw.randrange(1, 5)))}),
            names=frozenset(draw.sample(["vrtn", "klv", "mmtv", "ptrs"], 1)),
        )
        for n in range(stories)
    ]


@given(st.integers(0, 500))
def test_the_order_of_arrival_means_nothing(seed: int) -> None:
    stories = made(seed)
    shuffled = random.Random(seed + 1).sample(stories, len(stories))
    assert groups(stories) == groups(shuffled)


@given(st.integers(0, 500))
def test_no_group_is_longer_than_three_days_or_without_a_label_in_common(seed: int) -> None:
    stories = {one.story: one for one in made(seed)}
    found = groups(stories.values())
    for a, b in combinations(stories, 2):
        if found[a] == found[b]:
            assert abs(stories[a].time - stories[b].time) <= timedelta(hours=72)
            assert are_comparable(stories[a], stories[b])


def test_a_group_is_named_by_its_earliest_story() -> None:
    assert groups([OTHER, ONE]) == {1: 1, 2: 1}
    assert groups([]) == {}


SPELLINGS = [("Vardanyan", "Варданяну", "Վարդանյանի"), ("Sarijali", "Сарыджалы", "Sarıcalı"), ("Nüvədi", "Нювади")]


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_a_name_sounds_alike_in_every_script(spelled: tuple[str, ...]) -> None:
    assert len({sounds(one) for one in spelled}) == 1
    assert sounds(spelled[0])


def test_names_are_capitals_inside_a_sentence() -> None:
    text = "Yesterday the mayor met Ruben Vardanyan in the hall. Elchin Guliyev was there too."
    assert names(text, frozenset()) == {sounds(one) for one in ("Ruben", "Vardanyan", "Elchin", "Guliyev")} - {""}
    assert names("TEN PEOPLE DETAINED IN Goris", frozenset()) == frozenset()


def test_numbers_are_no_years_days_or_shares() -> None:
    months = ("may",)
    assert numbers("On 5 May 2023 12 400 people left, 17 trucks came, up 3.5%.", months) == {12400.0, 17.0}
    assert numbers("cut at 9:40") == {100940.0}


def carrier(article: int, family: str, credited: str = "", *, story: int = 1, hours: int = 0) -> Carrier:
    at = NOON + timedelta(hours=hours)
    return Carrier(
        article, story, "t", "", family, family, "unknown", "en", date(2026, 1, 2), at, at, credited, True, True
    )


def test_a_rewrite_that_credits_an_agency_is_that_agencys_report() -> None:
    stories = stories_of([carrier(1, "tass"), carrier(2, "paper", "tass", story=2), carrier(3, "hetq", story=3)])
    assert [one.voice for one in stories] == ["tass", "tass", "hetq"]
    assert independent(stories) == 2


def test_two_outlets_of_one_house_are_one_voice() -> None:
    assert independent(stories_of([carrier(1, "trend"), carrier(2, "trend", story=2)])) == 1


def test_a_late_earlier_original_is_the_origin_and_the_story_keeps_its_id() -> None:
    story = StoryOf([carrier(5, "paper", "tass", story=5, hours=2), carrier(9, "tass", story=5, hours=0)])
    assert (story.id, story.origin.article, story.credited, story.voice) == (5, 9, "tass", "tass")


@pytest.fixture(scope="module")
def karabakh() -> Tagger:
    monitor = read_monitor(MONITOR)
    return Tagger(monitor, read_lexicon(monitor))


#          file                                   F1    reports right; floors, which may only rise
FLOORS = {"groups/own.jsonl": (0.95, 0.98), "pairs/dev/groups.jsonl": (0.81, 0.98)}


@pytest.mark.parametrize("file", FLOORS)
def test_labelled_sets_of_articles(file: str, karabakh: Tagger) -> None:
    outlets = read_outlets(karabakh.monitor)
    found = totals([judged_set(one, karabakh, outlets) for one in read_sets(GOLD / file)])
    assert found.precision >= 0.97, found
    assert found.f1 >= FLOORS[file][0], found
    assert found.reports_right >= FLOORS[file][1], found


def test_evaluate_prints_totals_and_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", "--monitor", str(MONITOR), "--groups", str(GOLD / "groups/own.jsonl")]
    assert main(arguments, clock=lambda: NOON) == 0
    said = capsys.readouterr().out
    assert "12 sets of articles" in said
    assert "Sarijali" not in said


def test_evaluate_names_the_line_that_is_no_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "groups.jsonl").write_text('{"id": "x", "articles": [], "events": [[0]], "independent": [1]}\n')
    assert main(["evaluate", "--monitor", str(MONITOR), "--groups", str(tmp_path)], clock=lambda: NOON) == 2
    assert "groups.jsonl:1" in capsys.readouterr().err
    assert main(["evaluate", "--monitor", str(MONITOR)], clock=lambda: NOON) == 2


def grouped_plainly(stories):
    """Every pair weighed by itself, every join tried anew: what `groups` has to give, however it saves work."""
    ordered = sorted(stories, key=lambda one: (one.time, one.story))
    rare = rarity(ordered)
    signs = [set(_keys(one)) for one in ordered]
    often = Counter(sign for some in signs for sign in some if isinstance(sign, (str, float)))
    shared = {
        (a, b): likeness(ordered[a], ordered[b], rare)
        for a, b in combinations(range(len(ordered)), 2)
        if any(often[sign] <= FREQUENT for sign in signs[a] & signs[b])
    }
    of = {at: [at] for at in range(len(ordered))}
    strong = {pair: score for pair, score in shared.items() if score >= ENOUGH}
    for (a, b), _ in sorted(strong.items(), key=lambda item: (-item[1], item[0])):
        if of[a] is not of[b] and fit(ordered, rare, of[a], of[b]):
            joined = sorted([*of[a], *of[b]])
            of.update(dict.fromkeys(joined, joined))
    return {one.story: ordered[of[at][0]].story for at, one in enumerate(ordered)}


def fit(ordered, rare, mine, theirs):
    pairs = [(ordered[min(a, b)], ordered[max(a, b)]) for a in mine for b in theirs]
    scores = [likeness(a, b, rare) for a, b in pairs]
    times = [ordered[at].time for at in (*mine, *theirs)]
    return (
        max(times) - min(times) <= APART
        and IMPOSSIBLE not in scores
        and OTHER_PLACE not in [_place(a, b) for a, b in pairs]
        and sum(scores) / len(scores) >= ENOUGH - 0.5
    )


CHOICES = random.Random(7)
SPOTS = [
    Spot(f"spot-{n}", kind, 40 + CHOICES.random() / 2, 46 + CHOICES.random() / 2)
    for n, kind in enumerate(["village", "town", "city", "capital", "region", "road", "village"])
]


def some_of(values, *most):
    return frozenset(CHOICES.sample(values, CHOICES.choice(most)))


def crowd():
    """Stories of some days, many of which say the same, in copies a few minutes apart."""
    made = []
    for _ in range(CHOICES.choice([5, 25, 60])):
        time = NOON + timedelta(hours=CHOICES.random() * 24 * 9)
        one = Signs(
            0, time, some_of([("gas", "reported"), ("gas", "denied"), ("food", "reported")], 1, 1, 2),
            some_of(SPOTS, 0, 1, 1, 2), some_of([("killed", 5.0), ("killed", 30.0), ("tons", 400.0)], 0, 0, 1),
            some_of([2.0, 7.0, 15.0], 0, 1), some_of(["klv", "mmtv", "vrtn"], 0, 1), some_of(["prst", "mnst"], 0, 0, 1),
        )  # fmt: skip
        copies = range(CHOICES.choice([1, 1, 5]))
        made += [replace(one, story=len(made) + n, time=time + timedelta(minutes=n)) for n in copies]
    return made


def test_groups_are_those_of_every_pair_weighed_by_itself():
    for _ in range(25):
        stories = crowd()
        assert groups(stories) == grouped_plainly(stories)
