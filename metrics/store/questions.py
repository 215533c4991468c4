"""What pages, exports and summaries ask of the derived tables. Values and frames out; unknown is None or NaN."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, String, and_, cast, exists, func, insert, select

from feeds.archive import Archive
from feeds.archive import search as words_search
from feeds.archive.schema import (
    AnyRow,
    articles,
    daily,
    daily_observed,
    daily_rollup,
    daily_totals,
    evidence,
    issues,
    polls,
    rules,
    story_members,
    tags,
)
from metrics.attribution import Attribution
from metrics.model import Evidence, Figure, Place, Speaker, StoryLine
from metrics.store.claimed import figures_of
from metrics.store.counting import ANY

CHUNK = 400
BREAKDOWNS = ("occurrence", "people", "language", "side")


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What came in on one day, by the day it was seen. dropped: reason → items."""

    seen: int
    relevant: int
    context: int
    dropped: dict[str, int]
    polls: int
    asked: tuple[str, ...]  # keys of sources polled that day
    answered: tuple[str, ...]
    languages: dict[str, int]  # detected language → articles


@dataclass(frozen=True, slots=True)
class StoryQuery:
    """Which stories. None: any. `words` is a search; `side` is that of the publisher, `place` a places.yaml id."""

    first: date | None = None
    last: date | None = None
    indicator: str | None = None
    stance: str | None = None
    side: str | None = None
    language: str | None = None
    place: str | None = None
    places: tuple[str, ...] = ()  # any of these places.yaml ids; (): anywhere
    source: str | None = None
    people: str | None = None
    words: str | None = None
    relevant: bool = True
    context: bool = False  # True: peace-process articles instead
    seen_until: datetime | None = None  # articles seen up to then
    origins_only: bool = True


def rollup(archive: Archive, *, first: date, last: date, indicators: Sequence[str] | None = None) -> pd.DataFrame:
    """date, indicator, stance, stories, articles, late, backfill; only rows > 0, by date. What charts read.

    The database hands over a series in one row, its days and numbers as texts: a row a day takes five times as long.
    """
    numbers = ("stories", "articles", "late", "backfill")
    table = daily_rollup.c
    told = (func.aggregate_strings(cast(table[name], String), ",") for name in ("day", *numbers))
    with archive.reading() as connection:
        query = select(table.indicator, table.stance, *told).where(
            table.rules == _under(connection), table.day.between(first, last)
        )
        if indicators is not None:
            query = query.where(table.indicator.in_(indicators))
        keys = (table.indicator, table.stance)
        rows = connection.execute(query.group_by(*keys).order_by(*keys)).all()
    names = ["date", "indicator", "stance", *numbers]
    if not rows:
        return pd.DataFrame(columns=names)
    series = [row[2].split(",") for row in rows]
    dates = {text: date.fromisoformat(text) for days in series for text in set(days)}
    lengths = [len(days) for days in series]
    columns: dict[str, object] = {"date": [dates[text] for days in series for text in days]}
    for at, name in enumerate(("indicator", "stance")):
        columns[name] = np.repeat(np.array([row[at] for row in rows], dtype=object), lengths)
    for at, name in enumerate(numbers, 3):
        columns[name] = np.fromstring(",".join(row[at] for row in rows), dtype=np.int64, sep=",")
    order = np.argsort(np.array([text for days in series for text in days], dtype="U10"), kind="stable")
    return pd.DataFrame(columns, columns=names).take(order).reset_index(drop=True)


def daily_rows(
    archive: Archive,
    *,
    first: date,
    last: date,
    indicators: Sequence[str] | None = None,
    stances: Sequence[str] | None = None,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """date, indicator, stance, *by, articles, stories: distinct stories per day and group; only rows > 0.

    by : any of occurrence, people, language, side. Sums over languages and sides are right; over peoples never.
    """
    keys = [daily.c.day, daily.c.indicator, daily.c.stance, *(daily.c[name] for name in by)]
    conditions = [
        daily.c.day.between(first, last),
        *((daily.c[name] != ANY) if name in by else (daily.c[name] == ANY) for name in ("occurrence", "people")),
        *([daily.c.indicator.in_(indicators)] if indicators is not None else []),
        *([daily.c.stance.in_(stances)] if stances is not None else []),
    ]
    with archive.reading() as connection:
        query = (
            select(*keys, func.sum(daily.c.articles), func.sum(daily.c.stories))
            .where(daily.c.rules == _under(connection), *conditions)
            .group_by(*keys)
            .order_by(*keys)
        )
        rows = connection.execute(query).all()
    return pd.DataFrame(rows, columns=["date", "indicator", "stance", *by, "articles", "stories"])


def totals(archive: Archive, *, first: date, last: date, by: Sequence[str] = ()) -> pd.DataFrame:
    """date, *by (language, side), total_stories, relevant_stories, context_stories, backfill; days with stories."""
    names = ("total_stories", "relevant_stories", "context_stories", "backfill")
    return _grouped(archive, daily_totals, first, last, by, names)


def observed(archive: Archive, *, first: date, last: date, by: Sequence[str] = ()) -> pd.DataFrame:
    """date, *by, usual, usual_seen; only days since our first poll."""
    return _grouped(archive, daily_observed, first, last, by, ("usual", "usual_seen"))


def _grouped(
    archive: Archive, table: object, first: date, last: date, by: Sequence[str], names: Sequence[str]
) -> pd.DataFrame:
    columns = table.c  # type: ignore[attr-defined]
    keys = [columns.day, *(columns[name] for name in by)]
    with archive.reading() as connection:
        query = (
            select(*keys, *(func.sum(columns[name]) for name in names))
            .where(columns.rules == _under(connection), columns.day.between(first, last))
            .group_by(*keys)
            .order_by(*keys)
        )
        rows = connection.execute(query).all()
    return pd.DataFrame(rows, columns=["date", *by, *names])


def changed_days(archive: Archive) -> tuple[date | None, date | None]:
    """First and last counting day that holds a story; None, None for an empty archive."""
    with archive.reading() as connection:
        under = _under(connection)
        lowest = select(func.min(daily_totals.c.day)).where(daily_totals.c.rules == under).scalar_subquery()
        highest = select(func.max(daily_totals.c.day)).where(daily_totals.c.rules == under).scalar_subquery()
        row = connection.execute(select(lowest, highest)).one()
    return row[0], row[1]


def copies(archive: Archive, attribution: Attribution, story: int) -> list[StoryLine]:
    """All articles of a story in order of appearance."""
    with archive.reading() as connection:
        under = _under(connection)
        rows = connection.execute(
            _line_query(under)
            .where(story_members.c.story == story)
            .order_by(articles.c.first_time, articles.c.seen, articles.c.id)
        ).all()
        return _lines(connection, under, rows, attribution, StoryQuery())


def evidence_of(archive: Archive, ids: Sequence[int]) -> dict[int, list[Evidence]]:
    """All evidence of these articles under the current rules, in order of the text."""
    with archive.reading() as connection:
        return {key: [one for one, _ in rows] for key, rows in _evidence(connection, _under(connection), ids).items()}


def day_counts(archive: Archive, day: date, *, zone: timezone) -> DayCounts:
    """What was polled and stored on the calendar day `day` in `zone`."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    end = start + timedelta(days=1)
    with archive.reading() as connection:
        under = _under(connection)
        rows = connection.execute(
            select(tags.c.language, tags.c.relevant, tags.c.context, func.count())
            .select_from(articles)
            .join(tags, and_(tags.c.article == articles.c.id, tags.c.rules == under), isouter=True)
            .where(articles.c.seen >= start, articles.c.seen < end, articles.c.backfill.is_(False))
            .group_by(tags.c.language, tags.c.relevant, tags.c.context)
        ).all()
        ledger = connection.execute(
            select(polls.c.source, polls.c.outcome, polls.c.dropped).where(polls.c.at >= start, polls.c.at < end)
        ).all()
    return _day_counts(rows, ledger)


def _day_counts(rows: Sequence[AnyRow], ledger: Sequence[AnyRow]) -> DayCounts:
    languages: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    for language, _, _, count in rows:
        languages[str(language or "")] += int(count)
    for row in ledger:
        dropped.update(row.dropped)
    answered = {row.source for row in ledger if row.outcome in ("ok", "not-modified")}
    return DayCounts(
        seen=sum(languages.values()),
        relevant=sum(row[3] for row in rows if row.relevant),
        context=sum(row[3] for row in rows if row.context and not row.relevant),
        dropped=dict(sorted(dropped.items())),
        polls=len(ledger),
        asked=tuple(sorted({row.source for row in ledger})),
        answered=tuple(sorted(answered)),
        languages=dict(sorted(languages.items())),
    )


def record_issue(
    archive: Archive, *, day: date, as_of: datetime, rules_version: str, format: str, sha256: str, made: datetime
) -> None:
    """Keep that a summary was handed out."""
    with archive.writing() as connection:
        connection.execute(
            insert(issues).values(
                day=day, as_of=as_of, rules_version=rules_version, format=format, sha256=sha256, made=made
            )
        )


def _under(connection: Connection) -> int:
    """rules.id pages read; 0 (matches nothing) before the first tagging."""
    found = connection.execute(select(rules.c.id).where(rules.c.is_current)).scalar()
    return int(found) if found is not None else 0


def _conditions(
    connection: Connection, under: int, wanted: StoryQuery, attribution: Attribution
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.context:
        conditions.append(tags.c.context)
    elif wanted.relevant:
        conditions.append(tags.c.relevant)
    if wanted.first is not None:
        conditions.append(articles.c.day >= wanted.first)
    if wanted.last is not None:
        conditions.append(articles.c.day <= wanted.last)
    if wanted.language is not None:
        conditions.append(tags.c.language == wanted.language)
    if wanted.source is not None:
        conditions.append(articles.c.source == wanted.source)
    if wanted.seen_until is not None:
        conditions.append(articles.c.seen <= wanted.seen_until)
    if wanted.side is not None:
        conditions.append(_published_by(connection, wanted.side, attribution))
    if wanted.words:
        parsed = words_search.parse_query(wanted.words)
        if parsed.wanted:
            conditions.append(words_search.matches(connection.dialect.name, parsed))
    labels = {"indicator": wanted.indicator, "stance": wanted.stance, "place": wanted.place, "people": wanted.people}
    asked = [evidence.c[name] == value for name, value in labels.items() if value is not None]
    asked += [evidence.c.place.in_(wanted.places)] if wanted.places else []
    if asked:
        conditions.append(exists().where(evidence.c.rules == under, evidence.c.article == articles.c.id, *asked))
    return conditions


def _published_by(connection: Connection, side: str, attribution: Attribution) -> ColumnElement[bool]:
    """Sides join when asked: the pairs (source, item outlet) in the archive whose outlet has this side."""
    pairs = connection.execute(select(articles.c.source, articles.c.outlet).distinct()).all()
    wanted = [pair for pair in pairs if attribution.outlet(pair[0], pair[1]).side == side]
    whole = sorted({source for source, outlet in wanted if not outlet})
    named = sorted({(source, outlet) for source, outlet in wanted if outlet})
    own = and_(articles.c.source.in_(whole), articles.c.outlet == "")
    others = [and_(articles.c.source == source, articles.c.outlet == outlet) for source, outlet in named]
    condition = own
    for other in others:
        condition = condition | other
    return condition


def _line_query(under: int) -> Select[Any]:
    return (
        select(
            articles.c.id, story_members.c.story, articles.c.title, articles.c.url, articles.c.source,
            articles.c.outlet,
            articles.c.day, articles.c.seen, articles.c.published, articles.c.first_time, tags.c.language,
        )
        .join(story_members, story_members.c.article == articles.c.id)
        .join(tags, and_(tags.c.article == articles.c.id, tags.c.rules == under))
    )  # fmt: skip


def _lines(
    connection: Connection,
    under: int,
    rows: Sequence[AnyRow],
    attribution: Attribution,
    wanted: StoryQuery,
) -> list[StoryLine]:
    ids = [row.id for row in rows]
    evidences, claimed = _evidence(connection, under, ids), figures_of(connection, under, ids)
    sizes = _sizes(connection, [row.story for row in rows], attribution)
    return [_line(row, evidences.get(row.id, []), claimed.get(row.id, []), sizes, attribution, wanted) for row in rows]


def _line(
    row: AnyRow,
    found: list[tuple[Evidence, bool]],
    claimed: Sequence[Figure],
    sizes: dict[int, tuple[int, int]],
    attribution: Attribution,
    wanted: StoryQuery,
) -> StoryLine:
    all_evidence = [one for one, _ in found]
    fitting = [
        one for one in all_evidence if wanted.indicator in (None, one.indicator) and wanted.stance in (None, one.stance)
    ]
    shown = next(iter(fitting or all_evidence), None)
    outlet = attribution.outlet(row.source, row.outlet)
    count, outlets = sizes.get(row.story, (1, 1))
    return StoryLine(
        story=row.story, article=row.id, title=row.title, url=row.url, outlet=outlet.name, side=outlet.side,
        language=row.language, day=row.day, seen=row.seen.strftime("%Y-%m-%dT%H:%M:%SZ"),
        indicators=tuple(dict.fromkeys(one.indicator for one in all_evidence)),
        stance=shown.stance if shown else "", occurrence=shown.occurrence if shown else None,
        people=shown.people if shown else "", sentence=shown.sentence if shown else "", term=shown.term if shown
        else "",
        speaker=shown.speaker.name if shown and shown.speaker else "",
        place=shown.place.name if shown and shown.place else "",
        articles=count, outlets=outlets, evidence=tuple(all_evidence),
        added_later=frozenset(n for n, (_, later) in enumerate(found) if later),
        published=row.published.strftime("%Y-%m-%dT%H:%M:%SZ") if row.published else "",
        appeared=row.first_time.strftime("%Y-%m-%dT%H:%M:%SZ"), figures=tuple(claimed),
    )  # fmt: skip


def _sizes(connection: Connection, ids: Sequence[int], attribution: Attribution) -> dict[int, tuple[int, int]]:
    """story → (articles, distinct publisher families)."""
    members: defaultdict[int, list[str]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        query = (
            select(story_members.c.story, articles.c.source, articles.c.outlet)
            .join(articles, articles.c.id == story_members.c.article)
            .where(story_members.c.story.in_(ids[start : start + CHUNK]))
        )
        for story, source, outlet in connection.execute(query):
            members[story].append(attribution.outlet(source, outlet).family)
    return {story: (len(families), len(set(families))) for story, families in members.items()}


def _evidence(connection: Connection, under: int, ids: Sequence[int]) -> defaultdict[int, list[tuple[Evidence, bool]]]:
    found: defaultdict[int, list[tuple[Evidence, bool]]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        query = (
            select(evidence)
            .where(evidence.c.rules == under, evidence.c.article.in_(ids[start : start + CHUNK]))
            .order_by(evidence.c.article, evidence.c.n)
        )
        for row in connection.execute(query):
            found[row.article].append((_evidence_of_row(row), row.added_later))
    return found


def _evidence_of_row(row: AnyRow) -> Evidence:
    return Evidence(
        indicator=row.indicator, stance=row.stance, occurrence=row.occurrence, people=row.people, sentence=row.sentence,
        start=row.start, end=row.end, term=row.term, term_start=row.term_start, term_end=row.term_end, rule=row.rule,
        speaker=Speaker(row.speaker_name, row.speaker_side) if row.speaker_name else None,
        place=Place(row.place, row.place_name, row.place_zone) if row.place else None,
    )  # fmt: skip
