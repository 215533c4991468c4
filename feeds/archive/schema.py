"""The tables. Three kinds: *archive* (the truth about the wire), *derived* (may be dropped and rebuilt), *records* (never
dropped). Every column says its unit and what NULL means; docs/data-dictionary.md is checked against these comments.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

AnyRow = Row[*tuple[Any, ...]]  # stays inside this package and metrics.store

HEAD = "0010"  # the newest migration; a test compares it with the migrations folder

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, to the second. ISO text in SQLite (sorts as time), timestamptz in PostgreSQL."""

    impl = String(20)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(20))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return value.astimezone(UTC).replace(microsecond=0)
        return _in_utc(value)

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        if isinstance(value, str):
            return datetime.fromisoformat(value)  # strptime takes 20 times as long
        return value.astimezone(UTC) if value is not None else None


@lru_cache(maxsize=4_000)  # a transaction writes few times, each into many columns and rows
def _in_utc(value: datetime) -> str:
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.isoformat()[:19] + "Z"  # strftime takes three times as long


def _table(name: str, kind: str, what: str, *parts: Column[Any] | Index | UniqueConstraint) -> Table:
    return Table(name, metadata, *parts, comment=what, info={"kind": kind})


def _column(name: str, type_: Any, comment: str, *, null: bool = False, **options: Any) -> Column[Any]:
    """A column that cannot be without a comment."""
    foreign = options.pop("foreign", None)
    keys = [ForeignKey(str(foreign))] if foreign else []
    return Column(name, type_, *keys, nullable=null, comment=comment, **options)


# --- archive: the truth about the wire -------------------------------------------------------------------------------

sources = _table(
    "sources", "archive", "What the poller remembers of a source between polls; one row a source ever polled.",
    _column("key", String(80), "Source.key; never reused", primary_key=True),
    _column("etag", Text, "validator of the last good answer; NULL: none given", null=True),
    _column("last_modified", Text, "validator of the last good answer; NULL: none given", null=True),
    _column("body_hash", String(64), "SHA-256 of the last good body; NULL: none yet", null=True),
    _column("polls", Integer, "polls ever made"),
    _column("failures", Integer, "failed polls in a row; 0 after a success"),
    _column("last_poll", Moment, "UTC; NULL: never polled (loaded from files only)", null=True),
    _column("last_success", Moment, "UTC; 200 and parsed, or 304 after such; NULL: never", null=True),
    _column("first_success", Moment, "UTC; NULL: never", null=True),
    _column("last_new", Moment, "UTC; last poll that brought a new article; NULL: never", null=True),
    _column("last_outcome", String(20), "ok, not-modified, unreachable, refused, blocked, unreadable; NULL: never polled", null=True),
    _column("last_error", Text, "one sentence for a person; NULL: the last poll succeeded", null=True),
    _column("moved_to", Text, "address of a permanent redirect; NULL: has not moved", null=True),
    _column("next_poll", Moment, "UTC; when it is due; NULL: at once", null=True),
    _column("next_reason", Text, "why then, in words; NULL: never polled", null=True),
    _column("rhythm", JSON(none_as_null=True), "what its polls have taught (feeds/model.py Rhythm): wishes, articles a day, window in hours; NULL: nothing yet", null=True),
    _column("holding", JSON(none_as_null=True), "articles.id, in the feed's order, of its last answer that can be compared (filled, whole, its own address); NULL: none yet", null=True),
)  # fmt: skip

articles = _table(
    "articles", "archive", "One item as its source published it, in its current version.",
    _column("id", Integer, "the archive's number; grows", primary_key=True, autoincrement=True),
    _column("source", String(80), "Source.key"),
    _column("guid", Text, "unique within the source: guid:…, link:… or title:…, see feeds/identity.py"),
    _column("link", Text, "normalised address that finds the article again; NULL: none, or not unique in its feed", null=True),
    _column("url", Text, "address as published, absolute http(s); empty: the feed gives none"),
    _column("title", Text, "plain text, NFC; empty: the feed gives none"),
    _column("text", Text, "plain text of content or summary; empty: the feed gives neither"),
    _column("folded", Text, "title and text, folded and without marks: what search reads"),
    _column("language", String(8), "as feed or source says; empty: they do not; tags.language is the detected one"),
    _column("outlet", Text, "outlet named by the item itself; empty: the source's default outlet"),
    _column("published", Moment, "UTC, the source's word; NULL: no date, or one we cannot read", null=True),
    _column("seen", Moment, "UTC, our first poll of it"),
    _column("first_time", Moment, "UTC, published clamped into [previous success, seen]; smallest is a story's origin"),
    _column("day", Date, "counting day in the monitor's zone; NULL: stored and searchable, not counted", null=True),
    _column("late", Boolean, "published more than 7 days before seen: out of alerts"),
    _column("backfill", Boolean, "loaded from a file or an archive, not polled"),
    _column("hash", LargeBinary(16), "blake2 of title, text and url: a change makes a new version"),
    _column("version", Integer, "current version, from 1"),
    _column("version_id", Integer, "article_versions.id of the current version"),
    _column("changed", Moment, "UTC, when the current version was first seen; NULL: still the first version", null=True),
    _column("gone", Moment, "UTC, first answer that lacked it while older articles were still in; NULL: not noticed", null=True),
    UniqueConstraint("source", "guid"),
    Index(None, "source", "link"),
    Index(None, "day"),
    Index(None, "seen"),
    Index(None, "version_id"),
)  # fmt: skip

article_versions = _table(
    "article_versions", "archive", "Every version of every article; the text of the current one stands in articles.",
    _column("id", Integer, "grows with every stored version: what the tagger has read up to", primary_key=True, autoincrement=True),
    _column("article", Integer, "articles.id", foreign="articles.id"),
    _column("version", Integer, "from 1"),
    _column("seen", Moment, "UTC, when this version was first seen"),
    _column("title", Text, "plain text; NULL: this is the current version, read articles", null=True),
    _column("text", Text, "plain text; NULL: this is the current version, read articles", null=True),
    _column("url", Text, "address; NULL: this is the current version, read articles, or stored before schema 0004", null=True),
    _column("published", Moment, "UTC, the source's word in this version; NULL: no date, or stored before schema 0004", null=True),
    _column("kind", String(8), "feed: as the feed has it; page: text of the article's own page", server_default="feed"),
    _column("body", Integer, "bodies.id of the answer that brought it; NULL: not kept, or loaded from a file", null=True),
    Index(None, "article", "version", unique=True),
)  # fmt: skip

polls = _table(
    "polls", "archive", "The ledger: one row a poll. items_seen = items_new + items_updated + items_known + sum of dropped.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("source", String(80), "Source.key"),
    _column("at", Moment, "UTC, when the poll started"),
    _column("outcome", String(20), "ok, not-modified, unreachable, refused, blocked, unreadable"),
    _column("status", Integer, "HTTP status; NULL: no answer", null=True),
    _column("seconds", Float, "wall time of the fetch"),
    _column("bytes", Integer, "bytes of the decoded body"),
    _column("items_seen", Integer, "items in the feed"),
    _column("items_new", Integer, "items stored as new articles"),
    _column("items_updated", Integer, "items stored as a new version"),
    _column("items_known", Integer, "items already stored, unchanged"),
    _column("dropped", JSON, "items not stored, by reason (feeds/model.py DROP_REASONS); {} : none"),
    _column("error", Text, "one sentence for a person; NULL: it succeeded", null=True),
    _column("overlaps", Boolean, "an item stored before is still in the feed; NULL: cannot be told", null=True),
    _column("reason", Text, "why it was polled then"),
    _column("address", Text, "a mirror or new address that was asked instead; NULL: the source's own", null=True),
    _column("vantage", Text, "where the poller runs, as its operator says; NULL: not said", null=True),
    Index(None, "source", "at"),
    Index(None, "at"),
)  # fmt: skip

bodies = _table(
    "bodies", "archive", "Answers that brought new articles or versions, byte for byte, for 90 days unless told otherwise.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("source", String(80), "Source.key"),
    _column("at", Moment, "UTC, when the poll was made"),
    _column("url", Text, "where the bytes came from, after redirects"),
    _column("status", Integer, "HTTP status"),
    _column("headers", JSON, "of the final answer: list of [name, value], names in lower case"),
    _column("sha256", String(64), "of the bytes, in hexadecimal"),
    _column("size", Integer, "bytes, before compression"),
    _column("content", LargeBinary, "the bytes: gzip as it came, or compressed by zlib; NULL: their time is over, or they held something that was erased; the rest stays", null=True),
    Index(None, "source", "at"),
    # In PostgreSQL too, by migration 0004: to say so here would load its dialect with every start.
    Index("ix_bodies_kept", "at", sqlite_where=text("content IS NOT NULL")),
)  # fmt: skip

pages = _table(
    "pages", "archive", "Attempts to read an article's own page, where a source asks for full text; the newest of each.",
    _column("article", Integer, "articles.id", primary_key=True, foreign="articles.id"),
    _column("at", Moment, "UTC, of the last attempt"),
    _column("outcome", String(20), "ok, unreachable, refused, blocked, unreadable, forbidden (robots.txt), nothing-more"),
    _column("version", Integer, "of the article when it was tried: an edit makes it worth another try"),
    _column("error", Text, "one sentence for a person; NULL: it succeeded", null=True),
)  # fmt: skip

backfills = _table(
    "backfills", "archive", "Pages of history that `feeds backfill` read: its ledger, and the place where it goes on.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("source", String(80), "Source.key"),
    _column("started", Moment, "UTC, when the walk began that this page belongs to"),
    _column("at", Moment, "UTC, when the page was read"),
    _column("since", Moment, "UTC, how far back the walk was to go"),
    _column("way", String(12), "how older pages are found: links (RFC 5005), wordpress, blogger, guess (as of WordPress, tried once)"),
    _column("url", Text, "address of the page"),
    _column("next", Text, "address of the page before it; NULL: the walk ended here", null=True),
    _column("digest", String(32), "blake2 of what the page lists: the same page again ends a walk"),
    _column("oldest", Moment, "UTC, earliest date of an item on it; NULL: no item has a date", null=True),
    _column("items_seen", Integer, "items on the page"),
    _column("items_new", Integer, "items stored as new articles"),
    _column("items_known", Integer, "items already stored; history never replaces them"),
    _column("dropped", JSON, "items not stored, by reason (feeds/model.py DROP_REASONS); {} : none"),
    _column("ended", Text, "why the walk ended here, in words; NULL: it goes on", null=True),
    Index(None, "source", "started"),
)  # fmt: skip

# --- derived: rebuildable from the archive ---------------------------------------------------------------------------

rules = _table(
    "rules", "derived", "One row a rules_version that tags were built with; readers use the current one.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("version", String(16), "hash of the monitor's rules and the tagger's code version"),
    _column("sources_hash", String(16), "hash of sources and outlets (side, family, scope) at the last full count"),
    _column("mark", Integer, "article_versions.id up to which articles are tagged"),
    _column("counted", Integer, "grows with every finished count that may have changed a number: pages look again when it does"),
    _column("is_current", Boolean, "the version pages and exports read"),
    _column("built", Moment, "UTC, when it was started"),
    _column("known", Integer, "article_versions.id up to which the last finished count had read; NULL: none finished", null=True),
    _column("until", Moment, "UTC, the last poll or version that the last finished count knew; NULL: none finished", null=True),
    _column("known_sources", String(16), "sources_hash of the last finished count; NULL: none finished", null=True),
    _column("judged_before", Date, "days before it are in judged_days as they should be; NULL: none", null=True),
    _column("detector", String(16), "hash of the parameters judged_days were made with; NULL: none were", null=True),
)  # fmt: skip

tags = _table(
    "tags", "derived", "What the tagger says of an article as a whole.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("article", Integer, "articles.id", primary_key=True, foreign="articles.id"),
    _column("version", Integer, "version of the article that was read"),
    _column("language", String(8), "detected; empty: could not be told"),
    _column("relevant", Boolean, "about the monitored crisis"),
    _column("context", Boolean, "about the peace process or politics without anything humanitarian"),
    Index(None, "article"),
)  # fmt: skip

evidence = _table(
    "evidence", "derived", "One sentence of one article that says something about one indicator.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("article", Integer, "articles.id", primary_key=True, foreign="articles.id"),
    _column("n", Integer, "from 0, in order of the text", primary_key=True),
    _column("indicator", String(40), "key of the indicator"),
    _column("stance", String(10), "reported, eased, denied, feared, past"),
    _column("occurrence", String(10), "new, ongoing, demand; NULL: stance is not reported", null=True),
    _column("people", String(60), "key of the people it happens to; unstated: the sentence does not say"),
    _column("sentence", Text, "verbatim slice of title + newline + text"),
    _column("start", Integer, "code points into title + newline + text"),
    _column("end", Integer, "code points, half-open"),
    _column("term", Text, "the words that matched, verbatim"),
    _column("term_start", Integer, "code points into title + newline + text"),
    _column("term_end", Integer, "code points, half-open"),
    _column("rule", Text, "the entry that matched and the stance rule"),
    _column("speaker_name", Text, "as the sentence names them; NULL: nobody named", null=True),
    _column("speaker_side", String(40), "side of the speaker; NULL: nobody named", null=True),
    _column("place", String(60), "places.yaml id; NULL: no place named", null=True),
    _column("place_name", Text, "both names; NULL: no place named", null=True),
    _column("place_zone", String(20), "core, adjacent, host, capital, outside; NULL: no place named", null=True),
    _column("added_later", Boolean, "first appears more than 48 h after the article: shown, not counted"),
    Index(None, "rules", "indicator", "stance"),
)  # fmt: skip

figures = _table(
    "figures", "derived", "Claimed numbers; never averaged, never merged.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("article", Integer, "articles.id", primary_key=True, foreign="articles.id"),
    _column("n", Integer, "from 0", primary_key=True),
    _column("value", Float, "in `unit`; the lower end where a range is given"),
    _column("high", Float, "in `unit`; the upper end of a range; NULL: no range", null=True),
    _column("bound", String(10), "more, less, about; empty: the number as it stands", server_default=""),
    _column("unit", String(40), "people, families, trucks, tonnes …, see figures.yaml"),
    _column("subject", String(60), "what is counted, see figures.yaml"),
    _column("kind", String(10), "total, increment, rate"),
    _column("people", String(60), "key of the people; unstated: the sentence does not say"),
    _column("claimant", Text, "who says so; empty: nobody named"),
    _column("claimant_side", String(40), "side of the claimant; empty: nobody named, the newsroom itself", server_default=""),
    _column("as_of", Text, "date the claim gives; empty: none"),
    _column("sentence", Text, "verbatim"),
    _column("start", Integer, "of the number, in code points of title, newline, text", server_default="0"),
    _column("end", Integer, "of the number, exclusive", server_default="0"),
    _column("rule", Text, "entries of figure-words.yaml that made it a figure", server_default=""),
)  # fmt: skip

credits = _table(
    "credits", "derived", "Articles about the crisis or the politics around it that say whose report they have.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("article", Integer, "articles.id", primary_key=True, foreign="articles.id"),
    _column("agency", String(80), "key in outlets.yaml or credits.yaml; its family is looked up when read"),
    _column("start", Integer, "of the name: code points into title + newline + text"),
    _column("end", Integer, "code points, half-open"),
    _column("rule", String(20), "cites, reports, label, brackets, slashes, signature, dateline"),
)  # fmt: skip

story_members = _table(
    "story_members", "derived", "Which story an article belongs to. Depends on text alone, survives new rules.",
    _column("article", Integer, "articles.id", primary_key=True, foreign="articles.id"),
    _column("story", Integer, "articles.id of the story's first-seen member"),
    _column("first_time", Moment, "UTC, as articles.first_time: copies are looked for within ten days of it"),
    _column("family", Text, "publisher family when the story was chosen; a house does not copy itself the day after"),
    _column("title_key", String(64), "hash of the title's words, and behind a / of those before its last dash; empty: too short to tell copies by"),
    _column("sketch", LargeBinary, "smallest hashes of word 4-grams, and more (metrics/sketch.py), about 300 bytes; of a few words only their numbers and opposite words; empty: none"),
    Index(None, "story"),
    Index(None, "first_time"),
)  # fmt: skip

first_carriers = _table(
    "first_carriers", "derived",
    "Which article of a source carried a sentence first: in its later stories the sentence is past.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("fingerprint", BigInteger, "63 bits of the folded sentence, see metrics/repeats.py", primary_key=True),
    _column("source", String(80), "Source.key", primary_key=True),
    _column("article", Integer, "articles.id; in any of its versions", foreign="articles.id"),
    _column("story", Integer, "story of that article: copies in the same story are no repeats"),
)  # fmt: skip

stale_days = _table(
    "stale_days", "derived", "Days touched by a change and not yet recounted.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("day", Date, "counting day", primary_key=True),
)  # fmt: skip

counted_days = _table(
    "counted_days", "derived",
    "When each day was counted last, by number: what was read of a day holds until the number is another.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("day", Date, "counting day", primary_key=True),
    _column("change", Integer, "grows with every recount of days; of a day never counted since schema 0010 there is no row"),
)  # fmt: skip

daily = _table(
    "daily", "derived",
    "Distinct stories per day, indicator, stance, occurrence, people, language and side. A * stands for all of them"
    " together, each story once: a story can carry several occurrences and peoples, so they never add up.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("indicator", String(40), "key of the indicator", primary_key=True),
    _column("stance", String(10), "reported, eased, denied, feared, past", primary_key=True),
    _column("day", Date, "counting day of the story's origin", primary_key=True),
    _column("occurrence", String(10), "new, ongoing, demand; none: stance is not reported; *: any", primary_key=True),
    _column("people", String(60), "key of the people; *: any", primary_key=True),
    _column("language", String(8), "of the origin; empty: could not be told", primary_key=True),
    _column("side", String(40), "of the origin's outlet", primary_key=True),
    _column("articles", Integer, "articles of these stories that carry the label"),
    _column("stories", Integer, "stories; adds up over days, languages, sides"),
    Index(None, "rules", "day"),
)  # fmt: skip

daily_rollup = _table(
    "daily_rollup", "derived", "Stories and articles per day, indicator and stance: what charts read.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("indicator", String(40), "key of the indicator", primary_key=True),
    _column("stance", String(10), "reported, eased, denied, feared, past", primary_key=True),
    _column("day", Date, "counting day", primary_key=True),
    _column("articles", Integer, "articles of these stories that carry the label"),
    _column("stories", Integer, "distinct stories"),
    _column("late", Integer, "of the stories: published more than 7 days before seen"),
    _column("backfill", Integer, "of the stories: loaded from a file or an archive"),
)  # fmt: skip

daily_totals = _table(
    "daily_totals", "derived", "Denominators per day, language and side of the origin; only full and section sources.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("day", Date, "counting day", primary_key=True),
    _column("language", String(8), "of the origin", primary_key=True),
    _column("side", String(40), "of the origin's outlet", primary_key=True),
    _column("total_stories", Integer, "all stories"),
    _column("relevant_stories", Integer, "stories about the crisis"),
    _column("context_stories", Integer, "stories about the peace process only"),
    _column("backfill", Integer, "of all stories: loaded from a file or an archive"),
)  # fmt: skip

source_days = _table(
    "source_days", "derived", "What one source showed us on one day.",
    _column("source", String(80), "Source.key", primary_key=True),
    _column("day", Date, "calendar day in the monitor's zone", primary_key=True),
    _column("polls", Integer, "polls made that day"),
    _column("answered", Integer, "polls that succeeded that day"),
    _column("overlapped", Boolean, "the first success after a silence still held an item from before it; NULL: cannot be told", null=True),
)  # fmt: skip

daily_observed = _table(
    "daily_observed", "derived", "Observability per day, language and side: usual_seen divided by usual, never stored as a ratio.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("day", Date, "calendar day in the monitor's zone", primary_key=True),
    _column("language", String(8), "language of the source", primary_key=True),
    _column("side", String(40), "side of the source's outlet", primary_key=True),
    _column("usual", Float, "relevant articles our sources would normally bring"),
    _column("usual_seen", Float, "of usual: from sources we could see"),
)  # fmt: skip

judged_days = _table(
    "judged_days", "derived",
    "What the detector expected of a day and what it says of it, per indicator, stance and people. Unknown is NULL.",
    _column("rules", Integer, "rules.id", primary_key=True, foreign="rules.id"),
    _column("indicator", String(40), "key of the indicator", primary_key=True),
    _column("stance", String(10), "reported (as new or ongoing), eased, denied", primary_key=True),
    _column("people", String(60), "key of the people; empty: all together", primary_key=True),
    _column("day", Date, "counting day", primary_key=True),
    _column("state", String(10), "unseen, learning, quiet, decline, watch, alert"),
    _column("held", String(60), "why a score of an alert is only a watch: few-stories, one-family, poorly-observed"),
    _column("count", Float, "stories of the sources that count on the day; NULL: nobody looked", null=True),
    _column("expected", Float, "stories; NULL: learning or unseen", null=True),
    _column("watch_from", Float, "smallest count of one day that would be a watch; NULL: learning or unseen", null=True),
    _column("alert_from", Float, "smallest count of one day whose score is an alert's; NULL: learning or unseen", null=True),
    _column("score", Float, "0 to 16, largest of four windows; NULL: learning or unseen", null=True),
    _column("window", Integer, "days, of 1, 3, 7 and 14, that give the score"),
    _column("window_count", Float, "stories in that window; NULL: learning or unseen", null=True),
    _column("window_expected", Float, "stories expected in that window; NULL: learning or unseen", null=True),
    _column("exposure", Float, "relevant articles those sources usually bring, as far as they were seen; NULL: unknown", null=True),
    _column("observability", Float, "0 to 1, of what those sources usually bring; NULL: unknown", null=True),
    _column("families", Float, "publisher families with such a story in 7 days; NULL: unknown", null=True),
    _column("baseline_days", Integer, "days that what is expected was learned from"),
    _column("dispersion", Float, "variance divided by mean of one day; NULL: learning or unseen", null=True),
    _column("new_baseline_since", Date, "the baseline was learned anew in a long alarm; NULL: it was not", null=True),
    _column("level", Integer, "reporting level, 0 to 4, of a day in alarm; NULL: not in alarm, no level, or not of reports", null=True),
    Index(None, "rules", "state", "day"),
    Index(None, "rules", "day"),
)  # fmt: skip

# --- records: never dropped ------------------------------------------------------------------------------------------

issues = _table(
    "issues", "records", "Daily summaries that were handed out.",
    _column("id", Integer, "the issue's number", primary_key=True, autoincrement=True),
    _column("day", Date, "the day summarised"),
    _column("as_of", Moment, "UTC; articles seen up to then"),
    _column("rules_version", String(16), "rules the issue was made with"),
    _column("format", String(10), "md, html, json, csv; sent: by a channel, see outbox"),
    _column("sha256", String(64), "of the bytes handed out"),
    _column("made", Moment, "UTC"),
)  # fmt: skip

revisions = _table(
    "revisions", "records", "Numbers of days counted before that a later count changed; only ever added to.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("day", Date, "counting day whose number changed"),
    _column("indicator", String(40), "key of the indicator"),
    _column("stance", String(10), "reported, eased, denied, feared, past"),
    _column("people", String(60), "key of the people, where the indicator is split; *: all together"),
    _column("old", Integer, "stories, as counted before; NULL: the day could not be seen", null=True),
    _column("new", Integer, "stories, as counted then; NULL: the day could not be seen", null=True),
    _column("at", Moment, "UTC, when it was counted again"),
    _column("reason", String(40), "forgotten, late, edit, backfill, origin (an earlier original moved a story), rules, sources, stories, other; several joined by +"),
    _column("article", Integer, "articles.id that explains it; NULL: several do, or none", null=True),
    _column("story", Integer, "its story; NULL: as for article", null=True),
    _column("rules_version", String(16), "rules of the new number"),
    Index(None, "day"),
)  # fmt: skip

rules_used = _table(
    "rules_used", "records", "Since when which words and which sources were counted with.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("at", Moment, "UTC, when the first count with them was finished"),
    _column("rules_version", String(16), "as rules.version"),
    _column("sources_hash", String(16), "as rules.sources_hash"),
)  # fmt: skip

frozen_days = _table(
    "frozen_days", "records", "Days whose counts came from another archive (`metrics load`): shown, never counted again.",
    _column("day", Date, "calendar day in the monitor's zone", primary_key=True),
    _column("rules_version", String(16), "rules the counts were made with"),
    _column("vintage", Moment, "UTC, the last poll or load that they know; NULL: not said", null=True),
    _column("package", Text, "name of the package that brought them"),
    _column("sha256", String(64), "of its datapackage.json, in hexadecimal"),
    _column("loaded", Moment, "UTC, when they were loaded"),
)  # fmt: skip

audits = _table(
    "audits", "records", "Blind samples that people read, against what the tagger said of them.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("at", Moment, "UTC, when it was recorded"),
    _column("rules_version", String(16), "rules the tagger read the sample with"),
    _column("items", Integer, "articles that every reader judged"),
    _column("readers", Integer, "people who read it, 1 or 2"),
    _column("result", JSON, "agreement, rates and intervals as `metrics audit` measured them; unknown ones are null"),
)  # fmt: skip

alerts = _table(
    "alerts", "records", "Runs of days on which an indicator is unusual, with what made the first of them so.",
    _column("id", String(160), "indicator, people, stance and first day: the same archive gives the same", primary_key=True),
    _column("indicator", String(40), "key of the indicator"),
    _column("stance", String(10), "reported, eased, denied"),
    _column("people", String(60), "key of the people; empty: all together"),
    _column("opened", Date, "first day in alarm"),
    _column("last_alarm", Date, "last day in alarm"),
    _column("alarm_days", Integer, "days in alarm"),
    _column("window", Integer, "days, of 1, 3, 7 and 14, that gave the score of the first day"),
    _column("observed", Float, "stories in that window"),
    _column("expected", Float, "stories expected in that window"),
    _column("score", Float, "0 to 16; an index by calibration, no chance"),
    _column("threshold", Float, "score from which on a day is an alert"),
    _column("exposure", Float, "relevant articles the sources that count usually bring a day, as far as they were seen"),
    _column("observability", Float, "0 to 1, of the first day"),
    _column("families", Integer, "publisher families in the 7 days to the first day"),
    _column("sides", JSON, "sides whose publishers first told the stories, in order"),
    _column("baseline_days", Integer, "days that what is expected was learned from"),
    _column("dispersion", Float, "variance divided by mean of one day in the baseline"),
    _column("new_baseline_since", Date, "the baseline was learned anew in a long alarm; NULL: it was not", null=True),
    _column("stories", JSON, "story_members.story of what was told from the first day of its window to its last day in alarm"),
    _column("previous", String(160), "the alert before it of the same indicator, stance and people; NULL: none", null=True),
    _column("rules_version", String(16), "rules it was last found with"),
    _column("detector", String(16), "hash of the detector's parameters it was last found with"),
    _column("level", Integer, "reporting level, 0 to 4, of the first day; NULL: no level, or not of reports", null=True),
    _column("made", Moment, "UTC, when it was first found"),
    _column("changed", Moment, "UTC, when anything of it last changed"),
    _column("superseded", Moment, "UTC, since when it no longer arises; NULL: it does", null=True),
    _column("superseded_why", Text, "one sentence; empty: it arises"),
    Index(None, "indicator", "opened"),
)  # fmt: skip

alert_decisions = _table(
    "alert_decisions", "records", "What people decided about alerts; only ever added to, the last one holds.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("alert", String(160), "alerts.id", foreign="alerts.id"),
    _column("action", String(12), "acknowledged, dismissed, closed, reopened"),
    _column("reason", Text, "in their words; empty: none given, only where none is asked for"),
    _column("by", Text, "who decided"),
    _column("at", Moment, "UTC"),
    _column("first_day", Date, "first day decided about: where the window of the first alarm begins"),
    _column("last_day", Date, "last day in alarm as known then; dismissed days return to the baseline"),
    Index(None, "alert"),
)  # fmt: skip

outbox = _table(
    "outbox", "records", "Messages that leave the house, each with what became of it.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("key", String(32), "hash of monitor, day, channel and recipient: sent along, so that a repeat is known"),
    _column("message_id", Text, "of the mail, or of the call; the same at every try"),
    _column("day", Date, "the day summarised"),
    _column("channel", String(40), "key in delivery of monitor.yaml"),
    _column("recipient", Text, "address; of a folder: the name of the file"),
    _column("media_type", Text, "of content"),
    _column("content", LargeBinary, "what is sent, byte for byte, compressed by zlib; NULL: erased, see forgotten", null=True),
    _column("sha256", String(64), "of what is sent, in hexadecimal"),
    _column("articles", JSON, "articles.id of all that the summary stands on"),
    _column("state", String(10), "draft, waiting, sent, dead (given up), withdrawn"),
    _column("tries", Integer, "made so far, one under way included"),
    _column("next_try", Moment, "UTC; NULL: at once, or none to come", null=True),
    _column("error", Text, "of the last try, one sentence; NULL: there was none", null=True),
    _column("made", Moment, "UTC, when it was put here"),
    _column("tried", Moment, "UTC, when the last try began; NULL: none yet", null=True),
    _column("sent", Moment, "UTC, when it was taken; NULL: not yet", null=True),
    _column("by", Text, "who released, withdrew or revived it; empty: nobody had to"),
    UniqueConstraint("key"),
    Index(None, "state", "next_try"),
    Index(None, "day"),
)  # fmt: skip

tombstones = _table(
    "tombstones", "records", "What was forgotten: hashes without a text, by which it is known and not stored again.",
    _column("id", Integer, "grows", primary_key=True, autoincrement=True),
    _column("kind", String(8), "article: its name, link or title within a source; name: of a person; touched: an article that lost a name"),
    _column("hash", String(32), "blake2 of it, keyed by salt, in hexadecimal; empty: touched"),
    _column("salt", String(32), "in hexadecimal, drawn once an archive"),
    _column("shape", JSON(none_as_null=True), "of a name: how many first letters of each word are hashed; NULL: no name", null=True),
    _column("article", Integer, "articles.id; its row is kept, without a text or without the name; NULL: a name", null=True),
    _column("day", Date, "the day it counted for; NULL: none, or a name", null=True),
    _column("at", Moment, "UTC"),
    _column("reason", Text, "in the words of who decided"),
    Index(None, "kind", "hash"),
)  # fmt: skip
