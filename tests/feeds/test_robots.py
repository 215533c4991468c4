from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from feeds.errors import FeedError, Refused, Unreachable
from feeds.fetch import Fetched, Request
from feeds.robots import Robots, site_of

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
PAGE = "https://news.example/world/bread"


class Wire:
    """Answers every robots.txt with the same; counts how often it was asked."""

    def __init__(self, answer: bytes | FeedError) -> None:
        self.answer, self.asked = answer, [""][:0]

    def __call__(
        self, requests: Sequence[Request], *, idle: Callable[[], None] | None = None
    ) -> Iterator[tuple[Request, Fetched | FeedError]]:
        for request in requests:
            self.asked.append(request.url)
            answer = self.answer
            yield request, Fetched(request.key, request.url, 200, answer) if isinstance(answer, bytes) else answer


OURS = b"User-agent: humanitarian-monitor\n"
RULES = {  # robots.txt or failure → (outcome of the page, of another page)
    "empty": (b"", "", ""),
    "everything forbidden to all": (b"User-agent: *\nDisallow: /", "forbidden", "forbidden"),
    "a folder forbidden": (b"User-agent: *\nDisallow: /world/", "forbidden", ""),
    "forbidden to us by name": (OURS + b"Disallow: /\n\nUser-agent: *\nDisallow:", "forbidden", "forbidden"),
    "forbidden to all but us": (OURS + b"Allow: /\n\nUser-agent: *\nDisallow: /", "", ""),
    "forbidden to others": (b"User-agent: GPTBot\nDisallow: /", "", ""),
    "the longest rule holds": (b"User-agent: *\nDisallow: /\nAllow: /world/", "", "forbidden"),
    "wildcards": (b"User-agent: *\nDisallow: /*bread$", "forbidden", ""),
    "a page of HTML instead": (b"<html><body>404</body></html>", "", ""),
    "garbage": (b"\xff\xfe\x00\x01" * 1_000, "", ""),
    "not found": (Refused("no", status=404), "", ""),
    "not for us to read": (Refused("no", status=403), "", ""),
    "server trouble": (Refused("no", status=503), "unreachable", "unreachable"),
    "too many requests": (Refused("no", status=429), "unreachable", "unreachable"),
    "no answer": (Unreachable("no"), "unreachable", "unreachable"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "page", "other"), RULES.values(), ids=RULES)
def test_what_a_site_says_decides_what_is_asked(answer: bytes | FeedError, page: str, other: str) -> None:
    robots = Robots()
    robots.learn([PAGE], fetch=Wire(answer), now=NOW)
    assert robots.refusal(PAGE, NOW)[0] == page
    assert robots.refusal("https://news.example/sport/", NOW)[0] == other
    said = robots.refusal(PAGE, NOW)[1]
    assert (PAGE in said) == bool(page)


def test_a_site_is_asked_once_a_day_and_after_trouble_in_an_hour() -> None:
    for answer, kept in ((b"", timedelta(days=1)), (Unreachable("no"), timedelta(hours=1))):
        robots, wire = Robots(), Wire(answer)
        for moment in (NOW, NOW + kept - timedelta(seconds=1)):
            robots.learn([PAGE, "https://news.example/other"], fetch=wire, now=moment)
        assert wire.asked == ["https://news.example/robots.txt"]
        robots.learn([PAGE], fetch=wire, now=NOW + kept)
        assert len(wire.asked) == 2


DELAYS = {  # robots.txt → seconds
    "to all": (b"User-agent: *\nCrawl-delay: 20", 20.0),
    "to us": (OURS + b"Crawl-delay: 7.5\n\nUser-agent: *\nCrawl-delay: 90", 7.5),
    "to others": (b"User-agent: GPTBot\nCrawl-delay: 90", 0.0),
    "nonsense": (b"User-agent: *\nCrawl-delay: soon", 0.0),
    "no number": (b"User-agent: *\nCrawl-delay: nan", 0.0),
    "less than nothing": (b"User-agent: *\nCrawl-delay: -5", 0.0),
    "for years": (b"User-agent: *\nCrawl-delay: 99999999", 86_400.0),
}


@pytest.mark.parametrize(("answer", "seconds"), DELAYS.values(), ids=DELAYS)
def test_how_far_apart_a_site_wants_its_pages_asked(answer: bytes, seconds: float) -> None:
    robots = Robots()
    robots.learn([PAGE], fetch=Wire(answer), now=NOW)
    assert robots.delay(PAGE) == seconds


def test_a_site_that_wants_more_than_a_minute_is_asked_one_page_a_round() -> None:
    robots = Robots()
    robots.learn([PAGE], fetch=Wire(b"User-agent: *\nCrawl-delay: 600"), now=NOW)
    minutes = (0, 0, 5, 9, 10, 12)
    assert [robots.takes_turn(PAGE, NOW + timedelta(minutes=n)) for n in minutes] == [1, 0, 0, 0, 1, 0]
    assert robots.takes_turn(PAGE, NOW - timedelta(days=3)), "a clock that was put back stops nothing"
    robots.learn(["https://b.example/"], fetch=Wire(b"User-agent: *\nCrawl-delay: 60"), now=NOW)
    assert [robots.takes_turn("https://b.example/", NOW) for _ in range(2)] == [1, 1], "so long is waited for"


def test_each_site_has_its_own_rules_and_an_unknown_one_is_not_asked() -> None:
    robots = Robots()
    robots.learn([PAGE], fetch=Wire(b""), now=NOW)
    assert robots.refusal("http://news.example/world/bread", NOW)[0] == "unreachable"
    assert robots.refusal("https://news.example:8443/world/bread", NOW)[0] == "unreachable"
    assert robots.refusal("https://NEWS.example/world/bread", NOW)[0] == ""


@pytest.mark.parametrize("url", ["", "ftp://a/b", "mailto:a@b", "http://[", "/path"])
def test_what_is_no_address_is_of_no_site(url: str) -> None:
    assert site_of(url) == ""
