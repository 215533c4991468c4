"""Articles, evidence and single stories: the questions of Coverage, a page at a time, the last stored first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from dashboard import data, words
from dashboard.api import atom, shelves
from dashboard.api.paging import Position, token
from dashboard.api.parameters import Asked
from dashboard.api.problems import Refused
from dashboard.api.rows import (
    ArticleRow,
    EventOf,
    EventStory,
    EvidenceRow,
    File,
    Head,
    Labelled,
    Page,
    PlaceNamed,
    Row,
    Said,
    Speaker,
    StoryAnswer,
)
from dashboard.export import escape
from metrics.masking import Masker
from metrics.model import Evidence, Place, StoryLine
from metrics.store import StoryQuery

WHICH = {"relevant": (True, False), "context": (False, True), "all": (False, False)}


def articles(asked: Asked) -> Page[ArticleRow]:
    shelves.refuse_shelf(asked)
    limit, below = asked.number("limit"), _number(asked.after(), 0)
    lines = data.articles_below(_wanted(asked), below=below, limit=limit + 1)
    more = len(lines) > limit
    shown = lines[:limit]
    mask = data.masker()
    return page_of(asked, [article_row(line, mask) for line in shown], (shown[-1].article,) if more else None)


def articles_feed(asked: Asked) -> File:
    found, shelf = (articles(asked), None) if asked.after() is not None else _shelf_of_articles(asked)
    monitor = data.watched().monitor
    entries = [_entry(row) for row in found.data]
    return File(atom.feed(asked, f"{monitor.title}: articles", monitor.key, entries, found.next, shelf), "")


def _shelf_of_articles(asked: Asked) -> tuple[Page[ArticleRow], shelves.Shelf]:
    """The feed itself, or one of its archive documents; the row behind its last says where the next older one is."""
    number, wanted = shelves.asked_shelf(asked), _wanted(asked)
    below = None if number is None else (number + 2) * shelves.ARTICLES
    most = shelves.ARTICLES if number is None else 2 * shelves.ARTICLES
    least = 0 if number is not None else asked.number("limit")
    lines = data.articles_below(wanted, below=below, limit=max(most, least) + 1)
    shown, shelf = shelves.shelved(lines, lambda line: shelves.of_article(line.article), number=number, least=least)
    if number is not None:
        shelf = replace(shelf, newer=_newer_articles(wanted, number))
    mask = data.masker()
    more = (shown[-1].article,) if number is None and len(lines) > len(shown) else None
    return page_of(asked, [article_row(line, mask) for line in shown], more), shelf


def _newer_articles(wanted: StoryQuery, number: int) -> int | None:
    """The shelf after it, unless that is the one that is being filled."""
    newest = data.articles_below(wanted, below=None, limit=1)
    return number + 1 if newest and shelves.of_article(newest[0].article) > number + 1 else None


def _entry(row: ArticleRow) -> atom.Entry:
    one = row.article
    said = [f"{each.indicator.label}: {words.STANCES[each.stance]}. “{each.sentence}”" for each in row.evidence]
    return atom.Entry(
        id=f"article {one.id}",
        title=one.title,
        updated=one.seen,
        published=one.published,
        author=one.outlet,
        url=one.url or "",
        language=escape.language(one.language),
        terms=tuple(dict.fromkeys(each.indicator.key for each in row.evidence)),
        lines=(
            *said,
            f"{one.outlet}, {one.side.label}. Carried by {words.number(row.carried_by, 'article', 'articles')}.",
        ),
    )


def evidence(asked: Asked) -> Page[EvidenceRow]:
    """In an article in the order of its text."""
    limit = asked.number("limit")
    found: list[EvidenceRow] = []
    for row in _sentences(asked):
        found.append(row)
        if len(found) > limit:
            last = found[limit - 1]
            return page_of(asked, found[:limit], (last.article.id, last.said.n))
    return page_of(asked, found, None)


def story(asked: Asked) -> StoryAnswer:
    number = asked.number("id")
    lines = data.members(number)
    if not lines:
        raise Refused(404, f"no story has the number {number}; /articles names the story of every article")
    mask = data.masker()
    return StoryAnswer(*head(), number, tuple(article_row(line, mask) for line in lines), _event(lines[0], mask))


def head() -> tuple[str, str | None, str | None]:
    """monitor, notice, rules_version."""
    monitor = data.watched().monitor
    return monitor.title, words.INVENTED if monitor.invented else None, data.counted_under() or None


def page_of(asked: Asked, rows: list[Row], more: Position | None) -> Page[Row]:
    """more : the place of the last row when others follow."""
    follows = f"{asked.address}?{urlencode([*asked.given, ('cursor', token(more))])}" if more is not None else None
    return Page(*head(), tuple(rows), follows)


def side(key: str) -> Labelled:
    return Labelled(key, data.watched().labels.side(key))


def _wanted(asked: Asked) -> StoryQuery:
    relevant, context = WHICH[asked.text("which") or "relevant"]
    return StoryQuery(
        first=asked.day("from"), last=asked.day("to"), indicator=asked.text("indicator"), stance=asked.text("stance"),
        side=asked.text("side"), language=asked.text("language"), place=asked.text("place"),
        source=asked.text("source"), people=asked.text("people"), words=asked.text("q"), relevant=relevant,
        context=context, origins_only=asked.flag("origin_only"),
    )  # fmt: skip


def _number(place: Position | None, at: int) -> int | None:
    return int(place[at]) if place is not None else None


def _sentences(asked: Asked) -> Iterator[EvidenceRow]:
    """All that fit, from where the page begins. The article it begins in is read again."""
    wanted, limit = _wanted(asked), asked.number("limit")
    article, n = _number(asked.after(), 0), _number(asked.after(), 1)
    below = article + 1 if article is not None else None
    mask = data.masker()
    while lines := data.articles_below(wanted, below=below, limit=limit + 1):
        for line in lines:
            after = n if n is not None and line.article == article else -1
            for at, one in enumerate(line.evidence):
                if at > after and _fits(one, wanted):
                    yield evidence_row(line, at, mask)
        below = lines[-1].article


def _fits(one: Evidence, wanted: StoryQuery) -> bool:
    place = one.place.id if one.place else None
    pairs = (
        (wanted.indicator, one.indicator),
        (wanted.stance, one.stance),
        (wanted.people, one.people),
        (wanted.place, place),
    )
    return all(asked in (None, value) for asked, value in pairs)


def article_row(line: StoryLine, mask: Masker) -> ArticleRow:
    """Texts first: an address is cut when it spells a name that was masked in them."""
    sentences = tuple(_said(line, at, mask) for at in range(len(line.evidence)))
    return ArticleRow(_head(line, mask), line.articles, line.outlets, sentences)


def evidence_row(line: StoryLine, at: int, mask: Masker) -> EvidenceRow:
    said = _said(line, at, mask)
    return EvidenceRow(_head(line, mask), said)


def _head(line: StoryLine, mask: Masker) -> Head:
    title = mask.text(line.title, line.language, story=line.story)
    published = datetime.fromisoformat(line.published) if line.published else None
    return Head(
        line.article, line.story, title, _link(line.url, line.story, mask), line.outlet, side(line.side),
        line.language, line.day, published, datetime.fromisoformat(line.seen),
    )  # fmt: skip


def _link(url: str, story: int, mask: Masker) -> str | None:
    return escape.link(mask.url(url, story=story)) or None


def _said(line: StoryLine, at: int, mask: Masker) -> Said:
    one, labels = line.evidence[at], data.watched().labels
    return Said(
        n=at,
        indicator=Labelled(one.indicator, labels.indicator(one.indicator)),
        stance=one.stance,
        occurrence=one.occurrence,
        people=Labelled(one.people, labels.people(one.people)),
        sentence=mask.text(one.sentence, line.language, story=line.story),
        speaker=_speaker(one, line, mask),
        place=_place(one.place) if one.place else None,
        rule=one.rule,
        added_later=at in line.added_later,
    )


def _speaker(one: Evidence, line: StoryLine, mask: Masker) -> Speaker | None:
    if one.speaker is None:
        return None
    return Speaker(mask.text(one.speaker.name, line.language, story=line.story), side(one.speaker.side))


def _place(place: Place) -> PlaceNamed:
    return PlaceNamed(place.id, data.place_names().get(place.id, (place.name,)), place.zone)


def _event(line: StoryLine, mask: Masker) -> EventOf | None:
    group = data.event(line)
    if group is None:
        return None
    mine = next(one for one in group.stories if one.id == line.story)
    others = tuple(
        EventStory(
            one.id, one.origin.article, mask.text(one.origin.title, one.origin.language, story=one.id),
            _link(one.origin.url, one.id, mask), one.origin.outlet, side(one.origin.side), one.origin.language,
        )
        for one in group.stories
        if one is not mine
    )  # fmt: skip
    credited = data.reading().credits.names.get(mine.credited, mine.credited)
    return EventOf(credited or None, others, group.independent_reports)
