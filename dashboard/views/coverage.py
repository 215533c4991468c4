"""Coverage: every story, searched and filtered, with its sentences, why each counts, its copies and the publisher."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard import address, data, page, pieces, story, words
from metrics.model import STANCES, StoryLine
from metrics.store import StoryQuery

SHOWN = 3  # sentences of a story before the others are folded away
SHOW = ("origins only", "every article")
KINDS = {"relevant": (True, False), "politics and talks": (False, True), "everything stored": (False, False)}
SEARCH_HELP = (
    "All words must occur, in any order and any form of letters (İ, ё, accents make no difference). "
    'Put "words in quotes" to find them side by side; a minus before a word leaves out what has it. ' + words.KEYS
)


def show() -> None:
    if page.is_empty():
        return
    if members := story.asked():
        story.show(members, why=_why)
        return
    page.say_what_is_odd(_allowed())
    wanted = _wanted()
    first, last = data.span()
    none = page.none_seen(wanted.first or first, wanted.last or last, what=" for this search")
    nothing = f"{none} Take a filter away, or search for fewer words."
    page.list_stories(wanted, key="p", nothing=nothing, heading="h2", draw=_story)


@st.fragment
def _story(line: StoryLine, heading: str) -> None:
    """One story; each of its sentences opens to the words and rules behind it. Only what is opened is read again."""
    parts = page.story_parts(line, heading=heading)
    with st.container(gap=None):
        st.html(pieces.alone(parts.head, begins=line.article))
        for one in parts.evidence[:SHOWN]:
            _evidence(line, one)
        if traces := pieces.traces(*data.traces(line.article), data.watched().labels):
            st.html(pieces.alone(traces))
        if not parts.evidence:
            _why(line)
        if rest := parts.evidence[SHOWN:]:
            with st.expander(pieces.more_evidence(len(rest)), type="compact"):
                for one in rest:
                    _evidence(line, one)
        if parts.foot:
            st.html(pieces.alone(parts.foot))


def _evidence(line: StoryLine, one: pieces.EvidenceLine) -> None:
    st.html(pieces.alone(one.html))
    _why(line, one)


def _why(line: StoryLine, one: pieces.EvidenceLine | None = None) -> None:
    """Opened, the article is read once more, and every word found in it is shown with what became of it."""
    box = st.expander(words.WHY, type="compact", key=f"why-{line.article}-{one.start if one else 0}", on_change="rerun")
    if not box.open:
        return
    with box:
        found = data.why(line.article)
        if found is None:
            st.caption(words.WHY_GONE)
        else:
            under = data.counted_under()
            st.html(pieces.explanation(found, data.watched().labels, line=one, counted_under=under))


def _wanted() -> StoryQuery:
    """The filters, whose state is the address."""
    of, labels = data.watched(), data.watched().labels
    query = st.text_input(
        "Search", key="q", bind="query-params", type="search", placeholder="words, “a phrase”, -without", max_chars=200,
        help=SEARCH_HELP,
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        indicator = page.choice(
            "Indicator", {labels.indicator(key): key for key in of.monitor.indicator_keys}, "about", 190
        )
        stance = page.choice("Stance", {words.STANCES[key]: key for key in STANCES}, "says", 130)
        side = page.choice("Published by", {labels.side(key): key for key in of.monitor.side_keys}, "side", 190)
        language = page.choice("Language", {labels.language(key): key for key in of.monitor.languages}, "language", 150)
        places = {one.name: one for one in data.spots()}
        place = page.choice("Place", {one: one for one in sorted(places)}, "place", 190)
        source = page.choice("Source", {f"{one.outlet.name} ({one.key})": one.key for one in of.sources}, "source", 220)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.date_input("From", None, key="since", bind="query-params", format="YYYY-MM-DD", width=160)
        last = st.date_input("To", None, key="until", bind="query-params", format="YYYY-MM-DD", width=160)
        kind = st.selectbox("Which", list(KINDS), key="which", bind="query-params", width=185)
        shown = st.selectbox("Show", SHOW, key="show", bind="query-params", width=180, help=words.ORIGINS_HELP)
    relevant, context = KINDS[kind]
    return StoryQuery(
        first=_day(first), last=_day(last), indicator=indicator, stance=stance, side=side, language=language,
        source=source, places=places[place].holds if place else (), words=query or None,
        relevant=relevant, context=context, origins_only=shown == SHOW[0],
    )  # fmt: skip


def _allowed() -> address.Allowed:
    of, labels = data.watched(), data.watched().labels
    return {
        **page.filters(), "q": address.ANY_TEXT, "p": address.ANY_TEXT, page.older_key("p"): address.A_NUMBER,
        "story": address.ANY_TEXT,
        "language": [page.ANY, *(labels.language(key) for key in of.monitor.languages)],
        "source": [page.ANY, *(f"{one.outlet.name} ({one.key})" for one in of.sources)],
        "since": address.A_DATE, "until": address.A_DATE, "which": list(KINDS), "show": SHOW,
    }  # fmt: skip


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


show()
