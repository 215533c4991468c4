"""On Method: the words of one indicator in one language, as they stand in the monitor's files; and how to cite."""

from __future__ import annotations

import streamlit as st

from dashboard import data, page, pieces, words
from dashboard.export.package_words import marked
from metrics.lexicon import Indicator, Words


def show() -> None:
    """A choice of indicator and language, and the lists behind it. The address holds both."""
    of = data.watched()
    known = {one.key: one for one in of.lexicon.indicators}
    named = page.in_any_language(words.Labels.indicator, known)
    page.say_what_is_odd({"words": named, "in": [of.labels.language(key) for key in of.monitor.languages]})
    with st.container(horizontal=True):
        key = st.selectbox(
            words.WORDS_OF, list(known), key="words", bind="query-params", format_func=of.labels.indicator, width=260
        )
        language = st.selectbox(
            words.WORDS_IN, list(of.monitor.languages), key="in", bind="query-params",
            format_func=of.labels.language, width=200,
        )  # fmt: skip
    _table(known[key], language)


def _table(indicator: Indicator, language: str) -> None:
    listed = indicator.words.get(language, Words())
    rows = [
        [pieces.plain(says), str(len(patterns)), pieces.plain(", ".join(patterns))]
        for field, says in words.WORD_LISTS.items()
        if (patterns := getattr(listed, field))
    ]
    of = data.watched().labels
    caption = f"{of.indicator(indicator.key)}, {of.language(language)}: {sum(int(row[1]) for row in rows):,} entries"
    st.html(pieces.rows(["In a sentence", "Entries", "Words"], rows, caption=caption))
    st.caption(words.WORDS_NOTE)


def citation() -> str:
    """One line that tells these numbers from others: what, known until when, by which rules."""
    of, poll = data.watched(), data.last_poll()
    until = f"{poll.at:%Y-%m-%d %H:%M} UTC" if poll else "an unknown time"
    title = marked(of.monitor.title, invented=of.monitor.invented)
    return f"{title}. Reports known by {until}, rules {of.lexicon.rules_version}."
