"""A real mail server (STARTTLS, log-in) and a real receiver of webhooks on loopback, that can also behave badly."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD, SECRET = "monitor", "correct horse", "whsec_" + base64.b64encode(b"sixteen bytes ok").decode()
ENVIRONMENT = {"MONITOR_SMTP_USER": USER, "MONITOR_SMTP_PASSWORD": PASSWORD, "MONITOR_WEBHOOK_SECRET": SECRET}


@dataclass
class Mailbox:
    """What a mail server took, in order, as (recipient, bytes). answers : recipient → refusal, said once each."""

    port: int
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    refusals: dict[str, list[str]] = field(default_factory=dict)
    encrypted: list[bool] = field(default_factory=list)
    wait_seconds: float = 0.0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := self.refusals.get(address):
            return said.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        import asyncio

        await asyncio.sleep(self.wait_seconds)
        assert isinstance(envelope.original_content, bytes)
        self.encrypted.append(session.ssl is not None)
        self.taken += [(to, envelope.original_content) for to in envelope.rcpt_tos]
        return "250 OK"

    def counted(self) -> Counter[str]:
        """Message-ID → how often it was taken."""
        return Counter(message_id(body) for _, body in self.taken)


def message_id(body: bytes) -> str:
    line = next(line for line in body.splitlines() if line.lower().startswith(b"message-id:"))
    return line.partition(b":")[2].strip().decode()


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right)


@contextmanager
def mail_server(port: int, authority: trustme.CA, *, starttls: bool = True) -> Iterator[Mailbox]:
    """starttls False: a server without it, that takes mail from anybody."""
    box, context = Mailbox(port), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    more: dict[str, Any] = {
        "tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": _login,
    } if starttls else {}  # fmt: skip
    controller = Controller(box, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Calls:
    """What a receiver of webhooks took. answers : status codes for the next calls; then 200."""

    url: str
    taken: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)  # key, body, headers
    answers: list[int] = field(default_factory=list)
    forged: int = 0
    trickle: bool = False

    def counted(self) -> Counter[str]:
        return Counter(key for key, _, _ in self.taken)


def is_genuine(headers: dict[str, str], body: bytes) -> bool:
    """As a receiver checks it, by the rules of standardwebhooks.com: a signature over id, time and body, not old."""
    secret = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(headers["webhook-signature"], f"v1,{expected}")


@contextmanager
def hook_server() -> Iterator[Calls]:
    calls = Calls("")

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if not is_genuine(headers, body):
                calls.forged += 1
                self.send_error(401)
                return
            if calls.trickle:
                self.drip()
                return
            status = calls.answers.pop(0) if calls.answers else 200
            if status < 300:
                calls.taken.append((headers["webhook-id"], body, headers))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def drip(self) -> None:
            """One byte at a time, for ever: each is a sign of life."""
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while True:
                    self.wfile.write(b"a")
                    time.sleep(0.05)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    calls.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield calls
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def trusted(authority: trustme.CA, folder: Path) -> Iterator[None]:
    """Certificates of this authority are believed, as SSL_CERT_FILE says."""
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "SSL_CERT_FILE", str(file))
        yield
