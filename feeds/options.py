"""What every command of the three rooms shares: --monitor, --archive, and errors as one line. No clock, no network."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import yaml

from feeds.characters import one_line
from feeds.errors import DataFileError, HouseError
from feeds.monitor import Monitor, default_archive, read_monitor

DONE, IN_PART, WRONG = 0, 1, 2  # exit status of every command
EVIDENCE_DAYS = 90  # that the bytes of answers are kept, unless told otherwise
INTERRUPTED = 130  # as a shell reports Ctrl-C


def add_options(parser: argparse.ArgumentParser) -> None:
    """--monitor and --archive, the same for every command."""
    parser.add_argument("--monitor", metavar="DIR", help="folder that says what is watched (default: $MONITOR)")
    parser.add_argument(
        "--archive", metavar="URL", help="where articles are kept (default: $MONITOR_ARCHIVE, else data/<monitor>.db)"
    )


def monitor_of(args: argparse.Namespace) -> Monitor:
    """The monitor the command is about. Raises DataFileError."""
    chosen = args.monitor or os.environ.get("MONITOR") or _only_real_monitor(Path("monitors"))
    return read_monitor(Path(chosen))


def archive_url(args: argparse.Namespace, monitor: Monitor) -> str:
    return args.archive or os.environ.get("MONITOR_ARCHIVE") or default_archive(monitor)


def vantage_of(args: argparse.Namespace) -> str:
    """Where the poller runs, as its operator says, in one line; "" when nobody said."""
    said = os.environ.get("MONITOR_VANTAGE", "") if args.vantage is None else args.vantage
    return " ".join(str(said).split())


def days(text: str) -> int:
    """A number of days as people write it, for argparse. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and int(text) <= 36_500):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of days from 0 to 36500")
    return int(text)


def given_day(text: str, option: str) -> date:
    """A day as people write it behind an option. Raises HouseError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HouseError(f"{option} {text}: not a day; write it as 2026-01-31") from None


def write_out(data: bytes, out: str) -> None:
    """To the file behind --out; "-": standard output. Raises HouseError when it cannot be written."""
    if out == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        Path(out).write_bytes(data)
    except OSError as error:
        raise HouseError(f"--out {out}: cannot be written: {error.strerror}") from None


def write_whole(path: Path, body: bytes) -> None:
    """Beside it first, then in its place: a reader never finds half a file. Not for pipes and devices.

    Raises OSError.
    """
    beside = path.parent / f".{path.name}.part"
    try:
        beside.write_bytes(body)
        os.replace(beside, path)
    except OSError:
        with suppress(OSError):  # the folder may be missing or read-only: then there is nothing to remove
            beside.unlink()
        raise


def keep_evidence_of(args: argparse.Namespace) -> int:
    """Days that the bytes of answers are kept. Raises DataFileError when the environment says nonsense."""
    said = os.environ.get("MONITOR_KEEP_EVIDENCE", "")
    if args.keep_evidence is not None or not said:
        return EVIDENCE_DAYS if args.keep_evidence is None else int(args.keep_evidence)
    try:
        return days(said)
    except argparse.ArgumentTypeError as error:
        raise DataFileError(f"MONITOR_KEEP_EVIDENCE: {error}") from None


def run(command: Callable[[], int]) -> int:
    """Exit status of `command`; an expected error becomes one line on stderr and status 2."""
    try:
        return command()
    except HouseError as error:
        print(" ".join(one_line(str(error)).split()), file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away: `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _only_real_monitor(folder: Path) -> str:
    """Without a word from the user: the one monitor that is not invented."""
    heads = sorted(folder.glob("*/monitor.yaml"))
    real = [head.parent for head in heads if not _is_invented(head)]
    if len(real) != 1:
        raise DataFileError(
            f"{folder}:1: which monitor? Give --monitor DIR or set MONITOR to a folder with monitor.yaml"
        )
    return str(real[0])


def _is_invented(head: Path) -> bool:
    try:
        value = yaml.safe_load(head.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return False  # read_monitor will say what is wrong
    return isinstance(value, dict) and value.get("invented") is True
