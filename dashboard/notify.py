"""Messages on their way out: mail, webhook, folder. The one place of this room that calls the network.

Every expected failure is an Outcome with one sentence: a mailbox that is unknown, a server that is down, slow or
wrongly set up. Passwords and keys come from the environment and stand in no message.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from dashboard.delivery import Outcome
from feeds.delivery import Channel, FolderChannel, MailChannel, WebhookChannel
from feeds.fetch.addresses import is_public
from feeds.options import write_whole
from metrics.store.outbox import Letter

SECONDS = 30.0  # between two signs of life of a server
ALL_SECONDS = 120.0  # for one message; a server that trickles is cut off
LONGEST_ERROR = 300  # characters of what a server said
READ_BYTES = 65_536  # of the answer of a webhook
TRY_AGAIN = (408, 425, 429)  # HTTP: may pass. Every other 4xx will be the same tomorrow


@dataclass(frozen=True, slots=True)
class Outside:
    """What sending needs of the world. allow_local : webhooks may lead to private and loopback addresses."""

    environment: Mapping[str, str]
    allow_local: bool = False
    seconds: float = SECONDS
    all_seconds: float = ALL_SECONDS


def send(channel: Channel, letter: Letter, content: bytes, outside: Outside, *, now: datetime) -> Outcome:
    """One try, with all of its waiting at most `all_seconds` and a little."""
    if isinstance(channel, MailChannel):
        return _mail(channel, letter.recipient, content, outside)
    if isinstance(channel, WebhookChannel):
        return _webhook(channel, letter, content, outside, now=now)
    return _folder(channel, letter.recipient, content)


# Mail ----------------------------------------------------------------------------------------------------------------


def _mail(channel: MailChannel, to: str, content: bytes, outside: Outside) -> Outcome:
    user, password = outside.environment.get(channel.user, ""), outside.environment.get(channel.password, "")
    if user and not password:
        return Outcome(f"{channel.password} is not set, but {channel.user} is")
    if user and channel.security == "none":
        return Outcome(f"{channel.host}: a password is not sent over an open line; set security to starttls or tls")
    server = _smtp(channel, outside)
    try:
        with _cut_off(outside.all_seconds, lambda: server.sock):
            _hand_over(server, channel, (user, password), to, content)
    except smtplib.SMTPException as error:
        return _smtp_trouble(channel, error)
    except OSError as error:  # ssl.SSLError is one
        return Outcome(_line(f"{channel.host}: {error.strerror or error or type(error).__name__}"))
    finally:
        # The mail is taken once DATA is answered: a server that hangs up instead of saying goodbye changes nothing.
        with suppress(OSError, smtplib.SMTPException):
            server.close()
    return Outcome()


def _smtp(channel: MailChannel, outside: Outside) -> smtplib.SMTP:
    """Not yet connected."""
    if channel.security == "tls":
        return smtplib.SMTP_SSL(timeout=outside.seconds, context=ssl.create_default_context())
    return smtplib.SMTP(timeout=outside.seconds)


def _hand_over(server: smtplib.SMTP, channel: MailChannel, login: tuple[str, str], to: str, content: bytes) -> None:
    server._host = channel.host  # type: ignore[attr-defined]  # what the certificate is held against
    server.connect(channel.host, channel.port)
    if channel.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    if login[0]:
        try:
            server.login(*login)
        except smtplib.SMTPException as error:  # servers hang up on it in many ways
            why = f"log-in with {channel.user} and {channel.password} failed: {error}"
            raise smtplib.SMTPException(why) from None
    server.sendmail(channel.sender, [to], content)


def _smtp_trouble(channel: MailChannel, error: smtplib.SMTPException) -> Outcome:
    """Refused for good is only what is said about this mail; a server that is wrongly set up can be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, _bytes(error.smtp_error)
    else:
        return Outcome(_line(f"{channel.host}: {error}"))
    words = said.decode("utf-8", "replace")
    about_mail = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused | smtplib.SMTPDataError)
    return Outcome(_line(f"{channel.host}: {code} {words}"), final=about_mail and 500 <= code < 600 and code != 530)


def _bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said


# Webhook -------------------------------------------------------------------------------------------------------------


def _webhook(channel: WebhookChannel, letter: Letter, content: bytes, outside: Outside, *, now: datetime) -> Outcome:
    secret = outside.environment.get(channel.secret, "")
    if not secret:
        return Outcome(f"{channel.secret} is not set; nothing is sent without a signature")
    parts = urlsplit(channel.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=outside.seconds)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": letter.media_type, "User-Agent": "humanitarian-monitor"}
    headers |= signed(letter.key, content, secret, now)
    try:
        with _cut_off(outside.all_seconds, lambda: connection.sock):
            connection.connect()
            if not (outside.allow_local or is_public(connection.sock.getpeername()[0])):
                return Outcome(f"{parts.hostname} is not of the open internet; `send --allow-local` permits it")
            connection.request("POST", path, body=content, headers=headers)
            answer = connection.getresponse()
            answer.read(READ_BYTES)
    except (OSError, http.client.HTTPException) as error:
        said = getattr(error, "strerror", "") or str(error) or type(error).__name__
        return Outcome(_line(f"{parts.hostname}: {said}"))
    finally:
        connection.close()
    return _answered(parts.hostname or "", answer)


def _answered(host: str, answer: http.client.HTTPResponse) -> Outcome:
    if 200 <= answer.status < 300:
        return Outcome()
    if 300 <= answer.status < 400:
        return Outcome(f"{host}: {answer.status}, leads elsewhere; write the new address into monitor.yaml", final=True)
    final = 400 <= answer.status < 500 and answer.status not in TRY_AGAIN
    return Outcome(_line(f"{host}: {answer.status} {answer.reason}"), final=final)


def signed(key: str, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """Headers by the rules of standardwebhooks.com: HMAC-SHA256 over key, time and body, so that none can be changed
    and an old call cannot be made again later. secret : as whsec_ and base64, or any text.
    """
    at = str(int(now.timestamp()))
    digest = hmac.digest(_secret_bytes(secret), f"{key}.{at}.".encode() + body, hashlib.sha256)
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {
        "webhook-id": key, "webhook-timestamp": at, "webhook-signature": signature, "Idempotency-Key": key,
    }  # fmt: skip


def _secret_bytes(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        with suppress(binascii.Error, ValueError):
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    return secret.encode()


# Folder --------------------------------------------------------------------------------------------------------------


def _folder(channel: FolderChannel, name: str, content: bytes) -> Outcome:
    """The whole file or none; sent again it is the same file."""
    folder = Path(channel.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / name, content)
    except OSError as error:
        return Outcome(_line(f"{channel.folder}: {error.strerror}"))
    return Outcome()


# Both ----------------------------------------------------------------------------------------------------------------


@contextmanager
def _cut_off(seconds: float, sock: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Ends the connection when it has lasted so long: a time-out of sockets begins anew with every byte.

    Raises TimeoutError, whatever half an answer has said.
    """
    late = threading.Event()

    def cut() -> None:
        late.set()
        if (open_one := sock()) is not None:
            with suppress(OSError):
                open_one.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if late.is_set():
            raise TimeoutError(f"not done within {seconds:g} s")


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:LONGEST_ERROR]
