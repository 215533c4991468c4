"""Full texts for what the tagger found relevant, where a source asks for them (`fulltext: relevant`).

Tags say which articles; feeds.fulltext asks for their pages through feeds.fetch; the text comes back as a new version,
which the next update tags. No clock of its own, no SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feeds.archive import Archive
from feeds.fetch import Fetch
from feeds.fulltext import Wanted, extractor, one_a_site, read_pages
from feeds.model import Article, PageAttempt, Source
from feeds.robots import Robots
from metrics import store
from metrics.model import Text
from metrics.tag import Tagger

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Pages:
    """What reading pages needs, kept between rounds. days : how far back an article may have been told first."""

    archive: Archive
    tagger: Tagger
    sources: Sequence[Source]
    fetch: Fetch
    days: float
    robots: Robots = field(default_factory=Robots)

    def wanted(self, now: datetime) -> list[Wanted]:
        """Newest first."""
        asking = {one.key: one for one in self.sources if one.fulltext == "relevant"}
        if not asking:
            return []
        since = now - timedelta(days=self.days)
        found = store.pages_wanted(self.archive, asking, since=since, now=now)
        return [Wanted(one, asking[one.source]) for one in found]

    def read(self, clock: Clock, *, patient: bool) -> list[PageAttempt]:
        """Read the pages that are wanted now. patient : all; else one of each site, because somebody waits."""
        wanted = self.wanted(clock())
        if not wanted:
            return []
        with extractor() as child:
            chosen = wanted if patient else one_a_site(wanted)
            attempts = read_pages(
                self.archive, chosen, fetch=self.fetch, robots=self.robots, extract=child, clean=self.clean, clock=clock
            )
            return list(attempts)

    def clean(self, article: Article, text: str) -> str:
        """Without the lines that boilerplate.yaml knows, and without lists of headlines."""
        published = article.published.date() if article.published else None
        return self.tagger.article_lines(
            Text(str(article.id), article.title, text, article.language, article.outlet, published)
        )


def in_words(attempts: Sequence[PageAttempt]) -> str:
    """One line for a person; "" when nothing was tried."""
    if not attempts:
        return ""
    counts = Counter(one.outcome for one in attempts)
    rest = "".join(f", {times} {outcome}" for outcome, times in sorted(counts.items()) if outcome != "ok")
    return f"{counts['ok']} of {len(attempts)} pages read{rest}"
