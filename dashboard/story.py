"""One story as a page of its own, by `?story=` on Coverage: who carried it first, what it says, and how it changed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import data, editing, page, pieces, story_pieces, words
from metrics.appearance import appearances
from metrics.model import StoryLine

KEY = "story"  # of the address
Why = Callable[[StoryLine, pieces.EvidenceLine | None], None]


def asked() -> list[StoryLine]:
    """The articles of the story in the address; [] when there is none, and then the page says so."""
    given = st.query_params.get(KEY, "")
    if not given:
        return []
    found = data.members(int(given)) if given.isascii() and given.isdigit() and len(given) < 10 else []
    if not found:
        st.warning(words.NO_SUCH_STORY)
    return found


def show(members: list[StoryLine], *, why: Why) -> None:
    """why : puts the explanation of one sentence below it."""
    labels, first = data.watched().labels, members[0]
    st.html(pieces.alone(pieces.within("coverage", plain_back(), **labels.address)))
    parts = page.story_parts(first, heading="h2")
    st.html(pieces.alone(parts.head, begins=first.article))
    event = page.event_line(first)
    credited, reports = (event.credited, event.independent_reports) if event else ("", None)
    st.html(story_pieces.attribution(first, labels, credited=credited, reports=reports))
    _sentences(first, parts, why)
    _copies(members)
    _versions(members)
    if event and event.others:
        st.header(words.OTHER_STORIES, anchor=False)
        st.html(pieces.alone(pieces.event_others(event, labels)))


def plain_back() -> str:
    return pieces.plain(words.ALL_STORIES)


def _sentences(line: StoryLine, parts: pieces.StoryParts, why: Why) -> None:
    st.header(words.SENTENCES, anchor=False)
    whole, labels = data.whole_text(line.article), data.watched().labels
    if not parts.evidence:
        st.caption(words.NO_EVIDENCE)
        why(line, None)
        editing.feedback(line, None)
    for one in parts.evidence:
        items = [item for item in line.evidence if (item.start, item.end) == (one.start, one.end)]
        st.html(pieces.alone(story_pieces.in_paragraph(line, items, whole, labels)))
        why(line, one)
        editing.feedback(line, one)


def _copies(members: list[StoryLine]) -> None:
    st.header(words.COPIES, anchor=False)
    st.html(story_pieces.copies(appearances(members), data.watched().labels))


def _versions(members: list[StoryLine]) -> None:
    """What any outlet that carried it changed after publication, word by word."""
    st.header(words.VERSIONS, anchor=False)
    labels = data.watched().labels
    told = [(line, pieces.traces(*data.traces(line.article), labels, opened=True)) for line in members]
    changed = [(line, html) for line, html in told if html]
    if not changed:
        st.caption(words.NOT_CHANGED)
    for line, html in changed:
        st.html(pieces.alone(f"<p><b>{pieces.foreign(line.outlet)}</b></p>{html}"))
