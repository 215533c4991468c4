"""The tables of an open-data package: names, columns, types, units, keys. Pure: nothing is asked and nothing written.

Names and order of columns are those of this module wherever a package is written, described or read again. A row is a
tuple of values in the order of the fields; unknown is None. Texts of feeds are marked: whoever writes escapes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from metrics.model import STANCES

PROFILE = 1  # of our packages; grows when a table or field is renamed or leaves
Type = Literal["string", "integer", "number", "boolean", "date", "datetime"]
Value = str | int | float | bool | date | datetime | None
Row = tuple[Value, ...]
OCCURRENCES = ("new", "ongoing", "demand", "none", "*")


@dataclass(frozen=True, slots=True)
class Field:
    """One column. unit : "" for keys, texts and days. needed : never empty. of_feeds : somebody else's text."""

    name: str
    type: Type
    meaning: str
    unit: str = ""
    needed: bool = False
    of_feeds: bool = False
    values: tuple[str, ...] = ()  # all there are; (): any


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that name a row of another table."""

    fields: tuple[str, ...]
    table: str
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the package. key : no two rows have the same."""

    name: str
    title: str
    meaning: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    foreign: tuple[Key, ...] = ()

    def named(self, row: Row) -> Mapping[str, Value]:
        return dict(zip((one.name for one in self.fields), row, strict=True))


def _id(name: str, meaning: str, *, needed: bool = True) -> Field:
    return Field(name, "integer", meaning, needed=needed)


def _key(name: str, meaning: str, *, needed: bool = True, values: Sequence[str] = ()) -> Field:
    return Field(name, "string", meaning, needed=needed, values=tuple(values))


def _day(name: str, meaning: str, *, needed: bool = True) -> Field:
    return Field(name, "date", meaning, needed=needed)


def _text(name: str, meaning: str, *, needed: bool = False) -> Field:
    return Field(name, "string", meaning, needed=needed, of_feeds=True)


def _count(name: str, meaning: str, unit: str, *, needed: bool = True) -> Field:
    return Field(name, "integer", meaning, unit, needed=needed)


def _number(name: str, meaning: str, unit: str, *, needed: bool = False) -> Field:
    return Field(name, "number", meaning, unit, needed=needed)


def _moment(name: str, meaning: str, *, needed: bool = True) -> Field:
    return Field(name, "datetime", meaning, "UTC", needed=needed)


_DAY = _day("date", "calendar day in the monitor's zone")
_INDICATOR = _key("indicator", "the humanitarian subject, a key of the monitor")
_STANCE = _key("stance", "what the sentences say", values=STANCES)
_LANGUAGE = _key("language", "two letters; empty: could not be told", needed=False)
_SIDE = _key("side", "whose perspective the publisher stands for, a key of the monitor; unknown is a value")
_PEOPLE = _key("people", "whom it happens to, a key of the monitor; unstated: the sentence does not say")
_SENTENCE = _text("sentence", "the sentence, verbatim, on one line; never the article's whole text", needed=True)
_URL = Field("url", "string", "address; empty: the feed gives none that may stand in a link", of_feeds=True)
_OF_SOURCE = Key(("source",), "sources", ("key",))
_OF_STORY = Key(("story",), "stories", ("story",))

DAILY = Table(
    "daily",
    "Stories per day of every indicator and stance",
    "What `python -m metrics daily` prints, every day of the range present. A day that could not be seen has no count,"
    " which is not a count of 0. Counts add up over days, never over indicators or stances.",
    (
        _DAY,
        _count("count", "distinct stories; empty: the day was not seen", "stories", needed=False),
        _count("total_count", "all stories of full and section sources", "stories", needed=False),
        _number("ratio", "count ÷ total_count", "share, 0 to 1"),
        _count("relevant_count", "stories about what the monitor watches", "stories", needed=False),
        _number("share", "count ÷ relevant_count", "share, 0 to 1"),
        _INDICATOR,
        _STANCE,
        _count("articles", "articles of these stories that carry the label", "articles", needed=False),
        _number("observability", "of what our sources usually bring, what was seen", "share, 0 to 1"),
        _key("state", "how much of the day we saw", values=("full", "partial", "unseen", "backfill", "before")),
        _count("late", "of the stories: published more than 7 days before they were seen", "stories"),
        _count("backfill", "of the stories: loaded from files or archives, not polled", "stories"),
        _key("rules_version", "rules the tags were made with; empty: nothing is tagged", needed=False),
        _moment("vintage", "the last poll or load that the numbers know", needed=False),
    ),
    ("date", "indicator", "stance"),
)
COUNTS = Table(
    "counts",
    "The same stories by occurrence, people, language and side",
    "Only rows above 0. A * stands for all of them together, each story once: a story can carry several occurrences"
    " and peoples, so they never add up; languages and sides do. Read it with `observed`: a day that could not be seen"
    " may have rows, and they are too few.",
    (
        _INDICATOR,
        _STANCE,
        _DAY,
        _key("occurrence", "none: stance is not reported; *: any", values=OCCURRENCES),
        _key("people", "whom it happens to, a key of the monitor; *: any"),
        _LANGUAGE,
        _SIDE,
        _count("articles", "articles of these stories that carry the label", "articles"),
        _count("stories", "distinct stories", "stories"),
    ),
    ("indicator", "stance", "date", "occurrence", "people", "language", "side"),
)
ROLLUP = Table(
    "rollup",
    "Stories per day, indicator and stance, as stored",
    "Only rows above 0; what `daily` is made of.",
    (
        _INDICATOR,
        _STANCE,
        _DAY,
        _count("articles", "articles of these stories that carry the label", "articles"),
        _count("stories", "distinct stories", "stories"),
        _count("late", "of the stories: published more than 7 days before they were seen", "stories"),
        _count("backfill", "of the stories: loaded from files or archives, not polled", "stories"),
    ),
    ("indicator", "stance", "date"),
)
TOTALS = Table(
    "totals",
    "All stories per day, language and side",
    "The denominators; only full and section sources, only days with stories.",
    (
        _DAY,
        _LANGUAGE,
        _SIDE,
        _count("total_stories", "all stories", "stories"),
        _count("relevant_stories", "stories about what the monitor watches", "stories"),
        _count("context_stories", "stories about the politics around it only", "stories"),
        _count("backfill", "of all stories: loaded from files or archives, not polled", "stories"),
    ),
    ("date", "language", "side"),
)
OBSERVED = Table(
    "observed",
    "How much could be seen per day, language and side",
    "Observability is usual_seen ÷ usual. Days before the first poll have no row.",
    (
        _DAY,
        _LANGUAGE,
        _SIDE,
        _number("usual", "what our sources would normally bring", "relevant articles", needed=True),
        _number("usual_seen", "of it, from sources we could see", "relevant articles", needed=True),
    ),
    ("date", "language", "side"),
)
STORIES = Table(
    "stories",
    "Stories about what the monitor watches",
    "Articles that are copies or light rewrites of one text are one story; day, language and side are its origin's.",
    (
        _id("story", "the archive's number of the story"),
        _id("article", "the archive's number of the origin: the earliest of its articles"),
        _day("date", "counting day"),
        _text("title", "of the origin; empty: the feed gives none"),
        _URL,
        _key("source", "the feed that brought the origin"),
        _text("outlet", "who published the origin", needed=True),
        _key("family", "publisher family: one owner or one newsroom is one voice"),
        _SIDE,
        _LANGUAGE,
        _moment("published", "the source's word; empty: no date, or one we cannot read", needed=False),
        _moment("seen", "our first sight of the origin"),
        _count("articles", "articles of the story", "articles"),
        _count("families", "distinct publisher families among them", "families"),
        Field("late", "boolean", "published more than 7 days before it was seen", needed=True),
        Field("backfill", "boolean", "loaded from a file or an archive, not polled", needed=True),
    ),
    ("story",),
    (_OF_SOURCE,),
)
EVIDENCE = Table(
    "evidence",
    "Sentences that say something about an indicator",
    "One sentence of one article, with the rule that matched: what every count opens to.",
    (
        _id("article", "the archive's number of the article"),
        Field("n", "integer", "place in the article, from 0", needed=True),
        _id("story", "the story the article belongs to"),
        _INDICATOR,
        _STANCE,
        _key("occurrence", "only of stance reported", needed=False, values=("new", "ongoing", "demand")),
        _PEOPLE,
        _SENTENCE,
        _text("term", "the words that matched", needed=True),
        Field("rule", "string", "the entry that matched and the stance rule", of_feeds=True),
        _text("speaker", "who says it; empty: nobody is named"),
        _key("speaker_side", "side of the speaker; empty: nobody is named", needed=False),
        _key("place", "a key of the monitor; empty: no place is named", needed=False),
        Field("place_name", "string", "both names, in alphabetical order; empty: no place is named", of_feeds=True),
        Field("added_later", "boolean", "came more than 48 hours after the article: shown, not counted", needed=True),
        _key("source", "the feed that brought the article"),
        _text("outlet", "who published the article", needed=True),
        _SIDE,
        _LANGUAGE,
        _URL,
        _moment("published", "the source's word; empty: no date, or one we cannot read", needed=False),
        _moment("seen", "our first sight of the article"),
    ),
    ("article", "n"),
    (_OF_STORY, _OF_SOURCE),
)
FIGURES = Table(
    "figures",
    "Claimed numbers",
    "Never averaged, never merged; totals, increments and rates never share an axis.",
    (
        _id("article", "the archive's number of the article"),
        Field("n", "integer", "place in the article, from 0", needed=True),
        _id("story", "the story the article belongs to"),
        Field("value", "number", "in `unit`; the lower end of a range", needed=True),
        Field("high", "number", "in `unit`; the upper end of a range; empty: no range"),
        _key("bound", "empty: the number as it stands", needed=False, values=("more", "less", "about")),
        _key("unit", "people, families, trucks, tonnes …"),
        _key("subject", "what is counted"),
        _key("kind", "whether it is all so far, what was added, or a rate", values=("total", "increment", "rate")),
        _PEOPLE,
        _text("claimant", "who says so; empty: nobody is named"),
        _key("claimant_side", "side of the claimant; empty: nobody is named", needed=False),
        Field("as_of", "string", "the day that the claim gives; empty: none", of_feeds=True),
        _SENTENCE,
    ),
    ("article", "n"),
    (_OF_STORY,),
)
ALERTS = Table(
    "alerts",
    "Runs of days on which more was told than the days before make likely",
    "It does not say why, nor how bad things are on the ground; and no alert does not mean that nothing happened.",
    (
        _key("id", "made of what is counted and the first day"),
        _INDICATOR,
        _key("stance", "what the sentences say", values=("reported", "eased", "denied")),
        _key("people", "a key of the monitor; empty: all together", needed=False),
        _key("state", "what became of it", values=("open", "acknowledged", "dismissed", "closed", "superseded")),
        _day("opened", "first day in alarm"),
        _day("last_alarm", "last day in alarm"),
        _count("alarm_days", "days in alarm", "days"),
        _count("window", "1, 3, 7 or 14: gave the score of the first day", "days"),
        _number("observed", "in that window", "stories", needed=True),
        _number("expected", "in that window", "stories", needed=True),
        _number("score", "0 to 16; an index by calibration, no chance", "index", needed=True),
        _number("threshold", "score from which on a day is an alert", "index", needed=True),
        _number("exposure", "that the sources usually bring a day, as far as seen", "relevant articles", needed=True),
        _number("observability", "of the first day", "share, 0 to 1", needed=True),
        _count("families", "publisher families in the 7 days to the first day", "families"),
        Field("sides", "string", "sides whose publishers first told the stories, in order, joined by blanks"),
        _count("baseline_days", "that what is expected was learned from", "days"),
        _number("dispersion", "variance ÷ mean of one day in the baseline", "ratio", needed=True),
        _day("new_baseline_since", "the baseline was learned anew; empty: it was not", needed=False),
        _count("level", "reporting level of the first day, 0 to 4; empty: none", "level", needed=False),
        Field("previous", "string", "the alert before it of the same series; empty: none, or outside the package"),
        Field("stories", "string", "numbers of what was told from the first day of its window on, joined by blanks"),
        _key("rules_version", "rules it was last found with"),
        _key("detector", "hash of the detector's parameters it was last found with"),
        _moment("made", "when it was first found"),
        _moment("superseded", "since when it no longer arises; empty: it does", needed=False),
    ),
    ("id",),
)
SOURCES = Table(
    "sources",
    "Feeds that are or were read",
    "With what stands behind each; a source that left the list keeps its key, and only that.",
    (
        _key("key", "never used again for another feed"),
        Field("url", "string", "address of the feed; empty: not in the list any more", of_feeds=True),
        Field("outlet", "string", "who publishes it, unless an item names another", needed=True, of_feeds=True),
        _key("family", "publisher family"),
        _SIDE,
        _key("control", "who runs the publisher; unknown is a value"),
        Field("languages", "string", "joined by blanks"),
        _key("scope", "full and section sources enter counts", values=("full", "section", "query")),
        Field("polled", "boolean", "it is asked now", needed=True),
        Field("retired", "string", "why it is asked no more; empty: it is not retired", of_feeds=True),
    ),
    ("key",),
)
EVENTS = Table(
    "events",
    "Dated, neutral lines for charts",
    "Written by people from the sources named; verified partial: a detail rests on one source, or sources conflict.",
    (
        _key("id", "of the monitor"),
        _DAY,
        Field("label", "string", "what happened, in neutral words", needed=True),
        Field("indicators", "string", "that it should move, joined by blanks; empty: context"),
        _key("people", "whom it happened to; empty: any", needed=False),
        _key("verified", "true, partial or false", values=("true", "partial", "false")),
        Field("one_sided", "boolean", "all its sources belong to one bloc", needed=True),
        _key("side", "who alone tells it; empty: several", needed=False),
        Field("sources", "string", "joined by blanks"),
        Field("note", "string", "what is uncertain; empty: nothing"),
    ),
    ("id",),
)
TABLES = (DAILY, COUNTS, ROLLUP, TOTALS, OBSERVED, STORIES, EVIDENCE, FIGURES, ALERTS, SOURCES, EVENTS)
FROZEN = (COUNTS, ROLLUP, TOTALS, OBSERVED)  # what `metrics load` puts into another archive
