"""Words of many texts at once are the words of each, and so are the sketches."""

import hashlib
import re

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.sketch import Asked
from metrics.tokens import _BY_PLACE as BY_PLACE
from metrics.tokens import beginning_of, tokens
from tests.metrics.test_stories import CUT, MONDAY, ROAD, WITH_AGENCY

PLAIN = st.characters(max_codepoint=0xFFFE)
HASHES = [2721796292, 1015771461, 3096676859, 3666223171]
TEXTS = st.lists(st.one_of(st.text(PLAIN), st.text("ab 1\n.Հայ_", max_size=30)), max_size=6)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_words_are_what_the_pattern_finds_in_each_text(texts):
    found = tokens(texts)
    words = [found.text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]
    bounds = zip(found.first[:-1], found.first[1:], strict=True)
    assert [words[start:end] for start, end in bounds] == [re.findall(r"\w+", text) for text in texts]
    assert found.is_digit.tolist() == [word[0].isdigit() for word in words]


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_equal_words_have_equal_hashes_and_others_have_not(texts):
    found = tokens(texts)
    words = [found.text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]
    hashes = dict(zip(words, found.hashes.tolist(), strict=True))
    assert [hashes[word] for word in words] == found.hashes.tolist()
    assert len(set(hashes.values())) == len(hashes)
    assert all(one == beginning_of(word) for one, word in zip(found.beginning, words, strict=True) if len(word) > 2)


def test_the_hash_of_a_word_is_the_same_on_every_machine():
    """Sketches are stored: another value would make every stored one useless."""
    found = tokens(["road дорога ճանապարհ yol"])
    assert found.hashes.tolist() == HASHES
    assert found.hashes.dtype == np.uint64


def test_the_sketch_of_a_text_is_what_it_was_when_those_in_the_archive_were_made(tagger):
    """With numbers, dates, weekdays, opposites, a dateline and a footer. Other bytes would need a version with them."""
    sketch = tagger.sketcher.sketch(ROAD, f"{MONDAY} {WITH_AGENCY} {CUT}", "en", "Paper1")
    assert sketch.title_key == "cd10a17327ba8f423e2876a0"
    assert hashlib.sha256(sketch.blob).hexdigest().startswith("2fe724023e4dc9f1")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("ab1Հ ", max_size=200), max_size=4))
@example(["ab" * 40 + " Հա", "b" * 64, "a" * 65])
def test_the_hash_of_a_word_is_the_sum_of_its_letters_by_place(texts):
    found = tokens(texts)
    words = [found.text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]
    assert found.hashes.tolist() == list(map(one_by_one, words))


def one_by_one(word):
    places = [int(one) for one in BY_PLACE]
    total = sum(ord(letter) * places[min(n, len(places) - 1)] for n, letter in enumerate(word)) % 2**64
    return (total ^ total >> 32) * 0x9E3779B97F4A7C15 % 2**64 >> 32


def test_letters_beyond_the_first_plane_and_broken_ones_part_words():
    found = tokens(["ab\U0001d400cd", "x\ud800y"])
    assert found.first.tolist() == [0, 2, 4]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=200), st.sampled_from(["en", "ru", "xx"])), max_size=70)
)
def test_an_article_among_others_has_the_sketch_it_has_alone(tagger, texts):
    asked = [Asked(title, f"{text} 3 October {text} one two three four five six", lang) for title, text, lang in texts]
    together = tagger.sketcher.sketches(asked)
    assert together == [tagger.sketcher.sketch(one.title, one.text, one.language) for one in asked]
