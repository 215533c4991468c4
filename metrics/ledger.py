"""The ledger of claimed figures: every claim a point over time. Never averaged, never merged; no SQL, no clock here.

What copies of one story repeat is one claim, that of the earliest article; the others stand in `articles`. Claims of
different stories stay apart, however alike, and so do those of two sides in one story (metrics/claims.py), totals,
increments and rates, and what is said of different peoples.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pandas as pd

from feeds.archive import Archive
from metrics.attribution import Attribution
from metrics.claims import claims_in
from metrics.store.figures import FigureRow, figures_between

LEDGER = (
    "date", "as_of", "subject", "unit", "kind", "people", "value", "high", "bound", "claimant", "claimant_side",
    "outlet", "outlet_side", "source", "article", "story", "articles", "url", "sentence",
)  # fmt: skip


def figures_table(
    archive: Archive,
    attribution: Attribution,
    *,
    first: date,
    last: date,
    subjects: Collection[str] = (),
    kinds: Collection[str] = (),
    peoples: Collection[str] = (),
    sides: Collection[str] = (),
) -> pd.DataFrame:
    """One row a claim, by date, subject, kind and people; columns LEDGER. () : all of them.

    sides : of the claimant. as_of "" and high NaN: the sentence gives none. articles : ids of all that carry the claim,
    the one shown first, joined by blanks.
    """
    told: dict[int, list[tuple[int, FigureRow]]] = {}
    for row in figures_between(archive, first=first, last=last):
        wanted = ((subjects, row.subject), (kinds, row.kind), (peoples, row.people))
        if all(not chosen or value in chosen for chosen, value in wanted):
            told.setdefault(row.story, []).append((row.article, row))
    claims = [[row for _, row in copies] for rows in told.values() for copies in claims_in(rows)]
    rows = [_line(copies, attribution) for copies in claims if not sides or copies[0].claimant_side in sides]
    table = pd.DataFrame(rows, columns=list(LEDGER)).astype({"value": float, "high": float})
    return table.sort_values(["date", "subject", "unit", "kind", "people", "value"], kind="stable", ignore_index=True)


def _line(copies: list[FigureRow], attribution: Attribution) -> tuple[object, ...]:
    one = copies[0]
    outlet = attribution.outlet(one.source, one.outlet)
    ids = " ".join(dict.fromkeys(str(copy.article) for copy in copies))
    return (
        one.day, one.as_of, one.subject, one.unit, one.kind, one.people, one.value, one.high, one.bound, one.claimant,
        one.claimant_side, outlet.name, outlet.side, one.source, one.article, one.story, ids, one.url, one.sentence,
    )  # fmt: skip
