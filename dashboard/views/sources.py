"""Sources: the state of every feed, and how many there are of each side and language. Read-only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from dashboard import data, pieces, words
from feeds.model import Source, SourceState

ANSWERED = ("ok", "not-modified")


def show() -> None:
    of, states = data.watched(), data.states()
    polled, off, retired = data.in_panel(of.sources)
    _strip(polled, off, retired, states)
    _troubled(polled, states)
    st.header("Every source that is asked", anchor=False)
    st.caption(f"Times are {words.zone_name(of.labels.zone)}. New articles: first seen in the last 14 days.")
    frame = _frame(polled, states)
    st.dataframe(
        frame, hide_index=True, height=min(38 + 35 * len(frame), 1100), key="every", alt="State of every source"
    )
    _who(polled)
    _resting("Off until someone turns them on", off, lambda source: words.SCOPES[source.scope])
    _resting("Retired, kept for their history", retired, lambda source: source.retired or "")


def _strip(
    polled: Sequence[Source], off: Sequence[Source], retired: Sequence[Source], states: dict[str, SourceState]
) -> None:
    asked = [source for source in polled if _state(source, states).last_poll]
    answered = [source for source in asked if _state(source, states).last_outcome in ANSWERED]
    silent = [source for source in polled if not _state(source, states).last_success]
    last = data.last_poll()
    st.html(
        pieces.strip(
            [
                ("Answered when last asked", f"{len(answered)} of {len(polled)}",
                 f"{len(polled) - len(asked)} not asked yet" if len(asked) < len(polled) else ""),
                ("Never answered yet", f"{len(silent)}", ""),
                ("Off / retired", f"{len(off)} / {len(retired)}", ""),
                ("Last asked", words.a_moment(last.at, data.watched().labels.zone) if last else "never", ""),
            ]
        )
    )  # fmt: skip


def _state(source: Source, states: dict[str, SourceState]) -> SourceState:
    return states.get(source.key, SourceState(source.key))


def _troubled(polled: Sequence[Source], states: dict[str, SourceState]) -> None:
    """Sources that did not answer when last asked, longest silence first."""
    bad = [_state(source, states) for source in polled if _state(source, states).last_outcome not in (*ANSWERED, "")]
    if not bad:
        return
    names = {source.key: source for source in polled}
    bad.sort(key=lambda state: (-state.failures, state.key))
    body = [_trouble(names[state.key], state) for state in bad]
    st.header(f"Did not answer when last asked: {len(bad)}", anchor=False)
    head = ["Source", "Side", "What happened", "Last success", "Asked again"]
    st.html(pieces.rows(head, body, caption="No source is ever switched off by errors; it is asked again, less often."))


def _trouble(source: Source, state: SourceState) -> list[str]:
    labels = data.watched().labels
    outcome = words.OUTCOMES.get(state.last_outcome, state.last_outcome)
    times = words.number(state.failures, "time in a row", "times in a row")
    what = f"{outcome}, {times}: {pieces.clipped(state.last_error, 240)}"
    again = words.a_moment(state.next_poll, labels.zone) if state.next_poll else "soon"
    return [
        _name(source),
        pieces.side(source.outlet.side, labels),
        pieces.plain(what),
        words.a_moment(state.last_success, labels.zone),
        f"{again}<br><small>{pieces.plain(state.next_reason)}</small>",
    ]


def _name(source: Source) -> str:
    return f"<b>{pieces.plain(source.outlet.name)}</b><br><small>{pieces.plain(source.key)}</small>"


def _frame(polled: Sequence[Source], states: dict[str, SourceState]) -> pd.DataFrame:
    labels, new = data.watched().labels, data.new_articles()
    rows = []
    for source in polled:
        state = _state(source, states)
        rows.append(
            {
                "Outlet": source.outlet.name,
                "Side": labels.side(source.outlet.side),
                "Language": words.listed(labels.language(key) for key in source.languages),
                "Last outcome": words.OUTCOMES.get(state.last_outcome, state.last_outcome),
                "Last success": words.a_moment(state.last_success, labels.zone),
                "Next asked": words.a_moment(state.next_poll, labels.zone) if state.next_poll else "soon",
                "New, 14 days": new.get(source.key, 0),
                "Articles": state.articles,
                "Run by": labels.controls.get(source.outlet.control, source.outlet.control),
                "Scope": words.SCOPES[source.scope],
                "Why then": state.next_reason,
                "Error": state.last_error,
                "Moved to": state.moved_to,
                "Key": source.key,
                "Address": source.url,
            }
        )
    return pd.DataFrame(rows)


def _who(polled: Sequence[Source]) -> None:
    """Whose voices the numbers rest on: a side with few sources is heard less, whatever happens there."""
    labels = data.watched().labels
    languages = [key for source in polled for key in source.languages]
    sides = Counter(source.outlet.side for source in polled)
    controls = Counter(source.outlet.control for source in polled)
    st.header("Whose sources these are", anchor=False)
    st.caption("A side with few sources is heard less in every count. Share of relevant stories does not mend that.")
    with st.container(horizontal=True, gap="large"):
        _count_table("Side", {labels.side(key): sides[key] for key in labels.sides if sides[key]})
        _count_table("Language", {labels.language(key): count for key, count in Counter(languages).most_common()})
        _count_table("Run by", {labels.controls.get(key, key): count for key, count in controls.most_common()})


def _count_table(name: str, counts: dict[str, int]) -> None:
    body = [[pieces.plain(key), f"{count:,}"] for key, count in counts.items()]
    with st.container(width=320):
        st.html(pieces.rows([name, "Sources"], body, caption=f"Sources by {name.lower()}"))


def _resting(title: str, sources: Sequence[Source], why: Callable[[Source], str]) -> None:
    if not sources:
        return
    labels = data.watched().labels
    body = [
        [
            _name(source),
            pieces.side(source.outlet.side, labels),
            pieces.plain(why(source)),
        ]
        for source in sources
    ]
    with st.expander(f"{title} ({len(sources)})"):
        st.html(pieces.rows(["Source", "Side", "Why"], body, caption=title))


show()
