"""The text behind a short item: which articles are worth a look at their own page, and what a page's answer means.

    wanted ──robots──▶ allowed ──fetch──▶ page ──child──▶ text ──clean──▶ more than the feed had? ──▶ a new version

Fetcher, child and clock come in as arguments; this module opens no connection and knows no monitor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast

from feeds.archive import Archive
from feeds.archive.pages import remember_attempt, store_page
from feeds.child import Child, ChildError
from feeds.errors import FeedError, Resting
from feeds.fetch import Fetch, Fetched, Request
from feeds.model import Article, PageAttempt, PageOutcome, Source
from feeds.parse import LONGEST_TEXT
from feeds.robots import LONGEST_WAIT, Robots, site_of
from feeds.text import fold

SHORT = 600  # characters: what a feed gives when it gives only the beginning
TAIL = 300  # characters at the end of a text that tell whether it was cut off
ACCEPT = "text/html, application/xhtml+xml, */*;q=0.1"
LARGEST_PAGE = 5_000_000  # bytes, decoded
EXTRACT_SECONDS, EXTRACT_MEGABYTES = 5.0, 500  # of address space; an ordinary page takes 70
FIRST_WAIT = timedelta(hours=1)
TRIED_AGAIN = ("unreachable", "refused", "blocked")
SHARED_WORDS = 0.3  # share of the item's words that its own page must hold; consent and login pages hold none
STEM = 5  # letters: enough to know a word again with another ending

_CUT = re.compile(
    r"(?:…|\.\.\.|[\[(](?:…|\.{3}|&hellip;)[\])])\s*\W*$|[\[(](?:…|\.{3})[\])]"
    r"|(?:read more|continue reading|read the full|keep reading|читать далее|читать полностью|подробнее|lire la suite"
    r"|devamını oku|devamı için|haberin devamı|ətraflı|davamını oxu|կարդալ ավելին|ամբողջությամբ)\W{0,5}\S{0,40}\s*$",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{4,}")

Clock = Callable[[], datetime]
Clean = Callable[[Article, str], str]  # an article and its page's text → that text without lines that are no article


class Extractor(Protocol):
    """What is needed of feeds.child.Child."""

    def ask(self, question: dict[str, object], body: bytes = b"") -> object: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """An article whose page is worth asking for, and its source."""

    article: Article
    source: Source


def extractor() -> Child:
    """The child that reads pages; close it when there is nothing more to read."""
    return Child("feeds.extract", seconds=EXTRACT_SECONDS, megabytes=EXTRACT_MEGABYTES, uses=500)


def is_short(length: int, tail: str) -> bool:
    """Whether a feed's text of `length` characters, ending in `tail`, is only the beginning of an article.

    >>> is_short(250, "and that was all."), is_short(2_000, "the mayor said […]"), is_short(2_000, "he said.")
    (True, True, False)
    """
    return length < SHORT or bool(_CUT.search(tail[-TAIL:].rstrip()))


def is_due(attempt: PageAttempt | None, article: Article, now: datetime) -> bool:
    """Whether its page is asked now. After a failure each wait is as long as the article has been known till then."""
    if attempt is None or attempt.version != article.version:
        return True
    wait = max(FIRST_WAIT, attempt.at - article.seen)
    return attempt.outcome in TRIED_AGAIN and now - attempt.at >= wait


def read_pages(
    archive: Archive,
    wanted: Sequence[Wanted],
    *,
    fetch: Fetch,
    robots: Robots,
    extract: Extractor,
    clean: Clean,
    clock: Clock,
) -> Iterator[PageAttempt]:
    """Ask for these pages and store what they bring, each in its own transaction; one attempt after the other.

    A page that was led to another site is judged by that site's robots.txt too. A Crawl-delay is waited for; of a
    site that asks for more than a minute one page is taken, the others are wanted again later. Raises ArchiveError.
    """
    robots.learn([one.article.url for one in wanted], fetch=fetch, now=clock())
    reader = _Reader(archive, robots, extract, clean, clock)
    asked: dict[str, Wanted] = {}
    for one in wanted:
        outcome, why = robots.refusal(one.article.url, clock())
        if outcome:
            yield reader.failed(one.article, cast(PageOutcome, outcome), why)
        elif robots.takes_turn(one.article.url, clock()):
            asked[str(one.article.id)] = one
    elsewhere: list[tuple[Wanted, Fetched]] = []
    for request, answer in fetch([_request(one, robots) for one in asked.values()]) if asked else ():
        one = asked[request.key]
        if isinstance(answer, Fetched) and not robots.knows(answer.url, clock()):
            elsewhere.append((one, answer))
        else:
            yield reader.read(one, answer)
    robots.learn([answer.url for _, answer in elsewhere], fetch=fetch, now=clock())
    for one, answer in elsewhere:
        yield reader.read(one, answer)


def _request(one: Wanted, robots: Robots) -> Request:
    source, delay = one.source, robots.delay(one.article.url)
    return Request(
        str(one.article.id), one.article.url, user_agent=source.user_agent, proxy=source.proxy, accept=ACCEPT,
        apart_seconds=delay if delay <= LONGEST_WAIT else 0.0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reader:
    """What is the same for all pages of one round."""

    archive: Archive
    robots: Robots
    extract: Extractor
    clean: Clean
    clock: Clock

    def failed(self, article: Article, outcome: PageOutcome, why: str) -> PageAttempt:
        attempt = PageAttempt(article.id, self.clock(), outcome, article.version, why)
        remember_attempt(self.archive, attempt)
        return attempt

    def read(self, one: Wanted, answer: Fetched | FeedError) -> PageAttempt:
        article = one.article
        if isinstance(answer, FeedError):
            outcome = "unreachable" if isinstance(answer, Resting) else answer.outcome
            return self.failed(article, cast(PageOutcome, outcome), str(answer))
        outcome, why = self.robots.refusal(answer.url, self.clock())
        if outcome:
            return self.failed(article, cast(PageOutcome, outcome), why)
        if not _is_page(answer):
            return self.failed(article, "unreadable", f"{answer.url}: is {answer.content_type}, not a page of text")
        question: dict[str, object] = {"content_type": answer.content_type, "title": article.title}
        try:
            text = str(self.extract.ask(question, answer.body))
        except ChildError as error:
            return self.failed(article, "unreadable", f"{answer.url}: reading the page {error}")
        text = self.clean(article, text)[:LONGEST_TEXT]
        if lacks := what_it_lacks(article, text):
            return self.failed(article, "nothing-more", f"{answer.url}: {lacks}; the feed's text is kept")
        return self._store(article, text)

    def _store(self, article: Article, text: str) -> PageAttempt:
        at = self.clock()
        if store_page(self.archive, article, text, at=at):
            return PageAttempt(article.id, at, "ok", article.version + 1)
        return PageAttempt(article.id, at, "nothing-more", article.version, "the article changed meanwhile")


def _is_page(answer: Fetched) -> bool:
    kind = answer.content_type.partition(";")[0].strip().lower()
    return kind in ("", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain")


def what_it_lacks(article: Article, text: str) -> str:
    """Why a page's text does not replace the feed's, a clause; "" when it does."""
    if not text:
        return "the page holds no article that could be told from the rest"
    if len(text) <= len(article.text):
        return f"the page gave {len(text)} characters, the feed {len(article.text)}"
    ours = _stems(f"{article.title}\n{article.text[:SHORT]}")
    if ours and len(ours & _stems(text)) < SHARED_WORDS * len(ours):
        return "the page speaks of something else than the item"
    return ""


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in _WORD.findall(fold(text))}


def one_a_site(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The first of each site: what a round takes that others wait for."""
    first: dict[str, Wanted] = {}
    for one in wanted:
        first.setdefault(site_of(one.article.url), one)
    return list(first.values())
