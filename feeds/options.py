"""What every command of the three rooms shares: --monitor, --archive, and errors as one line. No clock, no network."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from feeds.errors import DataFileError, HouseError
from feeds.monitor import Monitor, default_archive, read_monitor

DONE, IN_PART, WRONG = 0, 1, 2  # exit status of every command
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


def run(command: Callable[[], int]) -> int:
    """Exit status of `command`; an expected error becomes one line on stderr and status 2."""
    try:
        return command()
    except HouseError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
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
