"""What tests share: the data beside the checkout, a browser, the real server, a throwaway PostgreSQL.

REQUIRE_ALL=1 (set by .ci/run) turns every skip into a failure, so that a missing program cannot make a run green.
Two skips stay skips: that of `../shared`, the working material that stands beside some checkouts and is not part of
the project (whoever clones the project alone does not have it and cannot install it), and that of tests marked
`thorough` once the time that TEST_MINUTES gives is up.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

ROOT = Path(__file__).resolve().parents[1]
SHARED_ABSENT, TIME_IS_UP = "../shared is absent", "the time for tests is up"  # the reasons REQUIRE_ALL accepts
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DRAWN = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.getAttribute('data-test-script-state') === 'notRunning'
    && app.getAttribute('data-test-connection-state') === 'CONNECTED';
}"""

# Hundreds of tests start a process of ours. Where the environment forbids to keep compiled modules, each of them
# compiles the whole project anew, which takes longer than what it is started for.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long one example takes says something of the machine, and nothing of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


# REQUIRE_ALL ---------------------------------------------------------------------------------------------------------


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = str(report.longrepr)
    is_expected = hasattr(report, "wasxfail") or SHARED_ABSENT in reason or TIME_IS_UP in reason
    if report.skipped and not is_expected and os.environ.get("REQUIRE_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped under REQUIRE_ALL=1: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


# The time for tests --------------------------------------------------------------------------------------------------

# Seconds of the clock since 1970; workers take them over from the process that starts them.
BEGUN = float(os.environ.setdefault("TESTS_BEGUN", str(time.time())))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Thorough tests come last, those of a browser first, as they are few and long; a file stays with one worker.

    Whose thorough tests come first changes from day to day: where time is always short, none is always left out.
    """
    day = int(BEGUN // 86_400)
    groups = {}  # item → thorough?, not of a browser?, its file
    for item in items:
        is_browser = item.get_closest_marker("browser") is not None
        groups[item] = (_is_thorough(item), not is_browser, item.nodeid.partition("::")[0])
    sizes = Counter(groups.values())

    def order(item: pytest.Item) -> tuple[bool, str, bool, int, str]:
        is_thorough, is_quick, file = groups[item]
        drawn = hashlib.sha256(f"{day} {file}".encode()).hexdigest() if is_thorough else ""
        return is_thorough, drawn, is_quick, -sizes[groups[item]], file

    items.sort(key=order)
    for item in items:
        name = f"{item.path.parent.name}/{item.path.stem}{' again' * groups[item][0]}"
        item.add_marker(pytest.mark.xdist_group(name))


def _is_thorough(item: pytest.Item) -> bool:
    return item.get_closest_marker("thorough") is not None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    minutes = float(os.environ.get("TEST_MINUTES") or "inf")
    if _is_thorough(item) and time.time() - BEGUN > 60 * minutes:
        pytest.skip(f"{TIME_IS_UP}: a thorough test, and TEST_MINUTES={minutes:g}")


# Paths and ports -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root: everything is started from here."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Labelled cases and foreign feeds that stand beside some checkouts."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip(f"{SHARED_ABSENT}: working material that is not part of the project")
    return folder


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A port of 127.0.0.1 on which nothing listens now."""
    return _free_port


# The real server -----------------------------------------------------------------------------------------------------


@dataclass
class Server:
    """A dashboard that runs as a process of its own. `log` is what it wrote so far, both streams."""

    url: str
    process: subprocess.Popen[str]
    log_file: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def health(self) -> dict[str, object]:
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=30) as answer:
            value: dict[str, object] = json.load(answer)
            return value

    def stop(self, number: int = signal.SIGTERM, *, seconds: float = 60) -> int:
        """Send one signal, wait, return the exit status; kills the process by its own pid when it does not stop."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def _wait_until_healthy(server: Server, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            pytest.fail(f"the server ended with status {server.process.returncode}:\n{server.log}")
        try:
            server.health()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"no answer from {server.url}/healthz within {seconds} s:\n{server.log}")


@pytest.fixture(scope="module")
def _servers() -> Iterator[list[Server]]:
    running: list[Server] = []
    yield running
    for server in running:
        server.stop()


@pytest.fixture(scope="module")
def start_dashboard(_servers: list[Server], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Server]:
    """`start_dashboard(archive_url, monitor, *options)`: the real `python -m dashboard`, answering, on a free port.

    options : as on the command line; give "--no-poll" unless the test is about the poller.
    env : additional environment variables. What a test started is stopped, by its pid, at the end of the test, what a
    fixture of the module started at the end of the module: an idle server, its tagger and its pages cost something too.
    """

    def start(archive: str, monitor: Path, *options: str, env: dict[str, str] | None = None) -> Server:
        port = _free_port()
        log = tmp_path_factory.mktemp("server") / "log"
        command = [sys.executable, "-m", "dashboard", "--port", str(port), "--monitor", str(monitor)]
        with log.open("w", encoding="utf-8") as stream:
            process = subprocess.Popen(
                [*command, "--archive", archive, *options],
                cwd=ROOT,
                stdout=stream,
                stderr=subprocess.STDOUT,
                text=True,
                env=os.environ | (env or {}),
            )
        server = Server(f"http://127.0.0.1:{port}", process, log)
        _servers.append(server)
        _wait_until_healthy(server, 240)
        return server

    return start


@pytest.fixture(autouse=True)
def _own_servers_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fixtures of a module stand before this one, those of a test come after it."""
    if "start_dashboard" not in request.fixturenames:
        yield
        return
    running: list[Server] = request.getfixturevalue("_servers")
    before = len(running)
    yield
    for server in running[before:]:
        server.stop()
    del running[before:]


# The browser ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Headless Chromium under Playwright (a playwright.sync_api.Browser), no download of a browser."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is absent: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make test installs it")
    api.expect.set_options(timeout=60_000)
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def settle() -> Callable[..., None]:
    """`settle(page)`: wait until the page is connected and its script has ended."""

    def wait(page: object, *, seconds: float = 120) -> None:
        page.wait_for_function(DRAWN, timeout=seconds * 1000)  # type: ignore[attr-defined]

    return wait


# PostgreSQL ----------------------------------------------------------------------------------------------------------


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


def _as_postgres(command: list[str], cwd: str) -> None:
    """The server refuses to run as root, so root lends it the user `postgres`."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *command], cwd=cwd, check=True, capture_output=True, timeout=600)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of an empty throwaway PostgreSQL on 127.0.0.1, of a cluster that lives in a temporary folder."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is absent: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data, port = f"{folder}/data", _free_port()
        _as_postgres(
            [f"{programs}/initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"], folder
        )
        settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        control = [f"{programs}/pg_ctl", "-D", data, "-w", "-t", "300"]
        _as_postgres([*control, "-l", f"{folder}/log", "-o", settings, "start"], folder)
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            _as_postgres([*control, "-m", "immediate", "stop"], folder)


@pytest.fixture
def own_database(postgres: str, request: pytest.FixtureRequest) -> str:
    """URL of an empty database that no other test uses."""
    return _new_database(postgres, "d_" + hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16])


@pytest.fixture(scope="module")
def module_database(postgres: str, request: pytest.FixtureRequest) -> str:
    """The same, for all tests of a module."""
    name = request.module.__name__.rpartition(".")[2]
    return _new_database(postgres, f"{name}_{uuid4().hex[:8]}")  # a module whose thorough half comes later asks twice


def _new_database(server: str, name: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
