"""Names of elements → our fields, and the names that may not be passed over. Data only."""

from __future__ import annotations

ATOM, RDF = "{http://www.w3.org/2005/Atom}", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RSS1, DC = "{http://purl.org/rss/1.0/}", "{http://purl.org/dc/elements/1.1/}"
SY, MEDIA = "{http://purl.org/rss/1.0/modules/syndication/}", "{http://search.yahoo.com/mrss/}"
ITUNES, LANG = "{http://www.itunes.com/dtds/podcast-1.0.dtd}", "{http://www.w3.org/XML/1998/namespace}lang"
# Element → field, for each kind of item and head. Another element is passed over, unless its name is TELLING.
MODULES = {
    "{http://purl.org/rss/1.0/modules/content/}encoded": "content",
    DC + "date": "updated", ITUNES + "summary": "summary",
    "{http://rssnamespace.org/feedburner/ext/1.0}origLink": "origin",
}  # fmt: skip
ITEM = {"title": "title", "link": "link", "guid": "guid", "description": "summary", "pubDate": "published",
        "source": "outlet", ATOM + "updated": "updated", **MODULES}  # fmt: skip
RDF_ITEM = {RSS1 + "title": "title", RSS1 + "link": "link", RSS1 + "description": "summary", **MODULES}
ENTRY = {ATOM + "id": "guid", **MODULES} | {
    ATOM + name: name for name in ("title", "summary", "content", "published", "updated")
}
RHYTHM = {"ttl": "ttl", SY + "updatePeriod": "period", SY + "updateFrequency": "frequency"}
HEAD = {"title": "title", "link": "link", "language": "language", DC + "language": "language", **RHYTHM}
RDF_HEAD = {RSS1 + "title": "title", RSS1 + "link": "link", DC + "language": "language", **RHYTHM}
ATOM_HEAD = {ATOM + "title": "title", ATOM + "id": "guid", **RHYTHM}
KINDS = {  # version → what an item is called, its fields, and those of the head
    "rss20": ("item", ITEM, HEAD),
    "rss10": (RSS1 + "item", RDF_ITEM, RDF_HEAD),
    "atom10": (ATOM + "entry", ENTRY, ATOM_HEAD),
}
# What feedparser takes for one of our fields, wherever it stands and whatever its namespace …
_TELLING = (
    "title link guid id description abstract summary content body xhtml_body fullitem encoded published issued "
    "pubdate updated modified lastbuilddate created language item entry channel feed source date"
)
TELLING = frozenset(_TELLING.split())
# … but not these: it has no use for them there.
SILENT = {MEDIA + "content", DC + "source", ITUNES + "title"}
SILENT_IN_HEAD = SILENT | {
    "description", "pubDate", "lastBuildDate", RSS1 + "description", ATOM + "updated", DC + "date", DC + "description",
    ITUNES + "summary", MEDIA + "description",
}  # fmt: skip
PLAIN_TYPES = ("text", "plain", "html", "text/html", "text/plain")
