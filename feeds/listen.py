"""A poller's own `/metrics`: listens on this machine only, answers one path, calls nobody.

The dashboard's server answers `/metrics` too; this is for a poller that runs without it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from feeds.errors import HouseError
from feeds.openmetrics import CONTENT_TYPE

HERE = "127.0.0.1"
SLOWEST_SECONDS = 10  # for a client to send its request and to read the answer


class PortError(HouseError):
    """Nothing can listen at the port that was asked for."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is no trouble of ours."""


@contextmanager
def metrics_served(port: int | None, text: Callable[[], str]) -> Iterator[None]:
    """Answer GET /metrics of 127.0.0.1:`port` with `text()` for as long as the block runs; None: do not listen.

    A HouseError of `text` is answered 503 with its sentence. Raises PortError.
    """
    if port is None:
        yield
        return
    with _listening(port, text) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _listening(port: int, text: Callable[[], str]) -> _Server:
    class Answering(BaseHTTPRequestHandler):
        timeout = SLOWEST_SECONDS
        server_version, sys_version = "humanitarian-monitor", ""

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                return self._answer(404, "text/plain; charset=utf-8", "only /metrics is here\n")
            try:
                return self._answer(200, CONTENT_TYPE, text())
            except HouseError as error:
                return self._answer(503, "text/plain; charset=utf-8", f"{error}\n")

        def _answer(self, status: int, kind: str, body: str) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """A scrape every fifteen seconds is no news."""

    try:
        return _Server((HERE, port), Answering)
    except OverflowError:
        raise PortError(f"--metrics-port {port}: not between 1 and 65535") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PortError(f"--metrics-port {port}: {reason}; choose another") from None
