"""Where a text names a private person: a detainee, a patient, a displaced person, whoever is no public official. Pure.

A rule set, no model: first names in all spellings, endings of surnames, initials, ages and the words that stand before
a person's name ("resident", "житель", "sakini"). Public officials of actors.yaml stay, and whoever is named right
behind an office. In doubt a name is taken for a private one: what is masked too much can be looked up by its article
id, what is not masked cannot be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from feeds.text import fold
from metrics.person_words import STEM_LEAST, Known, PersonWords, sound

LONGEST_NAME = 4  # words
BEFORE_NAME = 6  # words in which an office stands
AGE_NEAR = 4  # characters between a name and an age
REMEMBERED = 50_000
PARTICLE = 3  # letters

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[՛՜՞](?=[^\W\d_])|['’ʼ\-‑](?=[^\W\d_]))*")
_INITIAL_DOT = re.compile(r"\.\s?")
_BETWEEN = re.compile(r"[ \u00a0]|-|\.\s?")
_SENTENCE_END = re.compile(r"[.!?։:…\n]\W*\Z")


@dataclass(frozen=True, slots=True)
class Name:
    """start, end : of the text, half-open. person : sounds of its words, by which one person is known again."""

    start: int
    end: int
    person: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    folded: str
    capital: bool
    initial: bool  # "A."
    opens: bool  # first of its sentence
    given: bool
    surname: bool
    beside: bool
    no_name: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """Surnames that the text has named so far, whole or by themselves."""

    private: set[str]
    officials: set[str]


class Persons:
    """Compiled once. officials stay."""

    def __init__(self, words: PersonWords) -> None:
        self._languages = words.languages
        self._officials = words.officials
        self._finders: dict[str, _Finder] = {}

    def find(self, text: str, language: str) -> list[Name]:
        """Names of private persons, in order, apart from each other. language : detected; an unknown one is English."""
        finder = self._finders.get(language)
        if finder is None:
            known = self._languages.get(language) or self._languages["en"]
            finder = self._finders[language] = _Finder(known, self._officials)
        return finder.find(text)


class _Finder:
    def __init__(self, known: Known, officials: frozenset[tuple[str, ...]]) -> None:
        self._known = known
        self._officials = officials
        self._alone = frozenset(one[0] for one in officials if len(one) == 1)  # sounds
        self._traits: Callable[[str], tuple[bool, bool, bool, bool]] = lru_cache(REMEMBERED)(self._traits_of)

    def find(self, text: str) -> list[Name]:
        words = list(self._words(text))
        ages = self._ages(text)
        found: list[Name] = []
        said = _Said(set(), set())
        for run in _runs(words, self._known.middle, text):
            for first, last in self._names(run, words, ages):
                stems = [self._stem(word.folded) for word in words[first:last] if not word.initial]
                if self._is_thing(words, first, last):
                    continue
                if self._stays(words, first, last, said):
                    said.officials.add(stems[-1])
                    continue
                said.private.add(stems[-1])
                found.append(Name(words[first].start, words[last - 1].end, tuple(map(sound, stems))))
        return found

    def _ages(self, text: str) -> list[tuple[int, int]]:
        """Where ages stand. None where folding moves places: names with an age are nearly always found without it."""
        folded = fold(text)
        if len(folded) != len(text):
            return []
        return [(found.start(), found.end()) for found in self._known.ages.finditer(folded)]

    def _words(self, text: str) -> Iterator[_Word]:
        for match in _WORD.finditer(text):
            word, start, end = match[0], match.start(), match.end()
            if len(word) > 3 and word[1] in "'’" and word[0] in "LDld":  # l'archevêque
                word, start = word[2:], start + 2
            initial = len(word) == 1 and word.isupper() and text[end : end + 1] == "."
            given, surname, beside, no_name = (False,) * 4 if initial else self._traits(word)
            opens = not text[:start].strip() or bool(_SENTENCE_END.search(text[max(0, start - 4) : start]))
            surname = surname or (beside and not opens and self._is_within(word))
            end += initial
            yield _Word(
                start, end, word, fold(word), word[0].isupper(), initial, opens, given, surname, beside, no_name
            )

    def _traits_of(self, word: str) -> tuple[bool, bool, bool, bool]:
        """given, surname, beside, no name."""
        if not word[0].isupper():
            return False, False, False, False
        known = self._known
        stems = self._stems(fold(word))
        no_name = any(stem in known.not_names for stem in stems) or (word.isupper() and len(word) > 1)
        given = any(sound(stem) in known.given for stem in stems)
        looks_only = any(known.no_surname.search(stem) for stem in stems)
        surname = not looks_only and any(known.surname.search(stem) for stem in stems)
        return (
            given,
            surname,
            any(known.beside.search(stem) for stem in stems),
            no_name and not (word.isupper() and surname),
        )

    def _is_within(self, word: str) -> bool:
        return any(self._known.within.search(stem) for stem in self._stems(fold(word)))

    def _stems(self, folded: str) -> list[str]:
        """The word, and what is left of it without a case ending, also with the vowel that the ending took."""
        shorter = [
            folded[: -len(ending)]
            for ending in self._known.endings
            if folded.endswith(ending) and len(folded) - len(ending) >= STEM_LEAST
        ]
        halves = folded.split("-") if "-" in folded else []
        if "ï" in folded or "é" in folded:  # Abrahamïan, Gayané
            shorter = [*shorter, folded.replace("ï", "i").replace("é", "e")]
        return [folded, *shorter, *(stem + vowel for stem in shorter for vowel in "ая" if stem[-1:].isalpha()), *halves]

    def _stem(self, folded: str) -> str:
        """Without its case ending: as a first name, else as a surname, else as short as it can be."""
        stems = self._stems(folded)
        whole = next((one for one in stems if sound(one) in self._known.given), None)
        whole = whole or next((one for one in stems if self._known.surname.search(one)), None)
        return whole or min(stems, key=len)

    def _names(
        self, run: tuple[int, int], words: Sequence[_Word], ages: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """Places of words of names inside a run of capitalised words."""
        at, stop = run
        while at < stop:
            last = self._end_of_name(words, at, stop)
            if not last and self._is_introduced(words, at, stop, ages):
                last = _without(words, at, stop)
            if last:
                yield at, last
                at = last
            else:
                at += 1

    def _end_of_name(self, words: Sequence[_Word], at: int, stop: int) -> int:
        """Place behind a name that begins at `at`; 0: none does."""
        first = words[at]
        if first.no_name and not (first.given and at + 1 < stop and words[at + 1].beside):
            return 0
        longest = min(stop, at + LONGEST_NAME)
        following = at + 1
        while following < longest and (not words[following].no_name or words[following].beside):
            following += 1
        some = words[at:following]
        if first.initial:
            return following if len(some) > 1 and not all(word.initial for word in some) else 0
        if first.given:
            return following
        beside = [n for n, word in enumerate(some) if n and word.beside]
        if beside and not self._has_ending(first.folded):  # "in Chisinau Aliyev", in languages with endings
            return at + beside[-1] + 1 if len(some) < LONGEST_NAME else at + beside[0] + 1
        near_given = len(some) > 1 and (some[1].given or some[1].initial)
        if first.surname or (first.beside and near_given):
            end = at + 1 + near_given
            while end < at + len(some) and words[end].initial:
                end += 1
            return end
        return 0

    def _has_ending(self, folded: str) -> bool:
        return any(len(ending) > 1 and folded.endswith(ending) for ending in self._known.endings)

    def _is_introduced(self, words: Sequence[_Word], at: int, stop: int, ages: Sequence[tuple[int, int]]) -> bool:
        """Behind a role ("resident X Y"), or with an age; one word alone only with an age."""
        if words[at].no_name or words[at].initial:
            return False
        end = _without(words, at, stop)
        has_age = any(
            0 <= start - words[end - 1].end <= AGE_NEAR or 0 <= words[at].start - stopped <= AGE_NEAR
            for start, stopped in ages
        )
        has_title = at > 0 and words[at - 1].folded in self._known.titles
        has_role = at > 0 and end - at > 1 and words[at - 1].folded in self._known.roles
        return has_age or has_role or has_title

    def _is_thing(self, words: Sequence[_Word], first: int, last: int) -> bool:
        """A street, a church or a school that bears the name."""
        beside = (*words[max(0, first - 1) : first], *words[last : last + 1])
        return any(word.folded in self._known.named_after for word in (*beside, words[last - 1], words[first]))

    def _stays(self, words: Sequence[_Word], first: int, last: int, said: _Said) -> bool:
        """A public official: listed, or named right behind an office."""
        name = [word.folded for word in words[first:last] if not word.initial]
        stems = [self._stems(one) for one in name]
        if len(name) > 1:
            if any(tuple(map(sound, one)) in self._officials for one in product(*stems)):
                return True
        elif (surname := self._stem(name[-1])) not in said.private and (
            surname in said.officials or any(sound(stem) in self._alone for stem in stems[-1])
        ):
            return True
        return self._has_office(words, first)

    def _has_office(self, words: Sequence[_Word], first: int) -> bool:
        """ "Minister X", "Minister of Health of the Republic X": nothing else between the two."""
        for word in reversed(words[max(0, first - BEFORE_NAME) : first]):
            if word.folded in self._known.offices:
                return True
            if not (word.no_name or word.folded in self._known.office_of):
                return False
        return False


def _without(words: Sequence[_Word], at: int, stop: int) -> int:
    """Place behind the words from `at` that may be a name."""
    end = at
    while end < min(stop, at + LONGEST_NAME) and not words[end].no_name:
        end += 1
    return end


def _runs(words: Sequence[_Word], middle: frozenset[str], text: str) -> Iterator[tuple[int, int]]:
    """Capitalised words with nothing but a blank between them; small words of names inside."""
    at = 0
    while at < len(words):
        if not words[at].capital:
            at += 1
            continue
        end = at + 1
        while end < len(words) and _follows(words, end, middle, text):
            end += 1
        if not words[end - 1].capital and len(words[end - 1].folded) <= PARTICLE:
            end -= 1  # "de" leads on to a name, "oğlu" may end one
        yield at, end
        at = end


def _follows(words: Sequence[_Word], n: int, middle: frozenset[str], text: str) -> bool:
    between = text[words[n - 1].end : words[n].start]
    if words[n - 1].initial:
        return words[n].capital and between.strip() == ""
    return (words[n].capital or words[n].folded in middle) and between in (" ", "\u00a0")
