"""What becomes of articles after their first appearance: gone from the feed, back in it, edited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.archive import Visit
from feeds.gone import Habit, Held, left_early
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SOURCE = Source("paper-en", "http://example.org/rss", Outlet("paper", "Paper", "paper"), ("en",))
LIST = Habit(at_end=100)  # a feed that has lost a hundred articles at its end, none elsewhere


def held(letters, *, hours_old=24, dates=None):
    """`e d c b a`: articles a to z, a published first, an hour apart; A to Z: the same articles, undated."""
    return [
        Held(
            ord(one.lower()) - 96,
            None if one.isupper() else NOON - timedelta(hours=100 - (dates or {}).get(one, ord(one) - 96)),
            f"Title {one.lower()}",
            NOON - timedelta(hours=hours_old),
        )
        for one in letters.split()
    ]


SITUATIONS = {  # before → now: what has gone, by letter, newest first as feeds have it
    "nothing has changed": ("e d c b a", "e d c b a", {}, ""),
    "one in the middle is missing": ("e d c b a", "e d b a", {}, "c"),
    "the newest is missing": ("e d c b a", "d c b a", {}, "e"),
    "the newest is missing, but came just now: an old copy?": ("e d c b a", "d c b a", {"hours_old": 1}, ""),
    "the oldest is missing: it fell off the end": ("e d c b a", "e d c b", {}, ""),
    "one of two": ("b a", "a", {}, "b"),
    "one is missing and the next older one has moved up": ("e d c b", "e d b a", {}, "c"),
    "one came, one fell off the end": ("e d c b a", "f e d c b", {"habit": LIST}, ""),
    "one came, and one in the middle is missing": ("f e d c b a", "g f d c b a", {"habit": LIST}, "e"),
    "the same in a feed we know nothing of": ("f e d c b a", "g f d c b a", {}, ""),
    "the same in a feed that joins several lists": ("f e d c b a", "g f d c b a", {"habit": Habit(100, 40)}, ""),
    "one came, one is missing, and the last is held there for good": ("e d c b a", "f e d c a", {"habit": LIST}, ""),
    "nothing but new articles": ("c b a", "f e d", {"habit": LIST}, ""),
    "an empty feed": ("c b a", "", {}, ""),
    "half of it at once: the feed has changed, not its articles": ("f e d c b a", "f d b", {}, ""),
    "sorted by something else": ("c e a d b", "c e d b", {}, ""),
    "sorted anew": ("e d c b a", "a b d e", {}, ""),
    "oldest first": ("a b c d e", "a b d e", {}, ""),
    "the missing one has no date": ("e d C b a", "e d b a", {}, ""),
    "what stays has no date": ("e d c B A", "e d B A", {}, ""),
    "no dates at all": ("E D C B A", "E D B A", {}, ""),
    "what stays is as old, to the minute": ("c b a", "c a", {"dates": {"a": 2}}, ""),
    "one date was raised by an edit": ("e d c b a", "a e d b", {"raised": {"a": 99}}, ""),
    "one below it was dated anew": ("e d c b a", "e d b a", {"raised": {"b": 99}}, ""),
    "it stood where its date does not belong": ("e d c b a", "e d b a", {"dates": {"c": 9}}, ""),
    "it is in again under another guid, dated anew": (
        "g f e d c b a",
        "z g f d c b a",
        {"habit": LIST, "titles": {"z": "e"}},
        "",
    ),
    "it is in again under another title": ("g f e d c b a", "g f z d c b a", {"habit": LIST, "raised": {"z": 5}}, ""),
    "it was dated tomorrow": ("z b a", "b a", {"dates": {"z": 120}}, ""),
}


@pytest.mark.parametrize(("before", "now", "given", "gone"), SITUATIONS.values(), ids=SITUATIONS)
def test_situation(before, now, given, gone):
    dates = given.get("dates", {})
    first = held(before, hours_old=given.get("hours_old", 24), dates=dates)
    second = held(now, dates=dates | given.get("raised", {}))
    named = {ord(new) - 96: f"Title {old}" for new, old in given.get("titles", {}).items()}
    second = [replace(one, title=named.get(one.id, one.title)) for one in second]
    left = left_early(first, second, habit=given.get("habit", Habit()), at=NOON)
    assert "".join(chr(96 + one) for one in left.gone) == gone


def test_an_answer_that_may_be_an_old_copy_leaves_the_question_open():
    left = left_early(held("c b a", hours_old=1), held("b a"), habit=Habit(), at=NOON)
    assert left.is_copy


def item(n, text="No fuel was left in the town.", **changes):
    base = Item(f"guid-{n}", f"http://example.org/{n}", f"Title number {n}", text, NOON + timedelta(hours=n - 50))
    return replace(base, **changes)


def visit(*items, hours=0, source=SOURCE, dropped=None, **poll):
    given = {"outcome": "ok", "status": 200, "seconds": 0.1, "bytes": 10} | poll
    feed = ParsedFeed(tuple(items), dropped=dropped or {})
    return Visit(source, Poll(source.key, NOON + timedelta(hours=hours), **given), feed)


def store(archive, *visits):
    for one in visits:
        archive.store([one], utc_offset_hours=4)


def test_an_article_that_was_taken_out_is_gone_until_it_comes_back(archive):
    store(archive, visit(item(3), item(2), item(1)), visit(item(3), item(1), hours=5))
    assert [archive.gone(n) for n in (1, 2, 3)] == [None, NOON + timedelta(hours=5), None]
    store(archive, visit(item(3), item(2, text="Corrected."), item(1), hours=6))
    assert archive.gone(2) is None
    assert archive.article(2).version == 2


NOT_TO_BE_COMPARED = {
    "a search": {"source": replace(SOURCE, scope="query")},
    "a mirror": {"address": "http://mirror.example.org/rss"},
    "an item that could not be stored": {"dropped": {"empty": 1}},
}


@pytest.mark.parametrize("given", NOT_TO_BE_COMPARED.values(), ids=NOT_TO_BE_COMPARED)
def test_an_answer_that_cannot_be_compared_says_nothing(archive, given):
    source = given.get("source", SOURCE)
    store(archive, visit(item(3), item(2), item(1), source=source), visit(item(3), item(1), hours=5, **given))
    assert archive.gone(2) is None


def test_after_a_mirror_the_own_address_is_compared_with_its_own_last_answer(archive):
    whole = (item(3), item(2), item(1))
    mirror = visit(item(3), item(1), hours=5, address="http://mirror.example.org/rss")
    store(archive, visit(*whole), mirror, visit(*whole, hours=6))
    assert archive.gone(2) is None
    store(archive, visit(item(3), item(1), hours=7))
    assert archive.gone(2) == NOON + timedelta(hours=7)


def test_the_newest_is_missed_only_when_no_old_copy_explains_it(archive):
    store(archive, visit(item(3), item(2), item(1)), visit(item(2), item(1), hours=1))
    assert archive.gone(1) is None
    store(archive, visit(item(2), item(1), hours=4))
    assert archive.gone(1) == NOON + timedelta(hours=4)


def test_a_feed_that_moves_is_believed_when_it_has_lost_many_articles_at_its_end(archive):
    def window(newest, *, without=0):
        return [item(n) for n in range(newest, newest - 8, -1) if n != without]

    store(archive, *(visit(*window(newest), hours=newest) for newest in range(8, 31)))
    assert archive.states()[SOURCE.key].rhythm.left_at_end == 22
    store(archive, visit(*window(31, without=28), hours=31))
    by_title = {archive.article(n).title: archive.gone(n) for n in range(1, archive.article_count() + 1)}
    assert {title for title, gone in by_title.items() if gone} == {"Title number 28"}


NO_VERSION = {
    "a new date": {"published": NOON},
    "a new date of the change": {"updated": NOON},
    "another outlet": {"outlet": "Another Paper"},
}


@pytest.mark.parametrize("change", NO_VERSION.values(), ids=NO_VERSION)
def test_a_new_date_or_outlet_alone_is_no_version(archive, change):
    store(archive, visit(item(1)), visit(item(1, **change), hours=1))
    assert [version.number for version in archive.history(1)] == [1]
    assert archive.article(1).changed is None


def test_every_version_keeps_its_text_and_the_time_it_was_first_seen(archive):
    texts = ("First.", "Second.", "First.")
    store(archive, *(visit(item(1, text=text), hours=hours) for hours, text in enumerate(texts)))
    assert [(version.text, version.seen) for version in archive.history(1)] == [
        (text, NOON + timedelta(hours=hours)) for hours, text in enumerate(texts)
    ]
