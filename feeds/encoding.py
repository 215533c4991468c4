"""Bytes of a feed → text. Feeds often declare one encoding and use another. Pure."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_DECLARATION_BYTES = re.compile(rb"<\?xml[^>]*\?>")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.I)
_CYRILLIC_RUN = re.compile(rb"[\xc0-\xff\xa8\xb8]{3,}")  # words in windows-1251; in French a high byte stands alone
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FIRST_BYTES = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
# Codecs of Python that are no text encodings of the web, or let a few bytes become many.
_STRANGE = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7", "mbcs", "oem"}
MOST_DAMAGE = 0.02  # share of characters that may be broken in a text that is still taken for UTF-8


@dataclass(frozen=True, slots=True)
class Decoded:
    """`text` has no byte order mark and no XML declaration; `odd` says what was wrong with the declared encoding."""

    text: str
    encoding: str
    odd: str = ""


def decoded(body: bytes, content_type: str = "") -> Decoded:
    """The text of a body: byte order mark, else strict UTF-8, else what it declares, else the likeliest guess.

    UTF-8 comes before the declared encoding: a text in another encoding is hardly ever valid UTF-8 by chance, while
    feeds that declare windows-1251 and send UTF-8 are common.
    """
    marked = _by_first_bytes(body)
    if marked and (text := _strict(body, marked)) is not None:
        return Decoded(_bare(text), marked)
    declared = _declared(body, content_type)
    if b"\x1b" not in body and (text := _strict(body, "utf-8")) is not None:  # ESC: iso-2022 looks like ASCII
        return Decoded(_bare(text), "utf-8", _contradiction(declared, text))
    for name in declared:
        if name != "utf-8" and (text := _strict(body, name)) is not None:
            return Decoded(_bare(text), name)
    name = _likeliest(body)
    said = f"declares {declared[0]} but" if declared else "declares no encoding and"
    return Decoded(_bare(body.decode(name, "replace")), name, f"{said} is not UTF-8; read as {name}")


def as_utf8(body: bytes, content_type: str = "") -> bytes | None:
    """The body without mark and declaration, if it claims to be UTF-8 or nothing; whether it is, a strict parser sees.

    None: `decoded` has to find out.
    """
    bare = body.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    if not bare.startswith(b"<") or bare[1:2] == b"\0" or b"\x1b" in bare:
        return None
    if _declared(bare, content_type) not in ([], ["utf-8"]):
        return None
    return _DECLARATION_BYTES.sub(b"", bare, count=1) if bare.startswith(b"<?xml") else bare


def _by_first_bytes(body: bytes) -> str:
    for start, name in (*_BOMS, *_FIRST_BYTES):
        if body.startswith(start):
            return name
    return ""


def _declared(body: bytes, content_type: str) -> list[str]:
    """Encodings the document and its server name, the document first: servers send a default for everything."""
    found = [match[1].decode("ascii") for match in [_DECLARED.search(body[:1_000])] if match]
    found += _CHARSET.findall(content_type)[:1]
    return list(dict.fromkeys(name for raw in found if (name := _codec(raw))))


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    is_text = getattr(codec, "_is_text_encoding", True)
    return codec.name if is_text and codec.name.replace("-", "_") not in _STRANGE else ""


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _contradiction(declared: list[str], text: str) -> str:
    if declared and declared[0] not in ("utf-8", "ascii") and not text.isascii():
        return f"declares {declared[0]} but is UTF-8"
    return ""


def _likeliest(body: bytes) -> str:
    damaged = body.decode("utf-8", "replace")
    foreign = sum(1 for character in damaged if character > "\x7f") or 1
    if damaged.count("\ufffd") <= max(1, MOST_DAMAGE * foreign):
        return "utf-8"
    high = sum(1 for byte in body if byte > 0x7F) or 1
    in_words = sum(len(run) for run in _CYRILLIC_RUN.findall(body))
    return "cp1251" if in_words / high > 0.6 else "cp1252"


def _bare(text: str) -> str:
    """Without byte order mark, leading white space and XML declaration, which would name the old encoding."""
    text = text.lstrip("\ufeff\0 \t\r\n")
    return _DECLARATION.sub("", text, count=1).lstrip() if text.startswith("<?xml") else text
