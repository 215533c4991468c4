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
    """`guid` is what the archive keeps; `link` finds an article again whose guid changes on every poll ("" = do not)."""

    guid: str
    link: str


def identities(items: Sequence[Item]) -> list[Identity | None]:
    """One identity an item, in order; None for an item that has neither guid, link nor title.

    Guids that repeat within one feed say nothing (real feeds put the same guid on every item); a link that repeats
    (live blogs) does not find an article again.
    """
    guids = Counter(item.guid for item in items if item.guid)
    links = Counter(normal_url(item.url) for item in items if item.url)
    trusted = all(times == 1 for times in guids.values())
    return [_identity(item, trusted=trusted, links=links) for item in items]


def _identity(item: Item, *, trusted: bool, links: Counter[str]) -> Identity | None:
    link = normal_url(item.url) if item.url else ""
    unique_link = link if link and links[link] == 1 else ""
    if item.guid and trusted:
        return Identity(f"guid:{item.guid}", unique_link)
    if unique_link:
        return Identity(f"link:{link}", unique_link)
    title = " ".join(unicodedata.normalize("NFC", item.title).casefold().split())
    if title:
        return Identity(f"title:{title}" if not link else f"link:{link} {title}", "")
    return Identity(f"link:{link}", "") if link else None


def content_hash(title: str, text: str, url: str) -> bytes:
    """16 bytes that change when what readers see changes; a new version is stored when they do."""
    return hashlib.blake2b("\0".join((title, text, url)).encode(), digest_size=16).digest()
