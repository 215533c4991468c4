"""A sentence that a source repeats from story to story counts once, the first time."""

import pytest

from metrics.model import Text
from metrics.repeats import fingerprint

SENTENCE = "Shops in Stepanakert sell bread by coupon for the fourth week in a row."

SAME = {
    "capital letters": SENTENCE.upper(),
    "another full stop and more blanks": SENTENCE.replace(".", "!").replace(" ", "  "),
    "a soft hyphen": SENTENCE.replace("coupon", "cou\u00adpon"),
}
OTHERS = {
    "another number": SENTENCE.replace("fourth", "fifth"),
    "another order of the words": SENTENCE.replace("Shops in Stepanakert", "In Stepanakert shops"),
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_the_same_sentence_has_the_same_fingerprint(other):
    assert fingerprint(other, in_title=False) == fingerprint(SENTENCE, in_title=False) > 0


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_another_sentence_has_another_fingerprint(other):
    assert fingerprint(other, in_title=False) != fingerprint(SENTENCE, in_title=False)


def test_titles_and_short_sentences_have_none():
    assert fingerprint(SENTENCE, in_title=True) == 0
    assert fingerprint("one two three four five six seven eight nine", in_title=False) == 0
    assert 0 < fingerprint("one two three four five six seven eight nine ten", in_title=False) < 2**63


def test_the_tagger_gives_fingerprints_to_the_body_and_not_to_the_title(tagger):
    title = "There is a food shortage in Nagorno-Karabakh, the local authorities said on Tuesday"
    body = "There is no bread left in any shop of Stepanakert, and nobody knows when it will come."
    found = tagger.tag(Text("1", title, body, "en")).evidence
    assert {one.start < len(title): one.fingerprint > 0 for one in found} == {True: False, False: True}
    assert found[-1].fingerprint == fingerprint(body, in_title=False)
