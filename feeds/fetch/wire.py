"""libcurl, as far as we need it: lines that carry one request after another, and the exchange that moves them.

pycurl's own `select` spins as soon as a file number is above 1,023, which a poller with a thousand kept connections
reaches; so the exchange waits by itself and tells libcurl which connection has something to say.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Sequence
from typing import Protocol, cast

import pycurl

from feeds.fetch.answer import MOST_REDIRECTS, Heard, larger_than, without_user
from feeds.fetch.headers import one_line
from feeds.fetch.values import Request

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, application/feed+json;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
CONNECT_SECONDS = 15
SLOWEST_BYTES_A_SECOND, SLOW_SECONDS = 20, 15  # a body that drips slower for longer is given up
# A connection that rested longer is not used again. Longer than the shortest time between two polls of a source; the
# kernel asks every minute whether the other end is still there, so that a dead one is not taken for a silent server.
KEPT_SECONDS, KEEPALIVE_SECONDS = 400, 60
SESSIONS_A_STORE = 20  # hosts; libcurl remembers the TLS sessions of 25 in one place and forgets the oldest


class Curl(Protocol):
    """The part of a pycurl easy handle that is used here; pycurl ships no types."""

    def setopt(self, option: int, value: object) -> None: ...
    def unsetopt(self, option: int) -> None: ...
    def close(self) -> None: ...


class _Multi(Protocol):
    def add_handle(self, curl: Curl) -> None: ...
    def remove_handle(self, curl: Curl) -> None: ...
    def socket_action(self, file: int, mask: int) -> tuple[int, int]: ...
    def info_read(self) -> tuple[int, list[Curl], list[tuple[Curl, int, str]]]: ...
    def setopt(self, option: int, value: object) -> None: ...
    def close(self) -> None: ...


class Share(Protocol):
    def setopt(self, option: int, value: object) -> None: ...


class _Address(Protocol):
    family: int
    socktype: int
    protocol: int
    addr: tuple[object, ...]


class Line:
    """One easy handle. What never changes is set once; a request sets its address, its headers and what differs."""

    def __init__(self, *, largest_bytes: int, certificates: str) -> None:
        self.curl = cast(Curl, pycurl.Curl())
        self.largest_bytes = largest_bytes
        self.lines: list[bytes] = []  # of the headers; libcurl ends what is longer than 300 KB an answer
        self.body = bytearray()
        self._set: dict[int, object] = {}
        options: dict[int, object] = {
            pycurl.FOLLOWLOCATION: 1,
            pycurl.MAXREDIRS: MOST_REDIRECTS,
            pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.REDIR_PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_2TLS,
            pycurl.SSL_VERIFYPEER: 1,
            pycurl.SSL_VERIFYHOST: 2,
            pycurl.CAINFO: certificates,
            pycurl.MAXFILESIZE_LARGE: largest_bytes,
            pycurl.CONNECTTIMEOUT: CONNECT_SECONDS,
            pycurl.LOW_SPEED_LIMIT: SLOWEST_BYTES_A_SECOND,
            pycurl.LOW_SPEED_TIME: SLOW_SECONDS,
            pycurl.MAXAGE_CONN: KEPT_SECONDS,
            pycurl.DNS_CACHE_TIMEOUT: 0,
            pycurl.TCP_KEEPALIVE: 1,
            pycurl.TCP_KEEPIDLE: KEEPALIVE_SECONDS,
            pycurl.TCP_KEEPINTVL: KEEPALIVE_SECONDS,
            pycurl.NOSIGNAL: 1,
            pycurl.OPENSOCKETFUNCTION: self._open_socket,
            pycurl.WRITEFUNCTION: self._write,
            pycurl.HEADERFUNCTION: self.lines.append,  # of C, called for every line: no frame of Python
        }
        for option, value in options.items():
            self.curl.setopt(option, value)

    def take(
        self, request: Request, address: str, host: str, *, user_agent: str, proxy: str,
        may_ask: Callable[[str], bool], started: float, sessions: Share, names: Sequence[str] = (),
        is_plain: bool = False,
    ) -> None:  # fmt: skip
        """Make ready to ask. Whatever the request before this one has left is gone.

        is_plain : libcurl undoes whatever coding the body has; else it comes as it is, and may be gzip.
        """
        self.request, self.host, self.started, self.is_plain = request, host, started, is_plain
        self.may_ask, self.proxy = may_ask, proxy
        self.stopped = self.banned = ""
        self.rest()
        headers = [b"Accept: " + (_sent(request.accept) if request.accept else ACCEPT.encode())]
        if request.etag:
            headers.append(b"If-None-Match: " + _sent(request.etag))
        if request.last_modified:
            headers.append(b"If-Modified-Since: " + _sent(request.last_modified))
        self._option(pycurl.URL, address)
        self._option(pycurl.HTTPHEADER, headers)
        self._option(pycurl.ACCEPT_ENCODING, "gzip, br" if is_plain else "gzip")
        self._option(pycurl.HTTP_CONTENT_DECODING, int(is_plain))
        self._option(pycurl.USERAGENT, _sent(user_agent))
        self._option(pycurl.PROXY, proxy)
        self._option(pycurl.NOPROXY, "" if proxy else "*")
        self._share(sessions)
        if names:
            self.curl.setopt(pycurl.RESOLVE, list(names))

    def rest(self) -> None:
        """Let go of what the answer has brought."""
        self.lines.clear()
        self.body.clear()

    def _option(self, option: int, value: object) -> None:
        if self._set.get(option) != value:
            self.curl.setopt(option, value)
            self._set[option] = value

    def _share(self, sessions: Share) -> None:
        if self._set.get(pycurl.SHARE) is not sessions:
            self.curl.unsetopt(pycurl.SHARE)  # pycurl wants one to end before the next begins
            self._option(pycurl.SHARE, sessions)

    def heard(self, code: int, words: str, now: float) -> Heard:
        return Heard(
            self.request, self.lines, self.body, code, words, now - self.started, self.largest_bytes,
            self.stopped, self.banned, without_user(self.proxy), self.is_plain,
        )  # fmt: skip

    def _write(self, data: bytes) -> int:
        """Take a piece of the body; refuse when it grows too large. A bomb that libcurl undoes ends here."""
        if len(self.body) + len(data) > self.largest_bytes:
            self.stopped = larger_than(self.largest_bytes)
            self.body.clear()
            return 0
        self.body += data
        return len(data)

    def _open_socket(self, _purpose: int, address: _Address) -> socket.socket | int:
        """Called for every address that is about to be connected to: redirects and rebinding names included."""
        if not self.may_ask(str(address.addr[0])):
            self.banned = str(address.addr[0])
            return cast(int, pycurl.SOCKET_BAD)
        return socket.socket(address.family, address.socktype, address.protocol)


def _sent(value: str) -> bytes:
    return one_line(value).encode("latin-1", "ignore")


class Exchange:
    """All lines under way, their connections, and what is kept of them."""

    def __init__(self, *, stopwatch: Callable[[], float]) -> None:
        self._stopwatch = stopwatch
        self._poll = select.poll()
        self._timer: float | None = None
        self._multi = cast(_Multi, pycurl.CurlMulti())
        self._multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)

    def keep(self, connections: int) -> None:
        """How many idle connections stay open."""
        self._multi.setopt(pycurl.M_MAXCONNECTS, connections)

    def add(self, line: Line) -> None:
        self._multi.add_handle(line.curl)

    def remove(self, line: Line) -> None:
        self._multi.remove_handle(line.curl)

    def close(self) -> None:
        self._multi.close()

    def move(self, at_most: float) -> None:
        """Wait until something happens on the network, so many seconds at most, and let it go on."""
        for file, events in self._poll.poll(self._patience(at_most)):
            readable = pycurl.CSELECT_IN if events & ~select.POLLOUT else 0
            writable = pycurl.CSELECT_OUT if events & select.POLLOUT else 0
            self._multi.socket_action(file, readable | writable)
        if self._timer is not None and self._timer <= self._stopwatch():
            self._timer = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)

    def _patience(self, at_most: float) -> float:
        """Milliseconds."""
        until_timer = at_most if self._timer is None else self._timer - self._stopwatch()
        return max(0.0, min(at_most, until_timer)) * 1_000

    def ended(self) -> list[tuple[Curl, int, str]]:
        """Handles that are done, with libcurl's number and words: 0 and "" when the transfer is complete."""
        found: list[tuple[Curl, int, str]] = []
        more = 1
        while more:
            more, good, bad = self._multi.info_read()
            found += [(curl, 0, "") for curl in good]
            found += bad
        return found

    def _watch(self, event: int, file: int, _multi: object, _data: object) -> None:
        if event == pycurl.POLL_REMOVE:
            self._poll.unregister(file)
        else:
            wanted = (select.POLLIN if event & pycurl.POLL_IN else 0) | (
                select.POLLOUT if event & pycurl.POLL_OUT else 0
            )
            self._poll.register(file, wanted)

    def _set_timer(self, milliseconds: int) -> None:
        self._timer = None if milliseconds < 0 else self._stopwatch() + milliseconds / 1_000


class Sessions:
    """Where TLS sessions are kept, for as many hosts as there are: libcurl's own stores hold 25."""

    def __init__(self) -> None:
        self._of: dict[str, Share] = {}
        self._newest: Share | None = None

    def of(self, host: str) -> Share:
        found = self._of.get(host)
        if found is None:
            if self._newest is None or len(self._of) % SESSIONS_A_STORE == 0:
                self._newest = cast(Share, pycurl.CurlShare())
                self._newest.setopt(pycurl.SH_SHARE, pycurl.LOCK_DATA_SSL_SESSION)
            found = self._of[host] = self._newest
        return found
