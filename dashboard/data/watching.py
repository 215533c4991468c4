"""What is looked at: the monitor with its lists, its archive, and the moment. The one place here that knows the time.

Every answer of this package is kept under the archive's change token and the day (`key`): new data make a new key,
nothing is ever cleared."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import words
from dashboard.data.keeping import Kept
from feeds.archive import Archive, open_archive
from feeds.lists import Lists, stamp
from feeds.model import Source
from feeds.monitor import Monitor
from feeds.options import archive_url, monitor_of
from feeds.sources import Outlets, read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.lexicon import Lexicon, read_lexicon
from metrics.reader_labels import FIRST, reader_labels, reader_languages

KEPT = 128  # answers of one question
_pinned: ContextVar[str] = ContextVar("state of the archive that is asked", default="")


@dataclass(frozen=True, slots=True)
class Watched:
    """A monitor with all its data files."""

    monitor: Monitor
    lexicon: Lexicon
    sources: tuple[Source, ...]
    outlets: Outlets
    attribution: Attribution
    labels: words.Labels


def now() -> datetime:
    """The moment the pages speak of: the clock's, or the fixed one of an invented monitor."""
    return watched().monitor.now or datetime.now(UTC)


def today() -> date:
    return watched().monitor.day_of(now())


def watched() -> Watched:
    """The monitor of $MONITOR, its labels in the language of who looks. Raises DataFileError."""
    return _in_language(os.environ.get("MONITOR", ""), chosen_language())


def chosen_language() -> str:
    """As languages call themselves; "" English: nothing chosen, or nobody looks at a page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    return str(st.session_state.get(words.LANGUAGE_KEY) or "")


def languages() -> Mapping[str, str]:
    """Code → its own name, of all languages that labels can be read in."""
    return _languages(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _languages(folder: str) -> Mapping[str, str]:
    return reader_languages(_files(folder).monitor)


def labels_in(language: str) -> words.Labels:
    """All labels in one language, as it calls itself; English where no language does."""
    return _in_language(os.environ.get("MONITOR", ""), language).labels


def archive() -> Archive:
    """The archive of $MONITOR_ARCHIVE, read-only. Raises ArchiveError when there is none yet."""
    return _archive(url(), os.getpid())


def mark() -> str:
    """Changes whenever the pages would: with the archive, with the list of sources, and at midnight."""
    return f"{archive().changed()} {today()} {lists_stamp()}"


def lists_stamp() -> int:
    """Changes with the lists of sources and outlets."""
    return hash(stamp(watched().monitor))


def begin() -> None:
    """Fix what this run of a page speaks of: all its answers are of one state of the archive."""
    st.session_state["mark"] = mark()


def is_shown() -> bool:
    """Does the page show the archive as it is now?"""
    return st.session_state.get("mark") == mark()


@contextmanager
def pinned() -> Iterator[None]:
    """All answers within are of one state of the archive, as `begin` fixes for a page; for who asks without one."""
    token = _pinned.set(mark())
    try:
        yield
    finally:
        _pinned.reset(token)


def url() -> str:
    return _url(watched())


def _url(of: Watched) -> str:
    return archive_url(argparse.Namespace(archive=None), of.monitor)


@dataclass(frozen=True, slots=True)
class _Files:
    """What is read once a process: who edits these files starts the server again. Labels are English."""

    monitor: Monitor
    lexicon: Lexicon
    labels: words.Labels


# Every answer asks for these, hundreds of times a page: kept by hand, a tenth of what a cache of Streamlit costs.
_known_files: Kept[_Files] = Kept(8)
_known_lists: Kept[Lists[Watched]] = Kept(8)
_known: Kept[Watched] = Kept(32)


def _in_language(folder: str, language: str) -> Watched:
    name = folder, language, stamp(_files(folder).monitor)
    return _known.get(name, lambda: _watched(folder, language))


def _watched(folder: str, language: str) -> Watched:
    one = _known_lists.get(folder, lambda: _read(folder))()
    code = next((code for code, name in reader_languages(one.monitor).items() if name == language), FIRST)
    return replace(one, labels=words.labels_of(one.monitor, reader_labels(one.monitor, one.lexicon, code)))


def _read(folder: str) -> Lists[Watched]:
    """Sources and outlets are read again when they change. A broken edit by hand is for the poller's log to say."""

    def read() -> Watched:
        sources, outlets = read_sources(monitor), read_outlets(monitor)
        return Watched(monitor, of.lexicon, sources, outlets, Attribution(sources, outlets), of.labels)

    of = _files(folder)
    monitor = of.monitor
    return Lists(monitor, read, lambda error: None)


def _files(folder: str) -> _Files:
    return _known_files.get(folder, lambda: _read_files(folder))


def _read_files(folder: str) -> _Files:
    monitor = monitor_of(argparse.Namespace(monitor=folder or None, archive=None))
    lexicon = read_lexicon(monitor)
    return _Files(monitor, lexicon, words.labels_of(monitor, reader_labels(monitor, lexicon)))


@st.cache_resource(max_entries=8, show_spinner=False)
def _archive(url: str, process: int) -> Archive:
    return open_archive(url, read_only=True)


def key() -> str:
    """What an answer depends on besides its question, where it reads nothing of the ledger of polls: a poll that
    brought nothing leaves it."""
    state, rest = _state().split(" ", 1)
    version, _, others = state.split("-", 2)
    of = watched()
    return f"{of.monitor.folder} {_url(of)} {version} {others} {rest}"


def ledger_key() -> str:
    """The same for an answer that reads polls."""
    of = watched()
    return f"{of.monitor.folder} {_url(of)} {_state()}"


def _state() -> str:
    return str(_pinned.get() or st.session_state.get("mark") or mark())
