"""Labelled cases → precision, recall and F1 of `reported` labels, relevance, stance. Pure but for reading the cases.

An item's labels are a set of indicators; its `optional` ones neither help nor hurt. Items without a `context` label
(the cases of 2022–23) count context as relevant. Beside every figure stands the naive baseline of the same run: any
term of the lexicon in the text → reported. Intervals: 95 % percentile bootstrap over items, fixed seed.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from feeds.errors import DataFileError
from metrics.model import Tagged, Text
from metrics.tag import Tagger

SEED = 20260920
# Prefix of the id → name of the set; else 2022–23. Nobody writes rules or words with the held-out set open.
SETS = {"P-": "2024–26", "O-": "own", "B-": "second", "H-": "held-out"}
# What the cases of 2022–23 are labelled for; indicators that came later neither help nor hurt there.
FIRST_INDICATORS = frozenset(
    {
        "food",
        "fuel",
        "gas",
        "electricity",
        "water",
        "medicine",
        "starvation",
        "access",
        "aid",
        "shelter",
        "education",
        "displacement",
        "casualties",
        "detention",
        "heritage",
    }
)
RESAMPLES = 1000


class Label(BaseModel):
    """One labelled statement of an item."""

    model_config = ConfigDict(frozen=True)
    indicator: str
    stance: str
    occurrence: str | None = None
    people: str | None = None
    evidence: str = ""


class Case(BaseModel):
    """One labelled item. context None: the item was labelled before context was told apart from relevance."""

    model_config = ConfigDict(frozen=True)
    id: str
    lang: str
    title: str
    text: str
    relevant: bool
    context: bool | None = None
    published: date | None = None
    indicators: tuple[Label, ...] = ()
    optional: tuple[str, ...] = ()
    notes: str = ""
    threat: str = ""

    @property
    def set_name(self) -> str:
        """Items are scored in sets, told apart by the prefix of their id."""
        return next((name for prefix, name in SETS.items() if self.id.startswith(prefix)), "2022–23")

    @property
    def wants_relevant(self) -> bool:
        """Context is no relevance, whatever the labeller called it besides."""
        return self.relevant and not self.context

    @property
    def reported(self) -> set[str]:
        return {label.indicator for label in self.indicators if label.stance == "reported"}


class Side(BaseModel):
    model_config = ConfigDict(frozen=True)
    title: str
    text: str
    published: date | None = None


class Expected(BaseModel):
    model_config = ConfigDict(frozen=True)
    relevant: bool
    context: bool = False
    labels: tuple[Label, ...] = ()


class Mirror(BaseModel):
    """One sentence told of both sides: tags must be the same."""

    model_config = ConfigDict(frozen=True)
    id: str
    lang: str
    a: Side
    b: Side
    expect: Expected
    swaps: str = ""


class _Line(BaseModel):
    item: Annotated[Mirror | Case, Field(union_mode="left_to_right")]


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


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one set of items."""

    name: str
    items: int
    reported: Score
    baseline: Score
    relevance: Score
    baseline_relevance: Score
    whole_items: float
    stance: float  # share of labelled (indicator, stance) found with that stance, of those whose indicator was found
    people: float
    occurrence: float
    by_language: dict[str, Score] = field(default_factory=dict)
    by_indicator: dict[str, Score] = field(default_factory=dict)


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
        found = _outline(self.a)
        return found[0] == self.mirror.expect.relevant and wanted <= found[2]


def read_cases(path: Path) -> list[Case | Mirror]:
    """The items of a JSONL file. Raises DataFileError naming the line."""
    items: list[Case | Mirror] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path}:1: cannot be read: {error}") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                items.append(_Line.model_validate({"item": json.loads(line)}).item)
            except (ValueError, ValidationError) as error:
                raise DataFileError(f"{path}:{number}: not a labelled case: {str(error).splitlines()[0]}") from None
    return items


def judged(case: Case, tagger: Tagger) -> Judged:
    text = Text(case.id, case.title, case.text, language=case.lang, published=case.published)
    return Judged(case, tagger.tag(text), frozenset(tagger.names(text)))


def mirrored(mirror: Mirror, tagger: Tagger) -> MirrorResult:
    sides = [
        tagger.tag(Text(mirror.id, side.title, side.text, language=mirror.lang, published=side.published))
        for side in (mirror.a, mirror.b)
    ]
    return MirrorResult(mirror, *sides)


def table(name: str, items: Sequence[Judged], indicators: Iterable[str]) -> Table:
    """All figures of one set of items."""
    languages = sorted({item.case.lang for item in items})
    return Table(
        name=name,
        items=len(items),
        reported=_with_interval(items, _reported),
        baseline=_with_interval(items, _baseline),
        relevance=_with_interval(items, _relevance),
        baseline_relevance=_relevance_baseline(items),
        whole_items=_ratio(sum(not item.wrong for item in items), len(items)),
        stance=_stance(items),
        people=_attribute(items, "people"),
        occurrence=_attribute(items, "occurrence"),
        by_language={key: _with_interval([i for i in items if i.case.lang == key], _reported) for key in languages},
        by_indicator={key: _reported(items, only=key) for key in indicators},
    )


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


def _stance(items: Sequence[Judged]) -> float:
    right = seen = 0
    for item in items:
        found = {(evidence.indicator, evidence.stance) for evidence in item.tagged.evidence}
        for label in item.case.indicators:
            if label.indicator in {indicator for indicator, _ in found}:
                seen += 1
                right += (label.indicator, label.stance) in found
    return _ratio(right, seen)


def _attribute(items: Sequence[Judged], name: str) -> float:
    """Share of labelled people or occurrence found, among labels whose indicator and stance were found."""
    right = seen = 0
    for item in items:
        for label in item.case.indicators:
            wanted = getattr(label, name)
            same = [e for e in item.tagged.evidence if (e.indicator, e.stance) == (label.indicator, label.stance)]
            if wanted is not None and same:
                seen += 1
                right += any(getattr(evidence, name) == wanted for evidence in same)
    return _ratio(right, seen)


def _with_interval(items: Sequence[Judged], score: Callable[[Sequence[Judged]], Score]) -> Score:
    """The score with its bootstrap interval of F1."""
    whole = score(items)
    chance = random.Random(SEED)
    results = [score(chance.choices(items, k=len(items))).f1 for _ in range(RESAMPLES)]
    samples = sorted(result for result in results if not math.isnan(result))
    if not samples:
        return whole
    low, high = samples[int(0.025 * len(samples))], samples[min(len(samples) - 1, int(0.975 * len(samples)))]
    return Score(whole.right, whole.false, whole.missed, low, high)


def _outline(tagged: Tagged) -> tuple[bool, bool, frozenset[tuple[str, str]]]:
    return tagged.relevant, tagged.context, frozenset((item.indicator, item.stance) for item in tagged.evidence)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
