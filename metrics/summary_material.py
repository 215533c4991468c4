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
from feeds.model import Article, Source
from feeds.monitor import Monitor
from feeds.sources import Outlets
from metrics import store
from metrics.ahead import read_ahead
from metrics.attribution import Attribution
from metrics.judged_then import JudgedThen, judged_then
from metrics.lexicon import Lexicon
from metrics.model import Evidence, Figure
from metrics.observe import HISTORY_DAYS, Observed, SourceDay, Watched, observability, state_of
from metrics.observers import facts_of
from metrics.reader_labels import ReaderLabels, reader_labels
from metrics.situation import Reads
from metrics.stood import Stood, as_they_stood
from metrics.store import asof
from metrics.store.observing import weighed_from
from metrics.store.revising import corrections
from metrics.summary_claims import claims_of
from metrics.summary_events import Known, with_events
from metrics.summary_model import DaySeen, Material, Quote, SummaryStory
from metrics.tag import Tagger
from metrics.tag_line import tag_line

LEAST_DAYS = 35  # the 7 days to the day and the 28 before


@dataclass(frozen=True, slots=True)
class _Asked:
    """The monitor's side of the question, in one value."""

    archive: Archive
    monitor: Monitor
    lexicon: Lexicon
    attribution: Attribution
    labels: ReaderLabels
    begin: date  # first of the issue's days
    day: date  # the last of them
    as_of: datetime

    @property
    def days(self) -> int:
        """As far back as an issue looks: what is compared, and as much before it."""
        return max(LEAST_DAYS, 2 * ((self.day - self.begin).days + 1))

    @property
    def first(self) -> date:
        return self.day - timedelta(days=self.days - 1)

    @property
    def night(self) -> date:
        """The last day of which stories are told: the one after the issue, when it had begun by the as-of."""
        return max(self.day, min(self.day + timedelta(days=1), self.monitor.day_of(self.as_of)))


def material_of(
    archive: Archive,
    monitor: Monitor,
    lexicon: Lexicon,
    sources: Sequence[Source],
    outlets: Outlets,
    *,
    first: date,
    day: date,
    start: datetime,
    end: datetime,
    as_of: datetime,
    lang: str = "en",
    read: Reads | None = None,
) -> Material:
    """first, day : the issue's days; start, end : the same in UTC, end exclusive. Raises HouseError.

    read : for who keeps what was read of days that do not change.
    """
    labels = reader_labels(monitor, lexicon, lang)
    asked = _Asked(archive, monitor, lexicon, Attribution(sources, outlets), labels, first, day, as_of)
    rules = store.current_rules(archive)
    members = asof.members_as_of(archive, first=asked.first, last=asked.night, as_of=as_of)
    came = asof.arrived(archive, start=start, end=end, as_of=as_of)
    stood = _stood(asked, members, came) if rules and rules.version == lexicon.rules_version else {}
    came = [_arrived_then(one, stood) for one in came]
    told, uncounted, figures = _stories(asked, [_member_then(one, stood) for one in members], stood)
    issue = [story for story in told if story.day is not None and first <= story.day <= day]
    before = issue_before(start, end, as_of)
    return Material(
        monitor=monitor,
        labels=tuple(labels.indicators.items()),
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
        stories=told,
        uncounted=uncounted,
        lang=lang,
        first=first,
        judged=_judged(asked, day, as_of, (day,), read),
        judged_before=_judged(asked, first - timedelta(days=1), before, (first - timedelta(days=1),), read),
        revisions=tuple(corrections(archive, since=before, until=as_of)),
        claims=claims_of(issue, figures, labels, _written(members)),
        publications=_publications(asked, came, stood, issue),
        events=lexicon.events,
        ahead=read_ahead(monitor),
        people_labels=tuple(labels.peoples.items()),
        side_labels=tuple(labels.sides.items()),
    )


def issue_before(start: datetime, end: datetime, as_of: datetime) -> datetime:
    """The as-of of the issue before: as long before as this one's days last, and never before its own days ended."""
    return max(start, as_of - (end - start))


def _judged(
    asked: _Asked, last: date, as_of: datetime, levels_on: Sequence[date], read: Reads | None
) -> JudgedThen | None:
    return judged_then(
        asked.archive, asked.monitor, asked.lexicon, asked.attribution, last=last, as_of=as_of, levels_on=levels_on,
        read=read,
    )  # fmt: skip


def _written(members: Iterable[asof.Member]) -> dict[int, tuple[str, str]]:
    return {one.article: (one.language, one.url) for one in members}


def _publications(
    asked: _Asked, came: Iterable[asof.Arrived], stood: Mapping[int, Stood], issue: Iterable[SummaryStory]
) -> tuple[SummaryStory, ...]:
    """What institutions published: the issue's stories of theirs, and what came from them about the peace process."""
    stories = [story for story in issue if _is_institution(asked, story.side, story.control)]
    known = {article for story in stories for article in story.carried_by}
    wanted = [one for one in came if one.context and not one.relevant and one.article not in known]
    mine = {one.article: one for one in wanted if _is_of_institution(asked, one)}
    articles = asked.archive.articles(sorted(mine))
    return (*stories, *(_publication(asked, mine[one.id], one, stood) for one in articles))


def _is_of_institution(asked: _Asked, one: asof.Arrived) -> bool:
    outlet = asked.attribution.outlet(one.source, one.outlet)
    return _is_institution(asked, outlet.side, outlet.control)


def _is_institution(asked: _Asked, side: str, control: str) -> bool:
    known = asked.monitor.institutions
    return side in known.sides and control in known.controls


def _publication(asked: _Asked, one: asof.Arrived, article: Article, stood: Mapping[int, Stood]) -> SummaryStory:
    outlet = asked.attribution.outlet(one.source, one.outlet)
    return SummaryStory(
        story=article.id,
        article=article.id,
        title=stood[article.id].title if article.id in stood else article.title,
        url=article.url,
        outlet=outlet.name,
        family=outlet.family,
        side=outlet.side,
        side_label=asked.labels.sides.get(outlet.side, outlet.side),
        language=one.language,
        day=None,
        seen=article.seen,
        carried_by=(article.id,),
        outlets=1,
        control=outlet.control,
    )


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
) -> tuple[tuple[SummaryStory, ...], tuple[int, ...], dict[int, list[Figure]]]:
    """Relevant stories of these days, the issue's articles that only topic searches found, and figures by article."""
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
        if not any(_counts(asked, m) for m in group) and any(m.relevant and _is_of_issue(asked, m) for m in group)
    ]
    figures = _figures(asked, evidence, [m.article for group in kept.values() for m in group], stood)
    stories = tuple(_story(asked, kept[story], evidence, figures) for story in sorted(kept))
    known = _known(asked, kept, evidence, stood)
    told = with_events(stories, kept, known, lexicon=asked.lexicon, attribution=asked.attribution)
    return told, tuple(sorted(only_searches)), figures


def _figures(
    asked: _Asked, evidence: Mapping[int, object], ids: Iterable[int], stood: Mapping[int, Stood]
) -> dict[int, list[Figure]]:
    """Article → its figures; of an article edited since, those of the version that stood."""
    wanted = sorted(set(ids))
    found = asof.figures_claimed(asked.archive, wanted)
    found.update({article: list(stood[article].tagged.figures) for article in wanted if article in stood})
    return found


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
    return origin.day is not None and asked.first <= origin.day <= asked.night


def _is_of_issue(asked: _Asked, member: asof.Member) -> bool:
    return member.day is not None and asked.begin <= member.day <= asked.day


def _counts(asked: _Asked, member: asof.Member) -> bool:
    return asked.attribution.counts(member.source)


def _origin(asked: _Asked, group: Sequence[asof.Member]) -> asof.Member:
    counted = [member for member in group if _counts(asked, member)]
    return min(counted, key=lambda member: (member.first_time, member.seen, member.article))


def _story(
    asked: _Asked,
    group: Sequence[asof.Member],
    evidence: Mapping[int, Sequence[Evidence]],
    figures: Mapping[int, Sequence[Figure]],
) -> SummaryStory:
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
        side_label=asked.labels.sides.get(outlet.side, outlet.side),
        language=origin.language,
        day=origin.day,
        seen=min(member.seen for member in group),
        carried_by=tuple(member.article for member in group),
        outlets=len(families),
        quotes=tuple(_quotes(asked, counted, evidence, figures)),
        control=outlet.control,
    )


def _quotes(
    asked: _Asked,
    members: Sequence[asof.Member],
    evidence: Mapping[int, Sequence[Evidence]],
    figures: Mapping[int, Sequence[Figure]],
) -> Iterable[Quote]:
    """All of the origin's; of a copy only what says something under a label that none before it has."""
    known: set[tuple[str, str, str]] = set()
    for member in members:
        new = [one for one in evidence.get(member.article, ()) if _label(one) not in known]
        yield from (_quote(asked, member, one, figures.get(member.article, ())) for one in new)
        known |= {_label(one) for one in new}


def _label(one: Evidence) -> tuple[str, str, str]:
    return one.indicator, one.stance, one.people


def _quote(asked: _Asked, member: asof.Member, one: Evidence, figures: Sequence[Figure]) -> Quote:
    labels = asked.labels
    is_foreign = member.language != labels.language
    return Quote(
        article=member.article,
        indicator=one.indicator,
        stance=one.stance,
        occurrence=one.occurrence,
        people=one.people,
        people_label=labels.peoples.get(one.people, one.people),
        sentence=one.sentence,
        language=member.language,
        speaker=one.speaker.name if one.speaker else "",
        speaker_side=one.speaker.side if one.speaker else "",
        speaker_side_label=labels.sides.get(one.speaker.side, one.speaker.side) if one.speaker else "",
        place=one.place.name if one.place else "",
        rule=one.rule,
        tag_line=tag_line(one, figures, labels) if is_foreign else "",
    )


# Days and observers --------------------------------------------------------------------------------------------------


def _days(asked: _Asked, members: Iterable[asof.Member], stood: Mapping[int, Stood]) -> tuple[DaySeen, ...]:
    """How much of each of these days was seen, from the ledger up to the as-of."""
    did = asof.source_days_until(asked.archive, as_of=asked.as_of, zone=asked.monitor.zone)
    begin = min(weighed_from(dict(did[key]), asked.first) for key in sorted(did)) if did else asked.first
    begin = min(begin, asked.first - timedelta(days=HISTORY_DAYS))  # the weekday factor reads so far
    brought = asof.relevant_by_source(asked.archive, as_of=asked.as_of, edited_before=asked.first, first=begin)
    again: Counter[tuple[str, date]] = Counter(
        (m.source, m.day) for m in members if m.day and m.day >= asked.first and _was_relevant(stood, m.article)
    )
    usual = [key for key in sorted(did) if _is_usual(asked, key)]
    watched = [_watched(asked, key, did[key], brought.get(key, {}), again) for key in usual]
    observed = observability(watched, asked.first, asked.day)
    loaded = asof.backfilled_days(asked.archive, first=asked.first, last=asked.day, as_of=asked.as_of)
    days = [asked.first + timedelta(days=n) for n in range(asked.days)]
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
