"""A back-test over loaded history and over polls: kept apart, by bloc, and as a command."""

import json
import random
from datetime import UTC, date, datetime, timedelta

import pytest

from metrics import calibration
from metrics.__main__ import main
from metrics.backtest_runs import ALL, backtests, blocs_of
from metrics.lexicon import read_lexicon

pytestmark = pytest.mark.thorough

FIRST, EVENT = date(2022, 8, 1), date(2022, 12, 12)  # E24: the road is blocked; access, food, medicine, fuel
DAYS = 160
PLAIN = """the man walked slowly towards an old house and looked at trees while his sister read long letters by window
green hills stood behind quiet garden where children played songs under yellow light of evening after school"""
LOADED_AT = datetime(2023, 1, 20, 8, tzinfo=UTC)
BOTH = "armenian + karabakh"


def item(key, day, number, said):
    words = " ".join(random.Random(f"{key} {day} {number}").choices(PLAIN.split(), k=40))
    published = datetime(2022, 8, 1, 8, tzinfo=UTC) + timedelta(days=day, minutes=number)
    return f"{key}-{day}-{number}", f"Stepanakert, {words[:50]}", f"{said} {words.capitalize()}.", published


def history(key, *, burst):
    """A story on food every other day, and something relevant every day; from the event on, five on food a day."""
    begun = (EVENT - FIRST).days
    for day in range(DAYS):
        yield item(key, day, 0, "Gas is cut in Stepanakert.")
        times = 5 if burst and begun <= day < begun + 9 else day % 2
        yield from (item(key, day, n + 1, "There is a food shortage in Stepanakert.") for n in range(times))


@pytest.fixture(scope="module")
def room(tmp_path_factory, room_in, source):
    """Two outlets of one bloc wrote of the blockade, two of another did not; all of it loaded from files."""
    sides = {"one": "armenian", "two": "karabakh", "three": "azerbaijani", "four": "turkish"}
    room = room_in(tmp_path_factory.mktemp("loaded"), *(source(key, side) for key, side in sides.items()))
    for key in sides:
        room.poll(key, LOADED_AT, *history(key, burst=key in ("one", "two")), backfill=True)
    room.count()
    yield room
    room.archive.close()


def run(room, **more):
    found = backtests(
        room.archive, room.monitor, read_lexicon(room.monitor), room.attribution,
        **{"first": None, "last": FIRST + timedelta(days=DAYS - 1), "rule": calibration.rule()} | more,
    )  # fmt: skip
    return {one.loaded: one for one in found}


def outcome(score, key):
    return next(one for one in score.outcomes if one.event.id == key)


def test_loaded_history_is_tested_apart_and_by_bloc(room):
    loaded = run(room)[True]
    assert (loaded.first, set(loaded.scores)) == (FIRST, {ALL, *blocs_of(room.monitor).values()})
    found = {name: outcome(score, "E24") for name, score in loaded.scores.items()}
    assert all(one.could_be_seen for one in found.values())
    assert {name for name, one in found.items() if one.is_found} == {ALL, BOTH}
    assert found[ALL].lag in (0, 1, 2)
    assert {one.indicator for one in found[ALL].alarms} == {"food"}


def test_what_was_learned_before_the_first_day_asked_for_is_kept(room):
    loaded = run(room, first=date(2022, 12, 1))[True]
    assert (loaded.first, outcome(loaded.scores[ALL], "E24").is_found) == (date(2022, 12, 1), True)
    assert {one.event.id for one in loaded.scores[ALL].outcomes} == {"E24", "E25"}


def test_an_event_within_the_first_weeks_could_not_be_seen(room):
    early = outcome(run(room)[True].scores[ALL], "E20")  # 26 August, in the fourth week
    assert not early.could_be_seen
    assert dict(early.why) == {"learning": 9}


def test_what_was_polled_has_the_sources_of_a_bloc_only(newsroom, source):
    """The one source of a bloc is down when the event comes: for all it was seen, for the bloc it could not be."""
    sides = {"one": "armenian", "two": "russian", "three": "western", "four": "azerbaijani"}
    room, begun = newsroom(*(source(key, side) for key, side in sides.items())), (EVENT - FIRST).days
    stories = {key: list(history(key, burst=key != "four")) for key in sides}
    for day in range(begun - 75, begun + 9):
        noon = datetime(2022, 8, 1, 12, tzinfo=UTC) + timedelta(days=day)
        for key in sides:
            down = key == "four" and begun - 2 <= day
            mine = [] if down else [one for one in stories[key] if (noon - one[3]).days == 0 and one[3] < noon]
            room.poll(key, noon, *mine, outcome="unreachable" if down else "ok")
    room.count()
    scores = run(room, last=EVENT + timedelta(days=8))[False].scores
    assert outcome(scores[ALL], "E24").is_found
    blind = outcome(scores["azerbaijani + turkish"], "E24")
    assert (blind.could_be_seen, blind.why) == (False, {"unseen": 9})
    assert not outcome(scores[BOTH], "E24").is_found, "one publisher alone raises no alert"


# The command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(room, capsys):
    def call(*more):
        url = f"sqlite:///{room.archive.engine.url.database}"
        argv = ["backtest", "--monitor", str(room.monitor.folder), "--archive", url, *more]
        status = main(argv, clock=lambda: datetime(2023, 1, 20, 12, tzinfo=UTC))
        return status, capsys.readouterr()

    return call


def test_the_command_says_what_feeds_do_not_hold(command):
    status, said = command()
    assert status == 0
    assert said.out.startswith("Feeds hold no archive of 2020 to 2022: they bring what is new. This archive begins on")
    assert "HISTORY FROM FILES, 2022-08-01 to 2023-01-20" in said.out
    assert "E24 2022-12-12" in said.out
    assert "Published by armenian + karabakh, alone:" in said.out


def test_the_command_as_json(command):
    status, said = command("--json", "--from", "2022-12-01", "--to", "2022-12-31")
    (test,) = json.loads(said.out)["tests"]
    assert (status, test["history"], test["first"], test["last"]) == (0, "files", "2022-12-01", "2022-12-31")
    assert test["runs"][0]["side"] is None
    assert [one["event"] for one in test["runs"][0]["outcomes"]] == ["E24", "E25"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--from", "yesterday"], "--from yesterday: not a day; write it as 2026-01-31"),
        (["--to", "2023-06-01"], "--to 2023-06-01: not over yet"),
        (["--from", "2023-01-09", "--to", "2023-01-01"], "--from 2023-01-09 is after --to 2023-01-01"),
        (["--from", "2022-12-20", "--to", "2023-01-01"], "events.yaml: no event with eval: true in these days"),
    ],
)
def test_a_wrong_day_is_one_line(command, more, said):
    status, printed = command(*more)
    assert status != 0
    assert said in printed.err
    assert printed.err.count("\n") == 1
