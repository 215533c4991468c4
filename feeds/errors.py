"""What can go wrong with a feed or a data file, and what the poller does about each.

HouseError                                        one line for a person; exit status 2 unless said
├── DataFileError   a monitor's file is wrong        file:line: field: what is allowed
├── ArchiveError    the archive cannot be used       newer version, read-only disk, not a database
└── FeedError                                        expected: a value in the ledger, never a traceback
    ├── Resting       not asked: its host wants a rest put off until that is over; no poll, no failure
    ├── Unreachable   no answer: DNS, TLS, time-out    try again at the next round
    ├── Refused       an answer, but HTTP 4xx or 5xx   back off, linearly, at most a day
    │   └── Blocked     us in particular, or our country try from elsewhere: a proxy, a user_agent, a person
    └── Unreadable    200 OK, but no feed inside       tell a person
"""

from __future__ import annotations

from feeds.characters import one_line


class HouseError(Exception):
    """Its text is one clear line: what is wrong, where, and what to do."""


class DataFileError(HouseError):
    """A data file of the monitor is wrong; the text starts with file:line."""


class ArchiveError(HouseError):
    """The archive cannot be opened, read or written."""


class FeedError(HouseError):
    """A feed did not give articles; recorded in the ledger, in one line whatever a server says in it."""

    outcome = "unreachable"

    def __init__(
        self, message: str, *, status: int | None = None, retry_after: float | None = None, seconds: float = 0.0
    ) -> None:
        super().__init__(one_line(message))
        self.status = status
        self.seconds = seconds  # that the attempt took
        self.retry_after = retry_after  # seconds, None: the server did not say


class Resting(FeedError):
    """Not asked; `retry_after` is how long its host is still to be left alone."""

    outcome = "resting"


class Unreachable(FeedError):
    outcome = "unreachable"


class Refused(FeedError):
    outcome = "refused"


class Blocked(Refused):
    outcome = "blocked"


class Unreadable(FeedError):
    outcome = "unreadable"
