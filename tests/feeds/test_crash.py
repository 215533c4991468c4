"""After kill -9, on a full disk, beside another program: nothing broken, nothing lost, one clear line."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import create_engine, make_url, text

from feeds.archive import open_archive, role
from feeds.errors import ArchiveError

pytestmark = pytest.mark.thorough

FEEDS, KILLS, SEED = 50, 60, 20231001
WINDOW, STEP = 10, 2  # items in a feed, and how many newer ones it has at every request


class Moving(BaseHTTPRequestHandler):
    """Fifty feeds that move on at every request, edit an item now and then, and repeat one."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[dict[str, int]] = {}
    frozen: ClassVar[bool] = False

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if not type(self).frozen:
            type(self).asked[name] = type(self).asked.get(name, 0) + 1
        body = feed(name, type(self).asked.get(name, 0))
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is killed breaks off."""


def titles(name: str, turn: int) -> list[str]:
    """What the feed shows at its `turn`th request, newest first."""
    return [f"{name} item {number}" for number in range(turn * STEP + WINDOW - 1, turn * STEP - 1, -1)]


def feed(name: str, turn: int) -> bytes:
    items = [
        f"<item><title>{title}</title><guid>{title}</guid><link>https://example.org/{title.replace(' ', '/')}</link>"
        f"<description>Bread, {'edited ' if number == 4 and turn % 2 else ''}{'word ' * 20}</description></item>"
        for number, title in enumerate(titles(name, turn))
    ]
    items.append(items[0])  # stands twice: dropped by name
    return f'<rss version="2.0"><channel><title>{name}</title>{"".join(items)}</channel></rss>'.encode()


@pytest.fixture
def feeds() -> Iterator[int]:
    """Port of the server; every address of 127.0.0.0/8 leads to it, so that politeness towards a host costs nothing."""
    Moving.asked.clear()
    Moving.frozen = False
    server = Server(("0.0.0.0", 0), Moving)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def watched(tmp_path: Path, root: Path, feeds: int) -> Path:
    """A monitor of fifty feeds on as many hosts."""
    folder = tmp_path / "monitors" / "demo"
    shutil.copytree(root / "monitors" / "demo", folder)
    shutil.copytree(root / "monitors" / "common", folder.parent / "common")
    entries = [
        {
            "key": f"f{number}", "url": f"http://127.0.{number // 200}.{number % 200 + 2}:{feeds}/f{number}",
            "outlet": f"Outlet {number}", "language": "en", "side": "unknown",
        }
        for number in range(FEEDS)
    ]  # fmt: skip
    (folder / "sources.yaml").write_text(json.dumps(entries), encoding="utf-8")
    return folder


def environment(root: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(root)}


def poll_command(monitor: Path, archive: str, *options: str) -> list[str]:
    arguments = ["poll", "--allow-local", "--monitor", str(monitor), "--archive", archive, *options]
    return [sys.executable, "-m", "feeds", *arguments]


def test_sixty_kills_leave_nothing_broken_nothing_twice_and_nothing_lost(
    tmp_path: Path, root: Path, watched: Path
) -> None:
    file = tmp_path / "archive.db"
    killer = [str(root / "tests/feeds/killed_poller.py"), str(watched), f"sqlite:///{file}", str(SEED), str(KILLS)]
    run = subprocess.run(
        [sys.executable, *killer], cwd=root, env=environment(root), capture_output=True, text=True, check=True
    )
    first, *rounds = [json.loads(line) for line in run.stdout.splitlines()]
    assert first["status"] == 0, run.stderr
    assert sum(os.WIFSIGNALED(one["status"]) for one in rounds) == KILLS, rounds

    last = subprocess.run(
        poll_command(watched, f"sqlite:///{file}", "--once"), cwd=root, env=environment(root), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert last.returncode == 0, last.stderr
    with sqlite3.connect(file) as connection:
        check_ledger(connection)
        stored = [tuple(row) for row in connection.execute("SELECT source, title FROM articles")]
        states = dict(connection.execute("SELECT key, polls FROM sources").fetchall())
        polls = dict(connection.execute("SELECT source, count(*) FROM polls GROUP BY source").fetchall())
    assert len(stored) == len(set(stored)), "an article is stored twice"
    shown = {(name, title) for name, turn in Moving.asked.items() for title in titles(name, turn)}
    assert shown <= set(stored), "an article that the feed still shows is lost"
    assert states == polls
    assert max(polls.values()) > 2, "every round was killed before it stored anything: moments too early"


def check_ledger(connection: sqlite3.Connection) -> None:
    """The file is sound, and the ledger's sums are those of the articles."""
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    sums: dict[str, tuple[int, int]] = {}
    rows = connection.execute("SELECT source, items_seen, items_new, items_updated, items_known, dropped FROM polls")
    for source, seen, new, updated, known, dropped in rows:
        assert seen == new + updated + known + sum(json.loads(dropped).values())
        before = sums.get(source, (0, 0))
        sums[source] = (before[0] + new, before[1] + updated)
    articles = "SELECT source, count(*), sum(version - 1) FROM articles GROUP BY source"
    assert {source: (count, later) for source, count, later in connection.execute(articles)} == sums
    versions = "SELECT count(*) FROM article_versions v JOIN articles a ON a.id = v.article AND v.id = a.version_id"
    assert connection.execute(versions).fetchone() == connection.execute("SELECT count(*) FROM articles").fetchone()
    found = connection.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'bread'").fetchone()
    assert found == connection.execute("SELECT count(*) FROM articles").fetchone()


# A poller on whose clock what was polled is due again within seconds; it rests half a second after trouble.
HURRIED = (
    "import sys, feeds.poll, feeds.agenda, feeds.archive.connect as c; from feeds.__main__ import main\n"
    "from datetime import UTC, datetime, timedelta\n"
    "feeds.poll.REST_SECONDS, c.BUSY_MILLISECONDS, feeds.agenda.AHEAD = 0.5, 300, timedelta(seconds=1)\n"
    "start = datetime.now(UTC)\n"
    "sys.exit(main(sys.argv[1:], clock=lambda: start + 1_000 * (datetime.now(UTC) - start)))"
)


# disk full -----------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Callable[[], None] | None]:
    """A small tmpfs on `folder`; where nobody may mount one, a limit on the size of the poller's files instead."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, size // 2))
        return
    try:
        yield None
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_one_line_and_nothing_stored_is_lost(tmp_path: Path, root: Path, watched: Path) -> None:
    with small_disk(tmp_path / "disk", 3_000_000) as limit:
        file = tmp_path / "disk" / "archive.db"
        command = poll_command(watched, f"sqlite:///{file}", "--once")
        for _ in range(8):
            run = subprocess.run(
                command, cwd=root, env=environment(root), capture_output=True, text=True, check=False, preexec_fn=limit
            )
            if run.returncode:
                break
        assert run.returncode == 2
        assert "Traceback" not in run.stderr
        said = run.stderr.strip().splitlines()[-1]
        assert "the disk is full" in said or "the disk reports an error" in said
        shutil.copy(file, tmp_path / "copy.db")
        if (wal := file.with_name(file.name + "-wal")).exists():
            shutil.copy(wal, tmp_path / "copy.db-wal")
    with sqlite3.connect(tmp_path / "copy.db") as connection:
        check_ledger(connection)
        assert connection.execute("SELECT count(*) FROM articles").fetchone()[0] > 0
    again = subprocess.run(  # with room, the same archive goes on
        poll_command(watched, f"sqlite:///{tmp_path / 'copy.db'}", "--once"), cwd=root, env=environment(root),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr


def test_a_disk_that_fills_up_is_said_once_and_polling_goes_on_when_there_is_room(
    tmp_path: Path, root: Path, watched: Path
) -> None:
    with small_disk(tmp_path / "disk", 8_000_000) as limit:
        if limit is not None:
            pytest.skip("nobody may mount a tmpfs here")
        file, log, filler = tmp_path / "disk" / "archive.db", tmp_path / "log", tmp_path / "disk" / "filler"
        with _polling(file, log, root, watched) as poller:
            _fill(filler)
            _until(lambda: "disk" in log.read_text(), "the poller says so")
            time.sleep(1.5)
            assert poller.poll() is None, log.read_text()
            assert len(log.read_text().splitlines()) == 1, log.read_text()
            filler.unlink()
            before = _polls(file)
            _until(lambda: _polls(file) > before, "polling goes on")


@contextmanager
def _polling(file: Path, log: Path, root: Path, watched: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A poller that has stored something; at its end it stops when asked to, without a traceback, its sums right."""
    open_archive(f"sqlite:///{file}").close()
    command = [sys.executable, "-c", HURRIED, *poll_command(watched, f"sqlite:///{file}")[3:]]
    with log.open("w") as stream:
        poller = subprocess.Popen(command, cwd=root, env=environment(root), stdout=stream, stderr=stream)
    try:
        _until(lambda: "item" in _titles(file), "the poller stores something")
        yield poller
    finally:
        poller.send_signal(signal.SIGTERM)
        assert poller.wait(10) == 0
    assert "Traceback" not in log.read_text()
    with sqlite3.connect(file) as connection:
        check_ledger(connection)


def _fill(file: Path) -> None:
    """Until the disk is full."""
    with suppress(OSError), file.open("wb", buffering=0) as stream:
        while stream.write(b"\0" * 4_096):
            pass


# beside others -------------------------------------------------------------------------------------------------------


def test_a_locked_archive_is_said_once_and_polling_goes_on(tmp_path: Path, root: Path, watched: Path) -> None:
    file, log = tmp_path / "archive.db", tmp_path / "log"
    with _polling(file, log, root, watched) as poller:
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")  # nobody else may write
        _until(lambda: "another program has held it" in log.read_text(), "the poller says so")
        time.sleep(1.5)
        assert poller.poll() is None, log.read_text()
        assert log.read_text().count("another program has held it") == 1
        before = _polls(file)
        holder.execute("ROLLBACK")
        _until(lambda: _polls(file) > before, "polling goes on")


def _until(holds: Callable[[], bool], what: str, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def _titles(file: Path) -> str:
    with sqlite3.connect(file) as connection:
        return str(connection.execute("SELECT max(title) FROM articles").fetchone()[0])


def _polls(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        return int(connection.execute("SELECT count(*) FROM polls").fetchone()[0])


def test_a_second_poller_on_one_archive_says_so_and_leaves(tmp_path: Path, root: Path, watched: Path) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    with open_archive(url) as archive, role(archive, "poller"):
        second = subprocess.run(
            poll_command(watched, url, "--once"), cwd=root, env=environment(root), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        with role(archive, "tagger"):
            pass  # another role is free
    assert second.returncode == 2
    assert second.stderr.strip().endswith("another poller works on it; stop that one first")
    assert len(second.stderr.strip().splitlines()) == 1


def test_roles_on_postgresql_go_with_the_connection_that_held_them(postgres: str) -> None:
    server = make_url(postgres)
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE roles"))
    url = server.set(database="roles").render_as_string(hide_password=False)
    with open_archive(url) as one, open_archive(url) as other:
        with role(one, "poller"):
            with pytest.raises(ArchiveError, match="another poller works on it"), role(other, "poller"):
                pass
            with role(other, "tagger"):
                pass
        with role(other, "poller"):
            pass
        dies = role(one, "poller")
        dies.__enter__()
        one.engine.dispose()  # closes what is idle only: the role's own connection is kept
        with pytest.raises(ArchiveError), role(other, "poller"):
            pass
        with admin.connect() as connection:  # as after kill -9 of its process
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 19278")
            )
        _until(lambda: _is_free(other), "the server frees the role")
        with pytest.raises(ArchiveError):
            dies.__exit__(None, None, None)
    admin.dispose()


def _is_free(archive: object) -> bool:
    try:
        with role(archive, "poller"):  # type: ignore[arg-type]
            return True
    except ArchiveError:
        return False
