"""Which sentences of a page are the article, and not pleas to donate, other headlines, comments, cookie texts. Pure.

Two kinds of signs: words (boilerplate.yaml) and shape. A run of lines that look like headlines, after the article has
begun, is a list of other articles, whatever it is called.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.rulebook import Hit
from metrics.sentences import Span, lines, sentences

LONG_LINE = 300  # characters; a longer line loses only the sentence that holds boilerplate
LINES_BEFORE_REST = 3  # "sign up" above the article does not end it
HEADLINES = 3  # so many in a row are a list of other articles
HEADLINE = 160  # characters; no headline is longer
_ENDS = ".!?…։:;,"
_CLOSING = "\"'»”’)"
_ITEM = "-–—•*·▪►"


def article_sentences(whole: str, boilerplate: Sequence[Hit], title_end: int) -> list[Span]:
    """The sentences that can carry evidence, title included."""
    page = lines(whole)
    body = [line for line in page if line.start > title_end]
    gone, end = _by_words(body, boilerplate, len(whole))
    gone.extend(_headlines(whole, body))
    if not gone and end == len(whole):
        return sentences(whole)
    gone.sort(key=lambda span: span.start)
    starts = [span.start for span in gone]
    return [one for one in sentences(whole) if one.start < end and not _overlaps(one, gone, starts)]


@dataclass(frozen=True, slots=True)
class Outside:
    """A part of a page that is not the article, and the words or the shape by which it is known."""

    span: Span
    why: str


def outside(whole: str, boilerplate: Sequence[Hit], title_end: int) -> list[Outside]:
    """All that article_sentences leaves out, for `metrics explain`."""
    body = [line for line in lines(whole) if line.start > title_end]
    gone, end = _by_words(body, boilerplate, len(whole))
    rules = sorted((hit.start, hit.meaning.rule) for hit in boilerplate)

    def rule_of(span: Span) -> str:
        return next((rule for start, rule in rules if span.holds(start)), "")

    found = [Outside(one, f"not the article: {rule_of(one)}") for one in gone]
    found += [Outside(one, "not the article: a run of headlines below it") for one in _headlines(whole, body)]
    if end < len(whole):
        first = next(line for line in [*body, Span(end, len(whole))] if line.end > end)
        found.append(Outside(Span(end, len(whole)), f"below the article: {rule_of(Span(end, first.end))}"))
    return found


def article_lines(whole: str, boilerplate: Sequence[Hit], title_end: int) -> list[Span]:
    """The lines below the title that hold at least one such sentence."""
    kept = article_sentences(whole, boilerplate, title_end)
    starts = [sentence.start for sentence in kept]
    below = [line for line in lines(whole) if line.start > title_end]
    return [line for line in below if _overlaps(line, kept, starts)]


def _by_words(body: Sequence[Span], boilerplate: Sequence[Hit], end: int) -> tuple[list[Span], int]:
    """Lines and sentences with a cue, and where the article ends."""
    after = {line.start for line in body[:LINES_BEFORE_REST]}
    starts = [line.start for line in body]
    gone: list[Span] = []
    for hit in boilerplate:
        number = bisect_right(starts, hit.start) - 1
        if number < 0 or not body[number].holds(hit.start):
            continue
        line = body[number]
        is_short = line.end - line.start <= LONG_LINE
        if hit.kind == "rest" and line.start not in after:
            end = min(end, line.start if is_short else hit.start)
        else:
            gone.append(line if is_short else Span(hit.start, hit.end))
    return gone, end


def _headlines(whole: str, body: Sequence[Span]) -> list[Span]:
    """Runs of headlines below the first full sentence, but not the list that a sentence announces with a colon."""
    gone: list[Span] = []
    run: list[Span] = []
    begun = announced = False
    for line in [*body, Span(len(whole), len(whole))]:
        text = whole[line.start : line.end].rstrip(_CLOSING + " ")
        if begun and not announced and _is_headline(text):
            run.append(line)
            continue
        if len(run) >= HEADLINES:
            gone.extend(run)
        run = []
        begun = begun or (bool(text) and text[-1] in ".!?…։")
        announced = text.endswith(":") or (announced and _is_headline(text))
    return gone


def _is_headline(text: str) -> bool:
    """A short line of several words without a full stop, and no item of a list."""
    return (
        0 < len(text) <= HEADLINE and text[-1] not in _ENDS and text[0] not in _ITEM and len(text.split(maxsplit=3)) > 3
    )


def _overlaps(sentence: Span, gone: Sequence[Span], starts: Sequence[int]) -> bool:
    """Whether a sentence shares a place with what is gone. `gone` does not overlap itself but for equal spans."""
    number = bisect_right(starts, sentence.end - 1) - 1
    return number >= 0 and any(span.end > sentence.start for span in gone[max(0, number - 2) : number + 1])
