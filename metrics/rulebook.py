"""A lexicon compiled for one language: which scanner finds what, and what each pattern of it means. Pure.

Three scanners, because most articles need only the first: `topic` decides whether a text is about the crisis at all,
`terms` finds indicators, `cues` reads the sentences in which terms stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from feeds.text import Folded, fold, fold_map
from metrics.dates import Calendar
from metrics.lexicon import CalendarWords, Lexicon, StanceCues, Words
from metrics.scan import Found, as_regex, is_plain, plain, scanner_of

MARKED_LANGUAGES = ("az", "tr")  # also written without their own letters


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one pattern stands for: `kind` is the field of the file, `owner` the indicator, side, people or place id."""

    kind: str
    owner: str
    rule: str  # file, language, field and pattern: what a person greps for


@dataclass(frozen=True, slots=True)
class Hit:
    """One pattern found in a text. Offsets of the original."""

    start: int
    end: int
    meaning: Meaning

    @property
    def kind(self) -> str:
        return self.meaning.kind

    @property
    def owner(self) -> str:
        return self.meaning.owner


class Finder:
    """A scanner whose hits carry meanings; in Azerbaijani and Turkish also on texts typed without their letters."""

    def __init__(self, entries: Iterable[tuple[str, Meaning]], *, any_case: bool = False, marked: bool = False) -> None:
        listed = list(entries)
        self._meanings = [meaning for _, meaning in listed]
        patterns = tuple(pattern for pattern, _ in listed)
        self._scanner = scanner_of(patterns, any_case=any_case)
        self._plain = scanner_of(patterns, any_case=any_case, plain=True) if marked else None

    def find(self, folded: Folded) -> list[Hit]:
        """By start; each place and meaning once."""
        found: Iterable[Found] = self._scanner.scan(folded)
        if self._plain is not None and is_plain(folded):
            found = sorted({*found, *self._plain.scan(plain(folded))}, key=lambda hit: (hit.start, -hit.end, hit.index))
        return [Hit(hit.start, hit.end, self._meanings[hit.index]) for hit in found]

    def find_in(self, text: str, start: int, end: int) -> list[Hit]:
        """The hits of one slice, with offsets of the whole."""
        return [Hit(hit.start + start, hit.end + start, hit.meaning) for hit in self.find(fold_map(text[start:end]))]


@dataclass(frozen=True, slots=True)
class Rulebook:
    language: str
    topic: Finder
    terms: Finder
    cues: Finder
    boilerplate: Finder
    calendar: Calendar | None  # None: the language has no words of time
    dating_words: bool
    present: re.Pattern[str] | None  # verbs that tell what is, by their endings; None: the language has no such list


def compiled(lexicon: Lexicon, language: str) -> Rulebook:
    """The lexicon for texts of one language. A place goes by its names in that language."""
    marked = language in MARKED_LANGUAGES
    return Rulebook(
        language=language,
        topic=Finder(_topic(lexicon, language), marked=marked),
        terms=Finder(_terms(lexicon, language), marked=marked),
        cues=Finder(_cues(lexicon, language), marked=marked),
        boilerplate=Finder(_boilerplate(lexicon, language), any_case=True),
        calendar=calendar_of(lexicon.calendar.get(language)),
        dating_words=bool(lexicon.stance.get(language, StanceCues()).dating),
        present=_any_of(lexicon.stance.get(language, StanceCues()).present),
    )


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(as_regex(pattern).pattern for pattern in patterns)) if patterns else None


def calendar_of(words: CalendarWords | None) -> Calendar | None:
    """The words of time of one language, folded; None: it has none."""
    if words is None:
        return None
    return Calendar(
        months={fold(name): number for number, names in enumerate(words.months, start=1) for name in names},
        units={fold(word): unit for unit, listed in words.units.items() for word in listed},
        numbers={fold(word): number for number, word in enumerate(words.numbers, start=1)},
        ago=tuple(map(fold, words.ago)),
        ago_before=tuple(map(fold, words.ago_before)),
        last=tuple(map(fold, words.last)),
        numbered=frozenset(map(fold, words.numbered)),
    )


def _topic(lexicon: Lexicon, language: str) -> Iterator[tuple[str, Meaning]]:
    topic = lexicon.topic
    for place in lexicon.places:
        for pattern in place.names.get(language, ()):
            yield pattern, Meaning("place", place.id, f"places.yaml {place.id} {pattern!r}")
        for pattern in place.not_with.get(language, ()):
            yield pattern, Meaning("not_with", place.id, f"places.yaml {place.id} not_with {pattern!r}")
    plain_fields = {
        "relevant": topic.relevant,
        "context": topic.context,
        "peace": topic.peace,
        "passing": topic.passing,
        "named": topic.named,
        "politics": topic.politics,
        "other": topic.other_crises,
        "history": topic.history,
    }
    for kind, by_language in plain_fields.items():
        for pattern in by_language.get(language, ()):
            yield pattern, Meaning(kind, "", f"topic.yaml {kind} {language} {pattern!r}")
    for party, by_language in topic.parties.items():
        for pattern in by_language.get(language, ()):
            yield pattern, Meaning("parties", party, f"topic.yaml parties.{party} {language} {pattern!r}")
    for entry in topic.joined:
        for field in ("words", "where", "unless"):
            for pattern in getattr(entry, field).get(language, ()):
                rule = f"topic.yaml joined.{entry.name} {language} {pattern!r}"
                yield pattern, Meaning(f"joined_{field}", entry.name, rule)
    for zone, by_language in topic.beside.items():
        for pattern in by_language.get(language, ()):
            yield pattern, Meaning("beside", zone, f"topic.yaml beside.{zone} {language} {pattern!r}")
    for name, patterns in topic.not_about.items():
        for pattern in patterns.get(language, ()):
            yield pattern, Meaning("not_about", name, f"topic.yaml not_about.{name} {language} {pattern!r}")


def _terms(lexicon: Lexicon, language: str) -> Iterator[tuple[str, Meaning]]:
    for indicator in lexicon.indicators:
        words = indicator.words.get(language, Words())
        for field in Words.model_fields:
            if field in ("harm", "relief"):
                continue
            for pattern in getattr(words, field):
                folder = "monitor" if (language, pattern) in indicator.overlay else "common"
                rule = f"{folder} indicators/{indicator.key}.yaml {language} {field} {pattern!r}"
                yield pattern, Meaning(field, indicator.key, rule)


def _cues(lexicon: Lexicon, language: str) -> Iterator[tuple[str, Meaning]]:
    stance = lexicon.stance.get(language, StanceCues())
    for field in StanceCues.model_fields:
        if field == "present":
            continue  # not looked for in the whole text
        for pattern in getattr(stance, field):
            yield pattern, Meaning(field, "", f"stance.yaml {language} {field} {pattern!r}")
    speech = lexicon.speech.get(language)
    for field in type(speech).model_fields if speech else ():
        for pattern in getattr(speech, field):
            yield pattern, Meaning(field, "", f"speech.yaml {language} {field} {pattern!r}")
    for actor in lexicon.actors:
        for pattern in actor.names.get(language, ()):
            yield pattern, Meaning("actor", actor.side, f"actors.yaml {actor.side} {language} {pattern!r}")
        for pattern in actor.of.get(language, ()):
            yield pattern, Meaning("state", actor.side, f"actors.yaml {actor.side} of {language} {pattern!r}")
    for people, patterns in lexicon.topic.people.items():
        for pattern in patterns.get(language, ()):
            yield pattern, Meaning("people", people, f"topic.yaml people.{people} {language} {pattern!r}")
    for indicator in lexicon.indicators:
        words = indicator.words.get(language, Words())
        for field in ("harm", "relief"):
            for pattern in getattr(words, field):
                rule = f"indicators/{indicator.key}.yaml {language} {field} {pattern!r}"
                yield pattern, Meaning(field, indicator.key, rule)


def _boilerplate(lexicon: Lexicon, language: str) -> Iterator[tuple[str, Meaning]]:
    cues = lexicon.boilerplate.get(language)
    for field in type(cues).model_fields if cues else ():
        for pattern in getattr(cues, field):
            yield pattern, Meaning(field, "", f"boilerplate.yaml {language} {field} {pattern!r}")
