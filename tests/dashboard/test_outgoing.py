"""On the page Daily summary: the mail as readers get it, what became of messages, and who may release a draft."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.outgoing import preview
from feeds.archive import open_archive
from metrics.store import outbox
from metrics.store.outbox import Issued, Message

pytestmark = pytest.mark.thorough

DAY, NOW = date(2031, 11, 30), datetime(2031, 12, 1, 5, tzinfo=UTC)
MAIL = (
    b"Subject: A day\r\nFrom: Monitor <m@example.org>\r\nTo: a@example.org\r\nMessage-ID: <k1@example.org>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n# <script>alert(1)</script> **bold**\r\n"
)


@pytest.fixture
def archive(filled_archive: str, tmp_path: Path) -> str:
    """With a mail that waits for a person, and a file."""
    file = tmp_path / "archive.db"
    shutil.copy(filled_archive.removeprefix("sqlite:///"), file)
    url = f"sqlite:///{file}"
    messages = [
        Message("k1", "<k1@example.org>", DAY, "office", "a@example.org", "message/rfc822", MAIL, (1,)),
        Message("k2", "k2", DAY, "share", "x.md", "text/markdown", b"# x", (1,)),
    ]
    with open_archive(url) as opened:
        outbox.put(opened, Issued(DAY, NOW, "r"), messages, draft=True, at=NOW)
    return url


@pytest.fixture
def page(root: Path, archive: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    monkeypatch.setenv("MONITOR", str(root / "monitors" / "demo"))
    monkeypatch.setenv("MONITOR_ARCHIVE", archive)

    def opened(*, edit: bool = False, **query: str) -> AppTest:
        monkeypatch.setenv("MONITOR_EDIT", str(int(edit)))
        app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300)
        for key, value in {"of": str(DAY), **query}.items():
            app.query_params[key] = value
        app.run()
        return app.switch_page("views/summary.py").run()

    return opened


def states(archive: str) -> list[tuple[str, str]]:
    with open_archive(archive) as opened:
        return [(one.state, one.by) for one in outbox.letters(opened)]


def test_the_preview_is_the_mail_itself_as_plain_text(page: Callable[..., AppTest]) -> None:
    app = page(mail="true")
    (shown,) = (one.value for one in app.code)
    assert shown.startswith("From: Monitor <m@example.org>\nTo: a@example.org\nSubject: A day\n")
    assert "# <script>alert(1)</script> **bold**" in shown
    assert not app.warning, "the address is understood"
    assert "Messages of this issue: 2 waiting for a person to release them." in [one.value for one in app.caption]
    assert not [one for one in app.button if one.key and one.key.startswith("release-")], "only with --edit"


def test_a_person_releases_an_issue_and_says_who_it_was(page: Callable[..., AppTest], archive: str) -> None:
    app = page(edit=True)
    app.button(key="release-release").click().run()
    assert "say who decides" in [one.value for one in app.info]
    assert states(archive) == [("draft", ""), ("draft", "")]
    app.text_input(key="release-by").set_value("Ada").run()
    app.button(key="release-release").click().run()
    assert states(archive) == [("waiting", "Ada"), ("waiting", "Ada")]
    assert not app.exception


def test_what_was_given_up_is_said_with_its_reason(page: Callable[..., AppTest], archive: str) -> None:
    with open_archive(archive) as opened:
        outbox.decide(opened, "draft", "waiting", by="Ada", day=DAY)
        outbox.settle(opened, 1, "dead", next_try=None, error="550 :red[no] **user**", at=NOW)
    app = page()
    assert any("1 message was not delivered and given up" in one.value for one in app.warning)
    assert "office → a@example.org: 550 :red[no] **user**" in [one.value for one in app.text]


def test_without_a_message_the_preview_is_a_draft_to_nobody(page: Callable[..., AppTest]) -> None:
    app = page(mail="true", of="2031-11-28")
    (shown,) = (one.value for one in app.code)
    assert shown.startswith("Subject: INVENTED: the valley of Haldrim / Velunda")
    assert "From:" not in shown.partition("\n\n")[0]


def test_attached_files_are_named() -> None:
    from email.message import EmailMessage

    letter = EmailMessage()
    letter["Subject"] = "x"
    letter.set_content("text")
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    assert preview(letter.as_bytes()) == "Subject: x\nFile: a.pdf\n\ntext\n"
