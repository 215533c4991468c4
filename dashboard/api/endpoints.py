"""Every endpoint with its parameters: the one declaration that is routed, checked and described."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dashboard import data, words
from dashboard.api import lists, shelves, states, tables
from dashboard.api.atom import ATOM
from dashboard.api.parameters import LARGEST, Asked, Choice, Cursor, Day, Number, Parameter, Words, YesNo
from dashboard.api.rows import (
    AlertRow,
    ArticleRow,
    DailyRow,
    EvidenceRow,
    FigureRow,
    File,
    LevelRow,
    Page,
    SourceRow,
    StoryAnswer,
    SummaryRow,
)
from dashboard.export import FORMATS, MEDIA_TYPES
from feeds.health import WORDS as CONDITIONS
from feeds.monitor import SPEAKER_ONLY_SIDES
from metrics.alert_words import MEANING, STATE_HELP
from metrics.model import STANCES, UNSTATED
from metrics.summary import Summary

ROOT = "/api/v1"
MOST_ROWS, ROWS = 500, 100  # of one page: at most, and unless asked
MOST_TABLE_ROWS, TABLE_ROWS = 5_000, 1_000
MOST_SUMMARIES, SUMMARIES = 30, 14  # each is made when it is asked for
JSON, CSV, OPML = "application/json", MEDIA_TYPES["csv"], "text/x-opml"
MASKED = (
    'Names of private persons are masked: "[person 1]", the same number throughout one answer. They are found by rule, '
    "so some are missed; no parameter shows them."
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address. ask : fills `answer`. files : media type → the same as a file; `format` says which by a short name.

    may_miss : there may be no such thing: 404.
    """

    path: str  # below ROOT; a {name} is a parameter
    title: str
    about: str
    parameters: tuple[Parameter, ...]
    answer: Any  # a class of rows.py, or a Page of one
    ask: Callable[[Asked], object]
    files: Mapping[str, Callable[[Asked], File]] = field(default_factory=dict)
    may_miss: bool = False


def endpoints() -> tuple[Endpoint, ...]:
    """Of the monitor that is watched: its keys are what a parameter may be."""
    return (
        Endpoint(
            "/daily",
            "Stories per day, week or month",
            "One indicator over time: the table behind the chart of Trends. Every row says how much could be seen "
            "(observability, state) and by which rules it was counted; a day that was not seen is null, never 0.",
            (_indicator(required=True), *_daily(), *_days(), *_paging(tables.DAILY_PLACE, MOST_TABLE_ROWS, TABLE_ROWS)),
            Page[DailyRow],
            tables.daily,
            {CSV: tables.daily_csv},
        ),
        Endpoint(
            "/articles",
            "Articles with their evidence",
            "The last stored first: follow `next` until it is null. Title, address and evidence sentences; never the "
            f"text of an article. {MASKED}",
            (*_filters(), _format("json", "atom"), _shelf("numbers"), *_paging((int,), MOST_ROWS, ROWS)),
            Page[ArticleRow],
            lists.articles,
            {ATOM: lists.articles_feed},
        ),
        Endpoint(
            "/evidence",
            "Evidence sentences",
            "One sentence a row, with its article and what it says; the last stored article first, in it in the order "
            f"of its text. {MASKED}",
            (*(one for one in _filters() if one.name != "which"), *_paging((int, int), MOST_ROWS, ROWS)),
            Page[EvidenceRow],
            lists.evidence,
        ),
        Endpoint(
            "/stories/{id}",
            "One story",
            f"All its articles in order of appearance, and the other stories about its event. {MASKED}",
            (Parameter("id", Number(1, LARGEST), "Number of the story.", where="path"),),
            StoryAnswer,
            lists.story,
            may_miss=True,
        ),
        Endpoint(
            "/figures",
            "Claimed figures",
            "Every claimed number with who claims it; claims are never added up, averaged or merged. Copies of one "
            f"story are one claim. {MASKED}",
            (*_claims(), *_days(), *_paging(tables.FIGURE_PLACE, MOST_TABLE_ROWS, TABLE_ROWS)),
            Page[FigureRow],
            tables.figures,
            {CSV: tables.figures_csv},
        ),
        Endpoint(
            "/alerts",
            "Unusual days",
            f"Every alert that ever arose with all that made it so, newest first, and what was decided. {MEANING}",
            (
                _indicator(),
                _people(),
                _state(),
                *_alarm(),
                _format("json", "atom"),
                _shelf("a month"),
                *_paging(states.ALERT_PLACE, MOST_ROWS, ROWS),
            ),
            Page[AlertRow],
            states.alerts,
            {ATOM: states.alerts_feed},
        ),
        Endpoint(
            "/levels",
            "How much is reported today",
            "Level 0 to 4 of every indicator with one sentence why; null: no data. A level of reporting, not of need.",
            (_indicator(), _people(), *_paging((int, int), MOST_ROWS, MOST_ROWS)),
            Page[LevelRow],
            states.levels,
        ),
        Endpoint(
            "/sources",
            "Sources and how they are",
            "Every source with its condition, what it brought against what was expected, and when it is asked next; as "
            "OPML the whole list, for feed readers.",
            (*_of_sources(), _format("json", "opml"), *_paging((str,), MOST_ROWS, ROWS)),
            Page[SourceRow],
            states.sources,
            {OPML: states.sources_opml},
        ),
        Endpoint(
            "/summaries",
            "Days that have a summary",
            "Newest first, today among them; as Atom only days that are over, with their highlights.",
            (_format("json", "atom"), _shelf("a week"), *_paging(states.SUMMARY_PLACE, MOST_SUMMARIES, SUMMARIES)),
            Page[SummaryRow],
            states.summaries,
            {ATOM: states.summaries_feed},
        ),
        Endpoint(
            "/summary/{day}",
            "The summary of one day",
            f"As the Daily summary page shows and offers it, in all its formats. {MASKED}",
            (Parameter("day", Day(), "The day; up to today.", where="path"), _format(*FORMATS)),
            Summary,
            states.summary,
            {MEDIA_TYPES[one]: partial(states.summary_file, format=one) for one in FORMATS},
            may_miss=True,
        ),
    )


def _indicator(*, required: bool = False) -> Parameter:
    labels, monitor = data.watched().labels, data.watched().monitor
    keys = {key: labels.indicator(key) for key in monitor.indicator_keys}
    return Parameter("indicator", Choice(keys), "Key of the indicator.", required=required)


def _people() -> Parameter:
    return Parameter("people", Choice(data.watched().labels.peoples), "Whom it happens to.")


def _state() -> Parameter:
    return Parameter("state", Choice(STATE_HELP), "What it is now.")


def _alarm() -> tuple[Parameter, ...]:
    return (
        Parameter("from", Day(), "In alarm on this day or later."),
        Parameter("to", Day(), "In alarm on this day or earlier."),
    )


def _side(about: str, *more: str) -> Parameter:
    labels = data.watched().labels
    keys = dict.fromkeys((*data.watched().monitor.side_keys, *more))
    return Parameter("side", Choice({key: labels.side(key) for key in keys}), about)


def _language() -> Parameter:
    labels, monitor = data.watched().labels, data.watched().monitor
    return Parameter("language", Choice({key: labels.language(key) for key in monitor.languages}), "Of the article.")


def _source() -> Parameter:
    keys = {one.key: one.outlet.name for one in data.watched().sources}
    return Parameter("source", Choice(keys), "Key of the source that brought it.")


def _format(*formats: str) -> Parameter:
    return Parameter("format", Choice({one: one.upper() for one in formats}), "Instead of an Accept header.")


def _shelf(what: str) -> Parameter:
    return shelves.parameter(f"older entries, {what} a document (RFC 5005)")


def _days() -> tuple[Parameter, ...]:
    return (
        Parameter("from", Day(), "First day, included; without it 91 days are given."),
        Parameter("to", Day(), "Last day, included; without it today. Days to come are left out."),
    )


def _daily() -> tuple[Parameter, ...]:
    stances: dict[str, str] = {key: words.STANCES[key] for key in STANCES}
    return (
        Parameter("stance", Choice(stances), "What sentences say; not asked when split by stance.", "reported"),
        Parameter("by", Choice({key: key for key in tables.SPLITS}), "Split; one line a group that occurs."),
        Parameter(
            "period",
            Choice({key: key for key in tables.PERIODS}),
            "Length of a row; 7-days and 28-days: a row a day, of the days to it.",
            "day",
        ),
        Parameter(
            "panel",
            Choice({"all": "all sources", "fixed": "only sources that were there throughout"}),
            "Which sources count: all, or only those present from the first day to the last.",
            "all",
        ),
        Parameter("reports", YesNo(), "With independent reports; only where nothing but stance is split.", "false"),
        _format("json", "csv"),
    )


def _filters() -> tuple[Parameter, ...]:
    places = {key: " / ".join(names) for key, names in data.place_names().items()}
    return (
        _indicator(),
        Parameter("stance", Choice({key: words.STANCES[key] for key in STANCES}), "What a sentence of it says."),
        _people(),
        Parameter("place", Choice(places), "Id of a place that a sentence names."),
        _side("Whose perspective the publisher stands for."),
        _language(),
        _source(),
        Parameter("from", Day(), "First day of counting, included."),
        Parameter("to", Day(), "Last day of counting, included."),
        Parameter("q", Words(), 'Words that must all occur, "a phrase", -without; as on Coverage.'),
        Parameter("origin_only", YesNo(), "Of every story only the first article that fits.", "false"),
        Parameter("which", Choice({key: key for key in lists.WHICH}), "Context: politics and talks alone.", "relevant"),
    )


def _claims() -> tuple[Parameter, ...]:
    subjects = {key: one.label for key, one in data.figure_subjects().items()}
    return (
        Parameter("subject", Choice(subjects), "What is counted."),
        Parameter("unit", Choice({key: key for key in data.figure_units()}), "In what it is counted."),
        Parameter("kind", Choice({key: key for key in ("total", "increment", "rate")}), "Kinds are never compared."),
        Parameter("people", Choice({**data.watched().labels.peoples, UNSTATED: UNSTATED}), "Whom it counts."),
        _side("Side of the claimant.", *SPEAKER_ONLY_SIDES),
        _format("json", "csv"),
    )


def _of_sources() -> tuple[Parameter, ...]:
    return (
        Parameter("condition", Choice({key: key for key in CONDITIONS}), "How the source is."),
        _side("Side of its outlet."),
        _language(),
        _source(),
    )


def _paging(types: tuple[type, ...], most: int, usual: int) -> tuple[Parameter, ...]:
    return (
        Parameter("limit", Number(1, most), "Rows of one page.", str(usual)),
        Parameter("cursor", Cursor(types), "Where the page begins: stands in `next` of the page before."),
    )
