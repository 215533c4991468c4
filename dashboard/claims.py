"""Figures as claimed: one subject, kind and people at a time, every claim a point that opens to its article."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import claim_chart, data, files, page, pieces, words
from dashboard.charts import Line
from dashboard.data.keeping import Kept

MOST = 50  # claims in the table, newest first; the file has all
_points: Kept[pd.DataFrame] = Kept(64)
MOST_POINTS = 200  # drawn, the newest; more could not be told apart, and would make the page heavier by the year
KINDS = {"total": "in all", "increment": "more, or at once", "rate": "a day, month or year"}


def section(indicator: str, first: date, last: date) -> None:
    """Below a page that has chosen its indicator, whose figures come first in the list, and its days."""
    st.header("Figures as claimed", anchor=False)
    ledger = data.claims(first, last)
    if ledger.empty:
        st.caption(page.none_seen(first, last, what=": no sentence of these days claims a number"))
        return
    st.caption(words.CLAIMS_NOTE)
    chosen, unit, name = _chosen(ledger, indicator)
    _chart(chosen, unit, name, first, last)
    _opened(chosen)
    _table(chosen, unit, name)


def _chosen(ledger: pd.DataFrame, indicator: str) -> tuple[pd.DataFrame, str, str]:
    """The claims of one subject, unit, kind and people, and of one side if asked; most frequent ones first."""
    labels = data.watched().labels
    with st.container(horizontal=True, vertical_alignment="bottom"):
        found = sorted(_by_number(ledger, ["subject", "unit"]), key=lambda pair: not _is_of(pair[0], indicator))
        subjects = {_subject(key, unit): (key, unit) for key, unit in found}
        name = _select("What is counted", list(subjects), "figure", 240)
        subject, unit = subjects[name]
        some = ledger[(ledger["subject"] == subject) & (ledger["unit"] == unit)]
        kinds = {KINDS.get(key, key): key for (key,) in _by_number(some, ["kind"])}
        kind = _select("Kind", list(kinds), "kind", 180)
        some = some[some["kind"] == kinds[kind]]
        peoples = {labels.people(key): key for (key,) in _by_number(some, ["people"])}
        people = _select("People", list(peoples), "people", 280)
        some = some[some["people"] == peoples[people]]
        present = set(some["claimant_side"])
        sides = {page.ANY: None, **{line.label: line.key for line in _lines() if line.key in present}}
        side = _select(words.CLAIMED_BY, list(sides), "claimed-by", 220)
    of = f"{name}, {kind}, {people}"
    if sides[side] is None:
        return some, unit, of
    return some[some["claimant_side"] == sides[side]], unit, f"{of}, {words.claimed_by(side)}"


def _select(label: str, options: list[str], key: str, width: int) -> str:
    """The choice of before, where these claims have it too."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return str(st.selectbox(label, options, key=key, bind="query-params", width=width))


def _subject(key: str, unit: str) -> str:
    known = data.figure_subjects().get(key)
    return f"{known.label if known else key} ({unit})"


def _is_of(key: str, indicator: str) -> bool:
    known = data.figure_subjects().get(key)
    return known is not None and known.indicator == indicator


def _by_number(table: pd.DataFrame, names: list[str]) -> list[tuple[str, ...]]:
    counts = table.groupby(names).size()
    return [key if isinstance(key, tuple) else (key,) for key in sorted(counts.index, key=lambda k: (-counts[k], k))]


def _lines() -> list[Line]:
    """Every side in an order that never changes; then local voices, and claims that nobody is named for."""
    of, labels = data.watched().monitor, data.watched().labels
    others = [Line("local", "residents and witnesses"), Line("media", "media"), Line("", "nobody named: the newsroom")]
    return [*(Line(key, labels.side(key)) for key in of.side_keys), *others]


def _chart(chosen: pd.DataFrame, unit: str, name: str, first: date, last: date) -> None:
    points = _points.get((data.key(), name, first, last), lambda: claim_chart.points(chosen))
    drawn = points.tail(MOST_POINTS)
    figure = data.figure(
        f"claims {name} {first} {last} {page.theme()}",
        lambda: claim_chart.claims(
            drawn, lines=_lines(), unit=unit, palette=page.palette(), changes=page.source_marks(first, last)
        ),
    )
    low, high = chosen["value"].min(), chosen["value"].max()
    claims = words.number(len(chosen), "claim", "claims")
    st.plotly_chart(
        figure, theme=None, key="claims", on_select=_picked, selection_mode="points",
        config={"displayModeBar": False, "responsive": True},
        alt=f"{name}: {claims} from {low:,.10g} to {high:,.10g}, by the side that claims; never added up",
    )  # fmt: skip
    if len(drawn) < len(chosen):
        st.caption(words.claims_drawn(len(chosen), len(drawn), is_cut=len(drawn) < len(points)))


def _picked() -> None:
    """A click on a point opens its article below the chart."""
    points = st.session_state["claims"].selection.points
    found = next((point["customdata"] for point in points if isinstance(point.get("customdata"), list)), None)
    st.session_state["claim"] = found[0] if found else None


def _opened(chosen: pd.DataFrame) -> None:
    mine = chosen[chosen["article"] == st.session_state.get("claim")]
    if len(mine):
        st.html(pieces.rows(HEAD, [_row(row) for _, row in mine.iterrows()], caption="The claim you chose"))


HEAD = ["Date", "Claimed", "By", "Published by", "Sentence"]


def _row(row: pd.Series) -> list[str]:
    """One claim: its cells are HTML; every one opens to its article."""
    labels = data.watched().labels
    said = claim_chart.value_words(row["value"], row["high"], row["bound"], row["unit"])
    who = pieces.foreign(row["claimant"]) if row["claimant"] else "the newsroom itself"
    by = f"{who}<br><small>{pieces.plain(labels.side(row['claimant_side']))}</small>" if row["claimant_side"] else who
    carried = len(str(row["articles"]).split())
    more = f"<br><small>{words.number(carried, 'article', 'articles')}</small>" if carried > 1 else ""
    as_of = f"<br><small>as of {pieces.plain(row['as_of'])}</small>" if row["as_of"] else ""
    sentence = pieces.foreign(pieces.clipped(row["sentence"], pieces.LONGEST_SENTENCE))
    return [
        f"{pieces.plain(words.a_day(row['date']))}{as_of}",
        pieces.plain(said),
        by,
        f"{pieces.foreign(row['outlet'])}<br><small>{pieces.plain(labels.side(row['outlet_side']))}</small>{more}",
        pieces.link(row["url"], sentence),
    ]


def _table(chosen: pd.DataFrame, unit: str, name: str) -> None:
    newest = chosen.sort_values("date", ascending=False, kind="stable").head(MOST)
    with st.expander(f"Table: {words.number(len(chosen), 'claim', 'claims')}, newest first", key="claim-table"):
        st.html(pieces.rows(HEAD, [_row(row) for _, row in newest.iterrows()], caption=name))
    st.download_button(
        "Download CSV", lambda: files.claims_csv(data.masked(chosen)), key="claim-csv", mime="text/csv",
        on_click="ignore", file_name=files.claims_name(data.watched().monitor, str(chosen["subject"].iloc[0]), unit),
    )  # fmt: skip
