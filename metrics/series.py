"""Who told what → the numbers the detector reads, of the sources that count on a day. Pure: no clock, no SQL.

Counts of different days are compared only for the same sources: those that count on the day that is judged. A story has
the day and the publisher of its first article among them, and the labels of all. So a source that joins or leaves
changes the days before it too, and looks like no rise and no fall. What such a source brings is known after 56 days
(metrics.level_rows); until then it is in no sum.

Days are cut into spans in which the sources that count stay the same, at most a month long: what a source usually
brings is looked up on the first day of a span and held for all days that are compared with it. If it followed the days,
a lasting crisis would soon be what we expect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from metrics.detect import families_of_a_week
from metrics.detect_model import Observed, Rule
from metrics.levels import STANCES, Bools, Floats, Ints, Rows, Sources

WATCHED = ("reported", "eased", "denied")  # stances with an alarm of their own; `feared` and `past` have none
WEEK = 7


class Series(NamedTuple):
    """What is counted. people : "" all of them together."""

    indicator: str
    stance: str
    people: str


def series_of(keys: tuple[tuple[str, str], ...]) -> tuple[Series, ...]:
    """Of (indicator, people): each with every stance that is watched, in this order."""
    return tuple(Series(indicator, stance, people) for indicator, people in keys for stance in WATCHED)


@dataclass(frozen=True, slots=True)
class Material:
    """What an archive holds for the detector. Days are places counted from `first`.

    rows : articles of stories with their labels; a row's series is a place in (indicator, people) pairs, `keys` many.
    sources : what each showed; their keys are `named`. relevant : (sources, days) relevant articles of each.
    """

    first: date
    keys: int
    rows: Rows
    sources: Sources
    relevant: Floats
    named: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        return int(self.sources.seen.shape[1])

    def counting(self, day: int) -> frozenset[str]:
        """Keys of the sources that count on a day."""
        return frozenset(key for key, does in zip(self.named, self.sources.panel[:, day], strict=True) if does)


def spans(material: Material) -> Iterator[tuple[int, int]]:
    """Begin and end (half-open) of runs of days with the same sources, cut at the first of each month."""
    panel = material.sources.panel
    moved = (panel[:, 1:] != panel[:, :-1]).any(axis=0)
    cuts = {0, material.days, *(np.flatnonzero(moved) + 1).tolist()}
    cuts |= {at for at in range(material.days) if (material.first + timedelta(days=at)).day == 1}
    yield from pairwise(sorted(cuts))


def farthest(rule: Rule) -> int:
    """Days before a day that its baseline and windows can reach."""
    return -(-rule.horizon // 7) * 7 + rule.gap + rule.windows[-1]


def observed(material: Material, begin: int, end: int, rule: Rule) -> Observed:
    """Days 0 to `end` as they look to the sources that count on day `begin`; NaN where no fit from `begin` on looks.

    exposure is in relevant articles a day, of the sources that could be seen; observability is their share. relevant
    are articles. Of `families` only the days from two weeks before `begin` on are counted.
    """
    since, weight = max(0, begin - farthest(rule)), _weights(material, begin)
    usual_seen = weight @ material.sources.seen[:, :end]
    share = usual_seen / weight.sum() if weight.sum() > 0 else np.zeros(end)
    share[:since] = 0.0
    rows = _rows(material, weight > 0, since, end)
    counts = np.full((end, material.keys * len(WATCHED)), np.nan)
    counts[since:] = 0
    np.add.at(counts, (rows.day, rows.series), 1)
    counts[share < rule.least_observability] = np.nan
    brought = (weight > 0) @ (material.relevant[:, :end] * material.sources.seen[:, :end])
    families = _families(rows, max(0, begin - 2 * WEEK), counts.shape)
    return Observed(counts, exposure=usual_seen, observability=share, families=families, relevant=brought)


def _weights(material: Material, day: int) -> Floats:
    """What each source that counts usually brings; 0: it does not count."""
    return np.where(material.sources.panel[:, day], material.sources.weight[:, day], 0.0)


def _rows(material: Material, chosen: Bools, since: int, end: int) -> Rows:
    """One row a story and series, on the day and by the publisher of its first article; `since` to `end`."""
    rows = material.rows
    inside = (rows.day >= since) & (rows.day < end) & (chosen[rows.source] if len(chosen) else False)
    mine = rows.of(inside)
    _, first, inverse = np.unique(mine.story, return_index=True, return_inverse=True)
    named = replace(mine, day=mine.day[first][inverse], voice=mine.voice[first][inverse], series=_series(mine))
    _, once = np.unique(np.stack([named.story, named.series]), axis=1, return_index=True)
    kept = named.of(np.sort(once))
    return kept.of(kept.series >= 0)


def _series(rows: Rows) -> Ints:
    """Place of each row in series_of; −1: its stance is not watched."""
    places = np.array([WATCHED.index(one) if one in WATCHED else -1 for one in STANCES])[rows.stance]
    result: Ints = np.where(places >= 0, rows.series * len(WATCHED) + places, -1)
    return result


def _families(rows: Rows, since: int, shape: tuple[int, int]) -> Floats:
    late = rows.of(rows.day >= since)
    week = families_of_a_week(
        (late.day - since).tolist(), late.series.tolist(), late.voice.tolist(), shape=(shape[0] - since, shape[1])
    )
    return np.concatenate([np.zeros((since, shape[1])), week])


def joined(parts: list[tuple[int, int, Observed]], *, days: int) -> Observed:
    """Each day as it looked to the sources that counted on it. parts : of each span its begin, end and numbers.

    Days before the first part are as it has them.
    """
    whole = {
        one.name: _joined([(a, b, getattr(part, one.name)) for a, b, part in parts], days)
        for one in fields(Observed)
        if one.name != "dismissed"  # read by the fits only
    }
    return Observed(**whole)  # type: ignore[arg-type]


def _joined(parts: list[tuple[int, int, Floats | None]], days: int) -> Floats | None:
    if parts[0][2] is None:
        return None
    result = np.full((days, parts[0][2].shape[1]), np.nan)
    result[: parts[0][0]] = parts[0][2][: parts[0][0]]
    for begin, end, values in parts:
        if values is not None:
            result[begin:end] = values[begin:end]
    return result
