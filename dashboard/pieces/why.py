"""Why an article was counted: every term, kept or dropped, with its rule."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import words
from dashboard.pieces.sentences import stance
from dashboard.pieces.stories import EvidenceLine
from dashboard.pieces.tables import rows
from dashboard.pieces.text import LONGEST_RULE, LONGEST_TITLE, clipped, foreign, plain
from metrics.explain import Explanation
from metrics.model import Hit, Sign

MOST_HITS = 60  # terms shown of one article; a feed may send one that holds thousands


def explanation(
    one: Explanation, labels: words.Labels, *, line: EvidenceLine | None = None, counted_under: str = ""
) -> str:
    """Every term of an article, those of one sentence first: kept or dropped, and by which rule.

    line : that sentence, with the rules it was counted by; where one is not among those of the present words (they
    have changed, or the source says it again), it is named. counted_under : the rules_version of the counts.
    """
    start, end = (line.start, line.end) if line else (0, 0)
    here = [hit for hit in one.hits if start <= hit.start < end]
    others = [hit for hit in one.hits if hit not in here]
    parts = [f'<p class="m-said">{plain(words.why_head(one.verdict, labels.language(one.language)))}</p>']
    if counted_under and counted_under != one.rules_version:
        parts.append(f'<p class="m-said">{plain(words.WHY_OTHER_RULES)}</p>')
    found = {hit.rule for hit in one.hits}
    stored = [rule for rule in (line.rules if line else ()) if rule not in found]
    parts += [
        f'<p class="m-said">{plain(words.WHY_STORED)} {foreign(clipped(rule, LONGEST_RULE))}</p>' for rule in stored
    ]
    if here:
        parts.append(_hits(here, labels, words.WHY_HERE))
    if others:
        parts.append(_hits(others, labels, words.WHY_ELSEWHERE if here else words.WHY_ARTICLE))
    if one.signs:
        parts.append(_signs(one.signs))
    if not one.hits:
        parts.append(f'<p class="m-said">{plain(words.WHY_NOTHING)}</p>')
    return f'<div class="m-part">{"".join(parts)}</div>'


def _signs(signs: Sequence[Sign]) -> str:
    body = [
        [plain(sign.subject), f"<mark>{foreign(clipped(sign.term, LONGEST_TITLE))}</mark>",
         foreign(clipped(sign.rule, LONGEST_RULE))]
        for sign in signs[:MOST_HITS]
    ]  # fmt: skip
    table = rows(["Sign of", "Words", "Rule"], body, caption=words.WHY_SIGNS)
    return table + _more(len(signs))


def _more(shown: int) -> str:
    return f"<p>and {shown - MOST_HITS:,} more</p>" if shown > MOST_HITS else ""


def _hits(hits: Sequence[Hit], labels: words.Labels, caption: str) -> str:
    body = [
        [
            stance(hit.stance) if hit.kept else f"{words.DROPPED}",
            plain(labels.indicator(hit.indicator)),
            f"<mark>{foreign(clipped(hit.term, LONGEST_TITLE))}</mark>",
            foreign(clipped(hit.rule, LONGEST_RULE)),
        ]
        for hit in hits[:MOST_HITS]
    ]
    table = rows(["Counted as", "Indicator", "Words", "Rule"], body, caption=caption)
    return table + _more(len(hits))
