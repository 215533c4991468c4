"""kill -9 at thirty points between "an issue is due" and "all is sent": nothing is lost, and a message comes twice only
when the kill fell between the server's yes and our writing it down.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from dashboard.notify import Outside
from dashboard.sender import Sender
from feeds.archive import open_archive
from feeds.monitor import read_monitor
from tests.dashboard.conftest import with_cases
from tests.dashboard.receivers import ENVIRONMENT, Calls, Mailbox, hook_server, mail_server
from tests.dashboard.test_send import DUE, YESTERDAY, channels, few_days, with_delivery

pytestmark = pytest.mark.thorough

EARLY, SPREAD, BETWEEN = 6, 20, 4  # kills while the issue is made, while it is sent, and before a yes is written down
MESSAGES = 5  # two mails, one call, two files


@dataclass
class Killer:
    """The process that runs the command and kills it; one line in, one line out."""

    process: subprocess.Popen[str]

    def run(self, where: str = "") -> dict[str, int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{where}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the killer itself has ended"
        value: dict[str, int] = json.loads(answer)
        return value


@contextmanager
def killer(root: Path, monitor: Path, archive: Path) -> Iterator[Killer]:
    command = [sys.executable, str(root / "tests/dashboard/killed_sender.py"), str(monitor), f"sqlite:///{archive}"]
    environment = os.environ | ENVIRONMENT | {"PYTHONPATH": str(root), "SSL_CERT_FILE": str(monitor.parent / "ca.pem")}
    process = subprocess.Popen(
        command, cwd=root, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Killer(process)
    finally:
        process.kill()
        process.wait()


def accepted(box: Mailbox, calls: Calls) -> Counter[str]:
    """Key of a message → how often a server said yes, once both are quiet: what was on its way has arrived."""
    before = (-1, -1)
    while before != (len(box.taken), len(calls.taken)):
        before = (len(box.taken), len(calls.taken))
        time.sleep(0.1)
    mails = Counter({id.strip("<>").partition("@")[0]: times for id, times in box.counted().items()})
    return mails + calls.counted()


def states(archive: Path) -> dict[str, str]:
    with sqlite3.connect(archive) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return dict(connection.execute("SELECT key, state FROM outbox").fetchall())


def test_thirty_kills_lose_nothing_and_repeat_only_what_was_taken_and_not_written_down(
    tmp_path: Path, root: Path, free_port: object
) -> None:
    authority, archive = trustme.CA(), tmp_path / "archive.db"
    template, made = tmp_path / "template.db", tmp_path / "made.db"
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with mail_server(free_port(), authority) as box, hook_server() as calls:  # type: ignore[operator]
        folder = with_cases(root, tmp_path, {})
        with_delivery(folder, channels(box, calls, tmp_path / "shelf"))
        monitor = read_monitor(folder)
        with open_archive(f"sqlite:///{template}") as new:
            few_days(new, monitor)
        shutil.copy(template, made)
        with open_archive(f"sqlite:///{made}") as ready:  # so that not every kill has to wait for the issue to be made
            assert Sender(ready, monitor, Outside({}), print).make(YESTERDAY, DUE)
        with killer(root, folder, archive) as process:
            killed, repeats = 0, 0
            for start, wheres in ((template, early), (made, late)):
                fresh(start, archive, tmp_path / "shelf", box, calls)
                whole = process.run()
                assert whole["status"] == 0
                for where in wheres(whole):
                    fresh(start, archive, tmp_path / "shelf", box, calls)
                    killed += os.WIFSIGNALED(process.run(where)["status"])
                    twice = unwritten(archive, box, calls)
                    repeats += len(twice)
                    assert process.run()["status"] == 0
                    check(archive, tmp_path / "shelf", accepted(box, calls), twice, where)
    assert killed == EARLY + SPREAD + BETWEEN
    assert repeats >= BETWEEN - 1, "kills before a yes was written down must repeat"


def early(whole: dict[str, int]) -> list[str]:
    """Evenly spread over the making of the issue."""
    return [str(1 + whole["began"] * at // EARLY) for at in range(EARLY)]


def late(whole: dict[str, int]) -> list[str]:
    """Evenly spread over its sending, and before each yes is written down but that of the last file."""
    began, calls = whole["began"], whole["calls"]
    spread = [str(began + (calls - began) * at // SPREAD) for at in range(SPREAD)]
    return [*spread, *(f"settle {number + 1}" for number in range(BETWEEN))]


def fresh(template: Path, archive: Path, shelf: Path, box: Mailbox, calls: Calls) -> None:
    for file in archive.parent.glob(f"{archive.name}*"):
        file.unlink()
    shutil.copy(template, archive)
    shutil.rmtree(shelf, ignore_errors=True)
    box.taken.clear()
    calls.taken.clear()


def unwritten(archive: Path, box: Mailbox, calls: Calls) -> set[str]:
    """Messages that a server took and that do not stand as sent."""
    sent = {key for key, state in states(archive).items() if state == "sent"}
    return set(accepted(box, calls)) - sent


def check(archive: Path, shelf: Path, taken: Counter[str], twice: set[str], where: str) -> None:
    after = states(archive)
    assert len(after) == MESSAGES, where
    assert set(after.values()) == {"sent"}, where
    assert len(taken) == MESSAGES - 2, f"lost at {where}"
    assert {key for key, times in taken.items() if times > 1} == twice, where
    assert max(taken.values()) <= 2, where
    names = [f"INVENTED-demo-summary-{YESTERDAY}.{format}" for format in ("csv", "md")]
    assert sorted(file.name for file in shelf.iterdir() if not file.name.startswith(".")) == names, where
