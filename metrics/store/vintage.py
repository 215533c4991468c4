"""The daily table as it stood at a moment: counted anew for one range from what had been seen by then, stored nowhere.

Stories stood then as they stand now, less the articles that came since: nothing merges or splits later, and a late
original moves a story only from its arrival on. Sides, scopes and words are those of today; who asks is told so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from feeds.archive import Archive
from feeds.archive.schema import articles, polls, story_members, tags
from feeds.monitor import Monitor
from metrics.attribution import Attribution
from metrics.model import Evidence
from metrics.observe import SourceDay, Watched, present_throughout
from metrics.store.asof import last_moment, source_days_until
from metrics.store.building import Rules, current_rules
from metrics.store.counting import NONE, Label, Then, rows_of_days
from metrics.store.observing import Brings, Brought, watched_source, weighed_from
from metrics.store.panel import Counted

CHUNK = 400


@dataclass(frozen=True, slots=True)
class TagsThen:
    """What an article edited since said in the version that stood. counted : without evidence added 48 h later."""

    language: str
    relevant: bool
    context: bool
    counted: tuple[Evidence, ...]


Stood = Callable[[Sequence[int]], Mapping[int, TagsThen]]  # reads the versions that stood of these articles again


class Vintage(Counted):
    """The answers as they were at `as_of`, for days of one range; of all sources, or of those present throughout."""

    def __init__(
        self,
        archive: Archive,
        monitor: Monitor,
        attribution: Attribution,
        stood: Stood,
        *,
        first: date,
        last: date,
        as_of: datetime,
        fixed: bool = False,
    ) -> None:
        under = current_rules(archive)
        vintage = last_moment(archive, as_of)
        if under is None or vintage is None:
            super().__init__({}, [], first, last, vintage=vintage)
            return
        did = source_days_until(archive, as_of=as_of, zone=monitor.zone)
        keys = _counting(did, attribution)
        begin = min((weighed_from(did[key], first) for key in keys), default=first)
        edited = _edited(archive, first, last, begin, as_of)
        tagged = stood(edited) if edited else {}
        relevant = {article for article, one in tagged.items() if one.relevant}
        watched = _watched(archive, under, attribution, keys, did, relevant, begin, as_of)
        self.sources = present_throughout(watched, first, last) if fixed else frozenset(keys)
        then = Then(as_of, *_as_counted(tagged))
        only = attribution.only(self.sources) if fixed else attribution
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        counted = rows_of_days(archive, under, days, only, then)
        watched = [one for one in watched if one.key in self.sources]
        polled = max((day for of in did.values() for day in of), default=first - timedelta(days=1))
        super().__init__(counted, watched, first, min(last, polled), vintage=vintage)


def watched_then(
    archive: Archive, under: Rules, attribution: Attribution, monitor: Monitor, relevant: Collection[int], *,
    first: date, as_of: datetime, brought: Brings | None = None, touched: date | None = None,
) -> list[Watched]:  # fmt: skip
    """The sources that enter counts, with what they had done by then and brought from `first` on.

    relevant : articles edited since that were relevant in the version that stood. brought : what is known now of the
    days before `touched`, the first with an article that came or was edited since (None: none did).
    """
    did = source_days_until(archive, as_of=as_of, zone=monitor.zone)
    keys = _counting(did, attribution)
    begin = min((weighed_from(did[key], first) for key in keys), default=first)
    known = brought(begin) if brought is not None else None
    return _watched(archive, under, attribution, keys, did, relevant, begin, as_of, known, touched)


def _counting(did: Mapping[str, object], attribution: Attribution) -> list[str]:
    return [key for key in sorted(did) if key in attribution.sources and attribution.counts(key)]


def _edited(archive: Archive, first: date, last: date, begin: date, as_of: datetime) -> list[int]:
    """Articles edited since `as_of`: those of the stories of the range, and those that make the weight of a source."""
    by_then = (articles.c.seen <= as_of, articles.c.changed > as_of)
    stories = (
        select(story_members.c.story)
        .join(articles, articles.c.id == story_members.c.article)
        .where(articles.c.day.between(first, last), articles.c.seen <= as_of)
    )
    of_stories = (
        select(articles.c.id)
        .join(story_members, story_members.c.article == articles.c.id)
        .where(story_members.c.story.in_(stories), *by_then)
    )
    of_weights = select(articles.c.id).where(articles.c.day.between(begin, last), *by_then)
    with archive.reading() as connection:
        return sorted({*connection.execute(of_stories).scalars(), *connection.execute(of_weights).scalars()})


def _as_counted(
    tagged: Mapping[int, TagsThen],
) -> tuple[dict[int, tuple[str, bool, bool]], dict[int, set[Label]]]:
    said = {article: (one.language, one.relevant, one.context) for article, one in tagged.items()}
    labels: dict[int, set[Label]] = {
        article: {(e.indicator, e.stance, e.occurrence or NONE, e.people) for e in one.counted}
        for article, one in tagged.items()
    }
    return said, labels


def _watched(
    archive: Archive,
    under: Rules,
    attribution: Attribution,
    keys: Sequence[str],
    did: Mapping[str, Mapping[date, SourceDay]],
    relevant: Collection[int],
    begin: date,
    as_of: datetime,
    known: Brought | None = None,
    touched: date | None = None,
) -> list[Watched]:
    """The sources with what they had done and brought by then. One that was polled since was not retired then."""
    since = begin if known is None else max(begin, touched or date.max)
    with archive.reading() as connection:
        brought = _brought(connection, under, relevant, since, as_of)
        polled_since = set(connection.execute(select(polls.c.source).where(polls.c.at > as_of).distinct()).scalars())
    for source, days in (known or {}).items():
        brought[source].update({day: count for day, count in days.items() if begin <= day < since})
    watched = [watched_source(key, attribution, dict(did[key]), brought[key]) for key in keys]
    return [replace(one, retired=one.retired and one.key not in polled_since) for one in watched]


def _brought(
    connection: Connection, under: Rules, relevant: Collection[int], begin: date, as_of: datetime
) -> defaultdict[str, dict[date, int]]:
    """source → counting day from `begin` on → articles that were relevant then."""
    polled = (articles.c.seen <= as_of, articles.c.day >= begin, articles.c.backfill.is_(False))
    unedited = (
        select(articles.c.source, articles.c.day, func.count())
        .join(tags, (tags.c.article == articles.c.id) & (tags.c.rules == under.id))
        .where(*polled, tags.c.relevant, or_(articles.c.changed.is_(None), articles.c.changed <= as_of))
        .group_by(articles.c.source, articles.c.day)
    )
    found: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for source, day, count in connection.execute(unedited):
        found[source][day] = count
    ids = sorted(relevant)
    for start in range(0, len(ids), CHUNK):
        query = select(articles.c.source, articles.c.day)
        for source, day in connection.execute(query.where(*polled, articles.c.id.in_(ids[start : start + CHUNK]))):
            found[source][day] = found[source].get(day, 0) + 1
    return found
