"""The bytes that brought articles: packed before the transaction, kept once for all an answer brought, dropped in time.

What is hashed and given back are the bytes after the transfer's own coding (gzip, br, chunks) is undone: the file as
its server has it. What came as gzip is kept as it came, so that the server's work is not done again. The rest is packed
at level 1, because level 6 takes two and a half times as long for a sixth less.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from feeds.archive.schema import bodies
from feeds.model import Body, KeptBody

LEVEL = 1
ENOUGH = 3  # times smaller than the bytes: a server's gzip that achieves less is not kept
ANY_HEADER = 47  # window bits: zlib tells its own streams and gzip's apart
SWEPT_AT_ONCE = 50  # bodies emptied in one transaction: others wait for it


@dataclass(frozen=True, slots=True)
class PackedBody:
    """A body with all the work done that its row needs."""

    source: str
    at: datetime
    body: Body
    sha256: str
    packed: bytes


def pack(source: str, at: datetime, body: Body) -> PackedBody:
    """Hash, and compress what is not: about 1 ms for 120 KB, so never inside a transaction. Pure."""
    content, zipped = body.content, body.zipped
    is_small = zipped and ENOUGH * len(zipped) <= len(content)
    packed = zipped if is_small else zlib.compress(content, LEVEL)
    return PackedBody(source, at, body, body.sha256 or hashlib.sha256(content).hexdigest(), packed)


def row_of(packed: PackedBody) -> dict[str, object]:
    """Its row but for the number."""
    body = packed.body
    return {
        "source": packed.source, "at": packed.at, "url": body.url, "status": body.status,
        "headers": [list(pair) for pair in body.headers], "sha256": packed.sha256, "size": len(body.content),
        "content": packed.packed,
    }  # fmt: skip


def kept(connection: Connection, body: int) -> KeptBody | None:
    """One answer; without its bytes when their time is over; None: there is no such row."""
    row = connection.execute(select(bodies).where(bodies.c.id == body)).first()
    if row is None:
        return None
    content = zlib.decompress(row.content, ANY_HEADER) if row.content is not None else None
    headers = tuple((name, value) for name, value in row.headers)
    return KeptBody(row.source, row.at, row.url, row.status, headers, row.sha256, row.size, content)


def expired(connection: Connection, before: datetime, limit: int) -> list[int]:
    """Bodies older than `before` that still have their bytes, oldest first. A partial index knows them."""
    query = select(bodies.c.id).where(bodies.c.content.is_not(None), bodies.c.at < before)
    return list(connection.execute(query.order_by(bodies.c.at).limit(limit)).scalars())


def empty(connection: Connection, ids: list[int]) -> None:
    """Drop the bytes of these; hash, size, headers and time stay."""
    connection.execute(update(bodies).where(bodies.c.id.in_(ids)).values(content=None))
