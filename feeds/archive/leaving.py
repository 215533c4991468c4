"""What a feed holds from answer to answer: who left early is marked as gone, who comes back no longer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from feeds.archive.schema import articles
from feeds.gone import Habit, Held, fallen, learned, left_early
from feeds.model import Rhythm, SourceState

CHUNK = 400
UNTOLD = frozenset({"empty", "repeated"})  # an item dropped so may be an article that we would miss


def clear(connection: Connection, returned: Sequence[int]) -> None:
    """These are in their feed again."""
    _mark(connection, returned, None)


def follow(
    connection: Connection, before: SourceState, now: Sequence[Held], *, at: datetime, is_own: bool
) -> tuple[Sequence[int], Rhythm]:
    """What to remember after an answer: the articles it held, and how articles leave this feed. Marks who left early.

    now : in the order of the feed. is_own : whole, and from the source's own address, so that it can be compared with
    the answer before. A source without articles in its answer keeps what it held.
    """
    ids, held, rhythm = [one.id for one in now], before.holding, before.rhythm
    habit = Habit(rhythm.left_at_end, rhythm.left_from_middle)
    if not ids or not is_own:
        return held, rhythm
    fell = fallen(held, ids)
    if fell is not None:
        return ids, _with(rhythm, learned(habit, fell))
    left = left_early(_held(connection, held), now, habit=habit, at=at)
    _mark(connection, left.gone, at)
    return held if left.is_copy else ids, _with(rhythm, left.habit)


def _with(rhythm: Rhythm, habit: Habit) -> Rhythm:
    return replace(rhythm, left_at_end=habit.at_end, left_from_middle=habit.from_middle)


def _held(connection: Connection, ids: Sequence[int]) -> list[Held]:
    """In the order of `ids`."""
    columns = (articles.c.id, articles.c.published, articles.c.title, articles.c.seen)
    found: dict[int, Held] = {}
    for start in range(0, len(ids), CHUNK):
        rows = connection.execute(select(*columns).where(articles.c.id.in_(ids[start : start + CHUNK])))
        found.update((row.id, Held(*row)) for row in rows)
    return [found[one] for one in ids if one in found]


def _mark(connection: Connection, ids: Sequence[int], gone: datetime | None) -> None:
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        connection.execute(update(articles).where(articles.c.id.in_(chunk)).values(gone=gone))
