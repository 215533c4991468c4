"""The outbox: messages that leave the house and what became of each. SQL only; decides nothing, sends nothing.

Every change is one short transaction. A message is put here once for ever: its key says monitor, day, channel and
recipient.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, or_, select, update

from feeds.archive import Archive
from feeds.archive.schema import AnyRow, issues, outbox

STATES = ("draft", "waiting", "sent", "dead", "withdrawn")


@dataclass(frozen=True, slots=True)
class Message:
    """To one recipient by one channel. articles : ids of all that its summary stands on. content : what is sent."""

    key: str
    message_id: str
    day: date
    channel: str
    recipient: str
    media_type: str
    content: bytes
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it stands, without its content. tries : made so far. error "" : none at the last try."""

    id: int
    key: str
    message_id: str
    day: date
    channel: str
    recipient: str
    media_type: str
    sha256: str
    state: str
    tries: int
    next_try: datetime | None
    error: str
    made: datetime
    tried: datetime | None
    sent: datetime | None
    by: str
    erased: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """What the messages of one issue were made of."""

    day: date
    as_of: datetime
    rules_version: str


_COLUMNS = (
    outbox.c.id, outbox.c.key, outbox.c.message_id, outbox.c.day, outbox.c.channel, outbox.c.recipient,
    outbox.c.media_type, outbox.c.sha256, outbox.c.state, outbox.c.tries, outbox.c.next_try, outbox.c.error,
    outbox.c.made, outbox.c.tried, outbox.c.sent, outbox.c.by, outbox.c.content.is_(None).label("erased"),
)  # fmt: skip


def put(archive: Archive, issued: Issued, messages: Sequence[Message], *, draft: bool, at: datetime) -> int:
    """All messages of an issue, or none. Those that were put here before stay as they are; returns how many are new.

    What was withdrawn because its content had to be forgotten is put here anew.
    """
    rows = [_row(one, "draft" if draft else "waiting", at) for one in messages]
    with archive.writing() as connection:
        keys = [one.key for one in messages]
        erased = (outbox.c.state == "withdrawn") & outbox.c.content.is_(None)
        connection.execute(delete(outbox).where(outbox.c.key.in_(keys), erased))
        known = set(connection.execute(select(outbox.c.key).where(outbox.c.key.in_(keys))).scalars())
        new = [row for row in rows if row["key"] not in known]
        if new:
            connection.execute(insert(outbox), new)
            connection.execute(insert(issues), _issues(issued, new, at))
    return len(new)


def _row(message: Message, state: str, at: datetime) -> dict[str, object]:
    return {
        "key": message.key, "message_id": message.message_id, "day": message.day, "channel": message.channel,
        "recipient": message.recipient, "media_type": message.media_type, "content": zlib.compress(message.content),
        "sha256": hashlib.sha256(message.content).hexdigest(), "articles": sorted(message.articles), "state": state,
        "tries": 0, "made": at, "by": "",
    }  # fmt: skip


def _issues(issued: Issued, rows: Sequence[dict[str, object]], at: datetime) -> list[dict[str, object]]:
    """One row a channel: that this day's summary was handed out, by which rules."""
    first = {str(row["channel"]): row for row in reversed(rows)}
    return [
        {"day": issued.day, "as_of": issued.as_of, "rules_version": issued.rules_version, "format": "sent",
         "sha256": row["sha256"], "made": at}
        for row in first.values()
    ]  # fmt: skip


def letters(archive: Archive, *, day: date | None = None, states: Sequence[str] = ()) -> list[Letter]:
    """Newest day first. day : only of its issue. states () : any."""
    query = select(*_COLUMNS).order_by(outbox.c.day.desc(), outbox.c.id)
    query = query if day is None else query.where(outbox.c.day == day)
    query = query.where(outbox.c.state.in_(states)) if states else query
    with archive.reading() as connection:
        return [_letter(row) for row in connection.execute(query)]


def due_letters(archive: Archive, now: datetime) -> list[Letter]:
    """Those to be tried now, oldest issue first."""
    is_due = or_(outbox.c.next_try.is_(None), outbox.c.next_try <= now)
    query = select(*_COLUMNS).where(outbox.c.state == "waiting", is_due).order_by(outbox.c.day, outbox.c.id)
    with archive.reading() as connection:
        return [_letter(row) for row in connection.execute(query)]


def _letter(row: AnyRow) -> Letter:
    values = dict(row._mapping)
    return Letter(**values | {"error": values["error"] or "", "erased": bool(values["erased"])})


def content(archive: Archive, letter: int) -> bytes | None:
    """What is sent; None: it was erased."""
    with archive.reading() as connection:
        packed = connection.execute(select(outbox.c.content).where(outbox.c.id == letter)).scalar()
    return zlib.decompress(packed) if packed is not None else None


def issued_days(archive: Archive) -> set[date]:
    """Days that have an issue, in whatever state."""
    with archive.reading() as connection:
        return set(connection.execute(select(outbox.c.day).distinct()).scalars())


def begin(archive: Archive, letter: int, *, at: datetime) -> bool:
    """A try begins: it counts even when we are killed in it. False: the message no longer waits, nothing is sent."""
    waits = (outbox.c.id == letter) & (outbox.c.state == "waiting")
    with archive.writing() as connection:
        changed = connection.execute(update(outbox).where(waits).values(tries=outbox.c.tries + 1, tried=at))
        return bool(changed.rowcount)


def settle(
    archive: Archive, letter: int, state: str, *, next_try: datetime | None, error: str | None, at: datetime
) -> None:
    """What became of a try. Only what still waits changes, but for one that was taken: it is sent whatever was decided
    meanwhile.
    """
    values = {"state": state, "next_try": next_try, "error": error} | ({"sent": at} if state == "sent" else {})
    mine = outbox.c.id == letter
    with archive.writing() as connection:
        connection.execute(
            update(outbox).where(mine if state == "sent" else mine & (outbox.c.state == "waiting")).values(values)
        )


def decide(archive: Archive, before: str, after: str, *, by: str, day: date | None = None, key: str = "") -> int:
    """Every message of a day, or the one of a key, from one state to another; returns how many changed.

    What was erased cannot be sent again.
    """
    chosen = outbox.c.state == before
    chosen = chosen if day is None else chosen & (outbox.c.day == day)
    chosen = chosen if not key else chosen & outbox.c.key.startswith(key, autoescape=True)
    if after == "waiting":
        chosen = chosen & outbox.c.content.is_not(None)
    values = {"state": after, "by": by, "tries": 0, "next_try": None}
    with archive.writing() as connection:
        return int(connection.execute(update(outbox).where(chosen).values(values)).rowcount)
