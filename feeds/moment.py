"""Dates as feeds write them → aware UTC, or None. Pure: no clock; a date in the future is judged elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

FIRST_YEAR, LAST_YEAR = 1990, 2100  # before there were feeds, or nonsense
# Zone names that RFC 822 does not know and feeds of the wider region use, in hours.
ZONES = {"MSK": 3, "AZT": 4, "AMT": 4, "GET": 4, "TRT": 3, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "WET": 0, "BST": 1}

_RFC822 = re.compile(r"\d{1,2}[ -][A-Za-z]{3,9}\.?[ -]\d{2,4}\b")
_ISO = re.compile(
    r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?",
    re.I,
)
# Day, month, year with dots, as Europe writes it; with slashes nobody knows which is the month.
_DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})(?!\d)(.*)")
# RFC 822 as it should be, which is most dates: read without the patience of email.utils.
_PROPER = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):([0-5]\d) "
    r"(?:GMT|UTC|UT|Z|([+-])(\d\d):?([0-5]\d))",
    re.A,
)
_MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)?")
_LAST_WORD = re.compile(r"\b([A-Z]{2,5})\s*$")
_COLON_ZONE = re.compile(r"([+-]\d\d):(\d\d)\s*$")
_SHORT_ZONE = re.compile(r"([+-])(\d\d?)\s*$")  # hours; email.utils takes them for minutes


def moment(text: str) -> datetime | None:
    """One date, RFC 822 or ISO 8601 with their usual mistakes. None when it is missing, impossible or unreadable.

    A date without a zone is taken as UTC. Nothing rolls over: 31 February is no date.

    >>> moment("Mon, 12 Jan 2026 10:00:00 +0400").isoformat()
    '2026-01-12T06:00:00+00:00'
    >>> moment("2026-02-31T10:00:00Z") is None
    True
    """
    text = " ".join(text.split())[:80]
    try:
        found = _proper(text) or _iso(_year_first(text)) or _rfc822(text)
        utc = found.astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        return None
    return utc if utc is not None and FIRST_YEAR <= utc.year <= LAST_YEAR else None


def is_common_form(text: str) -> bool:
    """True: the text looks like RFC 822 or ISO 8601, so what `moment` says of it is final."""
    return bool(_RFC822.search(text) or _ISO.match(text.strip()) or _DOTTED.match(text.strip()))


def _proper(text: str) -> datetime | None:
    match = _PROPER.fullmatch(text)
    if not match or match[2] not in _MONTHS:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    zone = UTC if sign is None else timezone(timedelta(minutes=int(sign + hours) * 60 + int(sign + minutes)))
    return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=zone)


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(match[7] or ""))


def _year_first(text: str) -> str:
    return _DOTTED.sub(r"\3-\2-\1\4", text) if "." in text[1:3] else text


def _zone(text: str) -> timezone:
    match = _ZONE.fullmatch(text)
    if not match:
        return UTC
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def _rfc822(text: str) -> datetime | None:
    if not _RFC822.search(text):
        return None
    whole = _SHORT_ZONE.sub(lambda zone: f"{zone[1]}{zone[2]:0>2}00", _COLON_ZONE.sub(r"\1\2", text))
    parts = parsedate_tz(whole if ":" in whole else f"{whole} 00:00 +0000")
    if parts is None:
        return None
    word = _LAST_WORD.search(text)
    seconds = ZONES[word[1]] * 3600 if word and word[1] in ZONES else parts[9] or 0
    year, month, day, hour, minute, second = parts[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(timedelta(seconds=seconds)))
