"""Whose story it is: its origin, who carried it, whose report it is. Pure: no clock, no SQL.

The origin of a story is the article with the smallest (first_time, seen, id). Its voice is the family whose report it
is: the one that its text credits, wherever in the story that is said first, else the family of its origin. Independent
reports of an event are the distinct voices of its stories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from feeds.model import Outlet
from feeds.sources import Outlets
from metrics.groups import Label, Signs, Spot, groups
from metrics.lexicon import Lexicon
from metrics.names import KEPT, WEEKDAYS, is_among, names, numbers, sounds


@dataclass(frozen=True, slots=True)
class Carrier:
    """One article of a story. credited: family that its text credits, "" for none; family, side: of its publisher."""

    article: int
    story: int
    title: str
    url: str
    outlet: str
    family: str
    side: str
    language: str
    day: date | None
    first_time: datetime
    seen: datetime
    credited: str
    relevant: bool
    counts: bool  # published by a source that enters counts


@dataclass(frozen=True, slots=True)
class Said:
    """What one article says, as far as it tells events apart. figures: (subject, value)."""

    labels: frozenset[Label] = frozenset()
    places: frozenset[str] = frozenset()
    figures: frozenset[tuple[str, float]] = frozenset()
    sentences: tuple[str, ...] = ()


class StoryOf:
    """One story from its carriers, at least one."""

    def __init__(self, carriers: Sequence[Carrier]) -> None:
        self.carriers = sorted(carriers, key=lambda one: (one.first_time, one.seen, one.article))

    @property
    def id(self) -> int:
        return self.carriers[0].story

    @property
    def origin(self) -> Carrier:
        return self.carriers[0]

    @cached_property
    def credited(self) -> str:
        """The family that its earliest article with a credit names; "" when none does."""
        return next((one.credited for one in self.carriers if one.credited), "")

    @property
    def voice(self) -> str:
        return self.credited or self.origin.family

    @property
    def counts(self) -> bool:
        return any(one.counts for one in self.carriers)

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(sorted({one.family for one in self.carriers}))


def stories_of(carriers: Iterable[Carrier]) -> list[StoryOf]:
    """In order of their ids."""
    found: defaultdict[int, list[Carrier]] = defaultdict(list)
    for one in carriers:
        found[one.story].append(one)
    return [StoryOf(group) for _, group in sorted(found.items())]


def independent(stories: Iterable[StoryOf]) -> int:
    """Distinct voices: how many newsrooms report on their own."""
    return len({one.voice for one in stories})


class SignReader:
    """Reads the signs of events by the places, actors and months of a monitor."""

    def __init__(self, lexicon: Lexicon, outlets: Outlets) -> None:
        self._spots = {place.id: Spot(place.id, place.kind, place.lat, place.lon) for place in lexicon.places}
        written = [pattern for place in lexicon.places for some in place.names.values() for pattern in some]
        written += [name for outlet in outlets.all for name in _names_of(outlet)]
        months = {name for words in lexicon.calendar.values() for month in words.months for name in month}
        self._months = tuple(sorted({name[:5] for name in months}))
        self._known = _heard([*written, *months, *WEEKDAYS])
        self._officials = _heard(one for actor in lexicon.actors for some in actor.names.values() for one in some)

    def signs(self, story: StoryOf, said: Mapping[int, Said]) -> Signs:
        """Of its earliest relevant article that says anything under an indicator, with the labels of all of them."""
        speaking = [one for one in story.carriers if one.relevant and one.article in said]
        labels = frozenset(label for one in speaking for label in said[one.article].labels)
        if not speaking:
            return Signs(story.id, story.origin.first_time, labels)
        first = said[speaking[0].article]
        texts = (speaking[0].title, *first.sentences)
        named = frozenset(name for text in texts for name in names(text, self._known))
        officials = frozenset(name for name in named if is_among(name, self._officials))
        return Signs(
            story=story.id,
            time=story.origin.first_time,
            labels=labels,
            places=frozenset(self._spots.get(place, Spot(place)) for place in first.places),
            figures=first.figures,
            numbers=frozenset(number for text in texts for number in numbers(text, self._months)),
            names=frozenset(name[:KEPT] for name in named - officials),
            officials=frozenset(name[:KEPT] for name in officials),
        )


def _heard(written: Iterable[str]) -> frozenset[str]:
    return frozenset(sounds(word) for one in written for word in one.replace("*", "").split())


def _names_of(outlet: Outlet) -> tuple[str, ...]:
    return (outlet.name, *outlet.names)


def grouped(stories: Iterable[StoryOf], said: Mapping[int, Said], reader: SignReader) -> dict[int, list[StoryOf]]:
    """Event group → its stories, earliest first."""
    known = {one.id: one for one in stories}
    group_of = groups(reader.signs(one, said) for one in known.values())
    found: defaultdict[int, list[StoryOf]] = defaultdict(list)
    for story in sorted(known.values(), key=lambda one: (one.origin.first_time, one.id)):
        found[group_of[story.id]].append(story)
    return dict(found)
