"""The stories of an issue's days: by indicator, disputed, late, of institutions, on access, and what is ahead. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from metrics.ahead import Coming, coming
from metrics.model import STANCES
from metrics.summary_changes import WEEK, counted, label_of, origins, people_label, peoples
from metrics.summary_model import (
    Dispute,
    Material,
    Pillar,
    Sentence,
    SummarySection,
    SummaryStory,
    Upcoming,
)


def sections(material: Material, active: Sequence[str], today: Sequence[SummaryStory]) -> tuple[SummarySection, ...]:
    """In sector order, an order that ranks nothing."""
    found = [
        _section(material, sector.key, sector.labels.get(material.lang, sector.label), key, today)
        for sector in material.monitor.sectors
        for key in sector.indicators
        if key in active
    ]
    return tuple(section for section in found if section.stories)


def _section(
    material: Material, sector: str, sector_label: str, indicator: str, today: Sequence[SummaryStory]
) -> SummarySection:
    chosen = [_only(story, indicator) for story in today]
    chosen = sorted((story for story in chosen if story.quotes), key=_order)
    by_stance = [(stance, sum(bool(story.of(indicator, stance)) for story in chosen)) for stance in STANCES]
    return SummarySection(
        indicator=indicator,
        label=label_of(material, indicator),
        sector=sector,
        sector_label=sector_label,
        by_stance=tuple((stance, number) for stance, number in by_stance if number),
        by_people=_by_people(material, indicator, chosen),
        stories=tuple(chosen),
    )


def others(today: Sequence[SummaryStory], active: Sequence[str]) -> tuple[SummaryStory, ...]:
    found = [story for story in today if not any(quote.indicator in active for quote in story.quotes)]
    return tuple(sorted(found, key=lambda story: (-story.outlets, story.seen, story.article)))


def _by_people(material: Material, indicator: str, stories: Sequence[SummaryStory]) -> tuple[tuple[str, int], ...]:
    if not material.monitor.indicator(indicator).split_by_people:
        return ()
    keys = peoples(material, indicator)
    numbers = {key: sum(any(q.people == key for q in s.quotes) for s in stories) for key in keys}
    return tuple((people_label(material, key), number) for key, number in numbers.items() if number)


def _only(story: SummaryStory, indicator: str, stance: str | None = None) -> SummaryStory:
    return replace(story, quotes=story.of(indicator, stance))


def _order(story: SummaryStory) -> tuple[int, int, datetime, int]:
    """Stance order, then most widely carried, then first seen."""
    first = min(STANCES.index(quote.stance) for quote in story.quotes)
    return first, -story.outlets, story.seen, story.article


# Reports and denials -------------------------------------------------------------------------------------------------


def disputes(material: Material, active: Sequence[str], first: date, day: date) -> tuple[Dispute, ...]:
    """Every indicator denied on the issue's days, with the reports of these, or else of the 7 to them, beside it."""
    found = [_dispute(material, key, first, day) for key in active]
    return tuple(dispute for dispute in found if dispute is not None)


def _dispute(material: Material, indicator: str, first: date, day: date) -> Dispute | None:
    days = {day - timedelta(days=back) for back in range((day - first).days + 1)}
    week = days | {day - timedelta(days=back) for back in range(WEEK)}
    denials = counted(material.stories, indicator, "denied", days)
    if not denials:
        return None
    reports, is_of_days = counted(material.stories, indicator, "reported", days), True
    if not reports:
        reports, is_of_days = counted(material.stories, indicator, "reported", week), False
    return Dispute(
        indicator=indicator,
        label=label_of(material, indicator),
        reports=_said(reports, indicator, "reported"),
        denials=_said(denials, indicator, "denied"),
        reports_of="nothing" if not reports else "day" if is_of_days else "week",
    )


def _said(stories: Sequence[SummaryStory], indicator: str, stance: str) -> tuple[SummaryStory, ...]:
    return tuple(sorted((_only(story, indicator, stance) for story in stories), key=_order))


# Before and after ----------------------------------------------------------------------------------------------------


def late(material: Material, first: date, since: datetime) -> tuple[SummaryStory, ...]:
    """Counted on one of the 7 days before, but first seen after `since`, the as-of of the issue before."""
    begin = first - timedelta(days=WEEK)
    found = [s for s in material.stories if s.day is not None and begin <= s.day < first and s.seen > since]
    return tuple(sorted(found, key=lambda story: (story.day or first, story.seen, story.article)))


def overnight(material: Material, day: date) -> tuple[SummaryStory, ...]:
    """Of the day after, as far as seen by the as-of."""
    found = [one for one in material.stories if one.day == day + timedelta(days=1)]
    return tuple(sorted(found, key=lambda one: (one.seen, one.article)))


def upcoming(material: Material, day: date) -> tuple[Upcoming, ...]:
    found = coming(material.ahead, material.events, day, lang=material.lang)
    return tuple(_upcoming(material, one) for one in found)


def _upcoming(material: Material, one: Coming) -> Upcoming:
    words = material.words
    key = "ahead_years" if one.kind == "anniversary" else "ahead"
    years = words.count("years", one.years or 0)
    text = words.say(key, day=one.day.isoformat(), kind=words.kinds[one.kind], label=one.label, years=years)
    return Upcoming(one.day, one.kind, one.label, one.years, one.sources, Sentence(text))


# Access --------------------------------------------------------------------------------------------------------------


def pillars(material: Material, today: Sequence[SummaryStory], *, is_seen: bool) -> tuple[Pillar, ...]:
    return tuple(
        _pillar(material, one.key, one.labels.get(material.lang, one.label), one.indicators, today, is_seen)
        for one in material.monitor.pillars
    )


def _pillar(
    material: Material, key: str, label: str, indicators: Sequence[str], today: Sequence[SummaryStory],
    is_seen: bool,
) -> Pillar:  # fmt: skip
    words = material.words
    mine = [story for story in today if any(quote.indicator in indicators for quote in story.quotes)]
    counts = [(stance, sum(any(s.says(i, stance) for i in indicators) for s in mine)) for stance in STANCES]
    by_stance = tuple((stance, number) for stance, number in counts if number)
    said = ", ".join(f"{words.number(number)} {words.stances[stance]}" for stance, number in by_stance)
    key_of = "pillar" if said else "pillar_gap" if is_seen else "pillar_unseen"
    text = words.say(key_of, label=label, stories=words.stories(len(mine)), stances=said, **material.when)
    return Pillar(key, label, len(mine), by_stance, Sentence(text, origins(mine)))
