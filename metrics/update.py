"""Tag what is new, put it into stories, recount the days it touched. `now` and `progress` come in as arguments.

versions after the mark → tag (several processes) → stories → repeats → save (tags, evidence, members, who carried what
first, stale days, mark: one transaction) → observability → recount of the stale days → switch → alerts. A new
rules_version is built beside the old one. Every step can be interrupted: what is not yet done is written down in the
archive.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from feeds.archive import Archive
from feeds.model import Article
from feeds.monitor import Monitor
from metrics import store
from metrics.attribution import Attribution
from metrics.credits import Credits
from metrics.judging import judge_days
from metrics.model import Credit, Evidence, Tagged, Text
from metrics.repeats import Carried, Carrier, carried, marked, new_carriers
from metrics.store import asof, frozen, revising
from metrics.stories import Member, StoryIndex
from metrics.tag import Tagger
from metrics.workers import Answer, Task, answered

BATCH = 500  # articles a transaction
MANY = 5_000  # articles; for fewer, starting other processes takes longer than reading
LATER = timedelta(hours=48)  # evidence that first appears after this is shown as added later, not counted

Progress = Callable[[int, int], None]  # (articles done, articles in all)


@dataclass(frozen=True, slots=True)
class Updated:
    """What one update did."""

    tagged: int
    days: int
    rules_version: str
    switched: bool


def text_of(article: Article) -> Text:
    """What the tagger reads of an article."""
    published = article.published.date() if article.published else None
    return Text(str(article.id), article.title, article.text, article.language, article.outlet, published)


def update(
    archive: Archive,
    monitor: Monitor,
    tagger: Tagger,
    attribution: Attribution,
    *,
    now: datetime,
    everything: bool = False,
    stories: bool = False,
    processes: int | None = None,
    progress: Progress = lambda done, total: None,
) -> Updated:
    """Bring tags, stories, days and observability up to date with the archive.

    stories : find all stories anew first, as if the articles came now, in the order in which they came.
    everything : tag every article anew beside the present tags, then switch in one transaction.
    processes : that read texts; None: one, or for many articles as many as there are processors.
    Raises ArchiveError. Can be stopped at any moment: the next call goes on where this one stopped.
    """
    if stories:
        store.forget_stories(archive)
    rules = store.prepare_rules(archive, tagger.lexicon.rules_version, now=now, fresh=everything)
    current = store.current_rules(archive)
    other = current if current is not None and current.id != rules.id else None
    if other is not None:
        frozen.carry(archive, other, rules)
    until = asof.last_moment(archive)  # before reading: never more than what is read
    tagged = _Tagging(archive, tagger, rules, attribution).run(processes, progress)
    sources_changed = rules.sources_hash != attribution.fingerprint
    if sources_changed:
        store.mark_all_stale(archive, rules)
    days = store.stale_days(archive, rules)
    since = None if sources_changed else min(days, default=date.max)
    known = revising.revising(archive, rules, monitor, attribution, days, now=now)
    observed = store.observe(archive, rules, monitor, attribution, since=since)
    noted = partial(revising.revised, archive, rules, known, attribution) if known else None
    store.recount(archive, rules, days, attribution, noted)
    changed = revising.revised_by_switch(archive, other, rules, monitor, attribution, now=now) if other else []
    store.switch_to(
        archive, rules, now=now, until=until, sources=attribution.fingerprint, revised=changed,
        is_news=bool(tagged or days or observed or other) or rules.known != rules.mark,  # an earlier one was cut short
    )  # fmt: skip
    judge_days(archive, monitor, tagger.lexicon, attribution, now=now)
    store.drop_others(archive, rules)
    if tagged:
        archive.learn_sizes()
    return Updated(tagged, len(days), rules.version, other is not None)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Versions to read, in order; those that a newer one has replaced stand among them, for what they carried first."""

    versions: tuple[Article, ...]
    replaced: frozenset[int]  # version ids
    stories: dict[int, int]  # article → story, as known when this was read
    mark: int


class _Tagging:
    """One run over what is new."""

    def __init__(self, archive: Archive, tagger: Tagger, rules: store.Rules, attribution: Attribution) -> None:
        self.archive, self.tagger, self.rules = archive, tagger, rules
        self._attribution = attribution
        self._index = StoryIndex(partial(store.members_between, archive))

    @cached_property
    def _credits(self) -> Credits:
        return Credits(self.tagger.lexicon.credits, self._attribution.outlets)

    def run(self, processes: int | None, progress: Progress) -> int:
        """The number of articles tagged."""
        total, done = self.archive.versions_waiting(self.rules.mark), 0
        asked = ((batch, self._tasks(batch)) for batch in self._batches())
        for batch, answers in answered(self.tagger, asked, processes=processes or processes_for(total)):
            done += self._save(batch, answers)
            progress(done, max(total, done))
        return done

    def _batches(self) -> Iterator[_Batch]:
        mark = self.rules.mark
        while current := self.archive.versions_after(mark, BATCH):
            last = current[-1].version_id
            replaced = {one.version_id: one for one in self.archive.superseded(mark, last)}
            versions = sorted({**replaced, **{one.version_id: one for one in current}}.items())
            ids = sorted({one.id for _, one in versions})
            yield _Batch(
                tuple(one for _, one in versions),
                frozenset(replaced) - {one.version_id for one in current},
                store.stories_of(self.archive, ids),
                last,
            )
            mark = last

    def _tasks(self, batch: _Batch) -> list[Task]:
        outlets = (self._attribution.outlet(one.source, one.outlet).name for one in batch.versions)
        return [
            Task(text_of(one), one.id not in batch.stories, outlet)
            for one, outlet in zip(batch.versions, outlets, strict=True)
        ]

    def _save(self, batch: _Batch, answers: Sequence[Answer]) -> int:
        stories, members = self._stories(batch, answers)
        said = [
            (one.source, each) for one, a in zip(batch.versions, answers, strict=True) for each in carried(a.tagged)
        ]
        first = store.carriers_of(self.archive, self.rules, said)
        carriers: dict[Carried, Carrier] = {}
        tagged = []
        for article, a in zip(batch.versions, answers, strict=True):
            story = stories[article.id]
            new = new_carriers(a.tagged, article.source, story, article.id, first)
            first |= new
            carriers |= new
            if article.version_id not in batch.replaced:
                after = marked(a.tagged, article.source, story, first)
                later = added_later(self.archive, self.tagger, article, a.tagged)
                tagged.append(store.TaggedArticle(article, after, later, self._credit(article, a.tagged)))
        store.save_tagged(self.archive, self.rules, tagged, members, carriers, batch.mark)
        self._index.saved()
        return len(tagged)

    def _credit(self, article: Article, tagged: Tagged) -> Credit | None:
        """Only of what pages show: the articles about the crisis and the politics around it."""
        if not (tagged.relevant or tagged.context):
            return None
        outlet = self._attribution.outlet(article.source, article.outlet)
        return self._credits.find(article.title, article.text, tagged.language, outlet)

    def _stories(self, batch: _Batch, answers: Sequence[Answer]) -> tuple[dict[int, int], list[Member]]:
        """Article → story, and the members that are new. A story is chosen by the first version that is read."""
        unknown = sorted({one.id for one in batch.versions} - batch.stories.keys())
        # A batch is read while those before it are still being tagged; they may have brought the story meanwhile.
        stories = batch.stories | (store.stories_of(self.archive, unknown) if unknown else {})
        members = []
        for article, a in zip(batch.versions, answers, strict=True):
            if article.id not in stories and a.sketch is not None:
                family = self._attribution.outlet(article.source, article.outlet).family
                members.append(self._index.assign(article.id, article.first_time, family, a.sketch))
                stories[article.id] = members[-1].story
        return stories, members


def added_later(archive: Archive, tagger: Tagger, article: Article, tagged: Tagged) -> frozenset[int]:
    """Positions of evidence that the last version first seen within 48 h of the article did not have."""
    if article.changed is None or article.changed - article.seen <= LATER or not tagged.evidence:
        return frozenset()
    labels = {(one.indicator, one.stance) for one in _early_evidence(archive, tagger, article)}
    return frozenset(n for n, one in enumerate(tagged.evidence) if (one.indicator, one.stance) not in labels)


def _early_evidence(archive: Archive, tagger: Tagger, article: Article) -> tuple[Evidence, ...]:
    early = [(title, text) for _, seen, title, text in archive.versions(article.id) if seen - article.seen <= LATER]
    if not early:
        return ()
    title, text = early[-1]
    now = text_of(article)
    return tagger.tag(Text(now.id, title, text, now.language, now.outlet, now.published)).evidence


def processes_for(texts: int) -> int:
    """One for few texts, else as many as this process may use: a container is often given fewer than there are."""
    if texts < MANY:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
