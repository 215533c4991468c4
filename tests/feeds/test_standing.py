"""When poller and tagger are said to work, to be gone, or to stand still."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.archive import is_held, open_archive, role
from feeds.model import BY_HAND, Poll, SourceState
from feeds.standing import poller_state, standing, tagger_state

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def poll(minutes_ago: float, reason: str = "every 15 minutes") -> Poll:
    return Poll("a", NOW - timedelta(minutes=minutes_ago), "ok", 200, 0.1, 100, reason=reason)


def asked(key: str, minutes_ago: float, every: float) -> SourceState:
    last = NOW - timedelta(minutes=minutes_ago)
    return SourceState(key, last_poll=last, next_poll=last + timedelta(minutes=every))


# somebody holds the role, newest poll, state of sources → poller
POLLERS = {
    "at work, nothing due": (True, poll(5), [asked("a", 5, 15)], "works"),
    "at work, due since a minute": (True, poll(16), [asked("a", 16, 15)], "works"),
    "there, but two intervals are over": (True, poll(31), [asked("a", 31, 15)], "stale"),
    "due for long in a slow round of others": (True, poll(1), [asked("a", 31, 15), asked("b", 1, 15)], "works"),
    "gone": (False, poll(5), [asked("a", 5, 15)], "stopped"),
    "gone before the first poll": (False, None, [], "stopped"),
    "there before the first poll": (True, None, [], "works"),
    "asked by hand, nothing due": (False, poll(5, BY_HAND), [asked("a", 5, 15)], "works"),
    "asked by hand long ago": (False, poll(31, BY_HAND), [asked("a", 31, 15)], "stopped"),
    "a source that rests for hours": (True, poll(90), [asked("a", 90, 360)], "works"),
}  # fmt: skip


@pytest.mark.parametrize(("is_there", "last", "states", "expected"), POLLERS.values(), ids=POLLERS)
def test_poller(is_there: bool, last: Poll | None, states: list[SourceState], expected: str) -> None:
    assert poller_state(is_there, last, states, now=NOW) == expected


def test_tagger() -> None:
    assert tagger_state(True, None, now=NOW) == "works"
    assert tagger_state(True, NOW - timedelta(minutes=4), now=NOW) == "works"
    assert tagger_state(True, NOW - timedelta(minutes=6), now=NOW) == "stale"
    assert tagger_state(False, None, now=NOW) == "stopped"


def test_asking_whether_a_role_is_held_takes_it_from_nobody(tmp_path: Path, root: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    holder = (
        "import sys; from feeds.archive import open_archive, role\n"
        f"with open_archive({url!r}) as archive, role(archive, 'poller'): print('held', flush=True); sys.stdin.read()"
    )
    with open_archive(url) as archive:
        assert not is_held(archive, "poller"), "nobody ever held it"
        process = subprocess.Popen(
            [sys.executable, "-c", holder], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert is_held(archive, "poller")
        assert not is_held(archive, "tagger")
        assert standing(archive, [], now=NOW).poller == "works"
        process.kill()
        process.wait()
        assert not is_held(archive, "poller"), "it went with its process"
        with role(archive, "poller"):
            pass


def test_on_postgresql_too(own_database: str) -> None:
    with open_archive(own_database) as one, open_archive(own_database) as other:
        for name in ("poller", "tagger", "backfill"):
            assert not is_held(other, name)
            with role(one, name):
                assert is_held(other, name)
            assert not is_held(other, name)
