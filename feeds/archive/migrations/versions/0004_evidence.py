"""Evidence kept, full texts, what polls teach about a source, articles that left their feed, pages of history."""

import sqlalchemy as sa
from alembic import op

from feeds.archive.schema import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("sources", sa.Column("rhythm", sa.JSON(), nullable=True))
    op.add_column("sources", sa.Column("holding", sa.JSON(), nullable=True))
    op.add_column("articles", sa.Column("gone", Moment(), nullable=True))
    op.add_column("article_versions", sa.Column("url", sa.Text(), nullable=True))
    op.add_column("article_versions", sa.Column("published", Moment(), nullable=True))
    op.add_column("article_versions", sa.Column("kind", sa.String(length=8), nullable=False, server_default="feed"))
    op.add_column("article_versions", sa.Column("body", sa.Integer(), nullable=True))
    op.add_column("polls", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("polls", sa.Column("vantage", sa.Text(), nullable=True))
    op.create_table(
        "bodies",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bodies")),
    )
    op.create_index(op.f("ix_bodies_source_at"), "bodies", ["source", "at"])
    kept = sa.text("content IS NOT NULL")  # the daily sweep asks for these alone, however many are emptied already
    op.create_index("ix_bodies_kept", "bodies", ["at"], sqlite_where=kept, postgresql_where=kept)
    op.create_table(
        "pages",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_pages_article")),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_pages")),
    )
    op.create_table(
        "backfills",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("started", Moment(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("next", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("oldest", Moment(), nullable=True),
        sa.Column("items_seen", sa.Integer(), nullable=False),
        sa.Column("items_new", sa.Integer(), nullable=False),
        sa.Column("items_known", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.JSON(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfills")),
    )
    op.create_index(op.f("ix_backfills_source_started"), "backfills", ["source", "started"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER articles_fts_insert")  # feeds/archive/search.py index() does it for many at once
        _tune_index()


def _tune_index() -> None:
    """The index of a new archive reads ASCII as words and all the rest as letters: search_fold left only letters.

    It does not note the length of each text (columnsize): nobody asks for it, results stand in the order of time.
    """
    if op.get_bind().exec_driver_sql("SELECT 1 FROM articles LIMIT 1").first() is None:
        op.execute("DROP TABLE articles_fts")
        op.execute(
            "CREATE VIRTUAL TABLE articles_fts USING fts5("
            "folded, content='articles', content_rowid='id', tokenize='ascii', columnsize=0)"
        )
    # Pages of 8 KB: segments are written and merged in half the steps; with 16 the steps take longer, in sum as much.
    # Sixteen segments and not four are merged into one: each word is written anew half as often, and a search looks in
    # a few places more. All at once only when there are 64: the longest transaction takes half the time it did.
    # 8 MB of words are gathered before they are sorted and written, so that a transaction of 600 articles does it once.
    for name, value in (("pgsz", 8000), ("automerge", 16), ("crisismerge", 64), ("hashsize", 8 << 20)):
        setting = sa.text("INSERT INTO articles_fts (articles_fts, rank) VALUES (:name, :value)")
        op.get_bind().execute(setting, {"name": name, "value": value})
