"""Ask the archive what a summary is made from, cut at the as-of. No SQL, no clock, no wording.

Cut means: an article seen later does not enter; of an article edited later the version that stood is read again by the
same tagger; a poll made later changes neither the ledger nor how much of a day was seen. What counts is what
metrics/store/counting.py counts: a story on the day of its origin, under the labels of all its articles.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from feeds.archive import Archive
from feeds.model import Source
from feeds.monitor import Monitor
from feeds.sources import Outlets
from metrics import store
from metrics.attribution import Attribution
from metrics.lexicon import Lexicon
from metrics.model import Evidence
from metrics.observe import Observed, SourceDay, Watched, observability, state_of
from metrics.observers import facts_of
from metrics.stood import Stood, as_they_stood
from metrics.store import asof
from metrics.summary_events import Known, with_events
from metrics.summary_model import DaySeen, Material, Quote, SummaryStory
from metrics.tag import Tagger

DAYS = 35  # the 7 days to the day and the 28 before


@dataclass(frozen=True, slots=True)
class _Asked:
    """The monitor's side of the question, in one value."""

    archive: Archive
    monitor: Monitor
    lexicon: Lexicon
    attribution: Attribution
    day: date
    as_of: datetime

    @property
    def first(self) -> date:
        return self.day - timedelta(days=DAYS - 1)


def material_of(
    archive: Archive,
    monitor: Monitor,
    lexicon: Lexicon,
    sources: Sequence[Source],
    outlets: Outlets,
    *,
    day: date,
    start: datetime,
    end: datetime,
    as_of: datetime,
) -> Material:
    """start, end : the day in UTC, end exclusive. Raises ArchiveError."""
    asked = _Asked(archive, monitor, lexicon, Attribution(sources, outlets), day, as_of)
    rules = store.current_rules(archive)
    members = asof.members_as_of(archive, first=asked.first, last=day, as_of=as_of)
    came = asof.arrived(archive, start=start, end=end, as_of=as_of)
    stood = _stood(asked, members, came) if rules and rules.version == lexicon.rules_version else {}
    came = [_arrived_then(one, stood) for one in came]
    counted, uncounted = _stories(asked, [_member_then(one, stood) for one in members], stood)
    return Material(
        monitor=monitor,
        labels=_labels(monitor, lexicon),
        sources=tuple(sources),
        observers=facts_of(lexicon),
        rules_version=rules.version if rules else "",
        polls=tuple(p for p in archive.polls(since=start, until=end) if start <= p.at < end and p.at <= as_of),
        articles=len(came),
        relevant=sum(bool(one.relevant) for one in came),
        context=sum(bool(one.context) and not one.relevant for one in came),
        untagged=asof.untagged(archive, as_of=as_of),
        languages=_in_order(monitor.languages, {one.language for one in came if one.language}),
        sides=tuple(sorted({asked.attribution.outlet(one.source, one.outlet).side for one in came})),
        days=_days(asked, members, stood),
        stories=counted,
        uncounted=uncounted,
    )


def _labels(monitor: Monitor, lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    found = lexicon.labels
    return tuple((key, found.get(key, {}).get("en", key)) for key in monitor.indicator_keys)


# Versions that stood -------------------------------------------------------------------------------------------------


def _stood(asked: _Asked, members: Iterable[asof.Member], came: Iterable[asof.Arrived]) -> dict[int, Stood]:
    moments = [(one.article, one.changed) for one in members] + [(one.article, one.changed) for one in came]
    edited = {article for article, changed in moments if changed is not None and changed > asked.as_of}
    if not edited:
        return {}
    tagger = Tagger(asked.monitor, asked.lexicon)
    return as_they_stood(asked.archive, tagger, asked.attribution, sorted(edited), as_of=asked.as_of)


def _member_then(member: asof.Member, stood: Mapping[int, Stood]) -> asof.Member:
    then = stood.get(member.article)
    if then is None:
        return member
    tagged = then.tagged
    return replace(member, title=then.title, language=tagged.language, relevant=tagged.relevant, context=tagged.context)


def _arrived_then(one: asof.Arrived, stood: Mapping[int, Stood]) -> asof.Arrived:
    then = stood.get(one.article)
    if then is None:
        return one
    return replace(one, language=then.tagged.language, relevant=then.tagged.relevant, context=then.tagged.context)


# Stories -------------------------------------------------------------------------------------------------------------


def _stories(
    asked: _Asked, members: Iterable[asof.Member], stood: Mapping[int, Stood]
) -> tuple[tuple[SummaryStory, ...], tuple[int, ...]]:
    """Relevant stories of the 35 days, and the day's articles that only topic searches found: not counted."""
    groups: defaultdict[int, list[asof.Member]] = defaultdict(list)
    for member in members:
        groups[member.story].append(member)
    relevant = {story: group for story, group in groups.items() if any(m.relevant for m in group if _counts(asked, m))}
    kept = {story: group for story, group in relevant.items() if _is_of_these_days(asked, _origin(asked, group))}
    evidence = asof.evidence_counted(asked.archive, [m.article for group in kept.values() for m in group])
    evidence.update({article: list(one.counted) for article, one in stood.items()})
    only_searches = [
        group[0].article
        for group in groups.values()
        if not any(_counts(asked, m) for m in group) and any(m.relevant and m.day == asked.day for m in group)
    ]
    stories = tuple(_story(asked, kept[story], evidence) for story in sorted(kept))
    known = _known(asked, kept, evidence, stood)
    told = with_events(stories, kept, known, lexicon=asked.lexicon, attribution=asked.attribution)
    return told, tuple(sorted(only_searches))


def _known(
    asked: _Asked,
    kept: Mapping[int, Sequence[asof.Member]],
    evidence: Mapping[int, Sequence[Evidence]],
    stood: Mapping[int, Stood],
) -> Known:
    """What the stories credit and claim; of an article edited since, as it stood."""
    ids = sorted({member.article for group in kept.values() for member in group})
    agencies, figures = asof.credited(asked.archive, ids), asof.claimed(asked.archive, ids)
    for article in set(ids) & stood.keys():
        agencies.pop(article, None)
        if stood[article].credit:
            agencies[article] = stood[article].credit
        figures[article] = frozenset((one.subject, one.value) for one in stood[article].tagged.figures)
    said = {article: evidence[article] for article in ids if evidence.get(article)}
    return Known(said, agencies, figures)


def _is_of_these_days(asked: _Asked, origin: asof.Member) -> bool:
    return origin.day is not None and asked.first <= origin.day <= asked.day


def _counts(asked: _Asked, member: asof.Member) -> bool:
    return asked.attribution.counts(member.source)


def _origin(asked: _Asked, group: Sequence[asof.Member]) -> asof.Member:
    counted = [member for member in group if _counts(asked, member)]
    return min(counted, key=lambda member: (member.first_time, member.seen, member.article))


def _story(asked: _Asked, group: Sequence[asof.Member], evidence: Mapping[int, Sequence[Evidence]]) -> SummaryStory:
    origin = _origin(asked, group)
    outlet = asked.attribution.outlet(origin.source, origin.outlet)
    families = {asked.attribution.outlet(member.source, member.outlet).family for member in group}
    counted = [origin, *(member for member in group if member != origin and _counts(asked, member))]
    return SummaryStory(
        story=origin.story,
        article=origin.article,
        title=origin.title,
        url=origin.url,
        outlet=outlet.name,
        family=outlet.family,
        side=outlet.side,
        side_label=asked.monitor.side_label(outlet.side),
        language=origin.language,
        day=origin.day,
        seen=min(member.seen for member in group),
        carried_by=tuple(member.article for member in group),
        outlets=len(families),
        quotes=tuple(_quotes(asked, counted, evidence)),
    )


def _quotes(
    asked: _Asked, members: Sequence[asof.Member], evidence: Mapping[int, Sequence[Evidence]]
) -> Iterable[Quote]:
    """All of the origin's; of a copy only what says something under a label that none before it has."""
    known: set[tuple[str, str, str]] = set()
    for member in members:
        new = [one for one in evidence.get(member.article, ()) if _label(one) not in known]
        yield from (_quote(asked, member, one) for one in new)
        known |= {_label(one) for one in new}


def _label(one: Evidence) -> tuple[str, str, str]:
    return one.indicator, one.stance, one.people


def _quote(asked: _Asked, member: asof.Member, one: Evidence) -> Quote:
    peoples = {people.key: people.label for people in asked.monitor.peoples}
    return Quote(
        article=member.article,
        indicator=one.indicator,
        stance=one.stance,
        occurrence=one.occurrence,
        people=one.people,
        people_label=peoples.get(one.people, one.people),
        sentence=one.sentence,
        language=member.language,
        speaker=one.speaker.name if one.speaker else "",
        speaker_side=one.speaker.side if one.speaker else "",
        speaker_side_label=asked.monitor.side_label(one.speaker.side) if one.speaker else "",
        place=one.place.name if one.place else "",
        rule=one.rule,
    )


# Days and observers --------------------------------------------------------------------------------------------------


def _days(asked: _Asked, members: Iterable[asof.Member], stood: Mapping[int, Stood]) -> tuple[DaySeen, ...]:
    """How much of each of the 35 days was seen, from the ledger up to the as-of."""
    did = asof.source_days_until(asked.archive, as_of=asked.as_of, zone=asked.monitor.zone)
    brought = asof.relevant_by_source(asked.archive, as_of=asked.as_of, edited_before=asked.first)
    again: Counter[tuple[str, date]] = Counter(
        (m.source, m.day) for m in members if m.day and m.day >= asked.first and _was_relevant(stood, m.article)
    )
    usual = [key for key in sorted(did) if _is_usual(asked, key)]
    watched = [_watched(asked, key, did[key], brought.get(key, {}), again) for key in usual]
    observed = observability(watched, asked.first, asked.day)
    loaded = asof.backfilled_days(asked.archive, first=asked.first, last=asked.day, as_of=asked.as_of)
    days = [asked.first + timedelta(days=n) for n in range(DAYS)]
    return tuple(_day_seen(day, [one for key, one in observed.items() if key[0] == day], day in loaded) for day in days)


def _was_relevant(stood: Mapping[int, Stood], article: int) -> bool:
    return article in stood and stood[article].tagged.relevant


def _is_usual(asked: _Asked, source: str) -> bool:
    return source in asked.attribution.sources and asked.attribution.counts(source)


def _watched(
    asked: _Asked,
    key: str,
    did: Mapping[date, SourceDay],
    brought: Mapping[date, int],
    again: Counter[tuple[str, date]],
) -> Watched:
    source = asked.attribution.sources[key]
    days = {day: brought.get(day, 0) + again[key, day] for day in {*brought, *(d for s, d in again if s == key)}}
    return Watched(
        key,
        source.languages[0] if source.languages else "",
        source.outlet.side,
        did,
        days,
        retired=not source.is_polled,
    )


def _day_seen(day: date, groups: Sequence[Observed], loaded: bool) -> DaySeen:
    usual = sum(one.usual for one in groups) if groups else None
    usual_seen = sum(one.usual_seen for one in groups) if groups else None
    state = state_of(usual, usual_seen, has_backfill=loaded)
    return DaySeen(day, state, usual_seen / usual if usual and usual_seen is not None else None)


def _in_order(known: Sequence[str], found: set[str]) -> tuple[str, ...]:
    """The monitor's languages in its order, then any other by its key."""
    return tuple([key for key in known if key in found] + sorted(found - set(known)))
