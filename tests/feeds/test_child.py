"""The killable child: it answers, dies of what it should die of, and comes back; nobody waits for a dead one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.child import Child, ChildError

ROOT = Path(__file__).resolve().parents[2]
WORK = "tests.feeds.work_of_a_child"


@pytest.fixture
def child() -> Iterator[Child]:
    with Child(WORK, seconds=2, megabytes=512) as one:
        yield one


def test_it_answers_question_after_question_from_one_process(child: Child) -> None:
    assert child.ask({"do": "length"}, b"four") == 4
    first = child.pid
    assert child.ask({"do": "length"}, b"") == 0
    assert child.pid == first


def test_a_large_body_and_a_large_answer_pass(child: Child) -> None:
    assert child.ask({"do": "length"}, b"x" * 15_000_000) == 15_000_000
    assert child.ask({"do": "echo", "text": "ե" * 2_000_000}) == "ե" * 2_000_000


DEATHS = {
    "sleeps too long": ("sleep", "gave no answer for 20 seconds"),
    "computes too long": ("spin", "took more than 2 seconds"),
    "takes too much memory": ("hoard", "MemoryError"),
    "ends itself": ("exit", "ended with status 3"),
    "is killed": ("kill", "was ended by SIGKILL"),
    "raises": ("raise", "failed: IndexError: list index out of range"),
}


@pytest.mark.parametrize(("what", "said"), DEATHS.values(), ids=DEATHS)
def test_what_kills_it_is_said_and_the_next_question_finds_a_new_one(child: Child, what: str, said: str) -> None:
    with pytest.raises(ChildError, match=said):
        child.ask({"do": what})
    assert child.pid is None
    assert child.ask({"do": "length"}, b"again") == 5


def test_what_a_library_prints_is_no_answer(child: Child) -> None:
    assert child.ask({"do": "print"}) == "printed"


def test_it_is_started_afresh_after_so_many_answers() -> None:
    with Child(WORK, seconds=2, megabytes=512, uses=2) as child:
        pids = []
        for _ in range(4):
            child.ask({"do": "length"})
            pids.append(child.pid)
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_child_that_cannot_start_is_said() -> None:
    with (
        Child("tests.feeds.no_such_work", seconds=2, megabytes=512) as child,
        pytest.raises(ChildError, match="status"),
    ):
        child.ask({})


def test_closing_leaves_no_process(child: Child) -> None:
    child.ask({"do": "length"})
    pid = child.pid
    assert pid is not None
    child.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("doing", ["", "spin"], ids=["idle", "at work"])
def test_it_does_not_outlive_a_parent_that_was_killed(doing: str) -> None:
    code = (
        f"from feeds.child import Child\nc = Child({WORK!r}, seconds=1, megabytes=512)\nc.ask({{'do': 'length'}})\n"
        f"print(c.pid, flush=True)\nc._seconds = 60\nc.ask({{'do': {doing!r}}}) if {doing!r} else input()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 180
    while _runs(pid):
        assert time.monotonic() < deadline, "the child goes on without its parent"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"  # a zombie waits for init
