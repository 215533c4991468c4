"""Sentences of the invented outlets, from stories/<language>.yaml. Reads files; all else depends on a given Random."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

from feeds.datafile import Strict, read_yaml
from monitors.demo.plan import TOWNS

SMALL = tuple(range(5, 10))
# Numbers whose noun has one form in every one of the six languages (Russian: genitive plural).
LARGE = tuple(n for n in range(11, 90) if n <= 20 or n % 10 in (0, 5, 6, 7, 8, 9))
MORE_SENTENCES = 4


class Phrases(Strict):
    """One language. "Title | sentence" everywhere but in `more` and `other_header`."""

    according: str
    according_first: bool = False  # True: only before the sentence, as Turkish and Azerbaijani have it
    first_tail: str = ", "  # between "according to …" and the sentence
    full_stop: str = "."
    said_by: tuple[str, ...]
    officials: tuple[str, ...]
    credit: tuple[str, ...]
    other_header: tuple[str, ...]
    days: tuple[str, ...]
    weekdays: tuple[str, ...]
    streets: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    towns: dict[str, dict[str, str]]
    regions: dict[str, dict[str, str]]
    reported: dict[str, tuple[str, ...]]
    eased: dict[str, tuple[str, ...]]
    denied: dict[str, tuple[str, ...]]
    more: tuple[str, ...]
    metaphor: tuple[str, ...]
    context: tuple[str, ...]
    football: tuple[str, ...]
    gas_export: tuple[str, ...]
    general: tuple[str, ...]

    def templates(self, kind: str, indicator: str, stance: str) -> tuple[str, ...]:
        if kind == "crisis":
            by_indicator: Mapping[str, tuple[str, ...]] = getattr(self, stance)
            return by_indicator[indicator]
        templates: tuple[str, ...] = getattr(self, kind)
        return templates


def read_phrases(folder: Path, language: str) -> Phrases:
    """Raises DataFileError."""
    return read_yaml(folder / "stories" / f"{language}.yaml", Phrases)


def slots(phrases: Phrases, rng: Random, *, side: str, weekday: int) -> dict[str, str]:
    """What the braces of a template stand for in one story. Each bank uses its own names; others use either."""
    bank = side if side in TOWNS else rng.choice(sorted(TOWNS))
    return {
        **phrases.regions[bank],
        **phrases.towns[rng.choice(TOWNS[bank])],
        **_details(phrases, rng),
        "day": phrases.days[weekday],
        "weekday": phrases.weekdays[weekday],
        "official": rng.choice(phrases.officials),
    }


def _details(phrases: Phrases, rng: Random) -> dict[str, str]:
    return {
        "n": str(rng.choice(SMALL)),
        "nn": str(rng.choice(LARGE)),
        "hour": f"{rng.randrange(6, 22)}:{rng.choice(('00', '15', '30', '45'))}",
        "street": rng.choice(phrases.streets),
        "person": f"{rng.choice(phrases.first)} {rng.choice(phrases.last)}",
        "person2": f"{rng.choice(phrases.first)} {rng.choice(phrases.last)}",
    }


def sentence(phrases: Phrases, rng: Random, lead: str, *, attributed: bool) -> str:
    """The lead, with or without its source, as a sentence."""
    if not attributed:
        return f"{lead}{phrases.full_stop}"
    source = phrases.according.format(who=rng.choice(phrases.said_by))
    if phrases.according_first or rng.random() < 0.5:
        return f"{source}{phrases.first_tail}{lead}{phrases.full_stop}"
    return f"{lead}, {source}{phrases.full_stop}"


def more_sentences(phrases: Phrases, rng: Random, given: dict[str, str], count: int) -> list[str]:
    """Sentences around the news that say nothing about any indicator; each with its own names and numbers."""
    chosen = rng.sample(phrases.more, count)
    return [template.format_map({**given, **_details(phrases, rng)}) for template in chosen]


def capital(text: str, language: str) -> str:
    """
    >>> capital("iki", "tr"), capital("iki", "en")
    ('İki', 'Iki')
    """
    first = "İ" if text[:1] == "i" and language in ("az", "tr") else text[:1].upper()
    return first + text[1:]
