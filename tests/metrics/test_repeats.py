"""A sentence that a source repeats from story to story counts once, the first time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from feeds.archive.schema import evidence
from feeds.sources import Outlets
from metrics import store
from metrics.model import Text
from metrics.repeats import fingerprint
from metrics.summary_material import material_of

SENTENCE = "Shops in Stepanakert sell bread by coupon for the fourth week in a row."

SAME = {
    "capital letters": SENTENCE.upper(),
    "another full stop and more blanks": SENTENCE.replace(".", "!").replace(" ", "  "),
    "a soft hyphen": SENTENCE.replace("coupon", "cou\u00adpon"),
}
OTHERS = {
    "another number": SENTENCE.replace("fourth", "fifth"),
    "another order of the words": SENTENCE.replace("Shops in Stepanakert", "In Stepanakert shops"),
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_the_same_sentence_has_the_same_fingerprint(other):
    assert fingerprint(other, in_title=False) == fingerprint(SENTENCE, in_title=False) > 0


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_another_sentence_has_another_fingerprint(other):
    assert fingerprint(other, in_title=False) != fingerprint(SENTENCE, in_title=False)


def test_titles_and_short_sentences_have_none():
    assert fingerprint(SENTENCE, in_title=True) == 0
    assert fingerprint("one two three four five six seven eight nine", in_title=False) == 0
    assert 0 < fingerprint("one two three four five six seven eight nine ten", in_title=False) < 2**63


def test_the_tagger_gives_fingerprints_to_the_body_and_not_to_the_title(tagger):
    title = "There is a food shortage in Nagorno-Karabakh, the local authorities said on Tuesday"
    body = "There is no bread left in any shop of Stepanakert, and nobody knows when it will come."
    found = tagger.tag(Text("1", title, body, "en")).evidence
    assert {one.start < len(title): one.fingerprint > 0 for one in found} == {True: False, False: True}
    assert found[-1].fingerprint == fingerprint(body, in_title=False)


# In the archive ------------------------------------------------------------------------------------------------------

NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)
SHORTAGE = (
    "Since the middle of December there has been a shortage of food and medicine in Nagorno-Karabakh, "
    "as almost nothing can be brought in."
)
NEWS = (
    (
        "The parliament in Yerevan spoke for six hours on Monday about the budget of the coming year and the roads. "
        "Two members left the hall before the vote, and the speaker called for order."
    ),
    (
        "A football club from Gyumri won the cup on Tuesday evening after extra time, its first title in nine years. "
        "The trainer thanked the supporters who had travelled through snow and fog."
    ),
    (
        "A new bridge over the river was opened on Wednesday morning by the minister, four months later than planned. "
        "Lorries may use it from the first of February, cars at once."
    ),
)


def hours(n):
    return NOON + timedelta(hours=n)


def said(room):
    """(article, stance, occurrence, end of the rule) of the shortage of food, in order of the articles."""
    query = select(evidence).where(evidence.c.indicator == "food").order_by(evidence.c.article, evidence.c.n)
    with room.archive.reading() as connection:
        rows = connection.execute(query.where(evidence.c.sentence.contains("Since the middle"))).all()
    return [(row.article, row.stance, row.occurrence is None, row.rule.rpartition("; ")[2]) for row in rows]


def counted(room, stance="reported"):
    rows = store.daily_rows(
        room.archive, first=date(2023, 1, 1), last=date(2023, 2, 1), indicators=["food"], stances=[stance]
    )
    return {row.date.day: row.stories for row in rows.itertuples()}


def three_days(room, keys=("paper", "paper", "paper")):
    for n, key in enumerate(keys):
        item = (f"g{n}", f"Evening news of day {n}", f"{NEWS[n]}\n{SHORTAGE}", hours(24 * n - 1))
        room.poll(key, hours(24 * n), item)


REPEAT = "repeated from article 1"


@pytest.mark.parametrize("every_day", [True, False], ids=["counted every day", "counted once at the end"])
def test_a_paragraph_repeated_over_three_days_counts_once(newsroom, source, every_day):
    room = newsroom(source("paper"))
    for n in range(3):
        item = (f"g{n}", f"Evening news of day {n}", f"{NEWS[n]}\n{SHORTAGE}", hours(24 * n - 1))
        room.poll("paper", hours(24 * n), item)
        if every_day:
            room.count()
    room.count()
    assert counted(room) == {10: 1}
    assert counted(room, "past") == {11: 1, 12: 1}
    first, *later = said(room)
    assert first[:2] == (1, "reported")
    assert later == [(2, "past", True, REPEAT), (3, "past", True, REPEAT)]


def test_the_same_paragraph_in_another_source_is_no_repeat(newsroom, source):
    room = newsroom(source("paper"), source("radio"), source("agency"))
    three_days(room, keys=("paper", "radio", "agency"))
    room.count()
    assert counted(room) == {10: 1, 11: 1, 12: 1}


def test_an_edited_version_is_no_repeat_of_itself(newsroom, source):
    room = newsroom(source("paper"))
    for n in range(3):
        text = f"{NEWS[0]}\nUpdate {n}.\n{SHORTAGE}"
        room.poll("paper", hours(n), ("g", "Evening news of the day", text, hours(-1)))
        room.count()
    assert [row[:2] for row in said(room)] == [(1, "reported")]


def test_a_copy_in_the_same_story_is_no_repeat(newsroom, source):
    room = newsroom(source("paper"))
    for n in range(2):
        item = (f"g{n}", f"Evening news of the day, edition {n}", f"{NEWS[0]}\n{SHORTAGE}", hours(n - 1))
        room.poll("paper", hours(n), item)
    room.count()
    assert [row[:2] for row in said(room)] == [(1, "reported"), (2, "reported")]
    assert counted(room) == {10: 1}


def test_what_an_edit_took_away_was_still_said_first(newsroom, source):
    """The reader saw it: the next story that carries it repeats it, whenever the tagger happened to look."""
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("g0", "Evening news of day 0", f"{NEWS[0]}\n{SHORTAGE}", hours(-1)))
    room.poll("paper", hours(1), ("g0", "Evening news of day 0", NEWS[0], hours(-1)))
    room.poll("paper", hours(24), ("g1", "Evening news of day 1", f"{NEWS[1]}\n{SHORTAGE}", hours(23)))
    room.count()
    assert said(room) == [(2, "past", True, REPEAT)]


def test_evidence_added_later_is_told_by_what_the_text_says_not_by_repeats(newsroom, source):
    """A repeat is `past` in the edited version and would have been in the early one: the edit added nothing."""
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("g0", "Evening news of day 0", f"{NEWS[0]}\n{SHORTAGE}", hours(-1)))
    room.poll("paper", hours(24), ("g1", "Evening news of day 1", f"{NEWS[1]}\n{SHORTAGE}", hours(23)))
    text = f"{NEWS[1]}\nA correction.\n{SHORTAGE}"
    room.poll("paper", hours(96), ("g1", "Evening news of day 1", text, hours(23)))
    room.count()
    with room.archive.reading() as connection:
        assert not any(connection.execute(select(evidence.c.added_later)).scalars())
    assert counted(room, "past") == {11: 1}


def test_a_summary_made_again_after_an_edit_still_knows_the_repeat(newsroom, source):
    room = newsroom(source("paper"))
    three_days(room)
    room.count()

    def stories():
        outlets = Outlets(one.outlet for one in room.sources.values())
        asked = {
            "first": date(2023, 1, 12),
            "day": date(2023, 1, 12),
            "start": hours(40),
            "end": hours(64),
            "as_of": hours(60),
        }
        sources = tuple(room.sources.values())
        return material_of(room.archive, room.monitor, room.tagger.lexicon, sources, outlets, **asked).stories

    before = stories()
    food = [quote.stance for story in before for quote in story.quotes if quote.indicator == "food"]
    assert food == ["reported", "past", "past"]
    item = ("g2", "Evening news of day 2", f"{NEWS[2]}\nAll this was corrected.", hours(47))
    room.poll("paper", hours(72), item)
    room.count()
    assert stories() == before
