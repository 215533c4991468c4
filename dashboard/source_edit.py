"""Adding, testing, retiring and importing sources, where the server was started with --edit. Asks, draws.

Each does what the command of that name does, by running it; a refusal is its one line, beside the field.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data, pieces, words
from feeds.errors import HouseError
from feeds.model import Source
from feeds.opml import LARGEST_BYTES

SCOPES = ("full", "section", "query")
LONGEST = 240
LARGEST_MB = LARGEST_BYTES // 1_000_000
SHOWN_ITEMS = 5


def panel() -> None:
    """Four things that can be done to the list of sources."""
    st.header(words.EDIT_SOURCES, anchor=False)
    st.caption(words.EDIT_NOTE)
    if told := st.session_state.pop("source-told", ""):
        st.html(f'<p class="m-done" role="status">{pieces.plain(told)}</p>')
    _add()
    _retire()
    _import()


def _wrong(where: DeltaGenerator, error: HouseError) -> None:
    """One line beside the field, as text: a server may have written it."""
    where.html(f'<p class="m-wrong" role="alert">{pieces.plain(pieces.clipped(str(error), LONGEST))}</p>')


def _done(where: DeltaGenerator, do: Callable[[], str]) -> None:
    """Do it, then show the page anew with what was done; or say what is wrong."""
    try:
        with st.spinner(words.WORKING):
            told = do()
    except HouseError as error:
        _wrong(where, error)
        return
    st.session_state["source-told"] = told.strip()
    st.rerun()


def _add() -> None:
    languages = {data.watched().labels.language(key): key for key in data.watched().monitor.languages}
    with st.expander(words.ADD_SOURCE, key="adding"), st.form("add", border=False):
        url = st.text_input(words.FEED_ADDRESS, key="add-url", max_chars=2_000, placeholder="https://…/rss").strip()
        beside = st.container()
        outlet = st.text_input(words.FEED_OUTLET, key="add-outlet", max_chars=200).strip()
        with st.container(horizontal=True):
            chosen = st.multiselect(words.FEED_LANGUAGES, list(languages), key="add-languages")
            scope = st.selectbox("Scope", SCOPES, key="add-scope", format_func=words.SCOPES.__getitem__)
        with st.container(horizontal=True):
            tests = st.form_submit_button(words.TEST)
            adds = st.form_submit_button(words.ADD)
        if (tests or adds) and not _is_address(url):
            _wrong(beside, HouseError(words.NO_ADDRESS))
        elif tests:
            _test(url, beside)
        elif adds:
            keys = [languages[name] for name in chosen]
            _done(beside, lambda: data.add_source(url, outlet=outlet, languages=keys, scope=scope))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _test(url: str, beside: DeltaGenerator) -> None:
    """Fetch and read it now, store nothing."""
    try:
        with st.spinner(words.WORKING):
            found = json.loads(data.check_feed(url))
    except HouseError as error:
        _wrong(beside, error)
        return
    items = found["items"]
    newest = [
        [pieces.plain(str(item["published"] or "no date")[:16]), pieces.foreign(pieces.clipped(item["title"], LONGEST))]
        for item in items[:SHOWN_ITEMS]
    ]
    odd = "".join(f"<li>{pieces.foreign(pieces.clipped(one, LONGEST))}</li>" for one in found["odd"])
    said = words.tested(len(items), str(found["format"]), str(found["language"] or ""))
    st.html(
        f'<div role="status"><b>{pieces.foreign(pieces.clipped(found["title"] or url, LONGEST))}</b>: '
        f"{pieces.plain(said)}<ul>{odd}</ul>"
        f"{pieces.rows(['Published (UTC)', 'Title'], newest, caption=words.NEWEST_ITEMS) if newest else ''}</div>"
    )


def _retire() -> None:
    names = {_name(source): source.key for source in data.watched().sources if source.retired is None}
    with st.expander(words.RETIRE_SOURCE, key="retiring"), st.form("retire", border=False):
        chosen = st.selectbox("Source", list(names), key="retire-which", index=None)
        reason = st.text_input(words.RETIRE_REASON, key="retire-reason", max_chars=500)
        beside = st.container()
        if st.form_submit_button(words.RETIRE):
            if chosen is None:
                _wrong(beside, HouseError(words.NO_SOURCE))
            elif not reason.strip():
                _wrong(beside, HouseError(words.NO_REASON))
            else:
                _done(beside, lambda: data.retire_source(names[chosen], reason))


def _name(source: Source) -> str:
    return f"{source.key} ({source.outlet.name})"


def _import() -> None:
    with st.expander(words.IMPORT_SOURCES, key="importing"), st.form("import", border=False):
        file = st.file_uploader(words.OPML_FILE, type=["opml", "xml"], key="import-file", max_upload_size=LARGEST_MB)
        beside = st.container()
        if st.form_submit_button(words.IMPORT):
            if file is None:
                _wrong(beside, HouseError(words.NO_FILE))
            else:
                body = file.getvalue()
                _done(beside, lambda: data.import_sources(body))
