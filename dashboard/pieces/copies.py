"""Who else carried a text, and the other stories about one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard import words
from dashboard.pieces.sentences import side
from dashboard.pieces.text import LONGEST_TITLE, clipped, foreign, link, plain
from metrics.model import StoryLine
from metrics.origins import Carrier

MOST_COPIES = 25  # shown of one story; the number says how many there are


@dataclass(frozen=True, slots=True)
class EventLine:
    """What stands around a story: whose report its text says it is ("" : nobody's), other stories of its event."""

    credited: str
    others: tuple[Carrier, ...]  # their origins, earliest first
    independent_reports: int


def copies_of(line: StoryLine, copies: Sequence[StoryLine], labels: words.Labels) -> str:
    if line.articles <= 1:
        return ""
    outlets = words.number(line.outlets, "outlet", "outlets")
    summary = f"{words.number(line.articles, 'article', 'articles')} of this text in {outlets}"
    if not copies:
        return f'<div class="m-said">{summary}</div>'
    rows = "".join(
        f"<li>{side(copy.side, labels)} {foreign(copy.outlet)} · {'' if at else 'origin · '}"
        f"{plain(_seen(copy, labels))} · "
        f"{link(copy.url, foreign(clipped(copy.title, LONGEST_TITLE) or '(no title)'))}</li>"
        for at, copy in enumerate(copies[:MOST_COPIES])
    )
    more = f"<p>and {len(copies) - MOST_COPIES:,} more</p>" if len(copies) > MOST_COPIES else ""
    return f"<details><summary>{summary}, in order of appearance</summary><ol>{rows}</ol>{more}</details>"


def event_of(event: EventLine, labels: words.Labels) -> str:
    """Whose report it is, and the other stories about the event, each a link to its origin."""
    credit = f'<div class="m-said">{plain(words.CREDITED)} {foreign(event.credited)}</div>' if event.credited else ""
    if not event.others:
        return credit
    said = plain(words.of_one_event(len(event.others) + 1, event.independent_reports))
    return f"{credit}<details><summary>{said}</summary>{event_others(event, labels)}</details>"


def event_others(event: EventLine, labels: words.Labels) -> str:
    """The other stories about the event, in order of appearance."""
    rows = "".join(
        f"<li>{side(one.side, labels)} {foreign(one.outlet)} · {plain(labels.language(one.language))} · "
        f"{plain(words.a_moment(one.seen, labels.zone))} · "
        f"{link(one.url, foreign(clipped(one.title, LONGEST_TITLE) or '(no title)'))}</li>"
        for one in event.others[:MOST_COPIES]
    )
    more = f"<p>and {len(event.others) - MOST_COPIES:,} more</p>" if len(event.others) > MOST_COPIES else ""
    return f"<ol>{rows}</ol>{more}"


def _seen(copy: StoryLine, labels: words.Labels) -> str:
    return f"seen {words.a_moment(datetime.fromisoformat(copy.seen), labels.zone)}"
