"""Daily summary: pick a day, read it, hand it on. The page shows what the exports hold, nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import streamlit as st

from dashboard import data, page, pieces
from dashboard.export import FORMATS, MEDIA_TYPES, file_name, render
from metrics.summary import Summary

NAMES = {
    "md": "Markdown", "html": "HTML", "json": "JSON", "csv": "CSV", "pdf": "PDF", "docx": "Word", "xlsx": "Excel",
    "zip": "CSV and dictionary", "parquet": "Parquet", "eml": "Mail",
}  # fmt: skip


def show() -> None:
    if page.is_empty():
        return
    day = _day()
    summary = data.summary(day)
    _downloads(summary)
    st.html(pieces.summary_body(render(summary, "html").decode()))


def _day() -> date:
    """The day asked for; yesterday unless told otherwise, since today is not over."""
    first, last = data.span()[0], data.today()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = st.date_input(
            "Day", max(first, last - timedelta(days=1)), key="of", bind="query-params", format="YYYY-MM-DD", width=180
        )
        st.button("The day before", key="before", on_click=_move, args=(asked, -1), disabled=asked <= first)
        st.button("The day after", key="after", on_click=_move, args=(asked, 1), disabled=asked >= last)
    if asked > last:
        st.info(f"That day has not begun; the summary of {last:%-d %b %Y} is shown.")
    return min(asked, last)


def _move(day: date, by: int) -> None:
    st.session_state["of"] = day + timedelta(days=by)


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
