"""One pass over a folded text → which patterns stand where. Pure and fast; knows nothing of indicators or stances.

ahocorasick_rs finds one fixed word of every pattern, its longest, because "no bread" looked for by its "no" would stop
at every "know"; boundaries, endings, neighbours and capitals are checked at the hit. Pattern syntax:
docs/monitor-files.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from ahocorasick_rs import AhoCorasick, Implementation

from feeds.text import Folded, fold

_NEIGHBOURS = r"[ \t\"'\-]{1,3}"  # between adjacent words; no comma
# At most 5 words between "a" and "b" of "a .. b", and no end of a sentence or a semicolon.
_GAP = r"(?:(?!\.\s)[^\w\n;!?։])+"
_WITHIN = rf"{_GAP}(?:\w+(?:['.,\-]\w+)*{_GAP}){{0,5}}?"
_ASCII = str.maketrans("əöüşçğâîû", "eouscgaiu")
_MARKED = re.compile("[əöüşçğ]")
_STOP = re.compile(r"[.!?։](?=\s)|\n")
RARE = 60  # letters for one with a mark; written with their marks, these languages have one in nine
WINDOW = 250  # characters before the word looked for in which the pattern may begin
SHORTEST_PLAIN = 5  # letters; shorter words without their marks are too easily other words


@dataclass(frozen=True, slots=True)
class Found:
    """One pattern in one text. Offsets are those of the original, half-open."""

    index: int  # of the pattern in the list the scanner was built from
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Compiled:
    index: int
    other: str  # the longest of its other words, which must stand near; "" when it has none
    other_before: bool
    lead: str  # what of the pattern stands before the word looked for; "": nothing
    is_next: bool  # to the word looked for, with no gap between
    verify: str  # the pattern from the word looked for on; "": one word, checked by hand
    open_end: bool  # of the word looked for
    word_ends: bool  # its last character is a letter or digit
    open_start: bool
    capital: str  # "" any case, "first" a capital first letter, "all" capitals throughout
    first_word: int  # letters of the first word of the pattern
    both: str  # the other side of "a && b"; "": it has none


class Scanner:
    """Many patterns, compiled once, scanned in one pass.

    any_case : capitals of the patterns do not matter (boilerplate).
    plain : patterns lose the marks of Azerbaijani and Turkish letters, for texts typed without them; words shorter than
    SHORTEST_PLAIN letters are left out.
    """

    def __init__(self, patterns: Sequence[str], *, any_case: bool = False, plain: bool = False) -> None:
        self.patterns = tuple(patterns)
        table: dict[str, list[_Compiled]] = {}
        folded = _folded(patterns)
        uses = Counter(word.strip("*") for pattern in folded for word in pattern.split())
        for index, pattern in enumerate(patterns):
            for literal, compiled in _compile(index, pattern, folded[index], any_case, plain, uses):
                table.setdefault(literal, []).append(compiled)
        self._table = tuple(tuple(entries) for entries in table.values())
        self._automaton = AhoCorasick(list(table), implementation=Implementation.DFA) if table else None
        # Per literal, what can be told of a place before any entry is looked at: nearly all places fail here.
        self._begins_word = tuple(not any(entry.open_start for entry in entries) for entries in self._table)
        self._ends_word = tuple(all(_ends_word(entry) for entry in entries) for entries in self._table)

    def scan(self, folded: Folded) -> list[Found]:
        """Every place of every pattern, by start. One with && only where its other side stands in the sentence."""
        if self._automaton is None:
            return []
        text = folded.text
        ends: dict[tuple[int, int], int] = {}  # (pattern, start) → the nearest end, in the folded text
        capitals: dict[tuple[int, int], tuple[str, int]] = {}
        begins, ends_word, size = self._begins_word, self._ends_word, len(text)
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            before = start and (text[start - 1].isalnum() or text[start - 1] == "_")
            if before and begins[number]:
                continue
            if ends_word[number] and end < size and text[end].isalnum():
                continue
            for entry in self._table[number]:
                if before and not entry.open_start:
                    continue
                if entry.other and not _is_near(entry, text, start, end):
                    continue
                last = _end(entry, text, start, end)
                if last < 0:
                    continue
                for first in _starts(entry, text, start):
                    if entry.both and not _regex(entry.both).search(_sentence(text, first, last)):
                        continue
                    key = (entry.index, first)
                    if last < ends.get(key, last + 1):
                        ends[key] = last
                        if entry.capital:
                            capitals[key] = (entry.capital, entry.first_word)
        found = []
        for (index, first), last in ends.items():
            begin, stop = folded.span(first, last)
            wanted = capitals.get((index, first))
            if wanted is None or _capitals(wanted[0], folded.raw, begin, wanted[1]):
                found.append(Found(index, begin, stop))
        found.sort(key=lambda hit: (hit.start, -hit.end, hit.index))
        return found


@lru_cache(maxsize=48)  # those of one monitor in six languages are 38
def scanner_of(patterns: tuple[str, ...], *, any_case: bool = False, plain: bool = False) -> Scanner:
    """The scanner of these patterns, built once per process however many taggers are made."""
    return Scanner(patterns, any_case=any_case, plain=plain)


def plain(folded: Folded) -> Folded:
    """The text without the marks of Azerbaijani and Turkish letters; offsets stay."""
    return Folded(folded.text.translate(_ASCII), folded.raw, folded.maps)


def is_plain(folded: Folded) -> bool:
    """Hardly a letter with a mark of Azerbaijani or Turkish, but for a name: typed on a keyboard without them."""
    first = _MARKED.search(folded.text)
    return first is None or len(_MARKED.findall(folded.text)) * RARE <= len(folded.text)


def as_regex(pattern: str) -> re.Pattern[str]:
    """The pattern as one regular expression over folded text: slow, and the yardstick of the fast way."""
    return _regex(fold(pattern.split(" && ")[0]))


def _folded(patterns: Sequence[str]) -> list[str]:
    """Each of them folded, in one go: nothing that folds reaches over the end of a line."""
    return fold("\n".join(patterns)).split("\n") if patterns else []


# Regular expressions are compiled when a text first asks for them: of a hundred thousand patterns a day's texts ask
# for a few hundred.


@cache
def _regex(folded: str, *, bounded: bool = True) -> re.Pattern[str]:
    return re.compile("".join(_regex_parts(folded, bounded=bounded)))


@cache
def _lead(folded: str, *, is_next: bool) -> re.Pattern[str]:
    """What stands before the word looked for, up to it."""
    return re.compile("".join([*_regex_parts(folded), _NEIGHBOURS if is_next else _WITHIN, r"\Z"]))


def _compile(
    index: int, pattern: str, folded: str, any_case: bool, unmarked: bool, uses: Mapping[str, int]
) -> Iterable[tuple[str, _Compiled]]:
    raw = pattern.partition(" && ")[0]
    folded, _, other = folded.partition(" && ")
    if unmarked:
        folded = folded.translate(_ASCII)
        if any(len(word.strip("*")) < SHORTEST_PLAIN for word in folded.split(" .. ")):
            return
    sides = [side.split() for side in folded.split(" .. ")]
    at, word = _looked_for(sides, uses)
    single = sum(map(len, sides)) == 1
    before, after = _cut(sides, at)
    other_at, other_word = _other(sides, at)
    yield (
        word.strip("*"),
        _Compiled(
            index=index,
            other=other_word,
            other_before=other_at < at,
            lead=before,
            is_next=at[1] > 0,
            verify="" if single else after,
            open_end=word.endswith("*"),
            word_ends=word.strip("*")[-1].isalnum(),
            open_start=word.startswith("*") or not word[0].isalnum(),
            capital="" if any_case or raw.islower() else _wanted_capitals(raw.strip("*\"«»“”'")),
            first_word=len(sides[0][0].strip("*")),
            both=other,
        ),
    )


def _looked_for(sides: Sequence[Sequence[str]], uses: Mapping[str, int]) -> tuple[tuple[int, int], str]:
    """(side, word) of the word to look for, and the word: long, and in few other patterns."""
    words = [((i, j), word) for i, side in enumerate(sides) for j, word in enumerate(side)]
    if words[0][1].startswith("*"):
        return words[0]  # its hits begin with its fixed part
    words = [pair for pair in words if not pair[1].startswith("*")]
    return min(words, key=lambda pair: _commonness(pair[1].strip("*"), uses))


def _commonness(word: str, uses: Mapping[str, int]) -> float:
    """How often looking for a word would be in vain: short words stand everywhere, shared ones ask many patterns."""
    return float(uses.get(word, 1) / len(word) ** 4)


def _other(sides: Sequence[Sequence[str]], at: tuple[int, int]) -> tuple[tuple[int, int], str]:
    """(side, word) of the longest word besides the one looked for, and its fixed part; "" where there is none."""
    words = [((i, j), word.strip("*")) for i, side in enumerate(sides) for j, word in enumerate(side) if (i, j) != at]
    return max(words, key=lambda pair: len(pair[1]), default=(at, ""))


def _cut(sides: Sequence[Sequence[str]], at: tuple[int, int]) -> tuple[str, str]:
    """The pattern before the word looked for, and from it on."""
    i, j = at
    before = [" ".join(side) for side in sides[:i]] + ([" ".join(sides[i][:j])] if j else [])
    after = [" ".join(sides[i][j:]), *(" ".join(side) for side in sides[i + 1 :])]
    return " .. ".join(before), " .. ".join(after)


def _is_near(entry: _Compiled, text: str, start: int, end: int) -> bool:
    """Whether the other word stands where it could: far cheaper than the regular expression that decides."""
    if entry.other_before:
        return text.find(entry.other, max(0, start - WINDOW), start) >= 0
    return text.find(entry.other, end, end + WINDOW) >= 0


def _ends_word(entry: _Compiled) -> bool:
    """Whether the word looked for ends where its literal does, in a letter or digit."""
    return entry.word_ends and not entry.open_end


def _starts(entry: _Compiled, text: str, start: int) -> Iterable[int]:
    """Every place where the pattern begins whose word looked for stands at `start`."""
    if not entry.lead:
        yield start
        return
    lead = _lead(entry.lead, is_next=entry.is_next)
    position = max(0, start - WINDOW)
    while match := lead.search(text, position, start):
        yield match.start()
        position = match.start() + 1


def _wanted_capitals(pattern: str) -> str:
    word = re.split(r"[\s*'’\-]", pattern, maxsplit=1)[0]
    if len(word) > 1 and word.isupper():
        return "all"
    return "first" if word[:1].isupper() else ""


def _capitals(wanted: str, raw: str, start: int, length: int) -> bool:
    while start < len(raw) and not raw[start].isalnum():
        start, length = start + 1, length - 1
    if wanted == "first":
        return raw[start : start + 1].isupper()
    letters = re.match(r"\w+", raw[start : start + length])
    return letters is not None and letters.group().isupper()


def _end(entry: _Compiled, text: str, start: int, end: int) -> int:
    """Where the match that begins with the literal [start, end) stops, or -1."""
    if entry.verify:
        match = _regex(entry.verify, bounded=False).match(text, start)
        return match.end() if match else -1
    size = len(text)
    if entry.open_end:
        while end < size and text[end].isalnum():
            end += 1
        return end
    if end < size and text[end].isalnum() and text[end - 1].isalnum():
        return -1
    return end


def _regex_parts(folded: str, *, bounded: bool = True) -> Iterable[str]:
    if bounded and folded[0] != "*" and (folded[0].isalnum()):
        yield r"(?<!\w)"
    for number, side in enumerate(folded.split(" .. ")):
        if number:
            yield _WITHIN
        yield _NEIGHBOURS.join(_word(word) for word in side.split())


def _word(word: str) -> str:
    body = re.escape(word.strip("*"))
    begin = r"\w*" if word.startswith("*") else ""
    end = r"\w*" if word.endswith("*") else (r"(?!\w)" if word[-1].isalnum() else "")
    return begin + body + end


def _sentence(text: str, start: int, end: int) -> str:
    """Roughly the sentence around a hit; metrics/sentences.py is exact, but needs capitals."""
    first = max(0, start - 600)
    begin = max((match.end() for match in _STOP.finditer(text, first, start)), default=first)
    stop = _STOP.search(text, end)
    return text[begin : stop.start() if stop else len(text)]
