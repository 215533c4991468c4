"""Summary → CSV: one row per story and evidence sentence. UTF-8 without byte order mark, comma, header in line 1.

date             the day summarised (ISO, the monitor's zone)
day_state        full, partial, unseen, backfill, before: how much of the day we saw
part             day: a story of the day under an active indicator; other: without one; late: of the 7 days before,
                 seen after they ended; none: there is no story
story            the archive's number of the story
article          the article that holds the sentence; origin: the story's origin
story_day        counting day of the story
indicator, stance, occurrence, people, language, side
                 as in the daily table; language and side are the origin's; occurrence is of stance reported only
title, outlet, url  of the origin
sentence         the evidence, on one line
speaker, speaker_side, place  as the sentence names them, empty when it does not
articles, outlets   that carried the story by the as-of; outlets: distinct publisher families
credited, event_stories, independent_reports
                 whose report the story says it is (empty: nobody's); stories about its event by the as-of, itself
                 included, and the distinct families that report on their own among them
seen             UTC, when we first saw the story
rule             the entry that matched and the stance rule
monitor          its title; begins with INVENTED when the monitor is invented
as_of, rules_version  what the summary is a function of

A story without evidence has one row without a sentence. Unknown is empty, never 0. A day without a story still has one
row (`part` none) with its state, so that a day that was not seen cannot be read as a quiet one. Cells from feeds are
never formulas: see escape.cell.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO

from dashboard.export.escape import cell, link
from metrics.summary import Quote, Summary, SummaryStory

Safe = Callable[[str], str]
COLUMNS = (
    "date", "day_state", "part", "story", "article", "origin", "story_day", "indicator", "stance", "occurrence",
    "people", "language", "side", "title", "outlet", "url", "sentence", "speaker", "speaker_side", "place", "articles",
    "outlets", "credited", "event_stories", "independent_reports", "seen", "rule", "monitor", "as_of", "rules_version",
)  # fmt: skip


def render(summary: Summary, safe: Safe = cell) -> bytes:
    """safe : what makes feed text harmless in a cell."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(list(_rows(summary, safe)) or [{**_same(summary, safe), "part": "none"}])
    return out.getvalue().encode()


def _rows(summary: Summary, safe: Safe) -> Iterator[dict[str, str]]:
    of_the_day = (story for section in summary.sections for story in section.stories)
    for part, stories in (("day", of_the_day), ("other", summary.others), ("late", summary.late)):
        yield from _rows_of(summary, part, stories, safe)


def _rows_of(summary: Summary, part: str, stories: Iterable[SummaryStory], safe: Safe) -> Iterator[dict[str, str]]:
    for story in stories:
        rows = [_quote(quote, safe) for quote in story.quotes] or [{"article": str(story.article)}]
        yield from ({**_same(summary, safe), "part": part, **_story(story, safe), **row} for row in rows)


def _same(summary: Summary, safe: Safe) -> dict[str, str]:
    """What stands in every row."""
    return {
        "date": summary.day.isoformat(),
        "day_state": summary.state,
        "monitor": safe(("INVENTED: " if summary.invented else "") + summary.title),
        "as_of": summary.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rules_version": summary.rules_version,
    }


def _story(story: SummaryStory, safe: Safe) -> dict[str, str]:
    return {
        "story": str(story.story),
        "origin": str(story.article),
        "story_day": story.day.isoformat() if story.day else "",
        "language": safe(story.language),
        "side": safe(story.side),
        "title": safe(story.title),
        "outlet": safe(story.outlet),
        "url": safe(link(story.url)),
        "articles": str(len(story.carried_by)),
        "outlets": str(story.outlets),
        "credited": safe(story.credited),
        "event_stories": str(max(1, len(story.event))),
        "independent_reports": str(story.independent_reports),
        "seen": story.seen.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _quote(quote: Quote, safe: Safe) -> dict[str, str]:
    return {
        "article": str(quote.article),
        "indicator": quote.indicator,
        "stance": quote.stance,
        "occurrence": quote.occurrence or "",
        "people": quote.people,
        "sentence": safe(quote.sentence),
        "speaker": safe(quote.speaker),
        "speaker_side": safe(quote.speaker_side),
        "place": safe(quote.place),
        "rule": safe(quote.rule),
    }
