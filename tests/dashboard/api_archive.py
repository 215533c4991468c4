"""The archive that the tests of the API ask: that of the pages with claimed figures, and a way to call the server."""

from __future__ import annotations

import functools
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feeds.archive import Visit, open_archive
from feeds.model import Item, Source
from feeds.monitor import Monitor, read_monitor
from feeds.sources import read_sources
from tests.dashboard.conftest import TODAY, item, moment, once, store, tag, visit, visits

FIGURES = (
    "A convoy of {} trucks carrying 40 tonnes of flour reached Perrinor, a spokesperson of the Lantern Society said. "
    "At least {} people were injured in Tollem."
)
FORMULA = "=HYPERLINK(1): a convoy of 77 trucks with flour reached Perrinor."


def fill(url: str, monitor: Monitor) -> None:
    """Ten weeks of articles, claimed figures and a private person, tagged and counted."""
    _filling(monitor.folder)(url)


@functools.cache
def _filling(folder: Path) -> Callable[[str], None]:
    monitor = read_monitor(folder)
    sources = read_sources(monitor)

    def into(url: str) -> None:
        with open_archive(url) as archive:
            store(archive, monitor, [*visits(sources), *claims(sources), named(sources)])
            tag(archive, monitor)

    return once(into)


PERSON = "Anna Petrova"


def named(sources: tuple[Source, ...]) -> Visit:
    """A private person in title, sentence, speaker and address."""
    day = TODAY - timedelta(days=2)
    text = f"Resident {PERSON}, 45, waits in bread queues in Perrinor. There is a shortage of bread, {PERSON} said."
    return visit(sources[0], day, [item("anna-petrova", day, 0, title=f"{PERSON}, 45, waits", text=text)], hour=16)


def claims(sources: tuple[Source, ...]) -> Iterator[Visit]:
    for at in range(12):
        day = TODAY - timedelta(days=12 - at)
        text = FIGURES.format(100 + at, 10 + at) if at else FORMULA
        claimed = item(f"claim{at}", day, at, title=f"Families wait in Perrinor, day {at}", text=text)
        copied = item(f"claim{at}", day, at, title=f"Families wait in Perrinor, day {at}", text=text)
        yield visit(sources[0], day, [claimed], hour=14)
        yield visit(sources[2], day, [copied], hour=15)


def newer(monitor: Monitor, url: str, number: int) -> None:
    """One more article arrives and is read."""
    bread = Item(
        f"new-{number}", f"https://example.org/new/{number}", f"Bread queues in Perrinor grow again, {number}",
        f"Residents of house {number} wait in bread queues in Perrinor.", moment(TODAY, 4),
    )  # fmt: skip
    with open_archive(url) as archive:
        store(archive, monitor, [visit(read_sources(monitor)[0], TODAY, [bread], hour=5)])
        tag(archive, monitor)


@dataclass(frozen=True)
class Reply:
    """What came over the wire."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> list[dict[str, Any]]:
        assert self.status == 200, self.body
        rows: list[dict[str, Any]] = self.json["data"]
        return rows


def call(url: str, path: str, *, method: str = "GET", **headers: str) -> Reply:
    """path : below the root of the server. Header names with _ for -."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url + path, method=method, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return Reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Reply(error.code, error.headers, error.read())


def walk(url: str, path: str) -> Iterator[list[dict[str, Any]]]:
    """Page after page, as `next` says."""
    address: str | None = path
    while address:
        reply = call(url, address)
        yield reply.data
        address = reply.json["next"]
        assert address is None or urlsplit(address).path == urlsplit(path).path
