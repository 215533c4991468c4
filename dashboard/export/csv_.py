"""Summary → CSV: one row per story and evidence sentence. UTF-8 without byte order mark, comma, header in line 1.

FIELDS says what each column holds. A story without evidence has one row without a sentence. Unknown is empty, never 0.
A day without a story still has one row (`part` none) with its state, so that a day that was not seen cannot be read as
a quiet one. Cells from feeds are never formulas: see escape.cell.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from io import StringIO

from dashboard.export.escape import cell, link, one_line
from metrics.package import Field, Value
from metrics.summary import Quote, Summary, SummaryStory

Safe = Callable[[str], str]
PARTS = ("day", "other", "late", "none")
STATES = ("full", "partial", "unseen", "backfill", "before")
FIELDS = (
    Field("date", "date", "the day summarised, in the monitor's zone", needed=True),
    Field("day_state", "string", "how much of the day we saw", needed=True, values=STATES),
    Field(
        "part", "string", "day: a story of the day under an active indicator; other: without one; late: of the 7 days"
        " before, seen after they ended; none: there is no story", needed=True, values=PARTS,
    ),
    Field("story", "integer", "the archive's number of the story"),
    Field("article", "integer", "the article that holds the sentence"),
    Field("origin", "integer", "the story's origin: the earliest of its articles"),
    Field("story_day", "date", "counting day of the story"),
    Field("indicator", "string", "the humanitarian subject, a key of the monitor"),
    Field("stance", "string", "what the sentence says"),
    Field("occurrence", "string", "only of stance reported"),
    Field("people", "string", "whom it happens to, a key of the monitor"),
    Field("language", "string", "of the origin"),
    Field("side", "string", "of the origin's outlet, a key of the monitor"),
    Field("title", "string", "of the origin", of_feeds=True),
    Field("outlet", "string", "of the origin", of_feeds=True),
    Field("url", "string", "of the origin", of_feeds=True),
    Field("sentence", "string", "the evidence, on one line", of_feeds=True),
    Field("speaker", "string", "as the sentence names them; empty: nobody", of_feeds=True),
    Field("speaker_side", "string", "a key of the monitor; empty: nobody is named"),
    Field("place", "string", "both names; empty: no place is named", of_feeds=True),
    Field("articles", "integer", "that carried the story by the as-of", "articles"),
    Field("outlets", "integer", "distinct publisher families among them", "families"),
    Field("credited", "string", "whose report the story says it is; empty: nobody's", of_feeds=True),
    Field("event_stories", "integer", "about its event by the as-of, itself included", "stories"),
    Field("independent_reports", "integer", "distinct families that report on their own among them", "families"),
    Field("seen", "datetime", "when we first saw the story", "UTC"),
    Field("rule", "string", "the entry that matched and the stance rule", of_feeds=True),
    Field("monitor", "string", "its title, which says so when the monitor is invented", needed=True),
    Field("as_of", "datetime", "only what had been seen by then", "UTC", needed=True),
    Field("rules_version", "string", "the rules it was made with; empty: nothing was tagged"),
)  # fmt: skip
COLUMNS = tuple(one.name for one in FIELDS)


def render(summary: Summary, safe: Safe = cell) -> bytes:
    """safe : what makes feed text harmless in a cell."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells(summary, safe))
    return out.getvalue().encode()


def cells(summary: Summary, safe: Safe) -> list[dict[str, str]]:
    """Rows as texts, by column; what is unknown is empty or left out."""
    return list(_rows(summary, safe)) or [{**_same(summary, safe), "part": "none"}]


def typed(summary: Summary) -> list[tuple[Value, ...]]:
    """The same rows as values in the order of FIELDS, for formats with types: no text can be a formula there."""
    return [tuple(value_of(one, row.get(one.name, "")) for one in FIELDS) for row in cells(summary, one_line)]


def value_of(field: Field, text: str) -> Value:
    """What stands in a cell as a value; "" is unknown."""
    if not text:
        return None
    if field.type == "integer":
        return int(text)
    if field.type == "date":
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if field.type == "datetime" else text


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
