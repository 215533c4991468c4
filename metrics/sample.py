"""A stratified sample of collected articles as a blind labelling file. Pure: no archive, no clock; chance by seed.

Strata are language × what the tagger said: each stance, relevant without evidence, context, not relevant, not tagged.
An article with several stances stands under the rarest of its language, so that rare ones are drawn.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError
from pydantic.dataclasses import dataclass as checked

from feeds.datafile import numbered_lines
from feeds.errors import DataFileError, HouseError
from feeds.model import Article
from metrics.model import STANCES
from metrics.store.audits import Drawable

SIZE = 200  # articles of one audit
LEAST = 2  # of every stratum that has them: one alone would say nothing about its own chance


@checked(frozen=True, slots=True)
class Drawn:
    """One line of the key: what a reader must not see. holds : articles in the stratum, of which this is one."""

    id: str
    article: int
    stratum: str
    holds: int
    rules_version: str


@dataclass(frozen=True, slots=True)
class Form:
    """One article as a labelling form, in the fields and order of docs/labelling.md; nothing of the tagger's in it."""

    id: str
    lang: str  # as detected, else as the feed says: whom to give it to
    title: str
    text: str
    published: str | None
    side: str
    relevant: bool | None = None
    context: bool | None = None
    indicators: tuple[()] = ()
    optional: tuple[()] = ()
    threat: str = ""
    notes: str = ""
    unsure: tuple[()] = ()


def form(drawn: Drawn, article: Article, *, language: str, side: str, published: date | None) -> Form:
    return Form(drawn.id, language, article.title, article.text, published.isoformat() if published else None, side)


def strata(articles: Iterable[Drawable]) -> dict[str, list[int]]:
    """Stratum, as "ru/denied" → its articles by id; every article once."""
    listed = list(articles)
    frequent = Counter((one.language, stance) for one in listed if one.relevant for stance in one.stances)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for one in listed:
        found[f"{one.language or '?'}/{_kind(one, frequent)}"].append(one.article)
    return {name: sorted(found[name]) for name in sorted(found)}


def _kind(one: Drawable, frequent: Mapping[tuple[str, str], int]) -> str:
    if one.relevant is None:
        return "untagged"
    if not one.relevant:
        return "context" if one.context else "not-relevant"
    if not one.stances:
        return "no-evidence"
    return min(one.stances, key=lambda stance: (frequent[one.language, stance], -STANCES.index(stance)))


def allocated(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each stratum: in proportion to the square root of what it holds, at least LEAST, never more than all.

    Between equal shares (good for the rare) and proportional ones (good for the whole): Bankier 1988, "Power
    allocations", The American Statistician 42:174-177, with power 1/2.
    Raises HouseError when `size` cannot hold one of every stratum.

    >>> allocated({"a": 10000, "b": 100, "c": 1}, 23)
    {'a': 20, 'b': 2, 'c': 1}
    """
    if size < len(sizes):
        raise HouseError(f"--size {size}: the archive has {len(sizes)} strata; give at least {len(sizes)}")
    least = LEAST if size >= LEAST * len(sizes) else 1
    given = {name: min(least, holds) for name, holds in sizes.items()}
    for _ in range(min(size, sum(sizes.values())) - sum(given.values())):
        # the next place goes where it is most due (Webster's way of rounding): fair, and whole numbers throughout
        open_ones = [name for name, holds in sizes.items() if given[name] < holds]
        given[max(open_ones, key=lambda name: sizes[name] ** 0.5 / (given[name] + 0.5))] += 1
    return given


def drawn(found: Mapping[str, Sequence[int]], *, size: int, seed: int, rules_version: str) -> list[Drawn]:
    """The sample in an order that tells nothing; the same for the same articles, size and seed."""
    wanted = allocated({name: len(ids) for name, ids in found.items()}, size)
    picked = [
        (article, name, len(ids))
        for name, ids in found.items()
        # a generator a stratum: one more language changes nothing in the others
        for article in random.Random(f"{seed} {name}").sample(ids, wanted[name])
    ]
    random.Random(seed).shuffle(picked)
    return [
        Drawn(f"A-{number:04}", article, name, holds, rules_version)
        for number, (article, name, holds) in enumerate(picked, start=1)
    ]


def as_line(item: Form | Drawn) -> str:
    return json.dumps(asdict(item), ensure_ascii=False)


def read_key(path: Path) -> dict[str, Drawn]:
    """Id of the item → its line of the key. Raises DataFileError naming the line."""
    found: dict[str, Drawn] = {}
    for number, line in numbered_lines(path):
        try:
            one = Drawn(**json.loads(line))
        except (ValueError, TypeError, ValidationError):
            message = "not a line of a key; `metrics sample` writes it beside the labelling file"
            raise DataFileError(f"{path}:{number}: {message}") from None
        found[one.id] = one
    return found
