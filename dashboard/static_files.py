"""Streamlit's own scripts and styles, compressed. Streamlit leaves that to a proxy; here there is none.

A first visit costs a third of the bytes, a second one none: names carry a hash of the content, so a browser may keep
them for good. Each file is compressed once, when it is first asked for; 0.2 s for the largest, 7 MB for all of them.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

KINDS = {".js": "text/javascript", ".css": "text/css"}  # fonts and pictures are compressed in themselves
A_YEAR = "public, immutable, max-age=31536000"


class StaticFiles:
    """Pure ASGI, in front of the pages: answers what it knows by its exact name and lets everything else pass."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.files = files()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.concurrency import run_in_threadpool
        from starlette.datastructures import Headers

        path = self.files.get(scope["path"]) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if path is None:
            await self.app(scope, receive, send)
            return
        response = await run_in_threadpool(_answer, path, Headers(scope=scope))
        await response(scope, receive, send)


@dataclass(frozen=True, slots=True)
class _Body:
    """What is sent of one file in one encoding."""

    content: bytes
    etag: str


@cache
def files() -> dict[str, Path]:
    """Address → file. What is not listed here is not served from here, whatever dots an address holds."""
    import streamlit

    folder = Path(streamlit.__file__).parent / "static"
    found = (path for path in (folder / "static").rglob("*") if path.suffix in KINDS)
    return {f"/{path.relative_to(folder).as_posix()}": path for path in found}


def _answer(path: Path, asked: Headers) -> Response:
    """200, or 304 where the browser has it already."""
    from starlette.responses import Response

    zipped = accepts_gzip(asked.get("accept-encoding", ""))
    body = _body(path, zipped)
    headers = {"cache-control": A_YEAR, "etag": body.etag, "vary": "accept-encoding"}
    if body.etag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers |= {"content-encoding": "gzip"} if zipped else {}
    return Response(body.content, headers=headers, media_type=KINDS[path.suffix])


@cache
def _body(path: Path, zipped: bool) -> _Body:
    content = path.read_bytes()
    digest = hashlib.blake2b(content, digest_size=12).hexdigest()
    if zipped:
        return _Body(gzip.compress(content, 9, mtime=0), f'"{digest}-gzip"')
    return _Body(content, f'"{digest}"')


def accepts_gzip(accepted: str) -> bool:
    """
    >>> accepts_gzip("deflate, gzip;q=0.8"), accepts_gzip("br, gzip;q=0"), accepts_gzip("")
    (True, False, False)
    """
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
