"""Context, a part of Trends: politics and talks by day, apart from all that is counted. Asks and draws."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import chart_more, charts, data, files, page, trend_data, words, words_trends
from dashboard.charts import Line
from metrics.store import StoryQuery

PERCENT = ("ratio", "observability")
LINE = Line("context", "politics and talks")


def section(first: date, last: date) -> None:
    """Closed until somebody asks; its state is in the address."""
    with st.expander(words_trends.TALKS, key="talks", on_change="rerun", bind="query-params") as opened:
        if opened.open:
            _opened(first, last)


def _opened(first: date, last: date) -> None:
    table, days = trend_data.talks(first, last), data.observed(first, last)
    st.caption(words_trends.TALKS_NOTE)
    _chart(table, days, first, last)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        st.download_button(
            "Download CSV", lambda: files.daily_csv(table), key="talks-csv", mime="text/csv", on_click="ignore",
            file_name=files.daily_name(data.watched().monitor, "politics-and-talks", first, last),
        )  # fmt: skip
        st.dataframe(
            table, hide_index=True, height=320, key="talks-table",
            alt=f"{words_trends.TALKS}: stories, one row a day",
            column_config={name: st.column_config.NumberColumn(format="percent") for name in PERCENT},
        )  # fmt: skip
    with right:
        wanted = StoryQuery(first=first, last=last, relevant=False, context=True)
        page.list_stories(wanted, key="talks-page", nothing=page.none_seen(first, last))


def _chart(table: pd.DataFrame, days: pd.DataFrame, first: date, last: date) -> None:
    monitor, palette = data.watched().monitor, page.palette()
    caption = chart_more.Caption(
        words_trends.picture_title(words_trends.TALKS, "stories a day", first, last),
        words_trends.source_line(
            monitor.title, data.now(), monitor.zone, data.counted_under(), invented=monitor.invented
        ),
    )

    def build() -> go.Figure:
        figure = charts.trend(table, days, lines=[LINE], today=data.today(), palette=palette)
        chart_more.caption(figure, caption, palette)
        return figure

    st.plotly_chart(
        data.figure(f"talks {first} {last} {data.today()} {page.theme()}", build), theme=None, key="talks-chart",
        config={"displayModeBar": False, "responsive": True},
        alt=words.trend_alt(table, days, words_trends.TALKS, "not in any other number"),
    )  # fmt: skip
