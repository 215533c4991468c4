"""Who carried a text first, and how much later each of the others; and where a sentence stands in its text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from metrics.model import StoryLine


@dataclass(frozen=True, slots=True)
class Appearance:
    """One article of a story. Times are aware, UTC.

    appeared : as its source dates it, but not before our last poll that lacked it and not after `seen`. seen : the poll
    that first brought it. later : than the first of the story; 0 for that one.
    """

    line: StoryLine
    appeared: datetime
    seen: datetime
    later: timedelta


def appearances(members: Sequence[StoryLine]) -> tuple[Appearance, ...]:
    """The articles of one story, earliest first; () for none."""
    timed = sorted((_moment(one.appeared), _moment(one.seen), one.article, at) for at, one in enumerate(members))
    return tuple(Appearance(members[at], appeared, seen, appeared - timed[0][0]) for appeared, seen, _, at in timed)


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def paragraph_of(whole: str, start: int, end: int) -> tuple[int, int]:
    """Where the paragraph begins and ends in which a sentence stands; offsets are half-open, in code points of `whole`.

    >>> paragraph_of("Title\\nOne. Two.\\nThree.", 11, 15)
    (6, 15)
    """
    after = whole.find("\n", end)
    return whole.rfind("\n", 0, start) + 1, len(whole) if after < 0 else after
