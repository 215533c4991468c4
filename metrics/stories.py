"""Articles → stories: copies and light rewrites of one text are one story. Pure: no clock, no SQL.

Articles are assigned in the order in which the archive has them, which is that of (seen, id); a story's id is its
first-seen member's; nothing merges or splits later. An article joins its best match among the articles that appeared
within ten days of it. They are held in memory by spans of five days: those around the article in hand, whatever their
number, and a few more; others are read back when an article of their time comes (a late one, or history loaded from a
file). So memory grows with what appears in a month, not with the archive, and the result does not depend on what was
in memory.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from metrics.alike import least_shared, likeness, tell_apart
from metrics.sketch import Parts, Sketch

WINDOW = timedelta(days=10)  # copies come within days; an anniversary reprint is a new story
SPAN = timedelta(days=5)
AROUND = 2  # spans on each side that hold what is within WINDOW
SPANS = 8  # kept in memory
COMMON = 25  # a hash in more texts than this is a formula, not a sign of copying
SHARED = 2  # keys that a candidate must share
CANDIDATES = 8  # looked at closely
TITLE_WINDOW = timedelta(hours=20)  # of bare headlines; the next day's is another bulletin
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Member(NamedTuple):
    """One assigned article. at : its first_time, when it appeared. family : of its publisher."""

    article: int
    story: int
    at: datetime
    family: str
    sketch: Sketch


Load = Callable[[datetime, datetime], Iterable[Member]]  # members with start <= at < end, by article


class _Span:
    """The members of five days, by article, by hash and by title."""

    def __init__(self) -> None:
        self.members: dict[int, Member] = {}
        self.by_key: dict[int, int | list[int]] = {}  # most hashes stand in one article: no list for them
        self.has_bare = False  # headlines without a text: rare, and only they are found by title
        self.by_title: dict[tuple[str, str], list[int]] = {}
        self.by_short_title: dict[tuple[str, str], list[int]] = {}

    def titled(self, family: str, title_key: str) -> Iterator[Member]:
        """Of this family, with the same title; of the two one may have something behind a dash that the other lacks."""
        whole, _, shorter = title_key.partition("/")
        for table, key in ((self.by_title, whole), (self.by_short_title, whole), (self.by_title, shorter)):
            if key:
                yield from (self.members[article] for article in table.get((family, key), ()))

    def add(self, member: Member, keys: tuple[int, ...] | None = None) -> None:
        """keys : of its sketch, where they are at hand."""
        article, by_key = member.article, self.by_key
        self.members[article] = member
        for key in member.sketch.keys if keys is None else keys:
            found = by_key.setdefault(key, article)
            if found is article:  # the first with this hash
                continue
            if isinstance(found, int):
                by_key[key] = [found, article]
            elif len(found) < COMMON:
                found.append(article)
        whole, _, shorter = member.sketch.title_key.partition("/")
        self.has_bare = self.has_bare or not member.sketch.has_text
        if whole:
            self.by_title.setdefault((member.family, whole), []).append(member.article)
        if shorter:
            self.by_short_title.setdefault((member.family, shorter), []).append(member.article)


class StoryIndex:
    """Where the next article finds its story. load : members of a span of time that is not in memory."""

    def __init__(self, load: Load = lambda start, end: ()) -> None:
        self._load = load
        self._spans: OrderedDict[int, _Span] = OrderedDict()  # last used last
        self._unsaved: defaultdict[int, list[Member]] = defaultdict(list)
        self._last: tuple[int | None, list[_Span]] = None, []

    def assign(self, article: int, at: datetime, family: str, sketch: Sketch) -> Member:
        """The article with its story: that of its best match, else its own. Asked in order of `article`."""
        number = _number(at)
        spans = self._around(number)
        keys = sketch.keys
        match = _best(spans, at, family, sketch, keys)
        member = Member(article, match.story if match else article, at, family, sketch)
        self._unsaved[number].append(member)
        spans[AROUND].add(member, keys)
        while len(self._spans) > SPANS:
            self._spans.popitem(last=False)
        return member

    def saved(self) -> None:
        """All that was assigned so far can be loaded from now on."""
        self._unsaved.clear()

    def __len__(self) -> int:
        """Members in memory."""
        return sum(len(span.members) for span in self._spans.values())

    def _around(self, number: int) -> list[_Span]:
        """Those of WINDOW; nearly always the same as last time."""
        if number != self._last[0]:
            self._last = number, [self._span(n) for n in range(number - AROUND, number + AROUND + 1)]
        return self._last[1]

    def _span(self, number: int) -> _Span:
        span = self._spans.get(number)
        if span is None:
            span = self._spans[number] = _Span()
            start = _EPOCH + number * SPAN
            for member in self._load(start, start + SPAN):
                span.add(member)
            for member in self._unsaved.get(number, ()):
                span.add(member)
        self._spans.move_to_end(number)
        return span


def _number(at: datetime) -> int:
    return (at - _EPOCH) // SPAN


def _best(spans: list[_Span], at: datetime, family: str, sketch: Sketch, keys: tuple[int, ...]) -> Member | None:
    found = _same_text(spans, at, family, sketch, keys) if keys else None
    return found or _same_title(spans, at, family, sketch)


def _same_text(spans: list[_Span], at: datetime, family: str, sketch: Sketch, keys: tuple[int, ...]) -> Member | None:
    """The most alike; of equals the first."""
    candidates = _candidates(spans, keys)
    if not candidates:
        return None
    parts, best, match = Parts(sketch.blob), 0.0, None
    for less, article, number in sorted(candidates)[:CANDIDATES]:
        member = spans[number].members[article]
        apart, same_house = abs(member.at - at), member.family == family
        hours = apart.total_seconds() / 3600
        if apart > WINDOW or -less < least_shared(hours, same_house, len(keys)):
            continue
        like = likeness(parts, Parts(member.sketch.blob), hours=hours, same_house=same_house)
        if like > best or (like == best and match is not None and article < match.article):
            best, match = like, member
    return match


def _candidates(spans: list[_Span], keys: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """(minus the keys shared, article, place of its span) of those that share enough."""
    listed: list[tuple[int, int, int]] = []
    for number, span in enumerate(spans):
        shared = span.by_key.keys() & keys
        if len(shared) < SHARED:
            continue
        held_by: list[int] = []
        for found in map(span.by_key.__getitem__, shared):
            if isinstance(found, int):
                held_by.append(found)
            else:
                held_by += found
        counts = Counter(held_by)
        if len(counts) == len(held_by):  # as often: nobody shares two
            continue
        listed += [(-count, article, number) for article, count in counts.items() if count >= SHARED]
    return listed


def _same_title(spans: list[_Span], at: datetime, family: str, sketch: Sketch) -> Member | None:
    """A bare headline and the same headline of the same house, of no story that tells something else under it."""
    if sketch.has_text and not any(span.has_bare for span in spans):
        return None
    found = [one for span in spans for one in span.titled(family, sketch.title_key)]
    others = {one.story for one in found if _tell_apart(one.sketch, sketch)}
    near = (one for one in found if abs(one.at - at) <= TITLE_WINDOW and one.story not in others)
    return min(near, key=lambda one: one.article, default=None)


def _tell_apart(one: Sketch, other: Sketch) -> bool:
    """Of two full texts that is known already: they are not alike, or the titles would not have been asked."""
    if one.has_text and other.has_text:
        return True
    return bool(one.blob and other.blob) and tell_apart(Parts(one.blob), Parts(other.blob))
