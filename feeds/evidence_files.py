"""The files of an evidence bundle, for people and for programs. Pure; text of feeds is hostile and is escaped here."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from feeds.diff import Part, shortened
from feeds.evidence import Edit, Evidence
from feeds.model import KeptBody, Version

_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTEXT = 60  # characters shown around a change where not all is shown

README = """\
What a news source published, as one of its readers received it
================================================================

Article {id} of source "{source}": {title}
{url}

This folder holds what a monitoring program stored when it asked the source's feed. A feed is the file in which a news
site lists its newest articles for programs. {facts}

The files
  article.json   every version of the article's text, when each was first seen, and from which file it was read
  diff.txt       what was changed from version to version, word by word: [-taken out-] {{+put in+}}
  diff.html      the same in colour, for a browser
  headers.json   what the server said about each answer: its headers, address, time, and where it was asked from
{feeds}
  SHA256SUMS     the SHA-256 of every file above

How to verify it
  1. Unpack, go into the folder, and run:  sha256sum -c SHA256SUMS     (macOS: shasum -a 256 -c SHA256SUMS)
     Every line must end in OK: then no file was changed since the bundle was made.
  2. Open a feed file in a text editor and look for the article's title or address: the text stands there as the
     publisher's server sent it.
  3. The SHA-256 of each feed file also stands in article.json, as it was worked out in the minute of the answer.

What the feed files are: the bytes as received, after the coding of the transfer (gzip, br, chunks) was undone; nothing
else was done to them. Times are UTC, by the clock of the machine that asked: "first seen" is when we first found a
version; the publisher may have put it there at any time since we had asked before.

What it does not show: whether what is written is true; who wrote it; that nobody changed the archive before the bundle
was made. Who must prove that should give SHA256SUMS to a time-stamping service or a notary now, and keep a copy of the
article's page from a public web archive beside it.
"""


def files_of(found: Evidence) -> dict[str, bytes]:
    """Name → bytes; feed-N holds the answer that brought version N, where its bytes are still kept."""
    feeds = {name_of(number, body): body.content for number, body in found.bodies.items() if body.content is not None}
    return {
        "README.txt": _readme(found).encode(),
        "article.json": _json(as_json(found)),
        "headers.json": _json([_answer(found, one) for one in found.versions if one.number in found.bodies]),
        "diff.txt": ("\n".join(_diff_lines(found)) + "\n").encode(),
        "diff.html": _html(found).encode(),
    } | feeds


def name_of(number: int, body: KeptBody) -> str:
    """The file that holds the answer which brought a version.

    >>> from datetime import UTC, datetime
    >>> name_of(2, KeptBody("a", datetime(2026, 1, 1, tzinfo=UTC), "", 200, (), "", 5, b"<rss>"))
    'feed-2.xml'
    """
    start = (body.content or b"").lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    is_page = start.startswith((b"<!doctype html", b"<html"))
    ending = "html" if is_page else "json" if start.startswith((b"{", b"[")) else "xml"
    return f"{'page' if is_page else 'feed'}-{number}.{ending}"


def as_json(found: Evidence) -> dict[str, object]:
    """Everything but the bytes, for programs."""
    article, edits = found.article, found.edits
    return {
        "id": article.id, "source": article.source, "guid": article.guid, "title": article.title, "url": article.url,
        "language": article.language, "outlet": article.outlet, "published": _iso(article.published),
        "first_seen": _iso(article.seen), "backfill": article.backfill,
        "changed_after_publication": [_iso(edit.at) for edit in edits], "gone_from_feed": _iso(found.gone),
        "versions": [_version(found, one) for one in found.versions],
    }  # fmt: skip


def _version(found: Evidence, one: Version) -> dict[str, object]:
    body = found.bodies.get(one.number)
    return {
        "version": one.number, "kind": one.kind, "first_seen": _iso(one.seen), "published": _iso(one.published),
        "url": one.url, "title": one.title, "text": one.text,
        "file": name_of(one.number, body) if body is not None and body.content is not None else None,
        "sha256": body.sha256 if body is not None else None, "bytes": body.size if body is not None else None,
    }  # fmt: skip


def _answer(found: Evidence, one: Version) -> dict[str, object]:
    body, poll = found.bodies[one.number], found.polls.get(one.number)
    return {
        "version": one.number, "fetched": _iso(body.at), "url": body.url, "status": body.status,
        "sha256": body.sha256, "bytes": body.size, "kept": body.content is not None,
        "vantage": poll.vantage if poll else "", "seconds": poll.seconds if poll else None,
        "headers": [list(pair) for pair in body.headers],
    }  # fmt: skip


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def facts(found: Evidence) -> list[str]:
    """What can be said of the article, a sentence each; nothing is said that was not seen."""
    if not (found.article.title or found.article.text or found.article.url):
        return ["Erased on request (`feeds forget`): of what it said nothing is left here."]
    edits, said = found.edits, []
    if edits:
        times = "once" if len(edits) == 1 else f"{len(edits)} times"
        said.append(f"Changed after publication {times}, last seen {moment(edits[-1].at)}.")
    if found.gone is not None:
        said.append(f"Gone from the feed since {moment(found.gone)}, while older articles were still in it.")
    return said or ["No change after publication was seen, and it was not seen to leave the feed before its turn."]


def moment(at: datetime) -> str:
    """
    >>> from datetime import UTC
    >>> moment(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    '2026-01-02 03:04 UTC'
    """
    return f"{at:%Y-%m-%d %H:%M} UTC"


def plain(text: str) -> str:
    """Text of a feed on a line of ours: nothing in it steers a terminal or turns the direction of writing."""
    return _UNSHOWN.sub("", text)


def marked(parts: Sequence[Part]) -> str:
    """A diff as text.

    >>> marked((Part("removed", "No"), Part("added", "Little"), Part("same", " fuel left.")))
    '[-No-]{+Little+} fuel left.'
    """
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(signs[part.kind].format(plain(part.text)) for part in parts)


def _diff_lines(found: Evidence) -> list[str]:
    lines = [plain(found.article.title), *facts(found), ""]
    for edit in found.edits:
        lines += [f"Version {edit.number}, first seen {moment(edit.at)}", *changes(edit), ""]
    return lines


def changes(edit: Edit, *, around: int | None = None) -> list[str]:
    """What an edit changed, a line a field; unchanged fields are left out."""
    lines = [f"address: it was {plain(edit.url)}"] if edit.url else []
    lines += [f"dated anew: it was {moment(edit.published)}"] if edit.published else []
    for name, parts in (("title", edit.title), ("text", edit.text)):
        if any(part.kind != "same" for part in parts):
            lines.append(f"{name}: {marked(parts if around is None else shortened(parts, around))}")
    return lines


def _html(found: Evidence) -> str:
    body = "".join(
        f"<h2>Version {edit.number}, first seen {moment(edit.at)}</h2>{_moved(edit)}"
        f'<h3 dir="auto">{_marked_html(edit.title)}</h3><p dir="auto">{_marked_html(edit.text)}</p>'
        for edit in found.edits
    )
    title = html.escape(plain(found.article.title))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>body{{max-width:50rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 sans-serif}}"
        "p{white-space:pre-wrap}del{background:#fdd}ins{background:#dfd;text-decoration:none;font-weight:600}</style>"
        f'</head><body><h1 dir="auto">{title}</h1><p>{html.escape(" ".join(facts(found)))}</p>{body}</body></html>\n'
    )


def _moved(edit: Edit) -> str:
    lines = [line for line in changes(edit) if not line.startswith(("title:", "text:"))]
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _marked_html(parts: Sequence[Part]) -> str:
    tags = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}
    return "".join(tags[part.kind].format(html.escape(plain(part.text))) for part in parts)


def _readme(found: Evidence) -> str:
    article = found.article
    return README.format(
        id=article.id, source=article.source, title=plain(article.title), url=plain(article.url),
        facts=" ".join(facts(found)), feeds="\n".join(_feed_lines(found)),
    )  # fmt: skip


def _feed_lines(found: Evidence) -> list[str]:
    return [_feed_line(version, found.bodies) for version in found.versions]


def _feed_line(version: Version, bodies: Mapping[int, KeptBody]) -> str:
    body = bodies.get(version.number)
    if body is None:
        return f"  (version {version.number}: no bytes were kept of the answer that brought it)"
    if body.content is None:
        why = "their time is over, or they held something that was erased"
        return f"  (version {version.number}: the bytes are no longer kept: {why}; SHA-256 {body.sha256})"
    name = name_of(version.number, body)
    return f"  {name:<14} the answer that brought version {version.number}, received {moment(body.at)}"
