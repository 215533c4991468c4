"""The programs that are compared: how each is started, cold and warm, and what it costs. One child process a run."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Everybody may keep compiled modules, as on a machine of one's own.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
PARALLEL = 64  # requests under way, as in feeds.fetch


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one round over all feeds. rss : peak resident memory, MB; 0: measured with another round."""

    cpu: float
    wall: float
    rss: float = 0.0


@dataclass(slots=True)
class Result:
    """What one contender cost, run after run; `warm_in` says whether warm rounds had a process of their own."""

    name: str
    version: str
    cold: list[Cost] = field(default_factory=list)
    warm: list[Cost] = field(default_factory=list)
    warm_in: str = "new process"
    other: dict[str, list[Cost]] = field(default_factory=dict)

    def cpu(self, which: str, feeds: int) -> float:
        """Median CPU seconds a thousand feeds."""
        return statistics.median(one.cpu for one in self.costs(which)) / feeds * 1000

    def costs(self, which: str) -> Sequence[Cost]:
        return {"cold": self.cold, "warm": self.warm}.get(which) or self.other.get(which, [])


def run(
    command: Sequence[str], *, text: str = "", folder: Path, environment: Mapping[str, str] | None = None
) -> tuple[Cost, str]:
    """One child process to its end: its cost, with that of its own children, and what it printed."""
    out = folder / "out.txt"
    began = time.monotonic()
    with out.open("w") as stream, (folder / "err.txt").open("w") as errors:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=stream, stderr=errors, cwd=ROOT, text=True,
            env={**ENVIRONMENT, **(environment or {})},
        )  # fmt: skip
        assert child.stdin is not None
        child.stdin.write(text)
        child.stdin.close()
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise SystemExit(
            f"{' '.join(command[:6])} ended with {child.returncode}:\n{(folder / 'err.txt').read_text()[-2000:]}"
        )
    cost = Cost(used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss / 1024)
    return cost, out.read_text()


# curl: the floor -----------------------------------------------------------------------------------------------------


def curl(urls: Sequence[str], modified: float, runs: int, folder: Path) -> Result:
    """Fetches and throws away; warm: asks with the date of every file, and gets a 304."""
    version = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    result = Result("curl --parallel (floor: fetches, keeps nothing)", version)
    for which, condition in (
        ("cold", ""),
        ("warm", f'header = "If-Modified-Since: {formatdate(modified, usegmt=True)}"\n'),
    ):
        file = folder / "curl.txt"
        file.write_text(condition + "".join(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls))
        command = ["curl", "-s", "--compressed", "--parallel", "--parallel-max", str(PARALLEL), "-w", "%{http_code}\n"]
        for _ in range(runs):
            cost, said = run([*command, "--config", str(file)], folder=folder)
            _expect(said.split().count("304" if condition else "200"), len(urls), "curl")
            (result.cold if which == "cold" else result.warm).append(cost)
    return result


# ours ----------------------------------------------------------------------------------------------------------------


def ours(urls: Sequence[str], languages: Sequence[str], runs: int, folder: Path, *, large: bool = False) -> Result:
    """The real command, in a new process each; and the poller as it runs for ever, for warm rounds."""
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    result = Result("ours: python -m feeds poll", said.stdout.strip() or "?", warm_in="kept process")
    monitor = write_monitor(folder / "monitor", urls, languages)
    for _ in range(runs):
        archive = folder / "archive.db"
        for old in folder.glob("archive.db*"):
            old.unlink()
        command = [sys.executable, "-m", "feeds", "poll", "--once", "--allow-local", "--monitor", str(monitor)]
        command += ["--archive", f"sqlite:///{archive}"]
        cost, text = run(command, folder=folder)
        _expect(len(re.findall(r"\b30 new", text)), len(urls), "ours")
        result.cold.append(cost)
        if not large:
            result.other.setdefault("warm, new process", []).append(run(command, folder=folder)[0])
            one, _ = run([*command, "--source", "s0"], folder=folder)
            result.other.setdefault("start-up (one feed)", []).append(one)
    rounds, rss = _rounds(
        [sys.executable, "-m", "benchmarks.polling", str(monitor), f"sqlite:///{archive}", "4"], folder
    )
    for row in rounds[1:]:
        _expect(row["outcomes"].get("not-modified", 0), len(urls), "ours, warm")
        result.warm.append(Cost(row["cpu"], row["wall"], rss))
    return result


def write_monitor(folder: Path, urls: Sequence[str], languages: Sequence[str]) -> Path:
    """The monitor of the invented country with these feeds in place of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "monitors/demo", folder)
    shutil.copytree(ROOT / "monitors/common", folder.parent / "common", dirs_exist_ok=True)
    lines = [
        f'- {{key: s{n}, url: "{url}", outlet: ambrel-morning, language: {language}, scope: full}}\n'
        for n, (url, language) in enumerate(zip(urls, languages, strict=True))
    ]
    (folder / "sources.yaml").write_text("".join(lines))
    return folder


# peers ---------------------------------------------------------------------------------------------------------------


def peer(name: str, title: str, python: Path, urls: Sequence[str], runs: int, folder: Path) -> Result:
    """reader, or the loop over feedparser.parse with and without validators; two rounds in one process."""
    package = "reader" if name == "reader" else "feedparser"
    asked = f"import importlib.metadata as m; print(m.version('{package}'))"
    version = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()
    result = Result(title, version, warm_in="kept process")
    for _ in range(runs):
        for old in [*folder.glob("reader.sqlite*"), *folder.glob("loop.jsonl")]:
            old.unlink()
        rounds, rss = _rounds([str(python), str(HERE / "peer.py"), name, str(folder)], folder, "\n".join(urls))
        _expect(rounds[0]["items"], 30 * len(urls), name)
        result.cold.append(Cost(rounds[0]["cpu"], rounds[0]["wall"], rss))
        result.warm.append(Cost(rounds[1]["cpu"], rounds[1]["wall"], rss))
    return result


def newsboat(urls: Sequence[str], runs: int, folder: Path) -> Result | str:
    """Reloads from the command line, with a cache of its own; a sentence when it is not here."""
    if shutil.which("newsboat") is None:
        return "newsboat: skipped, it is not installed; `apt-get install newsboat`"
    version = subprocess.run(["newsboat", "--version"], capture_output=True, text=True, check=False).stdout.split()[1]
    result = Result("newsboat -x reload, 4 threads", version)
    (folder / "newsboat.urls").write_text("\n".join(urls) + "\n")
    (folder / "newsboat.config").write_text("reload-threads 4\nmax-items 0\n")
    command = ["newsboat", "-u", f"{folder}/newsboat.urls", "-C", f"{folder}/newsboat.config"]
    command += ["-c", f"{folder}/newsboat.db", "-x", "reload"]
    for _ in range(runs):
        for old in folder.glob("newsboat.db*"):
            old.unlink()
        result.cold.append(run(command, folder=folder, environment={"HOME": str(folder)})[0])
        result.warm.append(run(command, folder=folder, environment={"HOME": str(folder)})[0])
    return result


def peers_python(folder: Path, wanted: Path) -> Path:
    """The interpreter of the peers' own environment, made when it is missing or the list has changed."""
    mark, python = folder / "made-from.txt", folder / "bin/python"
    if not mark.exists() or mark.read_text() != wanted.read_text():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        made = subprocess.run(
            [python, "-m", "pip", "install", "-r", str(wanted)], capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise SystemExit(f"the peers of {wanted.name} cannot be installed:\n{made.stderr[-2000:]}")
        mark.write_text(wanted.read_text())
    return python


def _rounds(command: Sequence[str], folder: Path, text: str = "") -> tuple[list[dict[str, object]], float]:
    _, said = run(command, folder=folder, text=text)
    rows = [json.loads(line) for line in said.splitlines()]
    return rows[:-1], float(rows[-1]["rss"])


def _expect(found: object, wanted: int, who: str) -> None:
    if found != wanted:
        raise SystemExit(f"{who}: {found} of {wanted}; the comparison would not be fair")


Contender = Callable[[], Result | str]
