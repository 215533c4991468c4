"""A blind sample, read back: agreement as published, rates that a hand can check, and a record of it."""

import json
import math
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.archive import open_archive
from feeds.errors import DataFileError, HouseError
from metrics import audit
from metrics.__main__ import main
from metrics.agreement import alpha
from metrics.cases import Case
from metrics.model import Evidence, Tagged
from metrics.sample import Drawn, allocated, drawn, read_key, strata
from metrics.store.audits import Drawable, drawable, last_audit

NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)
NAN = float("nan")

# Agreement: the worked examples of Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability" -------------------

WORKED = {
    "A: two values, two observers": (["0100000010", "1110010000"], 0.095),
    "B: five values, two observers": (["aabbdcccedda", "babbbcccеddd".replace("е", "e")], 0.692),
    "C: four observers, some silent": (
        ["123321412***", "1233224125*3", "*3332342251*", "1233244125 1*".replace(" ", "")],
        0.743,
    ),
}


@pytest.mark.parametrize(("readers", "wanted"), WORKED.values(), ids=WORKED)
def test_alpha_is_as_published(readers, wanted):
    units = [[None if one == "*" else one for one in unit] for unit in zip(*readers, strict=True)]
    assert alpha(units) == pytest.approx(wanted, abs=0.0006)


def test_alpha_is_one_for_twins_and_unknown_where_nothing_differs():
    assert alpha([("a", "a"), ("b", "b")]) == 1
    assert math.isnan(alpha([("a", "a"), ("a", "a")]))
    assert math.isnan(alpha([]))


# The sample ----------------------------------------------------------------------------------------------------------


def _drawable(number, language="en", relevant=True, context=False, stances=()):
    return Drawable(number, language, relevant, context, frozenset(stances))


def test_an_article_stands_under_its_rarest_stance_of_the_language():
    articles = [
        *(_drawable(n, stances=["reported"]) for n in range(5)),
        _drawable(5, stances=["reported", "denied"]),
        _drawable(6, "ru", stances=["denied"]),
        _drawable(7, "ru", stances=["denied", "reported"]),
        _drawable(8, relevant=None),
        _drawable(9, relevant=False),
        _drawable(10, relevant=False, context=True),
        _drawable(11),
        _drawable(12, "", relevant=False),
    ]
    assert strata(articles) == {
        "?/not-relevant": [12],
        "en/context": [10],
        "en/denied": [5],
        "en/no-evidence": [11],
        "en/not-relevant": [9],
        "en/reported": [0, 1, 2, 3, 4],
        "en/untagged": [8],
        "ru/denied": [6],
        "ru/reported": [7],
    }


SIZES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 5000), min_size=1, max_size=20)


@given(SIZES, st.integers(20, 400))
def test_every_stratum_is_in_and_none_gives_more_than_it_holds(sizes, size):
    given_places = allocated(sizes, size)
    assert sum(given_places.values()) == min(size, sum(sizes.values()))
    for name, holds in sizes.items():
        assert 1 <= given_places[name] <= holds
        assert given_places[name] >= min(holds, 2) or size < 2 * len(sizes)


def test_a_sample_too_small_for_its_strata_is_said():
    with pytest.raises(HouseError, match="give at least 3"):
        allocated({"a": 5, "b": 5, "c": 5}, 2)


def test_a_seed_gives_the_same_sample_and_another_seed_another():
    found = {"en/reported": list(range(100)), "ru/denied": list(range(100, 110))}
    first = drawn(found, size=20, seed=7, rules_version="r")
    assert drawn(found, size=20, seed=7, rules_version="r") == first
    assert {one.article for one in drawn(found, size=20, seed=8, rules_version="r")} != {one.article for one in first}
    assert [one.id for one in first][:2] == ["A-0001", "A-0002"]
    names = [one.stratum for one in first]
    assert names != sorted(names), "the order of lines tells the reader nothing"


# Rates ---------------------------------------------------------------------------------------------------------------


def _tags(relevant=True, *labels):
    made = [Evidence(key, stance, None, "", "", 0, 0, "", 0, 0, "") for key, stance in labels]
    return Tagged("", "en", relevant=relevant, context=False, evidence=tuple(made))


def _case(one, relevant=True, *labels, optional=(), context=False):
    listed = [{"indicator": key, "stance": stance} for key, stance in labels]
    base = {"id": one, "lang": "en", "title": "", "text": "", "relevant": relevant, "context": context}
    return Case.model_validate({**base, "indicators": listed, "optional": optional})


def _audited(items, strata_of, *more):
    """items: id → (reader's case, tags); strata_of: id → (stratum, holds)."""
    key = {one: Drawn(one, 1, *strata_of[one], "r") for one in strata_of}
    readings = [{one: case for one, (case, _) in items.items()}, *more]
    tagged = {one: tags for one, (_, tags) in items.items()}
    done = audit.audited(readings, tagged, key, ["food", "gas"], rules_version="r")
    return done, {(one.indicator, one.stance): one for one in done.measured}


FOOD = ("food", "reported")


@pytest.fixture
def counted():
    """20 articles tagged relevant of which 10 were read (7 right), 80 tagged not relevant of which 10 (1 missed)."""
    items, where = {}, {}
    for n in range(10):
        items[f"a{n}"] = (_case(f"a{n}", n < 7), _tags(True))
        where[f"a{n}"] = ("en/reported", 20)
        items[f"b{n}"] = (_case(f"b{n}", n < 1), _tags(False))
        where[f"b{n}"] = ("en/not-relevant", 80)
    return items, where


def test_rates_are_weighted_by_what_the_strata_hold(counted):
    done, rates = _audited(*counted)
    one = rates["", ""]
    assert (done.items, done.readers, done.agreement) == (20, 1, None)
    assert one.precision.value == pytest.approx(14 / 20)
    assert one.recall.value == pytest.approx(14 / (14 + 8))
    assert one.specificity.value == pytest.approx(72 / (72 + 6))
    assert one.raw.value == pytest.approx(0.20)
    assert one.corrected.value == pytest.approx(0.22), "14 right and 8 missed of 100"
    assert (one.precision.items, one.recall.items, one.raw.items) == (10, 8, 20)


def test_intervals_hold_the_value_are_the_same_every_time_and_wider_for_what_rests_on_less(counted):
    _, rates = _audited(*counted)
    one = rates["", ""]
    for rate in (one.precision, one.recall, one.specificity, one.corrected):
        assert rate.low <= rate.value <= rate.high
        assert rate.low < rate.high
    assert one.recall.high - one.recall.low > one.precision.high - one.precision.low, "one miss stands for eight"
    assert one.raw.low == one.raw.high == pytest.approx(0.2), "strata are as they are: nothing of this is chance"
    assert _audited(*counted)[1] == rates


def test_ten_of_ten_right_is_not_certainty():
    items = {f"a{n}": (_case(f"a{n}", True, FOOD), _tags(True, FOOD)) for n in range(10)}
    _, rates = _audited(items, dict.fromkeys(items, ("en/reported", 50)))
    assert rates[FOOD].precision.value == rates[FOOD].precision.high == 1
    assert rates[FOOD].precision.low == pytest.approx(0.722, abs=0.001), "Wilson's interval of 10 of 10"
    more = {f"b{n}": (_case(f"b{n}", False), _tags(False)) for n in range(10)}
    _, rates = _audited({**items, **more}, {one: (one[0], 50) for one in {**items, **more}})
    one = rates[FOOD].corrected
    assert one.low < one.value == 0.5 < one.high


def test_labels_are_judged_by_indicator_by_stance_and_by_both():
    items = {
        "a": (_case("a", True, FOOD), _tags(True, ("food", "denied"))),
        "b": (_case("b", True, FOOD), _tags(True, FOOD)),
        "c": (_case("c", False), _tags(True, ("gas", "reported"))),
    }
    _, rates = _audited(items, dict.fromkeys(items, ("en/x", 3)))
    assert rates["food", ""].recall.value == 1
    assert rates[FOOD].recall.value == 0.5
    assert rates["food", "denied"].precision.value == 0
    assert rates["gas", "reported"].precision.value == 0
    assert rates["", "reported"].precision.value == 0.5
    assert ("gas", "denied") not in rates, "what nobody names is no row"


def test_past_neither_helps_nor_hurts_but_calling_it_reported_does():
    past = ("food", "past")
    items = {
        "a": (_case("a", True, past), _tags(True)),
        "b": (_case("b", True), _tags(True, past)),
        "c": (_case("c", True, past), _tags(True, FOOD)),
    }
    _, rates = _audited(items, dict.fromkeys(items, ("en/x", 3)))
    assert not [name for name in rates if name[1] == "past"]
    assert (rates[FOOD].precision.value, rates[FOOD].raw.items) == (0, 3)
    assert rates["food", ""].raw.value == pytest.approx(1 / 3), "a past label is none"


def test_what_a_reader_leaves_open_is_not_judged():
    items = {
        "a": (_case("a", True, optional=["food"]), _tags(True, FOOD)),
        "b": (_case("b", True, FOOD), _tags(True, FOOD)),
    }
    _, rates = _audited(items, dict.fromkeys(items, ("en/x", 2)))
    assert (rates[FOOD].precision.value, rates[FOOD].precision.items) == (1, 1)


def test_where_two_readers_differ_nothing_is_judged():
    items = {
        "a": (_case("a", True, FOOD), _tags(True, FOOD)),
        "b": (_case("b", True, FOOD), _tags(True, FOOD)),
        "c": (_case("c", False), _tags(False)),
    }
    second = {"a": _case("a", True, FOOD), "b": _case("b", True, ("food", "denied")), "c": _case("c", False)}
    done, rates = _audited(items, dict.fromkeys(items, ("en/x", 3)), second)
    assert (rates[FOOD].precision.value, rates[FOOD].precision.items) == (1, 1)
    assert rates["food", ""].precision.items == 2
    assert done.agreement.relevance == 1
    assert done.agreement.indicator == 1
    assert done.agreement.stance == pytest.approx(alpha([("r", "r"), ("r", "d")]))
    assert done.agreement.by_indicator == {"food": 1.0}


def test_a_stratum_that_nobody_read_is_said(counted):
    items, where = counted
    done, _ = _audited(items, {**where, "z": ("hy/denied", 5)})
    assert (done.strata_read, done.strata_drawn) == (2, 3)


ROGAN = {  # raw, sensitivity, specificity → corrected
    "as in the paper's formula": (0.25, 0.8, 0.9, 0.15 / 0.7),
    "a perfect test": (0.3, 1, 1, 0.3),
    "never below nothing": (0.05, 0.8, 0.9, 0),
    "never above all": (0.95, 0.8, 0.9, 1),
    "no better than chance": (0.3, 0.5, 0.5, NAN),
    "unknown stays unknown": (0.3, NAN, 0.9, NAN),
}


@pytest.mark.parametrize(("raw", "sensitivity", "specificity", "wanted"), ROGAN.values(), ids=ROGAN)
def test_rogan_gladen(raw, sensitivity, specificity, wanted):
    assert audit.rogan_gladen(raw, sensitivity, specificity) == pytest.approx(wanted, nan_ok=True)


# The commands, on a real archive -------------------------------------------------------------------------------------

FOOD_TEXT = (
    "There is a food shortage in Nagorno-Karabakh, the local authorities said on Tuesday. Shops sold bread by coupon."
)
TALK = "The parliament of a far country adopted a budget on Monday after a debate of eleven hours about taxes on tea."


@pytest.fixture
def room(newsroom, source):
    made = newsroom(source("first"), source("second", side="azerbaijani"))
    made.poll("first", NOON, *((f"f{n}", f"Food runs short, day {n}", f"{FOOD_TEXT} {n}", NOON) for n in range(4)))
    made.poll("second", NOON, *((f"t{n}", f"Budget {n}", f"{TALK} {n}", NOON) for n in range(6)))
    made.count()
    made.poll("second", NOON + timedelta(hours=1), ("u", "Not read yet", TALK, NOON))
    return made


def _run(*argv):
    return main([*map(str, argv)], clock=lambda: datetime(2023, 2, 1, tzinfo=UTC))


def _sample(room, tmp_path, *more, name="read.jsonl"):
    out = tmp_path / name
    url = str(room.archive.engine.url)
    assert _run("sample", "--monitor", room.monitor.folder, "--archive", url, "--out", out, *more) == 0
    return out, tmp_path / f"{name}.key.jsonl", url


def _lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_sample_is_blind_whole_and_keyed(room, tmp_path):
    out, key, _ = _sample(room, tmp_path, "--size", 8)
    forms, keys = _lines(out), read_key(key)
    assert len(forms) == len(keys) == 8
    assert set(forms[0]) == {
        "id", "lang", "title", "text", "published", "side", "relevant", "context", "indicators", "optional", "threat",
        "notes", "unsure",
    }  # fmt: skip
    assert all(form["relevant"] is None and form["indicators"] == [] for form in forms)
    assert {form["published"] for form in forms} == {"2023-01-10"}
    holds = {one.stratum: one.holds for one in keys.values()}
    # Under another number it is another story: what three of the four bulletins repeat of the first is past.
    assert sorted(holds.values()) == [1, 1, 3, 6]
    assert Counter(one.stratum for one in keys.values())["?/untagged"] == 1
    stored = {one.article for one in drawable(room.archive)}
    assert {one.article for one in keys.values()} <= stored
    assert {one.rules_version for one in keys.values()} == {room.tagger.lexicon.rules_version}
    words = out.read_text(encoding="utf-8")
    assert "reported" not in words, "nothing of our tags"


def test_the_same_seed_writes_the_same_bytes(room, tmp_path):
    first, key, _ = _sample(room, tmp_path, "--size", 6, "--seed", 3)
    second, other, _ = _sample(room, tmp_path, "--size", 6, "--seed", 3, name="again.jsonl")
    assert first.read_bytes() == second.read_bytes()
    assert key.read_bytes() == other.read_bytes()


def test_labels_are_never_written_over(room, tmp_path, capsys):
    out, _, url = _sample(room, tmp_path, "--size", 6)
    assert _run("sample", "--monitor", room.monitor.folder, "--archive", url, "--out", out) == 2
    assert "may hold labels" in capsys.readouterr().err


def test_an_empty_archive_has_nothing_to_sample(tmp_path, monitor, capsys):
    url = f"sqlite:///{tmp_path}/e.db"
    open_archive(url).close()
    assert _run("sample", "--monitor", monitor.folder, "--archive", url, "--out", tmp_path / "s") == 2
    assert "no article in the archive yet" in capsys.readouterr().err


def _label(path, out, how):
    out.write_text("".join(json.dumps(how(one), ensure_ascii=False) + "\n" for one in _lines(path)), encoding="utf-8")
    return out


def _as_a_person(form):
    if "Food" not in form["title"]:
        return {**form, "relevant": False, "context": False}
    label = {"indicator": "food", "stance": "reported", "occurrence": "ongoing", "evidence": "food shortage"}
    return {**form, "relevant": True, "context": False, "indicators": [label]}


def test_an_audit_prints_agreement_and_rates_and_is_recorded_when_asked(room, tmp_path, capsys):
    out, key, url = _sample(room, tmp_path, "--size", 9)
    one = _label(out, tmp_path / "one.jsonl", _as_a_person)
    two = _label(out, tmp_path / "two.jsonl", _as_a_person)
    command = ["audit", "--monitor", room.monitor.folder, "--archive", url, "--key", key, one, two]
    capsys.readouterr()
    assert _run(*command) == 0
    printed = capsys.readouterr().out
    assert f"Audit of 9 articles by 2 readers, rules {room.tagger.lexicon.rules_version}" in printed
    assert "Krippendorff's alpha: relevance 1.00, indicator 1.00, stance –" in printed
    assert "food reported" in printed
    assert last_audit(room.archive) is None, "only --record stores"
    assert _run(*command, "--record") == 0
    note = last_audit(room.archive)
    assert (note.items, note.readers, note.at) == (9, 2, datetime(2023, 2, 1, tzinfo=UTC))


def test_an_audit_makes_no_archive(room, tmp_path, capsys):
    out, key, _ = _sample(room, tmp_path, "--size", 9)
    one = _label(out, tmp_path / "one.jsonl", _as_a_person)
    other = f"sqlite:///{tmp_path}/none.db"
    arguments = ("--monitor", room.monitor.folder, "--archive", other, "--key", key, one, "--record")
    assert _run("audit", *arguments) == 2
    assert "no such file yet" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()


WRONG = {  # what a reader wrote → what is said
    "nothing yet": ({}, "no item is labelled yet"),
    "labels without relevant": ({"indicators": [{"indicator": "food", "stance": "reported"}]}, "`relevant` is null"),
    "an indicator that is none": (
        {"relevant": True, "indicators": [{"indicator": "foood", "stance": "reported"}]},
        "'foood' is not one of",
    ),
    "a stance that is none": (
        {"relevant": True, "indicators": [{"indicator": "food", "stance": "said"}]}, "'said' is not one of",
    ),
    "labels in what is not relevant": (
        {"relevant": False, "indicators": [{"indicator": "food", "stance": "reported"}]}, "one of the two is a slip",
    ),
    "relevant in words": ({"relevant": "perhaps"}, "not a labelled item"),
    "an item of another sample": ({"id": "A-9999", "relevant": True}, "not in the key"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), WRONG.values(), ids=WRONG)
def test_a_slip_of_a_reader_is_one_line_with_its_place(change, said, tmp_path):
    path = tmp_path / "one.jsonl"
    form = {
        "id": "A-0001",
        "lang": "en",
        "title": "",
        "text": "",
        "published": None,
        "relevant": None,
        "indicators": [],
    }
    path.write_text(json.dumps({**form, **change}), encoding="utf-8")
    key = {"A-0001": Drawn("A-0001", 1, "en/x", 1, "r")}
    with pytest.raises(DataFileError, match=rf"one.jsonl:1: .*{said}"):
        audit.read_labels(path, key, ["food"])


def test_a_key_that_is_none_is_one_line(tmp_path):
    path = tmp_path / "k.jsonl"
    path.write_text('{"id": "A-0001"}\n', encoding="utf-8")
    with pytest.raises(DataFileError, match=r"k.jsonl:1: not a line of a key"):
        read_key(path)
