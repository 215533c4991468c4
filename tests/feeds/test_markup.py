from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from feeds.markup import absolute_url, html_title, normal_url, plain_text, plain_title, safe_url, tidy

TEXTS = {  # name: (markup, text)
    "blocks become lines": ("<p>Bread<br>ran   out</p><div>Water too</div>", "Bread\nran out\nWater too"),
    "inline tags leave no gap": ("<b>un</b>usual <i>x</i>", "unusual x"),
    "capitals, or some": ("<P>one<BR>two</P><Br/><B>un</b>usual", "one\ntwo\nunusual"),
    "script and style go": ("<style>p{}</style>A<script>x()</script><noscript>no</noscript>B", "AB"),
    "comments go": ("A<!-- hidden --> B", "A B"),
    "references are undone": ("&laquo;x&raquo;&nbsp;&#8212; &amp;", "«x» — &"),
    "escaped once too often": ("&lt;p&gt;A &amp;amp; B&lt;/p&gt;&lt;p&gt;C&lt;/p&gt;", "A & B\nC"),
    "plain text keeps its lines": ("one\ntwo\n\n\nthree", "one\ntwo\nthree"),
    "line breaks of HTML are spaces": ("<p>one\ntwo</p>", "one two"),
    "a blank line ends a paragraph": ("<b>one</b>\n\ntwo", "one\ntwo"),
    "less and more": ("5 < 6 > 4", "5 < 6 > 4"),
    "a list": ("<ul><li>a<li>b</ul>", "a\nb"),
    "a table": ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
    "escaped CDATA": ("<![CDATA[Su yoxdur]]>", "Su yoxdur"),
    "composed letters": ("é", "é"),
    "control characters go": ("a\x00b\x07c\ufeff", "abc"),
    "a lone surrogate goes": ("a\ud800b", "ab"),
    "text for readers without frames": ("A<iframe src='x'><b>B</b></iframe> <object><embed src='y'>C</object>", "AB C"),
    "a frame that is never closed hides nothing": ("A<iframe src='x'/> B<object> C", "A B C"),
    "a comment that is never closed hides nothing": ("A<!-- x -->B<!-- y> C<p>D", "AB C\nD"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("markup", "text"), TEXTS.values(), ids=TEXTS)
def test_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@given(
    st.lists(
        st.sampled_from(["&", "#", "x", "X", ";", "lt", "amp", "AMP", "not", "in", "0", "8", "159", " ", "é", "\n"])
    )
)
def test_references_are_undone_as_html_unescape_does(parts: list[str]) -> None:
    text = "".join(parts)
    assume("&amp;" not in text)  # which is opened once more
    assert plain_text(text) == tidy(html.unescape(text))


TITLES = {
    "formatting goes": ("<b>Fuel</b> &amp; gas", "Fuel & gas"),
    "escaped twice": ("AT&amp;amp;T", "AT&T"),
    "a script is text": ("<script>x()</script> out", "<script>x()</script> out"),
    "one line": ("a\n  b<br>c", "a b c"),
}


@pytest.mark.parametrize(("markup", "title"), TITLES.values(), ids=TITLES)
def test_plain_title(markup: str, title: str) -> None:
    assert plain_title(markup) == title


HTML_TITLES = {
    "every tag goes": ("<blink>Fuel</blink> <x-y>out</x-y> <link href='x'>", "Fuel out"),
    "scripts and styles go, with what is in them": ("<script>x()</script>Fuel<style>p{}</style> out", "Fuel out"),
    "what is escaped is text": ("If a &lt; b &amp; c", "If a < b & c"),
    "a sign of its own is text": ("a < b, 5 <6", "a < b, 5 <6"),
    "escaped twice": ("AT&amp;amp;T &amp;#8217;", "AT&T ’"),
    "one line": ("a\n  b<br>c", "a b c"),
}


@pytest.mark.parametrize(("markup", "title"), HTML_TITLES.values(), ids=HTML_TITLES)
def test_html_title(markup: str, title: str) -> None:
    assert html_title(markup) == title


SAME = [  # spellings of one address
    ("http://Example.am/a", "https://example.am/a"),
    ("https://example.am:443/a#top", "https://example.am/a"),
    ("http://example.am:80", "https://example.am/"),
    ("https://example.am/a/", "https://example.am/a"),
    ("https://example.am//a///", "https://example.am//a"),
    ("https://example.am/news/?id=7", "https://example.am/news?id=7"),
    # tracking
    ("https://example.am/a?utm_source=rss&id=1&fbclid=x", "https://example.am/a?id=1"),
    ("https://example.am/a?from=rss", "https://example.am/a"),
    ("https://example.am/a?at_medium=RSS&at_campaign=rss", "https://example.am/a"),
    ("https://example.am/a?_ga=2.1.1&gbraid=x&id=1&mkt_tok=y", "https://example.am/a?id=1"),
    ("https://example.am/a?UTM_Source=rss", "https://example.am/a"),
    ("https://example.am/a?", "https://example.am/a"),
    # escaped twice, or oftener
    ("https://example.am/a?id=1&amp;amp;x=2", "https://example.am/a?id=1&x=2"),
    ("https://example.am/a?id=1&amp;amp;amp;utm_medium=feed", "https://example.am/a?id=1"),
    # AMP
    ("https://example.am/news/7/amp", "https://example.am/news/7"),
    ("https://example.am/news/7/amp/?utm_source=x", "https://example.am/news/7"),
    ("https://example.am/amp/news/7", "https://example.am/news/7"),
    ("https://example.am/news/7?amp=1", "https://example.am/news/7"),
    ("https://example.am/news/7?amp", "https://example.am/news/7"),
    ("https://example.am/news/?outputType=amp&id=7", "https://example.am/news?id=7"),
    ("https://example.am/news/7.amp.html", "https://example.am/news/7.html"),
    ("https://example.am/news/7-amp.html", "https://example.am/news/7.html"),
    ("https://amp.example.am/news/7", "https://example.am/news/7"),
    ("https://www.google.com/amp/s/www.example.am/news/7/amp/", "https://example.am/news/7"),
    ("https://example-am.cdn.ampproject.org/c/s/example.am/news/7", "https://example.am/news/7"),
    # mobile
    ("http://m.example.am/a", "https://example.am/a"),
    ("https://mobile.example.am/a?id=2", "https://example.am/a?id=2"),
    ("https://www.m.example.am:443/a", "https://example.am/a"),
    ("https://www.example.am/", "https://example.am/"),
    ("https://example.blogspot.com/2023/01/a.html?m=1", "https://example.blogspot.com/2023/01/a.html"),
    # index pages
    ("https://example.am/news/index.html", "https://example.am/news"),
    ("https://example.am/index.php?id=3", "https://example.am/?id=3"),
    ("https://example.am/news/amp/index.html/", "https://example.am/news"),
]
DIFFERENT = [
    ("https://example.am/a?id=1", "https://example.am/a?id=2"),
    ("https://example.am/a?id=1", "https://example.am/a"),
    ("https://example.am/a?page=2", "https://example.am/a"),
    ("https://example.am/A", "https://example.am/a"),
    ("https://en.example.am/", "https://example.am/"),
    ("https://example.am:8080/", "https://example.am/"),
    ("https://example.am/?from=yerevan", "https://example.am/"),
    ("https://example.am/camp", "https://example.am/c"),
    ("https://example.am/news/example", "https://example.am/news/ex"),
    ("https://example.am/a?amp=2", "https://example.am/a"),
    ("https://example.am/archive?m=1", "https://example.am/archive?m=2"),
    ("https://example.am/#!/news/7", "https://example.am/#!/news/8"),
    ("https://mobile.de/a", "https://de/a"),
    ("https://example.am/myindex.html", "https://example.am/my"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address_are_equal(one: str, other: str) -> None:
    assert normal_url(one) == normal_url(other) == other


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_addresses_stay_different(one: str, other: str) -> None:
    assert normal_url(one) != normal_url(other)


UNSAFE = ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//e.am", "http://", "", "https://[", "x"]


@pytest.mark.parametrize("url", UNSAFE)
def test_only_web_addresses_are_safe(url: str) -> None:
    assert safe_url(url) == ""
    assert safe_url(" java\nscript:alert(1)") == ""


def test_a_safe_address_cannot_leave_its_attribute() -> None:
    assert safe_url("https://e.am/\"><script>'`") == "https://e.am/%22%3E%3Cscript%3E'%60"
    assert safe_url("https://e.am/" + "a" * 5_000) == ""


def test_links_start_from_their_feed() -> None:
    assert absolute_url("//e.az/a", "https://home.am/x") == "https://e.az/a"
    assert absolute_url("//e.az/a", "") == "https://e.az/a"
    assert absolute_url("b?c=1", "https://home.am/x/") == "https://home.am/x/b?c=1"
    assert absolute_url("javascript:x", "https://home.am/") == ""


PIECES = """
http:// https:// www. m. amp. mobile. example.am google.com x-am.cdn.ampproject.org a.blogspot.com :80 :443 @
/amp / /s/ /c/ /index.html .amp -amp.html /a ? & &amp; amp=1 id=1 m=1 amp; utm_source=x # !/b
""".split()  # noqa: SIM905 (a hundred quotes would hide them)
URLS = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PIECES)).map("".join),
    st.from_regex(r"https?://[A-Za-z.:0-9@\[\]]*(/[^ ]*)?(\?[a-z&=;#]*)?(#.*)?"),
)


@pytest.mark.thorough
@given(URLS)
@example("HTTP://0/ #")
@example("http://a.b/c/ #d")
@settings(max_examples=1_000, deadline=None)
def test_normal_forms_are_stable(url: str) -> None:
    assert normal_url(normal_url(url)) == normal_url(url)
    assert safe_url(safe_url(url)) == safe_url(url)


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_comes_out_as_text_that_can_be_stored(markup: str) -> None:
    for text in (plain_text(markup), plain_title(markup)):
        text.encode()
        assert text == unicodedata.normalize("NFC", text)
        assert "\r" not in text
        assert "\x00" not in text
