"""Names of private persons: found in six languages, masked the same way throughout an issue, officials left alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from feeds.monitor import read_monitor
from metrics.lexicon import read_lexicon
from metrics.masking import Masker, masked_claims
from metrics.person_words import read_persons
from metrics.persons import Persons

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def persons() -> Persons:
    monitor = read_monitor(ROOT / "monitors" / "karabakh")
    return Persons(read_persons(monitor, read_lexicon(monitor)))


@pytest.fixture
def mask(persons) -> Callable[[], Masker]:
    return lambda: Masker(persons)


def test_a_word_without_end_is_no_name_and_costs_no_more_than_other_text(mask):
    """A page of capitals without a blank took minutes: a feed could stop whoever shows it."""

    def seconds(text: str) -> float:
        taken = []
        for _ in range(3):  # others on the machine can only add to what it costs
            began = time.process_time()
            mask().text(text, "en", story=1)
            taken.append(time.process_time() - began)
        return min(taken)

    seconds("Bread")
    ordinary = seconds("Bread queues form before dawn. " * 1_300)
    for word in ("W" * 40_000, "Petrosyan" * 4_444, "Ա" * 40_000, "O'" * 20_000, "A-" * 20_000):
        assert seconds(f"{word} waits, said {word} Petrosyan, 34, a nurse of {word}.") < 3 * ordinary, word[:10]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "Gayane Petrosyan, 34, said her son Arman was held.", ["Gayane Petrosyan", "Arman"]),
        ("en", "President Ilham Aliyev denied it; Anahit Aliyeva, a nurse, did not.", ["Anahit Aliyeva"]),
        ("en", "The resident Zhor Melkumyan and A. Tunyan returned to Martuni.", ["Zhor Melkumyan", "A. Tunyan"]),
        ("en", "The Armenian Red Cross visited Lachin. Human Rights Watch wrote to Azerbaijan.", []),
        ("ru", "34-летний Вугар Мамедов подорвался на мине, сообщил президент Ильхам Алиев.", ["Вугар Мамедов"]),
        ("ru", "Армян из Степанакерта и Лачина приняли в Ереване.", []),
        ("hy", "Գայանե Պետրոսյանի որդուն՝ Արմանին, պահում են Բաքվում։", ["Գայանե Պետրոսյանի", "Արմանին"]),
        ("hy", "Վարչապետ Նիկոլ Փաշինյանը հանդիպեց Կարմիր խաչի հետ։", []),
        ("az", "Elçin İsmayıl oğlu Quliyev Ağdamda minaya düşüb.", ["Elçin İsmayıl oğlu Quliyev"]),
        ("az", "Kişinyovda Əliyev çıxış edib.", []),
        ("tr", "45 yaşındaki Elnur Mehdiyev mayına bastı; Bakan Ceyhun Bayramov açıkladı.", ["Elnur Mehdiyev"]),
        # Capitalised words side by side that are known for nothing else; not where every word has a capital.
        ("tr", "Belgenin sahibi Şehpare Fermankızı 1994'te ölmüştü.", ["Şehpare Fermankızı"]),
        ("en", "Long Queues Form Outside Closed Bakeries", []),
        # One word alone: beside a relative or a form of address, joined to a name, or named in full elsewhere.
        ("en", "His niece Shushik wrote that Aram Minasyan had died.", ["Shushik", "Aram Minasyan"]),
        ("fr", "La mère de Mhèr attend depuis trois ans.", ["Mhèr"]),
        ("hy", "Ժորժիկի մայրը կանգնած է Գորիսում։", ["Ժորժիկի"]),
        ("az", "Pərviz və Nadirin vəziyyəti stabildir.", ["Pərviz", "Nadirin"]),
        ("ru", "Подорвался пастух Шахмар Велиев. Велиева доставили в Барду.", ["Шахмар Велиев", "Велиева"]),
        ("en", "The Balayans share a flat with Mrs Balayan.", ["Balayans", "Balayan"]),
        # With a small word in it, the surname first, a rare first name; an official's surname with another initial.
        ("az", "Ağdamda Elçin Rza İsmayıl oğlu Quliyev tapılıb.", ["Elçin Rza İsmayıl oğlu Quliyev"]),
        ("ru", "В списке Дадаян Славик и двое других.", ["Дадаян Славик"]),
        ("az", "B. Əliyev adlı sakin minanı göstərib.", ["B. Əliyev"]),
        ("tr", "Ekmeği sonra Cihan dağıttı.", ["Cihan"]),
        ("tr", "Cihan harbi o yıl bitti.", []),
        ("az", "Minaya düşən Məmmədov Ramiz Həsən oğlu sağdır.", ["Məmmədov Ramiz Həsən oğlu"]),
        ("hy", "Նրա որդին՝ Արմենը, դեռ ճանապարհին է։", ["Արմենը"]),
        ("ru", "Он говорил с солдатом Алексеем Д. на посту.", ["Алексеем Д."]),
        # An age makes an official's namesake private; who heads a family holds no office; Fəridə is not Fərid.
        ("en", "Arayik Harutyunyan, 9, was driven to Yerevan.", ["Arayik Harutyunyan"]),
        ("fr", "Parmi ses élèves, Lilva et Narek ont raté une année.", ["Lilva", "Narek"]),
        ("tr", "Listede SAHAKYAN Norik de var.", ["SAHAKYAN Norik"]),
        ("ru", "Тамелла Зульфугарова и Пирхан-киши получили ключи.", ["Тамелла Зульфугарова", "Пирхан-киши"]),
        ("az", "Ailə başçısı Telman Həsənov danışıb.", ["Telman Həsənov"]),
        ("az", "Fəridə Cəfərova ifadə verib.", ["Fəridə Cəfərova"]),
        (
            "tr",
            "Şehit askerler Üsteğmen Ferid Alizade ve Er Tebriz Memmedli için Bakü'de tören var.",
            ["Ferid Alizade", "Tebriz Memmedli"],
        ),
        # Named after somebody, and two officials by their surnames.
        ("ru", "Движение по проспекту Маршала Баграмяна ограничат.", []),
        ("az", "Paşinyanla Bayramovun görüşü olub.", []),
        ("fr", "L'ambassadrice a reçu Hasmik Abrahamian, 52 ans, à Erevan.", ["Hasmik Abrahamian"]),
    ],
)
def test_private_persons_are_found_and_officials_are_not(persons, language, text, names):
    assert [text[one.start : one.end] for one in persons.find(text, language)] == names


def test_a_surname_an_official_has_too_is_private_once_a_private_person_was_named_with_it(persons):
    text = "The nurse Anahit Aliyeva waited. Aliyeva said nothing."
    assert [text[one.start : one.end] for one in persons.find(text, "en")] == ["Anahit Aliyeva", "Aliyeva"]


def test_one_person_has_one_number_in_all_languages_and_stories_of_an_issue(mask):
    issue = mask()
    assert issue.text("Gayane Petrosyan waits.", "en", story=1) == "[person 1] waits."
    assert issue.text("Վարդան Սարգսյանը չի վերադարձել։", "hy", story=2) == "[person 2] չի վերադարձել։"
    assert (
        issue.text("Гаяне Петросян ждёт. Петросян вернулась.", "ru", story=3)
        == "[person 1] ждёт. [person 1] вернулась."
    )


def test_a_first_name_alone_is_of_its_own_story(mask):
    issue = mask()
    assert issue.text("Gayane Petrosyan waits. Gayane is 34.", "en", story=1) == "[person 1] waits. [person 1] is 34."
    assert issue.text("Gayane is 51.", "en", story=2) == "[person 2] is 51."


def test_a_link_that_spells_the_name_is_cut_to_its_site(mask):
    issue = mask()
    issue.text("Гаяне Петросян ждёт.", "ru", story=1)
    assert issue.url("https://news.example/en/gayane-petrosyan-waits", story=1) == "https://news.example/"
    assert (
        issue.url("https://news.example/%D0%9F%D0%B5%D1%82%D1%80%D0%BE%D1%81%D1%8F%D0%BD", story=1)
        == "https://news.example/"
    )
    assert issue.url("https://news.example/en/family-waits", story=1) == "https://news.example/en/family-waits"
    assert issue.url("https://news.example/en/gayane-petrosyan-waits", story=2).endswith("waits"), "named nowhere there"


def test_the_ledger_of_figures_is_masked_in_sentence_claimant_and_link(mask):
    row = {
        "story": 1, "value": 3.0, "sentence": "Gayane Petrosyan said three families came.",
        "claimant": "Gayane Petrosyan", "url": "https://news.example/petrosyan",
    }  # fmt: skip
    done = masked_claims(pd.DataFrame([row]), mask(), ("en", "ru"))
    assert done.to_dict("records") == [
        row
        | {"sentence": "[person 1] said three families came.", "claimant": "[person 1]", "url": "https://news.example/"}
    ]


# Labelled names -------------------------------------------------------------------------------------------------------

GOLD = ROOT / "tests" / "metrics" / "gold" / "persons"
# recall, precision. Asked for: .95 and .80. Rules were made on `building`, on the others once their misses were read:
# each had been held out until then (.935 and .975, .936 and .928, .947 and .957 at first). Nobody has read what the
# last of them, `heldout`, shows to be missed: .958 and .974 at its first scoring.
FLOORS = {
    "building": (0.98, 0.98),
    "second": (0.98, 0.99),
    "third": (0.98, 0.99),
    "fourth": (0.99, 0.97),
    "fifth": (0.99, 0.99),
    "heldout": (0.95, 0.97),
}


@pytest.mark.parametrize("part", FLOORS)
def test_names_are_found_as_well_as_they_were(persons, part, capsys):
    """A name is found when all of it is masked; a mask is right when it covers part of a private person's name."""
    lines = [json.loads(line) for line in (GOLD / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]
    found = labelled = right = masks = 0
    for line in lines:
        spans, names = list(_labelled(line)), persons.find(line["text"], line["lang"])
        labelled += len(spans)
        masks += len(names)
        found += sum(any(one.start <= start and end <= one.end for one in names) for start, end in spans)
        right += sum(any(start < one.end and one.start < end for start, end in spans) for one in names)
    with capsys.disabled():
        print(f"\n{part}: {labelled} names, recall {found / labelled:.3f}, precision {right / masks:.3f}")
    assert labelled > 100
    recall, precision = FLOORS[part]
    assert found / labelled >= recall
    assert right / masks >= precision


def _labelled(line: dict[str, Any]) -> Iterator[tuple[int, int]]:
    at = 0
    for name in line["private"]:
        start = line["text"].index(name, at)
        at = start + len(name)
        yield start, at
