"""What changed: the days of an issue against the days before, each indicator by an exact test. Pure.

An issue of one day compares the 7 days to it with the 28 before; a longer one its days with as many before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import exp, lgamma, log

from metrics.model import UNSTATED
from metrics.summary_model import SEEN_STATES, Change, Direction, Material, Sentence, SummaryStory
from metrics.summary_words import Words, listed

WEEK, BEFORE = 7, 28  # days
LEAST_WEEK_SHARE, LEAST_BEFORE_SHARE = 4 / 7, 14 / 28  # fewer seen: nothing to compare yet
CHANCE = 0.01  # "more" or "fewer" only when equal rates would differ as much more seldom than this
LEAST_DIFFERENCE = 3  # stories: a difference smaller than this is "about as before" whatever its chance


def spans(days: int) -> tuple[int, int]:
    """How many days are compared with how many before them, for an issue of so many days.

    >>> spans(1), spans(7)
    ((7, 28), (7, 7))
    """
    return (WEEK, BEFORE) if days == 1 else (days, days)


@dataclass(frozen=True, slots=True)
class Compared:
    """comparison : what is compared, or why nothing is."""

    comparison: Sentence
    before_span: int = BEFORE
    is_possible: bool = False
    changes: tuple[Change, ...] = ()


def compared(material: Material, active: Sequence[str], first: date, day: date) -> Compared:
    """One Change per active indicator, and people where the monitor splits it, with anything to tell of these days."""
    words, (span, before_span) = material.words, spans((day - first).days + 1)
    seen = {state.day for state in material.days if state.state in SEEN_STATES}
    week = {day - timedelta(days=back) for back in range(span)}
    before = {day - timedelta(days=back) for back in range(span, span + before_span)}
    days = {"week_days": len(week & seen), "before_days": len(before & seen), "span": span, "before_span": before_span}
    if not seen & {first + timedelta(days=n) for n in range((day - first).days + 1)}:
        return Compared(Sentence(words.say("compare_unseen" if first == day else "compare_unseen_range")))
    if days["week_days"] < LEAST_WEEK_SHARE * span or days["before_days"] < LEAST_BEFORE_SHARE * before_span:
        return Compared(Sentence(words.say("compare_short", **days)))
    whole = (len(week & seen), len(before & seen)) == (span, before_span)
    found = [
        _change(material, key, people, (first, day), week & seen, before & seen)
        for key in active
        for people in peoples(material, key)
    ]
    name = ("compare" if whole else "compare_partly") + ("" if first == day else "_range")
    return Compared(
        comparison=Sentence(words.say(name, **days)),
        before_span=before_span,
        is_possible=True,
        changes=tuple(c for c in found if c.week or c.before or c.eased or c.denied),
    )


def peoples(material: Material, indicator: str) -> tuple[str, ...]:
    """Nothing is netted across peoples: an indicator that is split by them is compared for each apart."""
    if not material.monitor.indicator(indicator).split_by_people:
        return ("",)
    listed = [people.key for people in material.monitor.peoples]
    return (*listed, *([] if UNSTATED in listed else [UNSTATED]))


def _change(
    material: Material, indicator: str, people: str, days: tuple[date, date], week: set[date], before: set[date]
) -> Change:
    span, _ = spans((days[1] - days[0]).days + 1)
    this_week = counted(material.stories, indicator, "reported", week, people)
    earlier = counted(material.stories, indicator, "reported", before, people)
    eased = counted(material.stories, indicator, "eased", week, people)
    denied = counted(material.stories, indicator, "denied", week, people)
    now, usual = len(this_week) * span / len(week), len(earlier) * span / len(before)
    chance = _chance_of_difference(len(this_week), len(week), len(earlier), len(before))
    change = Change(
        indicator=indicator,
        people=people,
        label=label_of(material, indicator) + (f" ({people_label(material, people)})" if people else ""),
        day=sum(story.day is not None and days[0] <= story.day <= days[1] for story in this_week),
        week=len(this_week),
        week_days=len(week),
        before=len(earlier),
        before_days=len(before),
        before_per_week=usual,
        ratio=now / usual if earlier else None,
        chance=chance,
        direction=_direction(now, usual, chance),
        eased=len(eased),
        denied=len(denied),
        sentence=Sentence("", origins([*this_week, *eased, *denied])),
        before_articles=origins(earlier),
    )
    text = _change_text(material.words, change, span, days[0] == days[1])
    return replace(change, sentence=replace(change.sentence, text=text))


def _change_text(words: Words, change: Change, span: int, is_a_day: bool) -> str:
    text = words.say(
        ("change" if change.ratio is not None else "change_new") + ("" if is_a_day else "_range"),
        label=change.label,
        day=words.stories(change.day),
        stories=words.stories(change.week),
        week=words.number(change.week),
        before=words.rate(change.before_per_week),
        times=words.times(change.ratio or 0),
        span=span,
    )
    beside = [
        f"{words.number(number)} {words.stances[stance]}"
        for stance, number in (("eased", change.eased), ("denied", change.denied))
        if number
    ]
    return text + words.say("beside", others=listed(beside), span=span) if beside else text


def counted(
    stories: Iterable[SummaryStory], indicator: str, stance: str, days: set[date], people: str = ""
) -> list[SummaryStory]:
    """As the daily table counts: a story on its origin's day, under the union of its articles' labels."""
    return [story for story in stories if story.day in days and story.says(indicator, stance, people)]


def _direction(rate: float, before: float, chance: float) -> Direction:
    if chance > CHANCE or abs(rate - before) < LEAST_DIFFERENCE:
        return "same"
    return "more" if rate > before else "fewer"


def _chance_of_difference(week: int, week_days: int, before: int, before_days: int) -> float:
    """Two-sided exact probability, were both rates equal, of a split of the stories at least this unlikely.

    Given week + before stories, the number that fall into the week is binomial with the share of days as its chance.
    Source: the conditional test of two Poisson rates (Przyborowski and Wilenski, Biometrika 31, 1940).

    >>> round(_chance_of_difference(1, 7, 4, 28), 2), _chance_of_difference(12, 7, 4, 28) < 0.0001
    (1.0, True)
    """
    total, share = week + before, week_days / (week_days + before_days)
    if total == 0:
        return 1.0
    logs = [
        lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) + k * log(share) + (total - k) * log(1 - share)
        for k in range(total + 1)
    ]
    limit = logs[week] + 1e-9  # splits exactly as unlikely count, also after rounding
    return min(1.0, sum(exp(value) for value in logs if value <= limit))


def origins(stories: Iterable[SummaryStory]) -> tuple[int, ...]:
    return tuple(sorted({story.article for story in stories}))


def people_label(material: Material, people: str) -> str:
    labels = {one.key: one.label for one in material.monitor.peoples} | dict(material.people_labels)
    return labels.get(people, material.words.fixed["not_stated"] if people == UNSTATED else people)


def label_of(material: Material, indicator: str) -> str:
    return dict(material.labels).get(indicator, indicator)
