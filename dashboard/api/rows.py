"""What answers are made of. Unknown is null, never 0 or an empty text; times are UTC, days those of the monitor.

The same classes fill the answers and describe them in openapi.json. Texts of feeds are data: verbatim, and nothing of
an article but its title and its evidence sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from typing import Generic, TypeVar

from metrics.alert import Alert
from metrics.situation import Level

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is no JSON, with the name that the page gives the file; "": it is read where it is, not saved."""

    body: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A key with what it is called."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Part of a list. notice : says that the monitor is invented, where it is. rules_version : null before the first
    tagging. next : address of the next page; null: this is the last one.
    """

    monitor: str
    notice: str | None
    rules_version: str | None
    data: tuple[Row, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it, as the sentence names them, and their side."""

    name: str
    side: Labelled


@dataclass(frozen=True, slots=True)
class PlaceNamed:
    """Where. names : both, in alphabetical order, where there are two. zone : as in places.yaml."""

    id: str
    names: tuple[str, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Said:
    """One evidence sentence, verbatim, and what it says. n : its place in the article, from 0.

    occurrence : null unless stance is reported. people : key; unstated: the sentence does not say whom it happens to.
    added_later : it came more than 48 hours after the article, is shown and not counted. rule : what made it evidence.
    """

    n: int
    indicator: Labelled
    stance: str
    occurrence: str | None
    people: Labelled
    sentence: str
    speaker: Speaker | None
    place: PlaceNamed | None
    rule: str
    added_later: bool


@dataclass(frozen=True, slots=True)
class Head:
    """An article without its text. url : null when the feed gives none that may stand in a link. side : of the outlet.

    day : that it is counted on; null: stored, not counted. published : the source's word; null: none we can read.
    seen : our first sight of it.
    """

    id: int
    story: int
    title: str
    url: str | None
    outlet: str
    side: Labelled
    language: str
    day: Day | None
    published: datetime | None
    seen: datetime


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article with its evidence. carried_by : articles of its story; houses : publisher families among them."""

    article: Head
    carried_by: int
    houses: int
    evidence: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One evidence sentence with the article it stands in."""

    article: Head
    said: Said


@dataclass(frozen=True, slots=True)
class EventStory:
    """The origin of another story about the same event."""

    story: int
    article: int
    title: str
    url: str | None
    outlet: str
    side: Labelled
    language: str


@dataclass(frozen=True, slots=True)
class EventOf:
    """What stands around a story. credited : whose report its text says it is; null: nobody's."""

    credited: str | None
    others: tuple[EventStory, ...]
    independent_reports: int


@dataclass(frozen=True, slots=True)
class StoryAnswer:
    """A story with all its articles in order of appearance. event : null when it is counted on no day."""

    monitor: str
    notice: str | None
    rules_version: str | None
    story: int
    articles: tuple[ArticleRow, ...]
    event: EventOf | None


@dataclass(frozen=True, slots=True)
class DailyRow:
    """One day, week or month of one indicator and stance: the columns of the daily CSV, and the state of the day.

    Null: not known, as on a day that our sources did not show (state unseen, before). observability : 0 to 1.
    share_low to rate_high : as in the file; rate is stories per usual day seen.
    side, language, people, occurrence : only in a table split by it. days, unseen_days : 1 and 0 or 1 in a table by
    day. reports : independent reports, when asked for.
    """

    date: Day
    indicator: str
    stance: str
    side: str | None
    side_label: str | None
    language: str | None
    people: str | None
    occurrence: str | None
    count: int | None
    articles: int | None
    total_count: int | None
    relevant_count: int | None
    ratio: float | None
    share: float | None
    share_low: float | None
    share_high: float | None
    exposure: float | None
    rate: float | None
    rate_low: float | None
    rate_high: float | None
    reports: int | None
    observability: float | None
    state: str
    late: int
    backfill: int
    days: int
    unseen_days: int
    rules_version: str
    vintage: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One claimed number, never merged with another. value : in `unit`, the lower end where `high` gives another.

    bound : more, less, about; null: the number as it stands. claimant : null when nobody is named. as_of : day that the
    claim gives. article : the one quoted; `articles` carry it, that one first.
    """

    date: Day
    as_of: str | None
    subject: str
    unit: str
    kind: str
    people: str
    value: float
    high: float | None
    bound: str | None
    claimant: str | None
    claimant_side: str | None
    claimant_side_label: str | None
    outlet: str
    outlet_side: str
    outlet_side_label: str
    source: str
    article: int
    story: int
    articles: tuple[int, ...]
    url: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source and how it is: the words of `feeds doctor`. condition : null for one that is not asked.

    brought : new articles in 7 days; expected : that it should have brought in the hours we could see; null: not known.
    """

    key: str
    url: str | None
    outlet: str
    side: Labelled
    control: str
    languages: tuple[str, ...]
    scope: str
    asked: bool
    retired: str | None
    condition: str
    evidence: str
    brought: int
    expected: float | None
    articles: int
    last_poll: datetime | None
    last_success: datetime | None
    last_outcome: str | None
    next_poll: datetime | None
    next_reason: str | None
    moved_to: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided about an alert; who it was is not handed out. reason : null when none was given."""

    action: str
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A run of unusual days with every parameter. why : one sentence. superseded : since when it no longer arises.

    people : null: of all together. decisions : oldest first.
    """

    title: str
    state: str
    why: str
    indicator: Labelled
    people: Labelled | None
    sides: tuple[Labelled, ...]
    decisions: tuple[Decided, ...]
    made: datetime
    superseded: datetime | None
    superseded_why: str | None
    facts: Alert


@dataclass(frozen=True, slots=True)
class LevelRow:
    """How much is reported of one indicator today, and one sentence why. people : null: of all together."""

    indicator: Labelled
    people: Labelled | None
    name: str
    why: str
    facts: Level


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A day that has a summary. complete : the day is over. address : of the summary as JSON."""

    day: Day
    number: str
    complete: bool
    address: str
