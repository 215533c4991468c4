"""What goes into a fetcher and what comes out: frozen values. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from feeds.errors import FeedError


@dataclass(frozen=True, slots=True)
class Request:
    """One address to ask. `etag` and `last_modified` as the server last gave them; "" asks unconditionally."""

    key: str
    url: str
    etag: str = ""
    last_modified: str = ""
    user_agent: str | None = None  # None: the poller's own
    proxy: str | None = None  # None: the fetcher's own; "": none
    accept: str = ""  # media types that are wanted; "": those of feeds
    apart_seconds: float = 0.0  # from the start of the request before it at its host, if that is more than usual


@dataclass(frozen=True, slots=True)
class Fetched:
    """A 2xx answer, or 304 to a conditional request."""

    key: str
    url: str  # where the body came from, after redirects
    status: int
    body: bytes  # decoded; b"" when not modified
    etag: str = ""
    last_modified: str = ""
    content_type: str = ""
    fresh_seconds: float | None = None  # Cache-Control max-age or Expires; None: the server did not say
    seconds: float = 0.0
    moved_to: str = ""  # where leading 301 and 308 lead; "" when the address has not moved for good
    not_modified: bool = False
    asked: str = ""  # the address of the request
    headers: tuple[tuple[str, str], ...] = ()  # of the final answer, names in lower case
    zipped: bytes = b""  # `body` as it came, one whole gzip stream; b"": it came in another coding, or in none


class Fetch(Protocol):
    """What the poller needs of a fetcher."""

    def __call__(
        self, requests: Sequence[Request], *, idle: Callable[[], None] | None = None
    ) -> Iterator[tuple[Request, Fetched | FeedError]]: ...
