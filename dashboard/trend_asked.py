"""What the reader of Trends wants to see: the controls, whose state is the address, and the link to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from dashboard import address, data, page, words, words_trends
from dashboard.charts import Measure, Period
from metrics.model import STANCES
from metrics.periods import Days, days_before, from_day, year_before
from metrics.phrase_daily import PHRASE_GROUPS

SERIES = "series"  # the split of several indicators, or of words beside one
STACKED = "stances stacked"
SPLITS = {
    "not split": None, "by stance": "stance", STACKED: "stance", "by side": "side", "by language": "language",
    "by place": "place", "by people": "people", "by occurrence": "occurrence",
}  # fmt: skip
PANELS = {"all": False, "the same throughout": True}
PERIODS: dict[str, Period] = {"day": "D", "week": "W", "month": "M", "7 days": "7D", "28 days": "28D"}
MEASURES: dict[str, Measure] = {
    "stories": "count", "articles": "articles", "independent reports": "reports", "share of relevant": "share",
    "per usual day": "rate",
}  # fmt: skip
PICTURES = ("PNG", "SVG")
MOST_BESIDE = 3  # indicators beside the first
OWN = "own dates"


@dataclass(frozen=True, slots=True)
class Subject:
    """One series: an indicator, or stories that have some words. words : "" for an indicator."""

    key: str
    label: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see. split SERIES: several subjects, one line each. against : days to compare with."""

    subjects: tuple[Subject, ...]
    stance: str
    split: str | None
    stacked: bool
    period: Period
    measure: Measure
    fixed: bool
    first: date
    last: date
    against: Days | None
    against_name: str

    @property
    def indicator(self) -> str:
        """The indicator that is shown alone; "" when there are several, or only words."""
        return self.subjects[0].key if len(self.subjects) == 1 and not self.subjects[0].words else ""

    @property
    def slug(self) -> str:
        """For file names: never what somebody typed."""
        return "-".join(one.key for one in self.subjects)

    @property
    def label(self) -> str:
        return words.listed([one.label for one in self.subjects])

    @property
    def named(self) -> str:
        """With the stance, which is of the indicators only: words know none."""
        told = [f"{one.label}, {self.what}" if self.what and not one.words else one.label for one in self.subjects]
        return words.listed(told) if len(told) < 2 else "; ".join(told)

    @property
    def what(self) -> str:
        """The stance in words; "" where words alone are asked for."""
        if all(one.words for one in self.subjects):
            return ""
        return "all stances" if self.split == "stance" else words.STANCES[self.stance]


def asked() -> Asked | None:
    """The controls; None while nothing is chosen."""
    page.say_what_is_odd(_allowed())
    subjects = _subjects()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split, stance, stacked = _lines(subjects)
        first, last = _days()
        against, name = _against(first, last)
    period, measure, fixed = _counted()
    if not subjects:
        st.info(words_trends.NOTHING_CHOSEN)
        return None
    split, measure, fixed, why = _possible(subjects, split, measure, fixed=fixed)
    if against and split not in (None, SERIES):
        against, why = None, [*why, words_trends.NO_COMPARISON]
    if why:
        st.caption("  \n".join(why))
    return Asked(
        subjects, stance, split, stacked and split == "stance", period, measure, fixed, first, last, against, name
    )


def _allowed() -> address.Allowed:
    any_text = address.ANY_TEXT
    names = page.in_any_language(words.Labels.indicator, data.watched().monitor.indicator_keys)
    return {
        "indicator": [*names, words_trends.NO_INDICATOR], "also": names, "words": any_text, "lines": SPLITS,
        "stance": STANCES, "range": page.RANGES, "by": PERIODS, "measure": MEASURES, "sources": PANELS,
        "from": address.A_DATE, "to": address.A_DATE, "against": words_trends.AGAINST, "begins": address.A_DATE,
        "picture": PICTURES, "day": address.A_DATE, "only": any_text, "page": [str(n) for n in range(1, 10_000)],
        "figure": any_text, "kind": any_text, "people": any_text, "talks": ["true", "false"],
        "talks-page": [str(n) for n in range(1, 10_000)], "claimed-by": any_text,
        page.older_key("page"): address.A_NUMBER, page.older_key("talks-page"): address.A_NUMBER,
    }  # fmt: skip


def _subjects() -> tuple[Subject, ...]:
    labels = data.watched().labels
    keys = {labels.indicator(key): key for key in data.watched().monitor.indicator_keys}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.selectbox(
            "Indicator", [*keys, words_trends.NO_INDICATOR], key="indicator", bind="query-params", width=230
        )
        others = st.multiselect(
            words_trends.BESIDE, list(keys), key="also", bind="query-params", max_selections=MOST_BESIDE, width=330
        )
        searched = st.text_input(
            words_trends.SEARCHED, key="words", bind="query-params", width=260, help=words_trends.SEARCHED_HELP,
            max_chars=200,
        ).strip()  # fmt: skip
    named = dict.fromkeys([*([first] if first in keys else []), *others])
    found = [Subject(keys[name], name) for name in named]
    return (*found, Subject("words", f"“{searched}”", searched)) if searched else tuple(found)


def _lines(subjects: tuple[Subject, ...]) -> tuple[str | None, str, bool]:
    """The split, the stance, and whether stances are stacked. A choice that would change nothing is not shown."""
    lines, stance = "not split", "reported"
    if len(subjects) < 2:
        lines = st.selectbox("Lines", list(SPLITS), key="lines", bind="query-params", width=160)
    if SPLITS[lines] != "stance" and not all(one.words for one in subjects):
        stance = st.selectbox(
            "Stance", STANCES, key="stance", bind="query-params", width=130,
            help="\n".join(f"- **{name}**: {text}" for name, text in words.STANCE_HELP.items()),
        )  # fmt: skip
    return SPLITS[lines], stance, lines == STACKED


def _counted() -> tuple[Period, Measure, bool]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = st.segmented_control(
            "By", list(PERIODS), default="day", required=True, key="by", bind="query-params", help=words.BY_HELP
        )
        measure = st.segmented_control(
            "Measure", list(MEASURES), default="stories", required=True, key="measure", bind="query-params",
            help=words.MEASURE_HELP,
        )  # fmt: skip
        panel = st.segmented_control(
            "Sources", list(PANELS), default="all", required=True, key="sources", bind="query-params",
            help="“the same throughout” counts only sources that were there from the first day shown to the last: "
            "a source added or lost changes nothing.",
        )  # fmt: skip
    return PERIODS[period or "day"], MEASURES[measure or "stories"], PANELS[panel or "all"]


def _days() -> tuple[date, date]:
    spanned = st.selectbox("Range", list(page.RANGES), index=1, key="range", bind="query-params", width=130)
    first, last = page.dates(page.RANGES[spanned])
    _slider(first, last)
    return first, last


def _slider(first: date, last: date) -> None:
    """Both ends by mouse or arrow keys. It has no address of its own: moved, it becomes the own dates."""
    begin, end = min(data.span()[0], first), max(data.today(), last)
    if begin < end:
        st.session_state["slid"] = (first, last)
        st.slider(words_trends.SLIDER, begin, end, key="slid", format="D MMM YYYY", on_change=_slid, width=330)


def _slid() -> None:
    """The days become own dates. A control that was not shown before does not write itself into the address."""
    days = dict(zip(("from", "to"), st.session_state["slid"], strict=True))
    if st.session_state.get("range") != OWN:
        st.query_params.update({key: day.isoformat() for key, day in days.items()})
    st.session_state.update(days)
    st.session_state["range"] = OWN


def _against(first: date, last: date) -> tuple[Days | None, str]:
    """The days to compare with, and what they are called."""
    name = st.selectbox(
        words_trends.AGAINST_LABEL, list(words_trends.AGAINST), key="against", bind="query-params", width=170,
        help=words_trends.AGAINST_HELP,
    )  # fmt: skip
    how = words_trends.AGAINST[name]
    if how == "chosen":
        start = page.a_date("Starting on", year_before(first, last)[0], key="begins", width=160)
        return (from_day(start, first, last) if start else None), "the days chosen"
    return {"before": days_before(first, last), "year": year_before(first, last)}.get(how), name


def _possible(
    subjects: tuple[Subject, ...], split: str | None, measure: Measure, *, fixed: bool
) -> tuple[str | None, Measure, bool, list[str]]:
    """What can be drawn of what was asked for, and why not all."""
    why: list[str] = []
    if len(subjects) > 1:
        split = SERIES
    elif subjects[0].words and split and split not in PHRASE_GROUPS:
        split = None
        why.append(words_trends.WORDS_NOT_SPLIT)
    if measure == "reports" and (fixed or split not in (None, "stance", "place", SERIES)):
        measure = "count"
        why.append(words.REPORTS_NOT_SPLIT)
    return split, measure, fixed, why


KEPT = (
    "indicator", "also", "words", "lines", "stance", "by", "measure", "sources", "against", "begins", "day", "only",
    "picture", "figure", "kind", "people", "claimed-by",
)  # fmt: skip
DEFAULTS = {
    "lines": "not split", "stance": "reported", "by": "day", "measure": "stories", "sources": "all",
    "against": "nothing", "picture": "PNG", "only": "all",
}  # fmt: skip


def permalink(wanted: Asked) -> str:
    """The address of this view with its days as dates, so that it opens the same tomorrow."""
    state = {key: st.session_state.get(key) for key in KEPT}
    shown = {key: value for key, value in state.items() if value and value != DEFAULTS.get(key)}
    days = {"range": OWN, "from": wanted.first, "to": wanted.last}
    base = (st.context.url or "/").rstrip("/")
    return f"{base.removesuffix('/trends')}/trends?{urlencode(shown | days, doseq=True)}"
