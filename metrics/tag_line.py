"""One line in the reader's language about one evidence sentence, built from its tags alone. Pure.

Nothing of the sentence is translated and nothing of its text is taken over, not even a name: whoever cannot read the
quote reads what the tagger made of it: "Shelter · reported · ongoing · ministry (International) · 30,000 drams".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

from feeds.text import fold
from metrics.model import UNSTATED, Evidence, Figure, Speaker
from metrics.reader_labels import ReaderLabels

BETWEEN = " · "
MOST_FIGURES = 4  # of one sentence; more are counted, not shown
PERSONS = ("people", "families", "children")  # a number of them says little without what became of them


def tag_line(item: Evidence, figures: Sequence[Figure], labels: ReaderLabels) -> str:
    """The parts of `tag_parts` in one line."""
    return BETWEEN.join(tag_parts(item, figures, labels))


def tag_parts(item: Evidence, figures: Sequence[Figure], labels: ReaderLabels) -> tuple[str, ...]:
    """Indicator, stance, occurrence, people, place in both names, who says it, figures of that sentence.

    figures : of the same article; those of other sentences are left out. What the sentence does not say is left out.
    """
    parts = [
        labels.indicators.get(item.indicator, item.indicator),
        labels.stances.get(item.stance, item.stance),
        labels.occurrences.get(item.occurrence, item.occurrence) if item.occurrence else "",
        labels.peoples.get(item.people, item.people) if item.people != UNSTATED else "",
        item.place.name if item.place else "",
        _who(item.speaker, labels) if item.speaker else "",
        *_claims(in_sentence(item, figures), labels),
    ]
    return tuple(part for part in parts if part)


def in_sentence(item: Evidence, figures: Sequence[Figure]) -> list[Figure]:
    """The figures whose number stands in the sentence of this evidence."""
    return [one for one in figures if one.sentence == item.sentence]


def _who(speaker: Speaker, labels: ReaderLabels) -> str:
    """The office, where the name tells one, and the side: never the name, which is text of the feed."""
    side, office = labels.sides.get(speaker.side, speaker.side), _office(speaker.name, labels.offices)
    return f"{office} ({side})" if office and side else office or side


@lru_cache(maxsize=4096)
def _office(name: str, offices: tuple[tuple[tuple[str, ...], str], ...]) -> str:
    words = f" {fold(name)}"
    return next((label for begins, label in offices if any(f" {begin}" in words for begin in begins)), "")


def _claims(figures: Sequence[Figure], labels: ReaderLabels) -> list[str]:
    told = [figure_words(one, labels) for one in figures]
    return told[:MOST_FIGURES] + [f"+{len(told) - MOST_FIGURES}"] * (len(told) > MOST_FIGURES)


def figure_words(one: Figure, labels: ReaderLabels) -> str:
    """A claimed number with its bound, its unit and, of persons, what it counts; written as the language does."""
    number = "–".join(_number(value, labels.locale) for value in (one.value, one.high) if value is not None)
    bound = labels.bounds.get(one.bound, "")
    last = one.value if one.high is None else one.high
    unit = _form(labels.units.get(one.unit, {}), last, labels, after_bound=bool(bound)) or one.unit
    said = [labels.subjects.get(one.subject, "")] * (one.unit in PERSONS) + [labels.rate] * (one.kind == "rate")
    beside = ", ".join(part for part in said if part)
    return " ".join(part for part in (bound, number, unit, f"({beside})" if beside else "") if part)


def _number(value: float, locale: str) -> str:
    return str(format_decimal(value, locale=locale))


def _form(forms: Mapping[str, str], value: float, labels: ReaderLabels, *, after_bound: bool) -> str:
    """The word of a unit in the form that goes with the number."""
    form = Locale.parse(labels.locale).plural_form(value)
    form = labels.after_bound.get(form, form) if after_bound else form
    return forms.get(form) or forms.get("other", "")
