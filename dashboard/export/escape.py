"""Feed text is hostile in every format: what makes it text again, per format. Pure.

Foreign scripts stay as they are. Characters that only steer direction (bidi overrides, isolates and marks) and control
characters are left out of Markdown, HTML and CSV, where they would rearrange our own words around them; JSON keeps
them as \\u escapes, so that nothing is lost.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_STEERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_SPACE = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
_MARKDOWN = re.compile(r"[\\`*_\[\]|~$]")
_MARKDOWN_START = re.compile(r"^(?:[#+\-=>:]|\d{1,9}(?=[.)]))")
_ENTITY = re.compile(r"&(?=#?\w{1,31};)")
_FORMULA = re.compile(r"^[\s'\"]*[=+\-@＝＋－＠]|^[\t\r\n]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_RIGHT_TO_LEFT = ("ar", "ckb", "dv", "fa", "he", "ps", "ur", "yi")
LONGEST_URL = 2_000  # characters; longer addresses are cut by mail programs, so they are left out


def one_line(text: str) -> str:
    """Text as one line: white space collapsed, control and direction-steering characters gone.

    >>> one_line("Bread \\u202eand\\nmilk\\x00")
    'Bread and milk'
    """
    return _SPACE.sub(" ", _CONTROL.sub("", _STEERING.sub("", text))).strip()


def markdown(text: str) -> str:
    """Feed text inside a line of Markdown. `<` becomes &lt; because old renderers pass \\< through as HTML.

    Programs that link bare addresses may still link an http(s) address that stands in a quote; no other kind.

    >>> markdown("[a](javascript:x) | `b`")
    '\\\\[a\\\\](javascript:x) \\\\| \\\\`b\\\\`'
    """
    flat = _MARKDOWN.sub(lambda found: "\\" + found[0], one_line(text))
    flat = _ENTITY.sub("&amp;", flat).replace("<", "&lt;")
    return _MARKDOWN_START.sub(lambda found: _at_start(found[0]), flat)


def _at_start(sign: str) -> str:
    """`1.` would begin a list: the dot is escaped, not the digits."""
    return sign + "\\" if sign[0].isdigit() else "\\" + sign


def cell(text: str) -> str:
    """Feed text in a CSV cell: never a formula, always one line. An apostrophe in front says "text" to spreadsheets.

    >>> cell("=cmd|'/c calc'!A1")
    "'=cmd|'/c calc'!A1"
    """
    flat = one_line(text)
    return "'" + flat if _FORMULA.match(text) or _FORMULA.match(flat) else flat


def link(url: str) -> str:
    """An address that may stand in a link: absolute http(s) with a host and without a user, percent-encoded; else "".

    >>> link("https://example.org/a b?c=<d>"), link("javascript:alert(1)")
    ('https://example.org/a%20b?c=%3Cd%3E', '')
    """
    if len(url) > LONGEST_URL or one_line(url) != url:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    return quote(url, safe="%/:=&?~#+!$,;@-._")


def language(key: str) -> str:
    """A value for lang=; "" for anything that is no language code."""
    return key if _LANGUAGE.fullmatch(key) else ""


def direction(key: str) -> str:
    return "rtl" if key in _RIGHT_TO_LEFT else "ltr"
