"""Adding, testing, retiring and importing sources, where the server was started with --edit. Asks, draws.

Each does what the command of that name does, by running it; a refusal is its one line, in the form. A button is
pressed for one run only, and the look for news may begin another before that one is through: what was asked and what
came of it are therefore kept until the next is pressed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

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
    _say("")
    _add()
    _retire()
    _import()


def _is_asked(label: str) -> bool:
    """Draw the button of a form; whether what it asks for is still to be done."""
    st.form_submit_button(label, on_click=_ask, args=(label,))
    return bool(st.session_state.get("source-asked") == label)


def _ask(label: str) -> None:
    st.session_state["source-asked"] = label
    st.session_state.pop("source-told", None)


def _answer(form: str, do: Callable[[], str]) -> None:
    """Do what was asked and show the page anew, with the HTML that came of it on top; or what is wrong, in `form`."""
    with st.spinner(words.WORKING):
        try:
            told = ("", do())
        except HouseError as error:  # its words may be a server's
            told = (form, f'<p class="m-wrong" role="alert">{pieces.plain(pieces.clipped(str(error), LONGEST))}</p>')
        st.session_state["source-told"] = told  # before the spinner goes: there a waiting run may take over
        st.session_state.pop("source-asked", None)
    st.rerun()


def _say(form: str) -> None:
    """What came of the button that was pressed last, when it belongs to this form; "": above them all."""
    of, html = st.session_state.get("source-told", (None, ""))
    with st.container():  # there in every run, so that what is below keeps its place, and a panel stays open
        if of == form:
            st.html(html)


def _done(told: str) -> str:
    return f'<p class="m-done" role="status">{pieces.plain(told.strip())}</p>'


def _add() -> None:
    languages = {data.watched().labels.language(key): key for key in data.watched().monitor.languages}
    with st.expander(words.ADD_SOURCE, key="adding"), st.form("add", border=False):
        url = st.text_input(words.FEED_ADDRESS, key="add-url", max_chars=2_000, placeholder="https://…/rss").strip()
        _say("add")
        outlet = st.text_input(words.FEED_OUTLET, key="add-outlet", max_chars=200).strip()
        with st.container(horizontal=True):
            chosen = st.multiselect(words.FEED_LANGUAGES, list(languages), key="add-languages")
            scope = st.selectbox("Scope", SCOPES, key="add-scope", format_func=words.SCOPES.__getitem__)
        with st.container(horizontal=True):
            tests = _is_asked(words.TEST)
            adds = _is_asked(words.ADD)
        if tests:
            _answer("add", lambda: _tested(url))
        elif adds:
            keys = [languages[name] for name in chosen]
            _answer("add", lambda: _added(url, outlet, keys, scope))


def _added(url: str, outlet: str, languages: list[str], scope: str) -> str:
    _check_address(url)
    return _done(data.add_source(url, outlet=outlet, languages=languages, scope=scope))


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise HouseError(words.NO_ADDRESS) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise HouseError(words.NO_ADDRESS)


def _tested(url: str) -> str:
    """Fetch and read it now, store nothing. What was found."""
    _check_address(url)
    found = json.loads(data.check_feed(url))
    items = found["items"]
    newest = [
        [pieces.plain(str(item["published"] or "no date")[:16]), pieces.foreign(pieces.clipped(item["title"], LONGEST))]
        for item in items[:SHOWN_ITEMS]
    ]
    odd = "".join(f"<li>{pieces.foreign(pieces.clipped(one, LONGEST))}</li>" for one in found["odd"])
    said = words.tested(len(items), str(found["format"]), str(found["language"] or ""))
    return (
        f'<div role="status"><b>{pieces.foreign(pieces.clipped(found["title"] or url, LONGEST))}</b>: '
        f"{pieces.plain(said)}<ul>{odd}</ul>"
        f"{pieces.rows(['Published (UTC)', 'Title'], newest, caption=words.NEWEST_ITEMS) if newest else ''}</div>"
    )


def _retire() -> None:
    names = {_name(source): source.key for source in data.watched().sources if source.retired is None}
    with st.expander(words.RETIRE_SOURCE, key="retiring"), st.form("retire", border=False):
        chosen = st.selectbox("Source", list(names), key="retire-which", index=None)
        reason = st.text_input(words.RETIRE_REASON, key="retire-reason", max_chars=500)
        _say("retire")
        if _is_asked(words.RETIRE):
            _answer("retire", lambda: _retired(names.get(chosen or ""), reason))


def _retired(key: str | None, reason: str) -> str:
    if key is None:
        raise HouseError(words.NO_SOURCE)
    if not reason.strip():
        raise HouseError(words.NO_REASON)
    return _done(data.retire_source(key, reason))


def _name(source: Source) -> str:
    return f"{source.key} ({source.outlet.name})"


def _import() -> None:
    with st.expander(words.IMPORT_SOURCES, key="importing"), st.form("import", border=False):
        file = st.file_uploader(words.OPML_FILE, type=["opml", "xml"], key="import-file", max_upload_size=LARGEST_MB)
        _say("import")
        if _is_asked(words.IMPORT):
            _answer("import", lambda: _imported(file.getvalue() if file else None))


def _imported(body: bytes | None) -> str:
    if body is None:
        raise HouseError(words.NO_FILE)
    return _done(data.import_sources(body))
