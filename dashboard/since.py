"""One line on Situation: what changed since the last summary. Asks, puts into words, links; computes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dashboard import cards, data, pieces, words
from metrics.deciding import KnownAlert
from metrics.situation import Level

RECENT = timedelta(days=3)  # an archive that is judged anew makes all its alerts at once: the old ones are no news


def line() -> str:
    """HTML: stories, alerts and levels since the last issue, or since the last day ended."""
    moment, was_issued = data.last_summary()
    of, arrived = data.watched(), data.new_stories(moment)
    zone = of.monitor.zone
    day = of.monitor.day_of(moment)
    opened = [one for one in data.alerts() if _is_new(one, moment, day)]
    said = [
        _stories(arrived.stories, arrived.by_indicator, day),
        f"{words.number(len(opened), 'alert', 'alerts')} opened" if opened else "no alert opened",
        pieces.plain(_levels(day)),
    ]
    since = words.since_summary(words.a_moment(moment, zone), was_issued=was_issued)
    return f'<p class="m-since"><b>{pieces.plain(since)}</b>: {"; ".join(said)}.</p>'


def _is_new(one: KnownAlert, moment: datetime, day: date) -> bool:
    return one.made >= moment and one.alert.opened >= day - RECENT and one.state != "superseded"


def _stories(count: int, by_indicator: dict[str, int], day: date) -> str:
    labels = data.watched().labels
    until = str(data.today())
    shown = [
        pieces.within(
            "coverage", pieces.plain(f"{labels.indicator(key)} {number:,}"), about=labels.indicator(key),
            says="reported", since=str(day), until=until, **labels.address,
        )
        for key in labels.indicators
        if (number := by_indicator.get(key))
    ]  # fmt: skip
    new = "no new story" if not count else f"{count:,} new {'story' if count == 1 else 'stories'}"
    return f"{new} ({', '.join(shown)})" if shown else new


def _levels(day: date) -> str:
    """Levels of all peoples together that are others than on the day before the last summary's end."""
    before, now = data.levels_on(min(day, data.today()) - timedelta(days=1)), data.levels()
    moved = [_moved(before[key], one) for key, one in now.items() if key in before and before[key].level != one.level]
    return f"levels: {', '.join(one for one in moved if one)}" if any(moved) else "no level changed"


def _moved(before: Level, now: Level) -> str:
    """ "Food 2 → 3"; "" for the level of one people: its card says it."""
    if now.people:
        return ""
    label = data.watched().labels.indicator(now.indicator)
    return f"{label} {cards.level_sign(before.level)} → {cards.level_sign(now.level)}"
