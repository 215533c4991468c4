"""Our own few lines of JavaScript and our style sheet, put into Streamlit's page and served from here.

Each is a file and not inline, so that the security policy stays without exceptions, and has a hash of its content in
its name, so that a browser asks once. A page whose first thing is a chart also says so in its head: the browser then
reads Streamlit's code for charts, twice the rest, while the server still counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import static_files

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = Path(__file__).with_name("scripts")
ADDRESS = "/own/"
KINDS = {".js": "text/javascript", ".css": "text/css"}
CHARTED = ("trends", "places")  # pages that begin with a chart
AT_ONCE = {"Html": "", "purify.es": ""}  # parts of Streamlit's code that every page needs → how their link is marked
WITH_A_CHART = AT_ONCE | {"PlotlyChart": " data-chart"}
OF_A_FILE = (b"content-length", b"etag", b"last-modified")  # they speak of the page as Streamlit has it
NOT_ASKED = (b"if-none-match", b"if-modified-since", b"accept-encoding")  # of a page: whole, and as text


class OwnFiles:
    """Pure ASGI, in front of the pages: answers our files and names them in every page of HTML."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.responses import Response

        if scope["type"] != "http" or scope["path"].startswith("/api/"):  # what the API hands out is no page of ours
            await self.app(scope, receive, send)
        elif (name := scope["path"].removeprefix(ADDRESS)) in _files() and scope["path"].startswith(ADDRESS):
            headers = {"cache-control": static_files.A_YEAR}
            answer = Response(_files()[name], headers=headers, media_type=KINDS[Path(name).suffix])
            await answer(scope, receive, send)
        else:
            await self.app(_for_a_page(scope), receive, _Page(send, scope["path"]).send)


class _Page:
    """One answer on its way out; HTML is held until it is whole."""

    def __init__(self, send: Send, path: str) -> None:
        self._send = send
        self._path = path
        self._start: Message | None = None  # of HTML only
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._whole(self._start)

    async def _whole(self, start: Message) -> None:
        body = with_files(self._body, self._path)
        kept = [pair for pair in start["headers"] if pair[0].lower() not in OF_A_FILE]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": body})


def with_files(page: bytes, path: str = "/") -> bytes:
    """The scripts come before Streamlit's own, the style sheet behind the styles that Streamlit writes into the head.

    path : of the page; one that begins with a chart names the code of charts.

    >>> with_files(b"<head><title>x</title></head><body></body>").endswith(b'.css"></body>')
    True
    """
    scripts = "".join(f'<script defer src=".{ADDRESS}{name}"></script>' for name in _named(".js"))
    sheets = "".join(f'<link rel="stylesheet" href=".{ADDRESS}{name}">' for name in _named(".css"))
    named = [(b"<head>", f"<head>{scripts}"), (b"</head>", f"{_ahead(path)}</head>"), (b"</body>", f"{sheets}</body>")]
    for tag, more in named:
        page = page.replace(tag, more.encode(), 1)
    return page


def _ahead(path: str) -> str:
    """What the browser may read before it is told to; dashboard/scripts/first.js also runs the code of charts."""
    wanted = WITH_A_CHART if path.rpartition("/")[2] in CHARTED else AT_ONCE
    found = [(chunks()[name], mark) for name, mark in wanted.items() if name in chunks()]
    return "".join(f'<link rel="modulepreload" crossorigin{mark} href=".{address}">' for address, mark in found)


@cache
def chunks() -> dict[str, str]:
    """Name of a part of Streamlit's code, as "PlotlyChart" → its address; the hash in it changes with the version."""
    return {Path(one).stem.rpartition(".")[0]: one for one in static_files.files() if one.endswith(".js")}


def _named(suffix: str) -> Iterable[str]:
    return (name for name in _files() if name.endswith(suffix))


@cache
def _files() -> dict[str, bytes]:
    """Name with the hash of its content → content."""
    from dashboard import look  # it draws on all of the charts' code, which the start of the server can do without

    found = [(path.stem, path.suffix, path.read_bytes()) for path in sorted(FOLDER.glob("*.js"))]
    found.append(("look", ".css", look.sheet().encode()))
    return {f"{stem}.{hashlib.blake2b(body, digest_size=6).hexdigest()}{kind}": body for stem, kind, body in found}


def _is_html(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


def _for_a_page(scope: Scope) -> Scope:
    """A browser must not hear "not modified": it could hold a page without our files. Pages are 7 KB."""
    if not any(name == b"accept" and b"text/html" in value for name, value in scope["headers"]):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in NOT_ASKED]}
