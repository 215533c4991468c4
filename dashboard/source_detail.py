"""One source on the Sources page: its last polls, why it is asked when, and what became of its items. Asks, draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import data, page, pieces, words
from feeds.doctor import Seen
from feeds.model import DROP_REASONS, Poll

POLLS = 20  # shown of one source, newest first
DAYS = 7  # over which dropped items are added up
LONGEST = 200  # characters of what a server said


def one_source(seen: Sequence[Seen]) -> None:
    """A reader picks a source; the address holds which."""
    st.header(words.ONE_SOURCE, anchor=False)
    names = {one.source.key: one.source.key for one in sorted(seen, key=lambda one: one.source.key)}
    key = page.choice("Source", names, "source", 320, first=page.ANY)
    if key is None:
        st.caption(words.PICK_SOURCE)
        return
    one = next(one for one in seen if one.source.key == key)
    polls = data.last_polls(key, POLLS)
    st.html(_facts(one, data.dropped(DAYS).get(key, Counter())))
    st.html(_polls(polls) if polls else f"<p>{words.NEVER_ASKED}</p>")


def _facts(one: Seen, dropped: Mapping[str, int]) -> str:
    zone, state, of = data.watched().labels.zone, one.state, one.condition
    said = pieces.counted(dropped, DROP_REASONS)
    again = words.a_moment(state.next_poll, zone) if state.next_poll else "soon"
    return pieces.strip(
        [
            ("Condition", of.word.capitalize(), pieces.clipped(of.evidence, LONGEST)),
            ("New in 7 days", words.brought(of.brought, of.expected), f"{state.articles:,} articles in all"),
            ("Last success", words.a_moment(state.last_success, zone), ""),
            ("Next asked", again if one.source.is_polled else "not asked", state.next_reason),
            (f"Dropped in {DAYS} days", f"{sum(dropped.values()):,}", said),
        ]
    )


def _polls(polls: Sequence[Poll]) -> str:
    zone = data.watched().labels.zone
    head = ["When", "Answer", "Seen", "New", "Changed", "Known", "Dropped", "Why then"]
    body = [
        [
            words.a_moment(poll.at, zone),
            _answer(poll),
            *(f"{count:,}" for count in (poll.seen, poll.new, poll.updated, poll.known)),
            pieces.plain(pieces.counted(poll.dropped, DROP_REASONS)),
            pieces.plain(poll.reason),
        ]
        for poll in polls
    ]
    return pieces.rows(head, body, caption=f"The last {words.number(len(polls), 'poll', 'polls')}, newest first")


def _answer(poll: Poll) -> str:
    status = f" (HTTP {poll.status})" if poll.status else ""
    error = f"<br><small>{pieces.foreign(pieces.clipped(poll.error, LONGEST))}</small>" if poll.error else ""
    by = f"<br><small>asked: {pieces.foreign(pieces.clipped(poll.address, LONGEST))}</small>" if poll.address else ""
    return f"{words.OUTCOMES.get(poll.outcome, poll.outcome)}{status}, {poll.seconds:.1f} s{error}{by}"


def dropped_items() -> None:
    """Why items of feeds did not become articles, over all sources."""
    by_source = data.dropped(DAYS)
    reasons = sum(by_source.values(), Counter[str]())
    with st.expander(f"{words.DROPPED_ITEMS} ({sum(reasons.values()):,} in {DAYS} days)"):
        if not reasons:
            st.caption(words.NOTHING_DROPPED)
            return
        body = [
            [pieces.plain(DROP_REASONS.get(reason, reason)), f"{count:,}", _most(by_source, reason)]
            for reason, count in reasons.most_common()
        ]
        st.html(pieces.rows(["Reason", "Items", "Most of them from"], body, caption=words.DROPPED_ITEMS))


def _most(by_source: Mapping[str, Counter[str]], reason: str) -> str:
    counts = Counter({key: of[reason] for key, of in by_source.items() if of[reason]})
    return pieces.plain(", ".join(f"{key} {count:,}" for key, count in counts.most_common(3)))
