"""Copies of one text are one story; two texts are two. The order of arrival, and nothing else, decides the ids."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.alike import overlap
from metrics.sketch import Parts
from metrics.stories import SPANS, StoryIndex

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
ROAD, WHAT = "Road into the valley closed for the fifth week", "What happened today in the valley"
WITH_AGENCY = f"VALE, 3 January (AFP) - {BODY} Read more on our site. All rights reserved by us."
REWRITTEN = BODY.replace("Shops in the main square", "Stores in the central square").replace(
    "nobody knows", "none know"
)
RATES = (
    "The central bank has set the official rates for {}. One dollar costs {} drams and one euro {} drams, the bank "
    "said in its daily bulletin. The rates are valid for payments to the budget and for the balance sheets of banks."
)
MONDAY = RATES.format("2 January", "387.20", "421.50")
TUESDAY = RATES.format("3 January", "388.10", "420.75")
CUT = (
    "The supply of gas to the town was cut at noon, the gas company said. Pressure in the main began to fall in the "
    "morning, and by noon boilers had gone out in most houses. The company has about nine thousand customers there."
)
RESTORED = CUT.replace("was cut at noon", "was restored at noon").replace("boilers had gone out", "boilers had come on")

#                                          one text          the other                  hours, houses    one story
PAIRS = {
    "the same text under another title": ((ROAD, BODY), ("Valley cut off", BODY), 5, 2, True),
    "an agency's dateline and a footer": ((ROAD, BODY), ("Road closed, council says", WITH_AGENCY), 5, 2, True),
    "a light rewrite": ((ROAD, BODY), ("Road shut for a fifth week", REWRITTEN), 5, 2, True),
    "a light rewrite by the same house": ((ROAD, BODY), ("Road shut for a fifth week", REWRITTEN), 1, 1, True),
    "the first third of it": ((ROAD, BODY), (ROAD, BODY[:160] + " ..."), 5, 2, True),
    "the same text a week later": ((ROAD, BODY), (ROAD, BODY), 7 * 24, 2, True),
    "two texts under one title": ((WHAT, BODY), (WHAT, OTHER), 5, 1, False),
    "a round-up that holds it whole": ((ROAD, BODY), (WHAT, f"{OTHER} {BODY}"), 5, 2, False),
    "different texts": ((ROAD, BODY), ("Teachers on strike over pay", OTHER), 5, 2, False),
    "a daily bulletin": (("Official rates", MONDAY), ("Official rates", TUESDAY), 24, 1, False),
    "a daily bulletin in two papers": (("Official rates", MONDAY), ("Official rates", TUESDAY), 24, 2, False),
    "one bulletin in two papers": (("Official rates", MONDAY), ("Rates today", MONDAY), 3, 2, True),
    "cut and restored": (("Gas cut", CUT), ("Gas restored", RESTORED), 5, 2, False),
    "a headline alone and its full text": ((ROAD, ""), (ROAD, BODY), 5, 1, True),
    "a full text and its headline alone": ((ROAD, BODY), (ROAD, ""), 5, 1, True),
    "the same headline of another house": ((ROAD, ""), (ROAD, ""), 5, 2, False),
    "the same headline the next day": ((ROAD, ""), (ROAD, ""), 24, 1, False),
    "a headline with label and outlet": ((ROAD, ""), (f"VIDEO: {ROAD.upper()} - Paper1.am", ""), 5, 1, True),
    "a headline with a site's name": ((ROAD, ""), (f"{ROAD} | The Valley Online", ""), 5, 1, True),
    "headlines of two speakers": ((f"{ROAD} - mayor", ""), (f"{ROAD} - driver", ""), 5, 1, False),
    "two headlines of opposite sense": (
        ("Gas supply to the town resumed today", ""), ("Gas supply to the town stopped today", ""), 5, 1, False,
    ),
    "two headlines with other numbers": (
        ("Mine near the town wounds 2 men", ""), ("Mine near the town wounds 3 men", ""), 5, 1, False,
    ),
    "what is behind a dash tells it": ((f"{ROAD} - restored", ""), (f"{ROAD} - cut", ""), 5, 1, False),
    "a headline and what it adds behind a dash": ((ROAD, ""), (f"{ROAD} - mayor", ""), 5, 1, True),
    "a headline and the number behind a dash": ((ROAD, ""), (f"{ROAD} - 2 wounded", ""), 5, 1, False),
    "two headlines with other signs": (
        ("Temperature in the valley falls to +5", ""), ("Temperature in the valley falls to −5", ""), 5, 1, False,
    ),
    "one headline, a few words with other numbers": (
        (WHAT, "Calm was broken 3 times."), (WHAT, "Calm was broken 15 times."), 5, 1, False,
    ),
    "one headline, a few words of opposite sense": (
        (WHAT, "The supply of gas was cut."), (WHAT, "The supply of gas was restored."), 5, 1, False,
    ),
    "one headline, a few words and no more": ((WHAT, ""), (WHAT, "Calm was broken 3 times."), 5, 1, True),
    "one headline, a few words that stand in the text": (
        (ROAD, "Closed on Tuesday for the 5th week."), (ROAD, BODY), 5, 1, True,
    ),
    "short common headlines": (("Daily news", ""), ("Daily news", ""), 5, 1, False),
}  # fmt: skip


@pytest.fixture(scope="module")
def sketch(tagger):
    return lambda title, body="", language="en": tagger.sketcher.sketch(title, body, language, "Paper1")


@pytest.mark.parametrize(("a", "b", "hours", "houses", "one_story"), PAIRS.values(), ids=PAIRS)
def test_copies_and_originals(sketch, a, b, hours, houses, one_story):
    index = StoryIndex()
    first = index.assign(1, NOON, "house1", sketch(*a))
    second = index.assign(2, NOON + timedelta(hours=hours), f"house{houses}", sketch(*b))
    assert first.story == 1
    assert (second.story == 1) is one_story


def joined(sketch, *articles):
    """Stories of these articles of one house, an hour apart."""
    index = StoryIndex()
    at = (NOON + timedelta(hours=n) for n in range(len(articles)))
    return [index.assign(n, next(at), "a", sketch(*one)).story for n, one in enumerate(articles, start=1)]


def test_what_is_told_apart_is_not_joined_by_a_headline_that_fits_both(sketch):
    assert joined(sketch, (WHAT, BODY), (WHAT, ""), (WHAT, OTHER)) == [1, 1, 3]
    assert joined(sketch, (WHAT, ""), (WHAT, BODY), (WHAT, OTHER)) == [1, 1, 3]
    assert joined(sketch, (WHAT, ""), (WHAT, "Broken 3 times."), (WHAT, "Broken 15 times.")) == [1, 1, 3]
    assert joined(sketch, (ROAD, ""), (f"{ROAD} - 2 wounded", ""), (f"{ROAD} - 3 wounded", "")) == [1, 2, 3]
    assert joined(sketch, (ROAD, ""), (f"{ROAD} - closed", ""), (f"{ROAD} - opened", "")) == [1, 2, 3]


def test_a_reprint_after_ten_days_is_a_new_story(sketch):
    index = StoryIndex()
    index.assign(1, NOON, "a", sketch("Road closed", BODY))
    assert index.assign(2, NOON + timedelta(days=9), "a", sketch("Road closed", BODY)).story == 1
    assert index.assign(3, NOON + timedelta(days=30), "a", sketch("Road closed", BODY)).story == 3


def test_a_copy_of_a_copy_has_the_id_of_the_first(sketch):
    index = StoryIndex()
    for article in (5, 6, 7):
        assert index.assign(article, NOON, "a", sketch("Road closed", BODY)).story == 5


def test_an_original_that_arrives_after_its_copy_joins_it_and_the_copy_keeps_its_id(sketch):
    index = StoryIndex()
    index.assign(1, NOON, "copier", sketch("Road closed", BODY))
    assert index.assign(2, NOON - timedelta(days=8), "agency", sketch(ROAD, BODY)).story == 1


def test_a_sketch_holds_what_it_is_compared_by(sketch):
    one, other = Parts(sketch(ROAD, BODY).blob), Parts(sketch(ROAD, WITH_AGENCY).blob)
    assert overlap(one, other).jaccard == 1.0, "dateline and footer are off"
    assert (one.words, len(one.kept), len(one.lead)) == (64, 61, 8)
    assert len(sketch(ROAD, BODY).blob) < 400
    assert sketch(ROAD, "A few words under a picture.").blob == b""


def test_the_same_title_in_two_languages_is_two_stories(sketch):
    title = "Radio Azatutyun live news program today"
    index = StoryIndex()
    index.assign(1, NOON, "a", sketch(title))
    assert index.assign(2, NOON, "a", sketch(title, language="fr")).story == 2


# The order of arrival -------------------------------------------------------------------------------------------------

TEXTS = (BODY, OTHER, REWRITTEN, WITH_AGENCY, MONDAY, TUESDAY, CUT, RESTORED, "")
ARRIVALS = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.sampled_from((ROAD, WHAT)), st.integers(-3_000, 3_000), st.sampled_from("ab")),
    max_size=40,
)


def assigned(sketch, arrivals, kills):
    """Stories of these articles. `kills`: after which of them memory is lost, and read back from what was saved."""
    saved = []

    def load(start, end):
        return [one for one in saved if start <= one.at < end]

    index, waiting = StoryIndex(load), []
    for number, (text, title, hours, family) in enumerate(arrivals, start=1):
        waiting.append(index.assign(number, NOON + timedelta(hours=hours), family, sketch(title, text)))
        if number in kills:
            saved, waiting = saved + waiting, []
            index.saved()
            if kills[number]:
                index = StoryIndex(load)
    return saved + waiting


@settings(max_examples=150, deadline=None)
@given(ARRIVALS, st.dictionaries(st.integers(1, 40), st.booleans()))
def test_stories_do_not_depend_on_batches_kills_and_what_is_in_memory(sketch, arrivals, kills):
    """Articles of eight months, in any order: most of them need a span that is no longer in memory."""
    assert assigned(sketch, arrivals, kills) == assigned(sketch, arrivals, dict.fromkeys(range(1, 41), False))
    assert assigned(sketch, arrivals, kills) == assigned(sketch, arrivals, {})


@pytest.mark.thorough
@settings(max_examples=50, deadline=None)
@given(ARRIVALS)
def test_what_comes_later_changes_no_story(sketch, arrivals):
    whole = assigned(sketch, arrivals, {})
    assert assigned(sketch, arrivals[: len(arrivals) // 2], {}) == whole[: len(arrivals) // 2]


def test_memory_is_bounded_by_the_window_not_by_the_archive(sketch):
    index, most = StoryIndex(), 0
    words = OTHER.split()
    for number in range(1, 3_001):  # 30 a day for 100 days
        body = " ".join(random.Random(number).sample(words, len(words)))
        index.assign(number, NOON + timedelta(hours=0.8 * number), "a", sketch(f"Report {number}", body))
        index.saved()
        most = max(most, len(index))
    assert most <= SPANS * 5 * 30
    assert len(index) > 10 * 30
