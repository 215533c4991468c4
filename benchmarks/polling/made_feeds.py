"""Feeds that nobody publishes, of the size and mixture that newsrooms do: for benchmarks/poll.py.

Thirty items of a title, a teaser and a marked-up article, about 120 KB a feed: English, Russian (half of it in
windows-1251), Armenian, Azerbaijani; RSS 2.0 and, one in five, Atom. The same number gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

ITEMS = 30
BYTES = 120_000  # of a feed, on average, before gzip
LANGUAGES = ("en", "ru", "hy", "az")
ATOM_EVERY = 5
NEWEST = datetime(2026, 11, 20, 9, tzinfo=UTC)

Sentences = Mapping[str, Sequence[str]]  # language → sentences to choose from


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """One feed as it lies on the disk."""

    number: int
    name: str  # of the file
    language: str


def kind(number: int) -> tuple[str, str, bool]:
    """(language, encoding, whether it is Atom) of the feed with this number."""
    language = LANGUAGES[number % len(LANGUAGES)]
    encoding = "windows-1251" if language == "ru" and number // len(LANGUAGES) % 2 else "utf-8"
    return language, encoding, number % ATOM_EVERY == ATOM_EVERY - 1


def write_feeds(folder: Path, count: int, sentences: Sentences) -> list[MadeFeed]:
    """`count` feeds as NAME and NAME.gz (what nginx serves with gzip_static); what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    feeds = []
    for number in range(count):
        language, encoding, atom = kind(number)
        feed = MadeFeed(number, f"{number}.{'atom' if atom else 'rss'}", language)
        feeds.append(feed)
        if (folder / f"{feed.name}.gz").exists():
            continue
        body = made_feed(number, sentences).encode(encoding, "xmlcharrefreplace")
        (folder / feed.name).write_bytes(body)
        (folder / f"{feed.name}.gz").write_bytes(gzip.compress(body, 6, mtime=0))
    return feeds


def made_feed(number: int, sentences: Sentences) -> str:
    """The text of one feed, with its XML declaration."""
    language, encoding, atom = kind(number)
    choose = random.Random(number)
    wide = 2 if language in ("ru", "hy") and encoding == "utf-8" else 1  # bytes of most of its letters
    length = (BYTES / ITEMS - 550) / wide  # characters of an article; the rest is what stands around it
    items = [_item(choose, number, n, language, sentences[language], length, atom) for n in range(ITEMS)]
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    when = NEWEST - timedelta(minutes=number % 50)
    if atom:
        return (
            f'{head}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}"><title>Outlet {number}</title>'
            f'<id>tag:feed-{number}</id><link rel="alternate" href="https://outlet-{number}.example/"/>'
            f"<updated>{when.isoformat()}</updated>{''.join(items)}</feed>"
        )
    return (
        f'{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Outlet {number}</title>'
        f"<link>https://outlet-{number}.example/</link><language>{language}</language><ttl>15</ttl>"
        f"<lastBuildDate>{format_datetime(when)}</lastBuildDate>{''.join(items)}</channel></rss>\n"
    )


def _item(
    choose: random.Random, feed: int, n: int, language: str, sentences: Sequence[str], length: float, atom: bool
) -> str:
    title = f"{choose.choice(sentences)[:90]} {feed}.{n}"
    link = f"https://outlet-{feed}.example/{language}/2026/11/{n}-news.html?utm_source=rss"
    when = NEWEST - timedelta(minutes=choose.randrange(1, 40) + 45 * n)
    teaser, body = choose.choice(sentences), escape(_article(choose, sentences, length), quote=False)
    if atom:
        return (
            f'<entry><title>{escape(title)}</title><id>tag:feed-{feed},{n}</id><link href="{escape(link)}"/>'
            f"<published>{when.isoformat()}</published><updated>{when.isoformat()}</updated>"
            f'<summary>{escape(teaser)}</summary><content type="html">{body}</content></entry>\n'
        )
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">feed-{feed}-{n}</guid><pubDate>{format_datetime(when)}</pubDate>'
        f"<dc:creator>Newsroom</dc:creator><category>News</category><description>{escape(teaser)}</description>"
        f"<content:encoded>{body}</content:encoded></item>\n"
    )


def _article(choose: random.Random, sentences: Sequence[str], length: float) -> str:
    """HTML of about `length` characters, as content systems write it."""
    parts = [f'<p class="lead"><strong>{escape(choose.choice(sentences))}</strong></p>']
    size = len(parts[0])
    wanted = length * choose.uniform(0.5, 1.3)
    while size < wanted:
        text = " ".join(escape(one) for one in choose.choices(sentences, k=3))
        part = f'<p style="text-align: justify;">{text} <a href="https://outlet.example/{size}">&#8230;</a></p>'
        if choose.random() < 0.15:
            part = f'<figure class="wp-block"><img src="https://cdn.outlet.example/{size}.jpg" alt=""/></figure>{part}'
        parts.append(part)
        size += len(part)
    return "\n".join(parts)


def read_sentences(*files: Path) -> Sentences:
    """Sentences of labelled cases (JSONL with lang, title, text), by language."""
    found: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for file in files:
        for case in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if case["lang"] in found:
                found[case["lang"]] += [case["title"], *_sentences(case["text"])]
    return found


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in text.replace("։", "։\n").replace(". ", ".\n").splitlines() if len(one) > 20]
