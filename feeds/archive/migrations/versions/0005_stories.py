"""Addresses in their new normal form; stories by more than one sketch; more of claimed numbers; whose report it is."""

import sqlalchemy as sa
from alembic import op

from feeds.archive.schema import Moment
from feeds.markup import normal_url

revision = "0005"
down_revision = "0004"

SLICE = 10_000  # articles


def upgrade() -> None:
    _credits()
    _normalise_links()
    _begin_stories_anew()
    _complete_figures()


def _begin_stories_anew() -> None:
    """Sketches of the old kind cannot be compared with the new: the next `metrics update` reads every article again."""
    op.drop_table("story_members")
    op.create_table(
        "story_members",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("story", sa.Integer(), nullable=False),
        sa.Column("first_time", Moment(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("title_key", sa.String(length=64), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_story_members_article")),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_story_members")),
    )
    op.create_index(op.f("ix_story_members_story"), "story_members", ["story"])
    op.create_index(op.f("ix_story_members_first_time"), "story_members", ["first_time"])
    op.execute("DELETE FROM first_carriers")
    op.execute("UPDATE rules SET mark = 0")


def _complete_figures() -> None:
    """Nothing has been written to the table before."""
    op.add_column("figures", sa.Column("high", sa.Float(), nullable=True))
    op.add_column("figures", sa.Column("bound", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("figures", sa.Column("claimant_side", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("figures", sa.Column("start", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("figures", sa.Column("end", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("figures", sa.Column("rule", sa.Text(), nullable=False, server_default=""))


def _credits() -> None:
    op.create_table(
        "credits",
        sa.Column("rules", sa.Integer(), sa.ForeignKey("rules.id", name=op.f("fk_credits_rules")), nullable=False),
        sa.Column(
            "article", sa.Integer(), sa.ForeignKey("articles.id", name=op.f("fk_credits_article")), nullable=False
        ),
        sa.Column("agency", sa.String(80), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("rules", "article", name=op.f("pk_credits")),
    )


def _normalise_links() -> None:
    """Without this an article named by its link would be stored a second time at the next poll."""
    connection, last = op.get_bind(), 0
    articles = sa.table("articles", *(sa.column(name) for name in ("id", "source", "guid", "link")))
    listed = sa.select(articles).order_by(articles.c.id).limit(SLICE)
    while rows := connection.execute(listed.where(articles.c.id > last)).all():
        last = rows[-1].id
        for row in rows:
            link, guid = normal_url(row.link or ""), _normal_guid(row.guid)
            if link != (row.link or ""):
                connection.execute(sa.update(articles).where(articles.c.id == row.id).values(link=link))
            if guid != row.guid and not _is_taken(connection, articles, row.source, guid):
                connection.execute(sa.update(articles).where(articles.c.id == row.id).values(guid=guid))


def _normal_guid(guid: str) -> str:
    """`link:address` and `title:address words`, as feeds/identity.py writes them."""
    kind, _, name = guid.partition(":")
    if kind == "link":
        return f"link:{normal_url(name)}"
    address, space, words = name.partition(" ")
    if kind == "title" and address.startswith("https://"):
        return f"title:{normal_url(address)}{space}{words}"
    return guid


def _is_taken(connection: sa.Connection, articles: sa.TableClause, source: str, guid: str) -> bool:
    query = sa.select(articles.c.id).where(articles.c.source == source, articles.c.guid == guid)
    return connection.execute(query).first() is not None
