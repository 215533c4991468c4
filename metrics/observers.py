"""Who could observe on the ground, and when: the dated facts of observers.yaml. Pure: no clock, no SQL.

A report, and a silence too, reads differently where nobody independent could look. So every "none seen" names the
observers of its days, and charts carry them as a second band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from metrics.lexicon import Lexicon, Observer

Access = Literal["yes", "limited", "no", "unknown"]
GROUND = ("core", "adjacent")  # zones of a place that are the ground; a capital or a court elsewhere is not
NOBODY = "no independent observer known to have had access"
NOT_RECORDED = "no fact about observers' access is recorded"


@dataclass(frozen=True, slots=True)
class AccessFact:
    """A dated, sourced fact about who could observe what.

    on_the_ground : it is about a place of the zones core or adjacent, not about a capital or a court elsewhere.
    independent : not sent by a state that is party to, or guarantees, what is observed.
    """

    who: str
    where: str
    access: str  # yes, no, limited
    since: date
    until: date | None  # None: still
    what: str
    sources: tuple[str, ...]
    verified: bool  # False: partial
    on_the_ground: bool = True
    independent: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive days on which the same facts hold. access : the best that any independent observer had."""

    first: date
    last: date
    access: Access
    facts: tuple[AccessFact, ...]


def facts_of(lexicon: Lexicon) -> tuple[AccessFact, ...]:
    """In the monitor's order of observers."""
    ground = {name for place in lexicon.places if place.zone in GROUND for name in place.names_shown}
    return tuple(_fact(one, any(name in one.where for name in ground)) for one in lexicon.observers)


def _fact(one: Observer, on_the_ground: bool) -> AccessFact:
    return AccessFact(
        who=one.who,
        where=one.where,
        access=one.access,
        since=one.since,
        until=one.until,
        what=one.what,
        sources=one.sources,
        verified=one.verified is True,
        on_the_ground=on_the_ground,
        independent=one.independent,
    )


def observers_on(facts: Sequence[AccessFact], day: date, *, since: date | None = None) -> tuple[AccessFact, ...]:
    """The facts that hold on `day`, or on any day from `since` to it; in the monitor's order."""
    first = since or day
    return tuple(fact for fact in facts if fact.since <= day and (fact.until is None or first <= fact.until))


def access_of(facts: Sequence[AccessFact]) -> Access:
    """The best access that the facts of a day give to anybody independent on the ground; unknown: none is recorded."""
    said = {fact.access for fact in _ground(facts)}
    return next((one for one in ("yes", "limited", "no") if one in said), "unknown")


def with_access(facts: Sequence[AccessFact]) -> tuple[AccessFact, ...]:
    """Who had it, each observer once: by the fact that gives most, of equal ones by the one that lasts longest."""
    best: dict[str, AccessFact] = {}
    for fact in _ground(facts):
        known = best.get(fact.who)
        if fact.access != "no" and (known is None or _rank(fact) > _rank(known)):
            best[fact.who] = fact
    return tuple(best.values())


def _ground(facts: Sequence[AccessFact]) -> list[AccessFact]:
    return [fact for fact in facts if fact.on_the_ground and fact.independent]


def _rank(fact: AccessFact) -> tuple[bool, date]:
    return fact.access == "yes", fact.until or date.max


def access_words(facts: Sequence[AccessFact], *, a_day: Callable[[date], str] = date.isoformat) -> str:
    """What stands beside "none seen", for the facts of its days.

    >>> access_words(())
    "no fact about observers' access is recorded"
    """
    access = access_of(facts)
    if access == "unknown":
        return NOT_RECORDED
    if access == "no":
        return f"{NOBODY}{_checked(_ground(facts))}"
    return f"with access: {', '.join(named(fact, a_day) for fact in with_access(facts))}"


def named(fact: AccessFact, a_day: Callable[[date], str] = date.isoformat) -> str:
    """An observer with what limits the access; a fact of which a detail is not checked says so."""
    limits = [
        *(["limited"] if fact.access == "limited" else []),
        *([f"until {a_day(fact.until)}"] if fact.until else []),
        *([] if fact.verified else ["partly checked"]),
    ]
    return f"{fact.who} ({'; '.join(limits)})" if limits else fact.who


def _checked(facts: Sequence[AccessFact]) -> str:
    return "" if all(fact.verified for fact in facts) else " (partly checked)"


def runs(facts: Sequence[AccessFact], first: date, last: date) -> list[Run]:
    """The days from first to last in runs between which something changes, oldest first; for a band under a chart."""
    ends = {fact.until + timedelta(days=1) for fact in facts if fact.until is not None}
    begins = sorted({first, *(day for day in {fact.since for fact in facts} | ends if first < day <= last)})
    return [
        Run(begin, end, access_of(held := observers_on(facts, begin)), held)
        for begin, end in zip(begins, [*(day - timedelta(days=1) for day in begins[1:]), last], strict=True)
    ]
