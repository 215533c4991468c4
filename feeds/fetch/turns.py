"""Whose turn it is: so many requests at one host at a time, so far apart, none while it rests. Pure: told the time.

Times are seconds of one stop-watch.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, deque
from dataclasses import dataclass

from feeds.fetch.values import Request

LONGEST_REST = 86_400.0  # seconds that a host is left alone at most, whatever it asks for


class Hosts:
    """What must be remembered of hosts between rounds: when they were last asked, and until when they rest."""

    def __init__(self, *, per_host: int, spacing_seconds: float) -> None:
        self.per_host, self.spacing = per_host, spacing_seconds
        self._last_start: dict[str, float] = {}
        self._rests_until: dict[str, float] = {}
        self._apart: dict[str, float] = {}  # seconds between two requests, where a host wants more than `spacing`

    def set_apart(self, host: str, seconds: float) -> None:
        """From now on; a host that wants no more than all others is one of them."""
        if seconds > self.spacing:
            self._apart[host] = seconds
        else:
            self._apart.pop(host, None)

    def started(self, host: str, now: float) -> None:
        self._last_start[host] = now

    def rest(self, host: str, now: float, seconds: float) -> None:
        """Leave a host alone for so long; a shorter rest does not end a longer one."""
        until = now + min(seconds, LONGEST_REST)
        self._rests_until[host] = max(until, self._rests_until.get(host, until))

    def rest_left(self, host: str, now: float) -> float:
        """Seconds; 0 when the host does not rest."""
        until = self._rests_until.get(host)
        if until is None:
            return 0.0
        if until <= now:
            del self._rests_until[host]
        return max(0.0, until - now)

    def free_at(self, host: str) -> float:
        """When the next request may start, other requests under way aside."""
        last = self._last_start.get(host)
        spaced = -1e9 if last is None else last + self._apart.get(host, self.spacing)
        return max(spaced, self._rests_until.get(host, spaced))


@dataclass(frozen=True, slots=True)
class Turn:
    """A request that may start now; or, when its host rests for `rest` more seconds, one that may not in this round."""

    host: str
    request: Request
    rest: float = 0.0


class Turns:
    """The requests of one round by host. A host with waiting requests is in one place: ready, later or full."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._waiting: dict[str, deque[Request]] = {}
        self._running: Counter[str] = Counter()
        self._ready: deque[str] = deque()
        self._later: list[tuple[float, str]] = []  # a heap: when its host may be asked again
        self._full: set[str] = set()  # as many under way as allowed

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, host: str, request: Request) -> None:
        self._hosts.set_apart(host, request.apart_seconds)
        if host in self._waiting:
            self._waiting[host].append(request)
        else:
            self._waiting[host] = deque([request])
            self._ready.append(host)

    def next(self, now: float) -> Turn | None:
        """The next turn, counted as under way until `done`, unless its host rests; None: nobody may start now."""
        while self._later and self._later[0][0] <= now:
            self._ready.append(heapq.heappop(self._later)[1])
        while self._ready:
            host = self._ready.popleft()
            # A rest no longer than the space between two requests is waited for.
            if (rest := self._hosts.rest_left(host, now)) > self._hosts.spacing:
                return Turn(host, self._taken(host), rest)
            if self._running[host] >= self._hosts.per_host:
                self._full.add(host)
            elif (free := self._hosts.free_at(host)) > now:
                heapq.heappush(self._later, (free, host))
            else:
                self._running[host] += 1
                self._hosts.started(host, now)
                return Turn(host, self._taken(host))
        return None

    def _taken(self, host: str) -> Request:
        queue = self._waiting[host]
        request = queue.popleft()
        if queue:
            self._ready.append(host)
        else:
            del self._waiting[host]
        return request

    def done(self, host: str) -> None:
        """A request at this host has ended."""
        self._running[host] -= 1
        if host in self._full:
            self._full.remove(host)
            self._ready.append(host)

    def seconds_until_next(self, now: float) -> float:
        """How long nobody may start: 0 when somebody is ready; infinite when that hangs on requests under way."""
        if self._ready:
            return 0.0
        return max(0.0, self._later[0][0] - now) if self._later else math.inf
