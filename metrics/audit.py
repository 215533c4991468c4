"""What readers of a blind sample say of the tagger: their agreement, its rates, and shares corrected by them. Pure.

Rates are weighted by stratum: an item stands for as many articles as its stratum holds per item read. `past` is left
out, since a reader may leave it out. Intervals: 95 % percentile bootstrap over items within strata, fixed seed; where
all items are alike and a bootstrap says nothing, Wilson's with Kish's effective number of items.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from feeds.datafile import numbered_lines
from feeds.errors import DataFileError, HouseError
from metrics.agreement import alpha
from metrics.cases import Case
from metrics.model import STANCES, Tagged
from metrics.sample import Drawn

SEED = 20260920
RESAMPLES = 2000
Z = 1.959964  # 95 %
NAN = float("nan")
_Numbers = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]
Name = tuple[str, str]  # (indicator, stance); "" in either place: any of them. ("", "") is relevance

RELEVANT: Name = ("", "")


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval and the number of items it rests on; NaN: nothing to judge."""

    value: float
    low: float
    high: float
    items: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One yes/no decision of the tagger against the readers. raw : share of articles the tagger says it of."""

    indicator: str
    stance: str
    precision: Rate
    recall: Rate
    specificity: Rate
    raw: Rate
    corrected: Rate


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha between two readers; NaN: nothing to compare. units : things both judged."""

    relevance: float
    indicator: float
    stance: float
    items: int
    by_indicator: dict[str, float]


@dataclass(frozen=True, slots=True)
class Audit:
    """strata_read of strata_drawn: shares speak of these only."""

    items: int
    readers: int
    rules_version: str
    strata_read: int
    strata_drawn: int
    agreement: Agreement | None  # None: one reader
    measured: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """One item: its readings, what the tagger said, its stratum and how many articles it stands for."""

    readings: tuple[Case, ...]
    tagged: Tagged
    stratum: str
    weight: float


def read_labels(path: Path, key: Mapping[str, Drawn], indicators: Sequence[str]) -> dict[str, Case]:
    """The items a reader has judged; those with `relevant` null are not yet. Raises DataFileError naming the line."""
    found: dict[str, Case] = {}
    for number, line in numbered_lines(path):
        case = _case(f"{path}:{number}", line, key, indicators)
        if case is not None:
            found[case.id] = case
    if not found:
        raise DataFileError(f"{path}:1: no item is labelled yet; set `relevant` to true or false")
    return found


def _case(where: str, line: str, key: Mapping[str, Drawn], indicators: Sequence[str]) -> Case | None:
    try:
        value = json.loads(line)
        if isinstance(value, dict) and value.get("relevant") is None:
            if value.get("indicators"):
                raise DataFileError(f"{where}: labels, but `relevant` is null; set it to true or false")
            return None
        case = Case.model_validate(value)
    except (ValueError, ValidationError) as error:
        raise DataFileError(f"{where}: not a labelled item: {str(error).splitlines()[0]}") from None
    if case.id not in key:
        raise DataFileError(f"{where}: item {case.id!r} is not in the key; give the key of the same sample")
    for label in case.indicators:
        if label.indicator not in indicators:
            raise DataFileError(f"{where}: indicator {label.indicator!r} is not one of {' '.join(indicators)}")
        if label.stance not in STANCES:
            raise DataFileError(f"{where}: stance {label.stance!r} is not one of {' '.join(STANCES)}")
    if case.indicators and not case.wants_relevant:
        raise DataFileError(f"{where}: labels in an item that is not relevant; one of the two is a slip")
    return case


def audited(
    readings: Sequence[Mapping[str, Case]],
    tagged: Mapping[str, Tagged],
    key: Mapping[str, Drawn],
    indicators: Sequence[str],
    *,
    rules_version: str,
) -> Audit:
    """Agreement and rates over the items that every reader has judged.

    readings : one or two, id → the reader's labels. tagged : id → what the tagger says of the same text.
    """
    ids = sorted(set.intersection(*(set(one) for one in readings)))
    if not ids:
        raise HouseError("no item was judged by both readers; they must label the same sample")
    read = Counter(key[one].stratum for one in ids)
    units = [
        _Unit(
            tuple(reader[one] for reader in readings), tagged[one], key[one].stratum,
            key[one].holds / read[key[one].stratum],
        )
        for one in ids
    ]  # fmt: skip
    return Audit(
        items=len(units),
        readers=len(readings),
        rules_version=rules_version,
        strata_read=len(read),
        strata_drawn=len({one.stratum for one in key.values()}),
        agreement=_agreement(units, indicators) if len(readings) == 2 else None,
        measured=tuple(_measured(units, indicators)),
    )


def _agreement(units: Sequence[_Unit], indicators: Sequence[str]) -> Agreement:
    pairs = {key: [tuple(_says(case, (key, "")) for case in unit.readings) for unit in units] for key in indicators}
    return Agreement(
        relevance=alpha([tuple(_verdict(case) for case in unit.readings) for unit in units]),
        indicator=alpha(pair for listed in pairs.values() for pair in listed),
        stance=alpha(_stances(unit, key) for unit in units for key in indicators),
        items=len(units),
        by_indicator={key: alpha(listed) for key, listed in pairs.items() if any(any(pair) for pair in listed)},
    )


def _verdict(case: Case) -> str:
    return "context" if case.context else "relevant" if case.relevant else "neither"


def _stances(unit: _Unit, indicator: str) -> tuple[frozenset[str] | None, ...]:
    """What each reader says of an indicator that both saw; nobody's judgement where one did not."""
    said = [
        frozenset(label.stance for label in case.indicators if label.indicator == indicator and label.stance != "past")
        for case in unit.readings
    ]
    return tuple(said) if all(said) else (None, None)


def _says(case: Case, name: Name) -> bool | None:
    """A reader's answer; None where the reader leaves the indicator open (`optional`)."""
    if name == RELEVANT:
        return case.wants_relevant
    indicator, stance = name
    if indicator in case.optional:
        return None
    return _holds(((label.indicator, label.stance) for label in case.indicators), indicator, stance)


def _holds(labels: Iterable[tuple[str, str]], indicator: str, stance: str) -> bool:
    return any(indicator in ("", one) and stance in ("", two) and two != "past" for one, two in labels)


def _truth(unit: _Unit, name: Name) -> bool | None:
    """What the readers agree on; None where they do not."""
    said = {_says(case, name) for case in unit.readings}
    return said.pop() if len(said) == 1 else None


def _found(unit: _Unit, name: Name) -> bool:
    if name == RELEVANT:
        return unit.tagged.relevant
    return _holds(((one.indicator, one.stance) for one in unit.tagged.evidence), *name)


def _measured(units: Sequence[_Unit], indicators: Sequence[str]) -> Iterable[Measured]:
    """Relevance, each stance, each indicator and each pair of them that a reader or the tagger names at all."""
    draws = _draws(units)
    weights = np.array([unit.weight for unit in units])
    stances = [stance for stance in STANCES if stance != "past"]
    names = [RELEVANT, *(("", stance) for stance in stances)]
    names += [(key, stance) for key in indicators for stance in ("", *stances)]
    for name in names:
        truths = [_truth(unit, name) for unit in units]
        found = np.array([_found(unit, name) for unit in units])
        if found.any() or any(truths) or name == RELEVANT:
            yield _rates(name, truths, found, weights, draws)


def _draws(units: Sequence[_Unit]) -> _Numbers:
    """Shape (RESAMPLES, items): how often each item is drawn; within its stratum, so that weights stay true."""
    chance = np.random.default_rng(SEED)
    draws = np.zeros((RESAMPLES, len(units)))
    for stratum in dict.fromkeys(unit.stratum for unit in units):
        members = [at for at, unit in enumerate(units) if unit.stratum == stratum]
        draws[:, members] = chance.multinomial(len(members), [1 / len(members)] * len(members), size=RESAMPLES)
    return draws


def _rates(name: Name, truths: Sequence[bool | None], found: _Flags, weights: _Numbers, draws: _Numbers) -> Measured:
    known = np.array([truth is not None for truth in truths])
    truth = np.array([bool(one) for one in truths])
    parts = {
        "precision": (found & truth & known, found & known),
        "recall": (found & truth & known, truth & known),
        "specificity": (~found & ~truth & known, ~truth & known),
        "raw": (found & known, known),
    }
    point = {key: _share(top, base, weights[np.newaxis, :])[0] for key, (top, base) in parts.items()}
    drawn = {key: _share(top, base, draws * weights) for key, (top, base) in parts.items()}
    rates = {
        key: _with_interval(float(point[key]), drawn[key], weights[base], int(base.sum()))
        for key, (_, base) in parts.items()
    }
    corrected = _corrected(rates, drawn)
    return Measured(
        name[0], name[1], rates["precision"], rates["recall"], rates["specificity"], rates["raw"], corrected
    )


def _corrected(rates: Mapping[str, Rate], drawn: Mapping[str, _Numbers]) -> Rate:
    """The share without the tagger's errors. Where no error was seen in some rate, its Wilson bounds count, too."""
    raw, recall, specificity = rates["raw"], rates["recall"], rates["specificity"]
    value = rogan_gladen(raw.value, recall.value, specificity.value)
    if math.isnan(value):
        return Rate(NAN, NAN, NAN, raw.items)
    spread = [rogan_gladen(*one) for one in zip(drawn["raw"], drawn["recall"], drawn["specificity"], strict=True)]
    low, high = _percentiles(np.array(spread))
    if recall.value in (0.0, 1.0) or specificity.value in (0.0, 1.0):
        low = float(np.fmin(low, rogan_gladen(raw.low, recall.high, specificity.low)))
        high = float(np.fmax(high, rogan_gladen(raw.high, recall.low, specificity.high)))
    return Rate(value, low, high, raw.items)


def _share(top: _Flags, base: _Flags, weights: _Numbers) -> _Numbers:
    """Weighted share per row of weights; NaN where the base is empty."""
    below = weights @ base
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, (weights @ top) / below, NAN)


def _with_interval(value: float, spread: _Numbers, weights: _Numbers, items: int) -> Rate:
    if math.isnan(value):
        return Rate(NAN, NAN, NAN, items)
    if value in (0.0, 1.0):
        return Rate(value, *_wilson(value, float(weights.sum() ** 2 / (weights**2).sum())), items)
    return Rate(value, *_percentiles(spread), items)


def _percentiles(values: _Numbers) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return NAN, NAN
    low, high = np.percentile(finite, [2.5, 97.5])
    return float(low), float(high)


def _wilson(share: float, items: float) -> tuple[float, float]:
    """Wilson's interval of a share of so many items.

    >>> [round(bound, 2) for bound in _wilson(1.0, 10)]
    [0.72, 1.0]
    """
    middle = (share + Z**2 / (2 * items)) / (1 + Z**2 / items)
    half = Z * math.sqrt(share * (1 - share) / items + Z**2 / (4 * items**2)) / (1 + Z**2 / items)
    low, high = middle - half, middle + half
    return (0.0 if share == 0 else low), (1.0 if share == 1 else high)


def rogan_gladen(share: float, sensitivity: float, specificity: float) -> float:
    """The share that would have been found by a reader without fault. Within 0 and 1; NaN: cannot be told.

    On the very items that gave sensitivity and specificity it is the readers' own share; its worth is in other shares
    of the same tagger. Source: Rogan & Gladen 1978, American Journal of Epidemiology 107:71-76.

    >>> round(rogan_gladen(0.25, 0.8, 0.9), 3)
    0.214
    """
    better = sensitivity + specificity - 1
    if math.isnan(better) or better <= 0:  # no better than chance: nothing can be said back
        return NAN
    return min(1.0, max(0.0, (share + specificity - 1) / better))


def as_plain(audit: Audit) -> dict[str, object]:
    """The audit as plain JSON; NaN as null."""
    plain = json.loads(json.dumps(asdict(audit)), parse_constant=lambda _: None)
    assert isinstance(plain, dict)
    return plain
