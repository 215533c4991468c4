"""Several processes say the same as one, in order; whoever is killed, nothing is lost and nobody is left behind."""

import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.errors import HouseError
from metrics.__main__ import main
from metrics.commands_count import progress_bar
from metrics.model import Text
from metrics.workers import Task, answered, answers

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)
SHORTAGE = "Since the middle of December there has been a shortage of food and fuel in every shop of Stepanakert."
OTHERS = (
    "The parliament spoke for six hours about the budget of the year {n} and the roads of the north.",
    "A football club from the town won cup number {n} on Tuesday evening after extra time.",
    "Petrol stations in Stepanakert ran out of fuel on day {n}, drivers in Nagorno-Karabakh said.",
)


def texts(count):
    for n in range(count):
        tail = f"\n{SHORTAGE}" if n % 7 == 0 else ""
        yield (
            f"Report {n} of the day from our own reporter",
            "\n".join(OTHERS[(n + k) % 3].format(n=n * k) for k in range(9)) + tail,
        )


def tasks(count):
    return [Task(Text(str(n), title, text, "en"), new=n % 2 == 0) for n, (title, text) in enumerate(texts(count))]


def plain(said):
    return [(one.tagged, one.sketch) for one in said]


def test_two_processes_say_what_one_says_in_the_same_order(tagger):
    asked = [(number, tasks(40)[number * 4 : number * 4 + 4]) for number in range(10)]
    found = list(answered(tagger, asked, processes=2))
    assert [number for number, _ in found] == list(range(10))
    for (_, said), (_, some) in zip(found, asked, strict=True):
        assert plain(said) == plain(answers(tagger, some))


@pytest.mark.thorough
def test_answers_larger_than_a_pipe_block_nobody(tagger):
    long = Text(
        "1", "Food shortage in Stepanakert", "\n".join(f"Day {n}: no bread in Stepanakert." for n in range(900)), "en"
    )
    asked = [(number, [Task(long)] * 6) for number in range(6)]
    assert [number for number, _ in answered(tagger, asked, processes=2)] == list(range(6))


def children(pid):
    return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def is_running(pid):
    """A zombie waits for whoever inherited it, and does nothing."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_a_worker_that_is_killed_is_one_clear_line(tagger):
    before = children(os.getpid())

    def asked():
        for number in range(50):
            if number == 6:
                for pid in children(os.getpid()) - before:
                    if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text():
                        os.kill(pid, signal.SIGKILL)
            yield number, tasks(4)

    with pytest.raises(HouseError, match="run it again: it goes on"):
        list(answered(tagger, asked(), processes=2))


# Kill -9 -------------------------------------------------------------------------------------------------------------

DERIVED = (
    "tags",
    "evidence",
    "first_carriers",
    "story_members",
    "daily",
    "daily_rollup",
    "daily_totals",
    "daily_observed",
)


def rows(file):
    with closing(sqlite3.connect(file)) as raw:
        found = {}
        for table in DERIVED:
            names = [row[1] for row in raw.execute(f"PRAGMA table_info({table})") if row[1] != "rules"]
            listed = ", ".join(f'"{name}"' for name in names)
            found[table] = sorted(raw.execute(f"SELECT {listed} FROM {table}"), key=str)
        return found


def rules_of(file):
    with closing(sqlite3.connect(file)) as raw:
        return raw.execute("SELECT id, mark, is_current FROM rules ORDER BY id").fetchall()


def command(file, *options):
    start = [sys.executable, "-m", "metrics", "update", "--processes", "2", *options]
    return [*start, "--monitor", "monitors/karabakh", "--archive", f"sqlite:///{file}"]


def run(file, *options):
    done = subprocess.run(command(file, *options), cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def killed(file, *options):
    """Run and kill -9 when some of the articles are done. Returns how many versions were; its workers end too."""
    known = {one[0] for one in rules_of(file) if one[2]} if options else set()
    running = subprocess.Popen(command(file, *options), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and running.poll() is None:
        new = [mark for number, mark, _ in rules_of(file) if number not in known]
        if new and new[0]:
            break
        time.sleep(0.005)
    workers = children(running.pid)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert len(workers) >= 2
    while time.monotonic() < deadline and any(map(is_running, workers)):
        time.sleep(0.05)
    assert not [pid for pid in workers if is_running(pid)]
    return next(mark for number, mark, _ in rules_of(file) if number not in known)


ARTICLES = 3_000


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_killed_in_the_middle_and_run_again_is_as_if_nothing_had_happened(newsroom, source, tmp_path):
    room = newsroom(source("paper"), source("radio", side="azerbaijani"))
    made = list(texts(ARTICLES))
    for start in range(0, ARTICLES, 30):
        at = NOON + timedelta(hours=start // 30)
        items = ((f"g{n}", *made[n], at - timedelta(hours=1)) for n in range(start, start + 30))
        room.poll(("paper", "radio")[start // 30 % 2], at, *items)
    file, undisturbed = Path(room.archive.engine.url.database), tmp_path / "undisturbed.db"
    room.archive.close()
    shutil.copy(file, undisturbed)
    run(undisturbed)
    expected = rows(undisturbed)
    assert len(expected["tags"]) == ARTICLES
    assert any("repeated from article" in str(row) for row in expected["evidence"])

    assert 0 < killed(file) < ARTICLES, "it was killed in the middle"
    said = int(run(file).split()[0])
    assert 0 < said < ARTICLES, "what was done is not done again"
    assert rows(file) == expected

    assert 0 < killed(file, "--all") < ARTICLES
    assert len(rules_of(file)) == 2, "old and new stand beside each other"
    said = run(file, "--all")
    assert 0 < int(said.split()[0]) < ARTICLES
    assert "switched to rules" in said
    assert rows(file) == expected
    assert len(rules_of(file)) == 1


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_how_far_it_is_and_a_file_does_not(monkeypatch):
    for screen, shown in (
        (Terminal(), "\r1 of 3 articles, 33 %\r3 of 3 articles, 100 %\n"),
        (io.StringIO(), ""),
    ):
        monkeypatch.setattr(sys, "stderr", screen)
        progress = progress_bar()
        progress(1, 3)
        progress(3, 3)
        assert screen.getvalue() == shown


@pytest.mark.parametrize("wrong", ["0", "-1", "100000"])
def test_a_wrong_number_of_processes_is_one_clear_line(wrong, tmp_path, capsys):
    archive = f"sqlite:///{tmp_path}/a.db"
    args = ["update", "--monitor", "monitors/karabakh", "--archive", archive, "--processes", wrong]
    assert main(args, clock=lambda: NOON) == 2
    assert f"--processes {wrong}: not between 1 and 256" in capsys.readouterr().err
