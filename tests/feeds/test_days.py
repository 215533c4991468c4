"""Which day an article counts on."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from feeds.days import counting_day

ZONE = timezone(timedelta(hours=4))
SEEN = datetime(2026, 1, 10, 12, tzinfo=UTC)
BEFORE = SEEN - timedelta(hours=1)

#                                 published, previous success, window kept → day, late
CASES = {
    "a plausible date is the day": (SEEN - timedelta(hours=3), BEFORE, True, date(2026, 1, 10), False),
    "the day is that of the monitor's zone": (
        datetime(2026, 1, 9, 21, tzinfo=UTC),
        BEFORE,
        True,
        date(2026, 1, 10),
        False,
    ),
    "a week old is late but keeps its day": (SEEN - timedelta(days=8), BEFORE, True, date(2026, 1, 2), True),
    "exactly seven days is not late": (SEEN - timedelta(days=7), BEFORE, True, date(2026, 1, 3), False),
    "a clock five minutes ahead is believed": (SEEN + timedelta(minutes=5), BEFORE, True, date(2026, 1, 10), False),
    "a date in the future is not": (SEEN + timedelta(days=30), BEFORE, True, date(2026, 1, 10), False),
    "undated: the day it was seen": (None, BEFORE, True, date(2026, 1, 10), False),
    "undated on the first success: no day": (None, None, False, None, False),
    "undated after a gap longer than the window: no day": (None, BEFORE, False, None, False),
    "a dated item of a first poll counts": (SEEN - timedelta(days=2), None, False, date(2026, 1, 8), False),
}


@pytest.mark.parametrize(("published", "previous", "kept", "day", "late"), CASES.values(), ids=CASES)
def test_counting_day(published, previous, kept, day, late):
    found = counting_day(published, SEEN, zone=ZONE, previous_success=previous, window_kept=kept)
    assert (found.day, found.late) == (day, late)


#                               published, previous success → first time
TIMES = {
    "between two polls it is believed": (SEEN - timedelta(minutes=30), BEFORE, SEEN - timedelta(minutes=30)),
    "older than the previous success cannot be: it was not there then": (SEEN - timedelta(days=3), BEFORE, BEFORE),
    "on the first poll it is believed": (SEEN - timedelta(days=3), None, SEEN - timedelta(days=3)),
    "undated": (None, BEFORE, SEEN),
    "from the future": (SEEN + timedelta(days=3), BEFORE, SEEN),
    "a little ahead is now": (SEEN + timedelta(minutes=3), BEFORE, SEEN),
}


@pytest.mark.parametrize(("published", "previous", "first"), TIMES.values(), ids=TIMES)
def test_first_time_decides_which_copy_is_the_origin(published, previous, first):
    found = counting_day(published, SEEN, zone=ZONE, previous_success=previous, window_kept=True)
    assert found.first_time == first
