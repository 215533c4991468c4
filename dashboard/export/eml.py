"""Summary → one mail (RFC 5322): the text as Markdown, the same as HTML, files of other formats attached. Pure.

The same call gives the same bytes: the date is the as-of, boundaries are made of what the mail is, nothing of when or
where it was made. Text of feeds stands in the body only, never in a header. As a file for a person it is a draft
(X-Unsent): the mail program opens it ready to be addressed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime

from dashboard.export import html, md, phrases
from dashboard.export.escape import one_line
from metrics.summary import Summary

MEDIA_TYPE = "message/rfc822"
POLICY = SMTP.clone(raise_on_defect=False)


def render(summary: Summary) -> bytes:
    """A draft, without sender and addressee."""
    key = f"{summary.monitor}-summary-{summary.day.isoformat()}-{summary.rules_version}"
    return mail(summary, {"Message-ID": f"<{key}@monitor.invalid>", "X-Unsent": "1"}, date=summary.as_of)


def subject(summary: Summary) -> str:
    """One line of our own words; an invented monitor says so in its title."""
    invented = "INVENTED: " if summary.invented and "INVENTED" not in summary.title else ""
    return invented + one_line(phrases.title_line(summary))


def mail(
    summary: Summary,
    headers: Mapping[str, str],
    *,
    date: datetime,
    attached: Mapping[str, tuple[str, bytes]] | None = None,
) -> bytes:
    """headers : of our own, From, To and Message-ID among them. attached : file name → (media type, bytes).

    Raises ValueError when a header holds a line break: nobody may add a header of theirs.
    """
    letter = EmailMessage(POLICY)
    letter["Subject"] = subject(summary)
    letter["Date"] = format_datetime(date)
    for name, value in headers.items():
        letter[name] = value
    letter.set_content(md.render(summary).decode(), subtype="plain", cte="base64")
    letter.add_alternative(html.render(summary).decode(), subtype="html", cte="base64")
    for name, (media_type, body) in (attached or {}).items():
        kind, _, subtype = media_type.partition(";")[0].partition("/")
        letter.add_attachment(body, maintype=kind, subtype=subtype, filename=name)
    _fix_boundaries(letter, letter["Message-ID"] or letter["Subject"])
    return letter.as_bytes()


def _fix_boundaries(letter: MIMEPart, seed: str) -> None:
    """Made of the mail's identity; the library would draw lots. Bodies are base64, in which no boundary can stand."""
    parts = [part for part in letter.walk() if part.get_content_maintype() == "multipart"]
    for number, part in enumerate(parts):
        digest = hashlib.blake2b(f"{seed} {number}".encode(), digest_size=12).hexdigest()
        part.set_boundary(f"=_{digest}")
