"""The summary is right, says where it comes from, and is the same whenever it is made."""

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import html

from dashboard.export import FORMATS, render
from feeds.model import Outlet, Source
from feeds.monitor import read_monitor
from feeds.sources import Outlets
from metrics import store
from metrics import summary_words as words
from metrics.daily import observed_days
from metrics.lexicon import read_lexicon
from metrics.summary import default_as_of, summarise, summary_of, window_of
from tests.further import further
from tests.metrics.conftest import Newsroom
from tests.summary_values import (
    DAY,
    END,
    FACT,
    MONITOR,
    busy,
    days,
    many,
    material,
    poll,
    quote,
    source,
    story,
)

WEEK_DAYS, BEFORE_DAYS = range(7), range(7, 35)


def made(*stories, **changes):
    return summarise(material(*stories, **changes), day=DAY, as_of=END)


def texts(summary):
    return " | ".join(sentence.text for sentence in summary.highlights)


# What changed --------------------------------------------------------------------------------------------------------

CHANGES = {  # stories in 7 days, in 28 days before → direction, per 7 days before, ratio
    "none in 7 days after many": (0, 40, "fewer", 10.0, 0.0),
    "the same rate": (5, 20, "same", 5.0, 1.0),
    "a little more": (7, 20, "same", 5.0, 1.4),
    "much more": (25, 40, "more", 10.0, 2.5),
    "one after silence": (1, 0, "same", 0.0, None),
    "many after silence": (9, 0, "more", 0.0, None),
    "twice of next to nothing": (2, 4, "same", 1.0, 2.0),
}


@pytest.mark.parametrize(("week", "before", "direction", "rate", "ratio"), CHANGES.values(), ids=CHANGES)
def test_what_changed_compares_seven_days_with_the_28_before(week, before, direction, rate, ratio):
    summary = made(*many(100, week, "food", days_before=WEEK_DAYS), *many(500, before, "food", days_before=BEFORE_DAYS))
    (change,) = summary.changes
    assert (change.day, change.week, change.before) == (-(-week // 7), week, before)  # one of seven on the day itself
    assert change.direction == direction
    assert change.before_per_week == pytest.approx(rate)
    assert change.ratio == (None if ratio is None else pytest.approx(ratio))
    assert change.sentence.articles == tuple(range(100, 100 + week))
    assert change.before_articles == tuple(range(500, 500 + before))


NO_COMPARISON = {
    "the day was not seen": ("u", "Nothing is said about change: the day was not seen."),
    "the day lies before our first poll": ("b" * 35, "Nothing is said about change: the day was not seen."),
    "13 days of history": (
        "b" * 15 + "f" * 20,
        "Nothing to compare yet: 13 of the 28 days before and 7 of the last 7 were seen.",
    ),
    "three days of the week": (
        "f" * 28 + "uuuufff",
        "Nothing to compare yet: 28 of the 28 days before and 3 of the last 7 were seen.",
    ),
}


@pytest.mark.parametrize(("states", "sentence"), NO_COMPARISON.values(), ids=NO_COMPARISON)
def test_nothing_is_said_about_change_without_days_to_compare(states, sentence):
    stories = [*many(100, 30, "food", days_before=WEEK_DAYS), *many(500, 5, "food", days_before=BEFORE_DAYS)]
    summary = made(*stories, days=days(states))
    assert summary.changes == ()
    assert summary.comparison.text == sentence
    assert not re.search(r"times|more|fewer|against", texts(summary))


def test_an_unseen_day_draws_no_conclusion_and_shows_what_was_seen_nevertheless():
    summary = made(story(1, "food"), days=days("u"), polls=(poll("north"), poll("south", "unreachable")))
    assert texts(summary) == (
        "The day was not seen: 1 of 2 sources answered. No conclusion is drawn."
        " | Seen nevertheless: 1 story about the monitored crisis, from 1 publisher."
    )
    assert summary.none_seen is None
    assert [section.indicator for section in summary.sections] == ["food"]


def test_a_day_without_any_poll_says_so():
    assert "no source was asked" in texts(made(days=days("u"), polls=()))


def test_days_not_seen_are_left_out_of_the_rates_not_counted_as_zero():
    stories = [*many(100, 6, "food", days_before=range(6)), *many(500, 14, "food", days_before=range(7, 21))]
    summary = made(*stories, days=days("u" * 14 + "f" * 14 + "uffffff"))
    (change,) = summary.changes
    assert (change.week_days, change.before_days, change.ratio) == (6, 14, pytest.approx(1.0))
    assert "6 of 7 seen" in summary.comparison.text
    assert "14 of 28 seen" in summary.comparison.text


def test_stories_of_days_not_seen_are_not_counted_as_the_daily_table_does_not():
    stories = [story(1, "food", day=DAY - timedelta(days=1)), story(2, "food")]
    assert made(*stories, days=days("uf")).changes[0].week == 1


def test_a_split_indicator_is_compared_for_each_people_apart():
    split = MONITOR.model_copy(
        update={
            "indicators": tuple(
                one.model_copy(update={"split_by_people": one.key == "detention"}) for one in MONITOR.indicators
            )
        }
    )
    one = replace(quote("detention", article=1), people="northerners", people_label="Northerners")
    summary = made(story(1, quotes=(one,)), story(2, "detention"), monitor=split)
    assert [(c.label, c.people, c.week) for c in summary.changes] == [
        ("People held (Northerners)", "northerners", 1),
        ("People held (not stated)", "unstated", 1),
    ]
    assert summary.sections[0].by_people == (("Northerners", 1), ("not stated", 1))


def test_highlights_are_at_most_five_and_name_what_chance_explains_least():
    labels = ("food", "fuel", "detention")
    stories = [
        one for n, label in enumerate(labels) for one in many(1000 * (n + 1), 9 + n, label, days_before=WEEK_DAYS)
    ]
    late = story(1, "food", day=DAY - timedelta(days=1), seen=END - timedelta(hours=1))
    summary = made(*stories, late, story(2, "food:denied"), days=days("p"))
    assert len(summary.highlights) == 5
    assert summary.highlights[2].text.startswith("3 more under")


# The day's stories ---------------------------------------------------------------------------------------------------


def test_sections_stand_in_sector_order_and_count_a_story_under_each_stance_it_carries():
    summary = made(story(1, "detention"), story(2, "food", "food:denied"), story(3, "food:eased"), story(4, "fuel"))
    assert [section.indicator for section in summary.sections] == ["food", "fuel", "detention"]
    assert summary.sections[0].by_stance == (("reported", 1), ("eased", 1), ("denied", 1))
    assert len(summary.sections[0].stories) == 2


def test_a_section_quotes_its_own_indicator_only():
    (food, fuel) = made(story(1, "food", "fuel")).sections
    assert {q.indicator for one in food.stories for q in one.quotes} == {"food"}
    assert {q.indicator for one in fuel.stories for q in one.quotes} == {"fuel"}


def test_no_relevant_story_is_left_out():
    summary = made(story(1, "food"), story(2), story(3, "gas"))
    assert [one.article for one in summary.others] == [2, 3]  # one says nothing, one is about an inactive indicator


def test_reports_and_denials_stand_beside_each_other():
    summary = made(story(1, "food"), story(2, "food:denied", side="south"), story(3, "fuel"))
    (dispute,) = summary.disputes
    assert [one.article for one in dispute.reports] == [1]
    assert [one.article for one in dispute.denials] == [2]
    assert dispute.reports_of == "day"


def test_a_denial_stands_beside_the_reports_of_the_week_when_the_day_has_none():
    earlier = story(1, "food", day=DAY - timedelta(days=3))
    (dispute,) = made(earlier, story(2, "food:denied")).disputes
    assert ([one.article for one in dispute.reports], dispute.reports_of) == ([1], "week")


def test_a_denial_alone_says_that_no_report_was_seen():
    (dispute,) = made(story(2, "food:denied")).disputes
    assert (dispute.reports, dispute.reports_of) == ((), "nothing")


LATE = {  # story's day, hours before END at which we saw it → is it a late arrival of this summary?
    "of the day before, seen within the day": (1, 12, True),
    "of the day before, seen in time": (1, 24, False),  # exactly at the end of the day before: in its summary
    "of a week before": (7, 1, True),
    "of eight days before": (8, 1, False),
    "of the day itself": (0, 1, False),
}


@pytest.mark.parametrize(("back", "hours", "is_late"), LATE.values(), ids=LATE)
def test_what_the_last_summary_could_not_hold_stands_under_late_arrivals(back, hours, is_late):
    one = story(1, "food", day=DAY - timedelta(days=back), seen=END - timedelta(hours=hours))
    assert [late.article for late in made(one).late] == ([1] if is_late else [])


def test_none_seen_is_never_none_and_inactive_indicators_take_one_line():
    summary = made(story(1, "food"), story(2, "fuel", day=DAY - timedelta(days=30)))
    assert summary.none_seen.text == (
        "None seen in our sources that day: Fuel."
        " None seen in our sources that day nor in the 34 days before: People held."
        " On the ground that day: no independent observer known to have had access."
    )
    assert summary.inactive.text == "Not active in this monitor for that day: Gas."


def test_articles_the_tagger_has_not_read_are_named_first():
    assert texts(made(story(1, "food"), untagged=3)).startswith("Not complete: 3 articles seen by the as-of wait")


# What we did not see -------------------------------------------------------------------------------------------------


def test_failed_retired_off_and_unasked_sources_and_unseen_sides_are_named():
    summary = made(
        sources=(
            source("north"),
            source("south", "south"),
            source("rights", "international"),
            source("quiet"),
            source("gone", retired="410 since 2030"),
            source("search", enabled=False),
        ),
        polls=(
            poll("north"),
            poll("south", "unreachable", hours_before_end=8),
            poll("south", "not-modified", hours_before_end=2),
            poll("rights", "refused", error="HTTP 503", hours_before_end=3),
            poll("rights", "unreachable", error="time-out", hours_before_end=9),
        ),
        sides=("north",),
    )
    blank = summary.not_seen
    assert [(note.key, note.reason) for note in blank.failed] == [("rights", "HTTP 503")]
    assert [note.key for note in blank.not_asked] == ["quiet"]
    assert [(note.key, note.reason) for note in blank.retired] == [("gone", "410 since 2030")]
    assert [note.key for note in blank.off] == ["search"]
    assert blank.sides == ("South", "International")
    assert blank.sides_without_source == ()
    assert (summary.coverage.asked, summary.coverage.answered) == (3, 2)
    assert summary.coverage.languages_unseen == ("ru", "hy")


UNKNOWN = "No fact about observers' access is recorded for that day."
ACCESS = {
    "no fact recorded": ((), UNKNOWN),
    "a fact that ended": ((replace(FACT, until=DAY - timedelta(days=1)),), UNKNOWN),
    "a fact not yet begun": ((replace(FACT, since=DAY + timedelta(days=1)),), UNKNOWN),
    "nobody": ((FACT,), "No independent observer known to have had access on the ground that day."),
    "somebody, but in a court far away": (
        (FACT, replace(FACT, who="A court", access="yes", on_the_ground=False)),
        "No independent observer known to have had access on the ground that day.",
    ),
    "facts about elsewhere only": ((replace(FACT, access="yes", on_the_ground=False),), UNKNOWN),
    "somebody, a detail of it not checked": (
        (FACT, replace(FACT, who="Monitors", access="yes", until=DAY, verified=False)),
        f"Known to have had access on the ground that day: Monitors (until {DAY}; partly checked).",
    ),
    "a force of a state that guarantees the ceasefire is no independent observer": (
        (FACT, replace(FACT, who="A force", access="yes", independent=False)),
        "No independent observer known to have had access on the ground that day.",
    ),
    "somebody": (
        (FACT, replace(FACT, who="Monitors", access="limited")),
        "Known to have had access on the ground that day: Monitors (limited).",
    ),
}


@pytest.mark.parametrize(("facts", "sentence"), ACCESS.values(), ids=ACCESS)
def test_access_is_a_dated_fact(facts, sentence):
    assert made(observers=facts).access_sentence.text == sentence


# Windows and as-of ---------------------------------------------------------------------------------------------------


def test_the_window_is_the_day_in_the_monitors_zone():
    assert window_of(MONITOR, DAY) == (END - timedelta(days=1), END)


def test_the_default_as_of_is_the_end_of_the_day_and_now_while_the_day_lasts():
    noon = END - timedelta(hours=12)
    assert default_as_of(MONITOR, DAY, now=END + timedelta(days=900)) == END
    assert default_as_of(MONITOR, DAY, now=noon.replace(microsecond=7)) == noon
    assert summarise(material(), day=DAY, as_of=noon).preliminary
    assert not made().preliminary


# Our own words -------------------------------------------------------------------------------------------------------


def own_words():
    """Everything in the catalogue, and every sentence of a busy summary without feed text."""
    catalogue = [
        *words.HEADINGS.values(),
        *words.SENTENCES.values(),
        *words.STATES.values(),
        *words.REPORTS_OF.values(),
    ]
    catalogue += [*words.ACCESS.values(), *words.OCCURRENCES.values(), words.METHOD, words.INVENTED, words.NOT_STATED]
    summary = summarise(busy(), day=DAY, as_of=END)
    sentences = [*summary.highlights, *summary.method, *(change.sentence for change in summary.changes)]
    return [*catalogue, *(sentence.text for sentence in sentences)]


def loaded(word):
    """A pattern of loaded_words: words, `*` at the end of one stands for any ending."""
    return re.compile(
        r"\b" + r"\s+".join(re.escape(part).replace(r"\*", r"\w*") for part in word.split()) + r"\b", re.I
    )


@pytest.mark.parametrize("folder", ["karabakh", "demo"])
def test_our_own_words_are_neutral(folder, root):
    monitor = read_monitor(root / "monitors" / folder)
    patterns = [loaded(word) for word in monitor.loaded_words.get("en", ())]
    assert folder != "karabakh" or len(patterns) > 10
    found = [(pattern.pattern, text) for pattern in patterns for text in own_words() if pattern.search(text)]
    assert found == []


# From the archive ----------------------------------------------------------------------------------------------------

JANUARY = date(2023, 1, 10)
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)
MIDNIGHT = datetime(2023, 1, 10, 20, tzinfo=UTC)
FOOD = (
    "There is a food shortage in Nagorno-Karabakh, the local authorities said on Tuesday."
    " Shops in Stepanakert sold bread by coupon."
)
FUEL = (
    "Petrol stations in Stepanakert ran out of fuel on Wednesday."
    " Drivers in Nagorno-Karabakh queued all night, and many went home without fuel."
)
DENIAL = (
    "Azerbaijan denied on Friday that there is any food shortage in Nagorno-Karabakh."
    " A ministry spokesman in Baku called the claims groundless."
)
BUDGET = "The parliament of a far country adopted a budget on Monday after a debate of eleven hours about taxes on tea."


def hours(number):
    return NOON + timedelta(hours=number)


def own(text, key):
    """The text with a tail that no other text has: copies are recognised by what they share."""
    return f"{text} {' '.join(f'{key}{n}' for n in range(60))}."


def feed(key, side="armenian", scope="full"):
    return Source(key, f"http://{key}.example/rss", Outlet(key, key.title(), key, side), ("en",), scope=scope)


FEEDS = (feed("first"), feed("second", "azerbaijani"), feed("search", scope="query"))


@pytest.fixture(scope="module")
def built(tmp_path_factory, monitor, tagger):
    """40 days of two papers with a food story every other day, then a day with food, fuel, a copy and a denial."""
    folder = tmp_path_factory.mktemp("january")
    room = Newsroom(folder, monitor, tagger, *FEEDS)
    for back in range(40, 0, -1):
        food = (f"f{back}", f"Food shortage, report {back} of winter", own(FOOD, f"f{back}x"), hours(-24 * back - 1))
        calm = (f"b{back}", f"Budget number {back} of the season", own(BUDGET, f"b{back}x"), hours(-24 * back - 1))
        room.poll("first", hours(-24 * back), food if back % 2 else calm)
        room.poll("second", hours(-24 * back), (f"s{back}", f"Budget of year {back}", own(BUDGET, f"s{back}x"), None))
    for item in (
        ("first", 2, "a", "Food shortage reported", own(FOOD, "a"), 1),
        ("first", 2, "c", "Fuel runs out", own(FUEL, "c"), 1),
        ("second", 3, "b", "Food runs short", f"BAKU, 10 January. {own(FOOD, 'a')}", 2),
        ("second", 3, "d", "No shortage, ministry says", own(DENIAL, "d"), 2),
        ("second", 3, "e", "Budget today", own(BUDGET, "e"), 2),
        ("search", 4, "q", "Fuel again", own(FUEL, "q"), 3),
    ):
        key, at, guid, title, text, published = item
        room.poll(key, hours(at), (guid, title, text, hours(published)))
    room.count()
    room.archive.close()
    return folder


@pytest.fixture
def january(built, tmp_path, monitor, tagger):
    """A copy of its own for each test."""
    shutil.copytree(built, tmp_path / "january")
    room = Newsroom(tmp_path / "january", monitor, tagger, *FEEDS)
    yield room
    room.archive.close()


@pytest.fixture
def summarised(monitor, lexicon):
    def summarise_it(room, day=JANUARY, as_of=MIDNIGHT):
        sources = tuple(room.sources.values())
        outlets = Outlets(one.outlet for one in sources)
        return summary_of(room.archive, monitor, lexicon, sources, outlets, day=day, as_of=as_of)

    return summarise_it


@pytest.fixture(scope="module")
def lexicon(monitor):
    return read_lexicon(monitor)


def article_ids(value):
    """Every article id of a JSON export: fields named article, articles, carried_by, before_articles."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "article":
                yield inner
            elif key in ("articles", "carried_by", "before_articles") and isinstance(inner, list):
                yield from inner
            else:
                yield from article_ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from article_ids(inner)


def test_every_number_equals_the_daily_table(january, summarised):
    summary = summarised(january)
    first = JANUARY - timedelta(days=34)
    frame = store.daily_rows(january.archive, first=first, last=JANUARY)
    assert summary.state == "full"

    def counted(indicator, stance, since, until):
        rows = frame[(frame.indicator == indicator) & (frame.stance == stance)]
        return int(rows[(rows.date >= since) & (rows.date <= until)].stories.sum())

    week, before = JANUARY - timedelta(days=6), JANUARY - timedelta(days=7)
    assert {change.indicator for change in summary.changes} >= {"food", "fuel"}
    for change in (one for one in summary.changes if not one.people):
        assert change.day == counted(change.indicator, "reported", JANUARY, JANUARY)
        assert change.week == counted(change.indicator, "reported", week, JANUARY)
        assert change.before == counted(change.indicator, "reported", first, before)
        assert change.eased == counted(change.indicator, "eased", week, JANUARY)
        assert change.denied == counted(change.indicator, "denied", week, JANUARY)
    for section in summary.sections:
        assert dict(section.by_stance) == {
            stance: counted(section.indicator, stance, JANUARY, JANUARY) for stance, _ in section.by_stance
        }
    relevant = store.totals(january.archive, first=JANUARY, last=JANUARY)["relevant_stories"].sum()
    assert summary.highlights[0].text.startswith(f"{relevant} stories about")


def test_figures_of_what_came_in_equal_the_counts_of_the_day(january, summarised):
    counts = store.day_counts(january.archive, JANUARY, zone=january.monitor.zone)
    coverage = summarised(january).coverage
    assert (coverage.articles, coverage.relevant, coverage.context) == (counts.seen, counts.relevant, counts.context)
    assert (coverage.asked, coverage.answered) == (len(counts.asked), len(counts.answered))


def named_in(text):
    """Article ids of a text for people: in square brackets, or in a note."""
    groups = re.findall(r"\[(\d[\d, ]*)\]|\d+ articles: ([\d, ]+)", text)
    return {int(number) for group in groups for number in re.findall(r"\d+", " ".join(group))}


def test_every_article_id_in_every_format_is_in_the_archive(january, summarised):
    summary = summarised(january)
    in_json = set(article_ids(json.loads(render(summary, "json"))))
    rows = list(csv.DictReader(io.StringIO(render(summary, "csv").decode())))
    in_csv = {int(row[name]) for row in rows for name in ("article", "origin", "story")}
    text = render(summary, "md").decode()
    page = html.fromstring(render(summary, "html")).text_content()
    in_md, in_html = named_in(text), named_in(page)
    for ids in (in_json, in_csv, in_md, in_html):
        assert len(ids) >= 2
        assert {article.id for article in january.archive.articles(sorted(ids))} == ids
    stands_on = {article for sentence in summary.highlights for article in sentence.articles}
    assert stands_on <= in_md
    assert stands_on <= in_html


def test_every_quote_is_a_slice_of_its_article(january, summarised):
    summary = summarised(january)
    for section in summary.sections:
        for one in section.stories:
            for said in one.quotes:
                article = january.archive.article(said.article)
                assert said.sentence in f"{article.title}\n{article.text}"


def test_copies_are_one_story_with_all_its_carriers(january, summarised):
    food = next(section for section in summarised(january).sections if section.indicator == "food")
    copied = next(one for one in food.stories if len(one.carried_by) > 1)
    assert (copied.outlet, copied.outlets) == ("First", 2)
    lines = store.copies(january.archive, january.attribution, copied.story)
    assert list(copied.carried_by) == [line.article for line in lines]


def test_what_only_a_topic_search_found_is_named_and_not_counted(january, summarised):
    summary = summarised(january)
    searched = [a.id for a in january.archive.versions_after(0, 500) if a.source == "search"]
    assert summary.not_seen.uncounted is None or set(summary.not_seen.uncounted.articles) <= set(searched)
    assert not set(searched) & {one.article for section in summary.sections for one in section.stories}


def later_copy(room):
    """A slow feed brings an older first_time: the origin, its day and its side change."""
    room.poll("search", hours(20), ("z", "Food shortage, an earlier text", own(FOOD, "a"), hours(-4)))
    room.poll("first", hours(20), ("y", "Fuel, an earlier text", own(FUEL, "q"), hours(3)))


def later_story(room):
    room.poll("second", hours(21), ("y", "Fuel runs out elsewhere", own(FUEL, "y"), hours(5)))


def later_edit(room):
    """An edit takes the food sentence away and puts fuel in its place."""
    room.poll("first", hours(22), ("a", "Food shortage reported, corrected", own(FUEL, "z"), hours(1)))


def edit_into_relevance(room):
    room.poll("second", hours(23), ("e", "Budget today", f"{BUDGET}\n{FOOD}", hours(2)))


def edit_out_of_relevance(room):
    room.poll("first", hours(24), ("c", "Budget", own(BUDGET, "c"), hours(1)))


def later_failure(room):
    room.poll("second", hours(25), outcome="refused")


def later_backfill(room):
    room.poll("second", hours(26), ("w", "Bread by coupon", own(FOOD, "w"), hours(-30)), backfill=True)


def days_later(room):
    for back in range(1, 30):
        room.poll("second", hours(24 * back + 2), (f"t{back}", f"Food shortage {back}", own(FOOD, f"t{back}x"), None))


LATER = (
    later_copy, later_story, later_edit, edit_into_relevance, edit_out_of_relevance, later_failure, later_backfill,
    days_later,
)  # fmt: skip


def in_every_format(summary):
    return {format: render(summary, format) for format in FORMATS}


@pytest.mark.parametrize("happens", further(LATER, 2), ids=[one.__name__ for one in LATER])
def test_the_same_bytes_after_later_arrivals(january, summarised, happens):
    before = in_every_format(summarised(january))
    assert in_every_format(summarised(january)) == before
    happens(january)
    january.count()
    after = in_every_format(summarised(january))
    for format in FORMATS:
        assert after[format] == before[format], format
    now = render(summarised(january, as_of=hours(24 * 40)), "json")
    assert happens is later_failure or now != before["json"]  # the test would see a difference


def test_a_late_story_stands_in_the_next_summary_and_in_no_other(january, summarised):
    later_story(january)
    january.count()
    tomorrow = summarised(january, JANUARY + timedelta(days=1), MIDNIGHT + timedelta(days=1))
    assert [one.title for one in tomorrow.late] == ["Fuel runs out elsewhere"]
    the_day_after = summarised(january, JANUARY + timedelta(days=2), MIDNIGHT + timedelta(days=2))
    assert the_day_after.late == ()


def test_a_day_we_were_down_is_not_seen_until_the_feed_shows_that_nothing_was_missed(january, summarised):
    """The summary of an outage says "not seen" for ever; its stories are late arrivals of the day after."""
    down = JANUARY + timedelta(days=1)
    summary = summarised(january, down, MIDNIGHT + timedelta(days=1))
    assert summary.state == "unseen"
    assert "No conclusion is drawn" in summary.highlights[0].text
    known = ("a", "Food shortage reported", own(FOOD, "a"), hours(1))
    january.poll("first", hours(50), known, ("m", "Fuel runs out again", own(FUEL, "m"), hours(26)))
    january.poll("second", hours(50), ("e", "Budget today", own(BUDGET, "e"), hours(2)))
    january.count()
    states = observed_days(january.archive, first=down, last=down)["state"].tolist()
    assert states == ["full"]  # nothing scrolled out while we were away: today's charts show the day
    assert render(summarised(january, down, MIDNIGHT + timedelta(days=1)), "json") == render(summary, "json")
    after = summarised(january, down + timedelta(days=1), MIDNIGHT + timedelta(days=2))
    assert [one.title for one in after.late] == ["Fuel runs out again"]


def test_a_preliminary_summary_is_the_same_after_the_day_went_on(january, summarised):
    at_noon = render(summarised(january, JANUARY + timedelta(days=1), hours(25)), "json")
    january.poll("first", hours(26), ("n", "Fuel runs out at noon", own(FUEL, "n"), hours(25)))
    january.poll("second", hours(26), ("o", "Budget at noon", own(BUDGET, "o"), hours(25)))
    january.count()
    assert render(summarised(january, JANUARY + timedelta(days=1), hours(25)), "json") == at_noon


def test_a_day_before_our_first_poll_stays_so_when_its_articles_are_loaded_later(january, summarised):
    early = JANUARY - timedelta(days=60)
    at_its_end = MIDNIGHT - timedelta(days=60)
    before = summarised(january, early, at_its_end)
    loaded = ("l", "Food shortage of November", own(FOOD, "l"), hours(-24 * 60 - 1))
    january.poll("second", hours(30), loaded, backfill=True)
    january.count()
    assert before.state == "before"
    assert render(summarised(january, early, at_its_end), "json") == render(before, "json")
    assert summarised(january, early, hours(31)).state == "backfill"


def test_an_empty_archive_gives_a_summary_that_says_nothing(newsroom, summarised):
    room = newsroom(feed("first"))
    summary = summarised(room)
    assert (summary.state, summary.sections, summary.changes) == ("before", (), ())
    assert (
        summary.highlights[0].text
        == "The day lies before our first poll and no backfill covers it. No conclusion is drawn."
    )
    for format in FORMATS:
        assert render(summary, format)


def test_untagged_articles_are_counted_as_waiting(newsroom, summarised):
    room = newsroom(feed("first"))
    room.poll("first", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    assert summarised(room).not_seen.untagged == 1
    room.count()
    assert summarised(room).not_seen.untagged == 0
