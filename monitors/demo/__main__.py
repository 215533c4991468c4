"""`python -m monitors.demo`: build the archive of the invented country, or use the one that stands. Its clock is fixed.

Never touches an archive that it did not build: invented articles must not get among real ones.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from feeds.archive import open_archive
from feeds.archive.connect import sqlite_file
from feeds.errors import ArchiveError, DataFileError
from feeds.monitor import Monitor, default_archive, read_monitor
from feeds.options import DONE, run
from monitors.demo import plan
from monitors.demo.build import Span, poll_all, tag, version, write_truth, written_in

FOLDER = Path(__file__).parent
SQLITE_FILES = ("", "-wal", "-shm", "-journal")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 0: the archive stands; 2: wrong usage, or an archive that is not the demo's."""
    args = _parser().parse_args(argv)
    monitor = read_monitor(FOLDER)
    # $MONITOR_ARCHIVE is not asked: it may name the archive of a real monitor.
    url = args.archive or default_archive(monitor)
    _build_or_reuse(monitor, url, Span(days=args.days))
    if args.port is not None:
        _serve(url, args.port)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m monitors.demo", description="Build the archive of an invented country."
    )
    parser.add_argument("--archive", metavar="URL", help="where to build it (default: sqlite:///data/demo.db)")
    parser.add_argument(
        "--days", metavar="N", type=_days, default=plan.DAYS, help=f"first N days only, 1 to {plan.DAYS} (default: all)"
    )
    parser.add_argument("--port", metavar="N", type=int, help="then serve the dashboard on it, without polling")
    return parser


def _days(value: str) -> int:
    days = int(value)
    if not 1 <= days <= plan.DAYS:
        raise argparse.ArgumentTypeError(f"{days} is not between 1 and {plan.DAYS}")
    return days


def _build_or_reuse(monitor: Monitor, url: str, span: Span) -> None:
    marker = _beside(url, "built.json")
    name = hashlib.sha256(url.encode()).hexdigest()  # the address itself may hold a password
    wanted = {"archive": name, "generator": version(FOLDER), "days": span.days, "complete": True}
    found = _read_marker(marker)
    if monitor.now is None:
        raise DataFileError(f"{FOLDER / 'monitor.yaml'}:1: now: an invented monitor needs a fixed clock")
    is_built = found == wanted and _exists(url)
    if not is_built:
        _make_room(url, is_ours=found is not None and found.get("archive") == name)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(json.dumps({**wanted, "complete": False}), encoding="utf-8")
    with open_archive(url) as archive:
        if not is_built:
            written, by_source = written_in(monitor, span)
            poll_all(archive, monitor, by_source, span, _progress)
            write_truth(_beside(url, "truth.csv"), written, span)
            marker.write_text(json.dumps(wanted), encoding="utf-8")
        tag(archive, monitor, now=monitor.now, progress=_progress)


def _make_room(url: str, *, is_ours: bool) -> None:
    """Remove an older archive of ours. Raises ArchiveError for any other."""
    file = sqlite_file(url)
    if file is not None and is_ours:
        for ending in SQLITE_FILES:
            Path(f"{file}{ending}").unlink(missing_ok=True)
    elif _exists(url):
        raise ArchiveError(f"archive {url}: not built by this demo, so it is left alone; give another --archive")


def _exists(url: str) -> bool:
    file = sqlite_file(url)
    if file is not None:
        return Path(file).exists()
    with open_archive(url) as archive:
        return archive.article_count() > 0


def _beside(url: str, ending: str) -> Path:
    """`data/demo.db` → `data/demo-truth.csv`; beside no file (PostgreSQL): in data/."""
    file = sqlite_file(url)
    path = Path(file) if file is not None else Path("data") / url.rsplit("/", 1)[-1]
    return path.with_name(f"{path.stem}-{ending}")


def _read_marker(file: Path) -> dict[str, str | int | bool] | None:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _progress(what: str, done: int, total: int) -> None:
    """One line that is written over, when a person looks on; else one line at the end of each part."""
    is_done = done == total
    line = f"INVENTED country: {what} {done} of {total}"
    if sys.stderr.isatty() and (is_done or done % 20 == 0):
        print(f"\r{line} ", end="\n" if is_done else "", file=sys.stderr, flush=True)
    elif is_done:
        print(line, file=sys.stderr)


def _serve(url: str, port: int) -> None:
    """Become the dashboard. Ctrl-C then reaches it directly."""
    command = [
        sys.executable, "-m", "dashboard", "--monitor", str(FOLDER), "--archive", url, "--no-poll", "--port", str(port)
    ]  # fmt: skip
    os.execv(sys.executable, command)


if __name__ == "__main__":
    sys.exit(run(main))
