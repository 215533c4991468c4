"""What is wrong with the words of a lexicon: unsafe stems, superfluous, dead and ambiguous patterns. Pure.

Linear in the patterns, which are many tens of thousands: what another one matches, or could overlap, is looked up in
tables of words and prefixes. Compiling them all would take longer than everything else here; a test compares what is
found superfluous with the tagger's own scanner.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from feeds.text import fold
from metrics.entries import Entry
from metrics.patterns import BOTH, GAP, Run, Word, capital_of, contains, could_share, examples, is_same, sides_of

SHORTEST_STEM = 4  # letters before *
ANCHORS = ("terms", "strong", "eased", "denied", "feared", "past", "ongoing", "demand")  # what an exclude drops


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry, and what is wrong with it in words."""

    kind: str  # unsafe, superfluous, dead, ambiguous, repeated
    entry: Entry
    what: str

    def __str__(self) -> str:
        return f"{self.entry.at}: {self.entry.where}: {self.entry.pattern!r} {self.what}"

    @property
    def plain(self) -> dict[str, object]:
        """For JSON."""
        one = self.entry
        return {
            "kind": self.kind, "file": str(one.file), "line": one.line, "indicator": one.indicator,
            "language": one.language, "field": one.field, "pattern": one.pattern, "what": self.what,
        }  # fmt: skip


def findings(entries: Sequence[Entry]) -> list[Finding]:
    """Everything wrong, kind by kind, in the order of the files."""
    return [*unsafe(entries), *superfluous(entries), *dead(entries), *ambiguous(entries)]


def repeated(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Words that stand twice in one list, as entries.repeated_of finds them: harmless, until one of them is changed."""
    for entry in entries:
        yield Finding("repeated", entry, "stands twice in one list; drop one")


def unsafe(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Fewer than SHORTEST_STEM letters that take any ending or beginning, with no word right beside them."""
    for entry in entries:
        for part in _parts(entry.pattern):
            if "*" in part and len(re.sub(r"\W", "", part)) < SHORTEST_STEM:
                what = f"is unsafe: {part!r} has fewer than {SHORTEST_STEM} letters; write its endings out"
                yield Finding("unsafe", entry, what)
                break


def _parts(pattern: str) -> list[str]:
    return [part for side in pattern.split(BOTH) for part in side.split(GAP)]


# Superfluous ---------------------------------------------------------------------------------------------------------


def superfluous(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Patterns whose every match another one of the same indicator, language and field matches as well."""
    groups: defaultdict[tuple[str, str, str, bool], list[Entry]] = defaultdict(list)
    for entry in entries:
        # an exclude with && drops all terms of its sentence, one without it those that it overlaps
        groups[entry.indicator, entry.language, entry.field, BOTH in entry.pattern].append(entry)
    for (_, _, field, both), group in groups.items():
        whole = field == "exclude" and not both
        for at, other in _stronger([entry.pattern for entry in group], whole=whole).items():
            shadow = group[other]
            what = f"is superfluous: {shadow.pattern!r} ({shadow.at}) matches all that it does"
            yield Finding("superfluous", group[at], what)


def _stronger(patterns: Sequence[str], *, whole: bool) -> dict[int, int]:
    """Index of a pattern → index of one that matches wherever it does; of two that are alike the later has one.

    whole : the other must match from its first letter to its last, as an exclude must that drops what it overlaps.
    """
    table = _Openings(patterns)
    by = [table.matching(at, whole=whole) for at in range(len(patterns))]
    found: dict[int, int] = {}
    for at, others in enumerate(by):
        better = [other for other in sorted(others) if at not in by[other] or other < at]
        if better:
            found[at] = better[0]
    return found


class _Openings:
    """Patterns by their first word: which of them could begin at a word."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._sides = [sides_of(one) for one in patterns]
        self._capitals = [capital_of(one) for one in patterns]
        self._by: defaultdict[str, list[int]] = defaultdict(list)
        self._loose: list[int] = []  # that begin with *: few
        for at, sides in enumerate(self._sides):
            first = sides[0][0][0].text
            (self._loose if first.startswith("*") else self._by[first]).append(at)

    def matching(self, at: int, *, whole: bool) -> set[int]:
        """Patterns that stand in every example of pattern `at`, itself aside."""
        texts = [examples(side) for side in self._sides[at]]
        words = {word.text for side in texts for text in side for word in text}
        near = {*self._loose, *(other for word in words for other in self._by.get(word, ()))}
        near.update(
            other for word in words for end in range(1, len(word) + 1) for other in self._by.get(word[:end] + "*", ())
        )
        return {other for other in near - {at} if self._covers(other, at, texts, whole)}

    def _covers(self, other: int, at: int, texts: Sequence[Sequence[Run]], whole: bool) -> bool:
        wanted = self._capitals[other]
        if wanted and self._capitals[at] not in (wanted, "all"):
            return False  # the text may be in small letters
        for number, side in enumerate(self._sides[other]):
            # of a text, only the first word is known to have its capital
            opens = number == 0 and (bool(wanted) or whole)
            places = texts[:1] if opens else texts
            if not any(all(contains(one, side, at_start=opens, at_end=whole) for one in place) for place in places):
                return False
        return True


# Dead ----------------------------------------------------------------------------------------------------------------


def dead(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Excludes that no term of their indicator and language could ever overlap.

    One with .. or && may drop any term that stands between or beside its words, and is alive with any term.
    """
    terms: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in entries:
        if entry.field in ANCHORS:
            terms[entry.indicator, entry.language].append(entry.pattern)
    tables = {key: _Table(patterns) for key, patterns in terms.items()}
    for entry in entries:
        if entry.field != "exclude":
            continue
        table = tables.get((entry.indicator, entry.language))
        roomy = BOTH in entry.pattern or GAP in entry.pattern
        if table is None or not (roomy or table.overlaps(entry.pattern)):
            yield Finding("dead", entry, f"can never fire: it shares no words with a term of {entry.indicator}")


class _Table:
    """The words of many patterns, looked up by word and by prefix."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._runs = [run for pattern in patterns for side in sides_of(pattern) for run in side]
        self._by: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)  # word, with its * → (run, place)
        for run, words in enumerate(self._runs):
            for place, word in enumerate(words):
                self._by[word.text].append((run, place))
        self._sorted = sorted(word for word in self._by if not word.startswith("*"))
        self._loose = [word for word in self._by if word.startswith("*")]

    def overlaps(self, pattern: str) -> bool:
        """Whether a text exists in which the pattern and one of ours share a word."""
        run = sides_of(pattern)[0][0]
        return any(
            could_share(run, at, self._runs[other], place)
            for at, word in enumerate(run)
            for alike in self._alike(word)
            for other, place in self._by[alike]
        )

    def _alike(self, word: Word) -> list[str]:
        """Our words that one word of a text could be as well as this one."""
        if word.text.startswith("*"):
            return [other for other in self._by if is_same(word.text, other)]
        found = [other for other in self._loose if is_same(word.text, other)]
        found += [stem for end in range(1, len(word.stem) + 1) if (stem := word.stem[:end] + "*") in self._by]
        if word.text.endswith("*"):
            for other in self._sorted[bisect_left(self._sorted, word.stem) :]:
                if not other.startswith(word.stem):
                    break
                found.append(other)
        elif word.text in self._by:
            found.append(word.text)
        return found


# Ambiguous -----------------------------------------------------------------------------------------------------------


def ambiguous(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Patterns that are `strong` in two indicators of a language: one expression is evidence of both."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.field == "strong":
            other = first.setdefault((entry.language, fold(entry.pattern)), entry)
            if other.indicator != entry.indicator:
                what = f"is strong in {other.indicator}, too ({other.at}); keep it in one"
                yield Finding("ambiguous", entry, what)
