"""Alerts with their state, and what people decide about them. Asks and tells the store; `at` comes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from feeds.archive import Archive
from feeds.errors import HouseError
from metrics.alert import Action, Alert, Decision, State, state_of, why_not
from metrics.store import alerts as stored
from metrics.store.alerts import StoredDecision

LONGEST = 2_000  # characters of a reason


@dataclass(frozen=True, slots=True)
class KnownAlert:
    """An alert, what it is now, and what was decided, oldest first. superseded : since when it no longer arises."""

    alert: Alert
    state: State
    decisions: tuple[StoredDecision, ...]
    made: datetime
    superseded: datetime | None
    superseded_why: str


def all_alerts(archive: Archive) -> list[KnownAlert]:
    """All that ever arose, newest first."""
    state, decided = stored.judging(archive), stored.decisions(archive)
    if state is None or state.last is None:
        return []
    return [_listed(one, decided, state.last) for one in stored.stored_alerts(archive)]


def _listed(one: stored.StoredAlert, decided: Sequence[StoredDecision], last: date) -> KnownAlert:
    mine = tuple(each for each in decided if each.decision.alert == one.alert.id)
    decision = mine[-1].decision if mine else None
    state = state_of(one.alert, decision, superseded=one.superseded is not None, last_day=last)
    return KnownAlert(one.alert, state, mine, one.made, one.superseded, one.superseded_why)


def chosen(
    alerts: Sequence[KnownAlert], *, first: date | None = None, last: date | None = None,
    states: Sequence[str] = (), indicators: Sequence[str] = (),
) -> list[KnownAlert]:  # fmt: skip
    """Those with a day in alarm from `first` to `last`; () and None: any."""
    return [
        one
        for one in alerts
        if (first is None or one.alert.last_alarm >= first)
        and (last is None or one.alert.opened <= last)
        and (not states or one.state in states)
        and (not indicators or one.alert.indicator in indicators)
    ]


def one_alert(archive: Archive, id: str) -> KnownAlert:
    """Raises HouseError."""
    found = next((one for one in all_alerts(archive) if one.alert.id == id), None)
    if found is None:
        raise HouseError(f"alert {id}: there is none; `python -m metrics alerts` lists them")
    return found


def decide(archive: Archive, id: str, action: Action, *, reason: str, by: str, at: datetime) -> None:
    """Record a decision. Raises HouseError when it cannot be made: no such alert, no name, no reason to dismiss it."""
    found, reason, by = one_alert(archive, id), " ".join(reason.split()), " ".join(by.split())
    if not by:
        raise HouseError(f"alert {id}: say who decides")
    if action == "dismissed" and not reason:
        raise HouseError(f"alert {id}: dismissing needs a reason; its days return to what is expected of later days")
    if len(reason) > LONGEST or len(by) > LONGEST:
        raise HouseError(f"alert {id}: a reason and a name have at most {LONGEST} characters")
    if against := why_not(action, found.state):
        raise HouseError(f"alert {id}: {against}")
    was = found.decisions[-1].decision if found.decisions else None
    decision = Decision(id, action, reason, by, found.alert.since, found.alert.last_alarm)
    days = [one.first_day for one in (decision, was) if one is not None and "dismissed" in (action, was and was.action)]
    stored.decide(archive, decision, at=at, judge_from=min(days, default=None))
