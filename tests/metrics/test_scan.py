"""Patterns: the syntax, and that the one fast pass finds what a plain regular expression a term finds."""

import json
from pathlib import Path

import pytest

from feeds.text import fold_map
from metrics.lexicon import Words
from metrics.scan import Scanner, as_regex, is_plain, plain

ROOT = Path(__file__).resolve().parents[2]

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


def _cases():
    for name in ("cases_dev.jsonl", "mirror_dev.jsonl"):
        for line in (ROOT / "monitors" / "karabakh" / name).read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            for side in (item, item.get("a"), item.get("b")):
                if side and "title" in side:
                    yield item["lang"], f"{side['title']}\n{side['text']}"


@pytest.mark.parametrize("language", ["en", "ru", "hy", "az", "tr", "fr"])
def test_the_one_pass_finds_what_a_regular_expression_a_term_finds(language, tagger):
    patterns = sorted(
        {
            pattern
            for indicator in tagger.lexicon.indicators
            for field in Words.model_fields
            for pattern in getattr(indicator.words.get(language, Words()), field)
            if "&&" not in pattern and not pattern.startswith("*")  # its hits begin with the fixed part
        }
    )
    scanner = Scanner(patterns, any_case=True)
    oracle = [as_regex(pattern) for pattern in patterns]
    texts = [text for lang, text in _cases() if lang == language]
    folded = fold_map("\n".join(texts))
    wanted = {
        (index, folded.original(match.start()))
        for index, regex in enumerate(oracle)
        for match in _every(regex, folded.text)
    }
    assert wanted
    assert {(hit.index, hit.start) for hit in scanner.scan(folded)} == wanted


def _every(regex, text):
    """All matches by start, overlapping ones too."""
    position = 0
    while match := regex.search(text, position):
        yield match
        position = match.start() + 1


def test_nothing_to_look_for_finds_nothing():
    assert Scanner([]).scan(fold_map("bread")) == []
