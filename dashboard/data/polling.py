"""The sources: how each is, its polls, and, with --edit, the commands that change the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, timedelta
from tempfile import NamedTemporaryFile

import pandas as pd
import streamlit as st

from dashboard import errands
from dashboard.data.deciding import must_be_allowed
from dashboard.data.watching import KEPT, archive, ledger_key, now, url, watched
from feeds.archive.gauges import dropped_since
from feeds.doctor import Seen, look, notes, past_hours
from feeds.model import Poll, Source
from feeds.opml import to_opml


def seen_sources() -> tuple[Seen, ...]:
    """Every source with its condition, worst first: the same words as `python -m feeds doctor`."""
    return _seen_sources(ledger_key(), _slot())


@st.cache_resource(max_entries=8, show_spinner=False)
def _seen_sources(key: str, slot: str) -> tuple[Seen, ...]:
    of = watched()
    past = _past_hours(url(), str(now().astimezone(UTC).date()))
    return look(archive(), of.sources, zone=of.monitor.zone, now=now(), past=past)


@st.cache_resource(max_entries=4, show_spinner=False)
def _past_hours(url: str, day: str) -> pd.DataFrame:
    """Polls up to the last midnight: the larger part, and the same all day."""
    return past_hours(archive(), now())


def source_notes() -> tuple[tuple[str, str], ...]:
    """(source key, what a person should do or know about it)."""
    return _source_notes(ledger_key(), _slot())


@st.cache_resource(max_entries=8, show_spinner=False)
def _source_notes(key: str, slot: str) -> tuple[tuple[str, str], ...]:
    return notes(archive(), seen_sources(), zone=watched().monitor.zone, now=now())


def _slot() -> str:
    """Changes every ten minutes: silence grows also while nothing arrives."""
    return f"{now():%Y-%m-%d %H}{now().minute // 10}"


def last_polls(source: str, most: int) -> list[Poll]:
    """Newest first."""
    return _last_polls(ledger_key(), source, most)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _last_polls(key: str, source: str, most: int) -> list[Poll]:
    return archive().polls(source=source, limit=most)


def dropped(days: int) -> dict[str, Counter[str]]:
    """Source.key → reason → items that did not become articles in the last days."""
    return _dropped(ledger_key(), _slot(), days)


@st.cache_resource(max_entries=8, show_spinner=False)
def _dropped(key: str, slot: str, days: int) -> dict[str, Counter[str]]:
    return dropped_since(archive(), now() - timedelta(days=days))


def opml() -> bytes:
    """All sources, as `feeds export` writes them."""
    of = watched()
    return to_opml(of.sources, f"{of.monitor.title} (INVENTED)" if of.monitor.invented else of.monitor.title)


def check_feed(url: str) -> str:
    """What `feeds check --json` finds there; stores nothing. Only with --edit. Raises HouseError."""
    must_be_allowed()
    return errands.waited_for("feeds", "check", "--json", *errands.network(), "--", url)


def add_source(url: str, *, outlet: str, languages: Sequence[str], scope: str) -> str:
    """`feeds add`: asks the feed first. Only with --edit; returns what the command says. Raises HouseError."""
    must_be_allowed()
    more = [*(["--outlet", outlet] if outlet else []), *(["--language", *languages] if languages else [])]
    return _edited("add", *more, "--scope", scope, *errands.network(), "--", url)


def retire_source(key: str, reason: str) -> str:
    """`feeds retire`. Only with --edit; returns what the command says. Raises HouseError."""
    must_be_allowed()
    return _edited("retire", f"--reason={reason}", "--", key)


def import_sources(body: bytes) -> str:
    """`feeds import` of an OPML file. Only with --edit; returns what the command says. Raises HouseError."""
    must_be_allowed()
    with NamedTemporaryFile(suffix=".opml") as file:
        file.write(body)
        file.flush()
        return _edited("import", "--", file.name)


def _edited(*arguments: str) -> str:
    command, *rest = arguments
    return errands.waited_for("feeds", command, "--monitor", str(watched().monitor.folder), *rest)


def in_panel(sources: Sequence[Source]) -> tuple[list[Source], list[Source], list[Source]]:
    """Polled, off, retired."""
    off = [source for source in sources if not source.enabled and source.retired is None]
    retired = [source for source in sources if source.retired is not None]
    return [source for source in sources if source.is_polled], off, retired
