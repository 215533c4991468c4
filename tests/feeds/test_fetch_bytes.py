"""Foreign bytes through the pure parts: whatever a server writes, a value comes out."""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import FeedError
from feeds.fetch import Fetched, Fetcher, Request, evidence_of_block
from feeds.fetch.addresses import wire_address
from feeds.fetch.answer import Heard, answer_of
from feeds.fetch.headers import fresh_seconds, heads_of, retry_after

NAMES = st.sampled_from(
    ["location", "retry-after", "date", "expires", "cache-control", "etag", "cf-mitigated", "content-type"]
)
DATES = st.datetimes(timezones=st.just(UTC)).map(lambda moment: format_datetime(moment, usegmt=True))
LOOSE_DATES = st.from_regex(r"(Mon, )?\d{0,3} [A-Z][a-z]{2} -?\d{0,12} \d{0,3}:\d{0,9}(:\d+)? ?[+-]?[0-9A-Z]{0,9}")
VALUES = st.one_of(
    st.text(), DATES, LOOSE_DATES, st.sampled_from(["max-age=1e9", "max-age=²", "http://[", "//", "9" * 400])
)
STATUS = st.one_of(
    st.integers(0, 999).map(lambda n: f"HTTP/1.1 {n} x"), st.sampled_from(["HTTP/", "HTTP/1.1 ²²²", "HTTP/2 -1"])
)
LINES = st.lists(
    st.one_of(STATUS, st.tuples(NAMES, VALUES).map(": ".join), st.text()).map(
        lambda line: line.encode("utf-8", "surrogatepass") + b"\r\n"
    )
)


@given(LINES, st.binary(max_size=300), st.sampled_from([0, 1, 7, 23, 28, 47, 52, 56, 60, 63, 97, 100, 12_345, -1]))
def test_every_answer_is_a_value_with_one_line(lines: list[bytes], body: bytes, code: int) -> None:
    heard = Heard(Request("s", "http://a.example/"), lines, bytearray(body), code, "", 0.1, 1_000)
    answer, address = answer_of(heard)
    assert isinstance(answer, Fetched | FeedError)
    assert isinstance(address, str)
    wire_address(address)
    if isinstance(answer, Fetched):
        assert 200 <= answer.status < 300
    else:
        assert "\n" not in str(answer)


@given(LINES)
def test_hints_are_seconds_or_nothing(lines: list[bytes]) -> None:
    for head in heads_of(lines):
        for seconds in (retry_after(head.headers), fresh_seconds(head.headers)):
            assert seconds is None or (math.isfinite(seconds) and seconds >= 0)


@given(st.sampled_from([200, 403, 503]), st.binary(max_size=500))
def test_any_page_is_judged(status: int, page: bytes) -> None:
    assert "\n" not in evidence_of_block(status, {}, page)


@given(st.one_of(st.text(), st.text().map("http://127.0.0.1:1/".__add__), st.text().map("http://".__add__)))
def test_any_address_is_sent_in_ascii_or_not_at_all(url: str) -> None:
    sent, host = wire_address(url)
    assert not host or (sent.isascii() and sent.isprintable())


ODD = {  # what stands in a file or came from a server, and must not end a round
    "NUL in the host": {"url": "http://a\0b/"},
    "NUL in the path": {"url": "http://127.0.0.1:1/\0"},
    "half a character": {"url": "http://127.0.0.1:1/\ud800"},
    "half a character in the host": {"url": "http://\ud800/"},
    "an address of nine megabytes": {"url": "http://127.0.0.1:1/" + "b" * 9_000_000},
    "a header in the host": {"url": "http://127.0.0.1\r\nHost: x:1/"},
    "a proxy that is no address": {"proxy": "中://\0"},
    "a name in no letters": {"user_agent": "\ud800中\0"},
    "validators in no letters": {"etag": '\0\ud800"', "last_modified": "\r\n中"},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_request_is_answered_and_the_next_one_too(odd: dict[str, str], at, hostile) -> None:
    with Fetcher(allow_local=True, spacing_seconds=0, total_seconds=10) as fetcher:
        requests = [Request("odd", **{"url": at("/404"), **odd}), Request("good", at("/gzip"))]
        answers = {request.key: answer for request, answer in fetcher.fetch(requests)}
    assert isinstance(answers["odd"], FeedError)
    assert str(answers["odd"]).isprintable()
    assert len(str(answers["odd"])) < 700
    assert isinstance(answers["good"], Fetched)
