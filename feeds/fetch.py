"""Many addresses → bytes, politely and within bounds. The only network of this room; no file but certificates, no clock
but a stop-watch that is handed in.

One thread, pycurl multi: connections, names and TLS sessions are kept between rounds. A failure is a FeedError value,
one sentence with the address and the way out; nothing a server does raises.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Protocol, cast
from urllib.parse import urljoin, urlsplit

import certifi
import pycurl

from feeds.errors import FeedError, Refused, Unreachable
from feeds.markup import ascii_url

USER_AGENT = "humanitarian-monitor/1 (polls news feeds; conditional requests; honours Retry-After)"
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, application/feed+json;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
MOST_REDIRECTS = 5
LARGEST_HEADERS = 65_536  # bytes, over all answers of one chain
CONNECT_SECONDS = 15
SLOWEST_BYTES_A_SECOND, SLOW_SECONDS = 20, 15  # a body that drips slower for longer is given up
LONGEST_RETRY_AFTER = 7 * 86_400.0  # seconds; a server that says more is mistaken
TICK_SECONDS = 0.2  # how often a waiting round looks up
PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class Request:
    """One address to ask. `etag` and `last_modified` as the server last gave them; "" asks unconditionally."""

    key: str
    url: str
    etag: str = ""
    last_modified: str = ""
    user_agent: str | None = None  # None: the poller's own
    proxy: str | None = None  # None: the fetcher's own; "": none


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


class Fetch(Protocol):
    """What the poller needs of a fetcher."""

    def __call__(
        self, requests: Sequence[Request], *, idle: Callable[[], None] | None = None
    ) -> Iterator[tuple[Request, Fetched | FeedError]]: ...


class _Curl(Protocol):
    """The part of a pycurl easy handle that is used here; pycurl ships no types."""

    def setopt(self, option: int, value: object) -> None: ...
    def getinfo(self, info: int) -> object: ...
    def reset(self) -> None: ...
    def close(self) -> None: ...
    def errstr(self) -> str: ...


class _Multi(Protocol):
    def add_handle(self, curl: _Curl) -> None: ...
    def remove_handle(self, curl: _Curl) -> None: ...
    def perform(self) -> tuple[int, int]: ...
    def select(self, seconds: float) -> int: ...
    def info_read(self) -> tuple[int, list[_Curl], list[tuple[_Curl, int, str]]]: ...
    def setopt(self, option: int, value: object) -> None: ...
    def close(self) -> None: ...


class _Address(Protocol):
    family: int
    socktype: int
    protocol: int
    addr: tuple[object, ...]


@dataclass(slots=True)
class _Transfer:
    """One request under way: what its callbacks have heard so far."""

    request: Request
    curl: _Curl
    host: str
    started: float
    largest_bytes: int
    may_ask: Callable[[str], bool]
    body: bytearray = field(default_factory=bytearray)
    answers: list[dict[str, str]] = field(
        default_factory=list
    )  # headers of each answer of the chain, names in lower case
    statuses: list[int] = field(default_factory=list)
    header_bytes: int = 0
    stopped: str = ""  # why we broke it off, a clause
    banned: str = ""  # the address that may not be asked

    def write(self, data: bytes) -> int:
        """Take a piece of the decoded body; refuse when it grows too large. A gzip bomb ends here."""
        if len(self.body) + len(data) > self.largest_bytes:
            self.stopped = f"the body is larger than {self.largest_bytes:,} bytes"
            return 0
        self.body += data
        return len(data)

    def header(self, line: bytes) -> int:
        self.header_bytes += len(line)
        if self.header_bytes > LARGEST_HEADERS:
            self.stopped = f"the headers are larger than {LARGEST_HEADERS:,} bytes"
            return 0
        text = line.decode("latin-1").strip()
        if text.startswith("HTTP/") and ":" not in text.split(" ")[0]:
            self.answers.append({})
            self.statuses.append(_status_of(text))
            self.body.clear()
        elif ":" in text and self.answers:
            name, value = text.split(":", 1)
            self.answers[-1][name.strip().lower()] = value.strip()
        return len(line)

    def open_socket(self, _purpose: int, address: _Address) -> socket.socket | int:
        """Called for every address that is about to be connected to: redirects and rebinding names included."""
        if not self.may_ask(str(address.addr[0])):
            self.banned = str(address.addr[0])
            return cast(int, pycurl.SOCKET_BAD)
        return socket.socket(address.family, address.socktype, address.protocol)


class Fetcher:
    """Asks many addresses at once; close it when done.

    allow_local : private, loopback, link-local and reserved addresses may be asked (tests, a feed on one's own server).
    per_host, spacing_seconds : requests under way at one host, and time between the starts of two of them.
    total_seconds : for one request, from its start to the last byte. largest_bytes : of a decoded body.
    parallel : requests under way in all. proxy : "" = none, whatever the environment says; through a proxy the ban on
        private addresses holds for literal addresses only, because the proxy looks names up.
    stop : when it is set, a round ends within a second; what was under way is dropped.
    may_ask : which IP addresses may be connected to; None: those of the open internet, or all with `allow_local`.
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
        user_agent: str = USER_AGENT,
        proxy: str = "",
        stop: threading.Event | None = None,
        may_ask: Callable[[str], bool] | None = None,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._may_ask = may_ask or (_any_address if allow_local else is_public)
        self._per_host, self._spacing = per_host, spacing_seconds
        self._total_seconds, self._largest, self._parallel = total_seconds, largest_bytes, parallel
        self._user_agent, self._proxy, self._stop, self._stopwatch = user_agent, proxy, stop, stopwatch
        self._certificates = os.environ.get("SSL_CERT_FILE") or certifi.where()
        self._multi = cast(_Multi, pycurl.CurlMulti())
        self._multi.setopt(pycurl.M_MAXCONNECTS, 4 * parallel)
        self._spare: list[_Curl] = []
        self._last_start: dict[str, float] = {}  # host → stop-watch, kept between rounds

    def close(self) -> None:
        for curl in self._spare:
            curl.close()
        self._spare.clear()
        self._multi.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fetch(
        self, requests: Sequence[Request], *, idle: Callable[[], None] | None = None
    ) -> Iterator[tuple[Request, Fetched | FeedError]]:
        """Each request with its answer, in the order in which answers come.

        idle : called now and then while nothing has come, so that the caller can store what it has.
        """
        waiting = _by_host(requests)
        running: dict[int, _Transfer] = {}
        paused = 0.0  # the caller's own time does not count against a server
        try:
            while (waiting or running) and not (self._stop and self._stop.is_set()):
                yield from self._start(waiting, running, paused)
                finished = self._step(running, paused)
                for transfer, answer in finished:
                    handed_over = self._stopwatch()
                    yield transfer.request, answer
                    paused += self._stopwatch() - handed_over
                if not finished:
                    if idle is not None:
                        idle()
                    self._wait(bool(running))
        finally:
            for transfer in running.values():
                self._release(transfer)

    def _start(
        self, waiting: dict[str, deque[Request]], running: dict[int, _Transfer], paused: float
    ) -> Iterator[tuple[Request, FeedError]]:
        """Put under way what the limits allow; an address that cannot even be asked is answered at once."""
        at_host = Counter(transfer.host for transfer in running.values())
        for host in list(waiting):
            if len(running) >= self._parallel:
                break
            while waiting[host] and len(running) < self._parallel and self._may_start(host, at_host[host]):
                request = waiting[host].popleft()
                problem = self._unaskable(request, host)
                if problem:
                    yield request, Unreachable(problem)
                    continue
                self._last_start[host] = self._stopwatch()
                at_host[host] += 1
                transfer = self._transfer(request, host, self._stopwatch() - paused)
                running[id(transfer.curl)] = transfer
                self._multi.add_handle(transfer.curl)
            if not waiting[host]:
                del waiting[host]

    def _may_start(self, host: str, running_there: int) -> bool:
        last = self._last_start.get(host)
        return running_there < self._per_host and (last is None or self._stopwatch() - last >= self._spacing)

    def _unaskable(self, request: Request, host: str) -> str:
        """Why this address is not asked at all, a sentence, or ""."""
        if not host:
            return f"{request.url}: not an http or https address; correct it in sources.yaml"
        if self._proxy and _is_literal(host) and not self._may_ask(host):
            return _banned(request.url, host)
        return ""

    def _transfer(self, request: Request, host: str, started: float) -> _Transfer:
        curl = self._spare.pop() if self._spare else cast(_Curl, pycurl.Curl())
        may_ask = _any_address if self._proxy else self._may_ask
        transfer = _Transfer(request, curl, host, started, self._largest, may_ask)
        headers = [f"Accept: {ACCEPT}"]
        headers += [f"If-None-Match: {_one_line(request.etag)}"] if request.etag else []
        headers += [f"If-Modified-Since: {_one_line(request.last_modified)}"] if request.last_modified else []
        options: dict[int, object] = {
            pycurl.URL: ascii_url(request.url),
            pycurl.USERAGENT: _one_line(request.user_agent or self._user_agent),
            pycurl.HTTPHEADER: headers,
            pycurl.ACCEPT_ENCODING: "gzip, br",
            pycurl.FOLLOWLOCATION: 1,
            pycurl.MAXREDIRS: MOST_REDIRECTS,
            pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.REDIR_PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.MAXFILESIZE_LARGE: self._largest,
            pycurl.CONNECTTIMEOUT: CONNECT_SECONDS,
            pycurl.LOW_SPEED_LIMIT: SLOWEST_BYTES_A_SECOND,
            pycurl.LOW_SPEED_TIME: SLOW_SECONDS,
            pycurl.NOSIGNAL: 1,
            pycurl.CAINFO: self._certificates,
            pycurl.PROXY: self._proxy,
            pycurl.NOPROXY: "" if self._proxy else "*",
            pycurl.OPENSOCKETFUNCTION: transfer.open_socket,
            pycurl.WRITEFUNCTION: transfer.write,
            pycurl.HEADERFUNCTION: transfer.header,
        }
        for option, value in options.items():
            curl.setopt(option, value)
        return transfer

    def _step(self, running: dict[int, _Transfer], paused: float) -> list[tuple[_Transfer, Fetched | FeedError]]:
        """Let the network move, and take out what is finished or has had its time."""
        self._multi.perform()
        finished: list[tuple[_Transfer, Fetched | FeedError]] = []
        now = self._stopwatch() - paused
        more = 1
        while more:
            more, good, bad = self._multi.info_read()
            ended = [(curl, 0, "") for curl in good] + bad
            for curl, code, words in ended:
                transfer = running.pop(id(curl))
                finished.append((transfer, _answer(transfer, code, words, now - transfer.started)))
                self._release(transfer)
        for handle, transfer in list(running.items()):
            if now - transfer.started > self._total_seconds:
                transfer.stopped = f"no complete answer within {self._total_seconds:g} seconds"
                finished.append((running.pop(handle), _answer(transfer, -1, "", now - transfer.started)))
                self._release(transfer)
        return finished

    def _release(self, transfer: _Transfer) -> None:
        self._multi.remove_handle(transfer.curl)
        transfer.curl.reset()
        self._spare.append(transfer.curl)

    def _wait(self, is_running: bool) -> None:
        if is_running:
            self._multi.select(TICK_SECONDS)  # returns as soon as something happens on the network
        elif self._stop is not None:
            self._stop.wait(TICK_SECONDS)
        else:
            time.sleep(TICK_SECONDS)


def is_public(address: str) -> bool:
    """Whether an address is of the open internet; IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64) is looked into.

    >>> is_public("93.184.215.14"), is_public("::ffff:10.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    """
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inside = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        inside += [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)] if ip in _NAT64 or ip in _COMPATIBLE else []
        if any(part is not None and not is_public(str(part)) for part in inside):
            return False
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _any_address(_address: str) -> bool:
    return True


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def _by_host(requests: Sequence[Request]) -> dict[str, deque[Request]]:
    """Requests by host, in their order; under "" those whose address cannot be asked."""
    groups: dict[str, deque[Request]] = {}
    for request in requests:
        parts = urlsplit(ascii_url(request.url))
        host = parts.hostname if parts.scheme in ("http", "https") and parts.netloc.isascii() else None
        groups.setdefault(host or "", deque()).append(request)
    return groups


def _answer(transfer: _Transfer, code: int, words: str, seconds: float) -> Fetched | FeedError:
    """What came of a request: a value either way."""
    answer = _judged(transfer, code, words, seconds)
    if isinstance(answer, FeedError):
        answer.seconds = seconds
    return answer


def _judged(transfer: _Transfer, code: int, words: str, seconds: float) -> Fetched | FeedError:
    status = transfer.statuses[-1] if transfer.statuses else None
    url = transfer.request.url
    if code != 0 or transfer.stopped:
        return _failure(transfer, code, words, status)
    headers = transfer.answers[-1] if transfer.answers else {}
    conditional = bool(transfer.request.etag or transfer.request.last_modified)
    if status is None:
        return Unreachable(f"{url}: an answer that is not HTTP; ask again later")
    if not (200 <= status < 300 or (status == 304 and conditional)):
        return Refused(f"{url}: HTTP {status}{_advice(status)}", status=status, retry_after=_retry_after(headers))
    return Fetched(
        key=transfer.request.key,
        url=str(_chain(transfer)[-1]),
        status=status,
        body=b"" if status == 304 else bytes(transfer.body),
        etag=headers.get("etag", "")[:1_000],
        last_modified=headers.get("last-modified", "")[:200],
        content_type=headers.get("content-type", "")[:200],
        fresh_seconds=_fresh_seconds(headers),
        seconds=seconds,
        moved_to=_moved_to(transfer),
        not_modified=status == 304,
        asked=transfer.request.url,
        headers=tuple(headers.items()),
    )


def _failure(transfer: _Transfer, code: int, words: str, status: int | None) -> FeedError:
    url = transfer.request.url
    if transfer.banned:
        return Unreachable(_banned(url, transfer.banned), status=status)
    if code == pycurl.E_TOO_MANY_REDIRECTS:
        return Refused(f"{url}: more than {MOST_REDIRECTS} redirects; open it in a browser", status=status)
    if code == pycurl.E_UNSUPPORTED_PROTOCOL and transfer.answers:
        target = transfer.answers[-1].get("location", "")[:200]
        return Refused(
            f"{url}: redirects to {target!r}, which is not http or https; correct the address", status=status
        )
    if transfer.stopped or code == pycurl.E_FILESIZE_EXCEEDED:
        why = transfer.stopped or f"the body is larger than {transfer.largest_bytes:,} bytes"
        return Unreachable(f"{url}: {why}; broken off, ask again later", status=status)
    return Unreachable(f"{url}: {_FAILURES.get(code, words or 'no answer')}", status=status)


_FAILURES: dict[int, str] = {
    pycurl.E_UNSUPPORTED_PROTOCOL: "the answer is not HTTP; check the address",
    pycurl.E_COULDNT_RESOLVE_HOST: "the host name is not known; check the address",
    pycurl.E_COULDNT_CONNECT: "no connection: nothing answers there; ask again later",
    pycurl.E_OPERATION_TIMEDOUT: "no answer, or one that drips too slowly; ask again later",
    pycurl.E_GOT_NOTHING: "the server closed the connection without an answer; ask again later",
    pycurl.E_RECV_ERROR: "the connection broke off; ask again later",
    pycurl.E_PARTIAL_FILE: "the body is shorter than the server announced; ask again later",
    pycurl.E_BAD_CONTENT_ENCODING: "the body is not compressed the way its header says; tell the publisher",
    pycurl.E_PEER_FAILED_VERIFICATION: "the certificate is not valid for this host; check the address and the clock",
    pycurl.E_SSL_CONNECT_ERROR: "no TLS connection: the server's encryption does not work; ask again later",
    pycurl.E_SSL_CACERT_BADFILE: "the file of certificates cannot be read; check SSL_CERT_FILE",
    pycurl.E_URL_MALFORMAT: "not a valid address; correct it in sources.yaml",
}


def _banned(url: str, address: str) -> str:
    return f"{url}: leads to {address}, which is not of the open internet; `poll --allow-local` permits it"


def _advice(status: int) -> str:
    if status == 410:
        return " (gone); retire the source, or give its new address"
    if status == 404:
        return " (not found); live feeds do this for days, but check the address"
    if status in (401, 403, 406):
        return " (refused to us); a user_agent for this source may help"
    if status == 429:
        return " (too many requests); asked less often now"
    return "; ask again later" if status >= 500 else "; check the address"


def _chain(transfer: _Transfer) -> list[str]:
    """The addresses asked, in order: the request's own, then where each redirect led."""
    urls = [transfer.request.url]
    for status, headers in zip(transfer.statuses, transfer.answers, strict=True):
        if 300 <= status < 400 and status != 304 and headers.get("location"):
            urls.append(_joined(urls[-1], headers["location"]))
    return urls


def _moved_to(transfer: _Transfer) -> str:
    """Where the leading permanent redirects lead: a 302 after a 301 is a detour of today, not part of the move."""
    target = ""
    redirects = [status for status in transfer.statuses if 300 <= status < 400 and status != 304]
    for status, url in zip(redirects, _chain(transfer)[1:], strict=False):
        if status not in PERMANENT:
            break
        target = url
    return target if target != transfer.request.url else ""


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:
        return base


def _status_of(line: str) -> int:
    parts = line.split(" ")
    return int(parts[1]) if len(parts) > 1 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) <= 3 else 0


def _one_line(value: str) -> str:
    """A header value that cannot become two headers."""
    return "".join(c for c in value if c >= " " and c != "\x7f")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a number or a date; a date counts from the server's own clock."""
    value = headers.get("retry-after", "")
    seconds = float(value) if value.isascii() and value.isdigit() and len(value) < 10 else _until(value, headers)
    return None if seconds is None or not 0 <= seconds <= LONGEST_RETRY_AFTER else seconds


def _fresh_seconds(headers: Mapping[str, str]) -> float | None:
    """How long this answer stays good, in seconds; None when the server does not say or says not to keep it."""
    directives = headers.get("cache-control", "").lower().replace(" ", "").split(",")
    if any(word in directives for word in ("no-store", "no-cache")):
        return None
    for directive in directives:
        name, _, value = directive.partition("=")
        if name == "max-age" and value.isascii() and value.isdigit() and len(value) < 10:
            return float(value)
    seconds = _until(headers.get("expires", ""), headers)
    return seconds if seconds is not None and seconds > 0 else None


def _until(value: str, headers: Mapping[str, str]) -> float | None:
    try:
        return (parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
