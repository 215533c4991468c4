"""Add entries to a `sources.yaml` without touching what stands there: comments and order are somebody's work.

Writes one file, all or nothing. No clock, no network.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from feeds.errors import DataFileError
from feeds.markup import normal_url
from feeds.model import Source
from feeds.monitor import Monitor
from feeds.sources import Outlets, SourceEntry, free_key, read_outlets, read_sources, sources_in


@dataclass(frozen=True, slots=True)
class Added:
    """What an addition did: the new sources, and the addresses that were there already."""

    sources: tuple[Source, ...]
    known: tuple[str, ...]


def add_sources(monitor: Monitor, entries: Sequence[SourceEntry]) -> Added:
    """Append entries to the monitor's sources.yaml; addresses it has are left out, keys in use get a number.

    The result is read and checked before it takes the place of the file. Raises DataFileError; then nothing changed.
    """
    path = monitor.folder / "sources.yaml"
    outlets, before = read_outlets(monitor), read_sources(monitor)
    known = {normal_url(url) for source in before for url in (source.url, *source.mirrors)}
    keys = {source.key for source in before}
    fresh: list[SourceEntry] = []
    skipped: list[str] = []
    for entry in entries:
        if normal_url(entry.url) in known:
            skipped.append(entry.url)
            continue
        entry = entry.model_copy(update={"key": free_key(entry.key, keys)})
        keys.add(entry.key)
        known.add(normal_url(entry.url))
        fresh.append(_agreeing(entry, outlets))
    if not fresh:
        return Added((), tuple(skipped))
    after = _write(path, fresh, monitor, outlets, expected=len(before) + len(fresh))
    return Added(after[len(before) :], tuple(skipped))


def _agreeing(entry: SourceEntry, outlets: Outlets) -> SourceEntry:
    """What outlets.yaml says is not said again; an outlet it does not have keeps the entry's word, or "unknown"."""
    outlet = outlets.find(entry.outlet)
    if outlet is None:
        return entry.model_copy(update={"side": entry.side or "unknown", "control": entry.control or "unknown"})
    for field, value, said in (
        ("family", entry.family, outlet.family),
        ("side", entry.side, outlet.side),
        ("control", entry.control, outlet.control),
    ):
        if value is not None and value != said:
            where = f"{field} {value!r} contradicts outlets.yaml, where {outlet.key!r} has {said!r}"
            raise DataFileError(f"{entry.url}: {where}; correct one of them")
    return entry.model_copy(update={"outlet": outlet.key, "family": None, "side": None, "control": None})


def _write(
    path: Path, entries: Sequence[SourceEntry], monitor: Monitor, outlets: Outlets, *, expected: int
) -> tuple[Source, ...]:
    old = path.read_text(encoding="utf-8")
    if old.strip() in ("", "[]"):
        old = ""
    new = old + ("" if old.endswith("\n") or not old else "\n") + "".join(_as_yaml(entry) for entry in entries)
    draft = path.with_name(path.name + ".new")
    try:
        draft.write_text(new, encoding="utf-8")
        after = sources_in(draft, monitor, outlets)
        if len(after) != expected:
            raise DataFileError(f"{path}:1: nothing can be appended to the way this list is written; add by hand")
        os.replace(draft, path)
    except OSError as error:
        raise DataFileError(f"{path}:1: cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
    return after


def _as_yaml(entry: SourceEntry) -> str:
    """One entry in the form of the file: fields at their default are left out."""
    value = entry.model_dump(mode="json", exclude_defaults=True)
    if len(entry.languages) == 1:
        value["language"] = entry.languages[0]
    return str(yaml.safe_dump([value], allow_unicode=True, sort_keys=False, width=1_000))
