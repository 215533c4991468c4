"""What a text says: one sentence a rule, in six languages, written as a newsroom would write it."""

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.model import OCCURRENCES, STANCES, Evidence, Text
from metrics.sentences import clauses, sentences
from metrics.sentences import lines as lines_of

SENTENCES = {
    "initials and abbreviations": (
        "Mr. Smith met A. B. Jones of the U.N. on Monday. Both left.",
        ["Mr. Smith met A. B. Jones of the U.N. on Monday.", "Both left."],
    ),
    "Russian abbreviations": ("Погибли 5 тыс. человек. Баку молчит.", ["Погибли 5 тыс. человек.", "Баку молчит."]),
    "Armenian full stop and colon": (
        "Վերլուծաբան. Պրահայի հանդիպումը սովորական էր։ Հետո խոսեցին: Վերջ։",
        ["Վերլուծաբան. Պրահայի հանդիպումը սովորական էր։", "Հետո խոսեցին:", "Վերջ։"],
    ),
    "a headline is a sentence": ("No bread in town\nShops are empty.", ["No bread in town", "Shops are empty."]),
    "a number is no end": ("Il y a 30.000 morts. Fin.", ["Il y a 30.000 morts.", "Fin."]),
    "quotes stay with their sentence": ("« Non. » Il part.", ["« Non. »", "Il part."]),
    "a lower-case letter goes on": ("He said no. more came", ["He said no. more came"]),
    "Turkish": (
        "Yol kapandı! Kimse geçemiyor. Prof. Dr. Kaya yazdı.",
        ["Yol kapandı!", "Kimse geçemiyor.", "Prof. Dr. Kaya yazdı."],
    ),
}


@pytest.mark.parametrize(("text", "parts"), SENTENCES.values(), ids=SENTENCES)
def test_sentences(text, parts):
    assert [text[span.start : span.end] for span in sentences(text)] == parts


def test_a_contrast_opens_a_clause_at_its_comma():
    text = "Su yoxdur, elektrik isə bərpa olunub"
    whole = sentences(text)[0]
    parts = clauses(whole, text, [text.index("isə")])
    assert [text[part.start : part.end] for part in parts] == ["Su yoxdur,", " elektrik isə bərpa olunub"]


def test_empty_lines_are_no_lines():
    assert len(lines_of("a\n\n b\n")) == 2


# what the text says: indicator stance [occurrence]; the place name stands in every title
SAYS = {
    "en: lack": ("en", "Stepanakert runs out of bread", "food reported new"),
    "en: negated shortage": ("en", "There is no shortage of bread in Stepanakert, officials said", "food denied"),
    "en: denial": ("en", "Baku denies that gas to Stepanakert was cut off", "gas denied"),
    "en: demand": ("en", "UN calls on Baku to reopen the Lachin corridor", "access reported demand"),
    "en: relief": ("en", "Gas supply to Stepanakert restored", "gas eased"),
    "en: negated relief": ("en", "Gas supply to Stepanakert has not been restored", "gas reported ongoing"),
    "en: forecast": ("en", "Stepanakert could run out of fuel within days", "fuel feared"),
    "en: no victims": ("en", "Nobody was injured in the blast near Stepanakert", ""),
    "en: release": ("en", "Baku releases two Karabakh Armenian prisoners", "detention eased"),
    "en: still held": ("en", "Eight Armenians from Karabakh are still held in Baku", "detention reported ongoing"),
    "en: hunger strike is no hunger": ("en", "Karabakh prisoner in Baku on hunger strike", "detention reported new"),
    "en: metaphor": ("en", "Karabakh talks held hostage to politics", ""),
    "en: talks out of fuel": ("en", "Karabakh talks run out of fuel, envoy says", ""),
    "en: talks on fuel": ("en", "Stepanakert talks on the shortage of fuel", "fuel reported new"),
    "en: nothing of it arrived": ("en", "No food has reached Stepanakert", "food reported new"),
    "fr: talks out of fuel": ("fr", "Karabakh : les négociations manquent de carburant", ""),
    "ru: lack": ("ru", "В Степанакерте закончился хлеб", "food reported new"),
    "ru: none of it": ("ru", "В Степанакерте нет бензина", "fuel reported new"),
    "ru: negated shortage": ("ru", "В Степанакерте нет дефицита лекарств, заявили в Баку", "medicine denied"),
    "ru: denial": ("ru", "Баку опроверг отключение газа в Степанакерте", "gas denied"),
    "ru: demand": ("ru", "Армения потребовала открыть Лачинский коридор", "access reported demand"),
    "ru: relief": ("ru", "В Степанакерте возобновлена подача газа", "gas eased"),
    "ru: no victims": ("ru", "В Мартакерте трактор подорвался на мине, пострадавших нет", "mines reported new"),
    "hy: lack": ("hy", "Ստեփանակերտում հաց չկա", "food reported ongoing"),
    "hy: denial": ("hy", "Բաքուն հերքել է Ստեփանակերտում դեղորայքի պակասի մասին լուրերը", "medicine denied"),
    "hy: relief": ("hy", "Ստեփանակերտի գազամատակարարումը վերականգնվել է", "gas eased"),
    "hy: demand": ("hy", "Երևանը պահանջում է վերաբացել Լաչինի միջանցքը", "access reported demand"),
    "az: lack": ("az", "Xankəndidə yanacaq qalmayıb", "fuel reported new"),
    "az: denial": ("az", "Bakı Xankəndidə dərman qıtlığı barədə iddiaları təkzib edib", "medicine denied"),
    "az: relief": ("az", "Xankəndidə elektrik enerjisi bərpa olunub", "electricity eased"),
    "az: negated relief": ("az", "Xankəndiyə qaz hələ bərpa olunmayıb", "gas reported ongoing"),
    "az: without its letters": (
        "az",
        "Agdamda traktor minaya dusub, surucu yaralanib",
        "mines reported new; casualties reported new",
    ),
    "en: relief that is stopped": ("en", "The agency suspended aid deliveries to Stepanakert", "aid reported new"),
    "ru: relief that is stopped": ("ru", "Доставка гуманитарной помощи в Степанакерт прекращена", "aid reported new"),
    "en: relief after a stop": ("en", "Suspended in May, aid deliveries to Stepanakert resumed", "aid eased"),
    "tr: lack": ("tr", "Hankendi'de ekmek kalmadı", "food reported new"),
    "tr: denial": ("tr", "Bakü, Hankendi'deki gıda sıkıntısı iddialarını yalanladı", "food denied"),
    "tr: relief": ("tr", "Hankendi'de elektrik yeniden verildi", "electricity eased"),
    "fr: lack": ("fr", "Stepanakert : plus de pain dans les magasins", "food reported new"),
    "fr: denial": ("fr", "Bakou dément toute pénurie de pain à Stepanakert", "food denied"),
    "fr: relief": ("fr", "L'eau courante rétablie à Stepanakert", "water eased"),
    "fr: demand": ("fr", "Paris demande la réouverture du corridor de Latchine", "access reported demand"),
}


@pytest.mark.parametrize(("language", "title", "says"), SAYS.values(), ids=SAYS)
def test_what_a_headline_says(language, title, says, tagger):
    tagged = tagger.tag(Text("1", title, "", language))
    found = {" ".join(filter(None, (item.indicator, item.stance, item.occurrence))) for item in tagged.evidence}
    assert found == {part.strip() for part in says.split(";") if part.strip()}


def test_a_sentence_is_the_slice_it_names(tagger):
    body = "Ещё вчера подача газа прекращена — сообщили жители.\nЖертв нет."
    text = Text("1", "«Газ» в Степа\u00adнакерте", body, "ru")
    tagged = tagger.tag(text)
    assert tagged.evidence
    for item in tagged.evidence:
        assert text.whole[item.start : item.end] == item.sentence
        assert text.whole[item.term_start : item.term_end] == item.term
        assert item.start <= item.term_start < item.term_end <= item.end


def test_evidence_names_the_file_and_the_rule(tagger):
    item = tagger.tag(Text("1", "Lachin road shut for a week", "", "en")).evidence[0]
    assert item.rule == "common indicators/access.yaml en strong 'road .. shut'; reported: strong says it"
    item = tagger.tag(Text("1", "Bread is scarcer every day in Stepanakert", "", "en")).evidence[0]
    assert item.rule.startswith("common indicators/food.yaml en terms 'bread'; reported: stance.yaml en ")


def test_the_speaker_is_the_one_who_says_it(tagger):
    said = {
        "The road to Stepanakert is blocked, Armenia's foreign ministry said.": "armenian",
        "The road to Stepanakert is blocked, residents said.": "local",
        "Pashinyan on Tuesday urged Vladimir Putin to reopen the road to Stepanakert.": "armenian",
        "The road to Stepanakert is blocked.": None,
    }
    for sentence, side in said.items():
        item = tagger.tag(Text("1", "Stepanakert", sentence, "en")).evidence[0]
        assert (item.speaker.side if item.speaker else None) == side, sentence


def test_the_nearest_place_is_shown_by_both_names(tagger):
    text = Text("1", "Karabakh", "Bread ran out in Shusha, far from Yerevan and its markets.", "en")
    place = tagger.tag(text).evidence[0].place
    assert place.id == "shusha"
    assert place.name == "Shusha / Shushi"
    assert place.zone == "core"


def test_another_crisis_keeps_its_own_hunger(tagger):
    body = "Hospitals in Gaza have no fuel. The Lachin corridor remains closed."
    text = Text("1", "UN on Gaza and Karabakh", body, "en")
    assert {item.indicator for item in tagger.tag(text).evidence} == {"access"}


def test_a_sentence_without_a_name_goes_on_with_the_crisis_before_it(tagger):
    body = "Famine spreads in Gaza. Convoys are blocked and there is no fuel. The Lachin corridor remains closed."
    text = Text("1", "Security Council turns to Lachin road", body, "en")
    assert {item.indicator for item in tagger.tag(text).evidence} == {"access"}


BOILERPLATE = "Bread ran out in Stepanakert.\nMore text.\nMore text.\nMore text.\n"


@pytest.mark.parametrize(
    "tail",
    [
        "Leave a Reply\nClearly it is starvation by a regime. No gas either.",
        "Sign up for our newsletter\nNo gas in Stepanakert is the news you get.",
        "Read more: No gas in Stepanakert",
    ],
)
def test_what_stands_around_the_article_says_nothing(tail, tagger):
    tagged = tagger.tag(Text("1", "Stepanakert", BOILERPLATE + tail, "en"))
    assert {item.indicator for item in tagged.evidence} == {"food"}


def test_a_year_long_gone_is_past_and_since_is_not(tagger):
    texts = {
        "The gas supply to Stepanakert was cut off in 2022.": ("past", None),
        "The gas supply to Stepanakert has been cut off since 2022.": ("reported", "ongoing"),
    }
    for sentence, expected in texts.items():
        item = tagger.tag(Text("1", "Stepanakert", sentence, "en", published=date(2024, 5, 1))).evidence[0]
        assert (item.stance, item.occurrence) == expected


def test_an_edit_elsewhere_leaves_a_sentence_as_it_was(tagger):
    one = tagger.tag(Text("1", "Stepanakert", "Bread ran out. Gas is off.", "en"))
    two = tagger.tag(Text("1", "Stepanakert", "Bread ran out. Gas is off. The minister spoke.", "en"))
    assert one.evidence == two.evidence


def test_hits_tell_why_a_term_did_not_count(tagger):
    hits = tagger.hits(Text("1", "Karabakh talks starved of attention", "", "en"))
    assert hits
    assert not any(hit.kept for hit in hits)
    assert any("exclude" in hit.rule for hit in hits)


def test_hits_of_an_article_about_something_else_are_dropped_by_name(tagger):
    hits = tagger.hits(Text("1", "Bread runs out in Lyon", "", "en"))
    assert hits
    assert not any(hit.kept for hit in hits)


def test_a_text_in_no_language_of_ours_is_nothing(tagger):
    tagged = tagger.tag(Text("1", "", "", ""))
    assert (tagged.language, tagged.relevant, tagged.context, tagged.evidence) == ("", False, False, ())


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["Stepanakert without bread", "В Степанакерте нет газа", ""]))
def test_any_text_gets_tags_that_keep_the_contract(tagger, noise, sign):
    text = Text("1", sign, noise, "")
    tagged = tagger.tag(text)
    assert tagged == tagger.tag(text)
    for item in tagged.evidence:
        assert text.whole[item.start : item.end] == item.sentence
        assert item.stance in STANCES
        assert (item.occurrence in OCCURRENCES) == (item.stance == "reported")
        named = [field.name for field in fields(Evidence) if field.name not in ("occurrence", "speaker", "place")]
        assert all(getattr(item, name) is not None for name in named)


PEOPLE = {  # (title, text, published) → whom it happens to
    "the title stands for sentences that name nobody": (
        "Karabakh Armenians in Goris",
        "Rooms are full. Five families have been evicted.",
        date(2025, 3, 1),
        "karabakh-armenians",
    ),
    "who lived there then": (
        "Stepanakert",
        "There is no bread in Stepanakert.",
        date(2023, 8, 1),
        "karabakh-armenians",
    ),
    "who lives there now": (
        "Lachin",
        "Lachin has been without water for a week.",
        date(2025, 8, 1),
        "azerbaijanis-displaced-and-returning",
    ),
    "the region as a whole says nothing of now": (
        "Karabakh",
        "A house in Karabakh was destroyed.",
        date(2025, 8, 1),
        "unstated",
    ),
    "without a date nobody is assumed": ("Stepanakert", "There is no bread in Stepanakert.", None, "unstated"),
    "peacekeepers who bring it do not lack it": (
        "Stepanakert",
        "Russian peacekeepers say Stepanakert has no bread.",
        date(2023, 8, 1),
        "karabakh-armenians",
    ),
}


@pytest.mark.parametrize(("title", "text", "published", "people"), PEOPLE.values(), ids=PEOPLE)
def test_whom_it_happens_to(title, text, published, people, tagger):
    tagged = tagger.tag(Text("1", title, text, "en", published=published))
    assert {item.people for item in tagged.evidence if item.stance == "reported"} == {people}


def test_a_short_answer_denies_the_sentence_before_it(tagger):
    tagged = tagger.tag(
        Text("1", "Stepanakert", "Gas to Stepanakert was cut off, residents say. Baku denies this.", "en")
    )
    assert [(item.indicator, item.stance) for item in tagged.evidence] == [("gas", "reported"), ("gas", "denied")]
