"""What is known of one article beside its text: how it changed, whether it left its feed, and the bytes that show it.

Pure: values in, values and bytes out. The same values give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feeds.diff import Part, word_diff
from feeds.model import Article, KeptBody, Poll, Version


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of what the source itself published; at : the poll that first saw it."""

    number: int  # of the new version
    at: datetime
    title: tuple[Part, ...]
    text: tuple[Part, ...]
    url: str  # the old address; "" when it stayed
    published: datetime | None  # the old date; None when it stayed, or was not given or kept


@dataclass(frozen=True, slots=True)
class Evidence:
    """One article with all that can be shown of it. polls and bodies : by version number, where they are known."""

    article: Article
    versions: tuple[Version, ...]
    gone: datetime | None  # None: not noticed to have left its feed early
    polls: Mapping[int, Poll]
    bodies: Mapping[int, KeptBody]

    @property
    def edits(self) -> tuple[Edit, ...]:
        return edits_of(self.versions)


def edits_of(versions: Sequence[Version]) -> tuple[Edit, ...]:
    """What the source changed after publication, oldest first.

    A text that we read on the article's own page says more than the feed did, but is no edit: feed is compared with
    feed, page with page.
    """
    found, last = [], dict[str, Version]()
    for version in versions:
        before = last.get(version.kind)
        last[version.kind] = version
        if before is not None:
            found.append(_edit(before, version))
    return tuple(edit for edit in found if edit is not None)


def _edit(old: Version, new: Version) -> Edit | None:
    if (old.title, old.text, old.url) == (new.title, new.text, new.url):
        return None
    return Edit(
        new.number,
        new.seen,
        word_diff(old.title, new.title),
        word_diff(old.text, new.text),
        old.url if old.url != new.url else "",
        old.published if old.published != new.published and new.published is not None else None,
    )


def bundle(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files and of SHA256SUMS, which `sha256sum -c` reads; same files, same bytes.

    Stored, not compressed, without times: what is in it must not depend on the day or on a version of zlib.
    """
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            archive.writestr(_entry(name), content)
    return stream.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr = 3, 0o644 << 16  # the same on every system
    return entry
