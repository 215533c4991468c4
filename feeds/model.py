"""What crosses rooms: frozen values, no database row, no feedparser object.

Times are aware UTC datetimes. Text is NFC, without HTML. Unknown is None, never 0 or "" —
except for text fields, where "" says "the feed gives none".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

Scope = Literal["full", "section", "query"]
Outcome = Literal["ok", "not-modified", "unreachable", "refused", "blocked", "unreadable"]
Fulltext = Literal["never", "relevant"]
VersionKind = Literal["feed", "page"]
PageOutcome = Literal["ok", "unreachable", "refused", "blocked", "unreadable", "forbidden", "nothing-more"]

# Why an item that was in a feed is not in the archive as an article of its own. `seen = new + updated + known + Σ
# dropped`.
BY_HAND = "asked by hand"  # Poll.reason of `poll --once`
DROP_REASONS = {
    "empty": "neither title, text nor link",
    "repeated": "the same item stands twice in one feed",
    "too-many": "beyond the 5,000 items read of one feed",
    "too-old": "before the day that a backfill was asked to go back to",
    "current": "in the feed itself, where the poller finds it",
    "forgotten": "erased on request; a tombstone keeps it out",
}


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who published. `side` and `control` are keys of the monitor's lists; "unknown" is a value, never guessed."""

    key: str
    name: str
    family: str
    side: str = "unknown"
    control: str = "unknown"
    names: tuple[str, ...] = ()  # as feeds write it, for item-level <source>
    basis: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One feed. `outlet` is the default outlet of its items; a feed of many outlets names one per item."""

    key: str
    url: str
    outlet: Outlet
    languages: tuple[str, ...]
    scope: Scope = "full"
    mirrors: tuple[str, ...] = ()
    home: str = ""
    seen: str = ""  # when and how we know that it works
    retired: str | None = None  # the reason, None: polled
    user_agent: str | None = None  # None: the poller's own
    enabled: bool = True  # False: off until the operator turns it on (`poll --source KEY`, sources.yaml)
    proxy: str | None = None  # None: as the poller was started; "": none
    fulltext: Fulltext = "never"  # "relevant": pages of short relevant articles are fetched when they are tagged

    @property
    def is_polled(self) -> bool:
        return self.enabled and self.retired is None

    def switched_on(self) -> Source:
        """The same source, polled: what `poll --source KEY` asks for."""
        return replace(self, enabled=True, retired=None)


@dataclass(frozen=True, slots=True)
class Item:
    """One item as parsed, before the archive gives it an identity and a day."""

    guid: str  # "" when the feed gives none
    url: str  # "" when the feed gives none; absolute http(s), entities undone
    title: str  # plain text
    text: str  # plain text of content, else summary; "" when the feed gives neither
    published: datetime | None  # None: no date, or one we cannot read
    updated: datetime | None = None
    language: str = ""  # as the feed says, two letters; "" when it does not
    outlet: str = ""  # item-level <source>, else ""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What one body held. `odd` are sentences about quirks, for `feeds check`."""

    items: tuple[Item, ...]
    title: str = ""
    language: str = ""
    format: str = ""  # rss20, atom10, …
    every_minutes: float | None = None  # ttl or sy:update*, None: no hint
    skip_hours: tuple[int, ...] = ()  # hours of the day, GMT, in which the feed asks to be left alone
    skip_days: tuple[int, ...] = ()  # weekdays, GMT, 0 = Monday
    older: str = ""  # address of the page before this one (RFC 5005 prev-archive, next); "" when the feed names none
    odd: tuple[str, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)  # reason → items


@dataclass(frozen=True, slots=True)
class Article:
    """One item as its source published it, in its current version.

    id : the archive's number; 0 before it is stored.
    guid : unique within the source; see feeds.identity.
    day : counting day in the monitor's zone; None: stored and searchable, not counted.
    first_time : `published` clamped into [the source's previous success, `seen`]; decides which copy is the origin.
    """

    id: int
    source: str
    guid: str
    url: str
    title: str
    text: str
    language: str  # as the feed or source says, "" unknown; the tagger detects the article's own
    outlet: str  # item-level outlet name, "" for the source's default outlet
    published: datetime | None
    seen: datetime
    first_time: datetime
    day: date | None
    late: bool = False  # published more than 7 days before `seen`
    backfill: bool = False  # loaded from a file or an archive, not polled
    version: int = 1
    version_id: int = 0  # grows with every stored version; what the tagger has read up to
    changed: datetime | None = None  # when this version was first seen; None: the first version


@dataclass(frozen=True, slots=True)
class Poll:
    """One row of the ledger. `seen = new + updated + known + Σ dropped`, checked by the archive."""

    source: str
    at: datetime
    outcome: Outcome
    status: int | None  # HTTP status, None: no answer
    seconds: float
    bytes: int
    seen: int = 0
    new: int = 0
    updated: int = 0
    known: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    error: str = ""  # one sentence for a person
    overlaps: bool | None = None  # an item of the last filled poll is still in the feed; None: cannot be told
    reason: str = ""  # why it was polled now
    moved_to: str = ""  # permanent redirect
    address: str = ""  # a mirror or new address that was asked instead; "": the source's own
    vantage: str = ""  # where the poller runs, as its operator says; "": not said


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a feed and its server said this time about being asked again. None and (): they do not say."""

    every_minutes: float | None = None  # ttl or sy:update*
    fresh_seconds: float | None = None  # Cache-Control or Expires
    retry_after: float | None = None  # seconds
    skip_hours: tuple[int, ...] = ()  # GMT
    skip_days: tuple[int, ...] = ()  # GMT, 0 = Monday


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What the polls of a source have taught so far; kept with its state, because a 304 repeats no wish."""

    every_minutes: float | None = None  # as the last feed read asked; None: it does not ask
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    per_day: float | None = None  # new articles a day; None: not yet known
    window_hours: float | None = None  # the shortest an article has lately stayed in the feed; None: not yet known
    lately: float = 0.0  # new articles a day, over the last three hours
    days: float = 0.0  # watched, that `per_day` rests on; at most a fortnight
    holds: int = 0  # items in the feed when it was last read
    hours: tuple[int, ...] = ()  # new articles by hour of the day, GMT, older ones fading; (): not yet known
    left_at_end: int = 0  # articles that left the feed at its end, where they should
    left_from_middle: int = 0  # articles that left it elsewhere while others came in, see feeds.gone
    elsewhere: str = ""  # the other address that answered when last asked; "": none, or the source's own answers
    own_failed: float = 0.0  # seconds since 1970, when the source's own address last failed; 0: it answers


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes that brought articles, kept as evidence."""

    url: str  # where they came from, after redirects
    status: int
    headers: tuple[tuple[str, str], ...]  # of the final answer, in order, names in lower case
    content: bytes  # decoded as the transfer was encoded
    zipped: bytes = b""  # the same as it came, one whole gzip stream; b"": it did not come so
    sha256: str = ""  # of `content`, in hex; "": nobody has asked yet


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it stood from `seen` on."""

    number: int  # from 1
    seen: datetime  # the poll that brought it
    title: str
    text: str
    url: str
    published: datetime | None  # as its source said then; None: no date, or not kept by an older program
    kind: VersionKind = "feed"
    body: int | None = None  # of Archive.body; None: no bytes were kept


@dataclass(frozen=True, slots=True)
class KeptBody:
    """An answer as the archive kept it. content None: its time is over; hash, size and headers stay."""

    source: str
    at: datetime  # of the poll
    url: str  # after redirects
    status: int
    headers: tuple[tuple[str, str], ...]
    sha256: str  # of the content, hexadecimal
    size: int  # bytes of the content
    content: bytes | None


@dataclass(frozen=True, slots=True)
class PageAttempt:
    """The newest attempt to read an article's own page, where its source asks for full text."""

    article: int  # Article.id
    at: datetime
    outcome: PageOutcome
    version: int  # of the article when it was tried, or that the page became: an edit makes it worth another try
    error: str = ""  # one sentence for a person


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the archive remembers of a source between polls. All None or 0 before the first poll."""

    key: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    polls: int = 0
    failures: int = 0  # in a row
    last_poll: datetime | None = None
    last_success: datetime | None = None  # 200 and parsed, or 304 after such
    first_success: datetime | None = None
    last_new: datetime | None = None
    last_outcome: str = ""
    last_error: str = ""
    moved_to: str = ""
    next_poll: datetime | None = None
    next_reason: str = ""
    rhythm: Rhythm = Rhythm()
    holding: tuple[int, ...] = ()  # ids of the articles in the last answer that can be compared, see feeds.gone
    articles: int = 0
