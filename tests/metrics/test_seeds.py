"""The two articles this product started from: what a careful reader writes down, and nothing from around them."""

from datetime import date

import pytest

from metrics.model import Text

SEEDS = {
    "Moscow Times": ("000_857c8cba49c3c060.txt", "Armenia Urges Putin to Take Action", date(2023, 1, 17)),
    "IWPR": ("004_6cb7ac752f18925c.txt", "Armenia Angry Over Moscow", date(2023, 9, 9)),
}


@pytest.fixture
def evidence(shared, tagger):
    def read(name):
        file, headline, published = SEEDS[name]
        whole = (shared / "data" / "seeds" / file).read_text(encoding="utf-8")
        title, body = whole[whole.index(headline) :].split("\n", 1)
        tagged = tagger.tag(Text(name, title, body, "en", published=published))
        assert tagged.relevant
        return tagged.evidence

    return read


def _of(evidence, words):
    """Indicator and stance of the sentence that holds these words."""
    return {(item.indicator, item.stance) for item in evidence if words in item.sentence}


# sentence → what it says, written by hand
MOSCOW_TIMES = {
    "running short of food, medicines, and fuel": {
        ("food", "reported"),
        ("medicine", "reported"),
        ("fuel", "reported"),
        ("access", "reported"),
    },
    "has been blocking the only road into Karabakh": {("access", "reported")},
    "to reopen a key transit corridor": {("access", "reported")},
    "has rejected accusations it orchestrated the blockade": {("access", "denied")},
    "claimed around 30,000 lives": {("casualties", "past")},
    "claimed more than 6,500 lives": {("casualties", "past")},
}


@pytest.mark.parametrize(("words", "says"), MOSCOW_TIMES.items(), ids=MOSCOW_TIMES)
def test_what_the_moscow_times_says(words, says, evidence):
    assert _of(evidence("Moscow Times"), words) == says


def test_the_moscow_times_reports_no_present_casualties(evidence):
    assert {item.stance for item in evidence("Moscow Times") if item.indicator == "casualties"} == {"past"}


def test_nothing_comes_from_the_request_for_donations_or_the_newsletter(evidence):
    last = max(item.start for item in evidence("Moscow Times"))
    sentence = next(item.sentence for item in evidence("Moscow Times") if item.start == last)
    assert sentence.startswith("Another flare-up in violence")


IWPR = {
    "driving food and fuel shortages": {("food", "reported"), ("fuel", "reported"), ("access", "reported")},
    "shelves began to empty": {("food", "reported"), ("access", "reported")},
    "Trucks with aid and supplies were left stranded": {("aid", "reported")},
    "first death from starvation": {("starvation", "past")},  # of 15 August, told on 9 September
    "goal is to starve Armenians out": {("starvation", "reported")},
    "Dismissing these reports as exaggerations": {("access", "denied")},
    "insisted all along that the Lachin corridor is open": {("access", "denied")},
    "this disproved the Armenian claims of a blockade": {("access", "denied")},
    "No goods, supplies and even medication are allowed through": {("access", "reported"), ("medicine", "reported")},
    "reopening of the Lachin corridor": {("access", "reported")},
    "claimed tens of thousands of lives and displaced": {("casualties", "past"), ("displacement", "past")},
}


@pytest.mark.parametrize(("words", "says"), IWPR.items(), ids=IWPR)
def test_what_iwpr_says(words, says, evidence):
    assert _of(evidence("IWPR"), words) == says


def test_the_call_for_reopening_is_a_demand(evidence):
    found = [item for item in evidence("IWPR") if "reopening of the Lachin corridor" in item.sentence]
    assert [item.occurrence for item in found] == ["demand"]


def test_nothing_comes_from_the_readers_comment(evidence):
    assert not any("genocide by starvation" in item.sentence for item in evidence("IWPR"))


def test_baku_speaks_for_the_azerbaijani_side(evidence):
    denials = [item for item in evidence("IWPR") if item.indicator == "access" and item.stance == "denied"]
    assert {item.speaker.side for item in denials if item.speaker} == {"azerbaijani"}


def test_the_claim_of_starvation_has_its_speaker(evidence):
    claim = next(item for item in evidence("IWPR") if "starve Armenians out" in item.sentence)
    assert claim.speaker is not None
    assert claim.speaker.side == "karabakh"
