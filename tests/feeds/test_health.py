"""Four words of trouble, each with its evidence; and few false alarms over months of invented, bursty news."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest

from feeds.archive.yields import HOUR_COLUMNS
from feeds.health import Condition, conditions
from feeds.model import Outlet, Source, SourceState
from feeds.usual import chance_of_so_few, days_of, weekday_factor

ZONE = timezone(timedelta(hours=4))
NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)  # a Friday
START = NOW - timedelta(days=80)
WEEKEND = (1.2, 1.1, 1.1, 1.1, 1.2, 0.7, 0.6)
HOURS = 24 * 80


def source(key: str = "a", **more: Any) -> Source:
    return Source(key, f"https://{key}.example/rss", Outlet(key, key, key), ("en",), **more)


def state(key: str = "a", **more: Any) -> SourceState:
    ago = timedelta(minutes=10)
    usual = SourceState(
        key, polls=900, last_poll=NOW - ago, last_success=NOW - ago, first_success=START, last_new=NOW - ago
    )
    return replace(usual, **{"last_outcome": "ok"} | more)


def poisson(dice: random.Random, mean: float) -> int:
    """Counts without numpy, so that a seed means the same everywhere."""
    count, left = 0, dice.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + dice.expovariate(1.0)
    return count


def hours(
    key: str = "a",
    *,
    a_day: float = 8.0,
    stops: float = 0.0,
    remains: float = 0.0,
    unseen: tuple[float, float] = (0.0, 0.0),
    lost: bool = True,
    seed: int = 1,
    burst: float = 0.0,
    days: int = 80,
) -> list[dict[str, Any]]:
    """Rows of the hourly table up to NOW. stops : days ago the rate fell to `remains` of itself. unseen : days ago,
    from and to, without any answer. burst : spread of the day's own rate. Articles come by day, few at night."""
    dice, rows, rate = random.Random(seed), [], a_day
    for back in range(24 * days, -1, -1):
        at = (NOW - timedelta(hours=back)).replace(minute=0)
        if at.hour == 20 or not rows:
            rate = a_day * (dice.gammavariate(1 / burst, burst) if burst else 1.0)
        ago = back / 24
        answered = not unseen[1] < ago <= unseen[0]
        by_day = 1.5 if 4 <= at.hour < 18 else 0.3
        mean = rate / 24 * by_day * WEEKEND[at.astimezone(ZONE).weekday()] * (remains if ago < stops else 1.0)
        after_gap = answered and bool(rows) and not rows[-1]["answered"]
        row = {"source": key, "hour": at, "polls": 4, "answered": 4 if answered else 0, "stale": 0}
        row |= {"kept": 0 if after_gap and lost else 4 * answered, "lost": int(after_gap and lost)}
        rows.append(row | {"new": poisson(dice, mean) if answered else 0})
    return rows


def judged(
    rows: list[dict[str, Any]],
    *,
    sources: tuple[Source, ...] = (),
    states: dict[str, SourceState] | None = None,
    days: dict[str, list[date]] | None = None,
) -> dict[str, Condition]:
    frame = pd.DataFrame(rows, columns=list(HOUR_COLUMNS))
    frame["hour"] = pd.to_datetime(frame["hour"], utc=True)
    keys = dict.fromkeys(frame["source"])
    article_days = {key: [(day, False) for day in some] for key, some in (days or {}).items()}
    return conditions(
        sources or tuple(source(key) for key in keys),
        states or {key: state(key) for key in keys},
        frame.sort_values(["hour", "source"]),
        article_days,
        zone=ZONE,
        now=NOW,
    )


# quiet ---------------------------------------------------------------------------------------------------------------


def test_a_source_that_brings_far_less_than_usual_is_quiet_and_the_sentence_says_why() -> None:
    rows = hours(a_day=8, stops=4, remains=0.1)
    one = judged(rows)["a"]
    assert one.word == "quiet"
    brought, days, expected, chance = numbers(one.evidence)
    assert days == 4
    assert brought == sum(row["new"] for row in rows[-24 * 4 :])
    assert 25 < expected < 40
    assert chance < 0.01


def numbers(sentence: str) -> tuple[float, float, float, float]:
    """As in "3 new articles in 4 days, 31 expected, chance 0.002"."""
    words = sentence.replace(",", "").replace("under ", "").split()
    return float(words[0]), float(words[4]), float(words[6]), float(words[9])


def test_the_same_count_is_no_silence_for_a_source_that_never_brought_more() -> None:
    assert judged(hours(a_day=0.9, stops=4, remains=0.1))["a"].word == "answers"


def test_days_that_could_not_be_seen_are_left_out() -> None:
    """Four days without an answer and without an overlap afterwards: nothing is missing from the two that were seen."""
    rows = hours(a_day=8, unseen=(5.0, 1.0))
    one = judged(rows)["a"]
    assert one.word == "answers", one.evidence
    blind = [row | {"answered": 4, "kept": 4, "lost": 0} for row in rows]  # the same counts, all of them seen
    assert judged(blind)["a"].word == "quiet"


def test_days_without_an_answer_count_as_seen_when_nothing_scrolled_out() -> None:
    rows = hours(a_day=8, unseen=(5.0, 1.0), lost=False)
    assert judged(rows)["a"].word == "quiet", "the feed still held what it held before, and nothing was new in it"


def test_a_weekend_is_no_silence() -> None:
    """With the factor of the weekday that all sources share, and only with it."""
    many = [row for n in range(12) for row in hours(f"s{n}", a_day=30, seed=n)]
    frame = pd.DataFrame(many)
    frame["hour"] = pd.to_datetime(frame["hour"], utc=True)
    factor = weekday_factor(list(days_of(frame, ZONE).values()))
    for weekday, true in enumerate(WEEKEND):
        assert abs(factor[weekday] - true) < 0.1


def test_false_alarms_are_as_rare_as_promised_and_silences_are_found() -> None:
    """Three hundred healthy sources, a third of them bursty: at most 1 % quiet. Thirty that fell silent: nearly all."""
    rates = [0.2, 1, 3, 10, 40]
    rows = [
        row for n in range(300) for row in hours(f"s{n}", a_day=rates[n % 5], seed=n, burst=0.5 if n % 3 == 0 else 0.0)
    ]
    healthy = judged(rows)
    quiet = [key for key, one in healthy.items() if one.word == "quiet"]
    assert len(quiet) <= 3, [healthy[key] for key in quiet]
    silent = [row for n in range(30) for row in hours(f"silent{n}", a_day=rates[n % 3 + 2], stops=4, seed=n)]
    found = judged([*rows, *silent])
    assert sum(one.word == "quiet" for key, one in found.items() if key.startswith("silent")) >= 28


def test_when_all_bring_less_at_once_none_is_quiet_but_the_one_that_brings_nothing() -> None:
    """The end of a crisis: forty sources bring a third of what they did. One of them has fallen silent besides."""
    rates = [1, 4, 10, 40]
    rows = [
        row for n in range(40)
        for row in hours(f"s{n}", a_day=rates[n % 4], stops=5, remains=0.33, seed=n, burst=0.3 if n % 3 == 0 else 0.0)
    ]  # fmt: skip
    found = judged([*rows, *hours("silent", a_day=40, stops=5, seed=99)])
    quiet = [key for key, one in found.items() if one.word == "quiet"]
    assert quiet == ["silent"], {key: found[key] for key in quiet}
    assert "while all sources bring 3" in found["silent"].evidence
    assert "while all sources bring" in found["s3"].evidence
    alone = judged([row for row in rows if row["source"] == "s3"])["s3"]
    assert alone.word == "quiet", "nobody else can say that it is the news"


def test_many_silent_sources_do_not_excuse_each_other() -> None:
    """Two of five fall silent: one of them is no crowd; and a house with many feeds is one voice of it."""
    rows = [row for n in range(25) for row in hours(f"s{n}", a_day=10, stops=4 if n % 5 < 2 else 0, seed=n)]
    found = judged(rows)
    assert {key for key, one in found.items() if one.word == "quiet"} == {f"s{n}" for n in range(25) if n % 5 < 2}
    house = Outlet("house", "House", "house")
    sources = tuple(replace(source(f"s{n}"), outlet=house) if n % 5 else source(f"s{n}") for n in range(25))
    rows = [row for n in range(25) for row in hours(f"s{n}", a_day=10, stops=4 if n % 5 else 0, seed=n)]
    found = judged(rows, sources=sources)
    assert sum(one.word == "quiet" for one in found.values()) == 20


def test_a_busy_source_is_found_within_a_day() -> None:
    assert judged(hours(a_day=60, stops=1.0, remains=0.05))["a"].word == "quiet"


@pytest.mark.parametrize(("count", "mean", "variance"), [(3, 31, 31), (3, 31, 90), (0, 5, 5), (12, 10, 30)])
def test_the_chance_is_the_sum_over_all_smaller_counts(count: int, mean: float, variance: float) -> None:
    from scipy.stats import nbinom, poisson

    low = range(count + 1)
    if variance == mean:
        wanted = sum(poisson.pmf(n, mean) for n in low)
    else:
        wanted = sum(nbinom.pmf(n, mean**2 / (variance - mean), mean / variance) for n in low)
    assert chance_of_so_few(count, mean, variance) == pytest.approx(wanted, rel=1e-9)


def test_a_source_that_was_not_asked_for_long_is_not_called_quiet() -> None:
    """Off for three weeks and on again, or a poller that stood still: what was not looked for is not missing."""
    off = [row for row in hours("off", a_day=8) if row["hour"] < NOW - timedelta(days=21)]
    states = {"off": state("off", last_success=off[-1]["hour"], last_new=off[-1]["hour"]), "a": state("a")}
    assert judged([*off, *hours("a")], states=states)["off"].word in ("answers", "new")
    assert judged(off, states=states)["off"].word == "answers"


# broken, blocked, suspect --------------------------------------------------------------------------------------------

LONG_AGO, AN_HOUR_AGO = NOW - timedelta(days=2), NOW - timedelta(hours=1)
FAILED = {"failures": 3, "last_outcome": "refused", "last_error": "HTTP 500", "last_success": AN_HOUR_AGO}
READING: dict[str, tuple[dict[str, Any], str, str]] = {
    "three failures in a row": (FAILED, "broken", "no success since 2026-11-20 13:30, 3 failures in a row: HTTP 500"),
    "two may be a bad moment": (FAILED | {"failures": 2}, "answers", "the last poll failed: HTTP 500"),
    "one, but no success for a day": (FAILED | {"failures": 1, "last_success": LONG_AGO}, "broken", "1 failure in"),
    "never a success": (FAILED | {"last_success": None}, "broken", "never a success, 3 failures in a row"),
    "unreachable": (FAILED | {"last_outcome": "unreachable", "last_error": "no answer"}, "broken", ": no answer"),
    "refuses us": (FAILED | {"failures": 1, "last_outcome": "blocked"}, "blocked", "1 failure in a row"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "word", "evidence"), READING.values(), ids=READING)
def test_what_cannot_be_read(changes: dict[str, Any], word: str, evidence: str) -> None:
    one = judged(hours(), states={"a": state(**changes)})["a"]
    assert one.word == word
    assert evidence in one.evidence


def every(days: int, *, until: int) -> list[date]:
    """Days with articles, one in so many, the last one `until` days ago."""
    last = NOW.astimezone(ZONE).date() - timedelta(days=until)
    return [last - timedelta(days=days * n) for n in range(12, -1, -1)]


SILENCE = {  # (an article every so many days, the last one so many days ago) → suspect?
    "as always": (5, 4, False),
    "longer than ever": (5, 9, False),
    "twice its longest gap": (5, 10, False),
    "more than twice": (5, 11, True),
    "a rare voice": (20, 35, False),
}


@pytest.mark.parametrize(("gap", "silent", "is_suspect"), SILENCE.values(), ids=SILENCE)
def test_silence_is_held_against_the_longest_gap(gap: int, silent: int, is_suspect: bool) -> None:
    last_new = NOW - timedelta(days=silent)
    rows = hours(a_day=0.0)
    one = judged(rows, states={"a": state(last_new=last_new)}, days={"a": every(gap, until=silent)})["a"]
    assert (one.word == "suspect") is is_suspect, one
    if is_suspect:
        day = last_new.astimezone(ZONE).date()
        assert f"last new article is of {day}, 11 days before" in one.evidence
        assert "longest gap until then was 5 days" in one.evidence


def test_days_that_were_not_seen_make_no_silence() -> None:
    rows = hours(a_day=0.0, unseen=(10.0, 2.0))
    one = judged(rows, states={"a": state(last_new=NOW - timedelta(days=11))}, days={"a": every(5, until=11)})["a"]
    assert one.word != "suspect"


def test_304_whatever_is_asked_is_suspect() -> None:
    rows = hours()
    rows[-1] |= {"answered": 0, "stale": 4}
    stale = state(failures=4, last_outcome="refused", last_error="HTTP 304", last_new=NOW - timedelta(days=3))
    one = judged(rows, states={"a": stale})["a"]
    assert one.word == "suspect"
    assert "304 (not changed) also to requests for everything, 4 failures; last new: 2026-11-17 14:30" in one.evidence


# the rest ------------------------------------------------------------------------------------------------------------


def test_sources_without_trouble() -> None:
    found = judged(
        [*hours("a"), *hours("young", days=10)],
        sources=(
            source("a"), source("young"), source("off", enabled=False), source("old", retired="closed 2024"),
            source("b"),
        ),
        states={"a": state("a"), "young": state("young")},
    )  # fmt: skip
    assert {key: one.word for key, one in found.items()} == {
        "a": "answers", "young": "new", "off": "switched off", "old": "retired", "b": "new",
    }  # fmt: skip
    assert found["old"].evidence == "closed 2024"
    assert found["b"].evidence == "not polled yet"
    assert found["young"].evidence == "11 days observed; 22 are needed to say what is usual"
    assert found["a"].expected == pytest.approx(56, rel=0.2)
    assert found["a"].evidence == f"{found['a'].brought} new in 7 days, {found['a'].expected:.0f} expected"
    assert not any(one.is_trouble for one in found.values())


def test_an_empty_ledger_says_that_nobody_was_asked() -> None:
    assert judged([], sources=(source(),), states={"a": SourceState("a")})["a"] == Condition("new", "not polled yet")
