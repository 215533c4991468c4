"""The lexicon's files: what is allowed, how an error reads, what two files make together."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from feeds.datafile import read_yaml
from feeds.errors import DataFileError
from feeds.monitor import read_monitor
from metrics.lexicon import IndicatorFile, StanceFile, Topic, read_lexicon

ROOT = Path(__file__).resolve().parents[2]

WRONG = {
    "a field that does not exist": ("en:\n  termz: [bread]\n", ":2: en.termz: Extra inputs are not permitted"),
    "a word that is a number": ("en:\n  terms: [bread, 1915]\n", ":2: en.terms.1: Input should be a valid string"),
    "a stem so short that it matches half of the language": ("en:\n  terms: [bread, su*]\n", ":2: en.terms.1: "),
    "half of a pair": ('en:\n  strong: ["bread .. "]\n', ":2: en.strong.0: "),
    "&& outside exclude": ('en:\n\n  terms: ["bread && game"]\n', ":3: en.terms.0: "),
    "a language of three letters": ("eng: {terms: [bread]}\n", "'eng' is neither a two-letter language nor one of"),
    "not YAML": ("en:\n  terms: [bread\n", "not YAML"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_named_with_its_line(text, message, tmp_path):
    path = tmp_path / "food.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        read_yaml(path, IndicatorFile)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def folder(tmp_path):
    """A copy of all monitors, to be edited."""
    shutil.copytree(ROOT / "monitors", tmp_path / "monitors")
    return tmp_path / "monitors"


def _lexicon(folder):
    return read_lexicon(read_monitor(folder / "karabakh"))


def test_the_monitors_own_words_are_joined_to_the_common_ones(folder):
    lexicon = _lexicon(folder)
    access = next(indicator for indicator in lexicon.indicators if indicator.key == "access")
    terms = access.words["en"].terms
    assert "Goris-Stepanakert" in terms
    assert "checkpoint*" in terms
    assert ("en", "Goris-Stepanakert") in access.overlay
    assert ("en", "checkpoint*") not in access.overlay


def test_no_word_of_one_crisis_stands_in_the_common_files():
    for path in sorted((ROOT / "monitors" / "common").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8").lower()
        for word in ("lachin", "лачин", "լաչին", "laçın", "hakari", "stepanakert", "степанакерт", "zangezur"):
            assert word not in text, f"{path}: {word}"


def test_every_indicator_has_words_and_a_label_in_every_language(folder):
    lexicon = _lexicon(folder)
    for indicator in lexicon.indicators:
        for language in ("en", "ru", "hy", "az", "tr", "fr"):
            assert indicator.label[language], f"{indicator.key}: {language}"
            assert indicator.words[language].terms or indicator.words[language].strong, f"{indicator.key}: {language}"


def test_a_new_word_changes_the_rules_version_and_a_new_label_does_not(folder):
    before = _lexicon(folder).rules_version
    food = folder / "common" / "indicators" / "food.yaml"
    text = food.read_text(encoding="utf-8")
    food.write_text(text.replace('en: "Food"', 'en: "Groceries"'), encoding="utf-8")
    assert _lexicon(folder).rules_version == before
    food.write_text(text.replace("terms: [food,", "terms: [food, gruel,", 1), encoding="utf-8")
    assert _lexicon(folder).rules_version != before
    assert len(before) == 12


def test_a_missing_indicator_names_the_file_it_wants(folder):
    (folder / "common" / "indicators" / "education.yaml").unlink()
    with pytest.raises(DataFileError, match=r"education\.yaml:1: file not found"):
        _lexicon(folder)


def test_a_side_that_the_monitor_does_not_list_is_named(folder):
    actors = folder / "karabakh" / "actors.yaml"
    actors.write_text("- {side: martian, names: {en: [Zog]}}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="'martian' is not one of"):
        _lexicon(folder)


@pytest.mark.parametrize("field", ["indicators: [gruel]", "people: martians", "side: martian"])
def test_an_event_that_names_what_the_monitor_does_not_list_is_named(folder, field):
    events = folder / "karabakh" / "events.yaml"
    events.write_text(f"events:\n  - {{id: E01, date: 2020-09-27, label: x, {field}}}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"events\.yaml:1: E01: \w+: '\w+' is not one of"):
        _lexicon(folder)


def test_words_of_yaml_that_look_like_switches_stay_words(tmp_path):
    path = tmp_path / "stance.yaml"
    path.write_text("en: {negation: [no, yes, off]}\n", encoding="utf-8")
    assert read_yaml(path, StanceFile).languages["en"].negation == ("no", "yes", "off")


def test_an_empty_topic_is_a_topic(tmp_path):
    path = tmp_path / "topic.yaml"
    path.write_text("{}\n", encoding="utf-8")
    assert read_yaml(path, Topic) == Topic()


def test_labels_by_indicator_and_language(folder):
    lexicon = replace(_lexicon(folder))
    assert lexicon.labels["food"]["fr"] == "Alimentation"


def test_a_key_that_stands_twice_is_named_and_not_silently_dropped(tmp_path):
    path = tmp_path / "stance.yaml"
    path.write_text("en:\n  reported: [short]\n  eased: [restored]\n  reported: [cut]\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"stance.yaml:4: 'reported' stands here and in line 2; join them"):
        read_yaml(path, StanceFile)
