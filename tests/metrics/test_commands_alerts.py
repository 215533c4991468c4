"""`python -m metrics alerts`: list, show, decide; every wrong use is one line that says what to do."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from metrics.__main__ import main
from metrics.alert import Alert
from metrics.store import alerts as stored
from metrics.store.alerts import Judging

NOW = datetime(2023, 4, 20, 9, tzinfo=UTC)
OPENED = date(2023, 4, 8)
ID = "food-reported-2023-04-08"


def alert(indicator="food", opened=OPENED, last=date(2023, 4, 12), **changes):
    values = {
        "id": f"{indicator}-reported-{opened}", "indicator": indicator, "stance": "reported", "people": "",
        "opened": opened, "last_alarm": last, "alarm_days": 5, "window": 3, "observed": 9.0, "expected": 2.125,
        "score": 6.3, "threshold": 5.1, "exposure": 12.0, "observability": 0.96, "families": 4,
        "sides": ("armenian", "western"), "baseline_days": 84, "dispersion": 1.2, "new_baseline_since": None,
        "stories": (), "previous": None, "rules_version": "r1", "detector": "d1",
    }  # fmt: skip
    return Alert(**(values | changes))


@pytest.fixture
def run(tmp_path, monitor, newsroom, source, capsys):
    """`run("show", ID)` → exit status, what it printed, what it complained of; over three alerts."""
    room = newsroom(source("one"))
    room.poll("one", NOW, ("a", "A title", "Text.", NOW))
    room.count()
    state = stored.judging(room.archive)
    found = [alert(), alert("gas", date(2023, 2, 1), date(2023, 2, 3)), alert("water", date(2023, 4, 1))]
    stored.save_alerts(room.archive, state, found, now=NOW, before=date(2023, 4, 21), detector="d1")
    state = Judging(**{name: getattr(state, name) for name in Judging.__slots__} | {"rules_version": "r2"})
    stored.save_alerts(room.archive, state, found[:2], now=NOW, before=date(2023, 4, 21), detector="d1")
    url = str(room.archive.engine.url) if hasattr(room.archive, "engine") else f"sqlite:///{tmp_path}/0/a.db"

    def call(*words):
        capsys.readouterr()
        status = main(["alerts", *words, "--monitor", str(monitor.folder), "--archive", url], clock=lambda: NOW)
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def test_the_list_names_each_with_its_state_and_why(run):
    status, said, _ = run()
    assert status == 0
    lines = said.splitlines()
    assert [line.split("]")[0] for line in lines] == [
        f"{ID}  [open", "water-reported-2023-04-01  [superseded", "gas-reported-2023-02-01  [closed"
    ]  # fmt: skip
    assert "9 stories in 3 days to 8 Apr 2023, where 2.1 were to be expected" in lines[0]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--state", "open"], ["food"]),
        (["--state", "closed", "--state", "superseded"], ["water", "gas"]),
        (["--indicator", "gas"], ["gas"]),
        (["--from", "2023-04-12"], ["food", "water"]),
        (["--to", "2023-02-28"], ["gas"]),
        (["--from", "2024-01-01"], []),
    ],
)
def test_the_list_can_be_filtered(run, words, found):
    status, said, _ = run(*words, "--json")
    assert (status, [one["indicator"] for one in json.loads(said)]) == (0, found)


def test_json_and_show_carry_every_parameter(run):
    assert set(Alert.__slots__) <= set(json.loads(run("show", ID, "--json")[1])[0])
    status, said, _ = run("show", ID)
    assert status == 0
    for part in (
        "window: 3 days",
        "threshold: 5.10",
        "observability: 96 %",
        "rules version: r1",
        "alert before it: none",
    ):
        assert part in said


def test_decisions_are_kept_one_after_the_other(run):
    assert run("acknowledge", ID, "--by", "A. Reader")[0] == 0
    assert "[acknowledged]" in run()[1]
    status, said, _ = run("dismiss", ID, "--by", "B. Reader", "--reason", "a yearly list")
    assert (status, "baseline" in said) == (0, True)
    shown = run("show", ID)[1]
    assert "acknowledged by A. Reader\n" in shown
    assert "dismissed by B. Reader: a yearly list" in shown
    assert run("reopen", ID, "--by", "A. Reader")[0] == 0
    assert run("close", ID, "--by", "A. Reader")[0] == 0
    assert "state: closed" in run("show", ID)[1]


WRONG = {
    "no such alert": (["show", "food-2020"], "there is none"),
    "no id": (["show"], "say which alert"),
    "an id to the list": (["list", ID], "takes no ID"),
    "no name": (["acknowledge", ID], "say who decides"),
    "no reason": (["dismiss", ID, "--by", "x", "--reason", "  "], "needs a reason"),
    "it is so already": (["reopen", ID, "--by", "x"], "it is open already"),
    "it no longer arises": (["close", "water-reported-2023-04-01", "--by", "x"], "no longer arises"),
    "no day": (["--from", "soon"], "write it as 2026-01-31"),
    "no indicator": (["--indicator", "weather"], "not one of food"),
}


@pytest.mark.parametrize(("words", "complaint"), WRONG.values(), ids=WRONG)
def test_a_wrong_use_is_one_line(run, words, complaint):
    status, said, error = run(*words)
    assert (status, said, error.count("\n")) == (2, "", 1)
    assert complaint in error
