"""Text of feeds, and of ours, made safe to stand in HTML; links out and links within."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import quote

from dashboard.export import escape

LONGEST_SENTENCE = 420  # characters around the matched term; a feed may send a sentence of any length
LONGEST_TITLE = 300
LONGEST_RULE = 400
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


def counted(items: Mapping[str, int], names: Mapping[str, str]) -> str:
    """
    >>> counted({"a": 2, "b": 0}, {"a": "A"})
    'A 2'
    """
    return ", ".join(f"{names.get(key, key)} {value:,}" for key, value in items.items() if value)
