"""The server: checks everything first, then answers pages, API, /healthz and /metrics with poller and tagger beside it.

May not compute, write SQL, or call out: the one socket here listens. Every expected trouble (a busy port, an archive
of a newer version, a disk that cannot be written, a broken data file) is a HouseError before anything has started.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import logging
import os
import platform
import re
import shlex
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.beside import Beside, Child
from dashboard.own_files import OwnFiles
from dashboard.static_files import StaticFiles
from feeds.archive import Archive, open_archive
from feeds.archive.schema import HEAD
from feeds.errors import ArchiveError, HouseError
from feeds.meter import Meter
from feeds.monitor import Monitor
from feeds.openmetrics import CONTENT_TYPE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import JSONResponse, PlainTextResponse
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from streamlit.starlette import App
    from uvicorn import Server

SCRIPT = Path(__file__).with_name("app.py")
DRAIN_SECONDS = 1  # open connections get this long when the server stops

# Said in code and not only in .streamlit/config.toml: a server started from another folder does not read that file.
SETTINGS: dict[str, str | bool] = {
    "browser.gatherUsageStats": False,  # else every page calls out
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": False,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "runner.magicEnabled": False,
    "logger.hideWelcomeMessage": True,
    "logger.level": "warning",  # of uvicorn's loggers too
}


class PortError(HouseError):
    """Nothing can listen at the address that was asked for."""


@dataclass(frozen=True, slots=True)
class Options:
    """What `python -m dashboard` was asked for."""

    host: str
    port: int
    polls: bool  # False: neither poller nor tagger beside the server
    allow_local: bool  # the poller may fetch from private and loopback addresses
    proxy: str = ""  # the poller asks through it; "": none
    vantage: str = ""  # where the poller runs; "": not said
    log: tuple[str, ...] = ()  # options that say what poller and tagger tell
    edit: bool = False  # who can open the pages may decide about alerts and edit the list of sources


def serve(options: Options, monitor: Monitor, archive_url: str) -> int:
    """Serve until SIGINT or SIGTERM; returns 0 when everything has stopped and the archive is clean.

    Raises HouseError before anything runs. The address is printed when pages are answered.
    """
    listener = _listen(options.host, options.port)
    with listener, open_archive(archive_url) as archive:
        told = {"MONITOR": str(monitor.folder), "MONITOR_ARCHIVE": archive_url, "MONITOR_EDIT": str(int(options.edit))}
        told["MONITOR_NETWORK"] = shlex.join(_network(options))
        os.environ |= told  # for the pages
        set_up_streamlit(options)
        _check_data_files()
        beside = Beside(_children(options, monitor, archive_url) if options.polls else [])
        try:
            _run(_app(archive, beside, address(options)), beside, listener)
        finally:
            _close_archive_of_pages()  # so that ours is the last, which writes the log back
    return 0


def set_up_streamlit(options: Options) -> None:
    """Settings that hold whatever a configuration file says."""
    from streamlit.web.bootstrap import load_config_options

    # With an address Streamlit does not ask the internet for the one of this machine.
    load_config_options(SETTINGS | {"server.address": options.host, "server.port": options.port})


def address(options: Options) -> str:
    """What a person types into a browser on this machine."""
    host = {"0.0.0.0": "localhost", "::": "localhost", "127.0.0.1": "localhost"}.get(options.host, options.host)
    return f"http://[{host}]:{options.port}" if ":" in host else f"http://{host}:{options.port}"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OverflowError:
        raise PortError(f"port {port}: not between 1 and 65535") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PortError(
            f"port {port} of {host}: {reason}; choose another, --port {port + 1} or make run PORT=…"
        ) from None


def _check_data_files() -> None:
    """Read every data file now, so that an error is said here and not by a page; the pages find them read.

    Raises DataFileError.
    """
    from dashboard import data  # after the settings are in place: it imports Streamlit

    data.watched()


def _close_archive_of_pages() -> None:
    from dashboard import data

    data.archive().close()


def _children(options: Options, monitor: Monitor, archive_url: str) -> list[Child]:
    common = ["--monitor", str(monitor.folder), "--archive", archive_url]
    network = _network(options)
    vantage = ["--vantage", options.vantage] if options.vantage else []
    children = [
        Child("poller", ["feeds", "poll", *common, *network, *vantage, *options.log], os.environ),
        Child("tagger", ["metrics", "update", "--watch", *common, *network, *options.log], os.environ),
    ]
    if monitor.delivery.channels:  # a process of its own only where there is something to send
        local = ["--allow-local"] if options.allow_local else []
        children.append(Child("sender", ["dashboard", "send", "--watch", *common, *local], os.environ))
    return children


def _network(options: Options) -> list[str]:
    """How whoever asks for us may ask, as options of its command."""
    local = ["--allow-local"] if options.allow_local else []
    return [*local, *(["--proxy", options.proxy] if options.proxy else [])]


def _app(archive: Archive, beside: Beside, url: str) -> App:
    from starlette.middleware import Middleware
    from starlette.routing import Route
    from streamlit.starlette import App

    from dashboard.api.server import api_route

    @asynccontextmanager
    async def lifespan(app: App) -> AsyncIterator[None]:
        gc.freeze()  # what is loaded by now stays: the collector need not look at it again
        gc.enable()
        print(f"Dashboard: {url}  (Ctrl-C stops it)", flush=True)
        beside.start()
        yield

    return App(
        SCRIPT,
        routes=[
            Route("/healthz", _healthz(archive, beside)),
            Route("/metrics", _metrics(archive)),
            api_route(),
        ],
        middleware=[
            Middleware(SameOrigin),
            Middleware(SecurityHeaders, policy=content_security_policy()),
            Middleware(StaticFiles),
            Middleware(OwnFiles),
        ],
        lifespan=lifespan,
    )


def _healthz(archive: Archive, beside: Beside) -> Callable[[Request], JSONResponse]:
    """GET /healthz: 200 while the archive answers and what this server keeps running works, else 503.

    poller, tagger : works, stopped, stale; null: of an invented archive nobody expects it. last_poll null: none yet.
    Where both run elsewhere (--no-poll) they are told, and are no reason for a 503.
    """
    from starlette.responses import JSONResponse

    from dashboard import data

    def health(_: Request) -> JSONResponse:  # not async: Starlette gives it a thread, so pages do not wait
        answer: dict[str, object] = {"status": "ok", "running": sorted(beside.pids()), "versions": versions()}
        try:
            last = archive.polls(limit=1)
            answer |= {"articles": archive.article_count(), "last_poll": last[0].at.isoformat() if last else None}
            found = data.standing()
        except ArchiveError as error:
            return JSONResponse(answer | {"status": "error", "error": str(error)}, status_code=503)
        answer |= {"poller": found and found.poller, "tagger": found and found.tagger}
        is_down = beside.is_expected and found is not None and not found.works
        told = answer | ({"status": "error", "error": "poller or tagger does not work"} if is_down else {})
        return JSONResponse(told, status_code=503 if is_down else 200, headers={"cache-control": "no-store"})

    return health


def _metrics(archive: Archive) -> Callable[[Request], PlainTextResponse]:
    """GET /metrics in the OpenMetrics format, from what the archive holds; 503 when it does not answer."""
    from starlette.responses import PlainTextResponse

    from dashboard import data

    meter = Meter(archive, lambda: data.watched().sources, data.now)

    def metrics(_: Request) -> PlainTextResponse:
        try:
            return PlainTextResponse(meter.text(), headers={"content-type": CONTENT_TYPE, "cache-control": "no-store"})
        except HouseError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)

    return metrics


def versions() -> dict[str, str]:
    """What runs here: Python, the schema of the archive, the libraries that decide what people see."""
    libraries = {name: version(name) for name in ("streamlit", "plotly", "pandas", "SQLAlchemy")}
    return {"python": platform.python_version(), "schema": HEAD} | libraries


def content_security_policy() -> str:
    """All from ourselves. Inline scripts only those of Streamlit's own page, by hash; no eval.

    Inline styles must stay allowed: the page's style engine and the charts write them.
    """
    import streamlit

    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = [hashlib.sha256(script.encode()).digest() for script in re.findall(r"<script>(.*?)</script>", page, re.S)]
    hashes = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in inline)
    return (
        f"default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'self'; base-uri 'self'; "
        "form-action 'self'; object-src 'none'"
    )


class SecurityHeaders:
    """Pure ASGI, so that websockets and streamed files pass untouched.

    No cross-origin-opener-policy: for it a browser starts a new process at every visit, reads and compiles all scripts
    anew, and the first chart takes twice as long. Our links open without an opener, and no page holds a secret.
    """

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.headers]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class SameOrigin:
    """Refuse websockets that another site's page opens (behind a proxy: let it pass the Host header on).

    Streamlit itself would look up this machine's public address on the internet to decide about a foreign origin.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not _is_same_origin(dict(scope["headers"])):
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "another origin"})
            return
        await self.app(scope, receive, send)


def _is_same_origin(headers: dict[bytes, bytes]) -> bool:
    origin = headers.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == headers.get(b"host")


def _run(app: App, beside: Beside, listener: socket.socket) -> None:
    """Until SIGINT or SIGTERM. The children are gone when this returns, however it does."""
    server = _server(app)
    try:
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again once it has shut down
            server.run(sockets=[listener])
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave a child behind
        beside.stop()
    if not server.started:
        raise HouseError("the server could not start; the reason stands above")


def _server(app: App) -> Server:
    import uvicorn

    logging.getLogger("uvicorn.error").addFilter(_is_news)
    settings = uvicorn.Config(
        app,
        lifespan="on",
        ws="websockets-sansio",
        ws_max_size=200_000_000,  # Streamlit's own limit of one message
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    return uvicorn.Server(settings)


def _is_news(record: logging.LogRecord) -> bool:
    return "timeout graceful shutdown exceeded" not in record.getMessage()  # an open page is no trouble
