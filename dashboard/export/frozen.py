"""Zip files (Word, Excel) that are the same to the byte whenever they are made: no time of packing in them. Pure."""

from __future__ import annotations

import io
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold


def frozen(packed: bytes) -> bytes:
    """The same members in the same order, with one fixed date."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for member in read.infolist():
            entry = zipfile.ZipInfo(member.filename, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            written.writestr(entry, read.read(member))
    return out.getvalue()
