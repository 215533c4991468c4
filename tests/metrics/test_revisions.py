"""The revision log: what changed in a day counted before is written down once, with its reason, whatever happens."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from feeds.archive.schema import daily, daily_observed, daily_rollup, daily_totals, stale_days
from feeds.monitor import read_monitor
from metrics import store
from metrics.__main__ import main
from metrics.attribution import Attribution
from metrics.daily import observed_days
from metrics.lexicon import read_lexicon
from metrics.revision_words import since_first_counted
from metrics.store import asof, revising
from metrics.store.revising import Revision, revisions_of
from metrics.tag import Tagger
from metrics.update import _Tagging

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2023, 1, 10)
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)  # noon in Yerevan, Stepanakert/Khankendi and Baku
NOW = datetime(2023, 2, 1, tzinfo=UTC)
FOOD = "There is a food shortage in Nagorno-Karabakh, the local authorities said on Tuesday. Bread is sold by coupon."
MORE = "Shops in Stepanakert have no bread and no food for a fourth week, residents told our reporter by telephone."
FUEL = "Petrol stations in Stepanakert ran out of fuel on Wednesday. Drivers waited all night."
OTHER = "The parliament of a far country adopted a budget on Monday after a long debate about taxes on tea and salt."
FLIGHT = "Thousands of ethnic Armenians left Nagorno-Karabakh for Armenia on Sunday, the government in Yerevan said."
WORDS = " ".join(f"w{{n}}x{m}" for m in range(40))  # of its own each: no two texts are copies
TEXTS = (FOOD, MORE, FUEL, OTHER, FLIGHT)


def hours(n):
    return NOON + timedelta(hours=n)


@pytest.fixture
def room(newsroom, source):
    """Five days of two sources, counted on the last of them: one story about food on DAY."""
    room = newsroom(source("paper"), source("wire", side="russian"))
    for key in ("paper", "wire"):
        room.poll(key, hours(-24), (f"{key}0", "Budget", f"{OTHER} {key}", hours(-25)))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.poll("wire", hours(0), ("w1", "Budget again", f"{OTHER} Again.", hours(-1)))
    for key in ("paper", "wire"):
        room.poll(key, hours(72), (f"{key}0", "Budget", f"{OTHER} {key}", hours(-25)))
    room.count()
    assert not revisions_of(room.archive)
    return room


def log(room, *, split=False):
    """(day, indicator, stance, old, new, reason, article) of all peoples together."""
    return [
        (one.day, one.indicator, one.stance, one.old, one.new, one.reason, one.article)
        for one in revisions_of(room.archive)
        if split or one.people == "*"
    ]


def test_a_late_article_is_written_down_with_its_number(room):
    room.poll("wire", hours(80), ("late", "No bread", MORE, hours(-2)))
    room.count()
    late = max(line.article for line in store.stories(room.archive, room.attribution, store.StoryQuery())[0])
    assert log(room) == [(DAY, "food", "reported", 1, 2, "late", late)]
    [entry] = revisions_of(room.archive)
    assert (entry.story, entry.at) == (late, NOW)


def test_an_edit_within_two_days_of_a_day_that_is_over(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.poll("paper", hours(30), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    room.poll("paper", hours(40), ("a", "No fuel", FUEL, hours(-1)))
    room.count()
    assert log(room) == [(DAY, "food", "reported", 1, 0, "edit", 1), (DAY, "fuel", "reported", 0, 1, "edit", 1)]


def test_an_earlier_original_changes_two_days(newsroom, source):
    room = newsroom(source("copier"), source("origin", side="russian"))
    for key in ("copier", "origin"):
        room.poll(key, hours(-50), (f"{key}0", "Budget", f"{OTHER} {key}", hours(-51)))
    room.poll("copier", hours(0), ("b", "Food runs short", FOOD, hours(-1)))
    room.poll("copier", hours(30), ("b", "Food runs short", FOOD, hours(-1)))
    room.count()
    room.poll("origin", hours(50), ("a", "Food shortage", FOOD, hours(-30)), ("origin0", "Budget", f"{OTHER} origin"
              , hours(-51)))  # fmt: skip
    room.count()
    assert [entry[:4] + entry[4:6] for entry in log(room)] == [
        (DAY - timedelta(days=1), "food", "reported", None, 1, "origin"),
        (DAY, "food", "reported", 1, 0, "origin"),
    ], "the day before could not be seen until the source showed that nothing was missed"


def test_history_loaded_into_days_counted_before(room):
    room.poll("wire", hours(80), ("h", "No bread", MORE, hours(-3)), backfill=True)
    room.count()
    assert [entry[:6] for entry in log(room)] == [(DAY, "food", "reported", 1, 2, "backfill")]


def test_history_of_days_that_nobody_counted_is_a_first_count(room):
    room.poll("wire", hours(80), ("h", "No bread", MORE, hours(-24 * 300)), backfill=True)
    room.count()
    assert log(room) == []


def test_a_day_that_is_not_over_is_counted_for_the_first_time(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    room.poll("paper", hours(3), ("b", "No bread", MORE, hours(2)))
    room.count()
    assert log(room) == []


def test_unless_a_summary_of_it_was_handed_out(newsroom, source):
    room = newsroom(source("paper"))
    room.poll("paper", hours(0), ("a", "Food shortage", FOOD, hours(-1)))
    room.count()
    store.record_issue(
        room.archive, day=DAY, as_of=hours(1), rules_version="r", format="md", sha256="0" * 64, made=hours(1)
    )
    room.poll("paper", hours(3), ("b", "No bread", MORE, hours(2)))
    room.count()
    assert [entry[:6] for entry in log(room)] == [(DAY, "food", "reported", 1, 2, "late")]
    told = revising.corrections(room.archive, since=NOW - timedelta(seconds=1), until=NOW)
    assert told == revisions_of(room.archive)
    assert revising.corrections(room.archive, since=NOW, until=NOW + timedelta(days=1)) == []


def test_a_day_that_no_summary_told_of_needs_no_correction(room):
    room.poll("wire", hours(80), ("late", "No bread", MORE, hours(-2)))
    room.count()
    assert revisions_of(room.archive)
    assert revising.corrections(room.archive, since=hours(0), until=NOW) == []


def test_a_source_that_no_longer_counts(room):
    now_a_search = replace(room.sources["paper"], scope="query")
    room.attribution = Attribution([now_a_search, room.sources["wire"]], room.attribution.outlets)
    room.count()
    assert log(room) == [(DAY, "food", "reported", 1, 0, "sources", None)]


def test_an_indicator_that_is_split_says_whose_number_changed(room):
    room.poll("wire", hours(80), ("late", "People leave", FLIGHT, hours(-2)))
    room.count()
    found = {(one.people, one.old, one.new) for one in revisions_of(room.archive, indicator="displacement")}
    assert found == {("*", 0, 1), ("karabakh-armenians", 0, 1)}


@pytest.fixture
def more_words(tmp_path):
    """A tagger of the same monitor that knows one more word for a shortage of food."""
    shutil.copytree(ROOT / "monitors", tmp_path / "monitors")
    file = tmp_path / "monitors" / "common" / "indicators" / "food.yaml"
    head, mark, tail = file.read_text(encoding="utf-8").partition("  strong: [")  # English stands first
    file.write_text(f'{head}{mark}"zorbles of .. were gone", {tail}', encoding="utf-8")
    monitor = read_monitor(tmp_path / "monitors" / "karabakh")
    return Tagger(monitor, read_lexicon(monitor))


def test_edited_words_write_one_entry_a_day_and_label_and_no_word_about_articles(room, more_words):
    for n in range(3):
        text = f"All zorbles of Stepanakert were gone, a teacher in Nagorno-Karabakh told us. {WORDS.format(n=n)}"
        room.poll("wire", hours(80), (f"f{n}", f"Report {n}", text, hours(-5)))
    room.count()
    assert log(room) == []
    room.tagger = more_words
    room.count()
    [entry] = revisions_of(room.archive)
    assert entry[1:8] == (DAY, "food", "reported", "*", 1, 4, NOW)
    assert entry[8:] == ("rules", None, None, more_words.lexicon.rules_version)
    used = store.rules_at(room.archive, NOW)
    assert used == (more_words.lexicon.rules_version, room.attribution.fingerprint)
    assert store.rules_at(room.archive, NOW - timedelta(days=1)) is None


def test_counting_the_same_again_writes_nothing(room):
    room.poll("wire", hours(80), ("late", "No bread", MORE, hours(-2)))
    room.count()
    before = revisions_of(room.archive)
    room.count()
    room.count(everything=True)
    room.count(stories=True)
    assert revisions_of(room.archive) == before


STEP = st.tuples(
    st.sampled_from(["one", "two"]),
    st.integers(0, len(TEXTS) - 1),
    st.integers(0, 3),  # which guid: the same guid with another text is an edit
    st.integers(-100, 0),  # published, hours before the poll
    st.booleans(),  # loaded from a file
    st.sampled_from(["count", "kill before", "kill within", "everything", "stories", "wait"]),
)


WIDE = {"first": DAY - timedelta(days=40), "last": DAY + timedelta(days=40)}


def stored(room):
    """(day, indicator, stance, people) → stories; the days that were ever counted; those that could not be seen."""
    numbers = {}
    for by in ((), ("people",)):
        for row in store.daily_rows(room.archive, by=by, **WIDE).itertuples():
            if not by or room.monitor.indicator(row.indicator).split_by_people:
                numbers[row.date, row.indicator, row.stance, getattr(row, "people", "*")] = row.stories
    days = {*store.totals(room.archive, **WIDE)["date"], *store.observed(room.archive, **WIDE)["date"]}
    states = observed_days(room.archive, **WIDE)
    return numbers, days, {row.date for row in states.itertuples() if row.state in ("unseen", "before")}


def rows_of(room):
    """All rows of the daily tables, without the id of the rules they stand under."""
    found = {}
    with room.archive.reading() as connection:
        for table in (daily, daily_rollup, daily_totals, daily_observed, stale_days):
            columns = [column for column in table.columns if column.name != "rules"]
            found[table.name] = sorted(map(tuple, connection.execute(select(*columns))), key=str)
    return found


def killed(room, *, within):
    """An update that ends before its days are counted, or after the first of them; the days it did count."""
    rules = store.prepare_rules(room.archive, room.tagger.lexicon.rules_version, now=NOW, fresh=False)
    _Tagging(room.archive, room.tagger, rules, room.attribution).run(1, lambda done, total: None)
    days = store.stale_days(room.archive, rules)
    known = revising.revising(room.archive, rules, room.monitor, room.attribution, days, now=NOW)
    store.observe(room.archive, rules, room.monitor, room.attribution, since=min(days, default=date.max))
    noted = partial(revising.revised, room.archive, rules, known, room.attribution) if known else None
    store.recount(room.archive, rules, days[: int(within)], room.attribution, noted)
    return set(days[: int(within)])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=2, max_size=9))
@example([("one", 0, 0, 0, False, "count"), ("one", 3, 1, 0, False, "count"), ("two", 1, 0, -90, False, "kill within"),
          ("two", 3, 0, -50, True, "count")])  # fmt: skip
@example([("one", 3, 0, -41, False, "count"), ("one", 1, 3, -10, False, "stories"),
          ("two", 1, 1, -70, True, "kill within"), ("two", 2, 1, -92, False, "everything")])  # fmt: skip
def test_first_numbers_and_the_log_make_the_numbers_of_today(newsroom, source, steps):
    """However updates are killed or repeated, each number counted before changes by the log and by nothing else."""
    room = newsroom(source("one"), source("two", side="russian"))
    numbers, counted, blind, over, entries = {}, set(), set(), date.min, 0
    for n, (key, text, guid, ago, loaded, how) in enumerate(steps):
        at = hours(21 * n)
        title = f"Title of {text} in the valley"
        room.poll(key, at, (f"{key}{guid}", title, TEXTS[text], at + timedelta(hours=ago)), backfill=loaded)
        if how == "wait" or (how.startswith("kill") and not counted):
            continue
        if how.startswith("kill"):
            first_counted = killed(room, within=how == "kill within") - counted
            counted |= first_counted
            numbers |= {label: value for label, value in stored(room)[0].items() if label[0] in first_counted}
            continue
        room.count(**{how: True} if how in ("everything", "stories") else {})
        after, now_counted, now_blind = stored(room)
        new, entries = revisions_of(room.archive)[entries:], len(revisions_of(room.archive))
        assert all(one.day < over and one.day in counted for one in new), "a first count is no revision"
        for label in numbers.keys() | after.keys():
            told = [one for one in new if (one.day, one.indicator, one.stance, one.people) == label]
            if label[0] < over and label[0] in counted and not (label[0] in blind and label[0] in now_blind):
                changed = numbers.get(label, 0) != after.get(label, 0)
                assert changed <= bool(told), f"{label} changed and nobody was told"
            if told:
                assert told[0].old in (numbers.get(label, 0), None)
                assert told[-1].new in (after.get(label, 0), None)
                assert all(one.new == next_one.old for one, next_one in pairwise(told))
        numbers, counted, blind = after, now_counted, now_blind
        over = room.monitor.day_of(asof.last_moment(room.archive))
    room.count()
    before = rows_of(room)
    assert room.count(everything=True).switched
    assert rows_of(room) == before, "counted bit by bit and killed, or all at once: the same"


def test_the_log_is_printed_as_lines_and_as_json(room, tmp_path, capsys):
    room.poll("wire", hours(80), ("late", "No bread", MORE, hours(-2)))
    room.count()
    url = f"sqlite:///{tmp_path}/0/a.db"
    asked = ["revisions", "--monitor", str(ROOT / "monitors" / "karabakh"), "--archive", url]
    assert main(asked, clock=lambda: NOW) == 0
    assert "2023-01-10 food, reported: 1 → 2; an article of that day came late (article " in capsys.readouterr().out
    assert main([*asked, "--json", "--from", "2023-01-10"], clock=lambda: NOW) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert (row["day"], row["old"], row["new"], row["reason"]) == ("2023-01-10", 1, 2, "late")
    assert main([*asked, "--to", "2023-01-09"], clock=lambda: NOW) == 0
    assert capsys.readouterr().out == "no number changed after it was counted\n"


def test_what_came_back_to_its_first_number_is_not_changed(room):
    entry = Revision(1, DAY, "food", "reported", "*", 1, 2, NOW, "late", 7, 7, "r")
    back = entry._replace(id=2, old=2, new=1, reason="edit")
    assert since_first_counted([entry, back]) == []
    [one] = since_first_counted([entry, back._replace(new=3)])
    assert (one.first, one.now, one.times, one.reasons, one.articles) == (1, 3, 2, ("late", "edit"), (7,))
