"""Daily counts and claimed figures: the tables of Trends, as rows and as the very file that the page offers."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from datetime import date, timedelta

import pandas as pd

from dashboard import charts, data, files
from dashboard.api.lists import page_of
from dashboard.api.paging import Position, page
from dashboard.api.parameters import Asked
from dashboard.api.problems import Fault, faulty
from dashboard.api.rows import DailyRow, FigureRow, File, Page
from dashboard.export import escape
from metrics.model import STANCES

Cells = Mapping[Hashable, object]
LONGEST = 3_660  # days of one table
USUAL = 91  # days to today, as on the page
PERIODS: dict[str, charts.Period] = {"day": "D", "week": "W", "month": "M", "7-days": "7D", "28-days": "28D"}
SPLITS = ("stance", *files.GROUPS)


def daily(asked: Asked) -> Page[DailyRow]:
    rows = [_daily_row(cells) for cells in _daily(asked).to_dict("records")]
    shown, more = page(rows, _daily_place, asked.after(), asked.number("limit"))
    return page_of(asked, shown, more)


def daily_csv(asked: Asked) -> File:
    """The whole table; cursor and limit are of pages of JSON."""
    first, last = days_of(asked)
    shown = files.daily_columns(_daily(asked), split=asked.text("by"), period=PERIODS[asked.key("period")])
    return File(files.daily_csv(shown), files.daily_name(data.watched().monitor, asked.key("indicator"), first, last))


def _daily(asked: Asked) -> pd.DataFrame:
    first, last = days_of(asked)
    split, fixed, reports = asked.text("by"), asked.key("panel") == "fixed", asked.flag("reports")
    if reports and (fixed or split not in (None, "stance")):
        right = "leave it out, or leave out `by` and `panel`"
        raise faulty(Fault("reports", "independent reports are of whole events and are not split", right))
    return data.daily(
        asked.key("indicator"), first, last, stance=asked.key("stance"), split=split,
        period=PERIODS[asked.key("period")], reports=reports, fixed=fixed,
    )  # fmt: skip


def days_of(asked: Asked) -> tuple[date, date]:
    """From and to, both included and never beyond today; the last 91 days unless said otherwise."""
    last = min(asked.day("to") or data.today(), data.today())
    first = asked.day("from") or last - timedelta(days=USUAL - 1)
    if first > last:
        raise faulty(Fault("from", f"{first} is after {last}", "begin with the earlier day, not after today"))
    if (last - first).days >= LONGEST:
        raise faulty(Fault("from", f"more than {LONGEST} days before {last}", "ask for a long time in parts"))
    return first, last


def _daily_row(cells: Cells) -> DailyRow:
    by_side = _text(cells.get("side"))
    return DailyRow(
        date=_day(cells["date"]),
        indicator=str(cells["indicator"]),
        stance=str(cells["stance"]),
        side=by_side,
        side_label=data.watched().labels.side(by_side) if by_side is not None else None,
        language=_text(cells.get("language")),
        people=_text(cells.get("people")),
        occurrence=_text(cells.get("occurrence")),
        count=_whole(cells["count"]),
        articles=_whole(cells["articles"]),
        total_count=_whole(cells["total_count"]),
        relevant_count=_whole(cells["relevant_count"]),
        ratio=_number(cells["ratio"]),
        share=_number(cells["share"]),
        share_low=_number(cells["share_low"]),
        share_high=_number(cells["share_high"]),
        exposure=_number(cells["exposure"]),
        rate=_number(cells["rate"]),
        rate_low=_number(cells["rate_low"]),
        rate_high=_number(cells["rate_high"]),
        reports=_whole(cells.get("reports")),
        observability=_number(cells["observability"]),
        state=str(cells["state"]),
        late=_whole(cells["late"]) or 0,
        backfill=_whole(cells["backfill"]) or 0,
        days=_whole(cells["days"]) or 0,
        unseen_days=_whole(cells["unseen_days"]) or 0,
        rules_version=str(cells["rules_version"]),
        vintage=str(cells["vintage"]),
    )


DAILY_PLACE = (str, int, str, str, str, str)


def _daily_place(row: DailyRow) -> Position:
    """Day by day, in it stance by stance."""
    groups = (row.side, row.language, row.people, row.occurrence)
    stances: tuple[str, ...] = STANCES
    return (row.date.isoformat(), stances.index(row.stance), *(group or "" for group in groups))


def figures(asked: Asked) -> Page[FigureRow]:
    rows = [_figure_row(cells) for cells in _claims(asked).to_dict("records")]
    shown, more = page(rows, _figure_place, asked.after(), asked.number("limit"))
    return page_of(asked, shown, more)


def figures_csv(asked: Asked) -> File:
    parts = [value for name in ("subject", "unit") if (value := asked.text(name)) is not None]
    return File(files.claims_csv(_claims(asked)), files.claims_name(data.watched().monitor, *parts))


def _claims(asked: Asked) -> pd.DataFrame:
    table = data.claims(*days_of(asked))
    columns = {"subject": "subject", "unit": "unit", "kind": "kind", "people": "people", "side": "claimant_side"}
    for name, column in columns.items():
        if (value := asked.text(name)) is not None:
            table = table[table[column] == value]
    return data.masked(table)


def _figure_row(cells: Cells) -> FigureRow:
    labels = data.watched().labels
    claimed_by, published_by = _text(cells["claimant_side"]), str(cells["outlet_side"])
    return FigureRow(
        date=_day(cells["date"]),
        as_of=_text(cells["as_of"]),
        subject=str(cells["subject"]),
        unit=str(cells["unit"]),
        kind=str(cells["kind"]),
        people=str(cells["people"]),
        value=float(str(cells["value"])),
        high=_number(cells["high"]),
        bound=_text(cells["bound"]),
        claimant=_text(cells["claimant"]),
        claimant_side=claimed_by,
        claimant_side_label=labels.side(claimed_by) if claimed_by is not None else None,
        outlet=str(cells["outlet"]),
        outlet_side=published_by,
        outlet_side_label=labels.side(published_by),
        source=str(cells["source"]),
        article=int(str(cells["article"])),
        story=int(str(cells["story"])),
        articles=tuple(int(one) for one in str(cells["articles"]).split()),
        url=escape.link(str(cells["url"])) or None,
        sentence=str(cells["sentence"]),
    )


FIGURE_PLACE = (str, str, str, str, str, float, float, int, str, str)


def _figure_place(row: FigureRow) -> Position:
    """The order of the file; where that leaves two claims alike, by what else keeps claims apart."""
    high = row.high if row.high is not None else -1.0
    number = (row.date.isoformat(), row.subject, row.unit, row.kind, row.people, row.value, high)
    return (*number, row.story, row.claimant_side or "", row.as_of or "")


def _text(value: object) -> str | None:
    """Null for what is empty or unknown."""
    return value if isinstance(value, str) and value else None


def _number(value: object) -> float | None:
    known = float(str(value)) if value is not None else math.nan
    return known if math.isfinite(known) else None


def _whole(value: object) -> int | None:
    known = _number(value)
    return None if known is None else int(known)


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value
