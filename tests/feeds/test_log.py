from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from feeds.log import LOG, PollLog, set_up
from feeds.model import Poll, SourceState

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Said:
    """All that was written to stderr so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys, self._text = capsys, ""

    def getvalue(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text


@pytest.fixture
def stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[Said]:
    yield Said(capsys)
    LOG.handlers.clear()
    LOG.setLevel(logging.NOTSET)
    LOG.propagate = True


def poll(outcome: str, **more: object) -> Poll:
    error = "" if outcome in ("ok", "not-modified") else f"http://a.example: {outcome}"
    return Poll("a", NOW, outcome, 200, 0.5, 10, error=error, **more)


GOES = ["ok", "not-modified", "unreachable", "unreachable", "refused", "refused", "ok", "ok"]


def test_only_what_changes_is_said_unless_asked(stderr: Said) -> None:
    set_up(as_json=False, verbose=False)
    log = PollLog()
    for outcome in GOES:
        log([poll(outcome)])
    assert stderr.getvalue().splitlines() == [
        "a: unreachable: http://a.example: unreachable",
        "a: refused: http://a.example: refused",
        "a: answers again (refused before), 0 new, 0 updated, 0 known",
    ]


def test_verbose_says_every_poll(stderr: Said) -> None:
    set_up(as_json=False, verbose=True)
    log = PollLog()
    log([poll(outcome) for outcome in GOES])
    assert len(stderr.getvalue().splitlines()) == len(GOES)


def test_json_is_one_object_a_poll_with_a_level(stderr: Said) -> None:
    set_up(as_json=True, verbose=False)
    log = PollLog()
    log([poll(outcome, seen=3, new=1, known=1, dropped={"empty": 1}) for outcome in GOES])
    LOG.warning("a broken\nfile")
    lines = [json.loads(line) for line in stderr.getvalue().splitlines()]
    assert [one["outcome"] for one in lines[:-1]] == GOES
    assert [one["level"] for one in lines] == [
        "debug", "debug", "warning", "debug", "warning", "debug", "info", "debug", "warning",
    ]  # fmt: skip
    assert lines[0]["dropped"] == {"empty": 1}
    assert lines[0]["at"] == NOW.isoformat()
    assert lines[-1]["message"] == "a broken\nfile"


def test_a_restart_does_not_repeat_what_was_said_before(stderr: Said) -> None:
    set_up(as_json=False, verbose=False)
    log = PollLog([SourceState("a", last_outcome="unreachable")])
    log([poll("unreachable")])
    assert stderr.getvalue() == ""
    log([poll("ok")])
    assert "answers again" in stderr.getvalue()


def test_setting_up_twice_says_things_once(stderr: Said) -> None:
    for _ in range(2):
        set_up(as_json=False, verbose=False)
    LOG.info("once")
    assert stderr.getvalue() == "once\n"
