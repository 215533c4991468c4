"""Numbers in six languages: what each way of writing says, and what is no number."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import fold
from metrics.figure_words import read_figures
from metrics.numbers import Grammar

COMMON = Path(__file__).resolve().parents[2] / "monitors" / "common"
WORDS = read_figures(COMMON).numbers
GRAMMARS = {language: Grammar(words) for language, words in WORDS.items()}
LANGUAGES = sorted(GRAMMARS)

READ = [  # language, text, [(value, high, bound)]
    ("en", "Twenty-nine families", [(29, None, "")]),
    ("en", "two hundred and five people", [(205, None, "")]),
    ("en", "half a million people", [(500_000, None, "")]),
    ("en", "more than 100,617 people", [(100_617, None, "more")]),
    ("en", "between 5 and 7 men, 8–9 women", [(5, 7, ""), (8, 9, "")]),
    ("en", "up to 2.5 million", [(2_500_000, None, "less")]),
    ("en", "from 40,000 to 30,000", [(40_000, None, ""), (30_000, None, "")]),
    ("en", "a dozen men, a hundred women", [(12, None, "about"), (100, None, "")]),
    ("en", "5-7 thousand people", [(5_000, 7_000, "")]),
    ("ru", "сто двадцать тысяч человек", [(120_000, None, "")]),
    ("ru", "более 100 тыс. человек", [(100_000, None, "more")]),
    ("ru", "около полутора тысяч тонн", [(1_500, None, "about")]),
    ("ru", "от 5 до 7 человек", [(5, 7, "")]),
    ("ru", "двое и пятеро", [(2, None, ""), (5, None, "")]),
    ("ru", "1,2 млн рублей, 1 420 мин", [(1_200_000, None, ""), (1_420, None, "")]),
    ("hy", "հարյուր քսան հազար մարդ", [(120_000, None, "")]),
    ("hy", "9 հազար 300 մարդ, 120 հզ.", [(9_300, None, ""), (120_000, None, "")]),
    ("hy", "ավելի քան 400, շուրջ քառասուն", [(400, None, "more"), (40, None, "about")]),
    ("hy", "300-ի, 214-ը, քսանինը", [(300, None, ""), (214, None, ""), (29, None, "")]),
    ("hy", "տասնհինգից քսան տարի", [(15, 20, "")]),
    ("az", "yüz iyirmi min nəfər", [(120_000, None, "")]),
    ("az", "50-dən çox insan, 20-yə yaxın ev", [(50, None, "more"), (20, None, "about")]),
    ("az", "5-7 min nəfər", [(5_000, 7_000, "")]),
    ("az", "yarım milyon, beşinin", [(500_000, None, ""), (5, None, "")]),
    ("tr", "yüz yirmi bin kişi", [(120_000, None, "")]),
    ("tr", "100'den fazla, 4 binden az", [(100, None, "more"), (4_000, None, "less")]),
    ("tr", "50'yi aşkın; 15 ila 20", [(50, None, "more"), (15, 20, "")]),
    ("tr", "31 bin 200, 10,45 milyon", [(31_200, None, ""), (10_450_000, None, "")]),
    ("fr", "quatre-vingt-dix personnes", [(90, None, "")]),
    ("fr", "soixante-dix-sept, vingt et un", [(77, None, ""), (21, None, "")]),
    ("fr", "plus de 65 000, 1'340 corps", [(65_000, None, "more"), (1_340, None, "")]),
    ("fr", "une centaine, deux cent mille", [(100, None, "about"), (200_000, None, "")]),
    ("fr", "2 à 5 millions", [(2_000_000, 5_000_000, "")]),
]
NONE = [
    ("en", "at 12:30 on 29.09.2023"), ("en", "the 5th, the 28-match run"), ("en", "hundreds of men, thousands, dozens"),
    ("en", "Article 274"), ("en", "call +374 10 54 32 11"), ("en", "a T-72 tank"), ("ru", "57-летний, 11-й раз"),
    ("ru", "тысячи людей, сотни"), ("ru", "в 11:00"), ("hy", "5-րդ կետ, 42-ամյա"), ("hy", "ժամը 10։30"),
    ("az", "2026-cı il, 279-cu"), ("az", "mina tapıldı"), ("tr", "2026'ncı, yüzlerce"), ("fr", "des milliers, le 2e"),
]  # fmt: skip


def _read(language, text):
    return [(one.value, one.high, one.bound) for one in GRAMMARS[language].numbers(fold(text))]


@pytest.mark.parametrize(("language", "text", "numbers"), READ, ids=[text for _, text, _ in READ])
def test_a_number_says_what_a_reader_reads(language, text, numbers):
    assert _read(language, text) == numbers


@pytest.mark.parametrize(("language", "text"), NONE, ids=[text for _, text in NONE])
def test_dates_times_names_ordinals_and_mere_plurals_are_no_numbers(language, text):
    assert _read(language, text) == []


def _grouped(number, mark):
    return f"{number:,}".replace(",", mark)


@given(
    number=st.integers(0, 999_999_999),
    language=st.sampled_from(LANGUAGES),
    kind=st.sampled_from(["plain", "space", "nbsp", "thin", "own", "apostrophe"]),
)
def test_any_whole_number_reads_back_from_its_digits(number, language, kind):
    marks = {
        "plain": "",
        "space": " ",
        "nbsp": "\u00a0",
        "thin": "\u202f",
        "apostrophe": "'",
        "own": WORDS[language].thousands,
    }
    text = f"x {_grouped(number, marks[kind])} y"
    assert _read(language, text) == [(number, None, "")]


def _spelled(number, language):
    """The number in words, as the language puts them together, with the forms of numbers.yaml."""
    words = WORDS[language]
    parts = []
    for scale in (1_000_000, 1_000):
        if number >= scale:
            count, number = divmod(number, scale)
            one = words.scales[scale][0]
            parts += ([] if count == 1 and language != "en" and scale == 1_000 else [_spelled(count, language)]) + [one]
    if number >= 100:
        count, number = divmod(number, 100)
        if 100 in words.words:
            parts.append(words.words[count * 100][0])
        else:
            parts += ([] if count == 1 and language != "en" else [words.words[count][0]]) + [words.scales[100][0]]
    if number >= 20 or (number > 10 and number not in words.words):
        ten = number // 10 * 10
        parts.append(words.words[ten][0])
        number -= ten
    return " ".join([*parts, *([words.words[number][0]] if number else [])])


# Thousands of one have forms of their own in Russian and twenties in French; both are in the table above.
@given(number=st.integers(1, 999_999), language=st.sampled_from(["en", "hy", "az", "tr"]))
def test_any_whole_number_reads_back_from_its_words(number, language):
    spelled = _spelled(number, language)
    assert _read(language, f"x {spelled} y") == [(number, None, "")]


@given(low=st.integers(1, 500), more=st.integers(1, 400), language=st.sampled_from(LANGUAGES))
def test_a_range_has_both_ends(low, more, language):
    assert _read(language, f"x {low}–{low + more} y") == [(low, low + more, "")]


@given(
    st.text(alphabet=st.sampled_from(list("0123456789.,'’-– \u00a0%$/:min yüz сто հազարfive")), max_size=60),
    st.sampled_from(LANGUAGES),
)
def test_any_text_is_read_without_harm(text, language):
    folded = fold(text)
    for one in GRAMMARS[language].numbers(folded):
        assert 0 <= one.start < one.end <= len(folded)
        assert one.high is None or one.high > one.value
