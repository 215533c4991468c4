"""What a page costs the server in CPU, with a small and a large archive in turns, so that a busy machine slows both."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
VIEWS = ("situation", "trends", "coverage", "places", "sources", "summary", "method")
PATIENCE = 1_800  # seconds for the first run of one page


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of one page: when asked for the first time, and again with nothing new in the archive."""

    first: float
    warm: float


def costs(monitor: Path, archives: list[str], *, rounds: int = 5) -> dict[str, list[Cost]]:
    """View → its cost with each archive, in their order."""
    os.environ["MONITOR"] = str(monitor)
    return {view: _costs_of(view, archives, rounds) for view in VIEWS}


def _costs_of(view: str, archives: list[str], rounds: int) -> list[Cost]:
    apps: list[AppTest] = []
    first: list[float] = []
    warm: list[list[float]] = [[] for _ in archives]
    for url in archives:
        os.environ["MONITOR_ARCHIVE"] = url
        apps.append(_app())
        first.append(_seconds(lambda app=apps[-1]: _opened(app, view)))  # type: ignore[misc]
    for _ in range(rounds):
        for url, app, found in zip(archives, apps, warm, strict=True):
            os.environ["MONITOR_ARCHIVE"] = url
            found.append(_seconds(app.run))
    return [Cost(once, statistics.median(again)) for once, again in zip(first, warm, strict=True)]


def _app() -> AppTest:
    from streamlit.testing.v1 import AppTest

    return AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=PATIENCE)


def _opened(app: AppTest, view: str) -> AppTest:
    shown = app.switch_page(f"views/{view}.py").run()
    if shown.exception or shown.error:
        raise RuntimeError(f"{view}: {[one.message for one in shown.exception]} {[one.value for one in shown.error]}")
    return shown


def _seconds(do: Callable[[], object]) -> float:
    start = time.process_time()
    do()
    return time.process_time() - start
