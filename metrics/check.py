"""What is wrong with the words of a lexicon: unsafe stems, superfluous, dead and ambiguous patterns. Pure.

Linear in the patterns, which are many thousands: what another pattern matches is asked of the tagger's own scanner, in
one pass over an example text of each; what can stand beside what is looked up in tables of words and prefixes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from feeds.text import fold, fold_map
from metrics.entries import Entry
from metrics.scan import Scanner

SHORTEST_STEM = 4  # letters before *
ANCHORS = ("terms", "strong", "eased", "denied", "feared", "past", "ongoing", "demand")  # what an exclude drops
BOTH, GAP = " && ", " .. "
# Digits stand for any other letters and words: no pattern is made of these, and folding leaves them alone.
_MORE = "9073"
_BETWEEN = " ".join(["9073"] * 5)  # the longest gap
_SUBWORDS = re.compile(r"\*?\w+\*?|\*")


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry, and what is wrong with it in words."""

    kind: str  # unsafe, superfluous, dead, ambiguous
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


def unsafe(entries: Iterable[Entry]) -> Iterator[Finding]:
    """A word of fewer than SHORTEST_STEM letters that takes any ending or beginning, with no word beside it."""
    for entry in entries:
        for part in _parts(entry.pattern):
            if "*" in part and " " not in part and len(re.sub(r"\W", "", part)) < SHORTEST_STEM:
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
        shadows = _shadows([entry.pattern for entry in group], whole=whole)
        for at, entry in enumerate(group):
            if at in shadows:
                other = group[shadows[at]]
                what = f"is superfluous: {other.pattern!r} ({other.at}) matches all that it does"
                yield Finding("superfluous", entry, what)


def _shadows(patterns: Sequence[str], *, whole: bool) -> dict[int, int]:
    """Index of a pattern → index of one that matches wherever it does. whole : all that it does, letter for letter.

    Of two that are alike the later one is superfluous.
    """
    scanner = Scanner(patterns)
    found: dict[int, int] = {}
    by: list[set[int]] = [_matching(scanner, pattern, whole=whole) - {at} for at, pattern in enumerate(patterns)]
    for at, others in enumerate(by):
        stronger = [other for other in sorted(others) if at not in by[other] or other < at]
        if stronger:
            found[at] = stronger[0]
    return found


def _matching(scanner: Scanner, pattern: str, *, whole: bool) -> set[int]:
    """Patterns found in every example of this one."""
    common: set[int] | None = None
    for example in _examples(pattern):
        hits = scanner.scan(fold_map(example))
        here = {hit.index for hit in hits if not whole or (hit.start == 0 and hit.end == len(example))}
        common = here if common is None else common & here
    return common or set()


def _examples(pattern: str) -> list[str]:
    """Texts that between them stand for all that a pattern matches: every * empty and full, every gap and order.

    >>> _examples("bread* .. queue")
    ['bread queue', 'bread9073 9073 9073 9073 9073 9073 queue']
    """
    sides = pattern.split(BOTH)
    short = [GAP.join(map(_lowered, _words(side, ""))).replace(GAP, " ") for side in sides]
    long = [f" {_BETWEEN} ".join(map(_lowered, _words(side, _MORE))) for side in sides]
    if len(sides) == 1:
        return [*short, *long]
    return [" ".join(order) for one in (short, long) for order in (one, one[::-1])]


def _words(side: str, more: str) -> list[str]:
    return [part.replace("*", more) for part in side.split(GAP)]


def _lowered(part: str) -> str:
    """Capitals matter in the first word of a pattern only; the others match in any case."""
    first, blank, rest = part.partition(" ")
    return first + blank + rest.lower()


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
        self._runs = [tuple(_subwords(part)) for pattern in patterns for part in _parts(pattern)]
        self._whole: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)  # word without * → (run, position)
        self._stems: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)  # stem of word*
        self._ends: list[tuple[str, tuple[int, int]]] = []  # *word: few
        for run, words in enumerate(self._runs):
            for at, word in enumerate(words):
                if word.startswith("*"):
                    self._ends.append((word, (run, at)))
                else:
                    (self._stems if word.endswith("*") else self._whole)[word.rstrip("*")].add((run, at))
        self._sorted = sorted({*self._whole, *self._stems})

    def overlaps(self, pattern: str) -> bool:
        """Whether a text exists in which the pattern and one of ours share a word."""
        words = tuple(_subwords(pattern))
        return any(
            _fit(words, at, self._runs[run], place)
            for at, word in enumerate(words)
            for run, place in self._alike(word)
        )

    def _alike(self, word: str) -> set[tuple[int, int]]:
        """Where words stand that one word of a text could be as well as this one."""
        found = {at for other, at in self._ends if _same(word, other)}
        if word.startswith("*"):
            every = (places for table in (self._whole, self._stems) for places in table.items())
            return found.union(*(at for other, at in every if _same(word, other)), *(self._stems.values()))
        stem = word.rstrip("*")
        for end in range(1, len(stem) + 1):
            found |= self._stems.get(stem[:end], set())
        found |= self._whole.get(stem, set())
        if word.endswith("*"):
            for other in self._sorted[bisect_left(self._sorted, stem) :]:
                if not other.startswith(stem):
                    break
                found |= self._whole.get(other, set()) | self._stems.get(other, set())
        return found


def _subwords(part: str) -> list[str]:
    """Words as the scanner sees them: a hyphen or apostrophe parts two."""
    return _SUBWORDS.findall(fold(part))


def _same(one: str, other: str) -> bool:
    """Whether one word of a text could match both.

    >>> _same("bread*", "breadline"), _same("bread", "breads"), _same("*line", "bread*")
    (True, False, True)
    """
    a, b = one.strip("*"), other.strip("*")
    starts = [word for word, raw in ((a, one), (b, other)) if not raw.startswith("*")]
    ends = [word for word, raw in ((a, one), (b, other)) if not raw.endswith("*")]
    fits = len(starts) < 2 or starts[0].startswith(starts[1]) or starts[1].startswith(starts[0])
    fits = fits and (len(ends) < 2 or ends[0].endswith(ends[1]) or ends[1].endswith(ends[0]))
    long_enough = all(
        "*" in raw or len(raw) >= len(stem) for raw, stem in ((one, b), (other, a))
    )  # a whole word holds the other's stem
    return fits and long_enough and (("*" in one + other) or a == b)


def _fit(words: Sequence[str], at: int, others: Sequence[str], place: int) -> bool:
    """Whether all words side by side agree when words[at] and others[place] are one word."""
    first = max(-at, -place)
    last = min(len(words) - at, len(others) - place)
    return all(_same(words[at + step], others[place + step]) for step in range(first, last))


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
