"""Summary → JSON: every field of the value, in the order of its definition, with `schema` as version.

Times are ISO 8601 in UTC, days ISO dates, unknown is null. Sentences of feeds are verbatim; characters that steer
direction and line separators are \\u escapes. Escaping HTML is the reader's task, `<` is escaped for careless ones.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from datetime import date, datetime

from metrics.summary import Summary

_UNSAFE = re.compile(
    "[<>\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def render(summary: Summary) -> bytes:
    value = plain(summary)
    assert isinstance(value, dict)
    if summary.invented:
        value = {"notice": summary.words.fixed["invented"], **value}
    return encoded(value)


def encoded(value: object) -> bytes:
    """Plain values as JSON that no reader can take for anything but data."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    return (_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n").encode()


def plain(value: object) -> object:
    """Numbers keep nine digits: what differs beyond them is the machine, not the world."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return round(value, 9) if isinstance(value, float) else value
