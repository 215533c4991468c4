"""Folding: what becomes one form, and that every offset finds its way back."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import fold, fold_map, title_key
from tests.pace import within

SAME = {
    "Azerbaijani and Turkish i in all its forms": ("İŞIQLAR SÖNDÜ", "işıqlar söndü"),
    "i with a dot above, as lower() makes it of İ": ("i\u0307stanbul", "İstanbul"),
    "Russian ё": ("Ещё", "еще"),
    "quotes of three habits": ("«Карабах» “Карабах”", '"карабах" "карабах"'),
    "dashes": ("Север—Юг", "север-юг"),
    "soft hyphen and zero-width space": ("хле\u00adба и\u200bли", "хлеба или"),
    "the three ways to write Armenian and": ("Երևան եւ Երեւան եվ ԵՐԵՎԱՆ", "երևան և երևան և երևան"),
    "Armenian marks inside words": ("ինչո՞ւ", "ինչու"),
    "of the Armenian marks the one after a word stays": ("Ինչո՞ւ, եթե՝ ո՛չ", "ինչու, եթե՝ ոչ"),
    "classical Armenian spelling": ("մէջ կեանք հաղորդութիւն յայտնել", "մեջ կյանք հաղորդություն հայտնել"),
    "a wounded man in classical Armenian spelling": ("վիրաւոր", "վիրավոր"),
    "marks typed apart": (unicodedata.normalize("NFD", "çörək й"), "çörək й"),
    "a Cyrillic schwa in Azerbaijani": ("ötәn hәftә", "ötən həftə"),
    "a Latin letter in a Russian word": ("Кaрабах", "карабах"),
    "a no-break space": ("120\u00a0000", "120 000"),
}


@pytest.mark.parametrize(("written", "other"), SAME.values(), ids=SAME)
def test_two_spellings_fold_to_one(written: str, other: str) -> None:
    assert fold(written) == fold(other)


DIFFERENT = {
    "hunger and open in Azerbaijani": ("aclıq", "açıq"),
    "water and crime in Turkish": ("su", "suç"),
}


@pytest.mark.parametrize(("one", "two"), DIFFERENT.values(), ids=DIFFERENT)
def test_folding_keeps_words_apart(one: str, two: str) -> None:
    assert fold(one) != fold(two)


def test_a_span_is_the_word_as_it_was_written() -> None:
    raw = "Ասաց, որ Ստե\u00adփանա\u200bկերտում եւ Երեւանում հաց չկա՞:"
    folded = fold_map(raw)
    for word in ("ստեփանակերտում", "երևանում", "հաց", "չկա"):
        start = folded.text.index(word)
        first, last = folded.span(start, start + len(word))
        assert fold(raw[first:last]) == word
    start = folded.text.index("երևանում")
    assert raw[slice(*folded.span(start, start + 8))] == "Երեւանում"


HARD = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("եւվէաիոյևԵՎՒՅ՞՛՝՜՚\u00ad\u200dİIıi\u0307\u0301\u0327ёЁaсеоx«»—'’ 1.\n가\u1100\u1161\u11a8"),
    )
)


@given(HARD)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(HARD)
def test_offsets_stay_inside_and_never_go_back(text: str) -> None:
    folded = fold_map(text)
    offsets = [folded.original(i) for i in range(len(folded.text) + 1)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(text) for offset in offsets)


@given(HARD)
def test_the_map_and_the_plain_fold_agree(text: str) -> None:
    assert fold_map(text).text == fold(text)


def test_a_long_text_folds_in_no_time() -> None:
    text = "Արցախում հաց չկա, ասել են բնակիչները։ В Степанакерте ещё нет хлеба. " * 20_000
    with within(2, time.process_time):
        fold_map(text)


TITLES = {
    "case, dashes and quotes": ("«Gas» supply — CUT!", "gas supply cut"),
    "nothing but signs": ("— … —", ""),
}


@pytest.mark.parametrize(("title", "key"), TITLES.values(), ids=TITLES)
def test_title_key(title: str, key: str) -> None:
    assert title_key(title) == key
