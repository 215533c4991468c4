"""Tag what is new, put it into stories, recount the days it touched. `now` and `progress` come in as arguments.

versions_after(mark) → tag → stories → save (tags, evidence, members, stale days, mark: one transaction)
    → recount of each stale day → observability. A new rules_version is built beside the old one, then switched to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feeds.archive import Archive
from feeds.model import Article
from feeds.monitor import Monitor
from feeds.text import fold
from metrics import store
from metrics.attribution import Attribution
from metrics.model import Evidence, Tagged, Text
from metrics.stories import Member, StoryIndex, sketch
from metrics.tag import Tagger

BATCH = 200  # articles a transaction
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
    progress: Progress = lambda done, total: None,
) -> Updated:
    """Bring tags, stories, days and observability up to date with the archive.

    everything : tag every article anew beside the present tags, then switch in one transaction.
    Raises ArchiveError. Can be stopped at any moment: the next call goes on where this one stopped.
    """
    rules = store.prepare_rules(archive, tagger.lexicon.rules_version, now=now, fresh=everything)
    current = store.current_rules(archive)
    tagged = _tag_new(archive, tagger, rules, progress)
    if rules.sources_hash != attribution.fingerprint:
        store.mark_all_stale(archive, rules, attribution.fingerprint)
    days = _recount_stale(archive, rules, attribution)
    store.observe(
        archive, rules, monitor, attribution, since=_since(days, rules.sources_hash != attribution.fingerprint)
    )
    switched = current is not None and current.id != rules.id
    if switched:
        store.switch_to(archive, rules)
    return Updated(tagged, len(days), rules.version, switched)


def _since(days: list[date], all_of_them: bool) -> date | None:
    """First day whose observability may have changed; None: all days."""
    return None if all_of_them else min(days, default=date.max)


def _tag_new(archive: Archive, tagger: Tagger, rules: store.Rules, progress: Progress) -> int:
    index = StoryIndex(store.recent_members(archive))
    total, done = archive.article_count(), 0
    for batch in _batches(archive, rules.mark):
        known = store.known_members(archive, [article.id for article in batch])
        tagged = [_tagged(archive, tagger, article) for article in batch]
        members = [_assign(index, one) for one in tagged if one.article.id not in known]
        store.save_tagged(archive, rules, tagged, members, batch[-1].version_id)
        done += len(batch)
        progress(done, max(total, done))
    return done


def _batches(archive: Archive, mark: int) -> Iterator[list[Article]]:
    while batch := archive.versions_after(mark, BATCH):
        yield batch
        mark = batch[-1].version_id


def _assign(index: StoryIndex, one: store.TaggedArticle) -> Member:
    article = one.article
    folded = fold(f"{article.title}\n{article.text}")
    return index.assign(article.id, article.seen, sketch(folded, one.tagged.language))


def _tagged(archive: Archive, tagger: Tagger, article: Article) -> store.TaggedArticle:
    tagged = tagger.tag(text_of(article))
    if article.changed is None or article.changed - article.seen <= LATER or not tagged.evidence:
        return store.TaggedArticle(article, tagged)
    return store.TaggedArticle(article, tagged, _later(tagged, _early_evidence(archive, tagger, article)))


def _early_evidence(archive: Archive, tagger: Tagger, article: Article) -> tuple[Evidence, ...]:
    """Of the last version first seen within 48 h of the article."""
    early = [(title, text) for _, seen, title, text in archive.versions(article.id) if seen - article.seen <= LATER]
    if not early:
        return ()
    title, text = early[-1]
    now = text_of(article)
    return tagger.tag(Text(now.id, title, text, now.language, now.outlet, now.published)).evidence


def _later(tagged: Tagged, early: tuple[Evidence, ...]) -> frozenset[int]:
    labels = {(one.indicator, one.stance) for one in early}
    return frozenset(n for n, one in enumerate(tagged.evidence) if (one.indicator, one.stance) not in labels)


def _recount_stale(archive: Archive, rules: store.Rules, attribution: Attribution) -> list[date]:
    days = store.stale_days(archive, rules)
    for day in days:
        store.recount(archive, rules, day, attribution)
    return days
