"""What changed in days counted before, which words counted when, and how far each finished count had read."""

import sqlalchemy as sa
from alembic import op

from feeds.archive.schema import Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("rules", sa.Column("known", sa.Integer(), nullable=True))
    op.add_column("rules", sa.Column("until", Moment(), nullable=True))
    op.add_column("rules", sa.Column("known_sources", sa.String(length=16), nullable=True))
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("stance", sa.String(length=10), nullable=False),
        sa.Column("people", sa.String(length=60), nullable=False),
        sa.Column("old", sa.Integer(), nullable=True),
        sa.Column("new", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("article", sa.Integer(), nullable=True),
        sa.Column("story", sa.Integer(), nullable=True),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_day"), "revisions", ["day"])
    op.create_table(
        "rules_used",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("sources_hash", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_used")),
    )
