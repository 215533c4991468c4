"""Dates as feeds write them. What is not clear is no date: a wrong day is worse than none."""

from __future__ import annotations

import pytest

from feeds.moment import is_common_form, moment

DATES = {  # as written → UTC, or None
    "Mon, 23 Nov 2026 10:00:00 +0400": "2026-11-23T06:00:00",
    "Mon, 23 Nov 2026 10:00:00 +04:00": "2026-11-23T06:00:00",
    "Mon, 23 Nov 2026 10:00:00 +04": "2026-11-23T06:00:00",
    "Mon, 23 Nov 2026 10:00:00 +4": "2026-11-23T06:00:00",  # feedparser and email.utils: four minutes
    "Mon, 23 Nov 2026 10:00:00 -11": "2026-11-23T21:00:00",
    "23 Nov 26 10:00 GMT": "2026-11-23T10:00:00",
    "Mon, 23 Nov 2026": "2026-11-23T00:00:00",
    "23-Nov-2026": "2026-11-23T00:00:00",
    "2026-11-23": "2026-11-23T00:00:00",
    "2026-11-23T10:00:00+04": "2026-11-23T06:00:00",
    "2026/11/23 10:00:00": "2026-11-23T10:00:00",  # feedparser: the first of November
    "2026.11.23 10:00": "2026-11-23T10:00:00",
    "23.11.2026": "2026-11-23T00:00:00",
    "23.11.2026 10:00": "2026-11-23T10:00:00",
    "3.1.2026 9:05:07 +0400": "2026-01-03T05:05:07",
    "31.02.2026": None,
    "11/12/2026": None,  # November or December
    "192.168.2026.1": None,
    "yesterday": None,
    "1795428000": None,
    "": None,
}


@pytest.mark.parametrize(("written", "utc"), DATES.items(), ids=DATES)
def test_moment(written: str, utc: str | None) -> None:
    found = moment(written)
    assert (found.isoformat() if found else None) == (f"{utc}+00:00" if utc else None)
    assert is_common_form(written) or utc is None, "what we read ourselves is not left to guesses"
