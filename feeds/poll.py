"""One round: due → fetch → parse → archive, with a row of the ledger for every poll.

    sources, states ──due──▶ requests ──fetch──▶ answers ──visit_of──▶ visits ──archive.store──▶ polls

Fetcher, clock and stop signal come in as arguments; this module reads no clock and opens no connection. A feed that
fails is a value on its way to the ledger: it never stops another. A bug raises.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from feeds.agenda import Agenda
from feeds.archive import Archive, Visit
from feeds.errors import ArchiveError, Blocked, FeedError, Resting, Unreadable
from feeds.fetch import Fetch, Fetched, Request, blocked_sentence, evidence_of_block
from feeds.interval import Next
from feeds.keeping import Keeping
from feeds.model import BY_HAND, Body, Outcome, ParsedFeed, Poll, Source, SourceState, Wishes
from feeds.parse import parse
from feeds.schedule import (
    address,
    after_rest,
    asks_in_full,
)

BATCH_SECONDS = 1.0  # polls wait at most this long for others to share a transaction with
BATCH_ITEMS = 600  # items in one transaction: it must end within a tenth of a second; words are sorted once for each
BATCH_VISITS = 500  # without items: a twentieth of a second
ROUND_SECONDS = 1.0  # what falls due within so long is asked, and stored, together
REST_SECONDS = 60.0  # before a round that could not be stored is made again

Clock = Callable[[], datetime]
OnPolls = Callable[[Sequence[Poll]], None]
OnResting = Callable[[Source, Resting], None]


def request_of(source: Source, state: SourceState, now: datetime) -> Request:
    """What to ask now. Validators go along only after a good answer; those of a mirror were never kept."""
    url = address(source, state, now)
    if asks_in_full(state):
        return Request(source.key, url, user_agent=source.user_agent, proxy=source.proxy)
    return Request(source.key, url, state.etag, state.last_modified, source.user_agent, source.proxy)


def visit_of(
    source: Source, state: SourceState, request: Request, answer: Fetched | FeedError, *, now: datetime, reason: str
) -> Visit:
    """What an answer means: the ledger row, the feed to store, and when to ask again. Pure."""
    if isinstance(answer, FeedError):
        return _failed(source, request, answer, now=now, reason=reason)
    digest = "" if answer.not_modified else hashlib.sha256(answer.body).hexdigest()
    if answer.not_modified or (digest == state.body_hash and not asks_in_full(state)):
        return _unchanged(source, request, answer, now=now, reason=reason)
    try:
        feed = parse(source.key, answer.body, content_type=answer.content_type, url=answer.url)
    except Unreadable as unreadable:
        error = _challenge(request, answer) or unreadable
        error.status, error.seconds = answer.status, answer.seconds
        return _failed(source, request, error, now=now, reason=reason, body=answer.body)
    return _read(source, request, answer, feed, digest, now=now, reason=reason)


def _challenge(request: Request, answer: Fetched) -> Blocked | None:
    """A page of a firewall that says 200 and brings no feed; None: it is none."""
    evidence = evidence_of_block(answer.status, dict(answer.headers), answer.body)
    return Blocked(blocked_sentence(request.url, answer.status, evidence)) if evidence else None


def _failed(
    source: Source, request: Request, error: FeedError, *, now: datetime, reason: str, body: bytes = b""
) -> Visit:
    poll = Poll(
        source.key, now, outcome_of(error), error.status, error.seconds, len(body), error=str(error), reason=reason,
        address=_other_address(source, request),
    )  # fmt: skip
    return Visit(source, poll, wishes=Wishes(retry_after=error.retry_after))


def outcome_of(error: FeedError) -> Outcome:
    """The word of the ledger for a failure."""
    return cast(Outcome, error.outcome)


def _unchanged(source: Source, request: Request, answer: Fetched, *, now: datetime, reason: str) -> Visit:
    """304, or the same bytes again from a server that knows no 304."""
    poll = Poll(
        source.key, now, "not-modified", answer.status, answer.seconds, len(answer.body),
        reason=reason, moved_to=_moved(source, answer), address=_other_address(source, request),
    )  # fmt: skip
    return Visit(source, poll, wishes=Wishes(fresh_seconds=answer.fresh_seconds))


def _read(
    source: Source, request: Request, answer: Fetched, feed: ParsedFeed, digest: str, *, now: datetime, reason: str
) -> Visit:
    poll = Poll(
        source.key, now, "ok", answer.status, answer.seconds, len(answer.body),
        reason=reason, moved_to=_moved(source, answer), address=_other_address(source, request),
    )  # fmt: skip
    is_own = request.url == source.url  # the validators of a mirror say nothing about the source's own address
    return Visit(
        source,
        poll,
        feed=feed,
        etag=answer.etag if is_own else "",
        last_modified=answer.last_modified if is_own else "",
        body_hash=digest,
        wishes=Wishes(feed.every_minutes, answer.fresh_seconds, None, feed.skip_hours, feed.skip_days),
        body=Body(answer.url, answer.status, answer.headers, answer.body, answer.zipped, digest),
    )


def _moved(source: Source, answer: Fetched) -> str:
    return answer.moved_to if answer.moved_to != source.url else ""


def _other_address(source: Source, request: Request) -> str:
    """The mirror or new home that was asked, also when it did not answer."""
    return request.url if request.url != source.url else ""


class Batch:
    """Visits on their way into the archive: polls without new articles share a transaction."""

    def __init__(
        self,
        archive: Archive,
        clock: Clock,
        *,
        utc_offset_hours: float,
        on_polls: OnPolls | None,
        vantage: str = "",
        keeping: Keeping | None = None,
        states: dict[str, SourceState] | None = None,
    ) -> None:
        self._archive, self._clock, self._offset, self._on_polls = archive, clock, utc_offset_hours, on_polls
        self._vantage, self._keeping, self._states = vantage, keeping or Keeping(), states
        self._visits: list[Visit] = []
        self._items = 0
        self._oldest: datetime | None = None
        self.polls: list[Poll] = []

    def add(self, visit: Visit) -> None:
        visit = self._keeping.of(visit)
        if self._vantage:
            visit = replace(visit, poll=replace(visit.poll, vantage=self._vantage))
        self._visits.append(visit)
        self._items += len(visit.feed.items) if visit.feed else 0
        self._oldest = self._oldest or visit.poll.at
        if self._items >= BATCH_ITEMS or len(self._visits) >= BATCH_VISITS:
            self.flush()

    def flush_if_old(self) -> None:
        if self._oldest is not None and (self._clock() - self._oldest).total_seconds() >= BATCH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Store what waits, in one transaction."""
        if not self._visits:
            return
        visits, self._visits, self._items, self._oldest = self._visits, [], 0, None
        polls = self._archive.store(visits, utc_offset_hours=self._offset, states=self._states)
        self.polls += polls
        if self._on_polls is not None:
            self._on_polls(polls)


def poll_round(
    archive: Archive,
    sources: Sequence[Source],
    *,
    fetch: Fetch,
    clock: Clock,
    utc_offset_hours: float,
    states: dict[str, SourceState] | None = None,
    asked_by_hand: bool = False,
    on_polls: OnPolls | None = None,
    on_resting: OnResting | None = None,
    vantage: str = "",
    keeping: Keeping | None = None,
) -> list[Poll]:
    """Ask these sources now, whatever their schedule, and store what comes. Returns the polls as the ledger has them.

    states : what is remembered of sources, kept up to date; None: read from the archive.
    vantage : where we ask from, in the operator's words; kept with every poll, because what answers depends on it.
    keeping : how long bytes are kept; None: as long as is usual.

    What has been answered is stored even when the round is broken off. A source whose host wants a rest is not asked:
    no poll, no failure, only a later next poll.
    """
    states = archive.states(counted=False) if states is None else states
    by_key = {source.key: source for source in sources}
    asked = {key: states.get(key) or SourceState(key) for key in by_key}
    batch = Batch(
        archive,
        clock,
        utc_offset_hours=utc_offset_hours,
        on_polls=on_polls,
        vantage=vantage,
        keeping=keeping,
        states=states,
    )
    put_off: dict[str, Next] = {}
    try:
        now = clock()
        to_ask = [request_of(source, asked[key], now) for key, source in by_key.items()]
        for request, answer in fetch(to_ask, idle=batch.flush_if_old):
            source, state = by_key[request.key], asked[request.key]
            if isinstance(answer, Resting):
                put_off[source.key] = after_rest(clock(), answer.retry_after)
                if on_resting is not None:
                    on_resting(source, answer)
                continue
            reason = BY_HAND if asked_by_hand else state.next_reason or "first poll"
            batch.add(visit_of(source, state, request, answer, now=clock(), reason=reason))
            batch.flush_if_old()
    finally:
        batch.flush()
        archive.put_off({key: (later.at, later.reason) for key, later in put_off.items()}, states=states)
    return batch.polls


def poll_for_ever(
    archive: Archive,
    sources: Callable[[], Sequence[Source]],
    *,
    fetch: Fetch,
    clock: Clock,
    stop: threading.Event,
    utc_offset_hours: float,
    on_polls: OnPolls | None = None,
    on_resting: OnResting | None = None,
    vantage: str = "",
    keeping: Keeping | None = None,
    on_trouble: Callable[[ArchiveError], None] | None = None,
    on_round: Callable[[float], None] | None = None,
) -> None:
    """Round after round of what is due, until `stop` is set. `sources` is asked before each round: files get edited.

    Once a day the bytes whose time is over are dropped. An archive that cannot be written (disk full, held by another
    program) does not end the poller: what could not be stored stays due, the feeds still show it, and the round is
    made again after REST_SECONDS.
    on_trouble : told about each such round. on_round : told how many seconds each round took.

    Whoever calls this holds the role of the poller. The states of sources are therefore read once and then remembered;
    after trouble they are read again.
    """
    keeping = keeping or Keeping()
    states: dict[str, SourceState] | None = None
    agenda: Agenda | None = None
    while not stop.is_set():
        try:
            keeping.sweep_if_due(archive, clock())
            current = sources()
            if states is None:
                states, agenda = archive.states(counted=False), None
            if agenda is None or not agenda.is_current(current, clock()):
                agenda = Agenda(current, states, clock())
            if ready := agenda.take(clock()):
                began = time.perf_counter()
                poll_round(
                    archive, ready, fetch=fetch, clock=clock, utc_offset_hours=utc_offset_hours,
                    states=states, on_polls=on_polls, on_resting=on_resting, vantage=vantage, keeping=keeping,
                )  # fmt: skip
                if on_round is not None:
                    on_round(time.perf_counter() - began)
                continue
            rest = max(ROUND_SECONDS, agenda.seconds_until_next(clock()))
        except ArchiveError as error:
            if on_trouble is not None:
                on_trouble(error)
            rest, states = REST_SECONDS, None
        stop.wait(rest)
