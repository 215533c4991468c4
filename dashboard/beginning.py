"""The first hour: how far the first round is, who does not answer, and how to bring history in. Asks, draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from dashboard import data, pieces, words
from feeds.errors import ArchiveError, HouseError
from feeds.model import SourceState

LOOK_EVERY_SECONDS = 3
BACK = timedelta(days=28)  # what is offered: enough for the month and for what is usual
EARLIEST = date(1990, 1, 1)
LONGEST_ERROR = 200


def panel() -> None:
    """Shown while the archive is young; looks again by itself, and leaves the rest of the page alone."""
    if data.first_round().is_young(data.now()):
        _live()
        _offer()


@st.fragment(run_every=f"{LOOK_EVERY_SECONDS}s")
def _live() -> None:
    try:
        with data.pinned():
            found = data.first_round()
            counts = data.arrived(found.first_answer)
    except ArchiveError:
        return  # busy: the next look is in a few seconds
    st.html(
        f'<section class="m-begin"><h2>{words.BEGINNING}</h2>'
        f'<progress value="{found.answered}" max="{max(1, found.total)}" aria-label="{words.ANSWERED}"></progress>'
        f'<p role="status">{pieces.plain(words.begun(found.answered, found.asked, found.total, *counts))}</p>'
        f"{_failed(found.failed)}<p>{words.LEARNING}</p></section>"
    )


def _failed(failed: Sequence[SourceState]) -> str:
    """Who does not answer, by name, with what was said."""
    if not failed:
        return ""
    of = {source.key: source for source in data.watched().sources}
    body = [
        [
            f"<b>{pieces.plain(of[one.key].outlet.name)}</b> <small>{pieces.plain(one.key)}</small>",
            pieces.plain(words.OUTCOMES.get(one.last_outcome, one.last_outcome)),
            pieces.plain(pieces.clipped(one.last_error, LONGEST_ERROR)),
        ]
        for one in sorted(failed, key=lambda one: (one.last_outcome, one.key))
    ]
    table = pieces.rows(["Source", "What happened", "Said"], body, caption=words.NOT_ANSWERED)
    return f"<details open><summary>{words.NOT_ANSWERED} ({len(failed)})</summary>{table}</details>"


def _offer() -> None:
    """The command that brings history in; with --edit a button that runs it beside the server."""
    day = data.today() - BACK
    st.html(f'<p class="m-begin">{words.backfill_offer(day)}</p>')
    if data.may_decide():
        backfill_form(day)


def backfill_form(day: date) -> None:
    """Starts the walk back, or says how far it is; only where the server was started with --edit."""
    errand = data.backfill_running()
    if errand is None or not errand.is_running:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            since = st.date_input(
                words.BACK_TO, day, key="back-to", format="YYYY-MM-DD", width=170, min_value=EARLIEST,
                max_value=data.today(),
            )  # fmt: skip
            if st.button(words.WALK_BACK, key="walk-back") and since:
                try:
                    data.start_backfill(since)
                except HouseError as error:
                    st.error(str(error))
                else:
                    st.rerun()
    if errand is not None:
        _walk()


@st.fragment(run_every=f"{LOOK_EVERY_SECONDS}s")
def _walk() -> None:
    errand = data.backfill_running()
    if errand is None:
        return
    lines = "<br>".join(pieces.plain(pieces.clipped(line, LONGEST_ERROR)) for line in errand.told[-6:])
    said = words.WALKING if errand.is_running else words.WALKED
    st.html(f'<div class="m-begin" role="status"><b>{said}</b><br><small>{lines}</small></div>')
