"""Issues leave the house: through a real mail server and a real receiver of webhooks, once each, or say why not."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml

from dashboard.__main__ import main
from dashboard.commands_send import send_once
from dashboard.delivery import MOST_TRIES
from dashboard.notify import Outside
from dashboard.sender import Sender
from feeds.archive import Archive, open_archive
from feeds.monitor import Monitor, read_monitor
from feeds.sources import read_sources
from metrics.store import outbox
from tests.dashboard.conftest import TODAY, item, store, tag, visit, with_cases
from tests.dashboard.receivers import ENVIRONMENT, Calls, Mailbox, hook_server, mail_server, message_id, trusted
from tests.further import further

YESTERDAY = TODAY - timedelta(days=1)
DUE = datetime(2031, 12, 1, 5, tzinfo=UTC)  # 07:00 in UTC+2, the zone of the invented monitor
READERS = ["a@example.org", "b@example.org"]


@dataclass
class House:
    """A monitor with three channels, its archive, and what the world received. now : may be set."""

    monitor: Monitor
    archive: Archive
    box: Mailbox
    calls: Calls
    shelf: Path
    url: str
    said: list[str]
    environment: dict[str, str]
    now: datetime = DUE

    def sender(self, **changes: Any) -> Sender:
        delivery = self.monitor.delivery.model_copy(update=changes)
        monitor = self.monitor.model_copy(update={"delivery": delivery})
        outside = Outside(self.environment, allow_local=True, seconds=5, all_seconds=8)
        return Sender(self.archive, monitor, outside, self.said.append)

    def round(self, **changes: Any) -> bool:
        return self.sender(**changes).round(self.now, lambda: self.now)

    def states(self) -> dict[str, str]:
        return {one.recipient: one.state for one in outbox.letters(self.archive)}


def few_days(archive: Archive, monitor: Monitor) -> None:
    source = read_sources(monitor)[0]
    told = ("food", "gas", "medicine", "denied", "eased", "talks")  # from yesterday on back
    days = [(YESTERDAY - timedelta(days=back), name) for back, name in enumerate(told)]
    store(archive, monitor, [visit(source, day, [item(name, day, 0)]) for day, name in reversed(days)])
    tag(archive, monitor)


def with_delivery(folder: Path, delivery: dict[str, object]) -> None:
    with (folder / "monitor.yaml").open("a", encoding="utf-8") as file:
        file.write("\n" + yaml.safe_dump({"delivery": delivery}, allow_unicode=True))


def channels(box: Mailbox, calls: Calls, shelf: Path) -> dict[str, object]:
    mail = {
        "kind": "mail", "key": "office", "host": "localhost", "port": box.port, "sender": "monitor@example.org",
        "to": READERS,
    }  # fmt: skip
    hook = {"kind": "webhook", "key": "desk", "url": calls.url}
    folder = {"kind": "folder", "key": "share", "folder": str(shelf), "formats": ["md", "csv"]}
    return {"channels": [mail, hook, folder]}


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory, demo: Monitor) -> Path:
    """An archive of six days, to be copied."""
    file = tmp_path_factory.mktemp("few") / "archive.db"
    with open_archive(f"sqlite:///{file}") as archive:
        few_days(archive, demo)
    return file


@pytest.fixture
def house(
    few: Path, tmp_path: Path, root: Path, authority: trustme.CA, free_port: Callable[[], int]
) -> Iterator[House]:
    with ExitStack() as stack:
        stack.enter_context(trusted(authority, tmp_path))
        box = stack.enter_context(mail_server(free_port(), authority))
        calls = stack.enter_context(hook_server())
        folder = with_cases(root, tmp_path, {})
        with_delivery(folder, channels(box, calls, tmp_path / "shelf"))
        monitor, url = read_monitor(folder), f"sqlite:///{tmp_path / 'archive.db'}"
        shutil.copy(few, tmp_path / "archive.db")
        archive = stack.enter_context(open_archive(url))
        yield House(monitor, archive, box, calls, tmp_path / "shelf", url, [], dict(ENVIRONMENT))


# All channels --------------------------------------------------------------------------------------------------------


def test_an_issue_reaches_every_reader_once_by_every_channel(house: House) -> None:
    assert house.round()
    name = f"INVENTED-demo-summary-{YESTERDAY}"
    assert sorted(to for to, _ in house.box.taken) == READERS
    assert house.box.encrypted == [True, True]
    assert [key for key, _, _ in house.calls.taken] == list(house.calls.counted())
    assert sorted(file.name for file in house.shelf.iterdir()) == [f"{name}.csv", f"{name}.md"]
    assert set(house.states().values()) == {"sent"}
    for _ in range(3):
        assert house.round()
    assert (len(house.box.taken), len(house.calls.taken)) == (2, 1)


def test_a_mail_is_addressed_to_its_reader_alone_and_known_again(house: House) -> None:
    house.round()
    for to, body in house.box.taken:
        letter = email.message_from_bytes(body, policy=email.policy.default)
        stored_one = next(one for one in outbox.letters(house.archive) if one.recipient == to)
        assert letter["To"] == to
        assert message_id(body) == stored_one.message_id == f"<{stored_one.key}@example.org>"
        assert letter["Date"].datetime == DUE
        assert letter["Subject"].startswith(
            "INVENTED: the valley of Haldrim / Velunda: daily summary, 30 November 2031"
        )
        assert all(other not in body.decode() for other in READERS if other != to)


def test_a_webhook_is_the_summary_as_json_signed_with_its_time(house: House) -> None:
    house.round()
    key, body, headers = house.calls.taken[0]
    value = json.loads(body)
    assert (value["type"], value["id"], value["timestamp"]) == ("summary", key, "2031-12-01T05:00:00Z")
    assert value["data"]["day"] == YESTERDAY.isoformat()
    assert headers["webhook-timestamp"] == str(int(DUE.timestamp()))
    assert headers["idempotency-key"] == key
    assert house.calls.forged == 0


def test_what_was_handed_out_stands_in_the_record_of_issues(house: House) -> None:
    house.round()
    with house.archive.reading() as connection:
        rows = connection.exec_driver_sql("SELECT day, format FROM issues").fetchall()
    assert [tuple(row) for row in rows] == [(YESTERDAY.isoformat(), "sent")] * 3
    ids = {article for _, body, _ in house.calls.taken for article in _stories(json.loads(body)["data"])}
    with house.archive.reading() as connection:
        kept = connection.exec_driver_sql("SELECT articles FROM outbox LIMIT 1").scalar()
    assert ids <= set(json.loads(str(kept)))
    assert ids


def test_what_came_overnight_stands_in_the_issue_apart(house: House) -> None:
    source = read_sources(house.monitor)[0]
    night = item("gas", TODAY, 9)  # published at 04:00 UTC, seen before the issue is due
    store(house.archive, house.monitor, [visit(source, TODAY, [night], hour=4)])
    tag(house.archive, house.monitor, now=DUE)
    house.round()
    told = json.loads(house.calls.taken[0][1])["data"]
    assert told["as_of"].startswith("2031-12-01T05:00")
    (story,) = told["overnight"]
    assert story["title"] == night.title
    assert story["article"] not in _stories(told)


def _stories(data: dict[str, Any]) -> set[int]:
    return {story["article"] for section in data["sections"] for story in section["stories"]}


# Trouble -------------------------------------------------------------------------------------------------------------


def test_a_busy_mailbox_is_tried_again_after_a_minute_and_nobody_gets_a_mail_twice(house: House) -> None:
    house.box.refusals = {READERS[0]: ["451 come back later"]}
    assert not house.round()
    assert house.states()[READERS[0]] == "waiting"
    assert "localhost: 451 come back later; again at 2031-12-01 05:01 UTC" in "\n".join(house.said)
    assert house.round()  # nothing is due yet
    assert house.states()[READERS[0]] == "waiting"
    house.now += timedelta(minutes=1)
    assert house.round()
    assert set(house.box.counted().values()) == {1}
    assert sorted(to for to, _ in house.box.taken) == READERS


def test_an_unknown_mailbox_is_a_dead_letter_the_others_are_served_and_a_person_may_revive_it(house: House) -> None:
    house.box.refusals = {READERS[0]: ["550 no such user here\x1b[31m"]}
    assert not house.round()
    dead = next(one for one in outbox.letters(house.archive) if one.state == "dead")
    assert (dead.recipient, dead.error) == (READERS[0], "localhost: 550 no such user here [31m")
    assert house.states()[READERS[1]] == "sent"
    assert outbox.decide(house.archive, "dead", "waiting", by="Ada", key=dead.key) == 1
    assert house.round()
    assert house.states()[READERS[0]] == "sent"


@pytest.mark.thorough
def test_a_wrong_password_is_no_reason_to_give_up_at_once_and_is_not_printed(house: House) -> None:
    house.environment["MONITOR_SMTP_PASSWORD"] = "wrong horse"
    assert not house.round()
    assert house.states()[READERS[0]] == "waiting"
    assert "log-in with MONITOR_SMTP_USER and MONITOR_SMTP_PASSWORD failed" in "\n".join(house.said)
    assert "horse" not in "\n".join(house.said)


HOOK_ANSWERS = {500: "waiting", 503: "waiting", 429: "waiting", 408: "waiting", 404: "dead", 410: "dead", 302: "dead"}


@pytest.mark.parametrize(("status", "state"), further(HOOK_ANSWERS.items(), 3))
def test_what_a_webhook_answers(house: House, status: int, state: str) -> None:
    house.calls.answers = [status]
    assert not house.round()
    assert house.states()[house.calls.url] == state


def test_a_receiver_that_trickles_is_cut_off(house: House) -> None:
    house.calls.trickle = True
    began = datetime.now(UTC)
    assert not house.round()
    assert house.states()[house.calls.url] == "waiting"
    assert datetime.now(UTC) - began < timedelta(seconds=25)
    assert "not done within 8 s" in "\n".join(house.said)


def test_a_mail_server_that_says_nothing_is_left_and_the_others_are_served(house: House) -> None:
    house.box.wait_seconds = 12
    assert not house.round()
    states = house.states()
    assert [states[to] for to in READERS] == ["waiting", "waiting"]
    assert states[house.calls.url] == "sent"


def test_nobody_answers_and_after_twenty_tries_it_is_given_up(house: House, free_port: Callable[[], int]) -> None:
    gone = house.monitor.delivery.channels[1].model_copy(update={"url": f"http://127.0.0.1:{free_port()}/"})
    for _ in range(MOST_TRIES + 3):
        house.round(channels=(gone,), catch_up_days=1)
        house.now += timedelta(hours=4) if house.now.hour < 20 else timedelta()
        with house.archive.writing() as connection:
            connection.exec_driver_sql("UPDATE outbox SET next_try = NULL")
    (letter,) = [one for one in outbox.letters(house.archive) if one.day == YESTERDAY]
    assert (letter.state, letter.tries) == ("dead", MOST_TRIES)
    assert "refused" in letter.error.lower()


def test_a_server_without_starttls_gets_no_mail(
    house: House, authority: trustme.CA, free_port: Callable[[], int]
) -> None:
    with mail_server(free_port(), authority, starttls=False) as box:
        channel = house.monitor.delivery.channels[0].model_copy(update={"port": box.port})
        assert not house.round(channels=(channel,))
        assert box.taken == []
        assert "STARTTLS" in "\n".join(house.said)
        house.said.clear()
        house.now += timedelta(hours=1)
        assert not house.round(channels=(channel.model_copy(update={"security": "none"}),))
        assert "a password is not sent over an open line" in "\n".join(house.said)
        house.environment.clear()
        house.now += timedelta(hours=1)
        assert house.round(channels=(channel.model_copy(update={"security": "none"}),))
        assert len(box.taken) == 2


def test_a_certificate_of_nobody_we_trust_gets_no_mail(house: House, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with trusted(trustme.CA(), other):
        assert not house.round()
    assert house.box.taken == []
    assert "certificate verify failed" in "\n".join(house.said).lower()


def test_without_its_secret_a_webhook_is_not_called(house: House) -> None:
    del house.environment["MONITOR_WEBHOOK_SECRET"]
    assert not house.round()
    assert (house.calls.taken, house.calls.forged) == ([], 0)
    assert "MONITOR_WEBHOOK_SECRET is not set" in "\n".join(house.said)


def test_a_webhook_to_this_machine_needs_permission(house: House) -> None:
    sender = house.sender()
    sender.outside = Outside(house.environment)
    assert not sender.round(house.now, lambda: house.now)
    assert (house.calls.taken, house.calls.forged) == ([], 0)
    assert "is not of the open internet; `send --allow-local` permits it" in "\n".join(house.said)


def test_a_folder_that_cannot_be_written_is_tried_again(house: House) -> None:
    house.shelf.write_text("a file where the folder should be")
    assert not house.round()
    assert {house.states()[one.recipient] for one in outbox.letters(house.archive) if one.channel == "share"} == {
        "waiting"
    }
    house.shelf.unlink()
    house.now += timedelta(minutes=1)
    assert house.round()
    assert len(list(house.shelf.iterdir())) == 2


def test_a_channel_that_was_taken_out_is_a_dead_letter(house: House) -> None:
    house.box.refusals = {READERS[0]: ["451 later"]}
    house.round()
    house.now += timedelta(minutes=5)
    assert not house.round(channels=house.monitor.delivery.channels[1:])
    assert house.states()[READERS[0]] == "dead"
    assert "monitor.yaml has no channel office any more" in "\n".join(house.said)


# Schedule ------------------------------------------------------------------------------------------------------------


def test_before_the_hour_nothing_is_sent(house: House) -> None:
    house.now = DUE - timedelta(seconds=1)
    assert house.round()
    assert {one.day for one in outbox.letters(house.archive)} == {
        YESTERDAY - timedelta(days=1)
    }  # the one before is due


@pytest.mark.thorough
def test_after_a_break_each_missed_issue_comes_once(house: House) -> None:
    house.now = DUE - timedelta(days=4)
    assert house.round()
    house.now = DUE
    assert house.round(catch_up_days=3)
    assert house.round(catch_up_days=3)
    days = sorted({one.day for one in outbox.letters(house.archive)})
    assert days == [YESTERDAY - timedelta(days=back) for back in (4, 2, 1, 0)]
    assert set(house.box.counted().values()) == {1}
    assert "the issues of 2031-11-27 to 2031-11-27" in "\n".join(house.said)


def test_an_issue_waits_for_articles_that_are_not_read_yet_but_not_for_ever(house: House) -> None:
    source = read_sources(house.monitor)[0]
    store(house.archive, house.monitor, [visit(source, YESTERDAY, [item("gas", YESTERDAY, 1)], hour=15)])
    assert not house.round()
    assert outbox.letters(house.archive) == []
    assert "1 articles are not read yet" in house.said[0]
    house.now += timedelta(hours=2)
    assert house.round()
    assert json.loads(house.calls.taken[0][1])["data"]["not_seen"]["untagged"] == 1


# Review --------------------------------------------------------------------------------------------------------------


def test_a_reviewed_issue_stays_a_draft_until_a_person_releases_it(house: House) -> None:
    assert house.round(review=True)
    assert set(house.states().values()) == {"draft"}
    assert house.box.taken == []
    assert outbox.decide(house.archive, "draft", "waiting", by="Ada", day=YESTERDAY) == 5
    assert house.round(review=True)
    assert set(house.states().values()) == {"sent"}
    assert {one.by for one in outbox.letters(house.archive)} == {"Ada"}


def test_a_withdrawn_issue_is_never_sent_nor_made_again(house: House) -> None:
    house.round(review=True)
    outbox.decide(house.archive, "draft", "withdrawn", by="Ada", day=YESTERDAY)
    for _ in range(2):
        house.round()
        house.now += timedelta(hours=5)
    assert set(house.states().values()) == {"withdrawn"}
    assert house.box.taken == []


@pytest.mark.thorough
def test_of_two_days_the_one_that_is_asked_for_is_sent(house: House) -> None:
    day = YESTERDAY - timedelta(days=2)
    assert send_once(house.sender(), lambda: house.now, day) == 0
    assert {one.day for one in outbox.letters(house.archive)} == {day}


# Commands ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    shared = ["--monitor", str(house.monitor.folder), "--archive", house.url]
    return lambda name, *rest: main([name, *rest, *shared], now=DUE)


def test_the_commands_from_draft_to_sent(
    command: Callable[..., int], house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("send", "--review", "--allow-local") == 0
    assert command("outbox") == 0
    listed = capsys.readouterr().out
    assert listed.count(" draft ") == 5
    key = next(one.key for one in outbox.letters(house.archive) if one.recipient == READERS[0])
    assert command("outbox", "show", key[:8]) == 0
    assert "Message-ID" in capsys.readouterr().out
    assert command("outbox", "release", "--day", "2031-11-30", "--by", "Ada") == 0
    assert command("send", "--allow-local") == 0
    assert len(house.box.taken) == 2
    assert command("outbox", "--json") == 0
    value = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert {one["state"] for one in value} == {"sent"}


def test_a_dead_letter_is_listed_with_its_reason_and_the_exit_status_says_so(
    command: Callable[..., int], house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.box.refusals = {READERS[0]: ["550 no such user"]}
    assert command("send", "--allow-local") == 1
    assert command("outbox", "--state", "dead") == 1
    assert "550 no such user" in capsys.readouterr().out
    assert command("outbox", "retry", "--day", "2031-11-30", "--by", "Ada") == 0
    assert command("send", "--allow-local") == 0


def test_a_summary_can_be_sent_at_once(command: Callable[..., int], house: House) -> None:
    house.box.refusals = {}
    assert command("summary", "--send") == 1, "the webhook leads to this machine"
    assert sorted(to for to, _ in house.box.taken) == READERS
    assert house.states()[house.calls.url] == "waiting"


WRONG = {
    "a week is no issue": (["summary", "--send", "--week"], "--send: sends the issue of one day"),
    "nobody decides": (["outbox", "release", "--day", "2031-11-30"], "say who decides, --by NAME"),
    "about nothing": (["outbox", "release", "--by", "Ada"], "give --day DAY, or the key of one message"),
    "nothing is there": (["outbox", "retry", "ab", "--by", "Ada"], "there is no such message that is dead"),
    "a day that is not over": (["send", "--day", "2031-12-01"], "is not over"),
    "no day": (["send", "--day", "soon"], "--day soon: not a day"),
}


@pytest.mark.parametrize(("arguments", "why"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_one_line(
    command: Callable[..., int], arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*arguments) == 2
    said = capsys.readouterr().err.strip()
    assert why in said
    assert len(said.splitlines()) == 1


def test_an_unknown_format_is_said_before_anything_is_sent(house: House) -> None:
    from feeds.errors import DataFileError

    folder = house.monitor.delivery.channels[2].model_copy(update={"formats": ("docs",)})
    with pytest.raises(DataFileError, match="channel share: docs is no format of a summary; choose from md, html"):
        house.round(channels=(folder,))


def test_a_monitor_without_channels_says_so(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["send", "--monitor", str(root / "monitors/demo"), "--archive", f"sqlite:///{tmp_path}/a.db"]
    assert main(arguments, now=DUE) == 2
    assert "delivery names no channels" in capsys.readouterr().err
