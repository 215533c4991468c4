"""When an issue is due, what becomes of a message, what monitor.yaml may say. The tables are the specification."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from dashboard.delivery import MOST_TRIES, Outcome, after, due_at, due_issues, key_of, wait_after
from feeds.delivery import Delivery
from tests.summary_values import MONITOR

DAY = date(2031, 3, 10)


def delivery(**said: object) -> Delivery:
    return Delivery.model_validate(said)


DUE = {  # timezone, at, day summarised → UTC
    "the monitor's own zone, UTC+4": ("", "07:00", date(2031, 3, 10), "2031-03-11T03:00"),
    "winter in Berlin": ("Europe/Berlin", "07:00", date(2031, 3, 28), "2031-03-29T06:00"),
    "the morning after the clocks went forward": ("Europe/Berlin", "07:00", date(2031, 3, 29), "2031-03-30T05:00"),
    "an hour that does not exist: 02:30 on the day clocks go forward": (
        "Europe/Berlin", "02:30", date(2031, 3, 29), "2031-03-30T01:30",
    ),
    "an hour that comes twice: the first": ("Europe/Berlin", "02:30", date(2031, 10, 25), "2031-10-26T00:30"),
    "an hour later on that day": ("Europe/Berlin", "03:00", date(2031, 10, 25), "2031-10-26T02:00"),
    "where the day begins earlier than the monitor's: when the day is over": (
        "Pacific/Kiritimati", "00:00", date(2031, 3, 10), "2031-03-10T20:00",
    ),
    "where it begins later": ("America/Los_Angeles", "07:00", date(2031, 3, 10), "2031-03-11T14:00"),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "at", "day", "utc"), DUE.values(), ids=DUE)
def test_an_issue_is_due_at_the_hour_of_the_day_after(zone: str, at: str, day: date, utc: str) -> None:
    due = due_at(delivery(timezone=zone, at=at), MONITOR, day)
    assert due == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(("zone", "at"), [("Europe/Berlin", "02:30"), ("America/Los_Angeles", "01:30"), ("", "07:00")])
def test_every_day_of_a_year_has_exactly_one_issue_whatever_the_clocks_do(zone: str, at: str) -> None:
    """As a sender sees it that looks every two hours."""
    plan, issued = delivery(timezone=zone, at=at), {date(2030, 12, 31)}
    now, made = datetime(2031, 1, 1, tzinfo=UTC), []
    while now < datetime(2032, 1, 3, tzinfo=UTC):
        for day in due_issues(plan, MONITOR, issued=issued, now=now).days:
            made.append(day)
            issued.add(day)
        now += timedelta(hours=2)
    assert made == sorted(set(made))
    assert set(made) >= {date(2031, 1, 1) + timedelta(days=at) for at in range(365)}


def around(*days: int) -> set[date]:
    return {DAY - timedelta(days=back) for back in days}


CATCH_UP = {  # days before DAY that have an issue → days to make now, and days that are not made up for
    "the first ever: the newest only": ((), (0,), ()),
    "all is done": ((0, 1, 2), (), ()),
    "one missed": ((1, 2), (0,), ()),
    "three missed": ((3, 4), (2, 1, 0), ()),
    "five missed: the newest three": ((5, 6), (2, 1, 0), (4, 3)),
    "one between was made by hand": ((1, 4, 5), (2, 0), (3,)),
    "one before the first issue is history": ((1,), (0,), ()),
}


@pytest.mark.parametrize(("issued", "due", "missed"), CATCH_UP.values(), ids=CATCH_UP)
def test_what_was_missed_is_made_up_for_once(
    issued: tuple[int, ...], due: tuple[int, ...], missed: tuple[int, ...]
) -> None:
    now = datetime(2031, 3, 11, 3, 0, tzinfo=UTC)
    plan = delivery(catch_up_days=3)
    found = due_issues(plan, MONITOR, issued=around(*issued), now=now)
    assert found.days == tuple(sorted(around(*due)))
    assert found.missed == tuple(sorted(around(*missed)))
    again = due_issues(plan, MONITOR, issued=around(*issued, *due), now=now)
    assert again.days == ()
    assert again.next_at == datetime(2031, 3, 12, 3, tzinfo=UTC)


def test_a_second_before_the_hour_nothing_is_due() -> None:
    now = datetime(2031, 3, 11, 2, 59, 59, tzinfo=UTC)
    assert due_issues(delivery(), MONITOR, issued=around(1), now=now).days == ()


NOW = datetime(2031, 3, 11, tzinfo=UTC)
STEPS = {
    "taken": (Outcome(), 1, "sent", None),
    "down, first try": (Outcome("down"), 1, "waiting", 1),
    "down, fourth try": (Outcome("down"), 4, "waiting", 8),
    "down, ninth try": (Outcome("down"), 9, "waiting", 240),
    "down, last try": (Outcome("down"), MOST_TRIES, "dead", None),
    "no such mailbox": (Outcome("no such mailbox", final=True), 1, "dead", None),
}


@pytest.mark.parametrize(("outcome", "tries", "state", "minutes"), STEPS.values(), ids=STEPS)
def test_what_becomes_of_a_message(outcome: Outcome, tries: int, state: str, minutes: int | None) -> None:
    step = after(outcome, tries, NOW)
    assert step.state == state
    assert step.next_try == (None if minutes is None else NOW + timedelta(minutes=minutes))


def test_a_message_is_given_up_after_about_two_days() -> None:
    waited = sum((wait_after(tries) for tries in range(1, MOST_TRIES)), timedelta())
    assert timedelta(hours=44) < waited < timedelta(hours=52)


def test_a_message_is_one_by_monitor_day_channel_and_recipient() -> None:
    one = ("demo", DAY, "office", "a@example.org")
    assert key_of(*one) == key_of(*one)
    assert len(key_of(*one)) == 32
    others = [("other", *one[1:]), ("demo", DAY + timedelta(days=1), *one[2:]), ("demo", DAY, "desk", one[3])]
    keys = {key_of(*each) for each in [one, *others, ("demo", DAY, "office", "b@example.org")]}
    assert len(keys) == 5


MAIL = {"kind": "mail", "key": "office", "host": "mail.example.org", "sender": "m@example.org", "to": ["a@example.org"]}
HOOK = {"kind": "webhook", "key": "hook", "url": "https://example.org/hook"}
WRONG = {
    "no such zone": ({"timezone": "Asia/Nowhere"}, "is not a time zone such as"),
    "a zone that is a path": ({"timezone": "../../etc/passwd"}, "is not a time zone such as"),
    "no such hour": ({"at": "25:00"}, "is not a time such as"),
    "10:30 without quotes, which is a number in YAML": ({"at": 630}, "in quotes"),
    "no such channel": ({"channels": [{"kind": "pigeon", "key": "p"}]}, "does not match any of the expected tags"),
    "a line break in an address": ({"channels": [MAIL | {"to": ["a@example.org\nBcc: x"]}]}, "not an address"),
    "two addresses in one": ({"channels": [MAIL | {"to": ["a@example.org, b@example.org"]}]}, "is not an address"),
    "a name and an address": ({"channels": [MAIL | {"sender": "M <m@example.org>"}]}, "is not an address"),
    "nobody": ({"channels": [MAIL | {"to": []}]}, "at least 1 item"),
    "a file": ({"channels": [HOOK | {"url": "file:///etc/passwd"}]}, "begins with https:// or http://"),
    "a line break in a webhook": ({"channels": [HOOK | {"url": "https://example.org/\r\nX: y"}]}, "begins with https"),
    "a password in a webhook": ({"channels": [HOOK | {"url": "https://u:p@example.org/"}]}, "no user or password"),
    "another secret of the environment": ({"channels": [HOOK | {"secret": "AWS_SECRET_ACCESS_KEY"}]}, "secret"),
    "a secret in the file": ({"channels": [MAIL | {"password": "hunter2"}]}, "password"),
    "two channels of one name": ({"channels": [MAIL, MAIL]}, "every key only once"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "why"), WRONG.values(), ids=WRONG)
def test_what_monitor_yaml_may_not_say(said: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        delivery(**said)


def test_monitor_yaml_says_all_of_it(tmp_path: Path) -> None:
    folder = {"kind": "folder", "key": "share", "folder": str(tmp_path), "formats": ["md", "pdf"]}
    plan = delivery(at="06:30", timezone="Asia/Yerevan", review=True, catch_up_days=5, channels=[MAIL, HOOK, folder])
    assert [channel.kind for channel in plan.channels] == ["mail", "webhook", "folder"]
    assert (plan.at.hour, plan.at.minute) == (6, 30)
