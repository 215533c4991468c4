"""Patterns: the syntax, and that the one fast pass finds what a plain regular expression a term finds."""

from pathlib import Path

import pytest

from feeds.text import fold_map
from metrics.cases import Case, Mirror, read_cases
from metrics.lexicon import Words
from metrics.scan import Scanner, as_regex, is_plain, plain
from tests.further import further

MONITOR = Path(__file__).resolve().parents[2] / "monitors" / "karabakh"
GOLD = Path(__file__).with_name("gold")

SYNTAX = {
    "a word is a whole word": ("su", "sual su suveren", ["su"]),
    "a star takes any ending": ("хлеб*", "хлебного нехлебный хлеб", ["хлебного", "хлеб"]),
    "a star in front takes any beginning": ("*n't", "they don't know", ["n't"]),
    "stars on both sides": ("*mayac*", "açılmayacaq", ["mayacaq"]),
    "two words stand side by side": ("food shortage*", "food shortages; food and shortage", ["food shortages"]),
    "a hyphen may stand between": ("food shortage", "food-shortage", ["food-shortage"]),
    "a quote may": ("food shortage", "«food» shortage", ["food» shortage"]),
    "a comma may not": ("food shortage", "food, shortage", []),
    "up to five words between": ("queue* .. bread", "queues of one two three bread", ["queues of one two three bread"]),
    "six are too many": ("queue* .. bread", "queues a b c d e f bread", []),
    "none is enough": ("road .. closed", "road closed", ["road closed"]),
    "a gap does not cross lines": ("road .. closed", "road\nclosed", []),
    "nor the end of a sentence": ("road .. closed", "the road. Schools closed", []),
    "nor a semicolon": ("road .. closed", "the road; schools closed", []),
    "an open beginning in second place": ("had *ered", "we had suffered, had we", ["had suffered"]),
    "the longest word need not be the first": (
        "no .. medicine",
        "no food, no medicine",
        ["no food, no medicine", "no medicine"],
    ),
    "capitals throughout want capitals": ("TAP", "tap TAP Tap", ["TAP"]),
    "a name wants its capital": ("Газа", "цена газа. Газа", ["Газа"]),
    "a name in capitals is still a name": ("Xankəndi*", "XANKƏNDİDƏ", ["XANKƏNDİDƏ"]),
    "both in the sentence": ("sahəsi && futbol*", "sahəsi boşdur, futbol olmadı. Sahəsi var.", ["sahəsi"]),
    "both, but in two sentences": ("goal && match", "The goal is peace. A match for two", []),
    "quotes are part of a name": ('"карабах"', "«Карабах» и Карабах", ["«Карабах»"]),
    "Turkish i": ("ışık*", "IŞIKLAR ışık", ["IŞIKLAR", "ışık"]),
    "an apostrophe ends a word": ("Karabağ*", "Karabağ'da", ["Karabağ"]),
    "Armenian marks inside a word": ("չկա", "հաց չկա՞", ["չկա"]),
}


@pytest.mark.parametrize(("pattern", "text", "found"), SYNTAX.values(), ids=SYNTAX)
def test_syntax(pattern, text, found):
    hits = Scanner([pattern]).scan(fold_map(text))
    assert [text[hit.start : hit.end] for hit in hits] == found


def test_case_does_not_matter_where_it_is_told_not_to():
    assert Scanner(["Read more"], any_case=True).scan(fold_map("READ MORE, read more"))[1].start == 11


def test_letters_without_their_marks_match_only_long_words():
    text = fold_map("Agdamda minaya dusub, ac qalib")
    assert is_plain(text)
    scanner = Scanner(["minaya düş*", "Ağdam*", "aç"], plain=True)
    assert [hit.index for hit in scanner.scan(plain(text))] == [1, 0]
    assert not is_plain(fold_map("minaya düşüb"))


def _texts(language):
    """All labelled texts of a language."""
    places = [MONITOR / "cases_dev.jsonl", MONITOR / "mirror_dev.jsonl", GOLD, GOLD / "dev", GOLD / "heldout"]
    for item in (item for place in places for item in read_cases(place) if item.lang == language):
        sides = (item.a, item.b) if isinstance(item, Mirror) else (item,)
        assert isinstance(item, Case | Mirror)
        yield from (f"{side.title}\n{side.text}" for side in sides)


@pytest.mark.parametrize("language", further(["hy", "en", "ru", "az", "tr", "fr"]))
def test_the_one_pass_finds_what_a_regular_expression_a_term_finds(language, tagger):
    """Every pattern on a hundred texts, and every twelfth on all of them, over 2,000 in the six languages."""
    patterns = sorted(
        {
            pattern
            for indicator in tagger.lexicon.indicators
            for field in Words.model_fields
            for pattern in getattr(indicator.words.get(language, Words()), field)
            if "&&" not in pattern and not pattern.startswith("*")  # its hits begin with the fixed part
        }
    )
    texts = list(_texts(language))
    for some, of in ((patterns, texts[:100]), (patterns[::12], texts)):
        folded = fold_map("\n".join(of))
        scanner = Scanner(some, any_case=True)
        wanted = {
            (index, folded.original(match.start()))
            for index, regex in enumerate(map(as_regex, some))
            for match in _every(regex, folded.text)
        }
        assert wanted
        assert {(hit.index, hit.start) for hit in scanner.scan(folded)} == wanted


def test_there_are_2000_texts_to_compare_on():
    assert sum(1 for language in ("en", "ru", "hy", "az", "tr", "fr") for _ in _texts(language)) >= 2_000


def _every(regex, text):
    """All matches by start, overlapping ones too."""
    position = 0
    while match := regex.search(text, position):
        yield match
        position = match.start() + 1


def test_nothing_to_look_for_finds_nothing():
    assert Scanner([]).scan(fold_map("bread")) == []
