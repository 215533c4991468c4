"""Which article is this item? (source, guid); else the normalised link; else the title within the source. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from feeds.characters import in_one_line
from feeds.markup import normal_url
from feeds.model import Item

LONGEST_NAME = 2_000  # bytes
SURELY_SHORT = LONGEST_NAME // 4  # characters, of four bytes at most
SAME_TIME = timedelta(hours=12)  # between two addresses' dates of one article: zones are confused, days are not


class Identity(NamedTuple):
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
    does a link that does (live blogs). The very same item twice keeps its identity, and is dropped as repeated.
    """
    things = [
        (indexable(in_one_line(item.guid)), link_of(item.url) if item.url else "", folded_title(item.title))
        for item in items
    ]
    guids = Counter(guid for guid, _, _ in set(things) if guid)
    links = Counter(link for link, _ in {(link, title) for _, link, title in things} if link)
    return [_identity(guid if guids[guid] == 1 else "", link, title, links[link] == 1) for guid, link, title in things]


def link_of(url: str) -> str:
    """An address in the form in which an article is found again by it."""
    return indexable(normal_url(url))


def indexable(name: str) -> str:
    """A name no longer than an index holds (PostgreSQL: 2,704 bytes with all that stands beside it); longer ones keep
    their beginning, and what tells them apart.

    >>> indexable("guid"), len(indexable("x" * 1_000_000))
    ('guid', 433)
    """
    if len(name) <= SURELY_SHORT or len(name.encode()) <= LONGEST_NAME:
        return name
    return f"{name[:400]}-{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def folded_title(title: str) -> str:
    return " ".join(unicodedata.normalize("NFC", title).casefold().split())


def _identity(guid: str, link: str, title: str, link_is_unique: bool) -> Identity | None:
    if link and link_is_unique:
        other = f"link:{link}"
    elif title:
        other = indexable(f"title:{link} {title}".strip())
    else:
        other = f"link:{link}" if link else ""
    if not (guid or other):
        return None
    return Identity(f"guid:{guid}" if guid else other, other, link if link_is_unique else "")


def content_hash(title: str, text: str, url: str) -> bytes:
    """16 bytes that change when what readers see changes; a new version is stored when they do."""
    return hashlib.blake2b("\0".join((title, text, url)).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Stored:
    """What is compared of an article that its source published earlier, perhaps at another address."""

    id: int
    link: str  # normalised; "" when its feed repeats it
    title: str
    published: datetime | None


class Elsewhere:
    """The recent articles of one source, found again although guid and link name another host.

    Mirrors and sites that move write their own host into links and into guids that are links. The path and its query
    stay; where they do not, the title and the time of publication do. A title alone is not enough: bulletins repeat it.
    """

    def __init__(self, recent: Iterable[Stored]) -> None:
        self._by_path: dict[str, int] = {}
        self._by_title: dict[str, list[Stored]] = {}
        for one in recent:
            if path := _path(one.link):
                self._by_path.setdefault(path, one.id)
            self._by_title.setdefault(folded_title(one.title), []).append(one)

    def find(self, item: Item, link: str) -> int | None:
        """Stored.id of the article that `item` is; None: it is another one. link : its Identity.link."""
        found = self._by_path.get(_path(link)) if _path(link) else None
        return found if found is not None else self._by_title_and_time(item)

    def _by_title_and_time(self, item: Item) -> int | None:
        title = folded_title(item.title)
        if not title or item.published is None:
            return None
        near = [
            (abs(one.published - item.published), one.id)
            for one in self._by_title.get(title, [])
            if one.published is not None and abs(one.published - item.published) <= SAME_TIME
        ]
        return min(near)[1] if near else None


def same_path(one: str, other: str) -> bool:
    """Whether two links are of one page at different hosts.

    >>> same_path("https://a.example/news/7", "https://b.example/news/7"), same_path("https://a.example/", "https://b.example/")
    (True, False)
    """
    return bool(_path(one)) and _path(one) == _path(other)


def _path(link: str) -> str:
    """Path and query of an address; "" when they say nothing: a front page.

    >>> _path("https://mirror.example/news/?id=7"), _path("https://mirror.example/")
    ('/news/?id=7', '')
    """
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path.rstrip("/")
