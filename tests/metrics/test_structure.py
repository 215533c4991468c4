"""Rules of structure: what dates what, what negates what, which text is about the crisis. Each with its counterpart."""

from datetime import date

import pytest

from metrics.model import Text

# name: (language, published, title, text, indicator, stances wanted)
STANCES = {
    "a month before the week of publication is past": (
        ("en", "2023-12-20", "Karabakh", "Bread ran out in Stepanakert in January 2023.", "food"),
        {"past"},
    ),
    "within the week it is news": (
        ("en", "2023-01-20", "Karabakh", "Bread ran out in Stepanakert on 18 January 2023.", "food"),
        {"reported"},
    ),
    "a time that lies ahead dates nothing": (
        ("en", "2023-01-20", "Karabakh", "Bread is rationed in Stepanakert until 5 January 2024.", "food"),
        {"reported"},
    ),
    "since a day, it lasts": (
        ("ru", "2023-01-25", "Карабах", "В Степанакерте с 9 января нет света.", "electricity"),
        {"reported"},
    ),
    "what a relative clause dates is only its own": (
        ("ru", "2025-01-25", "Карабах", "В Шуши снесена церковь, которая была построена в 1847 году.", "heritage"),
        {"reported"},
    ),
    "the harm of a war, the repair of today": (
        ("en", "2025-05-09", "Zangilan", "The mosque destroyed in the first war was restored in Zangilan.", "heritage"),
        {"eased"},
    ),
    "a lack that is a cause is a fact": (
        ("ru", "2023-07-15", "Карабах", "Из-за нехватки топлива автобусы в Степанакерте не ходят.", "fuel"),
        {"reported"},
    ),
    "a lack that is not there is a denial": (
        ("ru", "2023-07-15", "Карабах", "Нехватки топлива в Степанакерте нет.", "fuel"),
        {"denied"},
    ),
    "a lack still to come is feared": (
        ("ru", "2023-07-15", "Карабах", "Топливо в Степанакерте закончится через неделю.", "fuel"),
        {"feared"},
    ),
    "a condition is feared": (
        ("en", "2023-07-15", "Karabakh", "If gas runs out, hospitals in Stepanakert will close.", "gas"),
        {"feared"},
    ),
    "a town that begins like a month dates nothing": (
        ("ru", "2023-08-25", "Карабах", "Первая смерть от недоедания зафиксирована в Мартакерте.", "starvation"),
        {"reported"},
    ),
    "more than so many is no negation": (
        (
            "fr",
            "2023-09-21",
            "Haut-Karabagh",
            "Le médiateur de Stepanakert fait état de plus de 200 tués.",
            "casualties",
        ),
        {"reported"},
    ),
    "two words of one negation deny nothing": (
        ("hy", "2023-01-20", "Արցախ", "Ստեփանակերտում այլևս հաց չկա։", "food"),
        {"reported"},
    ),
    "a verb speaks of the noun beside it": (
        ("az", "2023-01-24", "Xankəndi", "Xankəndi sakinləri deyir ki, mənzillərə dünəndən qaz verilmir.", "shelter"),
        set(),
    ),
    "those held who were handed over are released": (
        ("az", "2021-06-12", "Ağdam", "Bakıda saxlanılan 15 erməni əsir İrəvana təhvil verilib.", "detention"),
        {"eased"},
    ),
    "a year of birth is none of the event": (
        ("az", "2024-04-09", "Füzuli", "1979-cu il təvəllüdlü sakin minaya düşərək ayağını itirib.", "casualties"),
        {"reported"},
    ),
    "cannot is no fear": (
        ("ru", "2023-07-15", "Карабах", "Жители Степанакерта не могут купить хлеба.", "food"),
        {"reported"},
    ),
    "what cannot be new any more is past": (
        ("en", "2025-07-15", "Karabakh", "More than 100,000 people fled Nagorno-Karabakh.", "displacement"),
        {"past", None},
    ),
}


@pytest.mark.parametrize(("asked", "wanted"), STANCES.values(), ids=STANCES)
def test_stance(asked, wanted, tagger):
    language, published, title, text, indicator = asked
    tagged = tagger.tag(Text("1", title, text, language, published=date.fromisoformat(published)))
    found = {one.stance for one in tagged.evidence if one.indicator == indicator}
    assert found == wanted - {None} or (not found and None in wanted), tagged.evidence


ABOUT = {
    "a remembrance is about what it remembers": (
        "en",
        "Khojaly victims remembered in Baku",
        "613 civilians were killed in Khojaly in 1992. MPs took part.",
        True,
        False,
    ),
    "talks are context": (
        "en",
        "Karabakh talks resume in Geneva",
        "Foreign ministers discussed a peace treaty.",
        False,
        True,
    ),
    "a statement about the region with nothing humanitarian in it is context": (
        "en",
        "Senator speaks on Nagorno-Karabakh",
        "He called it a matter of principle.",
        False,
        True,
    ),
    "a town where something else happens is neither": (
        "en",
        "Fuzuli airport handles 40,000 passengers",
        "New routes will open in spring.",
        False,
        False,
    ),
    "one name at the end": (
        "en",
        "Smugglers on trial in Konya",
        "Fourteen men were arrested with diesel. One of them once served in Karabakh.",
        False,
        False,
    ),
    "news of another crisis that compares": (
        "en",
        "Famine spreads in Gaza",
        "Bakeries are closed for want of flour. It was so in Nagorno-Karabakh, an expert said.",
        False,
        False,
    ),
    "a given name before a surname": (
        "en",
        "Lachin Veliyeva takes judo gold",
        "She had missed most of the season with an injury.",
        False,
        False,
    ),
}


@pytest.mark.parametrize(("language", "title", "text", "relevant", "context"), ABOUT.values(), ids=ABOUT)
def test_about(language, title, text, relevant, context, tagger):
    tagged = tagger.tag(Text("1", title, text, language, published=date(2025, 2, 26)))
    assert (tagged.relevant, tagged.context) == (relevant, context), tagged.evidence


def test_a_place_of_the_title_where_the_sentence_names_none(tagger):
    (one,) = tagger.tag(
        Text("1", "Martakert", "There is no bread in the shops.", "en", published=date(2023, 1, 9))
    ).evidence
    assert one.place is not None
    assert one.place.id == "martakert"
