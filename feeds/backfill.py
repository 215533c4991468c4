"""Walk the history of sources back in time, page by page, and store what is there, marked as backfill.

    last pages ──begin──▶ walk ──fetch──▶ answer ──page──▶ articles and place, one transaction ──▶ next page

One page at a time a source, several sources side by side, at the Fetcher's pace for each host. The place of a walk is
written with the articles of its page, so a walk that is killed goes on there. Fetcher and clock come in as arguments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, cast

from feeds.archive import Archive, Visit
from feeds.archive.backfills import PageRead
from feeds.errors import FeedError, Resting, Unreachable, Unreadable
from feeds.fetch import Fetch, Fetched, Request
from feeds.markup import normal_url
from feeds.model import Body, Item, ParsedFeed, Poll, Source
from feeds.paging import Way, older_address, way_back
from feeds.parse import parse

MOST_PAGES = 1_000  # of one source in one run
TRIES = 3  # of one page that does not answer, or with 5xx
STALE = timedelta(days=7)  # a walk broken off longer ago starts anew: the pages have moved on
NO_SUCH_PAGE = (400, 404, 410)  # what servers answer after the last page
CHUNK_ITEMS = 300  # in one transaction: it must end within a tenth of a second

Clock = Callable[[], datetime]
State = Literal["going", "done", "none", "failed", "paused"]


@dataclass(slots=True)
class Walk:
    """One source on its way back. `ended` says in words why it is no longer going.

    done : back to the date, or to the end of what the site has. none : the feed has no older pages. failed : an error;
    the next run goes on here. paused : stopped, or as many pages as were asked for; the next run goes on here.
    """

    source: Source
    since: datetime
    started: datetime
    url: str
    way: Way | None = None  # None: before the first page
    state: State = "going"
    ended: str = ""
    leaves_current: bool = False  # the poller has the first page
    pages: int = 0  # of the whole walk, earlier runs included
    pages_now: int = 0
    new: int = 0
    known: int = 0
    oldest: datetime | None = None
    tries: int = 0
    addresses: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)
    first: frozenset[str] = frozenset()  # what the first page lists, and the last one
    last: frozenset[str] = frozenset()

    def end(self, state: State, words: str) -> None:
        self.state, self.ended = state, words


def backfill(
    archive: Archive,
    sources: Sequence[Source],
    *,
    since: datetime,
    fetch: Fetch,
    clock: Clock,
    utc_offset_hours: float,
    most_pages: int = MOST_PAGES,
    on_end: Callable[[Walk], None] | None = None,
) -> list[Walk]:
    """Walk each source back to `since`. Returns the walks, in the order of `sources`; what is stored stays stored.

    most_pages : that are read of one source this time. on_end : hears of each walk as it ends.
    """
    polled = {key for key, state in archive.states().items() if state.last_success is not None}
    walks = {one.key: begin(archive, one, since, now=clock(), leaves_current=one.key in polled) for one in sources}
    going = list(walks.values())
    while going:
        answered = 0
        for request, answer in fetch([_request(walk) for walk in going]):
            walk = walks[request.key]
            step(archive, walk, answer, now=clock(), utc_offset_hours=utc_offset_hours)
            if walk.state == "going" and walk.pages_now >= most_pages:
                walk.end("paused", f"{most_pages} pages read, as many as a run may; run it again to go on")
            if walk.state != "going" and on_end is not None:
                on_end(walk)
            answered += 1
        if answered < len(going):
            break  # the fetcher was told to stop
        going = [walk for walk in going if walk.state == "going"]
    for walk in walks.values():
        if walk.state == "going":
            walk.end("paused", "stopped; run it again to go on")
            if on_end is not None:
                on_end(walk)
    return list(walks.values())


def begin(archive: Archive, source: Source, since: datetime, *, now: datetime, leaves_current: bool) -> Walk:
    """A walk from the feed itself, or from where one as far-reaching was broken off within the last week."""
    pages = archive.last_walk(source.key)
    if not pages or not pages[-1].next or pages[0].since > since or now - pages[-1].at > STALE:
        started = max(now, pages[0].started + timedelta(seconds=1)) if pages else now
        return Walk(source, since, started, source.url, leaves_current=leaves_current)
    return Walk(
        source, since, pages[0].started, pages[-1].next, way=cast(Way, pages[-1].way), pages=len(pages),
        oldest=min((page.oldest for page in pages if page.oldest), default=None),
        addresses={page.url for page in pages}, digests={page.digest for page in pages},
    )  # fmt: skip


def _request(walk: Walk) -> Request:
    return Request(walk.source.key, walk.url, user_agent=walk.source.user_agent, proxy=walk.source.proxy)


def step(archive: Archive, walk: Walk, answer: Fetched | FeedError, *, now: datetime, utc_offset_hours: float) -> None:
    """What an answer means for a walk: its page stored and the next one named, or its end."""
    if isinstance(answer, FeedError):
        return _failed(archive, walk, answer)
    try:
        feed = parse(walk.source.key, answer.body, content_type=answer.content_type, url=answer.url)
    except Unreadable as error:
        return _failed(archive, walk, error)
    return _read(archive, walk, answer, feed, now=now, utc_offset_hours=utc_offset_hours)


def _failed(archive: Archive, walk: Walk, error: FeedError) -> None:
    """Behind the last page of a blog there is an error or a page for people: that is its end, not a failure."""
    is_end = isinstance(error, Unreadable) or error.status in NO_SUCH_PAGE
    if walk.pages and walk.way != "links" and is_end:
        words = f"HTTP {error.status}" if error.status and error.status >= 400 else "no feed"
        walk.end(*_end_of_blog(walk, words))
        return archive.end_walk(walk.source.key, walk.started, walk.ended)
    if isinstance(error, Resting):
        return walk.end("paused", f"{error}; run it again then to go on")
    walk.tries += 1
    may_pass = isinstance(error, Unreachable) or (error.status or 0) >= 500
    if not may_pass or walk.tries >= TRIES:
        walk.end("failed", str(error))
    return None


def _end_of_blog(walk: Walk, words: str) -> tuple[State, str]:
    if not walk.pages:
        return "none", f"no history ({words}, and the feed links to no other)"
    if walk.pages > 1:
        return "done", f"the end of what the site has ({words} after page {walk.pages})"
    return "none", f"no older pages ({words} instead of page 2, and the feed links to none)"


def _read(
    archive: Archive, walk: Walk, answer: Fetched, feed: ParsedFeed, *, now: datetime, utc_offset_hours: float
) -> None:
    is_first = walk.way is None
    way = walk.way = walk.way or way_back(feed, answer.body)
    keys = frozenset(_key(item) for item in feed.items)
    digest = hashlib.blake2b("\n".join(sorted(keys)).encode(), digest_size=16).hexdigest()
    older = older_address(way, answer.url, feed)
    is_repeat = not is_first and _is_repeat(walk, keys, digest)
    asked = walk.url
    walk.addresses |= {walk.url, answer.url}
    _decide(walk, feed, older, is_repeat=is_repeat)
    kept = _kept(feed, walk.since, is_repeat=is_repeat, is_current=is_first and walk.leaves_current)
    page = PageRead(
        walk.source.key, walk.started, now, walk.since, way, asked, "" if walk.ended else older, digest,
        min(_dates(feed), default=None), walk.ended,
    )  # fmt: skip
    _store(archive, walk, answer, kept, page, utc_offset_hours=utc_offset_hours)
    walk.url, walk.tries, walk.last = older, 0, keys
    walk.first = keys if is_first else walk.first
    walk.digests.add(digest)


def _decide(walk: Walk, feed: ParsedFeed, older: str, *, is_repeat: bool) -> None:
    """Whether the walk ends with this page, and why. Its count of pages is that before it."""
    dates = _dates(feed)
    if is_repeat and walk.way == "links":
        walk.end("done", "the pages repeat themselves")
    elif is_repeat:
        walk.end(*_end_of_blog(walk, "the same page"))
    elif dates and max(dates) < walk.since:
        walk.end("done", "back to the day that was asked for")
    elif not feed.items and walk.way != "links":  # an archive page may be empty, and still name the one before it
        walk.end(*_end_of_blog(walk, "an empty page"))
    elif not older:
        walk.end("done", "the feed names no page before this one")
    elif older in walk.addresses:
        walk.end("done", "the pages link in a circle")
    walk.oldest = min((*dates, *([walk.oldest] if walk.oldest else [])), default=None)


def _is_repeat(walk: Walk, keys: frozenset[str], digest: str) -> bool:
    """The very page of before, or mostly: an item may be new on it, and one that moved over from the page before is no
    news.

    Servers that do not know the parameter give the first page for ever, others the last one.
    """
    if not keys:
        return False
    return digest in walk.digests or 2 * max(len(keys & walk.first), len(keys & walk.last)) > len(keys)


def _key(item: Item) -> str:
    return normal_url(item.url) if item.url else item.guid or item.title


def _dates(feed: ParsedFeed) -> list[datetime]:
    return [date for item in feed.items if (date := item.published or item.updated)]


def _kept(feed: ParsedFeed, since: datetime, *, is_repeat: bool, is_current: bool) -> ParsedFeed:
    """The feed with the items that are stored, the others counted under their reason.

    An item without a date is as old as its page: kept while anything on it is young enough.
    """
    reason = "repeated" if is_repeat else "current" if is_current else ""
    too_old = max(_dates(feed), default=since) < since
    items = [item for item in feed.items if not _is_old(item, since, too_old)] if not reason else []
    dropped = dict(feed.dropped)
    if out := len(feed.items) - len(items):
        dropped[reason or "too-old"] = dropped.get(reason or "too-old", 0) + out
    return replace(feed, items=tuple(items), dropped=dropped)


def _is_old(item: Item, since: datetime, otherwise: bool) -> bool:
    date = item.published or item.updated
    return date < since if date else otherwise


def _store(
    archive: Archive, walk: Walk, answer: Fetched, feed: ParsedFeed, page: PageRead, *, utc_offset_hours: float
) -> None:
    """A page of usual size in one transaction; the place comes with the last part of a large one."""
    poll = Poll(walk.source.key, page.at, "ok", answer.status, answer.seconds, len(answer.body), reason="backfill")
    body = Body(answer.url, answer.status, answer.headers, answer.body, answer.zipped)
    parts = [feed.items[start : start + CHUNK_ITEMS] for start in range(0, len(feed.items), CHUNK_ITEMS)] or [()]
    visits = [
        Visit(walk.source, poll, replace(feed, items=part, dropped={}), body=body, backfill=True, only_new=True)
        for part in parts
    ]
    visits[-1] = replace(visits[-1], feed=replace(feed, items=parts[-1]))
    polls: list[Poll] = []
    for visit in visits[:-1]:
        polls += archive.store([visit], utc_offset_hours=utc_offset_hours)
    polls.append(archive.store_history(visits[-1], page, polls, utc_offset_hours=utc_offset_hours))
    walk.new += sum(poll.new for poll in polls)
    walk.known += sum(poll.known for poll in polls)
    walk.pages, walk.pages_now = walk.pages + 1, walk.pages_now + 1
