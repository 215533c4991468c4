"""What a server started with --edit may write: decisions about alerts and issues, and what editors say of tags."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import streamlit as st

from dashboard.data.watching import archive, now, url
from feeds.archive import open_archive
from feeds.errors import HouseError
from metrics.alert import Action
from metrics.cases import Case
from metrics.deciding import decide
from metrics.feedback import Note, append
from metrics.feedback import notes as notes_of
from metrics.store import outbox
from metrics.store.outbox import Letter


def may_decide() -> bool:
    """Was the server started with --edit?"""
    return os.environ.get("MONITOR_EDIT") == "1"


def decide_alert(id: str, action: Action, *, reason: str, by: str) -> None:
    """Keep a decision, only with --edit. Raises HouseError."""
    must_be_allowed()
    with open_archive(url()) as writable:
        decide(writable, id, action, reason=reason, by=by, at=now())


def letters(day: date) -> list[Letter]:
    """Messages of the issue of a day as they stand now; not kept: they change without the archive's counts."""
    return outbox.letters(archive(), day=day)


def letter(number: int) -> bytes | None:
    """What a message holds; None: it was erased."""
    return outbox.content(archive(), number)


def decide_issue(day: date, action: str, *, by: str) -> int:
    """Release or withdraw the drafts of a day, only with --edit; returns how many. Raises HouseError."""
    must_be_allowed()
    if not (by := " ".join(by.split())):
        raise HouseError("say who decides")
    after = {"release": "waiting", "withdraw": "withdrawn"}[action]
    with open_archive(url()) as writable:
        return outbox.decide(writable, "draft", after, by=by, day=day)


def feedback_file() -> Path:
    """Where what editors say of tags is kept: $MONITOR_FEEDBACK, else data/feedback.jsonl."""
    return Path(os.environ.get("MONITOR_FEEDBACK") or "data/feedback.jsonl")


def record_feedback(case: Case) -> str:
    """Keep what an editor says of a tag; returns its id. Raises HouseError."""
    must_be_allowed()
    return append(feedback_file(), case)


def notes_on(article: int, start: int) -> list[Note]:
    """What editors said of the sentence of an article that begins at `start`; only where they can."""
    path = feedback_file()
    if not may_decide() or not path.exists():
        return []
    return [one for one in _notes(str(path), path.stat().st_size) if (one.article, one.start) == (article, start)]


@st.cache_resource(max_entries=4, show_spinner=False)
def _notes(path: str, size: int) -> list[Note]:
    return notes_of(Path(path))


def must_be_allowed() -> None:
    if not may_decide():
        raise HouseError("this server only shows; who starts it with --edit can decide")
