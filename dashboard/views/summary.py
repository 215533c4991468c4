"""Daily summary: pick a day or a week, read it, hold it against the one before, hand it on.

The page shows what the exports hold, nothing else; headings and sentences in the reader's language.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import streamlit as st

from dashboard import address, data, outgoing, page, pieces, words, words_trends
from dashboard.data.keeping import Kept
from dashboard.export import FORMATS, MEDIA_TYPES, file_name, render
from dashboard.summary_beside import beside
from metrics.summary import Summary

NAMES = {
    "md": "Markdown", "html": "HTML", "json": "JSON", "csv": "CSV", "pdf": "PDF", "docx": "Word", "xlsx": "Excel",
    "zip": "CSV and dictionary", "parquet": "Parquet", "eml": "Mail",
}  # fmt: skip

ON_OR_OFF = ("true", "false")  # a switch in the address


def show() -> None:
    if page.is_empty():
        return
    page.say_what_is_odd({"of": address.A_DATE, "issue": words.ISSUES, "beside": ON_OR_OFF, "mail": ON_OR_OFF})
    day, days = _issue()
    lang = data.watched().labels.reader.language
    if _is_loaded(day, days):
        return
    summary = _made(day, days, lang)
    _downloads(summary)
    if days == 1:
        outgoing.show(summary)
    if st.toggle(words.BESIDE_BEFORE, key="beside", bind="query-params"):
        before = _made(day - timedelta(days=days), days, lang)
        st.dataframe(beside(summary, before), hide_index=True, width="stretch")
    st.html(_body(data.summary_html(day, first=day - timedelta(days=days - 1), lang=lang)))


_bodies: Kept[str] = Kept(64)


def _body(document: str) -> str:
    return _bodies.get(document, lambda: pieces.summary_body(document))


def _is_loaded(day: date, days: int) -> bool:
    """Says which days of the issue were loaded from a package; True when none of it is left to write of."""
    first = day - timedelta(days=days - 1)
    loaded = data.loaded_days(first, day)
    if loaded:
        st.info(" ".join([*page.loaded_notes(first, day), words_trends.LOADED_ISSUE]))
    return sum(map(len, loaded.values())) == days


def _made(day: date, days: int, lang: str) -> Summary:
    return data.summary(day, first=day - timedelta(days=days - 1), lang=lang)


def _issue() -> tuple[date, int]:
    """The (last) day asked for, and how many days; yesterday unless told otherwise, since today is not over."""
    first, last = data.span()[0], data.today()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = st.date_input(
            "Day", max(first, last - timedelta(days=1)), key="of", bind="query-params", format="YYYY-MM-DD", width=180
        )
        length = st.segmented_control(
            words.ISSUE_OF, list(words.ISSUES), default=next(iter(words.ISSUES)), key="issue", bind="query-params",
            required=True,
        )  # fmt: skip
        days = words.ISSUES[length or next(iter(words.ISSUES))]
        st.button(words.ISSUE_BEFORE, key="before", on_click=_move, args=(asked, -days), disabled=asked <= first)
        st.button(words.ISSUE_AFTER, key="after", on_click=_move, args=(asked, days), disabled=asked >= last)
    if asked > last:
        st.info(f"That day has not begun; the summary of {words.a_day(last)} is shown.")
    return min(asked, last), days


def _move(day: date, by: int) -> None:
    """Never beyond the first day of the archive, nor into days that have not begun."""
    st.session_state["of"] = min(max(day + timedelta(days=by), data.span()[0]), data.today())


def _downloads(summary: Summary) -> None:
    with st.container(horizontal=True):
        for format in FORMATS:
            st.download_button(
                NAMES.get(format, format),
                partial(render, summary, format),
                file_name=file_name(summary, format),
                mime=MEDIA_TYPES[format],
                key=f"get-{format}",
                icon=":material/download:",
                on_click="ignore",
            )


show()
