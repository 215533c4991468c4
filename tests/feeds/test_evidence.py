"""Bytes as evidence: what is kept of an answer, for how long, and what a bundle holds."""

import argparse
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.archive import Visit
from feeds.errors import DataFileError
from feeds.keeping import Keeping
from feeds.model import Body, Item, Outlet, ParsedFeed, Poll, Source
from feeds.options import keep_evidence_of

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SOURCE = Source("paper-en", "http://example.org/rss", Outlet("paper", "Paper", "paper"), ("en",))


def item(n, text="No fuel was left in the town.", **changes):
    base = Item(f"guid-{n}", f"http://example.org/{n}", f"Title number {n}", text, NOON - timedelta(hours=n))
    return replace(base, **changes)


def visit(*items, at=NOON, content=b"<rss>one</rss>", **changes):
    body = Body("http://example.org/rss", 200, (("content-type", "text/xml"), ("etag", '"1"')), content)
    poll = Poll(SOURCE.key, at, "ok", 200, 0.1, len(content))
    return replace(Visit(SOURCE, poll, ParsedFeed(tuple(items)), body=body), **changes)


def store(archive, *visits):
    return archive.store(visits, utc_offset_hours=4)


def test_the_bytes_that_brought_an_article_are_kept_once_for_all_it_brought(archive):
    store(archive, visit(item(1), item(2)))
    assert [version.body for version in archive.history(1) + archive.history(2)] == [1, 1]
    kept = archive.body(1)
    assert kept.content == b"<rss>one</rss>"
    assert kept.sha256 == hashlib.sha256(b"<rss>one</rss>").hexdigest()
    assert (kept.url, kept.status, kept.at, kept.size) == ("http://example.org/rss", 200, NOON, 14)
    assert kept.headers == (("content-type", "text/xml"), ("etag", '"1"'))


def test_a_poll_that_brings_nothing_new_keeps_no_bytes_and_an_edit_keeps_its_own(archive):
    store(archive, visit(item(1)))
    store(archive, visit(item(1), at=NOON + timedelta(hours=1), content=b"<rss>other ads</rss>"))
    store(archive, visit(item(1, text="Corrected."), at=NOON + timedelta(hours=2), content=b"<rss>two</rss>"))
    assert [archive.body(version.body).content for version in archive.history(1)] == [
        b"<rss>one</rss>",
        b"<rss>two</rss>",
    ]
    assert archive.body(3) is None


def test_bytes_go_when_their_time_is_over_and_hash_and_headers_stay(archive):
    store(archive, visit(item(1)), visit(item(1), item(2), at=NOON + timedelta(days=2), content=b"<rss>two</rss>"))
    assert archive.drop_bodies(NOON + timedelta(days=1)) == 1
    assert archive.drop_bodies(NOON + timedelta(days=1)) == 0
    gone, kept = archive.body(1), archive.body(2)
    assert (gone.content, gone.size, gone.sha256) == (None, 14, hashlib.sha256(b"<rss>one</rss>").hexdigest())
    assert kept.content == b"<rss>two</rss>"


def test_bytes_are_looked_through_once_a_day(archive):
    store(archive, visit(item(1)), visit(item(1), item(2), at=NOON + timedelta(hours=30), content=b"<rss>two</rss>"))
    keeping = Keeping(days=2)
    assert keeping.sweep_if_due(archive, NOON + timedelta(hours=47)) == 0
    assert keeping.sweep_if_due(archive, NOON + timedelta(hours=49)) == 0, "too soon after the last look"
    assert keeping.sweep_if_due(archive, NOON + timedelta(hours=72)) == 1
    assert keeping.sweep_if_due(archive, NOON - timedelta(days=400)) == 0, "a clock that was set back stops nothing"
    assert keeping.sweep_if_due(archive, NOON + timedelta(days=9)) == 1


def test_nobody_has_to_keep_bytes(archive):
    store(archive, Keeping(days=0).of(visit(item(1))))
    assert archive.history(1)[0].body is None


KEEP = {"nothing said": (None, "", 90), "environment": (None, "7", 7), "option": (30, "7", 30), "never": (0, "7", 0)}


@pytest.mark.parametrize(("option", "environment", "days"), KEEP.values(), ids=KEEP)
def test_how_long(monkeypatch, option, environment, days):
    monkeypatch.setenv("MONITOR_KEEP_EVIDENCE", environment)
    assert keep_evidence_of(argparse.Namespace(keep_evidence=option)) == days


def test_nonsense_in_the_environment_is_one_line(monkeypatch):
    monkeypatch.setenv("MONITOR_KEEP_EVIDENCE", "forever")
    with pytest.raises(DataFileError, match="MONITOR_KEEP_EVIDENCE: 'forever' is not a whole number of days"):
        keep_evidence_of(argparse.Namespace(keep_evidence=None))


def test_a_version_keeps_its_own_address_and_date(archive):
    store(archive, visit(item(1)))
    redated = item(1, text="Corrected.", url="http://example.org/1-new", published=NOON)
    store(archive, visit(redated, at=NOON + timedelta(hours=1)))
    first, second = archive.history(1)
    assert (first.url, first.published) == ("http://example.org/1", NOON - timedelta(hours=1))
    assert (second.url, second.published) == ("http://example.org/1-new", NOON)
    assert archive.article(1).published == NOON - timedelta(hours=1), "it is counted on the day of its first version"
