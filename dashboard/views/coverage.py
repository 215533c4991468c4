"""Coverage: every story, searched and filtered, with its sentences, its copies and the way to the publisher."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard import data, page, words
from metrics.model import STANCES
from metrics.store import StoryQuery

ANY = "any"
KINDS = {"relevant": (True, False), "politics and talks": (False, True), "everything stored": (False, False)}
SEARCH_HELP = (
    "All words must occur, in any order and any form of letters (İ, ё, accents make no difference). "
    'Put "words in quotes" to find them side by side; a minus before a word leaves out what has it.'
)


def show() -> None:
    if page.is_empty():
        return
    wanted = _wanted()
    nothing = f"{words.NONE_SEEN} for this search. Take a filter away, or search for fewer words."
    page.list_stories(wanted, key="p", nothing=nothing, heading="h2")


def _wanted() -> StoryQuery:
    """The filters, whose state is the address."""
    of, labels = data.watched(), data.watched().labels
    query = st.text_input(
        "Search", key="q", bind="query-params", type="search", placeholder="words, “a phrase”, -without", max_chars=200,
        help=SEARCH_HELP,
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        indicator = _choice(
            "Indicator", {labels.indicator(key): key for key in of.monitor.indicator_keys}, "about", 190
        )
        stance = _choice("Stance", {words.STANCES[key]: key for key in STANCES}, "says", 130)
        side = _choice("Published by", {labels.side(key): key for key in of.monitor.side_keys}, "side", 190)
        language = _choice("Language", {labels.language(key): key for key in of.monitor.languages}, "language", 150)
        source = _choice("Source", {f"{one.outlet.name} ({one.key})": one.key for one in of.sources}, "source", 220)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.date_input("From", None, key="since", bind="query-params", format="YYYY-MM-DD", width=160)
        last = st.date_input("To", None, key="until", bind="query-params", format="YYYY-MM-DD", width=160)
        kind = st.selectbox("Which", list(KINDS), key="which", bind="query-params", width=185)
    relevant, context = KINDS[kind]
    return StoryQuery(
        first=_day(first), last=_day(last), indicator=indicator, stance=stance, side=side, language=language,
        source=source, words=query or None, relevant=relevant, context=context,
    )  # fmt: skip


def _choice(label: str, options: dict[str, str], key: str, width: int) -> str | None:
    """One filter; None: any."""
    return options.get(st.selectbox(label, [ANY, *options], key=key, bind="query-params", width=width))


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


show()
