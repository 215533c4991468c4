"""Key figures as claimed: every figure of the issue's stories, who claims it, when and where; never merged. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from metrics.claims import claims_in
from metrics.model import UNSTATED, Figure
from metrics.reader_labels import ReaderLabels
from metrics.summary_model import Claim, SummaryStory
from metrics.tag_line import figure_words


def claims_of(
    stories: Sequence[SummaryStory], figures: Mapping[int, Sequence[Figure]], labels: ReaderLabels,
    written: Mapping[int, tuple[str, str]],
) -> tuple[Claim, ...]:  # fmt: skip
    """By subject, unit, kind and people, then in order of appearance. What copies repeat is one claim, of the first.

    figures : article → its figures. written : article → its language and address.
    """
    found = [claim for story in stories for claim in _of_story(story, figures, labels, written)]
    return tuple(sorted(found, key=lambda one: (one.subject, one.unit, one.kind, one.people, one.story)))


def _of_story(
    story: SummaryStory, figures: Mapping[int, Sequence[Figure]], labels: ReaderLabels,
    written: Mapping[int, tuple[str, str]],
) -> list[Claim]:  # fmt: skip
    told = ((article, one) for article in story.carried_by for one in figures.get(article, ()))
    return [_claim(story, copies, labels, written) for copies in claims_in(told)]


def _claim(
    story: SummaryStory, copies: Sequence[tuple[int, Figure]], labels: ReaderLabels,
    written: Mapping[int, tuple[str, str]],
) -> Claim:  # fmt: skip
    article, one = copies[0]
    language, url = written.get(article, (story.language, story.url))
    return Claim(
        article=article,
        articles=tuple(dict.fromkeys(number for number, _ in copies)),
        story=story.story,
        subject=one.subject,
        subject_label=labels.subjects.get(one.subject) or labels.indicators.get(one.subject, ""),
        kind=one.kind,
        people=one.people,
        people_label="" if one.people == UNSTATED else labels.peoples.get(one.people, one.people),
        value=one.value,
        high=one.high,
        bound=one.bound,
        unit=one.unit,
        number=figure_words(one, labels),
        claimant=one.claimant,
        claimant_side=one.claimant_side,
        claimant_side_label=labels.sides.get(one.claimant_side, one.claimant_side),
        as_of=one.as_of,
        day=story.day,
        outlet=story.outlet,
        side=story.side,
        side_label=story.side_label,
        sentence=one.sentence,
        language=language,
        url=url,
    )
