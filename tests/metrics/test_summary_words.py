"""The words of the summary in every language: complete, with the same figures in them, and neutral."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dashboard.export import FORMATS, render
from feeds.monitor import read_monitor
from metrics.store.revising import REASONS
from metrics.summary import summarise
from metrics.summary_words import LANGUAGES, LOCALE, NUMBERED, SIGNED, TABLES, words_in
from tests.summary_values import DAY, END, busy, days, material

OTHERS = [lang for lang in LANGUAGES if lang != "en"]
PLACEHOLDER = re.compile(r"\{(\w+)\}")
MESSAGES = {f"{table}.{key}": text for table, known in TABLES.items() for key, text in known.items()}


def catalogue(lang):
    with (LOCALE / f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang)


@pytest.mark.parametrize("lang", OTHERS)
def test_every_message_is_in_every_catalogue_and_no_other(lang):
    found = {one.context: one for one in catalogue(lang) if one.id}
    assert found.keys() == MESSAGES.keys() | {f"numbered.{key}" for key in NUMBERED}
    assert [key for key, one in found.items() if one.fuzzy or not one.string or not all(one.string)] == []
    assert [key for key, text in MESSAGES.items() if found[key].id != text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_why_a_number_changed_has_its_words(lang):
    assert set(words_in(lang).reasons) == set(REASONS)


@pytest.mark.parametrize("lang", OTHERS)
def test_every_translation_holds_the_same_figures(lang):
    found = {one.context: one for one in catalogue(lang) if one.id}
    for key, text in MESSAGES.items():
        assert sorted(PLACEHOLDER.findall(found[key].string)) == sorted(PLACEHOLDER.findall(text)), key
    for key in NUMBERED:
        assert all(PLACEHOLDER.findall(form) == ["number"] for form in found[f"numbered.{key}"].string), key


@pytest.mark.parametrize("lang", OTHERS)
def test_every_plural_form_of_the_language_is_there(lang):
    forms = {"ru": 3, "hy": 1, "az": 2}[lang]  # Armenian counts in the singular
    found = catalogue(lang)
    assert found.num_plurals == forms
    assert all(
        len([one.string] if isinstance(one.string, str) else one.string) == forms
        for one in found
        if isinstance(one.id, tuple)
    )


RUSSIAN = {1: "1 сюжет", 2: "2 сюжета", 5: "5 сюжетов", 11: "11 сюжетов", 21: "21 сюжет", 112: "112 сюжетов"}


@pytest.mark.parametrize(("number", "text"), RUSSIAN.items())
def test_russian_counts_as_russian_does(number, text):
    assert words_in("ru").stories(number) == text


DATES = {
    "en": "12 August 2023, Saturday",
    "ru": "12 августа 2023, суббота",
    "hy": "12 օգոստոսի 2023, շաբաթ",
    "az": "12 avqust 2023, şənbə",
}


@pytest.mark.parametrize(("lang", "text"), DATES.items())
def test_dates_are_the_languages_own(lang, text):
    assert words_in(lang).long_date(date(2023, 8, 12)) == text


# Neutral -------------------------------------------------------------------------------------------------------------


def loaded(word):
    parts = (re.escape(part).replace(r"\*", r"\w*") for part in word.split())
    return re.compile(r"\b" + r"\s+".join(parts) + r"\b", re.IGNORECASE)


def own_words(lang):
    words = words_in(lang)
    tables = [words.headings, words.stances, words.occurrences, words.states, words.access, words.reports_of]
    tables += [words.facts, words.fixed, words.levels, words.reasons, words.kinds, words.drops]
    catalogued = [text for table in tables for text in table.values()]
    if lang != "en":
        catalogued += [str(one.string) for one in catalogue(lang)]
    summary = summarise(replace(busy(), lang=lang), day=DAY, as_of=END)
    sentences = [*summary.highlights, *summary.method, *(one.sentence for one in summary.changes)]
    return [*catalogued, *MESSAGES.values(), *(one.text for one in sentences)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_language_uses_a_loaded_word(lang, root: Path):
    monitor = read_monitor(root / "monitors" / "karabakh")
    patterns = [loaded(word) for word in monitor.loaded_words.get(lang, ())]
    assert len(patterns) > 3
    said = monitor.said[lang] if lang != "en" else None
    texts = [*own_words(lang), *([said.title, said.names_rule, said.disclaimer] if said else [])]
    texts += [one.labels.get(lang, one.label) for one in (*monitor.sectors, *monitor.pillars)]
    assert [(one.pattern, text) for one in patterns for text in texts if one.search(text)] == []


# In use --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format", ["md", "html", "pdf", "docx"])
def test_every_format_speaks_every_language(lang, format):
    summary = summarise(replace(busy(), lang=lang), day=DAY, as_of=END)
    assert render(summary, format) == render(summary, format)
    text = render(summary, "md").decode()
    assert f"## {words_in(lang).headings['changed']}" in text
    assert (words_in(lang).say("drafted")[:40] in text) == (lang not in SIGNED)
    assert "В магазинах Нортауна нет хлеба и муки." in text  # a quote stays as it was written
    assert "{" not in text


def numbers(text):
    return sorted(re.findall(r"\d+(?:[.,]\d+)?", text.replace(",", ".")))


@pytest.mark.parametrize("lang", OTHERS)
def test_the_same_figures_stand_in_every_language(lang):
    english, other = (summarise(replace(busy(), lang=one), day=DAY, as_of=END) for one in ("en", lang))
    for mine, theirs in zip(english.changes, other.changes, strict=True):
        assert numbers(mine.sentence.text) == numbers(theirs.sentence.text)
        assert mine.sentence.articles == theirs.sentence.articles
    for mine, theirs in zip(english.highlights, other.highlights, strict=True):
        assert numbers(mine.text) == numbers(theirs.text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unseen_range_draws_no_conclusion_in_any_language(lang):
    first = DAY - timedelta(days=6)
    unseen = replace(material(days=days("u" * 14)), lang=lang, first=first)
    summary = summarise(unseen, day=DAY, as_of=END)
    assert summary.state == "unseen"
    assert summary.highlights[0].text == words_in(lang).say("unseen_range", answered=2, asked=2)
    assert (summary.changes, summary.levels, summary.unchanged, summary.none_seen) == ((), (), None, None)


def test_formats_are_all_asked():
    assert {"md", "html", "pdf", "docx"} <= set(FORMATS)
