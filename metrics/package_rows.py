"""The rows of an open-data package, some days at a time: what is asked of the archive for the tables of package.py.

    archive → stored counts as they are → daily table → stories, evidence and figures of some days → rows

Names of private persons are masked here, so that no writer can forget it. Nothing is written, no clock is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from feeds.archive import Archive
from feeds.model import Source
from feeds.monitor import Monitor
from metrics import package
from metrics.attribution import Attribution
from metrics.daily import daily_table
from metrics.deciding import all_alerts, chosen
from metrics.lexicon import Lexicon
from metrics.masking import Masker
from metrics.model import STANCES
from metrics.package import Row, Table, Value
from metrics.store import Everything, Rules, handing_out
from metrics.store.handing_out import MONTH, Days, Told

SOME = 7  # days whose stories are held at once


@dataclass(frozen=True, slots=True)
class Asked:
    """What a package is of. mask : None: with the names of private persons. today : as counts are known to be."""

    archive: Archive
    monitor: Monitor
    lexicon: Lexicon
    attribution: Attribution
    rules: Rules
    first: date
    last: date
    today: date
    mask: Masker | None


def spans(first: date, last: date, days: int) -> list[tuple[date, date]]:
    """The range in pieces of so many days.

    >>> spans(date(2026, 1, 1), date(2026, 1, 4), 3)
    [(datetime.date(2026, 1, 1), datetime.date(2026, 1, 3)), (datetime.date(2026, 1, 4), datetime.date(2026, 1, 4))]
    """
    starts = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, days)]
    return [(a, b - timedelta(days=1)) for a, b in pairwise([*starts, last + timedelta(days=1)])]


def counted(asked: Asked, table: Table) -> Iterator[Row]:
    """Rows of one of package.FROZEN, as stored; an empty language is unknown."""
    columns = [one.name for one in table.fields]
    pieces = spans(asked.first, asked.last, MONTH)
    for row in handing_out.stored_rows(asked.archive, asked.rules, table.name, columns, spans=pieces):
        yield tuple(value if value != "" else None for value in row)


def daily(asked: Asked) -> Iterator[Row]:
    """One indicator and stance after the other, day by day."""
    names = [one.name for one in package.DAILY.fields]
    counts = Everything(asked.archive)
    for indicator in asked.monitor.indicator_keys:
        for stance in STANCES:
            found = daily_table(
                asked.archive, asked.monitor, first=asked.first, last=asked.last, indicator=indicator, stance=stance,
                today=asked.today, counts=counts,
            )  # fmt: skip
            for row in found[names].itertuples(index=False, name=None):
                yield tuple(map(_known, row))


def _known(value: Any) -> Value:
    """NaN and an empty text are unknown; a time is one."""
    if isinstance(value, float):
        return None if math.isnan(value) else value
    known: Value = value
    return known if known != "" else None


def sources(asked: Asked) -> Iterator[Row]:
    """All of the list and all that the archive holds articles of, by key."""
    listed = asked.attribution.sources
    for key in sorted({*listed, *asked.archive.states(counted=False)}):
        yield _source(asked, key, listed.get(key))


def _source(asked: Asked, key: str, source: Source | None) -> Row:
    outlet = asked.attribution.outlet(key, "")
    who = (outlet.name, outlet.family, outlet.side, outlet.control)
    if source is None:
        return (key, None, *who, None, "full", False, None)
    languages = " ".join(source.languages) or None
    return (key, source.url or None, *who, languages, source.scope, source.is_polled, source.retired)


def events(asked: Asked) -> Iterator[Row]:
    """Of the range, as they stand in the monitor."""
    for one in sorted(asked.lexicon.events, key=lambda event: (event.date, event.id)):
        if asked.first <= one.date <= asked.last:
            yield (
                one.id, one.date, one.label, " ".join(one.indicators) or None, one.people or None,
                str(one.verified).lower(), one.one_sided, one.side or None, " ".join(one.sources) or None,
                one.note or None,
            )  # fmt: skip


def alerts(asked: Asked) -> Iterator[Row]:
    """Those with a day in alarm in the range, oldest first. Who decided about them is nobody else's business."""
    known = chosen(all_alerts(asked.archive), first=asked.first, last=asked.last)
    for one in sorted(known, key=lambda each: (each.alert.opened, each.alert.id)):
        it = one.alert
        yield (
            it.id, it.indicator, it.stance, it.people or None, one.state, it.opened, it.last_alarm, it.alarm_days,
            it.window, it.observed, it.expected, it.score, it.threshold, it.exposure, it.observability, it.families,
            " ".join(it.sides) or None, it.baseline_days, it.dispersion, it.new_baseline_since, it.level, it.previous,
            " ".join(map(str, it.stories)) or None, it.rules_version, it.detector, one.made, one.superseded,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Some days: rows of stories, evidence and figures."""

    stories: Sequence[Row]
    evidence: Sequence[Row]
    figures: Sequence[Row]


def pieces(asked: Asked) -> Iterator[Piece]:
    """All stories of the range, by day and in a day by number; no more than SOME days are held."""
    for first, last in spans(asked.first, asked.last, SOME):
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        yield _piece(asked, handing_out.told_on(asked.archive, asked.rules, asked.attribution, days))


def _piece(asked: Asked, days: Days) -> Piece:
    """Sentences first: an address is cut when it spells a name that was masked in its story before."""
    story_of = {one.article: (told.origin.story, one.language) for told in days.stories for one in told.members}
    told = sorted(days.stories, key=lambda one: (one.day, one.origin.story))
    titles = {one.origin.story: _masked(asked, one.title, one.origin.language, one.origin.story) for one in told}
    said = [_evidence(asked, row, *story_of[row.article]) for row in days.evidence]
    claimed = [_figure(asked, row, *story_of[row.article]) for row in days.figures]
    return Piece([_story(asked, one, titles[one.origin.story]) for one in told], said, claimed)


def _story(asked: Asked, told: Told, title: str | None) -> Row:
    one = told.origin
    outlet = asked.attribution.outlet(one.source, one.outlet)
    families = {asked.attribution.outlet(each.source, each.outlet).family for each in told.members}
    return (
        one.story, one.article, told.day, title, _address(asked, told.url, one.story), one.source, outlet.name,
        outlet.family, outlet.side, one.language or None, told.published, one.seen, len(told.members), len(families),
        one.late, one.backfill,
    )  # fmt: skip


def _evidence(asked: Asked, row: Any, story: int, language: str) -> Row:
    outlet = asked.attribution.outlet(row.source, row.outlet)
    sentence = _masked(asked, row.sentence, language, story)
    speaker = _masked(asked, row.speaker_name or "", language, story)
    term = _masked(asked, row.term, language, story)
    return (
        row.article, row.n, story, row.indicator, row.stance, row.occurrence, row.people, sentence, term, row.rule,
        speaker, row.speaker_side or None, row.place or None, row.place_name or None, row.added_later, row.source,
        outlet.name, outlet.side, language or None, _address(asked, row.url, story), row.published, row.seen,
    )  # fmt: skip


def _figure(asked: Asked, row: Any, story: int, language: str) -> Row:
    sentence = _masked(asked, row.sentence, language, story)
    claimant = _masked(asked, row.claimant, language, story)
    return (
        row.article, row.n, story, row.value, row.high, row.bound or None, row.unit, row.subject, row.kind, row.people,
        claimant, row.claimant_side or None, row.as_of or None, sentence,
    )  # fmt: skip


def _masked(asked: Asked, text: str, language: str, story: int) -> str | None:
    return (asked.mask.text(text, language, story=story) if asked.mask else text) or None


def _address(asked: Asked, url: str, story: int) -> str | None:
    return (asked.mask.url(url, story=story) if asked.mask else url) or None
