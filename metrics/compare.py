"""Where other rules would say something else: articles of the archive read again, nothing stored. No clock.

Counts are stories with `reported` evidence per indicator and day, as on the charts. Repeats and evidence added later
are told apart as in the archive, so that the same rules give no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from feeds.archive import Archive
from feeds.errors import HouseError
from feeds.model import Article
from metrics import store
from metrics.attribution import Attribution
from metrics.model import Evidence, Tagged
from metrics.repeats import Carried, Carrier, marked, new_carriers
from metrics.store.asof import evidence_counted
from metrics.store.comparing import Chosen, chosen, story_days
from metrics.tag import Tagger
from metrics.update import BATCH, added_later, processes_for, text_of
from metrics.workers import Task, answered

EXAMPLES = 5  # of evidence gained, and of evidence lost, an indicator
STANCE = "reported"
Stories = Mapping[tuple[str, date], set[int]]  # (indicator, day) → stories


@dataclass(frozen=True, slots=True)
class Row:
    """Stories of one indicator on one day under the old rules and under the new; day None: all days together."""

    indicator: str
    day: date | None
    old: int
    new: int

    @property
    def difference(self) -> int:
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class Example:
    """Reported evidence that only the new rules find (gained) or only the old (lost)."""

    indicator: str
    gained: bool
    article: int
    title: str
    sentence: str
    rule: str
    instead: str  # what the other rules say of this sentence and indicator; "" nothing


@dataclass(frozen=True, slots=True)
class Comparison:
    """Days without a difference are left out; sums are over all that was read."""

    old_rules: str
    new_rules: str
    chosen: Chosen
    sums: tuple[Row, ...]
    days: tuple[Row, ...]
    examples: tuple[Example, ...]


@dataclass(slots=True)
class _Found:
    """What has been found so far. titles : of articles with examples."""

    old: defaultdict[tuple[str, date], set[int]] = field(default_factory=lambda: defaultdict(set))
    new: defaultdict[tuple[str, date], set[int]] = field(default_factory=lambda: defaultdict(set))
    examples: defaultdict[tuple[str, bool], list[Example]] = field(default_factory=lambda: defaultdict(list))


def compared(
    archive: Archive,
    tagger: Tagger,
    attribution: Attribution,
    *,
    others: int | None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Comparison:
    """The tags of the archive against those of `tagger`.

    others : how many articles to read that are not relevant under the present rules, evenly over time; None: all.
    Raises HouseError when nothing has been tagged yet.
    """
    under = store.current_rules(archive)
    if under is None:
        raise HouseError("nothing is tagged yet, so there is nothing to compare; run `python -m metrics update` first")
    asked = chosen(archive, under, others=others)
    found, done = _Found(), 0
    for read in _read_again(archive, tagger, asked):
        _compare(archive, attribution, read, found)
        done += len(read)
        progress(done, len(asked.ids))
    keys = sorted(found.old.keys() | found.new.keys())
    return Comparison(
        under.version,
        tagger.lexicon.rules_version,
        asked,
        tuple(_sums(found.old, found.new)),
        tuple(Row(*key, len(found.old[key]), len(found.new[key])) for key in keys if found.old[key] != found.new[key]),
        tuple(one for _, some in sorted(found.examples.items()) for one in some),
    )


def _sums(old: Stories, new: Stories) -> Iterator[Row]:
    for indicator in sorted({indicator for indicator, _ in (*old, *new)}):
        counts = [sum(len(stories) for (name, _), stories in side.items() if name == indicator) for side in (old, new)]
        yield Row(indicator, None, *counts)


# Read again ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Versions:
    """Some versions in the order in which they came; those replaced since count only for what they said first."""

    all: tuple[Article, ...]
    replaced: frozenset[int]


def _read_again(
    archive: Archive, tagger: Tagger, asked: Chosen
) -> Iterator[list[tuple[Article, tuple[Evidence, ...]]]]:
    """Batches of articles with the evidence that would be counted."""
    first: dict[Carried, Carrier] = {}
    batches = ((some, [Task(text_of(one)) for one in some.all]) for some in _versions(archive, asked))
    for some, answers in answered(tagger, batches, processes=processes_for(len(asked.ids))):
        stories = store.stories_of(archive, sorted({one.id for one in some.all}))
        read = []
        for article, said in zip(some.all, answers, strict=True):
            story = stories.get(article.id, article.id)
            first |= new_carriers(said.tagged, article.source, story, article.id, first)
            if article.version_id not in some.replaced:
                after = marked(said.tagged, article.source, story, first)
                read.append((article, _counted(archive, tagger, article, said.tagged, after)))
        yield read


def _versions(archive: Archive, asked: Chosen) -> Iterator[_Versions]:
    ends = [0, *asked.version_ids[BATCH - 1 :: BATCH]]
    if asked.version_ids and ends[-1] != asked.version_ids[-1]:
        ends.append(asked.version_ids[-1])
    wanted = set(asked.ids)
    for number, (after, until) in enumerate(pairwise(ends)):
        current = archive.articles(asked.ids[number * BATCH : (number + 1) * BATCH])
        replaced = [one for one in archive.superseded(after, until) if one.id in wanted]
        every = sorted((*current, *replaced), key=lambda one: one.version_id)
        yield _Versions(tuple(every), frozenset(one.version_id for one in replaced))


def _counted(archive: Archive, tagger: Tagger, article: Article, tagged: Tagged, after: Tagged) -> tuple[Evidence, ...]:
    later = added_later(archive, tagger, article, tagged)
    return tuple(one for n, one in enumerate(after.evidence) if n not in later)


# Compare -------------------------------------------------------------------------------------------------------------


def _compare(
    archive: Archive, attribution: Attribution, read: Sequence[tuple[Article, tuple[Evidence, ...]]], found: _Found
) -> None:
    ids = [article.id for article, _ in read]
    before, days = evidence_counted(archive, ids), story_days(archive, attribution, ids)
    for article, now in read:
        then = before.get(article.id, [])
        if article.id in days:
            story, day = days[article.id]
            for side, evidence in ((found.old, then), (found.new, now)):
                for one in _reported(evidence):
                    side[one.indicator, day].add(story)
        for gained, ours, theirs in ((True, now, then), (False, then, now)):
            for example in _only(article, gained, ours, theirs):
                some = found.examples[example.indicator, gained]
                if len(some) < EXAMPLES:
                    some.append(example)


def _reported(evidence: Iterable[Evidence]) -> list[Evidence]:
    return [one for one in evidence if one.stance == STANCE]


def _only(article: Article, gained: bool, ours: Iterable[Evidence], theirs: Iterable[Evidence]) -> Iterator[Example]:
    """Reported evidence of ours that the other rules do not have, one an indicator and sentence."""
    others: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for one in theirs:
        others[one.indicator, one.sentence].append(one)
    for (indicator, sentence), one in {(one.indicator, one.sentence): one for one in _reported(ours)}.items():
        there = others[indicator, sentence]
        if not _reported(there):
            instead = there[0].rule if there else ""
            yield Example(indicator, gained, article.id, article.title, sentence, one.rule, instead)
