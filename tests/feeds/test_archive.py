"""The archive: what it stores, what it never loses, and what it says when it cannot be used."""

import sqlite3
import subprocess
import sys
import unicodedata
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, Table, create_engine, insert, select

from feeds.archive import Visit, new, open_archive
from feeds.archive.backfills import PageRead
from feeds.archive.connect import MIGRATIONS, migrated
from feeds.archive.schema import HEAD, articles, metadata
from feeds.archive.search import _bare, parse_query, search_fold
from feeds.archive.visit import prepare
from feeds.archive.write import store as write_visit
from feeds.errors import ArchiveError
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source
from feeds.text import fold

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SOURCE = Source("paper-en", "http://example.org/rss", Outlet("paper", "Paper", "paper"), ("en",))


def item(n, text="No fuel was left in the town.", **changes):
    base = Item(f"guid-{n}", f"http://example.org/{n}", f"Title number {n}", text, NOON - timedelta(hours=1))
    return replace(base, **changes)


def visit(*items, at=NOON, outcome="ok", backfill=False, source=SOURCE, dropped=None):
    feed = ParsedFeed(tuple(items), dropped=dropped or {}) if outcome == "ok" else None
    return Visit(source, Poll(source.key, at, outcome, 200, 0.1, 10), feed, backfill=backfill)


@pytest.fixture
def sqlite_archive(tmp_path):
    with open_archive(f"sqlite:///{tmp_path}/a.db") as opened:
        yield opened


def store(archive, *visits):
    return archive.store(visits, utc_offset_hours=4)


def test_every_item_of_a_poll_is_new_updated_known_or_dropped_under_a_reason(archive):
    store(archive, visit(item(1), item(2)))
    changed = item(2, text="A new text of the same article.")
    empty = Item("", "", "", "", None)
    poll = store(
        archive, visit(item(1), changed, item(3), item(3), empty, dropped={"too-many": 7}, at=NOON + timedelta(hours=1))
    )[0]
    assert (poll.new, poll.updated, poll.known) == (1, 1, 1)
    assert poll.dropped == {"repeated": 1, "empty": 1, "too-many": 7}
    assert poll.seen == poll.new + poll.updated + poll.known + sum(poll.dropped.values())
    assert archive.polls(limit=1)[0] == poll


def test_an_edited_item_is_a_new_version_of_the_same_article_and_keeps_its_day(archive):
    store(archive, visit(item(1)))
    later = NOON + timedelta(days=3)
    store(archive, visit(item(1, text="Corrected.", published=later), at=later))
    article = archive.article(1)
    assert (article.version, article.text, article.changed, article.day) == (2, "Corrected.", later, date(2026, 1, 2))
    assert [(number, text) for number, _, _, text in archive.versions(1)] == [
        (1, "No fuel was left in the town."),
        (2, "Corrected."),
    ]
    assert [one.id for one in archive.versions_after(1, 10)] == [1]


IDENTITIES = {
    "the same guid on every item": (
        [item(1, guid="x"), item(2, guid="x")],
        [item(2, guid="x"), item(3, guid="x")],
        3,
    ),
    "a guid that changes on every poll": ([item(1, guid="a1")], [item(1, guid="a2")], 1),
    "no guid": ([item(1, guid="")], [item(1, guid=""), item(2, guid="")], 2),
    "neither guid nor link": ([item(1, guid="", url="")], [item(1, guid="", url="")], 1),
    "one link on every item (live blog)": (
        [item(1, url="http://example.org/live"), item(2, url="http://example.org/live")],
        [item(2, url="http://example.org/live"), item(3, url="http://example.org/live")],
        3,
    ),
    "one constant guid in a feed of one item": ([item(1, guid="x")], [item(2, guid="x")], 2),
    "tracking parameters": (
        [item(1, guid="", url="http://example.org/1?utm_source=rss")],
        [item(1, guid="", url="http://example.org/1")],
        1,
    ),
}


@pytest.mark.parametrize(("first", "second", "articles"), IDENTITIES.values(), ids=IDENTITIES)
def test_identity(archive, first, second, articles):
    store(archive, visit(*first))
    store(archive, visit(*second, at=NOON + timedelta(minutes=15)))
    assert archive.article_count() == articles


def test_two_sources_with_the_same_guid_have_two_articles(archive):
    other = replace(SOURCE, key="other-en")
    store(archive, visit(item(1)), visit(item(1), source=other))
    assert archive.article_count() == 2


def test_a_failed_poll_is_in_the_ledger_and_loses_nothing(archive):
    store(archive, visit(item(1)))
    failed = Visit(SOURCE, Poll(SOURCE.key, NOON + timedelta(hours=1), "refused", 503, 0.1, 0, error="HTTP 503"))
    archive.store([failed, failed], utc_offset_hours=4)
    state = archive.states()[SOURCE.key]
    assert (state.failures, state.last_success, state.last_error, state.articles) == (2, NOON, "HTTP 503", 1)
    store(archive, visit(outcome="not-modified", at=NOON + timedelta(hours=2)))
    assert archive.states()[SOURCE.key].failures == 0


def test_a_feed_that_keeps_an_older_item_overlaps_and_one_that_does_not_may_have_lost_some(archive):
    assert store(archive, visit(item(1), item(2)))[0].overlaps is None
    assert store(archive, visit(item(2), item(3), at=NOON + timedelta(hours=1)))[0].overlaps is True
    assert store(archive, visit(item(8), item(9), at=NOON + timedelta(hours=2)))[0].overlaps is False
    assert store(archive, visit(outcome="not-modified", at=NOON + timedelta(hours=3)))[0].overlaps is True


def test_undated_items_of_a_first_poll_or_after_a_gap_have_no_day(archive):
    undated = [item(n, published=None) for n in range(5)]
    store(archive, visit(*undated[:2]))
    store(archive, visit(*undated[1:3], at=NOON + timedelta(days=1)))
    store(archive, visit(*undated[3:], at=NOON + timedelta(days=9)))
    assert [archive.article(n).day for n in (1, 2, 3, 4, 5)] == [None, None, date(2026, 1, 3), None, None]


QUERIES = {
    "all words": ("fuel town", [1]),
    "case and dots do not matter": ("FUEL", [1]),
    "a phrase": ('"left in"', [1]),
    "not this phrase": ('"in left"', []),
    "minus": ("title -fuel", [3, 2]),
    "any ending": ("korid*", [2]),
    "dotted and dotless i": ("LAÇIN", [2]),
    "without the marks of letters": ("lacin", [2]),
    "without schwa": ("menteqe", [2]),
    "armenian inner marks": ("ինչու", [3]),
    "only a minus": ("-fuel", []),
    "operators are words": ("fuel OR NOT NEAR(", []),
    "a quote left open": ('"fuel', [1]),
    "nothing": ("  ", []),
    "punctuation": ("***", []),
}


@pytest.mark.parametrize(("query", "found"), QUERIES.values(), ids=QUERIES)
def test_search(archive, query, found):
    store(archive, visit(item(1), item(2, text="Laçın koridoru açıldı, məntəqə"), item(3, text="Ինչո՞ւ է փակ")))
    assert archive.search(query) == (found, len(found))


def test_search_follows_edits(archive):
    store(archive, visit(item(1)))
    store(archive, visit(item(1, text="Bread."), at=NOON + timedelta(hours=1)))
    assert archive.search("fuel")[1] == 0
    assert archive.search("bread")[1] == 1


def test_looking_for_marked_letters_is_taking_every_letter_apart():
    for first in range(0, 0x110000, 64):
        block = "".join(map(chr, range(first, first + 64)))
        # An emoji is two units, and leaves two spaces.
        assert search_fold(block).split() == _bare(fold(block)).split(), hex(first)


@given(st.text(st.sampled_from("aAéəIİıçCoоОйЁёԿուէ́ 1_-«»—…։՞🔥中，₂Σςßﬁ"), max_size=30))
@settings(derandomize=True)
def test_the_index_finds_the_same_words_as_one_that_knows_unicode(text):
    """`ascii` takes all that is not ASCII for letters; what is folded for search has only letters there."""
    with closing(sqlite3.connect(":memory:")) as connection:
        words = []
        for name, tokenizer, indexed in (
            ("a", "ascii", search_fold(text)),
            ("b", "unicode61 remove_diacritics 0", _marks_gone(fold(text))),
        ):
            connection.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(t, tokenize='{tokenizer}')")
            connection.execute(f"CREATE VIRTUAL TABLE {name}v USING fts5vocab({name}, instance)")
            connection.execute(f"INSERT INTO {name} VALUES (?)", (indexed,))
            words.append(connection.execute(f"SELECT term, offset FROM {name}v ORDER BY offset").fetchall())
    assert words[0] == words[1]


def _marks_gone(text):
    apart = unicodedata.normalize("NFD", text).replace("ə", "e")
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def test_search_query_parts():
    parsed = parse_query('bread "Lachin road" -football')
    assert parsed.wanted == (("bread",), ("lachin", "road"))
    assert parsed.unwanted == (("football",),)


def test_a_reader_never_writes_and_never_creates(sqlite_archive, tmp_path):
    store(sqlite_archive, visit(item(1)))
    with open_archive(f"sqlite:///{tmp_path}/a.db", read_only=True) as reader:
        assert reader.article_count() == 1
        with pytest.raises(ArchiveError, match="read-only"):
            store(reader, visit(item(2)))
    with pytest.raises(ArchiveError, match="no such file"):
        open_archive(f"sqlite:///{tmp_path}/none.db", read_only=True)
    assert not (tmp_path / "none.db").exists()


def test_a_newer_archive_is_refused_and_left_as_it_is(tmp_path):
    open_archive(f"sqlite:///{tmp_path}/a.db").close()
    with sqlite3.connect(tmp_path / "a.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ArchiveError, match="newer version"):
        open_archive(f"sqlite:///{tmp_path}/a.db")
    with sqlite3.connect(tmp_path / "a.db") as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


BAD = {
    "not a database": ("sqlite:///{tmp}/text.db", "not an SQLite database"),
    "a folder that is a file": ("sqlite:///{tmp}/text.db/a.db", "cannot be made"),
    "another database program": ("mysql://localhost/a", "not supported"),
    "not an address": ("nonsense", "not an address"),
    "in memory": ("sqlite://", "give a file"),
}


@pytest.mark.parametrize(("url", "says"), BAD.values(), ids=BAD)
def test_an_archive_that_cannot_be_used_is_one_line(tmp_path, url, says):
    (tmp_path / "text.db").write_text("this is not a database, it is a letter of some length" * 20)
    with pytest.raises(ArchiveError, match=says):
        open_archive(url.format(tmp=tmp_path))


def test_an_item_that_no_count_knows_is_refused_before_anything_is_kept(archive):
    prepared = prepare(visit(item(1), item(2), dropped={"too-many": 3}))
    lost = replace(prepared, items=prepared.items[:-1])
    with pytest.raises(ArchiveError, match="5 items came, 1 new"), archive.writing() as connection:
        write_visit(connection, [lost], utc_offset_hours=4)
    assert archive.article_count() == 0
    assert archive.polls() == []
    assert archive.states() == {}


WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from feeds.archive import Visit, open_archive
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source
name = sys.argv[2]
source = Source(name, "http://example.org", Outlet(name, name, name), ("en",))
with open_archive(sys.argv[1]) as archive:
    for n in range(40):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
        feed = ParsedFeed((Item(f"{n}", f"http://example.org/{n}", f"Title {n}", "text", at),))
        archive.store([Visit(source, Poll(name, at, "ok", 200, 0.1, 1), feed)], utc_offset_hours=4)
"""


def test_several_processes_write_at_once_and_none_fails(tmp_path):
    url = f"sqlite:///{tmp_path}/a.db"
    open_archive(url).close()
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url, f"writer-{n}"]) for n in range(3)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    with open_archive(url, read_only=True) as archive:
        assert archive.article_count() == 120


def test_closing_leaves_one_clean_file(tmp_path):
    with open_archive(f"sqlite:///{tmp_path}/a.db") as archive:
        store(archive, visit(item(1)))
    assert [file.name for file in tmp_path.iterdir()] == ["a.db"]
    with sqlite3.connect(tmp_path / "a.db") as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_head_is_the_newest_migration():
    newest = max(file.stem.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert newest == HEAD


def test_migrations_make_the_schema_of_the_code(archive):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def is_ours(name, kind, _):  # what search needs stands in the migration alone: it differs between the two programs
        return not str(name).startswith("articles_fts") and name != "ix_articles_folded"

    with archive.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        differences = compare_metadata(context, metadata)
    # Comments are documentation: docs/data-dictionary.md takes them from the schema, not from an archive.
    flat = [one for part in differences for one in (part if isinstance(part, list) else [part])]
    assert [one for one in flat if "comment" not in one[0]] == []


def test_a_new_archive_is_what_all_migrations_make_of_an_empty_file(tmp_path):
    with migrated(f"sqlite:///{tmp_path / 'migrated.db'}") as archive, archive.reading() as connection:
        assert new.written(connection) == new.FILE.read_text(encoding="utf-8"), "run `make docs`"
    with open_archive(f"sqlite:///{tmp_path / 'new.db'}"):
        pass
    assert dumped(tmp_path / "new.db") == dumped(tmp_path / "migrated.db")


def dumped(file):
    """Every object of the schema and every row of every table, those of the search index with them."""
    with sqlite3.connect(file) as raw:
        schema = raw.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
        rows = {name: raw.execute(f"SELECT * FROM {name}").fetchall() for kind, name, *_ in schema if kind == "table"}
    return schema, {name: sorted(map(repr, found)) for name, found in rows.items()}


def test_a_new_archive_from_an_outdated_file_of_sql_is_migrated_to_the_newest_version(tmp_path, monkeypatch):
    outdated = tmp_path / "new_archive.sql"
    with migrated(f"sqlite:///{tmp_path / 'old.db'}", "0008") as archive, archive.reading() as connection:
        outdated.write_text(new.written(connection), encoding="utf-8")
    monkeypatch.setattr(new, "FILE", outdated)
    new._statements.cache_clear()
    try:
        with open_archive(f"sqlite:///{tmp_path / 'new.db'}"):
            pass
    finally:
        new._statements.cache_clear()
    with migrated(f"sqlite:///{tmp_path / 'migrated.db'}"):
        pass
    assert dumped(tmp_path / "new.db") == dumped(tmp_path / "migrated.db")


def test_every_table_and_column_says_what_it_is():
    for table in metadata.tables.values():
        assert table.info["kind"] in ("archive", "derived", "records"), table.name
        assert table.comment, table.name
        for column in table.columns:
            assert column.comment, f"{table.name}.{column.name}"
            if column.nullable:
                assert "NULL" in column.comment, f"{table.name}.{column.name} says nothing about NULL"


def test_loaded_texts_add_versions_but_never_put_an_old_text_in_place_of_a_newer_one(archive):
    store(archive, visit(item(1, text="first"), backfill=True))
    history = [
        (visit(item(1, text="second"), backfill=True), "second"),  # later in the same collection
        (visit(item(1, text="first"), backfill=True), "second"),  # the collection is loaded once more
        (replace(visit(item(1, text="third"), backfill=True), only_new=True), "second"),  # a page of history
        (visit(item(1, text="fourth"), at=NOON + timedelta(hours=2)), "fourth"),  # polled
    ]
    for number, (one, current) in enumerate(history):
        store(archive, one)
        assert archive.articles([1])[0].text == current, number
    assert [text for _, _, _, text in archive.versions(1)] == ["first", "second", "fourth"]


def test_the_first_poll_of_a_source_finds_what_was_loaded_before_it(archive):
    store(archive, visit(item(1), item(2), backfill=True))
    (poll,) = store(archive, visit(item(1), item(3), at=NOON + timedelta(hours=1)))
    assert (poll.known, poll.new) == (1, 1)
    assert archive.article_count() == 3


def test_what_was_captured_before_the_poller_saw_the_article_is_no_newer_version(archive):
    store(archive, visit(item(1, text="polled")))
    store(archive, replace(visit(item(1, text="older"), backfill=True), as_of=NOON - timedelta(days=1)))
    assert archive.articles([1])[0].text == "polled"
    store(archive, replace(visit(item(1, text="newer"), backfill=True), as_of=NOON + timedelta(days=1)))
    assert archive.articles([1])[0].text == "newer"


def test_an_item_that_has_lost_title_and_link_is_still_the_article_of_its_guid(archive):
    store(archive, visit(item(1)))
    bare = replace(item(1), title="", url="", text="Only text is left.")
    assert store(archive, visit(bare, at=NOON + timedelta(hours=1)))[0].updated == 1
    assert store(archive, visit(item(1), at=NOON + timedelta(hours=2)))[0].updated == 1


def test_two_items_that_end_up_with_one_name_do_not_stop_the_poll(archive):
    """The guid of the first belongs to another article, so its link names it; the second has nothing but that link."""
    store(archive, visit(replace(item(1), title="Another", url="http://example.org/another")))
    twice = [item(1), replace(item(1), guid="")]
    poll = store(archive, visit(*twice, at=NOON + timedelta(hours=1)))[0]
    assert (poll.new, poll.dropped) == (1, {"repeated": 1})


def test_a_walk_through_history_is_remembered_page_by_page_until_it_ends(archive):
    def page(number, started, **more):
        address = f"http://example.org/rss?paged={number}"
        return PageRead(
            SOURCE.key, started, NOON, NOON - timedelta(days=9), "wordpress", address, "next", "d", None, **more
        )

    for number, started in ((1, NOON), (1, NOON + timedelta(hours=1)), (2, NOON + timedelta(hours=1))):
        one = replace(visit(item(number), dropped={"too-old": 2}, backfill=True), only_new=True)
        archive.store_history(one, page(number, started), utc_offset_hours=4)
    walk = archive.last_walk(SOURCE.key)
    assert [(one.url[-1], one.new, one.next, one.ended) for one in walk] == [("1", 0, "next", ""), ("2", 1, "next", "")]
    archive.end_walk(SOURCE.key, NOON + timedelta(hours=1), "no more")
    assert [(one.next, one.ended) for one in archive.last_walk(SOURCE.key)] == [("next", ""), ("", "no more")]
    assert archive.last_walk("another") == []


OLDER = (  # link, guid, and both in the new form
    ("https://www.example.org/1/", "link:https://www.example.org/1/", "https://example.org/1", "link:https://example.org/1"),
    (None, "title:https://m.example.org/2/ title 2", None, "title:https://example.org/2 title 2"),
    ("https://example.org/3?amp=1", "guid:https://www.example.org/3/", "https://example.org/3", "guid:https://www.example.org/3/"),
    ("https://example.org/4", "link:https://example.org/4", "https://example.org/4", "link:https://example.org/4"),
    ("https://example.org/4/", "link:https://example.org/4/", "https://example.org/4", "link:https://example.org/4/"),
    (None, "title: 5", None, "title: 5"),
)  # fmt: skip


@contextmanager
def older(url):
    """A connection to an archive as schema 0004 made it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        yield connection
    engine.dispose()


def test_addresses_of_an_older_archive_are_brought_into_the_new_form(tmp_path):
    """Else an article that is named by its link would be stored again. Two that were stored twice stay two."""
    url = f"sqlite:///{tmp_path}/a.db"
    with older(url) as connection:
        old = Table("articles", MetaData(), autoload_with=connection)
        given = {"source": "s", "text": "", "folded": "", "hash": b"", "version": 1, "late": False, "backfill": False}
        given |= dict.fromkeys(("url", "title", "language", "outlet"), "")
        given |= dict.fromkeys(("seen", "first_time"), "2026-01-02T12:00:00Z")
        for n, (link, guid, _, _) in enumerate(OLDER):
            connection.execute(insert(old).values(**given, version_id=n, link=link, guid=guid))
    with open_archive(url) as archive, archive.reading() as connection:
        stored = connection.execute(select(articles.c.link, articles.c.guid).order_by(articles.c.id)).all()
    assert [tuple(row) for row in stored] == [tuple(row[2:]) for row in OLDER]


def test_a_reader_of_an_older_archive_is_told_what_brings_it_up_to_date(tmp_path):
    url = f"sqlite:///{tmp_path}/a.db"
    with older(url):
        pass
    with pytest.raises(
        ArchiveError, match=r"of an older version of this program \(schema 0004\); start .* loses nothing"
    ):
        open_archive(url, read_only=True)
    with open_archive(url):
        pass
    with open_archive(url, read_only=True) as archive:
        assert archive.read_only
