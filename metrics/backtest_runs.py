"""An archive → alerts held against the monitor's events: of all stories, and of each bloc's alone. No clock, no SQL.

What we polled and what files brought are two tests, never one: history from files was chosen by somebody and is whole
or missing by the day, what we polled has outages and holds whatever came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics import calibration, episodes
from metrics.attribution import Attribution
from metrics.backtest import JUDGED, Alarm, Score, Standing, score
from metrics.detect_model import LEARNING, STATES, UNSEEN, Rule
from metrics.lexicon import Event, Lexicon
from metrics.series import Material
from metrics.watching import Watch, judged, keys_of, loaded_material, material

ALL = ""  # of all sides together


@dataclass(frozen=True, slots=True)
class Backtest:
    """One kind of history. first, last : days tested, whether seen or not. scores : ALL, then the name of each bloc.

    loaded : it came from files; False: we polled it.
    """

    loaded: bool
    first: date
    last: date
    scores: dict[str, Score]


def backtests(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, *,
    first: date | None, last: date, rule: Rule | None = None,
) -> list[Backtest]:  # fmt: skip
    """What was polled, then what files brought; either is left out where there is none of it.

    first, last : days asked for; None: from the first there is. Days before `first` still teach the detector.
    rule : None: the calibrated one.
    """
    done = []
    for loaded in (False, True):
        gathered = loaded_material if loaded else material
        whole = gathered(archive, monitor, lexicon, attribution, last=last)
        if whole is None:
            continue
        begin = max(whole.first, first) if first else whole.first
        scores = {}
        for side, name in ((ALL, ALL), *blocs_of(monitor).items()):
            found = whole if side == ALL else _of_bloc(archive, monitor, lexicon, attribution, whole, side, loaded)
            watched = judged(found, keys_of(monitor), rule or calibration.rule())
            scores[name] = _score(watched, lexicon, monitor, begin, last, side)
        done.append(Backtest(loaded, begin, last, scores))
    return done


def blocs_of(monitor: Monitor) -> dict[str, str]:
    """One side of each bloc → all its sides as words, in the monitor's order; `unknown` is none."""
    firsts = dict.fromkeys(monitor.bloc_of(side)[0] for side in monitor.side_keys if side != "unknown")
    return {side: " + ".join(monitor.bloc_of(side)) for side in firsts}


def _of_bloc(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, whole: Material, side: str,
    loaded: bool,
) -> Material:  # fmt: skip
    """Only what the outlets of a bloc published; of what we polled, seen as far as the bloc's own sources were."""
    blocs = list(dict.fromkeys(monitor.bloc_of(one)[0] for one in monitor.side_keys))
    if loaded:
        return replace(whole, rows=whole.rows.of(whole.rows.bloc == blocs.index(side)))
    mine = frozenset(key for key, one in attribution.sources.items() if monitor.bloc_of(one.outlet.side)[0] == side)
    found = material(archive, monitor, lexicon, attribution.only(mine), last=whole.first + timedelta(whole.days - 1))
    assert found is not None  # the same polls as of `whole`
    return found


def _score(watched: Watch, lexicon: Lexicon, monitor: Monitor, first: date, last: date, side: str) -> Score:
    events = [_of_its_bloc(one, monitor) for one in lexicon.events if first <= one.date <= last]
    return score(events, alarms_of(watched, first), standing_of(watched, first), side=side)


def _of_its_bloc(event: Event, monitor: Monitor) -> Event:
    return event.model_copy(update={"side": monitor.bloc_of(event.side)[0]}) if event.side else event


def alarms_of(watched: Watch, first: date) -> Iterator[Alarm]:
    """Every episode of every series, with its alarm days from `first` on."""
    numbers = episodes.of(watched.detection).number
    for column, series in enumerate(watched.series):
        for number in range(1, int(numbers[:, column].max(initial=0)) + 1):
            places = np.flatnonzero(numbers[:, column] == number)
            days = tuple(day for at in places if (day := watched.first + timedelta(days=int(at))) >= first)
            if days:
                yield Alarm(series, days)


def standing_of(watched: Watch, first: date) -> Standing:
    """How the detector stood on every day from `first` on."""
    state = watched.detection.state
    words = np.array([STATES[one] if one in (UNSEEN, LEARNING) else JUDGED for one in range(len(STATES))], object)
    dates = [watched.first + timedelta(days=at) for at in range(len(state))]
    return {
        series: {day: str(word) for day, word in zip(dates, words[state[:, column]], strict=True) if day >= first}
        for column, series in enumerate(watched.series)
    }
