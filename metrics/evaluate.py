"""Labelled cases → precision, recall and F1 of `reported` labels, relevance, stance, people, speaker. Pure.

An item's labels are a set of indicators; its `optional` ones neither help nor hurt. Items without a `context` label
(the cases of 2022–23) count context as relevant. Beside every figure stands the naive baseline of the same run: any
term of the lexicon in the text → reported. Intervals: 95 % percentile bootstrap over items, fixed seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from metrics.cases import FIRST_INDICATORS, Case, Label, Mirror
from metrics.model import Evidence, Tagged, Text
from metrics.tag import Tagger

_Counts = NDArray[np.int64]

SEED = 20260920
RESAMPLES = 1000
NEWSROOM = "media"  # the speaker of what an outlet says in its own voice
LEAST_LABELS = 20  # of one indicator, before its F1 says anything


@dataclass(frozen=True, slots=True)
class Judged:
    """One case with what the tagger and the baseline said of it."""

    case: Case
    tagged: Tagged
    named: frozenset[str]  # the baseline's labels

    @property
    def found(self) -> set[str]:
        return self._labelled({item.indicator for item in self.tagged.evidence if item.stance == "reported"})

    @property
    def naive(self) -> set[str]:
        """What the baseline would report."""
        return self._labelled(set(self.named))

    def _labelled(self, found: set[str]) -> set[str]:
        return found & FIRST_INDICATORS if self.case.context is None else found

    @property
    def is_relevant(self) -> bool:
        return self.tagged.relevant or (self.case.context is None and self.tagged.context)

    @property
    def wrong(self) -> str:
        """What is wrong with the item, "" when all is right."""
        optional = set(self.case.optional)
        parts = [f"missed {key}" for key in sorted(self.case.reported - optional - self.found)]
        parts += [f"wrongly {key}" for key in sorted(self.found - self.case.reported - optional)]
        if self.is_relevant != self.case.wants_relevant:
            parts.append("relevant" if self.is_relevant else "not relevant")
        if self.case.context is not None and self.tagged.context != self.case.context:
            parts.append("context" if self.tagged.context else "not context")
        return ", ".join(parts)

    def said(self, label: Label) -> list[Evidence]:
        """The evidence found with a label's indicator and stance."""
        wanted = (label.indicator, label.stance)
        return [one for one in self.tagged.evidence if (one.indicator, one.stance) == wanted]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of a yes/no decision, and what follows from them. Without any positive, 0/0 is NaN: unknown, not 0."""

    right: int
    false: int
    missed: int
    low: float = float("nan")  # 95 % interval of f1
    high: float = float("nan")

    @property
    def precision(self) -> float:
        return _ratio(self.right, self.right + self.false)

    @property
    def recall(self) -> float:
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return _ratio(2 * self.right, 2 * self.right + self.false + self.missed)

    @property
    def labels(self) -> int:
        return self.right + self.missed


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with its 95 % interval."""

    right: int
    seen: int
    low: float = float("nan")
    high: float = float("nan")

    @property
    def value(self) -> float:
        return _ratio(self.right, self.seen)


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one set of items."""

    name: str
    items: int
    reported: Score
    baseline: Score
    relevance: Score
    baseline_relevance: Score
    whole_items: Share
    stance: Share  # labelled (indicator, stance) found with that stance, of those whose indicator was found
    people: Share
    occurrence: Share
    speaker: Share  # side of the speaker
    by_language: dict[str, Score] = field(default_factory=dict)
    by_indicator: dict[str, Score] = field(default_factory=dict)
    by_bloc: dict[str, Score] = field(default_factory=dict)  # of who publishes

    @property
    def macro_f1(self) -> float:
        """Mean of the indicators that have enough labels to say anything."""
        known = [score.f1 for score in self.by_indicator.values() if score.labels >= LEAST_LABELS]
        return _ratio(sum(known), len(known))


@dataclass(frozen=True, slots=True)
class MirrorResult:
    mirror: Mirror
    a: Tagged
    b: Tagged

    @property
    def is_same(self) -> bool:
        return _outline(self.a) == _outline(self.b)

    @property
    def is_expected(self) -> bool:
        wanted = {(label.indicator, label.stance) for label in self.mirror.expect.labels}
        found = {(one.indicator, one.stance) for one in self.a.evidence}
        return self.a.relevant == self.mirror.expect.relevant and wanted <= found

    @property
    def is_swapped(self) -> bool:
        """Speaker's side and people are those of each side, where the pair says which."""
        speakers, peoples = self.mirror.expect.speakers, self.mirror.expect.peoples
        for number, tagged in enumerate((self.a, self.b)):
            sides = {one.speaker.side for one in tagged.evidence if one.speaker}
            named = {one.people for one in tagged.evidence}
            if speakers and speakers[number] not in sides:
                return False
            if peoples and peoples[number] not in named:
                return False
        return True


def judged(case: Case, tagger: Tagger) -> Judged:
    text = Text(case.id, case.title, case.text, language=case.lang, published=case.published)
    return Judged(case, tagger.tag(text), frozenset(tagger.names(text)))


def mirrored(mirror: Mirror, tagger: Tagger) -> MirrorResult:
    sides = [
        tagger.tag(Text(mirror.id, side.title, side.text, language=mirror.lang, published=side.published))
        for side in (mirror.a, mirror.b)
    ]
    return MirrorResult(mirror, *sides)


def table(
    name: str, items: Sequence[Judged], indicators: Iterable[str], blocs: Mapping[str, str] | None = None
) -> Table:
    """All figures of one set of items. blocs: side → the bloc it stands for; a side without one is its own."""
    blocs, languages = blocs or {}, sorted({item.case.lang for item in items})
    sides = [(blocs.get(item.case.side, item.case.side), item) for item in items if item.case.side]
    by_bloc = {bloc: [item for key, item in sides if key == bloc] for bloc in sorted({key for key, _ in sides})}
    return Table(
        name=name,
        items=len(items),
        reported=_with_interval(items, _reported),
        baseline=_with_interval(items, _baseline),
        relevance=_with_interval(items, _relevance),
        baseline_relevance=_relevance_baseline(items),
        whole_items=_share(items, lambda item: [not item.wrong]),
        stance=_share(items, _stances),
        people=_share(items, lambda item: _attributes(item, "people", lambda one: one.people)),
        occurrence=_share(items, lambda item: _attributes(item, "occurrence", lambda one: one.occurrence)),
        speaker=_share(items, lambda item: _attributes(item, "speaker", _side)),
        by_language={key: _with_interval([i for i in items if i.case.lang == key], _reported) for key in languages},
        by_indicator={key: _reported(items, only=key) for key in indicators},
        by_bloc={key: _with_interval(members, _reported) for key, members in by_bloc.items()},
    )


def _side(evidence: Evidence) -> str:
    return evidence.speaker.side if evidence.speaker else NEWSROOM


def _reported(items: Sequence[Judged], only: str = "") -> Score:
    return _labels([(item.case, item.found) for item in items], only)


def _baseline(items: Sequence[Judged]) -> Score:
    return _labels([(item.case, item.naive) for item in items])


def _labels(pairs: Iterable[tuple[Case, set[str]]], only: str = "") -> Score:
    right = false = missed = 0
    for case, found in pairs:
        optional = set(case.optional)
        wanted, got = case.reported - optional, found - optional
        if only:
            wanted, got = wanted & {only}, got & {only}
        right, false, missed = right + len(wanted & got), false + len(got - wanted), missed + len(wanted - got)
    return Score(right, false, missed)


def _relevance(items: Sequence[Judged]) -> Score:
    return _decisions((item.case.wants_relevant, item.is_relevant) for item in items)


def _relevance_baseline(items: Sequence[Judged]) -> Score:
    """Any sign at all of the crisis or of an indicator: the baseline calls everything it finds relevant."""
    return _decisions((item.case.wants_relevant, bool(item.named) or item.is_relevant) for item in items)


def _decisions(pairs: Iterable[tuple[bool, bool]]) -> Score:
    listed = list(pairs)
    return Score(
        sum(wanted and got for wanted, got in listed),
        sum(got and not wanted for wanted, got in listed),
        sum(wanted and not got for wanted, got in listed),
    )


def _stances(item: Judged) -> list[bool]:
    """Per label whose indicator was found: whether it was found with the label's stance."""
    found = {(evidence.indicator, evidence.stance) for evidence in item.tagged.evidence}
    known = {indicator for indicator, _ in found}
    return [(label.indicator, label.stance) in found for label in item.case.indicators if label.indicator in known]


def _attributes(item: Judged, name: str, of: Callable[[Evidence], str | None]) -> list[bool]:
    """Per label found with its stance, where the label names the attribute: whether some evidence has it."""
    labels = [(getattr(label, name), item.said(label)) for label in item.case.indicators]
    return [any(of(one) == wanted for one in same) for wanted, same in labels if wanted is not None and same]


def _share(items: Sequence[Judged], answers: Callable[[Judged], list[bool]]) -> Share:
    """The share of right answers, with its interval over items."""
    counts = np.array([(sum(given), len(given)) for given in map(answers, items)], dtype=np.int64).reshape(-1, 2)
    right, seen = counts.sum(axis=0).tolist()
    return Share(right, seen, *_bootstrap(counts, lambda sums: (sums[:, 0], sums[:, 1])))


def _with_interval(items: Sequence[Judged], score: Callable[[Sequence[Judged]], Score]) -> Score:
    """The score with its bootstrap interval of F1."""
    whole = score(items)
    each = [score([item]) for item in items]
    counts = np.array([(one.right, one.false + one.missed) for one in each], dtype=np.int64).reshape(-1, 2)
    low, high = _bootstrap(counts, lambda sums: (2 * sums[:, 0], 2 * sums[:, 0] + sums[:, 1]))
    if math.isnan(low):
        return whole
    return Score(whole.right, whole.false, whole.missed, low, high)


def _bootstrap(counts: _Counts, ratio: Callable[[_Counts], tuple[_Counts, _Counts]]) -> tuple[float, float]:
    """95 % percentile interval of a ratio of sums over items, drawn anew with replacement; NaN where none could be.

    counts : shape (items, 2). ratio : summed counts, shape (resamples, 2) → (parts, wholes).
    """
    if not len(counts):
        return float("nan"), float("nan")
    drawn = np.random.default_rng(SEED).integers(0, len(counts), size=(RESAMPLES, len(counts)))
    parts, wholes = ratio(counts[drawn].sum(axis=1))
    known = wholes > 0
    if not known.any():
        return float("nan"), float("nan")
    low, high = np.quantile(parts[known] / wholes[known], [0.025, 0.975])
    return float(low), float(high)


def _outline(tagged: Tagged) -> tuple[bool, bool, frozenset[tuple[str, str, str | None]]]:
    labels = frozenset((one.indicator, one.stance, one.occurrence) for one in tagged.evidence)
    return tagged.relevant, tagged.context, labels


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
