"""The fetcher: one round of requests after another, within the limits it was made with. No clock but a stop-watch that
is handed in; no file but certificates."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import certifi

from feeds.errors import FeedError, Refused, Resting, Unreachable
from feeds.fetch.addresses import any_address, is_literal, is_public, is_sendable, shown, wire_address
from feeds.fetch.answer import answer_of, banned_sentence
from feeds.fetch.coding import Uncommon
from feeds.fetch.turns import Hosts, Turn, Turns
from feeds.fetch.values import Fetched, Request
from feeds.fetch.wire import Curl, Exchange, Line, Sessions

USER_AGENT = "humanitarian-monitor/1 (polls news feeds; conditional requests; honours Retry-After)"
TICK_SECONDS = 0.2  # how often a waiting round looks up
# Idle connections kept for the next round. A plain one takes 3 KB, one with TLS and HTTP/2 120: when more hosts than so
# many speak TLS, few are kept and the others resume their sessions.
KEPT_CONNECTIONS, KEPT_WITH_TLS = 10_000, 500
REST_SECONDS = 900.0  # that a host is left alone after a 429 that does not say how long

Answers = Iterator[tuple[Request, Fetched | FeedError]]


class Fetcher:
    """Asks many addresses at once; close it when done.

    allow_local : private, loopback, link-local and reserved addresses may be asked (tests, a feed on one's own server).
    per_host, spacing_seconds : requests under way at one host, and time between the starts of two of them. A host that
        answers 429, or 503 with Retry-After, is left alone as long as it asks: its other requests are answered Resting.
    total_seconds : for one request, from its start to the last byte. largest_bytes : of a decoded body.
    parallel : requests under way in all. kept_connections : idle ones kept for the next round; None: as many as
        memory and the limit of open files allow.
    proxy : for requests that name none; "" = none, whatever the environment says; through a proxy the ban on private
        addresses holds for literal addresses only, because the proxy looks names up.
    stop : when it is set, a round ends within a second; what was under way is dropped.
    may_ask : which IP addresses may be connected to; None: those of the open internet, or all with `allow_local`.
    names : "host:port:address" lines that stand before what the name service says.
    """

    def __init__(
        self,
        *,
        allow_local: bool = False,
        per_host: int = 2,
        spacing_seconds: float = 5.0,
        total_seconds: float = 30,
        largest_bytes: int = 15_000_000,
        parallel: int = 64,
        kept_connections: int | None = None,
        user_agent: str = USER_AGENT,
        proxy: str = "",
        stop: threading.Event | None = None,
        may_ask: Callable[[str], bool] | None = None,
        names: Sequence[str] = (),
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._may_ask = may_ask or (any_address if allow_local else is_public)
        self._total_seconds, self._largest, self._parallel = total_seconds, largest_bytes, parallel
        self._user_agent, self._proxy, self._names = user_agent, proxy, names
        self._stop, self._stopwatch = stop or threading.Event(), stopwatch
        self._certificates = os.environ.get("SSL_CERT_FILE") or certifi.where()
        self._hosts = Hosts(per_host=per_host, spacing_seconds=spacing_seconds)
        self._sessions = Sessions()
        self._with_tls: set[str] = set()  # hosts
        self._uncommon: set[str] = set()  # hosts that answer in other codings than gzip: libcurl undoes them
        self._kept = min(KEPT_CONNECTIONS, _open_files() // 2) if kept_connections is None else kept_connections
        self._kept_with_tls = KEPT_WITH_TLS if kept_connections is None else kept_connections
        self._exchange = Exchange(stopwatch=stopwatch)
        self._spare: list[Line] = []

    def close(self) -> None:
        for line in self._spare:
            line.curl.close()
        self._spare.clear()
        self._exchange.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fetch(self, requests: Sequence[Request], *, idle: Callable[[], None] | None = None) -> Answers:
        """Each request with its answer, in the order in which answers come.

        idle : called now and then while nothing has come, so that the caller can store what it has.
        """
        turns = Turns(self._hosts)
        yield from self._queue(requests, turns)
        self._keep()
        running: dict[Curl, Line] = {}  # in the order of their starts
        paused = 0.0  # the caller's own time does not count against a server
        try:
            while (turns or running) and not self._stop.is_set():
                answers = self._start(turns, running, paused)
                self._wait(turns, running, at_once=bool(answers))
                answers += self._finished(turns, running, paused)
                handed_over = self._stopwatch()
                yield from answers
                paused += self._stopwatch() - handed_over
                if not answers and idle is not None:
                    idle()
        finally:
            for line in running.values():
                self._release(line)

    def _queue(self, requests: Sequence[Request], turns: Turns) -> Answers:
        """Hand out turns; an address that cannot even be asked is answered at once."""
        for request in requests:
            address, host = wire_address(request.url)
            if problem := self._unaskable(request, host):
                yield request, Unreachable(problem)
                continue
            turns.add(host, request)
            if address.startswith("https"):
                self._with_tls.add(host)

    def _keep(self) -> None:
        most = self._kept if len(self._with_tls) <= self._kept_with_tls else min(self._kept, self._kept_with_tls)
        self._exchange.keep(max(most, self._parallel))

    def _unaskable(self, request: Request, host: str) -> str:
        """Why this address is not asked at all, a sentence, or ""."""
        if not host:
            return f"{shown(request.url)}: not an http or https address; correct it in sources.yaml"
        if not is_sendable(self._proxy_of(request)):
            return (
                f"{shown(request.url)}: its proxy is not an address; correct it in sources.yaml or on the command line"
            )
        if self._proxy_of(request) and is_literal(host) and not self._may_ask(host):
            return banned_sentence(request.url, host)
        return ""

    def _proxy_of(self, request: Request) -> str:
        return self._proxy if request.proxy is None else request.proxy

    def _start(
        self, turns: Turns, running: dict[Curl, Line], paused: float
    ) -> list[tuple[Request, Fetched | FeedError]]:
        """Put under way what the limits allow; returns those whose host rests."""
        resting: list[tuple[Request, Fetched | FeedError]] = []
        while len(running) < self._parallel and (turn := turns.next(self._stopwatch())) is not None:
            if turn.rest:
                resting.append((turn.request, _resting(turn)))
                continue
            line = self._line(turn, self._stopwatch() - paused)
            running[line.curl] = line
            self._exchange.add(line)
        return resting

    def _line(self, turn: Turn, started: float) -> Line:
        line = self._spare.pop() if self._spare else self._new_line()
        address, _ = wire_address(turn.request.url)
        proxy = self._proxy_of(turn.request)
        line.take(
            turn.request, address, turn.host, proxy=proxy, started=started, names=self._names,
            user_agent=self._user_agent if turn.request.user_agent is None else turn.request.user_agent,
            may_ask=any_address if proxy else self._may_ask,
            sessions=self._sessions.of(turn.host), is_plain=turn.host in self._uncommon,
        )  # fmt: skip
        return line

    def _new_line(self) -> Line:
        return Line(largest_bytes=self._largest, certificates=self._certificates)

    def _wait(self, turns: Turns, running: dict[Curl, Line], *, at_once: bool) -> None:
        """Let the network move, or time pass until somebody may start."""
        has_room = bool(turns) and len(running) < self._parallel
        patience = min(TICK_SECONDS, turns.seconds_until_next(self._stopwatch())) if has_room else TICK_SECONDS
        if at_once:
            patience = 0.0
        if running:
            self._exchange.move(patience)
        else:
            self._stop.wait(patience)

    def _finished(
        self, turns: Turns, running: dict[Curl, Line], paused: float
    ) -> list[tuple[Request, Fetched | FeedError]]:
        """What has been answered, and what has had its time. Who answered in an uncommon coding gets another turn."""
        now = self._stopwatch() - paused
        ended = [
            (line := running.pop(curl), self._judged(line, code, words, now))
            for curl, code, words in self._exchange.ended()
        ]
        for line in self._overdue(running, now):
            line.stopped = f"no complete answer within {self._total_seconds:g} seconds"
            ended.append((running.pop(line.curl), self._judged(line, -1, "", now)))
        for line, answer in ended:
            turns.done(line.host)
            self._release(line)
            if answer is None:
                self._uncommon.add(line.host)
                turns.add(line.host, line.request)
        return [(line.request, answer) for line, answer in ended if answer is not None]

    def _overdue(self, running: dict[Curl, Line], now: float) -> list[Line]:
        late = []
        for line in running.values():
            if now - line.started <= self._total_seconds:
                break  # those that started later have more time left
            late.append(line)
        return late

    def _judged(self, line: Line, code: int, words: str, now: float) -> Fetched | FeedError | None:
        """None: the body is in a coding that libcurl has to undo, so it must come once more."""
        try:
            answer, address = answer_of(line.heard(code, words, now))
        except Uncommon:
            return None
        if isinstance(answer, Refused) and answer.status in (429, 503):
            wanted = answer.retry_after if answer.retry_after is not None or answer.status == 503 else REST_SECONDS
            _, host = wire_address(address)
            if wanted:
                self._hosts.rest(host, self._stopwatch(), wanted)
        return answer

    def _release(self, line: Line) -> None:
        self._exchange.remove(line)
        line.rest()
        self._spare.append(line)


def _resting(turn: Turn) -> Resting:
    minutes = max(1, round(turn.rest / 60))
    sentence = f"{turn.request.url}: not asked: {turn.host} wants no requests for another {minutes} minutes"
    return Resting(sentence, retry_after=turn.rest)


def _open_files() -> int:
    """How many files this process may have open."""
    try:
        import resource
    except ImportError:  # not a system with such limits
        return 2 * KEPT_CONNECTIONS
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2 * KEPT_CONNECTIONS if limit == resource.RLIM_INFINITY else limit
