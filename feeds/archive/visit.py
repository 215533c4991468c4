"""A visit on its way into the archive: what came of one poll, and all of its work that needs no transaction. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from feeds.archive.bodies import PackedBody, pack
from feeds.archive.search import search_fold
from feeds.identity import Identity, content_hash, identities
from feeds.model import Body, Item, ParsedFeed, Poll, Source, Wishes


@dataclass(frozen=True, slots=True)
class Visit:
    """One poll of one source and what came of it. feed None: nothing to store (304 or an error)."""

    source: Source
    poll: Poll
    feed: ParsedFeed | None = None
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    body: Body | None = None  # what brought the feed; None: not kept
    backfill: bool = False
    only_new: bool = False  # articles that are there stay as they are: pages of history are read from new to old
    as_of: datetime | None = None  # when the bytes were captured; None: at poll.at, or nobody knows


@dataclass(slots=True)
class Prepared:
    """One item with its identity and hash, and, when it is not stored already, folded for search."""

    item: Item
    identity: Identity
    hash: bytes
    folded: str = ""

    def fold(self) -> str:
        """Folds at most once; an item that seemed to be stored already is folded when it turns out not to be."""
        if not self.folded:
            self.folded = search_fold(f"{self.item.title}\n{self.item.text}")
        return self.folded


@dataclass(slots=True)
class PreparedVisit:
    visit: Visit
    items: Sequence[Prepared]
    dropped: dict[str, int]
    packed: PackedBody | None = None

    @property
    def source(self) -> str:
        return self.visit.source.key

    def finish(self, known: Collection[bytes]) -> None:
        """Fold and pack what is to be stored. known : hashes of the source's articles among these items."""
        strange = [one for one in self.items if one.hash not in known]
        for one in strange:
            one.fold()
        if strange:
            self.body()

    def body(self) -> PackedBody | None:
        """What brought it, packed at most once; None: no bytes are kept of this visit."""
        if self.packed is None and self.visit.body is not None:
            self.packed = pack(self.source, self.visit.poll.at, self.visit.body)
        return self.packed


def prepare(visit: Visit) -> PreparedVisit:
    """Identity and hash of every item; what cannot be stored is counted under a reason."""
    if visit.feed is None:
        return PreparedVisit(visit, (), {})
    items, dropped = visit.feed.items, Counter(visit.feed.dropped)
    prepared: dict[str, Prepared] = {}
    for item, identity in zip(items, identities(items), strict=True):
        if identity is None or not (item.title or item.text or item.url):
            dropped["empty"] += 1
        elif identity.guid in prepared:
            dropped["repeated"] += 1
        else:
            prepared[identity.guid] = Prepared(item, identity, content_hash(item.title, item.text, item.url))
    return PreparedVisit(visit, list(prepared.values()), dict(dropped))
