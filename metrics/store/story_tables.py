"""What pages and exports ask about stories: origin, carriers, credit, event group, independent reports. Frames out.

Event groups are made when they are asked for, from the days asked and three days beside them; nothing of them is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection, and_, select

from feeds.archive import Archive
from feeds.archive.schema import AnyRow, articles, credits, evidence, figures, story_members, tags
from metrics.attribution import Attribution
from metrics.credits import Credits
from metrics.groups import APART, Label
from metrics.lexicon import Lexicon
from metrics.origins import Carrier, Said, SignReader, StoryOf, grouped, independent, stories_of
from metrics.store.questions import CHUNK, _under

COLUMNS = (
    "story", "origin", "title", "url", "outlet", "family", "side", "language", "day", "first_seen", "last_seen",
    "articles", "outlets", "families", "sides", "languages", "credited", "group", "group_stories",
    "independent_reports",
)  # fmt: skip
REPORT_COLUMNS = ("date", "indicator", "stance", "articles", "stories", "reports")


@dataclass(frozen=True, slots=True)
class Reading:
    """What stories are read with: made once for a monitor, since the names of all its places stand in it."""

    attribution: Attribution
    credits: Credits
    signs: SignReader


def reading_of(lexicon: Lexicon, attribution: Attribution) -> Reading:
    outlets = attribution.outlets
    return Reading(attribution, Credits(lexicon.credits, outlets), SignReader(lexicon, outlets))


@dataclass(frozen=True, slots=True)
class EventGroup:
    """Stories about one event, earliest first. said: article → what it says."""

    id: int
    stories: tuple[StoryOf, ...]
    said: dict[int, Said]

    @property
    def independent_reports(self) -> int:
        return independent(self.stories)


def event_groups(
    archive: Archive, reading: Reading, *, first: date, last: date, as_of: datetime | None = None
) -> list[EventGroup]:
    """Groups with a relevant story whose origin stands on one of these days, earliest first.

    as_of : only articles seen by then, and what they say in their newest version. None: all.
    """
    carriers, said = _asked(archive, reading, first - APART, last + APART, as_of)
    found = grouped([one for one in stories_of(carriers) if any(c.relevant for c in one.carriers)], said, reading.signs)
    groups = [EventGroup(group, tuple(stories), said) for group, stories in sorted(found.items())]
    return [one for one in groups if any(_stands(story, first, last) for story in one.stories)]


def _stands(story: StoryOf, first: date, last: date) -> bool:
    return story.origin.day is not None and first <= story.origin.day <= last


def story_table(
    archive: Archive, reading: Reading, *, first: date, last: date, as_of: datetime | None = None
) -> pd.DataFrame:
    """One row a relevant story of these days (of its origin), with COLUMNS, in order of appearance.

    origin : article id; title to day are the origin's. first_seen, last_seen : UTC, of its articles.
    articles, outlets : how many; families, sides, languages : sorted tuples, publisher families being one voice each.
    credited : the family whose report its text says it is; "" for none. group : id of its event group.
    independent_reports : distinct families among the stories of the group, credited ones in place of publishers.
    """
    rows = [
        (group, story)
        for group in event_groups(archive, reading, first=first, last=last, as_of=as_of)
        for story in group.stories
        if _stands(story, first, last)
    ]
    ordered = sorted(rows, key=lambda row: (row[1].origin.first_time, row[1].id))
    return pd.DataFrame([_row(group, story) for group, story in ordered], columns=list(COLUMNS))


def _row(group: EventGroup, story: StoryOf) -> tuple[object, ...]:
    origin, seen = story.origin, [one.seen for one in story.carriers]
    return (
        story.id, origin.article, origin.title, origin.url, origin.outlet, origin.family, origin.side, origin.language,
        origin.day, min(seen), max(seen), len(story.carriers), len({one.outlet for one in story.carriers}),
        story.families, tuple(sorted({one.side for one in story.carriers})),
        tuple(sorted({one.language for one in story.carriers})), story.credited,
        group.id, len(group.stories), group.independent_reports,
    )  # fmt: skip


def reports_daily(archive: Archive, reading: Reading, *, first: date, last: date) -> pd.DataFrame:
    """REPORT_COLUMNS, one row a day, indicator and stance that occurs, of sources that enter counts.

    articles, stories : as the daily table counts them, on the day of the story's origin. reports : independent reports,
    on the earliest day within the range of what the event group says under the label. A group adds each voice once.
    """
    numbers: defaultdict[tuple[date, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for group in event_groups(archive, reading, first=first, last=last):
        for label, stories in sorted(_by_label(group, first, last).items()):
            for story in stories:
                row = numbers[_day(story), *label]
                row[0] += sum(one.counts and label in _labels(group, one) for one in story.carriers)
                row[1] += 1
            numbers[min(map(_day, stories)), *label][2] += independent(stories)
    rows = [(*key, *values) for key, values in sorted(numbers.items())]
    return pd.DataFrame(rows, columns=list(REPORT_COLUMNS))


def reports_of(
    archive: Archive, reading: Reading, stories: Collection[int], *, first: date, last: date
) -> pd.DataFrame:
    """date, reports: independent reports of these stories, on the earliest of their days within the range."""
    return reports_by(archive, reading, {"": stories}, first=first, last=last)[["date", "reports"]]


def reports_by(
    archive: Archive, reading: Reading, lists: Mapping[str, Collection[int]], *, first: date, last: date
) -> pd.DataFrame:
    """date, key, reports: the same of several lists of stories. A story of two lists is reported in both."""
    numbers: defaultdict[tuple[date, str], int] = defaultdict(int)
    for group in event_groups(archive, reading, first=first, last=last):
        standing = [one for one in group.stories if _stands(one, first, last)]
        for key, stories in lists.items():
            if mine := [one for one in standing if one.id in stories]:
                numbers[min(map(_day, mine)), key] += independent(mine)
    rows = [(*key, value) for key, value in sorted(numbers.items())]
    return pd.DataFrame(rows, columns=["date", "key", "reports"])


def _by_label(group: EventGroup, first: date, last: date) -> dict[Label, list[StoryOf]]:
    found: defaultdict[Label, list[StoryOf]] = defaultdict(list)
    for whole in group.stories:
        counted = [one for one in whole.carriers if one.counts]
        story = StoryOf(counted) if counted else whole
        if counted and _stands(story, first, last):
            for label in {label for one in counted for label in _labels(group, one)}:
                found[label].append(story)
    return found


def _labels(group: EventGroup, carrier: Carrier) -> frozenset[Label]:
    known = group.said.get(carrier.article)
    return known.labels if known and carrier.relevant else frozenset()


def _day(story: StoryOf) -> date:
    assert story.origin.day is not None
    return story.origin.day


# What is read ---------------------------------------------------------------------------------------------------------


def _asked(
    archive: Archive, reading: Reading, first: date, last: date, as_of: datetime | None
) -> tuple[list[Carrier], dict[int, Said]]:
    with archive.reading() as connection:
        under = _under(connection)
        carriers = _carriers(connection, under, reading, first, last, as_of)
        said = _said(connection, under, [one.article for one in carriers if one.relevant])
    return carriers, said


def _carriers(
    connection: Connection, under: int, reading: Reading, first: date, last: date, as_of: datetime | None
) -> list[Carrier]:
    """All articles of every story with a relevant article on these days."""
    tagged = and_(tags.c.article == articles.c.id, tags.c.rules == under)
    until = [articles.c.seen <= as_of] if as_of is not None else []
    wanted = (
        select(story_members.c.story)
        .join(articles, articles.c.id == story_members.c.article)
        .join(tags, tagged)
        .where(articles.c.day.between(first, last), tags.c.relevant, *until)
        .distinct()
    )
    query = (
        select(
            articles.c.id, story_members.c.story, articles.c.title, articles.c.url, articles.c.source,
            articles.c.outlet, tags.c.language, articles.c.day, articles.c.first_time, articles.c.seen,
            credits.c.agency, tags.c.relevant,
        )
        .join(story_members, story_members.c.article == articles.c.id)
        .join(tags, tagged)
        .join(credits, and_(credits.c.article == articles.c.id, credits.c.rules == under), isouter=True)
        .where(story_members.c.story.in_(wanted), *until)
    )  # fmt: skip
    return [_carrier(reading, row) for row in connection.execute(query)]


def _carrier(reading: Reading, row: AnyRow) -> Carrier:
    outlet = reading.attribution.outlet(row.source, row.outlet)
    family = reading.credits.family_of(outlet)
    credited = reading.credits.family(row.agency) if row.agency else ""
    return Carrier(
        row.id, row.story, row.title, row.url, outlet.name, family, outlet.side, row.language, row.day, row.first_time,
        row.seen, credited if credited != family else "", row.relevant, reading.attribution.counts(row.source),
    )  # fmt: skip


def _said(connection: Connection, under: int, ids: Sequence[int]) -> dict[int, Said]:
    labels: defaultdict[int, set[Label]] = defaultdict(set)
    places: defaultdict[int, set[str]] = defaultdict(set)
    sentences: defaultdict[int, dict[str, None]] = defaultdict(dict)
    numbers: defaultdict[int, set[tuple[str, float]]] = defaultdict(set)
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        names = ("article", "indicator", "stance", "place", "sentence")
        query = select(*(evidence.c[name] for name in names)).where(
            evidence.c.rules == under, evidence.c.article.in_(some), evidence.c.added_later.is_(False)
        )
        for article, indicator, stance, place, sentence in connection.execute(
            query.order_by(evidence.c.article, evidence.c.n)
        ):
            labels[article].add((indicator, stance))
            sentences[article][sentence] = None
            if place:
                places[article].add(place)
        claimed = select(figures.c.article, figures.c.subject, figures.c.value)
        for article, subject, value in connection.execute(
            claimed.where(figures.c.rules == under, figures.c.article.in_(some))
        ):
            numbers[article].add((subject, value))
    return {
        article: Said(
            frozenset(labels[article]),
            frozenset(places[article]),
            frozenset(numbers[article]),
            tuple(sentences[article]),
        )
        for article in labels
    }
