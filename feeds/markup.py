"""HTML → plain text, and the normal forms of addresses. Pure: no clock, no network, no file.

Feed text is hostile: what comes out of here is text, never markup to be trusted; pages escape it again.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from feeds.characters import in_one_line, is_unseen, only_text, paired, unreferenced

MOST_TAGS = 10_000  # in one fragment; the tree of 100,000 nested tags takes 10 s to read
LONGEST_URL = 4_000  # characters; what is longer is not an address a person can follow
BLOCK_TAGS = (
    "address article aside blockquote br caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section summary table td th title tr ul"
)
SILENT_TAGS = ["script", "style", "noscript", "template", "iframe", "object", "svg", "math"]
INLINE_TAGS = (
    "a abbr acronym b bdi bdo big cite code del em font i img ins kbd mark q s small span strike strong sub sup tt u "
    "wbr"
)

_TAG = re.compile(r"<(?:[a-zA-Z/!?])")
# We show no frame, so what stands in it for readers without is the text; one never closed would hide all the rest.
_FRAME = re.compile(r"</?(?:iframe|object|applet|embed)\b[^<>]*>", re.I)
_COMMENT = re.compile(r"<!--[^>]*>?")
_BLOCK = re.compile(rf"</?(?:{BLOCK_TAGS.replace(' ', '|')})\b[^<>]*>", re.I)
_KNOWN = re.compile(rf"</?(?:{BLOCK_TAGS.replace(' ', '|')}|{INLINE_TAGS.replace(' ', '|')})\b[^<>]*>", re.I)
# One tag of plain HTML: quotes closed, no angle bracket in a value. What is left over when they are gone has no "<".
_PLAIN_TAG = re.compile(
    r"""<(/?[a-zA-Z][a-zA-Z0-9]*+)"""
    r"""(?:>|(?:\s+[a-zA-Z_:][\w:.-]*+(?:\s*=\s*(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))?)*+\s*/?>)""",
    re.A,
)
_MEANS = {slash + tag: "\n" for tag in BLOCK_TAGS.split() for slash in ("", "/")} | {
    slash + tag: "" for tag in (*INLINE_TAGS.split(), "img") for slash in ("", "/")
}
_MEANS |= {tag.upper(): means for tag, means in _MEANS.items()}
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,7}|#x[0-9a-fA-F]{2,6});")
_BLANK_LINE = re.compile(r"\n[ \t\u00a0]*\n\s*")
_QUOTED = str.maketrans({character: quote(character) for character in ' "<>`\\'})
_UNSAFE = re.compile(r"[ \"<>`\\]")
# An address as most are: no port, no user, an ASCII host. Taken apart at a fifth of the price of urlsplit.
_PLAIN_URL = re.compile(r"https?://([a-zA-Z0-9.-]+)(/[^?#\x00-\x20]*)?(?:\?([^#\x00-\x20]*))?(?:#[^\x00-\x20]*)?")
_TRACKING = re.compile(
    r"(?:utm_|at_(?:medium|campaign|custom|link|bbc|ptr|format)|ns_|mc_(?:cid|eid)|pk_|piwik_|_openstat|fbclid|gclid|dclid"
    r"|yclid|ysclid|msclkid|igshid|cmpid|xtor|wt_mc|ocid|smid|traffic_source|ftag"
    r"|(?:_ga|_gl|gbraid|wbraid|gad_source|twclid|ttclid|_hsenc|_hsmi|mkt_tok|spref|icid|mibextid)(?:=|$))"
)
_FEED_MARK = re.compile(r"(?:ref|from|source|src|medium)=(?:rss|feed|rssfeed|atom)", re.I)
# The same page for telephones. m=1 is Blogger's word for it; elsewhere it may be a month.
_MOBILE_MARK = re.compile(
    r"(?:amp(?:=(?:1|true)?)?|output_?type=amp|(?:view|format|output)=(?:amp|mobile)|mobile=1)", re.I
)
_BLOGGER_MARK = re.compile(r"m=[01]")
_HOST_MARKS = ("www.", "m.", "mobile.", "amp.")
_AMP_CACHE = re.compile(
    r"(?:[\w-]+\.cdn\.ampproject\.org/[cv]|(?:www\.)?google\.[a-z.]{2,6}/amp)/(s/)?(.+)", re.I | re.A
)
_INDEX_PAGE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.I)
_AMP_ENDING = re.compile(r"(?:/amp|[.-]amp(?=\.html?$)|\.amp)(?:$|(?=\.html?$))", re.I)


def plain_text(markup: str) -> str:
    """What a reader sees of an HTML fragment: NFC, one line a block, white space collapsed, no script, no style.

    Text without tags keeps its own line breaks. Markup that was escaped once too often is opened once more.

    >>> plain_text("<p>Bread &amp; milk<br>ran   out</p><script>x()</script>")
    'Bread & milk\\nran out'
    """
    text = _opened(_without_cdata(markup))
    if "<" in text and _KNOWN.search(text) and not _KNOWN.search(markup):  # "&lt;p&gt;": escaped twice on its way to us
        text = _opened(text)
    if "&" in text and "&amp;" in markup and _ENTITY.search(text):
        text = unreferenced(text)
    return tidy(text)


def plain_title(markup: str) -> str:
    """A title as one line of text. Formatting tags go, character references are undone; any other tag is text.

    >>> plain_title("Fuel &amp;amp; gas <b>out</b> <script>x()</script>")
    'Fuel & gas out <script>x()</script>'
    """
    if "<" not in markup and "&" not in markup and "]" not in markup and "[" not in markup:  # as most are
        return " ".join(tidy(markup).split())
    text = _without_tags(_without_cdata(markup), " ")
    for _ in range(2):
        text = unreferenced(text) if "&" in text else text
    return " ".join(tidy(_without_tags(text, "")).split())


def html_title(markup: str) -> str:
    """A title whose feed declares it as HTML, as one line: all tags go, scripts and styles with what is in them.

    >>> html_title("Fuel &amp;lt; gas <b>out</b><script>x()</script>")
    'Fuel < gas out'
    """
    return " ".join(plain_text(markup).split())


def _without_cdata(markup: str) -> str:
    has_bracket = "[" in markup or "]" in markup  # one letter is looked for ten times as fast as three
    return _CDATA.sub("", markup) if has_bracket and ("[CDATA[" in markup or "]]>" in markup) else markup


def _without_tags(text: str, at_blocks: str) -> str:
    return _KNOWN.sub(lambda tag: at_blocks if _BLOCK.match(tag[0]) else "", text) if "<" in text else text


def _opened(markup: str) -> str:
    """One level of markup undone; "\\n" stands where a block begins or ends."""
    if "<" not in markup or not _TAG.search(markup):
        return unreferenced(markup) if "&" in markup else markup
    if len(markup) > MOST_TAGS < markup.count("<"):
        return unreferenced(_KNOWN.sub("\n", markup))
    source = _BLANK_LINE.sub("<br>", _with_line_feeds(markup)) if "\n" in markup or "\r" in markup else markup
    if _BLOCK.search(source):  # written as HTML: its own line breaks are white space
        source = source.replace("\n", " ")
    plain = _opened_plain(source)
    return plain if plain is not None else _opened_tree(source)


def _opened_plain(source: str) -> str | None:
    """HTML as most feeds write it needs no tree: known tags, well written. None: this is something else."""
    pieces = _PLAIN_TAG.split(source)
    try:
        pieces[1::2] = map(_MEANS.__getitem__, pieces[1::2])
    except KeyError:  # a script, a picture of another kind, a tag nobody knows or writes like this
        return None
    text = "".join(pieces)
    if "<" in text:
        return None
    return unreferenced(text) if "&" in text else text


def _opened_tree(source: str) -> str:
    source = _without_open_comments(_FRAME.sub("", source))
    document = LexborHTMLParser(_BLOCK.sub(r"\n\g<0>\n", paired(source)))
    document.strip_tags(SILENT_TAGS, recursive=True)
    root = document.root
    return root.text(deep=True) if root is not None else ""


def _without_open_comments(source: str) -> str:
    """A comment that nobody closes ends at its first ">", or it would hide all that follows."""
    closed = source.rfind("-->") + 1
    return source[:closed] + _COMMENT.sub("", source[closed:]) if source.find("<!--", closed) >= 0 else source


def tidy(text: str) -> str:
    """Text as it is stored: NFC, nothing but text, white space collapsed, no line without a visible sign."""
    lines = unicodedata.normalize("NFC", _with_line_feeds(text)).split("\n")
    if "  " not in text and all(map(str.isprintable, lines)):  # as most are: nothing to do within a line
        return "\n".join([bare for line in lines if (bare := line.strip())])
    return "\n".join([bare for line in lines if (bare := _tidy_line(line))])


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _tidy_line(line: str) -> str:
    if not line.isprintable():  # printable: no control character, no surrogate, no white space but the space
        line = only_text(line)
        if is_unseen(line):
            return ""
    elif "  " not in line:
        return line.strip()
    return " ".join(line.split())


def normal_url(url: str) -> str:
    """The form in which the spellings of one address are equal: for comparing, not for following. Idempotent.

    https; host in lower case without www., m., mobile., amp.; no default port, fragment, tracking parameter, AMP mark,
    index page or slash at the end; &amp; undone. What may name another article stays: ids, pages, the case of a path,
    and a fragment that is an address ("#!/news/7").

    >>> normal_url("http://m.Example.am:80/a/amp/?id=1&amp;utm_source=rss#top")
    'https://example.am/a?id=1'
    """
    cleaned = _unescaped(url)
    if "/amp" in cleaned or "ampproject" in cleaned:
        cleaned = _out_of_cache(cleaned)
    parts = _split(cleaned)
    if parts is None:
        return cleaned
    host, path, query = parts
    host = _desktop(host)
    blogger = ".blogspot." in host
    kept = [pair for pair in query.split("&") if pair and not _is_mark(pair, blogger)] if query else []
    bare = _bare_path(path.rstrip())  # blanks before a fragment stand at the end once it is gone
    route = _route(cleaned) if "#" in cleaned else ""
    return f"https://{host}{bare}{'?' if kept else ''}{'&'.join(kept)}{'#' if route else ''}{route}".rstrip()


def _out_of_cache(url: str) -> str:
    """The publisher's address of a page that a search engine keeps a copy of."""
    while (scheme := url.partition("://"))[1] and (found := _AMP_CACHE.match(scheme[2])):
        url = f"http{'s' if found[1] else ''}://{found[2]}"
    return url


def _desktop(host: str) -> str:
    """Without the names under which one site stands again; "mobile.de" is a site of its own."""
    while host.startswith(_HOST_MARKS) and "." in (rest := host.partition(".")[2]):
        host = rest
    return host


def _bare_path(path: str) -> str:
    """Without AMP, index page and slash at the end, in whatever order they stand there."""
    before = None
    while path != before:
        before = path
        path = path.rstrip("/")
        tail = path[-16:].lower()
        if ".amp" in tail or "-amp" in tail or "/amp" in tail:
            path = _AMP_ENDING.sub("", path)
        if "index." in tail or "default." in tail:
            path = _INDEX_PAGE.sub("", path)
        if path[:5].lower() == "/amp/":
            path = path[4:]
    return path or "/"


def _route(url: str) -> str:
    """The fragment of a site whose pages differ in nothing else; "" for a place within a page."""
    fragment = url.partition("#")[2]
    return fragment if fragment.startswith(("!", "/")) else ""


def safe_url(url: str) -> str:
    """The address if a page may link to it, else "": http or https, with a host, no quotes or spaces in it."""
    return _safe(_unescaped(url))


def _safe(cleaned: str) -> str:
    if _UNSAFE.search(cleaned):
        cleaned = cleaned.translate(_QUOTED)
    return cleaned if _split(cleaned) is not None and len(cleaned) <= LONGEST_URL else ""


def absolute_url(url: str, base: str) -> str:
    """A link of a feed as a safe absolute address; relative and protocol-relative links start from `base`."""
    url = _unescaped(url)
    if not url:
        return ""
    if url.startswith(("https://", "http://")):
        return _safe(url)
    try:
        joined = urljoin(base, url) if base else ("https:" + url if url.startswith("//") else url)
    except ValueError:  # "http://[": not an address
        return ""
    return safe_url(joined)


def ascii_url(url: str) -> str:
    """The address as it goes over the wire: host in IDNA, other letters percent-encoded, no fragment.

    >>> ascii_url("https://сайт.рф/новости?a=é#x")
    'https://xn--80aswg.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?a=%C3%A9'
    """
    try:
        parts = urlsplit(url.strip())
        user, at, place = parts.netloc.rpartition("@")
        name, colon, port = place.rpartition(":") if parts.port is not None else (place, "", "")
        host = user + at + (name if name.isascii() else name.encode("idna").decode("ascii")) + colon + port
    except (ValueError, UnicodeError):
        return ""
    kept = "!#$%&'()*+,/:;=?@[]~"
    return urlunsplit((parts.scheme.lower(), host, quote(parts.path, kept), quote(parts.query, kept), ""))


def _unescaped(url: str) -> str:
    cleaned = in_one_line(url).strip()
    while "&amp;" in cleaned:
        cleaned = cleaned.replace("&amp;", "&")
    return cleaned


def _is_mark(pair: str, blogger: bool) -> bool:
    """Whether a parameter says how a reader came, or on what, and not which page it is."""
    if _TRACKING.match(pair.lower()) or _FEED_MARK.fullmatch(pair) or _MOBILE_MARK.fullmatch(pair):
        return True
    return blogger and bool(_BLOGGER_MARK.fullmatch(pair))


@lru_cache(maxsize=4_000)  # asked again by the next step, a batch of items later
def _split(url: str) -> tuple[str, str, str] | None:
    """(host[:port], path, query) of an http or https address, host in lower case; None when it is no such address."""
    if plain := _PLAIN_URL.fullmatch(url):
        return plain[1].lower(), plain[2] or "", plain[3] or ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = parts.netloc.lower()
    if port == 443 or (port == 80 and parts.scheme == "http"):
        host = host.rsplit(":", 1)[0]
    return host.rstrip(":"), parts.path, parts.query
