"""Labelled sets of articles → how well event groups and independent reports are found. Reads files; no archive.

One line of a file is one set: `articles` (title, text, lang, outlet, family, seen), `events` (positions of the articles
of each event) and `independent` (reports per event). Every set is read by itself, like a window of days.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from feeds.datafile import numbered_lines
from feeds.errors import DataFileError
from feeds.model import Outlet
from feeds.sources import Outlets
from metrics.credits import Credits
from metrics.model import Tagged, Text
from metrics.origins import Carrier, Said, SignReader, grouped, independent, stories_of
from metrics.stories import StoryIndex
from metrics.tag import Tagger


@dataclass(frozen=True, slots=True)
class SetOfArticles:
    """One labelled line, as read."""

    id: str
    articles: tuple[dict[str, str], ...]
    events: tuple[tuple[int, ...], ...]
    independent: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grouped:
    """What was found in one set: pairs of positions, and (found, labelled) independent reports of each event."""

    id: str
    found: frozenset[tuple[int, int]]
    labelled: frozenset[tuple[int, int]]
    reports: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Pairs of articles in one event, over all sets; share of events with the right number of independent reports."""

    sets: int
    pairs: int
    precision: float
    recall: float
    f1: float
    reports_right: float


def read_sets(path: Path) -> Iterator[SetOfArticles]:
    """Of a JSONL file, or of groups.jsonl in a folder. Raises DataFileError naming file, line and what is wrong."""
    file = path / "groups.jsonl" if path.is_dir() else path
    for number, line in numbered_lines(file):
        try:
            yield _set(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise DataFileError(f"{file}:{number}: not a labelled set of articles: {error!r}") from None


def _set(row: dict[str, Any]) -> SetOfArticles:
    events = tuple(tuple(int(at) for at in event) for event in row["events"])
    named = sorted(at for event in events for at in event)
    if named != list(range(len(row["articles"]))) or len(events) != len(row["independent"]):
        raise ValueError("every article stands in one event, and every event has its number of independent reports")
    return SetOfArticles(str(row["id"]), tuple(row["articles"]), events, tuple(int(n) for n in row["independent"]))


def judged_set(one: SetOfArticles, tagger: Tagger, outlets: Outlets) -> Grouped:
    """The real way of an article: tags, stories, credits, event groups."""
    credits, reader = Credits(tagger.lexicon.credits, outlets), SignReader(tagger.lexicon, outlets)
    carriers, said = _read(one, tagger, outlets, credits)
    groups = grouped(stories_of(carriers), said, reader)
    found = {pair for group in groups.values() for pair in _pairs(c.article for s in group for c in s.carriers)}
    labelled = {pair for event in one.events for pair in _pairs(event)}
    reports = tuple(
        (independent(stories_of([carriers[at] for at in event])), number)
        for event, number in zip(one.events, one.independent, strict=True)
    )
    return Grouped(one.id, frozenset(found), frozenset(labelled), reports)


def _pairs(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    return combinations(sorted(positions), 2)


def _read(
    one: SetOfArticles, tagger: Tagger, outlets: Outlets, credits: Credits
) -> tuple[list[Carrier], dict[int, Said]]:
    index, carriers, said = StoryIndex(), {}, {}
    for at in sorted(range(len(one.articles)), key=lambda at: (one.articles[at]["seen"], at)):
        article = one.articles[at]
        seen = datetime.fromisoformat(article["seen"])
        text = Text(str(at), article["title"], article["text"], article.get("lang", ""), published=seen.date())
        tagged = tagger.tag(text)
        outlet = outlets.find(article["outlet"]) or Outlet(article["outlet"], article["outlet"], article["family"])
        credit = credits.find(article["title"], article["text"], tagged.language, outlet)
        sketch = tagger.sketcher.sketch(text.title, text.text, tagged.language, outlet.name)
        story = index.assign(at, seen, outlet.family, sketch).story
        carriers[at] = Carrier(
            at, story, article["title"], "", outlet.name, outlet.family, outlet.side, tagged.language, seen.date(),
            seen, seen, credit.family if credit else "", tagged.relevant, counts=True,
        )  # fmt: skip
        if tagged.evidence:
            said[at] = said_of(tagged)
    return [carriers[at] for at in range(len(one.articles))], said


def said_of(tagged: Tagged) -> Said:
    """What tags say of an article, as the archive would keep it."""
    return Said(
        labels=frozenset((each.indicator, each.stance) for each in tagged.evidence),
        places=frozenset(each.place.id for each in tagged.evidence if each.place),
        figures=frozenset((each.subject, each.value) for each in tagged.figures),
        sentences=tuple(dict.fromkeys(each.sentence for each in tagged.evidence)),
    )


def totals(judged: Sequence[Grouped]) -> Totals:
    """1.0 where there is nothing to find."""
    right = sum(len(one.found & one.labelled) for one in judged)
    found, labelled = sum(len(one.found) for one in judged), sum(len(one.labelled) for one in judged)
    precision, recall = right / found if found else 1.0, right / labelled if labelled else 1.0
    reports = [pair for one in judged for pair in one.reports]
    exact = sum(mine == theirs for mine, theirs in reports)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Totals(len(judged), labelled, precision, recall, f1, exact / len(reports) if reports else 1.0)


def as_lines(path: str, one: Totals) -> list[str]:
    return [
        f"{path}: {one.sets} sets of articles, {one.pairs} pairs of one event",
        f"  event groups: precision {one.precision:.3f}, recall {one.recall:.3f}, F1 {one.f1:.3f}",
        f"  independent reports of an event: {one.reports_right:.3f} right",
    ]
