"""Servers that mean harm or are broken: each ends in a named outcome, none stops the round, none fills memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from feeds.archive import Archive, open_archive
from feeds.errors import FeedError, Unreachable
from feeds.fetch import Fetched, Fetcher, Request
from feeds.model import Outlet, Source
from feeds.poll import poll_round
from tests.pace import pace

At = Callable[[str], str]
INSIDE = "10.255.255.1"
LIMIT = 8  # seconds for one answer: who answers at all must not be late when the machine is busy

# behaviour → (outcome of the ledger, what it says). PORT stands for the server's own.
HOSTILE = {
    "/hang": ("unreachable", f"no complete answer within {LIMIT} seconds"),
    "/drip": ("unreachable", f"no complete answer within {LIMIT} seconds"),
    "/endless": ("unreachable", "the body is larger than 15,000,000 bytes"),
    "/endless-headers": ("unreachable", "the headers are larger than any feed needs"),
    "/long-header": ("unreachable", "the headers are larger than any feed needs"),
    "/gigabyte": ("unreachable", "the body is larger than 15,000,000 bytes"),
    "/gzip-in-gzip": ("unreachable", "the body is larger than 15,000,000 bytes"),
    "/brotli-bomb": ("unreachable", "the body is larger than 15,000,000 bytes"),
    "/not-gzip": ("unreachable", "not compressed the way its header says"),
    "/hops?left=30": ("refused", "more than 5 redirects"),
    "/loop": ("refused", "more than 5 redirects"),
    "/to?url=file:///etc/passwd": ("refused", "'file:///etc/passwd', which is not http or https"),
    "/to?url=gopher://127.0.0.1/": ("refused", "which is not http or https"),
    "/to?url=http://127.0.0.2:PORT/etag": ("unreachable", "leads to 127.0.0.2, which is not of the open internet"),
    "/to?url=http://169.254.169.254/latest/": ("unreachable", "leads to 169.254.169.254, which is not of"),
    "/to?url=http://[::1]:PORT/etag": ("unreachable", "leads to ::1, which is not of the open internet"),
    "/to?url=http://inside.example:PORT/etag": ("unreachable", f"leads to {INSIDE}, which is not of the open internet"),
    "/to?url=http://[": ("unreachable", "not a valid address"),
    "/http-09": ("unreachable", "the answer is not HTTP"),
    "/no-status": ("unreachable", "the answer is not HTTP"),
    "/cut-off": ("unreachable", "the body is shorter than the server announced"),
    "/too-long": ("unreadable", "not XML"),
    "/two-lengths": ("unreachable", "the answer is not HTTP"),
    "/negative-length": ("unreachable", "the answer is not HTTP"),
    "/chunked-garbage": ("unreachable", "the connection broke off"),
    "/endless-chunk": ("unreachable", "the connection broke off"),
    "/cut-chunk": ("unreachable", "the body is shorter than the server announced"),
    "/nul-in-header": ("unreachable", "the answer is not HTTP"),
    "/no-answer": ("unreachable", "closed the connection without an answer"),
    "/empty": ("unreadable", "empty"),
    "/challenge": ("blocked", "a challenge of Cloudflare: header cf-mitigated: challenge"),
    "/challenge-steering": ("blocked", "header cf-mitigated: challenge  [2K  all is well"),
    "/html-steering": ("unreadable", 'an HTML page titled "'),
    "/challenge-200": ("blocked", 'a challenge page of Cloudflare: "just a moment..."'),
    "/451": ("blocked", "unavailable for legal reasons where we are"),
    "/403-of-digits": ("refused", "HTTP 403 (refused to us)"),
    "/403": ("refused", "HTTP 403 (refused to us)"),
}


def placed(at: At, path: str) -> str:
    port = at("/").split(":")[2].strip("/")
    path, _, target = path.replace("PORT", port).partition("url=")
    return at(path) + (f"url={quote(target)}" if target else "")


@pytest.fixture
def careful(at: At) -> Iterator[Fetcher]:
    """Asks one address of this machine as if it were the open internet, and nothing else that is not."""
    port = at("/").split(":")[2].strip("/")
    names = [f"inside.example:{port}:{INSIDE}", f"both.example:{port}:{INSIDE},127.0.0.1"]
    with Fetcher(
        may_ask=lambda ip: ip == "127.0.0.1", spacing_seconds=0, per_host=64, total_seconds=LIMIT, names=names
    ) as fetcher:
        yield fetcher


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(f"sqlite:///{tmp_path / 'archive.db'}") as archive:
        yield archive


def test_a_round_over_all_of_them_ends_and_each_has_its_outcome(careful, at, hostile, rss, archive) -> None:
    hostile.feeds.update(first=rss("bread"), last=rss("water"))
    paths = ["/feed/first", *HOSTILE, "/feed/last"]
    sources = [Source(path, placed(at, path), Outlet("o", "O", "o"), ("en",)) for path in paths]
    polls = poll_round(
        archive, sources, fetch=careful.fetch, clock=lambda: datetime(2026, 11, 2, 12, tzinfo=UTC), utc_offset_hours=4
    )
    found = {poll.source: poll for poll in polls}
    wanted = {path: outcome for path, (outcome, _) in HOSTILE.items()}
    assert {path: found[path].outcome for path in paths} == {"/feed/first": "ok", **wanted, "/feed/last": "ok"}
    for path, (_, words) in HOSTILE.items():
        assert words in found[path].error
        assert f"{placed(at, path)}: " in found[path].error
        assert found[path].error.isprintable(), "nobody writes lines of ours, steers a terminal or turns its direction"
    assert archive.article_count() == 2


MEASURED = """
import json, resource, sys
from feeds.fetch import Fetched, Fetcher, Request
urls = json.load(sys.stdin)
before = resource.getrusage(resource.RUSAGE_SELF)
with Fetcher(may_ask=lambda ip: ip == "127.0.0.1", spacing_seconds=0, per_host=64, total_seconds=2) as fetcher:
    answers = list(fetcher.fetch([Request(url, url) for url in urls]))
after = resource.getrusage(resource.RUSAGE_SELF)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(json.dumps({"answers": len(answers), "cpu": cpu, "grown_mb": (after.ru_maxrss - before.ru_maxrss) / 1024}))
"""


def test_all_of_them_at_once_take_less_than_one_may_take(at: At, hostile: type, root: Path) -> None:
    """Two seconds of processor time and 200 MB are allowed to each; together they do not reach it."""
    urls = [placed(at, path) for path in HOSTILE if "inside.example" not in path]
    command = [sys.executable, "-c", MEASURED]
    child = subprocess.run(command, input=json.dumps(urls), capture_output=True, text=True, cwd=root, timeout=600)
    assert child.returncode == 0, child.stderr
    measured = json.loads(child.stdout)
    assert measured["answers"] == len(urls)
    assert measured["cpu"] < 2 * pace(time.process_time)
    assert measured["grown_mb"] < 200


def ask(fetcher: Fetcher, url: str) -> Fetched | FeedError:
    (answer,) = [answer for _, answer in fetcher.fetch([Request("s", url)])]
    return answer


def test_a_name_that_is_public_first_and_private_later_is_refused_later(at: At) -> None:
    port = at("/").split(":")[2].strip("/")
    url, names = f"http://rebound.example:{port}/closing", [f"rebound.example:{port}:127.0.0.1"]
    with Fetcher(may_ask=lambda ip: ip == "127.0.0.1", spacing_seconds=0, names=names) as fetcher:
        assert isinstance(ask(fetcher, url), Fetched)
        names[:] = [f"rebound.example:{port}:{INSIDE}"]
        answer = ask(fetcher, url)
    assert isinstance(answer, Unreachable)
    assert f"leads to {INSIDE}" in str(answer)


def test_of_a_name_with_a_private_and_a_public_address_only_the_public_one_is_asked(careful: Fetcher, at: At) -> None:
    port = at("/").split(":")[2].strip("/")
    assert isinstance(ask(careful, f"http://both.example:{port}/etag"), Fetched)


def test_a_line_that_was_misused_carries_the_next_request_well(at: At, rss: Callable[..., bytes]) -> None:
    """One handle for all: nothing of a hostile answer is left when the next feed is asked."""
    with Fetcher(allow_local=True, spacing_seconds=0, total_seconds=4, parallel=1) as fetcher:
        for path in HOSTILE:
            if "inside" not in path and "169.254" not in path:
                ask(fetcher, placed(at, path))
                answer = ask(fetcher, at("/gzip"))
                assert isinstance(answer, Fetched), path
                assert (answer.body, answer.url, answer.moved_to) == (rss("bread"), at("/gzip"), ""), path
