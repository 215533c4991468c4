"""Empty archives of both kinds, and a real HTTP server on loopback that behaves as badly as the feeds of this world do,
and well where asked."""

from __future__ import annotations

import gzip
import itertools
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from feeds.archive import Archive, open_archive

ETAG = '"first"'
# 64 MB of blanks. Made by brotli 1.2.1, quality 9; kept as bytes because the encoder is no dependency of ours.
BROTLI_BOMB = bytes.fromhex(
    "cbffff3f002440e2b14072effff8ffff078004401c1680eefd1fffffff00900088c302d0bdffe3ffff1f001200715800baf77ffcffff034002200e0b40f7fe8fffff7f004800c46101e8defff1ffff0f000980382c00ddfb3ffeffff012001108705a07bff37"
)
BROTLI_FEED = bytes.fromhex(
    "1b4e01002c0a6cb7151b0c978b5427c59f16b1b10bbef7168b49e2db2555138abffd4a38148c4caec438e50b9c5c83c0e8f05c771ca8b57f3f7cfd52811c24b0a4b5156076e454cfcbe71156431571482822a6950a7bddeadc086c03d32e5a52790c337d1f1b0007977e774abac1f9aa301bed0fe5468140313b9518ea664028bb06a57265cc9f5051a407843c15d62f7ad1d74d8db30b7dfe25c233c98456076ee8afa12247df16"
)  # rss("bread")
CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>"
)


def gigabyte() -> Iterator[bytes]:
    """The gzip of 1 GB of blanks, about 1 MB, in pieces: each but the first holds a megabyte by itself."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    blanks = b" " * (1 << 20)
    yield packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)
    yield from itertools.repeat(piece, 1_023)


def rss(*titles: str, language: str = "en", extra: str = "") -> bytes:
    """A small RSS feed; the guid of an item is made from its title."""
    items = "".join(
        f"<item><title>{title}</title><link>https://example.org/{title.replace(' ', '-')}</link>"
        f"<guid>{title}</guid><description>About {title}.</description>"
        f"<pubDate>Mon, 02 Nov 2026 10:{number:02}:00 +0400</pubDate></item>"
        for number, title in enumerate(titles)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Test</title>'
        f"<link>https://example.org/</link><language>{language}</language>{extra}{items}</channel></rss>"
    ).encode()


class Hostile(BaseHTTPRequestHandler):
    """Each path is one behaviour. `feeds` holds bodies served under /feed/NAME; tests change it between polls."""

    protocol_version = "HTTP/1.1"
    feeds: ClassVar[dict[str, bytes]] = {}
    misbehave: ClassVar[dict[str, str]] = {}  # feed name → behaviour that replaces it for now
    requests: ClassVar[list[tuple[str, dict[str, str]]]] = []
    answered: ClassVar[Counter[int]] = Counter()
    ending: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        type(self).requests.append((self.path, headers | {"client": str(self.client_address)}))
        name = parts.path.strip("/").replace("-", "_")
        if name.startswith("feed/"):
            feed = parts.path.removeprefix("/feed/")
            name = type(self).misbehave.get(feed, "feed").replace("-", "_")
        getattr(self, f"on_{name}", self.on_404)()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        type(self).answered[status] += 1
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    # well-behaved --------------------------------------------------------------------------------------------------

    def on_feed(self) -> None:
        body = type(self).feeds.get(urlsplit(self.path).path.removeprefix("/feed/"))
        if body is None:
            return self.on_404()
        etag = f'"{hash(body)}"'
        if self.headers.get("If-None-Match") == etag:
            return self.answer(304, ETag=etag)
        return self.answer(200, body, ETag=etag, Content_Type="application/rss+xml")

    def on_etag(self) -> None:
        if self.headers.get("If-None-Match") == ETAG:
            return self.answer(304, ETag=ETAG)
        return self.answer(200, rss("bread"), ETag=ETAG, Cache_Control="public, max-age=600")

    def on_last_modified(self) -> None:
        stamp = "Mon, 02 Nov 2026 10:00:00 GMT"
        if self.headers.get("If-Modified-Since") == stamp:
            return self.answer(304)
        date = {"Date": "Mon, 02 Nov 2026 11:00:00 GMT", "Expires": "Mon, 02 Nov 2026 11:30:00 GMT"}
        self.send_response_only(200)
        for key, value in {"Last-Modified": stamp, **date, "Content-Length": str(len(rss("bread")))}.items():
            self.send_header(key, value)
        self.end_headers()
        return self.wfile.write(rss("bread")) and None

    def on_closing(self) -> None:
        self.close_connection = True
        self.answer(200, rss("bread"), Connection="close")

    def on_odd_etag(self) -> None:
        self.answer(304 if self.headers.get("If-None-Match") else 200, rss("bread"), ETag='"\u00e9"')

    def on_gzip(self) -> None:
        self.answer(200, gzip.compress(rss("bread")), Content_Encoding="gzip")

    def on_query(self) -> None:
        self.answer(200, parse_qs(urlsplit(self.path).query)["body"][0].encode())

    def on_late(self) -> None:
        type(self).ending.wait(9)
        self.answer(200, rss("bread"))

    # hostile -------------------------------------------------------------------------------------------------------

    def on_404(self) -> None:
        self.answer(404, b"<html>not here</html>")

    def on_410(self) -> None:
        self.answer(410)

    def on_429(self) -> None:
        self.answer(429, Retry_After="7200")

    def on_429_date(self) -> None:
        now = time.time()
        self.send_response_only(429)
        self.send_header("Date", formatdate(now, usegmt=True))
        self.send_header("Retry-After", formatdate(now + 3600, usegmt=True))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def on_429_plain(self) -> None:
        self.answer(429)

    def on_503(self) -> None:
        self.answer(503, b"database down")

    def on_503_rest(self) -> None:
        self.answer(503, b"back in an hour", Retry_After="3600")

    def on_403(self) -> None:
        self.answer(403, b"<html><h1>Forbidden</h1></html>")

    def on_403_of_digits(self) -> None:
        self.answer(403, f"<html><h1>Forbidden &#{'9' * 5_000};</h1></html>".encode())

    def on_451(self) -> None:
        self.answer(451)

    def on_challenge(self) -> None:
        self.answer(403, CHALLENGE, Cf_Mitigated="challenge")

    def on_challenge_steering(self) -> None:
        self.answer(403, CHALLENGE, Cf_Mitigated="challenge \x1b[2K\x9b all is well")

    def on_html_steering(self) -> None:
        self.answer(200, "<html><title>\u202ewell \x1b[31m</title></html>".encode())

    def on_challenge_200(self) -> None:
        self.answer(200, CHALLENGE, Content_Type="text/html")

    def on_500(self) -> None:
        self.answer(500, b"database down")

    def on_304_always(self) -> None:
        self.answer(304)

    def on_html(self) -> None:
        self.answer(200, b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>hi</body></html>")

    def on_empty(self) -> None:
        self.answer(200, b"")

    def on_not_xml(self) -> None:
        self.answer(200, b"Feed is under maintenance, sorry.")

    def on_wrong_encoding(self) -> None:
        body = rss("Хлеб").decode().encode("windows-1251")
        self.answer(200, body, Content_Type="text/xml; charset=utf-8")

    def on_gzip_bomb(self) -> None:
        self.answer(200, gzip.compress(b" " * 60_000_000, 9), Content_Encoding="gzip")

    def on_gigabyte(self) -> None:
        self.stream(gigabyte(), Content_Encoding="gzip")

    def on_gzip_in_gzip(self) -> None:
        self.answer(200, gzip.compress(gzip.compress(b" " * 60_000_000, 9)), Content_Encoding="gzip, gzip")

    def on_brotli_bomb(self) -> None:
        self.answer(200, BROTLI_BOMB, Content_Encoding="br")

    def on_brotli(self) -> None:
        self.answer(200, BROTLI_FEED, Content_Encoding="br")

    def on_two_gzips(self) -> None:
        half = len(rss("bread")) // 2
        parts = rss("bread")[:half], rss("bread")[half:]
        self.answer(200, b"".join(map(gzip.compress, parts)), Content_Encoding="gzip")

    def on_not_gzip(self) -> None:
        self.answer(200, rss("bread"), Content_Encoding="gzip")

    def on_hang(self) -> None:
        type(self).ending.wait(20)

    def on_endless(self) -> None:
        self.pour(b"<item>" * 10_000, pause=0)

    def on_drip(self) -> None:
        self.pour(b" ", pause=0.3)

    def on_endless_headers(self) -> None:
        self.send_response_only(200)
        with suppress(OSError):
            while not type(self).ending.is_set():
                self.send_header("X-More", "x" * 1_000)
                self.flush_headers()

    def pour(self, piece: bytes, *, pause: float) -> None:
        self.stream(piece for _ in itertools.count() if not type(self).ending.wait(pause))

    def stream(self, pieces: Iterable[bytes], **headers: str) -> None:
        self.close_connection = True
        self.send_response(200)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        with suppress(OSError):  # the client has had enough, as it should
            for piece in pieces:
                self.wfile.write(piece)

    def raw(self, answer: bytes) -> None:
        """Bytes of any kind, then the end."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.write(answer)

    def on_http_09(self) -> None:
        self.raw(rss("bread"))

    def on_no_status(self) -> None:
        self.raw(b"HTTP/1.1 fine\r\nContent-Length: 2\r\n\r\nhi")

    def on_too_long(self) -> None:
        """More body than announced: only what was announced counts."""
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + rss("bread"))

    def on_two_lengths(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\nContent-Length: 30\r\n\r\n" + rss("bread"))

    def on_negative_length(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + rss("bread"))

    def on_chunked_garbage(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + rss("bread"))

    def on_endless_chunk(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + rss("bread"))

    def on_cut_chunk(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + rss("bread"))

    def on_nul_in_header(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nhi")

    def on_long_header(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 1_000_000 + b"\r\n\r\n")

    def on_cut_off(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(rss("bread"))

    def on_no_answer(self) -> None:
        self.close_connection = True

    # redirects -----------------------------------------------------------------------------------------------------

    def on_moved(self) -> None:
        self.answer(301, Location="/etag")

    def on_moved_in_utf_8(self) -> None:
        self.answer(301, Location="/feed/вода 1".encode().decode("latin-1"))

    def on_moved_steering(self) -> None:
        self.answer(301, Location="/feed/a\x1b[2K\x9b")

    def on_moved_twice(self) -> None:
        self.answer(308, Location="/moved")

    def on_detour(self) -> None:
        self.answer(302, Location="/etag")

    def on_moved_then_detour(self) -> None:
        self.answer(301, Location="/detour")

    def on_detour_then_moved(self) -> None:
        self.answer(302, Location="/moved")

    def on_hops(self) -> None:
        """/hops?left=30: so many redirects before a feed."""
        left = int(parse_qs(urlsplit(self.path).query)["left"][0])
        self.answer(302, Location=f"/hops?left={left - 1}" if left else "/etag")

    def on_to(self) -> None:
        """/to?url=…: a redirect to anywhere."""
        self.answer(302, Location=parse_qs(urlsplit(self.path).query)["url"][0])

    def on_loop(self) -> None:
        self.answer(302, Location="/loop")

    def on_to_file(self) -> None:
        self.answer(302, Location="file:///etc/passwd")

    def on_to_private(self) -> None:
        self.answer(302, Location="http://10.255.255.1/feed")

    def on_moved_to_404(self) -> None:
        self.answer(301, Location="/404")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the tests say what matters."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients break off on purpose here."""


@pytest.fixture(scope="session")
def _server() -> Iterator[str]:
    server = Server(("127.0.0.1", 0), Hostile)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Hostile.ending.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def hostile(_server: str) -> Iterator[type[Hostile]]:
    """The handler class: set `feeds` and `misbehave`, read `requests` and `answered`."""
    for table in (Hostile.feeds, Hostile.misbehave, Hostile.requests, Hostile.answered):
        table.clear()
    return Hostile


@pytest.fixture
def at(_server: str, hostile: type[Hostile]) -> Callable[[str], str]:
    """`at("/etag")`: the address of one behaviour."""
    return lambda path: _server + path


@pytest.fixture(name="rss")
def _rss() -> Callable[..., bytes]:
    return rss


# Archives ------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive: a new SQLite file, then a new database in a real PostgreSQL."""
    with open_archive(_address(request, tmp_path)) as opened:
        yield opened


def _address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/a.db"
    return str(request.getfixturevalue("own_database"))
