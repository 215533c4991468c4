"""Labelled figures → precision, recall and F1 of (value, unit, subject), and the share of right sides. Pure.

Two ways are measured: the sentences as those of an article known to be about the crisis, which is what the labels say;
and the whole way, in which the tagger decides that itself and a text it calls irrelevant has no figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metrics.cases import FigureCase, FigureLabel
from metrics.evaluate import Score, Share
from metrics.model import Figure, Text
from metrics.tag import Tagger

FIELDS = ("kind", "people", "bound", "high", "as_of", "claimant_side")


@dataclass(frozen=True, slots=True)
class JudgedFigures:
    case: FigureCase
    said: tuple[Figure, ...]  # of an article known to be about the crisis
    tagged: tuple[Figure, ...]  # where the tagger decides that too


@dataclass(frozen=True, slots=True)
class FigureTable:
    """All that is measured of one set. fields : of the figures found right, the share whose field is."""

    items: int
    labels: int
    found: Score
    by_language: dict[str, Score]
    whole_way: Score
    fields: dict[str, Share]


def judged_figures(case: FigureCase, tagger: Tagger) -> JudgedFigures:
    text = Text(case.id, case.title, case.text, case.lang, case.outlet, case.published)
    return JudgedFigures(case, tagger.figures(text), tagger.tag(text).figures)


def figure_table(items: Sequence[JudgedFigures]) -> FigureTable:
    languages = sorted({item.case.lang for item in items})
    pairs = [pair for item in items for pair in _pairs(item)]
    return FigureTable(
        items=len(items),
        labels=sum(len(item.case.figures) for item in items),
        found=_score(_counts(item.case, item.said) for item in items),
        by_language={
            one: _score(_counts(item.case, item.said) for item in items if item.case.lang == one) for one in languages
        },
        whole_way=_score(_counts(item.case, item.tagged) for item in items),
        fields={field: Share(sum(_is_same(field, *pair) for pair in pairs), len(pairs)) for field in FIELDS},
    )


def _score(counts: Iterable[tuple[int, int, int]]) -> Score:
    right, false, missed = (sum(column) for column in zip((0, 0, 0), *counts, strict=True))
    return Score(right, false, missed)


def _key(one: Figure | FigureLabel) -> tuple[float, str, str]:
    return float(one.value), one.unit, one.subject


def _counts(case: FigureCase, said: Iterable[Figure]) -> tuple[int, int, int]:
    """(right, false, missed)."""
    wanted, found = Counter(map(_key, case.figures)), Counter(map(_key, said))
    right = (wanted & found).total()
    return right, found.total() - right, wanted.total() - right


def _pairs(item: JudgedFigures) -> list[tuple[FigureLabel, Figure]]:
    said = {_key(one): one for one in item.said}
    return [(label, said[_key(label)]) for label in item.case.figures if _key(label) in said]


def _is_same(field: str, label: FigureLabel, figure: Figure) -> bool:
    return (getattr(label, field) or "") == (getattr(figure, field) or "")
