"""Which feeds there are and who publishes: `sources.yaml` and `outlets.yaml`, read, checked. No clock, no network."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from pydantic import Field

from feeds.datafile import Strict, read_yaml, wrong
from feeds.errors import DataFileError
from feeds.markup import ascii_url, normal_url
from feeds.model import Fulltext, Outlet, Scope, Source
from feeds.monitor import Monitor

KEY = r"^[a-z0-9][a-z0-9-]*$"
LONGEST_KEY = 60


class OutletEntry(Strict):
    """One entry of outlets.yaml."""

    key: str = Field(pattern=KEY)
    name: str = Field(min_length=1)
    names: tuple[str, ...] = ()
    family: str = Field(pattern=KEY)
    side: str
    control: str = "unknown"
    basis: str = ""
    as_of: str | int | date = ""


class SourceEntry(Strict):
    """One entry of sources.yaml. family, side, control None: as outlets.yaml says."""

    key: str = Field(pattern=KEY, max_length=LONGEST_KEY)
    url: str
    outlet: str = Field(min_length=1)
    family: str | None = None
    language: str | tuple[str, ...]
    side: str | None = None
    control: str | None = None
    basis: str = ""
    as_of: str | int | date = ""
    scope: Literal["full", "section", "query"] = "full"
    mirrors: tuple[str, ...] = ()
    home: str = ""
    seen: str | date = ""
    retired: str | None = None
    enabled: bool = True
    user_agent: str | None = None
    proxy: str | None = None
    fulltext: Fulltext = "never"

    @property
    def languages(self) -> tuple[str, ...]:
        return (self.language,) if isinstance(self.language, str) else self.language


class Outlets:
    """The publishers a monitor knows, found by key or by any of their names."""

    def __init__(self, outlets: Iterable[Outlet]) -> None:
        self.all = tuple(outlets)
        self._by_name: dict[str, Outlet] = {}
        for outlet in self.all:
            for name in (outlet.key, outlet.name, *outlet.names):
                self._by_name.setdefault(_folded(name), outlet)

    @property
    def fingerprint(self) -> str:
        """Changes when anything that outlets.yaml says does."""
        parts = [(one.key, one.name, one.family, one.side, one.control, *one.names) for one in self.all]
        return hashlib.sha256("\n".join("|".join(part) for part in parts).encode()).hexdigest()[:12]

    def find(self, name: str) -> Outlet | None:
        return self._by_name.get(_folded(name))

    def of(self, source: Source, item_outlet: str) -> Outlet:
        """Who published an item: the outlet it names itself, else that of its source. An outlet that nobody knows has
        side "unknown": it is never guessed from the source that carried it."""
        if not item_outlet.strip():
            return source.outlet
        if _folded(item_outlet) in (_folded(source.outlet.name), _folded(source.outlet.key)):
            return source.outlet
        return self.find(item_outlet) or _unknown_outlet(item_outlet)


def read_outlets(monitor: Monitor) -> Outlets:
    """`outlets.yaml` of the monitor. Raises DataFileError: unknown side or control, a key or name that stands twice."""
    path = monitor.folder / "outlets.yaml"
    entries = tuple(read_yaml(path, list[OutletEntry]) or ())
    seen: dict[str, str] = {}
    for number, entry in enumerate(entries):
        _one_of(path, (number, "side"), entry.side, monitor.side_keys)
        _one_of(path, (number, "control"), entry.control, _controls(monitor))
        for name in dict.fromkeys(_folded(name) for name in (entry.key, entry.name, *entry.names)):
            if name in seen:
                raise wrong(path, (number,), f'"{name}" is already a name of "{seen[name]}"; one name, one outlet')
            seen[name] = entry.key
    return Outlets(_outlet(entry) for entry in entries)


def read_sources(monitor: Monitor) -> tuple[Source, ...]:
    """`sources.yaml` of the monitor, in its order, with the outlet of each source.

    Raises DataFileError naming file, line, entry and what is allowed.
    """
    return sources_in(monitor.folder / "sources.yaml", monitor, read_outlets(monitor))


def sources_in(path: Path, monitor: Monitor, outlets: Outlets) -> tuple[Source, ...]:
    """The sources of one file; a list that is not yet in the monitor's folder can be checked with it too."""
    entries = tuple(read_yaml(path, list[SourceEntry]) or ())
    keys: dict[str, str] = {}
    urls: dict[str, str] = {}
    for number, entry in enumerate(entries):
        _check(path, number, entry, monitor)
        _not_twice(path, (number, "key"), entry.key, keys, entry.key)
        for url in dict.fromkeys(normal_url(url) for url in (entry.url, *entry.mirrors)):
            _not_twice(path, (number, "url"), url, urls, entry.key)
    return tuple(_source(path, number, entry, outlets) for number, entry in enumerate(entries))


def slug(name: str) -> str:
    """A key made from a name; a name in another script gets a short digest, so that two of them differ.

    >>> slug("The Moscow Times"), slug("Azərtac")[:6]
    ('the-moscow-times', 'az-rta')
    """
    decomposed = unicodedata.normalize("NFKD", name).lower()
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    key = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:40].strip("-")
    if name.isascii() and key:
        return key
    digest = hashlib.blake2b(_folded(name).encode(), digest_size=3).hexdigest()
    return f"{key or 'outlet'}-{digest}"


def free_key(wanted: str, taken: Iterable[str]) -> str:
    """`wanted` as a key, with a number behind it when it is taken: keys are never used twice."""
    base = (re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-") or "source")[: LONGEST_KEY - 4]
    used, number, key = set(taken), 2, base
    while key in used:
        key, number = f"{base}-{number}", number + 1
    return key


def _check(path: Path, number: int, entry: SourceEntry, monitor: Monitor) -> None:
    for language in entry.languages:
        _one_of(path, (number, "language"), language, monitor.languages)
    if not entry.languages:
        raise wrong(path, (number, "language"), f"give at least one of {' '.join(monitor.languages)}")
    for field, url in (("url", entry.url), *(("mirrors", mirror) for mirror in entry.mirrors)):
        parts = urlsplit(ascii_url(url))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise wrong(path, (number, field), f'"{url}" is not an http or https address')
    if entry.side is not None:
        _one_of(path, (number, "side"), entry.side, monitor.side_keys)
    if entry.control is not None:
        _one_of(path, (number, "control"), entry.control, _controls(monitor))
    if entry.retired is not None and not entry.retired.strip():
        raise wrong(path, (number, "retired"), "say why the source is retired, or null")


def _source(path: Path, number: int, entry: SourceEntry, outlets: Outlets) -> Source:
    return Source(
        key=entry.key,
        url=entry.url,
        outlet=_outlet_of(path, number, entry, outlets),
        languages=entry.languages,
        scope=entry.scope,
        mirrors=entry.mirrors,
        home=entry.home,
        seen=str(entry.seen),
        retired=entry.retired,
        user_agent=entry.user_agent,
        enabled=entry.enabled,
        proxy=entry.proxy,
        fulltext=entry.fulltext,
    )


def _outlet_of(path: Path, number: int, entry: SourceEntry, outlets: Outlets) -> Outlet:
    """The outlet as outlets.yaml says it, or as the entry itself does when outlets.yaml does not have it."""
    known = outlets.find(entry.outlet)
    if known is None:
        if entry.side is None:
            message = f'"{entry.outlet}" is not in outlets.yaml; add it there, or give family, side and control here'
            raise wrong(path, (number, "outlet"), message)
        made = _unknown_outlet(entry.outlet)
        return replace(
            made, family=entry.family or made.family, side=entry.side, control=entry.control or "unknown",
            basis=entry.basis, as_of=str(entry.as_of),
        )  # fmt: skip
    for field, value, said in (
        ("family", entry.family, known.family),
        ("side", entry.side, known.side),
        ("control", entry.control, known.control),
    ):
        if value is not None and value != said:
            raise wrong(path, (number, field), f'"{value}" contradicts outlets.yaml, where "{known.key}" has "{said}"')
    return known


def _outlet(entry: OutletEntry) -> Outlet:
    return Outlet(
        key=entry.key, name=entry.name, family=entry.family, side=entry.side, control=entry.control, names=entry.names,
        basis=entry.basis, as_of=str(entry.as_of),
    )  # fmt: skip


def _unknown_outlet(name: str) -> Outlet:
    key = slug(name)
    return Outlet(key=key, name=" ".join(name.split()), family=key)


def _one_of(path: Path, loc: Sequence[int | str], value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise wrong(path, loc, f'"{value}" is not one of {" ".join(allowed)}')


def _not_twice(path: Path, loc: Sequence[int | str], value: str, seen: dict[str, str], key: str) -> None:
    if value in seen:
        raise wrong(path, loc, f'"{value}" stands twice, first at "{seen[value]}"; it can be of one source only')
    seen[value] = key


def _controls(monitor: Monitor) -> tuple[str, ...]:
    return tuple(control.key for control in monitor.controls)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def scope_of(value: str) -> Scope:
    """A scope as a word of a file or command line. Raises DataFileError."""
    if value not in get_args(Scope):
        raise DataFileError(f'scope "{value}" is not one of {" ".join(get_args(Scope))}')
    return cast(Scope, value)
