"""An archive → the state of every day and series, as the detector sees it. Asks the store; no clock, no SQL, no words.

Only what we polled is judged: stories whose evidence was there within 48 hours, told as `new` or `ongoing` (a mere
demand is none), not published more than a week before we saw them, not loaded from files. Everything is a function of
the archive, the rules and the decisions of people, so the same archive gives the same days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics import calibration, store
from metrics.attribution import Attribution
from metrics.detect import judge
from metrics.detect_model import Detection, Observed, Rule, Scan
from metrics.detect_scan import scan
from metrics.level_rows import JOIN_DAYS, Columns, Part, sources_of
from metrics.levels import Bools, Floats, Sources
from metrics.lexicon import Lexicon
from metrics.model import UNSTATED
from metrics.observe import HISTORY_DAYS, Watched, spans_of
from metrics.series import Material, Series, farthest, joined, observed, series_of, spans
from metrics.situation import Reads, part_of, part_then
from metrics.situation import series_of as leveled
from metrics.store.telling import Moment, told, watched_since

ALARMING = ("new", "ongoing")  # occurrences of `reported` that can make an alert


@dataclass(frozen=True, slots=True)
class Watch:
    """Every day from `first` on. Row = day, column = series, in the order of `series`.

    observed : each day as it looked to the sources that counted on it; what detect_table.table wants.
    """

    first: date
    series: tuple[Series, ...]
    observed: Observed
    detection: Detection

    @property
    def last(self) -> date:
        return self.first + timedelta(days=len(self.observed.counts) - 1)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of days before `since` (a row), which have not changed. scan : of at least those days; of it only
    scores of `release` and above and their windows are read. alarms : (days, series), which of them were in alarm.
    """

    since: int
    scan: Scan
    alarms: Bools


def keys_of(monitor: Monitor) -> tuple[tuple[str, str], ...]:
    """(indicator, people; "" all) that are watched. `unstated` is no people: it would repeat the alarms of all."""
    return tuple((indicator, people) for indicator, people in leveled(monitor) if people != UNSTATED)


def watch(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, *, last: date,
    rule: Rule | None = None, loaded: bool = False,
) -> Watch | None:  # fmt: skip
    """The state of every day and series from our first poll to `last`; None: nothing was polled by then.

    Series are every indicator, and every people where it is split, each as reported, eased and denied. A day's state
    depends on the days to it, never on later ones.
    loaded : judge history from files instead, on which every day that holds any of it counts as seen, whoever wrote it.
    """
    gathered = loaded_material if loaded else material
    found = gathered(archive, monitor, lexicon, attribution, last=last)
    return judged(found, keys_of(monitor), rule or calibration.rule()) if found is not None else None


def judged(
    found: Material, keys: tuple[tuple[str, str], ...], rule: Rule, *,
    known: Known | None = None, dismissed: Bools | None = None,
) -> Watch:  # fmt: skip
    """Span after span, each with the counts of its own sources; what alarms make of later baselines goes on.

    known : only days from known.since on are judged; of earlier ones the two weeks before are read. dismissed : as
    Observed has it.
    """
    since = known.since if known else 0
    parts, done = [], known.scan.days(slice(0, since)) if known else None
    for begin, end in spans(found):
        if end <= since - rule.windows[-1]:
            continue
        part = observed(found, begin, end, rule)
        part = _with_dismissed(part, dismissed)
        parts.append((begin, end, part))
        if end > since:
            done = scan(part, rule, known=done)
    whole = joined(parts, days=found.days)
    assert done is not None  # there is at least one day
    detection = judge(whole, done, rule, known=known.alarms[:since] if known else None)
    return Watch(found.first, series_of(keys), whole, detection)


def _with_dismissed(part: Observed, dismissed: Bools | None) -> Observed:
    if dismissed is None:
        return part
    return Observed(
        part.counts, part.exposure, part.observability, part.families, part.relevant, dismissed[: len(part.counts)]
    )


# What the archive holds ----------------------------------------------------------------------------------------------


def material(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, *, last: date,
    since: date | None = None, rule: Rule | None = None, moment: Moment | None = None, read: Reads | None = None,
) -> Material | None:  # fmt: skip
    """What was polled, from the first poll to `last`. since : only what judging the days from it on will read.

    moment : of the archive as it stood then; None: as it is. read : for who keeps what was read of days that do not
    change.
    """
    first = store.first_polled(archive)
    if first is None or last < first:
        return None
    begin = max(first, _month(since) - timedelta(days=farthest(rule or calibration.rule()))) if since else first
    days, keys = (last - first).days + 1, keys_of(monitor)
    columns = Columns(monitor, lexicon, attribution, keys)
    part = part_then(archive, columns, begin, last, moment, read.alarming if read is not None else None, ALARMING)
    brought = read.brought if read is not None else None
    since_then = begin - timedelta(days=HISTORY_DAYS)
    watched = watched_since(archive, attribution, first=since_then, moment=moment, brought=brought)
    sources = sources_of(watched, [spans_of(one, last) for one in watched], first, days, JOIN_DAYS)
    numbered = part.where(~(part.loaded | part.late)).rows({one.key: n for n, one in enumerate(watched)}, first)
    named = tuple(one.key for one in watched)
    return Material(first, len(keys), numbered, sources, _relevant(watched, first, days), named)


def alarming(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, first: date, last: date
) -> Part:
    """What the detector reads of these days."""
    return part_of(archive, Columns(monitor, lexicon, attribution, keys_of(monitor)), first, last, None, ALARMING)


def _month(day: date) -> date:
    """Where the span of a day begins at the earliest; two weeks before it are read too."""
    return (day - timedelta(days=14)).replace(day=1)


def _relevant(watched: list[Watched], first: date, days: int) -> Floats:
    found = np.zeros((len(watched), days))
    for number, source in enumerate(watched):
        for day, articles in source.relevant.items():
            if 0 <= (at := (day - first).days) < days:
                found[number, at] = articles
    return found


def loaded_material(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, *, last: date
) -> Material | None:
    """History from files, as if one source had brought it all; None: there is none."""
    totals = store.totals(archive, first=date.min, last=last)
    totals = totals[totals["backfill"].astype(float) > 0]
    if totals.empty:
        return None
    first = min(totals["date"])
    days, keys = (last - first).days + 1, keys_of(monitor)
    rows = told(archive, first=first, last=last, occurrences=ALARMING)
    rows = rows[rows["backfill"].astype(bool)]
    columns = Columns(monitor, lexicon, attribution, keys)
    numbered = columns.rows(rows, dict.fromkeys(rows["source"].unique(), 0), first)
    return Material(first, len(keys), numbered, *_whole_days(totals, first, days))


def _whole_days(totals: pd.DataFrame, first: date, days: int) -> tuple[Sources, Floats]:
    seen, relevant = np.zeros((1, days), bool), np.zeros((1, days))
    places = [(day - first).days for day in totals["date"]]
    seen[0, places], relevant[0, places] = True, totals["relevant_stories"].astype(float)
    return Sources(seen, np.ones(seen.shape), np.ones(seen.shape, bool)), relevant
