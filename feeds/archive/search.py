"""Full-text search over folded text: all words, "quoted phrases", -minus. SQLite FTS5 or PostgreSQL tsvector."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from sqlalchemy import ColumnElement, Connection, func, literal_column, select, text

from feeds.archive.schema import articles
from feeds.text import Table, by_table, fold, letter_table, table_of, units

_PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_WORD = re.compile(r"\w+\*?")
_SIGNS = frozenset(map(chr, range(0x1F000, 0x1FC00)))  # emoji, and numbers drawn as signs


def search_fold(text: str) -> str:
    """Folded, and without the marks of letters: who types lacin finds Laçın, who types penurie finds pénurie.

    >>> search_fold("Laçın məntəqə PÉNURIE")
    'lacin menteqe penurie'
    """
    if not text.isascii() and (quick := _at_once(text)) is not None:
        return quick
    folded = fold(text)
    if folded.isascii():
        return folded
    bare = by_table(folded, _without_marks())
    return _bare(folded) if bare is None else bare


def _at_once(text: str) -> str | None:
    """Folded and without marks in one step; None: a letter needs more, or words may mix Latin and Cyrillic."""
    found = _folded_without_marks().take(units(text), mode="clip")
    if np.count_nonzero(found) < len(found):
        return None
    return None if _mixes_scripts(found) else found.tobytes().decode("utf-16-le", "surrogatepass")


def _mixes_scripts(found: Table) -> bool:
    """Whether a Latin letter stands beside a Cyrillic one. Most texts have but one of the two scripts."""
    cyrillic = found - np.uint16(ord("а")) < 32
    if not np.count_nonzero(cyrillic):  # a quarter of the price of any()
        return False
    latin = found - np.uint16(ord("a")) < 26
    if not np.count_nonzero(latin):
        return False
    return bool((latin[1:] & cyrillic[:-1]).any() or (latin[:-1] & cyrillic[1:]).any())


def _bare(text: str) -> str:
    """Every letter taken apart, marks and signs dropped: for any script, at ten times the price of the table.

    A sign of no word becomes a space: the index takes all that is not ASCII for letters, which it does fastest.
    """
    apart = unicodedata.normalize("NFD", text).replace("ə", "e").replace("ς", "σ")
    return "".join(
        letter if letter.isascii() or (letter.isalnum() and letter not in _SIGNS) else " "
        for letter in apart if not unicodedata.combining(letter)
    )  # fmt: skip


@cache
def _without_marks() -> Table:
    table = table_of(_bare)
    table[0xD83C:0xD83F] = table[0xDC00:0xE000] = ord(" ")  # emoji: both halves of one
    return table


@cache
def _folded_without_marks() -> Table:
    """Without Armenian, where a letter is spelt by its neighbours."""
    table = _without_marks().take(letter_table(), mode="clip")
    table[0x530:0x590] = 0
    return table


@dataclass(frozen=True, slots=True)
class Query:
    """Folded phrases (tuples of words; the last may end in * for any ending) that must and must not occur."""

    wanted: tuple[tuple[str, ...], ...]
    unwanted: tuple[tuple[str, ...], ...]


def parse_query(query: str) -> Query:
    """What the user typed, as phrases. Anything is allowed; what holds no letter or digit is left out.

    >>> parse_query('bread "Lachin road" -football fuel*')
    Query(wanted=(('bread',), ('lachin', 'road'), ('fuel*',)), unwanted=(('football',),))
    """
    wanted: list[tuple[str, ...]] = []
    unwanted: list[tuple[str, ...]] = []
    for minus, phrase, word in _PART.findall(query):
        words = tuple(_WORD.findall(search_fold(phrase or word)))
        if words:
            (unwanted if minus else wanted).append(words)
    return Query(tuple(wanted), tuple(unwanted))


def search(
    connection: Connection,
    query: str,
    *,
    sources: Sequence[str] | None,
    first: date | None,
    last: date | None,
    limit: int,
    offset: int,
) -> tuple[list[int], int]:
    parsed = parse_query(query)
    if not parsed.wanted:
        return [], 0
    conditions = [matches(connection.dialect.name, parsed)]
    if sources is not None:
        conditions.append(articles.c.source.in_(sources))
    if first is not None:
        conditions.append(articles.c.day >= first)
    if last is not None:
        conditions.append(articles.c.day <= last)
    total = connection.execute(select(func.count()).select_from(articles).where(*conditions)).scalar_one()
    newest = select(articles.c.id).where(*conditions).order_by(articles.c.first_time.desc(), articles.c.id.desc())
    return list(connection.execute(newest.limit(limit).offset(offset)).scalars()), int(total)


def index(connection: Connection, first: int, last: int) -> None:
    """Put new articles, numbered first ≤ id ≤ last, into the index: SQLite's; PostgreSQL keeps its own.

    By one statement and not by a trigger: a trigger makes FTS5 write a segment for every article, at twice the price.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(_INDEX, {"first": first, "last": last})


_INDEX = text(
    "INSERT INTO articles_fts (rowid, folded) SELECT id, folded FROM articles WHERE id BETWEEN :first AND :last"
)


def matches(dialect: str, query: Query) -> ColumnElement[bool]:
    """A condition on `articles`: the text matches the query."""
    if dialect == "postgresql":
        return _tsquery_condition(query)
    found = text("SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match").bindparams(match=_fts5(query))
    return articles.c.id.in_(found.columns(literal_column("rowid")))


def _fts5(query: Query) -> str:
    """FTS5 syntax; every phrase is quoted, so nothing the user types is an operator."""
    wanted = " AND ".join(map(_fts5_phrase, query.wanted))
    return f"({wanted})" + "".join(f" NOT {_fts5_phrase(words)}" for words in query.unwanted)


def _fts5_phrase(words: tuple[str, ...]) -> str:
    prefix = words[-1].endswith("*")
    phrase = " ".join(word.rstrip("*") for word in words)
    return f'"{phrase}"' + ("*" if prefix else "")


def _tsquery_condition(query: Query) -> ColumnElement[bool]:
    def phrase(words: tuple[str, ...]) -> str:
        return (
            "(" + " <-> ".join(f"'{word.rstrip('*')}'" + (":*" if word.endswith("*") else "") for word in words) + ")"
        )

    whole = " & ".join([*map(phrase, query.wanted), *(f"!{phrase(words)}" for words in query.unwanted)])
    return func.to_tsvector("simple", articles.c.folded).op("@@")(func.to_tsquery("simple", whole))
