"""Who says it: six languages, the sentence and what stands around it."""

from datetime import date

import pytest

from metrics.model import Text

JANUARY_2023, YEAR_2025 = date(2023, 1, 20), date(2025, 3, 20)

# id: (language, published, title, text, the words whose speaker is asked, side; None: nobody is named)
CASES = {
    "whom an agency cites says it": (
        "ru",
        YEAR_2025,
        "Карабах",
        "В Физулинском районе на мине подорвался тракторист, передает ТАСС со ссылкой на МВД Азербайджана.",
        "подорвался",
        "azerbaijani",
    ),
    "whom a channel cites says it, in Armenian": (
        "hy",
        YEAR_2025,
        "Ղարաբաղ",
        "Աղդամում ական է պայթել, մեկ մարդ վիրավորվել է, գրում է Anadolu-ն՝ վկայակոչելով Ադրբեջանի ՆԳՆ-ն։",
        "վիրավորվել",
        "azerbaijani",
    ),
    "whom a paper quotes says it, in French": (
        "fr",
        JANUARY_2023,
        "Karabakh",
        (
            "Les hôpitaux de Stepanakert manquent de médicaments, rapporte l'agence Anadolu, "
            "citant le ministère de la Santé de l'Artsakh."
        ),
        "manquent",
        "karabakh",
    ),
    "a named ministry": (
        "en",
        JANUARY_2023,
        "Gas cut",
        "Gas to Stepanakert was cut, Artsakh's foreign ministry said.",
        "Gas to",
        "karabakh",
    ),
    "an office, whose it is said beside it": (
        "az",
        JANUARY_2023,
        "Qarabağ",
        "Ermənistanın müdafiə nazirinin mətbuat katibi bu gün bildirib ki, Xankəndidə çörək qurtarıb.",
        "çörək",
        "armenian",
    ),
    "whom a statement speaks of does not make it": (
        "az",
        JANUARY_2023,
        "Xankəndi",
        (
            "Azərbaycan Qızıl Aypara Cəmiyyəti Xankəndiyə un göndərib. "
            "Cəmiyyətin nümayəndəsi jurnalistlərə deyib ki, qondarma rejim Xankəndiyə gedən yolu bağlayıb."
        ),
        "yolu bağlayıb",
        "azerbaijani",
    ),
    "a name with the ending of direction is where somebody went": (
        "tr",
        YEAR_2025,
        "Karabağ",
        "Bir uzman, iş bulamayan Karabağlı ailelerin Rusya'ya gittiğini savunuyor.",
        "iş bulamayan",
        None,
    ),
    "residents in the genitive, before a word of speech": (
        "az",
        JANUARY_2023,
        "Xankəndi",
        "Xankəndi sakinlərinin dediyinə görə, mağazalarda çörək yoxdur.",
        "çörək",
        "local",
    ),
    "an adjective of somebody's side speaks for nobody": (
        "en",
        JANUARY_2023,
        "Lachin",
        "Azerbaijani government-backed protesters, shouting slogans, keep the Lachin road blocked.",
        "road blocked",
        None,
    ),
    "who is named before a comma, in an aside, does not hold the office behind it": (
        "en",
        JANUARY_2023,
        "Stepanakert",
        "Gas to Stepanakert was cut in an act of pressure by Azerbaijan, the Human Rights Defender reports.",
        "Gas to",
        "karabakh",
    ),
    "a town in capitals before a dash says nothing": (
        "en",
        JANUARY_2023,
        "Stepanakert",
        "ANKARA — Bread has run out in Stepanakert, UNICEF said on Monday.",
        "Bread",
        "international",
    ),
    "a heading with a colon says who speaks": (
        "tr",
        JANUARY_2023,
        "Stepanakert'te kayıp askerlerin aileleri: Ekmek kalmadı",
        "Kentte fırınlar kapalı.",
        "Ekmek kalmadı",
        "local",
    ),
    "one name and an age: a private person": (
        "fr",
        JANUARY_2023,
        "Stepanakert",
        "Le ministère arménien a réagi. Anahit, 54 ans, raconte que le pain manque à Stepanakert.",
        "le pain manque",
        "local",
    ),
    "an institution that opens a sentence which ends in a verb of speech": (
        "tr",
        JANUARY_2023,
        "Karabağ",
        "Kızılhaç yeni bir açıklama yaptı. Örgüt, Stepanakert'te ekmeğin kalmadığını bu sabah bildirdi.",
        "ekmeğin kalmadığını",
        "international",
    ),
    "the newsroom itself": ("en", JANUARY_2023, "Stepanakert", "Bread has run out in Stepanakert.", "Bread", None),
    "an office without a country, by where it is": (
        "en",
        JANUARY_2023,
        "Stepanakert",
        "There is no diesel left in Stepanakert, the mayor's office said.",
        "no diesel",
        "karabakh",
    ),
    "the same office after the departure": (
        "en",
        YEAR_2025,
        "Khankendi",
        "Water supply to Khankendi was cut, the mayor's office said.",
        "Water",
        "azerbaijani",
    ),
    "the sentence after a named source": (
        "en",
        JANUARY_2023,
        "Stepanakert",
        "The ICRC said the road was shut on Monday. Insulin has run out in Stepanakert.",
        "Insulin",
        "international",
    ),
    "residents speak for one sentence only": (
        "en",
        JANUARY_2023,
        "Stepanakert",
        "Residents said there was no bread on Monday. Gas supply was cut in the evening.",
        "Gas",
        None,
    ),
    "he said: who spoke before": (
        "en",
        JANUARY_2023,
        "Baku",
        "Azerbaijan's foreign ministry made a statement. There is no shortage of food in Khankendi, he added.",
        "no shortage",
        "azerbaijani",
    ),
    "a quotation nobody owns is a voice from the place": (
        "en",
        JANUARY_2023,
        "Stepanakert",
        '"We have had no bread in Stepanakert since Monday," she says.',
        "no bread",
        "local",
    ),
    "a person by two names": (
        "en",
        JANUARY_2023,
        "Stepanakert",
        "There is no bread in Stepanakert, said Narine Balayan.",
        "no bread",
        "local",
    ),
    "speaker before a colon": (
        "en",
        JANUARY_2023,
        "Red Cross: no medicine left in Stepanakert",
        "Details follow.",
        "no medicine",
        "international",
    ),
    "a dateline does not speak": (
        "en",
        JANUARY_2023,
        "Karabakh",
        "YEREVAN — Bread has run out in Stepanakert.",
        "Bread",
        None,
    ),
    "the next sentence tells who told it": (
        "ru",
        JANUARY_2023,
        "Карабах",
        "В Степанакерте закончился хлеб. Об этом сообщил МИД Армении.",
        "хлеб",
        "armenian",
    ),
    "Turkish: the subject opens, the verb closes": (
        "tr",
        JANUARY_2023,
        "Karabağ",
        "Ermenistan Dışişleri Bakanlığı, Stepanakert'te ekmek kalmadığını duyurdu.",
        "ekmek",
        "armenian",
    ),
    "Turkish: a name in a case is no subject": (
        "tr",
        JANUARY_2023,
        "Karabağ",
        "Ermenistan'dan Stepanakert'e gelen gaz kesildi.",
        "gaz",
        None,
    ),
    "said behind a comma: the subject stands behind the verb": (
        "ru",
        JANUARY_2023,
        "Степанакерт",
        "Азербайджан перекрыл газ в Степанакерте, заявил представитель МИД Арцаха.",
        "перекрыл",
        "karabakh",
    ),
    "the same in French, with an auxiliary": (
        "fr",
        JANUARY_2023,
        "Stepanakert",
        "L'Azerbaïdjan a coupé le gaz à Stepanakert, a annoncé le ministère des Affaires étrangères de l'Artsakh.",
        "coupé",
        "karabakh",
    ),
    "whom a quotation mentions does not say it": (
        "ru",
        JANUARY_2023,
        "Степанакерт",
        "«Баку закрыл дорогу, хлеба в Степанакерте нет», — говорит учительница.",
        "хлеба",
        "local",
    ),
    "a name in quotation marks speaks": (
        "ru",
        JANUARY_2023,
        "Степанакерт",
        "Подача газа в Степанакерт прекращена, сообщила компания «Арцахгаз».",
        "Подача газа",
        "karabakh",
    ),
    "it stressed: not the residents of whom it speaks": (
        "en",
        JANUARY_2023,
        "Baku",
        "Azerbaijan's foreign ministry denies it. That residents of Khankendi are short of food is untrue, it said.",
        "short of food",
        "azerbaijani",
    ),
    "a person by one name, behind a quotation": (
        "fr",
        JANUARY_2023,
        "Stepanakert",
        "« Il n'y a plus de pain à Stepanakert », raconte Gayané.",
        "plus de pain",
        "local",
    ),
    "the agency: the body named before": (
        "en",
        YEAR_2025,
        "ANAMA employee killed",
        "A mine exploded in Aghdam district on Monday, the agency said.",
        "mine exploded",
        "azerbaijani",
    ),
    "the spokesman with his name behind the office": (
        "fr",
        JANUARY_2023,
        "Bakou",
        "Il n'y a pas de famine à Khankendi, a déclaré le porte-parole du ministère, Aykhan Hadjizadé.",
        "famine",
        "azerbaijani",
    ),
    "who gathers to demand speaks for himself": (
        "en",
        JANUARY_2023,
        "Stepanakert",
        "Thousands of people gathered in Stepanakert to demand that Azerbaijan open the road.",
        "demand that Azerbaijan open the road",
        "local",
    ),
}


@pytest.mark.parametrize(("language", "published", "title", "text", "words", "side"), CASES.values(), ids=CASES)
def test_who_says_it(language, published, title, text, words, side, tagger):
    tagged = tagger.tag(Text("1", title, text, language, published=published))
    asked = [one for one in tagged.evidence if words in one.sentence]
    assert asked, tagged
    assert {one.speaker.side if one.speaker else None for one in asked} == {side}
