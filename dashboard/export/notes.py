"""Which articles a sentence stands on: a few ids in the line, many as a numbered note at the end. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metrics.summary import Sentence, Summary

MOST_INLINE = 6  # ids; a line with more refers to a note


@dataclass(frozen=True, slots=True)
class Note:
    number: int
    articles: tuple[int, ...]


def notes_of(summary: Summary) -> tuple[Note, ...]:
    """In order of appearance; sentences that stand on the same articles share a note."""
    long = [sentence.articles for sentence in _sentences(summary) if len(sentence.articles) > MOST_INLINE]
    return tuple(Note(number, articles) for number, articles in enumerate(dict.fromkeys(long), start=1))


def note_of(notes: Iterable[Note], sentence: Sentence) -> Note | None:
    return next((note for note in notes if note.articles == sentence.articles), None)


def ids(articles: Iterable[int]) -> str:
    return ", ".join(str(article) for article in articles)


def _sentences(summary: Summary) -> list[Sentence]:
    """In the order in which they are printed."""
    turned = [
        *(one.sentence for one in summary.alerts),
        *(one.sentence for one in summary.changes if one.direction != "same"),
        *(one.sentence for one in summary.levels),
        *(one.sentence for one in summary.corrections),
    ]
    still = [summary.unchanged] if summary.unchanged else []
    return [*summary.highlights, *turned, *still, *(one.sentence for one in summary.pillars)]
