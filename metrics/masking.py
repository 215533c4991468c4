"""Private persons in what leaves the house: "[person 1]" in place of a name, the same within one issue. Pure.

Numbers follow the order of appearance in the issue and say nothing of the name. One who is named in full has one number
in the whole issue; a first name or surname alone is who was so named in the same story. A link whose address spells a
masked name is cut to its site. See metrics/persons.py for whom it takes for a private person.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pandas as pd

from feeds.monitor import Monitor
from metrics.language import language_of
from metrics.lexicon import Lexicon
from metrics.person_words import read_persons, sound
from metrics.persons import Name, Persons
from metrics.summary_model import Claim, Quote, Summary, SummaryStory

TELLING = 4  # sounds of a name by which an address is known to spell it
_PART = re.compile(r"[^\W\d_]+")


class Masker:
    """For one issue: a summary, a file, an answer. Persons are numbered as they come."""

    def __init__(self, persons: Persons) -> None:
        self._persons = persons
        self._whole: dict[frozenset[str], int] = {}
        self._here: defaultdict[object, dict[str, int]] = defaultdict(dict)  # by story
        self._last = 0

    def text(self, text: str, language: str, *, story: object = None) -> str:
        """story : what the text belongs to; names there are of the same persons."""
        parts, at = [], 0
        for name in self._persons.find(text, language):
            parts += [text[at : name.start], f"[person {self._number(name, self._here[story])}]"]
            at = name.end
        return "".join([*parts, text[at:]])

    def url(self, url: str, *, story: object = None) -> str:
        """Cut to its site when it spells a name that was masked in the same story before."""
        if not url or not self._here[story]:
            return url
        named = {word for word in self._here[story] if len(word) >= TELLING}
        address = urlsplit(url)
        spelled = {sound(part) for part in _PART.findall(unquote(f"{address.path} {address.query} {address.fragment}"))}
        return f"{address.scheme}://{address.netloc}/" if named & spelled else url

    def _number(self, name: Name, here: dict[str, int]) -> int:
        whole = frozenset(name.person)
        known = {here[word] for word in name.person if word in here}
        if len(whole) > 1:
            number = self._whole.get(whole) or (known.pop() if len(known) == 1 else 0) or self._next()
            self._whole[whole] = number
        else:
            number = known.pop() if known else self._next()
        here.update(dict.fromkeys(name.person, number))
        return number

    def _next(self) -> int:
        self._last += 1
        return self._last


def masker(monitor: Monitor, lexicon: Lexicon) -> Masker:
    """Raises DataFileError."""
    return Masker(Persons(read_persons(monitor, lexicon)))


def masked(summary: Summary, mask: Masker) -> Summary:
    """The same summary without names of private persons. Our own sentences name nobody."""
    return replace(
        summary,
        sections=tuple(replace(one, stories=_stories(one.stories, mask)) for one in summary.sections),
        others=_stories(summary.others, mask),
        disputes=tuple(
            replace(one, reports=_stories(one.reports, mask), denials=_stories(one.denials, mask))
            for one in summary.disputes
        ),
        late=_stories(summary.late, mask),
        overnight=_stories(summary.overnight, mask),
        publications=_stories(summary.publications, mask),
        figures=tuple(_summary_claim(one, mask) for one in summary.figures),
    )


def _summary_claim(claim: Claim, mask: Masker) -> Claim:
    return replace(
        claim,
        sentence=mask.text(claim.sentence, claim.language, story=claim.story),
        claimant=mask.text(claim.claimant, claim.language, story=claim.story),
        url=mask.url(claim.url, story=claim.story),
    )


def _stories(stories: Iterable[SummaryStory], mask: Masker) -> tuple[SummaryStory, ...]:
    return tuple(_story(one, mask) for one in stories)


def _story(story: SummaryStory, mask: Masker) -> SummaryStory:
    title = mask.text(story.title, story.language, story=story.story)
    quotes = tuple(_quote(one, mask, story.story) for one in story.quotes)
    return replace(story, title=title, quotes=quotes, url=mask.url(story.url, story=story.story))


def _quote(quote: Quote, mask: Masker, story: int) -> Quote:
    """A speaker who is masked in the sentence is masked beside it."""
    sentence = mask.text(quote.sentence, quote.language, story=story)
    return replace(quote, sentence=sentence, speaker=mask.text(quote.speaker, quote.language, story=story))


def masked_claims(table: pd.DataFrame, mask: Masker, languages: Sequence[str]) -> pd.DataFrame:
    """The ledger (metrics.ledger) with sentence, claimant and address masked; other columns as they are."""
    if table.empty:
        return table
    rows = table[["story", "sentence", "claimant", "url"]].itertuples(index=False, name=None)
    new = [_claim(mask, story, sentence, claimant, url, languages) for story, sentence, claimant, url in rows]
    return table.assign(
        **{
            name: list(column)
            for name, column in zip(("sentence", "claimant", "url"), zip(*new, strict=True), strict=True)
        }
    )


def _claim(
    mask: Masker, story: int, sentence: str, claimant: str, url: str, languages: Sequence[str]
) -> tuple[str, str, str]:
    language = language_of(sentence, languages)
    said = mask.text(sentence, language, story=story)
    return said, mask.text(claimant, language, story=story), mask.url(url, story=story)
