"""Which patterns of the indicators the labelled cases exercise, and which indicators lack a case. Pure.

A pattern is exercised when it is found in a case of its language, whether it is kept or dropped there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feeds.text import fold_map
from metrics.cases import Case
from metrics.entries import Entry
from metrics.lexicon import Lexicon
from metrics.rulebook import Hit, Rulebook, compiled

KINDS = ("positive", "negative")


@dataclass(frozen=True, slots=True)
class Group:
    language: str
    indicator: str
    hit: int
    all: int


@dataclass(frozen=True, slots=True)
class Gap:
    """An indicator without a case of a kind. negative : its words stand in the text and it is not labelled."""

    language: str
    indicator: str
    lacks: str


@dataclass(frozen=True, slots=True)
class Coverage:
    cases: int
    groups: tuple[Group, ...]
    never: tuple[Entry, ...]  # patterns that no case exercises
    gaps: tuple[Gap, ...]

    @property
    def hit(self) -> int:
        return sum(group.hit for group in self.groups)

    @property
    def all(self) -> int:
        return sum(group.all for group in self.groups)

    def plain(self, *, words: bool) -> dict[str, object]:
        """For JSON. words : with the groups and the list of patterns."""
        listed = [
            {"file": str(one.file), "line": one.line, "indicator": one.indicator, "language": one.language,
             "field": one.field, "pattern": one.pattern}
            for one in self.never
        ]  # fmt: skip
        gaps = [{"language": one.language, "indicator": one.indicator, "lacks": one.lacks} for one in self.gaps]
        groups = [
            {"language": one.language, "indicator": one.indicator, "hit": one.hit, "all": one.all}
            for one in self.groups
        ]
        total = {"cases": self.cases, "hit": self.hit, "all": self.all, "gaps": gaps}
        return {**total, "groups": groups, "never": listed} if words else total


def coverage(entries: Sequence[Entry], lexicon: Lexicon, cases: Iterable[Case]) -> Coverage:
    """Every pattern of every indicator against every case of its language."""
    books: dict[str, Rulebook] = {}
    seen: set[tuple[str, str, str, str]] = set()  # language, indicator, field, pattern
    kinds: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    count = 0
    for case in cases:
        count += 1
        if case.lang not in books:
            books[case.lang] = compiled(lexicon, case.lang)
        hits = _hits(books[case.lang], case)
        seen.update((case.lang, hit.owner, hit.kind, _pattern(hit)) for hit in hits)
        labelled = {label.indicator for label in case.indicators}
        named = {hit.owner for hit in hits if hit.kind == "terms" or hit.kind == "strong"}
        for key in labelled:
            kinds[case.lang, key].add("positive")
        for key in named - labelled - set(case.optional):
            kinds[case.lang, key].add("negative")
    return Coverage(count, _groups(entries, seen), tuple(_never(entries, seen)), tuple(_gaps(entries, kinds)))


def _hits(book: Rulebook, case: Case) -> list[Hit]:
    folded = fold_map(f"{case.title}\n{case.text}")
    cues = (hit for hit in book.cues.find(folded) if hit.kind in ("harm", "relief"))
    return [*book.terms.find(folded), *cues]


def _pattern(hit: Hit) -> str:
    """The pattern of a rule: "… indicators/food.yaml en terms 'bread'"."""
    return hit.meaning.rule.split(f" {hit.kind} ", 1)[1]


def _was_seen(entry: Entry, seen: set[tuple[str, str, str, str]]) -> bool:
    return (entry.language, entry.indicator, entry.field, repr(entry.pattern)) in seen


def _groups(entries: Sequence[Entry], seen: set[tuple[str, str, str, str]]) -> tuple[Group, ...]:
    total = Counter((entry.language, entry.indicator) for entry in entries)
    hit = Counter((entry.language, entry.indicator) for entry in entries if _was_seen(entry, seen))
    order = sorted(total, key=lambda key: key[0])  # languages together, indicators in the monitor's order
    return tuple(Group(*key, hit[key], total[key]) for key in order)


def _never(entries: Sequence[Entry], seen: set[tuple[str, str, str, str]]) -> Iterable[Entry]:
    return (entry for entry in entries if not _was_seen(entry, seen))


def _gaps(entries: Sequence[Entry], kinds: dict[tuple[str, str], set[str]]) -> Iterable[Gap]:
    pairs = dict.fromkeys((entry.language, entry.indicator) for entry in entries)
    for language, indicator in sorted(pairs, key=lambda pair: pair[0]):
        for kind in KINDS:
            if kind not in kinds.get((language, indicator), ()):
                yield Gap(language, indicator, kind)
