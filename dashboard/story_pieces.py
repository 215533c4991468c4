"""One story as a page of its own, as pieces of HTML: its copies on a line of time, its sentences in their paragraphs,
who says it. Pure: no Streamlit, no clock. Feed text is escaped by `pieces.plain`.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import pieces, words
from dashboard.pieces import clipped, foreign, link, plain
from metrics.appearance import Appearance, paragraph_of
from metrics.model import Evidence, StoryLine

LONGEST_PARAGRAPH = 1_200  # characters shown around the sentence: enough to judge it by, not the article
MOST_COPIES = 200
COPY_HEAD = ("Outlet", "Appeared", "Later than the first", "First seen by us", "Title")


def copies(found: Sequence[Appearance], labels: words.Labels) -> str:
    """Every article of the story, the first one first, with how much later it appeared."""
    body = [_copy(one, labels, is_first=not at) for at, one in enumerate(found[:MOST_COPIES])]
    table = pieces.rows(COPY_HEAD, body, caption=words.copies_said(found, labels.zone))
    more = f"<p>and {len(found) - MOST_COPIES:,} more</p>" if len(found) > MOST_COPIES else ""
    return f'<div class="m-part">{table}<p class="m-said">{plain(words.APPEARED_NOTE)}</p>{more}</div>'


def _copy(one: Appearance, labels: words.Labels, *, is_first: bool) -> list[str]:
    title = foreign(clipped(one.line.title, pieces.LONGEST_TITLE) or "(no title)")
    return [
        f"{foreign(one.line.outlet)} {pieces.side(one.line.side, labels)}",
        plain(words.a_moment(one.appeared, labels.zone)),
        "first" if is_first else plain(words.later(one.later)),
        plain(words.a_moment(one.seen, labels.zone)),
        link(one.line.url, title),
    ]


def in_paragraph(line: StoryLine, items: Sequence[Evidence], whole: str, labels: words.Labels) -> str:
    """The tags of one sentence, then the paragraph it stands in, the sentence marked in it and its words in that.

    whole : title, newline and text of the article as stored. Where the sentence does not stand there any more, it is
    shown alone.
    """
    one = items[0]
    if whole[one.start : one.end] != one.sentence:
        return pieces.evidence(items, labels, figures=line.figures, language=line.language)
    start, end = _window(whole, one.start, one.end)
    before, after = whole[start : one.start], whole[one.end : end]
    cut = "… " if start and whole[start - 1] != "\n" else ""
    rest = " …" if end < len(whole) and whole[end] != "\n" else ""
    quote = (
        f'<bdi dir="auto">{cut}{plain(before)}</bdi><mark class="m-sentence">{pieces.marked(items)}</mark>'
        f'<bdi dir="auto">{plain(after)}{rest}</bdi>'
    )
    return pieces.evidence(items, labels, figures=line.figures, language=line.language, quote=quote)


def _window(whole: str, start: int, end: int) -> tuple[int, int]:
    """The paragraph, cut to what may be shown where it is very long."""
    first, last = paragraph_of(whole, start, end)
    room = max(0, LONGEST_PARAGRAPH - (end - start)) // 2
    return max(first, start - room), min(last, end + room)


def attribution(line: StoryLine, labels: words.Labels, *, credited: str, reports: int | None) -> str:
    """Who published it, whose report its text says it is, and who is named as saying it; sides beside every name."""
    said = [f"{words.PUBLISHED_BY} {foreign(line.outlet)} {pieces.side(line.side, labels)}"]
    said += [f"{plain(words.CREDITED)} {foreign(credited)}"] if credited else [plain(words.NOT_CREDITED)]
    speakers = dict.fromkeys((one.speaker.name, one.speaker.side) for one in line.evidence if one.speaker is not None)
    named = [f"{foreign(clipped(name, 200))} {pieces.side(side, labels, title='said by')}" for name, side in speakers]
    said += [f"{words.SAID_BY} {', '.join(named)}"] if named else [plain(words.NOBODY_NAMED)]
    said += [plain(words.reports_of_event(reports))] if reports else []
    return f'<div class="m-part"><ul>{"".join(f"<li>{one}</li>" for one in said)}</ul></div>'
