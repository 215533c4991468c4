"""May this page be asked? robots.txt of each site (RFC 9309), fetched like everything else, remembered for a day.

404 and the like: everything may be asked. 5xx, 429 or no answer: nothing may, for an hour. No clock, no network.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from feeds.encoding import decoded
from feeds.errors import FeedError
from feeds.fetch import USER_AGENT, Fetch, Fetched, Request

NAME = USER_AGENT.split("/")[0]  # the word that sites know us by
KEPT, KEPT_AFTER_FAILURE = timedelta(days=1), timedelta(hours=1)
LARGEST = 512_000  # bytes that are read of a robots.txt; RFC 9309 asks for 500 kibibytes at least
MOST_SITES = 10_000
LONGEST_WAIT = 60.0  # seconds between two pages of a site that a round waits; who wants more is asked one page a round
LONGEST_DELAY = 86_400.0


@dataclass(frozen=True, slots=True)
class _Rules:
    until: datetime
    rules: Protego | None  # None: not known, because the site does not answer
    error: str = ""


class Robots:
    """What the sites allow. `learn` first, then ask `refusal`."""

    def __init__(self) -> None:
        self._known: dict[str, _Rules] = {}
        self._turns: dict[str, datetime] = {}  # site → its last page, of those that want to be asked seldom

    def learn(self, urls: Iterable[str], *, fetch: Fetch, now: datetime) -> None:
        """Fetch the robots.txt of those sites of which nothing is known, or nothing recent."""
        wanted = dict.fromkeys(site for url in urls if (site := site_of(url)) and not self.knows(url, now))
        if len(self._known) > MOST_SITES:
            self._known.clear()
            self._turns.clear()
        requests = [Request(site, f"{site}/robots.txt", accept="text/plain, */*;q=0.1") for site in wanted]
        for request, answer in fetch(requests) if requests else ():
            self._known[request.key] = _rules(answer, now)

    def knows(self, url: str, now: datetime) -> bool:
        known = self._known.get(site_of(url))
        return known is not None and now < known.until

    def refusal(self, url: str, now: datetime) -> tuple[str, str]:
        """("", "") when the page may be asked; else ("forbidden" or "unreachable", a sentence for a person)."""
        known = self._known.get(site_of(url))
        if known is None or now >= known.until:
            return "unreachable", f"{url}: nothing is known of the site's robots.txt; asked again later"
        if known.rules is None:
            return "unreachable", f"{url}: not asked while the site's robots.txt cannot be had: {known.error}"
        if not known.rules.can_fetch(url, NAME):
            return "forbidden", f"{url}: the site's robots.txt forbids it to {NAME}"
        return "", ""

    def delay(self, url: str) -> float:
        """Seconds between two requests that the site asks for (Crawl-delay); 0.0: it does not, or says nonsense."""
        known = self._known.get(site_of(url))
        said = known.rules.crawl_delay(NAME) if known is not None and known.rules is not None else None
        return min(said, LONGEST_DELAY) if said is not None and said > 0 else 0.0

    def takes_turn(self, url: str, now: datetime) -> bool:
        """Whether a page of this site is asked in this round; counted as asked if it is. False: a later round."""
        if (delay := self.delay(url)) <= LONGEST_WAIT:
            return True
        site = site_of(url)
        if site in self._turns and 0 <= (now - self._turns[site]).total_seconds() < delay:
            return False
        self._turns[site] = now
        return True


def site_of(url: str) -> str:
    """Scheme, host and port: what one robots.txt speaks for. "" for what is no http or https address.

    >>> site_of("https://Example.am/news?id=1")
    'https://example.am'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.lower()}" if parts.scheme in ("http", "https") and parts.netloc else ""


def _rules(answer: Fetched | FeedError, now: datetime) -> _Rules:
    if isinstance(answer, Fetched):
        return _Rules(now + KEPT, Protego.parse(decoded(answer.body[:LARGEST], answer.content_type).text))
    if answer.status is not None and 400 <= answer.status < 500 and answer.status != 429:
        return _Rules(now + KEPT, Protego.parse(""))
    return _Rules(now + KEPT_AFTER_FAILURE, None, str(answer))
