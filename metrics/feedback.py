"""What an editor says of a tag, as labelled cases in the gold format, one a line of a file that only grows.

A case claims no more than its editor looked at: the other indicators of the article are `optional`, they neither help
nor hurt when `python -m metrics evaluate` reads the file. Writes that one file and nothing else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from feeds.errors import HouseError
from metrics.cases import Case, Label, read_cases
from metrics.model import Evidence

PATIENCE_SECONDS = 10
LONGEST_NOTE = 1_000
NOTE, WRONG = "note", "wrong"  # `threat` of a case: what its editor wanted


class FeedbackError(HouseError):
    """The file cannot take a line; nothing was written."""


@dataclass(frozen=True, slots=True)
class Told:
    """The article as it stands, and the tag that is spoken of; None: the article as a whole.

    others : all other evidence of the article.
    """

    article: int
    language: str
    title: str
    text: str
    side: str
    published: date | None
    relevant: bool
    start: int = 0
    sentence: str = ""
    tag: Evidence | None = None
    others: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Right:
    """What the sentence says in truth. stance "" : nothing about any indicator."""

    relevant: bool = True
    indicator: str = ""
    stance: str = ""
    occurrence: str | None = None
    people: str | None = None


def wrong(told: Told, right: Right, *, note: str, by: str) -> Case:
    """A case that says what is right. Raises FeedbackError when nobody signs it."""
    spoken_of = {right.indicator} | ({told.tag.indicator} if told.tag else set())
    same = [one for one in told.others if one.indicator in spoken_of]
    labels = [_right_label(told, right)] if right.relevant and right.indicator else []
    labels += [_label(one) for one in same] if right.relevant else []
    optional = sorted({one.indicator for one in told.others} - spoken_of) if right.relevant else []
    unsure = [f"{by}: the other sentences stand as tagged"] if same and right.relevant else []
    return _case(told, WRONG, labels, optional, note=note, by=by, relevant=right.relevant, unsure=unsure)


def noted(told: Told, *, note: str, by: str) -> Case:
    """A case that claims nothing but keeps a note. Raises FeedbackError when it is empty or nobody signs it."""
    if not note.strip():
        raise FeedbackError("a note needs words")
    found = sorted({one.indicator for one in (*([told.tag] if told.tag else []), *told.others)})
    return _case(told, NOTE, [], found, note=note, by=by, relevant=told.relevant, unsure=[])


def _case(
    told: Told, kind: str, labels: Sequence[Label], optional: Sequence[str], *, note: str, by: str, relevant: bool,
    unsure: Sequence[str],
) -> Case:  # fmt: skip
    if not by.strip():
        raise FeedbackError("sign it: your name is kept with it")
    if len(note) > LONGEST_NOTE:
        raise FeedbackError(f"the note has {len(note):,} characters, {LONGEST_NOTE:,} are the most")
    return Case(
        id=f"F-{told.article}-{told.start}", lang=told.language, title=told.title, text=told.text, relevant=relevant,
        context=False if relevant else None, published=told.published, side=told.side, indicators=tuple(labels),
        optional=tuple(optional), notes=f"{by.strip()}: {note.strip()}".strip(), threat=kind, unsure=tuple(unsure),
    )  # fmt: skip


def _right_label(told: Told, right: Right) -> Label:
    occurrence = right.occurrence if right.stance == "reported" else None
    return Label(
        indicator=right.indicator, stance=right.stance, occurrence=occurrence, people=right.people,
        evidence=told.sentence,
    )  # fmt: skip


def _label(one: Evidence) -> Label:
    return Label(
        indicator=one.indicator, stance=one.stance, occurrence=one.occurrence, people=one.people, evidence=one.sentence
    )


def append(path: Path, case: Case) -> str:
    """Add one line, whole or not at all; returns the id it got, which no other line has. Raises FeedbackError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=PATIENCE_SECONDS):
            return _append(path, case)
    except Timeout:
        raise FeedbackError(f"{path}: somebody else has been writing for {PATIENCE_SECONDS} s; try again") from None
    except OSError as error:
        raise FeedbackError(f"{path}: cannot be written: {error.strerror}") from None


def _append(path: Path, case: Case) -> str:
    with path.open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        if size and file.read(1) != b"\n":
            raise FeedbackError(f"{path}: its last line is not whole; end or remove it by hand, then try again")
        file.seek(0)
        number = sum(1 for _ in file) + 1
        named = case.model_copy(update={"id": f"{case.id}-{number}"})
        try:
            file.write(_line(named))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)  # a full disk took a part of it
            raise
    return named.id


def _line(case: Case) -> bytes:
    return json.dumps(case.model_dump(mode="json"), ensure_ascii=False).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Note:
    """What an editor said of a sentence that begins at `start` of an article."""

    id: str
    article: int
    start: int
    kind: str
    text: str


def notes(path: Path) -> list[Note]:
    """All that editors said, oldest first; [] when there is no file yet. Raises DataFileError naming the line."""
    cases = [one for one in read_cases(path) if isinstance(one, Case)] if path.exists() else []
    return [_note(one) for one in cases if one.id.count("-") == 3]


def _note(case: Case) -> Note:
    _, article, start, _ = case.id.split("-")
    return Note(case.id, int(article), int(start), case.threat, case.notes)
