"""Stories newest first, a page at a time, and how many there are: what people read, however large the archive.

No query here sorts or groups all that match. Where a filter leaves few articles (some words, a day, a rare source),
these are read and sorted; else the archive is walked from its newest article down, until the page is full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, not_, select

from feeds.archive import Archive
from feeds.archive import search as words_search
from feeds.archive.schema import articles, evidence, story_members
from metrics.attribution import Attribution
from metrics.model import StoryLine
from metrics.store.listing import _matching
from metrics.store.questions import StoryQuery, _conditions, _line_query, _lines, _under

FEW = 40_000  # articles that one filter leaves, so that they are ordered instead of walking the archive
STEP = 800  # articles looked at in one step
MOST_COUNTED = 2_000  # stories; beyond it is said that there are more

Member = tuple[int, int, datetime]  # article, story, first_time


def newest(
    archive: Archive, attribution: Attribution, wanted: StoryQuery, *, limit: int = 50, offset: int = 0,
    older_than: int | None = None,
) -> list[StoryLine]:  # fmt: skip
    """Stories newest first, each shown by its matching article with the smallest id.

    origins_only False: every matching article instead. older_than : an article that was shown; what comes after.
    """
    with archive.reading() as connection:
        asked = _Asked(connection, attribution, wanted, older_than)
        shown = asked.shown(offset + limit)[offset:]
        rows = connection.execute(_line_query(asked.under).where(articles.c.id.in_(shown))).all()
        ordered = sorted(rows, key=lambda row: shown.index(row.id))
        return _lines(connection, asked.under, ordered, attribution, wanted)


def story_count(
    archive: Archive, attribution: Attribution, wanted: StoryQuery, *, older_than: int | None = None
) -> int:
    """Stories (or articles) that match; MOST_COUNTED + 1 says that there are more than MOST_COUNTED."""
    with archive.reading() as connection:
        return _Asked(connection, attribution, wanted, older_than).count()


def stories(
    archive: Archive, attribution: Attribution, wanted: StoryQuery, *, limit: int = 50, offset: int = 0
) -> tuple[list[StoryLine], int]:
    """Those of `newest`, and how many there are: see `story_count`."""
    lines = newest(archive, attribution, wanted, limit=limit, offset=offset)
    return lines, story_count(archive, attribution, wanted)


class _Asked:
    """One question to one state of the archive. Who publishes is told here and not by SQL: outlets are data files."""

    def __init__(
        self, connection: Connection, attribution: Attribution, wanted: StoryQuery, older_than: int | None = None
    ) -> None:
        self.connection, self.attribution, self.wanted = connection, attribution, wanted
        self.under = _under(connection)
        self.start = self._member(older_than)
        self.worded = self._worded()
        self.few = self._few()
        self.conditions = _conditions(connection, self.under, replace(wanted, side=None, words=None), attribution)

    def shown(self, most: int) -> list[int]:
        """The newest articles that stand for a story each, at most so many."""
        found: list[int] = []
        for step in self._steps():
            first = self._first_of({story for _, story, _ in step}) if self.wanted.origins_only else {}
            found += [article for article, story, _ in step if first.get(story, article) == article]
            if len(found) >= most:
                break
        return found[:most]

    def count(self) -> int:
        counted: set[int] = set()
        for step in self._steps():
            counted.update(story if self.wanted.origins_only else article for article, story, _ in step)
            if len(counted) > MOST_COUNTED:
                return MOST_COUNTED + 1
        return len(counted)

    def _steps(self) -> Iterator[list[Member]]:
        """Matching articles, newest first, some at a time."""
        if self.few is not None:
            few = [one for one in self.few if self.start is None or _order(one) < _order(self.start)]
            yield from (self._matching(few[start : start + STEP]) for start in range(0, len(few), STEP))
            return
        last = self.start
        while members := self._before(last):
            yield self._matching(members)
            last = members[-1]

    def _member(self, article: int | None) -> Member | None:
        """Where a page begins; None: with the newest, also where the article is not in this archive."""
        if article is None:
            return None
        return next(iter(_read(self.connection, _MEMBERS.where(story_members.c.article == article))), None)

    def _before(self, last: Member | None) -> list[Member]:
        """The next articles of the archive, newest first; by the index of story_members alone."""
        time, article = story_members.c.first_time, story_members.c.article
        query = _MEMBERS.order_by(time.desc(), article.desc()).limit(STEP)
        if last is not None:
            query = query.where(time <= last[2], not_(and_(time == last[2], article >= last[0])))
        return _read(self.connection, query)

    def _matching(self, members: Sequence[Member]) -> list[Member]:
        """Those of the articles that match, in the same order."""
        worded = self.worded
        ids = [article for article, _, _ in members if worded is None or article in worded]
        here = articles.c.id.in_(ids)
        columns = (articles.c.id, articles.c.source, articles.c.outlet)
        rows = self.connection.execute(_matching(self.under, [*self.conditions, here], *columns)).all()
        side = self.wanted.side
        kept = {row[0] for row in rows if side is None or self.attribution.outlet(row[1], row[2]).side == side}
        return [one for one in members if one[0] in kept]

    def _first_of(self, found: set[int]) -> dict[int, int]:
        """Story → its matching article with the smallest number."""
        members = _read(self.connection, _MEMBERS.where(story_members.c.story.in_(sorted(found))))
        first: dict[int, int] = {}
        for start in range(0, len(members), STEP):
            for article, story, _ in self._matching(members[start : start + STEP]):
                first[story] = min(article, first.get(story, article))
        return first

    def _worded(self) -> frozenset[int] | None:
        """The articles that hold the words, looked for once and not at every step; None: no words are asked for."""
        parsed = words_search.parse_query(self.wanted.words) if self.wanted.words else None
        if parsed is None or not parsed.wanted:
            return None
        found = select(articles.c.id).where(words_search.matches(self.connection.dialect.name, parsed))
        return frozenset(row[0] for row in self.connection.execute(found))

    def _few(self) -> list[Member] | None:
        """Articles among which all that match are, newest first, where one filter leaves few; None: walk instead."""
        if self.worded is not None and len(self.worded) <= FEW:
            return self._ordered(sorted(self.worded))
        for candidates in self._narrow():
            ids = [row[0] for row in self.connection.execute(candidates.limit(FEW + 1))]
            if len(ids) <= FEW:
                return self._ordered(sorted(set(ids)))
        return None

    def _narrow(self) -> Iterator[Select[Any]]:
        """What each filter by itself leaves, where an index answers it."""
        wanted = self.wanted
        if wanted.first is not None and wanted.last is not None:
            yield select(articles.c.id).where(articles.c.day.between(wanted.first, wanted.last))
        if wanted.source is not None:
            yield select(articles.c.id).where(articles.c.source == wanted.source)
        if wanted.indicator is not None:
            stance = [evidence.c.stance == wanted.stance] if wanted.stance else []
            of = (evidence.c.rules == self.under, evidence.c.indicator == wanted.indicator, *stance)
            yield select(evidence.c.article).where(*of)

    def _ordered(self, ids: Sequence[int]) -> list[Member]:
        found: list[Member] = []
        for start in range(0, len(ids), STEP):
            found += _read(self.connection, _MEMBERS.where(story_members.c.article.in_(ids[start : start + STEP])))
        return sorted(found, key=_order, reverse=True)


_MEMBERS = select(story_members.c.article, story_members.c.story, story_members.c.first_time)


def _order(one: Member) -> tuple[datetime, int]:
    return one[2], one[0]


def _read(connection: Connection, query: Select[Any]) -> list[Member]:
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]
