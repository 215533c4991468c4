"""What levels are judged by, as arrays: who told what, and what each source showed. Pure: no clock, no SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from feeds.monitor import Monitor
from metrics.attribution import Attribution
from metrics.credits import Credits
from metrics.levels import STANCES, Floats, Ints, Rows, Sources
from metrics.lexicon import Lexicon
from metrics.observe import HISTORY_DAYS, Watched, seen_days

JOIN_DAYS = 56  # 28 to count as usual, 28 more to be known: then a source enters levels
FOUNDING_DAYS = 7  # sources that began with the archive, within a week
LATELY = 28  # for so long a change of sources is named as a reason


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers in place of names."""

    monitor: Monitor
    lexicon: Lexicon
    attribution: Attribution
    keys: tuple[tuple[str, str], ...]
    first: date

    def rows(self, frame: pd.DataFrame, sources: dict[str, int]) -> Rows:
        """Rows of the sources named; each label also under the series of its people, where the indicator is split."""
        frame = frame[frame["source"].isin(sources)]
        credits = Credits(self.lexicon.credits, self.attribution.outlets)
        pairs = frame[["source", "outlet"]].drop_duplicates()
        outlets = {pair: self.attribution.outlet(*pair) for pair in pairs.itertuples(index=False, name=None)}
        mine = [outlets[pair] for pair in zip(frame["source"], frame["outlet"], strict=True)]
        voices = [
            credits.family(agency) if isinstance(agency, str) else credits.family_of(outlet)
            for agency, outlet in zip(frame["agency"], mine, strict=True)
        ]
        blocs = {side: number for number, side in enumerate(dict.fromkeys(map(self._bloc, self.monitor.side_keys)))}
        institutions = self.monitor.institutions
        places = {key: number for number, key in enumerate(self.keys)}
        every = Rows(
            story=frame["story"].to_numpy(np.int64),
            day=np.array([(one - self.first).days for one in frame["day"]], np.int64),
            source=np.array([sources[one] for one in frame["source"]], np.int64),
            voice=pd.factorize(np.array(voices, object))[0].astype(np.int64),
            bloc=np.array(
                [-1 if one.side == "unknown" else blocs.get(self._bloc(one.side), -1) for one in mine], np.int64
            ),
            institution=np.array(
                [one.side in institutions.sides and one.control in institutions.controls for one in mine], bool
            ),
            series=np.array([places.get((one, ""), -1) for one in frame["indicator"]], np.int64),
            stance=np.array([STANCES.index(one) for one in frame["stance"]], np.int64),
        )
        split = np.array(
            [places.get(pair, -1) for pair in zip(frame["indicator"], frame["people"], strict=True)], np.int64
        )
        return _both(every, split)

    def _bloc(self, side: str) -> str:
        return self.monitor.bloc_of(side)[0]


def _both(every: Rows, split: Ints) -> Rows:
    """The rows of all peoples together, and those of each; by story, in order of appearance."""
    again = replace(every, series=split)
    pairs = {name: (getattr(every, name), getattr(again, name)) for name in Rows.__slots__}
    joined = Rows(**{name: np.concatenate(pair) for name, pair in pairs.items()})
    order = np.argsort(joined.story, kind="stable")
    return joined.of(order[joined.series[order] >= 0])


def sources_of(
    watched: Sequence[Watched], spans: Sequence[Sequence[tuple[date, date]]], first: date, days: int, join: int
) -> Sources:
    """What each source showed, and from when on it enters levels: `join` days after it began, at once if it founded."""
    opening = min((of[0][0] for of in spans if of), default=first)
    seen, panel = (np.zeros((len(watched), days), bool) for _ in range(2))
    weight = np.ones((len(watched), days))
    for number, (source, of) in enumerate(zip(watched, spans, strict=True)):
        could = seen_days(source.days)
        for day, was in could.items():
            if was and 0 <= (at := (day - first).days) < days:
                seen[number, at] = True
        for begin, end in of:
            panel[number, max(0, (begin - first).days) : max(0, (end - first).days + 1)] = True
        if of:
            entered = of[0][0] + timedelta(days=0 if (of[0][0] - opening).days < FOUNDING_DAYS else join)
            panel[number, : max(0, (entered - first).days)] = False
            weight[number] = _weights(source, could, first, days)
    return Sources(seen, weight, panel)


def _weights(source: Watched, could: dict[date, bool], first: date, days: int) -> Floats:
    """Relevant articles a day over the last 56 observed days before each day, as metrics.observe weighs."""
    seen = sorted(day for day, was in could.items() if was)
    brought = np.concatenate([[0], np.cumsum([source.relevant.get(day, 0) for day in seen])])
    places = np.array([(day - first).days for day in seen])
    until = np.searchsorted(places, np.arange(days), side="left")
    since = np.maximum(0, until - HISTORY_DAYS)
    return np.asarray((brought[until] - brought[since] + 0.5) / (until - since + 1))


def moves(
    spans: Sequence[Sequence[tuple[date, date]]], first: date, days: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """For each day: sources that entered levels in the 28 days to it, and that left."""
    opening = min((of[0][0] for of in spans if of), default=first)
    joined, left = np.zeros(days, int), np.zeros(days, int)
    for of in spans:
        if of and (of[0][0] - opening).days >= FOUNDING_DAYS:
            _mark(joined, (of[0][0] - first).days + JOIN_DAYS)
        for _, end in of:
            _mark(left, (end - first).days + 1)
    return tuple(joined.tolist()), tuple(left.tolist())


def _mark(days: Ints, at: int) -> None:
    days[max(0, at) : max(0, at + LATELY)] += 1
