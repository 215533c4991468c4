"""JSON Feed 1.0 and 1.1 → ParsedFeed. Pure. Source: jsonfeed.org/version/1.1; authors and attachments are not read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from feeds.errors import Unreadable
from feeds.markup import absolute_url, plain_text, plain_title
from feeds.model import Item, ParsedFeed
from feeds.moment import moment
from feeds.parse_raw import MOST_ITEMS


def parse_json(name: str, text: str, *, url: str = "") -> ParsedFeed:
    """A JSON Feed. `name` names it in errors. Raises Unreadable when it is JSON but no feed, or not even JSON."""
    feed = _document(name, text)
    version, items = feed.get("version"), feed.get("items")
    if not isinstance(items, list) or not str(version).startswith("https://jsonfeed.org/version/"):
        raise Unreadable(f"{name}: the answer is JSON but not a JSON Feed; look for the feed's address on the site")
    base, language = _text(feed, "home_page_url") or url, two_letters(_text(feed, "language"))
    read = [_item(item, base=base, language=language) for item in items[:MOST_ITEMS] if isinstance(item, dict)]
    odd = len(items[:MOST_ITEMS]) - len(read)
    return ParsedFeed(
        items=tuple(read),
        title=plain_title(_text(feed, "title")),
        language=language,
        older=absolute_url(_text(feed, "next_url"), url or base),
        format="json1" if str(version).rstrip("/").endswith("/1") else "json11",
        odd=(f"{odd} items are not objects",) if odd else (),
        dropped=_dropped(len(items) - MOST_ITEMS, odd),
    )


def two_letters(code: str) -> str:
    """ "ru-RU" → "ru", "" when it is no language code. Three-letter codes of the commonest languages are known.

    >>> two_letters("hye"), two_letters("EN_us"), two_letters("http://x")
    ('hy', 'en', '')
    """
    if not code:
        return ""
    first = code.strip().lower().replace("_", "-").split("-")[0]
    first = _THREE_LETTERS.get(first, first)
    return first if len(first) == 2 and first.isascii() and first.isalpha() else ""


_THREE_LETTERS = {
    "eng": "en", "rus": "ru", "hye": "hy", "arm": "hy", "aze": "az", "tur": "tr", "fra": "fr", "fre": "fr", "deu": "de",
    "ger": "de", "spa": "es", "kat": "ka", "geo": "ka", "fas": "fa", "per": "fa", "ara": "ar", "ukr": "uk",
}  # fmt: skip


def _document(name: str, text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        problem = str(error)[:80]
        raise Unreadable(f"{name}: the answer starts like JSON but is not ({problem}); check the address") from None
    if not isinstance(value, dict):
        raise Unreadable(f"{name}: the answer is JSON but not a JSON Feed; look for the feed's address on the site")
    return value


def _item(item: Mapping[str, object], *, base: str, language: str) -> Item:
    marked_up = [plain_text(_text(item, key)) for key in ("content_html", "summary")]
    published, updated = moment(_text(item, "date_published")), moment(_text(item, "date_modified"))
    return Item(
        guid=_text(item, "id").strip(),
        url=absolute_url(_text(item, "url") or _text(item, "external_url"), base),
        title=plain_title(_text(item, "title")),
        text=max(*marked_up, _tidy_text(_text(item, "content_text")), key=len),
        published=published or updated,
        updated=updated,
        language=two_letters(_text(item, "language")) or language,
    )


def _tidy_text(text: str) -> str:
    """content_text is text by definition: "<" in it is a character."""
    return plain_text(text.replace("&", "&amp;").replace("<", "&lt;"))


def _text(value: Mapping[str, object], key: str) -> str:
    """A string field; ids may be numbers; anything else counts as missing."""
    found = value.get(key)
    if isinstance(found, str):
        return found.encode("utf-8", "ignore").decode()
    if isinstance(found, (int, float)) and not isinstance(found, bool) and math.isfinite(found):
        return f"{found:.15g}" if isinstance(found, float) else str(found)[:40]
    return ""


def _dropped(too_many: int, not_objects: int) -> dict[str, int]:
    counts = {"too-many": max(0, too_many), "empty": not_objects}
    return {reason: count for reason, count in counts.items() if count}
