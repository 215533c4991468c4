"""The line in the reader's language beside a quote: from tags alone, in four languages, with their forms of numbers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from feeds.errors import DataFileError
from feeds.monitor import read_monitor
from feeds.text import fold_map
from metrics.lexicon import read_lexicon
from metrics.model import Evidence, Figure, Place, Speaker
from metrics.reader_labels import reader_labels, reader_languages
from metrics.scan import Scanner
from metrics.tag_line import figure_words, tag_line

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = "«Министерство: 30 000 драмов» <script>"
ITEM = Evidence(
    "shelter", "reported", "ongoing", "unstated", SENTENCE, 0, 30, "t", 0, 1, "r",
    Speaker("Министерство труда", "armenian"), Place("yerevan", "Yerevan", "capital"),
)  # fmt: skip
DRAMS = Figure(30_000, "amd", "aid", "increment", "unstated", "Министерство труда", "", SENTENCE)
LINES = {
    "en": "Shelter, housing and cold · reported · ongoing · Yerevan · ministry (Armenian) · 30,000 drams",
    "ru": "Жильё, отопление и холод · сообщается · продолжается · Yerevan · министерство (армянская сторона) · "
    "30 000 драмов",
    "hy": "Կացարան և ցուրտ · հաղորդվում է · շարունակվում է · Yerevan · նախարարություն (հայկական կողմ) · 30 000 դրամ",
    "az": "Sığınacaq, mənzil və soyuq · bildirilir · davam edir · Yerevan · nazirlik (erməni tərəfi) · 30.000 dram",
}
NUMBERS = {  # of persons with what became of them; forms after a number and after "more than" differ in Russian
    "one": ("en", replace(DRAMS, value=1, unit="people", subject="killed"), "1 person (killed)"),
    "few": ("ru", replace(DRAMS, value=3, unit="trucks", subject="transport"), "3 грузовика"),
    "few, bounded": (
        "ru",
        replace(DRAMS, value=3, unit="trucks", subject="transport", bound="more"),
        "более 3 грузовиков",
    ),
    "21, bounded": ("ru", replace(DRAMS, value=21, unit="families", subject="x", bound="more"), "более 21 семьи"),
    "range": ("en", replace(DRAMS, value=100, high=120, unit="people", subject="missing"), "100–120 people (missing)"),
    "fraction": ("az", replace(DRAMS, value=1.5, unit="tonnes"), "1,5 ton"),
    "rate": ("en", replace(DRAMS, value=5000, kind="rate", bound="about"), "about 5,000 drams (rate)"),
    "unknown unit": ("hy", replace(DRAMS, value=2, unit="sacks"), "2 sacks"),
}


@pytest.fixture(scope="module")
def monitor():
    return read_monitor(ROOT / "monitors" / "karabakh")


@pytest.fixture(scope="module")
def labels(monitor):
    lexicon = read_lexicon(monitor)
    return {language: reader_labels(monitor, lexicon, language) for language in reader_languages(monitor)}


def _plain_blanks(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", LINES)
def test_a_line_from_tags_alone(labels, language):
    other = replace(DRAMS, value=7, sentence="another sentence")
    assert _plain_blanks(tag_line(ITEM, [DRAMS, other], labels[language])) == LINES[language]


def test_nothing_of_the_text_enters_the_line(labels):
    person = replace(ITEM, speaker=Speaker("<b>Анна Петрова</b>", "local"), sentence="x", term="<i>")
    for language in LINES:
        line = tag_line(person, [], labels[language])
        assert "Петрова" not in line
        assert "<" not in line


def test_what_the_sentence_does_not_say_is_left_out(labels):
    bare = replace(ITEM, stance="denied", occurrence=None, speaker=None, place=None)
    assert tag_line(bare, [], labels["en"]) == "Shelter, housing and cold · denied"
    assert tag_line(replace(bare, people="karabakh-armenians"), [], labels["en"]).endswith("· Karabakh Armenians")


@pytest.mark.parametrize(("language", "figure", "words"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_is_written_as_the_language_writes_it(labels, language, figure, words):
    assert _plain_blanks(figure_words(figure, labels[language])) == words


def test_many_figures_are_counted_not_all_shown(labels):
    line = tag_line(ITEM, [replace(DRAMS, value=value) for value in range(1, 8)], labels["en"])
    assert line.endswith("4 drams · +3")


def test_places_keep_both_names_in_every_language(labels):
    both = replace(ITEM, place=Place("stepanakert", "Khankendi / Stepanakert", "core"))
    assert all("Khankendi / Stepanakert" in tag_line(both, [], labels[language]) for language in LINES)


@pytest.mark.parametrize("name", ["karabakh", "demo"])
def test_every_tag_has_a_word_in_every_language(name):
    monitor = read_monitor(ROOT / "monitors" / name)
    lexicon = read_lexicon(monitor)
    for language in reader_languages(monitor):
        of = reader_labels(monitor, lexicon, language)
        for key in monitor.indicator_keys:
            assert lexicon.labels[key][language]
        if language != "en":
            assert all(side.labels[language] for side in monitor.sides)
            assert all(people.labels[language] for people in monitor.peoples)
        assert of.is_drafted == (language != "en"), "nobody has signed them yet"


@pytest.mark.parametrize("language", ["en", "ru", "hy", "az"])
def test_no_loaded_word_in_our_labels(monitor, labels, language):
    of = labels[language]
    said = [*of.indicators.values(), *of.stances.values(), *of.occurrences.values(), *of.sides.values()]
    said += [*of.peoples.values(), *(label for _, label in of.offices), *of.subjects.values(), *of.bounds.values()]
    said += [word for forms in of.units.values() for word in forms.values()]
    scanner = Scanner(monitor.loaded_words[language])
    assert [word for word in said if scanner.scan(fold_map(word))] == []
    assert scanner.scan(fold_map({"en": "exodus", "ru": "исход", "hy": "գաղթ", "az": "girov"}[language]))


def test_a_missing_word_is_named_with_its_line(tmp_path):
    for folder in ("common", "demo"):
        shutil.copytree(ROOT / "monitors" / folder, tmp_path / folder)
    path = tmp_path / "common" / "labels.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("hy: հերքվում է, ", ""), encoding="utf-8")
    monitor = read_monitor(tmp_path / "demo")
    with pytest.raises(DataFileError, match=r"labels\.yaml:\d+: stances: denied: no word in hy"):
        reader_labels(monitor, read_lexicon(monitor))
    path.write_text(text.replace("\n  amd: ", "\n  shells: "), encoding="utf-8")
    with pytest.raises(DataFileError, match=r"labels\.yaml:\d+: units: 'amd' stands here or in figures\.yaml"):
        reader_labels(monitor, read_lexicon(monitor))
