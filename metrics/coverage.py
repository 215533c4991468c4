"""Which patterns of the indicators the labelled cases exercise, and which indicators lack a case. Pure.

A pattern is exercised when it is found in a case of its language, whether it is kept or dropped there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from feeds.text import fold, fold_map
from metrics.cases import Case
from metrics.entries import Entry
from metrics.patterns import stems_of
from metrics.rulebook import MARKED_LANGUAGES, Finder, Meaning

KINDS = ("positive", "negative")
UNMARKED = str.maketrans("əöüşçğâîû", "eouscgaiu")  # as the scanner reads texts typed without these marks


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


def coverage(entries: Sequence[Entry], cases: Iterable[Case]) -> Coverage:
    """Every pattern of every indicator against every case of its language."""
    listed = list(cases)
    finders = {language: _finder(language, entries, listed) for language in {case.lang for case in listed}}
    seen: set[tuple[str, str, str, str]] = set()  # language, indicator, field, pattern
    kinds: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for case in listed:
        hits = finders[case.lang].find(fold_map(_text(case)))
        seen.update(_key(case.lang, hit.meaning) for hit in hits)
        labelled = {label.indicator for label in case.indicators}
        named = {hit.owner for hit in hits if hit.kind in ("terms", "strong")}
        for key in labelled:
            kinds[case.lang, key].add("positive")
        for key in named - labelled - set(case.optional):
            kinds[case.lang, key].add("negative")
    return Coverage(len(listed), _groups(entries, seen), tuple(_never(entries, seen)), tuple(_gaps(entries, kinds)))


def _finder(language: str, entries: Iterable[Entry], cases: Iterable[Case]) -> Finder:
    """What can occur in the cases of a language at all; the rest, most of it, need not be compiled."""
    texts = [fold(_text(case)) for case in cases if case.lang == language]
    mine = [entry for entry in entries if entry.language == language]
    needed = {entry: stems_of(entry.pattern) for entry in mine}
    if language in MARKED_LANGUAGES:
        texts = [text + " " + text.translate(UNMARKED) for text in texts]
        needed = {entry: {stem.translate(UNMARKED) for stem in stems} for entry, stems in needed.items()}
    there = _those_in(sorted(set().union(*needed.values())), "\n".join(texts))
    possible = [entry for entry, stems in needed.items() if stems <= there]
    meanings = [(one.pattern, Meaning(one.field, one.indicator, one.pattern)) for one in possible]
    return Finder(meanings, marked=language in MARKED_LANGUAGES)


def _those_in(stems: Sequence[str], text: str) -> set[str]:
    if not stems:
        return set()
    found = AhoCorasick(list(stems)).find_matches_as_indexes(text, overlapping=True)
    return {stems[number] for number in {number for number, _, _ in found}}


def _text(case: Case) -> str:
    return f"{case.title}\n{case.text}"


def _key(language: str, meaning: Meaning) -> tuple[str, str, str, str]:
    return language, meaning.owner, meaning.kind, meaning.rule


def _was_seen(entry: Entry, seen: set[tuple[str, str, str, str]]) -> bool:
    return (entry.language, entry.indicator, entry.field, entry.pattern) in seen


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
