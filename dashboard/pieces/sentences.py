"""One sentence with the words that matched, under the tags it was counted by."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dashboard import words
from dashboard.pieces.text import LONGEST_SENTENCE, clipped, foreign, plain
from metrics.model import Evidence, Figure
from metrics.tag_line import BETWEEN, tag_parts


def marked(items: Sequence[Evidence]) -> str:
    """The sentence that these share, with all matched words marked; a very long one is cut around them."""
    sentence, offset = items[0].sentence, items[0].start
    spans = _apart([(item.term_start - offset, item.term_end - offset) for item in items], len(sentence))
    if not spans:
        return f'<bdi dir="auto">{plain(clipped(sentence, LONGEST_SENTENCE))}</bdi>'
    left = max(0, spans[0][0] - LONGEST_SENTENCE // 2)
    right = min(len(sentence), spans[-1][1] + LONGEST_SENTENCE // 2)
    parts, at = ["… " if left else ""], left
    for start, end in spans:
        parts.append(f"{plain(sentence[at:start])}<mark>{plain(sentence[start:end])}</mark>")
        at = end
    after = plain(sentence[at:right] + (" …" if right < len(sentence) else ""))
    return f'<bdi dir="auto">{"".join(parts)}{after}</bdi>'


def _apart(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Spans inside the sentence, in order, without those that begin inside another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if 0 <= start < end <= length and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def stance(key: str, occurrence: str | None = None) -> str:
    """What the sentence says, as sign and word."""
    more = f" · {words.OCCURRENCES.get(occurrence, occurrence)}" if occurrence else ""
    sign = f'<span aria-hidden="true">{words.STANCE_SIGN.get(key, "")}</span>'
    return f'<span class="m-stance">{sign} {plain(words.STANCES.get(key, key) + more)}</span>'


def side(key: str, labels: words.Labels, *, title: str = "published by") -> str:
    return f'<span class="m-chip" title="{plain(title)}">{plain(labels.side(key))}</span>'


def evidence(
    items: Sequence[Evidence],
    labels: words.Labels,
    *,
    added: Collection[Evidence] = (),
    in_title: bool = False,
    figures: Sequence[Figure] = (),
    language: str = "",
    quote: str = "",
) -> str:
    """One sentence, once, under all that it says: a line of tags each, in the reader's language.

    figures : of the article. language : of the sentence; "" not known. quote : HTML to show instead of the sentence.
    """
    heads = "".join(
        f"{_tags(item, figures, labels)}{' <em>added later, not counted</em>' if item in added else ''}</div>"
        for item in items
    )
    said = "".join(dict.fromkeys(_said(item, inline=in_title) for item in items))
    if in_title:
        return f'<li class="m-evidence m-titled">{heads}<span class="m-stance">in the title</span>{said}</li>'
    spoken = f' lang="{plain(language)}"' if language else ""
    return f'<li class="m-evidence">{heads}<blockquote{spoken}>{quote or marked(items)}</blockquote>{said}</li>'


def _tags(item: Evidence, figures: Sequence[Figure], labels: words.Labels) -> str:
    """The line of tags, its <div> left open. A sign stands beside the stance, never for it."""
    indicator, *rest = tag_parts(item, figures, labels.reader)
    sign = f'<span aria-hidden="true">{words.STANCE_SIGN.get(item.stance, "")}</span>'
    return (
        f'<div lang="{plain(labels.reader.language)}"><b>{plain(indicator)}</b> '
        f'<span class="m-tags">{sign} {plain(BETWEEN.join(rest))}</span>'
    )


def _said(item: Evidence, *, inline: bool = False) -> str:
    """The name of who says it, as the text has it."""
    if item.speaker is None:
        return ""
    look = "m-said m-inline" if inline else "m-said"
    return f'<div class="{look}">{"· " if inline else ""}said by {foreign(item.speaker.name)}</div>'
