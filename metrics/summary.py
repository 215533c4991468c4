"""One day, written from the archive: figures, sentences from templates, and the stories they stand on.

    material_of (metrics/summary_material.py: asks the archive)  →  summarise (pure)  →  dashboard.export.render

`summarise` may not read a clock, ask the archive or invent a sentence: every sentence is a template of
metrics/summary_words.py with figures put in, and names the articles it stands on. A summary is a function of
(articles seen ≤ as_of, rules_version): made again, also after later arrivals, it is the same to the byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import exp, lgamma, log

from feeds.archive import Archive
from feeds.model import Source
from feeds.monitor import Monitor
from feeds.sources import Outlets
from metrics.lexicon import Lexicon
from metrics.masking import masked, masker
from metrics.model import STANCES, UNSTATED
from metrics.observers import AccessFact, access_words, observers_on
from metrics.summary_blanks import access_sentence, coverage_of, not_seen_of
from metrics.summary_material import material_of
from metrics.summary_model import (
    SCHEMA_VERSION,
    SEEN_STATES,
    Change,
    Coverage,
    DaySeen,
    Direction,
    Dispute,
    Dropped,
    Material,
    NotSeen,
    Quote,
    Sentence,
    SourceNote,
    Summary,
    SummarySection,
    SummaryStory,
)
from metrics.summary_words import Words, listed, utc

__all__ = [
    "AccessFact", "Change", "Coverage", "DaySeen", "Dispute", "Dropped", "Material", "NotSeen", "Quote", "Sentence",
    "SourceNote", "Summary", "SummarySection", "SummaryStory", "default_as_of", "summarise", "summary_of", "window_of",
]  # fmt: skip

WEEK, BEFORE = 7, 28  # days
LEAST_WEEK_DAYS, LEAST_BEFORE_DAYS = 4, 14  # fewer seen: nothing to compare yet
CHANCE = 0.01  # "more" or "fewer" only when equal rates would differ as much more seldom than this
LEAST_DIFFERENCE = 3  # stories: a difference smaller than this is "about as before" whatever its chance
MOST_HIGHLIGHTS = 5


def default_as_of(monitor: Monitor, day: date, *, now: datetime) -> datetime:
    """The end of `day` in the monitor's zone: the same call later gives the same bytes. `now` while the day lasts."""
    return min(window_of(monitor, day)[1], now.astimezone(UTC).replace(microsecond=0))


def window_of(monitor: Monitor, day: date) -> tuple[datetime, datetime]:
    """Start and end (exclusive) of the day in the monitor's zone, in UTC."""
    start = datetime.combine(day, time(), monitor.zone).astimezone(UTC)
    return start, start + timedelta(days=1)


def summary_of(
    archive: Archive,
    monitor: Monitor,
    lexicon: Lexicon,
    sources: Sequence[Source],
    outlets: Outlets,
    *,
    day: date,
    as_of: datetime,
    show_persons: bool = False,
) -> Summary:
    """The summary of `day` from the articles seen by `as_of` (aware). Raises ArchiveError, DataFileError.

    show_persons : with the names of private persons, which are masked otherwise.
    """
    start, end = window_of(monitor, day)
    material = material_of(archive, monitor, lexicon, sources, outlets, day=day, start=start, end=end, as_of=as_of)
    summary = summarise(material, day=day, as_of=as_of)
    return summary if show_persons else masked(summary, masker(monitor, lexicon))


def summarise(material: Material, *, day: date, as_of: datetime) -> Summary:
    """Pure. `material` is already cut at `as_of`; the 35 days to `day` must each stand in material.days."""
    monitor = material.monitor
    start, end = window_of(monitor, day)
    seen = material.days[-1]
    active = [key for key in monitor.indicator_keys if monitor.indicator(key).is_active(day)]
    today = [story for story in material.stories if story.day == day]
    compared = _compared(material, active, day)
    coverage = coverage_of(material)
    disputes = _disputes(material, active, day)
    late = _late(material, day, start)
    access = observers_on(material.observers, day)
    return Summary(
        schema=SCHEMA_VERSION,
        monitor=monitor.key,
        title=monitor.title,
        number=f"{day.year}-{day.timetuple().tm_yday:03}",
        invented=monitor.invented,
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
        highlights=_highlights(material, seen, coverage, today, compared, disputes, late),
        comparison=compared.comparison,
        changes=compared.changes,
        none_seen=_none_seen(material, active, today, seen, access_words(access)),
        sections=_sections(material, active, today),
        others=_others(today, active),
        disputes=disputes,
        late=late,
        not_seen=not_seen_of(material),
        access=access,
        access_sentence=access_sentence(material.words, access),
        inactive=_inactive(material, active),
        method=_method(material, as_of),
        names_rule=monitor.names_rule,
        disclaimer=monitor.disclaimer,
        labels=material.labels,
        language_labels=tuple(monitor.language_labels.items()),
    )


# What changed --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Compared:
    """comparison : what is compared, or why nothing is."""

    comparison: Sentence
    is_possible: bool = False
    changes: tuple[Change, ...] = ()


def _compared(material: Material, active: Sequence[str], day: date) -> _Compared:
    """One Change per active indicator, and people where the monitor splits it, with anything to tell of these days."""
    seen = {state.day for state in material.days if state.state in SEEN_STATES}
    week = {day - timedelta(days=back) for back in range(WEEK)}
    before = {day - timedelta(days=back) for back in range(WEEK, WEEK + BEFORE)}
    days = {"week_days": len(week & seen), "before_days": len(before & seen)}
    if day not in seen:
        return _Compared(Sentence(material.words.say("compare_unseen")))
    if days["week_days"] < LEAST_WEEK_DAYS or days["before_days"] < LEAST_BEFORE_DAYS:
        return _Compared(Sentence(material.words.say("compare_short", **days)))
    whole = days == {"week_days": WEEK, "before_days": BEFORE}
    found = [
        _change(material, key, people, day, week & seen, before & seen)
        for key in active
        for people in _peoples(material, key)
    ]
    return _Compared(
        comparison=Sentence(material.words.say("compare" if whole else "compare_partly", **days)),
        is_possible=True,
        changes=tuple(c for c in found if c.week or c.before or c.eased or c.denied),
    )


def _peoples(material: Material, indicator: str) -> tuple[str, ...]:
    """Nothing is netted across peoples: an indicator that is split by them is compared for each apart."""
    if not material.monitor.indicator(indicator).split_by_people:
        return ("",)
    listed = [people.key for people in material.monitor.peoples]
    return (*listed, *([] if UNSTATED in listed else [UNSTATED]))


def _change(material: Material, indicator: str, people: str, day: date, week: set[date], before: set[date]) -> Change:
    this_week = _counted(material.stories, indicator, "reported", week, people)
    earlier = _counted(material.stories, indicator, "reported", before, people)
    eased = _counted(material.stories, indicator, "eased", week, people)
    denied = _counted(material.stories, indicator, "denied", week, people)
    now, per_week = len(this_week) * WEEK / len(week), len(earlier) * WEEK / len(before)
    chance = _chance_of_difference(len(this_week), len(week), len(earlier), len(before))
    change = Change(
        indicator=indicator,
        people=people,
        label=_label(material, indicator) + (f" ({_people_label(material, people)})" if people else ""),
        day=sum(story.day == day for story in this_week),
        week=len(this_week),
        week_days=len(week),
        before=len(earlier),
        before_days=len(before),
        before_per_week=per_week,
        ratio=now / per_week if earlier else None,
        chance=chance,
        direction=_direction(now, per_week, chance),
        eased=len(eased),
        denied=len(denied),
        sentence=Sentence("", _origins([*this_week, *eased, *denied])),
        before_articles=_origins(earlier),
    )
    return replace(change, sentence=replace(change.sentence, text=_change_text(material.words, change)))


def _change_text(words: Words, change: Change) -> str:
    text = words.say(
        "change" if change.ratio is not None else "change_new",
        label=change.label,
        day=words.stories(change.day),
        week=words.number(change.week),
        before=words.rate(change.before_per_week),
        times=words.times(change.ratio or 0),
    )
    beside = [
        f"{words.number(number)} {words.stances[stance]}"
        for stance, number in (("eased", change.eased), ("denied", change.denied))
        if number
    ]
    return text + words.say("beside", others=listed(beside)) if beside else text


def _counted(
    stories: Iterable[SummaryStory], indicator: str, stance: str, days: set[date], people: str = ""
) -> list[SummaryStory]:
    """As the daily table counts: a story on its origin's day, under the union of its articles' labels."""
    return [story for story in stories if story.day in days and story.says(indicator, stance, people)]


def _direction(rate: float, before: float, chance: float) -> Direction:
    if chance > CHANCE or abs(rate - before) < LEAST_DIFFERENCE:
        return "same"
    return "more" if rate > before else "fewer"


def _chance_of_difference(week: int, week_days: int, before: int, before_days: int) -> float:
    """Two-sided exact probability, were both rates equal, of a split of the stories at least this unlikely.

    Given week + before stories, the number that fall into the week is binomial with the share of days as its chance.
    Source: the conditional test of two Poisson rates (Przyborowski and Wilenski, Biometrika 31, 1940).

    >>> round(_chance_of_difference(1, 7, 4, 28), 2), _chance_of_difference(12, 7, 4, 28) < 0.0001
    (1.0, True)
    """
    total, share = week + before, week_days / (week_days + before_days)
    if total == 0:
        return 1.0
    logs = [
        lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) + k * log(share) + (total - k) * log(1 - share)
        for k in range(total + 1)
    ]
    limit = logs[week] + 1e-9  # splits exactly as unlikely count, also after rounding
    return min(1.0, sum(exp(value) for value in logs if value <= limit))


# Stories of the day --------------------------------------------------------------------------------------------------


def _sections(material: Material, active: Sequence[str], today: Sequence[SummaryStory]) -> tuple[SummarySection, ...]:
    """In sector order, an order that ranks nothing."""
    found = [_section(material, sector.key, sector.label, key, today) for sector in material.monitor.sectors
             for key in sector.indicators if key in active]  # fmt: skip
    return tuple(section for section in found if section.stories)


def _section(
    material: Material, sector: str, sector_label: str, indicator: str, today: Sequence[SummaryStory]
) -> SummarySection:
    chosen = [_only(story, indicator) for story in today]
    chosen = sorted((story for story in chosen if story.quotes), key=_order)
    by_stance = [(stance, sum(bool(story.of(indicator, stance)) for story in chosen)) for stance in STANCES]
    return SummarySection(
        indicator=indicator,
        label=_label(material, indicator),
        sector=sector,
        sector_label=sector_label,
        by_stance=tuple((stance, number) for stance, number in by_stance if number),
        by_people=_by_people(material, indicator, chosen),
        stories=tuple(chosen),
    )


def _others(today: Sequence[SummaryStory], active: Sequence[str]) -> tuple[SummaryStory, ...]:
    others = [story for story in today if not any(quote.indicator in active for quote in story.quotes)]
    return tuple(sorted(others, key=lambda story: (-story.outlets, story.seen, story.article)))


def _by_people(material: Material, indicator: str, stories: Sequence[SummaryStory]) -> tuple[tuple[str, int], ...]:
    if not material.monitor.indicator(indicator).split_by_people:
        return ()
    peoples = _peoples(material, indicator)
    numbers = {key: sum(any(q.people == key for q in s.quotes) for s in stories) for key in peoples}
    return tuple((_people_label(material, key), number) for key, number in numbers.items() if number)


def _only(story: SummaryStory, indicator: str, stance: str | None = None) -> SummaryStory:
    return replace(story, quotes=story.of(indicator, stance))


def _order(story: SummaryStory) -> tuple[int, int, datetime, int]:
    """Stance order, then most widely carried, then first seen."""
    first = min(STANCES.index(quote.stance) for quote in story.quotes)
    return first, -story.outlets, story.seen, story.article


def _disputes(material: Material, active: Sequence[str], day: date) -> tuple[Dispute, ...]:
    """Every indicator denied on the day, with the reports of the day, or else of the 7 days to it, beside it."""
    found = [_dispute(material, key, day) for key in active]
    return tuple(dispute for dispute in found if dispute is not None)


def _dispute(material: Material, indicator: str, day: date) -> Dispute | None:
    week = {day - timedelta(days=back) for back in range(WEEK)}
    denials = _counted(material.stories, indicator, "denied", {day})
    if not denials:
        return None
    reports, reports_of = _counted(material.stories, indicator, "reported", {day}), "day"
    if not reports:
        reports, reports_of = _counted(material.stories, indicator, "reported", week), "week"
    return Dispute(
        indicator=indicator,
        label=_label(material, indicator),
        reports=_said(reports, indicator, "reported"),
        denials=_said(denials, indicator, "denied"),
        reports_of="nothing" if not reports else "day" if reports_of == "day" else "week",
    )


def _said(stories: Sequence[SummaryStory], indicator: str, stance: str) -> tuple[SummaryStory, ...]:
    return tuple(sorted((_only(story, indicator, stance) for story in stories), key=_order))


def _late(material: Material, day: date, start: datetime) -> tuple[SummaryStory, ...]:
    """Counted on one of the 7 days before, but first seen after the day before had ended: in no earlier summary."""
    first = day - timedelta(days=WEEK)
    late = [s for s in material.stories if s.day is not None and first <= s.day < day and s.seen > start]
    return tuple(sorted(late, key=lambda story: (story.day or day, story.seen, story.article)))


# Sentences -----------------------------------------------------------------------------------------------------------


def _highlights(
    material: Material,
    seen: DaySeen,
    coverage: Coverage,
    today: Sequence[SummaryStory],
    compared: _Compared,
    disputes: Sequence[Dispute],
    late: Sequence[SummaryStory],
) -> tuple[Sentence, ...]:
    found = _about_the_day(material, seen, coverage, today)
    after = []
    if disputes:
        ids = _origins([story for dispute in disputes for story in (*dispute.denials, *dispute.reports)])
        labels = listed([dispute.label for dispute in disputes])
        after.append(
            Sentence(material.words.say("disputed", labels=labels, heading=material.words.headings["disputes"]), ids)
        )
    if late:
        text = material.words.say(
            "late", stories=material.words.stories(len(late)), heading=material.words.headings["late"]
        )
        after.append(Sentence(text, _origins(late)))
    room = MOST_HIGHLIGHTS - len(found) - len(after)
    return (*found, *_most_changed(material.words, seen, compared, room), *after)


def _about_the_day(
    material: Material, seen: DaySeen, coverage: Coverage, today: Sequence[SummaryStory]
) -> list[Sentence]:
    """One or two sentences: what was seen of the day, and how much of it could be seen."""
    asked = {"answered": coverage.answered, "asked": coverage.asked}
    figures = {
        "stories": material.words.stories(len(today)),
        "publishers": material.words.publishers(len({story.family for story in today})),
        "articles": material.words.articles(coverage.articles),
    }
    unread = material.words.say("untagged", articles=material.words.articles(material.untagged))
    found = _figures_of(material.words, seen, coverage, today, figures, asked)
    return [Sentence(unread), *found] if material.untagged else found


def _figures_of(
    words: Words,
    seen: DaySeen,
    coverage: Coverage,
    today: Sequence[SummaryStory],
    figures: dict[str, str],
    asked: dict[str, int],
) -> list[Sentence]:
    if seen.state not in SEEN_STATES:
        why = "before" if seen.state == "before" else "unseen" if coverage.asked else "no_source"
        no_day = Sentence(words.say(why, **asked))
        return [no_day, Sentence(words.say("unseen_but", **figures), _origins(today))] if today else [no_day]
    partly = [Sentence(words.say("partly", **asked))] if seen.state == "partial" else []
    if not today:
        return [*partly, Sentence(words.say("quiet", **figures))]
    return [*partly, Sentence(words.say("relevant", **figures), _origins(today))]


def _most_changed(words: Words, seen: DaySeen, compared: _Compared, room: int) -> list[Sentence]:
    """The changes least explained by chance, as many as there is room for, shown in sector order."""
    if seen.state not in SEEN_STATES:
        return []  # the first highlight says so
    if not compared.is_possible:
        return [compared.comparison]
    different = [change for change in compared.changes if change.direction != "same"]
    if not different:
        return [Sentence(words.say("nothing_differs"))]
    shown = room if len(different) <= room else room - 1
    least = sorted(different, key=lambda change: (change.chance, change.indicator, change.people))[: max(shown, 0)]
    more = [change for change in different if change not in least]
    rest = words.say(
        "more_changes", more=words.phrase("more", number=words.number(len(more))), heading=words.headings["changed"]
    )
    ids = tuple(sorted({article for change in more for article in change.sentence.articles}))
    return [c.sentence for c in different if c in least] + ([Sentence(rest, ids)] if more else [])


def _none_seen(
    material: Material, active: Sequence[str], today: Sequence[SummaryStory], seen: DaySeen, access: str
) -> Sentence | None:
    """Of a day that was not seen nothing is said, not even this; nor of 35 days of which some were not seen."""
    if seen.state not in SEEN_STATES or not material.rules_version:
        return None
    that_day = {quote.indicator for story in today for quote in story.quotes}
    in_35_days = {quote.indicator for story in material.stories for quote in story.quotes}
    whole = all(day.state in SEEN_STATES for day in material.days)
    never = [key for key in active if key not in in_35_days] if whole else []
    none = [key for key in active if key not in that_day and key not in never]
    parts = [
        material.words.say(name, labels=listed([_label(material, key) for key in keys]))
        for name, keys in (("none_seen", none), ("never_seen", never))
        if keys
    ]
    if not parts:
        return None
    return Sentence(" ".join([*parts, material.words.say("none_seen_access", access=access)]))


def _inactive(material: Material, active: Sequence[str]) -> Sentence | None:
    labels = [_label(material, key) for key in material.monitor.indicator_keys if key not in active]
    return Sentence(material.words.say("inactive", labels=listed(labels))) if labels else None


def _method(material: Material, as_of: datetime) -> tuple[Sentence, ...]:
    values = {
        "least": LEAST_DIFFERENCE,
        "as_of": utc(as_of),
        "rules": material.rules_version or material.words.phrase("rules_none"),
        "late": material.words.headings["late"],
    }
    return tuple(Sentence(line) for line in material.words.fixed["method"].format(**values).splitlines())


def _origins(stories: Iterable[SummaryStory]) -> tuple[int, ...]:
    return tuple(sorted({story.article for story in stories}))


def _people_label(material: Material, people: str) -> str:
    labels = {one.key: one.label for one in material.monitor.peoples}
    return labels.get(people, material.words.fixed["not_stated"] if people == UNSTATED else people)


def _label(material: Material, indicator: str) -> str:
    return dict(material.labels).get(indicator, indicator)
