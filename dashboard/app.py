"""The frame of every page: title, pages, what is invented, whose names are used, and a look for new articles.

Asks and shows; computes nothing. Run by dashboard/serve.py with the monitor in $MONITOR and the archive in
$MONITOR_ARCHIVE; `python -m dashboard` sets both.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st

from dashboard import data, pieces, reader, words
from feeds.errors import ArchiveError, DataFileError

VIEWS = Path(__file__).parent / "views"
PAGES = {
    "situation": ("Situation", "The last seven days, indicator by indicator, against the four weeks before"),
    "trends": ("Trends", "One indicator over time, and the sentences behind every point"),
    "coverage": ("Coverage", "Search and filter all stories; read what was said, by whom, and who else carried it"),
    "places": ("Places", "Which places stories name, on a map without an outline and in a table"),
    "sources": ("Sources", "The state of every feed: what we can see, and what we cannot"),
    "summary": ("Daily summary", "One day, written from the archive, to read or to hand on"),
    "method": ("Method", "What is counted and what is not, and how well it works"),
}
LOOK_EVERY_SECONDS = 7  # with 2 s of the tagger: an article is there within 15 s of being stored; a look costs 20 ms


def main() -> None:
    try:
        monitor = data.watched().monitor
    except DataFileError as error:
        st.error(f"A data file of the monitor is wrong: {error}")
        return
    invented = "INVENTED · " if monitor.invented else ""
    st.set_page_config(page_title=f"{invented}{monitor.title}", page_icon="📰", layout="wide")
    chosen = st.navigation([_page(key) for key in PAGES], position="top")
    mark = words.INVENTED if monitor.invented else ""
    with st.container(horizontal=True, vertical_alignment="bottom", key="head"):
        st.html(pieces.head(monitor.title, monitor.subtitle, chosen.title, invented=mark))
        drafted = reader.choose()
    if drafted:
        st.caption(drafted)
    trouble = _begin()
    watch()  # before the page, so that it looks on when the page has nothing to show
    _body(chosen, trouble)
    reader.keys()
    st.html(pieces.foot(monitor.names_rule, monitor.disclaimer))


def _page(key: str) -> st.Page:
    title, purpose = PAGES[key]
    return st.Page(VIEWS / f"{key}.py", title=title, url_path=key, help=purpose, default=key == "situation")


def _begin() -> str:
    """Fix the state of the archive that this run shows. Returns what is wrong with it, or ""."""
    try:
        data.begin()
    except ArchiveError as error:
        st.session_state["mark"] = ""  # as soon as there is one, the next look differs
        return str(error)
    return ""


def _body(chosen: st.Page, trouble: str) -> None:
    """The page; or what is wrong with the archive, in one line."""
    if trouble:
        st.info(f"{words.EMPTY}\n\n{trouble}")
        return
    try:
        chosen.run()
    except ArchiveError as error:
        st.error(f"The archive does not answer: {error}")


@st.fragment(run_every=f"{LOOK_EVERY_SECONDS}s")
def watch() -> None:
    """Show the page anew when the archive has changed: new articles appear without a reload.

    Says on every page when poller or tagger do not work, without touching the rest of it.
    """
    with suppress(ArchiveError):  # none yet, or busy: the next look is in a few seconds
        if not data.is_shown():
            st.rerun()
        if said := words.standing(data.standing(), data.watched().monitor.zone):
            st.warning("\n\n".join(said))


if __name__ == "__main__":
    main()
