"""Articles edited after a moment, read again in the version that stood then. Asks the archive; no SQL, no clock.

The archive keeps the tags of newest versions only; the same tagger reads an older version the same way again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from feeds.archive import Archive
from feeds.errors import HouseError
from feeds.model import Article
from metrics import store
from metrics.attribution import Attribution
from metrics.credits import Credits
from metrics.model import Evidence, Tagged
from metrics.store import asof
from metrics.tag import Tagger
from metrics.update import LATER, text_of


@dataclass(frozen=True, slots=True)
class Stood:
    """An article edited after the as-of, as it stood then."""

    title: str
    tagged: Tagged
    counted: tuple[Evidence, ...]  # without what was added more than 48 h after the first version
    credit: str  # key of the agency it credits; "" for none


def as_they_stood(
    archive: Archive, tagger: Tagger, attribution: Attribution, ids: Sequence[int], *, as_of: datetime
) -> dict[int, Stood]:
    """Article → what it was at `as_of`. ids : articles seen by then."""
    credits = Credits(tagger.lexicon.credits, attribution.outlets)
    reader = _Reader(archive, tagger, attribution, credits, as_of)
    return {one.id: reader.read(one) for one in archive.articles(sorted(ids))}


def vintage(
    archive: Archive,
    tagger: Tagger,
    attribution: Attribution,
    *,
    first: date,
    last: date,
    as_of: datetime,
    fixed: bool = False,
) -> store.Vintage:
    """The daily tables of these days as they stood. fixed : only of sources present throughout.

    Raises HouseError when the monitor's words were edited after the archive was counted: two sets of words would mix.
    """
    rules = store.current_rules(archive)
    if rules is not None and rules.version != tagger.lexicon.rules_version:
        raise HouseError(
            "--as-of: the monitor's words were edited since the archive was counted; run `python -m metrics update`"
        )

    def stood(ids: Sequence[int]) -> dict[int, store.TagsThen]:
        read = as_they_stood(archive, tagger, attribution, ids, as_of=as_of)
        return {
            article: store.TagsThen(one.tagged.language, one.tagged.relevant, one.tagged.context, one.counted)
            for article, one in read.items()
        }

    return store.Vintage(
        archive, tagger.monitor, attribution, stood, first=first, last=last, as_of=as_of, fixed=fixed
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reader:
    archive: Archive
    tagger: Tagger
    attribution: Attribution
    credits: Credits
    as_of: datetime

    def read(self, article: Article) -> Stood:
        versions = [(seen, title, text) for _, seen, title, text in self.archive.versions(article.id)]
        seen, title, text = [version for version in versions if version[0] <= self.as_of][-1]
        then = replace(article, title=title, text=text)
        tagged = self.tagger.tag(text_of(then))
        repeats_marked = asof.with_repeats(self.archive, article, tagged)
        credit = self._credit(then, tagged)
        if seen - article.seen <= LATER:
            return Stood(title, repeats_marked, repeats_marked.evidence, credit)
        _, early_title, early_text = [version for version in versions if version[0] - article.seen <= LATER][-1]
        early = self.tagger.tag(text_of(replace(article, title=early_title, text=early_text))).evidence
        labels = {(one.indicator, one.stance) for one in early}
        both = zip(tagged.evidence, repeats_marked.evidence, strict=True)
        counted = tuple(e for one, e in both if (one.indicator, one.stance) in labels)
        return Stood(title, repeats_marked, counted, credit)

    def _credit(self, article: Article, tagged: Tagged) -> str:
        if not (tagged.relevant or tagged.context):
            return ""
        outlet = self.attribution.outlet(article.source, article.outlet)
        found = self.credits.find(article.title, article.text, tagged.language, outlet)
        return found.agency if found else ""
