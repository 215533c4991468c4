"""What a chart measures, by which periods, and its axis of values."""

from __future__ import annotations

from datetime import date
from typing import Literal

Measure = Literal["count", "articles", "reports", "share", "rate"]
NOUNS: dict[Measure, str] = {
    "count": "stories", "articles": "articles", "reports": "independent reports", "share": "share of relevant stories",
    "rate": "stories a usual day",
}  # fmt: skip
WITH_INTERVAL: tuple[Measure, ...] = ("share", "rate")
Period = Literal["D", "W", "M", "7D", "28D"]
TRAILING: tuple[Period, ...] = ("7D", "28D")  # a point a day, of the days to it
UNITS: dict[Period, str] = {"D": "a day", "W": "a week", "M": "a month", "7D": "in 7 days", "28D": "in 28 days"}
DAY_MS = 86_400_000  # Plotly's unit on a date axis
XPERIOD: dict[Period, float | str] = {"D": DAY_MS, "W": 7 * DAY_MS, "M": "M1", "7D": DAY_MS, "28D": DAY_MS}
A_MONDAY = "2018-01-01"  # Plotly counts week periods from here


def alignment(period: Period) -> str:
    """Where in its period a point stands."""
    return "middle" if period in ("W", "M") else "start"


def value_words(measure: Measure, of: str = "y") -> str:
    """The value of a point in a hover; of : where Plotly finds it."""
    digits = {"share": ".1%", "rate": ".1f"}.get(measure, ".0f")
    return f"%{{{of}:{digits}}} {'of relevant stories' if measure == 'share' else NOUNS[measure]}"


def when(day: date, period: Period) -> str:
    """The date of a point in words.

    >>> when(date(2023, 8, 7), "W"), when(date(2023, 8, 1), "M"), when(date(2023, 8, 7), "7D")
    ('week from 7 Aug 2023', 'August 2023', '7 days to 7 Aug 2023')
    """
    named = f"{day.day} {day:%b %Y}"
    return {
        "D": named, "W": f"week from {named}", "M": f"{day:%B %Y}", "7D": f"7 days to {named}",
        "28D": f"28 days to {named}",
    }[period]  # fmt: skip


def value_axis(top: float, measure: Measure) -> dict[str, object]:
    """Range and ticks of the axis of values up to `top`."""
    digits = {"share": ".0%", "rate": "~g"}.get(measure, "d")
    return {"range": _up_to(top, measure), "tickformat": digits, **_ticks(top, measure)}


def _up_to(top: float, measure: Measure) -> list[float]:
    """The value axis always starts at zero and never looks full with one story."""
    least = {"share": 0.1, "rate": 1.0}.get(measure, 4.0)
    return [0, max(top, least) * 1.12]


def _ticks(top: float, measure: Measure) -> dict[str, object]:
    """About six ticks at round numbers; counts only at whole stories. Left alone, Plotly copies the places of the
    hidden axis below, which are no round numbers here.
    """
    if measure in WITH_INTERVAL:
        steps = (step / 100 * 10**power for power in range(9) for step in (1, 2, 5))
    else:
        steps = (step * 10**power for power in range(7) for step in (1, 2, 5))
    return {"dtick": next(step for step in steps if top <= 6 * step)}
