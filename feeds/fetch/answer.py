"""What was heard of a request → a Fetched or a FeedError with one sentence: address, what happened, way out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

import pycurl

from feeds.errors import Blocked, FeedError, Refused, Unreachable
from feeds.fetch.addresses import shown, wire_address
from feeds.fetch.blocked import READ, evidence_of_block
from feeds.fetch.coding import TooLarge, undone
from feeds.fetch.headers import Head, fresh_seconds, heads_of, retry_after
from feeds.fetch.values import Fetched, Request

MOST_REDIRECTS = 5
PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a request has brought when it ends.

    code, words : of libcurl; 0 and "" when the transfer is complete. stopped : why we broke it off, a clause.
    banned : an address that may not be asked, "" when there was none. proxy : that was asked through, without user.
    is_plain : libcurl has undone the coding of the body.
    """

    request: Request
    lines: Sequence[bytes]  # of the headers of all answers
    body: bytearray
    code: int
    words: str
    seconds: float
    largest_bytes: int
    stopped: str = ""
    banned: str = ""
    proxy: str = ""
    is_plain: bool = False


def answer_of(heard: Heard) -> tuple[Fetched | FeedError, str]:
    """What came of a request, a value either way, and the address that gave the last answer.

    Raises Uncommon: the body came in a coding that only libcurl can undo.
    """
    heads = heads_of(heard.lines)
    addresses = _chain(heard.request.url, heads)
    if heard.code != 0 or heard.stopped:
        answer: Fetched | FeedError = _failure(heard, heads)
    else:
        answer = _complete(heard, heads, addresses)
    if isinstance(answer, FeedError):
        answer.seconds = heard.seconds
    return answer, addresses[-1]


def _complete(heard: Heard, heads: Sequence[Head], addresses: Sequence[str]) -> Fetched | FeedError:
    request = heard.request
    if not heads:
        return Unreachable(f"{shown(request.url)}: an answer that is not HTTP; ask again later")
    status, headers = heads[-1].status, heads[-1].headers
    came = bytes(heard.body)
    coding = "" if heard.is_plain or status == 304 else headers.get("content-encoding", "")
    try:
        body = undone(came, coding, heard.largest_bytes)
    except TooLarge:
        return _broken_off(shown(request.url), larger_than(heard.largest_bytes), status)
    if not (200 <= status < 300 or (status == 304 and (request.etag or request.last_modified))):
        return _refusal(heard, heads[-1], body)
    return Fetched(
        key=request.key,
        url=addresses[-1],
        status=status,
        body=b"" if status == 304 else body,
        zipped=came if body is not came else b"",
        etag=headers.get("etag", "")[:1_000],
        last_modified=headers.get("last-modified", "")[:200],
        content_type=headers.get("content-type", "")[:200],
        fresh_seconds=fresh_seconds(headers),
        seconds=heard.seconds,
        moved_to=_moved_to(request.url, heads, addresses),
        not_modified=status == 304,
        asked=request.url,
        headers=tuple(headers.items()),
    )


def _refusal(heard: Heard, head: Head, body: bytes) -> Refused:
    url, status = shown(heard.request.url), head.status
    wait = retry_after(head.headers)
    if evidence := evidence_of_block(status, head.headers, body[:READ]):
        return Blocked(blocked_sentence(url, status, evidence), status=status, retry_after=wait)
    return Refused(f"{url}: HTTP {status}{_advice(status)}", status=status, retry_after=wait)


def blocked_sentence(url: str, status: int, evidence: str) -> str:
    return (
        f"{url}: HTTP {status}, blocked: {evidence}; open it in a browser, try a user_agent or a proxy for this source"
    )


def _failure(heard: Heard, heads: Sequence[Head]) -> FeedError:
    url, code, status = shown(heard.request.url), heard.code, heads[-1].status if heads else None
    if heard.banned:
        return Unreachable(banned_sentence(url, heard.banned), status=status)
    if code == pycurl.E_TOO_MANY_REDIRECTS:
        return Refused(f"{url}: more than {MOST_REDIRECTS} redirects; open it in a browser", status=status)
    if code == pycurl.E_UNSUPPORTED_PROTOCOL and heads:
        target = heads[-1].headers.get("location", "")[:200]
        return Refused(
            f"{url}: redirects to {target!r}, which is not http or https; correct the address", status=status
        )
    if why := heard.stopped or _too_large(heard):
        return _broken_off(url, why, status)
    if heard.proxy and code in (pycurl.E_COULDNT_CONNECT, pycurl.E_COULDNT_RESOLVE_PROXY, _E_PROXY):
        return Unreachable(f"{url}: the proxy {heard.proxy} does not take us there; check it, ask again later")
    return Unreachable(
        f"{url}: {_certificate(heard) or _FAILURES.get(code, heard.words or 'no answer')}", status=status
    )


def _broken_off(url: str, why: str, status: int | None) -> Unreachable:
    return Unreachable(f"{url}: {why}; broken off, ask again later", status=status)


def larger_than(largest_bytes: int) -> str:
    return f"the body is larger than {largest_bytes:,} bytes"


def _too_large(heard: Heard) -> str:
    if heard.code == pycurl.E_FILESIZE_EXCEEDED:
        return larger_than(heard.largest_bytes)
    if heard.code == _E_TOO_LARGE or "response headers" in heard.words:
        return "the headers are larger than any feed needs"
    return ""


def _certificate(heard: Heard) -> str:
    """Which of the ways in which a certificate can be wrong; "" when another thing is."""
    if heard.code != pycurl.E_PEER_FAILED_VERIFICATION:
        return ""
    words = heard.words.lower()
    if "expired" in words:
        return "its certificate has expired; tell the publisher, and check the clock of this machine"
    if "does not match" in words or "no alternative certificate subject name" in words:
        return "its certificate is for another host; check the address"
    if "self" in words or "issuer" in words:
        return "its certificate is not signed by an authority we know; check the address and SSL_CERT_FILE"
    return "its certificate is not valid; check the address and the clock of this machine"


_E_PROXY, _E_TOO_LARGE = 97, 100  # which pycurl does not name
_FAILURES: dict[int, str] = {
    pycurl.E_UNSUPPORTED_PROTOCOL: "the answer is not HTTP; check the address",
    pycurl.E_FTP_WEIRD_SERVER_REPLY: "the answer is not HTTP; check the address",
    pycurl.E_COULDNT_RESOLVE_HOST: "the host name is not known; check the address",
    pycurl.E_COULDNT_RESOLVE_PROXY: "the proxy is not known; check its address",
    pycurl.E_COULDNT_CONNECT: "no connection: nothing answers there; ask again later",
    pycurl.E_OPERATION_TIMEDOUT: "no answer, or one that drips too slowly; ask again later",
    pycurl.E_GOT_NOTHING: "the server closed the connection without an answer; ask again later",
    pycurl.E_RECV_ERROR: "the connection broke off; ask again later",
    pycurl.E_SEND_ERROR: "the connection broke off; ask again later",
    pycurl.E_PARTIAL_FILE: "the body is shorter than the server announced; ask again later",
    pycurl.E_BAD_CONTENT_ENCODING: "the body is not compressed the way its header says; tell the publisher",
    pycurl.E_SSL_CONNECT_ERROR: "no TLS connection: the server's encryption does not work; ask again later",
    pycurl.E_SSL_CACERT_BADFILE: "the file of certificates cannot be read; check SSL_CERT_FILE",
    pycurl.E_URL_MALFORMAT: "not a valid address; correct it in sources.yaml",
}


def banned_sentence(url: str, address: str) -> str:
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


def _chain(asked: str, heads: Sequence[Head]) -> list[str]:
    """The addresses asked, in order: the request's own, then where each redirect led."""
    urls = [asked]
    for head in heads:
        if head.is_redirect and head.headers.get("location"):
            urls.append(_joined(urls[-1], _in_ascii(head.headers["location"])))
    return urls


def _in_ascii(location: str) -> str:
    """Bytes that no address holds, percent-encoded as libcurl does when it follows: UTF-8 without a word, mostly.

    >>> _in_ascii("/\xd0\xb0?q=1\x1b")
    '/%D0%B0?q=1%1B'
    """
    return "".join(one if " " < one < "\x7f" else f"%{ord(one):02X}" for one in location)


def _moved_to(asked: str, heads: Sequence[Head], addresses: Sequence[str]) -> str:
    """Where the leading permanent redirects lead: a 302 after a 301 is a detour of today, not part of the move."""
    target = ""
    for head, url in zip((head for head in heads if head.is_redirect), addresses[1:], strict=False):
        if head.status not in PERMANENT:
            break
        target = url
    return target if target != asked and wire_address(target)[1] else ""


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:
        return base


def without_user(proxy: str) -> str:
    """A proxy's address as it may be shown: no name, no password.

    >>> without_user("socks5h://me:secret@10.0.0.1:1080")
    'socks5h://10.0.0.1:1080'
    """
    scheme, slashes, rest = proxy.rpartition("://")
    return scheme + slashes + rest.rpartition("@")[2]
