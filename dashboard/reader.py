"""What the frame of every page asks, kept in the address: the reader's language, and keys. Asks and shows.

The choices of other widgets stand in the address by their labels; when the language changes they are said anew in it,
so that nobody loses a filter.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import data, words

_BEFORE = "labels were in"
_NOT_TAGS = frozenset({words.LANGUAGE_KEY, _BEFORE, "language"})  # "Armenian" is a language there, not a side
_SEVERAL = frozenset({"also"})  # keys of the address whose widget holds a list, even of one


def choose() -> str:
    """The choice itself. Returns what to say of its labels: that they are drafts, while no native reader has signed."""
    names = list(data.languages().values())
    st.selectbox(
        words.LANGUAGE_CHOICE, names, key=words.LANGUAGE_KEY, bind="query-params", width=150, help=words.LANGUAGE_HELP
    )
    labels = data.watched().labels
    _say_anew(labels)
    return words.drafted_labels(data.languages()[labels.reader.language]) if labels.reader.is_drafted else ""


def keys() -> None:
    """Single-letter keys can be turned off (WCAG 2.1.4). dashboard/scripts/keys.js looks for what stands here then."""
    if not st.toggle(words.KEYS_SWITCH, True, key=words.KEYS_KEY, bind="query-params", help=words.KEYS_HELP):
        st.html('<div class="m-keys-off"></div>')


def _say_anew(labels: words.Labels) -> None:
    """What was chosen by a label of another language is chosen by the one of this language; before any other widget."""
    if st.session_state.get(_BEFORE) == labels.reader.language:
        return
    st.session_state[_BEFORE] = labels.reader.language
    addressed = {key: _addressed(key) for key in st.query_params if key not in st.session_state}
    for key, value in (addressed | dict(st.session_state.items())).items():
        if isinstance(key, str) and key not in _NOT_TAGS and (said := _said_anew(value, labels)):
            st.session_state[key] = said


def _addressed(key: str) -> object:
    return st.query_params.get_all(key) if key in _SEVERAL else st.query_params[key]


def _said_anew(value: object, labels: words.Labels) -> str | list[str] | None:
    """The label, or the list of labels, in this language; None where it is said already, or is no label."""
    if isinstance(value, list | tuple):
        anew = [_in_language(one, labels) for one in value]
        return anew if anew != list(value) else None  # type: ignore[return-value]
    anew_one = _in_language(value, labels)
    return anew_one if isinstance(anew_one, str) and anew_one != value else None


def _in_language(value: object, labels: words.Labels) -> object:
    for name in data.languages().values():
        for mine, theirs in _pairs(labels, data.labels_in(name)):
            for key, label in theirs.items():
                if label == value:
                    return mine[key]
    return value


def _pairs(mine: words.Labels, theirs: words.Labels) -> tuple[tuple[Mapping[str, str], Mapping[str, str]], ...]:
    return (mine.indicators, theirs.indicators), (mine.sides, theirs.sides), (mine.peoples, theirs.peoples)
