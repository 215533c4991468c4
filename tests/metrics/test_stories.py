"""Copies of one text are one story; two texts are two."""

from datetime import UTC, datetime, timedelta

import pytest

from feeds.text import fold
from metrics.stories import StoryIndex, similarity, sketch

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
BODY = (
    "The only road into the valley stayed closed on Tuesday for the fifth week, the town council said. Shops in "
    "the main square opened for two hours in the morning and sold flour by coupon. A lorry with medicine that "
    "left on Sunday was turned back at the bridge, a driver told reporters, and nobody knows when the next one "
    "will be let through."
)
OTHER = (
    "Teachers in the northern district went on strike on Tuesday over pay that has not arrived since autumn. The "
    "ministry promised to settle the arrears before the end of the month. Parents brought tea and bread to the "
    "school yard, where about forty teachers had gathered, and said that they would keep their children at home "
    "until the matter is settled."
)


def made(title, body):
    return sketch(fold(f"{title}\n{body}"), "en")


ROAD, WHAT = "Road into the valley closed for the fifth week", "What happened today in the valley"
WITH_AGENCY = f"VALE, 3 January (Agency). {BODY} Read more on our site. All rights reserved by us."
REWRITTEN = BODY.replace("Shops in the main square", "Stores in the central square").replace(
    "nobody knows", "none know"
)

#                                          one text          the other                              one story
PAIRS = {
    "the same text under another title": ((ROAD, BODY), ("Valley cut off", BODY), True),
    "an agency header and a footer": ((ROAD, BODY), ("Road closed, council says", WITH_AGENCY), True),
    "a light rewrite": ((ROAD, BODY), ("Road shut for a fifth week", REWRITTEN), True),
    "two texts under one title": ((WHAT, BODY), (WHAT, OTHER), False),
    "a headline alone and its full text": ((ROAD, ""), (ROAD, BODY), True),
    "two headlines that differ in one word": (
        ("Gas supply to the town resumed today", ""),
        ("Gas supply to the town stopped today", ""),
        False,
    ),
    "short common headlines": (("Daily news", ""), ("Daily news", ""), False),
    "different texts": ((ROAD, BODY), ("Teachers on strike over pay", OTHER), False),
}


@pytest.mark.parametrize(("a", "b", "one_story"), PAIRS.values(), ids=PAIRS)
def test_copies_and_originals(a, b, one_story):
    index = StoryIndex()
    first = index.assign(1, NOON, made(*a))
    second = index.assign(2, NOON + timedelta(hours=5), made(*b))
    assert first.story == 1
    assert (second.story == 1) is one_story


def test_a_reprint_after_ten_days_is_a_new_story():
    index = StoryIndex()
    index.assign(1, NOON, made("Road closed", BODY))
    assert index.assign(2, NOON + timedelta(days=9), made("Road closed", BODY)).story == 1
    assert index.assign(3, NOON + timedelta(days=30), made("Road closed", BODY)).story == 3


def test_a_copy_of_a_copy_has_the_id_of_the_first():
    index = StoryIndex()
    for article in (5, 6, 7):
        assert index.assign(article, NOON, made("Road closed", BODY)).story == 5


def test_an_index_read_back_from_the_archive_assigns_the_same():
    index = StoryIndex()
    members = [
        index.assign(1, NOON, made("Road closed", BODY)),
        index.assign(2, NOON, made("Strike of teachers", OTHER)),
    ]
    again = StoryIndex(members)
    assert again.assign(3, NOON, made("Copy", BODY)).story == 1
    assert 1 in again


def test_a_sketch_survives_its_bytes():
    one = made("Road closed for the fifth week", BODY)
    back = type(one).from_bytes(one.title_key, one.to_bytes())
    assert similarity(one.hashes, back.hashes) == 1.0
    assert len(one.to_bytes()) == 64


def test_the_same_title_in_two_languages_is_two_stories():
    title = "Radio Azatutyun live news program today"
    index = StoryIndex()
    index.assign(1, NOON, sketch(fold(title), "en"))
    assert index.assign(2, NOON, sketch(fold(title), "fr")).story == 2
