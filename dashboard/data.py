"""What the pages ask, answered once per change of the archive. The one place here that knows the time.

Reads only, but for decisions about alerts where the server was started with --edit.

Every answer is kept under the archive's change token and the day: new data make a new key, nothing is ever cleared.
Answers are shared between sessions and must not be changed by who reads them.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import charts, errands, words
from dashboard.errands import Errand
from feeds.archive import Archive, open_archive
from feeds.archive.gauges import dropped_since
from feeds.doctor import Seen, look, notes, past_hours
from feeds.errors import HouseError
from feeds.evidence import Edit, edits_of
from feeds.first_round import FirstRound
from feeds.first_round import first_round as first_round_of
from feeds.lists import Lists, stamp
from feeds.model import Poll, Source
from feeds.monitor import Monitor, bloc_names
from feeds.opml import to_opml
from feeds.options import archive_url, monitor_of
from feeds.sources import Outlets, read_outlets, read_sources
from feeds.standing import Standing, State
from feeds.standing import standing as standing_of
from metrics import rolling, store
from metrics.alert import Action
from metrics.attribution import Attribution
from metrics.cases import Case, read_cases
from metrics.daily import daily_table, observed_days, with_reports
from metrics.deciding import KnownAlert, all_alerts, decide
from metrics.evaluate import Judged, Table, judged, table
from metrics.explain import Explanation, article_text, explanation
from metrics.feedback import Note, append
from metrics.feedback import notes as notes_of
from metrics.figure_words import Listed, read_lists
from metrics.ledger import figures_table
from metrics.lexicon import Lexicon, read_lexicon
from metrics.masking import Masker, masked_claims
from metrics.model import STANCES, StoryLine
from metrics.month import DAYS, Line
from metrics.month import month as month_of
from metrics.observe import SourceChange
from metrics.observers import AccessFact, access_words, facts_of, observers_on
from metrics.one_bloc import Event
from metrics.one_bloc import reported_events as reported_events_of
from metrics.person_words import read_persons
from metrics.persons import Persons
from metrics.places import MapFile, Placed, Spot, read_map
from metrics.places import placed as placed_of
from metrics.places import spots as spots_of
from metrics.reader_labels import FIRST, reader_labels, reader_languages
from metrics.revision_words import Changed, since_first_counted
from metrics.situation import Level, LevelRun, levels_to
from metrics.store import DayCounts, StoryQuery, outbox
from metrics.store.alerts import judged_range
from metrics.store.arriving import Arrived, last_issue
from metrics.store.arriving import first_tellers as first_tellers_of
from metrics.store.arriving import new_stories as arrived_since
from metrics.store.audits import AuditNote
from metrics.store.audits import last_audit as audit_recorded
from metrics.store.outbox import Letter
from metrics.store.revising import revisions_of
from metrics.store.story_tables import EventGroup, Reading, event_groups, reading_of, reports_daily
from metrics.summary import Summary, default_as_of, summary_of
from metrics.tag import Tagger
from metrics.trend import Card, by_period
from metrics.trend import cards as trend_cards

KEPT = 128  # answers of one question
_pinned: ContextVar[str] = ContextVar("state of the archive that is asked", default="")
LOOK_SECONDS = 5  # how poller and tagger stand is looked up at most so often, however many look on
GONE_FOR = timedelta(seconds=5)
UNLOOKED = timedelta(seconds=30)  # an open page looks every few seconds; a longer pause says nothing of what was then
Gone = dict[str, tuple[datetime, datetime]]  # role → when somebody first, and last, looked and found nobody at it


@dataclass(frozen=True, slots=True)
class Watched:
    """A monitor with all its data files."""

    monitor: Monitor
    lexicon: Lexicon
    sources: tuple[Source, ...]
    outlets: Outlets
    attribution: Attribution
    labels: words.Labels


def now() -> datetime:
    """The moment the pages speak of: the clock's, or the fixed one of an invented monitor."""
    return watched().monitor.now or datetime.now(UTC)


def today() -> date:
    return watched().monitor.day_of(now())


def watched() -> Watched:
    """The monitor of $MONITOR, its labels in the language of who looks. Raises DataFileError."""
    return _in_language(os.environ.get("MONITOR", ""), _chosen_language())


def _chosen_language() -> str:
    """As languages call themselves; "" English: nothing chosen, or nobody looks at a page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    return str(st.session_state.get(words.LANGUAGE_KEY) or "")


def languages() -> Mapping[str, str]:
    """Code → its own name, of all languages that labels can be read in."""
    return _languages(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _languages(folder: str) -> Mapping[str, str]:
    return reader_languages(_files(folder).monitor)


def labels_in(language: str) -> words.Labels:
    """All labels in one language, as it calls itself; English where no language does."""
    return _in_language(os.environ.get("MONITOR", ""), language).labels


def archive() -> Archive:
    """The archive of $MONITOR_ARCHIVE, read-only. Raises ArchiveError when there is none yet."""
    return _archive(_url(), os.getpid())


def mark() -> str:
    """Changes whenever the pages would: with the archive, with the list of sources, and at midnight."""
    return f"{archive().changed()} {today()} {hash(stamp(watched().monitor))}"


def begin() -> None:
    """Fix what this run of a page speaks of: all its answers are of one state of the archive."""
    st.session_state["mark"] = mark()


def is_shown() -> bool:
    """Does the page show the archive as it is now?"""
    return st.session_state.get("mark") == mark()


@contextmanager
def pinned() -> Iterator[None]:
    """All answers within are of one state of the archive, as `begin` fixes for a page; for who asks without one."""
    token = _pinned.set(mark())
    try:
        yield
    finally:
        _pinned.reset(token)


def _url() -> str:
    return archive_url(argparse.Namespace(archive=None), watched().monitor)


def _in_language(folder: str, language: str) -> Watched:
    return _watched(folder, language, stamp(_files(folder).monitor))


@st.cache_resource(max_entries=32, show_spinner=False)
def _watched(folder: str, language: str, lists: tuple[int, ...]) -> Watched:
    one = _read(folder)()
    code = next((code for code, name in reader_languages(one.monitor).items() if name == language), FIRST)
    return replace(one, labels=words.labels_of(one.monitor, reader_labels(one.monitor, one.lexicon, code)))


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(folder: str) -> Lists[Watched]:
    """Sources and outlets are read again when they change. A broken edit by hand is for the poller's log to say."""

    def read() -> Watched:
        sources, outlets = read_sources(monitor), read_outlets(monitor)
        return Watched(monitor, of.lexicon, sources, outlets, Attribution(sources, outlets), of.labels)

    of = _files(folder)
    monitor = of.monitor
    return Lists(monitor, read, lambda error: None)


@dataclass(frozen=True, slots=True)
class _Files:
    """What is read once a process: who edits these files starts the server again. Labels are English."""

    monitor: Monitor
    lexicon: Lexicon
    labels: words.Labels


@st.cache_resource(max_entries=8, show_spinner=False)
def _files(folder: str) -> _Files:
    monitor = monitor_of(argparse.Namespace(monitor=folder or None, archive=None))
    lexicon = read_lexicon(monitor)
    return _Files(monitor, lexicon, words.labels_of(monitor, reader_labels(monitor, lexicon)))


@st.cache_resource(max_entries=8, show_spinner=False)
def _archive(url: str, process: int) -> Archive:
    return open_archive(url, read_only=True)


def _key() -> str:
    """Everything an answer depends on besides its question."""
    return f"{watched().monitor.folder} {_url()} {_pinned.get() or st.session_state.get('mark') or mark()}"


def key() -> str:
    """For answers that another module keeps as these are kept."""
    return _key()


# Situation ------------------------------------------------------------------------------------------------------------


def article_count() -> int:
    return _article_count(_key())


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _article_count(key: str) -> int:
    return archive().article_count()


def is_tagged() -> bool:
    return store.current_rules(archive()) is not None


def cards() -> list[Card]:
    return _cards(_key(), today())


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _cards(key: str, day: date) -> list[Card]:
    return trend_cards(archive(), watched().monitor, today=day, attribution=watched().attribution)


def levels() -> dict[tuple[str, str], Level]:
    """(indicator, people; "" all) → how much is reported of it today, and why."""
    return levels_on(today())


def levels_on(day: date) -> dict[tuple[str, str], Level]:
    """The same of an earlier day, by what is known now."""
    return {(one.indicator, one.people): one for one in _levels(_key(), today()).on(day)}


@st.cache_resource(max_entries=8, show_spinner="Judging how much is reported …")
def _levels(key: str, last: date) -> LevelRun:
    of = watched()
    return levels_to(archive(), of.monitor, of.lexicon, of.attribution, last=last)


def alerts() -> list[KnownAlert]:
    """All that ever arose, newest first."""
    return _alerts(_key())


@st.cache_resource(max_entries=8, show_spinner=False)
def _alerts(key: str) -> list[KnownAlert]:
    return all_alerts(archive())


def expected(indicator: str, stance: str, first: date, last: date) -> pd.DataFrame:
    """What the detector expected of every day of one indicator, and what it says of it: see judged_range."""
    return _expected(_key(), indicator, stance, first, last)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _expected(key: str, indicator: str, stance: str, first: date, last: date) -> pd.DataFrame:
    return judged_range(archive(), first=first, last=last, indicator=indicator, stance=stance)


def may_decide() -> bool:
    """Was the server started with --edit?"""
    return os.environ.get("MONITOR_EDIT") == "1"


def decide_alert(id: str, action: Action, *, reason: str, by: str) -> None:
    """Keep a decision, only with --edit. Raises HouseError."""
    _must_be_allowed()
    with open_archive(_url()) as writable:
        decide(writable, id, action, reason=reason, by=by, at=now())


def letters(day: date) -> list[Letter]:
    """Messages of the issue of a day as they stand now; not kept: they change without the archive's counts."""
    return outbox.letters(archive(), day=day)


def letter(number: int) -> bytes | None:
    """What a message holds; None: it was erased."""
    return outbox.content(archive(), number)


def decide_issue(day: date, action: str, *, by: str) -> int:
    """Release or withdraw the drafts of a day, only with --edit; returns how many. Raises HouseError."""
    _must_be_allowed()
    if not (by := " ".join(by.split())):
        raise HouseError("say who decides")
    after = {"release": "waiting", "withdraw": "withdrawn"}[action]
    with open_archive(_url()) as writable:
        return outbox.decide(writable, "draft", after, by=by, day=day)


def feedback_file() -> Path:
    """Where what editors say of tags is kept: $MONITOR_FEEDBACK, else data/feedback.jsonl."""
    return Path(os.environ.get("MONITOR_FEEDBACK") or "data/feedback.jsonl")


def record_feedback(case: Case) -> str:
    """Keep what an editor says of a tag; returns its id. Raises HouseError."""
    _must_be_allowed()
    return append(feedback_file(), case)


def notes_on(article: int, start: int) -> list[Note]:
    """What editors said of the sentence of an article that begins at `start`; only where they can."""
    path = feedback_file()
    if not may_decide() or not path.exists():
        return []
    return [one for one in _notes(str(path), path.stat().st_size) if (one.article, one.start) == (article, start)]


@st.cache_resource(max_entries=4, show_spinner=False)
def _notes(path: str, size: int) -> list[Note]:
    return notes_of(Path(path))


def _must_be_allowed() -> None:
    if not may_decide():
        raise HouseError("this server only shows; who starts it with --edit can decide")


def last_summary() -> tuple[datetime, bool]:
    """When the last summary ended, and True where it was handed out; else the start of today: yesterday's end."""
    issued = _last_issue(_key())
    begin = datetime.combine(today(), time(), watched().monitor.zone)
    return (issued, True) if issued is not None else (begin, False)


@st.cache_resource(max_entries=8, show_spinner=False)
def _last_issue(key: str) -> datetime | None:
    return last_issue(archive())


def new_stories(since: datetime) -> Arrived:
    """Relevant stories first seen since then."""
    return _new_stories(_key(), since)


@st.cache_resource(max_entries=8, show_spinner=False)
def _new_stories(key: str, since: datetime) -> Arrived:
    return arrived_since(archive(), since)


def first_tellers(first: date, last: date) -> dict[str, int]:
    """indicator → publishers that were the first to report a story of these days."""
    return _first_tellers(_key(), first, last)


@st.cache_resource(max_entries=8, show_spinner=False)
def _first_tellers(key: str, first: date, last: date) -> dict[str, int]:
    return first_tellers_of(archive(), watched().attribution, first=first, last=last)


def peoples(first: date, last: date) -> dict[str, dict[str, int]]:
    """indicator → people → stories reported in the range. Never added up: a story can be about several."""
    return _peoples(_key(), first, last)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _peoples(key: str, first: date, last: date) -> dict[str, dict[str, int]]:
    rows = store.daily_rows(archive(), first=first, last=last, stances=["reported"], by=("people",))
    found: dict[str, dict[str, int]] = {}
    for indicator, people, count in zip(rows["indicator"], rows["people"], rows["stories"], strict=True):
        of = found.setdefault(str(indicator), {})
        of[str(people)] = of.get(str(people), 0) + int(count)
    return found


def month() -> list[Line]:
    """The last 28 days, one line an indicator: stories that report it, or why a day cannot say."""
    return _month(_key(), today())


@st.cache_resource(max_entries=8, show_spinner=False)
def _month(key: str, day: date) -> list[Line]:
    first = day - timedelta(days=DAYS - 1)
    rollup = store.rollup(archive(), first=first, last=day)
    return month_of(rollup, _observed(key, first, day, False), watched().monitor)


def day_counts(day: date) -> DayCounts:
    return _day_counts(_key(), day)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _day_counts(key: str, day: date) -> DayCounts:
    return store.day_counts(archive(), day, zone=watched().monitor.zone)


def first_round() -> FirstRound:
    """How far the first round over all sources is; long after it, how it is with those that never answered."""
    return _first_round(_key())


@st.cache_resource(max_entries=8, show_spinner=False)
def _first_round(key: str) -> FirstRound:
    return first_round_of(watched().sources, archive().states(counted=False))


def arrived(since: datetime | None) -> tuple[int, int]:
    """Articles stored since the day of that moment, to today, and how many of them are relevant."""
    first = watched().monitor.day_of(since) if since else today()
    days = [day_counts(first + timedelta(days=n)) for n in range((today() - first).days + 1)]
    return sum(one.seen for one in days), sum(one.relevant for one in days)


def backfill_running() -> Errand | None:
    """The walk back in time that a page started last; None: none since the server runs."""
    return _errands().get(_url())


def start_backfill(since: date) -> None:
    """Run `feeds backfill` beside the server, only with --edit. Raises HouseError."""
    _must_be_allowed()
    before = backfill_running()
    if before is not None and before.is_running:
        raise HouseError("a walk back is running; wait until it ends")
    arguments = ["feeds", "backfill", "--since", since.isoformat(), *_which(), *errands.network()]
    _errands()[_url()] = errands.started(arguments)


def _which() -> list[str]:
    return ["--monitor", str(watched().monitor.folder), "--archive", _url()]


@st.cache_resource(show_spinner=False)
def _errands() -> dict[str, Errand]:
    """By archive: everybody who looks at it sees the same walk."""
    return {}


def last_poll() -> Poll | None:
    return next(iter(archive().polls(limit=1)), None)


def standing() -> Standing | None:
    """How poller and tagger stand; None: nobody is expected to work on an archive whose monitor has a fixed clock.

    One that is gone is said once it has been gone for GONE_FOR: it may be on its way, or started again after a death.
    """
    if watched().monitor.now is not None:
        return None
    found = _standing(_url(), int(now().timestamp()) // LOOK_SECONDS)
    since = _gone_since(_url())
    return replace(
        found,
        poller=_settled("poller", found.poller, since, now()),
        tagger=_settled("tagger", found.tagger, since, now()),
    )


def is_polled() -> bool:
    """Is a poller at work? False also where nobody expects one."""
    one = standing()
    return one is not None and one.poller == "works"


@st.cache_resource(max_entries=4, show_spinner=False)
def _standing(url: str, slot: int) -> Standing:
    return standing_of(archive(), watched().sources, now=now())


@st.cache_resource(max_entries=4, show_spinner=False)
def _gone_since(url: str) -> Gone:
    return {}


def _settled(role: str, state: State, since: Gone, moment: datetime) -> State:
    if state != "stopped":
        since.pop(role, None)
        return state
    first, last = since.get(role, (moment, moment))
    first = moment if moment - last > UNLOOKED else first  # it may have been there while nobody looked
    since[role] = first, moment
    return state if moment - first >= GONE_FOR else "works"


# Stories --------------------------------------------------------------------------------------------------------------


def stories(wanted: StoryQuery, *, limit: int = 20, offset: int = 0) -> tuple[list[StoryLine], int]:
    """Newest first, and how many there are: see `story_count`."""
    return _stories(_key(), wanted, limit, offset)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _stories(key: str, wanted: StoryQuery, limit: int, offset: int) -> tuple[list[StoryLine], int]:
    lines = store.newest(archive(), watched().attribution, wanted, limit=limit, offset=offset)
    return lines, _story_count(key, wanted)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _story_count(key: str, wanted: StoryQuery) -> int:
    return store.story_count(archive(), watched().attribution, wanted)


def story_count(wanted: StoryQuery) -> int:
    """How many there are; one more than MOST_COUNTED: more than that."""
    return _story_count(_key(), wanted)


def members(story: int) -> list[StoryLine]:
    """All articles of a story in order of appearance; none: there is no such story."""
    return _copies(_key(), story)


def articles_below(wanted: StoryQuery, *, below: int | None, limit: int) -> list[StoryLine]:
    """A stretch of all articles, the last stored first; not kept: who reads on never asks for it again."""
    return store.articles_below(archive(), watched().attribution, wanted, below=below, limit=limit)


def copies(line: StoryLine) -> list[StoryLine]:
    """All articles of the story in order of appearance; none when it has no copy."""
    return _copies(_key(), line.story) if line.articles > 1 else []


@st.cache_resource(max_entries=4 * KEPT, show_spinner=False)
def _copies(key: str, story: int) -> list[StoryLine]:
    return store.copies(archive(), watched().attribution, story)


def event(line: StoryLine) -> EventGroup | None:
    """The stories about the event of this one, itself among them; None: not counted on any day, or not relevant."""
    if line.day is None:
        return None
    return _events(_key(), line.day - timedelta(days=line.day.weekday())).get(line.story)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _events(key: str, monday: date) -> dict[int, EventGroup]:
    """Story → its event group, of one week: a page of stories needs a few."""
    groups = event_groups(archive(), reading(), first=monday, last=monday + timedelta(days=6))
    return {story.id: group for group in groups for story in group.stories}


def reading() -> Reading:
    return _reading(os.environ.get("MONITOR", ""), stamp(watched().monitor))


@st.cache_resource(max_entries=8, show_spinner=False)
def _reading(folder: str, lists: tuple[int, ...]) -> Reading:
    return reading_of(watched().lexicon, watched().attribution)


def traces(article: int) -> tuple[tuple[Edit, ...], datetime | None]:
    """What its source changed after publication, oldest first, and when it left its feed early (None: not noticed)."""
    return _traces(_key(), article)


@st.cache_resource(max_entries=4 * KEPT, show_spinner=False)
def _traces(key: str, article: int) -> tuple[tuple[Edit, ...], datetime | None]:
    return edits_of(archive().history(article)), archive().gone(article)


def whole_text(article: int) -> str:
    """Title, newline and text of an article as it stands; "" when it is gone."""
    found = archive().article(article)
    return f"{found.title}\n{found.text}" if found is not None else ""


def why(article: int) -> Explanation | None:
    """Every term in an article, kept or dropped, and the rule, by the present words; None: it is gone."""
    return _why(_key(), article)


@st.cache_resource(max_entries=KEPT, show_spinner="Reading the article …")
def _why(key: str, article: int) -> Explanation | None:
    found = archive().article(article)
    return explanation(article_text(found, watched().monitor), _tagger()) if found is not None else None


def _tagger() -> Tagger:
    return _tagger_of(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _tagger_of(folder: str) -> Tagger:
    """Compiled per language when it is first asked; a second or two each."""
    return Tagger(watched().monitor, watched().lexicon)


def counted_under() -> str:
    """The rules_version that the archive's counts were made with; "" before the first tagging."""
    rules = store.current_rules(archive())
    return rules.version if rules is not None else ""


# Observers ------------------------------------------------------------------------------------------------------------


def observers() -> tuple[AccessFact, ...]:
    """All dated facts of the monitor; `metrics.observers` says which hold on a day."""
    return facts_of(watched().lexicon)


def access(first: date, last: date) -> str:
    """Who could observe on the ground on any of these days, as it stands beside "none seen"."""
    return access_words(observers_on(observers(), last, since=first), a_day=words.a_day)


def revised(first: date, last: date, indicator: str) -> Sequence[Changed]:
    """Numbers of these days that are no longer what was first counted."""
    return [one for one in _revised(_key(), indicator) if first <= one.day <= last]


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _revised(key: str, indicator: str) -> Sequence[Changed]:
    return since_first_counted(revisions_of(archive(), indicator=indicator))


# Trends ---------------------------------------------------------------------------------------------------------------


def span() -> tuple[date, date]:
    """First and last day there is anything to show; both today on an empty archive."""
    first, last = _span(_key())
    begin = min(first or today(), today())
    return begin, max(last or today(), begin)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _span(key: str) -> tuple[date | None, date | None]:
    return store.changed_days(archive())


def observed(first: date, last: date, *, fixed: bool = False) -> pd.DataFrame:
    """Every day of the range: date, usual, usual_seen, observability, state. fixed : of the panel alone."""
    return _observed(_key(), first, last, fixed)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _observed(key: str, first: date, last: date, fixed: bool) -> pd.DataFrame:
    return observed_days(archive(), first=first, last=last, counts=_counts(key, first, last, fixed))


def source_changes(first: date, last: date) -> list[SourceChange]:
    """Days of the range on which sources were added or lost, oldest first."""
    return [one for one in _source_changes(_key(), today()) if first <= one.day <= last]


@st.cache_resource(max_entries=8, show_spinner=False)
def _source_changes(key: str, day: date) -> list[SourceChange]:
    return store.changes_of_sources(archive(), watched().attribution, last=day)


def panel_sources(first: date, last: date) -> frozenset[str]:
    """Sources present throughout the range."""
    return _panel(_key(), first, last).sources


@st.cache_resource(max_entries=8, show_spinner="Counting the sources that were there throughout …")
def _panel(key: str, first: date, last: date) -> store.Panel:
    return store.Panel(archive(), watched().attribution, first=first, last=last)


def counts(first: date, last: date, *, fixed: bool) -> store.Counts:
    """Of all sources, or of those present throughout."""
    return _counts(_key(), first, last, fixed)


def _counts(key: str, first: date, last: date, fixed: bool) -> store.Counts:
    return _panel(key, first, last) if fixed else store.Everything(archive())


def daily(
    indicator: str,
    first: date,
    last: date,
    *,
    stance: str,
    split: str | None,
    period: charts.Period,
    reports: bool = False,
    fixed: bool = False,
) -> pd.DataFrame:
    """What a trend chart draws: one row per period (× `split`), columns of the daily CSV, unseen_days, and the
    intervals of metrics.rolling.

    period : "7D" and "28D" are trailing: a row a day, of the days to it, also of those before `first`.

    split : None, "stance" (then `stance` is not asked), "side", "language", "people" or "occurrence".
    fixed : only sources present throughout the range.
    reports : with a column of independent reports, which are of whole events and not split but by stance.
    """
    return _daily(_key(), indicator, first, last, stance, split, period, reports and split in (None, "stance"), fixed)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _daily(
    key: str,
    indicator: str,
    first: date,
    last: date,
    stance: str,
    split: str | None,
    period: charts.Period,
    reports: bool,
    fixed: bool,
) -> pd.DataFrame:
    stances: Sequence[str] = STANCES if split == "stance" else (stance,)
    by = () if split in (None, "stance") else (split,)
    start = rolling.first_read(first, period)
    counts = _counts(key, start, last, fixed)
    tables = [
        daily_table(
            archive(),
            watched().monitor,
            first=start,
            last=last,
            indicator=indicator,
            stance=one,
            by=by,
            today=today(),
            counts=counts,
        )
        for one in stances
    ]
    table = pd.concat(tables, ignore_index=True)
    table = with_reports(table, _reports(key, start, last)) if reports else table
    return in_periods(table, first, last, period, fixed=fixed)


def in_periods(table: pd.DataFrame, first: date, last: date, period: charts.Period, *, fixed: bool) -> pd.DataFrame:
    """A daily table from rolling.first_read(first, period) to `last` as periods, with the intervals."""
    start = rolling.first_read(first, period)
    table = rolling.with_exposure(table, observed(start, last, fixed=fixed))
    if period == "7D" or period == "28D":
        done = rolling.trailing(table, period)
        return rolling.measured(done[done["date"] >= first])
    return rolling.measured(by_period(table, period))


def compared(indicator: str, last: date, *, stance: str) -> list[rolling.Compared]:
    """The last 7 and 28 days against as many before, of the sources that were there throughout."""
    return _compared(_key(), indicator, last, stance)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _compared(key: str, indicator: str, last: date, stance: str) -> list[rolling.Compared]:
    first = last - timedelta(days=2 * max(rolling.WINDOWS.values()) - 1)
    fixed = any(one.day > first for one in source_changes(first, last))
    table = daily_table(
        archive(), watched().monitor, first=first, last=last, indicator=indicator, stance=stance, today=today(),
        counts=_counts(key, first, last, fixed),
    )  # fmt: skip
    return rolling.now_and_before(rolling.with_exposure(table, observed(first, last, fixed=fixed)), last=last)


@st.cache_resource(max_entries=8, show_spinner="Putting stories about one event together …")
def _reports(key: str, first: date, last: date) -> pd.DataFrame:
    return reports_daily(archive(), reading(), first=first, last=last)


def reported_events(indicator: str, first: date, last: date) -> list[Event]:
    """Events with a story of these days that reports the indicator, latest first, and the bloc that alone does."""
    return _reported_events(_key(), indicator, first, last)


@st.cache_resource(max_entries=16, show_spinner="Putting stories about one event together …")
def _reported_events(key: str, indicator: str, first: date, last: date) -> list[Event]:
    groups = event_groups(archive(), reading(), first=first, last=last)
    return reported_events_of(groups, watched().monitor.bloc_of, indicator=indicator, first=first, last=last)


def map_file() -> MapFile:
    """What a map shows as one place, and its layers."""
    return _map_file(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _map_file(folder: str) -> MapFile:
    return read_map(watched().monitor, watched().lexicon.places)


def spots() -> tuple[Spot, ...]:
    """The places that are shown, in the order of places.yaml."""
    return spots_of(watched().lexicon.places, map_file().within)


def placed(first: date, last: date, *, indicator: str | None, stance: str | None, side: str | None) -> Placed:
    """Distinct stories by place, of the days that could be seen. None: any."""
    return _placed(_key(), first, last, indicator, stance, side)


def told_of_places(first: date, last: date) -> pd.DataFrame:
    """Which stories of these days say what of which place: see store.told_of_places."""
    return _told_of_places(_key(), first, last)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _placed(key: str, first: date, last: date, indicator: str | None, stance: str | None, side: str | None) -> Placed:
    told, days = _told_of_places(key, first, last), _observed(key, first, last, False)
    return placed_of(told, days, spots(), indicator=indicator, stance=stance, side=side)


@st.cache_resource(max_entries=8, show_spinner="Reading which places stories name …")
def _told_of_places(key: str, first: date, last: date) -> pd.DataFrame:
    return store.told_of_places(archive(), watched().attribution, first=first, last=last)


def claims(first: date, last: date) -> pd.DataFrame:
    """Every claimed figure of these days, columns metrics.ledger.LEDGER."""
    return _claims(_key(), first, last)


@st.cache_resource(max_entries=8, show_spinner=False)
def _claims(key: str, first: date, last: date) -> pd.DataFrame:
    return figures_table(archive(), watched().attribution, first=first, last=last)


def masked(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims as they may be handed on: without the names of private persons."""
    return masked_claims(claims, masker(), watched().monitor.languages)


def masker() -> Masker:
    """A new one for everything that is handed on: it numbers private persons as they come."""
    return Masker(_persons(os.environ.get("MONITOR", "")))


@st.cache_resource(max_entries=8, show_spinner=False)
def _persons(folder: str) -> Persons:
    return Persons(read_persons(watched().monitor, watched().lexicon))


def place_names() -> Mapping[str, tuple[str, ...]]:
    """Id of a place → its names, in alphabetical order."""
    return _place_names(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _place_names(folder: str) -> Mapping[str, tuple[str, ...]]:
    return {place.id: place.names_shown for place in watched().lexicon.places}


def figure_subjects() -> Mapping[str, Listed]:
    """What a figure can be about."""
    return _figure_subjects(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _figure_subjects(folder: str) -> Mapping[str, Listed]:
    return read_lists(watched().monitor.common).subjects


def figure_units() -> Mapping[str, Listed]:
    """What figures are counted in."""
    return _figure_units(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _figure_units(folder: str) -> Mapping[str, Listed]:
    return read_lists(watched().monitor.common).units


def figure(asked: str, build: Callable[[], go.Figure]) -> go.Figure:
    """A chart, built once per state of the archive. asked : everything else it depends on, theme and day included."""
    return _figure(f"{_key()} {_chosen_language()}", asked, build)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _figure(key: str, asked: str, _build: Callable[[], go.Figure]) -> go.Figure:
    return _build()


# Sources --------------------------------------------------------------------------------------------------------------


def seen_sources() -> tuple[Seen, ...]:
    """Every source with its condition, worst first: the same words as `python -m feeds doctor`."""
    return _seen_sources(_key(), _slot())


@st.cache_resource(max_entries=8, show_spinner=False)
def _seen_sources(key: str, slot: str) -> tuple[Seen, ...]:
    of = watched()
    past = _past_hours(_url(), str(now().astimezone(UTC).date()))
    return look(archive(), of.sources, zone=of.monitor.zone, now=now(), past=past)


@st.cache_resource(max_entries=4, show_spinner=False)
def _past_hours(url: str, day: str) -> pd.DataFrame:
    """Polls up to the last midnight: the larger part, and the same all day."""
    return past_hours(archive(), now())


def source_notes() -> tuple[tuple[str, str], ...]:
    """(source key, what a person should do or know about it)."""
    return _source_notes(_key(), _slot())


@st.cache_resource(max_entries=8, show_spinner=False)
def _source_notes(key: str, slot: str) -> tuple[tuple[str, str], ...]:
    return notes(archive(), seen_sources(), zone=watched().monitor.zone, now=now())


def _slot() -> str:
    """Changes every ten minutes: silence grows also while nothing arrives."""
    return f"{now():%Y-%m-%d %H}{now().minute // 10}"


def last_polls(source: str, most: int) -> list[Poll]:
    """Newest first."""
    return _last_polls(_key(), source, most)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _last_polls(key: str, source: str, most: int) -> list[Poll]:
    return archive().polls(source=source, limit=most)


def dropped(days: int) -> dict[str, Counter[str]]:
    """Source.key → reason → items that did not become articles in the last days."""
    return _dropped(_key(), _slot(), days)


@st.cache_resource(max_entries=8, show_spinner=False)
def _dropped(key: str, slot: str, days: int) -> dict[str, Counter[str]]:
    return dropped_since(archive(), now() - timedelta(days=days))


def opml() -> bytes:
    """All sources, as `feeds export` writes them."""
    of = watched()
    return to_opml(of.sources, f"{of.monitor.title} (INVENTED)" if of.monitor.invented else of.monitor.title)


def check_feed(url: str) -> str:
    """What `feeds check --json` finds there; stores nothing. Only with --edit. Raises HouseError."""
    _must_be_allowed()
    return errands.waited_for("feeds", "check", "--json", *errands.network(), "--", url)


def add_source(url: str, *, outlet: str, languages: Sequence[str], scope: str) -> str:
    """`feeds add`: asks the feed first. Only with --edit; returns what the command says. Raises HouseError."""
    _must_be_allowed()
    more = [*(["--outlet", outlet] if outlet else []), *(["--language", *languages] if languages else [])]
    return _edited("add", *more, "--scope", scope, *errands.network(), "--", url)


def retire_source(key: str, reason: str) -> str:
    """`feeds retire`. Only with --edit; returns what the command says. Raises HouseError."""
    _must_be_allowed()
    return _edited("retire", f"--reason={reason}", "--", key)


def import_sources(body: bytes) -> str:
    """`feeds import` of an OPML file. Only with --edit; returns what the command says. Raises HouseError."""
    _must_be_allowed()
    with NamedTemporaryFile(suffix=".opml") as file:
        file.write(body)
        file.flush()
        return _edited("import", "--", file.name)


def _edited(*arguments: str) -> str:
    command, *rest = arguments
    return errands.waited_for("feeds", command, "--monitor", str(watched().monitor.folder), *rest)


def in_panel(sources: Sequence[Source]) -> tuple[list[Source], list[Source], list[Source]]:
    """Polled, off, retired."""
    off = [source for source in sources if not source.enabled and source.retired is None]
    retired = [source for source in sources if source.retired is not None]
    return [source for source in sources if source.is_polled], off, retired


# Summary --------------------------------------------------------------------------------------------------------------


def summary(day: date, *, first: date | None = None, lang: str = "en") -> Summary:
    """The summary of a day, or of the days from `first` to it, as it stood at its end, or now while the day lasts."""
    return _summary(_key(), day, first or day, lang)


@st.cache_resource(max_entries=16, show_spinner=False)
def _summary(key: str, day: date, first: date, lang: str) -> Summary:
    of = watched()
    as_of = default_as_of(of.monitor, day, now=now())
    asked = archive(), of.monitor, of.lexicon, of.sources, of.outlets
    return summary_of(*asked, day=day, first=first, as_of=as_of, lang=lang)


# Method ---------------------------------------------------------------------------------------------------------------

CASES = ("cases_heldout.jsonl", "cases_dev.jsonl")  # beside the data files, where monitor.yaml names no gold
GOLD = ("heldout", "dev")  # folders of the gold cases, in the same order


def last_audit() -> AuditNote | None:
    """The audit recorded last; None: none yet."""
    return audit_recorded(archive())


def case_files() -> tuple[Path, ...]:
    """The labelled cases of the monitor, held-out ones first: of its gold folder, else those beside its data files."""
    monitor = watched().monitor
    gold = monitor.gold_folder
    paths = [gold / name for name in GOLD] if gold else [monitor.folder / name for name in CASES]
    return tuple(path for path in paths if path.exists())


def evaluation() -> tuple[Table, ...] | None:
    """How well the tagger reads the labelled cases, per set; None: not measured yet by these rules."""
    return _measured().get(_measured_key())


def measure() -> None:
    """Read all labelled cases: some seconds. `evaluation` has the answer from then on, for all who look."""
    key = _measured_key()
    if key not in _measured():
        _measured()[key] = _evaluated()


def _measured_key() -> str:
    return f"{watched().monitor.folder} {watched().lexicon.rules_version}"


@st.cache_resource(show_spinner=False)
def _measured() -> dict[str, tuple[Table, ...]]:
    """One answer per monitor and rules: cached by hand, since a page must be able to look without asking."""
    return {}


def _evaluated() -> tuple[Table, ...]:
    monitor, tagger = watched().monitor, _tagger()
    sets: dict[str, list[Judged]] = {}
    for path in case_files():
        for case in read_cases(path):
            if isinstance(case, Case):
                sets.setdefault(case.set_name, []).append(judged(case, tagger))
    return tuple(table(name, items, monitor.indicator_keys, bloc_names(monitor)) for name, items in sets.items())
