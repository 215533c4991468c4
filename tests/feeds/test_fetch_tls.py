"""TLS against a real nginx on loopback: HTTP/2, kept connections, resumed sessions, certificates that are not good."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from feeds.errors import FeedError, Unreachable
from feeds.fetch import Fetched, Fetcher, Request

HOSTS = 40  # more than the 25 whose sessions one store of libcurl holds

pytestmark = [
    pytest.mark.nginx,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is absent: apt-get install nginx-light"),
]

SETTINGS = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 512; }}
http {{
  log_format line '$server_port $host $connection $server_protocol "$ssl_session_reused"';
  access_log {folder}/log line;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  ssl_certificate {folder}/good.pem; ssl_certificate_key {folder}/good.pem;
  ssl_session_cache shared:all:1m;
  server {{ listen 127.0.0.1:{http2} ssl http2; {feed} }}
  server {{ listen 127.0.0.1:{http1} ssl; {feed} }}
  server {{ listen 127.0.0.1:{closing} ssl; keepalive_timeout 0; {feed} }}
  server {{ listen 127.0.0.1:{plain}; return 302 https://$host:{closing}/feed.xml; }}
  server {{
    listen 127.0.0.1:{expired} ssl; ssl_certificate {folder}/old.pem; ssl_certificate_key {folder}/old.pem; {feed}
  }}
}}
"""
KINDS = ("http2", "http1", "closing", "plain", "expired")


@dataclass(frozen=True)
class Seen:
    """One line of the server's log."""

    port: int
    host: str
    connection: int
    protocol: str
    resumed: bool


@dataclass(frozen=True)
class Nginx:
    folder: Path
    ports: dict[str, int]

    def url(self, kind: str, host: str = "www.feeds.test") -> str:
        return f"{'http' if kind == 'plain' else 'https'}://{host}:{self.ports[kind]}/feed.xml"

    def names(self) -> list[str]:
        """Every host that the tests ask stands on this machine."""
        hosts = ["www.feeds.test", "elsewhere.example", *(f"host{n}.feeds.test" for n in range(HOSTS))]
        return [f"{host}:{port}:127.0.0.1" for host in hosts for port in self.ports.values()]

    def seen(self, kind: str) -> list[Seen]:
        time.sleep(0.1)  # the log is written when the answer is out
        lines = (line.split() for line in (self.folder / "log").read_text().splitlines())
        every = [Seen(int(p), host, int(c), protocol, reused == '"r"') for p, host, c, protocol, reused in lines]
        return [one for one in every if one.port == self.ports[kind]]


def _certificate(authority: trustme.CA, file: Path, **more: datetime) -> None:
    issued = authority.issue_cert("*.feeds.test", **more)
    file.write_bytes(issued.private_key_pem.bytes() + b"".join(one.bytes() for one in issued.cert_chain_pems))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def nginx(
    tmp_path: Path, authority: trustme.CA, free_port: Callable[[], int], rss: Callable[..., bytes]
) -> Iterator[Nginx]:
    ports = {kind: free_port() for kind in KINDS}
    _certificate(authority, tmp_path / "good.pem")
    past = datetime.now(UTC) - timedelta(days=3)
    _certificate(authority, tmp_path / "old.pem", not_before=past - timedelta(days=90), not_after=past)
    feed = f"location / {{ return 200 '{rss('bread').decode()}'; }}"
    (tmp_path / "nginx.conf").write_text(SETTINGS.format(folder=tmp_path, feed=feed, **ports))
    process = subprocess.Popen(["nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "pid").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    yield Nginx(tmp_path, ports)
    process.terminate()
    process.wait(10)


@pytest.fixture
def trusted(nginx: Nginx, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> Nginx:
    """The server, with its authority among those we know."""
    authority.cert_pem.write_to_path(str(nginx.folder / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(nginx.folder / "authority.pem"))
    return nginx


def fetcher_for(nginx: Nginx, **more: int) -> Fetcher:
    return Fetcher(allow_local=True, spacing_seconds=0, total_seconds=10, names=nginx.names(), **more)  # type: ignore[arg-type]


def ask(fetcher: Fetcher, *urls: str) -> list[Fetched | FeedError]:
    return [answer for _, answer in fetcher.fetch([Request(url, url) for url in urls])]


def test_http2_is_spoken_where_it_is_offered_and_http1_elsewhere(trusted: Nginx) -> None:
    with fetcher_for(trusted) as fetcher:
        answers = ask(fetcher, trusted.url("http2"), trusted.url("http1"))
    assert [type(answer) for answer in answers] == [Fetched, Fetched]
    assert [one.protocol for one in trusted.seen("http2")] == ["HTTP/2.0"]
    assert [one.protocol for one in trusted.seen("http1")] == ["HTTP/1.1"]


@pytest.mark.parametrize("kind", ["http2", "http1"])
def test_the_second_round_opens_no_new_connection(trusted: Nginx, kind: str) -> None:
    urls = [trusted.url(kind, f"host{n}.feeds.test") for n in range(5)]
    with fetcher_for(trusted) as fetcher:
        for _ in range(3):
            assert all(isinstance(answer, Fetched) for answer in ask(fetcher, *urls))
    seen = trusted.seen(kind)
    assert len(seen) == 15
    assert len({one.connection for one in seen}) == 5


@pytest.mark.parametrize("kind", ["closing", "plain"], ids=["asked over TLS", "redirected to TLS"])
def test_where_the_server_hangs_up_the_second_round_resumes_the_sessions_of_all_hosts(
    trusted: Nginx, kind: str
) -> None:
    urls = [trusted.url(kind, f"host{n}.feeds.test") for n in range(HOSTS)]
    with fetcher_for(trusted, parallel=4) as fetcher:
        for _ in range(2):
            assert all(isinstance(answer, Fetched) for answer in ask(fetcher, *urls))
    seen = trusted.seen("closing")
    assert len({one.connection for one in seen}) == 2 * HOSTS
    assert [one.resumed for one in seen] == [False] * HOSTS + [True] * HOSTS


def test_of_very_many_hosts_with_tls_few_connections_are_kept(trusted: Nginx, monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle one with HTTP/2 takes 120 KB; the others resume their sessions."""
    monkeypatch.setattr("feeds.fetch.fetcher.KEPT_WITH_TLS", 9)
    for hosts, connections in ((9, 9), (10, 20)):
        urls = [trusted.url("http2", f"host{n}.feeds.test") for n in range(hosts)]
        before = len({one.connection for one in trusted.seen("http2")})
        with fetcher_for(trusted, parallel=1) as fetcher:
            for _ in range(2):
                assert all(isinstance(answer, Fetched) for answer in ask(fetcher, *urls))
        assert len({one.connection for one in trusted.seen("http2")}) - before == connections


REFUSED = {  # (kind, host) → what the sentence says
    ("expired", "www.feeds.test"): "its certificate has expired; tell the publisher",
    ("http2", "elsewhere.example"): "its certificate is for another host; check the address",
}


@pytest.mark.parametrize(("kind", "host"), REFUSED)
def test_a_certificate_that_is_not_good_is_refused_and_said(trusted: Nginx, kind: str, host: str) -> None:
    url = trusted.url(kind, host)
    with fetcher_for(trusted) as fetcher:
        (answer,) = ask(fetcher, url)
    assert isinstance(answer, Unreachable)
    assert str(answer).startswith(f"{url}: {REFUSED[kind, host]}")
    assert trusted.seen(kind) == []


def test_an_authority_we_do_not_know_is_refused_and_said(nginx: Nginx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with fetcher_for(nginx) as fetcher:
        (answer,) = ask(fetcher, nginx.url("http2"))
    assert isinstance(answer, Unreachable)
    assert "not signed by an authority we know; check the address and SSL_CERT_FILE" in str(answer)


def test_a_file_of_certificates_that_is_not_there_is_said(nginx: Nginx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(nginx.folder / "absent.pem"))
    with fetcher_for(nginx) as fetcher:
        (answer,) = ask(fetcher, nginx.url("http2"))
    assert "the file of certificates cannot be read; check SSL_CERT_FILE" in str(answer)
