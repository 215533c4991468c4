"""The levels of a monitor on a day: asks the archive, lets `metrics.levels` judge. No clock, no SQL, no wording.

The level of a day is that of the run that begins on 1 January of the year before it, so that the same archive gives
the same level whoever asks and when. Where we polled too little, history from files stands in by its own run, marked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics import store
from metrics.attribution import Attribution
from metrics.level_rows import JOIN_DAYS, LATELY, Columns, Part, joined, moves, sources_of
from metrics.levels import FARTHEST, NO_DATA, Bools, Run, Sources, badges, is_eased, run
from metrics.lexicon import Lexicon
from metrics.observe import HISTORY_DAYS, spans_of
from metrics.store.alerts import levels_alarms
from metrics.store.asof import backfilled_days
from metrics.store.observing import Brings
from metrics.store.telling import Moment, first_touched, told, watched_since

Alerts = Collection[tuple[str, str, date]]  # indicator, people ("" all), day


@dataclass(frozen=True, slots=True)
class Level:
    """One indicator, of all peoples together ("") or of one, on one day. Counts are of 7 usual days.

    level : 0 to 4; None: no data. rule : what the day's own counts give; lower where the level is held.
    badges : no-data, learning, disputed, single-side, sources (their set changed, and the level with it), history (it
    rests on files). told_14 : stories that report or fear it in 14 usual days. usual_7 : stories in a usual week of the
    days before; None: too few to compare with, as ratio. without_new : the level without the sources that joined in the
    last 28 days. new_sources, lost_sources : in the last 28 days.
    """

    indicator: str
    people: str
    day: date
    level: int | None
    rule: int | None
    badges: tuple[str, ...]
    eased: bool
    reported_7: int
    told_14: int
    eased_7: int
    denied_7: int
    publishers_7: int
    sides_7: int
    institution: bool
    alert: bool
    usual_7: float | None
    ratio: float | None
    surely_more: bool
    days_elevated: int
    days_below: int
    unseen_14: int
    without_new: int | None
    new_sources: int
    lost_sources: int


@dataclass(frozen=True, slots=True)
class Reads:
    """What is kept of days that do not change. told : of the days from one to another, all that levels read; alarming :
    what the detector reads (metrics.watching.alarming). brought : by the sources from a day on.
    """

    told: Callable[[date, date], Part]
    alarming: Callable[[date, date], Part]
    brought: Brings


@dataclass(frozen=True, slots=True)
class LevelRun:
    """Levels of consecutive days. keys : (indicator, people) in the order of the arrays of each run."""

    first: date
    keys: tuple[tuple[str, str], ...]
    polled: Run
    settled: Run | None  # without sources that joined in the last 28 days; None: no day has any
    loaded: Run | None  # from history files alone; None: there are none
    joined: tuple[int, ...]  # a day: sources that entered levels in the 28 days to it
    left: tuple[int, ...]

    def on(self, day: date) -> list[Level]:
        """In the order of keys. Raises ValueError for a day outside the run."""
        at = (day - self.first).days
        if not 0 <= at < len(self.joined):
            raise ValueError(f"{day} is not one of the days from {self.first}")
        return [_level(self, number, at) for number in range(len(self.keys))]


def first_day_of_run(day: date) -> date:
    return date(day.year - 1, 1, 1)


def levels_to(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, *, last: date,
    alerts: Alerts | None = None, moment: Moment | None = None, read: Reads | None = None,
) -> LevelRun:  # fmt: skip
    """The run that ends on `last`. alerts : days in alarm; None: as the last update left them.

    moment : of the archive as it stood then, with the alerts given; None: as it is. read : for who keeps what was
    read, as it is now, of days that do not change; None: asked of the archive.
    """
    start = first_day_of_run(last)
    first = start - timedelta(days=FARTHEST)
    keys = series_of(monitor)
    columns = Columns(monitor, lexicon, attribution, keys)
    part = part_then(archive, columns, first, last, moment, read.told if read is not None else None)
    brought = read.brought if read is not None else None
    since = first - timedelta(days=2 * HISTORY_DAYS)
    watched = watched_since(archive, attribution, first=since, moment=moment, brought=brought)
    days = (last - first).days + 1
    alert = _alerts(keys, levels_alarms(archive, first=first, last=last) if alerts is None else alerts, first, days)
    polled = part.where(~(part.loaded | part.late)).rows({one.key: n for n, one in enumerate(watched)}, first)
    spans = [spans_of(one, last) for one in watched]
    done = run(polled, sources_of(watched, spans, first, days, JOIN_DAYS), series=len(keys), alert=alert)
    came, left = moves(spans, first, days)
    settled = None
    if any(came):
        later = sources_of(watched, spans, first, days, JOIN_DAYS + LATELY)
        settled = run(polled, later, series=len(keys), alert=alert)
    return LevelRun(
        first,
        keys,
        done,
        settled,
        _loaded(_held(archive, first, last, moment), part, first, alert),
        came,
        left,
    )


def part_then(
    archive: Archive, columns: Columns, first: date, last: date, moment: Moment | None,
    kept: Callable[[date, date], Part] | None, occurrences: tuple[str, ...] = (),
) -> Part:  # fmt: skip
    """What these days told by the moment. Of days that nothing has touched since, what is kept says it."""
    if kept is None:
        return part_of(archive, columns, first, last, moment, occurrences)
    since = first_touched(archive, as_of=moment.as_of, last=last) if moment is not None else None
    if since is None:
        return kept(first, last)
    begin = max(first, since)
    then = part_of(archive, columns, begin, last, moment, occurrences)
    return joined([kept(first, begin - timedelta(days=1)), then]) if begin > first else then


def part_of(
    archive: Archive, columns: Columns, first: date, last: date, moment: Moment | None = None,
    occurrences: tuple[str, ...] = (),
) -> Part:  # fmt: skip
    """What these days told, of the sources that enter counts. occurrences : of `reported`; (): all."""
    rows = told(archive, first=first, last=last, occurrences=occurrences, moment=moment)
    return columns.part(rows[rows["source"].map(columns.attribution.counts).astype(bool)] if len(rows) else rows)


def series_of(monitor: Monitor) -> tuple[tuple[str, str], ...]:
    """(indicator, "") of all, and (indicator, people) where an indicator is split; in sector order."""
    return tuple(
        (key, people)
        for key in monitor.indicator_keys
        for people in ("", *([one.key for one in monitor.peoples] if monitor.indicator(key).split_by_people else []))
    )


def _held(archive: Archive, first: date, last: date, moment: Moment | None) -> Collection[date]:
    """Days that hold history from files."""
    if moment is not None:
        return backfilled_days(archive, first=first, last=last, as_of=moment.as_of)
    totals = store.totals(archive, first=first, last=last)
    return list(totals[totals["backfill"].astype(float) > 0]["date"])


def _loaded(held: Collection[date], part: Part, first: date, alert: Bools) -> Run | None:
    """History from files: every day that holds any of it counts as seen, whoever it was."""
    if not held:
        return None
    seen = np.zeros((1, alert.shape[1]), bool)
    seen[0, [(day - first).days for day in held]] = True
    numbered = part.where(part.loaded).rows(dict.fromkeys(part.sources, 0), first)
    everyone = Sources(seen, np.ones(seen.shape), np.ones(seen.shape, bool))
    return run(numbered, everyone, series=len(alert), alert=alert)


def _alerts(keys: Sequence[tuple[str, str]], alerts: Alerts, first: date, days: int) -> Bools:
    marked = np.zeros((len(keys), days), bool)
    places = {key: number for number, key in enumerate(keys)}
    for indicator, people, day in alerts:
        at = (day - first).days
        if (indicator, people) in places and 0 <= at < days:
            marked[places[indicator, people], at] = True
    return marked


# From arrays to values -----------------------------------------------------------------------------------------------


def _level(of: LevelRun, at: int, day: int) -> Level:
    indicator, people = of.keys[at]
    from_files = of.polled.level[at, day] == NO_DATA and of.loaded is not None and of.loaded.level[at, day] != NO_DATA
    done = of.loaded if from_files and of.loaded is not None else of.polled
    level, rule = int(done.level[at, day]), int(done.rule[at, day])
    before = int(of.settled.level[at, day]) if of.settled is not None and not from_files else level
    past = done.level[at, max(0, day - LATELY) : day + 1]
    by_scope = (of.joined[day] > 0 and before < level) or (of.left[day] > 0 and level < int(past.max()))
    marks = (*badges(done, at=at, day=day), *(["sources"] if by_scope and not from_files else []))
    usual, ratio = float(done.baseline[at, day]), float(done.ratio[at, day])
    return Level(
        indicator=indicator,
        people=people,
        day=of.first + timedelta(days=day),
        level=level if level != NO_DATA else None,
        rule=rule if level != NO_DATA else None,
        badges=(*marks, *(["history"] if from_files else [])),
        eased=is_eased(done, at=at, day=day),
        reported_7=_whole(done.reported[at, day]),
        told_14=_whole(done.told[at, day]),
        eased_7=_whole(done.eased[at, day]),
        denied_7=_whole(done.denied[at, day]),
        publishers_7=_whole(done.voices[at, day]),
        sides_7=_whole(done.blocs[at, day]),
        institution=bool(done.institutions[at, day] == 1),
        alert=bool(done.alert[at, day]),
        usual_7=usual * 7 if np.isfinite(usual) else None,
        ratio=ratio if np.isfinite(ratio) else None,
        surely_more=bool(done.surely_more[at, day]),
        days_elevated=_whole(done.days_elevated[at, day]),
        days_below=_whole(done.held[at, day]),
        unseen_14=_whole(done.unseen[at, day]),
        without_new=before if before != NO_DATA else None,
        new_sources=of.joined[day],
        lost_sources=of.left[day],
    )


def _whole(value: float) -> int:
    return round(float(value)) if np.isfinite(value) else 0
