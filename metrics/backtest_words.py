"""A back-test in words and as JSON: what was found, how late, what else was raised, and what the figures cannot say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from statistics import mean

from metrics.backtest import AFTER, BEFORE, LEAST_JUDGED, Alarm, OfIndicator, Outcome, Rate, Score
from metrics.backtest_runs import ALL, Backtest
from metrics.lexicon import Event

Label = Callable[[str], str]  # indicator → its name
UPPER_BOUND = "an upper bound of false alerts, because the list of events is not complete"


def lines(tests: Sequence[Backtest], events: Sequence[Event], label: Label) -> Iterator[str]:
    """The whole report. events : those meant for scoring."""
    yield from no_archive(tests, events)
    for tested in tests:
        yield ""
        yield f"{_kind(tested)}, {tested.first} to {tested.last}"
        for side, score in tested.scores.items():
            yield ""
            yield f"Published by {side}, alone:" if side != ALL else "All stories:"
            yield from _of_a_run(score, label, short=side != ALL)


def _kind(tested: Backtest) -> str:
    return "HISTORY FROM FILES" if tested.loaded else "WHAT WE POLLED"


def no_archive(tests: Sequence[Backtest], events: Sequence[Event]) -> Iterator[str]:
    """What lies before anything we hold, and what that means."""
    begun = min((one.first for one in tests), default=None)
    before = [one for one in events if begun is None or one.date < begun]
    if not before:
        return
    years = sorted({one.date.year for one in before})
    span = f"{years[0]} to {years[-1]}" if len(years) > 1 else f"{years[0]}"
    since = "This archive is empty" if begun is None else f"This archive begins on {begun}"
    yield (
        f"Feeds hold no archive of {span}: they bring what is new. {since}, so {len(before)} of {len(events)} events "
        "are before it. They can only be tested on history loaded from files (`python -m feeds load`)."
    )
    yield (
        "What that means: no figure below says how early the alerts would have been then. And history from files is "
        "what somebody kept: without outages, without polls, often of one side; what is found there is not what would "
        "have been found live. The words were also written by people who knew these events."
    )


def _of_a_run(score: Score, label: Label, *, short: bool) -> Iterator[str]:
    yield from _found(score)
    if score.median_lag is not None:
        each = ", ".join(f"{one:+d}" for one in score.lags)
        yield (
            f"  lag of alerts that opened beside an event: median {score.median_lag:+g} days, "
            f"mean {mean(score.lags):+.1f} ({each})"
        )
    yield _not_listed(score)
    if short:
        return
    for outcome in score.outcomes:
        yield f"  {_outcome(outcome)}"
    for alarm in score.not_listed:
        beside = " (beside an event not meant for scoring)" if alarm in score.beside_others else ""
        yield f"  not in the list: {_alarm(alarm, label)}{beside}"
    for indicator, one in score.by_indicator.items():
        found = f"found {one.found} of {one.asked}" if one.asked else "no event"
        yield f"  {label(indicator)} alone: {found}; {_rate(one.not_listed)} not in the list per year"


def _found(score: Score) -> Iterator[str]:
    unseen = len(score.outcomes) - len(score.asked)
    apart = f"; {unseen} more could not be seen, and are neither found nor missed" if unseen else ""
    if not score.asked:
        yield f"  no event could be seen{apart}"
        return
    yield f"  found {_of(len(score.found), score, score.interval, score.by_chance)}{apart}"
    yield f"  an alert opened beside {_of(len(score.opened), score, score.opened_interval, score.opened_by_chance)}"


def _of(count: int, score: Score, interval: tuple[float, float] | None, chance: float | None) -> str:
    """So many of the events, with the interval and what chance would give."""
    low, high = interval or (0.0, 1.0)
    share = count / len(score.asked)
    return (
        f"{count} of {len(score.asked)} events: {share:.0%} (95 % interval {low:.0%} to {high:.0%}; the same alarms on "
        f"days drawn at random: {chance or 0.0:.0%})"
    )


def _not_listed(score: Score) -> str:
    return (
        f"  {len(score.not_listed)} of {len(score.alarms)} alerts not in the list: {_rate(score.rate)} per "
        f"indicator-year, {_rate(score.rate_of_series)} per series-year; {UPPER_BOUND}"
    )


def _rate(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return f"{rate.count} in no observed time"
    return f"{rate.value:.2f} ({rate.interval[0]:.2f} to {rate.interval[1]:.2f})"


def _outcome(outcome: Outcome) -> str:
    event = outcome.event
    of = f"{event.id} {event.date} {event.label}"
    if not outcome.could_be_seen:
        why = ", ".join(f"{days} days {state}" for state, days in sorted(outcome.why.items()))
        raised = "; an alert was raised all the same" if outcome.is_found else ""
        return f"could not be seen: {of} ({why}{raised})"
    if not outcome.is_found:
        return f"MISSED: {of}"
    first = outcome.alarms[0]
    how = f"{outcome.lag:+d} days" if outcome.lag is not None else f"in alarm since {first.opened}"
    return f"found ({how}): {of}"


def _alarm(alarm: Alarm, label: Label) -> str:
    people = f", {alarm.series.people}" if alarm.series.people else ""
    return f"{label(alarm.indicator)} {alarm.series.stance}{people}, {alarm.days[0]} to {alarm.days[-1]}"


# As JSON -------------------------------------------------------------------------------------------------------------


def as_json(tests: Sequence[Backtest], events: Sequence[Event]) -> dict[str, object]:
    """The same figures; dates as text, unknown as null. `limits` is what must stand beside them."""
    return {
        "matching": {"days_before": BEFORE, "days_after": AFTER, "least_judged_days": LEAST_JUDGED},
        "limits": [*no_archive(tests, events), f"Alerts not in the list are {UPPER_BOUND}."],
        "tests": [
            {
                "history": "files" if one.loaded else "polled",
                "first": str(one.first),
                "last": str(one.last),
                "runs": [{"side": side or None} | _run(score) for side, score in one.scores.items()],
            }
            for one in tests
        ],
    }


def _run(score: Score) -> dict[str, object]:
    return {
        "events": len(score.asked),
        "found": len(score.found),
        "share_found": score.share_found,
        "interval": score.interval,
        "by_chance": score.by_chance,
        "opened_beside": len(score.opened),
        "opened_interval": score.opened_interval,
        "opened_by_chance": score.opened_by_chance,
        "median_lag_days": score.median_lag,
        "lags_days": score.lags,
        "alerts": len(score.alarms),
        "not_listed_per_indicator_year": _rate_values(score.rate),
        "not_listed_per_series_year": _rate_values(score.rate_of_series),
        "by_indicator": {key: _of_indicator(one) for key, one in score.by_indicator.items()},
        "outcomes": [_outcome_values(one) for one in score.outcomes],
        "not_listed": [_alarm_values(one) | {"beside_other": one in score.beside_others} for one in score.not_listed],
    }


def _of_indicator(one: OfIndicator) -> dict[str, object]:
    return {"events": one.asked, "found": one.found, "not_listed_per_year": _rate_values(one.not_listed)}


def _rate_values(rate: Rate) -> dict[str, object]:
    return {"count": rate.count, "years": rate.years, "value": rate.value, "interval": rate.interval}


def _outcome_values(one: Outcome) -> dict[str, object]:
    return {
        "event": one.event.id,
        "date": str(one.event.date),
        "indicators": one.event.indicators,
        "could_be_seen": one.could_be_seen,
        "days": dict(one.why),
        "found": one.is_found if one.could_be_seen else None,
        "lag_days": one.lag,
        "alerts": [_alarm_values(alarm) for alarm in one.alarms],
    }


def _alarm_values(alarm: Alarm) -> dict[str, object]:
    first: date = alarm.opened
    return alarm.series._asdict() | {"opened": str(first), "last": str(alarm.days[-1]), "days": len(alarm.days)}
