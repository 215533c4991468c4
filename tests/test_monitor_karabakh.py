"""The data of the Karabakh monitor: complete, consistent, balanced, and in neutral words. Reads files, nothing else."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from dashboard import words
from feeds.errors import DataFileError
from feeds.monitor import SPEAKER_ONLY_SIDES, Monitor, read_monitor
from feeds.sources import read_sources
from feeds.text import fold_map
from metrics.lexicon import IndicatorFile, Lexicon, PlaceEntry, read_lexicon
from metrics.places import read_map
from metrics.scan import Scanner

ROOT = Path(__file__).resolve().parents[1]
MONITORS = ROOT / "monitors"
FOLDER = MONITORS / "karabakh"
LANGUAGES = ("en", "ru", "hy", "az", "tr", "fr")
OLD = ("food", "fuel", "gas", "electricity", "water", "medicine", "starvation", "access", "displacement",
       "casualties", "detention", "shelter", "education", "heritage", "aid")  # fmt: skip
NEW = ("mines", "missing", "return", "livelihood", "status")
PEOPLES = ("karabakh-armenians", "azerbaijanis-displaced-and-returning")
DISTRICTS = {"lachin", "kalbajar", "aghdam", "fuzuli", "jabrayil", "zangilan", "gubadli"}
PROVINCES = {"aragatsotn", "ararat", "armavir", "gegharkunik", "kotayk", "lori", "shirak", "syunik", "tavush",
             "vayots-dzor"}  # fmt: skip
ONE_NAME = {  # both peoples use one name, or the second is not known to us: docs/monitor-files.md
    "karabakh", "hadrut", "talish", "maragha", "sarsang", "govhar-agha", "amaras", "aghdam-mosque", "hakari-bridge",
    "sus", "aghali", "horadiz", "dovlatyarli", "horovlu", "khidirli",
}  # fmt: skip
CROSSINGS = {"kornidzor", "tegh"}  # on the road, not where people were housed


@cache
def monitor() -> Monitor:
    return read_monitor(FOLDER)


@cache
def lexicon() -> Lexicon:
    return read_lexicon(monitor())


@cache
def entries(name: str) -> list[dict[str, object]]:
    """A list file as plain YAML, for what the readers join or leave out."""
    found: list[dict[str, object]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def place(key: str) -> PlaceEntry:
    return next(place for place in lexicon().places if place.id == key)


# Sources and outlets -------------------------------------------------------------------------------------------------


def test_at_least_60_feeds_of_which_most_are_polled():
    sources = read_sources(monitor())
    assert len(sources) >= 60
    assert sum(source.is_polled for source in sources) >= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_an_enabled_feed_that_counts(language):
    assert [s for s in read_sources(monitor()) if s.is_polled and language in s.languages and s.scope != "query"]


@pytest.mark.parametrize("side", [s.key for s in read_monitor(FOLDER).sides if s.key not in SPEAKER_ONLY_SIDES])
def test_every_side_has_an_enabled_feed_that_counts(side):
    assert [s for s in read_sources(monitor()) if s.is_polled and s.outlet.side == side and s.scope != "query"]


def test_every_outlet_that_a_feed_names_exists():
    known = {outlet[field] for outlet in entries("outlets.yaml") for field in ("key", "name")}
    assert {source["outlet"] for source in entries("sources.yaml")} <= known


@pytest.mark.parametrize(
    ("name", "field"),
    [("sources.yaml", "key"), ("sources.yaml", "url"), ("outlets.yaml", "key"), ("outlets.yaml", "name"),
     ("places.yaml", "id"), ("observers.yaml", "key")],
)  # fmt: skip
def test_nothing_stands_twice(name, field):
    values = [entry[field] for entry in entries(name)]
    assert sorted(values) == sorted(set(values))


def test_no_name_an_outlet_is_known_by_belongs_to_two():
    names = [name for outlet in entries("outlets.yaml") for name in {outlet["name"], *outlet["names"]}]
    assert sorted(names) == sorted(set(names))


def test_sides_and_controls_of_outlets_are_those_of_the_monitor():
    sides = set(monitor().side_keys) - set(SPEAKER_ONLY_SIDES)
    assert {outlet["side"] for outlet in entries("outlets.yaml")} <= sides
    assert {outlet["control"] for outlet in entries("outlets.yaml")} <= {control.key for control in monitor().controls}


def test_a_control_we_claim_to_know_says_why_and_since_when():
    claimed = [outlet for outlet in entries("outlets.yaml") if outlet["control"] != "unknown"]
    assert [outlet["key"] for outlet in claimed if not (outlet["basis"] and outlet["as_of"])] == []


def test_a_dead_feed_keeps_its_reason_and_a_search_is_off():
    for source in read_sources(monitor()):
        assert source.seen, source.key
        if source.retired is not None:
            assert len(source.retired.split()) > 2, source.key
        if "news.google.com" in source.url:
            assert (source.scope, source.enabled) == ("query", False), source.key


def test_azertag_is_asked_in_the_way_it_answers():
    azertag = next(source for source in read_sources(monitor()) if source.key == "azertag-az")
    assert (azertag.user_agent or "").startswith("Mozilla/5.0")


# Places --------------------------------------------------------------------------------------------------------------


def test_the_seven_adjacent_districts_the_ten_provinces_and_the_capitals_are_there():
    assert {p.id for p in lexicon().places if p.zone == "adjacent" and p.kind == "district"} == DISTRICTS
    assert {p.id for p in lexicon().places if p.zone == "host" and p.kind == "province"} == PROVINCES
    assert {p.id for p in lexicon().places if p.zone == "capital"} == {"baku", "yerevan"}


def test_names_stand_in_alphabetical_order():
    wrong = [p.id for p in lexicon().places if list(p.names_shown) != sorted(p.names_shown, key=str.casefold)]
    assert wrong == []


def test_a_place_of_the_region_has_both_names_unless_both_peoples_use_one():
    own = [p for p in lexicon().places if p.zone in ("core", "adjacent")]
    assert {p.id for p in own if len(p.names_shown) == 1} == ONE_NAME
    assert all(len(p.names_shown) == 2 for p in own if p.id not in ONE_NAME)


def test_every_place_has_names_in_six_languages_and_a_point_in_the_region():
    for found in lexicon().places:
        assert set(found.names) == set(LANGUAGES), found.id
        assert 38 < (found.lat or 0) < 42, found.id
        assert 43 < (found.lon or 0) < 50.5, found.id


def test_towns_that_host_people_carry_the_point_of_their_province():
    points = {(place(key).lat, place(key).lon) for key in PROVINCES}
    armenian = [p for p in lexicon().places if p.zone == "host" and p.lon < 45.4 and p.id not in CROSSINGS]
    assert [p.id for p in armenian if (p.lat, p.lon) not in points] == []
    assert place("goris").lat == place("syunik").lat


# Events and observers ------------------------------------------------------------------------------------------------


def test_every_event_of_the_list_is_there_with_a_valid_flag():
    assert len(lexicon().events) == 86
    for event in lexicon().events:
        assert event.verified in (True, False, "partial"), event.id
        assert event.sources or event.verified is False, event.id
        assert set(event.indicators) <= set(monitor().indicator_keys), event.id
        assert date(2020, 9, 27) <= event.date, event.id


def test_an_event_known_from_one_bloc_only_says_so():
    one_sided = [event.id for event in lexicon().events if event.one_sided]
    assert "E29" in one_sided  # two Armenian sources
    assert "E24" not in one_sided  # a source from each side


def test_observers_tell_who_could_see_and_since_when():
    said = {observer.who for observer in lexicon().observers}
    assert {"ICRC", "UNHCR", "Russian peacekeepers", "International press"} <= said
    assert any("trials" in observer.who for observer in lexicon().observers)
    for observer in lexicon().observers:
        assert observer.until is None or observer.since <= observer.until, observer.key
        assert observer.sources or observer.verified == "partial", observer.key


# Balance -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_peoples_are_looked_for_in_every_language_to_a_like_extent(language):
    counts = [len(lexicon().topic.people[people][language]) for people in PEOPLES]
    assert min(counts) * 3 >= max(counts), counts


@pytest.mark.parametrize("side", ["armenian", "azerbaijani"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_governments_can_speak_in_every_language(side, language):
    names = [name for actor in lexicon().actors if actor.side == side for name in actor.names[language]]
    assert len(names) >= 10


def test_private_persons_are_no_officials():
    assert {actor.side for actor in lexicon().actors if not actor.official} == {"local"}


# Indicators ----------------------------------------------------------------------------------------------------------


def test_all_twenty_indicators_are_named_once_and_the_lexicon_reads():
    assert sorted(monitor().indicator_keys) == sorted(OLD + NEW)
    assert {indicator.key for indicator in lexicon().indicators} == set(OLD + NEW)
    assert all(set(labels) == set(LANGUAGES) for labels in lexicon().labels.values())


@pytest.mark.parametrize(("day", "indicator", "active"), [
    (date(2023, 8, 1), "food", True),
    (date(2024, 8, 1), "food", False),
    (date(2023, 8, 1), "access", True),
    (date(2023, 11, 1), "access", False),
    (date(2026, 1, 1), "detention", True),
    (date(2026, 1, 1), "return", True),
    (date(2026, 1, 1), "shelter", True),
    (date(2020, 1, 1), "mines", False),
])  # fmt: skip
def test_an_indicator_is_active_when_history_says_so(day, indicator, active):
    assert monitor().indicator(indicator).is_active(day) is active


@pytest.mark.parametrize("indicator", NEW)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_indicator_is_as_deep_as_the_old_ones(indicator, language):
    words = common(indicator).words[language]
    assert len(words.terms) >= 15
    assert len(words.strong) >= 10
    assert len(words.exclude) >= 8
    assert all((words.eased, words.ongoing, words.demand))


@pytest.mark.parametrize("indicator", NEW)
def test_the_common_files_know_nothing_of_this_crisis(indicator):
    names = [name for place in lexicon().places if place.zone in ("core", "adjacent") for name in place.names["en"]]
    scanner = Scanner([name for name in names if len(name) > 5])
    text = (MONITORS / "common" / "indicators" / f"{indicator}.yaml").read_text(encoding="utf-8").replace("*", "")
    found = [text[hit.start : hit.end] for hit in scanner.scan(fold_map(text))]
    assert found == []


def common(key: str) -> IndicatorFile:
    text = (MONITORS / "common" / "indicators" / f"{key}.yaml").read_text(encoding="utf-8")
    return IndicatorFile.model_validate(yaml.safe_load(text))


def test_no_word_of_ours_is_cut_shorter_than_four_letters():
    """A lone `газ*` also finds Газах; in a phrase the neighbours guard it."""
    paths = [*FOLDER.glob("*.yaml"), *(FOLDER / "indicators").glob("*.yaml")]
    paths += [MONITORS / "common" / "indicators" / f"{key}.yaml" for key in NEW]
    short = [(path.name, word) for path in paths for word in strings(yaml.safe_load(path.read_text(encoding="utf-8")))
             if re.fullmatch(r"[^\W\d]{1,3}\*", word)]  # fmt: skip
    assert short == []


def strings(value: object) -> Iterator[str]:
    """All texts within a YAML value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


# Neutral words -------------------------------------------------------------------------------------------------------


def our_words() -> list[tuple[str, str, str]]:
    """(where, language, text) of everything that the monitor says in its own voice."""
    head = monitor()
    said = [("monitor.yaml", "en", text) for text in (head.title, head.subtitle, head.names_rule, head.disclaimer)]
    named = (*head.sides, *head.controls, *head.peoples)
    said += [(entry.key, "en", text) for entry in named for text in (entry.label, entry.note)]
    said += [(sector.key, "en", sector.label) for sector in head.sectors]
    said += [(event.id, "en", event.label) for event in lexicon().events]
    said += [(event.id, "en", re.sub(r'"[^"]*"', "", event.note)) for event in lexicon().events]
    said += [(o.key, "en", text) for o in lexicon().observers for text in (o.who, o.where, o.what)]
    said += [(p.id, "en", text) for p in lexicon().places for text in (*p.names_shown, p.note)]
    layers = read_map(monitor(), lexicon().places).layers
    said += [(layer.key, "en", text) for layer in layers for text in (layer.label, layer.note)]
    said += [("words.py", "en", text) for text in (words.PLACES_NOTE, words.LAYERS_NOTE, words.SIDES_NOTE)]
    said += [("words.py", "en", text) for text in words.PLACE_ZONES.values()]
    said += [(o["key"], "en", str(o["basis"])) for o in entries("outlets.yaml")]
    said += [(s["key"], "en", str(s.get(field, ""))) for s in entries("sources.yaml") for field in ("seen", "retired")]
    said += [(key, language, text) for key, labels in lexicon().labels.items() for language, text in labels.items()]
    return [(where, language, text) for where, language, text in said if text]


def loaded(language: str, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in Scanner(monitor().loaded_words[language]).scan(fold_map(text))]


def test_our_own_words_are_free_of_loaded_ones():
    assert [(where, found) for where, language, text in our_words() if (found := loaded(language, text))] == []


QUOTED = re.compile(r'```.*?```|`[^`]*`|"[^"]*"|“[^”]*”|«[^»]*»|\]\([^)]*\)', re.DOTALL)


def our_documents() -> list[tuple[str, str]]:
    """Paragraph by paragraph, without what is quoted, which may be anybody's word, and without code."""
    paths = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    parts = [(path.name, part) for path in paths for part in path.read_text(encoding="utf-8").split("\n\n")]
    return [(name, QUOTED.sub(" ", part)) for name, part in parts]


def texts_in_code() -> list[tuple[str, str]]:
    """Every text in the code of the two rooms that speak to people; docstrings and what names no word aside."""
    found = []
    for path in sorted(one for room in ("dashboard", "metrics") for one in (ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found += [
            (path.name, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements
        ]
    return [(name, text) for name, text in found if " " in text and text.isprintable()]


def test_documents_and_texts_in_the_code_are_free_of_loaded_words():
    scanner = Scanner(monitor().loaded_words["en"])
    said = [*our_documents(), *texts_in_code()]
    assert len(said) > 2_000
    found = [
        (name, text[max(0, hit.start - 40) : hit.end + 40])
        for name, text in said
        for hit in scanner.scan(fold_map(text))
    ]
    assert found == []


def test_a_loaded_word_in_a_document_would_be_seen_and_a_quoted_one_would_not():
    assert QUOTED.sub(" ", 'one side says "liberated", the `blockade` of [a word](occupied.md)').split() == [
        "one", "side", "says", ",", "the", "of", "[a", "word",
    ]  # fmt: skip


LOADED = {
    "en": "the occupied lands were liberated after the exodus",
    "ru": "на освобожденных территориях сепаратисты взяли заложников",
    "hy": "ազատագրված տարածքներում ահաբեկիչները պատանդներ վերցրին",
    "az": "işğaldan azad edilmiş ərazilərdə separatçılar və girovlar",
    "tr": "işgalden kurtarılan topraklarda teröristler ve rehineler",
    "fr": "l'exode, le blocus, le régime et les otages",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lint_finds_loaded_words_in_every_language(language):
    assert len(loaded(language, LOADED[language])) >= 2


@pytest.mark.parametrize("text", [
    "Lachin road closed or restricted", "people held in Baku", "left in September–October 2023", "Nagorno-Karabakh",
    "prisoners released", "military operation", "de-facto authorities",
])  # fmt: skip
def test_the_words_we_write_pass_the_lint(text):
    assert loaded("en", text) == []


def test_labels_of_events_name_a_place_by_both_names():
    """A name shown beside another never stands alone in a label; roads keep the name of the statement of 2020."""
    kinds = ("city", "town", "district")
    pairs = [p.names_shown for p in lexicon().places if len(p.names_shown) == 2 and p.kind in kinds]
    for event in lexicon().events:
        label = re.sub(r"Lachin (road|checkpoint|corridor)", "", event.label)
        for first, second in pairs:
            without = label.replace(f"{first} / {second}", "")
            assert not re.search(rf"\b({first}|{second})\b", without), f"{event.id}: {event.label}"


# Broken copies -------------------------------------------------------------------------------------------------------

BROKEN = {  # file: (text, what stands there instead, what the message names)
    "monitor.yaml": ("utc_offset_hours: 4", "utc_offset_hours: four", "utc_offset_hours"),
    "topic.yaml": ("not_about:\n", "not_about_this:\n", "not_about_this"),
    "places.yaml": ("  zone: core\n", "  zone: center\n", "zone"),
    "actors.yaml": ("  official: true\n", "  official: perhaps\n", "official"),
    "events.yaml": ("    verified: true\n", "    verified: maybe\n", "verified"),
    "observers.yaml": ('access: "yes"', 'access: "often"', "access"),
    "indicators/mines.yaml": ("  terms: [ANAMA,", "  words: [ANAMA,", "words"),
}


@pytest.mark.parametrize(("name", "was", "becomes", "field"), [(k, *v) for k, v in BROKEN.items()], ids=BROKEN)
def test_a_broken_file_is_named_with_line_and_field(tmp_path, name, was, becomes, field):
    folder, line = broken_copy(tmp_path, name, was, becomes)
    with pytest.raises(DataFileError) as error:
        read_lexicon(read_monitor(folder))
    said = str(error.value)
    assert said.startswith(f"{folder / name}:")
    assert field in said
    number = int(said.removeprefix(f"{folder / name}:").split(":")[0])
    assert abs(number - line) <= 1, said  # the field's own line, or that of the entry it stands in


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [("  scope: full\n", "  scope: most\n", "scope"), ("  outlet: hetq\n", "  outlet: nobody\n", "nobody")],
)
def test_a_broken_source_is_named_with_line_and_field(tmp_path, was, becomes, says):
    folder, _ = broken_copy(tmp_path, "sources.yaml", was, becomes)
    with pytest.raises(DataFileError, match=rf"sources\.yaml:\d+: .*{says}"):
        read_sources(read_monitor(folder))


def broken_copy(tmp_path: Path, name: str, was: str, becomes: str) -> tuple[Path, int]:
    """A copy of the monitor with one text replaced once, and the line it stood on."""
    shutil.copytree(MONITORS / "common", tmp_path / "common")
    shutil.copytree(FOLDER, tmp_path / "karabakh")
    path = tmp_path / "karabakh" / name
    text = path.read_text(encoding="utf-8")
    assert was in text, f"{name} no longer holds {was!r}"
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    return (tmp_path / "karabakh").resolve(), text[: text.index(was)].count("\n") + 1


# Labelled cases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cases_dev.jsonl", "mirror_dev.jsonl"])
def test_the_labelled_cases_are_those_we_were_given(shared, name):
    assert (FOLDER / name).read_bytes() == (shared / "data" / name).read_bytes()
