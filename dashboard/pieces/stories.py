"""One story: who published it and when, its title and its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard import words
from dashboard.pieces.copies import EventLine, copies_of, event_of
from dashboard.pieces.sentences import evidence, side
from dashboard.pieces.text import LONGEST_TITLE, clipped, foreign, link, plain, within
from metrics.model import Evidence, StoryLine


@dataclass(frozen=True, slots=True)
class Times:
    """When a story's origin was published and first seen. published None: no date, or one we cannot read."""

    published: datetime | None
    seen: datetime | None
    late: bool = False
    backfill: bool = False


def more_evidence(count: int) -> str:
    return f"{count} more evidence {'sentence' if count == 1 else 'sentences'}"


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One sentence with all that it says, as a list item; its place in the article, and by which rules it counts."""

    start: int
    end: int
    html: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryParts:
    """A story in pieces, for a page that puts something between them; `alone` makes each stand by itself."""

    head: str
    evidence: tuple[EvidenceLine, ...]
    foot: str  # "" when there is none


def story_parts(
    line: StoryLine,
    labels: words.Labels,
    *,
    times: Times | None = None,
    copies: Sequence[StoryLine] = (),
    event: EventLine | None = None,
    added: frozenset[int] = frozenset(),
    heading: str = "h3",
) -> StoryParts:
    """Who published it and when, its title, its evidence, its copies.

    added : positions in `line.evidence` of sentences that appeared more than 48 hours after the first version.
    """
    later = [item for at, item in enumerate(line.evidence) if at in added]
    lines = tuple(
        EvidenceLine(
            group[0].start,
            group[0].end,
            evidence(
                group,
                labels,
                added=later,
                in_title=_in_title(line, group[0]),
                figures=line.figures,
                language=line.language,
            ),
            tuple(dict.fromkeys(item.rule for item in group)),
        )
        for group in _by_sentence(line.evidence)
    )
    nothing = "" if lines else f'<div class="m-said">{words.NO_EVIDENCE}</div>'
    head = (
        f'<div class="m-meta">{side(line.side, labels)} {foreign(line.outlet)}'
        f"{_when(line, times, labels)}{_whole(line, labels)}</div>"
        f"<{heading}>{link(line.url, _title(line))}</{heading}>{nothing}"
    )
    return StoryParts(head, lines, copies_of(line, copies, labels) + (event_of(event, labels) if event else ""))


def story(parts: StoryParts, *, begins: int, shown: int = 3) -> str:
    """A whole story, evidence beyond `shown` sentences folded. begins : as in `alone`."""
    items = [f"<ul>{''.join(one.html for one in parts.evidence[:shown])}</ul>" if parts.evidence else ""]
    rest = parts.evidence[shown:]
    if rest:
        listed = "".join(one.html for one in rest)
        items.append(f"<details><summary>{more_evidence(len(rest))}</summary><ul>{listed}</ul></details>")
    return alone(f"{parts.head}{''.join(items)}{parts.foot}", begins=begins)


def alone(html: str, *, begins: int | None = None) -> str:
    """A part of a story as a piece of its own. begins : the article whose story it begins; scripts/hold.js reads it."""
    if begins is not None:
        return f'<article class="m-story" data-article="{begins}">{html}</article>'
    return (
        f'<div class="m-part"><ul>{html}</ul></div>' if html.startswith("<li") else f'<div class="m-part">{html}</div>'
    )


def _by_sentence(items: Sequence[Evidence]) -> list[list[Evidence]]:
    groups: dict[tuple[int, int], list[Evidence]] = {}
    for item in items:
        groups.setdefault((item.start, item.end), []).append(item)
    return list(groups.values())


def _in_title(line: StoryLine, item: Evidence) -> bool:
    return item.end <= len(line.title) <= LONGEST_TITLE


def _title(line: StoryLine) -> str:
    """The title with the words that matched in it; its evidence sentences are then not shown a second time."""
    if not line.title.strip():
        return "(no title)"
    if len(line.title) > LONGEST_TITLE:
        return foreign(clipped(line.title, LONGEST_TITLE))
    parts, at = [], 0
    for start, end in sorted({(one.term_start, one.term_end) for one in line.evidence if _in_title(line, one)}):
        if at <= start < end <= len(line.title):
            parts.append(f"{plain(line.title[at:start])}<mark>{plain(line.title[start:end])}</mark>")
            at = end
    return f'<bdi dir="auto">{"".join(parts)}{plain(line.title[at:])}</bdi>'


def _whole(line: StoryLine, labels: words.Labels) -> str:
    """The way to the story's own page."""
    way = within("coverage", words.WHOLE_STORY, story=str(line.story), **labels.address)
    return f' <span class="m-dot">·</span> {way}'


def _when(line: StoryLine, times: Times | None, labels: words.Labels) -> str:
    parts = [plain(labels.language(line.language))]
    if times is None:
        parts.append(plain(words.a_day(line.day)))
    else:
        dated = f"published {words.a_moment(times.published, labels.zone)}"
        parts.append("no publication date" if times.published is None else dated)
        parts.append(f"seen {words.a_moment(times.seen, labels.zone)}")
        if line.day is None:
            parts.append("stored, not counted")
        if times.late:
            parts.append("late")
        if times.backfill:
            parts.append("from history files")
    return "".join(f' <span class="m-dot">·</span> {part}' for part in parts)
