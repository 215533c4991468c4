"""On the page Daily summary: what became of an issue's messages, its mail as readers get it, and a person's release.

Shows and asks only; a decision goes through data.py, and only where the server was started with --edit.
"""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboard import data, words
from dashboard.export import eml
from feeds.errors import HouseError
from metrics.store.outbox import Letter
from metrics.summary import Summary

HEADERS = ("From", "To", "Subject", "Date", "Message-ID")


def show(summary: Summary) -> None:
    """Nothing but the preview where no channel is named and nothing was ever sent."""
    letters = data.letters(summary.day)
    if letters:
        st.caption(words.issue_sent(Counter(one.state for one in letters)))
    if dead := [one for one in letters if one.state == "dead"]:
        st.warning(words.issue_dead(len(dead)), icon=":material/error:")
        st.text("\n".join(f"{one.channel} → {one.recipient}: {one.error}" for one in dead))  # not read as Markdown
    if data.may_decide() and any(one.state == "draft" for one in letters):
        _decide(summary)
    if st.toggle(words.MAIL_PREVIEW, key="mail", bind="query-params"):
        st.code(preview(_body(summary, letters)), language=None, wrap_lines=True)


def _body(summary: Summary, letters: Sequence[Letter]) -> bytes:
    """The mail itself where there is one; else as it would be written, to nobody."""
    for one in letters:
        content = data.letter(one.id) if one.media_type == eml.MEDIA_TYPE else None
        if content is not None:
            return content
    return eml.render(summary)


def preview(body: bytes) -> str:
    """What a reader sees of a mail: who, what, when, the files with it, the text. Text of feeds stays text."""
    letter = email.message_from_bytes(body, policy=email.policy.default)
    assert isinstance(letter, email.message.EmailMessage)
    head = [f"{name}: {letter[name]}" for name in HEADERS if letter[name]]
    files = [f"{words.MAIL_FILE}: {one.get_filename()}" for one in letter.iter_attachments()]
    plain = letter.get_body(("plain",))
    return "\n".join([*head, *files, "", plain.get_content() if plain is not None else ""])


def _decide(summary: Summary) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.text_input(words.RELEASE_BY, key="release-by")
        for action, label in words.RELEASES.items():
            st.button(label, key=f"release-{action}", on_click=_decided, args=(summary, action, by))
    if said := st.session_state.pop("released", ""):
        st.info(said)


def _decided(summary: Summary, action: str, by: str) -> None:
    try:
        st.session_state["released"] = words.issue_decided(data.decide_issue(summary.day, action, by=by))
    except HouseError as error:
        st.session_state["released"] = str(error)
