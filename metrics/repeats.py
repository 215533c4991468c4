"""Sentences that a source repeats from story to story count once, the first time. Pure: no clock, no SQL.

The tagger gives each piece of evidence a fingerprint and knows nothing of other articles; metrics/update.py looks up
who carried a fingerprint first and asks here what that means.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from feeds.text import fold
from metrics.model import Evidence, Tagged

LEAST_WORDS = 10  # shorter sentences are formulas that any article may use: "There is no gas in Stepanakert today."

_WORD = re.compile(r"\w+")


Carried = tuple[str, int]  # (Source.key, fingerprint)


@dataclass(frozen=True, slots=True)
class Carrier:
    """The article of a source that carried a sentence first, in any of its versions, and its story."""

    article: int
    story: int


def fingerprint(sentence: str, *, in_title: bool) -> int:
    """63 bits of a sentence by which its repetitions are known; 0: a title, or too short to tell.

    Spelling, case, dashes and quotes do not matter, as in all of our comparing.

    >>> said = "Shops in Stepanakert sell bread by coupon for the fourth week in a row."
    >>> fingerprint(said, in_title=False) == fingerprint(said.upper(), in_title=False) != 0
    True
    >>> fingerprint("There is no bread.", in_title=False), fingerprint(said, in_title=True)
    (0, 0)
    """
    if in_title:
        return 0
    words = _WORD.findall(fold(sentence))
    if len(words) < LEAST_WORDS:
        return 0
    digest = hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 1) or 1  # one bit less: databases count with a sign


def carried(tagged: Tagged) -> set[int]:
    """The fingerprints of a text's evidence."""
    return {one.fingerprint for one in tagged.evidence if one.fingerprint}


def new_carriers(
    tagged: Tagged, source: str, story: int, article: int, first: Mapping[Carried, Carrier]
) -> dict[Carried, Carrier]:
    """What this text says first in its source. Texts are to be asked in the order in which they came."""
    said = ((source, each) for each in carried(tagged))
    return {one: Carrier(article, story) for one in said if one not in first}


def marked(tagged: Tagged, source: str, story: int, first: Mapping[Carried, Carrier]) -> Tagged:
    """The same tags, where what the source said first in another story is `past`.

    first : who carried each fingerprint first; this article itself where it did. Copies in one story are no repeats,
    and neither is an edited version of the article.
    """
    evidence = tuple(_marked(one, story, first.get((source, one.fingerprint))) for one in tagged.evidence)
    return tagged if evidence == tagged.evidence else replace(tagged, evidence=evidence)


def _marked(one: Evidence, story: int, first: Carrier | None) -> Evidence:
    if first is None or first.story == story:
        return one
    return replace(one, stance="past", occurrence=None, rule=f"{one.rule}; repeated from article {first.article}")
