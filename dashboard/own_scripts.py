"""Our own few lines of JavaScript, put into Streamlit's page: files of dashboard/scripts, served from here.

Each is a file and not inline, so that the security policy stays without exceptions.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = Path(__file__).with_name("scripts")
ADDRESS = "/own/"
OF_A_FILE = (b"content-length", b"etag", b"last-modified")  # they speak of the page as Streamlit has it
NOT_ASKED = (b"if-none-match", b"if-modified-since", b"accept-encoding")  # of a page: whole, and as text


class OwnScripts:
    """Pure ASGI, in front of the pages: answers the scripts and adds them to every page of HTML."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.responses import Response

        if scope["type"] != "http" or scope["path"].startswith("/api/"):  # what the API hands out is no page of ours
            await self.app(scope, receive, send)
        elif (name := scope["path"].removeprefix(ADDRESS)) in _scripts() and scope["path"].startswith(ADDRESS):
            headers = {"cache-control": "no-cache"}
            await Response(_scripts()[name], headers=headers, media_type="text/javascript")(scope, receive, send)
        else:
            await self.app(_for_a_page(scope), receive, _Page(send).send)


class _Page:
    """One answer on its way out; HTML is held until it is whole."""

    def __init__(self, send: Send) -> None:
        self._send = send
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
        body = with_scripts(self._body)
        kept = [pair for pair in start["headers"] if pair[0].lower() not in OF_A_FILE]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": body})


def with_scripts(page: bytes) -> bytes:
    """The scripts come first, before Streamlit's own.

    >>> with_scripts(b"<head><title>x").split(b"</script>")[::4]
    [b'<head><script src="./own/back.js">', b'<title>x']
    """
    tags = "".join(f'<script src=".{ADDRESS}{name}"></script>' for name in _scripts())
    return page.replace(b"<head>", b"<head>" + tags.encode(), 1)


@cache
def _scripts() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.js"))}


def _is_html(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


def _for_a_page(scope: Scope) -> Scope:
    """A browser must not hear "not modified": it could hold a page without the scripts. Pages are 7 KB."""
    if not any(name == b"accept" and b"text/html" in value for name, value in scope["headers"]):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in NOT_ASKED]}
