"""A changed number in words: what it was, what it is, why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from metrics.store.revising import Revision

WHY = {
    "forgotten": "an article was erased on request",
    "late": "an article of that day came late",
    "edit": "an article was edited",
    "backfill": "history was loaded",
    "origin": "an earlier original moved a story to another day",
    "rules": "the words were edited",
    "sources": "a source, its side or its scope changed",
    "stories": "stories were found anew",
    "other": "counted anew",
}
MANY = "*"  # all peoples together


def why(reason: str) -> str:
    """
    >>> why("late+origin")
    'an article of that day came late; an earlier original moved a story to another day'
    """
    return "; ".join(WHY[one] for one in reason.split("+"))


def number(stories: int | None) -> str:
    return "not seen" if stories is None else str(stories)


def line(one: Revision) -> str:
    """One entry as one line of a list."""
    of = one.indicator if one.people == MANY else f"{one.indicator}, {one.people}"
    which = f" (article {one.article})" if one.article is not None else ""
    return (
        f"{one.day} {of}, {one.stance}: {number(one.old)} → {number(one.new)}; {why(one.reason)}{which};"
        f" {one.at:%Y-%m-%dT%H:%M:%SZ}"
    )


@dataclass(frozen=True, slots=True)
class Changed:
    """What all entries of one number come to. first : as first counted; None: the day could not be seen."""

    day: date
    indicator: str
    stance: str
    people: str
    first: int | None
    now: int | None
    times: int
    at: datetime
    reasons: tuple[str, ...]
    articles: tuple[int, ...]


def since_first_counted(entries: Iterable[Revision]) -> Sequence[Changed]:
    """One row a number that is no longer what was first counted, by day; entries : in the order they were written."""
    found: dict[tuple[date, str, str, str], list[Revision]] = {}
    for one in entries:
        found.setdefault((one.day, one.indicator, one.stance, one.people), []).append(one)
    changed = [_changed(*key, told) for key, told in sorted(found.items())]
    return [one for one in changed if one.first != one.now]


def _changed(day: date, indicator: str, stance: str, people: str, told: Sequence[Revision]) -> Changed:
    reasons = dict.fromkeys(reason for one in told for reason in one.reason.split("+"))
    articles = dict.fromkeys(one.article for one in told if one.article is not None)
    return Changed(
        day, indicator, stance, people, told[0].old, told[-1].new, len(told), told[-1].at, tuple(reasons),
        tuple(articles),
    )  # fmt: skip
