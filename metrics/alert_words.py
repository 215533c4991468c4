"""An alert in words: one sentence why, and every parameter with its unit. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from metrics.alert import ENDED_DAYS, Alert

DAY = "%-d %b %Y"  # as pages write a day
STATES = {
    "open": "open",
    "acknowledged": "acknowledged",
    "dismissed": "dismissed",
    "closed": "closed",
    "superseded": "superseded",
}
STATE_HELP = {
    "open": "nobody has decided about it",
    "acknowledged": "somebody has taken note of it",
    "dismissed": "somebody found that it says nothing; its days count as usual days again",
    "closed": f"somebody closed it, or there was no alarm for {ENDED_DAYS} days",
    "superseded": "it no longer arises: words, articles or sources changed; kept for the record",
}
STANCES = {"reported": "shortage or harm reported", "eased": "relief reported", "denied": "denied"}
MEANING = (
    "An alert says that more is told than the days before make likely, by several publishers, on days we could see "
    "well. It does not say why, nor how bad things are on the ground; and no alert does not mean that nothing happened."
)


def title(alert: Alert, indicators: Mapping[str, str], peoples: Mapping[str, str]) -> str:
    """As "Food: shortage or harm reported"; with the people where it is about one."""
    name = indicators.get(alert.indicator, alert.indicator)
    of = f", {peoples.get(alert.people, alert.people)}" if alert.people else ""
    return f"{name}{of}: {STANCES[alert.stance]}"


def why(alert: Alert) -> str:
    """One sentence with the figures of its first day."""
    days = f"in {alert.window} days" if alert.window > 1 else "in one day"
    return (
        f"{alert.observed:g} stories {days} to {alert.opened:{DAY}}, where {alert.expected:.1f} were to be expected "
        f"from {alert.baseline_days} days before; score {alert.score:.1f}, an alert begins at {alert.threshold:.1f}; "
        f"{alert.families} publishers in 7 days, {len(alert.sides)} {'side' if len(alert.sides) == 1 else 'sides'}"
        + ("." if alert.level is None else f"; level {alert.level}.")
    )


def lasted(alert: Alert) -> str:
    """As "10 Jan 2023 to 14 Jan 2023, 5 days in alarm"."""
    if alert.alarm_days == 1:
        return f"{alert.opened:{DAY}}, one day in alarm"
    return f"{alert.opened:{DAY}} to {alert.last_alarm:{DAY}}, {alert.alarm_days} days in alarm"


def parameters(alert: Alert, sides: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(what, value with unit) of every parameter. sides : key → name."""
    yield "first day in alarm", f"{alert.opened:{DAY}}"
    yield "last day in alarm", f"{alert.last_alarm:{DAY}}"
    yield "days in alarm", str(alert.alarm_days)
    yield "window", f"{alert.window} {'day' if alert.window == 1 else 'days'}"
    yield "observed in the window", f"{alert.observed:g} stories"
    yield "expected in the window", f"{alert.expected:.2f} stories"
    yield "score", f"{alert.score:.2f} (an index, no chance)"
    yield "threshold", f"{alert.threshold:.2f}"
    yield "exposure", f"{alert.exposure:.1f} relevant articles usual on such a day, from sources we could see"
    yield "observability", f"{100 * alert.observability:.0f} % of what our sources usually show"
    yield "publisher families", f"{alert.families} in 7 days"
    yield "sides", ", ".join(sides.get(one, one) for one in alert.sides) or "none known"
    yield "days of the baseline", str(alert.baseline_days)
    yield "spread of a day", f"{alert.dispersion:.2f} times that of chance alone"
    since = alert.new_baseline_since
    yield "new baseline since", f"{since:{DAY}}" if since else "no: the baseline lies before the alarm"
    yield "level of reporting on its first day", "none" if alert.level is None else str(alert.level)
    yield "stories behind it", str(len(alert.stories))
    yield "alert before it", alert.previous or "none"
    yield "rules version", alert.rules_version
    yield "detector", alert.detector
