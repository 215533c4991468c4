"""`python -m metrics load DIR`: counts of another archive's open data, as days that are never counted again."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from feeds.archive import Archive, open_archive
from feeds.errors import HouseError
from feeds.options import DONE, add_options, archive_url, monitor_of
from metrics.package_read import Package, days_of, read_head
from metrics.store import frozen
from metrics.store.frozen import Frozen


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `load`."""
    one = subparsers.add_parser("load", help="counts of another archive's open data, as frozen days")
    add_options(one)
    one.add_argument("folder", metavar="DIR", help="that `python -m dashboard export` wrote")
    one.set_defaults(run=_run)


def _run(args: argparse.Namespace, *, clock: Callable[[], datetime], **_: object) -> int:
    monitor = monitor_of(args)
    head = read_head(Path(args.folder), monitor)
    for _days, _rows in days_of(head, monitor):
        pass  # all of it is read before any of it is stored: a broken line leaves the archive as it was
    with open_archive(archive_url(args, monitor)) as archive:
        refuse(archive, head)
        of = Frozen(head.rules_version, head.vintage, head.name, head.sha256)
        now = monitor.now or clock()
        under = frozen.rules_for(archive, head.rules_version, head.vintage, now=now)
        for days, rows in days_of(head, monitor):
            frozen.load_days(archive, under, of, days, rows, now=now)
    print(
        f"{(head.last - head.first).days + 1} days from {head.first} to {head.last}: frozen, as {head.name} counts them"
    )
    return DONE


def refuse(archive: Archive, head: Package) -> None:
    """Raises HouseError when days of the package are known otherwise. Loading the same again is allowed."""
    mine = frozen.own_days(archive, first=head.first, last=head.last)
    if mine is not None:
        raise HouseError(
            f"{head.folder}: this archive has seen days from {mine[0]} to {mine[1]} itself; a day is counted here or"
            " loaded, never both: load into another archive, or export other days"
        )
    others = frozen.frozen_between(archive, first=head.first, last=head.last)
    if theirs := next((one.package for one in others.values() if one.sha256 != head.sha256), None):
        raise HouseError(f"{head.folder}: some of its days were loaded from {theirs} before; export other days")
