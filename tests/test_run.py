"""The real command as a process: it starts, keeps its children, stops clean, and says in one line why it cannot start.

No feed is asked: the monitor is a copy whose sources point to this machine, which the poller refuses.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from feeds.archive import open_archive
from feeds.openmetrics import CONTENT_TYPE
from tests.feeds.openmetrics_grammar import read
from tests.pace import pace, within

ROOT = Path(__file__).resolve().parents[1]
STOP_SECONDS = 5.0
MEGABYTES = 600  # the whole stack, idle: a server with 1 GB carries it

needs_proc = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="reads /proc of Linux")


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real monitor, with addresses that lead nowhere."""
    folder = tmp_path_factory.mktemp("monitors")
    shutil.copytree(ROOT / "monitors" / "common", folder / "common")
    shutil.copytree(_real_monitor(), folder / "watched")
    sources = folder / "watched" / "sources.yaml"
    sources.write_text(re.sub(r"https?://", "http://127.0.0.1:9/", sources.read_text("utf-8")), "utf-8")
    return folder / "watched"


def _real_monitor() -> Path:
    """The Makefile is the one place of the default."""
    found = re.search(r"^MONITOR \?= (\S+)", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert found
    return ROOT / found[1]


@pytest.fixture
def archive_file(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def start(start_dashboard: Callable[..., Any], monitor: Path, archive_file: Path) -> Iterator[Callable[..., Any]]:
    """`start(*options)`: the server on an empty archive, poller and tagger beside it."""
    servers: list[Any] = []

    def started(*options: str) -> Any:
        servers.append(start_dashboard(f"sqlite:///{archive_file}", monitor, *options))
        return servers[-1]

    yield started
    for server in servers:
        server.stop()


def test_metrics_are_open_metrics_and_count_what_the_archive_holds(start: Callable[..., Any]) -> None:
    with urllib.request.urlopen(f"{start('--no-poll').url}/metrics", timeout=300) as answer:
        assert answer.headers["content-type"] == CONTENT_TYPE
        found = read(answer.read().decode())
    assert set(found["monitor_stored_articles"].values()) == {0}
    assert found["monitor_sources"][(("state", "polled"),)] > 50
    assert found["monitor_worst_lag_seconds"] == {}, "nobody has answered yet: unknown, not 0"


# Processes -----------------------------------------------------------------------------------------------------------


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the name: state, parent, process group, …; empty: no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _is_running(pid: int) -> bool:
    return _stat(pid)[:1] not in ([], ["Z"])


def _family(pid: int) -> set[int]:
    """`pid` and all its descendants."""
    parents = {int(path.name): _stat(int(path.name)) for path in Path("/proc").glob("[0-9]*")}
    family = {pid}
    while more := {one for one, stat in parents.items() if stat and int(stat[1]) in family} - family:
        family |= more
    return family


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _running_with(word: str) -> dict[int, str]:
    commands = {int(path.name): _command(int(path.name)) for path in Path("/proc").glob("[0-9]*")}
    return {pid: command for pid, command in commands.items() if word in command and pid != os.getpid()}


def _until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def _child(server: Any, words: str) -> int:
    """Process id of the child whose command holds `words`."""
    found: list[int] = []

    def look() -> bool:
        found[:] = [pid for pid in _family(server.pid) if words in _command(pid)]
        return bool(found)

    _until(look, seconds=20, what=f"a child {words!r}\n{server.log}")
    return min(found)


# Starting and stopping -----------------------------------------------------------------------------------------------


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_starts_on_nothing_and_stops_clean(start: Callable[..., Any], archive_file: Path, number: int) -> None:
    server = start()
    assert server.health()["articles"] == 0
    assert f":{urlsplit(server.url).port}" in server.log, "the address is printed"
    _child(server, "feeds poll"), _child(server, "metrics update")
    family = _family(server.pid)

    with within(STOP_SECONDS):
        assert server.stop(number) == 0
    assert not [_command(pid) for pid in family if _is_running(pid)]
    assert "Traceback" not in server.log
    _assert_clean(archive_file)


def _assert_clean(file: Path) -> None:
    log = file.with_name(f"{file.name}-wal")
    assert not log.exists() or log.stat().st_size == 0, "the write-ahead log was not written back"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.browser
def test_a_page_that_reads_the_archive_does_not_hold_up_the_stop(
    start: Callable[..., Any], archive_file: Path, browser: Any, settle: Callable[[Any], None]
) -> None:
    server = start("--no-poll")
    page = browser.new_page()
    page.goto(server.url)
    settle(page)
    with within(STOP_SECONDS):
        assert server.stop() == 0
    page.close()
    assert "GET /" not in server.log, "requests are not logged: who reads what is nobody's business"
    _assert_clean(archive_file)


def test_settings_hold_without_a_configuration_file(tmp_path: Path) -> None:
    asked = (
        "from dashboard.serve import Options, set_up_streamlit\n"
        "set_up_streamlit(Options('127.0.0.1', 8501, polls=False, allow_local=False))\n"
        "from streamlit import config\n"
        "print(*map(config.get_option, ['browser.gatherUsageStats', 'server.address', 'logger.level']))"
    )
    elsewhere = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
    answer = subprocess.run([sys.executable, "-c", asked], **elsewhere, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "127.0.0.1", "warning"]


@needs_proc
def test_an_open_page_does_not_hold_up_the_stop(start: Callable[..., Any]) -> None:
    server = start("--no-poll")
    with _websocket(server.url, origin=server.url) as (status, _), within(STOP_SECONDS):
        assert status == 101
        assert server.stop() == 0


@needs_proc
def test_a_child_that_is_killed_is_started_again_and_that_is_said_once(start: Callable[..., Any]) -> None:
    server = start()
    poller = _child(server, "feeds poll")
    os.kill(poller, signal.SIGKILL)
    _until(lambda: not _is_running(poller), seconds=5, what="the poller is gone")
    again = _child(server, "feeds poll")
    assert again != poller
    assert len([line for line in server.log.splitlines() if "the poller was ended by SIGKILL" in line]) == 1


@needs_proc
def test_no_child_outlives_a_server_that_was_killed(start: Callable[..., Any]) -> None:
    server = start()
    children = {_child(server, "feeds poll"), _child(server, "metrics update")}
    server.process.kill()
    server.process.wait()
    _until(
        lambda: not any(map(_is_running, children)),
        seconds=STOP_SECONDS * pace(),
        what="the children end with the server",
    )


@needs_proc
def test_the_whole_stack_idles_in_little_memory(start: Callable[..., Any], record_property: Any) -> None:
    server = start()
    _child(server, "feeds poll"), _child(server, "metrics update")
    time.sleep(6)  # imports, data files and the first round are done
    sizes = {_command(pid)[-200:]: _megabytes(pid) for pid in _family(server.pid)}
    record_property("megabytes", sum(sizes.values()))
    print(f"{sum(sizes.values()):.0f} MB in {len(sizes)} processes: {sorted(sizes.values())}")
    assert sum(sizes.values()) < MEGABYTES, sizes


def _megabytes(pid: int) -> float:
    """Proportional set size: shared pages are counted once over all who share them."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    return int(found[1]) / 1024 if found else 0.0


# What it answers -----------------------------------------------------------------------------------------------------


def test_pages_come_with_security_headers(start: Callable[..., Any]) -> None:
    address = urlsplit(start("--no-poll").url)
    connection = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=120)
    connection.request("GET", "/")
    answer = connection.getresponse()
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert answer.status == 200
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    connection.close()


class _websocket:
    """A websocket opened by hand, as a page of `origin` would: (HTTP status, the socket)."""

    def __init__(self, url: str, *, origin: str) -> None:
        address = urlsplit(url)
        self.socket = socket.create_connection(("127.0.0.1", address.port or 0), timeout=120)
        lines = [
            "GET /_stcore/stream HTTP/1.1",
            f"Host: {address.netloc}",
            f"Origin: {origin}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.status = int(self.socket.recv(1024).split()[1])

    def __enter__(self) -> tuple[int, socket.socket]:
        return self.status, self.socket

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def test_a_page_of_another_site_cannot_open_a_session(start: Callable[..., Any]) -> None:
    server = start("--no-poll")
    with _websocket(server.url, origin=server.url) as (status, _):
        assert status == 101
    for other in ("http://other.example", "http://localhost:1"):  # Streamlit alone would let the second one in
        with _websocket(server.url, origin=other) as (status, _):
            assert status == 403


# When it cannot start ------------------------------------------------------------------------------------------------


def _one_line(archive: str, monitor: Path, *options: str) -> str:
    """The one line on stderr of a start that must fail with status 2, leaving nothing behind."""
    command = [sys.executable, "-m", "dashboard", "--monitor", str(monitor), "--archive", archive, *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert (ended.returncode, ended.stdout) == (2, ""), ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert not _running_with(archive)
    return ended.stderr


@pytest.fixture
def port(free_port: Callable[[], int]) -> str:
    return str(free_port())


def test_a_busy_port(monitor: Path, archive_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        busy = str(listener.getsockname()[1])
        assert f"port {busy}" in _one_line(f"sqlite:///{archive_file}", monitor, "--port", busy)
    assert not archive_file.exists(), "nothing was begun"


def test_an_impossible_port(monitor: Path, archive_file: Path) -> None:
    assert "port 70000" in _one_line(f"sqlite:///{archive_file}", monitor, "--port", "70000")


def test_an_archive_of_a_newer_version(monitor: Path, archive_file: Path, port: str) -> None:
    open_archive(f"sqlite:///{archive_file}").close()
    with sqlite3.connect(archive_file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in _one_line(f"sqlite:///{archive_file}", monitor, "--port", port)


def test_a_file_that_is_no_archive(monitor: Path, archive_file: Path, port: str) -> None:
    archive_file.write_text("my diary " * 1000)
    assert "not an SQLite database" in _one_line(f"sqlite:///{archive_file}", monitor, "--port", port)
    assert archive_file.read_text() == "my diary " * 1000


@pytest.mark.parametrize("folder", ["/proc/none", "{file}/below"], ids=["a disk that takes no files", "below a file"])
def test_a_place_that_cannot_be_written(monitor: Path, tmp_path: Path, port: str, folder: str) -> None:
    (tmp_path / "file").touch()
    place = folder.format(file=tmp_path / "file")
    assert place in _one_line(f"sqlite:///{place}/archive.db", monitor, "--port", port)


BROKEN = {
    "not YAML": ("monitor.yaml", "\n\tkey: [", "not YAML"),
    "an unknown field": ("sources.yaml", '\n- key: new\n  adress: "http://x.example/"\n', "sources.yaml:"),
    "a wrong value": ("places.yaml", "\n- id: new\n  zone: moon\n", "places.yaml:"),
}


@pytest.mark.parametrize(("name", "added", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_data_file(
    monitor: Path, tmp_path: Path, archive_file: Path, port: str, name: str, added: str, said: str
) -> None:
    shutil.copytree(monitor.parent, tmp_path / "monitors")
    broken = tmp_path / "monitors" / "watched"
    with (broken / name).open("a", encoding="utf-8") as stream:
        stream.write(added)
    assert said in _one_line(f"sqlite:///{archive_file}", broken, "--port", port)


def test_a_monitor_that_is_not_there(tmp_path: Path, archive_file: Path, port: str) -> None:
    assert "no such monitor folder" in _one_line(f"sqlite:///{archive_file}", tmp_path / "none", "--port", port)
