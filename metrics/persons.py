"""Where a text names a private person: a detainee, a patient, a displaced person, whoever is no public official. Pure.

A rule set, no model: first names in all spellings, endings of surnames, initials, ages, the words that stand beside a
person's name ("resident", "житель", "bacısı"), and capitalised words side by side that are known for nothing else.
Public officials of actors.yaml stay, and whoever is named right behind an office. In doubt a name is taken for a
private one: what is masked too much can be looked up by its article id, what is not masked cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from feeds.text import fold
from metrics.person_marks import Reader, Word, title_case
from metrics.person_words import STEM_LEAST, Known, PersonWords, sound

LONGEST_NAME = 4  # words, small words between them not counted
BEFORE_NAME = 6  # words in which an office stands
AGE_NEAR = 4  # characters between a name and an age
PARTICLE = 3  # letters
TELLING_STEM = 5  # letters
TELLING = 4  # sounds by which one word of a name is known again


@dataclass(frozen=True, slots=True)
class Name:
    """start, end : of the text, half-open. person : sounds of its words, by which one person is known again."""

    start: int
    end: int
    person: tuple[str, ...]


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
        self._reader = Reader(known)
        self._officials = officials
        self._alone = frozenset(one[0] for one in officials if len(one) == 1)  # sounds

    def find(self, text: str) -> list[Name]:
        words = list(self._reader.words(text))
        ages, headlines = self._ages(text), title_case(words)
        private: list[tuple[int, int]] = []
        public: set[str] = set()
        for run in _runs(words, self._known.middle, text):
            for first, last in self._names(run, words, ages, headlines):
                if self._is_thing(words, first, last):
                    continue
                if not self._stays(words, first, last, ages, private, public):
                    private.append((first, last))
                elif last - first > 1 or self._has_office(words, first):
                    public.add(self._stem(words[last - 1]))
        private += self._named_again(words, private, public)
        return [self._name(words, first, last) for first, last in sorted(private)]

    def _name(self, words: Sequence[Word], first: int, last: int) -> Name:
        stems = [self._stem(word) for word in words[first:last] if not word.initial]
        return Name(words[first].start, words[last - 1].end, tuple(map(sound, stems)))

    def _stem(self, word: Word) -> str:
        return self._reader.stem(word.folded)

    def _ages(self, text: str) -> list[tuple[int, int]]:
        """Where ages stand. None where folding moves places: names with an age are nearly always found without it."""
        folded = fold(text)
        if len(folded) != len(text):
            return []
        return [(found.start(), found.end()) for found in self._known.ages.finditer(folded)]

    def _names(
        self, run: tuple[int, int], words: Sequence[Word], ages: Sequence[tuple[int, int]], headlines: set[int]
    ) -> Iterator[tuple[int, int]]:
        """Places of words of names inside a run of capitalised words. headlines : words of sentences in title case."""
        at, stop = run
        while at < stop:
            last = self._end_of_name(words, at, stop)
            if not last and self._is_introduced(words, at, stop, ages):
                last = _without(words, at, stop)
            if not last and at not in headlines:
                last = self._end_of_strangers(words, at, stop) or (at + 1 if self._is_relative(words, at) else 0)
            if last:
                last = self._onward(words, last, stop)
                yield at, last
                at = last
            else:
                at += 1

    def _end_of_name(self, words: Sequence[Word], at: int, stop: int) -> int:
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
        if first.given or (first.rare and self._is_no_word_here(words, at, stop)):
            return following
        surnames = [n for n, word in enumerate(some) if n and (word.surname or word.beside)]
        if surnames and surnames[0] + 1 < len(some) and (some[surnames[0] + 1].given or first.opens):
            return 0  # "On the list PETROSYAN Norik"
        beside = [n for n, word in enumerate(some) if n and word.beside and not word.no_name]
        if beside and not self._reader.has_ending(first.folded):  # "in Chisinau Aliyev", in languages with endings
            return at + beside[-1] + 1 if len(some) < LONGEST_NAME else at + beside[0] + 1
        near_given = len(some) > 1 and (some[1].given or some[1].rare or some[1].initial)
        if first.surname and near_given and not some[1].initial:  # "Məmmədov Ramiz Həsən"
            return following
        if first.surname or (first.beside and near_given):
            end = at + 1 + (near_given or (len(some) > 1 and self._is_stranger(some[1])))
            while end < at + len(some) and words[end].initial:
                end += 1
            return end
        return 0

    def _is_no_word_here(self, words: Sequence[Word], at: int, stop: int) -> bool:
        """A rare first name: not where any word has a capital, nor before a word of a body ("Savaş Bakanlığı")."""
        return not words[at].opens and not (at + 1 < stop and words[at + 1].no_name)

    def _is_introduced(self, words: Sequence[Word], at: int, stop: int, ages: Sequence[tuple[int, int]]) -> bool:
        """Behind a role ("resident X Y"), or with an age; one word alone only with an age."""
        if words[at].no_name or words[at].initial:
            return False
        end = _without(words, at, stop)
        has_title = at > 0 and words[at - 1].folded in self._known.titles
        has_role = at > 0 and end - at > 1 and words[at - 1].folded in self._known.roles
        return has_role or has_title or self._has_age(words, at, end, ages)

    def _has_age(self, words: Sequence[Word], first: int, last: int, ages: Sequence[tuple[int, int]]) -> bool:
        before, behind = words[first].start, words[last - 1].end
        return any(0 <= start - behind <= AGE_NEAR or 0 <= before - stopped <= AGE_NEAR for start, stopped in ages)

    def _is_stranger(self, word: Word) -> bool:
        """A capital that neither the beginning of a sentence nor a place or body explains."""
        return word.capital and not (word.opens or word.no_name or word.initial) and len(word.text) >= STEM_LEAST

    def _is_relative(self, words: Sequence[Word], at: int) -> bool:
        """One word beside a relative or a form of address: "niece X", "la mère de X", "X's mother", "X müəllim"."""
        if self._known.behind.intersection(words[at].folded.split("-")[1:]):
            return True
        if words[at].initial or len(words[at].text) < STEM_LEAST or (words[at].no_name and not words[at].given):
            return False
        after = words[at + 1] if at + 1 < len(words) else None
        if after and not self._known.behind.isdisjoint(self._reader.stems(after.folded)):
            return True
        before = at - 1
        if before > 0 and words[before].folded in self._known.office_of:
            before -= 1
        return before >= 0 and self._is_stranger(words[at]) and words[before].folded in self._known.kin

    def _end_of_strangers(self, words: Sequence[Word], at: int, stop: int) -> int:
        """Place behind two or more capitalised words, none of which is known to be a place, a body or anything else."""
        end = _without(words, at, stop)
        some = words[at:end]
        if len(some) < 2 or not all(self._is_stranger(word) for word in some[1:]) or len(some[0].text) < STEM_LEAST:
            return 0
        return 0 if some[0].opens and some[1].given else end

    def _onward(self, words: Sequence[Word], last: int, stop: int) -> int:
        """Behind the rest of a name with a small word in it: "X Qəmbər oğlu Y"."""
        middle = self._known.middle
        while last < stop and (words[last].folded in middle or words[last - 1].folded in middle):
            last += 1
        return last

    def _is_thing(self, words: Sequence[Word], first: int, last: int) -> bool:
        """A street, a church or a school that bears the name."""
        beside = (*words[max(0, first - 1) : first + 1], *words[last - 1 : last + 1])
        return any(self._bears_names(word) for word in beside)

    def _bears_names(self, word: Word) -> bool:
        """A street, a ship. Short words only as they are listed: without its ending "adını" is "ad"."""
        stems = (stem for stem in self._reader.stems(word.folded) if stem == word.folded or len(stem) >= TELLING_STEM)
        return not self._known.named_after.isdisjoint(stems)

    def _stays(
        self,
        words: Sequence[Word],
        first: int,
        last: int,
        ages: Sequence[tuple[int, int]],
        private: Sequence[tuple[int, int]],
        public: set[str],
    ) -> bool:
        """A public official: listed, or named right behind an office, and with no age, which newsrooms give of others.

        public : surnames of those that stayed before.
        """
        name = [word for word in words[first:last] if not word.initial]
        sounds = [[sound(stem) for stem in self._stems_within(name, n)] for n in range(len(name))]
        if self._has_age(words, first, last, ages):
            return False
        if len(name) > 1:
            if any(one in self._officials for one in (*product(*sounds), *product(*sounds[:2]))):
                return True
            if all(self._is_listed(self._sounds(word), "") for word in name):  # "Paşinyanla Bayramov"
                return True
        elif first and words[first - 1].folded in self._known.kin:
            return False
        elif (surname := self._stem(words[last - 1])) not in {self._stem(words[end - 1]) for _, end in private}:
            initial = sound(words[first].text[0]) if words[first].initial else ""
            if surname in public or self._is_listed(sounds[-1], initial):
                return True
        return self._has_office(words, first)

    def _sounds(self, word: Word) -> list[str]:
        return list(map(sound, self._reader.stems(word.folded)))

    def _stems_within(self, name: Sequence[Word], n: int) -> Sequence[str]:
        """Of the nth word. But in Russian only the last word of a name has a case ending: Fəridə is not Fərid."""
        last = n == len(name) - 1
        return self._reader.stems(name[n].folded) if last or self._known.all_inflected else [name[n].folded]

    def _is_listed(self, surname: Sequence[str], initial: str) -> bool:
        """One word: an official known by it. With an initial: one whose first name begins so."""
        if not initial:
            return any(one in self._alone for one in surname)
        return any(len(one) > 1 and one[-1] in surname and one[0][0] == initial for one in self._officials)

    def _has_office(self, words: Sequence[Word], first: int) -> bool:
        """ "Minister X", "Minister of Health of the Republic X": nothing else between the two."""
        for n in reversed(range(max(0, first - BEFORE_NAME), first)):
            word = words[n]
            if word.folded in self._known.offices:
                return words[max(0, n - 1)].folded not in self._known.kin  # "ailə başçısı"
            if not (word.no_name or word.folded in self._known.office_of):
                return False
        return False

    def _named_again(
        self, words: Sequence[Word], private: Sequence[tuple[int, int]], public: set[str]
    ) -> Iterator[tuple[int, int]]:
        """Single words by which somebody is meant who has a name elsewhere in the text, and who stands beside one."""
        taken = {n for first, last in private for n in range(first, last)}
        stems = {stem for n in taken if not words[n].initial for stem in self._reader.stems(words[n].folded)}
        known = {one for one in map(sound, stems) if len(one) >= TELLING} - set(map(sound, public))
        begins, ends = {first for first, _ in private}, {last for _, last in private}
        for n, word in enumerate(words):
            if n in taken or not word.capital or word.no_name or word.initial:
                continue
            sounds = self._sounds(word)
            again = not known.isdisjoint(sounds) and not self._has_office(words, n)
            joined = self._is_joined(words, n, begins, ends) and not self._is_listed(sounds, "")
            if (again or joined) and not self._is_thing(words, n, n + 1):
                yield n, n + 1

    def _is_joined(self, words: Sequence[Word], n: int, begins: set[int], ends: set[int]) -> bool:
        """ "X and Y", one of them known: the other, a word by itself."""
        if not self._is_stranger(words[n]) or self._is_before_name(words, n):
            return False
        behind = n - 1 in ends and words[n - 1].folded in self._known.also
        return behind or (n + 2 in begins and words[n + 1].folded in self._known.also)

    def _is_before_name(self, words: Sequence[Word], n: int) -> bool:
        return n + 1 < len(words) and (words[n + 1].capital and words[n + 1].start - words[n].end == 1)


def _without(words: Sequence[Word], at: int, stop: int) -> int:
    """Place behind the words from `at` that may be a name."""
    end = at
    while end < min(stop, at + LONGEST_NAME) and not words[end].no_name:
        end += 1
    return end


def _runs(words: Sequence[Word], middle: frozenset[str], text: str) -> Iterator[tuple[int, int]]:
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


def _follows(words: Sequence[Word], n: int, middle: frozenset[str], text: str) -> bool:
    between = text[words[n - 1].end : words[n].start]
    if words[n - 1].initial:
        return words[n].capital and between.strip() == ""
    return (words[n].capital or words[n].folded in middle) and between in (" ", "\u00a0")
