"""A summary as a mail: readable as text and as HTML, files attached, the same bytes always, no foreign header."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest

from dashboard.export import eml, html, md, pdf
from metrics.summary import summarise
from tests.dashboard.test_export import HOSTILE, made
from tests.summary_values import DAY, END, busy

HEADERS = {"From": "Monitor <monitor@example.org>", "To": "duty@example.org", "Message-ID": "<1@example.org>"}


def read(body: bytes) -> EmailMessage:
    letter = email.message_from_bytes(body, policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def test_a_mail_holds_the_text_as_markdown_and_as_html() -> None:
    summary = summarise(busy(), day=DAY, as_of=END)
    letter = read(eml.render(summary))
    plain, page = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert page is not None
    assert plain.get_content().splitlines() == md.render(summary).decode().splitlines()
    assert page.get_content().splitlines() == html.render(summary).decode().splitlines()
    assert letter["Subject"] == "Testland: daily summary, 20 May 2031, Tuesday"


def test_attached_files_arrive_as_they_were() -> None:
    summary, body = made(), pdf.render(made())
    sent = eml.mail(summary, HEADERS, date=END, attached={"summary.pdf": ("application/pdf", body)})
    (attached,) = read(sent).iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("summary.pdf", "application/pdf")
    assert attached.get_payload(decode=True) == body
    assert sent == eml.mail(summary, HEADERS, date=END, attached={"summary.pdf": ("application/pdf", body)})


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_text_of_feeds_makes_no_header(hostile: str) -> None:
    names = ["Subject", "Date", "Message-ID", "X-Unsent", "MIME-Version", "Content-Type"]
    assert list(read(eml.render(made(hostile + "\r\nBcc: all@evil.example"))).keys()) == names


@pytest.mark.parametrize("name", ["To", "From", "Message-ID"])
def test_a_line_break_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        eml.mail(made(), HEADERS | {name: "a@example.org\r\nBcc: all@evil.example"}, date=END)


def test_a_title_with_a_line_break_is_one_line() -> None:
    letter = read(eml.render(replace(made(), title="Test\r\nBcc: all@evil.example")))
    assert letter["Bcc"] is None
    assert letter["Subject"].startswith("Test Bcc: all@evil.example: daily summary")
