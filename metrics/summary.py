"""A day or a range of days, written from the archive: figures, sentences from templates, the stories they stand on.

    material_of (metrics/summary_material.py: asks the archive)  →  summarise (pure)  →  dashboard.export.render

`summarise` may not read a clock, ask the archive or invent a sentence: every sentence is a template of
metrics/summary_words.py with figures put in, and names the articles it stands on. A summary is a function of
(articles seen ≤ as_of, decisions made ≤ as_of, rules_version) and the monitor's files: made again, also after later
arrivals, it is the same to the byte. A daily issue is the range of one day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from feeds.archive import Archive
from feeds.model import Source
from feeds.monitor import Monitor
from feeds.sources import Outlets
from metrics.lexicon import Lexicon
from metrics.masking import masked, masker
from metrics.observers import AccessFact, observers_on
from metrics.situation import Reads
from metrics.summary_blanks import access_beside, access_sentence, coverage_of, not_seen_of
from metrics.summary_changes import LEAST_DIFFERENCE, compared, label_of, spans
from metrics.summary_chart import chart_days
from metrics.summary_day import disputes, late, others, overnight, pillars, sections, upcoming
from metrics.summary_highlights import highlights
from metrics.summary_material import issue_before, material_of
from metrics.summary_model import (
    SCHEMA_VERSION,
    SEEN_STATES,
    AlertNote,
    Change,
    Claim,
    Correction,
    Coverage,
    DaySeen,
    Dispute,
    Dropped,
    LevelMove,
    Material,
    NotSeen,
    Pillar,
    Quote,
    Sentence,
    SourceNote,
    Summary,
    SummarySection,
    SummaryStory,
    Upcoming,
)
from metrics.summary_turns import alert_notes, corrections, level_moves, unchanged
from metrics.summary_words import LANGUAGES, listed, utc

__all__ = [
    "LANGUAGES", "SEEN_STATES", "AccessFact", "AlertNote", "Change", "Claim", "Correction", "Coverage", "DaySeen",
    "Dispute", "Dropped", "LevelMove", "Material", "NotSeen", "Pillar", "Quote", "Sentence", "SourceNote", "Summary",
    "SummarySection", "SummaryStory", "Upcoming", "default_as_of", "summarise", "summary_of", "window_of",
]  # fmt: skip


def default_as_of(monitor: Monitor, day: date, *, now: datetime) -> datetime:
    """The end of `day` in the monitor's zone: the same call later gives the same bytes. `now` while the day lasts."""
    return min(window_of(monitor, day)[1], now.astimezone(UTC).replace(microsecond=0))


def window_of(monitor: Monitor, day: date, *, first: date | None = None) -> tuple[datetime, datetime]:
    """Start of the first day and end (exclusive) of `day` in the monitor's zone, in UTC. first None: `day` alone."""
    start = datetime.combine(first or day, time(), monitor.zone).astimezone(UTC)
    return start, datetime.combine(day + timedelta(days=1), time(), monitor.zone).astimezone(UTC)


def summary_of(
    archive: Archive,
    monitor: Monitor,
    lexicon: Lexicon,
    sources: Sequence[Source],
    outlets: Outlets,
    *,
    day: date,
    as_of: datetime,
    first: date | None = None,
    lang: str = "en",
    show_persons: bool = False,
    read: Reads | None = None,
) -> Summary:
    """The summary of the days from `first` to `day` from the articles seen by `as_of` (aware), worded in `lang`.

    first : None: of `day` alone. lang : of LANGUAGES. show_persons : with the names of private persons, which are
    masked otherwise. read : for who keeps what was read of days that do not change. Raises ArchiveError, DataFileError.
    """
    first = first or day
    start, end = window_of(monitor, day, first=first)
    material = material_of(
        archive, monitor, lexicon, sources, outlets,
        first=first, day=day, start=start, end=end, as_of=as_of, lang=lang, read=read,
    )  # fmt: skip
    summary = summarise(material, day=day, as_of=as_of)
    return summary if show_persons else masked(summary, masker(monitor, lexicon))


def summarise(material: Material, *, day: date, as_of: datetime) -> Summary:
    """Pure. `material` is already cut at `as_of`; the days compared and those before must stand in material.days."""
    monitor, first = material.monitor, material.first or day
    start, end = window_of(monitor, day, first=first)
    seen = _seen(material, first)
    is_seen = seen.state in SEEN_STATES
    active = [key for key in monitor.indicator_keys if _is_active(monitor, key, first, day)]
    today = [story for story in material.stories if story.day is not None and first <= story.day <= day]
    change = compared(material, active, first, day)
    coverage = coverage_of(material)
    disputed = disputes(material, active, first, day)
    came_late = late(material, first, issue_before(start, end, as_of))
    access = observers_on(material.observers, day, since=first)
    alerts = alert_notes(material, is_seen=is_seen)
    as_before, by_name = unchanged(material, active, first, day, change.changes, alerts, is_seen=is_seen)
    said = monitor.said.get(material.lang)
    return Summary(
        schema=SCHEMA_VERSION,
        monitor=monitor.key,
        title=(said.title if said else "") or monitor.title,
        number=_number(first, day),
        invented=monitor.invented,
        first=first,
        day=day,
        window_start=start,
        window_end=end,
        as_of=as_of.astimezone(UTC),
        utc_offset_hours=monitor.utc_offset_hours,
        preliminary=as_of < end,
        rules_version=material.rules_version,
        state=seen.state,
        observability=seen.observability,
        coverage=coverage,
        next_issue=end + (end - start),
        highlights=highlights(material, seen, coverage, today, change, alerts, disputed, came_late),
        comparison=change.comparison,
        changes=change.changes,
        alerts=alerts,
        levels=level_moves(material, active, first, day, is_seen=is_seen),
        unchanged=as_before,
        unchanged_named=by_name,
        corrections=corrections(material),
        figures=material.claims,
        publications=material.publications,
        pillars=pillars(material, today, is_seen=is_seen),
        ahead=upcoming(material, day),
        overnight=overnight(material, day) if end < as_of <= end + timedelta(days=1) else (),
        none_seen=_none_seen(material, active, today, seen, access_beside(material.words, access)),
        sections=sections(material, active, today),
        others=others(today, active),
        disputes=disputed,
        late=came_late,
        not_seen=not_seen_of(material),
        access=access,
        access_sentence=access_sentence(material, access),
        inactive=_inactive(material, active),
        method=_method(material, first, day, as_of),
        names_rule=(said.names_rule if said else "") or monitor.names_rule,
        disclaimer=(said.disclaimer if said else "") or monitor.disclaimer,
        labels=material.labels,
        language_labels=material.words.languages(monitor.language_labels),
        lang=material.lang,
        month=chart_days(material),
    )


def _number(first: date, day: date) -> str:
    """
    >>> _number(date(2031, 5, 20), date(2031, 5, 20)), _number(date(2030, 12, 30), date(2031, 1, 5))
    ('2031-140', '2030-364/2031-005')
    """
    numbers = [f"{one.year}-{one.timetuple().tm_yday:03}" for one in (first, day)]
    return numbers[0] if first == day else "/".join(numbers)


def _is_active(monitor: Monitor, indicator: str, first: date, day: date) -> bool:
    """On any day of the issue."""
    days = [first + timedelta(days=n) for n in range((day - first).days + 1)]
    return any(monitor.indicator(indicator).is_active(one) for one in days)


def _seen(material: Material, first: date) -> DaySeen:
    """The issue's days as one: seen in whole only if every one of them was; not seen when none was."""
    mine = [one for one in material.days if one.day >= first] or [material.days[-1]]
    states = {one.state for one in mine}
    shares = [one.observability for one in mine if one.observability is not None]
    share = sum(shares) / len(shares) if shares else None
    if len(states) == 1:
        return DaySeen(mine[-1].day, mine[-1].state, share)
    return DaySeen(mine[-1].day, "partial" if states & set(SEEN_STATES) else "unseen", share)


# Sentences -----------------------------------------------------------------------------------------------------------


def _none_seen(
    material: Material, active: Sequence[str], today: Sequence[SummaryStory], seen: DaySeen, access: str
) -> Sentence | None:
    """Of a day that was not seen nothing is said, not even this; nor of 35 days of which some were not seen."""
    if seen.state not in SEEN_STATES or not material.rules_version:
        return None
    that_day = {quote.indicator for story in today for quote in story.quotes}
    in_35_days = {quote.indicator for story in material.stories for quote in story.quotes}
    words, days = material.words, len(material.days) - 1
    whole = all(day.state in SEEN_STATES for day in material.days)
    never = [key for key in active if key not in in_35_days] if whole else []
    none = [key for key in active if key not in that_day and key not in never]
    parts = [
        words.say(name, labels=listed([label_of(material, key) for key in keys]), days=days, **material.when)
        for name, keys in (("none_seen", none), ("never_seen", never))
        if keys
    ]
    if not parts:
        return None
    return Sentence(" ".join([*parts, words.say("none_seen_access", access=access, **material.when)]))


def _inactive(material: Material, active: Sequence[str]) -> Sentence | None:
    words = material.words
    labels = [label_of(material, key) for key in material.monitor.indicator_keys if key not in active]
    return Sentence(words.say("inactive", labels=listed(labels), **material.when)) if labels else None


def _method(material: Material, first: date, day: date, as_of: datetime) -> tuple[Sentence, ...]:
    words, (span, before) = material.words, spans((day - first).days + 1)
    values = {
        "least": LEAST_DIFFERENCE,
        "as_of": utc(as_of),
        "rules": material.rules_version or words.phrase("rules_none"),
        "late": words.headings["late"],
        "changed": words.headings["changed"],
        "span": span,
        "before": before,
    }
    return tuple(Sentence(line) for line in words.fixed["method"].format(**values).splitlines())
