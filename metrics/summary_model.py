"""The summary of a day or of a range of days, as values: what every format renders, and what it is made from.

Pure: no clock, no SQL. Every figure is a number here, so that all formats print the same one.
Unknown is None, never 0; "" says that the article gives none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from feeds.model import Poll, Source
from feeds.monitor import Monitor
from metrics.ahead import Dated
from metrics.judged_then import JudgedThen
from metrics.lexicon import Event
from metrics.model import Occurrence, Stance
from metrics.observers import AccessFact
from metrics.store.revising import Revision
from metrics.summary_words import Words, words_in

SCHEMA_VERSION = 1  # of the JSON export; grows when a field is renamed or leaves, not when one is added
DayState = Literal["full", "partial", "unseen", "backfill", "before"]
SEEN_STATES: tuple[DayState, ...] = ("full", "partial", "backfill")  # days that have a count
Direction = Literal["more", "fewer", "same"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of ours, filled from a template. articles: the ids it stands on; (): it is not about articles."""

    text: str
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """One evidence sentence, verbatim, with what the tagger says of it. `article` is the one that holds it."""

    article: int
    indicator: str
    stance: Stance
    occurrence: Occurrence | None  # None unless stance is reported
    people: str  # key of the monitor's peoples
    people_label: str
    sentence: str
    language: str
    speaker: str  # "" when the sentence names nobody
    speaker_side: str  # key; "" without a speaker
    speaker_side_label: str
    place: str  # both names, as places.yaml gives them; "" without a place
    rule: str
    tag_line: str = ""  # in the reader's language, of a quote in another; "" of one in it


@dataclass(frozen=True, slots=True)
class SummaryStory:
    """One story as it stood at the summary's as-of: its origin, its quotes, who carried it."""

    story: int
    article: int  # the origin
    title: str
    url: str  # "" when the feed gives none
    outlet: str
    family: str  # publisher family of the origin
    side: str
    side_label: str
    language: str
    day: date | None  # counting day of the origin; None: stored, not counted
    seen: datetime  # first seen by us, UTC
    carried_by: tuple[int, ...]  # ids of all its articles, origin included, in order of appearance
    outlets: int  # distinct publisher families among them
    quotes: tuple[Quote, ...] = ()
    credited: str = ""  # whose report its text says it is; "" when it says nothing
    event: tuple[int, ...] = ()  # origins of all stories about its event, itself included, earliest first; (): alone
    independent_reports: int = 1  # distinct families among them, credited ones in place of publishers
    control: str = "unknown"  # who runs the publisher

    @property
    def labels(self) -> frozenset[tuple[str, str, str]]:
        """(indicator, stance, people) over all its articles: what the daily table counts it under."""
        return frozenset((quote.indicator, quote.stance, quote.people) for quote in self.quotes)

    def says(self, indicator: str, stance: str, people: str = "") -> bool:
        """people "": whomever it happens to."""
        return any(one[:2] == (indicator, stance) and people in ("", one[2]) for one in self.labels)

    def of(self, indicator: str, stance: str | None = None) -> tuple[Quote, ...]:
        return tuple(q for q in self.quotes if q.indicator == indicator and stance in (None, q.stance))


@dataclass(frozen=True, slots=True)
class DaySeen:
    """How much of what our sources would normally show us we could see on a day."""

    day: date
    state: DayState
    observability: float | None = None  # 0 to 1; None: cannot be told


@dataclass(frozen=True, slots=True)
class ChartDay:
    """One day of the chart. stories : about what is watched; None: the day was not seen."""

    day: date
    state: DayState
    stories: int | None


@dataclass(frozen=True, slots=True)
class SourceNote:
    """One source we did not see, and why."""

    key: str
    outlet: str
    side_label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Items of feeds that did not become articles of their own, under one named reason."""

    reason: str
    meaning: str
    items: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at within the window, by time of seeing."""

    asked: int  # sources polled at least once
    answered: int  # of them, sources that gave a feed at least once
    articles: int
    relevant: int
    context: int
    dropped: tuple[Dropped, ...]
    languages: tuple[str, ...]  # of the articles seen
    languages_unseen: tuple[str, ...]  # the monitor's, without an article


@dataclass(frozen=True, slots=True)
class Change:
    """One indicator: the day and the 7 days to it against the 28 days before. Stories, stance `reported`.

    Of an issue of more than a day: `day` its days, `week` the same, `before` as many days before.
    people : key; "" : whomever it happens to. Indicators that the monitor splits by people have one Change a people.
    """

    indicator: str
    people: str
    label: str
    day: int
    week: int
    week_days: int  # of the 7, or of the issue's days: how many were seen
    before: int
    before_days: int  # of the 28, or of as many days as the issue's: how many were seen
    before_per_week: float  # stories per 7 days seen, in the days before; per as many days as the issue's
    ratio: float | None  # rate of the 7 days ÷ rate before; None: none seen before
    chance: float  # two-sided probability of a difference at least this large under one rate
    direction: Direction
    eased: int  # stories in the 7 days
    denied: int  # stories in the 7 days
    sentence: Sentence
    before_articles: tuple[int, ...] = ()  # origins of the 28 days before


AlertTurn = Literal["opened", "ended", "acknowledged", "dismissed", "closed", "reopened", "gone"]


@dataclass(frozen=True, slots=True)
class AlertNote:
    """An alert that is not what it was at the issue before. ended : 14 days without alarm; gone : arises no more."""

    id: str
    turn: AlertTurn
    indicator: str
    stance: str
    people: str
    label: str
    day: date  # its first day in alarm
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class LevelMove:
    """A level of reporting that is not what it was on the day before the issue's days. None: no data."""

    indicator: str
    people: str
    label: str
    before: int | None
    now: int | None
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Correction:
    """A number of an earlier issue that is another one since. None: the day could not be seen."""

    day: date
    indicator: str
    stance: str
    people: str  # "" all together
    label: str
    first: int | None
    now: int | None
    reasons: tuple[str, ...]
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Claim:
    """One claimed figure, never merged with another. Copies of one story make one claim, of its first article.

    as_of : ISO day, "" when the sentence gives none. number : the figure in words, with bound and unit.
    """

    article: int
    articles: tuple[int, ...]  # that carry the claim
    story: int
    subject: str
    subject_label: str  # "": the unit says it
    kind: str  # total, increment, rate
    people: str
    people_label: str
    value: float
    high: float | None  # upper end of a range
    bound: str
    unit: str
    number: str
    claimant: str  # "" nobody is named
    claimant_side: str
    claimant_side_label: str
    as_of: str
    day: date | None  # counting day of the story
    outlet: str
    side: str
    side_label: str
    sentence: str
    language: str
    url: str


@dataclass(frozen=True, slots=True)
class Pillar:
    """One pillar of humanitarian access. stories : of the issue's days; 0: an information gap."""

    key: str
    label: str
    stories: int
    by_stance: tuple[tuple[Stance, int], ...]
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A dated thing to come: from ahead.yaml, or the anniversary of a verified event."""

    day: date
    kind: str  # hearing, deadline, report, event, anniversary
    label: str
    years: int | None  # of an anniversary
    sources: tuple[str, ...]
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class SummarySection:
    """One active indicator's stories of the day."""

    indicator: str
    label: str
    sector: str
    sector_label: str
    by_stance: tuple[tuple[Stance, int], ...]  # stories; one story can stand under several stances
    by_people: tuple[tuple[str, int], ...]  # label, stories; () unless the monitor splits the indicator by people
    stories: tuple[SummaryStory, ...]  # quotes of this indicator only


@dataclass(frozen=True, slots=True)
class Dispute:
    """Reports and denials of one indicator, beside each other. reports_of: the days the reports are from."""

    indicator: str
    label: str
    reports: tuple[SummaryStory, ...]
    denials: tuple[SummaryStory, ...]
    reports_of: Literal["day", "week", "nothing"]


@dataclass(frozen=True, slots=True)
class NotSeen:
    """What we did not see."""

    failed: tuple[SourceNote, ...]
    retired: tuple[SourceNote, ...]
    off: tuple[SourceNote, ...]
    not_asked: tuple[SourceNote, ...]
    sides: tuple[str, ...]  # labels of sides with sources, without an article
    sides_without_source: tuple[str, ...]  # labels
    uncounted: Sentence | None  # the day's articles that only topic searches found
    untagged: int  # articles seen by the as-of that the tagger has not read


@dataclass(frozen=True, slots=True)
class Summary:
    """A day, or a range of days, written from the archive.

    A function of (articles seen ≤ as_of, decisions made ≤ as_of, rules_version) and of the monitor's data files.
    """

    schema: int
    monitor: str
    title: str
    number: str
    invented: bool
    first: date  # of its days; equal to `day` for an issue of one day
    day: date  # its day, or the last of its days
    window_start: datetime  # UTC
    window_end: datetime  # UTC, exclusive
    as_of: datetime  # UTC
    utc_offset_hours: float
    preliminary: bool  # as_of lies before the end of the day
    rules_version: str  # "" before the archive was tagged
    state: DayState
    observability: float | None
    coverage: Coverage
    next_issue: datetime  # UTC; the end of the days that the next issue is about
    highlights: tuple[Sentence, ...]  # at most five
    comparison: Sentence  # what is compared, or why nothing is
    changes: tuple[Change, ...]  # in sector order; () when there is nothing to compare
    alerts: tuple[AlertNote, ...]
    levels: tuple[LevelMove, ...]  # in sector order
    unchanged: Sentence | None  # how much else is open or watched, in one line
    unchanged_named: Sentence | None  # the same by name
    corrections: tuple[Correction, ...]
    figures: tuple[Claim, ...]
    publications: tuple[SummaryStory, ...]  # of institutions: the UN, the ICRC, courts; whatever they are about
    pillars: tuple[Pillar, ...]
    ahead: tuple[Upcoming, ...]
    overnight: tuple[SummaryStory, ...]  # of the day after, seen by the as-of: preliminary
    none_seen: Sentence | None  # active indicators without a story of the day, in one line
    sections: tuple[SummarySection, ...]
    others: tuple[SummaryStory, ...]  # relevant stories of the day that say nothing under an active indicator
    disputes: tuple[Dispute, ...]
    late: tuple[SummaryStory, ...]  # of the 7 days before, seen after the end of the day before
    not_seen: NotSeen
    access: tuple[AccessFact, ...]
    access_sentence: Sentence
    inactive: Sentence | None  # in one line
    method: tuple[Sentence, ...]
    names_rule: str
    disclaimer: str
    labels: tuple[tuple[str, str], ...] = ()  # indicator → label
    language_labels: tuple[tuple[str, str], ...] = ()
    lang: str = "en"  # of our own words; quotes stay in theirs
    month: tuple[ChartDay, ...] = ()  # the days compared and those before them, to the last of the issue

    @property
    def words(self) -> Words:
        return words_in(self.lang)

    @property
    def days(self) -> int:
        return (self.day - self.first).days + 1

    def label(self, indicator: str) -> str:
        return dict(self.labels).get(indicator, indicator)

    def language(self, key: str) -> str:
        return dict(self.language_labels).get(key, key or self.words.phrase("unknown"))


@dataclass(frozen=True, slots=True)
class Material:
    """All that a summary is made from, already cut at the as-of.

    polls : ledger rows within the window. articles, relevant, context : articles first seen within the window.
    days : the days compared and those before them, to the last of the issue. stories : relevant, counted, of those
    days and of the night after. judged, judged_before : as it stood at the as-of, and at the as-of of the issue before.
    revisions : of days of earlier issues, since that one. claims : as the day's stories make them.
    untagged : articles seen by the as-of that the tagger has not read.
    uncounted : relevant articles of the day that only topic searches (scope query) found.
    """

    monitor: Monitor
    labels: tuple[tuple[str, str], ...]  # indicator → label
    sources: tuple[Source, ...]
    observers: tuple[AccessFact, ...]
    rules_version: str
    polls: tuple[Poll, ...]
    articles: int
    relevant: int
    context: int
    untagged: int
    languages: tuple[str, ...]
    sides: tuple[str, ...]  # keys of the sides that published an article within the window
    days: tuple[DaySeen, ...]
    stories: tuple[SummaryStory, ...]
    uncounted: tuple[int, ...] = ()
    lang: str = "en"
    first: date | None = None  # of the issue's days; None: the last of `days` alone
    judged: JudgedThen | None = None
    judged_before: JudgedThen | None = None
    revisions: tuple[Revision, ...] = ()
    claims: tuple[Claim, ...] = ()
    publications: tuple[SummaryStory, ...] = ()
    events: tuple[Event, ...] = ()
    ahead: tuple[Dated, ...] = ()
    people_labels: tuple[tuple[str, str], ...] = ()  # in the reader's language
    side_labels: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> Words:
        return words_in(self.lang)

    @property
    def when(self) -> dict[str, str]:
        """How sentences name the issue's days: that day, in these days."""
        of = "" if self.first is None or self.first == self.days[-1].day else "_range"
        return {name: self.words.phrase(name + of) for name in ("when", "for_when")}

    def side_label(self, key: str) -> str:
        return dict(self.side_labels).get(key) or self.monitor.side_label(key)
