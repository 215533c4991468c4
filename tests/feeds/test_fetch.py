from __future__ import annotations

import gzip
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feeds.errors import FeedError, Refused, Unreachable
from feeds.fetch import Fetched, Fetcher, Request, is_public
from feeds.markup import ascii_url
from tests.pace import pace, within

At = Callable[[str], str]


LIMIT = 6  # seconds for one answer: a server that answers must not be late when the machine is busy


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(
        allow_local=True, spacing_seconds=0, per_host=8, total_seconds=LIMIT, largest_bytes=300_000
    ) as fetcher:
        yield fetcher


def ask(fetcher: Fetcher, url: str, **more: str) -> Fetched | FeedError:
    (answer,) = [answer for _, answer in fetcher.fetch([Request("s", url, **more)])]
    return answer


FAILURES = {  # path: (class, status, words that the sentence must hold)
    "/404": (Refused, 404, "HTTP 404 (not found)"),
    "/410": (Refused, 410, "gone"),
    "/429": (Refused, 429, "too many requests"),
    "/500": (Refused, 500, "HTTP 500"),
    "/304-always": (Refused, 304, "HTTP 304"),
    "/hang": (Unreachable, None, f"within {LIMIT} seconds"),
    "/drip": (Unreachable, 200, f"within {LIMIT} seconds"),
    "/endless": (Unreachable, 200, "larger than 300,000 bytes"),
    "/endless-headers": (Unreachable, 200, "headers are larger"),
    "/gzip-bomb": (Unreachable, 200, "larger than 300,000 bytes"),
    "/not-gzip": (Unreachable, 200, "not compressed the way"),
    "/cut-off": (Unreachable, 200, "shorter than the server announced"),
    "/no-answer": (Unreachable, None, "closed the connection"),
    "/loop": (Refused, 302, "more than 5 redirects"),
    "/to-file": (Refused, 302, "not http or https"),
    "/moved-to-404": (Refused, 404, "HTTP 404"),
}


@pytest.mark.parametrize("path", FAILURES)
def test_each_failure_is_a_value_with_one_sentence_naming_the_address(fetcher: Fetcher, at: At, path: str) -> None:
    kind, status, words = FAILURES[path]
    answer = ask(fetcher, at(path))
    assert isinstance(answer, kind)
    assert answer.status == status
    assert words in str(answer)
    assert at(path) in str(answer)
    assert "\n" not in str(answer)
    assert answer.seconds < LIMIT + 3 * pace()


def test_an_unknown_host_and_a_closed_port_are_unreachable(fetcher: Fetcher, free_port: Callable[[], int]) -> None:
    assert "not known" in str(ask(fetcher, "http://no-such-host.invalid/feed"))
    assert "nothing answers" in str(ask(fetcher, f"http://127.0.0.1:{free_port()}/feed"))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/x", "not a url", "", "http://[", "http://"])
def test_what_is_no_web_address_is_not_asked(fetcher: Fetcher, url: str) -> None:
    answer = ask(fetcher, url)
    assert isinstance(answer, Unreachable)
    assert "not an http or https address" in str(answer)


def test_the_second_conditional_request_is_answered_by_304(fetcher: Fetcher, at: At) -> None:
    first = ask(fetcher, at("/etag"))
    assert isinstance(first, Fetched)
    assert (first.status, first.etag, first.fresh_seconds, first.not_modified) == (200, '"first"', 600, False)
    second = ask(fetcher, at("/etag"), etag=first.etag)
    assert isinstance(second, Fetched)
    assert (second.status, second.body, second.not_modified) == (304, b"", True)


def test_last_modified_is_sent_back_and_expires_is_understood(fetcher: Fetcher, at: At) -> None:
    first = ask(fetcher, at("/last-modified"))
    assert isinstance(first, Fetched)
    assert first.fresh_seconds == 1800
    second = ask(fetcher, at("/last-modified"), last_modified=first.last_modified)
    assert isinstance(second, Fetched)
    assert second.not_modified


def test_a_compressed_body_arrives_open(fetcher: Fetcher, at: At, rss: Callable[..., bytes]) -> None:
    answer = ask(fetcher, at("/gzip"))
    assert isinstance(answer, Fetched)
    assert answer.body == rss("bread")
    assert gzip.decompress(answer.zipped) == answer.body


def test_another_coding_is_asked_for_once_more_and_libcurl_undoes_it(fetcher: Fetcher, at: At, hostile, rss) -> None:
    answers = [ask(fetcher, at("/brotli")), ask(fetcher, at("/brotli"))]
    assert [(answer.body, answer.zipped) for answer in answers] == [(rss("bread"), b"")] * 2
    codings = [headers["accept-encoding"] for path, headers in hostile.requests if path == "/brotli"]
    assert codings == ["gzip", "gzip, br", "gzip, br"]  # the host is remembered


def test_what_is_not_one_whole_gzip_stream_is_for_libcurl_to_judge(fetcher: Fetcher, at: At, hostile) -> None:
    answer = ask(fetcher, at("/two-gzips"))
    assert isinstance(answer, Unreachable)
    assert "gzip" in str(answer)  # libcurl reads no two in a row
    assert len(hostile.requests) == 2


MOVES = {
    "/moved": "/etag",
    "/moved-twice": "/etag",
    "/detour": "",
    "/moved-then-detour": "/detour",
    "/detour-then-moved": "",
}


@pytest.mark.parametrize(("path", "target"), MOVES.items())
def test_only_leading_permanent_redirects_move_an_address(fetcher: Fetcher, at: At, path: str, target: str) -> None:
    answer = ask(fetcher, at(path))
    assert isinstance(answer, Fetched)
    assert answer.moved_to == (at(target) if target else "")
    assert answer.url == at("/etag")


def test_a_redirect_to_a_private_address_is_refused_at_the_socket(at: At) -> None:
    with Fetcher(
        spacing_seconds=0, total_seconds=LIMIT, may_ask=lambda ip: ip == "127.0.0.1" or is_public(ip)
    ) as fetcher:
        assert isinstance(ask(fetcher, at("/etag")), Fetched)
        answer = ask(fetcher, at("/to-private"))
    assert isinstance(answer, Unreachable)
    assert "leads to 10.255.255.1" in str(answer)
    assert "--allow-local" in str(answer)


THIS_MACHINE = ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]


@pytest.mark.parametrize("host", THIS_MACHINE)
def test_no_spelling_of_this_machine_gets_past_the_ban(at: At, hostile: type, host: str) -> None:
    port = at("/etag").split(":")[2]
    with Fetcher(spacing_seconds=0, total_seconds=LIMIT) as fetcher:
        answer = ask(fetcher, f"http://{host}:{port}")
    assert isinstance(answer, Unreachable)
    assert "not of the open internet" in str(answer)
    assert hostile.requests == []


ADDRESSES = {
    "93.184.215.14": True, "2606:4700::1111": True, "::ffff:8.8.8.8": True,
    "127.0.0.1": False, "10.1.2.3": False, "172.16.0.1": False, "192.168.1.1": False, "169.254.169.254": False,
    "100.64.0.1": False, "0.0.0.0": False, "224.0.0.1": False, "255.255.255.255": False, "240.0.0.1": False,
    "198.18.0.1": False, "192.0.2.1": False, "::1": False, "::": False, "fe80::1": False, "fe80::1%eth0": False,
    "fc00::1": False, "ff02::1": False, "::ffff:127.0.0.1": False, "::ffff:10.0.0.1": False, "::127.0.0.1": False,
    "64:ff9b::7f00:1": False, "64:ff9b::a00:1": False, "2002:7f00:1::": False, "2001:db8::1": False, "nonsense": False,
}  # fmt: skip


@pytest.mark.parametrize(("address", "public"), ADDRESSES.items())
def test_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_retry_after_is_understood_as_seconds_and_as_a_date(fetcher: Fetcher, at: At) -> None:
    another_host = at("/429-date").replace("127.0.0.1", "localhost")  # the first one rests now
    seconds, date = ask(fetcher, at("/429")), ask(fetcher, another_host)
    assert isinstance(seconds, Refused)
    assert isinstance(date, Refused)
    assert (seconds.retry_after, date.retry_after) == (7200, 3600)


def test_we_say_who_we_are_unless_the_source_needs_another_name(fetcher: Fetcher, at: At, hostile: type) -> None:
    ask(fetcher, at("/etag"))
    ask(fetcher, at("/etag"), user_agent="Mozilla/5.0\r\nX-Injected: 1")
    names = [headers["user-agent"] for _, headers in hostile.requests]
    assert names[0].startswith("humanitarian-monitor/")
    assert names[1] == "Mozilla/5.0X-Injected: 1"
    assert "x-injected" not in hostile.requests[1][1]


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch, at: At) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Fetcher(allow_local=True, spacing_seconds=0) as fetcher:
        assert isinstance(ask(fetcher, at("/etag")), Fetched)


def test_a_slow_server_does_not_hold_up_the_others_and_all_are_answered(fetcher: Fetcher, at: At) -> None:
    paths = ["/hang", *(f"/etag?{n}" for n in range(30)), "/500"]
    answers = [request.url for request, _ in fetcher.fetch([Request(path, at(path)) for path in paths])]
    assert sorted(answers) == sorted(map(at, paths))
    assert answers[-1] == at("/hang")


def test_starts_at_one_host_are_spaced_even_over_rounds(at: At) -> None:
    with Fetcher(allow_local=True, spacing_seconds=0.4) as fetcher, within(3):
        began = time.monotonic()
        for _ in range(2):
            list(fetcher.fetch([Request("a", at("/etag")), Request("b", at("/gzip"))]))
        assert time.monotonic() - began >= 1.2


def test_a_validator_in_letters_that_are_not_ascii_comes_back_as_it_was(
    fetcher: Fetcher, at: At, hostile: type
) -> None:
    first = ask(fetcher, at("/odd-etag"))
    assert isinstance(first, Fetched)
    second = ask(fetcher, at("/odd-etag"), etag=first.etag)
    assert isinstance(second, Fetched)
    assert second.not_modified
    assert hostile.requests[1][1]["if-none-match"] == first.etag == '"é"'


SPINS = """
import os, resource, sys, time
from feeds.fetch import Fetcher, Request
limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_100)]
with Fetcher(allow_local=True, total_seconds=1.5) as fetcher:
    began = time.process_time()
    (_, answer), = fetcher.fetch([Request("s", sys.argv[1])])
    print(f"{answer}|{time.process_time() - began}")
"""


def test_waiting_costs_nothing_also_above_a_thousand_open_files(at: At, root: Path) -> None:
    """`select` cannot watch a file number above 1,023; who waits with it asks again and again without a pause."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit != resource.RLIM_INFINITY and limit < 1_300:
        pytest.skip(f"only {limit} files may be open here")
    run = subprocess.run(
        [sys.executable, "-c", SPINS, at("/hang")], capture_output=True, text=True, cwd=root, timeout=600
    )
    assert run.returncode == 0, run.stderr
    answer, seconds = run.stdout.split("|")
    assert "within 1.5 seconds" in answer
    assert float(seconds) < 0.75 * pace(time.process_time)


def test_connections_are_kept_between_rounds(at: At, hostile: type) -> None:
    with Fetcher(allow_local=True, spacing_seconds=0) as fetcher:
        for _ in range(3):
            ask(fetcher, at("/etag"))
    assert len({headers["client"] for _, headers in hostile.requests}) == 1


def test_a_stop_ends_a_round_within_a_second(at: At) -> None:
    stop = threading.Event()
    with Fetcher(allow_local=True, spacing_seconds=0, stop=stop) as fetcher, within(1.3):
        threading.Timer(0.3, stop.set).start()
        assert list(fetcher.fetch([Request("s", at("/hang"))])) == []


def test_the_caller_is_called_back_while_nothing_comes(fetcher: Fetcher, at: At) -> None:
    calls: list[float] = []
    list(fetcher.fetch([Request("s", at("/hang"))], idle=lambda: calls.append(time.monotonic())))
    assert len(calls) >= 4


def test_time_the_caller_takes_does_not_count_against_a_server(at: At) -> None:
    with Fetcher(allow_local=True, spacing_seconds=0, total_seconds=LIMIT) as fetcher:
        for _, answer in fetcher.fetch([Request("at once", at("/etag")), Request("after 9 s", at("/late"))]):
            assert isinstance(answer, Fetched)
            time.sleep(7)


def test_an_address_in_letters_of_any_script_is_asked_in_ascii() -> None:
    assert ascii_url("http://пример.рф:8080/ա b?ք=1#x") == "http://xn--e1afmkfd.xn--p1ai:8080/%D5%A1%20b?%D6%84=1"


def test_a_move_to_an_address_in_raw_utf_8_is_kept_as_it_goes_over_the_wire(at, hostile, rss) -> None:
    hostile.feeds["%D0%B2%D0%BE%D0%B4%D0%B0%201"] = rss("water")
    hostile.feeds["a%1B[2K%9B"] = rss("bread")
    for path, end in (
        ("/moved-in-utf-8", "/feed/%D0%B2%D0%BE%D0%B4%D0%B0%201"),
        ("/moved-steering", "/feed/a%1B[2K%9B"),
    ):
        with Fetcher(allow_local=True, spacing_seconds=0) as fetcher:
            ((_, first),) = fetcher.fetch([Request("s", at(path))])
            assert isinstance(first, Fetched)
            assert first.moved_to == first.url == at(end)
            ((_, again),) = fetcher.fetch([Request("s", first.moved_to)])
        assert isinstance(again, Fetched)
        assert again.body == first.body
