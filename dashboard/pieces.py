"""Values become pieces of HTML: the only place where text from feeds meets markup. Pure: no Streamlit, no clock.

Feed text is hostile. Every string is escaped by `plain` (text and attribute values alike), direction marks are
isolated, links are http(s) only and open in a new tab without a referrer. Nothing from a feed becomes a class,
a style or a file name.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from dashboard import charts, words
from dashboard.export import escape
from feeds.diff import Part, shortened
from feeds.evidence import Edit
from metrics.explain import Explanation
from metrics.model import Evidence, Figure, Hit, StoryLine
from metrics.origins import Carrier
from metrics.tag_line import BETWEEN, tag_parts

LONGEST_SENTENCE = 420  # characters around the matched term; a feed may send a sentence of any length
LONGEST_TITLE = 300
LONGEST_RULE = 400
MOST_HITS = 60  # terms shown of one article; a feed may send one that holds thousands
MOST_EDITS = 5  # shown of one article, the newest; the number says how many there are
MOST_PARTS = 40  # stretches of one text shown of an edit
AROUND = 80  # characters shown beside a change
MOST_COPIES = 25  # shown of one story; the number says how many there are
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Text as text, wherever it stands; control characters and marks that steer direction are left out.

    >>> plain('<script>"')
    '&lt;script&gt;&quot;'
    """
    return html.escape(_UNSHOWN.sub("", text), quote=True)


def foreign(text: str) -> str:
    """Text of a feed within a line of ours: its direction marks cannot reorder our words."""
    return f'<bdi dir="auto">{plain(text)}</bdi>'


def link(url: str, shown: str) -> str:
    """A way out, for http and https only; else the text alone. `shown` is HTML already."""
    address = escape.link(url)
    return f'<a href="{plain(address)}" target="_blank" rel="noopener noreferrer">{shown}</a>' if address else shown


def within(page: str, shown: str, **state: str) -> str:
    """A link to another page of ours, in a given state. `shown` is HTML already."""
    query = "&".join(f"{quote(key)}={quote(value)}" for key, value in state.items())
    return f'<a class="m-in" href="{plain(page)}?{plain(query)}" target="_self">{shown}</a>'


def clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


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


@dataclass(frozen=True, slots=True)
class EventLine:
    """What stands around a story: whose report its text says it is ("" : nobody's), other stories of its event."""

    credited: str
    others: tuple[Carrier, ...]  # their origins, earliest first
    independent_reports: int


@dataclass(frozen=True, slots=True)
class Times:
    """When a story's origin was published and first seen. published None: no date, or one we cannot read."""

    published: datetime | None
    seen: datetime | None
    late: bool = False
    backfill: bool = False


def story(
    line: StoryLine,
    labels: words.Labels,
    *,
    times: Times | None = None,
    copies: Sequence[StoryLine] = (),
    event: EventLine | None = None,
    added: frozenset[int] = frozenset(),
    shown: int = 3,
    heading: str = "h3",
) -> str:
    """One story: who published it and when, its title, its evidence, its copies.

    added : positions in `line.evidence` of sentences that appeared more than 48 hours after the first version.
    """
    parts = story_parts(line, labels, times=times, copies=copies, event=event, added=added, heading=heading)
    items = [f"<ul>{''.join(shown_one.html for shown_one in parts.evidence[:shown])}</ul>" if parts.evidence else ""]
    rest = parts.evidence[shown:]
    if rest:
        listed = "".join(one.html for one in rest)
        items.append(f"<details><summary>{more_evidence(len(rest))}</summary><ul>{listed}</ul></details>")
    return f'<article class="m-story">{parts.head}{"".join(items)}{parts.foot}</article>'


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
    """What `story` is made of."""
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
    return StoryParts(head, lines, _copies(line, copies, labels) + (_event(event, labels) if event else ""))


def alone(html: str, *, first: bool = False) -> str:
    """A part of a story as a piece of its own. first : the one that begins the story."""
    if first:
        return f'<article class="m-story">{html}</article>'
    return (
        f'<div class="m-part"><ul>{html}</ul></div>' if html.startswith("<li") else f'<div class="m-part">{html}</div>'
    )


def traces(edits: Sequence[Edit], gone: datetime | None, labels: words.Labels, *, opened: bool = False) -> str:
    """What became of an article: changed after publication, gone from its feed; "" when neither was seen."""
    said = [words.changed_after(len(edits), edits[-1].at, labels.zone)] if edits else []
    said += [words.gone_since(gone, labels.zone)] if gone else []
    if not said:
        return ""
    changes = "".join(_changes(edit, labels) for edit in reversed(edits[-MOST_EDITS:]))
    state = " open" if opened else ""
    shown = f"<details{state}><summary>{words.WHAT_CHANGED}</summary>{changes}</details>" if changes else ""
    return f'<div class="m-traces">{plain(". ".join(said))}.{shown}</div>'


def _changes(edit: Edit, labels: words.Labels) -> str:
    """One edit: title and text around what was taken out and put in, word by word."""
    lines = [f"address: it was {foreign(clipped(edit.url, LONGEST_TITLE))}"] if edit.url else []
    lines += [f"dated anew: it was {words.a_moment(edit.published, labels.zone)}"] if edit.published else []
    lines += [_marked(shortened(parts, AROUND)) for parts in (edit.title, edit.text)]
    shown = "".join(f"<p>{line}</p>" for line in lines if line)
    return f'<div class="m-said">seen {plain(words.a_moment(edit.at, labels.zone))}</div>{shown}'


def _marked(parts: Sequence[Part]) -> str:
    """Words taken out and put in; a change of any length is cut to what a reader takes in."""
    tags = {"same": "{}", "removed": _sign("del", "−", "removed"), "added": _sign("ins", "+", "added")}
    shown = "".join(tags[part.kind].format(plain(clipped(part.text, LONGEST_SENTENCE))) for part in parts[:MOST_PARTS])
    return f'<bdi dir="auto">{shown}{" …" if len(parts) > MOST_PARTS else ""}</bdi>' if shown else ""


def _sign(element: str, sign: str, word: str) -> str:
    """A pattern for changed words: a sign for the eye and a word for the ear, never colour alone."""
    return f'<{element}><span aria-hidden="true">{sign}</span><span class="m-sr">{word}: </span>{{}}</{element}>'


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
    if not one.hits:
        parts.append(f'<p class="m-said">{plain(words.WHY_NOTHING)}</p>')
    return f'<div class="m-part">{"".join(parts)}</div>'


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
    return table + (f"<p>and {len(hits) - MOST_HITS:,} more</p>" if len(hits) > MOST_HITS else "")


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


def _copies(line: StoryLine, copies: Sequence[StoryLine], labels: words.Labels) -> str:
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


def _event(event: EventLine, labels: words.Labels) -> str:
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


@dataclass(frozen=True, slots=True)
class LevelWords:
    """How much is reported, in words: "2", its name, its badges with what they mean, why, and of each people apart."""

    sign: str
    name: str
    badges: tuple[tuple[str, str], ...]
    why: str
    peoples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardWords:
    """One card of the Situation page, in words; `spark` is an SVG."""

    key: str
    label: str
    value: str
    unit: str
    change: str
    sign: str
    usual: str
    share: str
    gaps: str  # "" when all seven days were seen
    notes: tuple[str, ...]  # eased, denied, peoples, one side only
    sides: str
    spark: str
    alt: str
    level: LevelWords | None = None
    address: Mapping[str, str] = field(default_factory=dict)  # what its link carries besides


def card(item: CardWords) -> str:
    """One indicator: what was seen in seven days, against what is usual, and the last 28 days as a picture."""
    notes = "".join(f"<li>{plain(note)}</li>" for note in item.notes)
    gaps = f'<div class="m-gap">▨ {plain(item.gaps)}</div>' if item.gaps else ""
    size = "m-number" if item.value[0].isdigit() else "m-number m-none"
    sign = f'<span aria-hidden="true">{item.sign}</span> ' if item.sign else ""
    sides = f'<div class="m-share">{plain(item.sides)}</div>' if item.sides else ""
    listed = f'<ul class="m-notes">{notes}</ul>' if notes else ""
    return (
        f'<article class="m-card"><h3>{within("trends", plain(item.label), indicator=item.label, **item.address)}</h3>'
        f"{_level(item.level) if item.level else ''}"
        f'<div class="{size}"><b>{plain(item.value)}</b> <span>{plain(item.unit)}</span></div>'
        f'<div class="m-change">{sign}{plain(item.change)}{_aside(item.usual)}</div>{gaps}'
        f'<img class="m-spark" alt="{plain(item.alt)}" src="{charts.data_uri(item.spark)}">'
        f'<div class="m-share">{plain(item.share)}</div>{sides}{listed}</article>'
    )


def _level(item: LevelWords) -> str:
    """The level as a number and a name; its reason opens in place."""
    badges = "".join(f' <span class="m-badge" title="{plain(why)}">{plain(badge)}</span>' for badge, why in item.badges)
    peoples = "".join(f"<li>{plain(one)}</li>" for one in item.peoples)
    listed = f'<ul class="m-notes">{peoples}</ul>' if peoples else ""
    return (
        f'<details class="m-level"><summary><b class="m-step">{plain(item.sign)}</b> {plain(item.name)}'
        f"{badges}</summary><p>{plain(item.why)}</p>{listed}</details>"
    )


def _aside(text: str) -> str:
    return f' <span class="m-aside">({plain(text)})</span>' if text else ""


def board(sectors: Sequence[tuple[str, Sequence[CardWords]]]) -> str:
    """Cards under the headings of their sectors, in the monitor's order, an order that ranks nothing."""
    parts = [
        f'<section class="m-sector" style="--n:{len(cards)}"><h2>{plain(label)}</h2>'
        f'<div class="m-cards">{"".join(card(item) for item in cards)}</div></section>'
        for label, cards in sectors
        if cards
    ]
    return f'<div class="m-board">{"".join(parts)}</div>'


@dataclass(frozen=True, slots=True)
class AlertWords:
    """An alert in words. stories is HTML, and so are the values of the parameters."""

    id: str
    title: str
    state: str
    state_help: str
    when: str
    why: str
    stories: str
    previous: str  # id of the one before it; "": none
    decisions: Sequence[str]
    parameters: Sequence[tuple[str, str]]


def alerts(items: Sequence[AlertWords]) -> str:
    """Each with its reason; every parameter opens in place."""
    return f'<div class="m-alerts">{"".join(_one_alert(item) for item in items)}</div>'


def alerts_before(items: Sequence[AlertWords], *, total: int, more: str) -> str:
    """Folded away; a link to one of them opens it."""
    return (
        f'<details class="m-before"><summary>Alerts before ({total:,})</summary>{alerts(items)}'
        f"<p>{plain(more)}</p></details>"
    )


def _one_alert(item: AlertWords) -> str:
    before = f' · the one before: <a class="m-in" href="#{plain(item.previous)}">{plain(item.previous)}</a>'
    decided = "".join(f"<li>{plain(one)}</li>" for one in item.decisions)
    listed = f'<ul class="m-notes">{decided}</ul>' if decided else ""
    table = rows(
        ["Parameter", "Value"], [[plain(n), v] for n, v in item.parameters], caption=f"Parameters of {item.id}"
    )
    return (
        f'<article class="m-alert" id="{plain(item.id)}"><h3>{plain(item.title)} '
        f'<span class="m-badge" title="{plain(item.state_help)}">{plain(item.state)}</span></h3>'
        f"<p>{plain(item.when)}. {plain(item.why)}</p>"
        f'<p class="m-meta">{item.stories}{before if item.previous else ""}</p>{listed}'
        f"<details><summary>All parameters</summary>{table}<p>{plain(item.state_help)}</p></details></article>"
    )


def strip(cells: Sequence[tuple[str, str, str]]) -> str:
    """Name, value and note of a few numbers in one row."""
    parts = "".join(
        f"<div><dt>{plain(name)}</dt><dd>{plain(value)}{f'<small>{plain(note)}</small>' if note else ''}</dd></div>"
        for name, value, note in cells
    )
    return f'<dl class="m-strip">{parts}</dl>'


def rows(head: Sequence[str], body: Sequence[Sequence[str]], *, caption: str) -> str:
    """A plain table; cells are HTML already. More than three columns stand below each other on a narrow screen."""
    top = "".join(f'<th scope="col">{plain(name)}</th>' for name in head)
    lines = "".join(f"<tr>{_cells(head, line)}</tr>" for line in body)
    look = "m-table m-wide" if len(head) > 3 else "m-table"
    return (
        f'<div class="m-scroll" tabindex="0" role="group" aria-label="{plain(caption)}"><table class="{look}">'
        f"<caption>{plain(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _cells(head: Sequence[str], line: Sequence[str]) -> str:
    return "".join(
        f'<td data-head="{plain(name)}">{cell}</td>' if cell else '<td class="m-no"></td>'
        for name, cell in zip(head, line, strict=True)
    )


def banner(text: str) -> str:
    return f'<div class="m-invented" role="note">{plain(text)}</div>'


def head(title: str, subtitle: str, page: str, *, invented: str = "") -> str:
    """The top of every page. invented : the words that mark an invented monitor, "" for a real one."""
    under = f'<p class="m-kicker"><b>{plain(title)}</b>{f" {plain(subtitle)}" if subtitle else ""}</p>'
    return f'<div class="m-head">{banner(invented) if invented else ""}{under}<h1>{plain(page)}</h1></div>'


def foot(names_rule: str, disclaimer: str) -> str:
    return f'<footer class="m-foot"><p>{plain(names_rule)}</p><p>{plain(disclaimer)}</p></footer>'


def counted(items: Mapping[str, int], names: Mapping[str, str]) -> str:
    """
    >>> counted({"a": 2, "b": 0}, {"a": "A"})
    'A 2'
    """
    return ", ".join(f"{names.get(key, key)} {value:,}" for key, value in items.items() if value)


ON_BOTH_THEMES = "#738196"  # 3.9 to 1 on white and 4.4 to 1 on the dark page: a picture does not know the theme


def _as_picture(drawing: re.Match[str]) -> str:
    """Streamlit lets no SVG through but as a picture. What it shows stands in the figure's label and below it."""
    packed = base64.b64encode(drawing[0].replace("currentColor", ON_BOTH_THEMES).encode()).decode()
    return f'<img class="m-drawn" src="data:image/svg+xml;base64,{packed}" alt="" style="width: 100%">'


def summary_body(document: str) -> str:
    """The readable part of the exported HTML summary, without its own head, style and first heading."""
    facts = re.search(r"<dl class=\"facts\">.*?</dl>", document, re.DOTALL)
    main = re.search(r"<main>(.*)</main>", document, re.DOTALL)
    body = re.sub(
        r"<svg.*?</svg>", _as_picture, f"{facts[0] if facts else ''}{main[1] if main else ''}", flags=re.DOTALL
    )
    return f'<div class="m-summary">{body.replace(" rel=", " target=_blank rel=")}</div>'
