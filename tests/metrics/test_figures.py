"""Claimed figures: what is one and what not, who claims it, how it is kept and handed out, and how well it is read."""

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from feeds.archive.schema import figures as figures_rows
from metrics.__main__ import main
from metrics.cases import FigureCase, read_cases
from metrics.claims import claims_in
from metrics.commands_figures import ledger_bytes
from metrics.explain import as_json, explained, explanation
from metrics.figure_scores import figure_table, judged_figures
from metrics.ledger import LEDGER, figures_table
from metrics.model import Figure, Text
from tests.metrics.conftest import NOW

GOLD = Path(__file__).with_name("gold") / "figures"
FLOORS = json.loads((GOLD / "floors.json").read_text(encoding="utf-8"))  # they only rise
DAY = date(2023, 10, 2)

SAID = {
    "two in one phrase": ("en", "Another 29 families (99 people) returned to Lachin, the State Committee said.",
                          [(29, "families", "returned", "increment"), (99, "people", "returned", "increment")]),
    "a total beside": ("en", "In all, 255 families have returned to Lachin.", [(255, "families", "returned", "total")]),
    "killed and wounded": ("en", "At least 68 people were killed and 290 wounded near Stepanakert.",
                           [(68, "people", "killed", "increment"), (290, "people", "wounded", "increment")]),
    "some of them": ("en", "Ten soldiers were wounded near Stepanakert, two of them seriously.",
                     [(10, "people", "wounded", "increment")]),
    "some of whom died": ("en", "Ten people were wounded near Stepanakert, two of whom died.",
                          [(10, "people", "wounded", "increment"), (2, "people", "killed", "increment")]),
    "one noun for two numbers": ("en", "They found 43 anti-tank and 118 anti-personnel mines in Fuzuli.",
                                 [(n, "items", "mines-found", "increment") for n in (43, 118)]),
    "children among them": ("en", "Some 3,154 people, 1,428 of them children, were evacuated from Martakert.",
                            [(3154, "people", "evacuated", "increment"),
                             (1428, "children", "evacuated", "increment")]),
    "a count told far from its noun": ("en", "The number of families who have moved to Lachin has risen to 206.",
                                       [(206, "families", "returned", "total")]),
    "an office for refugees": ("en",
                               "Another 62 flats were handed over in Shusha, the State Committee for Refugees said.",
                               [(62, "homes", "housing", "increment")]),
    "who cannot return": ("en", "Because the road is shut 1,100 people cannot return to Stepanakert.",
                          [(1100, "people", "displaced", "total")]),
    "a unit after a hyphen": ("en", "In Baku he was handed a 20-year jail term.",
                              [(20, "years", "sentence", "total")]),
    "an age": ("en", "A 20-year-old from Martakert was jailed in Baku.", []),
    "what was said of others": ("en", "Homes in Hadrut were hit and some 40 families fled.",
                                [(40, "families", "displaced", "total")]),
    "a plan": ("en", "It is planned to resettle 140,000 people in Lachin by 2027.", []),
    "a share": ("en", "Some 40 percent of the people displaced from Stepanakert left.", []),
    "the same in brackets": ("en", "The number of people resettled in Khankendi rose to 2,704 (911 families).",
                             [(2704, "people", "returned", "total"), (911, "families", "returned", "total")]),
    "liberated territories": ("ru", "На освобождённых территориях Лачина проживают более 52 тысяч человек.",
                              [(52000, "people", "residents", "total")]),
    "since the beginning of the year": ("ru", "С начала года в Лачине обезврежено 3 412 мин, очищено 22,7 тысячи га.",
                                        [(3412, "items", "mines-found", "total"),
                                         (22700, "hectares", "cleared", "total")]),
    "Russian": ("ru", "В Степанакерте погибли 5 человек, ещё 12 ранены.",
                [(5, "people", "killed", "increment"), (12, "people", "wounded", "increment")]),
    "Armenian": ("hy", "Ստեփանակերտից Երևան է տեղափոխվել 23 պացիենտ։", [(23, "people", "patients", "increment")]),
    "Azerbaijani": ("az", "Laçına daha 29 ailə qayıdıb.", [(29, "families", "returned", "increment")]),
    "Turkish": ("tr", "Laçın'a 29 aile daha döndü.", [(29, "families", "returned", "increment")]),
    "French": ("fr", "Plus de 65 000 réfugiés de Stepanakert sont arrivés en Arménie.",
               [(65_000, "people", "displaced", "total")]),
}  # fmt: skip


RETURNING = "azerbaijanis-displaced-and-returning"
ABOUT = {
    "who is counted, not who brings them": (
        "Russian peacekeepers evacuated 3,154 people from Martakert.", date(2023, 9, 20), "karabakh-armenians",
    ),
    "soldiers": ("Four Armenian servicemen were killed near Nerkin Hand.", date(2024, 2, 13), "other"),
    "those in Baku": ("At least 23 Armenians are held in Baku.", date(2025, 4, 1), "karabakh-armenians"),
    "whom the speaker counts": ("ANAMA said that 611 hectares had been cleared.", date(2025, 5, 19), RETURNING),
    "who lives there now": ("In all 4,200 people live in Lachin.", date(2025, 9, 22), RETURNING),
    "who lived there then": ("About 9,000 people live in Martuni.", date(2023, 2, 2), "karabakh-armenians"),
}  # fmt: skip


CLAIMED = {
    "each between semicolons": (
        "en", "Baku says 3,868 are missing; the ICRC says 777 Armenians are missing.", ["azerbaijani", "international"]
    ),
    "after according to": ("en", "Some 11,000 refugees left for Russia, according to UNHCR.", ["international"]),
    "the press": ("en", "Local media write that 20 people were killed near Stepanakert.", ["media"]),
    "right before the verb": ("tr", "Laçın'a 20 aile döndü, Devlet Komitesi açıkladı.", ["azerbaijani"]),
    "a country beside its office": (
        "tr", "Bakü'de 23 Ermeni'nin tutulduğunu Ermenistan Başbakanlık Sözcüsü bildirdi.", ["armenian"]
    ),
    "nobody": ("en", "The court in Baku heard 16 defendants, and 20 people were killed.", ["", ""]),
}  # fmt: skip


@pytest.mark.parametrize(("language", "sentence", "sides"), CLAIMED.values(), ids=CLAIMED)
def test_which_side_claims_a_figure(language, sentence, sides, tagger):
    found = tagger.figures(Text("1", "", sentence, language, "", date(2025, 4, 1)))
    assert [one.claimant_side for one in found] == sides


@pytest.mark.parametrize(("sentence", "day", "people"), ABOUT.values(), ids=ABOUT)
def test_whom_a_figure_is_about(sentence, day, people, tagger):
    assert [one.people for one in tagger.figures(Text("1", "", sentence, "en", "", day))] == [people]


@pytest.mark.parametrize(("language", "sentence", "wanted"), SAID.values(), ids=SAID)
def test_what_is_a_figure(language, sentence, wanted, tagger):
    found = tagger.figures(Text("1", "", sentence, language, "", DAY))
    assert [(one.value, one.unit, one.subject, one.kind) for one in found] == wanted


def test_a_figure_stands_where_it_says_and_names_its_rule(tagger):
    text = Text(
        "1", "News", "The ombudsman said on Friday that over 105 people were missing in Stepanakert.", "en", "", DAY
    )
    (one,) = tagger.tag(text).figures
    assert text.whole[one.start : one.end] == "105"
    assert (one.bound, one.kind, one.as_of, one.claimant) == ("more", "total", "2023-09-29", "ombudsman")
    assert "figure-words.yaml en" in one.rule
    assert any("missing, total: more 105 people" in line for line in explained(explanation(text, tagger)))
    assert json.loads(as_json(tagger.tag(text)))["figures"][0]["value"] == 105


def test_a_number_of_the_headline_that_the_text_repeats_is_one_figure(tagger):
    text = Text("1", "29 families returned to Lachin", "On Friday 29 families returned to Lachin.", "en", "", DAY)
    (one,) = tagger.tag(text).figures
    assert one.start > len(text.title)


TOLD_AGAIN = {
    "the same day by day": (
        "On 25 September five lorries with food passed Lachin. On 26 September five lorries with food passed Lachin.",
        [("", "2023-09-25"), ("", "2023-09-26")],
    ),
    "again without a day": (
        "On 25 September five lorries with food passed Lachin. The five lorries with food passed Lachin early.",
        [("", "2023-09-25")],
    ),
    "by both sides": (
        "Baku says 12 people were killed near Stepanakert. Yerevan says 12 people were killed near Stepanakert.",
        [("azerbaijani", ""), ("armenian", "")],
    ),
    "again by nobody": (
        "Baku says 12 people were killed near Stepanakert. The 12 people were killed near Stepanakert at night.",
        [("azerbaijani", "")],
    ),
}


@pytest.mark.parametrize(("said", "claims"), TOLD_AGAIN.values(), ids=TOLD_AGAIN)
def test_an_equal_number_is_a_claim_of_its_own_by_another_side_or_of_another_day(tagger, said, claims):
    found = tagger.tag(Text("1", "News", said, "en", "", DAY)).figures
    assert [(one.claimant_side, one.as_of) for one in found] == claims


def test_a_claimed_figure_about_a_place_of_the_crisis_makes_a_short_text_relevant(tagger):
    said = "The number of people who live in Lachin has reached 4,200, an official said."
    assert tagger.tag(Text("1", "Lachin grows", said, "en", "", date(2025, 9, 22))).relevant
    festival = "The festival in Shusha drew 4,000 guests."
    assert not tagger.tag(Text("1", "Music", festival, "en", "", date(2025, 9, 22))).relevant


def test_another_crisis_and_an_irrelevant_text_have_no_figures(tagger):
    for sentence in ("In Gaza 40 people were killed, the ministry said.", "Qarabag FK sold 31,000 tickets."):
        assert tagger.tag(Text("1", "", sentence, "en", "", DAY)).figures == ()


AS_OF = {
    "a day": ("en", "On 28 September 120 people were killed near Stepanakert.", "2023-09-28"),
    "since a day": ("en", "Since 28 September 120 people have been killed near Stepanakert.", ""),
    "since a weekday": ("en", "Since Wednesday 19 lorries have been standing near Lachin.", ""),
    "French, the first": ("fr", "Au 1er octobre, 2 350 réfugiés de Stepanakert étaient arrivés.", "2023-10-01"),
    "French since": ("fr", "Depuis le 28 septembre, 120 personnes ont été tuées près de Stepanakert.", ""),
    "Azerbaijani ending": ("az", "Sentyabrın 28-dən Laçın yolundan 300 avtomobil keçib.", ""),
    "Azerbaijani day": ("az", "Sentyabrın 28-də Laçın yolundan 300 avtomobil keçib.", "2023-09-28"),
    "Armenian ending": ("hy", "Սեպտեմբերի 28-ից Ստեփանակերտում զոհվել է 120 մարդ։", ""),
    "Turkish ending": ("tr", "28 Eylül'den bu yana Laçın yolundan 300 araç geçti.", ""),
}


@pytest.mark.parametrize(("language", "text", "day"), AS_OF.values(), ids=AS_OF)
def test_a_day_since_which_something_lasts_is_not_the_day_of_the_number(language, text, day, tagger):
    (figure,) = tagger.figures(Text("1", "", text, language, "", DAY))
    assert figure.as_of == day


def test_of_two_peoples_named_as_near_the_longer_name_is_meant(tagger):
    said = "Гражданство Армении получили 2 840 вынужденных переселенцев из Нагорного Карабаха."
    (figure,) = tagger.figures(Text("1", "", said, "ru", "", date(2024, 3, 15)))
    assert figure.people == "karabakh-armenians"


def _measured(table):
    return {
        "value, unit, subject": table.found.f1,
        "worst language": min(score.f1 for score in table.by_language.values()),
        "claimant side": table.fields["claimant_side"].value,
        "kind": table.fields["kind"].value,
        "people": table.fields["people"].value,
        "as of": table.fields["as_of"].value,
    }


@pytest.fixture(scope="module")
def tables(tagger):
    def of(name):
        return figure_table([judged_figures(item, tagger) for item in read_cases(GOLD / name)])

    return {name: of(name) for name in FLOORS}


@pytest.mark.parametrize(("name", "measure"), [(name, one) for name in FLOORS for one in FLOORS[name]])
def test_the_measured_quality_stays_above_its_floor(name, measure, tables):
    assert _measured(tables[name])[measure] >= FLOORS[name][measure], tables[name]


def test_there_are_enough_labelled_figures_and_their_keys_are_those_of_the_lists(tagger):
    lists = tagger.lexicon.figures.lists
    cases = [item for name in ("dev", "spent", "spent2") for item in read_cases(GOLD / name)]
    assert len(cases) >= 150
    assert all(isinstance(item, FigureCase) for item in cases)
    for label in (label for case in cases for label in case.figures):
        assert label.unit in lists.subjects[label.subject].units


def test_a_figure_that_is_not_found_lowers_the_score(tagger):
    item = judged_figures(next(item for item in read_cases(GOLD / "dev") if item.figures), tagger)
    nothing = type(item)(item.case, (), ())
    assert figure_table([nothing]).found.missed == len(item.case.figures)


# Kept and handed out -------------------------------------------------------------------------------------------------

BODY = (
    "STEPANAKERT, 1 February. The ombudsman said on Wednesday that 68 people were killed and 290 wounded when a"
    " fuel depot exploded near Stepanakert, and that doctors work around the clock in all hospitals of the region."
)


@pytest.fixture
def told(newsroom, source):
    """Two copies of one story, and another story with the same number."""
    room = newsroom(source("first"), source("second", side="azerbaijani"), source("third"))
    at = NOW - timedelta(hours=5)
    room.poll("first", at, ("a", "Depot explodes near Stepanakert", BODY, at))
    room.poll(
        "second", at + timedelta(hours=1), ("b", "Depot explodes near Stepanakert", BODY, at + timedelta(hours=1))
    )
    other = (
        "Now 68 people are known to have been killed near Stepanakert, Armenia's health minister said in a briefing."
    )
    room.poll("third", at + timedelta(hours=2), ("c", "A toll", other, at + timedelta(hours=2)))
    room.count()
    return room


def _ledger(room, **options):
    day = room.monitor.day_of(NOW)
    return figures_table(room.archive, room.attribution, first=day - timedelta(days=1), last=day, **options)


def test_copies_make_one_claim_and_stories_are_never_merged(told):
    ledger = _ledger(told, subjects=["killed"])
    assert list(ledger.columns) == list(LEDGER)
    assert ledger["value"].tolist() == [68, 68]
    assert sorted(len(ids.split()) for ids in ledger["articles"]) == [1, 2]
    origin = ledger[ledger["articles"].str.contains(" ")].iloc[0]
    assert (origin["source"], origin["outlet_side"]) == ("first", "armenian")


NUMBER = Figure(
    value=3, unit="people", subject="killed", kind="total", people="other", claimant="the ministry", as_of="",
    sentence="", claimant_side="armenian",
)  # fmt: skip
BY_ANOTHER, BY_NOBODY = replace(NUMBER, claimant_side="azerbaijani"), replace(NUMBER, claimant="", claimant_side="")
ON_MONDAY, ON_TUESDAY = replace(NUMBER, as_of="2026-01-05"), replace(NUMBER, as_of="2026-01-06")

CLAIMS = {  # (article, figure) of one story, and the articles of each claim
    "copies repeat it": ([(1, NUMBER), (2, NUMBER)], [[1, 2]]),
    "two sides claim the same number": ([(1, NUMBER), (1, BY_ANOTHER), (2, BY_ANOTHER)], [[1], [1, 2]]),
    "the first leaves out who says it": ([(1, BY_NOBODY), (2, NUMBER)], [[2, 1]]),
    "nobody says who says it": ([(1, BY_NOBODY), (2, BY_NOBODY)], [[1, 2]]),
    "the same number on two days": ([(1, ON_MONDAY), (1, ON_TUESDAY), (2, ON_TUESDAY)], [[1], [1, 2]]),
    "a day, and none": ([(1, NUMBER), (1, ON_MONDAY)], [[1, 1]]),
    "a copy of the next day": ([(1, ON_MONDAY), (2, ON_TUESDAY)], [[1, 2]]),
    "an increment and a total": ([(1, NUMBER), (1, replace(NUMBER, kind="increment"))], [[1], [1]]),
    "two peoples": ([(1, NUMBER), (1, replace(NUMBER, people="unstated"))], [[1], [1]]),
}


@pytest.mark.parametrize(("told", "articles"), CLAIMS.values(), ids=CLAIMS)
def test_claims_of_one_story(told, articles):
    assert [[article for article, _ in claim] for claim in claims_in(told)] == articles


def test_a_copy_that_names_another_side_for_the_number_is_another_claim(newsroom, source):
    room = newsroom(source("one"), source("two"))
    at = NOW - timedelta(hours=5)
    for n, (key, who) in enumerate((("one", "The ombudsman"), ("two", "Azerbaijan's foreign ministry"))):
        text = BODY.replace("The ombudsman", who)
        room.poll(key, at + timedelta(hours=n), (key, "Depot explodes near Stepanakert", text, at + timedelta(hours=n)))
    room.count()
    claims = _ledger(room, subjects=["killed"])
    assert claims["story"].tolist() == [1, 1]
    assert claims[["value", "claimant_side"]].values.tolist() == [[68, "karabakh"], [68, "azerbaijani"]]
    for side in ("karabakh", "azerbaijani"):
        assert _ledger(room, subjects=["killed"], sides=[side])["claimant_side"].tolist() == [side]


def test_the_ledger_is_chosen_by_kind_people_and_side(told):
    assert set(_ledger(told)["subject"]) == {"killed", "wounded"}
    assert _ledger(told, kinds=["rate"]).empty
    assert set(_ledger(told, sides=["armenian"])["claimant_side"]) == {"armenian"}


def test_figures_go_with_the_tags_of_the_version_that_said_them(told):
    at = NOW - timedelta(hours=1)
    told.poll(
        "third", at, ("c", "A toll", "Armenia's health minister said 70 people were killed near Stepanakert.", at)
    )
    told.count()
    with told.archive.reading() as connection:
        rows = connection.execute(select(figures_rows.c.value).where(figures_rows.c.article == 3)).scalars().all()
    assert rows == [70]


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_every_format_holds_every_claim(told, form):
    data = ledger_bytes(_ledger(told), form)
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(data.decode())))
        assert sorted(row["value"] for row in rows) == ["290", "68", "68"]
        assert rows[0]["high"] == ""
    if form == "json":
        assert [row["high"] for row in json.loads(data)] == [None, None, None]
    assert len(data) > 100


def test_text_of_a_feed_is_no_formula(told):
    ledger = _ledger(told).assign(claimant='=HYPERLINK("https://evil.example")')
    rows = list(csv.DictReader(io.StringIO(ledger_bytes(ledger, "csv").decode())))
    assert {row["claimant"][0] for row in rows} == {"'"}


def test_the_command_prints_the_ledger_and_refuses_what_it_does_not_know(told, capsys, tmp_path):
    url = f"sqlite:///{tmp_path / '0'}/a.db"
    arguments = ["figures", "--archive", url, "--from", "2023-01-31", "--to", "2023-02-01"]
    clock = lambda: datetime(2023, 2, 1)  # noqa: E731
    assert main([*arguments, "--format", "csv", "--out", str(tmp_path / "f.csv")], clock=clock) == 0
    assert (tmp_path / "f.csv").read_text("utf-8").startswith("date,as_of,subject")
    assert main([*arguments, "--subject", "elephants"], clock=clock) != 0
    assert "--subject elephants: not one of displaced" in capsys.readouterr().err
