"""From which day on what is known now differs from what was known at a moment. Asks the store; no SQL, no clock.

Before that day the judged days, levels and alerts that are stored are those of the moment too: a day depends on the
days to it, never on later ones. So a moment is judged from that day on, and not from the first day of the archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from feeds.archive import Archive
from metrics import store
from metrics.attribution import Attribution
from metrics.level_rows import JOIN_DAYS, sources_of
from metrics.levels import Sources
from metrics.observe import Watched, spans_of
from metrics.store import alerts as stored
from metrics.store.alerts import StoredDecision
from metrics.store.telling import Moment, first_touched, watched_since

NOTHING = date.max  # nothing was brought after this day


def first_moved(
    archive: Archive, attribution: Attribution, moment: Moment, *, first: date, last: date, detector: str
) -> date | None:
    """The first day that is to be judged for the moment, `last` at the latest; None: all days are.

    first, last : that are judged at all. moment : read with the words of the tags, else nothing that is stored holds.
    """
    state, rules = stored.judging(archive), store.current_rules(archive)
    if state is None or rules is None or state.before is None or state.detector != detector or moment.edited is None:
        return None
    if rules.known_sources != attribution.fingerprint:
        return None
    days = [
        last,
        state.before,
        *_waiting(archive, rules),
        *_decided_since(stored.decisions(archive), moment.as_of),
        *_touched(archive, moment, last),
        *_seen_otherwise(archive, attribution, moment, first, last),
    ]
    found = min(days)
    return found if found > first else None


def _waiting(archive: Archive, rules: store.Rules) -> list[date]:
    """Days that are read already as they are, and not judged yet."""
    return store.stale_days(archive, rules)[:1]


def _decided_since(decisions: Sequence[StoredDecision], as_of: datetime) -> list[date]:
    """What was ever decided about an alert that somebody decided about since."""
    alerts = {one.decision.alert for one in decisions if one.at > as_of}
    return [one.decision.first_day for one in decisions if one.decision.alert in alerts]


def _touched(archive: Archive, moment: Moment, last: date) -> list[date]:
    found = first_touched(archive, as_of=moment.as_of, last=last)
    return [] if found is None else [found]


def _seen_otherwise(archive: Archive, attribution: Attribution, moment: Moment, first: date, last: date) -> list[date]:
    """The first day on which a source could be seen, or counted, as it did not at the moment.

    An answer can tell that nothing was missed on the days before it; and a poll can make a day one that was answered.
    Weights come of these and of articles, so what they brought is not asked for.
    """
    now = watched_since(archive, attribution, first=NOTHING)
    then = watched_since(archive, attribution, first=NOTHING, moment=moment)
    mine, theirs = (_sources(some, now, then, first, last) for some in (now, then))
    at = np.flatnonzero(((mine.seen != theirs.seen) | (mine.panel != theirs.panel)).any(axis=0))
    return [first + timedelta(days=int(at[0]))] if len(at) else []


def _sources(
    some: Sequence[Watched], now: Sequence[Watched], then: Sequence[Watched], first: date, last: date
) -> Sources:
    """Of all sources of either, in one order; one that was not there was never seen."""
    known = {one.key: one for one in some}
    every = {one.key: one for one in (*now, *then)}
    whole = [known.get(key, Watched(key, one.language, one.side, {}, {})) for key, one in sorted(every.items())]
    return sources_of(whole, [spans_of(one, last) for one in whole], first, (last - first).days + 1, JOIN_DAYS)
