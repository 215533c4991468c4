"""Feeds as they come over the wire, made from a fixed seed: four languages, RSS and Atom, some in windows-1251.

For benchmarks and tests: 30 items and about 120 KB a feed, HTML bodies with paragraphs, links and pictures.
"""

from __future__ import annotations

import html
import random
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

WORDS = {
    "en": "the road was closed on monday and bread prices rose again in the town while officials said supplies of "
    "fuel medicine electricity would return soon families waited for aid near school hospital market village",
    "ru": "дорога была закрыта в понедельник цены на хлеб снова выросли в городе власти сообщили что поставки топлива "
    "лекарств электроэнергии скоро возобновятся семьи ждали помощи возле школы больницы рынка села",
    "hy": "ճանապարհը փակվել է երկուշաբթի հացի գները կրկին բարձրացել են քաղաքում պաշտոնյաները հայտնել են որ վառելիքի "
    "դեղորայքի էլեկտրաէներգիայի մատակարարումը շուտով կվերականգնվի ընտանիքները սպասում էին օգնության դպրոցի մոտ",
    "az": "yol bazar ertəsi bağlandı çörəyin qiyməti şəhərdə yenidən artdı rəsmilər bildirdi ki yanacaq dərman "
    "elektrik təchizatı tezliklə bərpa olunacaq ailələr məktəb xəstəxana bazar kənd yaxınlığında yardım gözləyirdi",
}
LANGUAGES = tuple(WORDS)
ITEMS, BODY = 30, 3_000  # items of one feed, bytes of one item's text
NEWEST = datetime(2026, 9, 1, 12, tzinfo=UTC)


def feed(number: int, *, items: int = ITEMS) -> bytes:
    """The feed of that number, the same on every call. One in five is Atom, half of the Russian ones windows-1251."""
    choose = random.Random(number)
    language = LANGUAGES[number % 4]
    made = [_item(choose, number, place, language) for place in range(items)]
    encoding = "windows-1251" if language == "ru" and number % 8 == 1 else "utf-8"
    write = _atom if number % 5 == 4 else _rss
    return write(number, language, made, encoding).encode(encoding)


def _item(choose: random.Random, feed_number: int, place: int, language: str) -> dict[str, str]:
    words = WORDS[language].split()
    link = f"https://outlet{feed_number}.example/{language}/news/{choose.randrange(10**6)}?a=1&b={place}"
    when = NEWEST - timedelta(minutes=choose.randrange(5, 60) * (place + 1))
    paragraphs: list[str] = []
    while sum(len(text.encode()) for text in paragraphs) < BODY:
        paragraphs.append(_paragraph(choose, words, link))
    return {
        "title": _sentence(choose, words, 9)[:-1],
        "link": link,
        "rfc": format_datetime(when.astimezone(timezone(timedelta(hours=4))))
        if place % 2
        else format_datetime(when, usegmt=True),
        "iso": when.isoformat(),
        "teaser": _sentence(choose, words, 25),
        "body": "\n".join(paragraphs),
    }


def _paragraph(choose: random.Random, words: list[str], link: str) -> str:
    text = " ".join(_sentence(choose, words, choose.randrange(6, 20)) for _ in range(choose.randrange(2, 6)))
    picture = f'<img src="{link}.jpg" alt="" width="600"/>' if choose.random() < 0.1 else ""
    ending = f'<a href="{link}">{choose.choice(words)}</a> &amp; <strong>{choose.choice(words)}</strong>'
    return f"<p>{picture}{text} {ending}.</p>"


def _sentence(choose: random.Random, words: list[str], length: int) -> str:
    return " ".join(choose.choice(words) for _ in range(length)).capitalize() + "."


def _rss(number: int, language: str, items: list[dict[str, str]], encoding: str) -> str:
    entries = "".join(
        f"<item><title>{html.escape(item['title'])}</title><link>{html.escape(item['link'])}</link>"
        f'<guid isPermaLink="false">{number}-{place}</guid><dc:creator>Newsroom</dc:creator>'
        f"<pubDate>{item['rfc']}</pubDate>"
        f"<category>News</category><description>{html.escape(item['teaser'])}</description>"
        f"<content:encoded><![CDATA[{item['body']}]]></content:encoded></item>\n"
        for place, item in enumerate(items)
    )
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>Outlet {number}</title><link>https://outlet{number}.example/</link><language>{language}</language>"
        f'<atom:link href="https://outlet{number}.example/rss" rel="self" type="application/rss+xml"/><ttl>15</ttl>\n'
        f"{entries}</channel></rss>\n"
    )


def _atom(number: int, language: str, items: list[dict[str, str]], encoding: str) -> str:
    entries = "".join(
        f'<entry><title>{html.escape(item["title"])}</title><link href="{html.escape(item["link"])}"/>'
        f"<id>tag:outlet{number}.example,2026:{place}</id><published>{item['iso']}</published>"
        f"<updated>{item['iso']}</updated><author><name>Newsroom</name></author>"
        f"<summary>{html.escape(item['teaser'])}</summary>"
        f'<content type="html">{html.escape(item["body"])}</content></entry>\n'
        for place, item in enumerate(items)
    )
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">'
        f"<title>Outlet {number}</title><id>tag:outlet{number}.example,2026:</id><updated>{items[0]['iso']}</updated>"
        f'<link href="https://outlet{number}.example/"/>'
        f'<link rel="self" href="https://outlet{number}.example/atom"/>\n{entries}</feed>\n'
    )
