"""What levels are judged by, as arrays: who told what, and what each source showed. Pure: no clock, no SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from feeds.monitor import Monitor
from metrics.attribution import Attribution
from metrics.credits import Credits
from metrics.levels import STANCES, Bools, Floats, Ints, Rows, Sources
from metrics.lexicon import Lexicon
from metrics.observe import HISTORY_DAYS, Watched, seen_days

JOIN_DAYS = 56  # 28 to count as usual, 28 more to be known: then a source enters levels
FOUNDING_DAYS = 7  # sources that began with the archive, within a week
LATELY = 28  # for so long a change of sources is named as a reason


@dataclass(frozen=True, slots=True)
class Part:
    """What some days told, a row an article and label, all of one length; made once for days that do not change.

    day : ordinal of the article's own day. first_time : of the article, for the order. source, voice : places in
    `sources` and `voices`. bloc −1: not known. series, split : places in the keys, of all peoples and of one; −1: none.
    """

    story: Ints
    first_time: Ints
    article: Ints
    day: Ints
    source: Ints
    voice: Ints
    bloc: Ints
    institution: Bools
    series: Ints
    split: Ints
    stance: Ints
    late: Bools
    loaded: Bools
    sources: tuple[str, ...]
    voices: tuple[str, ...]

    def where(self, chosen: Bools | Ints) -> Part:
        """Some of the rows, or all in another order."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in ARRAYS})

    def rows(self, sources: dict[str, int], first: date) -> Rows:
        """Of the sources named; each label also under the series of its people, where the indicator is split."""
        numbers = np.array([sources.get(name, -1) for name in self.sources], np.int64)
        mine = self.where(numbers[self.source] >= 0) if len(self.story) else self
        every = Rows(
            story=mine.story,
            day=mine.day - first.toordinal(),
            source=numbers[mine.source] if len(numbers) else mine.source,
            voice=mine.voice,
            bloc=mine.bloc,
            institution=mine.institution,
            series=mine.series,
            stance=mine.stance,
        )
        return _both(every, mine.split)


ARRAYS = tuple(name for name in Part.__slots__ if name not in ("sources", "voices"))


def joined(parts: Sequence[Part]) -> Part:
    """Parts of different days as one; a story's articles stand together, in order of appearance."""
    sources = tuple(dict.fromkeys(name for part in parts for name in part.sources))
    voices = tuple(dict.fromkeys(name for part in parts for name in part.voices))
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS}
    columns["source"] = np.concatenate([_renumbered(part.source, part.sources, sources) for part in parts])
    columns["voice"] = np.concatenate([_renumbered(part.voice, part.voices, voices) for part in parts])
    whole = Part(**columns, sources=sources, voices=voices)
    return whole.where(np.lexsort((whole.article, whole.first_time, whole.story)))


def _renumbered(values: Ints, old: tuple[str, ...], new: tuple[str, ...]) -> Ints:
    places = {name: number for number, name in enumerate(new)}
    return np.array([places[name] for name in old], np.int64)[values]


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers in place of names."""

    monitor: Monitor
    lexicon: Lexicon
    attribution: Attribution
    keys: tuple[tuple[str, str], ...]

    def rows(self, frame: pd.DataFrame, sources: dict[str, int], first: date) -> Rows:
        """Rows of the sources named; each label also under the series of its people, where the indicator is split."""
        return self.part(frame).rows(sources, first)

    def part(self, frame: pd.DataFrame) -> Part:
        """frame : as metrics.store.telling.told gives it. What many rows share is looked up once."""
        credits = Credits(self.lexicon.credits, self.attribution.outlets)
        blocs = {side: number for number, side in enumerate(dict.fromkeys(map(self._bloc, self.monitor.side_keys)))}
        institutions, places = self.monitor.institutions, {key: number for number, key in enumerate(self.keys)}
        which, pairs = _distinct(frame, "source", "outlet")
        mine = [self.attribution.outlet(*pair) for pair in pairs]
        credited, told = _distinct(frame, "source", "outlet", "agency")
        named = [
            credits.family(agency) if isinstance(agency, str) else credits.family_of(self.attribution.outlet(*pair))
            for *pair, agency in told
        ]
        voices, sources = tuple(dict.fromkeys(named)), tuple(dict.fromkeys(source for source, _ in pairs))
        labels, said = _distinct(frame, "indicator", "people")
        stances, stands = _distinct(frame, "stance")
        days, on = _distinct(frame, "day")
        at, times = _distinct(frame, "first_time")
        return Part(
            story=frame["story"].to_numpy(np.int64),
            first_time=_numbers(one.timestamp() for (one,) in times)[at],
            article=frame["article"].to_numpy(np.int64),
            day=_numbers(one.toordinal() for (one,) in on)[days],
            source=_numbers(sources.index(source) for source, _ in pairs)[which],
            voice=_numbers(voices.index(name) for name in named)[credited],
            bloc=_numbers(-1 if one.side == "unknown" else blocs.get(self._bloc(one.side), -1) for one in mine)[which],
            institution=np.array(
                [one.side in institutions.sides and one.control in institutions.controls for one in mine], bool
            )[which],
            series=_numbers(places.get((indicator, ""), -1) for indicator, _ in said)[labels],
            split=_numbers(places.get((indicator, people), -1) for indicator, people in said)[labels],
            stance=_numbers(STANCES.index(one) for (one,) in stands)[stances],
            late=frame["late"].to_numpy(bool),
            loaded=frame["backfill"].to_numpy(bool),
            sources=sources,
            voices=voices,
        )

    def _bloc(self, side: str) -> str:
        return self.monitor.bloc_of(side)[0]


def _distinct(frame: pd.DataFrame, *names: str) -> tuple[Ints, list[tuple[Any, ...]]]:
    """(place of each row in the list, the distinct values of these columns)."""
    whole = np.zeros(len(frame), np.int64)
    for name in names:
        codes, values = pd.factorize(frame[name], use_na_sentinel=False)
        whole = whole * (len(values) + 1) + codes
    _, first, places = np.unique(whole, return_index=True, return_inverse=True)
    return places, list(frame.iloc[first][list(names)].itertuples(index=False, name=None))


def _numbers(values: Iterable[float]) -> Ints:
    return np.array(list(values), np.int64)


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
