"""Sources: which we hear, which we do not, and how we know, as `feeds doctor` says it. Read-only without --edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from dashboard import data, files, page, pieces, source_detail, source_edit, words
from feeds.doctor import Seen
from feeds.health import TROUBLE
from feeds.model import Source

LONGEST_EVIDENCE = 300  # characters; an error may quote what a server said


def show() -> None:
    of, seen = data.watched(), data.seen_sources()
    page.say_what_is_odd({"condition": _conditions(), "source": [page.ANY, *(source.key for source in of.sources)]})
    polled, off, retired = data.in_panel(of.sources)
    asked = [one for one in seen if one.source.is_polled]
    _strip(asked, off, retired)
    wanted = _filter(asked)
    chosen = [one for one in asked if _is_wanted(one, wanted)]
    _troubled([one for one in chosen if one.condition.is_trouble], wanted)
    _notes({one.source.key: one for one in chosen})
    _every(chosen, wanted)
    source_detail.one_source(seen)
    source_detail.dropped_items()
    _who(polled)
    _resting("Off until someone turns them on", off, lambda source: words.SCOPES[source.scope])
    _resting("Retired, kept for their history", retired, lambda source: source.retired or "")
    st.download_button(
        words.EXPORT_OPML, data.opml, file_name=files.opml_name(of.monitor), mime="text/x-opml", key="opml",
        on_click="ignore",
    )  # fmt: skip
    if data.may_decide():
        source_edit.panel()


def _strip(asked: Sequence[Seen], off: Sequence[Source], retired: Sequence[Source]) -> None:
    counts = Counter(one.condition.word for one in asked)
    never = sum(one.state.last_poll is None for one in asked)
    heard = len(asked) - never - sum(counts[word] for word in TROUBLE)
    last = data.last_poll()
    trouble = [(word.capitalize(), f"{counts[word]}", "") for word in TROUBLE]
    st.html(
        pieces.strip(
            [
                ("Heard as usual", f"{heard} of {len(asked)}", f"{never} not asked yet" if never else ""),
                *trouble,
                ("Off / retired", f"{len(off)} / {len(retired)}", ""),
                ("Last asked", words.a_moment(last.at, data.watched().labels.zone) if last else "never", ""),
                ("Asked from", last.vantage if last and last.vantage else "not said",
                 "" if last and last.vantage else "--vantage says where the poller runs"),
            ]
        )
    )  # fmt: skip


def _filter(asked: Sequence[Seen]) -> str:
    """The condition that is looked at; the address holds it."""
    options = _conditions()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        wanted = st.selectbox("Condition", options, key="condition", bind="query-params", width=180)
        st.caption(_meaning(wanted))
    return wanted


def _conditions() -> list[str]:
    return [words.ANY_CONDITION, words.IN_TROUBLE, *words.CONDITION_HELP]


def _meaning(wanted: str) -> str:
    if wanted in words.CONDITION_HELP:
        return f"**{wanted.capitalize()}**: {words.CONDITION_HELP[wanted]}."
    return " ".join(f"**{word.capitalize()}**: {words.CONDITION_HELP[word]}." for word in TROUBLE)


def _is_wanted(one: Seen, wanted: str) -> bool:
    if wanted == words.IN_TROUBLE:
        return one.condition.is_trouble
    return wanted in (words.ANY_CONDITION, one.condition.word)


def _troubled(seen: Sequence[Seen], wanted: str) -> None:
    """Sources in trouble with the evidence, worst first."""
    if not seen:
        if wanted in (words.ANY_CONDITION, words.IN_TROUBLE):
            st.caption("No source that was asked is in trouble.")
        return
    st.header(f"In trouble: {len(seen)}", anchor=False)
    head = ["Source", "Condition", "New in 7 days", "Last success", "Asked again"]
    caption = "Worst first. No source is ever switched off by errors; it is asked again, less often."
    st.html(pieces.rows(head, [_trouble(one) for one in seen], caption=caption))


def _trouble(one: Seen) -> list[str]:
    labels, of = data.watched().labels, one.condition
    again = words.a_moment(one.state.next_poll, labels.zone) if one.state.next_poll else "soon"
    evidence = pieces.plain(pieces.clipped(of.evidence, LONGEST_EVIDENCE))
    return [
        f"{_name(one.source)}<br>{pieces.side(one.source.outlet.side, labels)}",
        f'<span aria-hidden="true">{words.CONDITION_SIGN[of.word]}</span> <b>{of.word}</b><br>{evidence}',
        words.brought(of.brought, of.expected),
        words.a_moment(one.state.last_success, labels.zone),
        f"{again}<br><small>{pieces.plain(one.state.next_reason)}</small>",
    ]


def _notes(chosen: dict[str, Seen]) -> None:
    """What a person should do about single sources, or know: moves, farewells, lost windows, mirrors that stand in."""
    body = [
        [_name(chosen[key].source), pieces.plain(pieces.clipped(note, LONGEST_EVIDENCE))]
        for key, note in data.source_notes()
        if key in chosen
    ]
    if body:
        with st.expander(f"To be looked at by a person ({len(body)})"):
            st.html(pieces.rows(["Source", "What"], body, caption="Moved, gone, lost or stood in for"))


def _every(chosen: Sequence[Seen], wanted: str) -> None:
    st.header("Every source that is asked", anchor=False)
    if not chosen:
        st.caption(f"No source is {wanted} now.")
        return
    st.caption(f"Times are {words.zone_name(data.watched().labels.zone)}. Worst first.")
    frame = pd.DataFrame([_line(one) for one in chosen])
    st.dataframe(
        frame, hide_index=True, height=min(38 + 35 * len(frame), 1100), key="every", alt="Condition of every source"
    )


def _name(source: Source) -> str:
    return f"<b>{pieces.plain(source.outlet.name)}</b><br><small>{pieces.plain(source.key)}</small>"


def _line(one: Seen) -> dict[str, object]:
    labels, source, state, of = data.watched().labels, one.source, one.state, one.condition
    return {
        "Outlet": source.outlet.name,
        "Condition": of.word,
        "Evidence": of.evidence,
        "New, 7 days": of.brought,
        "Expected": None if of.expected is None else round(of.expected, 1),
        "Side": labels.side(source.outlet.side),
        "Language": words.listed(labels.language(key) for key in source.languages),
        "Last success": words.a_moment(state.last_success, labels.zone),
        "Next asked": words.a_moment(state.next_poll, labels.zone) if state.next_poll else "soon",
        "Why then": state.next_reason,
        "Articles": state.articles,
        "Run by": labels.controls.get(source.outlet.control, source.outlet.control),
        "Scope": words.SCOPES[source.scope],
        "Last outcome": words.OUTCOMES.get(state.last_outcome, state.last_outcome),
        "Moved to": state.moved_to,
        "Key": source.key,
        "Address": source.url,
    }


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
        _count_table("Who runs it", {labels.controls.get(key, key): count for key, count in controls.most_common()})


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
