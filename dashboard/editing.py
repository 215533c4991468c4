"""For editors, where the server was started with --edit: what a tag should be, and notes. Asks; data.py writes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import data, pieces, words
from feeds.errors import HouseError
from metrics.feedback import LONGEST_NOTE, NOTE, Right, Told, noted, wrong
from metrics.model import OCCURRENCES, STANCES, Evidence, StoryLine

SAYS = "it says what is chosen here"
NOTHING = "it says nothing of the kind"
NOT_ABOUT = "the article is about other things"


def feedback(line: StoryLine, one: pieces.EvidenceLine | None) -> None:
    """Notes on a sentence (None: on the article), and a form, built when it is opened. Nothing without --edit."""
    if not data.may_decide():
        return
    start = one.start if one else 0
    for note in data.notes_on(line.article, start):
        kind = words.FEEDBACK_NOTE if note.kind == NOTE else words.FEEDBACK_WRONG
        st.html(pieces.alone(f'<p class="m-said">{pieces.plain(kind)} {pieces.foreign(note.text)}</p>'))
    box = st.expander(words.FEEDBACK, type="compact", key=f"feedback-{line.article}-{start}", on_change="rerun")
    if box.open:
        with box:
            _form(line, one, f"{line.article}-{start}")


def _form(line: StoryLine, one: pieces.EvidenceLine | None, key: str) -> None:
    mine = [item for item in line.evidence if one and (item.start, item.end) == (one.start, one.end)]
    with st.form(f"form-{key}", border=False):
        tag = _tag(mine, key)
        right = _right(tag, key)
        note = st.text_input(words.FEEDBACK_SAY, key=f"note-{key}", max_chars=LONGEST_NOTE)
        by = st.text_input(words.FEEDBACK_BY, key=f"by-{key}", max_chars=80)
        with st.container(horizontal=True):
            is_wrong = st.form_submit_button("Wrong", key=f"wrong-{key}", help=words.FEEDBACK_WRONG_HELP)
            is_note = st.form_submit_button("Keep the note", key=f"keep-{key}", help=words.FEEDBACK_NOTE_HELP)
    if is_wrong or is_note:
        _keep(_told(line, tag), right if is_wrong else None, note, by)


def _keep(told: Told, right: Right | None, note: str, by: str) -> None:
    """right None: a note alone."""
    try:
        case = wrong(told, right, note=note, by=by) if right else noted(told, note=note, by=by)
        st.success(words.feedback_kept(data.record_feedback(case)))
    except HouseError as error:
        st.error(str(error))


def _tag(mine: Sequence[Evidence], key: str) -> Evidence | None:
    """Which tag of the sentence is spoken of; None: of an article without any."""
    if len(mine) < 2:
        return next(iter(mine), None)
    labels = data.watched().labels
    names = {f"{labels.indicator(one.indicator)} ({words.STANCES[one.stance]})": one for one in mine}
    return names[st.selectbox(words.FEEDBACK_WHICH, list(names), key=f"tag-{key}")]


def _told(line: StoryLine, tag: Evidence | None) -> Told:
    title, _, text = data.whole_text(line.article).partition("\n")
    return Told(
        article=line.article, language=line.language, title=title, text=text, side=line.side, published=line.day,
        relevant=bool(line.evidence), start=tag.start if tag else 0, sentence=tag.sentence if tag else "",
        tag=tag, others=tuple(item for item in line.evidence if item is not tag),
    )  # fmt: skip


def _right(tag: Evidence | None, key: str) -> Right:
    """What the editor says is right; at the beginning what the tagger said."""
    labels, of = data.watched().labels, data.watched().monitor
    verdict = st.selectbox(words.FEEDBACK_RIGHT, [SAYS, NOTHING, NOT_ABOUT], key=f"right-{key}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        said = {
            name: _one_of(f"{name.capitalize()}", list(keys), getattr(tag, name, None), names, f"{name}-{key}")
            for name, keys, names in (
                ("indicator", of.indicator_keys, labels.indicators),
                ("stance", STANCES, words.STANCES),
                ("occurrence", OCCURRENCES, words.OCCURRENCES),
                ("people", tuple(labels.peoples), labels.peoples),
            )
        }
    return Right(True, **said) if verdict == SAYS else Right(relevant=verdict == NOTHING)


def _one_of(label: str, keys: list[str], now: str | None, names: words.Names, key: str) -> str:
    at = keys.index(now) if now in keys else 0
    return str(st.selectbox(label, keys, at, format_func=lambda one: names.get(one, one), key=key, width=220))
