"""Real servers on loopback: the dashboard, and a bare Streamlit page with one Plotly chart."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BARE = """
import plotly.graph_objects as go
import streamlit as st
st.plotly_chart(go.Figure(go.Scatter(y=[n % 7 for n in range(91)])))
"""


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    pid: int

    @property
    def resident_mb(self) -> float:
        """Memory of the process now."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


@contextmanager
def dashboard(monitor: Path, archive: str) -> Iterator[Server]:
    port = _free_port()
    options = ["--port", str(port), "--monitor", str(monitor), "--archive", archive, "--no-poll"]
    with _running([sys.executable, "-m", "dashboard", *options], port, "/healthz") as server:
        yield server


@contextmanager
def bare(folder: Path) -> Iterator[Server]:
    """Streamlit as it comes, with nothing but a chart of 91 days."""
    port, script = _free_port(), folder / "bare.py"
    script.write_text(BARE, encoding="utf-8")
    quiet = ["--server.headless=true", "--browser.gatherUsageStats=false", "--server.fileWatcherType=none"]
    where = [f"--server.port={port}", "--server.address=127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *quiet, *where]
    with _running(command, port, "/_stcore/health") as server:
        yield server


@contextmanager
def _running(command: list[str], port: int, health: str) -> Iterator[Server]:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}{health}", process)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{address}: no answer")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
