"""Who tells what on which day: the articles of stories with their labels, as levels count them; now, or as it stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import and_, func, or_, select

from feeds.archive import Archive
from feeds.archive.schema import AnyRow, articles, credits, evidence, story_members, tags
from feeds.monitor import Monitor
from metrics.attribution import Attribution
from metrics.model import Evidence
from metrics.observe import Watched
from metrics.store.asof import unedited
from metrics.store.building import current_rules
from metrics.store.observing import Brings, Brought, brought_since, watched_sources
from metrics.store.vintage import CHUNK, watched_then

COLUMNS = ("story", "first_time", "article", "source", "outlet", "agency", "day", "late", "backfill")
LABELS = ("indicator", "stance", "people")


@dataclass(frozen=True, slots=True)
class EditedSince:
    """What an article edited since a moment said in the version that stood. counted : () when it was not relevant."""

    language: str
    relevant: bool
    context: bool
    counted: tuple[Evidence, ...]
    agency: str | None


@dataclass(frozen=True, slots=True)
class Moment:
    """The archive as it stood. edited : of every article edited since, what it said then.

    None: that cannot be read, since the monitor's words are others than those of the tags; they count as they are now.
    """

    monitor: Monitor
    as_of: datetime
    edited: Mapping[int, EditedSince] | None

    @property
    def stood(self) -> Mapping[int, EditedSince]:
        return self.edited or {}


def edited_since(archive: Archive, *, first: date, last: date, as_of: datetime) -> list[int]:
    """Articles of these days that were seen by `as_of` and edited later."""
    mine = articles.c
    with archive.reading() as connection:
        query = select(mine.id).where(mine.day.between(first, last), mine.seen <= as_of, mine.changed > as_of)
        return sorted(connection.execute(query).scalars())


def first_touched(archive: Archive, *, as_of: datetime, last: date) -> date | None:
    """The first day to `last` with an article that was seen or edited after `as_of`; None: none has."""
    mine = articles.c
    came = select(func.min(mine.day)).where(mine.seen > as_of, mine.day <= last)
    edited = select(func.min(mine.day)).where(mine.changed > as_of, mine.day <= last)
    with archive.reading() as connection:
        found = [connection.execute(query).scalar() for query in (came, edited)]
    return min((day for day in found if day is not None), default=None)


def told(
    archive: Archive, *, first: date, last: date, indicators: tuple[str, ...] = (), occurrences: tuple[str, ...] = (),
    moment: Moment | None = None,
) -> pd.DataFrame:  # fmt: skip
    """COLUMNS and LABELS, one row an article and label, by story and in it by appearance; without `past`.

    agency : whom the text credits, None: nobody. day : of the article itself. indicators, occurrences (of `reported`) :
    (): all. moment : as it stood then; None: as it is.
    """
    under = current_rules(archive)
    names = [*COLUMNS, *LABELS]
    if under is None:
        return pd.DataFrame(columns=names)
    mine = articles.c
    query = (
        select(
            story_members.c.story, mine.first_time, mine.id, mine.source, mine.outlet, credits.c.agency, mine.day,
            mine.late, mine.backfill, *(evidence.c[name] for name in LABELS),
        )
        .join(story_members, story_members.c.article == mine.id)
        .join(evidence, and_(evidence.c.article == mine.id, evidence.c.rules == under.id))
        .join(tags, and_(tags.c.article == mine.id, tags.c.rules == under.id, tags.c.relevant))
        .join(credits, and_(credits.c.article == mine.id, credits.c.rules == under.id), isouter=True)
        .where(mine.day.between(first, last), evidence.c.stance != "past", evidence.c.added_later.is_(False))
        .distinct()
    )  # fmt: skip
    if indicators:
        query = query.where(evidence.c.indicator.in_(indicators))
    if occurrences:
        query = query.where(or_(evidence.c.stance != "reported", evidence.c.occurrence.in_(occurrences)))
    if moment is not None:
        query = query.where(mine.seen <= moment.as_of)
        query = query if moment.edited is None else query.where(unedited(moment.as_of))
    with archive.reading() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    if moment is not None:
        rows += _of_edited(archive, moment, first, last, indicators, occurrences)
    return pd.DataFrame(rows, columns=names).sort_values(["story", "first_time", "article"], ignore_index=True)


def _of_edited(
    archive: Archive, moment: Moment, first: date, last: date, indicators: Sequence[str], occurrences: Sequence[str]
) -> list[tuple[object, ...]]:
    """The rows of articles edited since, from what they said then."""
    mine = articles.c
    found: list[AnyRow] = []
    wanted = [article for article, one in moment.stood.items() if one.relevant]
    with archive.reading() as connection:
        for start in range(0, len(wanted), CHUNK):
            query = (
                select(
                    story_members.c.story, mine.first_time, mine.id, mine.source, mine.outlet, mine.day, mine.late,
                    mine.backfill,
                )
                .join(story_members, story_members.c.article == mine.id)
                .where(mine.id.in_(wanted[start : start + CHUNK]), mine.day.between(first, last))
            )  # fmt: skip
            found += connection.execute(query).all()
    return [
        (*row[:5], moment.stood[row.id].agency, *row[5:], *label)
        for row in found
        for label in _labels(moment.stood[row.id], indicators, occurrences)
    ]


def _labels(one: EditedSince, indicators: Sequence[str], occurrences: Sequence[str]) -> list[tuple[str, str, str]]:
    found = [
        (e.indicator, e.stance, e.people)
        for e in one.counted
        if e.stance != "past"
        and (not indicators or e.indicator in indicators)
        and (not occurrences or e.stance != "reported" or e.occurrence in occurrences)
    ]
    return list(dict.fromkeys(found))


def watched_since(
    archive: Archive, attribution: Attribution, *, first: date, moment: Moment | None = None,
    brought: Brings | None = None,
) -> list[Watched]:  # fmt: skip
    """The sources that enter counts, with what they did on every day and brought from `first` on.

    brought : as metrics.store.observing has it; of a moment it stands for the days that nothing touched since.
    """
    under = current_rules(archive)
    if under is None:
        return []
    if moment is not None:
        relevant = {article for article, one in moment.stood.items() if one.relevant}
        return watched_then(
            archive, under, attribution, moment.monitor, relevant, first=first, as_of=moment.as_of,
            brought=brought, touched=first_touched(archive, as_of=moment.as_of, last=date.max) if brought else None,
        )  # fmt: skip
    with archive.reading() as connection:
        return watched_sources(connection, under, attribution, first, brought)


def brought_of(archive: Archive, first: date, last: date) -> Brought:
    """Relevant articles of these days by source and day, without those from files."""
    under = current_rules(archive)
    if under is None:
        return {}
    with archive.reading() as connection:
        return brought_since(connection, under, first, last)
