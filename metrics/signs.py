"""Signs of the crisis that are more, or less, than a name: words beside its parties, names in somebody's life. Pure.

"The one capital handed four detainees over to the other" is about the crisis, though it names no place of it. Which
words need which parties stands in topic.yaml `joined`, what makes a name part of a life in `passing`, and what is named
after a place in `named`: compositions instead of every pair of words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from metrics.clause import distance
from metrics.lexicon import Joined
from metrics.reading import Reading
from metrics.rulebook import Hit
from metrics.sentences import Ruler, Span


def is_possible(found: Sequence[Hit]) -> bool:
    """Whether any such word was found at all: most texts have none, and need no sentences then."""
    return any(hit.kind == "joined_words" for hit in found)


def joined(
    found: Sequence[Hit], entries: Sequence[Joined], published: date | None, sentences: Callable[[int], Span | None]
) -> list[Hit]:
    """The words that make the text about the crisis. sentences: a place in the text → the sentence that holds it."""
    return [hit for entry in entries if entry.live(published) for hit in _of_entry(found, entry, sentences)]


def _of_entry(found: Sequence[Hit], entry: Joined, sentences: Callable[[int], Span | None]) -> list[Hit]:
    mine = [hit for hit in found if hit.owner == entry.name]
    words = [hit for hit in mine if hit.kind == "joined_words"]
    if not words or any(hit.kind == "joined_unless" for hit in mine):
        return []
    if any(hit.kind == "joined_where" for hit in mine):
        return words
    parties = [hit for hit in found if hit.kind == "parties" and hit.owner in entry.parties]
    if {hit.owner for hit in parties} != set(entry.parties):
        return []
    if not entry.in_sentence:
        return words
    return [hit for hit in words if _beside_all(hit, parties, entry, sentences)]


def _beside_all(word: Hit, parties: Sequence[Hit], entry: Joined, sentences: Callable[[int], Span | None]) -> bool:
    span = sentences(word.start)
    named = {party.owner for party in parties if span is not None and span.holds(party.start)}
    return named == set(entry.parties)


PASSING_WORDS = 2  # between the name and what makes it part of a life


def not_in_passing(reading: Reading, found: Sequence[Hit]) -> list[Hit]:
    """The signs of the crisis; in a text that does not open with it, without those of somebody's life ("born in …")."""
    return reading.own if reading.opens_with(reading.own) else in_no_life(reading.own, found, reading.ruler)


def in_no_life(signs: Sequence[Hit], found: Sequence[Hit], ruler: Ruler) -> list[Hit]:
    """The signs that are not part of somebody's life: the year of "1988-ci il təvəllüdlü" is no history."""
    lives = [hit for hit in found if hit.kind == "passing"]
    return [sign for sign in signs if all(distance(ruler, sign, life) > PASSING_WORDS for life in lives)]


def namesakes(places: Sequence[Hit], found: Sequence[Hit], whole: str) -> list[Hit]:
    """The places that a street, a house, a firm or a family is named after.

    In lower case a name is an adjective or people ("արցախցիներ"), and nothing is named after it.
    """
    things = [hit for hit in found if hit.kind == "named"]
    return [
        place
        for place in places
        if not whole[place.start].islower() and any(_touch(place, thing, whole) for thing in things)
    ]


def _touch(one: Hit, two: Hit, whole: str) -> bool:
    first, last = (one, two) if one.start <= two.start else (two, one)
    return not whole[first.end : last.start].strip(" \u00a0-'’\"»«")
