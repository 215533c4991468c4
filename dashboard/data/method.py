"""The summary of a day, and how well the tagger reads."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import streamlit as st

from dashboard.data.days import reads
from dashboard.data.telling import tagger as tagger_of
from dashboard.data.watching import KEPT, archive, ledger_key, lists_stamp, now, url, watched
from dashboard.export import render
from feeds.monitor import bloc_names
from metrics import store
from metrics.cases import Case, read_cases
from metrics.evaluate import Judged, Table, judged, table
from metrics.store.audits import AuditNote
from metrics.store.audits import last_audit as audit_recorded
from metrics.store.changing import stood_stamp
from metrics.summary import Summary, default_as_of, summary_of, window_of


def summary(day: date, *, first: date | None = None, lang: str = "en") -> Summary:
    """The summary of a day, or of the days from `first` to it, as it stood at its end, or now while the day lasts."""
    return _summary(_issue_key(day), day, first or day, lang)


def summary_html(day: date, *, first: date, lang: str) -> str:
    """The same as the exported HTML document."""
    return _summary_html(_issue_key(day), day, first, lang)


def _issue_key(day: date) -> str:
    """What was known at the end of a day stays as it was, whatever is polled later; the day that lasts goes on."""
    of = watched()
    end = window_of(of.monitor, day)[1]
    if end > now() or _has_other_words(ledger_key()):
        return ledger_key()
    return f"{of.monitor.folder} {url()} {lists_stamp()} {_stood(ledger_key(), end)}"


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _stood(key: str, end: datetime) -> str:
    return stood_stamp(archive(), end)


@st.cache_resource(max_entries=8, show_spinner=False)
def _has_other_words(key: str) -> bool:
    """Were the tags made with other words than the monitor has now? Then an edited article counts as it is."""
    rules = store.current_rules(archive())
    return rules is None or rules.version != watched().lexicon.rules_version


@st.cache_resource(max_entries=64, show_spinner="Writing the summary …")
def _summary(key: str, day: date, first: date, lang: str) -> Summary:
    of = watched()
    as_of = default_as_of(of.monitor, day, now=now())
    asked = archive(), of.monitor, of.lexicon, of.sources, of.outlets
    return summary_of(*asked, day=day, first=first, as_of=as_of, lang=lang, read=reads())


@st.cache_resource(max_entries=64, show_spinner=False)
def _summary_html(key: str, day: date, first: date, lang: str) -> str:
    return render(_summary(key, day, first, lang), "html").decode()


CASES = ("cases_heldout.jsonl", "cases_dev.jsonl")  # beside the data files, where monitor.yaml names no gold
GOLD = ("heldout", "dev")  # folders of the gold cases, in the same order


def last_audit() -> AuditNote | None:
    """The audit recorded last; None: none yet."""
    return audit_recorded(archive())


def case_files() -> tuple[Path, ...]:
    """The labelled cases of the monitor, held-out ones first: of its gold folder, else those beside its data files."""
    monitor = watched().monitor
    gold = monitor.gold_folder
    paths = [gold / name for name in GOLD] if gold else [monitor.folder / name for name in CASES]
    return tuple(path for path in paths if path.exists())


def evaluation() -> tuple[Table, ...] | None:
    """How well the tagger reads the labelled cases, per set; None: not measured yet by these rules."""
    return _measured().get(_measured_key())


def measure() -> None:
    """Read all labelled cases: some seconds. `evaluation` has the answer from then on, for all who look."""
    key = _measured_key()
    if key not in _measured():
        _measured()[key] = _evaluated()


def _measured_key() -> str:
    return f"{watched().monitor.folder} {watched().lexicon.rules_version}"


@st.cache_resource(show_spinner=False)
def _measured() -> dict[str, tuple[Table, ...]]:
    """One answer per monitor and rules: cached by hand, since a page must be able to look without asking."""
    return {}


def _evaluated() -> tuple[Table, ...]:
    monitor, tagger = watched().monitor, tagger_of()
    sets: dict[str, list[Judged]] = {}
    for path in case_files():
        for case in read_cases(path):
            if isinstance(case, Case):
                sets.setdefault(case.set_name, []).append(judged(case, tagger))
    return tuple(table(name, items, monitor.indicator_keys, bloc_names(monitor)) for name, items in sets.items())
