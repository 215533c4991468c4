"""Lists of feeds as OPML 2.0: what other readers understand, and beside it what only we know, as extra attributes.

Pure: no clock, no network, no file. Foreign XML is read without entities and without a DTD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree

from feeds.errors import DataFileError
from feeds.markup import safe_url
from feeds.model import Source
from feeds.sources import SourceEntry, free_key, scope_of, slug

LARGEST_BYTES = 4_000_000
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_opml(sources: Iterable[Source], title: str) -> bytes:
    """All sources, retired ones too. Attributes that OPML does not know: key, outlet, family, side, control, scope,
    languages, mirrors, seen, retired, enabled, userAgent. Text that XML cannot hold is left out."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _clean(title)
    body = etree.SubElement(root, "body")
    for source in sources:
        values = {name: _clean(value) for name, value in _attributes(source).items()}
        etree.SubElement(body, "outline", {name: value for name, value in values.items() if value})
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def from_opml(name: str, body: bytes, *, languages: Sequence[str], taken: Iterable[str]) -> list[SourceEntry]:
    """The feeds of an OPML file as entries of sources.yaml.

    name : names the file in errors. languages : of the monitor, for outlines that do not say theirs.
    taken : keys that are in use. Raises DataFileError: no OPML, or no feed in it.
    """
    used = set(taken)
    entries: list[SourceEntry] = []
    for outline in _outlines(name, body):
        if url := safe_url(outline.get("xmlUrl") or outline.get("xmlurl") or ""):
            entry = _entry(outline, url, languages, used)
            used.add(entry.key)
            entries.append(entry)
    if not entries:
        raise DataFileError(f"{name}:1: no outline has an xmlUrl: this OPML lists no feeds")
    return entries


def _attributes(source: Source) -> dict[str, str]:
    outlet = source.outlet
    return {
        "type": "rss",
        "text": outlet.name,
        "title": outlet.name,
        "xmlUrl": source.url,
        "htmlUrl": source.home,
        "language": source.languages[0],
        "languages": " ".join(source.languages),
        "key": source.key,
        "outlet": outlet.name,
        "family": outlet.family,
        "side": outlet.side,
        "control": outlet.control,
        "scope": source.scope,
        "mirrors": " ".join(source.mirrors),
        "seen": source.seen,
        "retired": source.retired or "",
        "enabled": "" if source.enabled else "false",
        "userAgent": source.user_agent or "",
    }


def _outlines(name: str, body: bytes) -> list[etree._Element]:
    if len(body) > LARGEST_BYTES:
        raise DataFileError(f"{name}:1: larger than {LARGEST_BYTES:,} bytes; split the list")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise DataFileError(f"{name}:{error.lineno or 1}: not XML: {' '.join(str(error.msg).split())}") from None
    if etree.QName(root).localname != "opml":
        raise DataFileError(f"{name}:1: the root is <{etree.QName(root).localname}>, not <opml>; give an OPML file")
    return [element for element in root.iter("outline") if isinstance(element.tag, str)]


def _entry(outline: etree._Element, url: str, languages: Sequence[str], used: set[str]) -> SourceEntry:
    outlet = _text(outline, "outlet") or _text(outline, "title") or _text(outline, "text") or url
    said = tuple(_text(outline, "languages").split()) or tuple(_text(outline, "language")[:2].lower().split())
    known = tuple(language for language in said if language in languages)
    return SourceEntry(
        key=free_key(_text(outline, "key") or slug(outlet), used),
        url=url,
        outlet=outlet,
        family=_text(outline, "family") or None,
        language=known or tuple(languages),  # not said: any of ours; the article's own language is detected
        side=_text(outline, "side") or None,
        control=_text(outline, "control") or None,
        scope=scope_of(_text(outline, "scope") or "full"),
        mirrors=tuple(_text(outline, "mirrors").split()),
        home=safe_url(_text(outline, "htmlUrl")),
        seen=_text(outline, "seen"),
        retired=_text(outline, "retired") or None,
        enabled=_text(outline, "enabled") != "false",
        user_agent=_text(outline, "userAgent") or None,
    )


def _text(outline: etree._Element, name: str) -> str:
    return " ".join(str(outline.get(name) or "").split())


def _clean(value: str) -> str:
    """Without the control characters that XML has no place for."""
    return _NOT_IN_XML.sub("", value)
