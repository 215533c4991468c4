"""`feeds forget`: gone from text, versions, kept bytes, search, evidence, outbox and files; polls bring nothing back.

A real server is polled, a real tagger reads, a real outbox holds a summary; on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

import feeds.__main__
import metrics.__main__
from dashboard.notify import Outside
from dashboard.sender import Sender
from feeds.archive import Archive, open_archive, role
from feeds.archive.forgotten import REMOVED, Forgotten, of_name
from feeds.archive.schema import bodies, metadata, tombstones
from feeds.model import Item
from feeds.monitor import read_monitor
from metrics.store import outbox
from metrics.store.revising import revisions_of
from tests.dashboard.conftest import with_cases
from tests.feeds.conftest import _address
from tests.further import further

DAY = date(2031, 11, 29)
NOON = datetime(2031, 11, 29, 10, tzinfo=UTC)
TITLE = "Anna Petrova waits in bread queues in Perrinor"
TEXT = (
    "Residents wait in bread queues in Perrinor. A shortage of sugar has lasted nine days in Tollem, "
    "Anna Petrova said. Petrova is a qzxmarker."
)
OTHER = ("Gas supply to Perrinor cut", "Homes in Perrinor are without gas since Monday, Иван Иванов said.")
ANNA = ("anna-petrova-waits", TITLE, TEXT)
GAS = ("gas", *OTHER)


def feed(*items: tuple[str, str, str], note: str = "") -> bytes:
    """One feed whose items have guids and links of their own; the link of the first spells a name."""
    entries = "".join(
        f"<item><title>{title}</title><guid>urn:x:{key}</guid>"
        f"<link>https://example.org/{key}/1</link><description>{text}</description>"
        f"<pubDate>Sat, 29 Nov 2031 09:{at:02}:00 +0000</pubDate></item>"
        for at, (key, title, text) in enumerate(items)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Test</title>'
        f"<link>https://example.org/</link><description>{note}</description>{entries}</channel></rss>"
    ).encode()


@dataclass
class Room:
    """One source on a real server, its archive, and a clock that goes on by an hour with every command."""

    folder: Path
    url: str
    feeds: dict[str, bytes]
    now: datetime = NOON
    said: list[str] = field(default_factory=list)

    def run(self, main: Callable[..., int], *arguments: str) -> int:
        self.now += timedelta(hours=1)
        shared = ["--monitor", str(self.folder), "--archive", self.url]
        return main([*arguments, *shared], clock=lambda: self.now)

    def poll(self, *items: tuple[str, str, str], note: str = "") -> int:
        self.feeds["a"] = feed(*items, note=note)
        return self.run(feeds.__main__.main, "poll", "--once", "--allow-local")

    def update(self) -> None:
        assert self.run(metrics.__main__.main, "update", "--no-fulltext", "--processes", "1") == 0

    def forget(self, *arguments: str) -> int:
        return self.run(feeds.__main__.main, "forget", *arguments)

    def opened(self) -> Archive:
        return open_archive(self.url)

    def ids(self, words: str) -> list[int]:
        with self.opened() as archive:
            return archive.search(words)[0]

    def everything(self) -> str:
        """All text of all tables, kept bytes and messages unpacked."""
        with self.opened() as archive, archive.reading() as connection:
            rows = [str(row) for table in metadata.tables.values() for row in connection.execute(select(table))]
            numbers = list(connection.execute(select(bodies.c.id)).scalars())
        with self.opened() as archive:
            kept = [archive.body(number) for number in numbers]
            sent = [outbox.content(archive, one.id) for one in outbox.letters(archive)]
        plain = [body.content for body in kept if body is not None]
        return "\n".join([*rows, *((one or b"").decode() for one in [*plain, *sent])])

    def files(self) -> bytes:
        """The bytes of the archive's files, in lower case; nothing for a server."""
        names = [self.folder.parent / f"a.db{end}" for end in ("", "-wal")] if self.url.startswith("sqlite") else []
        return b"".join(name.read_bytes() for name in names if name.exists()).lower()


@pytest.fixture(params=further(["sqlite", "postgresql"]))
def room(request: pytest.FixtureRequest, tmp_path: Path, root: Path, at: Callable[[str], str], hostile: Any) -> Room:
    folder = with_cases(root, tmp_path, {})
    source = {"key": "a", "url": at("/feed/a"), "outlet": "ambrel-morning", "language": "en", "scope": "full",
              "home": "https://example.org", "seen": "invented"}  # fmt: skip
    (folder / "sources.yaml").write_text(json.dumps([source]), encoding="utf-8")
    share = {"kind": "folder", "key": "share", "folder": str(tmp_path / "shelf"), "formats": ["json"]}
    with (folder / "monitor.yaml").open("a", encoding="utf-8") as file:
        file.write("\n" + yaml.safe_dump({"delivery": {"channels": [share]}}))
    made = Room(folder, _address(request, tmp_path), hostile.feeds)
    made.poll(note="first")  # what stood there before we came has no day
    made.poll(ANNA, GAS)
    made.poll((ANNA[0], TITLE, f"{TEXT} An edit."), GAS)
    made.now = NOON + timedelta(days=1)
    made.poll(GAS, ANNA, note="the next day")
    made.update()
    return made


def issue(room: Room, *, draft: bool = False) -> None:
    with room.opened() as archive:
        sender = Sender(archive, read_monitor(room.folder), Outside({}), print)
        assert sender.make(DAY, room.now, draft=draft, hold=False)
        sender.send_waiting(lambda: room.now)


def reported(room: Room, indicator: str = "food") -> int:
    with room.opened() as archive:
        return sum(one[2] for one in _daily(archive) if one[:2] == (DAY, indicator))


def _daily(archive: Archive) -> list[tuple[date, str, int]]:
    table = metadata.tables["daily_rollup"]
    with archive.reading() as connection:
        columns = (table.c.day, table.c.indicator, table.c.stories)
        return [tuple(row) for row in connection.execute(select(*columns).where(table.c.stance == "reported"))]


# An article ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ["sqlite", "postgresql"], indirect=True)
def test_an_article_is_gone_from_everywhere_and_polling_does_not_bring_it_back(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    issue(room)
    (anna,) = room.ids("qzxmarker")
    assert reported(room) == 1
    assert "qzxmarker" in room.everything()
    if room.url.startswith("sqlite"):
        assert b"qzxmarker" in room.files()
    capsys.readouterr()

    assert room.forget(str(anna), "--reason", "asked for by the person") == 0
    told = capsys.readouterr().out
    assert "lose every word" in told
    assert "message of 2031-11-29 by share to INVENTED-demo-summary-2031-11-29.json: erased here; it was sent" in told
    assert "backups and copies of the archive made since 2031-11-29" in told
    assert "summaries that were handed out: 2031-11-29" in told
    assert_gone(room, "qzxmarker", "anna", "petrova", "sugar")
    assert room.ids("qzxmarker") == []
    assert room.ids("gas")
    assert room.run(feeds.__main__.main, "evidence", str(anna)) == 0
    assert "Erased on request" in capsys.readouterr().out

    for note in ("again", "and again"):
        assert room.poll(ANNA, GAS, note=note) == 0
    assert room.poll(("under-another-guid", TITLE, TEXT), GAS) == 0  # same title, same day
    room.update()
    assert_gone(room, "qzxmarker", "sugar has lasted")
    with room.opened() as archive:
        assert archive.polls(limit=1)[0].dropped == {"forgotten": 1}
        assert archive.article_count() == 2


def test_numbers_are_counted_anew_and_the_log_says_why(room: Room) -> None:
    (anna,) = room.ids("qzxmarker")
    room.now += timedelta(days=1)  # the day is over, and was counted as such
    room.forget(str(anna), "--reason", "wrong")
    room.update()
    assert reported(room) == 0
    assert reported(room, "gas") == 1
    with room.opened() as archive:
        entries = [one for one in revisions_of(archive) if one.indicator == "food" and one.people == "*"]
    assert [(one.day, one.stance, one.old, one.new, one.reason) for one in entries] == [
        (DAY, "reported", 1, 0, "forgotten")
    ]


@pytest.mark.thorough
def test_loading_it_from_a_file_does_not_bring_it_back(room: Room, tmp_path: Path) -> None:
    (anna,) = room.ids("qzxmarker")
    room.forget(str(anna), "--reason", "wrong")
    file = tmp_path / "saved.xml"
    file.write_bytes(feed(ANNA, GAS))
    room.run(feeds.__main__.main, "load", str(file), "--source", "a")
    room.update()
    assert_gone(room, "qzxmarker")


def test_a_draft_is_withdrawn_and_made_anew_without_it(room: Room) -> None:
    issue(room, draft=True)
    (anna,) = room.ids("qzxmarker")
    room.forget(str(anna), "--reason", "wrong")
    with room.opened() as archive:
        assert [(one.state, one.erased) for one in outbox.letters(archive)] == [("withdrawn", True)]
    room.update()
    issue(room)
    with room.opened() as archive:
        (letter,) = outbox.letters(archive)
        content = outbox.content(archive, letter.id) or b""
    assert letter.state == "sent"
    assert b"Perrinor" in content
    assert b"sugar" not in content


@pytest.mark.thorough
def test_a_preview_says_what_would_go_and_changes_nothing(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    before = room.everything()
    (anna,) = room.ids("qzxmarker")
    capsys.readouterr()
    assert room.forget(str(anna), "--dry-run") == 0
    told = capsys.readouterr().out
    assert f"{anna}  a  2031-11-29  3 versions  {TITLE}" in told
    assert "article_versions 3" in told
    assert "bytes of 3 answers would be dropped" in told
    assert room.everything() == before
    assert room.forget(str(anna), "--dry-run", "--json") == 0
    value = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in value["articles"]] == [anna]
    assert len(value["bodies"]) == 3


# A person ------------------------------------------------------------------------------------------------------------


def test_a_name_is_gone_from_every_text_and_later_polls_are_cleaned(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("--person", "Anna Petrova", "--person", "Иван Иванов")
    assert room.forget(*names, "--reason", "asked for") == 0
    assert "2 articles lose the name" in capsys.readouterr().out
    assert_gone(room, "petrov", "anna ", "иванов")
    (marked,) = room.ids("qzxmarker")
    with room.opened() as archive:
        article = archive.article(marked)
        assert article is not None
        assert article.title == f"{REMOVED} waits in bread queues in Perrinor"
        assert f"in Tollem, {REMOVED} said. {REMOVED} is a qzxmarker." in article.text
        stored = archive.article_count(), len(archive.history(marked))
    room.update()
    assert reported(room) == 1, "what was said stays; who said it is gone"
    for note in ("again", "and again"):
        assert room.poll(GAS, ANNA, note=note) == 0
    with room.opened() as archive:
        assert archive.polls(limit=1)[0].known == 2
        assert (archive.article_count(), len(archive.history(marked))) == stored
    new = ("new", "Анна Петрова", "Bread: a cousin of Anna Petrovoy, and Petrova, Anna, wait in Perrinor.")
    assert room.poll(new, GAS, ANNA) == 0
    room.update()
    assert_gone(room, "petrov", "иванов")


def assert_gone(room: Room, *words: str) -> None:
    said = room.everything().casefold()
    for word in words:
        assert word not in said, f"{word} is still in a table"
        if word.isascii() and " " not in word:
            assert word.encode() not in room.files(), f"{word} is still in the file"


NAMES = {  # text → with the name Anna Petrova taken out
    "plain": ("Anna Petrova said", f"{REMOVED} said"),
    "another order": ("Petrova Anna said", f"{REMOVED} said"),
    "with a comma": ("Petrova, Anna", REMOVED),
    "an ending": ("with Anna Petrovoy", f"with {REMOVED}"),
    "in capitals": ("ANNA PETROVA", REMOVED),
    "the surname alone, beside the whole name": ("Anna Petrova. Petrova left.", f"{REMOVED}. {REMOVED} left."),
    "the surname alone stays": ("Petrova left.", "Petrova left."),
    "another person": ("Anna Sergeeva and Boris Petrov", "Anna Sergeeva and Boris Petrov"),
    "a word that begins so": ("Anna Petrovskaya-Ivanova", "Anna Petrovskaya-Ivanova"),
    "over a line break": ("Anna\nPetrova", "Anna\nPetrova"),
    "marks": ("Ánna Petróva said", f"{REMOVED} said"),
}


@pytest.mark.parametrize(("text", "after"), NAMES.values(), ids=NAMES)
def test_which_words_are_the_name(text: str, after: str) -> None:
    known = Forgotten("00" * 16, tuple(of_name("00" * 16, "Anna Petrova")))
    assert known.redact(text) == (after,)


@pytest.mark.thorough
def test_a_tombstone_holds_no_word(room: Room) -> None:
    room.forget("--person", "Anna Petrova", "--reason", "asked for")
    with room.opened() as archive, archive.reading() as connection:
        rows = connection.execute(select(tombstones)).all()
    assert {row.kind for row in rows} == {"name", "touched"}
    assert "petrov" not in str(rows).casefold()


def test_an_address_that_spells_the_name_becomes_another_one_that_stays_the_same() -> None:
    known = Forgotten("00" * 16, tuple(of_name("00" * 16, "Anna Petrova")))
    url = "https://example.org/2031/anna-petrova-waits?x=1"
    assert known.url(url).startswith("https://example.org/name-removed/")
    assert known.url(url) == known.url(url)
    assert known.url("https://example.org/petrova") == "https://example.org/petrova"
    assert known.clean("a", [Item("g", url, "t", "x", None)])[0][0].url == known.url(url)


# Usage ---------------------------------------------------------------------------------------------------------------

WRONG = {
    "nothing": ((), "give the ID of one article, or --person NAME"),
    "both": (("1", "--person", "Anna Petrova", "--reason", "x"), "give the ID of one article, or --person NAME"),
    "no reason": (("1",), "say why, --reason TEXT"),
    "no such article": (("4711", "--reason", "x"), "no article 4711 in the archive"),
    "half a name": (("--person", "Petrova", "--reason", "x"), "give the whole name: at least two words"),
}


@pytest.fixture
def empty(tmp_path: Path, root: Path) -> Room:
    made = Room(with_cases(root, tmp_path, {}), f"sqlite:///{tmp_path}/a.db", {})
    open_archive(made.url).close()
    return made


@pytest.mark.parametrize(("arguments", "why"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_one_line(
    empty: Room, arguments: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert empty.forget(*arguments) == 2
    said = capsys.readouterr().err.strip()
    assert why in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("name", ["poller", "tagger", "backfill", "sender"])
def test_nobody_may_write_meanwhile(empty: Room, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with empty.opened() as archive, role(archive, name):
        assert empty.forget("--person", "Anna Petrova", "--reason", "x") == 2
    assert f"another {name} works on it; stop that one first" in capsys.readouterr().err


def test_a_file_that_somebody_reads_is_written_anew_later(empty: Room, capsys: pytest.CaptureFixture[str]) -> None:
    with empty.opened() as archive, archive.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM articles")
        status = empty.forget("--person", "Anna Petrova", "--reason", "x")
        said = capsys.readouterr().err
    assert status in (0, 1)
    if status:
        assert "`feeds forget --sweep` tries again" in said
    assert empty.forget("--sweep") == 0
