"""What only one bloc reports: events whose every story that reports an indicator has publishers of one bloc. Pure.

Sides of one bloc do not corroborate each other, so they are one here. A publisher whose side is not known could belong
to anyone: an event that one tells is under no bloc. Copies count: who carries a report reports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from metrics.origins import StoryOf
from metrics.store.story_tables import EventGroup
from metrics.who import UNKNOWN


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is reported. stories : those that report it, earliest first. bloc : (): of several, or unknown."""

    stories: tuple[StoryOf, ...]
    bloc: tuple[str, ...]


def reported_events(
    groups: Iterable[EventGroup], bloc_of: Callable[[str], tuple[str, ...]], *, indicator: str, first: date, last: date
) -> list[Event]:
    """Events with a story of these days that reports the indicator, latest first. bloc_of : side → its bloc."""
    found = [_event(group, bloc_of, indicator) for group in groups]
    here = [one for one in found if any(_stands(story, first, last) for story in one.stories)]
    return sorted(here, key=lambda one: one.stories[0].origin.first_time, reverse=True)


def _event(group: EventGroup, bloc_of: Callable[[str], tuple[str, ...]], indicator: str) -> Event:
    stories, sides = [], set()
    for story in group.stories:
        carriers = [
            one
            for one in story.carriers
            if one.counts and one.relevant and one.article in group.said
            and (indicator, "reported") in group.said[one.article].labels
        ]  # fmt: skip
        if carriers:
            stories.append(story)
            sides |= {one.side for one in carriers}
    blocs = {bloc_of(side) for side in sides}
    return Event(tuple(stories), blocs.pop() if len(blocs) == 1 and UNKNOWN not in sides else ())


def _stands(story: StoryOf, first: date, last: date) -> bool:
    return story.origin.day is not None and first <= story.origin.day <= last
