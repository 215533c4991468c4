"""Whether poller and tagger are at work, how far the first round is, and the walk back in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import streamlit as st

from dashboard import errands
from dashboard.data.deciding import must_be_allowed
from dashboard.data.watching import archive, ledger_key, now, url, watched
from dashboard.errands import Errand
from feeds.errors import HouseError
from feeds.first_round import FirstRound
from feeds.first_round import first_round as first_round_of
from feeds.model import Poll
from feeds.standing import Standing, State
from feeds.standing import standing as standing_of

LOOK_SECONDS = 5  # how poller and tagger stand is looked up at most so often, however many look on
GONE_FOR = timedelta(seconds=5)
UNLOOKED = timedelta(seconds=30)  # an open page looks every few seconds; a longer pause says nothing of what was then
Gone = dict[str, tuple[datetime, datetime]]  # role → when somebody first, and last, looked and found nobody at it


def first_round() -> FirstRound:
    """How far the first round over all sources is; long after it, how it is with those that never answered."""
    return _first_round(ledger_key())


@st.cache_resource(max_entries=8, show_spinner=False)
def _first_round(key: str) -> FirstRound:
    return first_round_of(watched().sources, archive().states(counted=False))


def backfill_running() -> Errand | None:
    """The walk back in time that a page started last; None: none since the server runs."""
    return _errands().get(url())


def start_backfill(since: date) -> None:
    """Run `feeds backfill` beside the server, only with --edit. Raises HouseError."""
    must_be_allowed()
    before = backfill_running()
    if before is not None and before.is_running:
        raise HouseError("a walk back is running; wait until it ends")
    arguments = ["feeds", "backfill", "--since", since.isoformat(), *which_archive(), *errands.network()]
    _errands()[url()] = errands.started(arguments)


def which_archive() -> list[str]:
    return ["--monitor", str(watched().monitor.folder), "--archive", url()]


@st.cache_resource(show_spinner=False)
def _errands() -> dict[str, Errand]:
    """By archive: everybody who looks at it sees the same walk."""
    return {}


def last_poll() -> Poll | None:
    return next(iter(archive().polls(limit=1)), None)


def standing() -> Standing | None:
    """How poller and tagger stand; None: nobody is expected to work on an archive whose monitor has a fixed clock.

    One that is gone is said once it has been gone for GONE_FOR: it may be on its way, or started again after a death.
    """
    if watched().monitor.now is not None:
        return None
    found = _standing(url(), int(now().timestamp()) // LOOK_SECONDS)
    since = _gone_since(url())
    return replace(
        found,
        poller=_settled("poller", found.poller, since, now()),
        tagger=_settled("tagger", found.tagger, since, now()),
    )


def is_polled() -> bool:
    """Is a poller at work? False also where nobody expects one."""
    one = standing()
    return one is not None and one.poller == "works"


@st.cache_resource(max_entries=4, show_spinner=False)
def _standing(url: str, slot: int) -> Standing:
    return standing_of(archive(), watched().sources, now=now())


@st.cache_resource(max_entries=4, show_spinner=False)
def _gone_since(url: str) -> Gone:
    return {}


def _settled(role: str, state: State, since: Gone, moment: datetime) -> State:
    if state != "stopped":
        since.pop(role, None)
        return state
    first, last = since.get(role, (moment, moment))
    first = moment if moment - last > UNLOOKED else first  # it may have been there while nobody looked
    since[role] = first, moment
    return state if moment - first >= GONE_FOR else "works"
