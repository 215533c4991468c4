"""`python -m dashboard summary`: a range of days by the same code as one day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard import commands_summary
from dashboard.__main__ import main
from feeds.errors import HouseError
from feeds.monitor import Monitor

NOW = datetime(2031, 11, 10, 12, tzinfo=UTC)


def asked(root: Path, archive: str, *options: str, capsysbinary: pytest.CaptureFixture[bytes]) -> dict[str, object]:
    command = ["summary", "--monitor", str(root / "monitors" / "demo"), "--archive", archive, "--format", "json"]
    assert main([*command, *options], now=NOW) == 0
    found: dict[str, object] = json.loads(capsysbinary.readouterr().out)
    return found


def test_a_week_and_its_range_are_the_same_issue(root, filled_archive, capsysbinary) -> None:
    last = ("--to", "2031-11-12")
    week = asked(root, filled_archive, *last, "--week", capsysbinary=capsysbinary)
    assert week == asked(root, filled_archive, *last, "--from", "2031-11-06", capsysbinary=capsysbinary)
    assert (week["first"], week["day"]) == ("2031-11-06", "2031-11-12")
    assert week["number"] == "2031-310/2031-316"


def test_a_range_of_one_day_is_the_daily_issue(root, filled_archive, capsysbinary) -> None:
    day = asked(root, filled_archive, "--day", "2031-11-12", capsysbinary=capsysbinary)
    of_one = ("--from", "2031-11-12", "--to", "2031-11-12")
    assert day == asked(root, filled_archive, *of_one, capsysbinary=capsysbinary)
    assert day["first"] == day["day"]


WRONG = {
    "the end before the beginning": (("--from", "2031-11-09", "--to", "2031-11-02"), "lies after"),
    "more than a year": (("--from", "2029-11-09", "--to", "2031-11-02"), "at most 366"),
    "no day": (("--from", "soon", "--to", "2031-11-02"), "--from soon: not a day"),
    "not begun": (("--to", "2032-01-01"), "--to 2032-01-01: has not begun"),
    "two beginnings": (("--week", "--from", "2031-11-01"), "give one of them"),
}


@pytest.mark.parametrize(("options", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_range_is_said_in_one_line(demo: Monitor, options: tuple[str, ...], message: str) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    commands_summary.add_to(parser.add_subparsers())
    with pytest.raises(HouseError, match=message):
        commands_summary.days_of(parser.parse_args(["summary", *options]), demo, now=NOW)


def test_days_of_a_week(demo: Monitor) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    commands_summary.add_to(parser.add_subparsers())
    found = commands_summary.days_of(parser.parse_args(["summary", "--week"]), demo, now=NOW)
    assert found == (date(2031, 11, 3), date(2031, 11, 9))
