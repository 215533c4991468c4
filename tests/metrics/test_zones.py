"""What is no article: lists of headlines, pleas, comments; texts in two languages; hostile lengths."""

import time

import pytest

from metrics.model import Text
from tests.further import further
from tests.pace import pace

ARTICLE = "Shops in Stepanakert have had no bread since Monday, residents said.\n"
HEADLINES = "Gas supply to Martakert cut for a third day\nNo medicine left in Askeran hospital, doctors say\n"
THIRD = "Electricity rationed to four hours in Martuni\n"


def indicators(tagger, text, language="en"):
    tagged = tagger.tag(Text("1", "Bread queues in Stepanakert", text, language))
    return {one.indicator for one in tagged.evidence}


def test_a_run_of_headlines_below_the_article_is_not_the_article(tagger):
    assert indicators(tagger, ARTICLE + HEADLINES + THIRD) == {"food"}


def test_two_headlines_alone_are_text(tagger):
    assert {"gas", "medicine"} <= indicators(tagger, ARTICLE + HEADLINES)


def test_a_list_the_article_announces_is_text(tagger):
    assert {"gas", "medicine", "electricity"} <= indicators(
        tagger, ARTICLE + "What people in Stepanakert told us this week:\n" + HEADLINES + THIRD
    )


def test_a_text_in_two_languages_is_read_in_both(tagger):
    russian = "В Степанакерте третий день нет газа, сообщили жители города, больницы остались без отопления и света.\n"
    tagged = tagger.tag(Text("1", "Bread queues in Stepanakert", 2 * ARTICLE + russian, "en"))
    found = {(one.indicator, one.sentence[:2]) for one in tagged.evidence}
    assert ("food", "Sh") in found
    assert ("gas", "В ") in found
    assert tagged.language == "en"
    whole = f"Bread queues in Stepanakert\n{2 * ARTICLE}{russian}"
    assert all(whole[one.start : one.end] == one.sentence for one in tagged.evidence)


def test_a_quoted_word_of_another_script_is_no_second_language(tagger):
    text = ARTICLE + "The sign said «ՀԱՑ ՉԿԱ».\n"
    assert indicators(tagger, text) == {"food"}


HOSTILE = {
    "10 MB": "The town of Stepanakert has no bread and no gas since Monday. " * 160_000,
    "one sentence of a million characters": "bread is short and gas is cut " * 33_334,
    "no blank in a million characters": "no bread " + "hunger" * 170_000,
    "100,000 hits": ("bread gas fuel water " * 25 + ". ") * 1000,
    "half of a surrogate pair": "no bread \udfff and \ud800 no gas",
    "right-to-left marks": "no \u202ebread\u202c and \u200fno gas",
}
LIMIT = 3.0  # seconds of CPU for one text where nothing is slower than usual: twice what is claimed, for noise


@pytest.mark.parametrize("text", further(HOSTILE.values(), 2), ids=HOSTILE)
def test_no_text_holds_the_others_up(tagger, text):
    """Tags, and the sketch by which copies are known: the best of three runs, the first may compile rules."""
    seconds = []
    for _ in range(3):
        slow, before = pace(time.process_time), time.process_time()
        tagged = tagger.tag(Text("1", "Stepanakert", text, "en"))
        tagger.sketcher.sketch("Stepanakert", text, "en")
        seconds.append((time.process_time() - before) / slow)
    assert min(seconds) < LIMIT
    assert tagged.relevant
    assert all(one.end - one.start == len(one.sentence) for one in tagged.evidence)


def test_terms_beyond_all_measure_are_named_and_not_read(tagger):
    """A sentence of prose has a handful; each is held against every cue of its clause."""
    hits = tagger.hits(Text("1", "Stepanakert", "no bread, no gas, no fuel, no water " * 20, "en"))
    unread = [hit for hit in hits if "too many terms" in hit.rule]
    assert unread
    assert not any(hit.kept for hit in unread)
    assert {hit.indicator for hit in hits if hit.kept} == {"food", "gas", "fuel", "water"}


def test_a_page_in_half_characters_is_cleared_of_pleas_like_any_other(tagger):
    page = "Stepanakert has no bread \ud800.\nPhoto: no gas\n"
    assert tagger.article_lines(Text("1", "", page, "en")) == "Stepanakert has no bread \ufffd."
    assert tagger.names(Text("1", "", page, "en")) == ["food", "gas"]
