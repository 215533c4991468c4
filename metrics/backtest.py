"""Alerts held against a list of dated events: which events were found, how late, and what else was raised. Pure.

An event is found when an alert on one of its indicators opens or is in alarm from one day before it to seven days
after (Espinosa et al., Eurosurveillance 2022;27(39):2200177, match signals to a hand-made list in the same way). An
event on days that nobody saw, or on which the detector was still learning, could not be found by anyone who looked: it
stands apart and is never counted as missed, nor as found. Whether it could be seen is asked before whether it was.

Every event is found by chance if alarms never end. So the share found is said beside the share that the same alarms
would find of events on days drawn at random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from metrics.intervals import jeffreys, jeffreys_rate
from metrics.lexicon import Event
from metrics.series import Series

BEFORE, AFTER = 1, 7  # days around an event in which an alarm is of it
LEAST_JUDGED = 5  # of those nine days, the event's own among them: fewer, and it could not be seen
YEAR = 365.25
JUDGED, LEARNING, UNSEEN, OUTSIDE = "judged", "learning", "unseen", "outside"  # how the detector stood on a day

Standing = Mapping[Series, Mapping[date, str]]  # how the detector stood; a day left out is OUTSIDE


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alert: an episode of a series. days : in alarm, oldest first; the first is the day on which it opened."""

    series: Series
    days: tuple[date, ...]

    @property
    def indicator(self) -> str:
        return self.series.indicator

    @property
    def opened(self) -> date:
        return self.days[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one event.

    could_be_seen : False: `why` says in which states its nine days were. alarms : those of it, first alarm first.
    lag : days from the event to the first alert that opened within its nine days; None: none did, it was missed or
    stood in an alarm that was older.
    """

    event: Event
    could_be_seen: bool
    why: Mapping[str, int]
    alarms: tuple[Alarm, ...]
    lag: int | None

    @property
    def is_found(self) -> bool:
        return bool(self.alarms)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many years, with the 95 % interval of the rate; None: no time was watched."""

    count: int
    years: float

    @property
    def value(self) -> float | None:
        return self.count / self.years if self.years else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return jeffreys_rate(self.count, self.years) if self.years else None


@dataclass(frozen=True, slots=True)
class OfIndicator:
    """One indicator alone. asked : events that name it and could be seen by its series; found : by an alert on it.

    not_listed : its alerts of no event, per year in which it was judged.
    """

    asked: int
    found: int
    not_listed: Rate


@dataclass(frozen=True, slots=True)
class Score:
    """One run of alerts against one list of events.

    outcomes : one an event that was asked for, by date. by_chance : share of the events that could be seen which the
    same alarms would find if their days were drawn at random; opened_by_chance : beside which one would open; None:
    there are none.
    not_listed : alerts of no event that was asked for, by opening. beside_others : those of them that stand beside
    another event of the file. by_indicator : the same for each alone.
    series_years : of all series, judged: the detector is calibrated for so many false alerts a series-year.
    """

    outcomes: tuple[Outcome, ...]
    alarms: tuple[Alarm, ...]
    not_listed: tuple[Alarm, ...]
    beside_others: tuple[Alarm, ...]
    by_indicator: Mapping[str, OfIndicator]
    by_chance: float | None
    opened_by_chance: float | None
    series_years: float

    @property
    def asked(self) -> tuple[Outcome, ...]:
        """Events that could be seen: what the share found is a share of."""
        return tuple(one for one in self.outcomes if one.could_be_seen)

    @property
    def found(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.asked if one.is_found)

    @property
    def share_found(self) -> float | None:
        return len(self.found) / len(self.asked) if self.asked else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return jeffreys(len(self.found), len(self.asked)) if self.asked else None

    @property
    def opened(self) -> tuple[Outcome, ...]:
        """Found, and not by an alarm that was already there: the harder test."""
        return tuple(one for one in self.found if one.lag is not None)

    @property
    def opened_interval(self) -> tuple[float, float] | None:
        return jeffreys(len(self.opened), len(self.asked)) if self.asked else None

    @property
    def lags(self) -> tuple[int, ...]:
        """Of found events whose alert opened beside them, in order of date."""
        return tuple(one.lag for one in self.opened if one.lag is not None)

    @property
    def median_lag(self) -> float | None:
        return float(median(self.lags)) if self.lags else None

    @property
    def rate(self) -> Rate:
        """Alerts of no listed event per indicator-year: an upper bound of false ones, for no list is complete."""
        return Rate(len(self.not_listed), sum(one.not_listed.years for one in self.by_indicator.values()))

    @property
    def rate_of_series(self) -> Rate:
        return Rate(len(self.not_listed), self.series_years)


def score(events: Iterable[Event], alarms: Iterable[Alarm], standing: Standing, *, side: str = "") -> Score:
    """Alerts against events; `eval: true` ones are asked for, the others only explain an alert.

    side : of whose stories alone the alerts are; "": all. An event that names another side is then not asked for.
    """
    every = sorted(events, key=lambda one: (one.date, one.id))
    raised = tuple(sorted(alarms, key=lambda one: (one.opened, one.series)))
    wanted = [one for one in every if one.eval and one.indicators and not (side and one.side not in ("", side))]
    outcomes = tuple(_outcome(event, raised, standing) for event in wanted)
    asked = [one.event for one in outcomes if one.could_be_seen]
    not_listed = tuple(one for one in raised if not any(is_of(one, event) for event in wanted))
    return Score(
        outcomes,
        raised,
        not_listed,
        tuple(one for one in not_listed if any(is_of(one, event) for event in every)),
        _by_indicator(wanted, raised, not_listed, standing),
        _by_chance(asked, raised, standing),
        _by_chance(asked, [Alarm(one.series, one.days[:1]) for one in raised], standing),
        sum(len(_judged(days)) for days in standing.values()) / YEAR,
    )


def is_of(alarm: Alarm, event: Event) -> bool:
    """Whether an alert is on an indicator (and people) of the event, and in alarm on one of its nine days."""
    return _is_about(alarm.series, event) and not _days_of(event).isdisjoint(alarm.days)


def _is_about(series: Series, event: Event) -> bool:
    return series.indicator in event.indicators and event.people in ("", series.people)


def _days_of(event: Event) -> set[date]:
    return {event.date + timedelta(days=n) for n in range(-BEFORE, AFTER + 1)}


def _outcome(event: Event, raised: Sequence[Alarm], standing: Standing) -> Outcome:
    days = _days_of(event)
    states = {day: _standing_on(day, event, standing) for day in days}
    judged = sum(state == JUDGED for state in states.values())
    mine = [one for one in raised if is_of(one, event)]
    opened = [(one.opened - event.date).days for one in mine if one.opened in days]
    return Outcome(
        event,
        states[event.date] == JUDGED and judged >= LEAST_JUDGED,
        Counter(states.values()),
        tuple(sorted(mine, key=lambda one: min(days.intersection(one.days)))),
        min(opened, default=None),
    )


def _standing_on(day: date, event: Event, standing: Standing) -> str:
    """The best of the event's series: one that was judged could have found it."""
    states = {days.get(day, OUTSIDE) for series, days in standing.items() if _is_about(series, event)} or {OUTSIDE}
    return next(one for one in (JUDGED, LEARNING, UNSEEN, OUTSIDE) if one in states)


def _judged(days: Mapping[date, str]) -> set[date]:
    return {day for day, state in days.items() if state == JUDGED}


def _by_indicator(
    wanted: Sequence[Event], raised: Sequence[Alarm], not_listed: Sequence[Alarm], standing: Standing
) -> dict[str, OfIndicator]:
    others = Counter(one.indicator for one in not_listed)
    judged: dict[str, set[date]] = {}
    for series, states in standing.items():
        judged.setdefault(series.indicator, set()).update(_judged(states))
    result = {}
    for indicator, days in judged.items():
        alone = [one.model_copy(update={"indicators": (indicator,)}) for one in wanted if indicator in one.indicators]
        asked = [one for one in (_outcome(event, raised, standing) for event in alone) if one.could_be_seen]
        found = sum(one.is_found for one in asked)
        result[indicator] = OfIndicator(len(asked), found, Rate(others[indicator], len(days) / YEAR))
    return result


def _by_chance(events: Sequence[Event], raised: Sequence[Alarm], standing: Standing) -> float | None:
    shares = [share for event in events if (share := _found_at_random(event, raised, standing)) is not None]
    return sum(shares) / len(shares) if shares else None


def _found_at_random(event: Event, raised: Sequence[Alarm], standing: Standing) -> float | None:
    """Share of all days judged on which this event would have been found."""
    judged = {day for series, days in standing.items() if _is_about(series, event) for day in _judged(days)}
    alarmed = {day for one in raised if _is_about(one.series, event) for day in one.days}
    found = {day - timedelta(days=n) for day in alarmed for n in range(-BEFORE, AFTER + 1)}
    return len(judged & found) / len(judged) if judged else None
