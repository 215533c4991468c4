"""What makes a text about the crisis that names no place of it, and what a name of it does not: six languages."""

from datetime import date

import pytest

from metrics.lexicon import Joined
from metrics.model import Text

AFTER = date(2025, 11, 4)
IN_THE_WAR = date(2020, 10, 9)

# language, published, title, text: about the crisis by words that stand together, without a place of the region
TOGETHER = {
    "en: held by the other side": ("en", AFTER, "Azerbaijan hands over two Armenian detainees", ""),
    "ru: held by the other side": ("ru", AFTER, "Азербайджан вернул Армении пятерых удерживаемых лиц", ""),
    "hy: held by the other side": ("hy", AFTER, "Ադրբեջանը Հայաստանին է հանձնել երեք գերի", ""),
    "az: held by the other side": ("az", AFTER, "Azərbaycan iki girovu Ermənistana təhvil verib", ""),
    "tr: held by the other side": ("tr", AFTER, "Azerbaycan tutuklu üç kişiyi Ermenistan'a teslim etti", ""),
    "fr: held by the other side": ("fr", AFTER, "L'Azerbaïdjan a remis deux prisonniers à l'Arménie", ""),
    "en: mines": ("en", AFTER, "Farmer killed by landmine in western Azerbaijan", ""),
    "ru: mines": ("ru", AFTER, "В Азербайджане пастух подорвался на мине и погиб", "Это была противопехотная мина."),
    "tr: mines": ("tr", AFTER, "Azerbaycan'da çoban mayına bastı, ağır yaralandı", ""),
    "fr: mines": ("fr", AFTER, "Azerbaïdjan : deux blessés par une mine antichar", ""),
    "en: the war of 2020": ("en", IN_THE_WAR, "Rockets hit Ganja again, nine residents killed", ""),
    "ru: the war of 2020": ("ru", IN_THE_WAR, "В Гяндже при ракетном ударе погибли девять человек", ""),
    "az: the war of 2020": ("az", IN_THE_WAR, "Tərtər atəşə tutulub, üç dinc sakin yaralanıb", ""),
    "tr: the war of 2020": ("tr", IN_THE_WAR, "Berde'ye füze düştü: 14 kişi hayatını kaybetti", ""),
    "en: refugees": ("en", AFTER, "Armenia cuts rent support for refugees from January", ""),
    "fr: refugees": ("fr", AFTER, "Arménie : des réfugiés expulsés de leur logement", ""),
    "hy: refugees": ("hy", AFTER, "Հայաստանում տեղահանված ընտանիքները վտարվում են վարձով տներից", ""),
}

# the same words without what must stand beside them, and names that are not the place
APART = {
    "en: one party only": ("en", AFTER, "Azerbaijan jails two more journalists", "They were detained in June."),
    "en: a spy is not held for the conflict": ("en", AFTER, "Armenian jailed for spying for Azerbaijan", ""),
    "ru: another state's mines": ("ru", AFTER, "В Хорватии сапёр подорвался на мине и погиб", ""),
    "en: years after the war": ("en", AFTER, "Gas blast in Ganja kills two, five injured", ""),
    "tr: refugees of another war": ("tr", AFTER, "Ermenistan'daki Suriyeli mülteciler kışlık yardım bekliyor", ""),
    "en: a life": (
        "en", AFTER, "Surgeon wins prize in Boston", "He worked in Houston. Born in Stepanakert, he was wounded twice.",
    ),
    "ru: a life": (
        "ru", AFTER, "Суд в Самаре вынес приговор за кражу",
        "Двое осуждены на три года. Один из осуждённых, уроженец Степанакерта, освобождён.",
    ),
    "az: a restaurant": ("az", AFTER, "Qarabağ restoranında yanğın: iki nəfər yaralanıb", ""),
    "tr: a village elsewhere": ("tr", AFTER, "Ağrı'nın Karabağ köyünde iki gündür su yok", ""),
    "fr: a street": ("fr", AFTER, "Marseille : rue du Karabakh, l'eau coupée", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", TOGETHER)
def test_words_beside_the_parties_make_a_text_relevant(case, tagger):
    language, day, title, text = TOGETHER[case]
    assert tagger.tag(Text("1", title, text, language=language, published=day)).relevant


@pytest.mark.parametrize("case", APART)
def test_the_same_words_apart_do_not(case, tagger):
    language, day, title, text = APART[case]
    tagged = tagger.tag(Text("1", title, text, language=language, published=day))
    assert not tagged.relevant
    assert not tagged.evidence


def test_the_parties_must_stand_in_the_sentence_of_who_is_held(tagger):
    apart = "Azerbaijan's president spoke of trade. Three men were detained in Armenia over a brawl."
    assert not tagger.tag(Text("1", "News of the day", apart, language="en", published=AFTER)).relevant


def test_the_year_of_a_birth_is_no_time_of_an_event(tagger):
    title = "Füzulidə mina partlayıb"
    text = "Partlayış nəticəsində 1956 və 1988-ci il təvəllüdlü iki sakin xəsarət alıb."
    tagged = tagger.tag(Text("1", title, text, language="az", published=AFTER))
    assert {one.stance for one in tagged.evidence if one.indicator == "casualties"} == {"reported"}


def test_an_entry_with_dates_says_nothing_of_a_text_without_one():
    entry = Joined(name="war", since=IN_THE_WAR, until=IN_THE_WAR, words={})
    assert entry.live(IN_THE_WAR)
    assert not entry.live(AFTER)
    assert not entry.live(None)
