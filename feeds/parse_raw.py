"""What a parser reads out of a feed before we make sense of it: text as written, no date read, no HTML undone. Pure.

Both parsers answer with these, so that what follows is written once and the two can be compared field by field.
"""

from __future__ import annotations

from typing import Any, NamedTuple

MOST_ITEMS = 5_000  # of one feed; the rest is dropped by name


class RawEntry(NamedTuple):
    """One item. "" or () : the feed does not say. Names are feedparser's."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    contents: tuple[str, ...] = ()
    published: str = ""
    published_guess: str = ""  # the same as feedparser reads it, ISO 8601 in UTC; "": it cannot, or was not asked
    updated: str = ""
    updated_guess: str = ""
    language: str = ""
    outlet: str = ""  # title of the item's <source>
    origin: str = ""  # feedburner:origLink
    title_is_html: bool = False  # Atom says so; RSS has no way to say it


class RawFeed(NamedTuple):
    """One feed. `wrong` is what was not well-formed, in the parser's words; "" when all was."""

    entries: tuple[RawEntry, ...] = ()
    version: str = ""  # rss20, rss10, atom10, …; "" when it is no feed
    title: str = ""
    link: str = ""
    language: str = ""
    ttl: str = ""
    period: str = ""  # sy:updatePeriod
    frequency: str = ""  # sy:updateFrequency
    older: str = ""  # RFC 5005: prev-archive, else next
    wrong: str = ""
    title_is_html: bool = False


def mended(feed: RawFeed) -> RawFeed:
    """UTF-8 that somebody took for latin-1 and encoded again, undone value by value, as feedparser does."""
    return feed._replace(entries=tuple(map(_mended_entry, feed.entries)), title=_once(feed.title))


def _mended_entry(entry: RawEntry) -> RawEntry:
    once: dict[str, Any] = {name: _once(value) for name, value in entry._asdict().items() if isinstance(value, str)}
    return entry._replace(contents=tuple(map(_once, entry.contents)), **once)


def _once(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
