"""What was forgotten is known again by hashes, and kept out: articles by their identity, persons by their name.
Pure, but for `graves`, which asks for the tombstones.

A tombstone holds no text. Of a name it holds the hash of how its words begin (so that Petrova and Petrovoy are one) and
how many letters of each were hashed. Whoever has the archive and a name can try whether it stands there: a hash cannot
prevent that, only that it is read off.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, select

from feeds.archive.schema import tombstones
from feeds.archive.search import search_fold
from feeds.archive.visit import Visit
from feeds.identity import folded_title, identities, link_of
from feeds.markup import normal_url
from feeds.model import Item

REMOVED = "[name removed]"
LONGEST_ENDING = 4  # letters that a word may have beyond those that are hashed
LEAST_ALONE = 4  # letters of a word that is taken out by itself, where the whole name stands beside it
LEAST_TITLE = 20  # characters: a shorter title says too little to know an article by
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_GAP = 4  # characters between two words of one name


@dataclass(frozen=True, slots=True)
class Tombstone:
    """kind : article or name. shape : of a name, how many first letters of each word are hashed."""

    kind: str
    hash: str
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    folded: str


def digest(salt: str, *parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16, key=bytes.fromhex(salt)).hexdigest()


def graves(connection: Connection) -> Forgotten:
    """All tombstones of this archive."""
    columns = (tombstones.c.salt, tombstones.c.kind, tombstones.c.hash, tombstones.c.shape)
    rows = connection.execute(select(*columns).where(tombstones.c.kind.in_(("article", "name")))).all()
    if not rows:
        return Forgotten()
    return Forgotten(rows[0].salt, tuple(Tombstone(row.kind, row.hash, tuple(row.shape or ())) for row in rows))


def cleaned(known: Forgotten, visit: Visit) -> Visit:
    """Without what was forgotten. The bytes that brought it are then not kept either."""
    if visit.feed is None or not known.stones:
        return visit
    items, gone = known.clean(visit.source.key, visit.feed.items)
    if items == visit.feed.items:
        return visit
    dropped = dict(visit.feed.dropped) | ({"forgotten": visit.feed.dropped.get("forgotten", 0) + gone} if gone else {})
    return replace(visit, feed=replace(visit.feed, items=items, dropped=dropped), body=None)


def of_article(salt: str, source: str, guid: str, link: str, title: str, published: datetime | None) -> list[Tombstone]:
    """All that the article could come back under. guid : as Identity.guid; link "" : none."""
    names = (guid, f"link:{link}" if link else "")
    return [Tombstone("article", one) for one in _names(salt, source, names, title, published)]


def _names(salt: str, source: str, names: Iterable[str], title: str, published: datetime | None) -> list[str]:
    """Its name, its link, and its title on its day: a title alone may come back every week."""
    folded = folded_title(title)
    known = [name for name in names if name]
    if published is not None and len(folded) >= LEAST_TITLE:
        known.append(f"same title:{published.date()}:{folded}")
    return [digest(salt, source, name) for name in dict.fromkeys(known)]


def of_name(salt: str, name: str) -> list[Tombstone]:
    """In both orders of two words. Raises ValueError for what is no name: a single word would hit too many."""
    words = [one.folded for one in _words(name)]
    if len(words) < 2 or max(map(len, words)) < LEAST_ALONE:
        raise ValueError("give the whole name: at least two words")
    orders = [words, words[::-1]] if len(words) == 2 else [words]
    return [_name_stone(salt, order) for order in orders]


def _name_stone(salt: str, words: Sequence[str]) -> Tombstone:
    shape = tuple(_stem(word) for word in words)
    begins = (word[:length] for word, length in zip(words, shape, strict=True))
    return Tombstone("name", digest(salt, "name", *begins), shape)


def _stem(word: str) -> int:
    """Without the last letter, which endings replace; short words are kept whole.

    >>> _stem("petrova"), _stem("anna"), _stem("li")
    (6, 4, 2)
    """
    return len(word) - 1 if len(word) > 4 else len(word)


def _words(text: str) -> list[_Word]:
    return [_Word(found.start(), found.end(), search_fold(found[0])) for found in _WORD.finditer(text)]


@dataclass(frozen=True)
class Forgotten:
    """All tombstones of an archive. salt "" : there are none."""

    salt: str = ""
    stones: tuple[Tombstone, ...] = ()

    @cached_property
    def _articles(self) -> frozenset[str]:
        return frozenset(one.hash for one in self.stones if one.kind == "article")

    @cached_property
    def _named(self) -> frozenset[tuple[tuple[int, ...], str]]:
        return frozenset((one.shape, one.hash) for one in self.stones if one.kind == "name")

    @cached_property
    def _shapes(self) -> tuple[tuple[int, ...], ...]:
        return tuple(sorted({shape for shape, _ in self._named}, reverse=True))

    @property
    def names(self) -> bool:
        return bool(self._named)

    def clean(self, source: str, items: Sequence[Item]) -> tuple[tuple[Item, ...], int]:
        """Items without those that were forgotten, and how many those are; names of forgotten persons taken out."""
        kept = [
            self.without_names(item)
            for item, identity in zip(items, identities(items), strict=True)
            if identity is None or not self._is_forgotten(source, (identity.guid, identity.other), item)
        ]
        return tuple(kept), len(items) - len(kept)

    def _is_forgotten(self, source: str, names: Iterable[str], item: Item) -> bool:
        if not self._articles:
            return False
        link = f"link:{link_of(item.url)}" if item.url else ""
        return not self._articles.isdisjoint(_names(self.salt, source, (*names, link), item.title, item.published))

    def without_names(self, item: Item) -> Item:
        if not self.names:
            return item
        title, text = self.redact(item.title, item.text)
        return replace(item, title=title, text=text, url=self.url(item.url), guid=self.guid(item.guid))

    def redact(self, *texts: str) -> tuple[str, ...]:
        """These texts of one article, read together, with every forgotten name replaced."""
        found = [self._spans(_words(text), text) for text in texts]
        alone = {stem for spans in found for *_, stems in spans for stem in stems}
        if not alone:
            return texts
        return tuple(_replaced(text, spans, alone) for text, spans in zip(texts, found, strict=True))

    def names_in(self, text: str) -> bool:
        return self.names and bool(self._spans(_words(text), text))

    def url(self, url: str) -> str:
        """An address that spells a name is replaced by one of the same site that does not, and stays the same one."""
        if not url or not self.names_in(_spoken(url)):
            return url
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}/name-removed/{digest(self.salt, normal_url(url))}"

    def guid(self, guid: str) -> str:
        return f"name-removed:{digest(self.salt, guid)}" if guid and self.names_in(_spoken(guid)) else guid

    def _spans(self, words: Sequence[_Word], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
        """(start, end, how its longer words begin) of each name."""
        found: list[tuple[int, int, tuple[str, ...]]] = []
        at = 0
        while at < len(words):
            size, stems = self._name_at(words, at, text)
            if size:
                found.append((words[at].start, words[at + size - 1].end, stems))
            at += size or 1
        return found

    def _name_at(self, words: Sequence[_Word], at: int, text: str) -> tuple[int, tuple[str, ...]]:
        for shape in self._shapes:
            some = words[at : at + len(shape)]
            if len(some) < len(shape) or not _fits(some, shape, text):
                continue
            begins = tuple(word.folded[:length] for word, length in zip(some, shape, strict=True))
            if (shape, digest(self.salt, "name", *begins)) in self._named:
                return len(shape), tuple(one for one in begins if len(one) >= LEAST_ALONE)
        return 0, ()


def _fits(words: Sequence[_Word], shape: Sequence[int], text: str) -> bool:
    if any(not length <= len(one.folded) <= length + LONGEST_ENDING for one, length in zip(words, shape, strict=True)):
        return False
    gaps = [text[one.end : other.start] for one, other in pairwise(words)]
    return all(len(gap) <= _GAP and "\n" not in gap for gap in gaps)


def _replaced(text: str, spans: Sequence[tuple[int, int, tuple[str, ...]]], alone: Iterable[str]) -> str:
    """Whole names, and in the same article first name and surname by themselves."""
    stems = tuple(alone)
    ranges = [(start, end) for start, end, _ in spans]
    ranges += [(one.start, one.end) for one in _words(text) if _is_alone(text, one, stems)]
    parts, at = [], 0
    for start, end in sorted(ranges, key=lambda one: (one[0], -one[1])):
        if start >= at:
            parts += [text[at:start], REMOVED]
            at = end
    return "".join([*parts, text[at:]])


def _is_alone(text: str, word: _Word, stems: tuple[str, ...]) -> bool:
    fits = any(word.folded.startswith(stem) and len(word.folded) - len(stem) <= LONGEST_ENDING for stem in stems)
    return fits and text[word.start].isupper()


def _spoken(address: str) -> str:
    """An address as words: anna-petrova is Anna Petrova."""
    parts = urlsplit(address) if "://" in address else None
    said = f"{parts.path} {parts.query} {parts.fragment}" if parts else address
    return re.sub(r"[\W_]+", " ", unquote(said))


def beginnings(name: str) -> tuple[str, ...]:
    """How the words of a name begin, for a first look into texts that are folded for search.

    >>> beginnings("Anna Petrova")
    ('anna', 'petrov')
    """
    return tuple(one.folded[: _stem(one.folded)] for one in _words(name))
