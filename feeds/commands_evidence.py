"""`evidence`: one article's history, and a bundle of what shows it. Ask and print; decide nothing."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from feeds.archive import Archive, open_archive
from feeds.errors import HouseError
from feeds.evidence import Evidence, bundle
from feeds.evidence_files import CONTEXT, as_json, changes, facts, files_of, moment, plain
from feeds.model import KeptBody, Poll, Version
from feeds.options import DONE, add_options, archive_url, monitor_of

Clock = Callable[[], datetime]


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `evidence`."""
    one = subparsers.add_parser("evidence", help="one article's history: versions, what was changed, the bytes kept")
    add_options(one)
    one.add_argument("id", metavar="ID", type=int, help="the article's number in the archive")
    one.add_argument("--out", metavar="FILE.zip", type=Path, help="write a bundle: bytes, headers, versions, SHA-256")
    one.add_argument("--json", action="store_true", help="the history as one JSON object")
    one.set_defaults(run=_run_evidence)


def _run_evidence(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    with open_archive(archive_url(args, monitor_of(args)), read_only=True) as archive:
        found = evidence_of(archive, args.id)
    print(json.dumps(as_json(found), ensure_ascii=False, indent=1) if args.json else "\n".join(_history(found)))
    if args.out is not None:
        _write(args.out, bundle(files_of(found)))
    return DONE


def evidence_of(archive: Archive, article: int) -> Evidence:
    """All that the archive has to show of one article. Raises HouseError: there is no such article."""
    found = archive.article(article)
    if found is None:
        raise HouseError(f"no article {article} in the archive; search for it on the page Coverage")
    versions = tuple(archive.history(article))
    polls = {one.number: _poll_of(archive, found.source, one) for one in versions}
    bodies = {one.number: _body_of(archive, one) for one in versions}
    return Evidence(
        found,
        versions,
        archive.gone(article),
        {number: poll for number, poll in polls.items() if poll is not None},
        {number: body for number, body in bodies.items() if body is not None},
    )


def _poll_of(archive: Archive, source: str, version: Version) -> Poll | None:
    """The poll that brought a version; None: it was loaded."""
    polls = archive.polls(source=source, since=version.seen, until=version.seen + timedelta(seconds=1), limit=1)
    return polls[0] if polls else None


def _body_of(archive: Archive, version: Version) -> KeptBody | None:
    return archive.body(version.body) if version.body is not None else None


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise HouseError(f"{file}: cannot be written: {error.strerror}; choose another --out") from None


def _history(found: Evidence) -> list[str]:
    article = found.article
    published = moment(article.published) if article.published else "without a date"
    lines = [
        plain(article.title) or "(no title)",
        plain(article.url) or "(no address)",
        f"article {article.id} of {article.source}, published {published}, first seen {moment(article.seen)}",
        *facts(found),
    ]
    edits = {edit.number: changes(edit, around=CONTEXT) for edit in found.edits}
    for version in found.versions:
        lines += ["", f"version {version.number}, {version.kind}, first seen {moment(version.seen)}"]
        lines += [f"  {line}" for line in (_kept(found, version), *edits.get(version.number, ()))]
    return lines


def _kept(found: Evidence, version: Version) -> str:
    body = found.bodies.get(version.number)
    if body is None:
        return "no bytes were kept of the answer that brought it"
    state = (
        "kept"
        if body.content is not None
        else "no longer kept: their time is over, or they held something that was erased"
    )
    return f"{body.size:,} bytes from {plain(body.url)}, {state}; SHA-256 {body.sha256}"
