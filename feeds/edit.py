"""Add entries to a `sources.yaml`, or retire one, without touching the rest: comments and order are somebody's work.

Writes one file, all or nothing. No clock, no network.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

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


def retire_source(monitor: Monitor, key: str, reason: str) -> Source:
    """Write `retired: reason` into the entry of that source; it is kept for its history and asked no more.

    Raises DataFileError: no such source, retired already, no reason, or an entry that has to be edited by hand; then
    nothing changed.
    """
    path = monitor.folder / "sources.yaml"
    outlets, before = read_outlets(monitor), read_sources(monitor)
    at = next((number for number, source in enumerate(before) if source.key == key), None)
    if at is None:
        raise DataFileError(f'{path}:1: no source "{key}"; `python -m feeds sources` lists them all')
    if (said := before[at].retired) is not None:
        raise DataFileError(f'source "{key}" is retired already: {said}')
    words = " ".join(reason.split())
    if not words:
        raise DataFileError("say why the source is retired: the reason is kept with it")
    wanted = (*before[:at], replace(before[at], retired=words), *before[at + 1 :])
    otherwise = f'the entry of "{key}" is written in a way that has to be edited by hand'
    text = _with_retired(path.read_text(encoding="utf-8"), at, words)
    return _replaced(path, text, monitor, outlets, is_right=wanted.__eq__, otherwise=otherwise)[at]


def _with_retired(text: str, at: int, reason: str) -> str:
    """The text of the file with `retired:` in its entry number `at`, in the form in which the entry is written."""
    said = json.dumps(reason, ensure_ascii=False)  # a JSON string is one of YAML
    entry = cast(yaml.MappingNode, cast(yaml.SequenceNode, yaml.compose(text, Loader=yaml.SafeLoader)).value[at])
    fields = {name.value: (name, value) for name, value in entry.value}
    if "retired" in fields:
        start, end = (mark.index for mark in (fields["retired"][1].start_mark, fields["retired"][1].end_mark))
        return f"{text[:start]}{' ' if start == end else ''}{said}{text[end:]}"
    if entry.flow_style:
        end = entry.end_mark.index - 1
        return f"{text[:end].rstrip().removesuffix(',')}, retired: {said}{text[end:]}"
    line_end = text.find("\n", fields["key"][1].end_mark.index)
    end = len(text) if line_end < 0 else line_end
    return f"{text[:end]}\n{' ' * entry.start_mark.column}retired: {said}{text[end:]}"


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
    otherwise = "nothing can be appended to the way this list is written; add by hand"
    return _replaced(path, new, monitor, outlets, is_right=lambda after: len(after) == expected, otherwise=otherwise)


def _replaced(
    path: Path,
    text: str,
    monitor: Monitor,
    outlets: Outlets,
    *,
    is_right: Callable[[tuple[Source, ...]], bool],
    otherwise: str,
) -> tuple[Source, ...]:
    """The sources of the new text, once it stands in place of the file; `otherwise` is said when they are not right."""
    draft = path.with_name(path.name + ".new")
    try:
        draft.write_text(text, encoding="utf-8")
        after = sources_in(draft, monitor, outlets)
        if not is_right(after):
            raise DataFileError(f"{path}:1: {otherwise}")
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
