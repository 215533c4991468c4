"""Events of a summary: whose report a story is, and which stories of the days are about one event, as of its moment.

Made from what the summary has already cut at its as-of, not from the tables that pages read: later arrivals and edits
change nothing. No SQL, no clock, no wording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from metrics.attribution import Attribution
from metrics.credits import Credits
from metrics.lexicon import Lexicon
from metrics.model import Evidence
from metrics.origins import Carrier, Said, SignReader, StoryOf, grouped, independent
from metrics.store import asof
from metrics.summary_model import SummaryStory


@dataclass(frozen=True, slots=True)
class Known:
    """What articles say as of the summary. agencies : article → key; figures : article → (subject, value)."""

    evidence: Mapping[int, Sequence[Evidence]]
    agencies: Mapping[int, str]
    figures: Mapping[int, frozenset[tuple[str, float]]]


def with_events(
    stories: Sequence[SummaryStory],
    members: Mapping[int, Sequence[asof.Member]],
    known: Known,
    *,
    lexicon: Lexicon,
    attribution: Attribution,
) -> tuple[SummaryStory, ...]:
    """The stories with credit, event and independent reports. members : story → its articles by the as-of."""
    credits = Credits(lexicon.credits, attribution.outlets)
    carriers = [
        StoryOf([_carrier(one, known, credits, attribution) for one in members[story.story]]) for story in stories
    ]
    said = {article: _said(found, known.figures.get(article, frozenset())) for article, found in known.evidence.items()}
    group_of = {
        story.id: group
        for group in grouped(carriers, said, SignReader(lexicon, attribution.outlets)).values()
        for story in group
    }
    return tuple(_with_event(story, group_of[story.story], credits) for story in stories)


def _with_event(story: SummaryStory, group: Sequence[StoryOf], credits: Credits) -> SummaryStory:
    mine = next(one for one in group if one.id == story.story)
    return replace(
        story,
        credited=credits.names.get(mine.credited, mine.credited),
        event=tuple(one.origin.article for one in group) if len(group) > 1 else (),
        independent_reports=independent(group),
    )


def _carrier(member: asof.Member, known: Known, credits: Credits, attribution: Attribution) -> Carrier:
    outlet = attribution.outlet(member.source, member.outlet)
    family = credits.family_of(outlet)
    agency = known.agencies.get(member.article)
    credited = credits.family(agency) if agency else ""
    return Carrier(
        member.article, member.story, member.title, member.url, outlet.name, family, outlet.side, member.language,
        member.day, member.first_time, member.seen, credited if credited != family else "", member.relevant,
        attribution.counts(member.source),
    )  # fmt: skip


def _said(found: Sequence[Evidence], figures: frozenset[tuple[str, float]]) -> Said:
    return Said(
        labels=frozenset((one.indicator, one.stance) for one in found),
        places=frozenset(one.place.id for one in found if one.place),
        figures=figures,
        sentences=tuple(dict.fromkeys(one.sentence for one in found)),
    )
