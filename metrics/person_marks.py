"""Words of a text with what each says about a person's name: a first name, the ending of a surname, a thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from feeds.text import fold
from metrics.person_words import STEM_LEAST, Known, sound

REMEMBERED = 50_000
LONGEST_WORD = 60  # letters of a word that are read: looking for endings takes time that grows with their square
LONG_WORD = 4  # letters: shorter words are small in title case too
TITLE_CASE = 0.7  # of the long words of a sentence that look like no names

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[՛՜՞](?=[^\W\d_])|['’ʼ\-‑](?=[^\W\d_]))*")
_SENTENCE_END = re.compile(r"[.!?։:…\n]\W*\Z")


@dataclass(frozen=True, slots=True)
class Word:
    """start, end : of the text, half-open. rare : a first name that may be an ordinary word as well (Turkish Barış)."""

    start: int
    end: int
    text: str
    folded: str
    capital: bool
    initial: bool  # "A."
    opens: bool  # first of its sentence
    given: bool
    rare: bool
    surname: bool
    beside: bool
    no_name: bool


@dataclass(frozen=True, slots=True)
class _Marks:
    given: bool = False
    rare: bool = False
    surname: bool = False
    beside: bool = False
    no_name: bool = False


class Reader:
    """Of one language."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._marks: Callable[[str], _Marks] = lru_cache(REMEMBERED)(self._marks_of)

    def words(self, text: str) -> Iterator[Word]:
        begin = len(text) - len(text.lstrip())
        for match in _WORD.finditer(text):
            word, start, end = match[0], match.start(), match.end()
            if len(word) > 3 and word[1] in "'’" and word[0] in "LDld":  # l'archevêque
                word, start = word[2:], start + 2
            word = word[:LONGEST_WORD]
            initial = len(word) == 1 and word.isupper() and text[end : end + 1] == "."
            marks = _Marks() if initial else self._marks(word)
            opens = start <= begin or bool(_SENTENCE_END.search(text[max(0, start - 4) : start]))
            yield Word(
                start, end + initial, word, fold(word), word[0].isupper(), initial, opens,
                marks.given, marks.rare, marks.surname or (marks.beside and not opens and self._is_within(word)),
                marks.beside, marks.no_name,
            )  # fmt: skip

    def stems(self, folded: str) -> list[str]:
        """The word, and what is left of it without a case ending, also with the letter that the ending took."""
        shorter = [
            folded[: -len(ending)]
            for ending in self._known.endings
            if folded.endswith(ending) and len(folded) - len(ending) >= STEM_LEAST
        ]
        halves = folded.split("-") if "-" in folded else []
        before = folded.partition("'")[0]
        if STEM_LEAST <= len(before) < len(folded):  # "Bakü'ye", whatever the ending is
            shorter = [*shorter, before]
        if "ï" in folded or "é" in folded:  # Abrahamïan, Gayané
            shorter = [*shorter, folded.replace("ï", "i").replace("é", "e")]
        return [
            folded,
            *shorter,
            *(stem + letter for stem in shorter for letter in "аяйь" if stem[-1:].isalpha()),
            *halves,
        ]

    def stem(self, folded: str) -> str:
        """Without its case ending: as a first name, else as a surname, else as short as it can be."""
        stems = self.stems(folded)
        whole = next((one for one in stems if sound(one) in self._known.given), None)
        whole = whole or next((one for one in stems if self._known.surname.search(one)), None)
        return whole or min(stems, key=len)

    def has_ending(self, folded: str) -> bool:
        return any(len(ending) > 1 and folded.endswith(ending) for ending in self._known.endings)

    def _is_within(self, word: str) -> bool:
        return any(self._known.within.search(stem) for stem in self.stems(fold(word)))

    def _marks_of(self, word: str) -> _Marks:
        if not word[0].isupper():
            return _Marks()
        known = self._known
        stems = self.stems(fold(word))
        sounds = {sound(stem) for stem in stems}
        looks_only = any(known.no_surname.search(stem) for stem in stems)
        surname = not looks_only and any(known.surname.search(stem) for stem in stems)
        no_name = any(stem in known.not_names for stem in stems) or (word.isupper() and len(word) > 1)
        return _Marks(
            given=not sounds.isdisjoint(known.given),
            rare=not sounds.isdisjoint(known.rare),
            surname=surname,
            beside=any(known.beside.search(stem) for stem in stems),
            no_name=no_name and not (word.isupper() and surname),
        )


def title_case(words: Sequence[Word]) -> set[int]:
    """Places of words in sentences that write most words with capitals: there a capital tells nothing."""
    found: set[int] = set()
    begins = [n for n, word in enumerate(words) if word.opens or not n]
    for start, stop in pairwise([*begins, len(words)]):
        plain = (word for word in words[start:stop] if not (word.given or word.surname or word.beside))
        long = [word.capital for word in plain if len(word.text) >= LONG_WORD]
        if len(long) > 1 and sum(long) > TITLE_CASE * len(long):
            found.update(range(start, stop))
    return found
