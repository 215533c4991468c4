"""The coding of a transfer undone: plain gzip here, so that it can be kept as it came; all else by libcurl. Pure."""

from __future__ import annotations

import zlib

GZIP_ONLY = 31  # window bits: zlib reads a gzip header and checks length and checksum at the end


class Uncommon(Exception):
    """Not one whole gzip stream: the address is asked once more, and libcurl undoes what it gives."""


class TooLarge(Exception):
    """Grows beyond what a body may have: a bomb ends here."""


def undone(body: bytes, coding: str, largest: int) -> bytes:
    """The file as its server has it. coding : the Content-Encoding header. Raises Uncommon, TooLarge."""
    if not body or coding.strip().lower() in ("", "identity"):
        return body
    if coding.strip().lower() not in ("gzip", "x-gzip"):
        raise Uncommon
    stream = zlib.decompressobj(GZIP_ONLY)
    try:
        plain = stream.decompress(body, largest + 1)
    except zlib.error:
        raise Uncommon from None
    if len(plain) > largest:
        raise TooLarge
    # Cut off, more after its end, or gzip once more: libcurl says what is wrong, or reads it all the same.
    if not stream.eof or stream.unused_data or plain.startswith(b"\x1f\x8b"):
        raise Uncommon
    return plain
