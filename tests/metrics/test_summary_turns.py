"""What turned since the issue before: corrections, what is ahead, access; from hand-made values."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pypdf
import pytest

from dashboard.export import render
from feeds.monitor import Pillar
from metrics.ahead import Dated, coming
from metrics.lexicon import Event
from metrics.store.revising import Revision
from metrics.summary import summarise
from metrics.summary_words import LANGUAGES, words_in
from tests.summary_values import DAY, END, MONITOR, busy, days, material, story


def made(*stories, **changes):
    return summarise(material(*stories, **changes), day=DAY, as_of=END)


def revision(number, old, new, *, reason="late", article=7, indicator="food"):
    day = DAY - timedelta(days=3)
    return Revision(number, day, indicator, "reported", "*", old, new, END, reason, article, article, "abc123")


def test_a_correction_says_what_was_told_and_what_it_is_and_why():
    (one,) = made(revisions=(revision(1, 4, 5), revision(2, 5, 6, reason="edit", article=9))).corrections
    assert (one.first, one.now, one.reasons) == (4, 6, ("late", "edit"))
    assert one.sentence.text == (
        "2031-05-17, Food: reported: 4 → 6: an article of that day came late; an article was edited."
    )
    assert one.sentence.articles == (7, 9)


def test_a_number_that_came_back_is_no_correction():
    assert made(revisions=(revision(1, 4, 5), revision(2, 5, 4))).corrections == ()


def test_a_day_that_could_not_be_seen_is_not_corrected_to_none():
    (one,) = made(revisions=(revision(1, 4, None),)).corrections
    assert "4 → not seen" in one.sentence.text


# Ahead ---------------------------------------------------------------------------------------------------------------

HEARING = Dated(id="H", date=date(2031, 5, 28), kind="hearing", label="A court hears a case", labels={"ru": "Слушание"})
EVENT = Event(id="E", date=date(2024, 5, 21), label="A bridge was opened", verified=True)
AHEAD = {
    "tomorrow": (date(2031, 5, 21), True),
    "in 14 days": (date(2031, 6, 3), True),
    "in 15 days": (date(2031, 6, 4), False),
    "today": (DAY, False),
}


@pytest.mark.parametrize(("day", "is_told"), AHEAD.values(), ids=AHEAD)
def test_two_weeks_ahead_are_told(day, is_told):
    dated = HEARING.model_copy(update={"date": day})
    assert bool(coming([dated], [], DAY)) == is_told


def test_anniversaries_are_computed_from_verified_events_only():
    partly = EVENT.model_copy(update={"id": "P", "verified": "partial"})
    (one,) = coming([], [EVENT, partly], DAY)
    assert (one.day, one.kind, one.years) == (date(2031, 5, 21), "anniversary", 7)
    assert coming([], [EVENT], date(2024, 5, 20)) == ()  # the day itself is none


def test_an_anniversary_of_a_leap_day_is_told_every_year_also_across_new_year():
    leap = EVENT.model_copy(update={"date": date(2024, 2, 29)})
    assert [one.day for one in coming([], [leap], date(2031, 2, 20))] == [date(2031, 2, 28)]
    january = EVENT.model_copy(update={"date": date(2024, 1, 3)})
    assert [one.years for one in coming([], [january], date(2031, 12, 28))] == [8]


def test_what_is_ahead_is_said_in_the_language_of_the_issue():
    summary = made(ahead=(HEARING,), events=(EVENT,), lang="ru")
    assert [one.sentence.text for one in summary.ahead] == [
        "2031-05-21: 7 лет назад: A bridge was opened [en].",
        "2031-05-28: слушание: Слушание.",
    ]


def test_an_anniversary_is_said_in_the_language_of_the_issue():
    labelled = EVENT.model_copy(update={"labels": {"ru": "Открыт мост", "hy": "Կամուրջ է բացվել"}})
    told = {lang: coming([], [labelled], DAY, lang=lang)[0].label for lang in ("en", "ru", "hy", "az")}
    assert told == {
        "en": "A bridge was opened", "ru": "Открыт мост", "hy": "Կամուրջ է բացվել", "az": "A bridge was opened [en]",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (date(2031, 5, 20), [date(2031, 5, 28)]),
        (date(2033, 5, 20), [date(2033, 5, 28)]),
        (date(2033, 5, 28), []),
        (date(2030, 5, 20), []),
    ],
    ids=["its year", "a later year", "the day itself", "a year too early"],
)
def test_a_yearly_day_is_told_every_year_from_its_own_on(after, found):
    yearly = HEARING.model_copy(update={"yearly": True})
    assert [one.day for one in coming([yearly], [], after)] == found
    assert [one.day for one in coming([HEARING], [], after)] == [one for one in found if one.year == 2031]


def test_a_yearly_day_across_new_year_is_told_once():
    january = HEARING.model_copy(update={"date": date(2024, 1, 3), "yearly": True})
    assert [one.day for one in coming([january], [], date(2031, 12, 28))] == [date(2032, 1, 3)]


# Access --------------------------------------------------------------------------------------------------------------

PILLARS = MONITOR.model_copy(
    update={"pillars": (Pillar(key="people", label="Access of people", indicators=("food", "fuel")),)}
)


def test_a_pillar_counts_its_stories_once_and_one_without_any_is_a_gap():
    (seen,) = made(story(1, "food", "fuel"), story(2, "food:denied"), monitor=PILLARS).pillars
    assert (seen.stories, seen.by_stance) == (2, (("reported", 1), ("denied", 1)))
    assert seen.sentence.articles == (1, 2)
    (gap,) = made(monitor=PILLARS).pillars
    assert gap.sentence.text == "Access of people: information gap, none seen in our sources that day."
    (unseen,) = made(monitor=PILLARS, days=days("u")).pillars
    assert unseen.sentence.text == "Access of people: information gap, the days were not seen."


@pytest.mark.parametrize("format", ["md", "html"])
def test_of_a_day_that_was_not_seen_not_even_that_none_was_seen_is_said(format):
    assert "None seen in our sources that day." in render(made(), format).decode()
    unseen = render(made(days=days("u")), format).decode()
    assert "None seen in our sources that day." not in unseen
    assert "Not seen." in unseen


# One page ------------------------------------------------------------------------------------------------------------


def pages(summary):
    read = pypdf.PdfReader(io.BytesIO(render(summary, "pdf")))
    return [page.extract_text() for page in read.pages]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_highlights_take_one_page_and_the_annex_begins_on_the_next(lang):
    shown = pages(summarise(replace(busy(), lang=lang), day=DAY, as_of=END))
    heading = words_in(lang).headings["annex_part"]
    places = [n for n, text in enumerate(shown) if heading in (line.strip() for line in text.splitlines())]
    assert places[0] == 1


def test_a_quiet_day_takes_half_a_page():
    page = pages(made())[0]
    assert len(page.splitlines()) < 36  # of about 70 lines of a page
