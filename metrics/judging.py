"""Bring judged days and alerts up to date with the archive: the last step of an update. `now` comes in; no SQL.

What has to be judged again is written down in the archive (rules.judged_before) before anything is done, and crossed
out in the transaction that stores the alerts. So this can be stopped at any moment and is begun again by the next call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics import calibration, store
from metrics.alert import AlarmDay, Alert, Told, alerts_of, detector_of, with_stories
from metrics.attribution import Attribution
from metrics.detect_model import Rule, Scan
from metrics.detect_table import table
from metrics.episodes import Episodes
from metrics.level_rows import JOIN_DAYS
from metrics.levels import NO_DATA, Bools
from metrics.lexicon import Lexicon
from metrics.series import Material, Series, series_of
from metrics.situation import Reads, levels_to
from metrics.store import alerts as stored
from metrics.store.telling import Moment, told
from metrics.watching import ALARMING, Known, Watch, judged, keys_of, material

DROPPED = ("date", "series", "threshold", "episode", "opened")  # columns of detect_table that judged_days does without


def judge_days(archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, *, now: datetime) -> int:
    """The number of days judged; 0: nothing changed since the last call."""
    state, rule = stored.judging(archive), calibration.rule()
    detector, first = detector_of(rule, JOIN_DAYS, keys_of(monitor)), store.first_polled(archive)
    if state is None or state.last is None or first is None:
        return 0
    since = max(first, state.before) if state.before and state.detector == detector else first
    whole = since == first
    found = material(archive, monitor, lexicon, attribution, last=state.last, since=None if whole else since)
    if found is None or since > state.last:
        return 0
    keys = keys_of(monitor)
    known = None if whole else known_of(archive, state.rules, found, series_of(keys), since, rule)
    dismissed = days_dismissed(archive, found, series_of(keys))
    result = judged(found, keys, rule, known=known, dismissed=dismissed)
    rows = rows_of(result, since)
    before = [one for one in stored.alarm_days(archive) if one.day < since]
    rows["level"] = levels_of_alarms(archive, monitor, lexicon, attribution, rows, before, last=state.last)
    stored.save_days(archive, state.rules, rows, since=since)
    days = stored.alarm_days(archive)
    made = alerts_of(days, threshold=rule.alert, rules_version=state.rules_version, detector=detector)
    done, after = complete(archive, attribution, found, made, since), state.last + timedelta(days=1)
    stored.save_alerts(archive, state, done, now=now, before=after, detector=detector)
    return (after - since).days


def rows_of(result: Watch, since: date) -> pd.DataFrame:
    """Columns of judged_days, of the days from `since` on; unknown is None."""
    begin, shape = (since - result.first).days, result.detection.state.shape
    none = Episodes(np.zeros(shape, np.int64), np.zeros(shape, bool))
    names = [str(number) for number in range(shape[1])]
    frame = table(result.observed, result.detection, none, first=result.first, names=names, since=begin)
    mine = [result.series[int(name)] for name in frame["series"]]
    for name in Series._fields:
        frame[name] = [getattr(one, name) for one in mine]
    frame["day"] = frame["date"]
    kept = frame.drop(columns=list(DROPPED)).astype(object)
    return kept.where(kept.notna(), None)


def levels_of_alarms(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, rows: pd.DataFrame,
    before: Sequence[AlarmDay], *, last: date, moment: Moment | None = None, read: Reads | None = None,
) -> pd.Series:  # fmt: skip
    """Of every row: the reporting level where it is an alarm of reports, else None.

    Levels read days in alarm, and not how these make alerts: dismissing one moves none. Only years with an alarm are
    asked for, each by the run that pages make of it.
    """
    mine = rows[(rows["state"] == "alert") & (rows["stance"] == "reported")]
    alarms = [(one.series.indicator, one.series.people, one.day) for one in before if one.series.stance == "reported"]
    alarms += list(mine[["indicator", "people", "day"]].itertuples(index=False, name=None))
    levels: dict[tuple[str, str, date], int | None] = {}
    for year in sorted({day.year for day in mine["day"]}):
        run = levels_to(
            archive, monitor, lexicon, attribution, last=min(date(year, 12, 31), last), alerts=alarms, moment=moment,
            read=read,
        )  # fmt: skip
        places = {key: number for number, key in enumerate(run.keys)}
        for indicator, people, day in mine[["indicator", "people", "day"]].itertuples(index=False, name=None):
            if day.year == year and (indicator, people) in places:
                found = int(run.polled.level[places[indicator, people], (day - run.first).days])
                levels[indicator, people, day] = None if found == NO_DATA else found
    result = pd.Series([None] * len(rows), dtype=object, index=rows.index)
    result[mine.index] = [levels.get(key) for key in zip(mine["indicator"], mine["people"], mine["day"], strict=True)]
    return result


def known_of(
    archive: Archive, under: int, found: Material, series: Sequence[Series], since: date, rule: Rule
) -> Known:  # fmt: skip
    """What alarms before `since` make of later days, from what is stored of them."""
    shape = (found.days, len(series))
    scan, alarms, places = Scan.empty(shape), np.zeros(shape, bool), {one: n for n, one in enumerate(series)}
    for row in stored.known_days(archive, under, before=since, release=rule.release):
        place = places.get(Series(row.indicator, row.stance, row.people))
        if place is not None:
            at = (row.day - found.first).days, place
            scan.score[at], scan.window[at], alarms[at] = row.score, row.window, row.state == "alert"
    return Known((since - found.first).days, scan, alarms)


def days_dismissed(
    archive: Archive, found: Material, series: Sequence[Series], *, until: datetime | None = None
) -> Bools | None:
    """Days of alerts that somebody dismissed, as they were known then. until : by then; None: by now."""
    marked = np.zeros((found.days, len(series)), bool)
    of = {one.alert.id: one.alert.series for one in stored.stored_alerts(archive)}
    places = {one: number for number, one in enumerate(series)}
    for one in stored.last_decided(archive, "dismissed", until=until):
        if of[one.alert] in places:
            begin, end = ((day - found.first).days for day in (one.first_day, one.last_day))
            marked[max(0, begin) : max(0, end + 1), places[of[one.alert]]] = True
    return marked if marked.any() else None


# Stories behind an alert ---------------------------------------------------------------------------------------------


def complete(
    archive: Archive, attribution: Attribution, found: Material, made: Sequence[Alert], since: date,
    moment: Moment | None = None,
) -> list[Alert]:  # fmt: skip
    """With stories: of those whose days were judged now from the archive, of the others as stored."""
    before = {one.alert.id: one.alert for one in stored.stored_alerts(archive)}
    fresh = [one for one in made if one.last_alarm >= since or not _is_stored(one, before)]
    behind = telling(archive, attribution, found, fresh, moment)
    done = {one.id: with_stories(one, behind.get(one.id, ())) for one in fresh}
    return [done[one.id] if one.id in done else _as_stored(one, before[one.id]) for one in made]


def _is_stored(made: Alert, before: Mapping[str, Alert]) -> bool:
    """With the same days: what was stored of one that lasted longer has the stories of those days too."""
    return made.id in before and before[made.id].last_alarm == made.last_alarm


def _as_stored(made: Alert, before: Alert) -> Alert:
    return replace(made, stories=before.stories, sides=before.sides)


def telling(
    archive: Archive, attribution: Attribution, found: Material, alerts: Sequence[Alert], moment: Moment | None = None
) -> dict[str, list[Told]]:
    """Alert → stories of its indicator, stance and people, by the sources that counted on its first day."""
    if not alerts:
        return {}
    first, last = min(one.since for one in alerts), max(one.last_alarm for one in alerts)
    indicators = tuple(sorted({one.indicator for one in alerts}))
    rows = told(archive, first=first, last=last, indicators=indicators, occurrences=ALARMING, moment=moment)
    rows = rows[~(rows["backfill"] | rows["late"]).astype(bool)]
    by_label = dict(list(rows.groupby(["indicator", "stance"], sort=False)))
    result: defaultdict[str, list[Told]] = defaultdict(list)
    for one in alerts:
        mine = by_label.get((one.indicator, one.stance))
        if mine is not None:
            counting = found.counting((one.opened - found.first).days)
            mine = mine[mine["source"].isin(counting) & ((mine["people"] == one.people) | (one.people == ""))]
            result[one.id] = [_told(row, attribution) for row in mine.drop_duplicates("story").itertuples()]
    return result


def _told(row: Any, attribution: Attribution) -> Told:
    return Told(int(row.story), row.day, attribution.outlet(row.source, row.outlet).side)
