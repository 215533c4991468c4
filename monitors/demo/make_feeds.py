"""What the invented outlets publish, and the bytes of their feeds at any moment. Pure: same seed, same bytes.

plan (rates) → stories (true events, one text each) → postings (each outlet's items, copies included) → feed bytes.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from random import Random
from typing import Literal

from feeds.model import Source
from monitors.demo import plan
from monitors.demo.phrases import MORE_SENTENCES, Phrases, capital, more_sentences, read_phrases, sentence, slots

Kind = Literal["crisis", "football", "gas_export", "metaphor", "context", "general"]
UTC_OFFSET = timedelta(hours=2)  # as monitor.yaml says
EARLIEST, LATEST = 5 * 60 + 30, 22 * 60 + 30  # minutes after midnight, local: outlets sleep at night
ATTRIBUTED = 0.75


@dataclass(frozen=True, slots=True)
class Story:
    """One true event, written once. indicator and stance are "" unless kind is crisis."""

    key: str
    day: date
    moment: datetime
    kind: Kind
    indicator: str
    stance: str
    language: str
    source: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """One item of one feed: a story at its origin, or a copy of it."""

    source: str
    story: Story
    moment: datetime
    url: str
    title: str
    paragraphs: tuple[str, ...]
    is_copy: bool


@dataclass(frozen=True, slots=True)
class Newsrooms:
    """All invented feeds with their sentences."""

    sources: tuple[Source, ...]
    phrases: dict[str, Phrases]

    def writing(self, language: str) -> list[Source]:
        return [source for source in self.sources if source.languages[0] == language]


def newsrooms(folder: Path, sources: Sequence[Source]) -> Newsrooms:
    """Raises DataFileError."""
    languages = sorted({source.languages[0] for source in sources})
    return Newsrooms(tuple(sources), {language: read_phrases(folder, language) for language in languages})


# Stories


def stories(rooms: Newsrooms, first: date, last: date) -> list[Story]:
    """All true stories of the days first to last, in order of time. A day's stories do not depend on the range."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    written = (story for day in days for story in _stories_of(rooms, day))
    return sorted(written, key=lambda story: (story.moment, story.key))


def truth(written: Iterable[Story]) -> Counter[tuple[date, str, str]]:
    """(day, indicator, stance) → true stories."""
    return Counter((story.day, story.indicator, story.stance) for story in written if story.kind == "crisis")


def _stories_of(rooms: Newsrooms, day: date) -> Iterator[Story]:
    rng = Random(f"{plan.SEED} {day}")
    number = 0
    for kind, indicator, stance, mean in _rates(day):
        for _ in range(_poisson(rng, mean)):
            number += 1
            yield _story(rooms, rng, f"{day:%m%d}{number:03}", day, kind, indicator, stance)


def _rates(day: date) -> Iterator[tuple[Kind, str, str, float]]:
    for (indicator, stance), knots in plan.RATES.items():
        yield "crisis", indicator, stance, plan.rate(knots, day)
    kinds: tuple[Kind, ...] = ("general", "context", "metaphor", "gas_export")
    for kind in kinds:
        yield kind, "", "", plan.rate(plan.OTHER_RATES[kind], day)
    yield "football", "", "", plan.football_rate(day)


def _poisson(rng: Random, mean: float) -> int:
    """Knuth's method; fine for the means of a day."""
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def _story(rooms: Newsrooms, rng: Random, key: str, day: date, kind: Kind, indicator: str, stance: str) -> Story:
    source = _origin(rooms, rng, kind)
    language = source.languages[0]
    phrases = rooms.phrases[language]
    given = slots(phrases, rng, side=source.outlet.side, weekday=day.weekday())
    title, lead = rng.choice(phrases.templates(kind, indicator, stance)).format_map(given).split(" | ")
    attributed = kind == "crisis" and stance != "denied" and rng.random() < ATTRIBUTED
    paragraphs = [
        sentence(phrases, rng, lead, attributed=attributed),
        *more_sentences(phrases, rng, given, MORE_SENTENCES),
    ]
    minute = rng.randrange(EARLIEST, LATEST)
    return Story(
        key, day, datetime.combine(day, time(), UTC) - UTC_OFFSET + timedelta(minutes=minute), kind, indicator, stance,
        language, source.key, capital(title, language), tuple(capital(text, language) for text in paragraphs),
    )  # fmt: skip


def _origin(rooms: Newsrooms, rng: Random, kind: Kind) -> Source:
    if kind == "general":  # every outlet fills its pages
        return rng.choice(rooms.sources)
    share = plan.LANGUAGE_SHARE
    language = rng.choices(list(share), list(share.values()))[0]
    return rng.choice(rooms.writing(language))


# Postings


def postings(rooms: Newsrooms, written: Iterable[Story]) -> dict[str, list[Posting]]:
    """Source key → its items, oldest first."""
    by_source: defaultdict[str, list[Posting]] = defaultdict(list)
    homes = {source.key: source.home for source in rooms.sources}
    for story in written:
        by_source[story.source].append(_posting(story, story.source, homes[story.source]))
        for posting in _copies(rooms, story, homes):
            by_source[posting.source].append(posting)
    return {key: sorted(items, key=lambda item: (item.moment, item.url)) for key, items in by_source.items()}


def _posting(story: Story, source: str, home: str) -> Posting:
    return Posting(source, story, story.moment, _url(home, story), story.title, story.paragraphs, is_copy=False)


def _url(home: str, story: Story) -> str:
    return f"{home}/{story.day:%Y/%m/%d}/{story.key}"


def _copies(rooms: Newsrooms, story: Story, homes: dict[str, str]) -> Iterator[Posting]:
    """The same text under a credit, sometimes under another header, minutes to hours later."""
    rng = Random(f"{plan.SEED} copies {story.key}")
    if story.kind == "general" or rng.random() >= plan.COPIED:
        return
    others = [source for source in rooms.writing(story.language) if source.key != story.source]
    for source in rng.sample(others, rng.randint(1, min(2, len(others)))):
        moment = story.moment + timedelta(minutes=rng.randrange(20, 300))
        title, paragraphs = _rewritten(rooms.phrases[story.language], rng, story, source.outlet.side)
        yield Posting(source.key, story, moment, _url(homes[source.key], story), title, paragraphs, is_copy=True)


def _rewritten(phrases: Phrases, rng: Random, story: Story, side: str) -> tuple[str, tuple[str, ...]]:
    credit = rng.choice(phrases.credit)
    if credit.startswith("("):
        paragraphs = (*story.paragraphs, credit)
    else:
        paragraphs = (f"{credit} {story.paragraphs[0]}", *story.paragraphs[1:])
    given = slots(phrases, rng, side=side, weekday=story.day.weekday())
    header = rng.choice(phrases.other_header).format_map(given)
    is_about_valley = story.kind == "crisis"
    return (capital(header, story.language) if is_about_valley and rng.random() < 0.5 else story.title), paragraphs


# Feeds


@dataclass(frozen=True, slots=True)
class Style:
    """How one server writes its feed."""

    format: Literal["rss", "atom", "rdf"] = "rss"
    encoding: str = "utf-8"
    items: int = 6  # the window: the last so many items
    cdata: bool = False


STYLES = {
    "ambrel-morning-en": Style(items=7, cdata=True),
    "quessin-ledger-en": Style("atom", items=7),
    "meridian-wire-en": Style(items=7),
    "valley-bulletin-en": Style(items=7, encoding="iso-8859-1"),
    "far-harbour-en": Style(items=7, cdata=True),
    "ambrelskiy-listok-ru": Style(encoding="windows-1251"),
    "kvessinskiy-vestnik-ru": Style(cdata=True),
    "kvesini-tert-hy": Style("atom"),
    "kvessin-gundeliyi-az": Style("rdf"),
    "ambrel-postasi-tr": Style(encoding="iso-8859-9"),
    "kvessin-gazetesi-tr": Style(encoding="utf-16"),
    "voix-de-la-vallee-fr": Style("atom"),
    "meridian-wire-fr": Style(encoding="utf-8-sig"),
}
PLAIN = Style()


@dataclass(slots=True)
class Feed:
    """One feed over time. `window` and `body` say what a poll at `moment` would get."""

    source: Source
    items: list[Posting]
    style: Style
    _moments: list[datetime] = field(default_factory=list)
    _written: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._moments = [item.moment for item in self.items]

    def window(self, moment: datetime) -> list[Posting]:
        """The newest items at `moment`, newest first; what is older has scrolled out."""
        end = bisect_right(self._moments, moment)
        return self.items[max(0, end - self.style.items) : end][::-1]

    def etag(self, moment: datetime) -> str:
        """Changes when the window does."""
        return f'"{bisect_right(self._moments, moment)}"'

    def body(self, moment: datetime) -> bytes:
        written = [self._item(posting) for posting in self.window(moment)]
        encoding = self.style.encoding
        declared = "utf-8" if encoding == "utf-8-sig" else encoding
        text = f'<?xml version="1.0" encoding="{declared}"?>\n{_HEADS[self.style.format](self.source, written)}'
        return text.encode(encoding, "xmlcharrefreplace")

    def _item(self, posting: Posting) -> str:
        if posting.url not in self._written:
            self._written[posting.url] = _ITEMS[self.style.format](posting, cdata=self.style.cdata)
        return self._written[posting.url]


def feeds(rooms: Newsrooms, written: Iterable[Story]) -> dict[str, Feed]:
    """Source key → its feed."""
    items = postings(rooms, written)
    return {
        source.key: Feed(source, items.get(source.key, []), STYLES.get(source.key, PLAIN)) for source in rooms.sources
    }


def _html(posting: Posting, *, cdata: bool) -> str:
    html = "".join(f"<p>{escape(text, quote=False)}</p>" for text in posting.paragraphs)
    return f"<![CDATA[{html}]]>" if cdata else escape(html, quote=False)


def _rss_item(posting: Posting, *, cdata: bool) -> str:
    return (
        f"<item><title>{escape(posting.title, quote=False)}</title><link>{posting.url}</link>"
        f'<guid isPermaLink="true">{posting.url}</guid><pubDate>{format_datetime(posting.moment)}</pubDate>'
        f"<description>{_html(posting, cdata=cdata)}</description></item>\n"
    )


def _atom_item(posting: Posting, *, cdata: bool) -> str:
    stamp = posting.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'<entry><title>{escape(posting.title, quote=False)}</title><link href="{posting.url}"/>'
        f"<id>tag:{posting.url.removeprefix('https://')}</id><published>{stamp}</published><updated>{stamp}</updated>"
        f'<content type="html">{_html(posting, cdata=cdata)}</content></entry>\n'
    )


def _rdf_item(posting: Posting, *, cdata: bool) -> str:
    return (
        f'<item rdf:about="{posting.url}"><title>{escape(posting.title, quote=False)}</title><link>{posting.url}</link>'
        f"<dc:date>{posting.moment.strftime('%Y-%m-%dT%H:%M:%S+00:00')}</dc:date>"
        f"<description>{_html(posting, cdata=cdata)}</description></item>\n"
    )


def _rss(source: Source, items: list[str]) -> str:
    name = escape(source.outlet.name, quote=False)
    return (
        f'<rss version="2.0"><channel><title>{name}</title><link>{source.home}</link><description>{name} (INVENTED)'
        f"</description><language>{source.languages[0]}</language>\n{''.join(items)}</channel></rss>\n"
    )


def _atom(source: Source, items: list[str]) -> str:
    name = escape(source.outlet.name, quote=False)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{source.languages[0]}"><title>{name}</title>'
        f'<subtitle>INVENTED</subtitle><link href="{source.home}"/><id>{source.home}</id>\n{"".join(items)}</feed>\n'
    )


def _rdf(source: Source, items: list[str]) -> str:
    name = escape(source.outlet.name, quote=False)
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{source.home}"><title>{name}</title>'
        f"<link>{source.home}</link><description>{name} (INVENTED)</description>"
        f"<dc:language>{source.languages[0]}</dc:language></channel>\n{''.join(items)}</rdf:RDF>\n"
    )


_ITEMS = {"rss": _rss_item, "atom": _atom_item, "rdf": _rdf_item}
_HEADS = {"rss": _rss, "atom": _atom, "rdf": _rdf}
