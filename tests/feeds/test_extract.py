"""Pages as newspapers write them, in six languages: the article comes out whole, and nothing else with it.

`pages/` holds saved pages with menus, other headlines, pleas to donate, comments, tickers and cookie texts;
`expected.json` says of each what is the article and what is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from feeds.child import Child, ChildError
from feeds.extract import page_text
from feeds.fulltext import extractor

PAGES = Path(__file__).parent / "pages"
EXPECTED = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))
# Pleas in the middle of the article's own paragraphs, not marked in any way: the words of the monitor's boilerplate
# tell them (tests/metrics/test_pages.py).
BY_WORDS = ("If you value our", "Поддержите редакцию", "Заметили ошибку", "Կարդացեք նաև", "Երևանում բացվեց")


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with extractor() as one:
        yield one


def asked(child: Child, body: bytes, *, title: str = "", content_type: str = "text/html") -> str:
    return str(child.ask({"content_type": content_type, "title": title}, body))


@pytest.mark.parametrize("language", EXPECTED)
def test_the_article_is_all_that_comes_out_of_a_page(child: Child, language: str) -> None:
    page = EXPECTED[language]
    text = asked(child, (PAGES / f"{language}.html").read_bytes(), title=page["title"])
    assert [one for one in page["body"] if one not in text] == []
    assert [one for one in page["gone"] if one in text and not one.startswith(BY_WORDS)] == []
    assert page["title"] not in text


def test_the_saved_pages_hold_what_is_to_be_told_apart() -> None:
    for language, page in EXPECTED.items():
        raw = (PAGES / f"{language}.html").read_bytes().decode("cp1251" if language == "ru" else "utf-8")
        assert [one for one in page["body"] + page["gone"] if one not in raw] == []


PARAGRAPHS = "".join(f"<p>Paragraph {n} of the article says where the bread went and who ate it.</p>" for n in range(9))
SHAPES = {
    "everything stands in what is called related": f"<div id='related-and-article'>{PARAGRAPHS}</div>",
    "a body named after its newsletter": f"<div class='newsletter-on'><article>{PARAGRAPHS}</article></div>",
    "a table lays out the page": f"<table><tr><td>Menu</td><td>{PARAGRAPHS}</td></tr></table>",
    "tags left open": f"<article><div>{PARAGRAPHS}<p>and then",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_holds_most_of_the_text_stays_whatever_it_is_called(shape: str) -> None:
    text = page_text(f"<html><body>{shape}</body></html>".encode())
    assert [n for n in range(9) if f"Paragraph {n} of" not in text] == []
    assert len(text.split("\n")) >= 9


HOSTILE = {
    "nothing": b"",
    "only a script": b"<html><body><div id='root'></div><script>load()</script></body></html>",
    "no HTML": b"%PDF-1.7 \x00\x01\x02 binary" * 100,
    "more tags than a newspaper writes": b"<p>a" * 200_000,
    "nested 100,000 deep": b"<div>" * 100_000 + b"text",
    "nested 50,000 deep": b"<div>" * 50_000 + b"text",
    "50,000 attributes": b"<p " + b" ".join(b'a%d="x"' % n for n in range(50_000)) + b">text</p>",
    "a word of 5 MB": b"<p>" + b"x" * 4_900_000 + b"</p>",
    "NUL bytes": b"<html>\0<body>\0<p>te\0xt</p></body></html>",
    "many suspects, one in the other": b"<div class='ads'>" * 250 + b"<p>text</p>" * 20_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_ends_in_an_answer_or_in_a_killed_child_and_the_next_page_is_read(body: bytes) -> None:
    with extractor() as child:
        with suppress(ChildError):
            assert len(asked(child, body)) < 5_000_000
        page = EXPECTED["en"]
        assert page["body"][0] in asked(child, (PAGES / "en.html").read_bytes(), title=page["title"])


@pytest.mark.parametrize("declared", ["text/html; charset=windows-1251", "text/html", ""])
def test_the_encoding_is_the_server_s_or_the_page_s_own(declared: str) -> None:
    assert EXPECTED["ru"]["body"][0] in page_text((PAGES / "ru.html").read_bytes(), content_type=declared)
