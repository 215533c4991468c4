"""The highlights of an issue: at most five sentences, what was seen first, then what turned. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.summary_changes import Compared, origins
from metrics.summary_model import (
    SEEN_STATES,
    AlertNote,
    Coverage,
    DaySeen,
    Dispute,
    Material,
    Sentence,
    SummaryStory,
)
from metrics.summary_words import Words, listed

MOST = 5


def highlights(
    material: Material,
    seen: DaySeen,
    coverage: Coverage,
    today: Sequence[SummaryStory],
    compared: Compared,
    alerts: Sequence[AlertNote],
    disputes: Sequence[Dispute],
    late: Sequence[SummaryStory],
) -> tuple[Sentence, ...]:
    words, found, after = material.words, _about_the_day(material, seen, coverage, today), []
    if disputes:
        ids = origins([story for dispute in disputes for story in (*dispute.denials, *dispute.reports)])
        labels = listed([dispute.label for dispute in disputes])
        after.append(
            Sentence(words.say("disputed", labels=labels, heading=words.headings["disputes"], **material.when), ids)
        )
    if late:
        text = words.say("late", stories=words.stories(len(late)), heading=words.headings["late"])
        after.append(Sentence(text, origins(late)))
    after = _opened(words, alerts) + after
    room = MOST - len(found) - len(after)
    return (*found, *_most_changed(words, seen, compared, room), *after)[:MOST]


def _opened(words: Words, alerts: Sequence[AlertNote]) -> list[Sentence]:
    """One sentence for all alerts that opened."""
    opened = [one for one in alerts if one.turn == "opened"]
    if not opened:
        return []
    if len(opened) == 1:
        return [opened[0].sentence]
    ids = tuple(sorted({article for one in opened for article in one.sentence.articles}))
    count, labels = words.count("alerts", len(opened)), listed([one.label for one in opened])
    return [Sentence(words.say("alerts_opened", alerts=count, labels=labels, heading=words.headings["changed"]), ids)]


def _about_the_day(
    material: Material, seen: DaySeen, coverage: Coverage, today: Sequence[SummaryStory]
) -> list[Sentence]:
    """One or two sentences: what was seen of the day, and how much of it could be seen."""
    asked = {"answered": coverage.answered, "asked": coverage.asked}
    figures = {
        "stories": material.words.stories(len(today)),
        "publishers": material.words.publishers(len({story.family for story in today})),
        "articles": material.words.articles(coverage.articles),
        **material.when,
    }
    unread = material.words.say("untagged", articles=material.words.articles(material.untagged))
    found = _figures_of(material, seen, coverage, today, figures, asked)
    return [Sentence(unread), *found] if material.untagged else found


def _figures_of(
    material: Material,
    seen: DaySeen,
    coverage: Coverage,
    today: Sequence[SummaryStory],
    figures: dict[str, str],
    asked: dict[str, int],
) -> list[Sentence]:
    words, of = material.words, "" if material.first in (None, seen.day) else "_range"
    if seen.state not in SEEN_STATES:
        why = "before" if seen.state == "before" else "unseen" if coverage.asked else "no_source"
        why += of
        no_day = Sentence(words.say(why, **asked))
        return [no_day, Sentence(words.say("unseen_but", **figures), origins(today))] if today else [no_day]
    partly = [Sentence(words.say(f"partly{of}", **asked))] if seen.state == "partial" else []
    if not today:
        return [*partly, Sentence(words.say("quiet", **figures))]
    return [*partly, Sentence(words.say("relevant", **figures), origins(today))]


def _most_changed(words: Words, seen: DaySeen, compared: Compared, room: int) -> list[Sentence]:
    """The changes least explained by chance, as many as there is room for, shown in sector order."""
    if seen.state not in SEEN_STATES:
        return []  # the first highlight says so
    if not compared.is_possible:
        return [compared.comparison]
    different = [change for change in compared.changes if change.direction != "same"]
    if not different:
        return [Sentence(words.say("nothing_differs", before_span=compared.before_span))]
    shown = room if len(different) <= room else room - 1
    least = sorted(different, key=lambda change: (change.chance, change.indicator, change.people))[: max(shown, 0)]
    more = [change for change in different if change not in least]
    rest = words.say(
        "more_changes", more=words.phrase("more", number=words.number(len(more))), heading=words.headings["changed"]
    )
    ids = tuple(sorted({article for change in more for article in change.sentence.articles}))
    return [c.sentence for c in different if c in least] + ([Sentence(rest, ids)] if more else [])
