"""What readers of history files share: what they find, and the account of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from feeds.model import Item, ParsedFeed, Poll, Source

LOADED = "loaded"  # source of articles whose file names none that the monitor has
LARGEST_FEED = 64_000_000  # bytes of one saved feed
MOST_PROBLEMS = 1_000  # that are kept in words; the rest are counted

# Why something in a collection is not read as articles; none of these is an error.
SKIPPED = {
    "page": "web pages that do not say when they were published, as articles do",
    "text": "web pages whose article cannot be told from the rest",
    "other": "neither feeds nor pages",
    "status": "answers without content (status other than 2xx)",
    "revisit": "captures that say: as before",
}


class Extractor(Protocol):
    """What is needed of feeds.child.Child: a page in, its article's text out. Raises ChildError."""

    def ask(self, question: dict[str, object], body: bytes = b"") -> object: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One article of a table or of JSON lines. source : key of a source of ours, "" when it names none."""

    source: str
    item: Item


@dataclass(frozen=True, slots=True)
class Capture:
    """One saved feed, or page. as_of : when it was captured; None: not known. source as in Row."""

    source: str
    feed: ParsedFeed
    as_of: datetime | None = None
    only_new: bool = False  # an article that is there stays as it is


@dataclass(slots=True)
class Loaded:
    """What came of some files. problems : one line each, as file:record: what is wrong; bad : how many there were."""

    read: int = 0
    new: int = 0
    updated: int = 0
    known: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)  # records that hold no articles, by reason
    bad: int = 0
    problems: list[str] = field(default_factory=list)

    def count(self, poll: Poll) -> None:
        self.new, self.updated, self.known = self.new + poll.new, self.updated + poll.updated, self.known + poll.known
        for reason, times in poll.dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + times

    def problem(self, sentence: str) -> None:
        """Something that cannot be read: named, unless there are thousands; the rest goes on."""
        self.bad += 1
        if len(self.problems) < MOST_PROBLEMS:
            plain = "".join(character if character.isprintable() else " " for character in sentence)
            self.problems.append(" ".join(plain.split()))

    def skip(self, reason: str) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1


@dataclass(frozen=True, slots=True)
class Reading:
    """One file being read: its name for messages, the sources we know, and the account."""

    file: Path
    sources: Mapping[str, Source]  # by key
    addresses: Mapping[str, str]  # normalised address of a feed → key of its source
    hosts: Mapping[str, str]  # host without www → key of the one source that has it
    extract: Extractor
    result: Loaded

    def problem(self, where: object, what: object) -> None:
        self.result.problem(f"{self.file}:{where}: {what}")
