"""Who could observe on the ground: dated facts, named beside every "none seen"."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.monitor import read_monitor
from metrics.lexicon import read_lexicon
from metrics.observers import NOBODY, NOT_RECORDED, AccessFact, access_of, access_words, facts_of, observers_on, runs

DAY = date(2030, 6, 10)


def fact(who, access, since=-100, until=None, **more):
    ends = DAY + timedelta(days=until) if until is not None else None
    return AccessFact(
        who, "Northtown", access, DAY + timedelta(days=since), ends, "", (), more.pop("verified", True), **more
    )


WORDS = {
    "nothing recorded": ([], NOT_RECORDED),
    "recorded, but of another place": ([fact("A court", "yes", on_the_ground=False)], NOT_RECORDED),
    "nobody": ([fact("Mission", "no")], NOBODY),
    "nobody, and that is not fully checked": (
        [fact("Mission", "no", verified=False)],
        "no independent observer known to have had access (partly checked)",
    ),
    "only a force of a guarantor": (
        [fact("Mission", "no"), fact("Force", "yes", independent=False)],
        NOBODY,
    ),
    "one, until a day": ([fact("ICRC", "yes", until=3)], "with access: ICRC (until 2030-06-13)"),
    "one who has left": ([fact("ICRC", "yes", until=-1), fact("Mission", "no")], NOBODY),
    "one who has not come yet": ([fact("ICRC", "yes", since=1), fact("Mission", "no")], NOBODY),
    "its last day counts": ([fact("ICRC", "yes", until=0)], "with access: ICRC (until 2030-06-10)"),
    "limits and doubts are said": (
        [fact("Press", "limited", verified=False), fact("UN", "yes")],
        "with access: Press (limited; partly checked), UN",
    ),
    "the same observer once, by what gives most": (
        [fact("ICRC", "limited"), fact("ICRC", "yes", until=9), fact("ICRC", "no")],
        "with access: ICRC (until 2030-06-19)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "said"), WORDS.values(), ids=WORDS)
def test_what_a_silence_is_said_with(facts, said):
    assert access_words(observers_on(facts, DAY)) == said


def test_days_of_a_week_name_who_was_there_on_any_of_them():
    facts = [fact("ICRC", "yes", until=-3), fact("Mission", "no")]
    week = observers_on(facts, DAY, since=DAY - timedelta(days=6))
    assert access_words(week) == "with access: ICRC (until 2030-06-07)"


FACTS = st.lists(
    st.builds(
        fact,
        st.sampled_from(["ICRC", "UN", "Press"]),
        st.sampled_from(["yes", "no", "limited"]),
        st.integers(-60, 60),
        st.none() | st.integers(60, 90),
    ),
    max_size=6,
)


@given(FACTS, st.integers(0, 120))
def test_runs_cover_every_day_once_and_say_what_each_day_says(facts, length):
    first = DAY - timedelta(days=60)
    found = runs(facts, first, first + timedelta(days=length))
    days = [run.first + timedelta(days=n) for run in found for n in range((run.last - run.first).days + 1)]
    assert days == [first + timedelta(days=n) for n in range(length + 1)]
    for run in found:
        for day in (run.first, run.last):
            assert run.facts == observers_on(facts, day)
            assert run.access == access_of(observers_on(facts, day))


def test_the_facts_of_karabakh_tell_the_days_apart(monitor):
    facts = facts_of(read_lexicon(monitor))

    def said(*day):
        return access_words(observers_on(facts, date(*day)))

    assert said(2022, 1, 10).startswith("with access: ICRC (until 2022-12-12; partly checked)")
    assert "ICRC (limited" in said(2023, 3, 1)
    assert "Russian" not in said(2023, 3, 1)
    assert "UN (OCHA" in said(2023, 10, 1)
    assert "UN (OCHA" not in said(2023, 10, 2)


def test_an_invented_country_has_its_own_observers():
    facts = facts_of(read_lexicon(read_monitor(Path(__file__).resolve().parents[2] / "monitors" / "demo")))
    assert access_words(observers_on(facts, date(2031, 8, 1))).startswith("with access: Lantern Society (invented)")
    nobody = "no independent observer known to have had access (partly checked)"
    assert access_words(observers_on(facts, date(2031, 12, 1))) == nobody
