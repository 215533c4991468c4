"""Which article is this item? (source, guid); else the normalised link; else the title within the source. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from feeds.markup import normal_url
from feeds.model import Item


@dataclass(frozen=True, slots=True)
class Identity:
    """How the archive finds an article again.

    guid : its name within the source; `other` is its name when that guid already belongs to another article.
    link : finds an article again whose guid changes on every poll; "" when its feed repeats that link.
    """

    guid: str
    other: str
    link: str


def identities(items: Sequence[Item]) -> list[Identity | None]:
    """One identity an item, in order; None for an item that has neither guid, link nor title.

    A guid that stands on different items of one feed says nothing (real feeds put the same guid on every item); nor
    does
    a link that does (live blogs). The very same item twice keeps its identity, and is dropped as repeated.
    """
    things = [(item.guid, normal_url(item.url) if item.url else "", _title(item)) for item in items]
    guids = Counter(guid for guid, _, _ in set(things) if guid)
    links = Counter(link for link, _ in {(link, title) for _, link, title in things} if link)
    return [_identity(guid if guids[guid] == 1 else "", link, title, links[link] == 1) for guid, link, title in things]


def _title(item: Item) -> str:
    return " ".join(unicodedata.normalize("NFC", item.title).casefold().split())


def _identity(guid: str, link: str, title: str, link_is_unique: bool) -> Identity | None:
    if link and link_is_unique:
        other = f"link:{link}"
    elif title:
        other = f"title:{link} {title}".strip()
    else:
        other = f"link:{link}" if link else ""
    if not (guid or other):
        return None
    return Identity(f"guid:{guid}" if guid else other, other, link if link_is_unique else "")


def content_hash(title: str, text: str, url: str) -> bytes:
    """16 bytes that change when what readers see changes; a new version is stored when they do."""
    return hashlib.blake2b("\0".join((title, text, url)).encode(), digest_size=16).digest()
