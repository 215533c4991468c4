"""What is remembered of a source after a poll: worked out in values, written where it differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, insert, select, update

from feeds.archive.read import states_of
from feeds.archive.schema import sources
from feeds.archive.visit import Visit
from feeds.model import Poll, Rhythm, SourceState
from feeds.schedule import plan

COLUMNS = tuple(one.name for one in fields(SourceState) if one.name not in ("key", "articles"))
TAUGHT = tuple(one.name for one in fields(Rhythm))
CHUNK = 400


def state_after(visit: Visit, poll: Poll, before: SourceState) -> SourceState:
    """`before` already has what this answer held. poll : with its counts."""
    after = plan(before, poll, wishes=visit.wishes, feed=visit.feed, has_mirrors=bool(visit.source.mirrors))
    good = poll.outcome in ("ok", "not-modified")
    fresh = poll.outcome == "ok"
    return SourceState(
        key=before.key,
        etag=visit.etag if fresh else before.etag,
        last_modified=visit.last_modified if fresh else before.last_modified,
        body_hash=visit.body_hash if fresh else before.body_hash,
        polls=before.polls + 1,
        failures=0 if good else before.failures + 1,
        last_poll=poll.at,
        last_success=poll.at if good else before.last_success,
        first_success=(before.first_success or poll.at) if good else before.first_success,
        last_new=poll.at if poll.new else before.last_new,
        last_outcome=poll.outcome,
        last_error=poll.error,
        moved_to=poll.moved_to or before.moved_to,
        next_poll=after.next.at,
        next_reason=after.next.reason,
        rhythm=after.rhythm,
        holding=before.holding,
        articles=before.articles + poll.new,
    )


def write_states(connection: Connection, before: Mapping[str, SourceState], after: Sequence[SourceState]) -> None:
    """Each source stands in `after` once. A source that was never polled may have no row yet."""
    missing = _without_row(connection, [state.key for state in after if not before[state.key].polls])
    new = [_row(state, COLUMNS) for state in after if state.key in missing]
    if new:
        connection.execute(insert(sources), [{"key": row.pop("of"), **row} for row in new])
    changed: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for state in after:
        if state.key not in missing and (names := _differences(before[state.key], state)):
            changed[names].append(_row(state, names))
    for names, rows in changed.items():
        connection.execute(_update(names), rows)


def put_off(
    connection: Connection, later: Mapping[str, tuple[datetime, str]], states: Mapping[str, SourceState]
) -> dict[str, SourceState]:
    """A later next poll, and nothing else, for sources that were not asked. states : as for `write.store`."""
    before = {key: states[key] for key in later.keys() & states.keys()}
    before |= states_of(connection, sorted(later.keys() - before.keys()))
    after = {key: replace(before[key], next_poll=at, next_reason=reason) for key, (at, reason) in later.items()}
    write_states(connection, before, list(after.values()))
    return after


def _without_row(connection: Connection, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        query = select(sources.c.key).where(sources.c.key.in_(keys[start : start + CHUNK]))
        found.update(connection.execute(query).scalars())
    return set(keys) - found


def _differences(before: SourceState, after: SourceState) -> tuple[str, ...]:
    return tuple(name for name in COLUMNS if getattr(before, name) != getattr(after, name))


@cache
def _update(names: tuple[str, ...]) -> Update:
    return update(sources).where(sources.c.key == bindparam("of")).values({name: bindparam(name) for name in names})


def _row(state: SourceState, names: Iterable[str]) -> dict[str, Any]:
    return {"of": state.key} | {name: _value(getattr(state, name)) for name in names}


def _value(value: object) -> object:
    """As its column has it: unknown is NULL."""
    if isinstance(value, Rhythm):
        return {name: getattr(value, name) for name in TAUGHT}  # asdict copies in depth: thirty times the time
    return (list(value) if isinstance(value, tuple) else value) if value not in ("", ()) else None
